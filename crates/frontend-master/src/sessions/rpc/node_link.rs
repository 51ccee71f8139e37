//! `carrel.compute.v1.NodeLinkService`: what nodes tell and ask.

use carrel_ids::{NodeId, SessionId};
use carrel_model::Fence;
use carrel_model::master::Facts;
use carrel_proto::compute::v1 as pb;
use carrel_proto::compute::v1::node_link_service_server::NodeLinkService;
use carrel_proto::convert::parse;
use carrel_service::{Principal, error};
use tonic::{Request, Response, Status};

use crate::fence::FenceVerdict;
use crate::sessions::core::Input;
use crate::sessions::directory::check_address;
use crate::sessions::error::SessionError;
use crate::sessions::{ANSWER_MARGIN, Sessions, convert, effects};

/// A node reports at least this often: a third of the time after which it counts as silent.
const REPORT_EVERY_MS: u32 = 5_000;

/// The service.
#[derive(Clone)]
pub struct NodeLink {
    sessions: Sessions,
}

impl NodeLink {
    /// The service on orchestration.
    pub fn new(sessions: Sessions) -> Self {
        Self { sessions }
    }

    async fn take_report(&self, caller: &Principal, report: pb::NodeReport) -> Result<bool, SessionError> {
        let facts: Facts = convert::facts(&report)?;
        speaks_for(caller, &facts.node)?;
        check_address(&report.control_url)?;
        let report = Box::new(report);
        self.sessions.ask(ANSWER_MARGIN, |reply| Input::Report { report, facts, reply }).await
    }

    fn mint(
        &self,
        caller: &Principal,
        request: &pb::MintGitTokenRequest,
    ) -> Result<pb::GitToken, SessionError> {
        let session: SessionId = parse("session_id", &request.session_id)?;
        let row = self.sessions.board().session(&session);
        let row = row.ok_or_else(|| SessionError::NoSession { session: session.clone() })?;
        // A session of another node is none of this one's business.
        let Some(node) = &row.record.node else { return Err(SessionError::NoSession { session }) };
        if speaks_for(caller, node).is_err() {
            return Err(SessionError::NoSession { session });
        }
        let fence = Fence::from_number(request.fence);
        if self.sessions.board().verdict(&session, fence) != Some(FenceVerdict::Newest) {
            return Err(SessionError::StaleFence { session, fence: request.fence });
        }
        let minted = effects::git_token(&self.sessions.0.issuer, &row).map_err(SessionError::Sign)?;
        minted.ok_or(SessionError::NoGit { session })
    }
}

/// A node's token speaks for that node alone.
fn speaks_for(caller: &Principal, node: &NodeId) -> Result<(), SessionError> {
    match caller.service_name() {
        Some(name) if name == node.as_str() => Ok(()),
        name => {
            let subject = name.unwrap_or("nobody").to_owned();
            Err(SessionError::NotYourNode { subject, node: node.clone() })
        }
    }
}

#[tonic::async_trait]
impl NodeLinkService for NodeLink {
    async fn report(&self, request: Request<pb::NodeReport>) -> Result<Response<pb::ReportReply>, Status> {
        let caller = Principal::of(request.extensions())?.clone();
        let taken = self.take_report(&caller, request.into_inner()).await;
        let drain = taken.map_err(|e| error::status(&e, "take a node's report"))?;
        Ok(Response::new(pb::ReportReply { drain, interval_ms: REPORT_EVERY_MS }))
    }

    async fn mint_git_token(
        &self,
        request: Request<pb::MintGitTokenRequest>,
    ) -> Result<Response<pb::GitToken>, Status> {
        let caller = Principal::of(request.extensions())?;
        let minted = self.mint(caller, request.get_ref());
        Ok(Response::new(minted.map_err(|e| error::status(&e, "mint a git credential"))?))
    }
}
