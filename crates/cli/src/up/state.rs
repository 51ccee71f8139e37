//! The state folder of `up`: one user at a time, room to write, names short enough for sockets.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::error::{CliError, Doing};
use crate::out::bytes;
use crate::user::local_socket;

/// What the databases and a small repository need; slots need more, which the node looks after.
const FREE_MIN: u64 = 256 << 20;
/// A unix socket's address holds 107 characters.
const SOCKET_MAX: usize = 107;

/// A folder that this process holds.
#[derive(Debug)]
pub struct StateDir {
    /// Absolute.
    pub path: PathBuf,
    _lock: File,
}

impl StateDir {
    /// Makes the folder if needed and takes hold of it.
    pub fn hold(path: &Path) -> Result<Self, CliError> {
        let path = std::path::absolute(path).doing(format!("find {}", path.display()))?;
        let shown = path.display().to_string();
        for dir in [path.clone(), path.join("run"), path.join("node")] {
            // Node's folder is walked by slots' own users; the secrets in it have modes of their own.
            DirBuilder::new()
                .recursive(true)
                .mode(0o711)
                .create(&dir)
                .map_err(|error| unusable(&shown, error))?;
        }
        let mut lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(path.join("lock"))
            .map_err(|error| unusable(&shown, error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = (&lock).take(20).read_to_string(&mut holder);
                let holder = holder.trim();
                let who = if holder.is_empty() { String::new() } else { format!(" (process {holder})") };
                return Err(CliError::failed(
                    format!("another `carrel up`{who} uses {shown}"),
                    "end it with Ctrl-C there, or give this one its own folder with --state DIR",
                ));
            }
            Err(TryLockError::Error(error)) => return Err(unusable(&shown, error)),
        }
        write_pid(&mut lock).map_err(|error| unusable(&shown, error))?;
        check_room(&path, &shown)?;
        let socket = local_socket(&path);
        if socket.as_os_str().len() > SOCKET_MAX {
            return Err(CliError::failed(
                format!(
                    "{shown} is too long a name: a socket in it would have more than {SOCKET_MAX} characters"
                ),
                "give a shorter folder with --state DIR",
            ));
        }
        Ok(Self { path, _lock: lock })
    }

    /// The node's socket.
    pub fn node_socket(&self) -> PathBuf {
        self.path.join("run").join("compute-node.sock")
    }

    /// The sync daemon's socket.
    pub fn sync_socket(&self) -> PathBuf {
        self.path.join("run").join("sync.sock")
    }

    /// The front-end master's socket.
    pub fn socket(&self) -> PathBuf {
        local_socket(&self.path)
    }

    /// This node's id: drawn once per folder, so that two racks on one engine never take each other's slots.
    pub fn node_id(&self) -> Result<String, CliError> {
        let place = self.path.join("node.id");
        match fs::read_to_string(&place) {
            Ok(text) if text.trim().parse::<carrel_ids::NodeId>().is_ok() => {
                return Ok(text.trim().to_owned());
            }
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).doing(format!("read {}", place.display())),
        }
        let id = format!("no-local-{:06x}", carrel_service::Random::system().u64() & 0xff_ffff);
        self.write_secret("node.id", &id)?;
        Ok(id)
    }

    /// Writes a secret that only this user may read; it appears whole.
    pub fn write_secret(&self, name: &str, text: &str) -> Result<PathBuf, CliError> {
        let place = self.path.join(name);
        let fresh = self.path.join(format!(".{name}.new"));
        let write = || -> std::io::Result<()> {
            let _ = fs::remove_file(&fresh);
            let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&fresh)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&fresh, &place)
        };
        write().doing(format!("write {}", place.display()))?;
        Ok(place)
    }
}

fn write_pid(lock: &mut File) -> std::io::Result<()> {
    lock.set_len(0)?;
    lock.rewind()?;
    write!(lock, "{}", std::process::id())
}

fn unusable(shown: &str, error: std::io::Error) -> CliError {
    match error.kind() {
        std::io::ErrorKind::StorageFull => full(shown, 0),
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => CliError::failed(
            format!("{shown} can't be written: {error}"),
            "make it yours, or give another folder with --state DIR",
        ),
        _ => CliError::failed(
            format!("{shown} can't be used as a state folder: {error}"),
            "give another one with --state DIR",
        ),
    }
}

fn full(shown: &str, free: u64) -> CliError {
    CliError::failed(
        format!("the disk of {shown} is full: {} free, at least {} needed", bytes(free), bytes(FREE_MIN)),
        "free some space, or give a folder on another disk with --state DIR",
    )
}

fn check_room(path: &Path, shown: &str) -> Result<(), CliError> {
    let space = rustix::fs::statvfs(path).map_err(|error| unusable(shown, error.into()))?;
    let free = space.f_bavail.saturating_mul(space.f_frsize);
    if free < FREE_MIN { Err(full(shown, free)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_holder_and_is_free_after_it() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("state");
        let first = StateDir::hold(&path).expect("free");
        let error = StateDir::hold(&path).expect_err("held");
        let wanted = format!("another `carrel up` (process {})", std::process::id());
        assert!(error.to_string().starts_with(&wanted), "{error}");
        drop(first);
        StateDir::hold(&path).expect("free again");
    }

    #[test]
    fn a_folder_that_can_not_be_says_why_and_what_to_do() {
        let dir = tempfile::tempdir().expect("dir");
        let file = dir.path().join("file");
        fs::write(&file, "").expect("write");
        for (wrong, hint) in
            [(file.join("state"), "--state DIR"), (dir.path().join("x".repeat(120)), "shorter")]
        {
            let error = StateDir::hold(&wrong).expect_err("unusable");
            assert!(error.hint().contains(hint), "{error}: {}", error.hint());
        }
    }

    #[test]
    fn a_secret_is_its_owners() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("dir");
        let state = StateDir::hold(dir.path()).expect("free");
        let place = state.write_secret("node.token", "x").expect("write");
        assert_eq!(fs::metadata(place).expect("there").permissions().mode() & 0o777, 0o600);
    }
}
