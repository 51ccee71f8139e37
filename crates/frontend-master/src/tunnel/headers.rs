//! What crosses the tunnel besides bodies: short lists of what may, everything else stays behind.
//!
//! The agent belongs to the learner, so what it answers is hostile on our origin, and what it hears must not contain
//! anything that is worth stealing.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode, Uri};

/// The session's fence, for the node to check.
pub(crate) const FENCE: HeaderName = HeaderName::from_static("x-carrel-fence");

/// Who asks, for the node's log.
pub(super) const USER: HeaderName = HeaderName::from_static("x-carrel-user");

/// What a request may carry to the slot.
const REQUEST: [HeaderName; 13] = [
    header::ACCEPT,
    header::ACCEPT_ENCODING,
    header::ACCEPT_LANGUAGE,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_NONE_MATCH,
    header::IF_RANGE,
    header::IF_UNMODIFIED_SINCE,
    header::RANGE,
    header::USER_AGENT,
];

/// What a websocket's handshake may carry besides. No subprotocol: browsers put tokens there.
const HANDSHAKE: [HeaderName; 3] =
    [header::SEC_WEBSOCKET_KEY, header::SEC_WEBSOCKET_VERSION, header::SEC_WEBSOCKET_EXTENSIONS];

/// What an answer may carry back.
const RESPONSE: [HeaderName; 11] = [
    header::ACCEPT_RANGES,
    header::ALLOW,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_RANGE,
    header::DATE,
    header::ETAG,
    header::LAST_MODIFIED,
    header::RETRY_AFTER,
    header::SEC_WEBSOCKET_ACCEPT,
    header::SEC_WEBSOCKET_EXTENSIONS,
];

/// The query parameter that holds a ticket.
pub(super) const TICKET: &str = "ticket";

/// A request that wants to become a websocket.
pub(crate) fn is_websocket(method: &Method, headers: &HeaderMap) -> bool {
    let upgrade =
        headers.get(header::UPGRADE).is_some_and(|v| v.as_bytes().eq_ignore_ascii_case(b"websocket"));
    let connection = headers.get_all(header::CONNECTION).iter().filter_map(|v| v.to_str().ok());
    let asks = connection.flat_map(|v| v.split(',')).any(|v| v.trim().eq_ignore_ascii_case("upgrade"));
    method == Method::GET && upgrade && asks
}

/// The headers that go to the node.
pub(crate) fn outgoing(headers: &HeaderMap, websocket: bool) -> HeaderMap {
    let mut out = pick(headers, &REQUEST);
    if websocket {
        out.extend(pick(headers, &HANDSHAKE));
        out.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        out.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    }
    out
}

