//! Changes as they happen, to whom they concern.

use std::collections::BTreeSet;
use std::sync::Arc;

use carrel_ids::UserId;
use carrel_proto::code::{Problem, ServiceCode};
use carrel_proto::sync::v1 as pb;
use carrel_service::{Principal, SharedClock, Shutdown};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use pb::watch_reply::What;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tonic::{Request, Response, Status};

use super::{Documents, bad, caller, fail};
use crate::changes::{Change, Kind};
use crate::hub::Hub;
use crate::spaces;
use crate::store::Meta;

/// Things that one stream may be about.
const ONLY_MAX: usize = 1_000;

/// A stream of changes.
pub(super) type Watching = BoxStream<'static, Result<pb::WatchReply, Status>>;

struct Watcher {
    user: UserId,
    only: BTreeSet<String>,
    hub: Hub,
    changes: Receiver<Arc<Change>>,
    shutdown: Shutdown,
    clock: SharedClock,
    /// When the caller's token is over, and they must ask again.
    expires: u64,
    has_begun: bool,
}

impl Documents {
    pub(super) async fn watching(
        &self,
        request: Request<pb::WatchRequest>,
    ) -> Result<Response<Watching>, Status> {
        let user = caller(&request)?;
        let expires = Principal::of(request.extensions())?.expires;
        let only: BTreeSet<String> = request.into_inner().only.into_iter().collect();
        if only.len() > ONLY_MAX {
            return Err(bad("only: at most 1,000 ids"));
        }
        let watcher = Watcher {
            user,
            only,
            hub: self.hub.clone(),
            changes: self.changes.watch(),
            shutdown: self.shutdown.clone(),
            clock: self.clock.clone(),
            expires,
            has_begun: false,
        };
        let stream = futures::stream::unfold(Some(watcher), |watcher| async move {
            let mut watcher = watcher?;
            match watcher.next().await {
                Ok(what) => Some((Ok(pb::WatchReply { what: Some(what) }), Some(watcher))),
                Err(status) => Some((Err(status), None)),
            }
        });
        Ok(Response::new(stream.boxed()))
    }
}

impl Watcher {
    async fn next(&mut self) -> Result<What, Status> {
        if !self.has_begun {
            self.has_begun = true;
            return Ok(What::Ready(pb::Ready {}));
        }
        loop {
            let left = self.expires.saturating_sub(self.clock.now_secs());
            let received = tokio::select! {
                () = self.shutdown.requested() => {
                    return Err(fail(&Problem::new(ServiceCode::Unavailable, "the daemon restarts: watch again")));
                }
                () = tokio::time::sleep(std::time::Duration::from_secs(left.min(3_600))), if left < 3_600 => {
                    let text = "the token is over: renew it and watch again";
                    return Err(fail(&Problem::new(ServiceCode::Unauthenticated, text)));
                }
                received = self.changes.recv() => received,
            };
            match received {
                Ok(change) => {
                    if let Some(what) = self.seen(&change).await {
                        return Ok(what);
                    }
                }
                Err(RecvError::Lagged(_)) => return Ok(What::Missed(pb::Missed {})),
                Err(RecvError::Closed) => {
                    return Err(fail(&Problem::new(
                        ServiceCode::Unavailable,
                        "the daemon restarts: watch again",
                    )));
                }
            }
        }
    }

    fn is_wanted(&self, id: &str) -> bool {
        self.only.is_empty() || self.only.contains(id)
    }

    /// What of a change the caller may know.
    async fn seen(&self, change: &Change) -> Option<What> {
        match change {
            Change::Document { id, kind, before, after } => {
                if !self.is_wanted(id.as_str()) {
                    return None;
                }
                let kind = if before.is_none() && after.is_none() {
                    let meta = self.hub.store().meta(id).await.ok()?;
                    meta.role(&self.user).map(|_| *kind)?
                } else {
                    self.told(*kind, before.as_deref(), after.as_deref())?
                };
                Some(What::Document(pb::DocumentChange { id: id.to_string(), kind: wire(kind).into() }))
            }
            Change::Space { id, kind, before, after } => {
                if !self.is_wanted(id.as_str()) {
                    return None;
                }
                let kind = self.told(*kind, before.as_deref(), after.as_deref())?;
                Some(What::Space(pb::SpaceChange { id: id.to_string(), kind: wire(kind).into() }))
            }
            Change::Item { space, id, kind } => {
                if !self.is_wanted(space.as_str()) {
                    return None;
                }
                let (held, _) = spaces::get(self.hub.store(), space).await.ok()?;
                held.meta.role(&self.user)?;
                let (space, id) = (space.to_string(), id.clone());
                Some(What::Item(pb::ItemChange { space, id, kind: wire(*kind).into() }))
            }
        }
    }

    /// As what the caller sees a change of metadata: who comes in sees it appear, who is put out sees it go.
    fn told(&self, kind: Kind, before: Option<&Meta>, after: Option<&Meta>) -> Option<Kind> {
        let had = before.is_some_and(|meta| meta.role(&self.user).is_some());
        let has = after.is_some_and(|meta| meta.role(&self.user).is_some());
        match (had, has) {
            (false, false) => None,
            (true, false) => Some(Kind::Gone),
            (false, true) => Some(Kind::Created),
            (true, true) => Some(kind),
        }
    }
}

const fn wire(kind: Kind) -> pb::ChangeKind {
    match kind {
        Kind::Created => pb::ChangeKind::Created,
        Kind::Edited => pb::ChangeKind::Edited,
        Kind::Changed => pb::ChangeKind::Changed,
        Kind::Gone => pb::ChangeKind::Gone,
        Kind::Versions => pb::ChangeKind::Versions,
    }
}
