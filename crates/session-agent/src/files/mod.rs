//! The workspace's files: everything the user does with them, confined to the workspace.

mod list;
pub mod path;
pub mod root;
mod trash;
mod watch;
mod write;

use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, RenameFlags, Stat};
use rustix::io::Errno;

use crate::error::{Failure, fail, file_failure};
use path::{PathError, RelPath};
use root::Root;
pub use watch::{Change, Watching};
pub use write::{Condition, Upload};

/// The largest file that travels inside a message; larger ones go by `raw`.
pub const CONTENT_MAX: usize = 4 * 1024 * 1024;
/// Folders inside folders that one delete goes down: each takes a file handle.
const DELETE_DEPTH_MAX: usize = 500;

/// The files of one workspace. All methods block; call them where that is allowed.
#[derive(Debug, Clone)]
pub struct Files {
    workspace: PathBuf,
    /// Held while a condition is checked and the file put in place.
    placing: Arc<Mutex<()>>,
    watching: Arc<watch::Hubs>,
}

/// The state of a file as one word: it changes whenever we, an editor or a build replaces or changes the file.
pub fn etag(stat: &Stat) -> String {
    format!("{:x}-{:x}-{:x}.{:x}", stat.st_ino, stat.st_size, stat.st_mtime, stat.st_mtime_nsec)
}

fn entry(path: String, stat: &Stat) -> pb::FileEntry {
    let kind = match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => "file",
        FileType::Directory => "folder",
        FileType::Symlink => "link",
        _ => "other",
    };
    let millis = i64::try_from(stat.st_mtime_nsec / 1_000_000).unwrap_or_default();
    pb::FileEntry {
        path,
        kind: kind.to_owned(),
        size: u64::try_from(stat.st_size).unwrap_or_default(),
        modified_at: stat.st_mtime.saturating_mul(1_000).saturating_add(millis),
        etag: etag(stat),
        executable: kind == "file" && stat.st_mode & 0o111 != 0,
    }
}

/// Reads a path as it travels.
pub fn parse(text: &str) -> Result<RelPath, Failure> {
    RelPath::parse(text).map_err(|error| {
        let code = match error {
            PathError::Absolute(_) | PathError::Upwards(_) => ServiceCode::PermissionDenied,
            _ => ServiceCode::InvalidArgument,
        };
        fail(code, error.to_string())
    })
}

fn inner(text: &str) -> Result<RelPath, Failure> {
    let path = parse(text)?;
    path.split().map_err(|error| fail(ServiceCode::InvalidArgument, error.to_string()))?;
    Ok(path)
}

impl Files {
    /// The files below `workspace`.
    pub fn new(workspace: &Path) -> Self {
        Self { workspace: workspace.to_owned(), placing: Arc::default(), watching: Arc::default() }
    }

