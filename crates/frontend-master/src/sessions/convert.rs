//! Between the model's words, the store's rows and the wire's messages.

use std::time::Duration;

use carrel_ids::SessionId;
use carrel_model::master::{
    ClaimResult, Facts, Health, HeldSession, Phase, PoolFacts, Quarantine, Record, State,
};
use carrel_model::{Egress, Fence, SlotClass, Time};
use carrel_proto::compute::v1 as compute;
use carrel_proto::convert::{InvalidField, parse};
use carrel_proto::session::v1 as session;

use super::board::{NodeRow, SessionRow};
use crate::store::{self, OrchestratedSession, QuarantineRecord, SessionRecord};

/// Sessions in one report: far above the slots a machine can hold.
const HELD_MAX: usize = 4_096;

/// A pool per class, with room for classes of later versions.
const POOLS_MAX: usize = 16;

/// Warm slots of one pool: far above any machine's, and sums of them stay small.
const SLOTS_MAX: u32 = 1 << 20;

/// Fences and counters from nodes: far above what years of claims give out, and what follows fits the store.
const NUMBER_MAX: u64 = 1 << 62;

/// The longest text of others that becomes the reason of a session's state.
const TEXT_MAX: usize = 300;

/// A text of others, as one line that is not too long.
pub(super) fn one_line(text: &str) -> String {
    let line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    line.take(TEXT_MAX).collect::<String>().trim().to_owned()
}

/// A number of a node's: a wild one must not move our own counters to their end.
fn sane(field: &'static str, number: u64) -> Result<u64, InvalidField> {
    if number < NUMBER_MAX { Ok(number) } else { Err(InvalidField::new(field, "must be below 2^62")) }
}

fn wall_ms(time: Time) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

fn time(wall_ms: i64) -> Time {
    Time::from_millis(u64::try_from(wall_ms).unwrap_or_default())
}

fn stored_state(state: State) -> store::SessionState {
    match state {
        State::Claiming => store::SessionState::Claiming,
        State::Preparing => store::SessionState::Preparing,
        State::Ready => store::SessionState::Ready,
        State::Unreachable => store::SessionState::Unreachable,
        State::Closing => store::SessionState::Closing,
        State::Closed => store::SessionState::Closed,
        State::Failed => store::SessionState::Failed,
    }
}

fn model_state(state: store::SessionState) -> State {
    match state {
        store::SessionState::Claiming => State::Claiming,
        store::SessionState::Preparing => State::Preparing,
        store::SessionState::Ready => State::Ready,
        store::SessionState::Unreachable => State::Unreachable,
        store::SessionState::Closing => State::Closing,
        store::SessionState::Closed => State::Closed,
        store::SessionState::Failed => State::Failed,
    }
}

fn wire_state(state: State) -> session::SessionState {
    match state {
        State::Claiming => session::SessionState::Claiming,
        State::Preparing => session::SessionState::Preparing,
        State::Ready => session::SessionState::Ready,
        State::Unreachable => session::SessionState::Unreachable,
        State::Closing => session::SessionState::Closing,
        State::Closed => session::SessionState::Closed,
        State::Failed => session::SessionState::Failed,
    }
}

fn wire_class(class: SlotClass) -> session::SlotClass {
    match class {
        SlotClass::Standard => session::SlotClass::Standard,
        SlotClass::Burst => session::SlotClass::Burst,
    }
}

fn wire_egress(egress: Egress) -> session::Egress {
    match egress {
        Egress::Default => session::Egress::Default,
        Egress::Exam => session::Egress::Exam,
    }
}

/// The class a request names; standard when it names none.
pub(super) fn class(field: &'static str, number: i32) -> Result<SlotClass, InvalidField> {
    match session::SlotClass::try_from(number) {
        Ok(session::SlotClass::Unspecified | session::SlotClass::Standard) => Ok(SlotClass::Standard),
        Ok(session::SlotClass::Burst) => Ok(SlotClass::Burst),
        Err(_) => Err(InvalidField::new(field, format!("{number} is no class of slots"))),
    }
}

