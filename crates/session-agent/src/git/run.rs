//! One git command: paths of any bytes, bounded, ended so that it leaves no lock behind.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin};

use super::explain::{LOCKED, explain};
use crate::error::Failure;
use crate::process::{command, refusal};

/// Work on the disk, hooks of the repository included.
pub const LOCAL_TIME: Duration = Duration::from_secs(55);
/// What git writes on standard output where the caller asks for no other bound.
pub const OUTPUT_MAX: usize = 1024 * 1024;
/// Complaints that are kept; the end of them says why.
const TALK_MAX: usize = 64 * 1024;
/// How long a git in a terminal may hold the lock before we say so.
const LOCK_WAIT: Duration = Duration::from_secs(3);
const LOCK_POLL: Duration = Duration::from_millis(100);
/// A git that is asked to end removes its locks first.
const END_GRACE: Duration = Duration::from_secs(2);
/// How long a hook's child may hold the outputs open after git itself ended.
const PIPE_GRACE: Duration = Duration::from_millis(250);

/// How one command went.
#[derive(Debug, Default)]
pub struct Done {
    pub code: i32,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    /// There was more output than was asked for.
    pub truncated: bool,
    pub timed_out: bool,
}

impl Done {
    /// The output, or why there is none.
    pub fn output(self, what: &str) -> Result<Vec<u8>, Failure> {
        if self.code == 0 && !self.timed_out { Ok(self.stdout) } else { Err(explain(what, &self)) }
    }

    /// The output as one line of text.
    pub fn line(self, what: &str) -> Result<String, Failure> {
        Ok(String::from_utf8_lossy(&self.output(what)?).trim_end_matches('\n').to_owned())
    }

    fn is_locked_out(&self) -> bool {
        self.code != 0 && String::from_utf8_lossy(&self.stderr).contains(LOCKED)
    }
}

/// Told each line of standard error as it comes.
pub type Listener<'a> = &'a (dyn Fn(&str) + Send + Sync);

/// What is asked of git.
#[derive(Clone)]
pub struct Ask<'a> {
    words: Vec<OsString>,
    input: Option<Vec<u8>>,
    time: Duration,
    output: usize,
    listener: Option<Listener<'a>>,
}

impl<'a> Ask<'a> {
    /// `git` with these words.
    pub fn new(words: &[&str]) -> Self {
        Self {
            words: words.iter().map(OsString::from).collect(),
            input: None,
            time: LOCAL_TIME,
            output: OUTPUT_MAX,
            listener: None,
        }
    }

    /// One more word, of any bytes.
    pub fn word(mut self, word: impl Into<OsString>) -> Self {
        self.words.push(word.into());
        self
    }

    /// Something to read.
    pub fn input(mut self, input: Vec<u8>) -> Self {
        self.input = Some(input);
        self
    }

    /// These paths, as many as there are: by standard input, where no name has a meaning.
    pub fn paths(mut self, paths: impl IntoIterator<Item = OsString>) -> Self {
        let mut input = Vec::new();
        for path in paths {
            input.extend_from_slice(&path.into_vec());
            input.push(0);
        }
        self.words.push("--pathspec-from-file=-".into());
        self.words.push("--pathspec-file-nul".into());
        self.input(input)
    }

    /// At most so many bytes of output.
    pub fn at_most(mut self, output: usize) -> Self {
        self.output = output;
        self
    }

    /// At most so long.
    pub fn within(mut self, time: Duration) -> Self {
        self.time = time;
        self
    }

    /// Tells each line of standard error as it comes.
    pub fn heard_by(mut self, listener: Listener<'a>) -> Self {
        self.listener = Some(listener);
        self
    }
}

/// Git in one workspace.
#[derive(Debug, Clone)]
pub struct Git {
    pub workspace: PathBuf,
    variables: BTreeMap<String, String>,
}

impl Git {
    /// Git that fails instead of asking, looks for no repository above the workspace and takes names literally.
    pub fn new(workspace: &Path, variables: &BTreeMap<String, String>) -> Self {
        let mut variables = super::quiet(variables);
        let mut set = |name: &str, value: &str| variables.insert(name.to_owned(), value.to_owned());
        set("GIT_EDITOR", "true");
        set("GIT_SEQUENCE_EDITOR", "true");
        set("GIT_MERGE_AUTOEDIT", "no");
        set("GIT_LITERAL_PATHSPECS", "1");
        set("GIT_ADVICE", "0");
        if let Some(above) = workspace.parent().and_then(Path::to_str) {
            set("GIT_CEILING_DIRECTORIES", above);
        }
        Self { workspace: workspace.to_owned(), variables }
    }

