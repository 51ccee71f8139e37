//! Rooms on a real store: a disk that comes to a stop, and people who come while a room goes.
#![allow(clippy::unwrap_used, reason = "a test's helper fails by panicking")]

use std::cell::Cell;
use std::io;
use std::sync::Condvar;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use carrel_service::{Clock, ManualClock, Metrics, Random};
use yrs::updates::decoder::Decode as _;
use yrs::updates::encoder::Encode as _;
use yrs::{Doc, GetString as _, ReadTxn as _, Text as _, Transact as _, Update};

use super::*;
use crate::actor::IN_FLIGHT_MAX;
use crate::store::disk::{Disk, ReadAt, RealDisk};
use crate::store::embedded::{EmbeddedStore, SEGMENT_MAX};
use crate::store::{Change, DOCUMENTS};
use crate::wire::{self, Message};

const PATIENCE: Duration = Duration::from_secs(60);

/// A disk whose syncs can be stopped, of all files or of those in one folder.
struct StoppedDisk {
    disk: RealDisk,
    stopped: Mutex<Option<&'static str>>,
    goes_on: Condvar,
    held: AtomicU64,
}

const ALL: &str = "";

impl StoppedDisk {
    fn new(folder: &std::path::Path) -> Arc<Self> {
        let disk = RealDisk::open(folder).unwrap();
        let (stopped, goes_on) = (Mutex::default(), Condvar::new());
        Arc::new(Self { disk, stopped, goes_on, held: AtomicU64::new(0) })
    }

    fn stop(&self, folder: Option<&'static str>) {
        *self.stopped.lock().unwrap() = folder;
        self.goes_on.notify_all();
    }

    /// Syncs that wait now.
    fn held(&self) -> u64 {
        self.held.load(Ordering::Relaxed)
    }
}

impl Disk for StoppedDisk {
    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        self.disk.list(folder)
    }
    fn open(&self, path: &str) -> io::Result<Option<Arc<dyn ReadAt>>> {
        Disk::open(&self.disk, path)
    }
    fn append(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.disk.append(path, bytes)
    }
    fn truncate(&self, path: &str, length: u64) -> io::Result<()> {
        self.disk.truncate(path, length)
    }
    fn sync(&self, path: &str) -> io::Result<()> {
        let stopped = self.stopped.lock().unwrap();
        let waits = |folder: &mut Option<&str>| folder.is_some_and(|folder| path.starts_with(folder));
        let is_held = waits(&mut stopped.clone());
        self.held.fetch_add(u64::from(is_held), Ordering::Relaxed);
        drop(self.goes_on.wait_while(stopped, waits).unwrap());
        self.held.fetch_sub(u64::from(is_held), Ordering::Relaxed);
        self.disk.sync(path)
    }
    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        self.disk.sync_folder(folder)
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.disk.rename(from, to)
    }
    fn remove(&self, path: &str) -> io::Result<()> {
        self.disk.remove(path)
    }
}

/// A clock that is half a minute further each time somebody looks at it, once it hurries.
#[derive(Default)]
struct Hurrying {
    now_ms: AtomicU64,
    looks: AtomicU64,
    hurries: AtomicBool,
}

impl Clock for Hurrying {
    fn now_ms(&self) -> u64 {
        1_800_000_000_000
    }

    fn monotonic(&self) -> Duration {
        self.looks.fetch_add(1, Ordering::Relaxed);
        let step = if self.hurries.load(Ordering::Relaxed) { 31_000 } else { 0 };
        Duration::from_millis(self.now_ms.fetch_add(step, Ordering::Relaxed))
    }
}

struct World {
    _folder: tempfile::TempDir,
    disk: Arc<StoppedDisk>,
    hub: Hub,
    metrics: SyncMetrics,
    id: DocumentId,
    owner: UserId,
}

impl World {
    async fn on(clock: SharedClock) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let disk = StoppedDisk::new(folder.path());
        let store = EmbeddedStore::on(disk.clone(), SEGMENT_MAX, Random::seeded(1)).unwrap();
        let (id, owner) = (DocumentId::from_random(1), UserId::from_random(1));
        let meta = Meta { owner: owner.to_string(), ..Meta::default() };
        store.change(&id, Change::Create(meta, None)).await.unwrap();
        let (metrics, shutdown) = (SyncMetrics::new(&Metrics::new("sync")), Shutdown::new());
        let tasks = Tasks::new(&shutdown);
        let hub = Hub::new(Arc::new(store), clock, tasks, shutdown, metrics.clone());
        Self { _folder: folder, disk, hub, metrics, id, owner }
    }

    fn connection(&self) -> (Connection, Person) {
        let (queue, frames) = mpsc::channel(8_192);
        let (close, closed) = oneshot::channel();
        let outlet = Outlet::Queue(queue);
        let connection = Connection { user: self.owner.clone(), outlet, close, wants_saved: true };
        (connection, Person { frames, _closed: closed, doc: Doc::new(), saved: 0 })
    }

    async fn join(&self) -> (Joined, Person) {
        let (connection, person) = self.connection();
        let joined = self.hub.join(&self.id, connection).await.unwrap();
        assert!(joined.frame(wire::step2(&[0, 0])).await);
        (joined, person)
    }
}

