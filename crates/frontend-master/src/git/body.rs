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

/// Git removes its temporary objects on SIGTERM, which takes milliseconds.
const TERM_GRACE: Duration = Duration::from_secs(2);

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
            break Fed::TooLarge;
        }
        if stdin.write_all(&chunk).await.is_err() {
            break Fed::Whole;
        }
    };
    // A broken body must not look like a complete one: whoever receives this stops the child first.
    if outcome == Fed::Whole {
        drop(stdin);
        let _ = done.send(outcome);
    } else {
        let _ = done.send(outcome);
        // Held until this task is aborted together with its request.
        futures::future::pending::<()>().await;
        drop(stdin);
    }
}

/// Collects what git says on standard error, up to a limit, and reads on so that it never blocks.
pub async fn listen(mut stderr: ChildStderr, said: oneshot::Sender<String>) {
    let mut kept = Vec::new();
    let _ = (&mut stderr).take(STDERR_MAX).read_to_end(&mut kept).await;
    let _ = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
    let _ = said.send(String::from_utf8_lossy(&kept).trim().to_owned());
}

/// Reads the next piece of an answer; `None` at its end.
pub async fn read_chunk(stdout: &mut ChildStdout) -> std::io::Result<Option<Bytes>> {
    let mut buffer = BytesMut::with_capacity(CHUNK);
    let read = stdout.read_buf(&mut buffer).await?;
    Ok((read > 0).then(|| buffer.freeze()))
}

/// A child whose process group ends when this is dropped.
pub struct Group {
    child: Option<Child>,
    tasks: Tasks,
}

impl Group {
    /// Takes over a child that leads its own process group.
    pub const fn new(child: Child, tasks: Tasks) -> Self {
        Self { child: Some(child), tasks }
    }

    /// Waits for the child's end.
    pub async fn wait(&mut self) -> Result<ExitStatus, GitError> {
        let lost = |source| GitError::Talk { command: "http-backend".to_owned(), source };
        let Some(child) = self.child.as_mut() else {
            return Err(lost(std::io::Error::other("it was waited for already")));
        };
        let status = child.wait().await.map_err(lost)?;
        self.child = None;
        Ok(status)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let Some(leader) = leader(&child) else { return };
        signal(leader, Signal::TERM);
        self.tasks.spawn("git reaper", async move {
            if tokio::time::timeout(TERM_GRACE, child.wait()).await.is_err() {
                signal(leader, Signal::KILL);
                if let Err(error) = child.wait().await {
                    warn!(error = %Chain(&error), "wait for a stopped git");
                }
            }
        });
    }
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
