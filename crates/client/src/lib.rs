//! Typed channels to every daemon: deadlines, retry with jitter, auth.
//!
//! A [`Peer`] is an address (`http://…`, `https://…` or `unix:/path`), a token and limits. From it come gRPC clients
//! ([`frontend_master`], [`compute_node`]) and [`Http`], plain HTTP/1.1 with websockets, over the same way of dialling.

mod channel;
mod dial;
mod error;
mod http;
pub mod http1;
mod peers;
mod retry;
mod token;

pub use channel::Channel;
pub use dial::Io;
pub use error::ClientError;
pub use http::{Http, Upgraded};
pub use peers::{ComputeNode, FrontendMaster, Options, Peer, compute_node, frontend_master};
pub use retry::{RetryPolicy, retry};
pub use token::TokenSource;

/// A request's body, whatever it is made of.
pub struct Body(http_body_util::combinators::UnsyncBoxBody<bytes::Bytes, BodyError>);

/// Why a body could not be read to its end.
pub type BodyError = Box<dyn std::error::Error + Send + Sync>;

impl Body {
    /// From any body of bytes.
    pub fn new<B>(body: B) -> Self
    where
        B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
        B::Error: Into<BodyError>,
    {
        use http_body_util::BodyExt as _;
        Self(body.map_err(Into::into).boxed_unsync())
    }

    /// Without any bytes.
    pub fn empty() -> Self {
        Self::new(http_body_util::Empty::new())
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl<T: Into<bytes::Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Self::new(http_body_util::Full::new(bytes.into()))
    }
}

impl http_body::Body for Body {
    type Data = bytes::Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
        std::pin::Pin::new(&mut self.0).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.0.size_hint()
    }
}
