//! `carrel.compute.v1.NodeAdminService`: what admins see and want of nodes.

use carrel_ids::NodeId;
use carrel_proto::compute::v1 as pb;
use carrel_proto::compute::v1::node_admin_service_server::NodeAdminService;
use carrel_proto::convert::parse;
use carrel_service::error;
use tonic::{Request, Response, Status};
use tracing::info;

use crate::sessions::board::NodeRow;
use crate::sessions::core::Input;
use crate::sessions::error::SessionError;
use crate::sessions::{ANSWER_MARGIN, Sessions, convert};

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
        _request: Request<pb::ListNodesRequest>,
    ) -> Result<Response<pb::ListNodesReply>, Status> {
        let nodes = self.sessions.board().nodes().iter().map(convert::node_message).collect();
        Ok(Response::new(pb::ListNodesReply { nodes }))
    }

    async fn set_node_drain(
        &self,
        request: Request<pb::SetNodeDrainRequest>,
    ) -> Result<Response<pb::Node>, Status> {
        let node = self.drain(request.get_ref()).await;
        Ok(Response::new(node.map_err(|e| error::status(&e, "drain a node"))?))
    }
}
