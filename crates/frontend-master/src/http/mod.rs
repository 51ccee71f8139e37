//! Everything over plain HTTP, thin: the JSON mirror, git, the login page, keys; and which audience sees what.

mod api;
mod git;
mod headers;
mod login;
pub(crate) mod nowhere;
pub(crate) mod page;
mod raw;
mod rest;
pub mod routes;

use std::sync::Arc;

use axum::Router;
use axum::routing::{any, get, post};
use carrel_proto::auth::v1::account_service_server::AccountServiceServer;
use carrel_proto::auth::v1::auth_service_server::AuthServiceServer;
use carrel_proto::auth::v1::token_service_server::TokenServiceServer;
use carrel_proto::notes::v1::notes_service_server::NotesServiceServer;
use carrel_proto::repo::v1::browse_service_server::BrowseServiceServer;
use carrel_proto::repo::v1::repository_service_server::RepositoryServiceServer;
use carrel_service::{App, Audience};

use crate::rpc::{AccountRpc, AuthRpc, BrowseRpc, NotesRpc, RepositoryRpc, TokenRpc};
use crate::state::SharedState;

pub use api::OPENAPI;

/// Adds the services and routes of this part: everything but sessions and the tunnel.
pub fn mount(app: App, state: &SharedState) -> App {
    let auth = Arc::new(AuthRpc(state.clone()));
    let accounts = Arc::new(AccountRpc(state.clone()));
    let repositories = Arc::new(RepositoryRpc(state.clone()));
    let browse = Arc::new(BrowseRpc::new(state.clone()));
    let notes = Arc::new(NotesRpc(state.clone()));
    let json = Router::new()
        .nest("/api/v1/AuthService", carrel_proto::json::auth_service(auth.clone()))
        .nest("/api/v1/AccountService", carrel_proto::json::account_service(accounts.clone()))
        .nest("/api/v1/RepositoryService", carrel_proto::json::repository_service(repositories.clone()))
        .nest("/api/v1/BrowseService", carrel_proto::json::browse_service(browse.clone()))
        .nest("/api/v1/NotesService", carrel_proto::json::notes_service(notes.clone()))
        .route("/api/v1/openapi.json", get(api::openapi));
    // A browser that asks for it gets its token as a cookie that no script can read.
    let json = carrel_web_ide::cookies(json, state.public_url.starts_with("https:"));
    let app_pages = state.config.web_root.clone().map(|root| carrel_web_ide::router(Some(root)));
    let pages = match &app_pages {
        Some(app) => Router::new().route("/login", post(login::redeem).get_service(app.clone())),
        None => {
            Router::new().route("/", get(page::home)).route("/login", get(login::show).post(login::redeem))
        }
    };
    let pages = pages.route("/.well-known/jwks.json", get(api::jwks)).with_state(state.clone());
    let git = Router::new()
        .route("/git/{*rest}", any(git::serve))
        .route("/raw/{owner}/{name}", get(raw::serve))
        .with_state(state.clone());
    let rest =
        Router::new().fallback(rest::serve).with_state(rest::Rest { state: state.clone(), app: app_pages });
    app.grpc(Audience::Public, AuthServiceServer::from_arc(auth))
        .grpc(Audience::Public, AccountServiceServer::from_arc(accounts))
        .grpc(Audience::Public, RepositoryServiceServer::from_arc(repositories))
        .grpc(Audience::Public, BrowseServiceServer::from_arc(browse))
        .grpc(Audience::Public, NotesServiceServer::from_arc(notes))
        .grpc(Audience::Rack, TokenServiceServer::new(TokenRpc(state.clone())))
        .routes(Audience::Public, headers::guarded(json.merge(pages).merge(git)))
        .fallback(Audience::Public, headers::guarded(rest))
}
