//! Which requests of a slot go where: a pure function of the request line and its headers.
//!
//! Everything is decided by an allow-list over the raw bytes of the path. Nothing is decoded or normalised, because
//! a path that would need it is refused: so no two readings of one request can differ.

use carrel_model::Egress;
use http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, Method, StatusCode, Uri};

/// The git service, as seen from inside a slot.
pub const GIT_HOST: &str = "git.carrel.internal";
/// The Nix caches, as seen from inside a slot.
pub const CACHE_HOST: &str = "cache.carrel.internal";

/// A repository's owner, its name, a cache's name: longer than any that can be made.
const NAME_MAX: usize = 100;
/// The longest path in a cache: a store path's 211 characters, a hash and two folders.
const CACHE_PATH_MAX: usize = 512;

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To the git service, with the session's credential. Path and query on the front-end master.
    Git(String),
    /// To a cache, without any credential.
    Cache(String),
}

impl Target {
    /// The path (and query) to ask the front-end master for.
    pub fn path(&self) -> &str {
        match self {
            Self::Git(path) | Self::Cache(path) => path,
        }
    }
}

/// A request that goes nowhere: a status and one line of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The status.
    pub status: StatusCode,
    /// What is wrong and what would be right.
    pub line: String,
}

impl Refused {
    fn forbidden(line: impl Into<String>) -> Self {
        Self { status: StatusCode::FORBIDDEN, line: line.into() }
    }

    fn malformed(line: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, line: line.into() }
    }
}

/// The name of a profile, and what it allows, for people.
const fn profile_text(profile: Egress) -> (&'static str, &'static str) {
    match profile {
        Egress::Default => ("default", "http://git.carrel.internal and http://cache.carrel.internal"),
        Egress::Exam => ("exam", "http://git.carrel.internal"),
    }
}

/// Decides where a request goes.
pub fn route(profile: Egress, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<Target, Refused> {
    let (name, allowed) = profile_text(profile);
    let forbids = |what: &str| {
        Refused::forbidden(format!("the egress profile \"{name}\" forbids {what}; it allows only {allowed}"))
    };
    if method == Method::CONNECT {
        return Err(forbids("tunnels (CONNECT)"));
    }
    check_framing(headers)?;
    if uri.scheme_str() != Some("http") {
        return Err(match uri.scheme_str() {
            Some(scheme) => forbids(&format!("{scheme} addresses")),
            None => {
                Refused::malformed("a proxy takes absolute addresses, as in GET http://git.carrel.internal/…")
            }
        });
    }
    let authority = uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
    let host = plain_host(authority);
    check_host_header(headers, authority)?;
    match host.as_str() {
        GIT_HOST => git_path(method, uri).map(Target::Git),
        CACHE_HOST if profile == Egress::Default => cache_path(method, uri).map(Target::Cache),
        _ => Err(forbids(&printable(authority))),
    }
}

/// The host without the default port, in lower case. User information stays in and so matches no name.
fn plain_host(authority: &str) -> String {
    authority.strip_suffix(":80").unwrap_or(authority).to_ascii_lowercase()
}

/// Two lengths, or a length beside chunks, are how requests are smuggled; no honest client sends them.
fn check_framing(headers: &HeaderMap) -> Result<(), Refused> {
    let lengths = headers.get_all(CONTENT_LENGTH).iter().count();
    let encodings = headers.get_all(TRANSFER_ENCODING).iter().count();
    if lengths + encodings > 1 {
        return Err(Refused::malformed("a request has one Content-Length or one Transfer-Encoding"));
    }
    Ok(())
}

fn check_host_header(headers: &HeaderMap, authority: &str) -> Result<(), Refused> {
    let mut hosts = headers.get_all(HOST).iter();
    let (first, more) = (hosts.next(), hosts.next());
    let same =
        first.is_none_or(|host| host.to_str().is_ok_and(|host| plain_host(host) == plain_host(authority)));
    if more.is_some() || !same {
        return Err(Refused::malformed("the Host header must name the host of the address"));
    }
    Ok(())
}

/// `/<owner>/<repo>.git/` and one of the three addresses of git's smart protocol.
fn git_path(method: &Method, uri: &Uri) -> Result<String, Refused> {
    let refused = || {
        Refused::forbidden(
            "only git's smart HTTP protocol on /<owner>/<repository>.git is served here".to_owned(),
        )
    };
    let (path, query) = (uri.path(), uri.query());
    let rest = path.strip_prefix('/').ok_or_else(refused)?;
    let (owner, rest) = rest.split_once('/').ok_or_else(refused)?;
    let (repository, service) = rest.split_once('/').ok_or_else(refused)?;
    let name = repository.strip_suffix(".git").ok_or_else(refused)?;
    if !is_name(owner) || !is_name(name) {
        return Err(refused());
    }
    let wanted = match service {
        "info/refs" => {
            let known = matches!(query, Some("service=git-upload-pack" | "service=git-receive-pack"));
            known && method == Method::GET
        }
        "git-upload-pack" | "git-receive-pack" => query.is_none() && method == Method::POST,
        _ => false,
    };
    if !wanted {
        return Err(refused());
    }
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    Ok(format!("/git{path}{query}"))
}

/// `/<cache>/<path>`, read only, without a query.
fn cache_path(method: &Method, uri: &Uri) -> Result<String, Refused> {
    let refused = || Refused::forbidden("only GET of /<cache>/<path> is served here".to_owned());
    let path = uri.path();
    let mut segments = path.strip_prefix('/').ok_or_else(refused)?.split('/');
    let cache = segments.next().unwrap_or_default();
    let mut rest = segments.peekable();
    let proper = is_name(cache)
        && rest.peek().is_some()
        && rest.all(is_cache_segment)
        && path.len() <= CACHE_PATH_MAX
        && uri.query().is_none()
        && (method == Method::GET || method == Method::HEAD);
    if proper { Ok(format!("/cache{path}")) } else { Err(refused()) }
}

/// Letters, digits, `.`, `_`, `-`; starts with a letter or digit, so neither `.` nor `..`.
fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.len() <= NAME_MAX
        && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

/// What store paths, narinfos and realisations (`sha256:…!out.doi`) are made of.
fn is_cache_segment(segment: &str) -> bool {
    let bytes = segment.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+' | b'=' | b':' | b'!'))
}

/// What a slot wrote, safe to say back in one line.
fn printable(text: &str) -> String {
    let shown: String = text.chars().take(NAME_MAX).filter(char::is_ascii_graphic).collect();
    if shown.is_empty() { "that address".to_owned() } else { shown }
}
