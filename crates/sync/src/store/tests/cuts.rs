//! The journal under power cuts at seeded points, and under damage.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use carrel_ids::DocumentId;
use carrel_service::Random;

use super::model_disk::ModelDisk;
use super::{document, meta, user};
use crate::store::disk::replace;
use crate::store::frame::SEGMENT_HEAD;
use crate::store::journal::{Journal, segment_path, state_path};
use crate::store::query::Installed;
use crate::store::recover::recover;
use crate::store::{
    BLOBS, Change, DOCUMENTS, Expect, Loaded, MemberRole, Put, StoreError, state, versions_prefix,
};

fn open(disk: &Arc<ModelDisk>, segment_max: u64, seed: u64) -> Result<Journal<ModelDisk>, StoreError> {
    recover(disk.clone(), segment_max, Random::seeded(seed))
}

fn load(journal: &Journal<ModelDisk>, id: &DocumentId) -> Result<Loaded, StoreError> {
    journal.plan(id)?.read()
}

fn install(journal: &mut Journal<ModelDisk>, id: &DocumentId, content: &[u8]) -> Result<u64, StoreError> {
    let covers = load(journal, id)?.covers;
    let begun = journal.begin_compact(id, covers)?;
    let file = state::write(&begun.meta, begun.meta_version, begun.covers, content);
    // Others write while the state is written.
    let during = covers + 1;
    journal.append(id, &[&(during << 32).to_le_bytes()[..], b"during"].concat())?;
    journal.commit()?;
    let written = replace(&*journal.disk, DOCUMENTS, &format!("{id}.state"), &file);
    let installed = Installed { meta_version: begun.meta_version, covers, bytes: file.len() as u64 };
    Ok(journal.finish_compact(id, written.is_ok().then_some(installed)))
}

/// What has been answered.
#[derive(Default)]
struct Acknowledged {
    /// By document: updates, and whether its deletion was answered.
    documents: BTreeMap<DocumentId, (Vec<Vec<u8>>, bool)>,
    /// Deletions that were asked for; they may have happened without an answer.
    doomed: BTreeSet<DocumentId>,
    /// By key, the newest version that was answered.
    rows: BTreeMap<String, u64>,
}

/// Updates are numbers; a "state" is the numbers it holds. So a lost one is seen, whatever happened to it.
fn numbers(loaded: &Loaded) -> BTreeSet<Vec<u8>> {
    let state = loaded.state.as_deref().unwrap_or_default();
    let updates = loaded.updates.iter().map(|update| update[..8].to_vec());
    state.chunks(8).map(<[u8]>::to_vec).chain(updates).collect()
}

fn check(journal: &Journal<ModelDisk>, acked: &Acknowledged) -> Result<(), StoreError> {
    for (id, (updates, deleted)) in &acked.documents {
        match load(journal, id) {
            Ok(loaded) => {
                assert!(!deleted, "{id} came back");
                let held = numbers(&loaded);
                for update in updates {
                    assert!(held.contains(update), "{id} lost {update:?}");
                }
            }
            Err(StoreError::NotFound(_)) => assert!(acked.doomed.contains(id), "{id} is gone"),
            Err(error) => return Err(error),
        }
    }
    for (key, version) in &acked.rows {
        let held = journal.row(key).map(|row| row.version);
        assert!(held.is_some_and(|held| held >= *version), "{key}: {held:?}, not {version}");
    }
    Ok(())
}

/// One change of each kind at random, staged; what its answer will promise.
fn stage(
    journal: &mut Journal<ModelDisk>,
    random: &Random,
    next: &mut u64,
    acked: &mut Acknowledged,
) -> Promise {
    let id = document(acked.doomed.len() as u128 + u128::from(random.below(4)));
    match random.below(40) {
        0 => {
            acked.doomed.insert(id.clone());
            let done = journal.change(&id, Change::Delete);
            done.map_or(Promise::Nothing, |_| Promise::Deleted(id))
        }
        1..5 => {
            let roles = vec![(user(9), Some(MemberRole::Reader))];
            drop(journal.change(&id, Change::Roles { roles, only: false }));
            Promise::Nothing
        }
        5..9 => {
            let key = format!("row/{}", random.below(3));
            let value = random.u64().to_le_bytes().to_vec();
            let put = Put::new(key.clone(), Expect::Any, value);
            journal.put(&[put], &[None]).map_or(Promise::Nothing, |versions| Promise::Row(key, versions[0]))
        }
        _ => {
            *next += 1;
            let number = next.to_le_bytes().to_vec();
            let update = [&number[..], &vec![7; random.below(60) as usize]].concat();
            let done = if journal.meta(&id).is_err() {
                // With its first update in one: never one without the other.
                let created = journal.change(&id, Change::Create(meta(1), Some(update.into())));
                created.map(drop)
            } else {
                journal.append(&id, &update)
            };
            done.map_or(Promise::Nothing, |()| Promise::Update(id, number))
        }
    }
}

