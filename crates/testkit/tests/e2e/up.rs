//! `carrel up`: a whole Carrel in one process, on containers and on plain processes.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use crate::rack::{find, image, leashed, program, text, wait_for};

pub struct Up {
    pub dir: tempfile::TempDir,
    child: Child,
    pub said: serde_json::Value,
}

/// Somebody with a login of their own.
pub struct Person<'a> {
    up: &'a Up,
    name: &'a str,
}

impl Person<'_> {
    pub fn carrel(&self, args: &[&str]) -> Output {
        self.up.command(&format!("config-{}", self.name)).args(args).output().expect("run carrel")
    }

    pub fn ok(&self, args: &[&str]) -> String {
        let output = self.carrel(args);
        assert!(output.status.success(), "carrel {args:?}: {}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    }
}

impl Up {
    fn start(runtime: &str) -> Self {
        Self::start_with(runtime, 1)
    }

    /// With so many slots.
    pub fn start_with(runtime: &str, slots: u32) -> Self {
        let dir = tempfile::Builder::new().prefix("carrel-up-").tempdir().expect("temporary folder");
        // A slot of plain processes has a user of its own, who must get through.
        std::fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .expect("chmod");
        let mut command = leashed("TERM", &program("carrel"));
        command
            .args(["up", "--listen", "127.0.0.1:0", "--standard", "0", "--json"])
            .args(["--burst", &slots.to_string()])
            .args(["--runtime", runtime, "--image", &image(), "--state"])
            .arg(dir.path().join("state"))
            .env("CARREL_SESSION_AGENT", agent())
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("start carrel up");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("read its answer");
        let said = serde_json::from_str(&line).unwrap_or_else(|error| panic!("no JSON ({error}): {line:?}"));
        Self { dir, child, said }
    }

    fn command(&self, config: &str) -> Command {
        let mut command = Command::new(program("carrel"));
        command
            .env("HOME", self.dir.path())
            .env("XDG_CONFIG_HOME", self.dir.path().join(config))
            .env("CARREL_SERVER", find(&self.said, "url").expect("an address"))
            .stdin(Stdio::null());
        command
    }

    pub fn person<'a>(&'a self, name: &'a str) -> Person<'a> {
        Person { up: self, name }
    }

    pub fn carrel(&self, args: &[&str]) -> Output {
        self.command("config").args(args).output().expect("run carrel")
    }

    pub fn ok(&self, args: &[&str]) -> String {
        let output = self.carrel(args);
        assert!(output.status.success(), "carrel {args:?}: {}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    }

    /// As Ctrl-C does.
    pub fn interrupt(mut self) {
        let status =
            Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().expect("run kill");
        assert!(status.success());
        let ended = wait_for("carrel up to end", || self.child.try_wait().expect("wait"));
        assert!(ended.success(), "carrel up ended with {ended}");
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The static agent if one was made, else the one of this build.
fn agent() -> std::path::PathBuf {
    std::env::var_os("CARREL_AGENT_BIN").map_or_else(|| program("carrel-session-agent"), Into::into)
}

fn serves_a_session(runtime: &str) {
    let up = Up::start(runtime);
    assert_eq!(find(&up.said, "runtime").as_deref(), Some(runtime));
    up.ok(&["login", &find(&up.said, "adminLink").expect("an admin link")]);
    wait_for("a warm slot", || up.ok(&["node", "list"]).contains("1 of 1 warm").then_some(()));
    up.ok(&["session", "open", "--class", "burst"]);
    let session = up
        .ok(&["session", "list"])
        .split_whitespace()
        .find(|word| word.starts_with("se-"))
        .map(str::to_owned);
    let session = session.expect("a session is listed");
    assert_eq!(up.ok(&["session", "run", &session, "--", "echo", "hello"]), "hello\n");
    up.ok(&["session", "close", &session, "--force"]);
    up.interrupt();
}

#[test]
fn on_containers() {
    serves_a_session("docker");
}

#[test]
fn on_plain_processes() {
    serves_a_session("process");
}

#[test]
fn a_port_in_use_and_a_folder_in_use_are_named() {
    let up = Up::start("docker");
    let url = find(&up.said, "url").expect("an address");
    let listen = url.trim_start_matches("http://");
    let other = up.dir.path().join("other");
    let try_up = |state: &std::path::Path, listen: &str| {
        let state = state.to_str().expect("text");
        up.carrel(&["up", "--burst", "0", "--standard", "0", "--state", state, "--listen", listen])
    };
    let taken = try_up(&other, listen);
    let said = text(&taken.stderr);
    assert!(!taken.status.success() && said.contains(listen), "{said}");
    let held = try_up(&up.dir.path().join("state"), "127.0.0.1:0");
    let said = text(&held.stderr);
    assert!(!held.status.success() && said.contains("state"), "{said}");
    let unwritable = try_up(std::path::Path::new("/proc/nowhere"), "127.0.0.1:0");
    assert!(!unwritable.status.success() && !text(&unwritable.stderr).contains("panicked"), "{unwritable:?}");
    up.interrupt();
}
