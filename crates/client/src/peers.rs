//! One constructor per peer.

use std::path::PathBuf;
use std::time::Duration;

use carrel_proto::auth::v1::account_service_client::AccountServiceClient;
use carrel_proto::auth::v1::auth_service_client::AuthServiceClient;
use carrel_proto::auth::v1::token_service_client::TokenServiceClient;
use carrel_proto::compute::v1::node_admin_service_client::NodeAdminServiceClient;
use carrel_proto::compute::v1::node_link_service_client::NodeLinkServiceClient;
use carrel_proto::compute::v1::slot_service_client::SlotServiceClient;
use carrel_proto::repo::v1::repository_service_client::RepositoryServiceClient;
use carrel_proto::session::v1::session_service_client::SessionServiceClient;

use crate::ClientError;
use crate::channel::Channel;
use crate::dial::Dialer;
use crate::http::Http;
use crate::token::TokenSource;

/// The largest message a client takes; a page of a list is far below.
const MESSAGE_MAX: usize = 8 * 1024 * 1024;

/// How to talk to a peer.
#[derive(Debug, Clone)]
pub struct Options {
    /// The token on every call.
    pub token: TokenSource,
    /// Certificates to trust, as PEM; the system's if none is named.
    pub ca_file: Option<PathBuf>,
    /// The longest a connection may take to be made.
    pub connect_timeout: Duration,
    /// The longest a gRPC call may take, and an HTTP answer to begin, unless the call says otherwise.
    pub call_timeout: Duration,
    /// Between two signs of life on an idle connection; proxies cut silent ones after a minute.
    pub keep_alive: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            token: TokenSource::none(),
            ca_file: None,
            connect_timeout: Duration::from_secs(5),
            call_timeout: Duration::from_secs(10),
            keep_alive: Duration::from_secs(20),
        }
    }
}

/// A daemon at an address. Nothing is dialled until it is used.
#[derive(Clone)]
pub struct Peer {
    channel: Channel,
    http: Http,
}

impl Peer {
    /// `http://host:port`, `https://host:port` or `unix:/path`.
    pub fn new(url: &str, options: Options) -> Result<Self, ClientError> {
        let dialer = Dialer::new(url, options.ca_file.as_deref(), options.connect_timeout)?;
        let channel = Channel::lazy(&dialer, &options)?;
        Ok(Self { channel, http: Http::new(dialer, options.token, options.call_timeout) })
    }

    /// Plain HTTP/1.1 and websockets to the same address with the same token.
    pub fn http(&self) -> Http {
        self.http.clone()
    }

    /// The gRPC channel.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }
}

/// The services of a front-end master.
#[derive(Clone)]
pub struct FrontendMaster {
    /// One's own identity.
    pub auth: AuthServiceClient<Channel>,
    /// Accounts, for admins.
    pub accounts: AccountServiceClient<Channel>,
    /// Revocations, for daemons.
    pub tokens: TokenServiceClient<Channel>,
    /// Repositories.
    pub repositories: RepositoryServiceClient<Channel>,
    /// Sessions.
    pub sessions: SessionServiceClient<Channel>,
    /// Reports, for nodes.
    pub node_link: NodeLinkServiceClient<Channel>,
    /// Nodes, for admins.
    pub node_admin: NodeAdminServiceClient<Channel>,
}

/// The services of a compute node.
#[derive(Clone)]
pub struct ComputeNode {
    /// Slots, for the front-end master.
    pub slots: SlotServiceClient<Channel>,
}

/// Clients of a front-end master.
pub fn frontend_master(peer: &Peer) -> FrontendMaster {
    let channel = || peer.channel();
    FrontendMaster {
        auth: AuthServiceClient::new(channel()).max_decoding_message_size(MESSAGE_MAX),
        accounts: AccountServiceClient::new(channel()).max_decoding_message_size(MESSAGE_MAX),
        tokens: TokenServiceClient::new(channel()).max_decoding_message_size(MESSAGE_MAX),
        repositories: RepositoryServiceClient::new(channel()).max_decoding_message_size(MESSAGE_MAX),
        sessions: SessionServiceClient::new(channel()).max_decoding_message_size(MESSAGE_MAX),
        node_link: NodeLinkServiceClient::new(channel()).max_decoding_message_size(MESSAGE_MAX),
        node_admin: NodeAdminServiceClient::new(channel()).max_decoding_message_size(MESSAGE_MAX),
    }
}

/// Clients of a compute node.
pub fn compute_node(peer: &Peer) -> ComputeNode {
    ComputeNode { slots: SlotServiceClient::new(peer.channel()).max_decoding_message_size(MESSAGE_MAX) }
}
