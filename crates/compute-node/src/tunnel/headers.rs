//! Which headers pass the tunnel, and which the node adds. Lists of what may pass: cookies, tokens, `x-carrel-*`,
//! `Set-Cookie`, `Service-Worker-Allowed`, `Location` and all that is unknown stay behind.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::surface::Surface;
use crate::egress::headers::pick;

const REQUEST: [HeaderName; 6] = [
    header::ACCEPT,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    header::IF_RANGE,
    header::RANGE,
];

const HANDSHAKE_REQUEST: [HeaderName; 4] = [
    header::SEC_WEBSOCKET_EXTENSIONS,
    header::SEC_WEBSOCKET_KEY,
    header::SEC_WEBSOCKET_PROTOCOL,
    header::SEC_WEBSOCKET_VERSION,
];

const HANDSHAKE_RESPONSE: [HeaderName; 3] =
    [header::SEC_WEBSOCKET_ACCEPT, header::SEC_WEBSOCKET_EXTENSIONS, header::SEC_WEBSOCKET_PROTOCOL];

const RESPONSE: [HeaderName; 6] = [
    header::ACCEPT_RANGES,
    header::CONTENT_LENGTH,
    header::CONTENT_RANGE,
    header::ETAG,
    header::LAST_MODIFIED,
    header::RETRY_AFTER,
];

/// Nothing a slot writes is ever run or shown by a browser.
const SANDBOX: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");
const WEBSOCKET: &str = "websocket";
/// A program's port as the front-end master and the agent call it.
const PORT: &str = "carrel-port";
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// What goes to the agent.
pub fn of_request(from: &HeaderMap, surface: Surface) -> HeaderMap {
    let mut headers = pick(from, &REQUEST);
    headers.insert(header::HOST, HeaderValue::from_static("slot"));
    match surface {
        Surface::Socket => {
            headers.extend(pick(from, &HANDSHAKE_REQUEST));
            upgrade(&mut headers, WEBSOCKET);
        }
        Surface::Port => upgrade(&mut headers, PORT),
        Surface::Call | Surface::Download | Surface::Upload | Surface::Telemetry => {}
    }
    headers
}

/// What goes to the user.
pub fn of_response(from: &HeaderMap, surface: Surface, file_name: Option<&str>) -> HeaderMap {
    let mut headers = pick(from, &RESPONSE);
    // The slot has no say in how its bytes are read.
    headers.insert(header::CONTENT_TYPE, if surface == Surface::Download { BYTES } else { JSON });
    if surface == Surface::Download {
        headers.insert(header::CONTENT_DISPOSITION, disposition(file_name));
    }
    harden(&mut headers);
    headers
}

/// What goes to the user when a websocket is accepted.
pub fn of_handshake(from: &HeaderMap) -> HeaderMap {
    let mut headers = pick(from, &HANDSHAKE_RESPONSE);
    upgrade(&mut headers, WEBSOCKET);
    harden(&mut headers);
    headers
}

/// What goes to the front-end master when a port is open.
pub fn of_port() -> HeaderMap {
    let mut headers = HeaderMap::new();
    upgrade(&mut headers, PORT);
    headers
}

/// The headers of every answer below `/s/`.
pub fn harden(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_SECURITY_POLICY, SANDBOX);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
}

fn upgrade(headers: &mut HeaderMap, protocol: &'static str) {
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static(protocol));
}

fn disposition(file_name: Option<&str>) -> HeaderValue {
    file_name
        .and_then(|name| HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}")).ok())
        .unwrap_or(HeaderValue::from_static("attachment"))
}

/// Whether the request asks for a websocket.
pub fn wants_websocket(headers: &HeaderMap) -> bool {
    wants_upgrade(headers, WEBSOCKET)
}

/// Whether the request asks for the bytes of a port.
pub fn wants_port(headers: &HeaderMap) -> bool {
    wants_upgrade(headers, PORT)
}

fn wants_upgrade(headers: &HeaderMap, protocol: &str) -> bool {
    let has = |name: HeaderName, wanted: &str| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(wanted)))
    };
    has(header::CONNECTION, "upgrade") && has(header::UPGRADE, protocol)
}
