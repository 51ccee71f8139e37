//! The process driver: the suite, and processes that try to get away.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use carrel_runtime::process::{BANNER, ProcessConfig, ProcessRuntime};
use carrel_runtime::{FoundState, Killed, Runtime, RuntimeError};

use crate::conformance::{Subject, conformance, exit_of, find, until};

struct World {
    dir: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("temp dir");
        // A slot's user must be able to pass through.
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o711)).expect("chmod");
        Self { dir }
    }

    fn config(&self) -> ProcessConfig {
        ProcessConfig {
            node: "no-test".parse().expect("id"),
            state_dir: self.dir.path().join("state"),
            agent: PathBuf::from("/bin/sh"),
            args: vec!["-c".to_owned(), WAIT.to_owned()],
        }
    }

    fn driver(&self) -> Arc<dyn Runtime> {
        Arc::new(ProcessRuntime::open(self.config()).expect("open"))
    }

    fn subject(&self) -> Subject {
        let config = self.config();
        Subject {
            runtime: self.driver(),
            again: Box::new(move || Arc::new(ProcessRuntime::open(config.clone()).expect("open"))),
            image: String::new(),
            link_dir: self.dir.path().join("link"),
            waiting: None,
            let_exit: Box::new(|_, volume| fs::write(volume.join("home/go"), "").expect("go")),
            codes_survive: false,
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // A failed test must not leave its slots to the machine.
        let config = self.config();
        let swept = std::thread::spawn(move || {
            let tokio = tokio::runtime::Runtime::new().expect("tokio");
            tokio.block_on(async {
                let runtime = ProcessRuntime::open(config).expect("open");
                for found in runtime.list().await.expect("list") {
                    runtime.remove(&found.slot).await.expect("remove");
                }
            });
        });
        swept.join().expect("sweep");
    }
}

const WAIT: &str = "while [ ! -e \"$HOME/go\" ]; do sleep 0.02; done; exit 3";

fn open() -> Option<(Subject, World)> {
    let world = World::new();
    Some((world.subject(), world))
}

conformance!(open());

fn shell(script: &str) -> Option<Vec<String>> {
    Some(vec!["/bin/sh".to_owned(), "-c".to_owned(), script.to_owned()])
}

async fn read_when_there(path: &Path) -> String {
    let look = || fs::read_to_string(path).ok().filter(|text| text.ends_with('\n'));
    until(&format!("{} never came", path.display()), look).await
}

fn is_alive(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

#[tokio::test]
async fn a_process_in_a_session_of_its_own_dies_too() {
    let world = World::new();
    let subject = world.subject();
    let mut spec = subject.spec();
    spec.command = shell("setsid sh -c 'echo $$ > \"$HOME/escaped\"; exec sleep 600' & exec sleep 600");
    let created = subject.runtime.create(&spec).await.expect("create");
    let escaped = read_when_there(&created.volume.join("home/escaped")).await;
    assert!(is_alive(&escaped));
    assert!(subject.runtime.stats(&spec.slot).await.expect("stats").pids >= 2);
    assert_eq!(subject.runtime.kill(&spec.slot).await.expect("kill"), Killed::Now);
    assert!(!is_alive(&escaped), "{escaped} got away");
}

#[tokio::test]
async fn what_the_first_process_leaves_behind_dies_with_it() {
    let world = World::new();
    let subject = world.subject();
    let mut events = subject.runtime.events();
    let mut spec = subject.spec();
    spec.command = shell(
        "env -i sh -c 'echo $$ > left; exec sleep 600' & while [ ! -s left ]; do sleep 0.02; done; exit 5",
    );
    let created = subject.runtime.create(&spec).await.expect("create");
    assert_eq!(exit_of(&mut events, &spec.slot).await, (Some(5), false));
    let left = read_when_there(&created.volume.join("home/left")).await;
    assert!(!is_alive(&left), "{left} is still there");
}

#[tokio::test]
async fn the_environment_is_scrubbed_and_the_user_is_the_slots_own() {
    let world = World::new();
    let subject = world.subject();
    let mut spec = subject.spec();
    spec.command = shell("env > e; id -u > u; id -G > g; exec sleep 600");
    let created = subject.runtime.create(&spec).await.expect("create");
    let home = created.volume.join("home");
    read_when_there(&home.join("g")).await;
    let env = read_when_there(&home.join("e")).await;
    assert!(env.contains("GREETING=hello\n") && env.contains("CARREL_LINK="), "{env}");
    assert!(!env.contains("CARGO"), "{env}");
    if rustix::process::geteuid().is_root() {
        let uid = read_when_there(&home.join("u")).await;
        assert!(uid.trim().parse::<u32>().expect("a number") >= 61_000, "{uid}");
        assert_eq!(uid, read_when_there(&home.join("g")).await);
        let (other, one) = (subject.spec(), uid);
        let other = subject.runtime.create(&other).await.expect("a second slot");
        let user =
            std::os::unix::fs::MetadataExt::uid(&fs::metadata(other.volume.join("home")).expect("its home"));
        assert_ne!(one.trim(), user.to_string(), "two slots share a user");
    }
}

#[tokio::test]
async fn a_program_that_is_not_there_is_said_and_leaves_nothing() {
    let world = World::new();
    let subject = world.subject();
    let mut spec = subject.spec();
    spec.command = Some(vec!["/no/such/program".to_owned()]);
    let refused = subject.runtime.create(&spec).await;
    assert!(matches!(refused, Err(RuntimeError::Spawn { .. })), "{refused:?}");
    assert_eq!(find(&*subject.runtime, &spec.slot).await, None);
    assert!(BANNER.contains("Nothing is isolated"));
}

#[tokio::test]
async fn a_number_that_was_reused_is_not_taken_for_the_slot() {
    let world = World::new();
    let subject = world.subject();
    let spec = subject.spec();
    subject.runtime.create(&spec).await.expect("create");
    subject.runtime.kill(&spec.slot).await.expect("kill");
    // As after a crash of the node: the record still says that it runs, but the number is another's by now (ours).
    let file = world.config().state_dir.join("slots").join(spec.slot.as_str()).join("slot.json");
    let look = || {
        let record = fs::read(&file).expect("record");
        let record: serde_json::Value = serde_json::from_slice(&record).expect("json");
        (!record["exit"].is_null()).then_some(record)
    };
    let mut record = until("the exit was never noted", look).await;
    record["exit"] = serde_json::Value::Null;
    record["pid"] = std::process::id().into();
    record["uid"] = serde_json::Value::Null;
    fs::write(&file, record.to_string()).expect("write");
    let again = (subject.again)();
    let found = find(&*again, &spec.slot).await.expect("listed");
    assert!(matches!(found.state, FoundState::Dead { .. }), "{found:?}");
    assert_eq!(again.kill(&spec.slot).await.expect("kill"), Killed::Before);
}
