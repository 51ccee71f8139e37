//! What goes on to the sync daemon and what comes back besides bodies: short lists.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// Who is behind the connection, for the sync daemon's limits.
pub(super) const CLIENT: HeaderName = HeaderName::from_static("x-carrel-client");

/// The ticket that opened the connection, by its id: the sync daemon spends it, whichever of its own doors it comes to.
pub(super) const TICKET: HeaderName = HeaderName::from_static("x-carrel-ticket");

/// What a request may carry on.
const REQUEST: [HeaderName; 6] = [
    header::ACCEPT,
    header::ACCEPT_ENCODING,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::USER_AGENT,
];

/// What a websocket's handshake may carry besides. No subprotocol: clients put tokens there.
const HANDSHAKE: [HeaderName; 3] =
    [header::SEC_WEBSOCKET_KEY, header::SEC_WEBSOCKET_VERSION, header::SEC_WEBSOCKET_EXTENSIONS];

/// What a gRPC call may carry besides.
const GRPC: [&str; 4] = ["te", "grpc-timeout", "grpc-encoding", "grpc-accept-encoding"];

/// What an answer may carry back.
const ANSWER: [HeaderName; 8] = [
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::DATE,
    header::RETRY_AFTER,
    header::SEC_WEBSOCKET_ACCEPT,
    header::SEC_WEBSOCKET_EXTENSIONS,
    HeaderName::from_static("grpc-status"),
];

/// What an answer to a gRPC call may carry back besides.
const GRPC_ANSWER: [&str; 4] =
    ["grpc-message", "grpc-status-details-bin", "grpc-encoding", "grpc-accept-encoding"];

/// What a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A request and an answer.
    Plain,
    /// An upgrade.
    Websocket,
    /// gRPC.
    Grpc,
}

/// The headers that go on.
pub(super) fn outgoing(headers: &HeaderMap, shape: Shape) -> HeaderMap {
    let mut out = HeaderMap::new();
    let mut pick = |name: HeaderName| {
        if let Some(value) = headers.get(&name) {
            out.insert(name, value.clone());
        }
    };
    REQUEST.into_iter().for_each(&mut pick);
    match shape {
        Shape::Plain => {}
        Shape::Grpc => GRPC.map(HeaderName::from_static).into_iter().for_each(pick),
        Shape::Websocket => {
            HANDSHAKE.into_iter().for_each(pick);
            out.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
            out.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        }
    }
    out
}

/// The headers that come back. Nothing that members of a document write is ever a page of this origin.
pub(super) fn incoming(headers: &HeaderMap, shape: Shape) -> HeaderMap {
    let mut out = HeaderMap::new();
    let mut pick = |name: HeaderName| {
        if let Some(value) = headers.get(&name) {
            out.insert(name, value.clone());
        }
    };
    ANSWER.into_iter().for_each(&mut pick);
    match shape {
        Shape::Grpc => GRPC_ANSWER.map(HeaderName::from_static).into_iter().for_each(pick),
        Shape::Websocket if headers.contains_key(header::SEC_WEBSOCKET_ACCEPT) => {
            out.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
            out.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        }
        Shape::Websocket | Shape::Plain => {
            let mut set = |name, text| out.insert(name, HeaderValue::from_static(text));
            set(header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'");
            set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
            set(header::REFERRER_POLICY, "no-referrer");
            set(header::CACHE_CONTROL, "no-store");
            set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
            let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
            if !is_plain(kind) {
                set(header::CONTENT_TYPE, "application/octet-stream");
            }
        }
    }
    out
}

/// A kind of content that no browser runs.
fn is_plain(kind: &[u8]) -> bool {
    let media = kind.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    [b"application/json".as_slice(), b"text/plain", b"application/octet-stream"]
        .iter()
        .any(|known| media.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&str, &str)| {
            (name.parse::<HeaderName>().expect("a name"), value.parse::<HeaderValue>().expect("a value"))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn nothing_of_the_persons_goes_on() {
        let sent = map(&[
            ("cookie", "carrel_token=t"),
            ("authorization", "Bearer t"),
            ("proxy-authorization", "Basic t"),
            ("sec-websocket-protocol", "bearer, t"),
            ("x-carrel-client", "1.2.3.4"),
            ("x-carrel-ticket", "t"),
            ("x-forwarded-for", "1.2.3.4"),
            ("origin", "https://fm"),
            ("referer", "https://fm/?ticket=t"),
            ("host", "fm"),
            ("content-type", "text/plain"),
            ("sec-websocket-key", "k"),
            ("grpc-timeout", "1S"),
        ]);
        let names = |shape| {
            let mut names: Vec<String> = outgoing(&sent, shape).keys().map(ToString::to_string).collect();
            names.sort_unstable();
            names
        };
        assert_eq!(names(Shape::Plain), ["content-type"]);
        assert_eq!(names(Shape::Websocket), ["connection", "content-type", "sec-websocket-key", "upgrade"]);
        assert_eq!(names(Shape::Grpc), ["content-type", "grpc-timeout"]);
    }

    #[test]
    fn an_answer_is_never_a_page() {
        let answer = map(&[
            ("content-type", "text/html"),
            ("set-cookie", "carrel_token=mine"),
            ("access-control-allow-origin", "*"),
            ("location", "https://evil"),
        ]);
        let out = incoming(&answer, Shape::Plain);
        assert_eq!(out["content-type"], "application/octet-stream");
        assert_eq!(out["content-security-policy"], "sandbox; default-src 'none'");
        for dropped in ["set-cookie", "access-control-allow-origin", "location"] {
            assert!(!out.contains_key(dropped), "{dropped}");
        }
        let poll = map(&[("content-type", "text/plain; charset=UTF-8")]);
        assert_eq!(incoming(&poll, Shape::Plain)["content-type"], "text/plain; charset=UTF-8");
        let refused = incoming(&map(&[("content-type", "application/json")]), Shape::Websocket);
        assert!(!refused.contains_key("upgrade") && refused["content-type"] == "application/json");
    }
}