enum Promise {
    Nothing,
    Update(DocumentId, Vec<u8>),
    Deleted(DocumentId),
    Row(String, u64),
}

fn one_life(
    disk: &Arc<ModelDisk>,
    random: &Random,
    next: &mut u64,
    acked: &mut Acknowledged,
) -> Result<(), StoreError> {
    let mut journal = open(disk, 400, random.u64())?;
    check(&journal, acked)?;
    loop {
        let count = 1 + random.below(4);
        let batch: Vec<_> = (0..count).map(|_| stage(&mut journal, random, next, acked)).collect();
        // A disk that is full for a while: nothing of it counts, and what comes next does.
        let is_full = random.below(20) == 0;
        disk.0.lock().unwrap().is_full = is_full;
        let done = journal.commit();
        disk.0.lock().unwrap().is_full = false;
        if is_full && matches!(done, Err(StoreError::Write(_))) && disk.has_power() {
            continue;
        }
        done?;
        for promise in batch {
            match promise {
                Promise::Nothing => {}
                Promise::Update(id, number) => acked.documents.entry(id).or_default().0.push(number),
                Promise::Deleted(id) => acked.documents.entry(id).or_default().1 = true,
                Promise::Row(key, version) => drop(acked.rows.insert(key, version)),
            }
        }
        if random.below(6) == 0 {
            let id = document(acked.doomed.len() as u128 + u128::from(random.below(4)));
            let Ok(loaded) = load(&journal, &id) else { continue };
            let content: Vec<u8> = numbers(&loaded).into_iter().flatten().collect();
            install(&mut journal, &id, &content)?;
        }
        if random.below(60) == 0 {
            journal.close();
            return Ok(());
        }
    }
}

#[test]
fn no_power_cut_loses_what_was_acknowledged() {
    let (mut cuts, mut closes) = (0, 0);
    for seed in 0..1_000 {
        let random = Random::seeded(seed);
        let mut disk = Arc::new(ModelDisk::default());
        let (mut next, mut acked) = (0, Acknowledged::default());
        for _ in 0..3 {
            disk.0.lock().unwrap().left = Some(20 + random.below(400));
            match one_life(&disk, &random, &mut next, &mut acked) {
                Ok(()) => closes += 1,
                Err(
                    StoreError::Write(_) | StoreError::Failed | StoreError::Open(_) | StoreError::Read { .. },
                ) => cuts += 1,
                Err(error) => panic!("seed {seed}: {error}"),
            }
            disk = Arc::new(disk.cut(&random));
        }
        let journal = open(&disk, 400, seed).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        check(&journal, &acked).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    }
    assert!(cuts > 1_500 && closes > 300, "{cuts} cuts, {closes} orderly ends");
}

fn bend(disk: &ModelDisk, path: &str, at: usize) {
    let mut model = disk.0.lock().unwrap();
    let file = model.seen[path];
    model.files.get_mut(&file).unwrap().bytes[at] ^= 1;
}

fn length(disk: &ModelDisk, path: &str) -> usize {
    let model = disk.0.lock().unwrap();
    model.files[&model.seen[path]].bytes.len()
}

