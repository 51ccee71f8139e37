//! Who may use a session's tunnel.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use carrel_ids::SessionId;
use carrel_proto::code::{Problem, ServiceCode};
use carrel_service::{Kind, Principal, Role};
use http::HeaderMap;

use crate::slot::Binding;

/// The fence that the front-end master believes in.
pub const FENCE: &str = "x-carrel-fence";
/// The one service that forwards users.
const FORWARDER: &str = "frontend-master";
/// Tickets remembered as used; they live a minute, so this is a thousand websockets a second for a whole class.
const TICKETS_MAX: usize = 65_536;

/// Tickets that were used, until they would have expired anyway.
#[derive(Debug, Default)]
pub struct UsedTickets {
    used: Mutex<HashMap<String, u64>>,
}

impl UsedTickets {
    /// Takes a ticket; `false` if it was taken before, or if too many are remembered to be sure.
    fn take(&self, id: &str, expires: u64, now: u64) -> bool {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= TICKETS_MAX {
            used.retain(|_, expires| *expires >= now);
        }
        used.len() < TICKETS_MAX && used.insert(id.to_owned(), expires).is_none()
    }
}

/// What is known of a request when its session has been found.
pub struct Attempt<'a> {
    /// Who asks.
    pub principal: &'a Principal,
    /// The request's headers.
    pub headers: &'a HeaderMap,
    /// Whether it asks for a websocket.
    pub websocket: bool,
    /// Seconds since 1970.
    pub now: u64,
}

/// Lets the owner, an admin and the front-end master with the right fence in.
pub fn admit(attempt: &Attempt<'_>, binding: &Binding, tickets: &UsedTickets) -> Result<(), Problem> {
    let principal = attempt.principal;
    match &principal.kind {
        Kind::Service { name } if name == FORWARDER => check_fence(attempt.headers, binding),
        Kind::User { id, role, .. } if *id == binding.user || *role == Role::Admin => Ok(()),
        Kind::Ticket { session, id, role, .. }
            if *session == binding.session && (*id == binding.user || *role == Role::Admin) =>
        {
            if !attempt.websocket {
                return Err(Problem::new(
                    ServiceCode::PermissionDenied,
                    "a ticket opens one websocket and nothing else",
                ));
            }
            if tickets.take(&principal.token_id, principal.expires, attempt.now) {
                Ok(())
            } else {
                Err(Problem::new(ServiceCode::Unauthenticated, "this ticket was used: ask for a new one"))
            }
        }
        _ => Err(no_session(&binding.session)),
    }
}

/// The same whether a session is elsewhere, over or somebody else's.
pub fn no_session(session: &SessionId) -> Problem {
    Problem::new(ServiceCode::NotFound, format!("this node holds no session {session} of yours"))
}

fn check_fence(headers: &HeaderMap, binding: &Binding) -> Result<(), Problem> {
    let shown = headers.get(FENCE).and_then(|value| value.to_str().ok()).and_then(|value| value.parse().ok());
    let Some(shown) = shown else {
        return Err(Problem::new(ServiceCode::InvalidArgument, format!("{FENCE} must be a number")));
    };
    if carrel_model::Fence::from_number(shown) == binding.fence {
        return Ok(());
    }
    let text = format!("session {} is held here with fence {}, not {shown}", binding.session, binding.fence);
    Err(Problem::new(ServiceCode::FailedPrecondition, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_taken_once() {
        let tickets = UsedTickets::default();
        assert!(tickets.take("a", 100, 50));
        assert!(!tickets.take("a", 100, 50));
        assert!(tickets.take("b", 100, 50));
    }
}