/// The headers that go back to the user.
pub(super) fn incoming(headers: &HeaderMap, status: StatusCode) -> HeaderMap {
    let mut out = pick(headers, &RESPONSE);
    let set = |out: &mut HeaderMap, name, text| out.insert(name, HeaderValue::from_static(text));
    if status == StatusCode::SWITCHING_PROTOCOLS {
        set(&mut out, header::CONNECTION, "upgrade");
        set(&mut out, header::UPGRADE, "websocket");
        return out;
    }
    set(&mut out, header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'");
    set(&mut out, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(&mut out, header::REFERRER_POLICY, "no-referrer");
    set(&mut out, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    let cache = if out.contains_key(header::ETAG) { "private, no-cache" } else { "no-store" };
    set(&mut out, header::CACHE_CONTROL, cache);
    if is_json(headers) {
        set(&mut out, header::CONTENT_TYPE, "application/json");
    } else {
        set(&mut out, header::CONTENT_TYPE, "application/octet-stream");
        out.insert(header::CONTENT_DISPOSITION, attachment(headers));
    }
    out
}

/// Where the request goes at the node: the same, without a ticket.
pub(crate) fn target(uri: &Uri) -> String {
    let path = uri.path();
    let rest: Vec<&str> =
        uri.query().into_iter().flat_map(|q| q.split('&')).filter(|pair| !is_ticket(pair)).collect();
    if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) }
}

fn is_ticket(pair: &str) -> bool {
    pair.split_once('=').map_or(pair, |(name, _)| name) == TICKET
}

fn pick(headers: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let mut out = HeaderMap::with_capacity(names.len() + 4);
    for name in names {
        if let Some(value) = headers.get(name) {
            out.insert(name.clone(), value.clone());
        }
    }
    out
}

fn is_json(headers: &HeaderMap) -> bool {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    media.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// Keeps a proper attachment with its file name; anything else becomes one without.
fn attachment(headers: &HeaderMap) -> HeaderValue {
    let kept = headers.get(header::CONTENT_DISPOSITION).filter(|value| {
        let text = value.to_str().unwrap_or_default();
        text.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("attachment")
    });
    kept.cloned().unwrap_or_else(|| HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn map(pairs: &[(&str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&str, &str)| {
            (name.parse::<HeaderName>().expect("a name"), value.parse::<HeaderValue>().expect("a value"))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn nothing_worth_stealing_goes_to_a_slot() {
        let sent = map(&[
            ("cookie", "carrel_token=t"),
            ("authorization", "Bearer t"),
            ("proxy-authorization", "Basic t"),
            ("sec-websocket-protocol", "bearer, t"),
            ("x-carrel-fence", "99"),
            ("x-carrel-user", "us-admin"),
            ("origin", "https://fm"),
            ("referer", "https://fm/?ticket=t"),
            ("x-forwarded-for", "1.2.3.4"),
            ("host", "fm"),
            ("accept", "application/json"),
            ("sec-websocket-key", "k"),
        ]);
        let out = outgoing(&sent, true);
        let mut names: Vec<&str> = out.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept", "connection", "sec-websocket-key", "upgrade"]);
        assert_eq!(outgoing(&sent, false).len(), 1);
    }

    #[test]
    fn hostile_answers_become_plain_downloads() {
        let answer = map(&[
            ("content-type", "text/html"),
            ("content-disposition", "inline; filename=x.html"),
            ("set-cookie", "carrel_token=mine"),
            ("service-worker-allowed", "/"),
            ("access-control-allow-origin", "*"),
            ("content-security-policy", "default-src *"),
            ("location", "https://evil"),
            ("clear-site-data", "\"*\""),
            ("refresh", "0;url=https://evil"),
            ("etag", "\"1\""),
        ]);
        let out = incoming(&answer, StatusCode::OK);
        assert_eq!(out["content-type"], "application/octet-stream");
        assert_eq!(out["content-disposition"], "attachment");
        assert_eq!(out["content-security-policy"], "sandbox; default-src 'none'");
        assert_eq!(out["x-content-type-options"], "nosniff");
        assert_eq!(out["cache-control"], "private, no-cache");
        for dropped in [
            "set-cookie",
            "service-worker-allowed",
            "access-control-allow-origin",
            "location",
            "refresh",
            "clear-site-data",
        ] {
            assert!(!out.contains_key(dropped), "{dropped}");
        }
        let file = map(&[("content-disposition", "attachment; filename=\"a.bin\"")]);
        assert_eq!(incoming(&file, StatusCode::OK)["content-disposition"], "attachment; filename=\"a.bin\"");
        let json = map(&[("content-type", "application/json; charset=utf-16")]);
        assert_eq!(incoming(&json, StatusCode::OK)["content-type"], "application/json");
    }

    #[test]
    fn a_ticket_is_left_behind() {
        let uri: Uri = "/s/se-1/terminal/te-1?client=a&ticket=x.y.z&since=4".parse().expect("uri");
        assert_eq!(target(&uri), "/s/se-1/terminal/te-1?client=a&since=4");
        let plain: Uri = "/s/se-1/raw?path=ticket%3Dx".parse().expect("uri");
        assert_eq!(target(&plain), "/s/se-1/raw?path=ticket%3Dx");
    }

    #[test]
    fn only_a_get_that_asks_for_it_is_a_websocket() {
        let asks = map(&[("connection", "keep-alive, Upgrade"), ("upgrade", "WebSocket")]);
        assert!(is_websocket(&Method::GET, &asks));
        assert!(!is_websocket(&Method::POST, &asks));
        assert!(!is_websocket(&Method::GET, &map(&[("upgrade", "websocket")])));
        assert!(!is_websocket(&Method::GET, &map(&[("connection", "upgrade"), ("upgrade", "h2c")])));
    }

    proptest! {
        #[test]
        fn no_ticket_survives_whatever_the_query(query in "[a-z=&%.]{0,40}(ticket=[a-z]{1,5}){0,2}[a-z=&]{0,10}") {
            if let Ok(uri) = format!("/s/se-1/x?{query}").parse::<Uri>()
                && let Ok(after) = target(&uri).parse::<Uri>()
            {
                prop_assert!(after.query().is_none_or(|query| !query.split('&').any(is_ticket)));
                prop_assert_eq!(after.path(), "/s/se-1/x");
            }
        }
    }
}
