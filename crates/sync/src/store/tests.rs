//! The suite that every store passes, and the journal under power cuts at seeded points.
#![allow(clippy::unwrap_used, reason = "a test's helper fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use carrel_ids::{DocumentId, UserId};
use carrel_service::Random;

use super::disk::{Disk, RealDisk};
use super::embedded::EmbeddedStore;
use super::journal::install;
use super::recover::recover;
use super::*;

/// Files in memory that know what was synced; fails for good after so many operations.
#[derive(Default)]
struct ModelDisk(Mutex<Model>);

#[derive(Default)]
struct Model {
    /// Names as the running system sees them, and as they are after a power cut.
    seen: BTreeMap<String, u64>,
    kept: BTreeMap<String, u64>,
    files: BTreeMap<u64, Contents>,
    next: u64,
    left: Option<u64>,
}

#[derive(Default, Clone)]
struct Contents {
    bytes: Vec<u8>,
    synced: Vec<u8>,
}

impl ModelDisk {
    fn step<T>(&self, torn: Option<(&str, &[u8])>, work: impl FnOnce(&mut Model) -> T) -> io::Result<T> {
        let mut model = self.0.lock().unwrap();
        if let Some(left) = &mut model.left {
            if *left == 0 {
                return Err(io::Error::other("no power"));
            }
            *left -= 1;
            if *left == 0 {
                if let Some((path, bytes)) = torn {
                    let file = model.file(path);
                    let half = &bytes[..bytes.len() / 2];
                    model.files.get_mut(&file).unwrap().bytes.extend_from_slice(half);
                }
                return Err(io::Error::other("the power went"));
            }
        }
        Ok(work(&mut model))
    }

    /// What a power cut leaves: of what was not synced, names and bytes up to some point, as chance has it.
    fn cut(&self, random: &Random) -> Self {
        let model = self.0.lock().unwrap();
        let mut after = Model { next: model.next, ..Model::default() };
        let names: BTreeSet<_> = model.seen.keys().chain(model.kept.keys()).collect();
        for name in names {
            let both = [model.seen.get(name), model.kept.get(name)];
            let Some(file) = both[random.below(2) as usize] else { continue };
            let mut contents = model.files[file].clone();
            let is_longer = contents.bytes.starts_with(&contents.synced);
            if is_longer {
                let more = contents.bytes.len() - contents.synced.len();
                contents.bytes.truncate(contents.synced.len() + random.below(more as u64 + 1) as usize);
                // A page in between may be missing as well.
                if more > 8 && random.below(3) == 0 && contents.bytes.len() > contents.synced.len() + 4 {
                    let at = contents.synced.len() + 2;
                    contents.bytes[at] = 0;
                }
            } else {
                contents.bytes.clone_from(&contents.synced);
            }
            contents.synced.clone_from(&contents.bytes);
            after.files.insert(*file, contents);
            after.seen.insert(name.clone(), *file);
        }
        after.kept.clone_from(&after.seen);
        Self(Mutex::new(after))
    }
}

impl Model {
    fn file(&mut self, path: &str) -> u64 {
        if let Some(file) = self.seen.get(path) {
            return *file;
        }
        self.next += 1;
        self.seen.insert(path.to_owned(), self.next);
        self.files.insert(self.next, Contents::default());
        self.next
    }
}

impl Disk for ModelDisk {
    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let start = format!("{folder}/");
        self.step(None, |model| {
            model.seen.keys().filter_map(|name| name.strip_prefix(&start).map(str::to_owned)).collect()
        })
    }
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.step(None, |model| model.seen.get(path).map(|file| model.files[file].bytes.clone()))
    }
    fn read_at(&self, path: &str, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let at = offset as usize;
        self.step(None, |model| model.files[&model.seen[path]].bytes[at..at + length].to_vec())
    }
    fn append(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.step(Some((path, bytes)), |model| {
            let file = model.file(path);
            model.files.get_mut(&file).unwrap().bytes.extend_from_slice(bytes);
        })
    }
    fn truncate(&self, path: &str, length: u64) -> io::Result<()> {
        self.step(None, |model| {
            let file = model.file(path);
            model.files.get_mut(&file).unwrap().bytes.truncate(length as usize);
        })
    }
    fn sync(&self, path: &str) -> io::Result<()> {
        self.step(None, |model| {
            let file = model.file(path);
            let contents = model.files.get_mut(&file).unwrap();
            contents.synced.clone_from(&contents.bytes);
        })
    }
    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        let start = format!("{folder}/");
        self.step(None, |model| {
            model.kept.retain(|name, _| !name.starts_with(&start));
            let seen = model.seen.iter().filter(|(name, _)| name.starts_with(&start));
            model.kept.extend(seen.map(|(name, file)| (name.clone(), *file)));
        })
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.step(None, |model| {
            let file = model.seen.remove(from).unwrap();
            model.seen.insert(to.to_owned(), file);
        })
    }
    fn remove(&self, path: &str) -> io::Result<()> {
        self.step(None, |model| model.seen.remove(path)).map(|_| ())
    }
}