#[test]
fn segments_go_and_damage_in_an_older_one_is_told() {
    let disk = Arc::new(ModelDisk::default());
    let mut journal = open(&disk, 2_000, 1).unwrap();
    for id in 0..3 {
        journal.change(&document(id), Change::Create(meta(1), None)).unwrap();
    }
    for round in 0..300_u32 {
        let id = document(u128::from(round % 3));
        journal.append(&id, &[1; 100]).unwrap();
        journal.commit().unwrap();
        if round % 20 < 3 {
            install(&mut journal, &id, b"stateful").unwrap();
        }
    }
    assert!(journal.segments.len() <= 5, "{:?}", journal.segments);
    let first = *journal.segments.first_key_value().unwrap().0;
    assert!(first > 1);
    drop(journal);
    bend(&disk, &segment_path(first), 30);
    let error = open(&disk, 2_000, 2).err().unwrap();
    assert!(matches!(error, StoreError::Damaged { at: 24, .. }), "{error}");
}

#[test]
fn segments_that_are_needed_stay_until_there_are_too_many() {
    let disk = Arc::new(ModelDisk::default());
    let mut journal = open(&disk, 2_000, 1).unwrap();
    journal.change(&document(1), Change::Create(meta(1), None)).unwrap();
    for _ in 0..600 {
        journal.append(&document(1), &[1; 100]).unwrap();
        journal.commit().unwrap();
    }
    assert!(journal.segments.len() > 8, "all of it is needed: {}", journal.segments.len());
    assert_eq!(journal.stale(), [document(1)]);
    assert_eq!(load(&journal, &document(1)).unwrap().updates.len(), 600);
    install(&mut journal, &document(1), b"stateful").unwrap();
    for _ in 0..600 {
        journal.append(&document(2), &[1; 100]).unwrap_err();
        journal.append(&document(1), b"1").unwrap();
        journal.commit().unwrap();
    }
    assert!(journal.segments.len() < 25, "{}", journal.segments.len());
}

#[test]
fn damage_to_what_was_acknowledged_is_never_taken_for_a_torn_tail() {
    // Whose frames have short heads, long ones, or now this and now that.
    for sizes in [[50; 4], [500; 4], [50, 500, 50, 500], [500, 50, 500, 50]] {
        damage_is_told(sizes);
    }
}

fn damage_is_told(sizes: [usize; 4]) {
    let disk = Arc::new(ModelDisk::default());
    let mut journal = open(&disk, 100_000, 1).unwrap();
    journal.change(&document(1), Change::Create(meta(1), None)).unwrap();
    let mut ends = Vec::new();
    let path = segment_path(1);
    for size in sizes {
        journal.append(&document(1), &vec![1; size]).unwrap();
        journal.commit().unwrap();
        ends.push(length(&disk, &path));
    }
    let crashed = |bent: usize| {
        let copy = Arc::new(disk.cut(&Random::seeded(0)));
        bend(&copy, &path, bent);
        open(&copy, 100_000, 3)
    };
    for bent in SEGMENT_HEAD..ends[2] {
        let error = crashed(bent).err().unwrap();
        assert!(matches!(error, StoreError::Damaged { .. }), "byte {bent}: {error}");
    }
    // After a crash nothing tells whether the last commit had been synced.
    let journal_after = crashed(ends[2] + 30).ok().unwrap();
    assert_eq!(load(&journal_after, &document(1)).unwrap().updates.len(), 3);
    // After an orderly end it is known.
    journal.close();
    for bent in SEGMENT_HEAD..ends[3] {
        assert!(crashed(bent).is_err(), "byte {bent}");
    }
}

#[test]
fn a_damaged_state_costs_one_document_and_no_other() {
    let disk = Arc::new(ModelDisk::default());
    let mut journal = open(&disk, 100_000, 1).unwrap();
    for id in 0..3 {
        journal
            .change(&document(id), Change::Create(meta(1), Some(Bytes::from_static(b"firstone"))))
            .unwrap();
        journal.commit().unwrap();
        install(&mut journal, &document(id), b"stateful").unwrap();
    }
    journal.close();
    drop(journal);
    bend(&disk, &state_path(&document(0)), 20);
    let size = length(&disk, &state_path(&document(1)));
    bend(&disk, &state_path(&document(1)), size - 1);
    let mut journal = open(&disk, 100_000, 2).unwrap();
    assert_eq!(journal.figures().damaged, 1);
    for id in 0..2 {
        let error = load(&journal, &document(id)).err().unwrap();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    }
    assert!(matches!(journal.append(&document(0), b"x"), Err(StoreError::Damaged { .. })));
    let create = journal.change(&document(0), Change::Create(meta(2), None));
    assert!(matches!(create, Err(StoreError::Exists(_))));
    assert_eq!(load(&journal, &document(2)).unwrap().updates.len(), 1);
    journal.append(&document(2), b"going on").unwrap();
    journal.commit().unwrap();
}

