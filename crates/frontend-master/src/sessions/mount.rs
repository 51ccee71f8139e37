//! Where orchestration and the tunnel meet the rest of the daemon.

use std::sync::Arc;

use axum::Router;
use carrel_proto::compute::v1::node_admin_service_server::NodeAdminServiceServer;
use carrel_proto::compute::v1::node_link_service_server::NodeLinkServiceServer;
use carrel_proto::session::v1::session_service_server::SessionServiceServer;
use carrel_service::{App, Audience, Deps, RunError};

use super::looks::Looks;
use super::rpc::{NodeAdmin, NodeLink, SessionApi};
use super::{LiveFences, Parts, Sessions};
use crate::fence::StoredFences;
use crate::preview;
use crate::state::SharedState;
use crate::tunnel;

/// Starts orchestration and adds its services and the tunnel.
pub async fn mount(app: App, state: &SharedState, deps: &Deps) -> Result<App, RunError> {
    let parts = Parts {
        nodes_ca: state.config.nodes_ca.clone(),
        config: state.config.sessions.clone(),
        store: state.store.clone(),
        issuer: state.issuer.clone(),
        repositories: Arc::new(Looks::new(state.clone())),
        tick_every: None,
    };
    let sessions = super::start(parts, deps).await?;
    state.session_control.set(Arc::new(sessions.clone()));
    let stored = StoredFences(state.store.clone());
    state.fences.set(Arc::new(LiveFences { board: sessions.board().clone(), stored }));
    let tunnel = tunnel::Parts {
        sessions: sessions.clone(),
        tickets: state.tickets.clone(),
        revocations: state.accounts.revocations().clone(),
    };
    let app = services(app, &sessions).routes(Audience::Public, tunnel::router(tunnel, deps));
    Ok(preview::mount(app, state, &sessions, deps))
}

/// The services of sessions and nodes, and the JSON mirror of those that people call.
pub fn services(app: App, sessions: &Sessions) -> App {
    let api = Arc::new(SessionApi::new(sessions.clone()));
    let admin = Arc::new(NodeAdmin::new(sessions.clone()));
    let json = Router::new()
        .nest("/api/v1/SessionService", carrel_proto::json::session_service(api.clone()))
        .nest("/api/v1/NodeAdminService", carrel_proto::json::node_admin_service(admin.clone()));
    app.grpc(Audience::Public, SessionServiceServer::from_arc(api))
        .grpc(Audience::Public, NodeAdminServiceServer::from_arc(admin))
        .grpc(Audience::Rack, NodeLinkServiceServer::new(NodeLink::new(sessions.clone())))
        .routes(Audience::Public, json)
}
