//! What no route takes: git on its own host name, else a page or a file of the browser app, else nothing.

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use carrel_proto::code::{Problem, ServiceCode};
use tower::ServiceExt as _;

use super::git;
use crate::state::SharedState;

/// What the fallback stands on.
#[derive(Clone)]
pub(super) struct Rest {
    /// The master's.
    pub(super) state: SharedState,
    /// The browser app, where the owner named its folder.
    pub(super) app: Option<Router>,
}

pub(super) async fn serve(State(rest): State<Rest>, request: Request) -> Response {
    if git::is_git_host(&rest.state, &request) {
        return git::serve_on_host(State(rest.state), request).await;
    }
    match rest.app {
        Some(app) if carrel_web_ide::is_public_path(request.uri().path()) => {
            app.oneshot(request).await.into_response()
        }
        _ => {
            let message =
                "there is nothing at this address; the interface is described at /api/v1/openapi.json";
            carrel_proto::json::problem(&Problem::new(ServiceCode::NotFound, message))
        }
    }
}
