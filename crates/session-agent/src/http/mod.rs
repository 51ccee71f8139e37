//! What the agent answers on the link: gRPC, the JSON mirror, raw bytes, websockets.

mod lsp;
mod port;
mod raw;
mod socket;
mod terminal;
mod watch;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use carrel_proto::agent::v1::slot_control_service_server::{SERVICE_NAME, SlotControlServiceServer};
use carrel_proto::code::ServiceCode;
use carrel_proto::json;

use crate::agent::Agent;
use crate::error::{Failure, fail};
use crate::rpc::control::Control;
use crate::rpc::git::Repository;
use crate::rpc::workspace::Workspace;

/// All routes of one agent.
pub fn router(agent: Arc<Agent>) -> Router {
    let control = SlotControlServiceServer::new(Control(Arc::clone(&agent)));
    let workspace = Arc::new(Workspace(Arc::clone(&agent)));
    let repository = Arc::new(Repository(Arc::clone(&agent)));
    let api = json::workspace_service(workspace)
        .merge(json::git_service(repository))
        .fallback(no_route)
        .method_not_allowed_fallback(no_method);
    Router::new()
        .route_service(&format!("/{SERVICE_NAME}/{{*method}}"), control)
        .nest_service("/api", api)
        .route("/raw", get(raw::download).put(raw::upload).layer(DefaultBodyLimit::disable()))
        .route("/artefact", get(raw::artefact))
        .route("/terminal/{id}", get(terminal::attach))
        .route("/lsp/{language}", get(lsp::attach))
        .route("/port/{port}", get(port::attach))
        .route("/watch", get(watch::attach))
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .with_state(agent)
}

async fn no_route() -> Response {
    answer(fail(ServiceCode::NotFound, "there is no such route in a session"))
}

async fn no_method() -> Response {
    let problem = fail(ServiceCode::InvalidArgument, "this route does not take that method");
    (http::StatusCode::METHOD_NOT_ALLOWED, axum::Json(problem)).into_response()
}

/// A failure as its HTTP answer.
fn answer(failure: Failure) -> Response {
    json::problem(&failure)
}
