//! The embedded store: the journal on a thread of its own. Whatever waits when a sync ends goes into the next one.
//! What is large (a document's content, a state file, a named version) is read and written elsewhere.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use bytes::Bytes;
use carrel_ids::{DocumentId, UserId};
use carrel_service::Random;
use futures::FutureExt as _;
use tokio::sync::{mpsc, oneshot};

use super::disk::{Disk, RealDisk, replace};
use super::journal::{Journal, blob_name};
use super::plan::Plan;
use super::query::{Compaction, Installed};
use super::recover::recover;
use super::{
    Answer, BLOBS, Change, DOCUMENTS, Loaded, Meta, Put, Row, Store, StoreError, StoreFigures, state,
};

/// A segment is done when it is this large; with what is carried on, a start reads at most some 600 MB.
pub const SEGMENT_MAX: u64 = 64 * 1024 * 1024;
/// One commit: beyond, those at its front would wait for those at its end.
pub(super) const COMMIT_BYTES_MAX: usize = 4 * 1024 * 1024;
const COMMIT_CALLS_MAX: usize = 4_096;

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

enum Call {
    Append(DocumentId, Bytes, Reply<()>),
    Change(DocumentId, Change, Reply<Arc<Meta>>),
    Put(Vec<Put>, Vec<Option<u64>>, Reply<Vec<u64>>),
    Plan(DocumentId, Reply<Plan>),
    Meta(DocumentId, Reply<Arc<Meta>>),
    List(UserId, String, usize, Reply<Vec<(DocumentId, Arc<Meta>)>>),
    Row(String, Reply<Option<Row>>),
    Rows(String, String, usize, Reply<Vec<Row>>),
    Blob(String, Reply<Option<String>>),
    BeginCompact(DocumentId, u64, Reply<Compaction>),
    FinishCompact(DocumentId, Option<Installed>, Reply<u64>),
    Stale(Reply<Vec<DocumentId>>),
    Figures(Reply<StoreFigures>),
    Close,
}

/// Who waits for the commit.
enum Waiting {
    Append(Reply<()>, u64),
    Change(Reply<Arc<Meta>>, Arc<Meta>),
    Put(Reply<Vec<u64>>, Vec<u64>),
}

/// The store.
pub struct EmbeddedStore<D = RealDisk> {
    // Unbounded: each room has few updates on their way, and each caller one request.
    calls: mpsc::UnboundedSender<Call>,
    disk: Arc<D>,
    random: Random,
    queued: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

impl<D> Drop for EmbeddedStore<D> {
    /// When it returns the journal is closed, and the folder may be opened again.
    fn drop(&mut self) {
        let _ = self.calls.send(Call::Close);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl EmbeddedStore<RealDisk> {
    /// Opens the store in this folder.
    pub fn open(folder: &Path, random: Random) -> Result<Self, StoreError> {
        let disk = RealDisk::open(folder).map_err(|error| StoreError::Open(Arc::new(error)))?;
        Self::on(Arc::new(disk), SEGMENT_MAX, random)
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Closed)?
}

impl<D: Disk> EmbeddedStore<D> {
    /// Opens the store on a disk.
    pub fn on(disk: Arc<D>, segment_max: u64, random: Random) -> Result<Self, StoreError> {
        let journal = recover(disk.clone(), segment_max, random.clone())?;
        let (calls, inbox) = mpsc::unbounded_channel();
        let queued = Arc::new(AtomicU64::new(0));
        let keeper = Keeper { journal, waiting: Vec::new(), questions: Vec::new(), queued: queued.clone() };
        let thread = std::thread::Builder::new().name("journal".to_owned());
        let thread = thread.spawn(move || keeper.run(inbox));
        let thread = Some(thread.map_err(|error| StoreError::Open(Arc::new(error)))?);
        Ok(Self { calls, disk, random, queued, thread })
    }

    fn ask<T: Send + 'static>(&self, call: impl FnOnce(Reply<T>) -> Call) -> Answer<T> {
        ask(&self.calls, call)
    }
}

fn ask<T: Send + 'static>(
    calls: &mpsc::UnboundedSender<Call>,
    call: impl FnOnce(Reply<T>) -> Call,
) -> Answer<T> {
    let (reply, answer) = oneshot::channel();
    // Sent before the answer is awaited: that keeps the order of calls.
    let sent = calls.send(call(reply)).is_ok();
    async move { if sent { answer.await.unwrap_or(Err(StoreError::Closed)) } else { Err(StoreError::Closed) } }
        .boxed()
}

impl<D: Disk> Store for EmbeddedStore<D> {
    fn change(&self, id: &DocumentId, change: Change) -> Answer<Arc<Meta>> {
        self.ask(|reply| Call::Change(id.clone(), change, reply))
    }

