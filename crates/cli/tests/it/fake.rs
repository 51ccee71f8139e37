//! A server in this process: logins, sessions, and terminals whose connections break on purpose.

use std::collections::HashMap;
use std::process::{Output, Stdio};
use std::sync::{Arc, Mutex};

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use carrel_proto::auth::v1::auth_service_server::{AuthService, AuthServiceServer};
use carrel_proto::auth::v1::{self as auth, Role, Token, User};
use carrel_proto::session::v1::session_service_server::{SessionService, SessionServiceServer};
use carrel_proto::session::v1::{self as session, Session, SessionState, SlotClass};
use futures::stream::{self, BoxStream};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::process::Command;
use tonic::{Request, Status};

type Reply<T> = Result<tonic::Response<T>, Status>;

/// A whole id, as the server would draw it.
pub const SESSION: &str = "se-0c9m2rvx7t4k8w1ehz5b";
/// The token that the fake gives and takes.
pub const TOKEN: &str = "the-token";
/// What the fake's artefact holds.
pub const ARTEFACT: &[u8] = b"bits of a stream";

/// The fake's state, shared by its handlers.
#[derive(Default)]
pub struct World {
    pub terminals: Mutex<HashMap<String, Arc<Terminal>>>,
    /// Drop each terminal connection after so many frames sent; 0: never.
    pub cut_after: usize,
    /// Not committed, as GetStatus tells.
    pub changed_files: u32,
    /// What the artefact list claims.
    pub sha256: String,
    pub closed: Mutex<Vec<String>>,
    pub connections: Mutex<usize>,
    /// Close code to answer a terminal connection with.
    pub refuse: Option<u16>,
}

impl World {
    /// A terminal that was opened.
    pub fn terminal(&self, id: &str) -> Option<Arc<Terminal>> {
        self.terminals.lock().expect("lock").get(id).cloned()
    }
}

/// One fake process on pipes.
#[derive(Default)]
pub struct Terminal {
    state: Mutex<Process>,
}

#[derive(Default)]
struct Process {
    /// Stream and byte, numbered by their place.
    output: Vec<(u8, u8)>,
    input: Vec<u8>,
    /// How much of it came from each client.
    accepted: HashMap<String, usize>,
    exit: Option<i32>,
    argv: Vec<String>,
    pty: bool,
    /// Each size it was told, columns and rows.
    sizes: Vec<(u16, u16)>,
}

impl Terminal {
    /// Each size it was told.
    pub fn sizes(&self) -> Vec<(u16, u16)> {
        self.state.lock().expect("lock").sizes.clone()
    }

    /// All input so far.
    pub fn input(&self) -> Vec<u8> {
        self.state.lock().expect("lock").input.clone()
    }
}

impl Process {
    fn print(&mut self, stream: u8, text: &[u8]) {
        self.output.extend(text.iter().map(|byte| (stream, *byte)));
    }

    fn start(&mut self) {
        let argv = self.argv.clone();
        let argv: Vec<&str> = argv.iter().map(String::as_str).collect();
        match argv.as_slice() {
            ["both"] => {
                self.print(1, b"out\n");
                self.print(2, b"err\n");
                self.exit = Some(3);
            }
            ["count", to] => {
                for n in 0..to.parse().expect("number") {
                    self.print(1, format!("{n}\n").as_bytes());
                }
                self.exit = Some(0);
            }
            _ => {}
        }
    }

    /// The fake's shell answers in capitals and ends at a `q`.
    fn typed(&mut self, bytes: &[u8]) {
        if self.pty && self.exit.is_none() {
            self.print(1, &bytes.to_ascii_uppercase());
            self.exit = bytes.contains(&b'q').then_some(7);
        }
    }

    fn end_of_input(&mut self) {
        if self.argv.first().is_some_and(|name| name == "cat") && self.exit.is_none() {
            let input = self.input.clone();
            self.print(1, &input);
            self.exit = Some(0);
        }
    }

    fn signal(&mut self, signo: u8) {
        self.exit.get_or_insert(128 + i32::from(signo));
    }
}

/// A running fake.
pub struct Fake {
    pub world: Arc<World>,
    pub url: String,
    pub config: tempfile::TempDir,
}

