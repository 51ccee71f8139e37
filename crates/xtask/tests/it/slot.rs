//! One container in the shape of a slot, driven by Docker's own client.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// A running container, removed when dropped.
pub struct Slot {
    id: String,
}

/// Notes a test as skipped where `cargo xtask test` looks for it.
pub fn skip(test: &str) {
    let line = format!("{test}: no Docker engine with the session image answers (cargo xtask image)\n");
    eprint!("skipped: {line}");
    if let Some(path) = std::env::var_os("CARREL_SKIP_FILE") {
        let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
        file.and_then(|mut file| file.write_all(line.as_bytes())).expect("note a skipped test");
    }
}

impl Slot {
    /// None where there is no engine or no image.
    pub fn start() -> Option<Self> {
        let image = std::env::var("CARREL_TEST_IMAGE").unwrap_or_else(|_| "carrel-session:dev".to_owned());
        docker(&["image", "inspect", "--format", "{{.Id}}", &image], &[]).ok()?;
        let run = [
            "run",
            "--detach",
            "--rm",
            "--network=none",
            "--read-only",
            "--cap-drop=ALL",
            "--security-opt=no-new-privileges",
            "--pids-limit=256",
            // The one variable that the image has no default for.
            "--env=CARREL_SLOT=sl-image-test",
            "--tmpfs=/tmp:uid=1000,gid=1000,mode=1777,exec",
            // Docker's own default of noexec stays, to show that the entry script can live with it.
            "--tmpfs=/run:uid=1000,gid=1000,mode=755",
            "--tmpfs=/home/learner:uid=1000,gid=1000,mode=700,exec",
            "--tmpfs=/nix:uid=1000,gid=1000,mode=755,exec",
            &image,
        ];
        Some(Self { id: docker(&run, &[]).expect("start a container") })
    }

    /// Runs a script in the slot; what it printed.
    pub fn try_sh(&self, script: &str) -> Result<String, String> {
        docker(&["exec", &self.id, "bash", "-c", script], &[])
    }

    /// As `try_sh`, where failing is a failure of the test.
    pub fn sh(&self, script: &str) -> String {
        self.try_sh(script).unwrap_or_else(|error| panic!("{script}\n{error}"))
    }

    /// Lays a sample of the tree into the workspace.
    pub fn put_sample(&self, name: &str) {
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testkit/samples");
        let pack = Command::new("tar")
            .arg("-C")
            .arg(samples.join(name))
            .args(["-cf", "-", "."])
            .output()
            .expect("run tar");
        assert!(pack.status.success());
        let unpack = "mkdir -p work && tar -C work --no-same-owner -xf -";
        docker(&["exec", "-i", &self.id, "bash", "-c", unpack], &pack.stdout).expect("unpack the sample");
    }

    /// What the container printed.
    pub fn log(&self) -> String {
        docker(&["logs", &self.id], &[]).unwrap_or_else(|error| error)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let _ = docker(&["rm", "--force", &self.id], &[]);
    }
}

fn docker(args: &[&str], input: &[u8]) -> Result<String, String> {
    let mut command = Command::new("docker");
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    // A client that ends without reading closes the pipe; its exit status tells the rest.
    let _ = child.stdin.take().expect("stdin is piped").write_all(input);
    let done = child.wait_with_output().map_err(|error| error.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if done.status.success() {
        return Ok(text(&done.stdout));
    }
    Err(format!("{}\n{}", text(&done.stdout), text(&done.stderr)))
}
