//! The file by which a slot's process is found again after a restart of the node.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use carrel_ids::SlotId;
use serde::{Deserialize, Serialize};

use crate::procfs;

/// Its name in the slot's folder.
const FILE: &str = "slot.json";
/// A record is a few hundred bytes plus labels; anything larger is not ours.
const FILE_MAX_BYTES: u64 = 64 << 10;

/// One slot on disk. Written before the process is started (`pid` 0) and again with its number, so that a crash in
/// between leaves something to find: the slot then shows as dead, and its removal looks for strays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) slot: String,
    pub(super) class: String,
    pub(super) labels: BTreeMap<String, String>,
    /// The first process, which also names its process group.
    pub(super) pid: u32,
    /// Its start time; with `boot` it tells it from a later process of the same number.
    pub(super) started: u64,
    pub(super) boot: String,
    /// The user made for this slot, if the node could.
    pub(super) uid: Option<u32>,
    pub(super) exit: Option<i32>,
}

impl Record {
    /// Whether the first process is alive.
    pub(super) fn is_alive(&self) -> bool {
        self.leader_stat().is_some_and(|stat| stat.is_alive())
    }

    /// Whether the process group still bears the number of our first process (dead, but not yet waited for, is fine).
    pub(super) fn owns_group(&self) -> bool {
        self.leader_stat().is_some()
    }

    fn leader_stat(&self) -> Option<procfs::Stat> {
        if self.pid == 0 || self.exit.is_some() || self.boot != procfs::boot_id() {
            return None;
        }
        procfs::stat(self.pid).filter(|stat| stat.started == self.started)
    }

    /// Writes it into the slot's folder, all or nothing.
    pub(super) fn write(&self, dir: &Path) -> io::Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        let draft = dir.join("slot.json.new");
        fs::write(&draft, text)?;
        fs::rename(draft, dir.join(FILE))
    }

    /// `None` when the folder holds no record.
    pub(super) fn read(dir: &Path) -> io::Result<Option<Self>> {
        let path = dir.join(FILE);
        match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
            Ok(meta) if meta.len() > FILE_MAX_BYTES => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "larger than any record"));
            }
            Ok(_) => {}
        }
        Ok(Some(serde_json::from_slice(&fs::read(path)?)?))
    }
}

/// All slots that have a folder under `dir`, with their record if it can be read.
pub(super) fn read_all(dir: &Path) -> io::Result<Vec<(SlotId, Option<Record>)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let Some(slot) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let record = Record::read(&entry.path()).unwrap_or_else(|error| {
            tracing::warn!(%slot, %error, "read the slot's record; it shows as dead");
            None
        });
        found.push((slot, record));
    }
    Ok(found)
}