fn user(number: u128) -> UserId {
    UserId::from_random(number)
}

fn document(number: u128) -> DocumentId {
    DocumentId::from_random(number)
}

fn meta(owner: u128) -> Meta {
    let owner = user(owner).to_string();
    Meta { title: "notes".to_owned(), owner, members: Vec::new(), created_at: 5, deleted: false }
}

async fn conformance(open: impl Fn() -> EmbeddedStoreBox) {
    let store = open();
    let (a, b) = (document(1), document(2));
    assert!(matches!(store.append(&a, Bytes::from_static(b"x")).await, Err(StoreError::NotFound(_))));
    store.change(&a, Change::Create(meta(1))).await.unwrap();
    assert!(matches!(store.change(&a, Change::Create(meta(2))).await, Err(StoreError::Exists(_))));
    store.change(&b, Change::Create(meta(2))).await.unwrap();
    let answers: Vec<_> = (0..50_u8).map(|n| store.append(&a, Bytes::from(vec![n; 100]))).collect();
    for answer in answers {
        answer.await.unwrap();
    }
    store.append(&b, Bytes::from_static(b"other")).await.unwrap();
    let now = store.change(&a, Change::Member(user(2), Some(MemberRole::Reader))).await.unwrap();
    assert_eq!(now.role(&user(2)), Some(MemberRole::Reader));
    assert_eq!(store.list(&user(2), "", 10).await.unwrap().len(), 2);
    assert_eq!(store.list(&user(2), a.as_str().min(b.as_str()), 10).await.unwrap().len(), 1);
    assert_eq!(store.compact(&a, 30, Bytes::from_static(b"state")).await.unwrap(), 30);

    drop(store);
    let store = open();
    let loaded = store.load(&a).await.unwrap();
    assert_eq!(loaded.state.as_deref(), Some(&b"state"[..]));
    assert_eq!((loaded.updates.len(), loaded.covers, loaded.updates[0][0]), (20, 50, 30));
    assert_eq!(loaded.meta.role(&user(2)), Some(MemberRole::Reader));
    assert_eq!(store.compact(&a, 900, Bytes::from_static(b"more")).await.unwrap(), 20);
    store.append(&a, Bytes::from_static(b"after")).await.unwrap();
    assert_eq!(store.load(&a).await.unwrap().updates, [&b"after"[..]]);
    store.change(&a, Change::Delete).await.unwrap();
    assert!(matches!(store.load(&a).await, Err(StoreError::NotFound(_))));

    drop(store);
    let store = open();
    assert!(matches!(store.load(&a).await, Err(StoreError::NotFound(_))));
    assert!(matches!(store.change(&a, Change::Create(meta(1))).await, Err(StoreError::Exists(_))));
    assert_eq!(store.load(&b).await.unwrap().updates, [&b"other"[..]]);
    assert_eq!(store.figures().await.unwrap().documents, 1);
}

type EmbeddedStoreBox = Box<dyn Store>;

#[tokio::test]
async fn the_embedded_store_conforms_on_files() {
    let folder = tempfile::tempdir().unwrap();
    let disk = || Arc::new(RealDisk::open(folder.path()).unwrap());
    conformance(|| Box::new(EmbeddedStore::on(disk(), 1_000).unwrap())).await;
}

#[tokio::test]
async fn the_embedded_store_conforms_in_memory() {
    let disk = Arc::new(ModelDisk::default());
    conformance(|| Box::new(EmbeddedStore::on(disk.clone(), 1_000).unwrap())).await;
}

/// What has been answered, by document: updates, whether it is deleted.
#[derive(Default)]
struct Acknowledged(BTreeMap<DocumentId, (Vec<Vec<u8>>, bool)>, BTreeSet<DocumentId>);

/// Updates are numbers; a "state" is the numbers it holds. So a lost one is seen, whatever happened to it.
fn numbers(loaded: &Loaded) -> BTreeSet<Vec<u8>> {
    let state = loaded.state.as_deref().unwrap_or_default();
    state
        .chunks(8)
        .map(<[u8]>::to_vec)
        .chain(loaded.updates.iter().map(|update| update[..8].to_vec()))
        .collect()
}