/// The other end of a connection.
struct Person {
    frames: mpsc::Receiver<Bytes>,
    _closed: oneshot::Receiver<CloseCode>,
    doc: Doc,
    saved: u64,
}

impl Person {
    fn text(&self) -> String {
        let text = self.doc.get_or_insert_text("text");
        text.get_string(&self.doc.transact())
    }

    fn edit(&self) -> Vec<u8> {
        self.types("x")
    }

    fn types(&self, what: &str) -> Vec<u8> {
        let text = self.doc.get_or_insert_text("text");
        let mut txn = self.doc.transact_mut();
        text.push(&mut txn, what);
        txn.encode_update_v1()
    }

    async fn until_reads(&mut self, length: usize) {
        while self.text().len() < length {
            self.hear().await;
        }
    }

    fn vector(&self) -> Bytes {
        wire::step1(&self.doc.transact().state_vector().encode_v1())
    }

    async fn hear(&mut self) {
        let frame = tokio::time::timeout(PATIENCE, self.frames.recv()).await.unwrap().expect("still in");
        match wire::read(frame.clone()).unwrap() {
            Message::Step2(update) | Message::Update(update) => {
                self.doc.transact_mut().apply_update(Update::decode_v1(&update).unwrap()).unwrap();
            }
            Message::Unknown(_) if frame[0] == wire::SAVED => {
                self.saved = wire::Reader::new(frame.slice(1..)).number().unwrap();
            }
            _ => {}
        }
    }

    async fn until_saved(&mut self, count: u64) {
        while self.saved < count {
            self.hear().await;
        }
    }
}

