//! The process a holder keeps: on a terminal of its own, or on pipes.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::{Pid, PidfdFlags, Signal};
use rustix::pty::OpenptFlags;
use rustix::termios::{InputModes, OptionalActions, SpecialCodeIndex, Winsize};

use crate::frame::Stream;

/// How the process is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// A pseudo terminal of this size.
    Pty { cols: u16, rows: u16 },
    /// Three pipes.
    Pipes,
}

/// A started process and our ends of its input and outputs.
#[derive(Debug)]
pub struct Process {
    child: Child,
    pid: Pid,
    /// Becomes readable when the process ends; `None` where the kernel or its filter refuses pidfds.
    pub pidfd: Option<OwnedFd>,
    /// What it writes; an entry is dropped at its end.
    pub outputs: Vec<(Stream, OwnedFd)>,
    /// What it reads; dropped at the end of input.
    pub input: Option<OwnedFd>,
    pty: bool,
}

fn winsize(cols: u16, rows: u16) -> Winsize {
    Winsize { ws_row: rows, ws_col: cols, ws_xpixel: 0, ws_ypixel: 0 }
}

fn nonblocking(fd: OwnedFd) -> io::Result<OwnedFd> {
    let flags = fcntl_getfl(&fd)?;
    fcntl_setfl(&fd, flags | OFlags::NONBLOCK)?;
    Ok(fd)
}

/// Makes the child a session leader, so that all it starts can be found and ended together,
/// and gives it its terminal so that Ctrl-C reaches the foreground job.
#[allow(unsafe_code)]
fn lead_a_session(command: &mut Command, with_terminal: bool) {
    let before_exec = move || {
        rustix::process::setsid()?;
        if with_terminal {
            rustix::process::ioctl_tiocsctty(rustix::stdio::stdin())?;
        }
        Ok(())
    };
    // SAFETY: runs between fork and exec; makes two system calls, allocates nothing, takes no lock.
    unsafe { command.pre_exec(before_exec) };
}

impl Process {
    /// Starts `argv` with this program's own environment and working folder.
    pub fn start(argv: &[String], connection: Connection) -> io::Result<Self> {
        let (program, arguments) = argv.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(program);
        command.args(arguments);
        match connection {
            Connection::Pty { cols, rows } => Self::start_on_pty(command, winsize(cols, rows)),
            Connection::Pipes => Self::start_on_pipes(command),
        }
    }

    fn start_on_pty(mut command: Command, size: Winsize) -> io::Result<Self> {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let master = rustix::pty::openpt(flags)?;
        rustix::pty::unlockpt(&master)?;
        let slave = rustix::pty::ioctl_tiocgptpeer(&master, flags)?;
        rustix::termios::tcsetwinsize(&slave, size)?;
        let mut modes = rustix::termios::tcgetattr(&slave)?;
        // Backspace over a multi-byte character must remove all of it.
        modes.input_modes |= InputModes::IUTF8;
        rustix::termios::tcsetattr(&slave, OptionalActions::Now, &modes)?;
        command.stdin(slave.try_clone()?).stdout(slave.try_clone()?).stderr(slave);
        lead_a_session(&mut command, true);
        let child = command.spawn()?;
        // The slave's descriptors live in `command`: held any longer, the master would never see the end.
        drop(command);
        let master = nonblocking(master)?;
        let outputs = vec![(Stream::Out, master.try_clone()?)];
        Self::new(child, outputs, Some(master), true)
    }

