//! One running front-end master with its own folder, sockets and clock.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;

use bytes::Bytes;
use carrel_frontend_master::Config;
use carrel_service::{Audience, Deps, ListenerConfig, Listeners, ManualClock, RunError, Shutdown};
use http::Request;
use http_body_util::Full;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::task::JoinSet;

use crate::client::{Answer, Target, send};

/// The world's time starts at a round number.
pub(crate) const START_MS: u64 = 1_800_000_000_000;

/// A running daemon.
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) public: SocketAddr,
    pub(crate) rack: SocketAddr,
    pub(crate) socket: PathBuf,
    pub(crate) clock: Arc<ManualClock>,
    shutdown: Shutdown,
    daemon: JoinSet<Result<(), RunError>>,
}

/// Somebody with an account.
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) password: String,
    pub(crate) token: String,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_in(tempfile::tempdir().expect("temporary folder"), change).await
    }

    /// Stops the daemon and starts another on what it left.
    pub(crate) async fn restart(self, change: impl FnOnce(&mut Config)) -> Self {
        Self::start_in(self.stop().await, change).await
    }

    async fn start_in(folder: TempDir, change: impl FnOnce(&mut Config)) -> Self {
        let socket = folder.path().join("fm.sock");
        let listeners = Listeners::bind(&[
            ListenerConfig::tcp("127.0.0.1:0"),
            ListenerConfig::tcp("127.0.0.1:0").audience(Audience::Rack),
            ListenerConfig::unix(&socket),
        ])
        .await
        .expect("bind");
        let address = |index: usize| -> SocketAddr {
            let url = listeners.bound()[index].url();
            url.strip_prefix("http://").expect("plain").trim_end_matches('/').parse().expect("address")
        };
        let (public, rack) = (address(0), address(1));
        let mut config = Config { state_dir: folder.path().join("state"), ..Config::default() };
        change(&mut config);
        let shutdown = Shutdown::new();
        let clock = ManualClock::new(START_MS);
        let mut deps = Deps::embedded("frontend-master", listeners, shutdown.clone());
        deps.clock = clock.clone();
        let mut daemon = JoinSet::new();
        daemon.spawn(carrel_frontend_master::run(config, deps));
        Self { folder, public, rack, socket, clock, shutdown, daemon }
    }

    /// Stops the daemon and gives its folder back.
    pub(crate) async fn stop(mut self) -> TempDir {
        self.shutdown.trigger();
        self.daemon.join_next().await.expect("a daemon").expect("no panic").expect("a clean end");
        self.folder
    }

    pub(crate) fn state_dir(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    pub(crate) fn repository(&self, path: &str) -> PathBuf {
        self.state_dir().join("repositories").join(format!("{path}.git"))
    }

    pub(crate) fn target(&self) -> Target {
        Target::Tcp(self.public)
    }

    /// Calls a method's JSON mirror, e.g. `AuthService/Login`.
    pub(crate) async fn call(&self, token: Option<&str>, method: &str, body: &Value) -> Answer {
        let mut request = Request::post(format!("/api/v1/{method}")).header("host", self.public.to_string());
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        send(&self.target(), request.body(Full::new(body.to_string().into())).expect("request")).await
    }

    /// Any request without a body on the public listener.
    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.request("GET", path, headers, Bytes::new()).await
    }

    pub(crate) async fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", self.public.to_string());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        send(&self.target(), request.body(Full::new(body.into())).expect("request")).await
    }

    /// A login link's secret, made on the local socket, where no token is needed.
    pub(crate) async fn link(&self, name: &str) -> String {
        let request = Request::post("/api/v1/AccountService/CreateLoginLink").header("host", "localhost");
        let body = Full::new(json!({ "name": name }).to_string().into());
        let link =
            send(&Target::Unix(self.socket.clone()), request.body(body).expect("request")).await.good();
        link["url"].as_str().and_then(|url| url.split_once("link=")).expect("a link").1.to_owned()
    }

    /// The first admin.
    pub(crate) async fn admin(&self) -> Person {
        let secret = self.link("").await;
        let granted = self.call(None, "AuthService/RedeemLink", &json!({ "secret": secret })).await.good();
        let token = granted["token"].as_str().expect("token").to_owned();
        Person { name: "admin".to_owned(), password: String::new(), token }
    }

    /// Creates an account and logs in with its password.
    pub(crate) async fn person(&self, admin: &Person, name: &str) -> Person {
        let password = format!("password of {name}");
        let body = json!({ "name": name, "role": "ROLE_LEARNER", "password": password });
        self.call(Some(&admin.token), "AccountService/CreateUser", &body).await.good();
        let token = self.login(name, &password).await.good()["token"].as_str().expect("token").to_owned();
        Person { name: name.to_owned(), password, token }
    }

    pub(crate) async fn login(&self, name: &str, password: &str) -> Answer {
        self.call(None, "AuthService/Login", &json!({ "name": name, "password": password })).await
    }

    /// An address for git with credentials in it.
    pub(crate) fn git_url(&self, person: &Person, path: &str) -> String {
        format!("http://{}:{}@{}/git/{path}.git", person.name, person.token, self.public)
    }
}

/// Runs the git client with a clean environment and returns what it did.
pub(crate) async fn git_raw(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new("git");
    command.env_clear().env("PATH", std::env::var_os("PATH").expect("PATH"));
    for (name, value) in [
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_AUTHOR_NAME", "Ada"),
        ("GIT_AUTHOR_EMAIL", "ada@example.invalid"),
        ("GIT_COMMITTER_NAME", "Ada"),
        ("GIT_COMMITTER_EMAIL", "ada@example.invalid"),
        ("LC_ALL", "C"),
    ] {
        command.env(name, value);
    }
    command.env("HOME", folder).current_dir(folder).args(args);
    command.output().await.expect("git runs")
}

/// The same where it must succeed; returns standard output.
pub(crate) async fn git(folder: &Path, args: &[&str]) -> String {
    let output = git_raw(folder, args).await;
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The same where it must fail; returns standard error.
pub(crate) async fn git_fails(folder: &Path, args: &[&str]) -> String {
    let output = git_raw(folder, args).await;
    assert!(!output.status.success(), "git {args:?} succeeded");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder with one commit of one file on this branch.
pub(crate) async fn project(parent: &Path, name: &str, branch: &str) -> PathBuf {
    let folder = parent.join(name);
    std::fs::create_dir_all(&folder).expect("folder");
    git(&folder, &["init", "--quiet", "-b", branch]).await;
    commit(&folder, "README", b"hello\n").await;
    folder
}

/// Commits one file.
pub(crate) async fn commit(folder: &Path, file: &str, content: &[u8]) {
    std::fs::write(folder.join(file), content).expect("write");
    git(folder, &["add", "."]).await;
    git(folder, &["commit", "--quiet", "-m", file]).await;
}
