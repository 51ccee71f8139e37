//! Where the link directories are and how a socket gets into one.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::os::unix::net::UnixListener as StdListener;
use std::path::{Path, PathBuf};

use carrel_ids::SlotId;
use tokio::net::UnixListener;

use super::LinkError;

/// The socket's name in the link directory.
pub const SOCKET_NAME: &str = "node.sock";

/// The directories below the node's state directory that belong to slots.
#[derive(Debug, Clone)]
pub struct LinkDirs {
    slots: PathBuf,
}

impl LinkDirs {
    /// Below `<state>/slots`.
    pub fn new(state_dir: &Path) -> Self {
        Self { slots: state_dir.join("slots") }
    }

    /// The directory of a slot's own files.
    pub fn slot(&self, slot: &SlotId) -> PathBuf {
        self.slots.join(slot.as_str())
    }

    /// The directory that is bound into the slot.
    pub fn link(&self, slot: &SlotId) -> PathBuf {
        self.slot(slot).join("link")
    }

    /// The slots that have a directory here.
    pub fn list(&self) -> Result<Vec<SlotId>, LinkError> {
        let entries = match fs::read_dir(&self.slots) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(failed("read", &self.slots, source)),
        };
        let mut slots = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|source| failed("read", &self.slots, source))?;
            // Anything that is not named as a slot is not ours to touch.
            slots.extend(entry.file_name().to_str().and_then(|name| name.parse().ok()));
        }
        Ok(slots)
    }

    /// Makes the directories of a slot. Others may pass through (the agent of the process runtime has a user of
    /// its own) but not list: a slot's id is 100 random bits.
    pub(super) fn make(&self, slot: &SlotId) -> Result<PathBuf, LinkError> {
        let link = self.link(slot);
        for (dir, mode) in [(&self.slots, 0o711), (&self.slot(slot), 0o711), (&link, 0o755)] {
            match DirBuilder::new().mode(mode).create(dir) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(failed("create", dir, source)),
            }
            // The process's umask may have narrowed it.
            fs::set_permissions(dir, Permissions::from_mode(mode))
                .map_err(|source| failed("set the mode of", dir, source))?;
        }
        Ok(link)
    }

    /// Removes what is kept of a slot. Idempotent.
    pub fn remove(&self, slot: &SlotId) -> Result<(), LinkError> {
        let dir = self.slot(slot);
        match fs::remove_dir_all(&dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", &dir, error)),
            _ => Ok(()),
        }
    }
}

/// Puts a listening socket into the directory, in place of one that an earlier process left there. It appears by a
/// rename, so that an agent finds either the old one (and redials) or the new one with its mode already set.
pub(super) fn socket(dir: &Path) -> Result<UnixListener, LinkError> {
    let handle = File::open(dir).map_err(|source| failed("open", dir, source))?;
    // Through the handle, because a socket's address holds 108 bytes and a state directory may lie deep.
    let short = PathBuf::from(format!("/proc/self/fd/{}", handle.as_raw_fd()));
    let (fresh, path) = (short.join("node.sock.new"), short.join(SOCKET_NAME));
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(failed("remove", &dir.join("node.sock.new"), error));
        }
        _ => {}
    }
    let shown = dir.join(SOCKET_NAME);
    let listener = StdListener::bind(&fresh).map_err(|source| failed("bind", &shown, source))?;
    fs::set_permissions(&fresh, Permissions::from_mode(0o666))
        .map_err(|source| failed("set the mode of", &shown, source))?;
    fs::rename(&fresh, &path).map_err(|source| failed("rename", &shown, source))?;
    listener.set_nonblocking(true).map_err(|source| failed("configure", &shown, source))?;
    UnixListener::from_std(listener).map_err(|source| failed("listen on", &shown, source))
}

fn failed(step: &'static str, path: &Path, source: io::Error) -> LinkError {
    LinkError::Socket { step, path: path.to_owned(), source }
}
