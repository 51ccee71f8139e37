//! `GET watch`: changes in the workspace, one JSON message each.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use futures::{SinkExt, StreamExt};
use http::Request;
use tokio_tungstenite::tungstenite::Message;

use super::socket::{Close, Socket, upgrade};
use crate::agent::Agent;

pub(super) async fn attach(State(agent): State<Arc<Agent>>, request: Request<Body>) -> Response {
    let this = Arc::clone(&agent);
    upgrade(&agent, request, async move |mut socket| {
        let close = tell(&this, &mut socket).await;
        let _ = socket.close(Some(close)).await;
    })
}

async fn tell(agent: &Agent, socket: &mut Socket) -> tokio_tungstenite::tungstenite::protocol::CloseFrame {
    let mut watching = match agent.files.blocking(|files| files.watch()).await {
        Ok(watching) => watching,
        Err(failure) => return Close::Fault.frame(&failure.message),
    };
    let (mut sink, mut messages) = socket.split();
    // The first message: what was read before it may be out of date.
    let mut next = Some(crate::files::Change::Rescan);
    loop {
        if let Some(change) = next.take() {
            let Ok(text) = serde_json::to_string(&change.into_message()) else {
                return Close::Fault.frame("a change could not be written as JSON");
            };
            if sink.send(Message::text(text)).await.is_err() {
                return Close::Fault.frame("");
            }
        }
        tokio::select! {
            change = watching.next() => match change {
                Some(change) => next = Some(change),
                None => return Close::Fault.frame("the watcher ended"),
            },
            message = messages.next() => match message {
                // Pings are answered by the library; nothing else is expected.
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Close::Done.frame(""),
                Some(Ok(_)) => return Close::BadFrame.frame("nothing is expected on this websocket"),
            },
        }
    }
}