fn one_life(
    disk: &Arc<ModelDisk>,
    random: &Random,
    next: &mut u64,
    acked: &mut Acknowledged,
) -> Result<(), StoreError> {
    let mut journal = recover(disk.clone(), 400)?;
    for (id, (updates, deleted)) in &acked.0 {
        match journal.load(id) {
            Ok(loaded) => {
                assert!(!deleted, "{id} came back");
                let held = numbers(&loaded);
                for update in updates {
                    assert!(held.contains(update), "{id} lost {update:?}");
                }
            }
            // A delete may have become durable without having been answered.
            Err(StoreError::NotFound(_)) => assert!(acked.1.contains(id), "{id} is gone"),
            Err(error) => return Err(error),
        }
    }
    loop {
        let mut batch = Vec::new();
        for _ in 0..=random.below(4) {
            let id = document(acked.1.len() as u128 + u128::from(random.below(4)));
            let outcome = match random.below(40) {
                0 => {
                    acked.1.insert(id.clone());
                    journal.change(&id, Change::Delete).map(|_| (Vec::new(), true))
                }
                1..5 => journal
                    .change(&id, Change::Member(user(9), Some(MemberRole::Reader)))
                    .map(|_| (Vec::new(), false)),
                _ => {
                    *next += 1;
                    let mut update = next.to_le_bytes().to_vec();
                    let number = update.clone();
                    update.extend(std::iter::repeat_n(7, random.below(60) as usize));
                    if journal.meta(&id).is_err() {
                        let _ = journal.change(&id, Change::Create(meta(1)));
                    }
                    journal.append(&id, &update).map(|()| (vec![number], false))
                }
            };
            batch.extend(outcome.ok().map(|outcome| (id, outcome)));
        }
        journal.commit()?;
        for (id, (updates, deleted)) in batch {
            let held = acked.0.entry(id).or_default();
            held.0.extend(updates);
            held.1 |= deleted;
        }
        if random.below(6) == 0 {
            let id = document(acked.1.len() as u128 + u128::from(random.below(4)));
            let Ok(loaded) = journal.load(&id) else { continue };
            let state: Vec<u8> = numbers(&loaded).into_iter().flatten().collect();
            let file = journal.begin_compact(&id, loaded.covers, &state)?;
            // Others write while the state is written.
            *next += 1;
            journal.append(&id, &next.to_le_bytes())?;
            journal.commit()?;
            acked.0.entry(id.clone()).or_default().0.push(next.to_le_bytes().to_vec());
            let installed = install(&**disk, &id, &file);
            journal.finish_compact(&id, installed.is_ok().then_some(loaded.covers));
        }
    }
}

#[test]
fn no_power_cut_loses_what_was_acknowledged() {
    let mut lives = 0;
    for seed in 0..1_000 {
        let random = Random::seeded(seed);
        let mut disk = Arc::new(ModelDisk::default());
        let (mut next, mut acked) = (0, Acknowledged::default());
        for _ in 0..3 {
            disk.0.lock().unwrap().left = Some(20 + random.below(400));
            let end = one_life(&disk, &random, &mut next, &mut acked);
            let is_cut = matches!(
                end,
                Err(StoreError::Write(_)
                    | StoreError::Failed
                    | StoreError::Open(_)
                    | StoreError::Read { .. })
            );
            assert!(is_cut, "seed {seed}: {end:?}");
            lives += 1;
            disk = Arc::new(disk.cut(&random));
        }
        let journal = recover(disk.clone(), 400).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        for (id, (updates, deleted)) in &acked.0 {
            let Ok(loaded) = journal.load(id) else {
                assert!(acked.1.contains(id), "seed {seed}: {id} is gone");
                continue;
            };
            assert!(!deleted, "seed {seed}: {id} came back");
            let held = numbers(&loaded);
            assert!(updates.iter().all(|update| held.contains(update)), "seed {seed}: {id} lost an update");
        }
    }
    assert_eq!(lives, 3_000);
}

#[test]
fn segments_go_and_damage_is_told() {
    let disk = Arc::new(ModelDisk::default());
    let mut journal = recover(disk.clone(), 2_000).unwrap();
    for id in 0..3 {
        journal.change(&document(id), Change::Create(meta(1))).unwrap();
    }
    for round in 0..300_u32 {
        let id = document(u128::from(round % 3));
        journal.append(&id, &[1; 100]).unwrap();
        journal.commit().unwrap();
        if round % 20 < 3 {
            let covers = journal.load(&id).unwrap().covers;
            let file = journal.begin_compact(&id, covers, b"state").unwrap();
            install(&*disk, &id, &file).unwrap();
            journal.finish_compact(&id, Some(covers));
        }
    }
    assert!(journal.segments.len() <= 5, "{:?}", journal.segments);
    let first = *journal.segments.first_key_value().unwrap().0;
    drop(journal);
    let path = super::journal::segment_path(first);
    let file = disk.0.lock().unwrap().seen[&path];
    disk.0.lock().unwrap().files.get_mut(&file).unwrap().bytes[30] ^= 1;
    let error = recover(disk, 2_000).err().unwrap();
    assert!(matches!(error, StoreError::Damaged { at: 0, .. }), "{error}");
}
