//! A Docker engine: the one that answers, or one of our own that lives no longer than this process.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::error::Error;
use crate::setup::{self, Ready};
use crate::steps::{self, Steps, output};
use crate::tree::Tree;

/// A cold engine loads its images and starts containerd; 2 s is usual, a slow disk needs more.
const START_MAX: Duration = Duration::from_secs(60);
/// Ending the containers that still run takes the engine 10 s each, side by side.
const STOP_MAX: Duration = Duration::from_secs(30);
/// Between two questions whether it answers yet.
const POLL: Duration = Duration::from_millis(50);

/// An engine that answers.
pub struct Engine {
    own: Option<Own>,
}

/// An engine that was started here.
struct Own {
    pid: Pid,
    /// Says something, or is cut off, when the engine has ended.
    ended: Receiver<()>,
    pid_file: PathBuf,
}

impl Engine {
    /// Finds or starts one. None where none answers and none may be started.
    pub fn find(tree: &Tree, steps: &Steps) -> Result<Option<Self>, Error> {
        if answers() {
            return Ok(Some(Self { own: None }));
        }
        let able = ["dockerd", "docker", "setpriv"].iter().all(|tool| setup::find(tool).is_some());
        if !setup::is_root() || !able {
            return Ok(None);
        }
        if Path::new("/run/systemd/system").exists() {
            let mut start = Command::new("systemctl");
            steps.run("engine: systemctl start docker", &mut [start.args(["start", "docker"])])?;
            return Ok(answers().then_some(Self { own: None }));
        }
        let own = steps.time("engine: start dockerd", || start(tree, steps))?;
        Ok(Some(Self { own: Some(own) }))
    }

    /// As `find`, where going on without one makes no sense.
    pub fn ensure(tree: &Tree, steps: &Steps, ready: &Ready) -> Result<Self, Error> {
        for line in &ready.missing {
            steps.say(line);
        }
        Self::find(tree, steps)?.ok_or(Error::NoEngine)
    }

    /// Ends the engine if it was started here, and with it every container it runs.
    pub fn stop(self) {
        let Some(own) = self.own else { return };
        // One that ended by itself may have left its number to another process.
        let runs = own.ended.try_recv() == Err(TryRecvError::Empty);
        if runs && kill_process(own.pid, Signal::TERM).is_ok() {
            let late = own.ended.recv_timeout(STOP_MAX) == Err(RecvTimeoutError::Timeout);
            let _ = late && kill_process(own.pid, Signal::KILL).is_ok();
        }
        let _ = std::fs::remove_file(own.pid_file);
    }
}

/// Whether an engine answers on the address that Docker's client uses.
fn answers() -> bool {
    let mut ask = Command::new("docker");
    output(ask.args(["version", "--format", "{{.Server.Version}}"])).is_ok()
}

/// Where an engine that was killed leaves the numbers of its processes.
const LEFT_BEHIND: [&str; 2] = ["/var/run/docker.pid", "/var/run/docker/containerd/containerd.pid"];

/// Removes a file that names a process which has ended. The engine itself takes one that ended and was not waited for
/// as running, and refuses to start for good.
fn forget_if_dead(file: &Path) {
    let Ok(text) = std::fs::read_to_string(file) else { return };
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", text.trim())).unwrap_or_default();
    if has_ended(&stat) {
        let _ = std::fs::remove_file(file);
    }
}

/// Whether a process's line in /proc, empty if it has none, is that of one which has ended.
fn has_ended(stat: &str) -> bool {
    // Its name may hold anything, so its state is what follows the last parenthesis.
    let state = stat.rsplit(") ").next().and_then(|rest| rest.chars().next());
    stat.is_empty() || matches!(state, Some('Z' | 'X'))
}

/// Slots have no network, so the engine needs neither a bridge nor packet filters.
/// `setpriv` ties it to this process: the kernel ends it even if we are killed, also after an exec into `carrel up`.
fn start(tree: &Tree, steps: &Steps) -> Result<Own, Error> {
    for file in LEFT_BEHIND {
        forget_if_dead(Path::new(file));
    }
    let (log, log_path) = steps.open_log("dockerd")?;
    let errors = log.try_clone().map_err(Error::file(&log_path))?;
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM", "dockerd"]);
    command.args(["--bridge=none", "--iptables=false", "--ip6tables=false"]);
    // A Ctrl-C at the terminal is for us; the engine then ends after its containers' owner.
    command.process_group(0);
    command.stdin(Stdio::null()).stdout(log).stderr(errors);
    let spawned = command.spawn();
    let mut child = spawned.map_err(|source| Error::Start { program: "dockerd".into(), source })?;
    let pid = Pid::from_child(&child);
    let pid_file = tree.scratch().join("dockerd.pid");
    std::fs::write(&pid_file, child.id().to_string()).map_err(Error::file(&pid_file))?;
    let (end, ended) = channel();
    std::thread::spawn(move || {
        let _ = child.wait();
        let _ = end.send(());
    });
    let deadline = Instant::now() + START_MAX;
    while !answers() {
        let alive = ended.recv_timeout(POLL) == Err(RecvTimeoutError::Timeout);
        if !alive || Instant::now() > deadline {
            steps::show(&log_path);
            let _ = kill_process(pid, Signal::KILL);
            return Err(Error::EngineSilent { seconds: START_MAX.as_secs(), log: log_path });
        }
    }
    Ok(Own { pid, ended, pid_file })
}

#[cfg(test)]
mod tests {
    use super::has_ended;

    #[test]
    fn a_process_that_was_not_waited_for_has_ended() {
        assert!(has_ended(""));
        assert!(has_ended("3089 (dockerd) Z 1 3089 3089 0 -1"));
        assert!(has_ended("3089 (od) S (d) Z 1 3089"));
        assert!(!has_ended("3089 (dockerd) S 1 3089 3089 0 -1"));
        assert!(!has_ended("1 (a) Z) R 0 1"));
    }
}
