//! The terminals of a session: what the agent knows about its holders.
//!
//! Invariant: the holders are the truth. After a restart the agent finds them by their folders and asks them.

mod spawn;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use carrel_ids::TerminalId;
use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;
use serde::{Deserialize, Serialize};
use tokio::process::Child;
use tokio::sync::watch;

use crate::background::Background;
use crate::error::{Failure, fail, log};
use crate::frame::{FromHolder, ToHolder};
use crate::holder::process::Connection;
pub use spawn::Line;

/// Terminals of one session, ended ones included. Each is a process and up to 4 MiB.
const TERMINALS_MAX: usize = 32;
/// A holder answers at once; one that does not is stuck in the kernel.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);
const META: &str = "meta.json";

/// What is kept beside a holder's socket.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Meta {
    title: String,
    pty: bool,
    started_at: i64,
}

#[derive(Debug)]
struct Entry {
    meta: Meta,
    /// The exit code once ended.
    exit: Option<i32>,
}

/// What to start.
#[derive(Debug)]
pub struct Open<'a> {
    /// Shown in lists.
    pub title: String,
    /// Terminal or pipes.
    pub connection: Connection,
    /// The command.
    pub argv: &'a [String],
    /// Where it starts.
    pub cwd: &'a Path,
    /// All of its environment.
    pub environment: &'a BTreeMap<String, String>,
    /// Milliseconds since 1970.
    pub now: i64,
}

/// All terminals.
#[derive(Debug)]
pub struct Terminals {
    dir: PathBuf,
    program: PathBuf,
    entries: Mutex<BTreeMap<TerminalId, Entry>>,
    background: Arc<Background>,
    /// Counts changes; status streams follow it.
    changes: watch::Sender<u64>,
}

impl Terminals {
    /// The terminals below `run_dir`; `program` has the `hold` command.
    pub fn new(run_dir: &Path, program: &Path, background: Arc<Background>) -> Self {
        Self {
            dir: run_dir.join("terminals"),
            program: program.to_owned(),
            entries: Mutex::default(),
            background,
            changes: watch::Sender::new(0),
        }
    }

