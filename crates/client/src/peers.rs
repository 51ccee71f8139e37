//! One constructor per peer.

use std::path::PathBuf;
use std::time::Duration;

use carrel_proto::auth::v1::account_service_client::AccountServiceClient;
use carrel_proto::auth::v1::auth_service_client::AuthServiceClient;
use carrel_proto::auth::v1::token_service_client::TokenServiceClient;
use carrel_proto::compute::v1::node_admin_service_client::NodeAdminServiceClient;
use carrel_proto::compute::v1::node_link_service_client::NodeLinkServiceClient;
use carrel_proto::compute::v1::slot_service_client::SlotServiceClient;
use carrel_proto::notes::v1::notes_service_client::NotesServiceClient;
use carrel_proto::repo::v1::repository_service_client::RepositoryServiceClient;
use carrel_proto::session::v1::session_service_client::SessionServiceClient;
use carrel_proto::sync::v1::document_service_client::DocumentServiceClient;

use crate::address::Address;
use crate::channel::{CALL_TIMEOUT, Channel};
use crate::connect::{Alpn, Connector};
use crate::error::ConnectError;
use crate::http_client::Http;
use crate::token::TokenSource;

/// The largest document read at once; a book with all its edits has some megabytes.
const DOCUMENT_BYTES_MAX: usize = 256 * 1024 * 1024;

/// How to speak to a peer.
#[derive(Debug, Clone)]
pub struct Options {
    /// The bearer token of every request that carries no `Authorization` of its own.
    pub token: TokenSource,
    /// The one authority to trust instead of the system's, PEM.
    pub ca_file: Option<PathBuf>,
    /// For connecting, TLS included.
    pub connect_timeout: Duration,
    /// For a call without a deadline of its own: until its answer begins.
    pub call_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            token: TokenSource::none(),
            ca_file: None,
            connect_timeout: Duration::from_secs(5),
            call_timeout: CALL_TIMEOUT,
        }
    }
}

/// An address and how to speak to it. Nothing is dialled before the first call.
#[derive(Debug, Clone)]
pub struct Peer {
    address: Address,
    channel: Channel,
    http: Http,
}

impl Peer {
    /// A peer at `http://…`, `https://…` or `unix:/…`.
    ///
    /// # Panics
    /// Outside of a tokio runtime, because the channel keeps a task there.
    pub fn new(url: &str, options: Options) -> Result<Self, ConnectError> {
        let address: Address = url.parse()?;
        let Options { token, ca_file, connect_timeout, call_timeout } = options;
        let connector = |alpn| Connector::new(&address, alpn, ca_file.as_deref(), connect_timeout);
        let channel = Channel::dialled(&address, connector(Alpn::H2)?, token.clone(), call_timeout);
        let http = Http::new(&address, connector(Alpn::Http1)?, token, call_timeout);
        Ok(Self { address, channel, http })
    }

    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The transport for any gRPC client.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Plain HTTP to the same address with the same token.
    pub fn http(&self) -> Http {
        self.http.clone()
    }
}

/// The front-end master's services.
#[derive(Debug, Clone)]
pub struct FrontendMaster {
    /// Login and tokens.
    pub auth: AuthServiceClient<Channel>,
    /// Accounts, for admins.
    pub accounts: AccountServiceClient<Channel>,
    /// Revocations, for daemons.
    pub tokens: TokenServiceClient<Channel>,
    /// Repositories.
    pub repositories: RepositoryServiceClient<Channel>,
    /// Sessions.
    pub sessions: SessionServiceClient<Channel>,
    /// Reports and git credentials, for nodes.
    pub node_link: NodeLinkServiceClient<Channel>,
    /// Nodes, for admins.
    pub node_admin: NodeAdminServiceClient<Channel>,
    /// Which documents hold notes.
    pub notes: NotesServiceClient<Channel>,
    /// Shared documents, passed on to the sync daemon.
    pub documents: DocumentServiceClient<Channel>,
}

/// A compute node's services.
#[derive(Debug, Clone)]
pub struct ComputeNode {
    /// Slots.
    pub slots: SlotServiceClient<Channel>,
}

/// The clients of a front-end master.
pub fn frontend_master(peer: &Peer) -> FrontendMaster {
    FrontendMaster {
        auth: AuthServiceClient::new(peer.channel()),
        accounts: AccountServiceClient::new(peer.channel()),
        tokens: TokenServiceClient::new(peer.channel()),
        repositories: RepositoryServiceClient::new(peer.channel()),
        sessions: SessionServiceClient::new(peer.channel()),
        node_link: NodeLinkServiceClient::new(peer.channel()),
        node_admin: NodeAdminServiceClient::new(peer.channel()),
        notes: NotesServiceClient::new(peer.channel()),
        documents: DocumentServiceClient::new(peer.channel()).max_decoding_message_size(DOCUMENT_BYTES_MAX),
    }
}

/// The clients of a compute node.
pub fn compute_node(peer: &Peer) -> ComputeNode {
    ComputeNode { slots: SlotServiceClient::new(peer.channel()) }
}
