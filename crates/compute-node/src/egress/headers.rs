//! Which headers pass the proxy. Lists of what may pass, so that nothing unknown does: hop-by-hop fields,
//! Authorization, Cookie, Forwarded and whatever is invented next stay behind.

use http::header::{self, HeaderMap, HeaderName};

const GIT_PROTOCOL: HeaderName = HeaderName::from_static("git-protocol");

const REQUEST: [HeaderName; 11] = [
    header::ACCEPT,
    header::ACCEPT_ENCODING,
    header::ACCEPT_LANGUAGE,
    header::CONTENT_ENCODING,
    header::CONTENT_TYPE,
    header::IF_MODIFIED_SINCE,
    header::IF_NONE_MATCH,
    header::IF_RANGE,
    header::RANGE,
    header::USER_AGENT,
    GIT_PROTOCOL,
];

const RESPONSE: [HeaderName; 13] = [
    header::ACCEPT_RANGES,
    header::CACHE_CONTROL,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_RANGE,
    header::CONTENT_TYPE,
    header::ETAG,
    header::EXPIRES,
    header::LAST_MODIFIED,
    header::PRAGMA,
    header::RETRY_AFTER,
    header::VARY,
    header::AGE,
];

/// The fields of a slot's request that go on.
pub fn of_request(from: &HeaderMap) -> HeaderMap {
    pick(from, &REQUEST)
}

/// The fields of an answer that go back to the slot.
pub fn of_response(from: &HeaderMap) -> HeaderMap {
    pick(from, &RESPONSE)
}

/// A copy of the named fields.
pub fn pick(from: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let mut picked = HeaderMap::new();
    for name in names {
        for value in from.get_all(name) {
            picked.append(name.clone(), value.clone());
        }
    }
    picked
}
