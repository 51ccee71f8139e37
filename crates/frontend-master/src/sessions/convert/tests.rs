//! What comes in is bounded and named, what goes round comes back.

use super::*;
use carrel_ids::{NodeId, SlotId, UserId};

fn row(state: State) -> SessionRow {
    let at = Time::from_millis;
    SessionRow {
        user_name: "ada".to_owned(),
        record: Record {
            id: SessionId::from_random(1),
            user: UserId::from_random(2),
            repository: "ada/demo".to_owned(),
            class: SlotClass::Burst,
            egress: Egress::Exam,
            request_id: "r-1".to_owned(),
            with_environment: true,
            state,
            reason: "why".to_owned(),
            only: "no-b".parse::<NodeId>().ok(),
            node: "no-a".parse::<NodeId>().ok(),
            slot: Some(SlotId::from_random(3)),
            fence: Fence::from_number(7),
            reported_from: (4, 5),
            created: at(1_000),
            since: at(3_000),
            timeline: vec![(State::Claiming, at(1_000)), (state, at(3_000))],
        },
    }
}

#[test]
fn every_state_comes_back_from_the_store_and_has_its_own_word_on_the_wire() {
    let mut seen = std::collections::BTreeSet::new();
    for state in State::ALL {
        let row = row(state);
        let stored = to_store(&row);
        assert_eq!(from_store(stored.record, stored.reported_from), row);
        let message = session_message(&row, "https://n".to_owned());
        assert!(seen.insert(message.state), "{state:?}");
        assert_eq!(message.direct_url.is_empty(), !state.is_live());
        assert_eq!((message.fence, message.created_at, message.timeline.len()), (7, 1_000, 2));
    }
}

#[test]
fn a_report_that_is_no_report_is_refused_with_its_field() {
    let good = compute::NodeReport { node_id: "no-a".to_owned(), ..Default::default() };
    assert!(facts(&good).is_ok());
    let held =
        compute::HeldSession { session_id: "se-1".to_owned(), slot_id: "x".to_owned(), ..Default::default() };
    let pool = compute::ClassReport { slot_class: 9, ..Default::default() };
    let cases = [
        (compute::NodeReport { node_id: "a".to_owned(), ..good.clone() }, "node_id"),
        (compute::NodeReport { sessions: vec![held.clone()], ..good.clone() }, "sessions.slot_id"),
        (compute::NodeReport { classes: vec![pool], ..good.clone() }, "classes.slot_class"),
        (compute::NodeReport { sessions: vec![held; HELD_MAX + 1], ..good.clone() }, "sessions"),
        (compute::NodeReport { highest_fence: u64::MAX, ..good.clone() }, "highest_fence"),
        (compute::NodeReport { boot_epoch: u64::MAX, ..good }, "boot_epoch"),
    ];
    for (report, field) in cases {
        assert_eq!(facts(&report).map_err(|fault| fault.field), Err(field));
    }
}

#[test]
fn a_claim_carries_what_the_slot_is_bound_to() {
    let token = compute::GitToken { token: "t".to_owned(), expires_at: 9 };
    let message = claim_message(&row(State::Claiming), Some(token));
    assert_eq!((message.fence, message.repository.as_str(), message.with_environment), (7, "ada/demo", true));
    assert_eq!(message.egress(), session::Egress::Exam);
    assert!(matches!(claim_result(&compute::ClaimReply::default()), ClaimResult::Unknown(_)));
    let wild = compute::ClaimReply { slot_id: "sl-1".to_owned(), version: u64::MAX, ..Default::default() };
    assert!(matches!(claim_result(&wild), ClaimResult::Unknown(_)));
}

#[test]
fn texts_of_others_are_one_short_line() {
    assert_eq!(one_line(" a\nb\u{1b}[2J\n"), "a b [2J");
    assert_eq!(one_line(&"x".repeat(1_000)).len(), TEXT_MAX);
}

#[test]
fn requests_that_leave_out_class_and_egress_get_the_defaults() {
    assert_eq!((class("c", 0), egress("e", 0)), (Ok(SlotClass::Standard), Ok(Egress::Default)));
    assert!(class("c", 17).is_err() && egress("e", -1).is_err());
}
