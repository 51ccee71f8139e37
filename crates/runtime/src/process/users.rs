//! Users for slots, where the node is root: one each, machine-wide, so that "kill all of this user" hits one slot only.
//!
//! A user is taken by a file of its number that names the slot's folder. It lies under `/run`, which a boot clears, and
//! outlives the node as its slots do. A file whose folder is gone is stale.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::procfs;

/// Numbers that neither distributions nor systemd's dynamic users take. Their count also bounds the slots of this
/// driver on one machine, far above what a laptop carries.
pub(super) const SLOT_USERS: std::ops::Range<u32> = 61_000..61_180;

const DIR: &str = "/run/carrel-slot-users";

/// Takes a free user for the slot with this (existing) folder; `None` when all are taken.
pub(super) fn take(slot_dir: &Path) -> io::Result<Option<u32>> {
    take_in(Path::new(DIR), slot_dir)
}

/// Gives a user back, if it is this slot's.
pub(super) fn give_back(uid: u32, slot_dir: &Path) {
    let file = Path::new(DIR).join(uid.to_string());
    if holder(&file).is_some_and(|holder| holder == slot_dir)
        && let Err(error) = fs::remove_file(&file)
    {
        tracing::warn!(uid, %error, "give back a slot's user");
    }
}

fn take_in(dir: &Path, slot_dir: &Path) -> io::Result<Option<u32>> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let draft = dir.join(format!("draft-{}-{}", std::process::id(), slot_file_name(slot_dir)));
    fs::write(&draft, slot_dir.to_string_lossy().as_bytes())?;
    let taken = SLOT_USERS.clone().find(|uid| {
        let file = dir.join(uid.to_string());
        if holder(&file).is_some_and(|holder| !holder.exists()) {
            // Whoever else sees this too does the same; the link below decides.
            let _ = fs::remove_file(&file);
        }
        // A link appears with its contents and only if the name is free.
        fs::hard_link(&draft, &file).is_ok() && !is_in_use(*uid)
    });
    fs::remove_file(&draft)?;
    Ok(taken)
}

fn slot_file_name(slot_dir: &Path) -> String {
    slot_dir.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn holder(file: &Path) -> Option<PathBuf> {
    fs::read_to_string(file).ok().map(PathBuf::from)
}

/// A process that escaped an earlier slot would own the next one's files.
fn is_in_use(uid: u32) -> bool {
    let pids = procfs::pids().unwrap_or_default();
    pids.into_iter().any(|pid| procfs::uid(pid) == Some(uid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_user_is_taken_twice_and_stale_ones_come_back() {
        let dir = tempfile::tempdir().expect("temp dir");
        let users = dir.path().join("users");
        let (one, other) = (dir.path().join("sl-1"), dir.path().join("sl-2"));
        fs::create_dir(&one).expect("slot folder");
        fs::create_dir(&other).expect("slot folder");
        let first = take_in(&users, &one).expect("take").expect("free");
        let second = take_in(&users, &other).expect("take").expect("free");
        assert_ne!(first, second);
        fs::remove_dir(&one).expect("the slot is removed");
        assert_eq!(take_in(&users, &other).expect("take"), Some(first));
    }
}
