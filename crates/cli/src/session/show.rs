//! `session list` and `session show`.

use carrel_proto::session::v1::{Egress, ListSessionsRequest, Session, SessionState, SlotClass};
use serde_json::json;

use super::find::{find, state_name};
use crate::error::{CliError, During};
use crate::out::{Cell, Out, Style, ago};
use crate::server::{Globals, Server, now_ms};

/// Shown at once.
const LIST_MAX: u32 = 200;

pub(super) async fn list(
    server: &Server,
    all: bool,
    closed: bool,
    globals: &Globals,
) -> Result<(), CliError> {
    let request = ListSessionsRequest { all_users: all, include_closed: closed, limit: LIST_MAX };
    let reply = server.fm.sessions.clone().list_sessions(request).await;
    let sessions = reply.during(&server.url, "list the sessions")?.into_inner().sessions;
    if globals.out.json {
        return globals.out.object(&json!({"sessions": sessions}));
    }
    let now = now_ms().unsigned_abs();
    let rows: Vec<Vec<Cell>> = sessions.iter().map(|session| row(session, all, now)).collect();
    let mut heading = vec!["SESSION", "REPOSITORY", "STATE", "CLASS", "OPENED", "NODE"];
    if all {
        heading.insert(1, "USER");
    }
    let empty = "no session is open; open one with `carrel session open REPO`";
    globals.out.table(&heading, &rows, empty)
}

fn row(session: &Session, all: bool, now: u64) -> Vec<Cell> {
    let mut cells = vec![
        Cell(session.id.clone(), Style::Bold),
        Cell::plain(if session.repository.is_empty() { "-" } else { &session.repository }),
        Cell(state_name(session.state()).into(), state_style(session.state())),
        Cell::plain(class_name(session.slot_class())),
        Cell::plain(ago(now, session.created_at)),
        Cell(session.node_id.clone(), Style::Dim),
    ];
    if all {
        cells.insert(1, Cell::plain(session.user_name.clone()));
    }
    cells
}

fn state_style(state: SessionState) -> Style {
    match state {
        SessionState::Ready => Style::Good,
        SessionState::Failed | SessionState::Unreachable => Style::Bad,
        SessionState::Claiming | SessionState::Preparing | SessionState::Closing => Style::Warn,
        SessionState::Closed | SessionState::Unspecified => Style::Dim,
    }
}

pub(super) fn class_name(class: SlotClass) -> &'static str {
    match class {
        SlotClass::Burst => "burst",
        SlotClass::Standard | SlotClass::Unspecified => "standard",
    }
}

pub(super) async fn one(server: &Server, wanted: Option<&str>, globals: &Globals) -> Result<(), CliError> {
    let session = find(server, wanted).await?;
    if globals.out.json {
        return globals.out.object(&session);
    }
    globals.out.line(describe(&session, now_ms().unsigned_abs(), &globals.out))
}

/// Everything about a session, and how long each state of its start took.
pub fn describe(session: &Session, now: u64, out: &Out) -> String {
    let egress = if session.egress() == Egress::Exam { "exam" } else { "default" };
    let state = match session.reason.as_str() {
        "" => state_name(session.state()).to_owned(),
        reason => format!("{} ({reason})", state_name(session.state())),
    };
    let facts = [
        ("session", session.id.clone()),
        ("user", session.user_name.clone()),
        ("repository", session.repository.clone()),
        ("state", out.paint(state_style(session.state()), &state)),
        ("class", class_name(session.slot_class()).to_owned()),
        ("egress", egress.to_owned()),
        ("opened", ago(now, session.created_at)),
        ("node", session.node_id.clone()),
        ("slot", session.slot_id.clone()),
        ("fence", session.fence.to_string()),
        ("direct", session.direct_url.clone()),
    ];
    let mut lines: Vec<String> = facts
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{}  {value}", out.paint(Style::Dim, &format!("{name:<10}"))))
        .collect();
    if !session.timeline.is_empty() {
        lines.push(out.paint(Style::Dim, "timeline"));
    }
    for (at, entered) in session.timeline.iter().enumerate() {
        let since_open = entered.at - session.created_at;
        let lasted = match session.timeline.get(at + 1) {
            Some(next) => format!("{} ms", next.at - entered.at),
            None => "now".into(),
        };
        lines.push(format!("  +{since_open:>7} ms  {:<12} {lasted}", state_name(entered.state())));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::out::ColorChoice;
    use carrel_proto::session::v1::StateEntered;

    fn entered(state: SessionState, at: i64) -> StateEntered {
        StateEntered { state: state.into(), at }
    }

    #[test]
    fn a_session_and_its_timeline_read_as_in_the_golden_file() {
        let session = Session {
            id: "se-0c9m2rvx7t4k8w1ehz5b".into(),
            user_name: "ada".into(),
            repository: "ada/blinky".into(),
            slot_class: SlotClass::Burst.into(),
            state: SessionState::Closed.into(),
            reason: "idle for 30 min".into(),
            node_id: "no-local".into(),
            slot_id: "sl-1".into(),
            fence: 7,
            created_at: 1_000_000,
            timeline: vec![
                entered(SessionState::Claiming, 1_000_001),
                entered(SessionState::Preparing, 1_000_019),
                entered(SessionState::Ready, 1_000_081),
                entered(SessionState::Closed, 2_800_081),
            ],
            ..Session::default()
        };
        let text = describe(&session, 2_900_000, &Out::new(false, ColorChoice::Never));
        assert_eq!(text, include_str!("../../tests/golden/session-show.txt").trim_end());
    }
}