    /// Runs a command that only looks: it takes no lock.
    pub async fn look(&self, ask: Ask<'_>) -> Result<Done, Failure> {
        self.once("--no-optional-locks", &ask).await
    }

    /// Runs a command that changes something; waits a moment for another git that holds the lock.
    pub async fn change(&self, ask: Ask<'_>) -> Result<Done, Failure> {
        let deadline = tokio::time::Instant::now() + LOCK_WAIT;
        loop {
            let done = self.once("--no-pager", &ask).await?;
            if !done.is_locked_out() || tokio::time::Instant::now() >= deadline {
                return Ok(done);
            }
            tokio::time::sleep(LOCK_POLL).await;
        }
    }

    async fn once(&self, first: &str, ask: &Ask<'_>) -> Result<Done, Failure> {
        let argv = ["git".to_owned(), first.to_owned()];
        let mut command = command(&argv, &self.workspace, &self.variables)?;
        command.args(&ask.words);
        if ask.input.is_some() {
            command.stdin(Stdio::piped());
        }
        let mut child = command.spawn().map_err(|error| refusal("git", &error))?;
        let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let mut done = Done::default();
        let mut output = Output { bytes: Vec::new(), most: ask.output, cut: false };
        let mut talk = Talk { bytes: Vec::new(), line: Vec::new(), listener: ask.listener };
        let ended = tokio::time::timeout(ask.time, async {
            let streams = async {
                tokio::join!(feed(stdin, ask.input.as_deref()), output.read(stdout), talk.read(stderr))
            };
            tokio::pin!(streams);
            tokio::select! {
                _ = &mut streams => child.wait().await,
                status = child.wait() => {
                    let _ = tokio::time::timeout(PIPE_GRACE, streams).await;
                    status
                }
            }
        });
        match ended.await {
            Ok(status) => done.code = status.ok().and_then(|status| status.code()).unwrap_or(255),
            Err(_) => {
                end(&mut child, group).await;
                (done.code, done.timed_out) = (255, true);
            }
        }
        (done.stdout, done.truncated, done.stderr) = (output.bytes, output.cut, talk.bytes);
        Ok(done)
    }
}

/// Asks all of a command to end, then makes it.
async fn end(child: &mut Child, group: Option<Pid>) {
    let Some(group) = group else { return };
    let _ = rustix::process::kill_process_group(group, Signal::TERM);
    if tokio::time::timeout(END_GRACE, child.wait()).await.is_err() {
        let _ = rustix::process::kill_process_group(group, Signal::KILL);
        let _ = child.wait().await;
    }
}

/// A git that ends early does not read it all; what it says is the answer then.
async fn feed(stdin: Option<ChildStdin>, input: Option<&[u8]>) {
    if let (Some(mut stdin), Some(input)) = (stdin, input) {
        let _ = stdin.write_all(input).await;
    }
}

struct Output {
    bytes: Vec<u8>,
    most: usize,
    cut: bool,
}

impl Output {
    async fn read(&mut self, source: Option<impl AsyncRead + Unpin>) {
        let Some(mut source) = source else { return };
        let mut buffer = [0; 16 * 1024];
        while let Ok(count @ 1..) = source.read(&mut buffer).await {
            let room = self.most - self.bytes.len();
            self.cut |= count > room;
            self.bytes.extend_from_slice(&buffer[..count.min(room)]);
        }
    }
}

/// Standard error: its end is kept, its lines are told. A line that ends in a carriage return is progress.
struct Talk<'a> {
    bytes: Vec<u8>,
    line: Vec<u8>,
    listener: Option<Listener<'a>>,
}

impl Talk<'_> {
    async fn read(&mut self, source: Option<impl AsyncRead + Unpin>) {
        let Some(mut source) = source else { return };
        let mut buffer = [0; 4 * 1024];
        while let Ok(count @ 1..) = source.read(&mut buffer).await {
            buffer[..count].iter().for_each(|byte| self.take(*byte));
        }
        self.take(b'\n');
    }

    fn take(&mut self, byte: u8) {
        if byte != b'\n' && byte != b'\r' {
            // A line that never ends is told in parts.
            if self.line.len() < TALK_MAX {
                self.line.push(byte);
            }
            return;
        }
        if self.line.is_empty() {
            return;
        }
        if let Some(listener) = self.listener {
            listener(&String::from_utf8_lossy(&self.line));
        }
        if byte == b'\n' {
            self.bytes.extend_from_slice(&self.line);
            self.bytes.push(b'\n');
            let over = self.bytes.len().saturating_sub(TALK_MAX);
            self.bytes.drain(..over);
        }
        self.line.clear();
    }
}
