//! An engine that goes away and comes back: one of our own, so that nobody else's slots are touched.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use carrel_runtime::{EventStream, FoundState, Killed, RuntimeError, RuntimeEvent};
use futures::StreamExt;

use crate::conformance::{PATIENCE, find, until};
use crate::docker_world::{World, run_in_slot};

/// A Docker engine started by a test.
struct OwnEngine {
    dir: tempfile::TempDir,
    child: Option<Child>,
    extra: Vec<String>,
}

impl OwnEngine {
    /// `None` where this can't be: no `dockerd`, or not root.
    fn new() -> Option<Self> {
        let found = Command::new("dockerd").arg("--version").stdout(Stdio::null()).status();
        if found.is_err() || !rustix::process::geteuid().is_root() {
            println!("SKIPPED: needs `dockerd` and root");
            return None;
        }
        if std::env::var_os("CARREL_TEST_NO_DOCKER").is_some_and(|value| value == "1") {
            println!("SKIPPED: CARREL_TEST_NO_DOCKER=1");
            return None;
        }
        Some(Self { dir: tempfile::tempdir().expect("temp dir"), child: None, extra: Vec::new() })
    }

    fn socket(&self) -> PathBuf {
        self.dir.path().join("docker.sock")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    async fn start(&mut self) {
        let log = std::fs::File::create(self.path("log")).expect("log");
        let child = Command::new("dockerd")
            .arg("--live-restore")
            .args(&self.extra)
            .args(["--bridge=none", "--iptables=false", "--ip6tables=false"])
            .arg("--host")
            .arg(format!("unix://{}", self.socket().display()))
            .arg("--data-root")
            .arg(self.path("data"))
            .arg("--exec-root")
            .arg(self.path("exec"))
            .arg("--pidfile")
            .arg(self.path("pid"))
            .stdout(log.try_clone().expect("log"))
            .stderr(log)
            .spawn();
        self.child = Some(child.expect("start dockerd"));
        let give_up = Instant::now() + PATIENCE;
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        while !self.answers().await {
            let said = || std::fs::read_to_string(self.path("log")).unwrap_or_default();
            assert!(Instant::now() < give_up, "the engine did not start: {}", said());
            ticks.tick().await;
        }
    }

    async fn answers(&self) -> bool {
        let socket = self.socket().to_string_lossy().into_owned();
        match bollard::Docker::connect_with_unix(&socket, 5, bollard::API_DEFAULT_VERSION) {
            Ok(client) => client.ping().await.is_ok(),
            Err(_) => false,
        }
    }

    fn signal(&self, signal: rustix::process::Signal) {
        let child = self.child.as_ref().expect("it runs");
        let pid = rustix::process::Pid::from_child(child);
        rustix::process::kill_process(pid, signal).expect("signal dockerd");
    }

    /// As a crash would. Its containerd goes with it.
    fn kill(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        child.kill().expect("kill dockerd");
        child.wait().expect("wait for dockerd");
        let file = self.path("exec/containerd/containerd.pid");
        let pid = std::fs::read_to_string(&file).unwrap_or_default();
        // A dead process shows no root; one that nobody waits for would look alive to the next engine.
        let root = PathBuf::from(format!("/proc/{}/root", pid.trim()));
        let give_up = Instant::now() + PATIENCE;
        while root.read_link().is_ok() && Instant::now() < give_up {
            std::thread::yield_now();
        }
        std::fs::remove_file(file).expect("its pid file");
    }
}

impl Drop for OwnEngine {
    fn drop(&mut self) {
        self.kill();
        unmount_under(self.dir.path());
    }
}

/// A killed engine leaves its containers' root folders mounted.
fn unmount_under(dir: &Path) {
    let table = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    for line in table.lines().rev() {
        if let Some(path) = line.split(' ').nth(4).filter(|path| Path::new(path).starts_with(dir)) {
            let _ = rustix::mount::unmount(path, rustix::mount::UnmountFlags::DETACH);
        }
    }
}

async fn told(events: &mut EventStream, wanted: &RuntimeEvent) -> Vec<RuntimeEvent> {
    let mut before = Vec::new();
    let wait = async {
        while let Some(event) = events.next().await {
            if event == *wanted {
                return;
            }
            before.push(event);
        }
    };
    let waited = tokio::time::timeout(PATIENCE, wait).await;
    assert!(waited.is_ok(), "{wanted:?} was not told, but {before:?}");
    before
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slots_outlive_the_engine_and_missed_exits_are_told() {
    let Some(mut engine) = OwnEngine::new() else { return };
    engine.start().await;
    let world = World::on(&engine.socket()).await;
    let subject = world.subject();
    let runtime = &subject.runtime;
    let (stays, exits, killed) = (subject.spec(), subject.spec(), subject.spec());
    runtime.create(&stays).await.expect("create");
    let exiting = runtime.create(&exits).await.expect("create");
    runtime.create(&killed).await.expect("create");
    let mut events = runtime.events();

    engine.kill();
    told(&mut events, &RuntimeEvent::EngineLost).await;
    assert!(runtime.check().await.expect_err("gone").is_engine_lost());
    // Both need only the kernel.
    assert!(runtime.stats(&stays.slot).await.expect("stats").pids >= 1);
    assert_eq!(runtime.kill(&killed.slot).await.expect("kill"), Killed::Now);
    (subject.let_exit)(&exits.slot, &exiting.volume);
    let first = PathBuf::from(format!("/proc/{}/root", exiting.pid));
    until("the slot never ended", || first.read_link().is_err().then_some(())).await;

    engine.start().await;
    let before = told(&mut events, &RuntimeEvent::EngineBack).await;
    for (spec, code) in [(&exits, 3), (&killed, 137)] {
        let exit = RuntimeEvent::Exited { slot: spec.slot.clone(), code: Some(code), oom: false };
        assert_eq!(before.iter().filter(|event| **event == exit).count(), 1, "{before:?}");
    }
    assert_eq!(before.len(), 2, "{before:?}");
    let found = find(&**runtime, &stays.slot).await.expect("it stayed");
    assert!(matches!(found.state, FoundState::Running { .. }), "{found:?}");
    runtime.remove(&stays.slot).await.expect("remove");
    drop(world);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_engine_that_hangs_is_noticed_and_hangs_nobody() {
    let Some(mut engine) = OwnEngine::new() else { return };
    engine.start().await;
    let world = World::on(&engine.socket()).await;
    let subject = world.subject();
    let (spec, other) = (subject.spec(), subject.spec());
    subject.runtime.create(&spec).await.expect("create");
    let mut events = subject.runtime.events();
    engine.signal(rustix::process::Signal::STOP);
    told(&mut events, &RuntimeEvent::EngineLost).await;
    let error = subject.runtime.create(&other).await.expect_err("no answer");
    assert!(matches!(error, RuntimeError::Deadline { call: "ping", .. }), "{error:?}");
    assert_eq!(subject.runtime.kill(&spec.slot).await.expect("kill"), Killed::Now);
    engine.signal(rustix::process::Signal::CONT);
    told(&mut events, &RuntimeEvent::EngineBack).await;
    // What the hung engine was told to make, if it did, can be found and removed.
    for slot in [&spec.slot, &other.slot] {
        subject.runtime.remove(slot).await.expect("remove");
        assert_eq!(find(&*subject.runtime, slot).await, None);
    }
}

/// The user whose ids the remapping engine hands out.
const REMAPPER: &str = "daemon";
/// Says that this process is the one inside.
const INSIDE: &str = "CARREL_TEST_REMAP_INSIDE";

/// Runs one test again in a mount namespace whose tables of user ids have an entry; the machine keeps its own.
fn run_inside(test: &str, dir: &std::path::Path) {
    let table = dir.join("ids");
    std::fs::write(&table, format!("{REMAPPER}:200000:65536\n")).expect("write the table");
    let script =
        "for to in /etc/subuid /etc/subgid; do mount --bind \"$1\" $to || exit 1; done; shift; exec \"$@\"";
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", script, "sh"])
        .arg(&table)
        .arg(std::env::current_exe().expect("own path"))
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .expect("run unshare");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slot_owns_its_volume_also_where_users_are_remapped() {
    let Some(mut engine) = OwnEngine::new() else { return };
    if std::env::var_os(INSIDE).is_none() {
        let test = "docker_engine::a_slot_owns_its_volume_also_where_users_are_remapped";
        return run_inside(test, engine.dir.path());
    }
    engine.extra = vec![format!("--userns-remap={REMAPPER}")];
    engine.start().await;
    let world = World::on(&engine.socket()).await;
    let subject = world.subject();
    assert!(subject.runtime.check().await.expect("check").user_namespace);
    let mut spec = subject.spec();
    let script = "id -u; cat /proc/self/uid_map; echo x > /nix/x && echo nix is mine";
    let (created, said) = run_in_slot(&subject, &mut spec, script).await;
    assert!(said.starts_with("1000\n") && said.contains("nix is mine"), "{said}");
    let owner = std::fs::metadata(created.volume.join("nix/x")).expect("x");
    assert!(std::os::unix::fs::MetadataExt::uid(&owner) > 1000, "not remapped: {said}");
}