    fn root(&self) -> Result<Root, Failure> {
        Root::open(&self.workspace).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => fail(
                ServiceCode::FailedPrecondition,
                "there is no workspace yet; wait until the session is ready",
            ),
            _ => file_failure("open the workspace", "", &error),
        })
    }

    /// Does file work where blocking is allowed.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let this = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&this)).await;
        done.unwrap_or_else(|_| Err(fail(ServiceCode::Internal, "the file work was cut off; try again")))
    }

    /// Opens a regular file for reading.
    pub fn open(&self, text: &str) -> Result<(std::fs::File, pb::FileEntry), Failure> {
        let path = inner(text)?;
        let failed = |error: io::Error| file_failure("read", text, &error);
        // Without NONBLOCK a pipe in the workspace would hold this thread until someone writes to it.
        let fd =
            self.root()?.get(&path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY).map_err(failed)?;
        let stat = rustix::fs::fstat(&fd).map_err(|errno| failed(errno.into()))?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Ok((fd.into(), entry(path.to_text(), &stat))),
            FileType::Directory => Err(failed(Errno::ISDIR.into())),
            _ => {
                Err(fail(ServiceCode::FailedPrecondition, format!("read {text:?}: it is not a regular file")))
            }
        }
    }

    /// Where a link leads to; `None` for what is no link.
    pub fn link(&self, text: &str) -> Result<Option<std::ffi::OsString>, Failure> {
        use std::os::unix::ffi::OsStringExt;
        let path = inner(text)?;
        let Ok((parent, name)) = self.root()?.parent(&path) else { return Ok(None) };
        match rustix::fs::readlinkat(&parent, name, Vec::new()) {
            Ok(target) => Ok(Some(std::ffi::OsString::from_vec(target.into_bytes()))),
            // It is no link, or nothing; whoever reads it next is told.
            Err(_) => Ok(None),
        }
    }

    /// Reads a whole file of at most [`CONTENT_MAX`].
    pub fn read(&self, text: &str) -> Result<pb::File, Failure> {
        let (file, entry) = self.open(text)?;
        let mut content = Vec::new();
        file.take(CONTENT_MAX as u64 + 1)
            .read_to_end(&mut content)
            .map_err(|error| file_failure("read", text, &error))?;
        if content.len() > CONTENT_MAX {
            let text = format!("{text:?} has more than {CONTENT_MAX} bytes; download it by raw?path=");
            return Err(fail(ServiceCode::TooLarge, text));
        }
        Ok(pb::File { entry: Some(entry), content })
    }

    /// Makes a folder in an existing one.
    pub fn create_folder(&self, text: &str) -> Result<pb::FileEntry, Failure> {
        let path = inner(text)?;
        let made = || -> io::Result<Stat> {
            let root = Root::open(&self.workspace)?;
            let (parent, name) = root.parent(&path)?;
            rustix::fs::mkdirat(&parent, name, Mode::from_raw_mode(0o777))?;
            Ok(rustix::fs::statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW)?)
        };
        let stat = made().map_err(|error| file_failure("create the folder", text, &error))?;
        Ok(entry(path.to_text(), &stat))
    }

    /// Renames; never replaces.
    pub fn rename(&self, from: &str, to: &str) -> Result<pb::FileEntry, Failure> {
        let (old, new) = (inner(from)?, inner(to)?);
        let root = self.root()?;
        let failed = |text: &str, error: io::Error| file_failure("rename", text, &error);
        let (old_parent, old_name) = root.parent(&old).map_err(|error| failed(from, error))?;
        let (new_parent, new_name) = root.parent(&new).map_err(|error| failed(to, error))?;
        let flags = RenameFlags::NOREPLACE;
        rustix::fs::renameat_with(&old_parent, old_name, &new_parent, new_name, flags).map_err(|errno| {
            let at = if errno == Errno::EXIST { to } else { from };
            failed(at, errno.into())
        })?;
        let stat = rustix::fs::statat(&new_parent, new_name, AtFlags::SYMLINK_NOFOLLOW);
        Ok(entry(new.to_text(), &stat.map_err(|errno| failed(to, errno.into()))?))
    }

    /// Deletes a file, a link (not what it leads to) or a folder.
    pub fn delete(&self, text: &str, recursive: bool) -> Result<(), Failure> {
        let path = inner(text)?;
        let failed = |error: io::Error| file_failure("delete", text, &error);
        let (parent, name) = self.root()?.parent(&path).map_err(failed)?;
        match rustix::fs::unlinkat(&parent, name, AtFlags::empty()) {
            Err(Errno::ISDIR | Errno::PERM) => {}
            result => return result.map_err(|errno| failed(errno.into())),
        }
        if recursive {
            let folder = open_folder(&parent, name).map_err(|errno| failed(errno.into()))?;
            empty_folder(&folder, DELETE_DEPTH_MAX).map_err(|errno| failed(errno.into()))?;
        }
        rustix::fs::unlinkat(&parent, name, AtFlags::REMOVEDIR).map_err(|errno| failed(errno.into()))
    }

    /// The absolute path of a folder, for a command to start in.
    pub fn folder(&self, text: &str) -> Result<PathBuf, Failure> {
        let path = parse(text)?;
        let root = self.root()?;
        let failed = |error: io::Error| file_failure("work in", text, &error);
        root.get(&path, OFlags::PATH | OFlags::DIRECTORY).map_err(failed)?;
        Ok(self.workspace.join(path.to_kernel()))
    }
}

fn open_folder(parent: impl AsFd, name: &std::ffi::OsStr) -> Result<OwnedFd, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    rustix::fs::openat(parent, name, flags, Mode::empty())
}

/// Deletes what is in a folder, each name relative to its open parent: no link is followed.
fn empty_folder(folder: &OwnedFd, depth: usize) -> Result<(), Errno> {
    use std::os::unix::ffi::OsStrExt;
    if depth == 0 {
        return Err(Errno::NAMETOOLONG);
    }
    let mut names = Vec::new();
    for found in rustix::fs::Dir::read_from(folder)? {
        let found = found?;
        let name = found.file_name().to_bytes();
        if !matches!(name, b"." | b"..") {
            names.push(std::ffi::OsStr::from_bytes(name).to_owned());
        }
    }
    for name in names {
        match rustix::fs::unlinkat(folder, name.as_os_str(), AtFlags::empty()) {
            Err(Errno::ISDIR | Errno::PERM) => {
                empty_folder(&open_folder(folder, &name)?, depth - 1)?;
                rustix::fs::unlinkat(folder, name.as_os_str(), AtFlags::REMOVEDIR)?;
            }
            // Gone already: that was the aim.
            Err(Errno::NOENT) => {}
            result => result?,
        }
    }
    Ok(())
}
