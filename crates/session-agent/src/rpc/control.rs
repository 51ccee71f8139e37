//! `SlotControlService`: asked by the node.

use std::pin::Pin;
use std::sync::Arc;

use carrel_ids::SessionId;
use carrel_proto::agent::v1 as pb;
use carrel_proto::agent::v1::slot_control_service_server::SlotControlService;
use carrel_proto::code::ServiceCode;
use futures::Stream;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use crate::agent::Agent;
use crate::error::{fail, status};
use crate::state::Binding;

/// A node that does not read its stream gets the newest state when it does.
const STATUS_QUEUE: usize = 1;

/// The service.
#[derive(Debug, Clone)]
pub struct Control(pub Arc<Agent>);

#[tonic::async_trait]
impl SlotControlService for Control {
    async fn hello(&self, _: Request<pb::HelloRequest>) -> Result<Response<pb::HelloReply>, Status> {
        Ok(Response::new(pb::HelloReply {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            protocol: carrel_proto::AGENT_PROTOCOL,
            slot_id: self.0.config.slot.clone(),
            session_id: self.0.session(),
        }))
    }

    async fn bind(&self, request: Request<pb::BindRequest>) -> Result<Response<pb::BindReply>, Status> {
        let request = request.into_inner();
        request.session_id.parse::<SessionId>().map_err(|error| {
            status(fail(
                ServiceCode::InvalidArgument,
                format!("session_id {:?}: {error}", request.session_id),
            ))
        })?;
        let binding = Binding {
            session: request.session_id,
            user: request.user_name,
            clone_url: request.clone_url,
            with_environment: request.with_environment,
            git_name: request.git_name,
            git_email: request.git_email,
            ..Binding::default()
        };
        self.0.bind(binding).map_err(status)?;
        Ok(Response::new(pb::BindReply {}))
    }

    type WatchStatusStream = Pin<Box<dyn Stream<Item = Result<pb::Status, Status>> + Send>>;

    async fn watch_status(
        &self,
        _: Request<pb::WatchStatusRequest>,
    ) -> Result<Response<Self::WatchStatusStream>, Status> {
        let (sender, receiver) = mpsc::channel(STATUS_QUEUE);
        let (agent, mut state) = (Arc::clone(&self.0), self.0.watch());
        let mut terminals = agent.terminals.changes();
        self.0.background.start(async move {
            loop {
                state.mark_unchanged();
                terminals.mark_unchanged();
                if sender.send(Ok(agent.status())).await.is_err() {
                    return;
                }
                let changed = tokio::select! {
                    changed = state.changed() => changed,
                    changed = terminals.changed() => changed,
                    () = sender.closed() => return,
                };
                if changed.is_err() {
                    return;
                }
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }
}
