//! Where orchestration and the tunnel meet the rest of the daemon.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use carrel_proto::compute::v1::node_admin_service_server::NodeAdminServiceServer;
use carrel_proto::compute::v1::node_link_service_server::NodeLinkServiceServer;
use carrel_proto::session::v1::session_service_server::SessionServiceServer;
use carrel_service::{App, Audience, Deps, Role, RunError};

use super::rpc::{NodeAdmin, NodeLink, SessionApi};
use super::{Found, Opener, Parts, RepositoryLook, SessionError, Sessions};
use crate::git::access::{Right, right};
use crate::names::{RepositoryPath, UserName};
use crate::state::SharedState;
use crate::store;
use crate::tunnel;

/// Starts orchestration and adds its services and the tunnel.
pub async fn mount(app: App, state: &SharedState, deps: &Deps) -> Result<App, RunError> {
    let parts = Parts {
        config: state.config.sessions.clone(),
        store: state.store.clone(),
        issuer: state.issuer.clone(),
        repositories: Arc::new(Looks(state.clone())),
        tick_every: None,
    };
    let sessions = super::start(parts, deps).await?;
    state.session_control.set(Arc::new(sessions.clone()));
    let tunnel = tunnel::Parts {
        sessions: sessions.clone(),
        tickets: state.tickets.clone(),
        revocations: state.accounts.revocations().clone(),
    };
    Ok(services(app, &sessions).routes(Audience::Public, tunnel::router(tunnel, deps)))
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

/// The git service as orchestration asks it.
struct Looks(SharedState);

#[async_trait]
impl RepositoryLook for Looks {
    async fn look(&self, path: &RepositoryPath, opener: &Opener) -> Result<Found, SessionError> {
        let failed = |source: Box<dyn std::error::Error + Send + Sync>| SessionError::Repository {
            path: path.to_string(),
            source,
        };
        let repositories = &self.0.repositories;
        let found = repositories.find(path).await?;
        let Ok(name) = opener.name.parse::<UserName>() else { return Ok(Found::Nothing) };
        let role = match opener.role {
            Role::Admin => store::Role::Admin,
            Role::Mentor => store::Role::Mentor,
            _ => store::Role::Learner,
        };
        if found.is_none_or(|record| right(&record, &name, role) < Right::Read) {
            return Ok(Found::Nothing);
        }
        let check = repositories.check(path).await.map_err(|error| failed(Box::new(error)))?;
        Ok(match check.environment_file {
            Some(_) => Found::WithEnvironment,
            None => Found::WithoutEnvironment { advice: check.advice(path) },
        })
    }
}
