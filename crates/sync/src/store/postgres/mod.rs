//! The store in PostgreSQL. Whatever waits when a transaction ends goes into the next one.
//!
//! One connection writes: it takes what waits, makes it one transaction and answers when that is committed, which
//! PostgreSQL does only once its own log is on disk. Another one reads. A broken connection fails what was under way
//! (which may have been kept or not; to apply an update twice does no harm) and is made anew for what comes next.
//!
//! Several servers may use one database: each transaction locks its documents' rows in the order of their ids, so
//! that a document's updates have one order.

mod batch;
mod compact;
mod connect;
mod read;
mod schema;
mod write;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use carrel_ids::{DocumentId, UserId};
use carrel_service::Tasks;
use futures::FutureExt as _;
use tokio::sync::{mpsc, oneshot};

use super::{Answer, Change, Loaded, Meta, Put, Row, Store, StoreError, StoreFigures};
use connect::Link;
pub use connect::PostgresConfig;
use read::Reader;
use write::{Call, Writer};

/// What both sides count.
#[derive(Default)]
struct Counts {
    queued: AtomicU64,
    taken: AtomicU64,
    written: AtomicU64,
    commits: AtomicU64,
}

/// The store.
pub struct PostgresStore {
    // Unbounded: each room has few updates on their way, and each caller one request.
    calls: mpsc::UnboundedSender<Call>,
    reader: Arc<Reader>,
    /// A connection for large states, so that nobody's commit waits behind one.
    states: Arc<Link>,
    counts: Arc<Counts>,
}

fn failed(what: &'static str) -> impl Fn(tokio_postgres::Error) -> StoreError {
    move |error| StoreError::Database { what, source: Arc::new(error) }
}

impl PostgresStore {
    /// Connects, and makes the tables that there are not yet.
    pub async fn open(config: &PostgresConfig, tasks: &Tasks) -> Result<Self, StoreError> {
        let link = || Link::new(config, tasks);
        let (write, read, states) = (link()?, link()?, Arc::new(link()?));
        schema::prepare(&write).await?;
        let (calls, inbox) = mpsc::unbounded_channel();
        let counts = Arc::new(Counts::default());
        // Ends when the store is dropped: nothing that was asked is left undone.
        tasks.spawn("postgres writer", Writer::new(write, counts.clone()).run(inbox));
        Ok(Self { calls, reader: Arc::new(Reader::new(read)), states, counts })
    }

    fn ask<T: Send + 'static>(
        &self,
        call: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Call,
    ) -> Answer<T> {
        let (reply, answer) = oneshot::channel();
        // Sent before the answer is awaited: that keeps the order of calls.
        let sent = self.calls.send(call(reply)).is_ok();
        async move { if sent { answer.await.unwrap_or(Err(StoreError::Closed)) } else { Err(StoreError::Closed) } }
            .boxed()
    }

    /// What was asked before this is done when it is answered: so a question sees what was changed before it.
    fn after_writes<T: Send + 'static>(
        &self,
        question: impl FnOnce(Arc<Reader>) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let (barrier, reader) = (self.ask(Call::Barrier), self.reader.clone());
        async move {
            barrier.await?;
            question(reader).await
        }
        .boxed()
    }
}

impl Store for PostgresStore {
    fn change(&self, id: &DocumentId, change: Change) -> Answer<Arc<Meta>> {
        self.ask(|reply| Call::Change(id.clone(), change, reply))
    }

    fn append(&self, id: &DocumentId, update: Bytes) -> Answer<()> {
        let length = update.len() as u64;
        self.counts.queued.fetch_add(length, Ordering::Relaxed);
        self.counts.taken.fetch_add(length, Ordering::Relaxed);
        self.ask(|reply| Call::Append(id.clone(), update, reply))
    }

    fn load(&self, id: &DocumentId) -> Answer<Loaded> {
        let id = id.clone();
        self.after_writes(move |reader: Arc<Reader>| async move { reader.load(&id).await }.boxed())
    }

    fn meta(&self, id: &DocumentId) -> Answer<Arc<Meta>> {
        let id = id.clone();
        self.after_writes(move |reader: Arc<Reader>| async move { reader.meta(&id).await }.boxed())
    }

    fn compact(&self, id: &DocumentId, covers: u64, state: Bytes) -> Answer<u64> {
        let (id, states, counts) = (id.clone(), self.states.clone(), self.counts.clone());
        async move {
            counts.written.fetch_add(state.len() as u64, Ordering::Relaxed);
            compact::run(&states, &id, covers, &state).await
        }
        .boxed()
    }

    fn list(&self, user: &UserId, after: &str, limit: usize) -> Answer<Vec<(DocumentId, Arc<Meta>)>> {
        let (user, after) = (user.clone(), after.to_owned());
        self.after_writes(move |reader: Arc<Reader>| {
            async move { reader.list(&user, &after, limit).await }.boxed()
        })
    }

    fn put(&self, puts: Vec<Put>) -> Answer<Vec<u64>> {
        self.ask(|reply| Call::Put(puts, reply))
    }

    fn row(&self, key: &str) -> Answer<Option<Row>> {
        let key = key.to_owned();
        self.after_writes(move |reader: Arc<Reader>| async move { reader.row(&key).await }.boxed())
    }

    fn rows(&self, prefix: &str, after: &str, limit: usize) -> Answer<Vec<Row>> {
        let (prefix, after) = (prefix.to_owned(), after.to_owned());
        self.after_writes(move |reader: Arc<Reader>| {
            async move { reader.rows(&prefix, &after, limit).await }.boxed()
        })
    }

    fn blob(&self, key: &str) -> Answer<Option<Bytes>> {
        let key = key.to_owned();
        self.after_writes(move |reader: Arc<Reader>| async move { reader.blob(&key).await }.boxed())
    }

    fn stale(&self) -> Answer<Vec<DocumentId>> {
        // The database gives space back by itself.
        async { Ok(Vec::new()) }.boxed()
    }

    fn queued_bytes(&self) -> u64 {
        self.counts.queued.load(Ordering::Relaxed)
    }

    fn figures(&self) -> Answer<StoreFigures> {
        let (reader, counts) = (self.reader.clone(), self.counts.clone());
        async move {
            let figures = reader.figures().await?;
            Ok(StoreFigures {
                taken_bytes: counts.taken.load(Ordering::Relaxed),
                written_bytes: counts.written.load(Ordering::Relaxed),
                commits: counts.commits.load(Ordering::Relaxed),
                queued_bytes: counts.queued.load(Ordering::Relaxed),
                ..figures
            })
        }
        .boxed()
    }

    fn is_shared(&self) -> bool {
        true
    }
}
