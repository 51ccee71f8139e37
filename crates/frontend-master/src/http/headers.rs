//! Headers that every answer of ours carries unless its handler chose other ones.

use axum::Router;
use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

/// Nothing is loaded, framed or posted elsewhere. A page that needs more says so itself.
const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // Keeps a login link's secret from other origins, and lets our own form name its origin.
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// The same routes with these headers on every answer.
pub(super) fn guarded(routes: Router) -> Router {
    routes.layer(axum::middleware::map_response(add))
}

async fn add(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
