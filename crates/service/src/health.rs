//! Whether the daemon is fit for work: `/healthz` and the gRPC health service tell the same.

use std::collections::BTreeMap;
use std::pin::Pin;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::{Stream, StreamExt as _};
use http::StatusCode;
use serde_json::json;
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;
use tonic::Status;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_server::{self, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

/// The daemon's fitness. Clones share it.
#[derive(Debug, Clone)]
pub struct Health(watch::Sender<State>);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct State {
    stage: Stage,
    faults: BTreeMap<&'static str, String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Starting,
    Ready,
    Draining,
}

impl State {
    fn fit(&self) -> bool {
        self.stage == Stage::Ready && self.faults.is_empty()
    }

    fn serving(&self) -> HealthCheckResponse {
        let status = if self.fit() { ServingStatus::Serving } else { ServingStatus::NotServing };
        HealthCheckResponse { status: status.into() }
    }
}

impl Default for Health {
    fn default() -> Self {
        Self(watch::Sender::new(State::default()))
    }
}

impl Health {
    /// Says that a part does not work, and why; replaces what was said about it before.
    pub fn fault(&self, part: &'static str, why: impl Into<String>) {
        let why = why.into();
        self.0.send_if_modified(|state| state.faults.insert(part, why.clone()) != Some(why));
    }

    /// Says that a part works (again).
    pub fn clear(&self, part: &'static str) {
        self.0.send_if_modified(|state| state.faults.remove(part).is_some());
    }

    /// Whether requests are welcome and nothing is at fault.
    pub fn is_fit(&self) -> bool {
        self.0.borrow().fit()
    }

    pub(crate) fn ready(&self) {
        self.0.send_modify(|state| state.stage = Stage::Ready);
    }

    pub(crate) fn draining(&self) {
        self.0.send_modify(|state| state.stage = Stage::Draining);
    }

    pub(crate) fn router(&self) -> Router {
        let health = self.clone();
        Router::new().route("/healthz", get(move || std::future::ready(health.answer())))
    }

    pub(crate) fn grpc(&self) -> HealthServer<GrpcHealth> {
        HealthServer::new(GrpcHealth(self.clone()))
    }

    fn answer(&self) -> Response {
        let state = self.0.borrow().clone();
        let stage = match state.stage {
            Stage::Starting => "starting",
            Stage::Ready if state.faults.is_empty() => "ready",
            Stage::Ready => "degraded",
            Stage::Draining => "draining",
        };
        let code = if state.fit() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        // Only the parts' names: why one fails may tell a stranger how we are built, and the log says it.
        let parts: Vec<_> = state.faults.keys().collect();
        (code, axum::Json(json!({ "status": stage, "faults": parts }))).into_response()
    }
}

/// `grpc.health.v1`: the empty name stands for the daemon, and so does every other.
#[derive(Debug)]
pub struct GrpcHealth(Health);

#[tonic::async_trait]
impl health_server::Health for GrpcHealth {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    async fn check(
        &self,
        _: tonic::Request<HealthCheckRequest>,
    ) -> Result<tonic::Response<HealthCheckResponse>, Status> {
        Ok(tonic::Response::new(self.0.0.borrow().serving()))
    }

    async fn watch(
        &self,
        _: tonic::Request<HealthCheckRequest>,
    ) -> Result<tonic::Response<Self::WatchStream>, Status> {
        // Ends with the drain: a stream that stayed open would hold it up.
        let states = WatchStream::new(self.0.0.subscribe());
        let states = states.scan(false, |over, state| {
            let last = std::mem::replace(over, state.stage == Stage::Draining);
            std::future::ready((!last).then(|| Ok(state.serving())))
        });
        Ok(tonic::Response::new(Box::pin(states)))
    }
}
