//! Which principals are tickets, and which of them may still be used.

use carrel_service::identity::{Kind, Principal};
use carrel_service::{SharedClock, TicketError, UsedTickets};

/// The tickets that were used and have not ended yet.
pub struct Tickets {
    clock: SharedClock,
    started: u64,
    used: UsedTickets,
}

impl Tickets {
    /// None used yet.
    pub fn new(clock: SharedClock) -> Self {
        Self { started: clock.now_secs(), clock, used: UsedTickets::default() }
    }

    /// Uses up the ticket behind a principal; other principals pass untouched.
    pub fn admit(&self, principal: &Principal) -> Result<(), TicketError> {
        if !matches!(principal.kind, Kind::Ticket { .. } | Kind::DocumentTicket { .. }) {
            return Ok(());
        }
        // Tickets are made by this daemon and its clock, so that those of its last life can be told apart.
        if principal.issued_at < self.started {
            return Err(TicketError::BeforeStart);
        }
        self.used.take(&principal.token_id, principal.expires, self.clock.now_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use carrel_ids::{SessionId, UserId};
    use carrel_service::identity::Via;
    use carrel_service::{ManualClock, Role};

    fn principal(kind: Kind, token_id: &str, issued_at: u64) -> Principal {
        let expires = issued_at + 60;
        Principal { kind, token_id: token_id.to_owned(), expires, issued_at, via: Via::Hook }
    }

    #[test]
    fn a_ticket_of_this_life_is_taken_once_and_other_tokens_as_often_as_they_like() {
        let tickets = Tickets::new(ManualClock::new(1_000_000));
        let (id, name, role) = (UserId::from_random(1), "ada".to_owned(), Role::Learner);
        let kind =
            Kind::Ticket { session: SessionId::from_random(1), id: id.clone(), name: name.clone(), role };
        assert_eq!(tickets.admit(&principal(kind.clone(), "a", 1_000)), Ok(()));
        assert_eq!(tickets.admit(&principal(kind.clone(), "a", 1_000)), Err(TicketError::Used));
        assert_eq!(tickets.admit(&principal(kind, "b", 999)), Err(TicketError::BeforeStart));
        let user = principal(Kind::User { id, name, role }, "c", 999);
        assert_eq!((tickets.admit(&user), tickets.admit(&user)), (Ok(()), Ok(())));
    }
}
