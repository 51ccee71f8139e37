//! `carrel.compute.v1.NodeAdminService`: what admins see and want of nodes.

use std::time::Duration;

use carrel_ids::NodeId;
use carrel_proto::compute::v1 as pb;
use carrel_proto::compute::v1::node_admin_service_server::NodeAdminService;
use carrel_proto::convert::{InvalidField, parse};
use carrel_service::error;
use tonic::{Request, Response, Status};
use tracing::info;

use crate::sessions::board::NodeRow;
use crate::sessions::core::Input;
use crate::sessions::error::SessionError;
use crate::sessions::{ANSWER_MARGIN, Sessions, convert};

/// How long a list of nodes is held back for something new: below the 60 s after which proxies cut idle requests, and
/// below the app's own deadline.
const LIST_WAIT_MAX: Duration = Duration::from_secs(15);

/// The service.
#[derive(Clone)]
pub struct NodeAdmin {
    sessions: Sessions,
}

impl NodeAdmin {
    /// The service on orchestration.
    pub fn new(sessions: Sessions) -> Self {
        Self { sessions }
    }

    async fn drain(&self, request: &pb::SetNodeDrainRequest) -> Result<pb::Node, SessionError> {
        let node: NodeId = parse("node_id", &request.node_id)?;
        self.known(&node)?;
        let (id, drain) = (node.clone(), request.drain);
        self.sessions.ask(ANSWER_MARGIN, |reply| Input::DrainNode { node: id, drain, reply }).await?;
        info!(%node, drain, "an admin set a node's drain flag");
        Ok(convert::node_message(&self.known(&node)?))
    }

    async fn quarantine(&self, request: &pb::SetNodeQuarantineRequest) -> Result<pb::Node, SessionError> {
        let node: NodeId = parse("node_id", &request.node_id)?;
        self.known(&node)?;
        let reason = request.quarantine.then(|| convert::one_line(&request.reason));
        if reason.as_ref().is_some_and(String::is_empty) {
            return Err(
                InvalidField::new("reason", "must say why, for whoever looks at the node next").into()
            );
        }
        let (id, set) = (node.clone(), reason.is_some());
        self.sessions.ask(ANSWER_MARGIN, |reply| Input::QuarantineNode { node: id, reason, reply }).await?;
        info!(%node, set, "an admin set a node's quarantine");
        Ok(convert::node_message(&self.known(&node)?))
    }

    /// Waits until something is newer than what the caller knows; a caller who knows nothing does not wait.
    async fn newer_than(&self, known: u64) -> u64 {
        let mut version = self.sessions.board().nodes_version();
        if known > 0 {
            let change = tokio::time::timeout(LIST_WAIT_MAX, version.wait_for(|version| *version != known));
            tokio::select! {
                _ = change => {}
                () = self.sessions.0.shutdown.requested() => {}
            }
        }
        version.borrow().to_owned()
    }

    /// Typing errors must not become rows: only nodes that have been heard of can be drained.
    fn known(&self, node: &NodeId) -> Result<NodeRow, SessionError> {
        self.sessions.board().node(node).ok_or_else(|| {
            let known: Vec<String> =
                self.sessions.board().nodes().iter().map(|row| row.report.node_id.clone()).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            SessionError::NoNode { node: node.clone(), known }
        })
    }
}

#[tonic::async_trait]
impl NodeAdminService for NodeAdmin {
    async fn list_nodes(
        &self,
        request: Request<pb::ListNodesRequest>,
    ) -> Result<Response<pb::ListNodesReply>, Status> {
        let version = self.newer_than(request.get_ref().known).await;
        let nodes = self.sessions.board().nodes().iter().map(convert::node_message).collect();
        Ok(Response::new(pb::ListNodesReply { nodes, version }))
    }

    async fn set_node_drain(
        &self,
        request: Request<pb::SetNodeDrainRequest>,
    ) -> Result<Response<pb::Node>, Status> {
        let node = self.drain(request.get_ref()).await;
        Ok(Response::new(node.map_err(|e| error::status(&e, "drain a node"))?))
    }

    async fn set_node_quarantine(
        &self,
        request: Request<pb::SetNodeQuarantineRequest>,
    ) -> Result<Response<pb::Node>, Status> {
        let node = self.quarantine(request.get_ref()).await;
        Ok(Response::new(node.map_err(|e| error::status(&e, "quarantine a node"))?))
    }
}
