//! Websockets at `/doc/<id>`.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use carrel_ids::{DocumentId, UserId};
use carrel_proto::code::{Problem, ServiceCode};
use carrel_service::error::response;
use carrel_service::identity::Via;
use carrel_service::{Kind, Peer, PeerAddr, Principal, Revocations, SharedClock, Shutdown};
use http::HeaderMap;
use http::request::Parts;
use tokio::sync::{oneshot, watch};

use crate::config::Limits;
use crate::hub::{Connection, Hub};
use crate::metrics::SyncMetrics;
use crate::room::CloseCode;
use crate::socket::{End, Incoming, Outlet, Socket, Upgrade};
use crate::tickets::UsedTickets;

/// Something must go over an idle connection, or proxies cut it. A socket that takes nothing from one to the next is gone.
const PING: Duration = Duration::from_secs(25);

/// Where the front-end master writes the address of the client for whom it asks.
const CLIENT_HEADER: &str = "x-carrel-client";

/// The websockets.
#[derive(Clone)]
pub struct Sockets(Arc<Inner>);

struct Inner {
    hub: Hub,
    limits: Limits,
    open: Mutex<HashMap<Option<IpAddr>, usize>>,
    tickets: UsedTickets,
    clock: SharedClock,
    shutdown: Shutdown,
    metrics: SyncMetrics,
    revocations: Revocations,
    revoked: watch::Receiver<u64>,
}

/// A place among the connections; given back when dropped.
struct Seat(Arc<Inner>, Option<IpAddr>);

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.1) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.1);
            }
        }
        self.0.metrics.connections.dec();
    }
}

/// The token of `?ticket=`, for sockets of browsers that can't send the cookie.
pub fn ticket_hook(parts: &Parts) -> Option<String> {
    if !parts.uri.path().starts_with("/doc/") {
        return None;
    }
    parameter(parts.uri.query(), "ticket").map(str::to_owned)
}

fn parameter<'a>(query: Option<&'a str>, name: &str) -> Option<&'a str> {
    query?.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

impl Sockets {
    /// With nobody connected.
    pub fn new(
        hub: Hub,
        limits: Limits,
        (clock, shutdown): (SharedClock, Shutdown),
        metrics: SyncMetrics,
        (revocations, revoked): (Revocations, watch::Receiver<u64>),
    ) -> Self {
        let (open, tickets) = (Mutex::default(), UsedTickets::default());
        Self(Arc::new(Inner { hub, limits, open, tickets, clock, shutdown, metrics, revocations, revoked }))
    }

    /// The route.
    pub fn router(self) -> Router {
        Router::new().route("/doc/{id}", get(connect)).with_state(self)
    }

    fn sit(&self, address: Option<IpAddr>) -> Result<Seat, Problem> {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = open.values().sum();
        let count = open.entry(address).or_default();
        if all >= self.0.limits.connections || *count >= self.0.limits.connections_per_address {
            if *count == 0 {
                open.remove(&address);
            }
            let text = "too many connections from your address: close some documents";
            return Err(Problem::new(ServiceCode::ResourceExhausted, text));
        }
        *count += 1;
        self.0.metrics.connections.inc();
        Ok(Seat(self.0.clone(), address))
    }

    /// Who connects. A ticket serves once.
    fn admit(
        &self,
        principal: Option<&Principal>,
        document: Option<&DocumentId>,
    ) -> Result<(UserId, u64), Problem> {
        let refuse = |text| Problem::new(ServiceCode::Unauthenticated, text);
        let principal = principal.ok_or_else(|| refuse("sign in first: this needs a token or a ticket"))?;
        match &principal.kind {
            Kind::User { id, .. } => Ok((id.clone(), principal.expires)),
            Kind::DocumentTicket { document: named, .. } if Some(named) != document => {
                Err(Problem::new(ServiceCode::PermissionDenied, "this ticket is for another document"))
            }
            Kind::DocumentTicket { id, .. } => {
                if !self.0.tickets.take(&principal.token_id, principal.expires, self.0.clock.now_secs()) {
                    return Err(refuse("this ticket was used: ask for a new one"));
                }
                // A ticket opens a connection, its own short life does not end one.
                Ok((id.clone(), u64::MAX))
            }
            _ => Err(Problem::new(ServiceCode::PermissionDenied, "only people edit documents")),
        }
    }
}

