//! What can go wrong on the way to a peer.

use std::io;
use std::path::PathBuf;

use carrel_proto::code::Problem;
use http::StatusCode;

/// Why no connection came about.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address makes no sense.
    #[error(
        "{text:?} is not an address; use e.g. \"http://127.0.0.1:8080\", \"https://ide.example\" or \"unix:/run/x.sock\""
    )]
    Address {
        /// What was given.
        text: String,
    },
    /// The authority's file can't be used.
    #[error("read the certificate authority {path}")]
    Ca {
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// TLS can't be set up.
    #[error("set up TLS")]
    Tls(#[source] rustls::Error),
    /// Nobody answers.
    #[error("connect to {address}; is it running?")]
    Dial {
        /// Where.
        address: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// It took too long.
    #[error("{address} did not accept the connection in time")]
    Timeout {
        /// Where.
        address: String,
    },
    /// The HTTP handshake failed.
    #[error("speak HTTP on a given stream")]
    Handshake(#[source] hyper::Error),
}

/// Why an HTTP request failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The request makes no sense.
    #[error("build the request for {path}")]
    Request {
        /// What for.
        path: String,
        /// Why not.
        #[source]
        source: http::Error,
    },
    /// The connection broke, or none came about.
    #[error("send {path} to {address}")]
    Send {
        /// Where to.
        address: String,
        /// What.
        path: String,
        /// Why not.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No answer in time.
    #[error("{address} did not answer {path} in time")]
    Timeout {
        /// Where.
        address: String,
        /// What.
        path: String,
    },
    /// A refusal, in the peer's own words.
    #[error("{problem}")]
    Answer {
        /// The HTTP status.
        status: StatusCode,
        /// What a program acts on and a person reads.
        problem: Problem,
    },
    /// The answer is not what this request's answer looks like.
    #[error("the answer to {path} is not of the expected form")]
    Form {
        /// What was asked.
        path: String,
        /// Why not.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The answer is larger than anybody should send.
    #[error("the answer to {path} is longer than {limit} bytes")]
    TooLong {
        /// What was asked.
        path: String,
        /// How much is read.
        limit: usize,
    },
    /// A request's own JSON can't be written.
    #[error("write the JSON for {path}")]
    Json {
        /// What for.
        path: String,
        /// Why not.
        #[source]
        source: serde_json::Error,
    },
}

impl ClientError {
    /// The peer's refusal, if that is what it is.
    pub fn problem(&self) -> Option<&Problem> {
        if let Self::Answer { problem, .. } = self { Some(problem) } else { None }
    }
}
