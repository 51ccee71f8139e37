//! Opening what is in a folder, and nothing outside of it.
//!
//! Invariant: no path, link or race leads out. The kernel resolves beneath the folder where it can (`openat2`);
//! elsewhere each name is opened by itself, links are followed by hand, and `..` goes back along our own steps.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

use super::path::RelPath;

/// The kernel's own limit.
const LINKS_MAX: u32 = 40;
/// A rename somewhere above may make the kernel ask us to try again.
const TRIES: u32 = 16;

/// An open folder that everything stays in.
#[derive(Debug)]
pub struct Root {
    fd: OwnedFd,
    by_hand: bool,
}

/// Set once the kernel, or the filter in front of it, has shown that it lacks `openat2`.
static NO_OPENAT2: AtomicBool = AtomicBool::new(false);

impl Root {
    /// Opens the folder.
    pub fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let fd = rustix::fs::open(path, flags, Mode::empty())?;
        Ok(Self { fd, by_hand: NO_OPENAT2.load(Ordering::Relaxed) })
    }

    /// The same folder, resolving by hand.
    #[cfg(test)]
    fn by_hand(mut self) -> Self {
        self.by_hand = true;
        self
    }

    /// The folder itself.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// Opens a path, following links that stay inside.
    pub fn get(&self, path: &RelPath, flags: OFlags) -> io::Result<OwnedFd> {
        let flags = flags | OFlags::CLOEXEC;
        if !self.by_hand {
            match self.beneath(path, flags) {
                Err(Errno::NOSYS | Errno::PERM) => NO_OPENAT2.store(true, Ordering::Relaxed),
                result => return Ok(result?),
            }
        }
        Ok(self.walk(path, flags)?)
    }

    fn beneath(&self, path: &RelPath, flags: OFlags) -> Result<OwnedFd, Errno> {
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        let path = path.to_kernel();
        for _ in 0..TRIES {
            match rustix::fs::openat2(&self.fd, path.as_os_str(), flags, Mode::empty(), resolve) {
                Err(Errno::AGAIN | Errno::INTR) => {}
                result => return result,
            }
        }
        Err(Errno::AGAIN)
    }

    fn walk(&self, path: &RelPath, flags: OFlags) -> Result<OwnedFd, Errno> {
        let mut left: Vec<OsString> = path.names().iter().rev().cloned().collect();
        let mut folders: Vec<OwnedFd> = Vec::new();
        let mut links = 0;
        let step = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        while let Some(name) = left.pop() {
            let here = folders.last().map_or(self.fd(), OwnedFd::as_fd);
            if name == ".." {
                // Beyond our first step there is nothing to go back to: that is outside.
                folders.pop().ok_or(Errno::XDEV)?;
                continue;
            }
            let found = rustix::fs::openat(here, name.as_os_str(), step, Mode::empty())?;
            let kind = rustix::fs::FileType::from_raw_mode(rustix::fs::fstat(&found)?.st_mode);
            if kind.is_symlink() {
                links += 1;
                if links > LINKS_MAX {
                    return Err(Errno::LOOP);
                }
                let target = rustix::fs::readlinkat(&found, "", Vec::new())?.into_bytes();
                push_target(&mut left, &PathBuf::from(OsString::from_vec(target)))?;
            } else if left.is_empty() && !flags.contains(OFlags::PATH) {
                // By its name, but not through a link that may have taken its place.
                let flags = flags | OFlags::NOFOLLOW;
                return rustix::fs::openat(here, name.as_os_str(), flags, Mode::empty());
            } else {
                folders.push(found);
            }
        }
        match folders.pop() {
            Some(last) if flags.contains(OFlags::PATH) => Ok(last),
            // The path led back to a folder on our way.
            last => {
                let here = last.as_ref().map_or(self.fd(), OwnedFd::as_fd);
                rustix::fs::openat(here, ".", flags, Mode::empty())
            }
        }
    }

    /// Opens the folder that a path is in; gives the name there.
    pub fn parent<'a>(&self, path: &'a RelPath) -> io::Result<(OwnedFd, &'a OsStr)> {
        let (folder, name) = path.split().map_err(|_| Errno::INVAL)?;
        Ok((self.get(&folder, OFlags::PATH | OFlags::DIRECTORY)?, name))
    }

    /// Where a path leads once links are followed, relative to the folder.
    pub fn real(&self, path: &RelPath) -> io::Result<RelPath> {
        let found = self.get(path, OFlags::PATH)?;
        let (root, found) = (place(self.fd())?, place(found.as_fd())?);
        let inside = found.strip_prefix(&root).ok().and_then(RelPath::from_kernel);
        inside.ok_or_else(|| Errno::XDEV.into())
    }
}

/// Where a descriptor is now.
fn place(fd: BorrowedFd<'_>) -> io::Result<PathBuf> {
    std::fs::read_link(format!("/proc/self/fd/{}", fd.as_raw_fd()))
}

fn push_target(left: &mut Vec<OsString>, target: &Path) -> Result<(), Errno> {
    for part in target.components().rev() {
        match part {
            Component::Normal(name) => left.push(name.to_owned()),
            Component::ParentDir => left.push("..".into()),
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return Err(Errno::XDEV),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::os::unix::fs::symlink;

    fn world() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let w = dir.path().join("w");
        std::fs::create_dir_all(w.join("a/b")).unwrap();
        std::fs::write(dir.path().join("secret"), "secret").unwrap();
        std::fs::write(w.join("a/b/file"), "inside").unwrap();
        symlink("b/../b/file", w.join("a/good")).unwrap();
        symlink("../w/a", w.join("around")).unwrap();
        symlink("../secret", w.join("out")).unwrap();
        symlink("/etc/passwd", w.join("absolute")).unwrap();
        symlink("..", w.join("up")).unwrap();
        symlink("loop", w.join("loop")).unwrap();
        symlink("/proc/self/root", w.join("a/magic")).unwrap();
        symlink("nothing", w.join("dangling")).unwrap();
        dir
    }

    fn read(root: &Root, path: &str) -> Result<String, Errno> {
        let fd = root.get(&RelPath::parse(path).unwrap(), OFlags::RDONLY);
        let fd = fd.map_err(|error| Errno::from_io_error(&error).unwrap())?;
        let mut text = String::new();
        std::fs::File::from(fd).read_to_string(&mut text).map_err(|e| Errno::from_io_error(&e).unwrap())?;
        Ok(text)
    }

    #[test]
    fn nothing_leads_out_with_the_kernel_or_by_hand() {
        let dir = world();
        let open = || Root::open(&dir.path().join("w")).unwrap();
        for root in [open(), open().by_hand()] {
            assert_eq!(read(&root, "a/b/file").unwrap(), "inside");
            assert_eq!(read(&root, "a/good").unwrap(), "inside");
            for out in ["out", "absolute", "up/secret", "around/b/file", "a/magic/etc/passwd"] {
                assert_eq!(read(&root, out), Err(Errno::XDEV), "{out} by hand: {}", root.by_hand);
            }
            assert_eq!(read(&root, "loop"), Err(Errno::LOOP));
            assert_eq!(read(&root, "dangling"), Err(Errno::NOENT));
            assert_eq!(read(&root, "a/b/file/x"), Err(Errno::NOTDIR));
            assert_eq!(read(&root, "nowhere/x"), Err(Errno::NOENT));
            let real = root.real(&RelPath::parse("a/good").unwrap()).unwrap();
            assert_eq!(real.to_text(), "a/b/file");
        }
    }
}
