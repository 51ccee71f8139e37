//! One node with its own state, its own master and its own slots on the machine's engine.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use carrel_client::{Body, ComputeNode, Options, Peer, TokenSource};
use carrel_compute_node::Config;
use carrel_compute_node::config::PoolConfig;
use carrel_ids::{NodeId, SessionId, UserId};
use carrel_proto::compute::v1::{ClaimRequest, ReleaseRequest};
use carrel_proto::session::v1::{Egress, SlotClass};
use carrel_runtime::Runtime as _;
use carrel_runtime::docker::{DEFAULT_SOCKET, DockerConfig, DockerRuntime};
use carrel_service::{Audience, Deps, ListenerConfig, Listeners, Random, Shutdown};
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use crate::master::Master;

/// The longest wait for what an idle machine does in a second.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// The image, or a note that the test was skipped for want of it.
pub fn image(test: &str) -> Option<String> {
    let image = std::env::var("CARREL_TEST_IMAGE").unwrap_or_else(|_| "carrel-session:dev".to_owned());
    let known = std::process::Command::new("docker").args(["image", "inspect", &image]).output();
    if !image.is_empty() && known.is_ok_and(|output| output.status.success()) {
        return Some(image);
    }
    let line = format!("{test}: no Docker engine with the session image answers (cargo xtask image)\n");
    eprint!("skipped: {line}");
    if let Some(path) = std::env::var_os("CARREL_SKIP_FILE") {
        let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
        file.and_then(|mut file| std::io::Write::write_all(&mut file, line.as_bytes())).expect("note a skip");
    }
    None
}

pub struct World {
    pub dir: tempfile::TempDir,
    pub node: NodeId,
    pub master: Arc<Master>,
    pub config: Config,
    pub shutdown: Shutdown,
    pub node_task: Option<tokio::task::JoinHandle<()>>,
}

