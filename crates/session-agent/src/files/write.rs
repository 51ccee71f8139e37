//! Writing a file so that a reader sees the old or the new one, and nobody's change is overwritten unseen.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};

use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, RenameFlags, Stat};
use rustix::io::Errno;

use super::path::RelPath;
use super::root::Root;
use super::{CONTENT_MAX, Files, entry, etag, inner};
use crate::error::{Failure, fail, file_failure};

/// Names of files being written; not listed, not reported as changes.
const TEMPORARY: &[u8] = b".carrel-";
const TEMPORARY_END: &[u8] = b".part~";

/// What must be true of the file that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Nothing.
    Any,
    /// There is none.
    Absent,
    /// There is one.
    Present,
    /// It is in the state with this tag.
    Matches(String),
}

impl Condition {
    /// As `WriteFile` takes it: empty for any, "none" for absent.
    pub fn from_message(etag: &str) -> Self {
        match etag {
            "" => Self::Any,
            "none" => Self::Absent,
            etag => Self::Matches(etag.to_owned()),
        }
    }

    fn check(&self, there: Option<&Stat>, text: &str) -> Result<(), Failure> {
        let conflict = |what: &str| Err(fail(ServiceCode::Aborted, format!("write {text:?}: {what}")));
        match (self, there) {
            (Self::Any, _) | (Self::Absent, None) | (Self::Present, Some(_)) => Ok(()),
            (Self::Absent, Some(_)) => conflict("a file of this name is there already"),
            (Self::Present | Self::Matches(_), None) => conflict("it is no longer there"),
            (Self::Matches(wanted), Some(stat)) if *wanted == etag(stat) => Ok(()),
            (Self::Matches(_), Some(_)) => {
                conflict("it changed since you read it; read it again, then write")
            }
        }
    }
}

/// Whether a name is one of ours.
pub(super) fn is_temporary(name: &OsStr) -> bool {
    name.as_bytes().starts_with(TEMPORARY) && name.as_bytes().ends_with(TEMPORARY_END)
}

/// A file on its way: written beside its place, then put there, or removed when dropped.
#[derive(Debug)]
pub struct Upload {
    files: Files,
    text: String,
    path: RelPath,
    folder: OwnedFd,
    name: OsString,
    /// Its name while it is written; `None` while it has none.
    temporary: Option<OsString>,
    file: std::fs::File,
}

impl Files {
    /// Writes a whole file of at most [`CONTENT_MAX`].
    pub fn write(&self, text: &str, content: &[u8], condition: &Condition) -> Result<pb::FileEntry, Failure> {
        if content.len() > CONTENT_MAX {
            let text = format!("{text:?}: more than {CONTENT_MAX} bytes; upload it by raw?path=");
            return Err(fail(ServiceCode::TooLarge, text));
        }
        let mut upload = self.upload(text)?;
        // A conflict is told before anything is written.
        condition.check(upload.there()?.as_ref(), text)?;
        upload.file.write_all(content).map_err(|error| file_failure("write", text, &error))?;
        upload.place(condition)
    }

    /// Starts an upload: an empty file beside where it will be.
    pub fn upload(&self, text: &str) -> Result<Upload, Failure> {
        let path = inner(text)?;
        let failed = |error: io::Error| file_failure("write", text, &error);
        let root = self.root()?;
        let target = target(&root, &path).map_err(failed)?;
        let (folder, name) = root.parent(&target).map_err(failed)?;
        let (fd, temporary) = create(&folder).map_err(|errno| failed(errno.into()))?;
        let name = name.to_owned();
        Ok(Upload {
            files: self.clone(),
            text: text.to_owned(),
            path,
            folder,
            name,
            temporary,
            file: fd.into(),
        })
    }
}

fn temporary_name() -> OsString {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    OsString::from(format!(".carrel-{}-{count}.part~", std::process::id()))
}

/// A file without a name, so that an agent killed in the middle leaves nothing behind; with one where the file system
/// knows no other.
fn create(folder: &OwnedFd) -> Result<(OwnedFd, Option<OsString>), Errno> {
    let mode = Mode::from_raw_mode(0o666);
    let flags = OFlags::WRONLY | OFlags::CLOEXEC;
    match rustix::fs::openat(folder, ".", flags | OFlags::TMPFILE, mode) {
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::NOENT | Errno::INVAL) => {}
        result => return Ok((result?, None)),
    }
    let name = temporary_name();
    let flags = flags | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
    let fd = rustix::fs::openat(folder, name.as_os_str(), flags, mode)?;
    Ok((fd, Some(name)))
}

/// The place to write: through links that stay inside, as an editor would.
fn target(root: &Root, path: &RelPath) -> io::Result<RelPath> {
    match root.real(path) {
        Ok(real) => Ok(real),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let (folder, name) = root.parent(path)?;
            match rustix::fs::statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW) {
                // A link to nothing: what it names may be outside.
                Ok(_) => Err(Errno::LOOP.into()),
                Err(_) => Ok(path.clone()),
            }
        }
        Err(error) => Err(error),
    }
}

impl Upload {
    /// Where to write; blocks.
    pub fn file(&mut self) -> &mut std::fs::File {
        &mut self.file
    }

    fn there(&self) -> Result<Option<Stat>, Failure> {
        match rustix::fs::statat(&self.folder, self.name.as_os_str(), AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Directory => {
                Err(self.failed(Errno::ISDIR))
            }
            Ok(stat) => Ok(Some(stat)),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(self.failed(errno)),
        }
    }

    fn failed(&self, errno: Errno) -> Failure {
        file_failure("write", &self.text, &errno.into())
    }

    /// The name it is renamed from.
    fn named(&mut self) -> Result<OsString, Errno> {
        if let Some(name) = &self.temporary {
            return Ok(name.clone());
        }
        let name = temporary_name();
        let itself = format!("/proc/self/fd/{}", self.file.as_raw_fd());
        let follow = AtFlags::SYMLINK_FOLLOW;
        rustix::fs::linkat(rustix::fs::CWD, itself, &self.folder, name.as_os_str(), follow)?;
        self.temporary = Some(name.clone());
        Ok(name)
    }

    /// Puts the file in its place if the condition holds.
    pub fn place(mut self, condition: &Condition) -> Result<pb::FileEntry, Failure> {
        let placing = Arc::clone(&self.files.placing);
        let _placing = placing.lock().unwrap_or_else(PoisonError::into_inner);
        let there = self.there()?;
        condition.check(there.as_ref(), &self.text)?;
        if let Some(stat) = there {
            let mode = Mode::from_raw_mode(stat.st_mode & 0o777);
            rustix::fs::fchmod(&self.file, mode).map_err(|errno| self.failed(errno))?;
        }
        // Where there was none, one that appeared since is a conflict and not overwritten.
        let flags = if there.is_none() && *condition == Condition::Absent {
            RenameFlags::NOREPLACE
        } else {
            RenameFlags::empty()
        };
        let from = self.named().map_err(|errno| self.failed(errno))?;
        let to = self.name.as_os_str();
        rustix::fs::renameat_with(&self.folder, from, &self.folder, to, flags).map_err(|e| self.failed(e))?;
        let stat = rustix::fs::fstat(&self.file).map_err(|errno| self.failed(errno))?;
        Ok(entry(self.path.to_text(), &stat))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(name) = &self.temporary {
            // After a rename the name is free and this finds nothing.
            let _ = rustix::fs::unlinkat(&self.folder, name.as_os_str(), AtFlags::empty());
        }
    }
}
