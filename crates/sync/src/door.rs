//! Who comes in, the same for every protocol: a place, a token or ticket, membership; and whether that still holds.
//!
//! Limits that strangers meet come before anything that costs: places by address, then the size of what they may say and
//! the time they may take to say it, then the token.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use carrel_ids::{DocumentId, UserId};
use carrel_proto::code::{Problem, ServiceCode};
use carrel_service::identity::{TOKEN_BYTES_MAX, Via};
use carrel_service::{
    Kind, Peer, PeerAddr, Principal, Revocations, ServiceError as _, SharedClock, Shutdown, TokenUse,
    Verifier,
};
use http::HeaderMap;
use tokio::sync::{mpsc, oneshot, watch};

use crate::config::Limits;
use crate::hub::{Connection, Hub, Joined, QUEUE_MAX};
use crate::metrics::SyncMetrics;
use crate::room::CloseCode;
use crate::socket::Outlet;
use crate::store::MemberRole;
use crate::tickets::UsedTickets;

/// From the open connection to the token: a phone on a bad line takes 3 s.
pub const FIRST_MESSAGE_MAX: Duration = Duration::from_secs(10);
/// What a stranger may say at once: a token, with the document's name and the client's version around it.
pub const STRANGER_BYTES_MAX: usize = TOKEN_BYTES_MAX + 1_024;
/// Something must go over an idle connection, or proxies cut it.
pub const PING: Duration = Duration::from_secs(25);

/// Where the front-end master writes the address of the client for whom it asks.
const CLIENT_HEADER: &str = "x-carrel-client";

/// And the id of the ticket with which that client came. Believed only beside a token of the front-end master's.
const TICKET_HEADER: &str = "x-carrel-ticket";
/// A ticket lives 60 s; clocks differ by less than the rest.
const TICKET_KEPT_SECS: u64 = 180;
/// An id of ours has 32.
const TICKET_ID_MAX: usize = 64;

/// Tokens that stand for people who may edit.
const USES: &[TokenUse] = &[TokenUse::User, TokenUse::DocumentTicket, TokenUse::Relay];

/// The door. Clones share it.
#[derive(Clone)]
pub struct Door(Arc<Inner>);

/// What it is made of.
pub struct Parts {
    /// The documents.
    pub hub: Hub,
    /// Limits.
    pub limits: Limits,
    /// Clock.
    pub clock: SharedClock,
    /// Ends everything.
    pub shutdown: Shutdown,
    /// Figures.
    pub metrics: SyncMetrics,
    /// For tokens.
    pub verifier: Verifier,
    /// Withdrawn tokens.
    pub revocations: Revocations,
    /// Ticks with each change of them.
    pub revoked: watch::Receiver<u64>,
}

struct Inner {
    parts: Parts,
    seats: Mutex<HashMap<Option<IpAddr>, usize>>,
    /// Open documents by token.
    held: Mutex<HashMap<String, usize>>,
    tickets: UsedTickets,
}

/// A place among the connections; given back when dropped.
pub struct Seat(Door, Option<IpAddr>);

impl Drop for Seat {
    fn drop(&mut self) {
        give_back(&self.0.0.seats, &self.1);
        self.0.0.parts.metrics.connections.dec();
    }
}

/// One of a token's documents; given back when dropped.
struct Hold(Door, String);

impl Drop for Hold {
    fn drop(&mut self) {
        give_back(&self.0.0.held, &self.1);
    }
}

