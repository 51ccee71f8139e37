//! One slot per test: temporary folders, the node's socket, the agent as a child process.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use carrel_proto::agent::v1 as pb;
use carrel_proto::agent::v1::slot_control_service_client::SlotControlServiceClient;
use carrel_proto::code::{Problem, ServiceCode};
use carrel_session_agent::frame::{FromHolder, ToHolder};
use futures::{SinkExt, StreamExt};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::AsyncReadExt;
use tokio::net::{UnixListener, UnixStream};
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// Far beyond what anything here takes, on a busy machine too.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Fails the test if something does not come about.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, future).await.unwrap_or_else(|_| panic!("waited too long: {what}"))
}

/// Asks again until the answer is there.
pub async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    soon(what, async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            // poll: asks again; the deadline is around it
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
}

pub struct World {
    pub dir: tempfile::TempDir,
    pub variables: BTreeMap<String, String>,
    agent: Option<Child>,
    serving: Mutex<mpsc::UnboundedReceiver<UnixStream>>,
    accepting: Option<tokio::task::JoinHandle<()>>,
    sender: mpsc::UnboundedSender<UnixStream>,
    /// Requests through the proxy that are answered with 503 before one is served.
    pub refuse: Arc<AtomicUsize>,
    /// Serve connections seen so far.
    pub dialled: Arc<AtomicUsize>,
}

impl World {
    /// A slot whose agent runs.
    pub async fn new() -> Self {
        let mut world = Self::stopped();
        world.start().await;
        world
    }

    /// A slot whose agent is still to be started.
    pub fn stopped() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["link", "home", "git"] {
            std::fs::create_dir(dir.path().join(folder)).unwrap();
        }
        let at = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
        let path = std::env::var("PATH").unwrap();
        let variables = [
            ("CARREL_LINK", at("link/node.sock")),
            ("CARREL_HOME", at("home")),
            ("CARREL_WORKSPACE", at("home/work")),
            ("CARREL_RUN", at("run")),
            ("CARREL_SLOT", "sl-test".to_owned()),
            ("CARREL_PROXY", "127.0.0.1:0".to_owned()),
            ("PATH", path),
            ("USER", "learner".to_owned()),
        ];
        let variables = variables.into_iter().map(|(n, v)| (n.to_owned(), v)).collect();
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut world = Self {
            dir,
            variables,
            agent: None,
            serving: Mutex::new(receiver),
            accepting: None,
            sender,
            refuse: Arc::default(),
            dialled: Arc::default(),
        };
        world.listen();
        world
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn workspace(&self) -> PathBuf {
        self.path("home/work")
    }

