//! The embedded store: the journal on a thread of its own. Whatever waits when a sync ends goes into the next one.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use carrel_ids::{DocumentId, UserId};
use futures::FutureExt as _;
use tokio::sync::{mpsc, oneshot};

use super::disk::{Disk, RealDisk};
use super::journal::{Journal, install};
use super::recover::recover;
use super::{Answer, Change, Loaded, Meta, Store, StoreError, StoreFigures};

/// A segment is done when it is this large; with what is carried on, a start reads at most some 200 MB.
pub const SEGMENT_MAX: u64 = 64 * 1024 * 1024;
/// One commit: beyond, those at its front would wait for those at its end.
const COMMIT_BYTES_MAX: usize = 4 * 1024 * 1024;
const COMMIT_CALLS_MAX: usize = 4_096;

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

enum Call {
    Append(DocumentId, Bytes, Reply<()>),
    Change(DocumentId, Change, Reply<Arc<Meta>>),
    Load(DocumentId, Reply<Loaded>),
    Meta(DocumentId, Reply<Arc<Meta>>),
    List(UserId, String, usize, Reply<Vec<(DocumentId, Arc<Meta>)>>),
    BeginCompact(DocumentId, u64, Bytes, Reply<Vec<u8>>),
    FinishCompact(DocumentId, Option<u64>, u64, Reply<u64>),
    Figures(Reply<StoreFigures>),
}

/// Who waits for the commit.
enum Waiting {
    Append(Reply<()>),
    Change(Reply<Arc<Meta>>, Arc<Meta>),
}

/// The store. Clones share it; when the last is dropped the thread ends.
pub struct EmbeddedStore<D = RealDisk> {
    // Unbounded: each room has few updates on their way, and each caller one request.
    calls: mpsc::UnboundedSender<Call>,
    disk: Arc<D>,
}

impl EmbeddedStore<RealDisk> {
    /// Opens the store in this folder.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let disk = RealDisk::open(folder).map_err(|error| StoreError::Open(Arc::new(error)))?;
        Self::on(Arc::new(disk), SEGMENT_MAX)
    }
}

impl<D: Disk> EmbeddedStore<D> {
    /// Opens the store on a disk.
    pub fn on(disk: Arc<D>, segment_max: u64) -> Result<Self, StoreError> {
        let journal = recover(disk.clone(), segment_max)?;
        let (calls, inbox) = mpsc::unbounded_channel();
        let thread = std::thread::Builder::new().name("journal".to_owned());
        thread.spawn(move || run(journal, inbox)).map_err(|error| StoreError::Open(Arc::new(error)))?;
        Ok(Self { calls, disk })
    }

    fn ask<T: Send + 'static>(&self, call: impl FnOnce(Reply<T>) -> Call) -> Answer<T> {
        let (reply, answer) = oneshot::channel();
        // Sent before the answer is awaited: that keeps the order of calls.
        let sent = self.calls.send(call(reply)).is_ok();
        async move { if sent { answer.await.unwrap_or(Err(StoreError::Closed)) } else { Err(StoreError::Closed) } }
            .boxed()
    }
}

impl<D: Disk> Store for EmbeddedStore<D> {
    fn change(&self, id: &DocumentId, change: Change) -> Answer<Arc<Meta>> {
        self.ask(|reply| Call::Change(id.clone(), change, reply))
    }

    fn append(&self, id: &DocumentId, update: Bytes) -> Answer<()> {
        self.ask(|reply| Call::Append(id.clone(), update, reply))
    }

    fn load(&self, id: &DocumentId) -> Answer<Loaded> {
        self.ask(|reply| Call::Load(id.clone(), reply))
    }

    fn meta(&self, id: &DocumentId) -> Answer<Arc<Meta>> {
        self.ask(|reply| Call::Meta(id.clone(), reply))
    }

    fn compact(&self, id: &DocumentId, covers: u64, state: Bytes) -> Answer<u64> {
        let (id, disk, calls) = (id.clone(), self.disk.clone(), self.calls.clone());
        let begun = self.ask(|reply| Call::BeginCompact(id.clone(), covers, state, reply));
        async move {
            let file = begun.await?;
            // In a task that nobody can cancel: whatever was begun is also finished.
            let work = move || {
                let installed = install(&*disk, &id, &file);
                let (reply, answer) = oneshot::channel();
                let done = installed.is_ok().then_some(covers);
                let _ = calls.send(Call::FinishCompact(id.clone(), done, file.len() as u64, reply));
                installed.map_err(|source| StoreError::WriteState { id, source: Arc::new(source) })?;
                Ok(answer)
            };
            let answer = tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Closed)??;
            answer.await.unwrap_or(Err(StoreError::Closed))
        }
        .boxed()
    }

    fn list(&self, user: &UserId, after: &str, limit: usize) -> Answer<Vec<(DocumentId, Arc<Meta>)>> {
        self.ask(|reply| Call::List(user.clone(), after.to_owned(), limit, reply))
    }

    fn figures(&self) -> Answer<StoreFigures> {
        self.ask(Call::Figures)
    }
}

fn run<D: Disk>(mut journal: Journal<D>, mut inbox: mpsc::UnboundedReceiver<Call>) {
    let mut waiting = Vec::new();
    while let Some(first) = inbox.blocking_recv() {
        let mut next = Some(first);
        let mut calls = 0;
        while let Some(call) = next {
            take(&mut journal, call, &mut waiting);
            calls += 1;
            let is_full = calls >= COMMIT_CALLS_MAX || journal.staged_bytes() >= COMMIT_BYTES_MAX;
            next = if is_full { None } else { inbox.try_recv().ok() };
        }
        commit(&mut journal, &mut waiting);
    }
}

// An answer that nobody waits for any more is dropped: `let _ =` throughout.
fn commit<D: Disk>(journal: &mut Journal<D>, waiting: &mut Vec<Waiting>) {
    let result = journal.commit();
    for waiting in waiting.drain(..) {
        let result = result.clone();
        match waiting {
            Waiting::Append(reply) => {
                let _ = reply.send(result);
            }
            Waiting::Change(reply, meta) => {
                let _ = reply.send(result.map(|()| meta));
            }
        }
    }
}

fn take<D: Disk>(journal: &mut Journal<D>, call: Call, waiting: &mut Vec<Waiting>) {
    match call {
        Call::Append(id, update, reply) => match journal.append(&id, &update) {
            Ok(()) => waiting.push(Waiting::Append(reply)),
            Err(error) => drop(reply.send(Err(error))),
        },
        Call::Change(id, change, reply) => match journal.change(&id, change) {
            Ok(meta) => waiting.push(Waiting::Change(reply, meta)),
            Err(error) => drop(reply.send(Err(error))),
        },
        Call::Load(id, reply) => {
            commit(journal, waiting);
            drop(reply.send(journal.load(&id)));
        }
        Call::Meta(id, reply) => {
            commit(journal, waiting);
            drop(reply.send(journal.meta(&id)));
        }
        Call::List(user, after, limit, reply) => drop(reply.send(Ok(journal.list(&user, &after, limit)))),
        Call::BeginCompact(id, covers, state, reply) => {
            commit(journal, waiting);
            drop(reply.send(journal.begin_compact(&id, covers, &state)));
        }
        Call::FinishCompact(id, installed, bytes, reply) => {
            commit(journal, waiting);
            journal.figures.written_bytes += bytes;
            drop(reply.send(Ok(journal.finish_compact(&id, installed))));
        }
        Call::Figures(reply) => drop(reply.send(Ok(journal.figures()))),
    }
}
