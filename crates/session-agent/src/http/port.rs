//! `GET port/<number>` with an upgrade to its bytes: a program's port, for the front-end master's previews.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use carrel_proto::code::ServiceCode;
use http::{HeaderValue, Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::answer;
use crate::agent::Agent;
use crate::error::fail;

/// What the connection becomes.
const PROTOCOL: HeaderValue = HeaderValue::from_static("carrel-port");
/// On loopback a program accepts at once or its queue is full.
const DIAL_LIMIT: Duration = Duration::from_secs(5);
/// One read of either side: a page's files come in pieces of this size at most.
const BUFFER: usize = 64 * 1024;

pub(super) async fn attach(
    State(agent): State<Arc<Agent>>,
    Path(port): Path<u16>,
    mut request: Request<Body>,
) -> Response {
    if request.headers().get(header::UPGRADE) != Some(&PROTOCOL) {
        return answer(fail(ServiceCode::InvalidArgument, "a port wants an upgrade to its bytes"));
    }
    let stream = match tokio::time::timeout(DIAL_LIMIT, dial(port)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            // That nothing listens is all there is to say of a refusal.
            let why = match error.kind() {
                io::ErrorKind::ConnectionRefused => String::new(),
                kind => format!(": {kind}"),
            };
            let text = format!("No program in the session takes connections on port {port}{why}.");
            return answer(fail(ServiceCode::Unavailable, text));
        }
        Err(_) => {
            let text = format!("The program on port {port} does not take connections: its queue is full.");
            return answer(fail(ServiceCode::Unavailable, text));
        }
    };
    let upgrading = hyper::upgrade::on(&mut request);
    agent.background.start(async move {
        let Ok(caller) = upgrading.await else { return };
        let (mut caller, mut stream) = (TokioIo::new(caller), stream);
        // Either side may break off; the other then sees the end.
        let _ = tokio::io::copy_bidirectional_with_sizes(&mut caller, &mut stream, BUFFER, BUFFER).await;
    });
    let connection = HeaderValue::from_static("upgrade");
    (StatusCode::SWITCHING_PROTOCOLS, [(header::UPGRADE, PROTOCOL), (header::CONNECTION, connection)])
        .into_response()
}

/// Programs listen on either kind of loopback.
async fn dial(port: u16) -> io::Result<TcpStream> {
    match TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            TcpStream::connect((Ipv6Addr::LOCALHOST, port)).await.map_err(|_| error)
        }
        other => other,
    }
}