    /// Starts (or restarts) the node's side of the link.
    pub fn listen(&mut self) {
        let socket = self.path("link/node.sock");
        let _ = std::fs::remove_file(&socket);
        let listener = UnixListener::bind(socket).unwrap();
        let (sender, git) = (self.sender.clone(), self.path("git"));
        let (refuse, dialled) = (Arc::clone(&self.refuse), Arc::clone(&self.dialled));
        self.accepting = Some(tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (sender, git) = (sender.clone(), git.clone());
                let (refuse, dialled) = (Arc::clone(&refuse), Arc::clone(&dialled));
                tokio::spawn(async move {
                    let (kind, stream) = first_line(stream).await;
                    match kind.as_str() {
                        "carrel-link/1 serve" => {
                            dialled.fetch_add(1, Ordering::SeqCst);
                            let _ = sender.send(stream);
                        }
                        "carrel-link/1 egress" => serve_git(stream, git, refuse).await,
                        other => panic!("the agent said {other:?}"),
                    }
                });
            }
        }));
    }

    /// The node goes away: its socket and every spare connection.
    pub async fn unlisten(&mut self) {
        let accepting = self.accepting.take().unwrap();
        accepting.abort();
        let _ = accepting.await;
        let _ = std::fs::remove_file(self.path("link/node.sock"));
        let mut serving = self.serving.lock().await;
        while serving.try_recv().is_ok() {}
    }

    pub async fn start(&mut self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carrel-session-agent"));
        command.arg("serve").env_clear().envs(&self.variables).kill_on_drop(true);
        self.agent = Some(command.spawn().unwrap());
        eventually("the agent answers", async || self.hello().await.ok()).await;
    }

    /// Kills the agent as nothing else could.
    pub async fn kill(&mut self) {
        let mut agent = self.agent.take().unwrap();
        agent.kill().await.unwrap();
        let mut serving = self.serving.lock().await;
        while serving.try_recv().is_ok() {}
    }

    /// A connection the agent dialled and nobody used; those of a killed agent are passed over.
    pub async fn spare(&self) -> UnixStream {
        use rustix::net::{RecvFlags, recv};
        soon("a spare connection", async {
            loop {
                let stream = self.serving.lock().await.recv().await.unwrap();
                let peeked = recv(&stream, &mut [0; 1][..], RecvFlags::PEEK | RecvFlags::DONTWAIT);
                if peeked.is_err_and(|errno| errno == rustix::io::Errno::AGAIN) {
                    return stream;
                }
            }
        })
        .await
    }

    pub async fn control(&self) -> SlotControlServiceClient<tonic::transport::Channel> {
        let stream = Arc::new(Mutex::new(Some(TokioIo::new(self.spare().await))));
        let connector = tower::service_fn(move |_: http::Uri| {
            let stream = Arc::clone(&stream);
            async move { stream.lock().await.take().ok_or_else(|| std::io::Error::other("used")) }
        });
        let endpoint = tonic::transport::Endpoint::from_static("http://agent");
        SlotControlServiceClient::new(endpoint.connect_with_connector(connector).await.unwrap())
    }

    pub async fn hello(&self) -> Result<pb::HelloReply, tonic::Status> {
        Ok(self.control().await.hello(pb::HelloRequest {}).await?.into_inner())
    }

    pub async fn bind(&self, clone_url: &str) {
        self.bind_as("se-one", clone_url).await.unwrap();
    }

    pub async fn bind_as(&self, session: &str, clone_url: &str) -> Result<(), tonic::Status> {
        let request = pb::BindRequest {
            session_id: session.to_owned(),
            user_name: "ada".to_owned(),
            clone_url: clone_url.to_owned(),
            with_environment: true,
            git_name: "Ada Lovelace".to_owned(),
            git_email: "ada@example.org".to_owned(),
        };
        self.control().await.bind(request).await.map(|_| ())
    }

    /// Binds without a repository and waits until that is done.
    pub async fn ready(&self) -> pb::Status {
        self.bind("").await;
        self.until_ready().await
    }

    pub async fn until_ready(&self) -> pb::Status {
        let request = pb::WaitStatusRequest { phase: pb::Phase::Ready.into(), timeout_ms: 60_000 };
        self.post::<_, pb::Status>("WaitStatus", &request).await.unwrap()
    }

    /// Sends one HTTP request on a connection of its own.
    pub async fn request(&self, request: Request<Full<Bytes>>) -> Response<Incoming> {
        let io = TokioIo::new(self.spare().await);
        let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
        tokio::spawn(connection);
        soon("an answer", sender.send_request(request)).await.unwrap()
    }

    /// Sends a request without a body, or with one.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> (StatusCode, http::HeaderMap, Bytes) {
        let mut request = Request::builder().method(method).uri(path).header("host", "agent");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.request(request.body(Full::new(Bytes::copy_from_slice(body))).unwrap()).await;
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, body.collect().await.unwrap().to_bytes())
    }

    /// Calls a method of the user's service.
    pub async fn post<Q: Serialize, R: DeserializeOwned>(
        &self,
        method: &str,
        request: &Q,
    ) -> Result<R, Problem> {
        let body = serde_json::to_vec(request).unwrap();
        let (status, _, body) = self.send("POST", &format!("/api/{method}"), &[], &body).await;
        if status == StatusCode::OK {
            return Ok(serde_json::from_slice(&body).unwrap());
        }
        let problem: Problem = serde_json::from_slice(&body).unwrap_or_else(|_| panic!("{status}: {body:?}"));
        assert_eq!(problem.code.http(), status);
        assert!(!problem.message.is_empty());
        Err(problem)
    }

    /// Calls a method that must be refused; gives the code and the message.
    pub async fn refused<Q: Serialize>(&self, method: &str, request: &Q) -> (ServiceCode, String) {
        let problem = self.post::<_, serde_json::Value>(method, request).await.expect_err(method);
        (problem.code, problem.message)
    }

    pub async fn open(&self, request: pb::OpenTerminalRequest) -> pb::Terminal {
        self.post("OpenTerminal", &request).await.unwrap()
    }

    /// Starts a command on a terminal, or on pipes.
    pub async fn start_command(&self, pty: bool, argv: &[&str]) -> pb::Terminal {
        let argv = argv.iter().map(|word| (*word).to_owned()).collect();
        self.open(pb::OpenTerminalRequest { argv, pty, ..Default::default() }).await
    }

    pub async fn run(&self, argv: &[&str]) -> Result<pb::RunReply, Problem> {
        let argv = argv.iter().map(|word| (*word).to_owned()).collect();
        self.post("Run", &pb::RunRequest { argv, ..Default::default() }).await
    }

    /// Runs a command that must succeed; gives its output as text.
    pub async fn output(&self, argv: &[&str]) -> String {
        let reply = self.run(argv).await.unwrap();
        let stderr = String::from_utf8_lossy(&reply.stderr).into_owned();
        assert_eq!(reply.exit_code, 0, "{argv:?}: {stderr}");
        String::from_utf8(reply.stdout).unwrap()
    }

    /// Attaches to a terminal as `client`.
    pub async fn attach(&self, id: &str, client: &str, since: u64) -> Attached {
        Attached { socket: self.socket(&format!("/terminal/{id}?client={client}&since={since}")).await }
    }

    pub async fn socket(&self, path: &str) -> WebSocketStream<UnixStream> {
        let uri = format!("ws://agent{path}");
        soon("a websocket", tokio_tungstenite::client_async(uri, self.spare().await)).await.unwrap().0
    }

    pub async fn terminals(&self) -> Vec<pb::Terminal> {
        let reply: pb::ListTerminalsReply =
            self.post("ListTerminals", &pb::ListTerminalsRequest {}).await.unwrap();
        reply.terminals
    }
}

