//! The measured servers: each a process of its own on a core of its own.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use serde::{Deserialize, Serialize};

use super::client::Client;
use super::usage::{self, Cpu};
use super::yjs::Dialect;
use crate::error::{CliError, Doing};

/// A server that does not answer by now will not.
const START_MAX: Duration = Duration::from_secs(60);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// After a collection: what is freed is given back by and by.
const SETTLE: Duration = Duration::from_millis(700);

/// Which servers there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Ours,
    YWebsocket,
    Hocuspocus,
    /// Writes what it reads to so many others, and nothing else.
    Floor(usize),
}

/// What ours says about itself in its first line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Greeting {
    pub(super) address: SocketAddr,
    pub(super) token: String,
}

/// A running server.
pub(super) struct Target {
    pub(super) name: &'static str,
    pub(super) dialect: Dialect,
    kind: Kind,
    child: Child,
    greeting: Greeting,
    /// Removed at the end.
    _state: Option<tempfile::TempDir>,
}

/// The two cores that server and client get, if the machine has them.
pub(super) fn cores() -> Option<(CpuSet, CpuSet)> {
    let may = sched_getaffinity(None).ok()?;
    let mut free = (0..CpuSet::MAX_CPU).filter(|cpu| may.is_set(*cpu));
    let mut one = || {
        let mut set = CpuSet::new();
        set.set(free.next()?);
        Some(set)
    };
    Some((one()?, one()?))
}

impl Target {
    /// Starts a server; the peers are in `npm`.
    pub(super) fn start(kind: Kind, npm: Option<&Path>) -> Result<Self, CliError> {
        let name = kind.name();
        let doing = || format!("start {name}");
        let state = match kind {
            Kind::Ours => Some(tempfile::tempdir().doing("make a temporary folder")?),
            _ => None,
        };
        let port = free_port().doing("find a free port")?;
        let mut command =
            kind.command(npm, port, state.as_ref().map(tempfile::TempDir::path)).doing(doing())?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = on_its_core(|| command.spawn()).doing(doing())?;
        let greeting = match kind {
            Kind::Ours | Kind::Floor(_) => greeting(&mut child),
            _ => answers(port).map(|address| Greeting { address, token: String::new() }),
        };
        let dialect = if kind == Kind::Hocuspocus { Dialect::Named } else { Dialect::Plain };
        match greeting {
            Ok(greeting) => Ok(Self { name, dialect, kind, child, greeting, _state: state }),
            Err(error) => {
                drop(child.kill());
                drop(child.wait());
                Err(error).doing(doing())
            }
        }
    }

    pub(super) fn is_ours(&self) -> bool {
        self.kind == Kind::Ours
    }

    fn pid(&self) -> io::Result<Pid> {
        Pid::from_raw(self.child.id() as i32).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Connects to a document.
    pub(super) fn connect(&self, document: &str, saved: bool) -> io::Result<Client> {
        let address = self.greeting.address;
        match self.kind {
            Kind::Floor(_) => Client::bare(address),
            Kind::Ours => {
                let saved = if saved { "?saved=1" } else { "" };
                Client::connect(address, &format!("/doc/{document}{saved}"), Some(&self.greeting.token))
            }
            Kind::YWebsocket => Client::connect(address, &format!("/{document}"), None),
            Kind::Hocuspocus => Client::connect(address, "/", None),
        }
    }

    /// Makes documents, where they must be made: the peers make one when it is asked for.
    pub(super) fn create(&self, documents: &[String]) -> Result<(), CliError> {
        if !self.is_ours() {
            return Ok(());
        }
        documents.iter().try_for_each(|id| self.create_one(id)).doing("make documents")
    }

    fn create_one(&self, id: &str) -> io::Result<()> {
        let Greeting { address, token } = &self.greeting;
        let body = format!(r#"{{"id":"{id}","title":"measured"}}"#);
        let request = format!(
            "POST /api/v1/DocumentService/CreateDocument HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(request.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        if answer.starts_with("HTTP/1.1 200") { Ok(()) } else { Err(io::Error::other(answer)) }
    }

    pub(super) fn cpu(&self) -> Result<Cpu, CliError> {
        self.pid().and_then(Cpu::of).doing(format!("read what {} used", self.name))
    }

    /// Resident bytes once garbage is collected; `idle` keeps the connections alive meanwhile.
    pub(super) fn memory(
        &self,
        idle: impl FnOnce(Duration) -> Result<(), CliError>,
    ) -> Result<u64, CliError> {
        let doing = || format!("read the memory of {}", self.name);
        let pid = self.pid().doing(doing())?;
        if matches!(self.kind, Kind::YWebsocket | Kind::Hocuspocus) {
            rustix::process::kill_process(pid, Signal::USR2).map_err(io::Error::from).doing(doing())?;
        }
        idle(SETTLE)?;
        usage::memory(pid).map(|(now, _)| now).doing(doing())
    }

    /// The most memory since the last call.
    pub(super) fn peak(&self) -> Result<u64, CliError> {
        let read = || {
            let pid = self.pid()?;
            let (_, most) = usage::memory(pid)?;
            usage::forget_peak(pid)?;
            Ok(most)
        };
        read().doing(format!("read the memory of {}", self.name))
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ours => "carrel",
            Self::YWebsocket => "y-websocket",
            Self::Hocuspocus => "@hocuspocus/server",
            Self::Floor(_) => "bare write()",
        }
    }

    fn command(self, npm: Option<&Path>, port: u16, state: Option<&Path>) -> io::Result<Command> {
        let own = |arguments: &[&str]| {
            std::env::current_exe().map(|exe| {
                let mut command = Command::new(exe);
                command.args(["load"]).args(arguments);
                command
            })
        };
        let node = |script: &str| {
            let npm = npm.ok_or(io::ErrorKind::NotFound)?;
            let mut command = Command::new("node");
            command.args(["--expose-gc", "--require", "./hook.cjs", script]).current_dir(npm);
            command.env("PORT", port.to_string()).env("HOST", "127.0.0.1");
            Ok(command)
        };
        match self {
            Self::Ours => {
                let mut command = own(&["sync-server"])?;
                command.args(state.map(PathBuf::from));
                Ok(command)
            }
            Self::Floor(readers) => own(&["sync-floor", &readers.to_string()]),
            Self::YWebsocket => node("./node_modules/y-websocket/bin/server.js"),
            Self::Hocuspocus => node("./hocuspocus.mjs"),
        }
    }
}

/// A child keeps the core of the thread that starts it.
fn on_its_core<T>(start: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let Some((server, client)) = cores_of_run() else { return start() };
    sched_setaffinity(None, &server)?;
    let started = start();
    sched_setaffinity(None, &client)?;
    started
}

/// As the machine gave them before this thread was given its own.
fn cores_of_run() -> Option<(CpuSet, CpuSet)> {
    static CORES: std::sync::OnceLock<Option<(CpuSet, CpuSet)>> = std::sync::OnceLock::new();
    *CORES.get_or_init(cores)
}

fn greeting(child: &mut Child) -> io::Result<Greeting> {
    let output = child.stdout.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    serde_json::from_str(&line).map_err(io::Error::from)
}

/// The peers take a port and say nothing of use.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn answers(port: u16) -> io::Result<SocketAddr> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let deadline = Instant::now() + START_MAX;
    loop {
        match TcpStream::connect(address) {
            Ok(_) => return Ok(address),
            Err(error) if Instant::now() >= deadline => return Err(error),
            Err(_) => std::thread::park_timeout(LOOK_EVERY),
        }
    }
}
