//! Who may use a session's tunnel.

use carrel_ids::SessionId;
use carrel_proto::code::{Problem, ServiceCode};
use carrel_service::error;
use carrel_service::{Kind, Principal, Role, UsedTickets};
use http::HeaderMap;

use crate::slot::Binding;

/// The fence that the front-end master believes in.
pub const FENCE: &str = "x-carrel-fence";
/// The one service that forwards users.
const FORWARDER: &str = "frontend-master";
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
            let taken = tickets.take(&principal.token_id, principal.expires, attempt.now);
            taken.map_err(|refused| error::report(&refused, "take a ticket"))
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
