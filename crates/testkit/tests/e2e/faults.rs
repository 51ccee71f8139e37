//! Things break; what was promised holds, and what is broken says so.

use std::fs;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde_json::{Value, json};

use crate::rack::{Pools, Rack, Setup, find, text, wait_for};
use crate::wire::call;

const ONE_BURST: Pools = Pools { standard: 0, burst: 1 };

fn state(rack: &Rack, session: &str) -> (String, String) {
    let shown = rack.json("admin", &["session", "show", session]);
    let field = |name| find(&shown, name).unwrap_or_default();
    (field("state"), field("reason"))
}

fn live_sessions(rack: &Rack) -> Vec<String> {
    let reply =
        call(&rack.master_door(), "/api/v1/SessionService/ListSessions", &rack.token("admin"), &json!({}));
    let listed: Value = serde_json::from_slice(&reply.body).expect("JSON");
    let sessions = listed.get("sessions").and_then(Value::as_array).cloned().unwrap_or_default();
    sessions.iter().filter_map(|session| find(session, "id")).collect()
}

/// What the node tells its admin.
fn refusal(rack: &Rack) -> String {
    wait_for("the node to refuse claims", || {
        let shown = rack.json("admin", &["node", "show", &rack.node_id()]);
        find(&shown, "refusing").filter(|reason| !reason.is_empty())
    })
}

/// Asks for a session while there can be none.
fn open_fails(rack: &Rack) {
    let opened = rack.try_run("admin", &["session", "open", "--class", "burst"]);
    assert!(!opened.status.success(), "a session opened: {}", text(&opened.stdout));
    let said = text(&opened.stderr);
    assert!(said.contains("burst") && said.contains("a node can't work: "), "not a clear answer: {said}");
}

/// Stands between the node and the engine, and can go away.
struct Engine {
    path: PathBuf,
    open: Arc<Mutex<Vec<UnixStream>>>,
    stopped: Arc<AtomicBool>,
}

impl Engine {
    fn start(path: PathBuf) -> Self {
        let engine = Self { path, open: Arc::default(), stopped: Arc::default() };
        engine.listen();
        engine
    }

    fn listen(&self) {
        let listener = UnixListener::bind(&self.path).expect("listen as the engine");
        let (open, stopped) = (self.open.clone(), self.stopped.clone());
        stopped.store(false, Ordering::SeqCst);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let server = UnixStream::connect("/var/run/docker.sock").expect("the engine");
                carry(&client, &server);
                carry(&server, &client);
                open.lock().unwrap_or_else(PoisonError::into_inner).extend([client, server]);
            }
        });
    }

    /// As when the engine's process ends: every connection breaks, and nobody listens.
    fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener, which then goes away.
        drop(UnixStream::connect(&self.path));
        fs::remove_file(&self.path).expect("remove the socket");
        for stream in self.open.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn carry(from: &UnixStream, to: &UnixStream) {
    let (mut from, mut to) = (from.try_clone().expect("clone"), to.try_clone().expect("clone"));
    thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
}

#[test]
fn the_engine_goes_and_comes_back() {
    let holder = tempfile::tempdir().expect("a folder");
    let engine = Engine::start(holder.path().join("engine.sock"));
    let mut setup = Setup::new(Pools { standard: 0, burst: 2 });
    setup.engine = engine.path.clone();
    let rack = Rack::start_cold(setup);
    rack.wait_warm();
    let session = rack.open("admin", &["--class", "burst"]);
    engine.stop();
    let said = refusal(&rack);
    assert!(said.contains("engine does not answer"), "{said}");
    open_fails(&rack);
    let alive = rack.run("admin", &["session", "run", &session, "--", "echo", "alive"]);
    assert_eq!(alive, "alive\n", "a running session needs no engine");

    engine.listen();
    let second = wait_for("the node to take claims again", || {
        let opened = rack.try_run("admin", &["session", "open", "--class", "burst", "--json"]);
        let opened = opened.status.success().then(|| text(&opened.stdout))?;
        find(&serde_json::from_str(&opened).expect("JSON"), "id")
    });
    for id in [&session, &second] {
        assert_eq!(rack.run("admin", &["session", "run", id, "--", "echo", "alive"]), "alive\n");
        rack.run("admin", &["session", "close", id, "--force"]);
    }
    rack.wait_warm();
    rack.wait_containers(2);
}

#[test]
fn a_missing_image_is_named_with_the_command_that_makes_it() {
    let mut setup = Setup::new(ONE_BURST);
    let good = std::mem::replace(&mut setup.image, "carrel-session:never-made".to_owned());
    let mut rack = Rack::start_cold(setup);
    let said = refusal(&rack);
    assert!(said.contains("carrel-session:never-made") && said.contains("cargo xtask image"), "{said}");
    open_fails(&rack);
    restart_node(&mut rack, |rack| {
        rack.setup.image = good;
        rack.write_configs();
    });
    rack.wait_warm();
    let session = rack.open("admin", &["--class", "burst"]);
    rack.run("admin", &["session", "close", &session, "--force"]);
}

fn restart_node(rack: &mut Rack, meanwhile: impl FnOnce(&mut Rack)) {
    let mut node = rack.node.take().expect("running");
    node.kill().expect("kill the node");
    node.wait().expect("reap");
    meanwhile(rack);
    rack.start_node();
}

