//! The units of one machine, as they were agreed (`checks/golden/dev-vm.json`), under a real systemd with the real daemons:
//! every wall of theirs stands, sockets and credentials are handed over, READY is said.
//!
//! The machine is made of this one's files in namespaces of its own. It has no container engine; the node says so.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::tools::{program, root, run, skip};

/// The machine is up after 2 s; reached only when something is broken.
const PATIENCE: Duration = Duration::from_secs(60);

struct Machine {
    leader: u32,
    unshare: Child,
    _dir: tempfile::TempDir,
}

impl Machine {
    fn start(units: &Value, settings: &Value) -> Self {
        let dir = tempfile::Builder::new().prefix("carrel-units-").tempdir().expect("a folder");
        let (files, work) = (dir.path().join("files"), dir.path().join("work"));
        fs::create_dir(&work).expect("a folder");
        lay(&files, units, settings);
        let mut unshare = Command::new("unshare");
        unshare.args([
            "--mount",
            "--uts",
            "--ipc",
            "--net",
            "--cgroup",
            "--pid",
            "--fork",
            "--kill-child",
            "bash",
        ]);
        unshare.arg(root().join("crates/testkit/tests/nix/machine.sh")).arg(&files).arg(&work);
        let log = fs::File::create(dir.path().join("log")).expect("a log");
        unshare.stdin(Stdio::null()).stdout(log.try_clone().expect("a log")).stderr(log);
        let unshare = unshare.spawn().expect("start unshare");
        let children = format!("/proc/{0}/task/{0}/children", unshare.id());
        let leader = wait_for("the machine's first process", || {
            fs::read_to_string(&children).ok()?.split_whitespace().next()?.parse().ok()
        });
        Self { leader, unshare, _dir: dir }
    }

    /// Runs a shell's words inside.
    fn sh(&self, words: &str) -> Output {
        let mut enter = Command::new("nsenter");
        enter.args(["--target", &self.leader.to_string(), "--all", "bash", "-c", words]);
        run(enter.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", "/tmp"))
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

fn lines(value: &Value) -> String {
    let lines = value.as_array().expect("lines").iter().map(|line| line.as_str().expect("a line"));
    lines.map(|line| format!("{line}\n")).collect()
}

fn after<'a>(text: &'a str, start: &str) -> &'a str {
    let rest = text.split_once(start).unwrap_or_else(|| panic!("no {start} in {text}")).1;
    rest.split_whitespace().next().unwrap_or_default().trim_matches('"')
}

fn put(root: &Path, path: &str, text: &str, mode: u32) {
    let file = root.join(path.trim_start_matches('/'));
    fs::create_dir_all(file.parent().expect("a folder")).expect("make a folder");
    fs::write(&file, text).expect("write a file");
    fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("set a mode");
}

/// Our programs where the units' store paths point, their configurations, and the units.
fn lay(files: &Path, units: &Value, settings: &Value) {
    for (name, unit) in units.as_object().expect("units") {
        let mut unit = lines(unit);
        if name == "carrel-session-image.service" {
            continue;
        }
        if let Some(daemon) = name.strip_prefix("carrel-").and_then(|name| name.strip_suffix(".service")) {
            let config = lines(&settings[daemon]);
            put(files, after(&unit, "--config "), &config, 0o444);
            let binary = after(&unit, "ExecStart=").to_owned();
            put(files, &binary, "", 0o755);
            let place: PathBuf = files.join(binary.trim_start_matches('/'));
            fs::copy(program(&format!("carrel-{daemon}")), place).expect("copy a program");
            if config.contains("program = ") {
                let git = files.join(after(&config, "program = ").trim_start_matches('/'));
                fs::create_dir_all(git.parent().expect("a folder")).expect("make a folder");
                symlink("/usr/bin/git", git).expect("link git");
                let state = "/var/lib/carrel-frontend-master";
                let issue = format!(
                    "#!/bin/sh\nexec {binary} --set state_dir={state} issue-service-token --subject no-dev-vm --out {state}/tokens/no-dev-vm\n"
                );
                put(files, after(&unit, "ExecStartPre="), &issue, 0o755);
            }
            // NixOS gives every unit a PATH of its own.
            unit = unit.replace("[Service]\n", "[Service]\nEnvironment=PATH=/usr/sbin:/usr/bin:/sbin:/bin\n");
        }
        put(files, &format!("/etc/systemd/system/{name}"), &unit, 0o444);
    }
    let target = "[Unit]\nRequires=basic.target\nWants=carrel-frontend-master-public.socket carrel-compute-node-rack.socket \
                  carrel-frontend-master.service carrel-compute-node.service\n";
    put(files, "/etc/systemd/system/carrel-test.target", target, 0o444);
    put(files, "/carrel", "", 0o755);
    fs::copy(program("carrel"), files.join("carrel")).expect("copy carrel");
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
    let golden = fs::read_to_string(root().join("checks/golden/dev-vm.json")).expect("golden file");
    let golden: Value = serde_json::from_str(&golden).expect("JSON");
    let machine = Machine::start(&golden["units"], &golden["settings"]);
    wait_for("systemd", || machine.sh("systemctl is-active basic.target").status.success().then_some(()));
    machine.wait_active("carrel-frontend-master.service");
    machine.wait_active("carrel-compute-node.service");

    // Root is let in over the local socket, so the daemon sees who is at the other end.
    let binary = after(&lines(&golden["units"]["carrel-frontend-master.service"]), "ExecStart=").to_owned();
    let socket = "/run/carrel-frontend-master/local.sock";
    let link = machine.succeed(&format!("{binary} admin-link --socket {socket}"));
    machine.succeed(&format!("/carrel login '{}'", link.trim()));
    // The node came with its credential, over the rack's socket, and says that it has no engine.
    let listed = wait_for("the node's report", || {
        let listed = machine.succeed("/carrel node list");
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