impl Fake {
    /// Starts one; nobody is logged in.
    pub async fn start(world: World) -> Self {
        let world = Arc::new(world);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind");
        let url = format!("http://{}", listener.local_addr().expect("address"));
        let grpc = tonic::service::Routes::new(AuthServiceServer::new(Auth))
            .add_service(SessionServiceServer::new(Sessions(world.clone())))
            .into_axum_router();
        let app = Router::new()
            .route("/healthz", get(|| async { "ok" }))
            .route("/s/{session}/api/{method}", post(workspace))
            .route("/s/{session}/artefact", get(|| async { ARTEFACT }))
            .route("/s/{session}/terminal/{terminal}", any(terminal))
            .with_state(world.clone())
            .merge(grpc);
        let mut serving = tokio::task::JoinSet::new();
        serving.spawn(async move { axum::serve(listener, app).await });
        serving.detach_all();
        Self { world, url, config: tempfile::tempdir().expect("dir") }
    }

    /// Starts one with somebody logged in.
    pub async fn logged_in(world: World) -> Self {
        let fake = Self::start(world).await;
        let output = fake.with_input(&["login", "--name", "ada", "--password-stdin"], b"right\n").await;
        assert!(output.status.success(), "{}", text(&output.stderr));
        fake
    }

    /// The command, prepared.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = carrel(arguments, self.config.path());
        command.env("CARREL_SERVER", &self.url);
        command
    }

    /// Runs the command to its end.
    pub async fn run(&self, arguments: &[&str]) -> Output {
        self.with_input(arguments, b"").await
    }

    /// Runs the command with an input.
    pub async fn with_input(&self, arguments: &[&str], input: &[u8]) -> Output {
        feed(self.command(arguments), input).await
    }
}

/// The command in a world of its own.
pub fn carrel(arguments: &[&str], config: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_carrel"));
    command.args(arguments).env("XDG_CONFIG_HOME", config).env("HOME", config).kill_on_drop(true);
    for name in ["CARREL_SERVER", "CARREL_TOKEN", "CARREL_CA_FILE", "NO_COLOR"] {
        command.env_remove(name);
    }
    command
}

/// Runs a command with an input to its end.
pub async fn feed(mut command: Command, input: &[u8]) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("spawn");
    let mut stdin = child.stdin.take().expect("stdin");
    let typing = async move {
        // A command that ends before it has read all of it is its own affair.
        let _ = stdin.write_all(input).await;
        drop(stdin);
    };
    let both = async { tokio::join!(typing, child.wait_with_output()).1 };
    // Far above what a measurement of 20 s takes on a machine with ten builds at a time.
    let limit = std::time::Duration::from_secs(300);
    tokio::time::timeout(limit, both).await.expect("ends in time").expect("output")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn check(request_headers: &tonic::metadata::MetadataMap) -> Result<(), Status> {
    let wanted = format!("Bearer {TOKEN}");
    match request_headers.get("authorization") {
        Some(value) if value.as_bytes() == wanted.as_bytes() => Ok(()),
        _ => Err(Status::unauthenticated("the token is not valid")),
    }
}

fn ada() -> User {
    User { id: "us-ada".into(), name: "ada".into(), role: Role::Learner.into(), ..User::default() }
}

fn token() -> Token {
    // Far away, so that no command renews it.
    Token { token: TOKEN.into(), expires_at: 4_000_000_000_000, user: Some(ada()) }
}

struct Auth;

