//! `carrel.session.v1.SessionService`.

use std::pin::Pin;
use std::sync::Arc;

use carrel_ids::SessionId;
use carrel_proto::convert::parse;
use carrel_proto::session::v1 as pb;
use carrel_proto::session::v1::session_service_server::SessionService;
use carrel_service::{NewToken, Principal, Role, error};
use futures::Stream;
use tokio::sync::watch;
use tonic::{Request, Response, Status};
use tracing::Span;

use crate::sessions::board::SessionRow;
use crate::sessions::error::SessionError;
use crate::sessions::open::Opener;
use crate::sessions::{Sessions, convert};
use crate::store::PAGE_MAX;

/// Streams that watch one session: a few tabs of its user and an admin's.
const WATCHERS_MAX: usize = 64;

/// The service.
#[derive(Clone)]
pub struct SessionApi {
    sessions: Sessions,
}

impl SessionApi {
    /// The service on orchestration.
    pub fn new(sessions: Sessions) -> Self {
        Self { sessions }
    }

    fn message(&self, row: &SessionRow) -> pb::Session {
        convert::session_message(row, self.sessions.board().direct_url(row.record.node.as_ref()))
    }

    async fn visible(&self, principal: &Principal, id: &str) -> Result<Arc<SessionRow>, SessionError> {
        let id: SessionId = parse("id", id)?;
        Span::current().record("session", id.as_str());
        self.sessions.session(principal, &id).await
    }

    async fn list(
        &self,
        principal: &Principal,
        request: &pb::ListSessionsRequest,
    ) -> Result<Vec<pb::Session>, SessionError> {
        let user = match (request.all_users, principal.user()) {
            (true, _) if principal.is_admin() => None,
            (true, _) => return Err(SessionError::NoAdmin),
            (false, Some((user, _, _))) => Some(user),
            (false, None) => return Err(SessionError::NoUser),
        };
        let limit = if request.limit == 0 { PAGE_MAX } else { request.limit.min(PAGE_MAX) };
        let rows = self.sessions.0.store.sessions_of(user, request.include_closed, limit).await?;
        Ok(rows.into_iter().map(|row| self.message(&convert::from_store(row, (0, 0)))).collect())
    }

    async fn close(
        &self,
        principal: &Principal,
        request: pb::CloseSessionRequest,
    ) -> Result<Arc<SessionRow>, SessionError> {
        let row = self.visible(principal, &request.id).await?;
        if row.record.state.has_ended() {
            return Ok(row);
        }
        let by = principal.user().map_or("an admin", |(_, name, _)| name);
        let reason = match convert::one_line(&request.reason) {
            reason if reason.is_empty() => format!("closed by {by}"),
            reason => format!("closed by {by}: {reason}"),
        };
        self.sessions.close(&row.record.id, reason).await?;
        self.visible(principal, &request.id).await
    }

    async fn watch(&self, principal: &Principal, id: &str) -> Result<Watching, SessionError> {
        let row = self.visible(principal, id).await?;
        let session = &row.record.id;
        let watchers = self.sessions.board().watchers(session);
        if watchers >= WATCHERS_MAX {
            return Err(SessionError::TooManyWatchers { session: session.clone(), watchers });
        }
        Ok(match self.sessions.board().watch(session) {
            Some(rows) => Watching::Now(rows),
            // Ended long ago: one message, then the end.
            None => Watching::Last(row),
        })
    }

    async fn ticket(&self, principal: &Principal, id: &str) -> Result<pb::Ticket, SessionError> {
        let row = self.visible(principal, id).await?;
        let record = &row.record;
        if !record.state.is_live() {
            let reason =
                if record.reason.is_empty() { String::new() } else { format!(": {}", record.reason) };
            let state = record.state.name();
            return Err(SessionError::Over { session: record.id.clone(), state, reason });
        }
        let (user, name, role) = principal.user().ok_or(SessionError::NoUser)?;
        let new = NewToken::ticket(&record.id, user, name, role);
        let signed = self.sessions.0.issuer.issue(new).map_err(SessionError::Sign)?;
        let expires_at = i64::try_from(signed.claims.exp.saturating_mul(1_000)).unwrap_or(i64::MAX);
        Ok(pb::Ticket { ticket: signed.token, expires_at })
    }
}

fn opener(principal: &Principal) -> Result<Opener, SessionError> {
    let (id, name, role): (_, _, Role) = principal.user().ok_or(SessionError::NoUser)?;
    Ok(Opener { id: id.clone(), name: name.to_owned(), role })
}

