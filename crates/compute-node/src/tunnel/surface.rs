//! What of a session may be asked for through the tunnel: a pure function of method, path and query.
//!
//! An allow-list over the raw path; nothing is decoded, so what is let through is what the agent reads.

use carrel_ids::{SessionId, TerminalId};
use carrel_proto::access::METHODS;
use carrel_proto::code::{Problem, ServiceCode};
use http::Method;

/// The services whose methods are served as JSON.
const SERVED: [&str; 2] = ["carrel.agent.v1.WorkspaceService/", "carrel.agent.v1.GitService/"];

/// How a request reaches the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// A JSON call over the h2 channel.
    Call,
    /// A download over a connection of its own.
    Download,
    /// An upload over a connection of its own.
    Upload,
    /// A websocket.
    Socket,
    /// A program's port: bytes both ways after an upgrade. For the front-end master alone, which gives each port an
    /// origin of its own.
    Port,
    /// Answered by the node itself.
    Telemetry,
}

/// A request that may pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// How.
    pub surface: Surface,
    /// Path and query for the agent.
    pub path: String,
}

/// Splits `/s/<session>/<rest>`.
pub fn split(path: &str) -> Option<(SessionId, &str)> {
    let (session, rest) = path.strip_prefix("/s/")?.split_once('/')?;
    Some((session.parse().ok()?, rest))
}

/// Decides what `rest` (the path behind `/s/<session>/`) asks for.
pub fn passage(method: &Method, rest: &str, query: Option<&str>, upgrade: bool) -> Result<Passage, Problem> {
    let surface = named(rest).ok_or_else(|| {
        let known = "api/<Method>, raw, artefact, terminal/<id>, lsp/<language>, watch and telemetry";
        Problem::new(ServiceCode::NotFound, format!("a session has no such path; there are {known}"))
    })?;
    let (surface, methods): (Surface, &[Method]) = match surface {
        // The one path with two directions.
        Surface::Download if rest == "raw" && *method == Method::PUT => (Surface::Upload, &[Method::PUT]),
        Surface::Download => (Surface::Download, &[Method::GET, Method::HEAD]),
        Surface::Call => (Surface::Call, &[Method::POST]),
        other => (other, &[Method::GET]),
    };
    if !methods.contains(method) {
        let text = format!("{rest} takes {}, not {method}", methods[0]);
        return Err(Problem::new(ServiceCode::InvalidArgument, text));
    }
    // A port's upgrade is another one, which its handler looks at.
    if surface != Surface::Port && upgrade != (surface == Surface::Socket) {
        let text = if upgrade { "is no websocket" } else { "is a websocket: ask for an upgrade" };
        return Err(Problem::new(ServiceCode::InvalidArgument, format!("{rest} {text}")));
    }
    Ok(Passage { surface, path: agent_path(rest, query) })
}

fn named(rest: &str) -> Option<Surface> {
    if let Some(method) = rest.strip_prefix("api/") {
        let served = |name: &str| SERVED.iter().any(|service| name.strip_prefix(service) == Some(method));
        return METHODS.iter().any(|(name, _)| served(name)).then_some(Surface::Call);
    }
    if let Some(terminal) = rest.strip_prefix("terminal/") {
        return terminal.parse::<TerminalId>().ok().map(|_| Surface::Socket);
    }
    if let Some(language) = rest.strip_prefix("lsp/") {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        return (!language.is_empty() && language.chars().all(plain)).then_some(Surface::Socket);
    }
    if let Some(port) = rest.strip_prefix("port/") {
        let plain = !port.starts_with('0') && port.bytes().all(|byte| byte.is_ascii_digit());
        return (plain && port.parse::<u16>().is_ok()).then_some(Surface::Port);
    }
    match rest {
        "raw" | "artefact" => Some(Surface::Download),
        "watch" => Some(Surface::Socket),
        "telemetry" => Some(Surface::Telemetry),
        _ => None,
    }
}

/// The query goes along as it is, but a ticket never reaches the slot.
fn agent_path(rest: &str, query: Option<&str>) -> String {
    let kept: Vec<&str> =
        query.unwrap_or_default().split('&').filter(|part| !part.is_empty() && !is_ticket(part)).collect();
    let mut path = format!("/{rest}");
    if !kept.is_empty() {
        path.push('?');
        path.push_str(&kept.join("&"));
    }
    path
}

/// `ticket`, however much of it is percent-encoded: a name with any escape in it is dropped too.
fn is_ticket(part: &str) -> bool {
    let name = part.split('=').next().unwrap_or_default();
    name.eq_ignore_ascii_case("ticket") || name.contains('%')
}

/// The ticket in a query.
pub fn ticket(query: Option<&str>) -> Option<&str> {
    query?.split('&').find_map(|part| part.strip_prefix("ticket="))
}

