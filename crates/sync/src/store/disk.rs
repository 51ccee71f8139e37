//! The few file operations that the store needs, so that tests can lose what was not synced.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// An open file. It can be read even after it was removed or replaced.
pub trait ReadAt: Send + Sync {
    /// Its length now.
    fn length(&self) -> io::Result<u64>;
    /// A part of it.
    fn read_at(&self, offset: u64, length: usize) -> io::Result<Vec<u8>>;
}

/// Files in a few flat folders, named `<folder>/<name>`.
pub trait Disk: Send + Sync + 'static {
    /// The names in a folder.
    fn list(&self, folder: &str) -> io::Result<Vec<String>>;
    /// A file; `None` if there is none.
    fn open(&self, path: &str) -> io::Result<Option<Arc<dyn ReadAt>>>;
    /// Adds to the end; makes the file if there is none.
    fn append(&self, path: &str, bytes: &[u8]) -> io::Result<()>;
    /// Shortens a file.
    fn truncate(&self, path: &str, length: u64) -> io::Result<()>;
    /// When it returns, the file's content survives a power cut.
    fn sync(&self, path: &str) -> io::Result<()>;
    /// When it returns, the folder's names survive a power cut.
    fn sync_folder(&self, folder: &str) -> io::Result<()>;
    /// Replaces `to` at once.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file; it may be gone already.
    fn remove(&self, path: &str) -> io::Result<()>;
    /// A whole file; `None` if there is none.
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        let Some(file) = self.open(path)? else { return Ok(None) };
        let length = usize::try_from(file.length()?).map_err(io::Error::other)?;
        file.read_at(0, length).map(Some)
    }
}

/// Writes a file anew: aside, synced, renamed.
pub(super) fn replace<D: Disk + ?Sized>(disk: &D, folder: &str, name: &str, bytes: &[u8]) -> io::Result<()> {
    let (path, fresh) = (format!("{folder}/{name}"), format!("{folder}/{name}.new"));
    disk.remove(&fresh)?;
    disk.append(&fresh, bytes)?;
    disk.sync(&fresh)?;
    disk.rename(&fresh, &path)?;
    disk.sync_folder(folder)
}

/// The real one.
#[derive(Debug)]
pub struct RealDisk {
    root: PathBuf,
    /// Locked as long as this disk is in use: two journals in one folder would overwrite each other.
    _lock: File,
    /// Open journal segments: at most the few that exist.
    open: Mutex<HashMap<String, Arc<File>>>,
}

impl ReadAt for File {
    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.read_exact_at(&mut bytes, offset)?;
        Ok(bytes)
    }
}

impl RealDisk {
    /// Files under this folder; makes the folders. `WouldBlock` if somebody else has it open.
    pub fn open(root: &Path) -> io::Result<Self> {
        for folder in [super::JOURNAL, super::DOCUMENTS, super::BLOBS] {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(root.join(folder))?;
        }
        File::open(root)?.sync_all()?;
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(root.join("lock"))?;
        lock.try_lock()?;
        Ok(Self { root: root.to_owned(), _lock: lock, open: Mutex::default() })
    }

    fn file(&self, path: &str, may_create: bool) -> io::Result<Arc<File>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = open.get(path) {
            return Ok(file.clone());
        }
        let mut options = OpenOptions::new();
        options.read(true).append(may_create).create(may_create).mode(0o600);
        let file = Arc::new(options.open(self.root.join(path))?);
        if may_create && path.starts_with(super::JOURNAL) {
            open.insert(path.to_owned(), file.clone());
        }
        Ok(file)
    }

    fn forget(&self, path: &str) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
    }
}

impl Disk for RealDisk {
    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let entries = fs::read_dir(self.root.join(folder))?;
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn open(&self, path: &str) -> io::Result<Option<Arc<dyn ReadAt>>> {
        match self.file(path, false) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn append(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.file(path, true)?.as_ref().write_all(bytes)
    }

    fn truncate(&self, path: &str, length: u64) -> io::Result<()> {
        self.file(path, true)?.set_len(length)
    }

    fn sync(&self, path: &str) -> io::Result<()> {
        self.file(path, true)?.sync_data()
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        File::open(self.root.join(folder))?.sync_all()
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.root.join(from), self.root.join(to))
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        self.forget(path);
        match fs::remove_file(self.root.join(path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}
