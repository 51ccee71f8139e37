//! The holder's socket, and how the agent hears that it is there.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

/// Listens in the holder's folder.
pub(super) fn listen(dir: &Path) -> io::Result<UnixListener> {
    let (path, _dir) = short_path(dir, super::SOCKET.as_ref())?;
    let listener = UnixListener::bind(path)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// A path to `name` in `dir` that fits a socket address (108 bytes), good while the second value lives.
pub(crate) fn short_path(dir: &Path, name: &OsStr) -> io::Result<(PathBuf, Option<OwnedFd>)> {
    const FITS: usize = 100;
    let path = dir.join(name);
    if path.as_os_str().len() <= FITS {
        return Ok((path, None));
    }
    use rustix::fs::{Mode, OFlags};
    let dir = rustix::fs::open(dir, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    let number = std::os::fd::AsRawFd::as_raw_fd(&dir);
    Ok((Path::new("/proc/self/fd").join(number.to_string()).join(name), Some(dir)))
}

/// Tells the agent, then lets go of its pipe.
pub(super) fn say_ready() {
    let mut stdout = io::stdout();
    let _ = writeln!(stdout, "{}", super::READY);
    let _ = stdout.flush();
    if let Ok(null) = std::fs::OpenOptions::new().write(true).open("/dev/null") {
        let _ = rustix::stdio::dup2_stdout(&null);
    }
}