impl World {
    /// A master, and the files of a node that is not running yet.
    pub fn prepare(image: &str, wanted: u32) -> Self {
        let dir = tempfile::Builder::new().prefix("carrel-node-").tempdir().expect("temporary directory");
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).expect("mode");
        let body = SessionId::from_random(Random::system().u128());
        let node: NodeId = body.as_str().replacen("se-", "no-t-", 1).parse().expect("id");
        let socket = dir.path().join("master.sock");
        let master = Master::start(&socket);
        let mut config = Config {
            node: node.to_string(),
            state_dir: dir.path().join("node"),
            image: image.to_owned(),
            frontend_url: format!("unix:{}", socket.display()),
            sample_secs: 1,
            ..Config::default()
        };
        config.pools.standard = PoolConfig {
            wanted: Some(wanted),
            cores: Some(1),
            memory_mib: Some(256),
            disk_mib: Some(128),
            own_cores: Some(false),
            ..PoolConfig::default()
        };
        config.pools.burst = PoolConfig { wanted: Some(0), ..PoolConfig::default() };
        Self { dir, node, master, config, shutdown: Shutdown::new(), node_task: None }
    }

    /// The same with the node running in this process and its pool warm.
    pub async fn start(image: &str, wanted: u32) -> Self {
        let mut world = Self::prepare(image, wanted);
        world.start_node().await;
        world.warm(wanted).await;
        world
    }

    pub fn socket(&self) -> PathBuf {
        self.dir.path().join("node.sock")
    }

    #[allow(clippy::disallowed_methods, reason = "joined in `end`")]
    pub async fn start_node(&mut self) {
        let listener = ListenerConfig::unix(self.socket()).audience(Audience::Rack);
        let listeners = Listeners::bind(&[listener]).await.expect("listen");
        self.shutdown = Shutdown::new();
        let deps = Deps::embedded("compute-node", listeners, self.shutdown.clone());
        let config = self.config.clone();
        self.node_task = Some(tokio::spawn(async move {
            carrel_compute_node::run(config, deps).await.expect("the node runs");
        }));
    }

    pub async fn warm(&self, wanted: u32) {
        let warm = |report: &carrel_proto::compute::v1::NodeReport| {
            report.classes.iter().map(|class| class.warm).sum::<u32>() == wanted
        };
        self.master.reported("a warm pool", |report| report.as_ref().is_some_and(warm)).await;
    }

    pub fn peer(&self, token: String) -> Peer {
        let options = Options { token: TokenSource::fixed(token), ..Options::default() };
        Peer::new(&format!("unix:{}", self.socket().display()), options).expect("peer")
    }

    pub fn services(&self) -> ComputeNode {
        carrel_client::compute_node(&self.peer(self.master.service_token()))
    }

    pub async fn claim(&self, request: ClaimRequest) -> Result<String, tonic::Status> {
        self.services().slots.clone().claim(request).await.map(|reply| reply.into_inner().slot_id)
    }

    pub async fn release(&self, request: &ClaimRequest) -> bool {
        let release = ReleaseRequest {
            session_id: request.session_id.clone(),
            fence: request.fence,
            reason: "test".to_owned(),
        };
        self.services().slots.clone().release(release).await.expect("release").into_inner().was_held
    }

    /// A request through the tunnel, as the master forwards it.
    pub async fn ask(&self, session: &str, fence: u64, rest: &str, body: &Value) -> (StatusCode, Value) {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/s/{session}/{rest}"))
            .header("content-type", "application/json")
            .header("x-carrel-fence", fence)
            .body(Body::new(http_body_util::Full::new(bytes::Bytes::from(body.to_string()))))
            .expect("request");
        let http = self.peer(self.master.service_token()).http();
        let response = http.send(request).await.expect("answer");
        let status = response.status();
        let body = response.into_body().collect().await.expect("body").to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    /// Runs a command in a session; exit code and output of both streams.
    pub async fn run(&self, claim: &ClaimRequest, argv: &[&str]) -> (i64, String) {
        let (status, reply) = self
            .ask(&claim.session_id, claim.fence, "api/Run", &json!({ "argv": argv, "timeoutMs": 60_000 }))
            .await;
        assert_eq!(status, StatusCode::OK, "{reply}");
        let stream = |name: &str| {
            use base64::Engine as _;
            let text = reply[name].as_str().unwrap_or_default();
            let bytes = base64::engine::general_purpose::STANDARD.decode(text).expect("base64");
            String::from_utf8_lossy(&bytes).into_owned()
        };
        (reply["exitCode"].as_i64().unwrap_or(0), stream("stdout") + &stream("stderr"))
    }

    /// The slots that the engine knows of.
    pub async fn engine_slots(&self) -> usize {
        self.runtime().list().await.expect("list").len()
    }

    fn runtime(&self) -> DockerRuntime {
        let (socket, node) = (DEFAULT_SOCKET.into(), self.node.clone());
        DockerRuntime::open(DockerConfig { socket, node, state_dir: self.config.state_dir.clone() })
            .expect("open")
    }

    /// Stops the node and clears the engine.
    pub async fn end(mut self) {
        self.shutdown.trigger();
        if let Some(task) = self.node_task.take() {
            tokio::time::timeout(PATIENCE, task).await.expect("the node stops").expect("without a panic");
        }
        clear(&self.runtime()).await;
    }
}

async fn clear(runtime: &DockerRuntime) {
    for found in runtime.list().await.expect("list") {
        runtime.remove(&found.slot).await.expect("remove");
    }
}

/// A failed test leaves no containers either.
impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        self.shutdown.trigger();
        let world = &*self;
        // A runtime can't be entered from within another: hence a thread of its own.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Runtime::new().expect("runtime");
                runtime.block_on(async { clear(&world.runtime()).await });
            });
        });
    }
}

pub fn claim_request(fence: u64) -> ClaimRequest {
    ClaimRequest {
        session_id: SessionId::from_random(Random::system().u128()).to_string(),
        fence,
        slot_class: SlotClass::Standard.into(),
        egress: Egress::Default.into(),
        user_id: owner().to_string(),
        user_name: "ada".to_owned(),
        repository: String::new(),
        git_token: None,
        with_environment: false,
    }
}

pub fn owner() -> UserId {
    UserId::from_random(1)
}
