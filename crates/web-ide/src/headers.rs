//! Headers of every answer: what a page may load, and that nothing is guessed.

use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

/// Scripts are files of ours only: none inline, none evaluated. Styles may be inline because the editor and the
/// terminal write their measurements into style elements; they can't be made to send anything anywhere, since
/// nothing but this origin is reachable.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

/// USB for programming boards; of the rest nothing is used.
const PERMISSIONS: &str = "usb=(self), clipboard-read=(self), clipboard-write=(self), camera=(), microphone=(), geolocation=(), payment=()";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // A login link's secret never leaves in a Referer.
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The same answer with these headers.
pub(crate) fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