/// The name a download is saved under: the last part of the asked path, still percent-encoded, if it is plain.
pub fn file_name(query: Option<&str>) -> Option<String> {
    let value = query?
        .split('&')
        .find_map(|part| part.strip_prefix("path=").or_else(|| part.strip_prefix("name=")))?;
    let value = value.replace("%2f", "/").replace("%2F", "/");
    let name = value.rsplit('/').next().unwrap_or_default();
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'~' | b'%');
    (!name.is_empty() && name.len() <= 255 && name.bytes().all(plain)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn surface(method: Method, rest: &str, query: Option<&str>, upgrade: bool) -> Option<(Surface, String)> {
        passage(&method, rest, query, upgrade).ok().map(|passage| (passage.surface, passage.path))
    }

    #[test]
    fn the_paths_of_a_session_pass() {
        let pass = |surface, path: &str| Some((surface, path.to_owned()));
        assert_eq!(surface(Method::POST, "api/Run", None, false), pass(Surface::Call, "/api/Run"));
        assert_eq!(surface(Method::POST, "api/GetLog", None, false), pass(Surface::Call, "/api/GetLog"));
        let raw = surface(Method::GET, "raw", Some("path=a%2Fb"), false);
        assert_eq!(raw, pass(Surface::Download, "/raw?path=a%2Fb"));
        let put = surface(Method::PUT, "raw", Some("path=a"), false);
        assert_eq!(put, pass(Surface::Upload, "/raw?path=a"));
        let terminal = surface(Method::GET, "terminal/te-1", Some("client=a&ticket=x&since=0"), true);
        assert_eq!(terminal, pass(Surface::Socket, "/terminal/te-1?client=a&since=0"));
        assert_eq!(surface(Method::GET, "watch", Some("ticket=x"), true), pass(Surface::Socket, "/watch"));
        assert_eq!(surface(Method::GET, "lsp/c", None, true), pass(Surface::Socket, "/lsp/c"));
        assert_eq!(surface(Method::GET, "telemetry", None, false), pass(Surface::Telemetry, "/telemetry"));
    }

    #[test]
    fn nothing_else_does() {
        for (method, rest, upgrade) in [
            (Method::POST, "api/Hello", false),
            (Method::POST, "api/Bind", false),
            (Method::POST, "api/../carrel.agent.v1.SlotControlService/Bind", false),
            (Method::POST, "carrel.agent.v1.SlotControlService/Bind", false),
            (Method::GET, "api/Run", false),
            (Method::POST, "api/Run", true),
            (Method::POST, "api/run", false),
            (Method::POST, "api//Run", false),
            (Method::POST, "raw", false),
            (Method::DELETE, "raw", false),
            (Method::PUT, "artefact", false),
            (Method::GET, "raw/", false),
            (Method::GET, "raw/..", false),
            (Method::GET, "%72aw", false),
            (Method::GET, "raw", true),
            (Method::GET, "watch", false),
            (Method::GET, "terminal/te-1", false),
            (Method::GET, "terminal/te-1/x", true),
            (Method::GET, "terminal/..", true),
            (Method::GET, "terminal/", true),
            (Method::GET, "port/0", false),
            (Method::GET, "port/080", false),
            (Method::GET, "port/65536", false),
            (Method::GET, "port/80/x", false),
            (Method::GET, "port/+80", false),
            (Method::POST, "port/80", false),
            (Method::GET, "lsp/c", false),
            (Method::GET, "lsp/", true),
            (Method::GET, "lsp/../watch", true),
            (Method::GET, "lsp/C%2b", true),
            (Method::POST, "lsp/c", true),
            (Method::GET, "", false),
            (Method::GET, "index.html", false),
            (Method::CONNECT, "raw", false),
        ] {
            assert_eq!(surface(method.clone(), rest, None, upgrade), None, "{method} {rest}");
        }
    }

    #[test]
    fn names_of_downloads_are_plain() {
        assert_eq!(file_name(Some("path=out%2Ftop.bin")).as_deref(), Some("top.bin"));
        assert_eq!(file_name(Some("x=1&name=out/top.bin")).as_deref(), Some("top.bin"));
        for odd in ["path=", "path=a/", "path=a\"b", "path=a;b", "path=a b", "other=1"] {
            assert_eq!(file_name(Some(odd)), None, "{odd}");
        }
    }

    proptest! {
        #[test]
        fn a_ticket_never_passes(a in "[a-z0-9=%&]{0,20}", secret in "[A-Z]{8}", b in "[a-z0-9=%&]{0,20}") {
            let query = format!("{a}&ticket={secret}&{b}");
            let passage = passage(&Method::GET, "watch", Some(&query), true).expect("watch");
            prop_assert!(!passage.path.contains(&secret));
        }

        #[test]
        fn what_passes_is_one_of_the_listed_paths(rest in "\\PC{0,40}") {
            if let Ok(passage) = passage(&Method::GET, &rest, None, false) {
                prop_assert!(["/raw", "/artefact", "/telemetry"].contains(&passage.path.as_str()));
            }
        }

        #[test]
        fn any_path_splits_or_not_without_a_panic(path in "\\PC{0,80}") {
            let _ = split(&path);
            let _ = file_name(Some(&path));
        }
    }
}