async fn until(what: &str, test: impl Fn() -> bool) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while !test() {
        assert!(tokio::time::Instant::now() < deadline, "not in time: {what}");
        // poll: other tasks and the journal's thread get there by themselves
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn a_slow_disk_is_seen_and_holds_people_back_and_loses_nothing() {
    const EDITS: u64 = 3_000;
    let clock = ManualClock::new(0);
    let world = World::on(clock.clone()).await;
    let (joined, mut writer) = world.join().await;
    writer.until_saved(1).await;
    let held_before = world.metrics.persist_seconds.get_sample_sum();
    world.disk.stop(Some(ALL));
    let edits: Vec<Vec<u8>> = (0..EDITS).map(|_| writer.edit()).collect();
    let bytes_of = |count: u64| edits[..count as usize].iter().map(|edit| edit.len() as u64).sum::<u64>();
    let sent = Cell::new(0);
    let send = async {
        for edit in &edits {
            assert!(joined.frame(wire::update(edit)).await);
            sent.set(sent.get() + 1);
        }
    };
    // What a room holds: updates on their way to the disk, and its inbox. Then whoever writes waits, unread.
    let most = IN_FLIGHT_MAX + INBOX_MAX as u64;
    let look = async {
        until("the room is full", || sent.get() == most).await;
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
        assert_eq!((sent.get(), world.metrics.updates.get()), (most, IN_FLIGHT_MAX));
        // Told although the journal is stuck in its sync.
        assert_eq!(world.hub.store().queued_bytes(), bytes_of(IN_FLIGHT_MAX));
        while let Ok(frame) = writer.frames.try_recv() {
            assert_ne!(frame[0], wire::SAVED, "nothing is on disk");
        }
        clock.advance(Duration::from_secs(3));
        world.disk.stop(None);
        writer.until_saved(EDITS + 1).await;
    };
    futures::join!(send, look);
    let slow = world.metrics.persist_seconds.get_sample_sum() - held_before;
    assert!(slow >= 3.0 * IN_FLIGHT_MAX as f64, "each waited for three seconds: {slow}");
    assert_eq!(world.metrics.persist_seconds.get_sample_count(), EDITS);
    assert_eq!(world.hub.store().queued_bytes(), 0);

    // As before: no time passes any more.
    let more = writer.edit();
    assert!(joined.frame(wire::update(&more)).await);
    writer.until_saved(EDITS + 2).await;
    assert_eq!(world.metrics.persist_seconds.get_sample_sum() - held_before, slow);
    let loaded = world.hub.store().load(&world.id).await.unwrap();
    let kept = Doc::new();
    let text = kept.get_or_insert_text("text");
    for update in &loaded.updates {
        kept.transact_mut().apply_update(Update::decode_v1(update).unwrap()).unwrap();
    }
    assert_eq!(u64::from(text.len(&kept.transact())), EDITS + 1);
}

#[tokio::test]
async fn others_see_an_edit_before_it_is_on_disk() {
    let world = World::on(ManualClock::new(0)).await;
    let (joined, mut writer) = world.join().await;
    let (_watching, mut reader) = world.join().await;
    writer.until_saved(1).await;
    world.disk.stop(Some(ALL));
    for length in 1..=20 {
        assert!(joined.frame(wire::update(&writer.edit())).await);
        reader.until_reads(length).await;
    }
    while let Ok(frame) = writer.frames.try_recv() {
        assert_ne!(frame[0], wire::SAVED, "nothing is on disk");
    }
    world.disk.stop(None);
    writer.until_saved(21).await;
}

#[tokio::test]
async fn edits_are_acknowledged_while_a_compaction_is_under_way() {
    const LARGE: usize = 100_000;
    let world = World::on(ManualClock::new(0)).await;
    let (joined, mut writer) = world.join().await;
    let (_watching, mut reader) = world.join().await;
    writer.until_saved(1).await;
    // The compaction gets as far as its new state's sync, and stays there.
    world.disk.stop(Some(DOCUMENTS));
    assert!(joined.frame(wire::update(&writer.types(&"x".repeat(LARGE)))).await);
    writer.until_saved(2).await;
    until("the compaction writes", || world.disk.held() == 1).await;
    for count in 1..=100 {
        assert!(joined.frame(wire::update(&writer.edit())).await);
        writer.until_saved(2 + count).await;
        reader.until_reads(LARGE + count as usize).await;
    }
    assert_eq!((world.metrics.compactions.get(), world.disk.held()), (0, 1), "it is still under way");
    world.disk.stop(None);
    until("the compaction is done", || world.metrics.compactions.get() == 1).await;
    let loaded = world.hub.store().load(&world.id).await.unwrap();
    assert!(loaded.state.is_some_and(|state| state.len() > LARGE));
    assert_eq!(loaded.updates.len(), 100, "and covers what was there when it began");
}

#[tokio::test]
async fn who_reconnects_during_the_unload_is_served() {
    let clock = Arc::new(Hurrying::default());
    let world = World::on(clock.clone()).await;
    let is_loaded = || world.hub.0.rooms().contains_key(&world.id);
    let (joined, mut first) = world.join().await;
    assert!(joined.frame(wire::update(&first.edit())).await);
    first.until_saved(2).await;

    // Somebody has found the room and has not spoken yet; everybody else goes, and half an hour passes.
    let found = world.hub.inbox(&world.id);
    joined.leave().await;
    clock.hurries.store(true, Ordering::Relaxed);
    let looks = clock.looks.load(Ordering::Relaxed);
    until("the room wanted to go", || clock.looks.load(Ordering::Relaxed) > looks + 40).await;
    assert!(is_loaded() && !found.is_closed(), "it stays for whoever is about to speak");
    clock.hurries.store(false, Ordering::Relaxed);
    let (connection, mut second) = world.connection();
    found.send(Box::new(Input::Join(1_000, connection))).await.map_err(drop).unwrap();
    found.send(Box::new(Input::Frame(1_000, second.vector()))).await.map_err(drop).unwrap();
    while second.text() != "x" {
        second.hear().await;
    }
    found.send(Box::new(Input::Leave(1_000))).await.map_err(drop).unwrap();
    drop(found);
    clock.hurries.store(true, Ordering::Relaxed);
    until("the room is gone", || !is_loaded()).await;
}

#[tokio::test]
async fn rooms_that_come_and_go_keep_what_was_said() {
    let clock = Arc::new(Hurrying::default());
    let world = World::on(clock.clone()).await;
    clock.hurries.store(true, Ordering::Relaxed);
    let random = Random::seeded(5);
    for round in 0..150_usize {
        let (joined, mut person) = world.join().await;
        assert!(joined.frame(person.vector()).await);
        while person.text().len() < round {
            person.hear().await;
        }
        assert!(joined.frame(wire::update(&person.edit())).await);
        person.until_saved(2).await;
        joined.leave().await;
        // The room asks to go at once; the next one comes before, amid or after.
        for _ in 0..random.below(60) {
            tokio::task::yield_now().await;
        }
        if random.below(4) == 0 {
            until("the room is gone", || !world.hub.0.rooms().contains_key(&world.id)).await;
        }
    }
    until("the last room is gone", || world.metrics.open_documents.get() == 0.0).await;
    let loaded = world.hub.store().load(&world.id).await.unwrap();
    assert_eq!(loaded.updates.len(), 150);
}
