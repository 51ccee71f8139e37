//! Which session a person means.

use carrel_proto::session::v1::{GetSessionRequest, ListSessionsRequest, Session, SessionState};

use crate::error::{CliError, During};
use crate::server::Server;

/// More than anybody has open.
const SESSIONS_MAX: u32 = 500;

/// The session that a text names, or the only open one.
pub async fn find(server: &Server, wanted: Option<&str>) -> Result<Session, CliError> {
    // A whole id needs no list, may be closed, and may be somebody else's for an admin.
    if let Some(id) = wanted.filter(|text| text.parse::<carrel_ids::SessionId>().is_ok() && text.len() >= 23)
    {
        let request = GetSessionRequest { id: id.to_owned() };
        let found = server.fm.sessions.clone().get_session(request).await;
        return Ok(found.during(&server.url, format!("find {id}"))?.into_inner());
    }
    let request = ListSessionsRequest { all_users: false, include_closed: false, limit: SESSIONS_MAX };
    let open = server.fm.sessions.clone().list_sessions(request).await;
    let open = open.during(&server.url, "list the sessions")?.into_inner().sessions;
    choose(&open, wanted).cloned()
}

/// Picks by id, start of an id (with or without `se-`), repository, or name of a repository; newest first wins
/// nothing: two that fit are two.
pub fn choose<'a>(sessions: &'a [Session], wanted: Option<&str>) -> Result<&'a Session, CliError> {
    let Some(wanted) = wanted else {
        return match sessions {
            [only] => Ok(only),
            [] => Err(CliError::failed("no session is open", "open one with `carrel session open REPO`")),
            many => Err(ambiguous("several sessions are open", many.iter())),
        };
    };
    if let Some(exact) = sessions.iter().find(|session| session.id == wanted) {
        return Ok(exact);
    }
    let by_repository = |session: &&Session| {
        session.repository == wanted
            || session.repository.rsplit_once('/').is_some_and(|(_, name)| name == wanted)
    };
    let by_id = |session: &&Session| {
        session.id.starts_with(wanted)
            || session.id.strip_prefix("se-").is_some_and(|id| id.starts_with(wanted))
    };
    let mut found: Vec<&Session> = sessions.iter().filter(by_repository).collect();
    if found.is_empty() && !wanted.is_empty() {
        found = sessions.iter().filter(by_id).collect();
    }
    match found.as_slice() {
        [only] => Ok(only),
        [] => Err(CliError::failed(
            format!("no open session is called {wanted}"),
            "see `carrel session list`, or open one with `carrel session open REPO`",
        )),
        many => Err(ambiguous(&format!("several open sessions fit {wanted}"), many.iter().copied())),
    }
}

fn ambiguous<'a>(what: &str, sessions: impl Iterator<Item = &'a Session>) -> CliError {
    let names: Vec<String> = sessions
        .map(|session| match session.repository.as_str() {
            "" => session.id.clone(),
            repository => format!("{} ({repository})", session.id),
        })
        .collect();
    CliError::failed(what, format!("name one: {}", names.join(", ")))
}

/// A word for people.
pub fn state_name(state: SessionState) -> &'static str {
    match state {
        SessionState::Unspecified => "unknown",
        SessionState::Claiming => "claiming",
        SessionState::Preparing => "preparing",
        SessionState::Ready => "ready",
        SessionState::Unreachable => "unreachable",
        SessionState::Closing => "closing",
        SessionState::Closed => "closed",
        SessionState::Failed => "failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(id: &str, repository: &str) -> Session {
        Session { id: id.into(), repository: repository.into(), ..Session::default() }
    }

    #[test]
    fn a_session_is_found_by_any_of_its_names() {
        let all = [
            session("se-abc1", "ada/demo"),
            session("se-abd2", "ada/blinky"),
            session("se-xyz3", "bob/demo"),
        ];
        let found = |wanted| choose(&all, Some(wanted)).map(|session| session.id.as_str()).ok();
        assert_eq!(found("se-abc1"), Some("se-abc1"));
        assert_eq!(found("se-abd"), Some("se-abd2"));
        assert_eq!(found("x"), Some("se-xyz3"));
        assert_eq!(found("blinky"), Some("se-abd2"));
        assert_eq!(found("bob/demo"), Some("se-xyz3"));
        assert_eq!(found("ab"), None);
        assert_eq!(found("demo"), None);
        assert_eq!(found(""), None);
        let error = choose(&all, Some("demo")).expect_err("two fit");
        assert_eq!(error.hint(), "name one: se-abc1 (ada/demo), se-xyz3 (bob/demo)");
    }

    #[test]
    fn the_only_open_session_needs_no_name() {
        let one = [session("se-1", "")];
        assert_eq!(choose(&one, None).expect("only").id, "se-1");
        assert!(choose(&[], None).expect_err("none").hint().contains("session open"));
        let two = [session("se-1", ""), session("se-2", "ada/x")];
        assert_eq!(choose(&two, None).expect_err("two").hint(), "name one: se-1, se-2 (ada/x)");
    }
}
