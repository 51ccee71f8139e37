//! A handle on one process that stays right when its number is reused.

use std::io;
use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// One process of the host.
#[derive(Debug)]
pub(crate) struct Process {
    fd: AsyncFd<OwnedFd>,
}

impl Process {
    /// Opens the process that has this number now; `None` when there is none.
    pub(crate) fn open(pid: u32) -> io::Result<Option<Self>> {
        let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else {
            return Ok(None);
        };
        match pidfd_open(pid, PidfdFlags::NONBLOCK) {
            Ok(fd) => Ok(Some(Self { fd: watched(fd)? })),
            // EINVAL: the number belongs to a thread, so the process we knew is gone.
            Err(Errno::SRCH | Errno::INVAL) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Sends SIGKILL; a process that is already dead is fine.
    pub(crate) fn kill(&self) -> io::Result<()> {
        match pidfd_send_signal(self.fd.get_ref(), Signal::KILL) {
            Ok(()) | Err(Errno::SRCH) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Returns once the process is dead (it may still be a zombie).
    pub(crate) async fn ended(&self) -> io::Result<()> {
        // The kernel makes the descriptor readable at the end of the process and leaves it so.
        self.fd.readable().await.map(|_guard| ())
    }
}

// tokio has no safe way left to watch a foreign descriptor.
#[allow(unsafe_code)]
fn watched(fd: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    // SAFETY: an `OwnedFd` is open, always the same, and closed by nobody before the `AsyncFd` that owns it is dropped.
    Ok(unsafe { AsyncFd::register_with_interest(fd, Interest::READABLE)? })
}
