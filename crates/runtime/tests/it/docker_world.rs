//! A node of its own on a real engine for each test, with an image made here.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bollard::query_parameters::CreateImageOptions;
use bollard::{API_DEFAULT_VERSION, Docker, body_full};
use carrel_ids::NodeId;
use carrel_runtime::docker::{DEFAULT_SOCKET, DockerConfig, DockerRuntime};
use carrel_runtime::{Created, Runtime, SlotSpec};
use futures::TryStreamExt;

use crate::conformance::{Subject, fresh_slot, until};

/// Holds nothing but a static busybox.
pub const IMAGE: &str = "carrel-test-runtime:1";
const NO_DOCKER: &str = "CARREL_TEST_NO_DOCKER";

pub struct World {
    pub dir: tempfile::TempDir,
    pub socket: PathBuf,
    node: NodeId,
}

/// A world on this machine's engine; `None` when the tests are told to do without.
pub async fn open() -> Option<(Subject, World)> {
    if std::env::var_os(NO_DOCKER).is_some_and(|value| value == "1") {
        println!("SKIPPED: {NO_DOCKER}=1");
        return None;
    }
    let world = World::on(Path::new(DEFAULT_SOCKET)).await;
    Some((world.subject(), world))
}

impl World {
    /// A world on the engine behind this socket.
    pub async fn on(socket: &Path) -> Self {
        let client = Docker::connect_with_unix(&socket.to_string_lossy(), 60, API_DEFAULT_VERSION);
        let client = client.ok().filter(|_| socket.exists());
        let answers = match &client {
            Some(client) => client.ping().await.is_ok(),
            None => false,
        };
        assert!(
            answers,
            "no Docker engine answers at {}: start one, or set {NO_DOCKER}=1 to skip these tests",
            socket.display()
        );
        ensure_image(&client.expect("answers")).await;
        let dir = tempfile::tempdir().expect("temp dir");
        // An engine with user namespaces passes through as nobody.
        for path in [dir.path().to_owned(), dir.path().join("link")] {
            fs::create_dir_all(&path).expect("folder");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("chmod");
        }
        let node = fresh_slot().as_str().replacen("sl-", "no-t-", 1).parse().expect("id");
        Self { dir, socket: socket.to_owned(), node }
    }

    pub fn config(&self) -> DockerConfig {
        DockerConfig {
            socket: self.socket.clone(),
            node: self.node.clone(),
            state_dir: self.dir.path().join("state"),
        }
    }

    pub fn subject(&self) -> Subject {
        let config = self.config();
        let wait = "while [ ! -e /home/learner/go ]; do sleep 0.05; done; exit 3";
        Subject {
            runtime: Arc::new(DockerRuntime::open(config.clone()).expect("open")),
            again: Box::new(move || Arc::new(DockerRuntime::open(config.clone()).expect("open"))),
            image: IMAGE.to_owned(),
            link_dir: self.dir.path().join("link"),
            waiting: shell(wait),
            let_exit: Box::new(|_, volume| fs::write(volume.join("home/go"), "").expect("go")),
            codes_survive: true,
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let config = self.config();
        // A thread of its own, since a test's runtime may not block. A failed sweep must not hide the test's own failure.
        let swept = std::thread::spawn(move || {
            let tokio = tokio::runtime::Runtime::new().expect("tokio");
            tokio.block_on(async {
                let runtime = DockerRuntime::open(config).expect("open");
                for found in runtime.list().await.unwrap_or_default() {
                    if let Err(error) = runtime.remove(&found.slot).await {
                        println!("left behind {}: {error}", found.slot);
                    }
                }
            });
        });
        if swept.join().is_err() {
            println!("the sweep after the test failed");
        }
    }
}

pub fn shell(script: &str) -> Option<Vec<String>> {
    Some(vec!["/bin/sh".to_owned(), "-c".to_owned(), script.to_owned()])
}

/// Runs a script in a slot of its own; what it printed (both streams), once it is through. The slot lives on.
pub async fn run_in_slot(subject: &Subject, spec: &mut SlotSpec, script: &str) -> (Created, String) {
    let wrapped =
        format!("( {script} ) > /home/learner/said 2>&1; touch /home/learner/through; exec sleep 600");
    spec.command = shell(&wrapped);
    let created = subject.runtime.create(spec).await.expect("create");
    let home = created.volume.join("home");
    until("the script never ended", || home.join("through").exists().then_some(())).await;
    let said = fs::read_to_string(home.join("said")).expect("what it said");
    (created, said)
}

async fn ensure_image(client: &Docker) {
    if client.inspect_image(IMAGE).await.is_ok() {
        return;
    }
    let options = CreateImageOptions {
        from_src: Some("-".to_owned()),
        repo: Some("carrel-test-runtime".to_owned()),
        tag: Some("1".to_owned()),
        ..CreateImageOptions::default()
    };
    let tar = tokio::task::spawn_blocking(image_tar).await.expect("tar");
    let made = client.create_image(Some(options), Some(body_full(tar.into())), None);
    made.try_collect::<Vec<_>>().await.expect("import the test image");
}

fn image_tar() -> Vec<u8> {
    let busybox = std::env::var_os("CARREL_TEST_BUSYBOX").map(PathBuf::from);
    let known = ["/bin/busybox", "/usr/bin/busybox"].map(PathBuf::from);
    let busybox =
        busybox.into_iter().chain(known).find(|path| path.is_file()).expect(
            "the test image needs a static busybox: install busybox-static or set CARREL_TEST_BUSYBOX",
        );
    let root = tempfile::tempdir().expect("temp dir");
    for folder in ["bin", "tmp", "run", "home/learner", "nix", "proc", "sys", "dev", "etc"] {
        fs::create_dir_all(root.path().join(folder)).expect("folder");
    }
    fs::copy(busybox, root.path().join("bin/busybox")).expect("copy busybox");
    for applet in [
        "sh", "sleep", "cat", "ls", "dd", "id", "touch", "grep", "ip", "mount", "chmod", "env", "tail",
        "head", "wc", "true", "yes", "stat", "ping", "ulimit",
    ] {
        symlink("busybox", root.path().join("bin").join(applet)).expect("link");
    }
    fs::write(root.path().join("etc/passwd"), "learner:x:1000:1000::/home/learner:/bin/sh\n")
        .expect("passwd");
    let tar = std::process::Command::new("tar")
        .args(["--owner=0", "--group=0", "-cf", "-", "-C"])
        .args([root.path(), Path::new(".")])
        .output()
        .expect("run tar");
    assert!(tar.status.success(), "{}", String::from_utf8_lossy(&tar.stderr));
    tar.stdout
}
