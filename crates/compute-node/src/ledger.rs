//! What survives the daemon: one small file per claimed slot, `<state>/slots/<slot>/claim.json`.
//!
//! Written to a temporary name and renamed, so a reader finds the old file, the new one or none. Not fsynced: only a
//! loss of power could undo the rename, and then the slots are gone as well.
//!
//! Invariant: no secret is written here; a git credential is minted anew after a restart.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use carrel_ids::{SessionId, SlotId, UserId};
use carrel_model::{Egress, Fence, SlotClass};
use serde::{Deserialize, Serialize};

use crate::link::LinkDirs;

const NAME: &str = "claim.json";
/// Many times what a claim takes; a larger file is not ours.
const SIZE_MAX: u64 = 64 * 1024;

/// All that is known of a claim, but its credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRecord {
    /// The session.
    pub session: SessionId,
    /// Its fence.
    pub fence: Fence,
    /// The class of its slot.
    pub class: SlotClass,
    /// What it may reach.
    pub egress: Egress,
    /// Whose it is.
    pub user: UserId,
    /// The user's login name.
    pub user_name: String,
    /// `<owner>/<name>`, or empty.
    pub repository: String,
    /// Whether the agent evaluates the repository's environment.
    pub with_environment: bool,
}

/// Why a claim could not be written, read or forgotten.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// A file operation failed.
    #[error("{step} the claim at {path}")]
    File {
        /// The step, as a verb.
        step: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file is not one of ours.
    #[error("the claim at {path} can't be read: {reason}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

/// The form on disk.
#[derive(Serialize, Deserialize)]
struct OnDisk {
    session: String,
    fence: u64,
    class: String,
    egress: String,
    user: String,
    user_name: String,
    repository: String,
    with_environment: bool,
}

/// Writes a slot's claim.
pub fn write(dirs: &LinkDirs, slot: &SlotId, claim: &ClaimRecord) -> Result<(), LedgerError> {
    let dir = dirs.slot(slot);
    let (path, fresh) = (dir.join(NAME), dir.join("claim.json.new"));
    let failed = |step| move |source| LedgerError::File { step, path: dir.join(NAME), source };
    let bytes =
        serde_json::to_vec(&OnDisk::from(claim)).map_err(io::Error::from).map_err(failed("encode"))?;
    let failed = |step| {
        let path = path.clone();
        move |source| LedgerError::File { step, path, source }
    };
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(&fresh).and_then(|mut file| file.write_all(&bytes)).map_err(failed("write"))?;
    fs::rename(&fresh, &path).map_err(failed("rename"))
}

/// Reads a slot's claim; `None` if it has none.
pub fn read(dirs: &LinkDirs, slot: &SlotId) -> Result<Option<ClaimRecord>, LedgerError> {
    let path = dirs.slot(slot).join(NAME);
    let bytes = match read_small(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(LedgerError::File { step: "read", path, source }),
    };
    let malformed = |reason: String| LedgerError::Malformed { path: path.clone(), reason };
    let on_disk: OnDisk = serde_json::from_slice(&bytes).map_err(|error| malformed(error.to_string()))?;
    ClaimRecord::try_from(on_disk).map(Some).map_err(malformed)
}

/// Forgets a slot's claim. Idempotent.
pub fn forget(dirs: &LinkDirs, slot: &SlotId) -> Result<(), LedgerError> {
    let path = dirs.slot(slot).join(NAME);
    match fs::remove_file(&path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(LedgerError::File { step: "remove", path, source })
        }
        _ => Ok(()),
    }
}

fn read_small(path: &Path) -> io::Result<Vec<u8>> {
    let length = fs::metadata(path)?.len();
    if length > SIZE_MAX {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("{length} bytes")));
    }
    fs::read(path)
}

impl From<&ClaimRecord> for OnDisk {
    fn from(claim: &ClaimRecord) -> Self {
        Self {
            session: claim.session.to_string(),
            fence: claim.fence.number(),
            class: claim.class.name().to_owned(),
            egress: match claim.egress {
                Egress::Default => "default".to_owned(),
                Egress::Exam => "exam".to_owned(),
            },
            user: claim.user.to_string(),
            user_name: claim.user_name.clone(),
            repository: claim.repository.clone(),
            with_environment: claim.with_environment,
        }
    }
}

impl TryFrom<OnDisk> for ClaimRecord {
    type Error = String;

    fn try_from(on_disk: OnDisk) -> Result<Self, String> {
        Ok(Self {
            session: on_disk.session.parse().map_err(|error| format!("session: {error}"))?,
            fence: Fence::from_number(on_disk.fence),
            class: SlotClass::from_name(&on_disk.class).ok_or("class: neither standard nor burst")?,
            egress: match on_disk.egress.as_str() {
                "default" => Egress::Default,
                "exam" => Egress::Exam,
                _ => return Err("egress: neither default nor exam".to_owned()),
            },
            user: on_disk.user.parse().map_err(|error| format!("user: {error}"))?,
            user_name: on_disk.user_name,
            repository: on_disk.repository,
            with_environment: on_disk.with_environment,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn claim() -> ClaimRecord {
        ClaimRecord {
            session: SessionId::from_random(1),
            fence: Fence::from_number(7),
            class: SlotClass::Burst,
            egress: Egress::Exam,
            user: UserId::from_random(2),
            user_name: "ada".to_owned(),
            repository: "ada/blinky".to_owned(),
            with_environment: true,
        }
    }

    fn dirs_with(slot: &SlotId) -> (tempfile::TempDir, LinkDirs) {
        let state = tempfile::tempdir().expect("temporary directory");
        let dirs = LinkDirs::new(state.path());
        fs::create_dir_all(dirs.slot(slot)).expect("slot directory");
        (state, dirs)
    }

    #[test]
    fn a_claim_comes_back_until_it_is_forgotten() {
        let slot = SlotId::from_random(3);
        let (_state, dirs) = dirs_with(&slot);
        assert_eq!(read(&dirs, &slot).expect("read"), None);
        write(&dirs, &slot, &claim()).expect("write");
        assert_eq!(read(&dirs, &slot).expect("read"), Some(claim()));
        forget(&dirs, &slot).expect("forget");
        forget(&dirs, &slot).expect("forget again");
        assert_eq!(read(&dirs, &slot).expect("read"), None);
    }

    proptest! {
        #[test]
        fn garbage_is_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let slot = SlotId::from_random(3);
            let (_state, dirs) = dirs_with(&slot);
            fs::write(dirs.slot(&slot).join(NAME), bytes).expect("write");
            prop_assert!(read(&dirs, &slot).is_err());
        }
    }
}
