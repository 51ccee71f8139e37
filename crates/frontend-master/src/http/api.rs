//! Documents about the service itself: its OpenAPI description and its public keys.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;

use crate::state::SharedState;

/// The description of `/api/v1`, written by `tests/it/openapi.rs` from the same `.proto` files as the code.
pub const OPENAPI: &str = include_str!("openapi.json");

/// `GET /api/v1/openapi.json`
pub(super) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "max-age=300")], OPENAPI)
        .into_response()
}

/// `GET /.well-known/jwks.json`
pub(super) async fn jwks(State(state): State<SharedState>) -> Response {
    // Short, so that a new key is known everywhere before the first token is signed with it.
    (
        [(header::CONTENT_TYPE, "application/jwk-set+json"), (header::CACHE_CONTROL, "max-age=60")],
        state.issuer.jwks_json(),
    )
        .into_response()
}
