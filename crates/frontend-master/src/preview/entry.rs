//! The way from the website to a preview's own origin: a code that works once.
//!
//! The website's cookie does not reach another origin, so the website hands over a code in the address, and the
//! preview's origin takes it for a cookie of its own.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use carrel_service::{Principal, Random, SharedClock};

use super::host::Place;

/// From one redirect to the next; slow machines and slower lines included.
const LASTS_SECS: u64 = 60;

/// A code costs some 300 bytes; a thousand learners who open four previews within a minute each.
const CODES_MAX: usize = 4_096;

struct Entry {
    place: Place,
    principal: Principal,
    ends: u64,
}

/// The codes that were given out and not used yet.
pub struct Codes {
    clock: SharedClock,
    random: Random,
    open: Mutex<HashMap<String, Entry>>,
}

impl Codes {
    /// None yet.
    pub fn new(clock: SharedClock, random: Random) -> Self {
        Self { clock, random, open: Mutex::default() }
    }

    /// A code for somebody who may enter a place; `None` if too many are open.
    pub fn give(&self, place: Place, principal: Principal) -> Option<String> {
        let now = self.clock.now_secs();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= CODES_MAX {
            open.retain(|_, entry| entry.ends > now);
        }
        if open.len() >= CODES_MAX {
            return None;
        }
        let code = format!("{:032x}", self.random.u128());
        open.insert(code.clone(), Entry { place, principal, ends: now + LASTS_SECS });
        Some(code)
    }

    /// Takes a code: who may enter, if it is for this place, fresh and unused. Trying it elsewhere uses it up, too.
    pub fn take(&self, code: &str, place: &Place) -> Option<Principal> {
        let entry = self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(code)?;
        (entry.place == *place && entry.ends > self.clock.now_secs()).then_some(entry.principal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use carrel_service::ManualClock;
    use carrel_service::identity::{Kind, Role, Via};
    use std::time::Duration;

    fn principal() -> Principal {
        let id = "us-dvgacm9p9kjhraz5myez".parse().expect("an id");
        let kind = Kind::User { id, name: "ada".to_owned(), role: Role::Learner };
        Principal { kind, token_id: "t".to_owned(), expires: 9, issued_at: 1, via: Via::Cookie }
    }

    fn place(port: u16) -> Place {
        Place::parse(&format!("{port}-se-dvgacm9p9kjhraz5myez")).expect("a place")
    }

    #[test]
    fn a_code_works_once_in_time_and_at_its_place() {
        let clock = ManualClock::new(1_000_000);
        let codes = Codes::new(clock.clone(), Random::seeded(1));
        let code = codes.give(place(80), principal()).expect("room");
        assert_eq!(codes.take(&code, &place(80)), Some(principal()));
        assert_eq!(codes.take(&code, &place(80)), None, "twice");
        let other = codes.give(place(80), principal()).expect("room");
        assert_eq!(codes.take(&other, &place(81)), None, "elsewhere");
        assert_eq!(codes.take(&other, &place(80)), None, "after it was tried elsewhere");
        let late = codes.give(place(80), principal()).expect("room");
        clock.advance(Duration::from_secs(LASTS_SECS));
        assert_eq!(codes.take(&late, &place(80)), None, "late");
    }

    #[test]
    fn they_are_bounded() {
        let clock = ManualClock::new(1_000_000);
        let codes = Codes::new(clock.clone(), Random::seeded(1));
        for _ in 0..CODES_MAX {
            assert!(codes.give(place(80), principal()).is_some());
        }
        assert!(codes.give(place(80), principal()).is_none());
        clock.advance(Duration::from_secs(LASTS_SECS));
        assert!(codes.give(place(80), principal()).is_some());
    }
}