    fn start_on_pipes(mut command: Command) -> io::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        lead_a_session(&mut command, false);
        let mut child = command.spawn()?;
        let mut outputs = Vec::with_capacity(2);
        if let Some(out) = child.stdout.take() {
            outputs.push((Stream::Out, nonblocking(out.into())?));
        }
        if let Some(err) = child.stderr.take() {
            outputs.push((Stream::Err, nonblocking(err.into())?));
        }
        let input = child.stdin.take().map(|input| nonblocking(input.into())).transpose()?;
        Self::new(child, outputs, input, false)
    }

    fn new(
        child: Child,
        outputs: Vec<(Stream, OwnedFd)>,
        input: Option<OwnedFd>,
        pty: bool,
    ) -> io::Result<Self> {
        let pid = Pid::from_child(&child);
        let pidfd = rustix::process::pidfd_open(pid, PidfdFlags::empty()).ok();
        Ok(Self { child, pid, pidfd, outputs, input, pty })
    }

    /// Whether it runs on a terminal.
    pub fn is_pty(&self) -> bool {
        self.pty
    }

    /// The exit code once it has ended: 128 and the signal's number when killed.
    pub fn try_wait(&mut self) -> Option<i32> {
        match self.child.try_wait() {
            Ok(Some(status)) => Some(exit_code(status)),
            // It can't be waited for: nothing more will be learnt about it.
            Err(_) => Some(255),
            Ok(None) => None,
        }
    }

    /// Tells the terminal its new size; the kernel tells the foreground job.
    pub fn resize(&self, cols: u16, rows: u16) {
        if let (true, Some(master)) = (self.pty, &self.input) {
            let _ = rustix::termios::tcsetwinsize(master, winsize(cols, rows));
        }
    }

    /// Sends a signal: to the foreground job of a terminal, else to the group of the process.
    pub fn signal(&self, signo: u8) {
        let Some(signal) = Signal::from_named_raw(i32::from(signo)) else { return };
        let foreground = match (&self.input, self.pty) {
            (Some(master), true) => rustix::termios::tcgetpgrp(master).ok(),
            _ => None,
        };
        let _ = rustix::process::kill_process_group(foreground.unwrap_or(self.pid), signal);
    }

    /// The character that ends the input of a terminal.
    pub fn end_of_input_char(&self) -> u8 {
        const CTRL_D: u8 = 4;
        let modes = self.input.as_ref().and_then(|master| rustix::termios::tcgetattr(master).ok());
        modes.map_or(CTRL_D, |modes| modes.special_codes[SpecialCodeIndex::VEOF])
    }

    /// Sends a signal to everything of the session that this process leads; says how many there were.
    pub fn signal_session(&self, signal: Signal) -> usize {
        let members = session_members(Path::new("/proc"), self.pid);
        for pid in &members {
            let _ = rustix::process::kill_process(*pid, signal);
        }
        members.len()
    }
}

/// The code a shell would report.
pub fn exit_code(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(255)
}

/// Living processes whose session is `leader`.
fn session_members(proc: &Path, leader: Pid) -> Vec<Pid> {
    let Ok(entries) = std::fs::read_dir(proc) else { return vec![leader] };
    let numbers =
        entries.flatten().filter_map(|e| e.file_name().to_str().and_then(|n| n.parse::<i32>().ok()));
    let members = numbers.filter(|pid| {
        let stat = std::fs::read_to_string(proc.join(pid.to_string()).join("stat")).unwrap_or_default();
        session_of(&stat) == Some(leader.as_raw_nonzero().get())
    });
    members.filter_map(Pid::from_raw).collect()
}

/// The session in a line of `/proc/<pid>/stat`; `None` for the dead. The name before it may hold anything.
fn session_of(stat: &str) -> Option<i32> {
    let (_, after_name) = stat.rsplit_once(") ")?;
    let mut fields = after_name.split(' ');
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return None;
    }
    fields.nth(2)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_is_found_behind_a_hostile_name() {
        assert_eq!(session_of("42 (a) S 1 (x) S 1 7 99 0 -1 4"), Some(99));
        assert_eq!(session_of("42 (sh) S 1 42 42 0 -1"), Some(42));
        assert_eq!(session_of("42 (sh) Z 1 42 42 0 -1"), None);
        assert_eq!(session_of("garbage"), None);
    }

    #[test]
    fn a_killed_process_counts_as_128_and_the_signal() {
        assert_eq!(exit_code(ExitStatus::from_raw(9)), 137);
        assert_eq!(exit_code(ExitStatus::from_raw(3 << 8)), 3);
    }
}
