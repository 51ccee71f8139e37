//! `GET terminal/<id>`: carries frames between a user's websocket and a holder.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use bytes::Bytes;
use carrel_ids::TerminalId;
use futures::{SinkExt, StreamExt};
use http::Request;
use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::socket::{Close, Socket, upgrade};
use crate::agent::Agent;
use crate::frame::{self, FromHolder, ToHolder};
use crate::terminals::Line;

/// How long a user may take to answer a close.
const CLOSE_LIMIT: Duration = Duration::from_secs(5);
/// Reads from a holder at once: two of its frames.
const BUFFER: usize = 128 * 1024;

#[derive(Debug, Deserialize)]
pub(super) struct Attach {
    client: String,
    #[serde(default)]
    since: u64,
}

type Asked = Result<Query<Attach>, axum::extract::rejection::QueryRejection>;

/// How a relay ended.
type End = (Close, String);

pub(super) async fn attach(
    State(agent): State<Arc<Agent>>,
    Path(id): Path<String>,
    query: Asked,
    request: Request<Body>,
) -> Response {
    let this = Arc::clone(&agent);
    upgrade(&agent, request, async move |mut socket| {
        let (close, reason) = relay(&this, &id, query, &mut socket).await;
        let farewell = async {
            let _ = socket.close(Some(close.frame(&reason))).await;
            // The close must be read by the peer before the connection goes.
            while let Some(Ok(_)) = socket.next().await {}
        };
        let _ = tokio::time::timeout(CLOSE_LIMIT, farewell).await;
    })
}

async fn relay(agent: &Agent, id: &str, query: Asked, socket: &mut Socket) -> End {
    let Ok(Query(asked)) = query else {
        return (Close::BadFrame, "add ?client=…&since=… to the address".to_owned());
    };
    if !frame::client_is_valid(&asked.client) {
        return (Close::BadFrame, "client must be 1 to 64 of A-Za-z0-9_-".to_owned());
    }
    let none = || (Close::NoTerminal, format!("there is no terminal {id}"));
    let Ok(id) = id.parse::<TerminalId>() else { return none() };
    let Some(mut line) = agent.terminals.line(&id).await else { return none() };
    if line.say(&ToHolder::Attach { since: asked.since, client: &asked.client }).await.is_err() {
        return none();
    }
    carry(line, socket).await
}

/// Carries both directions until one ends.
async fn carry(line: Line, socket: &mut Socket) -> End {
    let (from_holder, to_holder) = line.into_stream().into_split();
    let (mut sink, mut messages) = socket.split();
    tokio::select! {
        end = downstream(from_holder, &mut sink) => end,
        end = upstream(&mut messages, to_holder) => end,
    }
}

/// Output to the user; a slow user stops the reading here, then in the holder.
async fn downstream(
    from_holder: OwnedReadHalf,
    sink: &mut (impl SinkExt<Message, Error = Error> + Unpin),
) -> End {
    let mut from_holder = BufReader::with_capacity(BUFFER, from_holder);
    let gone = |_| (Close::Fault, "the terminal is gone".to_owned());
    let mut exited = false;
    loop {
        let mut prefix = [0; 4];
        if let Err(error) = from_holder.read_exact(&mut prefix).await {
            return if exited { (Close::Done, String::new()) } else { gone(error) };
        }
        let mut frame = match frame::announced(prefix) {
            Ok(length) => vec![0; length],
            Err(error) => return gone(error),
        };
        if let Err(error) = from_holder.read_exact(&mut frame).await {
            return gone(error);
        }
        match FromHolder::decode(&frame) {
            Ok(FromHolder::Refused { reason }) => return (Close::BadFrame, reason.to_owned()),
            Ok(FromHolder::Info { .. }) | Err(_) => return gone(std::io::ErrorKind::InvalidData.into()),
            Ok(FromHolder::Exit { .. }) => exited = true,
            Ok(_) => {}
        }
        if let Err(error) = sink.send(Message::Binary(Bytes::from(frame))).await {
            return (Close::Fault, error.to_string());
        }
    }
}

/// Input to the holder, each frame checked first.
async fn upstream(
    messages: &mut (impl StreamExt<Item = Result<Message, Error>> + Unpin),
    mut to_holder: OwnedWriteHalf,
) -> End {
    let mut bytes = Vec::new();
    while let Some(message) = messages.next().await {
        let message = match message {
            Ok(Message::Binary(message)) => message,
            Ok(Message::Text(_)) => return (Close::BadFrame, "terminal frames are binary".to_owned()),
            Ok(Message::Close(_)) => return (Close::Done, String::new()),
            Ok(_) => continue,
            Err(Error::Capacity(error)) => return (Close::BadFrame, error.to_string()),
            Err(error) => return (Close::Fault, error.to_string()),
        };
        if let Err(error) = ToHolder::decode_public(&message) {
            return (Close::BadFrame, error.to_string());
        }
        bytes.clear();
        frame::put(&mut bytes, |out| out.extend_from_slice(&message));
        if to_holder.write_all(&bytes).await.is_err() {
            // The other direction knows why.
            return std::future::pending().await;
        }
    }
    (Close::Done, String::new())
}