fn fill(path: &Path) -> fs::File {
    let mut file = fs::File::create(path).expect("a file");
    // Smaller and smaller, until not a byte more fits.
    for size in [1 << 16, 1 << 12, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
    file
}

#[test]
fn a_full_disk_loses_no_session_that_was_promised() {
    let mut setup = Setup::new(Pools { standard: 0, burst: 2 });
    setup.master_disk_mib = Some(8);
    let mut rack = Rack::start_cold(setup);
    rack.wait_warm();
    let promised = rack.open("admin", &["--class", "burst"]);
    let ballast = rack.dir().join("master/ballast");
    drop(fill(&ballast));
    // The database has a little room of its own; it is used up by what is asked for.
    let refused = wait_for("the full disk to show", || {
        let made = rack.try_run("admin", &["repo", "create", "admin/full"]);
        let deleted = rack.try_run("admin", &["repo", "delete", "admin/full", "--yes"]);
        drop(deleted);
        (!made.status.success()).then(|| text(&made.stderr))
    });
    assert!(!refused.contains("panicked"), "{refused}");
    let opened = rack.try_run("admin", &["session", "open", "--class", "burst", "--json"]);
    let said = text(&opened.stderr);
    let is_told = said.contains("disk is full") || said.contains("can't write to its database");
    assert!(opened.status.success() || is_told, "not a clear answer: {said}");
    let alive = rack.run("admin", &["session", "run", &promised, "--", "echo", "alive"]);
    assert_eq!(alive, "alive\n", "a running session needs no disk of the master");

    let mut master = rack.master.take().expect("running");
    master.kill().expect("kill the master");
    master.wait().expect("reap");
    fs::remove_file(&ballast).expect("make room");
    rack.start_master();
    let kept = wait_for("the promised session", || {
        let live = live_sessions(&rack);
        live.contains(&promised).then_some(live)
    });
    if opened.status.success() {
        let second = find(&serde_json::from_slice(&opened.stdout).expect("JSON"), "id").expect("an id");
        assert!(kept.contains(&second), "an acknowledged session was lost: {kept:?}");
    }
    let alive = wait_for("the session to be reached again", || {
        let ran = rack.try_run("admin", &["session", "run", &promised, "--", "echo", "alive"]);
        ran.status.success().then(|| text(&ran.stdout))
    });
    assert_eq!(alive, "alive\n");
    rack.run("admin", &["repo", "create", "admin/room"]);
    for id in kept {
        rack.run("admin", &["session", "close", &id, "--force"]);
    }
    rack.wait_warm();
    assert!(!rack.whole_log().contains("panicked"));
}

#[test]
fn a_slot_that_died_while_nobody_looked_fails_its_session() {
    let mut rack = Rack::start(ONE_BURST);
    let session = rack.open("admin", &["--class", "burst"]);
    let container = rack.containers().pop().expect("one");
    restart_node(&mut rack, |_| {
        let killed = Command::new("docker").args(["kill", &container]).stdout(Stdio::null()).status();
        assert!(killed.expect("run docker kill").success());
    });
    let reason = wait_for("the session to fail", || {
        let (state, reason) = state(&rack, &session);
        state.to_lowercase().contains("failed").then_some(reason)
    });
    assert!(reason.contains("slot"), "no clear reason: {reason:?}");
    rack.wait_warm();
    rack.wait_containers(1);
}

#[test]
fn an_idle_session_is_closed_and_says_why() {
    let mut setup = Setup::new(ONE_BURST);
    setup.sessions = "idle_limit_secs = 2\n".to_owned();
    let rack = Rack::start_cold(setup);
    rack.wait_warm();
    // Without waiting for it to be ready: on a slow machine it may be closed before anybody sees that.
    let session = rack.open("admin", &["--class", "burst", "--no-wait"]);
    let reason = wait_for("the idle session to be closed", || {
        let (state, reason) = state(&rack, &session);
        state.to_lowercase().contains("closed").then_some(reason)
    });
    assert!(reason.contains("idle") || reason.contains("nothing"), "no clear reason: {reason:?}");
    rack.wait_warm();
}

#[test]
fn a_master_killed_within_an_open_leaks_nothing() {
    let mut rack = Rack::start(ONE_BURST);
    for round in 0..3 {
        // Killed before, at and after the claim.
        let mark = ["claiming", "Claimed", "preparing"][round];
        let marks = |rack: &Rack| rack.whole_log().matches(mark).count();
        let before = marks(&rack);
        let mut open = rack.carrel("admin");
        open.args(["session", "open", "--class", "burst", "--no-wait"]);
        let mut open = open.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("run carrel");
        wait_for("the open to have begun", || (marks(&rack) > before).then_some(()));
        let mut master = rack.master.take().expect("running");
        master.kill().expect("kill the master");
        master.wait().expect("reap");
        rack.start_master();
        let mut printed = String::new();
        open.wait().expect("reap");
        open.stdout.take().expect("piped").read_to_string(&mut printed).expect("text");
        for id in live_sessions(&rack) {
            rack.run("admin", &["session", "close", &id, "--force"]);
        }
        rack.wait_warm();
        rack.wait_slots("claimed", 0);
        rack.wait_containers(1);
    }
}

#[test]
fn a_stop_is_clean_and_leaves_the_slots() {
    let mut rack = Rack::start(ONE_BURST);
    let before = rack.containers();
    for child in [rack.node.take(), rack.master.take()] {
        let mut child = child.expect("running");
        let asked = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        assert!(asked.expect("run kill").success());
        assert!(child.wait().expect("reap").success(), "a stop is no failure");
    }
    let log = rack.whole_log();
    assert!(!log.contains("ERROR") && !log.contains("overran"), "{}", rack.logs());
    assert_eq!(rack.containers(), before, "slots outlive the daemons");
}
