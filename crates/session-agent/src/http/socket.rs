//! Websockets on a connection that hyper hands over.

use std::future::Future;
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use carrel_proto::code::ServiceCode;
use http::{HeaderValue, Method, Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};

use super::answer;
use crate::agent::Agent;
use crate::error::fail;
use crate::frame::FRAME_MAX;

/// The stream of one websocket.
pub(super) type Socket = WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>;

/// Why the agent ends a websocket.
#[derive(Debug, Clone, Copy)]
pub(super) enum Close {
    /// All was said.
    Done,
    /// The peer sent what is no frame, or one out of place.
    BadFrame,
    /// There is no such terminal, or no such language server.
    NoTerminal,
    /// More of them at once than a slot takes.
    TooMany,
    /// A fault on this side.
    Fault,
}

impl Close {
    /// The close frame with its reason, which may have 123 bytes.
    pub(super) fn frame(self, reason: &str) -> CloseFrame {
        const REASON_MAX: usize = 120;
        let code = match self {
            Self::Done => CloseCode::Normal,
            Self::BadFrame => CloseCode::Library(4400),
            Self::NoTerminal => CloseCode::Library(4404),
            Self::TooMany => CloseCode::Library(4429),
            Self::Fault => CloseCode::Error,
        };
        let end =
            (0..=REASON_MAX.min(reason.len())).rev().find(|end| reason.is_char_boundary(*end)).unwrap_or(0);
        CloseFrame { code, reason: reason[..end].to_owned().into() }
    }
}

/// Answers the handshake and serves the socket once the connection is handed over; messages are those of terminals.
pub(super) fn upgrade<B, F>(
    agent: &Arc<Agent>,
    request: Request<B>,
    serve: impl FnOnce(Socket) -> F + Send + 'static,
) -> Response
where
    F: Future<Output = ()> + Send,
{
    upgrade_for(agent, request, FRAME_MAX, serve)
}

/// The same for messages of up to `longest` bytes.
pub(super) fn upgrade_for<B, F>(
    agent: &Arc<Agent>,
    mut request: Request<B>,
    longest: usize,
    serve: impl FnOnce(Socket) -> F + Send + 'static,
) -> Response
where
    F: Future<Output = ()> + Send,
{
    let has = |name: header::HeaderName, wanted: &str| {
        let values = request.headers().get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|word| word.trim().eq_ignore_ascii_case(wanted))
    };
    let asks = request.method() == Method::GET
        && has(header::CONNECTION, "upgrade")
        && has(header::UPGRADE, "websocket")
        && has(header::SEC_WEBSOCKET_VERSION, "13");
    let key = request.headers().get(header::SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes()));
    let accept = key.filter(|_| asks).and_then(|key| HeaderValue::try_from(key).ok());
    let Some(accept) = accept else {
        return answer(fail(ServiceCode::InvalidArgument, "this route is a websocket; connect to it as one"));
    };
    let upgrading = hyper::upgrade::on(&mut request);
    agent.background.start(async move {
        // A peer that hangs up in the handshake wanted nothing after all.
        if let Ok(stream) = upgrading.await {
            let config = WebSocketConfig::default()
                .max_message_size(Some(longest))
                .max_frame_size(Some(longest))
                .read_buffer_size(8 * 1024)
                .write_buffer_size(0);
            let io = TokioIo::new(stream);
            serve(WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await).await;
        }
    });
    let upgrade = HeaderValue::from_static("websocket");
    let connection = HeaderValue::from_static("upgrade");
    let headers = [
        (header::UPGRADE, upgrade),
        (header::CONNECTION, connection),
        (header::SEC_WEBSOCKET_ACCEPT, accept),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}
