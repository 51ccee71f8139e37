//! Tickets: a token in a query string works once.

use std::collections::HashMap;
use std::sync::Mutex;

use carrel_proto::code::ServiceCode;
use carrel_service::identity::{Kind, Principal};
use carrel_service::{ServiceError, SharedClock};

/// Tickets live 60 s: a thousand a second would fit, and each costs some 100 bytes.
const USED_MAX: usize = 65_536;

/// Why a ticket was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// It was used before.
    #[error("this ticket was used already; ask for another one")]
    Used,
    /// It was made before this daemon started, which can't know whether it was used.
    #[error("this ticket was made before the service restarted; ask for another one")]
    BeforeStart,
    /// Too many tickets at once.
    #[error("too many tickets were used within a minute; try again")]
    Full,
}

impl ServiceError for TicketError {
    fn code(&self) -> ServiceCode {
        match self {
            Self::Used | Self::BeforeStart => ServiceCode::Unauthenticated,
            Self::Full => ServiceCode::ResourceExhausted,
        }
    }
}

/// The tickets that were used and have not ended yet.
pub struct Tickets {
    clock: SharedClock,
    started: u64,
    used: Mutex<HashMap<String, u64>>,
}

impl Tickets {
    /// None used yet.
    pub fn new(clock: SharedClock) -> Self {
        Self { started: clock.now_secs(), clock, used: Mutex::default() }
    }

    /// Uses up the ticket behind a principal; other principals pass untouched.
    pub fn admit(&self, principal: &Principal) -> Result<(), TicketError> {
        match principal.kind {
            Kind::Ticket { .. } | Kind::DocumentTicket { .. } => {
                self.use_once(&principal.token_id, principal.issued_at, principal.expires)
            }
            _ => Ok(()),
        }
    }

    fn use_once(&self, id: &str, issued: u64, expires: u64) -> Result<(), TicketError> {
        if issued < self.started {
            return Err(TicketError::BeforeStart);
        }
        let now = self.clock.now_secs();
        let mut used = self.used.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if used.len() >= USED_MAX {
            used.retain(|_, end| *end >= now);
        }
        if used.len() >= USED_MAX {
            return Err(TicketError::Full);
        }
        match used.insert(id.to_owned(), expires) {
            None => Ok(()),
            Some(_) => Err(TicketError::Used),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use carrel_service::ManualClock;
    use std::time::Duration;

    #[test]
    fn once_and_bounded() {
        let clock = ManualClock::new(1_000_000);
        let tickets = Tickets::new(clock.clone());
        assert_eq!(tickets.use_once("a", 1_000, 1_060), Ok(()));
        assert_eq!(tickets.use_once("a", 1_000, 1_060), Err(TicketError::Used));
        assert_eq!(tickets.use_once("b", 999, 1_059), Err(TicketError::BeforeStart));
        for n in 1..USED_MAX {
            assert_eq!(tickets.use_once(&n.to_string(), 1_000, 1_060), Ok(()));
        }
        assert_eq!(tickets.use_once("more", 1_000, 1_060), Err(TicketError::Full));
        clock.advance(Duration::from_secs(61));
        assert_eq!(tickets.use_once("more", 1_061, 1_121), Ok(()));
    }
}