    fn append(&self, id: &DocumentId, update: Bytes) -> Answer<()> {
        self.queued.fetch_add(update.len() as u64, Ordering::Relaxed);
        self.ask(|reply| Call::Append(id.clone(), update, reply))
    }

    fn load(&self, id: &DocumentId) -> Answer<Loaded> {
        let plan = self.ask(|reply| Call::Plan(id.clone(), reply));
        async move {
            let plan = plan.await?;
            blocking(move || plan.read()).await
        }
        .boxed()
    }

    fn meta(&self, id: &DocumentId) -> Answer<Arc<Meta>> {
        self.ask(|reply| Call::Meta(id.clone(), reply))
    }

    fn compact(&self, id: &DocumentId, covers: u64, content: Bytes) -> Answer<u64> {
        let (id, disk, calls) = (id.clone(), self.disk.clone(), self.calls.clone());
        let begun = self.ask(|reply| Call::BeginCompact(id.clone(), covers, reply));
        async move {
            let Compaction { meta, meta_version, covers } = begun.await?;
            // In a task that nobody can cancel: whatever was begun is also finished.
            let work = move || {
                let file = state::write(&meta, meta_version, covers, &content);
                let written = replace(&*disk, DOCUMENTS, &format!("{id}.state"), &file);
                let bytes = file.len() as u64;
                let done = written.is_ok().then_some(Installed { meta_version, covers, bytes });
                let answer = ask(&calls, |reply| Call::FinishCompact(id.clone(), done, reply));
                written.map_err(|source| StoreError::WriteState { id, source: Arc::new(source) })?;
                Ok(answer)
            };
            blocking(work).await?.await
        }
        .boxed()
    }

    fn list(&self, user: &UserId, after: &str, limit: usize) -> Answer<Vec<(DocumentId, Arc<Meta>)>> {
        self.ask(|reply| Call::List(user.clone(), after.to_owned(), limit, reply))
    }

    fn put(&self, puts: Vec<Put>) -> Answer<Vec<u64>> {
        if puts.iter().all(|put| put.blob.is_none()) {
            let blobs = vec![None; puts.len()];
            return self.ask(|reply| Call::Put(puts, blobs, reply));
        }
        // Never a number that was used before: a failed try may remove its blob after another has succeeded.
        let blobs = puts.iter().map(|put| put.blob.as_ref().map(|_| self.random.u64())).collect::<Vec<_>>();
        let (disk, calls) = (self.disk.clone(), self.calls.clone());
        async move {
            let (files, on) = (puts.clone(), disk.clone());
            let numbers = blobs.clone();
            blocking(move || write_blobs(&*on, &files, &numbers)).await?;
            let put = ask(&calls, |reply| Call::Put(puts, blobs.clone(), reply)).await;
            if matches!(put, Err(StoreError::Conflict(_))) {
                blocking(move || remove_blobs(&*disk, &blobs)).await?;
            }
            put
        }
        .boxed()
    }

    fn row(&self, key: &str) -> Answer<Option<Row>> {
        self.ask(|reply| Call::Row(key.to_owned(), reply))
    }

    fn rows(&self, prefix: &str, after: &str, limit: usize) -> Answer<Vec<Row>> {
        self.ask(|reply| Call::Rows(prefix.to_owned(), after.to_owned(), limit, reply))
    }

    fn blob(&self, key: &str) -> Answer<Option<Bytes>> {
        let (disk, path) = (self.disk.clone(), self.ask(|reply| Call::Blob(key.to_owned(), reply)));
        async move {
            let Some(path) = path.await? else { return Ok(None) };
            blocking(move || read_blob(&*disk, path).map(Some)).await
        }
        .boxed()
    }

    fn stale(&self) -> Answer<Vec<DocumentId>> {
        self.ask(Call::Stale)
    }

    fn queued_bytes(&self) -> u64 {
        self.queued.load(Ordering::Relaxed)
    }

