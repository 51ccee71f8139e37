//! What the proxy needs of the front-end master: two addresses by HTTP, and credentials.

use std::time::Duration;

use carrel_client::{Http, Options, Peer, TokenSource};
use carrel_ids::SessionId;
use carrel_model::Fence;
use carrel_proto::compute::v1::node_link_service_client::NodeLinkServiceClient;
use carrel_proto::compute::v1::{GitToken, MintGitTokenRequest};
use http::{Request, Response};
use hyper::body::Incoming;
use tonic::Code;

use crate::body::Body;

/// Minting is one signature on the other side.
const MINT_TIME: Duration = Duration::from_secs(5);

/// Why the front-end master did not serve.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// It can't be reached now.
    #[error("the front-end master can't be reached: try again later")]
    Unreachable {
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It gave no credential.
    #[error("the front-end master gives session {session} no git credential: the session may be over")]
    Refused {
        /// The session.
        session: SessionId,
        /// What it said.
        #[source]
        source: Box<tonic::Status>,
    },
}

/// The front-end master as the proxy sees it.
#[async_trait::async_trait]
pub trait Upstream: Send + Sync {
    /// Sends a request whose address is a path.
    async fn send(&self, request: Request<Body>) -> Result<Response<Incoming>, UpstreamError>;
    /// Fetches a git credential.
    async fn mint(&self, session: &SessionId, fence: Fence) -> Result<GitToken, UpstreamError>;
}

/// The real one.
pub struct MasterUpstream {
    /// Without a token of its own: what a slot asks for must never carry the node's.
    http: Http,
    link: NodeLinkServiceClient<carrel_client::Channel>,
}

impl MasterUpstream {
    /// `url` as for any peer; `link` carries the node's own token.
    pub fn new(
        url: &str,
        ca_file: Option<std::path::PathBuf>,
        link: NodeLinkServiceClient<carrel_client::Channel>,
    ) -> Result<Self, carrel_client::ClientError> {
        let bare = Peer::new(url, Options { token: TokenSource::none(), ca_file, ..Options::default() })?;
        Ok(Self { http: bare.http(), link })
    }
}

#[async_trait::async_trait]
impl Upstream for MasterUpstream {
    async fn send(&self, request: Request<Body>) -> Result<Response<Incoming>, UpstreamError> {
        let request = request.map(carrel_client::Body::new);
        self.http
            .send(request)
            .await
            .map_err(|source| UpstreamError::Unreachable { source: Box::new(source) })
    }

    async fn mint(&self, session: &SessionId, fence: Fence) -> Result<GitToken, UpstreamError> {
        let request = MintGitTokenRequest { session_id: session.to_string(), fence: fence.number() };
        let mut request = tonic::Request::new(request);
        request.set_timeout(MINT_TIME);
        match self.link.clone().mint_git_token(request).await {
            Ok(reply) => Ok(reply.into_inner()),
            Err(status) if matches!(status.code(), Code::Unavailable | Code::DeadlineExceeded) => {
                Err(UpstreamError::Unreachable { source: Box::new(status) })
            }
            Err(status) => Err(UpstreamError::Refused { session: session.clone(), source: Box::new(status) }),
        }
    }
}
