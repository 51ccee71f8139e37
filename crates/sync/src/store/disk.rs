//! The few file operations that the store needs, so that tests can lose what was not synced.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Files in two flat folders, named `<folder>/<name>`.
pub trait Disk: Send + Sync + 'static {
    /// The names in a folder.
    fn list(&self, folder: &str) -> io::Result<Vec<String>>;
    /// A whole file; `None` if there is none.
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>>;
    /// A part of a file.
    fn read_at(&self, path: &str, offset: u64, length: usize) -> io::Result<Vec<u8>>;
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
}

/// The real one.
#[derive(Debug)]
pub struct RealDisk {
    root: PathBuf,
    /// Open journal segments: at most the few that exist.
    open: Mutex<HashMap<String, Arc<File>>>,
}

impl RealDisk {
    /// Files under this folder; makes the folders.
    pub fn open(root: &Path) -> io::Result<Self> {
        for folder in [super::JOURNAL, super::DOCUMENTS] {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(root.join(folder))?;
        }
        File::open(root)?.sync_all()?;
        Ok(Self { root: root.to_owned(), open: Mutex::default() })
    }

    fn file(&self, path: &str) -> io::Result<Arc<File>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = open.get(path) {
            return Ok(file.clone());
        }
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true).mode(0o600);
        let file = Arc::new(options.open(self.root.join(path))?);
        if path.starts_with(super::JOURNAL) {
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

    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.root.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn read_at(&self, path: &str, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.file(path)?.read_exact_at(&mut bytes, offset)?;
        Ok(bytes)
    }

    fn append(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.file(path)?.as_ref().write_all(bytes)
    }

    fn truncate(&self, path: &str, length: u64) -> io::Result<()> {
        self.file(path)?.set_len(length)
    }

    fn sync(&self, path: &str) -> io::Result<()> {
        self.file(path)?.sync_data()
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