    fn figures(&self) -> Answer<StoreFigures> {
        let (figures, queued) = (self.ask(Call::Figures), self.queued.clone());
        let queued_bytes = queued.load(Ordering::Relaxed);
        async move { Ok(StoreFigures { queued_bytes, ..figures.await? }) }.boxed()
    }
}

fn write_blobs<D: Disk>(disk: &D, puts: &[Put], blobs: &[Option<u64>]) -> Result<(), StoreError> {
    for (put, blob) in puts.iter().zip(blobs) {
        let (Some(bytes), Some(blob)) = (&put.blob, blob) else { continue };
        let mut file = crc32fast::hash(bytes).to_le_bytes().to_vec();
        file.extend_from_slice(bytes);
        replace(disk, BLOBS, &blob_name(*blob), &file)
            .map_err(|error| StoreError::WriteBlob(Arc::new(error)))?;
    }
    Ok(())
}

fn remove_blobs<D: Disk>(disk: &D, blobs: &[Option<u64>]) -> Result<(), StoreError> {
    for blob in blobs.iter().flatten() {
        // If this fails, the next start removes it: no row names it.
        let _ = disk.remove(&format!("{BLOBS}/{}", blob_name(*blob)));
    }
    Ok(())
}

fn read_blob<D: Disk>(disk: &D, path: String) -> Result<Bytes, StoreError> {
    let file = disk.read(&path).map_err(|error| StoreError::ReadBlob(Arc::new(error)))?;
    let file = Bytes::from(file.unwrap_or_default());
    let is_sound = file.len() >= 4 && crc32fast::hash(&file[4..]).to_le_bytes() == file[..4];
    if is_sound { Ok(file.slice(4..)) } else { Err(StoreError::Damaged { file: path, at: 0 }) }
}

/// What the thread has.
struct Keeper<D> {
    journal: Journal<D>,
    waiting: Vec<Waiting>,
    /// Questions: nobody sees what is not durable yet, and nobody's question cuts a commit short.
    questions: Vec<Call>,
    queued: Arc<AtomicU64>,
}

// An answer that nobody waits for any more is dropped: `let _ =` and `drop` throughout.
impl<D: Disk> Keeper<D> {
    fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Call>) {
        let mut is_open = true;
        while is_open && let Some(first) = inbox.blocking_recv() {
            let mut next = Some(first);
            let mut calls = 0;
            while let Some(call) = next {
                is_open &= !matches!(call, Call::Close);
                self.take(call);
                calls += 1;
                let is_full = calls >= COMMIT_CALLS_MAX || self.journal.staged_bytes() >= COMMIT_BYTES_MAX;
                next = if is_full { None } else { inbox.try_recv().ok() };
            }
            self.commit();
            for question in std::mem::take(&mut self.questions) {
                self.answer(question);
            }
        }
        self.journal.close();
    }

    fn commit(&mut self) {
        let result = self.journal.commit();
        for waiting in self.waiting.drain(..) {
            let result = result.clone();
            match waiting {
                Waiting::Append(reply, length) => {
                    self.queued.fetch_sub(length, Ordering::Relaxed);
                    let _ = reply.send(result);
                }
                Waiting::Change(reply, meta) => {
                    let _ = reply.send(result.map(|()| meta));
                }
                Waiting::Put(reply, versions) => {
                    let _ = reply.send(result.map(|()| versions));
                }
            }
        }
    }

    fn take(&mut self, call: Call) {
        match call {
            Call::Append(id, update, reply) => {
                let length = update.len() as u64;
                match self.journal.append(&id, &update) {
                    Ok(()) => self.waiting.push(Waiting::Append(reply, length)),
                    Err(error) => {
                        self.queued.fetch_sub(length, Ordering::Relaxed);
                        drop(reply.send(Err(error)));
                    }
                }
            }
            Call::Change(id, change, reply) => {
                if matches!(change, Change::Delete) {
                    // It takes the named versions away that there are.
                    self.commit();
                }
                match self.journal.change(&id, change) {
                    Ok(meta) => self.waiting.push(Waiting::Change(reply, meta)),
                    Err(error) => drop(reply.send(Err(error))),
                }
            }
            Call::Put(puts, blobs, reply) => match self.journal.put(&puts, &blobs) {
                Ok(versions) => self.waiting.push(Waiting::Put(reply, versions)),
                Err(error) => drop(reply.send(Err(error))),
            },
            question => self.questions.push(question),
        }
    }

    fn answer(&mut self, call: Call) {
        let journal = &mut self.journal;
        match call {
            Call::Plan(id, reply) => drop(reply.send(journal.plan(&id))),
            Call::Meta(id, reply) => drop(reply.send(journal.meta(&id))),
            Call::List(user, after, limit, reply) => drop(reply.send(Ok(journal.list(&user, &after, limit)))),
            Call::Row(key, reply) => drop(reply.send(Ok(journal.row(&key)))),
            Call::Rows(prefix, after, limit, reply) => {
                drop(reply.send(Ok(journal.rows(&prefix, &after, limit))));
            }
            Call::Blob(key, reply) => drop(reply.send(Ok(journal.blob(&key)))),
            Call::BeginCompact(id, covers, reply) => drop(reply.send(journal.begin_compact(&id, covers))),
            Call::FinishCompact(id, done, reply) => drop(reply.send(Ok(journal.finish_compact(&id, done)))),
            Call::Stale(reply) => drop(reply.send(Ok(journal.stale()))),
            Call::Figures(reply) => drop(reply.send(Ok(journal.figures()))),
            Call::Append(..) | Call::Change(..) | Call::Put(..) | Call::Close => {}
        }
    }
}