#[test]
fn blobs_that_no_row_names_are_removed_at_a_start() {
    let disk = Arc::new(ModelDisk::default());
    let mut journal = open(&disk, 100_000, 1).unwrap();
    journal.change(&document(1), Change::Create(meta(1), None)).unwrap();
    for blob in 1..=2_u64 {
        replace(&*disk, BLOBS, &format!("{blob:016x}.blob"), b"    state").unwrap();
    }
    let key = format!("{}1", versions_prefix(&document(1)));
    let put = Put::new(key.clone(), Expect::Absent, b"name".to_vec());
    journal.put(&[put], &[Some(1)]).unwrap();
    journal.commit().unwrap();
    drop(journal);
    let mut journal = open(&disk, 100_000, 2).unwrap();
    let blobs = |disk: &ModelDisk| {
        let model = disk.0.lock().unwrap();
        model.seen.keys().filter(|name| name.starts_with(BLOBS)).count()
    };
    assert_eq!(blobs(&disk), 1);
    assert_eq!(journal.blob(&key), Some(format!("{BLOBS}/{:016x}.blob", 1)));
    journal.change(&document(1), Change::Delete).unwrap();
    journal.commit().unwrap();
    assert_eq!((blobs(&disk), journal.row(&key)), (0, None));
}

/// A journal of before frames had two kinds of heads: a document made with a seed; an update and a row; two updates.
const OLD: &str = "63617272656c6a32c15c0289ec2d0a910100000000000000c4524a0a8200000001000000000000003529b3af0917646f2d31\
    303030303030303030303030303030303030300b015f7b227469746c65223a226e6f746573222c226f776e6572223a227573\
    2d3130303030303030303030303030303030303030222c226d656d62657273223a5b5d2c22637265617465645f6174223a35\
    2c2264656c65746564223a66616c73657d0a010473656564c4524a0a150000000200000000000000b9fc65220a02036f6e65\
    0405726f772f6101010576616c7565c4524a0a0600000003000000000000000a63ec070a030374776fc4524a0a0800000004\
    00000000000000acfb6cda0a04057468726565";
/// Where its last frame begins.
const OLD_LAST: usize = 241;

#[test]
fn an_old_journal_opens_and_its_damage_is_told() {
    let digit = |at: usize| u8::from_str_radix(&OLD[at..at + 2], 16).unwrap();
    let old: Vec<u8> = (0..OLD.len()).step_by(2).map(digit).collect();
    let disk = |bytes: &[u8]| {
        let disk = Arc::new(ModelDisk::default());
        disk.put(&segment_path(1), bytes);
        disk
    };
    let held = |journal: &Journal<ModelDisk>| -> Vec<Bytes> { load(journal, &document(1)).unwrap().updates };
    let kept = disk(&old);
    let mut journal = open(&kept, 100_000, 2).unwrap();
    assert_eq!(held(&journal), ["seed", "one", "two", "three"]);
    assert_eq!(&journal.row("row/a").unwrap().value[..], b"value");
    for body in [&b"four"[..], b"five"] {
        journal.append(&document(1), body).unwrap();
        journal.commit().unwrap();
    }
    drop(journal);
    let journal = open(&kept, 100_000, 3).unwrap();
    assert_eq!(held(&journal), ["seed", "one", "two", "three", "four", "five"]);
    for at in SEGMENT_HEAD..old.len() {
        let mut bent = old.clone();
        bent[at] ^= 0x10;
        let opened = open(&disk(&bent), 100_000, 2);
        if at < OLD_LAST {
            assert!(matches!(opened, Err(StoreError::Damaged { .. })), "byte {at}");
        } else {
            assert_eq!(held(&opened.ok().unwrap()), ["seed", "one", "two"], "byte {at}");
        }
    }
}
