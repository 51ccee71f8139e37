//! `GET lsp/<language>`: carries JSON-RPC between a page and the language server that is started for it.
//!
//! One text message is one JSON-RPC message, untouched. Besides, the agent says how its server is doing in
//! notifications of its own, `carrel/server`; a page sends nothing before `started`.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use carrel_proto::agent::v1 as pb;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use http::Request;
use serde::Serialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_util::codec::FramedRead;

use super::socket::{Close, Socket, upgrade_for};
use crate::agent::Agent;
use crate::environment::last_lines;
use crate::error::chain;
use crate::holder::process::exit_code;
use crate::lsp::framing::{Messages, framed};
use crate::lsp::table::{self, Server};
use crate::lsp::{MESSAGE_MAX, SERVERS_MAX};
use crate::process::{self, Group};

/// How long a user may take to answer a close.
const CLOSE_LIMIT: Duration = Duration::from_secs(5);
/// A server without a page gets this long to put its cache away.
const END_GRACE: Duration = Duration::from_secs(2);
/// A descendant may hold standard error open after the server itself ended.
const TALK_GRACE: Duration = Duration::from_millis(250);
/// Proxies cut what is idle for a minute; also finds out whether anybody is there.
const PING_EVERY: Duration = Duration::from_secs(25);
/// Pings that may go unanswered before the page counts as gone and its server makes room.
const UNANSWERED_MAX: u32 = 3;
/// What is kept of a server's standard error.
const TALK_MAX: usize = 4 * 1024;
/// How much of it a person is shown.
const SHOWN_LINES: usize = 6;

/// What the agent says of a server.
#[derive(Debug, Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
enum Said<'a> {
    /// The repository's environment comes first.
    Waiting,
    /// Messages may be sent; files are below this folder.
    Started { program: &'a str, root: &'a str },
    /// There is none to be had, and what to do about it.
    Missing { message: &'a str },
    /// It is over, with what it said last.
    Ended { program: &'a str, code: i32, said: &'a str },
}

/// How a relay ended.
type End = (Close, String);

pub(super) async fn attach(
    State(agent): State<Arc<Agent>>,
    Path(language): Path<String>,
    request: Request<Body>,
) -> Response {
    let this = Arc::clone(&agent);
    upgrade_for(&agent, request, MESSAGE_MAX, async move |mut socket| {
        let (close, reason) = serve(&this, &language, &mut socket).await;
        let farewell = async {
            let _ = socket.close(Some(close.frame(&reason))).await;
            // The close must be read by the peer before the connection goes.
            while let Some(Ok(_)) = socket.next().await {}
        };
        let _ = tokio::time::timeout(CLOSE_LIMIT, farewell).await;
    })
}

async fn serve(agent: &Agent, language: &str, socket: &mut Socket) -> End {
    let Ok(_turn) = agent.language_servers.try_acquire() else {
        let text = format!("{SERVERS_MAX} language servers run in this session already; close another page");
        return missing(socket, Close::TooMany, text).await;
    };
    if let Err(end) = wait(agent, socket).await {
        return end;
    }
    let (workspace, program) = (agent.config.workspace.clone(), agent.config.program.clone());
    let (variables, wanted) = (agent.variables(), language.to_owned());
    let choosing = async move |variables| {
        let chosen = move || table::choose(&workspace, &program, &variables, &wanted);
        tokio::task::spawn_blocking(chosen).await
    };
    let server = match choosing(variables.clone()).await {
        Ok(Ok(server)) => server,
        Ok(Err(none)) => return missing(socket, Close::NoTerminal, none.to_string()).await,
        Err(_) => return (Close::Fault, "the look for a language server was cut off".to_owned()),
    };
    let workspace = &agent.config.workspace;
    let started = process::command(&server.command, workspace, &variables).and_then(|mut command| {
        let spawned = command.stdin(Stdio::piped()).spawn();
        spawned.map_err(|error| process::refusal(&server.name, &error))
    });
    match started {
        Ok(child) => carry(&server, child, &workspace.to_string_lossy(), socket).await,
        Err(failure) => missing(socket, Close::NoTerminal, failure.message).await,
    }
}

/// Waits for the environment as long as the page does.
async fn wait(agent: &Agent, socket: &mut Socket) -> Result<(), End> {
    let gone = || (Close::Done, String::new());
    say(socket, &Said::Waiting).await.map_err(|_| gone())?;
    let prepared = agent.wait_for(pb::WaitFor::Environment);
    tokio::pin!(prepared);
    loop {
        tokio::select! {
            done = &mut prepared => match done {
                Ok(()) => return Ok(()),
                Err(failure) => return Err(missing(socket, Close::NoTerminal, failure.message).await),
            },
            message = socket.next() => match message {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(gone()),
                Some(Ok(_)) => return Err((Close::BadFrame, "nothing is expected before \"started\"".to_owned())),
            },
        }
    }
}

