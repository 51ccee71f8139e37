//! Finds the token that a request carries.

use http::request::Parts;
use http::{HeaderMap, Method, header};

/// The token of `Authorization: Bearer`.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The token in the cookie. With several of the name (set for several paths) the first counts.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let values = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = values.flat_map(|value| value.split(';'));
    pairs.find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == wanted && !value.is_empty()).then_some(value)
    })
}

/// Whether a request changes something or opens a channel, so that another site's page must not send it with our cookie.
pub(super) fn needs_origin(parts: &Parts) -> bool {
    let reads =
        parts.method == Method::GET || parts.method == Method::HEAD || parts.method == Method::OPTIONS;
    !reads || parts.headers.contains_key(header::UPGRADE)
}

/// Whether the page that sent the request is the host's own or one of the accepted origins.
pub(super) fn origin_matches(parts: &Parts, accepted: &[String]) -> bool {
    let Some(origin) = parts.headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    if accepted.iter().any(|known| known.trim_end_matches('/').eq_ignore_ascii_case(origin)) {
        return true;
    }
    let host = match parts.uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => parts.headers.get(header::HOST).and_then(|value| value.to_str().ok()),
    };
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    matches!(scheme, "http" | "https") && host.is_some_and(|host| host.eq_ignore_ascii_case(authority))
}
