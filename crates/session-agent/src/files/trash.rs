//! Deleting so that it can be taken back: what is deleted moves beside the workspace until the session ends.

use std::ffi::OsString;
use std::io;
use std::os::fd::OwnedFd;
use std::path::PathBuf;

use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;
use rustix::fs::{AtFlags, Mode, OFlags, RenameFlags};
use rustix::io::Errno;

use super::path::RelPath;
use super::{Files, entry, inner, parse};
use crate::error::{Failure, fail, file_failure};

/// Paths in one request: a screenful of selected files many times over, and a second of work.
const PATHS_MAX: usize = 1_000;
/// Deletions kept; the oldest goes when another comes. It takes the session's disk until then.
const KEPT_MAX: usize = 50;
/// Beside the workspace: on its disk, so that moving is a rename, and out of git's sight.
const FOLDER: &str = ".carrel-trash";
/// What was taken and from where, in the order of the files' numbers.
const LIST: &str = "paths.json";
const LIST_NEW: &str = "paths.json.new";

fn check_count(count: usize) -> Result<(), Failure> {
    if count <= PATHS_MAX {
        return Ok(());
    }
    Err(fail(ServiceCode::TooLarge, format!("at most {PATHS_MAX} paths at once; ask in parts")))
}

fn open(path: &std::path::Path) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?)
}

/// Those that are in none of the others.
fn outermost(mut paths: Vec<RelPath>) -> Vec<RelPath> {
    paths.sort();
    let mut out: Vec<RelPath> = Vec::with_capacity(paths.len());
    for path in paths {
        if !out.last().is_some_and(|last| path.names().starts_with(last.names())) {
            out.push(path);
        }
    }
    out
}

fn broken(what: &str, error: &io::Error) -> Failure {
    file_failure(what, FOLDER, error)
}

impl Files {
    /// Looks at single paths; those that are not there are left out.
    pub fn stat(&self, paths: &[String]) -> Result<pb::StatFilesReply, Failure> {
        check_count(paths.len())?;
        let root = self.root()?;
        let mut entries = Vec::with_capacity(paths.len());
        for text in paths {
            let path = inner(text)?;
            let stat = root
                .parent(&path)
                .and_then(|(folder, name)| Ok(rustix::fs::statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW)?));
            match stat {
                Ok(stat) => entries.push(entry(path.to_text(), &stat)),
                Err(error) if gone(&error) => {}
                Err(error) => return Err(file_failure("look at", text, &error)),
            }
        }
        Ok(pb::StatFilesReply { entries })
    }

    /// Moves files and folders into the trash.
    pub fn trash(&self, paths: &[String]) -> Result<pb::TrashFilesReply, Failure> {
        check_count(paths.len())?;
        let wanted = paths.iter().map(|text| inner(text)).collect::<Result<Vec<_>, _>>()?;
        let root = self.root()?;
        let _one_at_a_time = self.placing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let id = self.next_trash().map_err(|error| broken("make room in", &error))?;
        let folder = self.trash_folder().join(&id);
        let fd = open(&folder).map_err(|error| broken("open", &error))?;
        let (mut taken, mut problem) = (Vec::new(), String::new());
        for path in outermost(wanted) {
            let text = path.to_text();
            let moved = root.parent(&path).and_then(|(parent, name)| {
                let to = taken.len().to_string();
                Ok(rustix::fs::renameat_with(&parent, name, &fd, to, RenameFlags::NOREPLACE)?)
            });
            match moved {
                Ok(()) => taken.push(text),
                Err(error) if problem.is_empty() => problem = refused(&text, &error).message,
                Err(_) => {}
            }
        }
        if taken.is_empty() {
            let _ = std::fs::remove_dir_all(&folder);
            return Ok(pb::TrashFilesReply { id: String::new(), paths: taken, problem });
        }
        self.note(&folder, &taken)?;
        Ok(pb::TrashFilesReply { id, paths: taken, problem })
    }

    /// Puts back what one deletion took.
    pub fn restore(&self, id: &str) -> Result<pb::RestoreFilesReply, Failure> {
        let missing = || fail(ServiceCode::NotFound, "that is no longer in the trash");
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(missing());
        }
        let root = self.root()?;
        let _one_at_a_time = self.placing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let folder = self.trash_folder().join(id);
        let list = std::fs::read(folder.join(LIST)).map_err(|_| missing())?;
        let held: Vec<String> = serde_json::from_slice(&list).map_err(|_| missing())?;
        let fd = open(&folder).map_err(|error| broken("open", &error))?;
        let (mut paths, mut problem) = (Vec::new(), String::new());
        for (number, text) in held.into_iter().enumerate() {
            let path = parse(&text)?;
            let from = number.to_string();
            if matches!(rustix::fs::statat(&fd, from.as_str(), AtFlags::SYMLINK_NOFOLLOW), Err(Errno::NOENT))
            {
                // An earlier try brought it back.
                continue;
            }
            let moved = root.parent(&path).and_then(|(parent, name)| {
                Ok(rustix::fs::renameat_with(&fd, from, &parent, name, RenameFlags::NOREPLACE)?)
            });
            match moved {
                Ok(()) => paths.push(text),
                Err(error) if problem.is_empty() => {
                    problem = file_failure("bring back", &text, &error).message;
                }
                Err(_) => {}
            }
        }
        if problem.is_empty() {
            // Nothing is in it any more but the list.
            let _ = std::fs::remove_dir_all(&folder);
        }
        Ok(pb::RestoreFilesReply { paths, problem })
    }

    fn trash_folder(&self) -> PathBuf {
        self.workspace.parent().unwrap_or(&self.workspace).join(FOLDER)
    }

    /// A fresh folder in the trash; the oldest ones make room.
    fn next_trash(&self) -> io::Result<String> {
        let trash = self.trash_folder();
        std::fs::create_dir_all(&trash)?;
        let mut held: Vec<u64> = std::fs::read_dir(&trash)?
            .filter_map(|found| found.ok()?.file_name().to_str()?.parse().ok())
            .collect();
        held.sort_unstable();
        let next = held.last().map_or(1, |last| last + 1);
        for old in held.iter().take((held.len() + 1).saturating_sub(KEPT_MAX)) {
            // What can't be removed is tried again with the next deletion.
            let _ = std::fs::remove_dir_all(trash.join(old.to_string()));
        }
        std::fs::create_dir(trash.join(next.to_string()))?;
        Ok(next.to_string())
    }

    fn note(&self, folder: &std::path::Path, taken: &[String]) -> Result<(), Failure> {
        let failed = |error: io::Error| broken("note what is in", &error);
        let text = serde_json::to_vec(taken).map_err(|error| failed(error.into()))?;
        let temporary = folder.join(OsString::from(LIST_NEW));
        std::fs::write(&temporary, text).map_err(failed)?;
        std::fs::rename(temporary, folder.join(LIST)).map_err(failed)
    }
}

fn gone(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error().map(Errno::from_raw_os_error),
        Some(Errno::NOENT | Errno::NOTDIR | Errno::XDEV | Errno::LOOP)
    )
}

/// Why something could not be moved away.
fn refused(text: &str, error: &io::Error) -> Failure {
    match error.raw_os_error().map(Errno::from_raw_os_error) {
        Some(Errno::XDEV) => {
            let text = format!("{text:?} is on another disk than the trash; delete it for good instead");
            fail(ServiceCode::FailedPrecondition, text)
        }
        _ => file_failure("delete", text, error),
    }
}
