//! Starting a holder and talking to one.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use carrel_proto::code::ServiceCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};

use crate::error::{Failure, fail};
use crate::frame::{self, ToHolder};
use crate::holder;
use crate::holder::process::Connection;

/// A fork and two execs take milliseconds; a machine that swaps may need seconds.
const START_LIMIT: Duration = Duration::from_secs(15);
/// What a failing holder says fits easily.
const COMPLAINT_MAX: usize = 4 * 1024;

/// A process to start.
#[derive(Debug)]
pub(super) struct Start<'a> {
    pub(super) program: &'a Path,
    pub(super) dir: PathBuf,
    pub(super) connection: Connection,
    pub(super) argv: &'a [String],
    pub(super) cwd: &'a Path,
    pub(super) environment: &'a BTreeMap<String, String>,
}

/// Starts a holder and waits until its process runs.
pub(super) async fn start(start: &Start<'_>) -> Result<Child, Failure> {
    let mut command = Command::new(start.program);
    command.arg("hold").arg("--dir").arg(&start.dir);
    match start.connection {
        Connection::Pty { cols, rows } => command.arg("--pty").arg(format!("{cols}x{rows}")),
        Connection::Pipes => command.arg("--pipes"),
    };
    command.arg("--").args(start.argv);
    command.env_clear().envs(start.environment).current_dir(start.cwd);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| {
        let busy = matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::OutOfMemory);
        let code = if busy { ServiceCode::ResourceExhausted } else { ServiceCode::Internal };
        fail(code, format!("start a terminal: {error}; close other programs first"))
    })?;
    let mut said = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        let mut limited = stdout.take(COMPLAINT_MAX as u64);
        let read = tokio::time::timeout(START_LIMIT, limited.read_to_end(&mut said)).await;
        if read.is_err() {
            let _ = child.start_kill();
            return Err(fail(
                ServiceCode::DeadlineExceeded,
                "starting the terminal took too long; the session is overloaded",
            ));
        }
    }
    let said = String::from_utf8_lossy(&said);
    match said.trim_end() {
        holder::READY => Ok(child),
        complaint => Err(refusal(start.argv, complaint)),
    }
}

fn refusal(argv: &[String], complaint: &str) -> Failure {
    let program = argv.first().map_or("", String::as_str);
    if complaint.contains("os error 2)") {
        return fail(ServiceCode::NotFound, format!("{program}: there is no such command in this session"));
    }
    if complaint.contains("os error 13)") {
        return fail(ServiceCode::FailedPrecondition, format!("{program}: it may not be executed"));
    }
    if complaint.contains("os error 11)") || complaint.contains("os error 12)") {
        let text = format!("{program}: the session is out of processes or memory; close something first");
        return fail(ServiceCode::ResourceExhausted, text);
    }
    fail(ServiceCode::FailedPrecondition, format!("{program}: it can't be started: {complaint}"))
}

/// A connection to a holder.
#[derive(Debug)]
pub struct Line {
    stream: UnixStream,
    buffer: Vec<u8>,
}

impl Line {
    /// Connects to the holder in `dir`.
    pub async fn open(dir: &Path) -> io::Result<Self> {
        let (path, _dir) = holder::short_path(dir, OsStr::new(holder::SOCKET))?;
        Ok(Self { stream: UnixStream::connect(path).await?, buffer: Vec::new() })
    }

    /// Sends one frame.
    pub async fn say(&mut self, frame: &ToHolder<'_>) -> io::Result<()> {
        let mut bytes = Vec::new();
        frame::put(&mut bytes, |out| frame.encode(out));
        self.stream.write_all(&bytes).await
    }

    /// The next frame; `None` when the holder is gone.
    pub async fn hear(&mut self) -> io::Result<Option<&[u8]>> {
        let mut prefix = [0; 4];
        match self.stream.read_exact(&mut prefix).await {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(error),
        }
        self.buffer.resize(frame::announced(prefix)?, 0);
        self.stream.read_exact(&mut self.buffer).await?;
        Ok(Some(&self.buffer))
    }

    /// Both directions, for a relay.
    pub fn into_stream(self) -> UnixStream {
        self.stream
    }
}