async fn say(
    sink: &mut (impl SinkExt<Message, Error = Error> + Unpin),
    said: &Said<'_>,
) -> Result<(), Error> {
    let notification = serde_json::json!({ "jsonrpc": "2.0", "method": "carrel/server", "params": said });
    sink.send(Message::text(notification.to_string())).await
}

async fn missing(socket: &mut Socket, close: Close, message: String) -> End {
    let _ = say(socket, &Said::Missing { message: &message }).await;
    (close, message)
}

/// Carries both directions until the page leaves or the server ends.
async fn carry(server: &Server, mut child: Child, root: &str, socket: &mut Socket) -> End {
    let group = Group::of(&child);
    let (Some(stdin), Some(stdout), Some(mut stderr)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return (Close::Fault, "the language server has no pipes".to_owned());
    };
    let program = server.name.as_str();
    if say(socket, &Said::Started { program, root }).await.is_err() {
        return (Close::Done, String::new());
    }
    let mut talk = Vec::new();
    let unanswered = AtomicU32::new(0);
    let ended = {
        let (mut sink, messages) = socket.split();
        let listening = async {
            listen(&mut stderr, &mut talk).await;
            std::future::pending().await
        };
        tokio::select! {
            ended = downstream(stdout, &mut sink, &unanswered) => ended,
            () = upstream(messages, stdin, &unanswered) => Ended::Left,
            ended = listening => ended,
        }
    };
    // Its last words may still be in the pipe.
    let _ = tokio::time::timeout(TALK_GRACE, listen(&mut stderr, &mut talk)).await;
    let status = tokio::time::timeout(END_GRACE, child.wait()).await;
    drop(group);
    let status = match status {
        Ok(status) => status,
        Err(_) => child.wait().await,
    };
    let code = status.map_or(255, exit_code);
    let mut said = last_lines(&talk, SHOWN_LINES);
    match ended {
        Ended::Left => return (Close::Done, String::new()),
        Ended::Server => {}
        Ended::Broke(why) => said = format!("{said}\n{program}: {why}"),
    }
    let _ = say(socket, &Said::Ended { program, code, said: said.trim() }).await;
    (Close::Done, format!("{program} ended with {code}"))
}

/// Why a relay is over.
enum Ended {
    /// The page left.
    Left,
    /// The server closed its output.
    Server,
    /// What the server wrote can't be carried.
    Broke(String),
}

/// Messages of the server to the page; a slow page stops the reading here.
async fn downstream(
    stdout: ChildStdout,
    sink: &mut SplitSink<&mut Socket, Message>,
    unanswered: &AtomicU32,
) -> Ended {
    let mut messages = FramedRead::new(stdout, Messages::default());
    let mut pings = tokio::time::interval(PING_EVERY);
    pings.reset();
    loop {
        let message = tokio::select! {
            message = messages.next() => match message {
                Some(Ok(text)) => Message::text(text),
                Some(Err(error)) => return Ended::Broke(chain(&error)),
                None => return Ended::Server,
            },
            _ = pings.tick() => {
                if unanswered.fetch_add(1, Ordering::Relaxed) >= UNANSWERED_MAX {
                    return Ended::Left;
                }
                Message::Ping(bytes::Bytes::new())
            }
        };
        if sink.send(message).await.is_err() {
            return Ended::Left;
        }
    }
}

/// Messages of the page to the server, until the page leaves.
async fn upstream(mut messages: SplitStream<&mut Socket>, mut stdin: ChildStdin, unanswered: &AtomicU32) {
    while let Some(Ok(message)) = messages.next().await {
        unanswered.store(0, Ordering::Relaxed);
        let text = match message {
            Message::Text(text) => text,
            Message::Close(_) => return,
            _ => continue,
        };
        if stdin.write_all(&framed(&text)).await.is_err() || stdin.flush().await.is_err() {
            // The other direction knows why.
            return std::future::pending().await;
        }
    }
}

/// Keeps the last of what a server says on the side, until it is silent for good.
async fn listen(stderr: &mut ChildStderr, talk: &mut Vec<u8>) {
    let mut buffer = [0; 4 * 1024];
    while let Ok(count @ 1..) = stderr.read(&mut buffer).await {
        talk.extend_from_slice(&buffer[..count]);
        let beyond = talk.len().saturating_sub(TALK_MAX);
        talk.drain(..beyond);
    }
}
