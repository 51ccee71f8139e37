//! The holder: a small process that keeps one terminal (or process on pipes) while agents come and go.
//!
//! It is started by the agent as `carrel-session-agent hold`, leads its own session, and listens on `sock` in its
//! folder. It ends when told to close or when its folder is removed. One thread, `poll(2)`, no runtime.
//!
//! Invariant: a byte of output gets one sequence number, once; a byte of a client's input is written at most once.

mod client;
mod input;
mod options;
pub mod process;
mod ring;
mod setup;

use std::io;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::Signal;

use crate::frame::{FromHolder, OUTPUT_MAX, ToHolder};
use client::{Client, Role};
use input::Input;
use process::Process;
use ring::Ring;

pub use options::{HoldError, HoldOptions};
pub use ring::RING_MAX;
pub(crate) use setup::short_path;

/// The socket inside a holder's folder.
pub const SOCKET: &str = "sock";
/// What the holder writes on its standard output once it listens and the process runs.
pub const READY: &str = "ready";

/// Unsent output at which the process is no longer read, as a real terminal would stop it.
const BACKLOG_MAX: u64 = 1024 * 1024;
/// Connections to one holder: the users' tabs and one or two agents.
const CLIENTS_MAX: usize = 32;
/// How long descendants may go on writing to inherited pipes after the process ended.
const PIPE_GRACE: Duration = Duration::from_millis(250);
/// How long processes may take to end after being asked to.
const CLOSE_GRACE: Duration = Duration::from_millis(500);
/// How often ending processes are counted.
const CLOSE_CHECK: Duration = Duration::from_millis(10);
/// How often the process is looked at where there are no pidfds.
const NO_PIDFD_CHECK: Duration = Duration::from_millis(20);
/// How often a holder that no agent watches looks whether its slot is still there. No inotify: its instances are
/// few and counted per user over the whole machine.
const ALONE_CHECK: Duration = Duration::from_secs(1);
/// Reads of one output in one turn: input and other clients get theirs in between.
const READS_PER_TURN: usize = 16;

/// Runs a holder to its end.
pub fn run(options: &HoldOptions) -> Result<(), HoldError> {
    // Fails only for a group leader, which then has a session of its own already.
    let _ = rustix::process::setsid();
    let dir = &options.dir;
    let listener = setup::listen(dir).map_err(|source| HoldError::Listen { dir: dir.clone(), source })?;
    let process = Process::start(&options.argv, options.connection)
        .map_err(|source| HoldError::Start { program: options.argv[0].clone(), source })?;
    setup::say_ready();
    let mut holder = Holder::new(listener, dir.clone(), process);
    let result = holder.serve();
    let _ = std::fs::remove_dir_all(dir);
    result.map_err(HoldError::Poll)
}

/// What one turn of the loop has to look at, in the order of the poll list.
#[derive(Debug, Clone, Copy)]
enum Source {
    Listener,
    Ended,
    Output(usize),
    Input,
    Client(usize),
}

/// Where the process is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    Running,
    /// Ended with this code; its outputs are read to their end, at most until then.
    Draining(i32, Instant),
    Ended(i32),
}

struct Holder {
    listener: UnixListener,
    dir: PathBuf,
    process: Process,
    life: Life,
    ring: Ring,
    input: Input,
    clients: Vec<Client>,
    /// Set by a close; past it what still runs is killed.
    closing: Option<Instant>,
}

impl Holder {
    fn new(listener: UnixListener, dir: PathBuf, process: Process) -> Self {
        Self {
            listener,
            dir,
            process,
            life: Life::Running,
            ring: Ring::default(),
            input: Input::default(),
            clients: Vec::new(),
            closing: None,
        }
    }

    fn exit(&self) -> Option<i32> {
        match self.life {
            Life::Ended(code) => Some(code),
            _ => None,
        }
    }

    fn serve(&mut self) -> io::Result<()> {
        let mut buffer = vec![0; OUTPUT_MAX];
        loop {
            let ready = self.wait()?;
            for (source, flags) in ready {
                match source {
                    Source::Listener => self.accept(),
                    Source::Ended => self.reap(),
                    Source::Output(index) => {
                        self.read_output(index, &mut buffer);
                    }
                    Source::Input => self.write_input(),
                    Source::Client(index) => self.serve_client(index, flags),
                }
            }
            self.advance(&mut buffer);
            let exit = self.exit();
            for client in &mut self.clients {
                client.pump(&self.ring, exit);
            }
            self.clients.retain(|client| !client.gone);
            if self.closed() {
                return Ok(());
            }
        }
    }