#[tonic::async_trait]
impl AuthService for Auth {
    async fn login(&self, request: Request<auth::LoginRequest>) -> Reply<Token> {
        match request.into_inner() {
            auth::LoginRequest { name, password } if name == "ada" && password == "right" => {
                Ok(tonic::Response::new(token()))
            }
            _ => Err(Status::unauthenticated("the name or the password is wrong")),
        }
    }
    async fn redeem_link(&self, request: Request<auth::RedeemLinkRequest>) -> Reply<Token> {
        match request.into_inner().secret.as_str() {
            "one-time" => Ok(tonic::Response::new(token())),
            _ => Err(Status::unauthenticated("the link was used already")),
        }
    }
    async fn sign_up(&self, _: Request<auth::SignUpRequest>) -> Reply<Token> {
        Err(Status::unimplemented("not in this fake"))
    }
    async fn renew(&self, request: Request<auth::RenewRequest>) -> Reply<Token> {
        check(request.metadata())?;
        Ok(tonic::Response::new(token()))
    }
    async fn logout(&self, request: Request<auth::LogoutRequest>) -> Reply<auth::LogoutReply> {
        check(request.metadata())?;
        Ok(tonic::Response::new(auth::LogoutReply {}))
    }
    async fn who_am_i(&self, request: Request<auth::WhoAmIRequest>) -> Reply<User> {
        check(request.metadata())?;
        Ok(tonic::Response::new(ada()))
    }
    async fn set_password(&self, _: Request<auth::SetPasswordRequest>) -> Reply<auth::SetPasswordReply> {
        Err(Status::unimplemented("not in this fake"))
    }
    async fn list_logins(&self, _: Request<auth::ListLoginsRequest>) -> Reply<auth::ListLoginsReply> {
        Err(Status::unimplemented("not in this fake"))
    }
    async fn end_login(&self, _: Request<auth::EndLoginRequest>) -> Reply<auth::EndLoginReply> {
        Err(Status::unimplemented("not in this fake"))
    }
    async fn create_token(&self, _: Request<auth::CreateTokenRequest>) -> Reply<auth::NamedToken> {
        Err(Status::unimplemented("not in this fake"))
    }
}

struct Sessions(Arc<World>);

fn sessions() -> Vec<Session> {
    let session = |id: &str, repository: &str, state: SessionState, class: SlotClass| Session {
        id: id.into(),
        repository: repository.into(),
        state: state.into(),
        slot_class: class.into(),
        node_id: "no-local".into(),
        user_name: "ada".into(),
        // No date: the age would change from run to run.
        ..Session::default()
    };
    vec![
        session(SESSION, "ada/blinky", SessionState::Ready, SlotClass::Burst),
        session("se-7777777777777777777x", "", SessionState::Preparing, SlotClass::Standard),
    ]
}

#[tonic::async_trait]
impl SessionService for Sessions {
    async fn open_session(&self, request: Request<session::OpenSessionRequest>) -> Reply<Session> {
        check(request.metadata())?;
        match request.into_inner().repository.as_str() {
            "ada/blinky" => Ok(tonic::Response::new(sessions().remove(0))),
            other => {
                Err(Status::not_found(format!("there is no repository {other}; see `carrel repo list`")))
            }
        }
    }
    async fn get_session(&self, request: Request<session::GetSessionRequest>) -> Reply<Session> {
        check(request.metadata())?;
        let id = request.into_inner().id;
        let found = sessions().into_iter().find(|session| session.id == id);
        found.map(tonic::Response::new).ok_or_else(|| Status::not_found(format!("there is no session {id}")))
    }
    async fn list_sessions(
        &self,
        request: Request<session::ListSessionsRequest>,
    ) -> Reply<session::ListSessionsReply> {
        check(request.metadata())?;
        Ok(tonic::Response::new(session::ListSessionsReply { sessions: sessions() }))
    }
    type WatchSessionStream = BoxStream<'static, Result<Session, Status>>;
    async fn watch_session(
        &self,
        _: Request<session::WatchSessionRequest>,
    ) -> Reply<Self::WatchSessionStream> {
        Ok(tonic::Response::new(Box::pin(stream::empty())))
    }
    async fn close_session(&self, request: Request<session::CloseSessionRequest>) -> Reply<Session> {
        check(request.metadata())?;
        let id = request.into_inner().id;
        self.0.closed.lock().expect("lock").push(id.clone());
        Ok(tonic::Response::new(Session { id, state: SessionState::Closed.into(), ..Session::default() }))
    }
    async fn create_ticket(&self, _: Request<session::CreateTicketRequest>) -> Reply<session::Ticket> {
        Err(Status::unimplemented("not in this fake"))
    }
}

async fn workspace(
    State(world): State<Arc<World>>,
    Path((_, method)): Path<(String, String)>,
    Json(request): Json<Value>,
) -> Json<Value> {
    Json(match method.as_str() {
        "WaitStatus" | "GetStatus" => {
            json!({"phase": "PHASE_READY", "unsaved": {"changedFiles": world.changed_files}})
        }
        "ListArtefacts" => json!({"artefacts": [
            {"name": "out/blinky.bin", "size": ARTEFACT.len().to_string(), "sha256": world.sha256},
        ]}),
        "OpenTerminal" => {
            let argv: Vec<String> = serde_json::from_value(request["argv"].clone()).unwrap_or_default();
            let mut terminals = world.terminals.lock().expect("lock");
            let id = format!("te-{}", terminals.len());
            let pty = request["pty"].as_bool().unwrap_or(false);
            let mut process = Process { argv, pty, ..Process::default() };
            process.start();
            let terminal = Terminal { state: Mutex::new(process) };
            terminals.insert(id.clone(), Arc::new(terminal));
            json!({"id": id, "running": true})
        }
        _ => json!({}),
    })
}

