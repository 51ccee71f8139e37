//! The two byte streams of a git exchange: the request's body into the child, the child's answer out.

use std::process::ExitStatus;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::{Bytes, BytesMut};
use carrel_service::{Chain, Tasks};
use futures::StreamExt as _;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use tokio::sync::oneshot;
use tracing::{debug, warn};

use super::GitError;
use super::program::STDERR_MAX;

/// A client that sends nothing for this long is gone; git itself sends packs without pauses.
const STALL_MAX: Duration = Duration::from_secs(60);

/// Git needs milliseconds to notice that a pack ends too early and to remove what it had of it.
const END_GRACE: Duration = Duration::from_secs(2);

/// At least this much of a refused body is read before its connection is given up.
const DRAIN_MIN: u64 = 64 * 1024 * 1024;

/// And at most for this long.
const DRAIN_MAX: Duration = Duration::from_secs(30);

/// One read of the child's answer.
const CHUNK: usize = 64 * 1024;

/// How a request's body ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fed {
    /// All of it was passed on, or the child wanted no more.
    Whole,
    /// It was larger than the limit.
    TooLarge,
    /// It stopped arriving.
    Lost,
}

/// Passes a body on to the child, counting.
pub async fn feed(body: Body, mut stdin: ChildStdin, limit: u64, done: oneshot::Sender<Fed>) {
    let mut stream: BodyDataStream = body.into_data_stream();
    let mut passed: u64 = 0;
    let outcome = loop {
        let chunk = match tokio::time::timeout(STALL_MAX, stream.next()).await {
            Ok(Some(Ok(chunk))) => chunk,
            Ok(None) => break Fed::Whole,
            Ok(Some(Err(error))) => {
                debug!(%error, passed, "a git request's body broke off");
                break Fed::Lost;
            }
            Err(_) => break Fed::Lost,
        };
        passed += chunk.len() as u64;
        if passed > limit {
            drain(stream, limit).await;
            break Fed::TooLarge;
        }
        if stdin.write_all(&chunk).await.is_err() {
            // The child has ended or wants no more: its answer says why. The client hears it once it has sent all.
            drain(stream, limit - passed).await;
            break Fed::Whole;
        }
    };
    // Said first, so that it is known before git, which then finds the pack cut off, has answered.
    let _ = done.send(outcome);
    drop(stdin);
}

/// Reads on for a moment: a client that is cut off while it sends never reads the answer.
pub async fn drain(mut stream: BodyDataStream, allowance: u64) {
    let mut left = allowance.max(DRAIN_MIN);
    let read = async {
        while let Some(Ok(chunk)) = stream.next().await {
            left = left.saturating_sub(chunk.len() as u64);
            if left == 0 {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(DRAIN_MAX, read).await;
}

/// Collects what git says on standard error, up to a limit, and reads on so that it never blocks.
pub async fn listen(mut stderr: ChildStderr, said: oneshot::Sender<String>) {
    let mut kept = Vec::new();
    let _ = (&mut stderr).take(STDERR_MAX).read_to_end(&mut kept).await;
    let _ = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
    let _ = said.send(String::from_utf8_lossy(&kept).trim().to_owned());
}

/// A child whose process group ends when this is dropped.
pub struct Group {
    running: Option<Running>,
    /// On a signal git leaves the objects of a half push behind; at the end of its input it removes them.
    gentle: bool,
    tasks: Tasks,
}

struct Running {
    child: Child,
    stdout: ChildStdout,
}

impl Group {
    /// Takes over a child that leads its own process group.
    pub const fn new(child: Child, stdout: ChildStdout, gentle: bool, tasks: Tasks) -> Self {
        Self { running: Some(Running { child, stdout }), gentle, tasks }
    }

    /// Reads the next piece of the answer; `None` at its end.
    pub async fn read(&mut self) -> Result<Option<Bytes>, GitError> {
        let Some(running) = self.running.as_mut() else { return Ok(None) };
        let mut buffer = BytesMut::with_capacity(CHUNK);
        let read = running.stdout.read_buf(&mut buffer).await.map_err(talk)?;
        Ok((read > 0).then(|| buffer.freeze()))
    }

    /// Waits for the child's end.
    pub async fn wait(&mut self) -> Result<ExitStatus, GitError> {
        let Some(running) = self.running.as_mut() else {
            return Err(talk(std::io::Error::other("it was waited for already")));
        };
        let status = running.child.wait().await.map_err(talk)?;
        self.running = None;
        Ok(status)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let Some(running) = self.running.take() else { return };
        let Some(leader) = leader(&running.child) else { return };
        if !self.gentle {
            signal(leader, Signal::TERM);
        }
        self.tasks.spawn("git reaper", end(running, leader));
    }
}

/// Waits for a child that nobody wants any more: a moment, a moment after SIGTERM, then SIGKILL.
async fn end(mut running: Running, leader: Pid) {
    for stop in [Signal::TERM, Signal::KILL] {
        let finish = async {
            // Read on: a broken pipe would end git by a signal, too.
            let _ = tokio::io::copy(&mut running.stdout, &mut tokio::io::sink()).await;
            running.child.wait().await
        };
        match tokio::time::timeout(END_GRACE, finish).await {
            Ok(Ok(_)) => return,
            Ok(Err(error)) => warn!(error = %Chain(&error), "wait for a stopped git"),
            Err(_) => signal(leader, stop),
        }
    }
    let _ = running.child.wait().await;
}

fn talk(source: std::io::Error) -> GitError {
    GitError::Talk { command: "http-backend".to_owned(), source }
}

/// The group's id while the child has not been waited for, so that it can't be anybody else's.
fn leader(child: &Child) -> Option<Pid> {
    Pid::from_raw(i32::try_from(child.id()?).ok()?)
}

fn signal(leader: Pid, signal: Signal) {
    if let Err(error) = kill_process_group(leader, signal) {
        debug!(%error, "signal a git process group");
    }
}