    /// Waits until something can be done.
    fn wait(&mut self) -> io::Result<Vec<(Source, PollFlags)>> {
        let read_process = self.wants_output();
        let take_input = self.input.has_room();
        let mut sources = vec![Source::Listener];
        let mut fds = vec![PollFd::new(&self.listener, PollFlags::IN)];
        if let (Life::Running, Some(pidfd)) = (self.life, &self.process.pidfd) {
            sources.push(Source::Ended);
            fds.push(PollFd::new(pidfd, PollFlags::IN));
        }
        if read_process {
            for (index, (_, fd)) in self.process.outputs.iter().enumerate() {
                sources.push(Source::Output(index));
                fds.push(PollFd::new(fd, PollFlags::IN));
            }
        }
        if let (true, Some(fd)) = (self.input.is_pending(), &self.process.input) {
            sources.push(Source::Input);
            fds.push(PollFd::new(fd, PollFlags::OUT));
        }
        for (index, client) in self.clients.iter().enumerate() {
            let mut flags = PollFlags::empty();
            flags.set(PollFlags::IN, take_input);
            flags.set(PollFlags::OUT, client.wants_to_write());
            sources.push(Source::Client(index));
            fds.push(PollFd::new(&client.stream, flags));
        }
        let timeout = self.timeout();
        match rustix::event::poll(&mut fds, timeout.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let events = fds.iter().map(PollFd::revents);
        // Outputs are visited from the last to the first: one that ended is removed from the list.
        Ok(sources.into_iter().zip(events).filter(|(_, flags)| !flags.is_empty()).rev().collect())
    }

    fn timeout(&self) -> Option<Timespec> {
        let now = Instant::now();
        let mut wait: Option<Duration> = None;
        let mut at_most = |limit: Duration| wait = Some(wait.map_or(limit, |wait| wait.min(limit)));
        if self.closing.is_some() {
            at_most(CLOSE_CHECK);
        } else if self.clients.is_empty() {
            at_most(ALONE_CHECK);
        }
        match self.life {
            Life::Running if self.process.pidfd.is_none() => at_most(NO_PIDFD_CHECK),
            Life::Draining(_, until) => at_most(until.saturating_duration_since(now)),
            Life::Running | Life::Ended(_) => {}
        }
        wait.and_then(|wait| Timespec::try_from(wait).ok())
    }

    /// With nobody attached the ring takes everything; else the one who is least behind sets the pace, so that
    /// a stalled tab does not stop the others.
    fn wants_output(&self) -> bool {
        match self.clients.iter().filter_map(|client| client.backlog(&self.ring)).min() {
            Some(backlog) => backlog < BACKLOG_MAX,
            None => true,
        }
    }

    fn accept(&mut self) {
        while let Ok((stream, _)) = self.listener.accept() {
            if self.clients.len() < CLIENTS_MAX
                && let Ok(client) = Client::new(stream)
            {
                self.clients.push(client);
            }
        }
    }

    fn reap(&mut self) {
        if let (Life::Running, Some(code)) = (self.life, self.process.try_wait()) {
            self.life = Life::Draining(code, Instant::now() + PIPE_GRACE);
        }
    }

    /// Reads an output into the ring, a turn's share; says whether nothing more is there for now.
    fn read_output(&mut self, index: usize, buffer: &mut [u8]) -> bool {
        for _ in 0..READS_PER_TURN {
            let Some((stream, fd)) = self.process.outputs.get(index) else { return true };
            match rustix::io::read(fd, &mut *buffer) {
                Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) => return true,
                Ok(count) if count > 0 => self.ring.push(*stream, &buffer[..count]),
                // The end: zero bytes on a pipe, EIO on a terminal that nobody has open any more.
                Ok(_) | Err(_) => {
                    self.process.outputs.remove(index);
                    return true;
                }
            }
        }
        false
    }

    fn write_input(&mut self) {
        let Self { process, input, clients, .. } = self;
        let mut accepted = |name: &str, offset| tell_accepted(clients, name, offset);
        let written = match &process.input {
            Some(fd) => input.write(fd, &mut accepted),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        };
        if written.is_err() {
            input.discard(accepted);
        }
        if input.end && !input.is_pending() && !process.is_pty() {
            process.input = None;
        }
    }

