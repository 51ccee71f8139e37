//! Between wire messages and the model's types.

use carrel_model::node::Claim;
use carrel_model::{Egress, Fence, SlotClass};
use carrel_proto::compute::v1::{ClaimRequest, SessionFence};
use carrel_proto::convert::{InvalidField, parse};
use carrel_proto::session::v1 as session;

use crate::ledger::ClaimRecord;

/// Longer than any account's or repository's name.
const TEXT_MAX: usize = 200;

/// A class as it goes over the wire.
pub const fn class_message(class: SlotClass) -> session::SlotClass {
    match class {
        SlotClass::Standard => session::SlotClass::Standard,
        SlotClass::Burst => session::SlotClass::Burst,
    }
}

/// A claim from the wire.
pub fn claim_record(request: &ClaimRequest) -> Result<ClaimRecord, InvalidField> {
    let class = match request.slot_class() {
        session::SlotClass::Standard => SlotClass::Standard,
        session::SlotClass::Burst => SlotClass::Burst,
        session::SlotClass::Unspecified => {
            return Err(InvalidField::new("slot_class", "must be standard or burst"));
        }
    };
    let egress = match request.egress() {
        session::Egress::Default => Egress::Default,
        session::Egress::Exam => Egress::Exam,
        session::Egress::Unspecified => return Err(InvalidField::new("egress", "must be default or exam")),
    };
    Ok(ClaimRecord {
        session: parse("session_id", &request.session_id)?,
        fence: fence(request.fence)?,
        class,
        egress,
        user: parse("user_id", &request.user_id)?,
        user_name: user_name(&request.user_name)?,
        repository: repository(&request.repository)?,
        with_environment: request.with_environment,
    })
}

/// A session and its fence from the wire.
pub fn claim(session: &str, number: u64) -> Result<Claim, InvalidField> {
    Ok(Claim { session: parse("session_id", session)?, fence: fence(number)? })
}

/// A list of them.
pub fn claims(sessions: &[SessionFence]) -> Result<Vec<Claim>, InvalidField> {
    sessions.iter().map(|listed| claim(&listed.session_id, listed.fence)).collect()
}

fn fence(number: u64) -> Result<Fence, InvalidField> {
    if number == 0 {
        return Err(InvalidField::new("fence", "must not be 0"));
    }
    Ok(Fence::from_number(number))
}

/// The name goes into git's configuration in the slot.
fn user_name(name: &str) -> Result<String, InvalidField> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    if name.is_empty() || name.len() > TEXT_MAX || !name.bytes().all(plain) {
        return Err(InvalidField::new("user_name", "must be a login name"));
    }
    Ok(name.to_owned())
}

/// The path goes into a clone address.
fn repository(path: &str) -> Result<String, InvalidField> {
    let fault = || InvalidField::new("repository", "must be <owner>/<name> or empty");
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    if path.is_empty() {
        return Ok(String::new());
    }
    let (owner, name) = path.split_once('/').ok_or_else(fault)?;
    let proper = [owner, name].iter().all(|part| {
        part.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric()) && part.bytes().all(plain)
    });
    if proper && path.len() <= TEXT_MAX { Ok(path.to_owned()) } else { Err(fault()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn request() -> ClaimRequest {
        ClaimRequest {
            session_id: "se-1".to_owned(),
            fence: 1,
            slot_class: session::SlotClass::Burst.into(),
            egress: session::Egress::Exam.into(),
            user_id: "us-1".to_owned(),
            user_name: "ada".to_owned(),
            repository: "ada/blinky".to_owned(),
            git_token: None,
            with_environment: true,
        }
    }

    #[test]
    fn a_fault_names_its_field() {
        assert!(claim_record(&request()).is_ok());
        type Spoil = fn(&mut ClaimRequest);
        let spoils: [(&str, Spoil); 7] = [
            ("session_id", |r| r.session_id = "no-1".to_owned()),
            ("fence", |r| r.fence = 0),
            ("slot_class", |r| r.slot_class = 9),
            ("egress", |r| r.egress = 0),
            ("user_id", |r| r.user_id.clear()),
            ("user_name", |r| r.user_name = "a\nb".to_owned()),
            ("repository", |r| r.repository = "ada/../x".to_owned()),
        ];
        for (field, spoil) in spoils {
            let mut spoilt = request();
            spoil(&mut spoilt);
            assert_eq!(claim_record(&spoilt).map_err(|fault| fault.field), Err(field));
        }
    }

    proptest! {
        #[test]
        fn a_repository_that_is_taken_makes_a_plain_address(path in "[a-zA-Z0-9./_%?#@: -]{0,30}") {
            if let Ok(taken) = repository(&path) {
                prop_assert!(taken.is_empty() || taken.split('/').count() == 2);
                prop_assert!(!taken.contains("..") || taken.split('/').all(|part| !part.starts_with('.')));
            }
        }
    }
}
