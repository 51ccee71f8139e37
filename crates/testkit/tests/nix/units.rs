//! The units of one machine, as they were agreed (`checks/golden/dev-vm.json`), under a real systemd with the real daemons:
//! every wall of theirs stands, sockets and credentials are handed over, READY is said.
//!
//! The machine is made of this one's files in namespaces of its own. It has no container engine; the node says so.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::lay::{Files, after, golden, lines};
use crate::tools::{root, run, skip};

/// The machine is up after 2 s; reached only when something is broken.
const PATIENCE: Duration = Duration::from_secs(60);

struct Machine {
    leader: u32,
    unshare: Child,
    _dir: tempfile::TempDir,
}

impl Machine {
    fn start(facts: &Value) -> Self {
        let dir = tempfile::Builder::new().prefix("carrel-units-").tempdir().expect("a folder");
        let (files, work) = (dir.path().join("files"), dir.path().join("work"));
        fs::create_dir(&work).expect("a folder");
        Files { root: &files, image_tag: "none" }.lay("dev-vm", facts);
        let mut unshare = Command::new("bash");
        unshare.arg(root().join("crates/testkit/tests/nix/machine.sh")).arg(&files).arg(&work);
        let log = fs::File::create(dir.path().join("log")).expect("a log");
        unshare.stdin(Stdio::null()).stdout(log.try_clone().expect("a log")).stderr(log);
        let unshare = unshare.spawn().expect("start unshare");
        let (name, children) =
            (format!("/proc/{}/comm", unshare.id()), format!("/proc/{0}/task/{0}/children", unshare.id()));
        let leader = wait_for("the machine's first process", || {
            // Before that it has children of its own.
            let forked = fs::read_to_string(&name).ok()?.trim() == "unshare";
            forked.then_some(())?;
            fs::read_to_string(&children).ok()?.split_whitespace().next()?.parse().ok()
        });
        Self { leader, unshare, _dir: dir }
    }

    /// Runs a shell's words inside.
    fn sh(&self, words: &str) -> Output {
        let mut enter = Command::new("nsenter");
        enter.args(["--target", &self.leader.to_string(), "--all", "bash", "-c", words]);
        run(enter.env_clear().env("PATH", "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", "/tmp"))
    }

    fn succeed(&self, words: &str) -> String {
        let output = self.sh(words);
        let (said, error) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{words}: {}\n{said}{error}\n{}", output.status, self.journal());
        said
    }

    fn wait_active(&self, unit: &str) {
        wait_for(unit, || {
            let state = text(&self.sh(&format!("systemctl is-active {unit}")).stdout);
            assert_ne!(state.trim(), "failed", "{unit} failed\n{}", self.journal());
            (state.trim() == "active").then_some(())
        });
    }

    fn journal(&self) -> String {
        text(&self.sh("journalctl --no-pager -o cat -u 'carrel-*' | tail -40").stdout)
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        drop(Command::new("kill").args(["-KILL", &self.leader.to_string()]).status());
        drop(self.unshare.wait());
        // As machine.sh made them.
        let (own, below) = (
            format!("*/carrel-test-{}", self.unshare.id()),
            format!("*/carrel-test-{}/*", self.unshare.id()),
        );
        let mut find = Command::new("find");
        find.args(["/sys/fs/cgroup", "-depth", "-type", "d", "(", "-path", &own, "-o", "-path", &below, ")"]);
        find.args(["-exec", "rmdir", "{}", ";"]);
        drop(find.output());
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[allow(clippy::disallowed_methods, reason = "polls the state of another machine, with a deadline")]
fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited {PATIENCE:?} for {what}");
        // poll: the state of another machine, with the deadline above.
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn missing() -> Option<String> {
    if !Path::new("/lib/systemd/systemd").exists() {
        return Some("there is no systemd".to_owned());
    }
    let able = Command::new("unshare")
        .args(["--mount", "--pid", "--fork", "mount", "-t", "tmpfs", "t", "/mnt"])
        .output();
    match able {
        Ok(output) if output.status.success() => None,
        Ok(output) => Some(format!("namespaces can't be made: {}", text(&output.stderr).trim())),
        Err(error) => Some(format!("unshare: {error}")),
    }
}

#[test]
fn the_agreed_units_run_under_a_real_systemd() {
    if let Some(why) = missing() {
        return skip("units under a real systemd", &why);
    }
    let mut golden = golden("dev-vm");
    golden["engine"] = Value::Null;
    golden["units"].as_object_mut().expect("units").remove("carrel-session-image.service");
    let machine = Machine::start(&golden);
    wait_for("systemd", || machine.sh("systemctl is-active basic.target").status.success().then_some(()));
    machine.wait_active("carrel-frontend-master.service");
    machine.wait_active("carrel-compute-node.service");

    // Root is let in over the local socket, so the daemon sees who is at the other end.
    let binary = after(&lines(&golden["units"]["carrel-frontend-master.service"]), "ExecStart=").to_owned();
    let socket = "/run/carrel-frontend-master/local.sock";
    let link = machine.succeed(&format!("{binary} admin-link --socket {socket}"));
    machine.succeed(&format!("carrel login '{}'", link.trim()));
    // The node came with its credential, over the rack's socket, and says that it has no engine.
    let listed = wait_for("the node's report", || {
        let listed = machine.succeed("carrel node list");
        listed.contains("no-dev-vm").then_some(listed)
    });
    assert!(listed.contains("refusing"), "{listed}");

    // The walls are really there.
    for (unit, caps) in
        [("carrel-frontend-master", "0000000000000000"), ("carrel-compute-node", "000000000028002f")]
    {
        let status = machine.succeed(&format!("cat /proc/$(systemctl show -P MainPID {unit})/status"));
        for line in ["NoNewPrivs:\t1".to_owned(), "Seccomp:\t2".to_owned(), format!("CapBnd:\t{caps}")] {
            assert!(status.contains(&line), "{unit} lacks {line}:\n{status}");
        }
    }

    // A daemon that dies comes back; its socket stays open meanwhile, so nobody is refused.
    machine.succeed("kill -KILL $(systemctl show -P MainPID carrel-frontend-master)");
    machine.succeed("curl --fail --silent --max-time 30 http://127.0.0.1:8080/healthz");
    machine.wait_active("carrel-frontend-master.service");

    // Negative controls: a stranger is not let in, and a wrong configuration is not tried again.
    let stranger =
        machine.sh(&format!("setpriv --reuid 65534 --clear-groups {binary} admin-link --socket {socket}"));
    assert!(!stranger.status.success(), "a stranger got a link");
    machine.succeed(
        "mkdir -p /run/systemd/system/carrel-compute-node.service.d; \
         printf '[Service]\\nEnvironment=CARREL_COMPUTE_NODE__NODE=wrong\\n' > /run/systemd/system/carrel-compute-node.service.d/x.conf; \
         systemctl daemon-reload; systemctl restart carrel-compute-node.service || true",
    );
    let state = machine.succeed("systemctl show -p ActiveState -p ExecMainStatus carrel-compute-node");
    assert!(state.contains("failed") && state.contains("64"), "{state}");
}