fn give_back<K: std::hash::Hash + Eq>(counts: &Mutex<HashMap<K, usize>>, key: &K) {
    let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

/// Somebody who may open a document.
pub struct Pass {
    /// Which.
    pub document: DocumentId,
    /// Who.
    pub user: UserId,
    /// Whether they may change it now.
    pub writes: bool,
    principal: Principal,
    /// Seconds since 1970.
    expires: u64,
    _hold: Hold,
}

/// A joined room, for protocols whose frames are not the room's own.
pub struct Link {
    /// Frames go in here.
    pub room: Joined,
    /// And come out here.
    pub frames: mpsc::Receiver<Bytes>,
    /// The end.
    pub closed: oneshot::Receiver<CloseCode>,
}

impl Door {
    /// With nobody inside.
    pub fn new(parts: Parts) -> Self {
        let (seats, held, tickets) = (Mutex::default(), Mutex::default(), UsedTickets::default());
        Self(Arc::new(Inner { parts, seats, held, tickets }))
    }

    /// The documents.
    pub fn hub(&self) -> &Hub {
        &self.0.parts.hub
    }

    /// The limits.
    pub fn limits(&self) -> &Limits {
        &self.0.parts.limits
    }

    /// Ends everything.
    pub fn shutdown(&self) -> &Shutdown {
        &self.0.parts.shutdown
    }

    /// Ticks when tokens are withdrawn.
    pub fn revoked(&self) -> watch::Receiver<u64> {
        self.0.parts.revoked.clone()
    }

    /// A place for a connection.
    pub fn sit(&self, address: Option<IpAddr>) -> Result<Seat, Problem> {
        let limits = &self.0.parts.limits;
        let mut seats = self.0.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = seats.values().sum();
        let here = seats.get(&address).copied().unwrap_or_default();
        if all >= limits.connections || here >= limits.connections_per_address {
            let text = "too many connections from your address: close some documents";
            return Err(Problem::new(ServiceCode::ResourceExhausted, text));
        }
        seats.insert(address, here + 1);
        self.0.parts.metrics.connections.inc();
        Ok(Seat(self.clone(), address))
    }

    /// Whom a token or ticket stands for.
    pub async fn identify(&self, token: &str) -> Result<Principal, Problem> {
        let refuse = |error: carrel_service::TokenError| Problem::new(error.code(), error.public());
        let claims = self.0.parts.verifier.verify_fresh(token, USES).await.map_err(refuse)?;
        Principal::from_claims(&claims, Via::Hook).map_err(refuse)
    }

    /// Lets somebody open a document. A ticket serves once.
    pub async fn admit(&self, principal: Option<Principal>, document: &str) -> Result<Pass, Problem> {
        let refuse = |text| Problem::new(ServiceCode::Unauthenticated, text);
        let principal = principal.ok_or_else(|| refuse("sign in first: this needs a token or a ticket"))?;
        let named = document.parse::<DocumentId>().ok();
        let user = match &principal.kind {
            Kind::User { id, .. } => id.clone(),
            Kind::DocumentTicket { document, .. } if Some(document) != named.as_ref() => {
                let text = "this ticket is for another document";
                return Err(Problem::new(ServiceCode::PermissionDenied, text));
            }
            Kind::DocumentTicket { id, .. } => id.clone(),
            _ => return Err(Problem::new(ServiceCode::PermissionDenied, "only people edit documents")),
        };
        let none = || Problem::new(ServiceCode::NotFound, "there is no such document of yours");
        let document = named.ok_or_else(none)?;
        let meta = self.0.parts.hub.store().meta(&document).await.map_err(|_| none())?;
        let writes = meta.role(&user).ok_or_else(none)? == MemberRole::Writer;
        let hold = self.hold(&principal)?;
        let mut expires = principal.expires;
        if matches!(principal.kind, Kind::DocumentTicket { .. }) {
            if !self.0.tickets.take(&principal.token_id, principal.expires, self.0.parts.clock.now_secs()) {
                return Err(refuse("this ticket was used: ask for a new one"));
            }
            // A ticket opens a connection, its own short life does not end one.
            expires = u64::MAX;
        }
        Ok(Pass { document, user, writes, principal, expires, _hold: hold })
    }

    /// Spends the ticket by which the front-end master let somebody in. Tickets are spent here, at the one place that all
    /// ways to a document lead to: one that came in a query string does not serve again in a first message.
    pub fn spend(&self, principal: Option<&Principal>, headers: &HeaderMap) -> Result<(), Problem> {
        let is_relayed = principal.is_some_and(|principal| principal.via == Via::Relay);
        let Some(ticket) = headers.get(TICKET_HEADER).filter(|_| is_relayed) else { return Ok(()) };
        let now = self.0.parts.clock.now_secs();
        let id = ticket.to_str().ok().filter(|id| id.len() <= TICKET_ID_MAX);
        let is_fresh = id.is_some_and(|id| self.0.tickets.take(id, now + TICKET_KEPT_SECS, now));
        if is_fresh {
            return Ok(());
        }
        let text = "this ticket was used: ask for a new one";
        Err(Problem::new(ServiceCode::Unauthenticated, text))
    }

    fn hold(&self, principal: &Principal) -> Result<Hold, Problem> {
        let token = principal.token_id.clone();
        let mut held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.get(&token).copied().unwrap_or_default();
        if count >= self.0.parts.limits.documents_per_token {
            let text = "too many open documents with this token: close some";
            return Err(Problem::new(ServiceCode::ResourceExhausted, text));
        }
        held.insert(token.clone(), count + 1);
        Ok(Hold(self.clone(), token))
    }

    /// Whether a pass no longer holds: its token has expired or was withdrawn.
    pub fn is_over(&self, pass: &Pass) -> bool {
        let Pass { principal, user, expires, .. } = pass;
        let is_revoked = self.0.parts.revocations.list().iter().any(|revocation| {
            revocation.token_id == principal.token_id
                || revocation.user_id == user.as_str()
                    && i64::try_from(principal.issued_at).is_ok_and(|issued| issued < revocation.before)
        });
        is_revoked || self.0.parts.clock.now_secs() >= *expires
    }

    /// A newer token for an open connection: it then ends with that one. Only of the same person.
    pub async fn renew(&self, pass: &mut Pass, token: &str) -> Result<(), Problem> {
        let principal = self.identify(token).await?;
        if principal.user().is_none_or(|(user, ..)| *user != pass.user) {
            let text = "this token is somebody else's: connect anew to change who you are";
            return Err(Problem::new(ServiceCode::PermissionDenied, text));
        }
        // The old token's count may be full of others of its documents; this one leaves it.
        let renewed = self.admit(Some(principal), pass.document.as_str()).await?;
        *pass = Pass { writes: pass.writes, ..renewed };
        Ok(())
    }

    /// Joins the room of a pass by a queue.
    pub async fn join(&self, pass: &Pass, wants_saved: bool) -> Option<Link> {
        let (queue, frames) = mpsc::channel(QUEUE_MAX);
        let (close, closed) = oneshot::channel();
        let outlet = Outlet::Queue(queue);
        let connection = Connection { user: pass.user.clone(), outlet, close, wants_saved };
        let room = self.0.parts.hub.join(&pass.document, connection).await.ok()?;
        Some(Link { room, frames, closed })
    }
}

/// Whose connection it is, for the limits. The front-end master says for whom it asks; nobody else is believed.
pub fn client_address(
    peer: Option<&Peer>,
    principal: Option<&Principal>,
    headers: &HeaderMap,
) -> Option<IpAddr> {
    if principal.is_some_and(|principal| principal.via == Via::Relay) {
        return headers.get(CLIENT_HEADER)?.to_str().ok()?.parse().ok();
    }
    match peer?.addr {
        PeerAddr::Tcp(address) => Some(address.ip()),
        PeerAddr::Unix => None,
    }
}

/// The code that ends a connection which was refused.
pub const fn close_code(problem: &Problem) -> CloseCode {
    match problem.code {
        ServiceCode::NotFound => CloseCode::Deleted,
        ServiceCode::PermissionDenied | ServiceCode::ResourceExhausted => CloseCode::Forbidden,
        ServiceCode::Unavailable => CloseCode::Restart,
        _ => CloseCode::Unauthenticated,
    }
}

/// A close code for people.
pub const fn reason(code: CloseCode) -> &'static str {
    match code {
        CloseCode::Restart => "connect again",
        CloseCode::BadFrame => "a frame breaks the protocol",
        CloseCode::Unauthenticated => "the token is over",
        CloseCode::Forbidden => "your membership has changed",
        CloseCode::Deleted => "the document is gone",
        CloseCode::Lagging => "too far behind",
    }
}