/// The egress profile a request names; default when it names none.
pub(super) fn egress(field: &'static str, number: i32) -> Result<Egress, InvalidField> {
    match session::Egress::try_from(number) {
        Ok(session::Egress::Unspecified | session::Egress::Default) => Ok(Egress::Default),
        Ok(session::Egress::Exam) => Ok(Egress::Exam),
        Err(_) => Err(InvalidField::new(field, format!("{number} is no egress profile"))),
    }
}

/// The row for the store.
pub(super) fn to_store(row: &SessionRow) -> OrchestratedSession {
    let record = &row.record;
    let timeline = record.timeline.iter().map(|(state, at)| (stored_state(*state), wall_ms(*at))).collect();
    OrchestratedSession {
        record: SessionRecord {
            id: record.id.clone(),
            user_id: record.user.clone(),
            user_name: row.user_name.clone(),
            repository: record.repository.clone(),
            slot_class: match record.class {
                SlotClass::Standard => store::SlotClass::Standard,
                SlotClass::Burst => store::SlotClass::Burst,
            },
            egress: match record.egress {
                Egress::Default => store::Egress::Default,
                Egress::Exam => store::Egress::Exam,
            },
            with_environment: record.with_environment,
            state: stored_state(record.state),
            reason: record.reason.clone(),
            only_node: record.only.clone(),
            node_id: record.node.clone(),
            slot_id: record.slot.clone(),
            fence: record.fence.number(),
            request_id: record.request_id.clone(),
            created_at: wall_ms(record.created),
            updated_at: wall_ms(record.since),
            timeline,
        },
        reported_from: record.reported_from,
    }
}

/// The way back.
pub(super) fn from_store(stored: SessionRecord, reported_from: (u64, u64)) -> SessionRow {
    let timeline = stored.timeline.iter().map(|(state, at)| (model_state(*state), time(*at))).collect();
    SessionRow {
        user_name: stored.user_name,
        record: Record {
            id: stored.id,
            user: stored.user_id,
            repository: stored.repository,
            class: match stored.slot_class {
                store::SlotClass::Standard => SlotClass::Standard,
                store::SlotClass::Burst => SlotClass::Burst,
            },
            egress: match stored.egress {
                store::Egress::Default => Egress::Default,
                store::Egress::Exam => Egress::Exam,
            },
            request_id: stored.request_id,
            with_environment: stored.with_environment,
            state: model_state(stored.state),
            reason: stored.reason,
            only: stored.only_node,
            node: stored.node_id,
            slot: stored.slot_id,
            fence: Fence::from_number(stored.fence),
            reported_from,
            created: time(stored.created_at),
            since: time(stored.updated_at),
            timeline,
        },
    }
}

/// A quarantine as its row.
pub(super) fn quarantine_row(held: &Quarantine) -> QuarantineRecord {
    QuarantineRecord { reason: held.reason.clone(), since: wall_ms(held.since) }
}

/// The way back.
pub(super) fn quarantine(stored: QuarantineRecord) -> Quarantine {
    Quarantine { reason: stored.reason, since: time(stored.since) }
}

/// A session as callers see it.
pub(super) fn session_message(row: &SessionRow, direct_url: String) -> session::Session {
    let record = &row.record;
    let entered = |(state, at): &(State, Time)| session::StateEntered {
        state: wire_state(*state).into(),
        at: wall_ms(*at),
    };
    session::Session {
        id: record.id.to_string(),
        user_id: record.user.to_string(),
        repository: record.repository.clone(),
        slot_class: wire_class(record.class).into(),
        state: wire_state(record.state).into(),
        reason: record.reason.clone(),
        node_id: record.node.as_ref().map(ToString::to_string).unwrap_or_default(),
        slot_id: record.slot.as_ref().map(ToString::to_string).unwrap_or_default(),
        fence: record.fence.number(),
        created_at: wall_ms(record.created),
        timeline: record.timeline.iter().map(entered).collect(),
        direct_url: if record.state.is_live() { direct_url } else { String::new() },
        egress: wire_egress(record.egress).into(),
        user_name: row.user_name.clone(),
    }
}