/// Whose connection it is, for the limits. The front-end master says for whom it asks; nobody else is believed.
fn client_address(peer: &Peer, principal: Option<&Principal>, headers: &HeaderMap) -> Option<IpAddr> {
    if principal.is_some_and(|principal| principal.via == Via::Relay) {
        return headers.get(CLIENT_HEADER)?.to_str().ok()?.parse().ok();
    }
    match peer.addr {
        PeerAddr::Tcp(address) => Some(address.ip()),
        PeerAddr::Unix => None,
    }
}

async fn connect(
    State(sockets): State<Sockets>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    principal: Option<Extension<Principal>>,
    upgrade: Upgrade,
) -> Response {
    let principal = principal.map(|Extension(principal)| principal);
    let address = client_address(&peer, principal.as_ref(), &headers);
    let admitted = async {
        let seat = sockets.sit(address)?;
        let none = || Problem::new(ServiceCode::NotFound, "there is no such document of yours");
        let document = id.parse();
        let (user, expires) = sockets.admit(principal.as_ref(), document.as_ref().ok())?;
        let id: DocumentId = document.map_err(|_| none())?;
        let meta = sockets.0.hub.store().meta(&id).await.map_err(|_| none())?;
        meta.role(&user).ok_or_else(none)?;
        Ok::<_, Problem>((seat, user, expires, id))
    };
    let (seat, user, expires, id) = match admitted.await {
        Ok(admitted) => admitted,
        Err(problem) => return response(&problem, "open a document's websocket"),
    };
    let wants_saved = parameter(query.as_deref(), "saved") == Some("1");
    let limit = sockets.0.limits.frame_bytes;
    let session = Session { user, expires, wants_saved, principal };
    upgrade.accept(sockets.0.hub.tasks(), limit, move |socket| session.run(socket, id, seat))
}

struct Session {
    user: UserId,
    expires: u64,
    wants_saved: bool,
    principal: Option<Principal>,
}

impl Session {
    async fn run(self, mut socket: Socket, id: DocumentId, seat: Seat) {
        let code = self.carry(&mut socket, &id, &seat.0).await;
        if let Some(code) = code {
            let reason = match code {
                CloseCode::Restart => "connect again",
                CloseCode::BadFrame => "a frame breaks the protocol",
                CloseCode::Unauthenticated => "the token is over",
                CloseCode::Forbidden => "your membership has changed",
                CloseCode::Deleted => "the document is gone",
                CloseCode::Lagging => "too far behind",
            };
            socket.close(code as u16, reason).await;
        }
    }

    /// Until an end; with the code to close with, if the socket is still there.
    async fn carry(&self, socket: &mut Socket, id: &DocumentId, inner: &Inner) -> Option<CloseCode> {
        let (close, mut closed) = oneshot::channel();
        let outlet = Outlet::Socket(socket.outbox());
        let connection = Connection { user: self.user.clone(), outlet, close, wants_saved: self.wants_saved };
        let Ok(room) = inner.hub.join(id, connection).await else { return Some(CloseCode::Restart) };
        let mut revoked = inner.revoked.clone();
        let mut pings = tokio::time::interval(PING);
        let code = loop {
            tokio::select! {
                biased;
                code = &mut closed => break Some(code.unwrap_or(CloseCode::Restart)),
                received = socket.recv() => match received {
                    Ok(Incoming::Binary(frame)) => {
                        if !room.frame(frame).await {
                            break Some(CloseCode::Restart);
                        }
                    }
                    Ok(Incoming::Text) | Err(End::Bad(_)) => break Some(CloseCode::BadFrame),
                    Err(End::Gone) => break None,
                },
                Ok(()) = revoked.changed() => {
                    if self.is_over(inner) {
                        break Some(CloseCode::Unauthenticated);
                    }
                }
                _ = pings.tick() => {
                    if self.is_over(inner) {
                        break Some(CloseCode::Unauthenticated);
                    }
                    if !socket.ping() {
                        break None;
                    }
                }
                () = inner.shutdown.requested() => break Some(CloseCode::Restart),
            }
        };
        room.leave().await;
        code
    }

    fn is_over(&self, inner: &Inner) -> bool {
        let is_revoked = self.principal.as_ref().is_some_and(|principal| {
            inner.revocations.list().iter().any(|revocation| {
                revocation.token_id == principal.token_id
                    || revocation.user_id == self.user.as_str()
                        && i64::try_from(principal.issued_at).is_ok_and(|issued| issued < revocation.before)
            })
        });
        is_revoked || inner.clock.now_secs() >= self.expires
    }
}
