//! How long a compaction holds edits up: a document of 20 MB with a log of three times as much is compacted while edits to
//! it, and to another, are made and awaited one after the other. Prints the longest of them beside those of a quiet time.
//!
//! `cargo run --release -p carrel-sync --example compaction -- [folder]`; a folder in memory leaves the disk's own
//! syncs out of it.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use carrel_ids::{DocumentId, UserId};
use carrel_service::{Metrics, Random, Shutdown, SystemClock, Tasks};
use carrel_sync::hub::Hub;
use carrel_sync::metrics::SyncMetrics;
use carrel_sync::store::embedded::EmbeddedStore;
use carrel_sync::store::{Change, Meta, Store};
use futures::future::join_all;
use yrs::{Doc, Text as _, Transact as _};

const STATE_BYTES: usize = 20_000_000;
/// The log at which a state of that size is compacted.
const LOG_BYTES: u64 = 3 * STATE_BYTES as u64;
/// Appended at once, so that many share a sync.
const BATCH: usize = 4_096;
/// Between two edits.
const PAUSE: Duration = Duration::from_millis(1);

type Failure = Box<dyn Error + Send + Sync>;

struct Typist {
    doc: Doc,
}

impl Typist {
    fn new() -> Self {
        Self { doc: Doc::new() }
    }

    fn types(&self, what: &str) -> Bytes {
        let text = self.doc.get_or_insert_text("text");
        let mut txn = self.doc.transact_mut();
        text.push(&mut txn, what);
        txn.encode_update_v1().into()
    }
}

struct Held(Vec<Duration>);

impl Held {
    fn line(mut self) -> String {
        self.0.sort_unstable();
        let at = |part: usize| self.0.get(self.0.len() * part / 1_000).copied().unwrap_or_default();
        let longest = self.0.last().copied().unwrap_or_default();
        format!("{} edits, p50 {:.1?}, p99 {:.1?}, longest {longest:.1?}", self.0.len(), at(500), at(990))
    }
}

struct World {
    hub: Hub,
    metrics: SyncMetrics,
}

impl World {
    /// Edits one document until it is enough.
    async fn edit(
        &self,
        id: &DocumentId,
        typist: &Typist,
        enough: impl Fn(usize) -> bool,
    ) -> Result<Held, Failure> {
        let mut held = Vec::new();
        while !enough(held.len()) {
            let edit = typist.types("x");
            let began = Instant::now();
            self.hub.apply(id, edit).await?;
            held.push(began.elapsed());
            tokio::time::sleep(PAUSE).await;
        }
        Ok(Held(held))
    }
}

async fn prepare(store: &EmbeddedStore, id: &DocumentId, typist: &Typist) -> Result<usize, Failure> {
    let meta = Meta { owner: UserId::from_random(1).to_string(), ..Meta::default() };
    let seed = typist.types(&"twenty million ".repeat(STATE_BYTES / 15));
    store.change(id, Change::Create(meta, Some(seed))).await?;
    let (mut bytes, mut edits) = (0, 0);
    while bytes < LOG_BYTES {
        let batch: Vec<Bytes> = (0..BATCH).map(|_| typist.types("x")).collect();
        bytes += batch.iter().map(|edit| edit.len() as u64).sum::<u64>();
        edits += batch.len();
        for done in join_all(batch.into_iter().map(|edit| store.append(id, edit))).await {
            done?;
        }
    }
    Ok(edits)
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Failure> {
    let folder = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = folder.join(format!("carrel-compaction-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let done = measure(&folder).await;
    std::fs::remove_dir_all(&folder)?;
    done
}

async fn measure(folder: &std::path::Path) -> Result<(), Failure> {
    let store = Arc::new(EmbeddedStore::open(folder, Random::system())?);
    let (large, small) = (DocumentId::from_random(1), DocumentId::from_random(2));
    let (author, other) = (Typist::new(), Typist::new());
    let meta = Meta { owner: UserId::from_random(1).to_string(), ..Meta::default() };
    store.change(&small, Change::Create(meta, None)).await?;
    let edits = prepare(&store, &large, &author).await?;
    println!("{} MB in a seed and {edits} edits", (LOG_BYTES + STATE_BYTES as u64) / 1_000_000);
    let (metrics, shutdown) = (SyncMetrics::new(&Metrics::new("sync")), Shutdown::new());
    let tasks = Tasks::new(&shutdown);
    let hub = Hub::new(store, Arc::new(SystemClock), tasks, shutdown, metrics.clone());
    let world = World { hub, metrics };
    // Reading does not compact; the first edit does.
    world.hub.read(&large, Bytes::new()).await?;
    world.hub.apply(&small, other.types("x")).await?;
    let began = Instant::now();
    let compacted = |_| world.metrics.compactions.get() > 0;
    let (of_large, of_small) =
        tokio::join!(world.edit(&large, &author, compacted), world.edit(&small, &other, compacted));
    println!("compacted in {:.1?}", began.elapsed());
    println!("meanwhile, the same document: {}", of_large?.line());
    println!("meanwhile, another document:  {}", of_small?.line());
    let enough = |count| count >= 2_000;
    let (of_large, of_small) =
        tokio::join!(world.edit(&large, &author, enough), world.edit(&small, &other, enough));
    println!("afterwards, the same document: {}", of_large?.line());
    println!("afterwards, another document:  {}", of_small?.line());
    Ok(())
}