/// What a node is asked for.
pub(super) fn claim_message(row: &SessionRow, git_token: Option<compute::GitToken>) -> compute::ClaimRequest {
    let record = &row.record;
    compute::ClaimRequest {
        session_id: record.id.to_string(),
        fence: record.fence.number(),
        slot_class: wire_class(record.class).into(),
        egress: wire_egress(record.egress).into(),
        user_id: record.user.to_string(),
        user_name: row.user_name.clone(),
        repository: record.repository.clone(),
        git_token,
        with_environment: record.with_environment,
    }
}

/// What a node answered to a claim.
pub(super) fn claim_result(reply: &compute::ClaimReply) -> ClaimResult {
    let from = (reply.boot_epoch, reply.version);
    match reply.slot_id.parse() {
        Ok(_) if from.0.max(from.1) >= NUMBER_MAX => {
            ClaimResult::Unknown("its answer names no report of this world".to_owned())
        }
        Ok(slot) => ClaimResult::Claimed { slot, from },
        Err(error) => ClaimResult::Unknown(format!("its answer names no slot: {error}")),
    }
}

/// The list of sessions a node should hold.
pub(super) fn reconcile_message(
    generation: Fence,
    sessions: &[(SessionId, Fence)],
) -> compute::ReconcileRequest {
    let one = |(session, fence): &(SessionId, Fence)| compute::SessionFence {
        session_id: session.to_string(),
        fence: fence.number(),
    };
    compute::ReconcileRequest {
        generation: generation.number(),
        sessions: sessions.iter().map(one).collect(),
    }
}

/// A node's report in the model's words.
pub(super) fn facts(report: &compute::NodeReport) -> Result<Facts, InvalidField> {
    if report.sessions.len() > HELD_MAX {
        return Err(InvalidField::new("sessions", format!("more than {HELD_MAX} of them")));
    }
    if report.classes.len() > POOLS_MAX {
        return Err(InvalidField::new("classes", format!("more than {POOLS_MAX} of them")));
    }
    Ok(Facts {
        node: parse("node_id", &report.node_id)?,
        boot: sane("boot_epoch", report.boot_epoch)?,
        version: sane("version", report.version)?,
        draining: report.draining,
        refusing: one_line(&report.refusing),
        pools: report.classes.iter().map(pool).collect::<Result<_, _>>()?,
        sessions: report.sessions.iter().map(held).collect::<Result<_, _>>()?,
        highest_fence: Fence::from_number(sane("highest_fence", report.highest_fence)?),
    })
}

fn pool(report: &compute::ClassReport) -> Result<PoolFacts, InvalidField> {
    let class = class("classes.slot_class", report.slot_class)?;
    Ok(PoolFacts { class, warm: report.warm.min(SLOTS_MAX), creating: report.creating.min(SLOTS_MAX) })
}

fn held(held: &compute::HeldSession) -> Result<HeldSession, InvalidField> {
    let detail = one_line(&held.phase_detail);
    let phase = match held.phase() {
        compute::Phase::Ready => Phase::Ready(detail),
        compute::Phase::Failed if detail.is_empty() => Phase::Failed("it could not be made ready".to_owned()),
        compute::Phase::Failed => Phase::Failed(detail),
        compute::Phase::Unspecified | compute::Phase::Cloning | compute::Phase::Environment => Phase::Working,
    };
    Ok(HeldSession {
        session: parse("sessions.session_id", &held.session_id)?,
        fence: Fence::from_number(sane("sessions.fence", held.fence)?),
        slot: parse("sessions.slot_id", &held.slot_id)?,
        phase,
        idle: Duration::from_secs(held.idle_seconds.into()),
    })
}

/// The word for a node's health, on the wire and in metrics.
pub(super) fn health_word(health: Health) -> &'static str {
    match health {
        Health::Up => "up",
        Health::Silent => "silent",
        Health::Refusing => "refusing",
    }
}

/// A node as admins see it.
pub(super) fn node_message(row: &NodeRow) -> compute::Node {
    compute::Node {
        id: row.report.node_id.clone(),
        health: health_word(row.health).to_owned(),
        draining: row.drained || row.report.draining,
        last_report: i64::try_from(row.last_report).unwrap_or(i64::MAX),
        report: Some((*row.report).clone()),
        quarantine: row
            .quarantine
            .as_ref()
            .map(|held| compute::Quarantine { reason: held.reason.clone(), since: wall_ms(held.since) }),
    }
}

#[cfg(test)]
mod tests;