    fn serve_client(&mut self, index: usize, flags: PollFlags) {
        if flags.intersects(PollFlags::IN | PollFlags::HUP | PollFlags::ERR) && !self.clients[index].fill() {
            self.clients[index].gone = true;
        }
        loop {
            let client = &mut self.clients[index];
            if matches!(client.role, Role::Ending) {
                return;
            }
            let refusal = match client.next_frame() {
                Ok(None) => return,
                Ok(Some(frame)) => match ToHolder::decode(&frame) {
                    Ok(frame) => self.obey(index, &frame).err(),
                    Err(error) => Some(error.to_string()),
                },
                Err(error) => Some(error.to_string()),
            };
            if let Some(reason) = refusal {
                let client = &mut self.clients[index];
                client.send(&FromHolder::Refused { reason: &reason });
                client.role = Role::Ending;
            }
        }
    }

    fn obey(&mut self, index: usize, frame: &ToHolder<'_>) -> Result<(), String> {
        let code = self.exit();
        let running = code.is_none();
        let client = &mut self.clients[index];
        match (&client.role, frame) {
            (Role::New, ToHolder::Attach { since, client: name }) => {
                let (oldest, next) = (self.ring.oldest(), self.ring.next());
                let input = self.input.accepted(name);
                client.role = Role::Attached { name: (*name).to_owned(), cursor: (*since).min(next) };
                client.send(&FromHolder::Attached { oldest, next, input, running });
            }
            (Role::New, ToHolder::Watch) => {
                client.send(&FromHolder::Info { running, code: code.unwrap_or(0) });
                if running {
                    client.role = Role::Watching;
                }
            }
            (Role::New, ToHolder::Close) => self.close(),
            (Role::Attached { name, .. }, ToHolder::Input { offset, bytes }) => {
                self.input.take(name, *offset, bytes).map_err(|error| error.to_string())?;
                self.write_input();
            }
            (Role::Attached { .. }, ToHolder::Resize { cols, rows }) => self.process.resize(*cols, *rows),
            (Role::Attached { .. }, ToHolder::Signal { signo }) if self.life == Life::Running => {
                self.process.signal(*signo);
            }
            (Role::Attached { .. }, ToHolder::Signal { .. }) => {}
            (Role::Attached { .. }, ToHolder::EndOfInput) => {
                if self.process.is_pty() {
                    let end = self.process.end_of_input_char();
                    self.input.push(&[end]);
                } else {
                    self.input.end = true;
                }
                self.write_input();
            }
            _ => return Err("this frame is not expected here".to_owned()),
        }
        Ok(())
    }

    /// Moves the process along its life where no event would.
    fn advance(&mut self, buffer: &mut [u8]) {
        if self.clients.is_empty() && !self.dir.exists() {
            self.close();
        }
        if self.process.pidfd.is_none() {
            self.reap();
        }
        if let Life::Draining(code, until) = self.life {
            for index in (0..self.process.outputs.len()).rev() {
                while !self.read_output(index, buffer) && Instant::now() < until {}
            }
            // Whatever the process itself wrote is in the kernel's buffers by now and was just read.
            let pty = self.process.is_pty();
            if pty || self.process.outputs.is_empty() || Instant::now() >= until {
                self.process.outputs.clear();
                self.process.input = None;
                self.write_input();
                self.life = Life::Ended(code);
            }
        }
    }

    fn close(&mut self) {
        if self.closing.is_none() {
            self.closing = Some(Instant::now() + CLOSE_GRACE);
            let ask = if self.process.is_pty() { Signal::HUP } else { Signal::TERM };
            self.process.signal_session(ask);
            self.process.signal_session(Signal::CONT);
        }
    }

    /// Whether a close has come to its end.
    fn closed(&mut self) -> bool {
        let Some(until) = self.closing else { return false };
        let signal = if Instant::now() >= until { Signal::KILL } else { Signal::CONT };
        let left = self.process.signal_session(signal);
        self.reap();
        // Who is attached gets the rest and the exit, unless it does not read.
        let told = !self.clients.iter().any(|client| matches!(client.role, Role::Attached { .. }));
        let patience = Instant::now() < until + CLOSE_GRACE;
        left == 0 && self.exit().is_some() && (told || !patience)
    }
}

fn tell_accepted(clients: &mut [Client], name: &str, offset: u64) {
    for client in clients {
        if matches!(&client.role, Role::Attached { name: theirs, .. } if theirs == name) {
            client.send(&FromHolder::Accepted { offset });
        }
    }
}
