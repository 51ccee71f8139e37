//! What systemd is told and what it hands over: readiness, the watchdog's beat, sockets.

use std::io;
use std::os::fd::OwnedFd;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The line to the service manager; silent where there is none.
#[derive(Debug, Clone, Default)]
pub struct Notify(Option<Arc<Line>>);

#[derive(Debug)]
struct Line {
    socket: UnixDatagram,
    address: SocketAddr,
    watchdog: Option<Duration>,
}

impl Notify {
    /// Tells nobody.
    pub fn silent() -> Self {
        Self::default()
    }

    /// The line that the process was started with, if any.
    pub fn of_process() -> Self {
        let Some(target) = std::env::var_os("NOTIFY_SOCKET") else { return Self::silent() };
        let own_watchdog =
            std::env::var("WATCHDOG_PID").map_or(true, |pid| pid == std::process::id().to_string());
        let micros = std::env::var("WATCHDOG_USEC").ok().and_then(|text| text.parse().ok());
        let watchdog = micros.filter(|_| own_watchdog).map(Duration::from_micros);
        match Self::to(target.as_encoded_bytes(), watchdog) {
            Ok(line) => line,
            Err(error) => {
                tracing::warn!(%error, "NOTIFY_SOCKET can't be used");
                Self::silent()
            }
        }
    }

    fn to(target: &[u8], watchdog: Option<Duration>) -> io::Result<Self> {
        use std::os::unix::ffi::OsStrExt as _;
        let address = match target.strip_prefix(b"@") {
            Some(name) => SocketAddr::from_abstract_name(name)?,
            None => SocketAddr::from_pathname(std::ffi::OsStr::from_bytes(target))?,
        };
        let socket = UnixDatagram::unbound()?;
        socket.set_nonblocking(true)?;
        Ok(Self(Some(Arc::new(Line { socket, address, watchdog }))))
    }

    /// Requests are answered.
    pub fn ready(&self) {
        self.say("READY=1");
    }

    /// The drain has begun.
    pub fn stopping(&self) {
        self.say("STOPPING=1");
    }

    /// One line for `systemctl status`.
    pub fn status(&self, text: &str) {
        self.say(&format!("STATUS={}", text.replace('\n', " ")));
    }

    /// The main loop is alive. Call it from there, so that a stuck loop is found.
    pub fn beat(&self) {
        self.say("WATCHDOG=1");
    }

    /// How often [`Self::beat`] should be called: half of what the service manager waits.
    pub fn watchdog_interval(&self) -> Option<Duration> {
        self.0.as_ref()?.watchdog.map(|limit| limit / 2)
    }

    fn say(&self, text: &str) {
        let Some(line) = &self.0 else { return };
        if let Err(error) = line.socket.send_to_addr(text.as_bytes(), &line.address) {
            tracing::debug!(%error, text, "service manager not told");
        }
    }
}

/// The most sockets that one unit hands over.
const SOCKETS_MAX: usize = 16;

/// Takes the socket of this name that systemd handed over (`FileDescriptorName=`); each can be taken once.
pub(crate) fn take_socket(name: &str) -> Option<OwnedFd> {
    static HANDED: Mutex<Option<Vec<(String, OwnedFd)>>> = Mutex::new(None);
    let mut handed = HANDED.lock().unwrap_or_else(PoisonError::into_inner);
    let handed = handed.get_or_insert_with(handed_over);
    let index = handed.iter().position(|(known, _)| known == name)?;
    Some(handed.swap_remove(index).1)
}

/// Runs once per process, before anything else could own these descriptors' numbers.
#[allow(
    unsafe_code,
    reason = "the service manager passes sockets as bare numbers; there is no safe way to own one"
)]
fn handed_over() -> Vec<(String, OwnedFd)> {
    use std::os::fd::FromRawFd as _;
    let variable = |name| std::env::var(name).ok();
    let ours = variable("LISTEN_PID").is_some_and(|pid| pid == std::process::id().to_string());
    let count: usize =
        variable("LISTEN_FDS").and_then(|text| text.parse().ok()).filter(|_| ours).unwrap_or(0);
    let names = variable("LISTEN_FDNAMES").unwrap_or_default();
    let names = names.split(':').map(str::to_owned).chain(std::iter::repeat(String::new()));
    let mut sockets = Vec::new();
    for (number, name) in (3..).zip(names).take(count.min(SOCKETS_MAX)) {
        // SAFETY: systemd's protocol says that 3.. are open and ours when LISTEN_PID is our id; this runs once.
        let socket = unsafe { OwnedFd::from_raw_fd(number) };
        if rustix::io::fcntl_setfd(&socket, rustix::io::FdFlags::CLOEXEC).is_ok() {
            sockets.push((name, socket));
        } else {
            // Not open after all: dropping it would close a number that somebody else may get.
            std::mem::forget(socket);
        }
    }
    sockets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_reach_the_socket_and_a_lost_one_harms_nobody() {
        let dir = tempfile::tempdir().expect("folder");
        let path = dir.path().join("notify");
        let manager = UnixDatagram::bind(&path).expect("socket");
        let watchdog = Some(Duration::from_secs(30));
        let line = Notify::to(path.as_os_str().as_encoded_bytes(), watchdog).expect("line");
        assert_eq!(line.watchdog_interval(), Some(Duration::from_secs(15)));
        line.ready();
        line.status("two\nlines");
        let mut buffer = [0; 64];
        for expected in ["READY=1", "STATUS=two lines"] {
            let size = manager.recv(&mut buffer).expect("message");
            assert_eq!(&buffer[..size], expected.as_bytes());
        }
        drop(manager);
        line.beat();
        Notify::silent().beat();
    }
}
