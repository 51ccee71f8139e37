//! Tickets: a token in an address works once, because addresses are kept in logs and histories.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use carrel_proto::code::ServiceCode;

use crate::error::ServiceError;

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

/// The tickets that were used, until they would have ended anyway.
#[derive(Debug, Default)]
pub struct UsedTickets {
    used: Mutex<HashMap<String, u64>>,
}

impl UsedTickets {
    /// Uses up a ticket. Once too many are remembered to be sure, none is taken. Times are seconds since 1970.
    pub fn take(&self, id: &str, expires: u64, now: u64) -> Result<(), TicketError> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
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

    #[test]
    fn once_and_bounded() {
        let tickets = UsedTickets::default();
        assert_eq!(tickets.take("a", 1_060, 1_000), Ok(()));
        assert_eq!(tickets.take("a", 1_060, 1_000), Err(TicketError::Used));
        for n in 1..USED_MAX {
            assert_eq!(tickets.take(&n.to_string(), 1_060, 1_000), Ok(()));
        }
        assert_eq!(tickets.take("more", 1_060, 1_000), Err(TicketError::Full));
        assert_eq!(tickets.take("more", 1_121, 1_061), Ok(()));
    }
}