    /// Follows every change of the list.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<TerminalId, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    fn folder(&self, id: &TerminalId) -> PathBuf {
        self.dir.join(id.as_str())
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.entries().len()
    }

    /// Finds the holders that an earlier agent left behind, and clears what dead ones left.
    pub async fn discover(self: &Arc<Self>) -> io::Result<()> {
        std::fs::create_dir_all(&self.dir)?;
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&self.dir)? {
            if let Some(id) = entry?.file_name().to_str().and_then(|name| name.parse::<TerminalId>().ok()) {
                found.push(id);
            }
        }
        // At once: one that is stopped must not hold up the others.
        futures::future::join_all(found.iter().map(|id| self.take_up(id))).await;
        Ok(())
    }

    async fn take_up(self: &Arc<Self>, id: &TerminalId) {
        let dir = self.folder(id);
        let meta =
            read_meta(&dir).unwrap_or_else(|_| Meta { title: id.to_string(), pty: true, started_at: 0 });
        let Err(error) = self.follow(id, meta, None).await else { return };
        log(&format!("{id}: its holder does not answer: {error}"));
        // Nobody listens any more. Any other reason may hide living processes: those stay.
        if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) {
            let _ = std::fs::remove_dir_all(dir);
        }
    }

    /// Starts a process under a holder of its own.
    pub async fn open(self: &Arc<Self>, open: Open<'_>) -> Result<pb::Terminal, Failure> {
        self.make_room().await?;
        let id = random_id().map_err(|error| io_failure("name the terminal", &error))?;
        let dir = self.folder(&id);
        let meta = Meta {
            title: open.title,
            pty: matches!(open.connection, Connection::Pty { .. }),
            started_at: open.now,
        };
        write_meta(&dir, &meta).map_err(|error| io_failure("make the terminal's folder", &error))?;
        let start = spawn::Start {
            program: &self.program,
            dir: dir.clone(),
            connection: open.connection,
            argv: open.argv,
            cwd: open.cwd,
            environment: open.environment,
        };
        let child = match spawn::start(&start).await {
            Ok(child) => child,
            Err(failure) => {
                let _ = std::fs::remove_dir_all(&dir);
                return Err(failure);
            }
        };
        self.follow(&id, meta, Some(child))
            .await
            .map_err(|error| io_failure("reach the terminal", &error))?;
        self.get(&id).ok_or_else(|| fail(ServiceCode::Internal, "the terminal ended while it was started"))
    }

    /// Registers a holder and follows it until it is gone.
    async fn follow(self: &Arc<Self>, id: &TerminalId, meta: Meta, child: Option<Child>) -> io::Result<()> {
        let mut line = Line::open(&self.folder(id)).await?;
        line.say(&ToHolder::Watch).await?;
        let hear = tokio::time::timeout(ANSWER_LIMIT, line.hear());
        let info = hear.await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        let exit = match info.map(FromHolder::decode) {
            Some(Ok(FromHolder::Info { running: true, .. })) => None,
            Some(Ok(FromHolder::Info { running: false, code })) => Some(code),
            _ => return Err(io::Error::other("it did not say its state")),
        };
        self.entries().insert(id.clone(), Entry { meta, exit });
        self.changed();
        let (this, id) = (Arc::downgrade(self), id.clone());
        self.background.start(async move {
            while let Ok(Some(frame)) = line.hear().await {
                let (Ok(FromHolder::Exit { code }), Some(this)) = (FromHolder::decode(frame), this.upgrade())
                else {
                    continue;
                };
                if let Some(entry) = this.entries().get_mut(&id) {
                    entry.exit = Some(code);
                }
                this.changed();
            }
            if let Some(mut child) = child {
                // Reaps the holder; one from before a restart is reaped by the slot's first process.
                let _ = child.wait().await;
            }
            if let Some(this) = this.upgrade() {
                this.entries().remove(&id);
                let _ = std::fs::remove_dir_all(this.folder(&id));
                this.changed();
            }
        });
        Ok(())
    }

    /// Closes the longest ended terminal if there is no room for another.
    async fn make_room(self: &Arc<Self>) -> Result<(), Failure> {
        let oldest_ended = {
            let entries = self.entries();
            if entries.len() < TERMINALS_MAX {
                return Ok(());
            }
            let ended = entries.iter().filter(|(_, entry)| entry.exit.is_some());
            ended.min_by_key(|(_, entry)| entry.meta.started_at).map(|(id, _)| id.clone())
        };
        match oldest_ended {
            Some(id) => self.close(&id).await,
            None => Err(fail(
                ServiceCode::ResourceExhausted,
                format!("{TERMINALS_MAX} terminals are running in this session; close one first"),
            )),
        }
    }

    /// All terminals, the oldest first.
    pub fn list(&self) -> Vec<pb::Terminal> {
        let mut list: Vec<_> = self.entries().iter().map(|(id, entry)| terminal(id, entry)).collect();
        list.sort_by(|a, b| (a.started_at, &a.id).cmp(&(b.started_at, &b.id)));
        list
    }

    fn get(&self, id: &TerminalId) -> Option<pb::Terminal> {
        self.entries().get(id).map(|entry| terminal(id, entry))
    }

    /// Ends a terminal's processes and its holder. One that is gone already is no failure.
    pub async fn close(&self, id: &TerminalId) -> Result<(), Failure> {
        let Ok(mut line) = Line::open(&self.folder(id)).await else { return Ok(()) };
        let mut changes = self.changes();
        let ended = async {
            let _ = line.say(&ToHolder::Close).await;
            while let Ok(Some(_)) = line.hear().await {}
            while self.entries().contains_key(id) && changes.changed().await.is_ok() {}
        };
        tokio::time::timeout(ANSWER_LIMIT, ended).await.map_err(|_| {
            fail(ServiceCode::DeadlineExceeded, format!("{id} did not end in time; close it once more"))
        })
    }

    /// A line to the holder of a terminal; `None` if there is no such terminal.
    pub async fn line(&self, id: &TerminalId) -> Option<Line> {
        Line::open(&self.folder(id)).await.ok()
    }
}

fn terminal(id: &TerminalId, entry: &Entry) -> pb::Terminal {
    pb::Terminal {
        id: id.to_string(),
        title: entry.meta.title.clone(),
        pty: entry.meta.pty,
        running: entry.exit.is_none(),
        exit_code: entry.exit.unwrap_or(0),
        started_at: entry.meta.started_at,
    }
}

fn io_failure(what: &str, error: &io::Error) -> Failure {
    crate::error::file_failure(what, "", error)
}

fn random_id() -> io::Result<TerminalId> {
    let mut random = [0; 16];
    io::Read::read_exact(&mut std::fs::File::open("/dev/urandom")?, &mut random)?;
    Ok(TerminalId::from_random(u128::from_ne_bytes(random)))
}

fn write_meta(dir: &Path, meta: &Meta) -> io::Result<()> {
    std::fs::create_dir_all(dir)?;
    std::fs::write(dir.join(META), serde_json::to_vec(meta)?)
}

fn read_meta(dir: &Path) -> io::Result<Meta> {
    Ok(serde_json::from_slice(&std::fs::read(dir.join(META))?)?)
}