/// Where a watching stream stands.
enum Watching {
    /// The value it holds was not sent yet.
    Now(watch::Receiver<Arc<SessionRow>>),
    /// Waits for the next one.
    Next(watch::Receiver<Arc<SessionRow>>),
    /// This one, then the end.
    Last(Arc<SessionRow>),
    /// Nothing follows.
    End,
}

impl SessionApi {
    /// One message of a watching stream, and how it goes on.
    async fn watched(self, watching: Watching) -> Option<(Result<pb::Session, Status>, Watching)> {
        let mut rows = match watching {
            Watching::End => return None,
            Watching::Last(row) => return Some((Ok(self.message(&row)), Watching::End)),
            Watching::Now(rows) => rows,
            Watching::Next(mut rows) => {
                let shutdown = &self.sessions.0.shutdown;
                let changed = tokio::select! {
                    changed = rows.changed() => changed.is_ok(),
                    () = shutdown.requested() => {
                        let stopping = error::status(&SessionError::Stopping, "watch a session");
                        return Some((Err(stopping), Watching::End));
                    }
                };
                if !changed {
                    return None;
                }
                rows
            }
        };
        let row = rows.borrow_and_update().clone();
        let then = if row.record.state.has_ended() { Watching::End } else { Watching::Next(rows) };
        Some((Ok(self.message(&row)), then))
    }
}

/// The stream of a watched session.
type Watched = Pin<Box<dyn Stream<Item = Result<pb::Session, Status>> + Send>>;

#[tonic::async_trait]
impl SessionService for SessionApi {
    #[tracing::instrument(skip_all, fields(session))]
    async fn open_session(
        &self,
        request: Request<pb::OpenSessionRequest>,
    ) -> Result<Response<pb::Session>, Status> {
        let opener =
            opener(Principal::of(request.extensions())?).map_err(|e| error::status(&e, "open a session"))?;
        let opened = self.sessions.open(opener, request.into_inner()).await;
        let row = opened.map_err(|e| error::status(&e, "open a session"))?;
        Span::current().record("session", row.record.id.as_str());
        Ok(Response::new(self.message(&row)))
    }

    #[tracing::instrument(skip_all, fields(session))]
    async fn get_session(
        &self,
        request: Request<pb::GetSessionRequest>,
    ) -> Result<Response<pb::Session>, Status> {
        let principal = Principal::of(request.extensions())?;
        let row = self.visible(principal, &request.get_ref().id).await;
        Ok(Response::new(self.message(&*row.map_err(|e| error::status(&e, "show a session"))?)))
    }

    async fn list_sessions(
        &self,
        request: Request<pb::ListSessionsRequest>,
    ) -> Result<Response<pb::ListSessionsReply>, Status> {
        let principal = Principal::of(request.extensions())?;
        let sessions = self.list(principal, request.get_ref()).await;
        let sessions = sessions.map_err(|e| error::status(&e, "list sessions"))?;
        Ok(Response::new(pb::ListSessionsReply { sessions }))
    }

    type WatchSessionStream = Watched;

    #[tracing::instrument(skip_all, fields(session))]
    async fn watch_session(
        &self,
        request: Request<pb::WatchSessionRequest>,
    ) -> Result<Response<Watched>, Status> {
        let principal = Principal::of(request.extensions())?;
        let watching = self.watch(principal, &request.get_ref().id).await;
        let watching = watching.map_err(|e| error::status(&e, "watch a session"))?;
        let api = self.clone();
        let stream = futures::stream::unfold(watching, move |watching| api.clone().watched(watching));
        Ok(Response::new(Box::pin(stream)))
    }

    #[tracing::instrument(skip_all, fields(session))]
    async fn close_session(
        &self,
        request: Request<pb::CloseSessionRequest>,
    ) -> Result<Response<pb::Session>, Status> {
        let principal = Principal::of(request.extensions())?.clone();
        let row = self.close(&principal, request.into_inner()).await;
        Ok(Response::new(self.message(&*row.map_err(|e| error::status(&e, "close a session"))?)))
    }

    #[tracing::instrument(skip_all, fields(session))]
    async fn create_ticket(
        &self,
        request: Request<pb::CreateTicketRequest>,
    ) -> Result<Response<pb::Ticket>, Status> {
        let principal = Principal::of(request.extensions())?;
        let ticket = self.ticket(principal, &request.get_ref().session_id).await;
        Ok(Response::new(ticket.map_err(|e| error::status(&e, "make a ticket"))?))
    }
}
