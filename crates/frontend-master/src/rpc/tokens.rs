//! `carrel.auth.v1.TokenService`: the revocation list as a stream.

use std::pin::Pin;

use carrel_proto::auth::v1::token_service_server::TokenService;
use carrel_proto::auth::v1::{Revocation, Revocations, WatchRevocationsRequest};
use carrel_service::error::status;
use futures::Stream;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tonic::{Request, Response, Status};

use crate::state::SharedState;
use crate::store::RevocationRecord;

/// The service.
#[derive(Clone)]
pub struct TokenRpc(pub SharedState);

/// A watcher between two messages.
struct Watch {
    state: SharedState,
    deltas: Receiver<Vec<RevocationRecord>>,
    /// The whole list is due: at the start and after falling behind.
    list_due: bool,
}

#[tonic::async_trait]
impl TokenService for TokenRpc {
    type WatchRevocationsStream = Pin<Box<dyn Stream<Item = Result<Revocations, Status>> + Send>>;

    async fn watch_revocations(
        &self,
        _request: Request<WatchRevocationsRequest>,
    ) -> Result<Response<Self::WatchRevocationsStream>, Status> {
        // Watching starts before the list is read, so that nothing falls between the two.
        let deltas = self.0.accounts.revocations().subscribe();
        let watch = Watch { state: self.0.clone(), deltas, list_due: true };
        Ok(Response::new(Box::pin(futures::stream::unfold(Some(watch), |watch| async move {
            let mut watch = watch?;
            match watch.next().await? {
                Ok(message) => Some((Ok(message), Some(watch))),
                Err(status) => Some((Err(status), None)),
            }
        }))))
    }
}

impl Watch {
    /// The next message; `None` when the daemon stops.
    async fn next(&mut self) -> Option<Result<Revocations, Status>> {
        loop {
            if self.list_due {
                self.list_due = false;
                let list = self.state.accounts.revocations().list().await;
                let list = list.map_err(|error| status(&error, "read the revocation list"));
                return Some(list.map(|list| message(true, &list)));
            }
            tokio::select! {
                () = self.state.shutdown.requested() => return None,
                delta = self.deltas.recv() => match delta {
                    Ok(delta) => return Some(Ok(message(false, &delta))),
                    Err(RecvError::Lagged(_)) => self.list_due = true,
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }
}

fn message(full: bool, entries: &[RevocationRecord]) -> Revocations {
    let revoked = entries.iter().map(|entry| Revocation {
        token_id: entry.token_id.clone(),
        user_id: entry.user_id.to_string(),
        before: entry.before,
        forget_after: entry.forget_after,
    });
    Revocations { full, revoked: revoked.collect() }
}