impl Drop for World {
    /// Holders outlive agents: removing their folders ends them.
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.path("run"));
    }
}

/// A user's end of a terminal.
pub struct Attached {
    pub socket: WebSocketStream<UnixStream>,
}

/// A frame with its own bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame(pub Vec<u8>);

impl Frame {
    pub fn decoded(&self) -> FromHolder<'_> {
        FromHolder::decode(&self.0).unwrap()
    }
}

impl Attached {
    /// The next frame; `Err` with the close code at the end.
    pub async fn next(&mut self) -> Result<Frame, (u16, String)> {
        loop {
            match soon("a frame", self.socket.next()).await {
                Some(Ok(Message::Binary(bytes))) => return Ok(Frame(bytes.to_vec())),
                Some(Ok(Message::Close(frame))) => {
                    let frame = frame.expect("a close says why");
                    return Err((frame.code.into(), frame.reason.to_string()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err((CloseCode::Abnormal.into(), "cut".to_owned())),
            }
        }
    }

    pub async fn say(&mut self, frame: &ToHolder<'_>) {
        let mut bytes = Vec::new();
        frame.encode(&mut bytes);
        self.socket.send(Message::Binary(bytes.into())).await.unwrap();
    }

    /// Reads output until the text so far satisfies `enough`; checks that the numbers have no hole. Gives the text
    /// and the number of the byte after it.
    pub async fn until(&mut self, enough: impl Fn(&str) -> bool) -> (String, u64) {
        let (mut text, mut next) = (Vec::new(), None);
        loop {
            let frame = self.next().await.unwrap_or_else(|close| {
                panic!("closed {close:?} after {:?}", String::from_utf8_lossy(&text));
            });
            if let FromHolder::Output { seq, bytes, .. } = frame.decoded() {
                assert!(next.is_none_or(|next| next == seq), "a hole before {seq}");
                next = Some(seq + bytes.len() as u64);
                text.extend_from_slice(bytes);
                let so_far = String::from_utf8_lossy(&text);
                if enough(&so_far) {
                    return (so_far.into_owned(), seq + bytes.len() as u64);
                }
            }
        }
    }

    /// Reads to the end: all output of each stream and the exit code.
    pub async fn read_to_end(&mut self) -> (String, String, i32) {
        use carrel_session_agent::frame::Stream;
        let (mut out, mut err, mut exit) = (Vec::new(), Vec::new(), None);
        while let Ok(frame) = self.next().await {
            match frame.decoded() {
                FromHolder::Output { stream: Stream::Out, bytes, .. } => out.extend_from_slice(bytes),
                FromHolder::Output { stream: Stream::Err, bytes, .. } => err.extend_from_slice(bytes),
                FromHolder::Exit { code } => exit = Some(code),
                _ => assert!(exit.is_none(), "nothing follows the exit"),
            }
        }
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(out), text(err), exit.expect("an exit"))
    }
}

/// Reads up to the line's end, byte by byte: what follows belongs to HTTP.
async fn first_line(mut stream: UnixStream) -> (String, UnixStream) {
    let mut line = Vec::new();
    while line.last() != Some(&b'\n') && line.len() < 32 {
        match stream.read_u8().await {
            Ok(byte) => line.push(byte),
            Err(_) => break,
        }
    }
    (String::from_utf8_lossy(&line).trim_end().to_owned(), stream)
}

/// The node as a proxy: the files of bare repositories over HTTP.
async fn serve_git(stream: UnixStream, git: PathBuf, refuse: Arc<AtomicUsize>) {
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let (git, refuse) = (git.clone(), Arc::clone(&refuse));
        async move {
            assert_eq!(request.uri().host(), Some("git.carrel.internal"), "an absolute-form request");
            let mut response = Response::new(Full::new(Bytes::new()));
            let refused = refuse.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
            match std::fs::read(git.join(request.uri().path().trim_start_matches('/'))) {
                _ if refused.is_ok() => *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE,
                Ok(content) => *response.body_mut() = Full::new(content.into()),
                Err(_) => *response.status_mut() = StatusCode::NOT_FOUND,
            }
            Ok::<_, std::convert::Infallible>(response)
        }
    });
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Runs git on the test's own side.
pub fn git(dir: &Path, arguments: &[&str]) {
    let status = std::process::Command::new("git")
        .args(["-c", "user.name=t", "-c", "user.email=t@t", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(status.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&status.stderr));
}

/// Makes a repository with these files; gives the address to clone it from inside the slot.
pub fn repository(world: &World, name: &str, files: &[(&str, &str)]) -> String {
    let source = world.path(&format!("source-{name}"));
    std::fs::create_dir_all(&source).unwrap();
    git(&source, &["init", "--quiet"]);
    for (path, content) in files {
        let path = source.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    git(&source, &["add", "."]);
    git(&source, &["commit", "--quiet", "--allow-empty", "-m", "first"]);
    let bare = world.path("git").join("ada").join(format!("{name}.git"));
    git(world.dir.path(), &["clone", "--quiet", "--bare", source.to_str().unwrap(), bare.to_str().unwrap()]);
    git(&bare, &["update-server-info"]);
    format!("http://git.carrel.internal/ada/{name}.git")
}
