//! The embedded store on real files: a disk that is full for a while, and how much is written for what is given.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use bytes::Bytes;
use carrel_service::Random;
use yrs::{Doc, Text as _, Transact as _};

use super::model_disk::ModelDisk;
use super::{document, meta};
use crate::compact::threshold;
use crate::room::doc::Document;
use crate::store::disk::replace;
use crate::store::embedded::EmbeddedStore;
use crate::store::query::Installed;
use crate::store::recover::recover;
use crate::store::{Change, DOCUMENTS, Store, StoreError, state};

/// A small disk of its own.
struct Small(tempfile::TempDir);

impl Small {
    /// `None`, and a line that says so, where nothing may be mounted.
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let options = ["-t", "tmpfs", "-o", "size=512k,mode=0700", "none"];
        let mounted = Command::new("mount").args(options).arg(folder.path()).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        let line = "sync: a full disk: a small one can't be mounted here (root may)\n";
        if let Some(file) = std::env::var_os("CARREL_SKIP_FILE") {
            use std::io::Write as _;
            let mut file = std::fs::OpenOptions::new().append(true).create(true).open(file).unwrap();
            file.write_all(line.as_bytes()).unwrap();
        }
        eprint!("{line}");
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

#[tokio::test]
async fn a_full_disk_refuses_clearly_and_goes_on_when_there_is_room() {
    let Some(small) = Small::mount() else { return };
    let ballast: PathBuf = small.path().join("ballast");
    std::fs::write(&ballast, vec![0; 200 * 1024]).unwrap();
    let store = EmbeddedStore::open(small.path(), Random::system()).unwrap();
    store.change(&document(1), Change::Create(meta(1), None)).await.unwrap();
    let mut acknowledged = 0;
    let refusal = loop {
        match store.append(&document(1), Bytes::from(vec![7; 5_000])).await {
            Ok(()) => acknowledged += 1,
            Err(error) => break error,
        }
        assert!(acknowledged < 200, "the disk is full by now");
    };
    assert!(matches!(refusal, StoreError::Write(_)), "{refusal}");
    assert!(acknowledged > 20);
    // What is there is served, what is not said to be kept is not there, and nothing else is written either.
    assert_eq!(store.load(&document(1)).await.unwrap().updates.len(), acknowledged);
    let create = store.change(&document(2), Change::Create(meta(1), Some(Bytes::from(vec![7; 9_000])))).await;
    assert!(matches!(create, Err(StoreError::Write(_))));
    assert!(matches!(store.meta(&document(2)).await, Err(StoreError::NotFound(_))));
    let state = store.compact(&document(1), acknowledged as u64, Bytes::from(vec![7; 100_000])).await;
    assert!(matches!(state, Err(StoreError::WriteState { .. })));
    assert_eq!(store.load(&document(1)).await.unwrap().updates.len(), acknowledged);

    std::fs::remove_file(&ballast).unwrap();
    store.append(&document(1), Bytes::from(vec![8; 5_000])).await.unwrap();
    drop(store);
    let store = EmbeddedStore::open(small.path(), Random::system()).unwrap();
    let loaded = store.load(&document(1)).await.unwrap();
    assert_eq!(loaded.updates.len(), acknowledged + 1);
    assert_eq!(loaded.updates[acknowledged][0], 8);
}

/// Bytes written for each byte given, when people type in four documents and each commit holds so many edits.
fn amplification(edits_a_commit: usize) -> f64 {
    let disk = Arc::new(ModelDisk::default());
    let mut journal = recover(disk, 64 * 1024, Random::seeded(1)).unwrap();
    // Clients draw 32 bits, which mostly take five bytes; a short draw would make the updates smaller, not the rest.
    let docs: Vec<Doc> = (0..4).map(|at| Doc::with_client_id(0xC0FF_EE00 + at)).collect();
    let (mut logs, mut states) = (vec![0; 4], vec![0; 4]);
    for at in 0..4 {
        journal.change(&document(at), Change::Create(meta(1), None)).unwrap();
    }
    let random = Random::seeded(3);
    for edit in 0..14_400_usize {
        let at = edit % 4;
        let text = docs[at].get_or_insert_text("text");
        let mut txn = docs[at].transact_mut();
        let end = text.len(&txn);
        text.insert(&mut txn, end - random.below(u64::from(end.min(40)) + 1) as u32, "a");
        let update = txn.encode_update_v1();
        logs[at] += update.len() as u64;
        journal.append(&document(at as u128), &update).unwrap();
        drop(txn);
        if edit % edits_a_commit != 0 {
            continue;
        }
        journal.commit().unwrap();
        for at in 0..4 {
            if logs[at] > threshold(states[at]) {
                let id = document(at as u128);
                let loaded = journal.plan(&id).unwrap().read().unwrap();
                let held = Document::load(loaded.state.as_deref(), &loaded.updates).unwrap();
                let content = held.state_v2().unwrap();
                (logs[at], states[at]) = (0, content.len() as u64);
                let begun = journal.begin_compact(&id, loaded.covers).unwrap();
                let file = state::write(&begun.meta, begun.meta_version, begun.covers, &content);
                let (meta_version, covers) = (begun.meta_version, begun.covers);
                let bytes = file.len() as u64;
                replace(&*journal.disk, DOCUMENTS, &format!("{id}.state"), &file).unwrap();
                journal.finish_compact(&id, Some(Installed { meta_version, covers, bytes }));
            }
        }
    }
    let figures = journal.figures();
    assert!(figures.log_bytes < 8 * 64 * 1024, "old segments go: {figures:?}");
    assert!(figures.state_bytes > 0, "documents were compacted: {figures:?}");
    figures.written_bytes as f64 / figures.taken_bytes as f64
}

#[test]
fn little_more_is_written_than_what_was_given() {
    // Five are the fewest that take the long head.
    for edits_a_commit in [1, 5, 8] {
        let ratio = amplification(edits_a_commit);
        println!("{edits_a_commit} edits a commit: {ratio:.2}");
        assert!(ratio <= 1.5, "{edits_a_commit} edits a commit: {ratio:.2}");
    }
}
