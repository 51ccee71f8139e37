//! Short commands: started without a holder, their output collected.

use std::collections::BTreeMap;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use carrel_proto::code::ServiceCode;
use rustix::process::{Pid, Signal};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

use crate::error::{Failure, fail};
use crate::holder::process::exit_code;

/// How long a descendant may hold the outputs open after the command itself ended.
const PIPE_GRACE: Duration = Duration::from_millis(250);

/// Bounds of one command.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Past it all its processes are killed.
    pub time: Duration,
    /// Of each stream; what is beyond is read and dropped.
    pub output: usize,
}

/// How it went.
#[derive(Debug, Default)]
pub struct Outcome {
    /// 128 and the signal's number when killed.
    pub code: i32,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// A stream was longer than its limit.
    pub truncated: bool,
    /// The time limit struck.
    pub timed_out: bool,
}

/// The program that a name means in a search path.
pub fn find(name: &str, path: &str) -> Option<PathBuf> {
    let executable = |candidate: &Path| {
        candidate.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
    };
    path.split(':')
        .filter(|dir| dir.starts_with('/'))
        .map(|dir| Path::new(dir).join(name))
        .find(|c| executable(c))
}

/// Runs a command to its end. `started` is told its process (and group) id.
pub async fn run(
    argv: &[String],
    cwd: &Path,
    variables: &BTreeMap<String, String>,
    limits: Limits,
    started: Option<&(dyn Fn(u32) + Send + Sync)>,
) -> Result<Outcome, Failure> {
    let mut child = command(argv, cwd, variables)?.spawn().map_err(|error| refusal(&argv[0], &error))?;
    let group = Group::of(&child);
    if let (Some(started), Some(id)) = (started, child.id()) {
        started(id);
    }
    let mut outcome = Outcome::default();
    let (mut out, mut err) = (Collector::new(limits.output), Collector::new(limits.output));
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let finished = tokio::time::timeout(limits.time, async {
        let reading = async { tokio::join!(out.read(stdout), err.read(stderr)) };
        tokio::pin!(reading);
        tokio::select! {
            _ = &mut reading => child.wait().await,
            status = child.wait() => {
                let _ = tokio::time::timeout(PIPE_GRACE, reading).await;
                status
            }
        }
    });
    match finished.await {
        Ok(status) => {
            outcome.code = status.map_or(255, exit_code);
            group.forget();
        }
        Err(_) => {
            drop(group);
            outcome.timed_out = true;
            outcome.code = child.wait().await.map_or(255, exit_code);
        }
    }
    outcome.truncated = out.truncated || err.truncated;
    outcome.stdout = out.bytes;
    outcome.stderr = err.bytes;
    Ok(outcome)
}

/// A command of its own process group that reads nothing and whose outputs are piped.
pub fn command(
    argv: &[String],
    cwd: &Path,
    variables: &BTreeMap<String, String>,
) -> Result<Command, Failure> {
    let (name, arguments) = argv
        .split_first()
        .filter(|(name, _)| !name.is_empty())
        .ok_or_else(|| fail(ServiceCode::InvalidArgument, "argv is empty; name a command"))?;
    // Found here, so that the fast way of starting a process can be taken and the answer be clear.
    let program = if name.contains('/') {
        cwd.join(name)
    } else {
        let path = variables.get("PATH").map_or("", String::as_str);
        find(name, path).ok_or_else(|| {
            fail(ServiceCode::NotFound, format!("{name}: there is no such command in this session"))
        })?
    };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(cwd).env_clear().envs(variables);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.process_group(0).kill_on_drop(true);
    Ok(command)
}

/// Why a command could not be started.
pub fn refusal(name: &str, error: &io::Error) -> Failure {
    let (code, why) = match error.kind() {
        io::ErrorKind::NotFound => (ServiceCode::NotFound, "there is no such command in this session"),
        io::ErrorKind::PermissionDenied => (ServiceCode::FailedPrecondition, "it may not be executed"),
        io::ErrorKind::WouldBlock | io::ErrorKind::OutOfMemory => (
            ServiceCode::ResourceExhausted,
            "the session is out of processes or memory; close something first",
        ),
        io::ErrorKind::ArgumentListTooLong => {
            (ServiceCode::TooLarge, "the arguments and variables are longer than the kernel takes")
        }
        io::ErrorKind::InvalidInput => (ServiceCode::InvalidArgument, "an argument holds a zero byte"),
        _ => return fail(ServiceCode::FailedPrecondition, format!("{name}: it can't be started: {error}")),
    };
    fail(code, format!("{name}: {why}"))
}

/// Kills the group when dropped, so that a caller who hangs up leaves nothing running.
#[derive(Debug)]
pub struct Group(Option<Pid>);

impl Group {
    /// The group of a command made here.
    pub fn of(child: &Child) -> Self {
        Self(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw))
    }

    fn forget(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(pid) = self.0 {
            let _ = rustix::process::kill_process_group(pid, Signal::KILL);
        }
    }
}

struct Collector {
    bytes: Vec<u8>,
    limit: usize,
    truncated: bool,
}

impl Collector {
    const fn new(limit: usize) -> Self {
        Self { bytes: Vec::new(), limit, truncated: false }
    }

    async fn read(&mut self, source: Option<impl AsyncRead + Unpin>) {
        let Some(mut source) = source else { return };
        let mut buffer = [0; 16 * 1024];
        while let Ok(count @ 1..) = source.read(&mut buffer).await {
            let room = self.limit - self.bytes.len();
            self.truncated |= count > room;
            self.bytes.extend_from_slice(&buffer[..count.min(room)]);
        }
    }
}