async fn terminal(
    State(world): State<Arc<World>>,
    Path((_, id)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let found = world.terminals.lock().expect("lock").get(&id).cloned();
    let Some(terminal) = found else {
        let body = Json(json!({"code": "not_found", "message": "there is no such terminal"}));
        return (axum::http::StatusCode::NOT_FOUND, body).into_response();
    };
    let since: usize = query["since"].parse().expect("since");
    let client = query["client"].clone();
    *world.connections.lock().expect("lock") += 1;
    upgrade.on_upgrade(move |socket| hold(socket, world, terminal, client, since))
}

/// Plays the holder until the process has ended or the connection is to break.
async fn hold(
    mut socket: WebSocket,
    world: Arc<World>,
    terminal: Arc<Terminal>,
    client: String,
    mut since: usize,
) {
    if let Some(code) = world.refuse {
        let _ = socket.send(Message::Close(Some(CloseFrame { code, reason: "".into() }))).await;
        return;
    }
    let mut sent = 0;
    let hello = {
        let mut state = terminal.state.lock().expect("lock");
        let accepted = *state.accepted.entry(client.clone()).or_default() as u64;
        let mut hello = vec![3];
        hello.extend(0_u64.to_be_bytes());
        hello.extend((state.output.len() as u64).to_be_bytes());
        hello.extend(accepted.to_be_bytes());
        hello.push(u8::from(state.exit.is_none()));
        hello
    };
    if socket.send(Message::Binary(hello.into())).await.is_err() {
        return;
    }
    loop {
        let next = next_frame(&terminal.state.lock().expect("lock"), &mut since);
        if let Some(frame) = next {
            let is_exit = frame[0] == 1;
            if socket.send(Message::Binary(frame.into())).await.is_err() || is_exit {
                return;
            }
            sent += 1;
            if sent == world.cut_after {
                return;
            }
            continue;
        }
        let Some(Ok(message)) = socket.recv().await else { return };
        let Message::Binary(frame) = message else { continue };
        let accepted = {
            let mut state = terminal.state.lock().expect("lock");
            match frame[0] {
                0x10 => {
                    let offset = u64::from_be_bytes(frame[1..9].try_into().expect("eight")) as usize;
                    let have = state.accepted[&client];
                    assert!(offset <= have, "a hole in the input");
                    let known = (have - offset).min(frame.len() - 9);
                    state.input.extend_from_slice(&frame[9 + known..]);
                    *state.accepted.get_mut(&client).expect("greeted") += frame.len() - 9 - known;
                    state.typed(&frame[9 + known..]);
                }
                0x11 => {
                    let number = |at: usize| u16::from_be_bytes([frame[at], frame[at + 1]]);
                    state.sizes.push((number(1), number(3)));
                }
                0x12 => state.signal(frame[1]),
                0x13 => state.end_of_input(),
                _ => {}
            }
            [&[4], (state.accepted[&client] as u64).to_be_bytes().as_slice()].concat()
        };
        if socket.send(Message::Binary(accepted.into())).await.is_err() {
            return;
        }
        sent += 1;
        if sent == world.cut_after {
            return;
        }
    }
}

/// Up to 100 bytes of one stream, then the exit.
fn next_frame(state: &Process, since: &mut usize) -> Option<Vec<u8>> {
    let rest = &state.output[*since..];
    let Some((stream, _)) = rest.first() else {
        return state.exit.map(|code| [&[1], code.to_be_bytes().as_slice()].concat());
    };
    let bytes: Vec<u8> = rest.iter().take_while(|(s, _)| s == stream).take(100).map(|(_, b)| *b).collect();
    let mut frame = vec![0];
    frame.extend((*since as u64).to_be_bytes());
    frame.push(*stream);
    frame.extend(&bytes);
    *since += bytes.len();
    Some(frame)
}
