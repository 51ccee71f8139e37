//! Questions to git about a repository: arguments as bytes, answers cut off where they are too long, always in time.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};

use super::GitError;
use super::program::{GitProgram, STDERR_MAX};

/// How long a question may take unless it says otherwise: a history of 100,000 commits is searched in some seconds.
pub const TIME_MAX: Duration = Duration::from_secs(20);

/// A question.
pub struct Ask<'a> {
    args: Vec<OsString>,
    input: &'a [u8],
    output_max: usize,
    stderr_max: u64,
    time_max: Duration,
    config: Vec<(&'a str, String)>,
    env: Vec<(&'static str, String)>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// What git printed.
    pub bytes: Vec<u8>,
    /// There was more.
    pub cut_off: bool,
    /// What it said beside it.
    pub said: String,
}

impl<'a> Ask<'a> {
    /// Git with these arguments, whose answer is cut off at so many bytes.
    pub fn new(output_max: usize, args: &[&str]) -> Self {
        Self {
            args: args.iter().map(OsString::from).collect(),
            input: &[],
            output_max,
            stderr_max: STDERR_MAX,
            time_max: TIME_MAX,
            config: Vec::new(),
            env: Vec::new(),
        }
    }

    /// One more argument, which may be no UTF-8.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// What it reads.
    #[must_use]
    pub fn input(self, input: &'a [u8]) -> Self {
        Self { input, ..self }
    }

    /// Another time limit.
    #[must_use]
    pub fn within(self, time_max: Duration) -> Self {
        Self { time_max, ..self }
    }

    /// More settings.
    #[must_use]
    pub fn config(mut self, config: &[(&'a str, String)]) -> Self {
        self.config.extend_from_slice(config);
        self
    }

    /// Git tells what it hears over HTTP, at most so many bytes of it.
    #[must_use]
    pub fn traced(mut self, stderr_max: u64) -> Self {
        self.stderr_max = stderr_max;
        self.env.push(("GIT_TRACE_CURL", "1".to_owned()));
        self.env.push(("GIT_TRACE_CURL_NO_DATA", "1".to_owned()));
        self
    }
}

impl GitProgram {
    /// Asks about a repository. An answer that is cut off is a good one.
    pub async fn ask(&self, repository: &Path, ask: Ask<'_>) -> Result<Answer, GitError> {
        let skipped = |arg: &&OsString| !arg.to_string_lossy().starts_with('-');
        let name =
            ask.args.iter().find(skipped).map_or_else(String::new, |arg| arg.to_string_lossy().into_owned());
        let mut command = self.command(&ask.config);
        command.arg("--git-dir").arg(repository).args(&ask.args);
        command.envs(ask.env.iter().map(|(key, value)| (*key, value.as_str())));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let start = |source| GitError::Start { program: self.program().to_owned(), source };
        let mut child = command.spawn().map_err(start)?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let exchange = async {
            let write = async {
                if let Some(mut stdin) = stdin {
                    // A command that does not read its input closes it early; its exit code decides.
                    let _ = stdin.write_all(ask.input).await;
                }
            };
            let limit = u64::try_from(ask.output_max).unwrap_or(u64::MAX);
            let read = async {
                let bytes = beginning(stdout, limit + 1).await;
                let cut_off = bytes.len() > ask.output_max;
                (bytes, cut_off)
            };
            let listen = beginning(stderr, ask.stderr_max);
            // Whoever has read enough must not wait for the rest: dropping the pipes ends git.
            let ((), read, said) = tokio::join!(write, read, listen);
            (read, said)
        };
        let stopped = || GitError::Stopped { command: name.clone(), reason: "it took too long" };
        let ((mut bytes, cut_off), said) =
            tokio::time::timeout(ask.time_max, exchange).await.map_err(|_| stopped())?;
        let said = String::from_utf8_lossy(&said).trim().to_owned();
        if cut_off {
            bytes.truncate(ask.output_max);
            // `child` is killed when it is dropped.
            return Ok(Answer { bytes, cut_off, said });
        }
        let talk = |source| GitError::Talk { command: name.clone(), source };
        let ended = tokio::time::timeout(ask.time_max, child.wait()).await.map_err(|_| stopped())?;
        if ended.map_err(talk)?.success() {
            return Ok(Answer { bytes, cut_off, said });
        }
        Err(GitError::Failed { command: name, stderr: said })
    }
}

/// The first bytes of a pipe, which is closed then.
async fn beginning(pipe: Option<impl AsyncRead + Unpin>, limit: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        let _ = pipe.take(limit).read_to_end(&mut bytes).await;
    }
    bytes
}
