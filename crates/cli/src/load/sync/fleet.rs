//! Many connections on one thread.

use std::io;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};

use super::client::{Client, Message};
use super::target::Target;
use super::yjs::Said;
use crate::error::{CliError, Doing};

/// One read; large, because the joiners read gigabytes.
const READ_MAX: usize = 256 * 1024;
/// Events taken at once.
const EVENTS_MAX: usize = 512;
/// A server that has not brought a newcomer up to date by now never will.
const SYNC_MAX: Duration = Duration::from_secs(120);

/// The connections to one server.
pub(super) struct Fleet<'a> {
    pub(super) target: &'a Target,
    epoll: OwnedFd,
    clients: Vec<Client>,
    documents: Vec<String>,
    scratch: Vec<u8>,
    events: Vec<epoll::Event>,
}

impl<'a> Fleet<'a> {
    pub(super) fn new(target: &'a Target) -> Result<Self, CliError> {
        let epoll = epoll::create(CreateFlags::CLOEXEC).map_err(io::Error::from).doing("watch sockets")?;
        let events = Vec::with_capacity(EVENTS_MAX);
        Ok(Self {
            target,
            epoll,
            clients: Vec::new(),
            documents: Vec::new(),
            scratch: vec![0; READ_MAX],
            events,
        })
    }

    pub(super) fn len(&self) -> usize {
        self.clients.len()
    }

    /// Connects to a document without asking for its content; answers the connection's number.
    pub(super) fn connect(&mut self, document: &str, saved: bool) -> Result<usize, CliError> {
        let doing = || format!("connect to {}", self.target.name);
        let mut client = self.target.connect(document, saved).doing(doing())?;
        if let Some(login) = self.target.dialect.login(document) {
            client.send(&login).doing(doing())?;
        }
        let number = self.clients.len();
        let data = EventData::new_u64(number as u64);
        let added = epoll::add(&self.epoll, client.fd(), data, EventFlags::IN);
        added.map_err(io::Error::from).doing("watch a socket")?;
        self.clients.push(client);
        self.documents.push(document.to_owned());
        Ok(number)
    }

    /// Connects so many and waits until each has the document.
    pub(super) fn join(&mut self, documents: &[String], saved: bool) -> Result<(), CliError> {
        for document in documents {
            let number = self.connect(document, saved)?;
            self.ask(number)?;
            // One after another: what is measured is not how they arrive.
            self.until_synced(number)?;
        }
        Ok(())
    }

    /// Asks for the document's content.
    pub(super) fn ask(&mut self, number: usize) -> Result<(), CliError> {
        let message = self.target.dialect.step1(&self.documents[number]);
        self.send(number, &message)
    }

    fn until_synced(&mut self, number: usize) -> Result<(), CliError> {
        let (mut has_content, mut is_answered) = (false, false);
        let deadline = Instant::now() + SYNC_MAX;
        let dialect = self.target.dialect;
        while !(has_content && is_answered) {
            let mut is_asked = false;
            self.turn(Duration::from_millis(100), &mut |from, message| {
                if from == number {
                    match dialect.read(message.bytes) {
                        Said::Step1 => is_asked = true,
                        Said::Step2 => has_content = true,
                        _ => {}
                    }
                }
            })?;
            if is_asked {
                let answer = dialect.step2(&self.documents[number]);
                self.send(number, &answer)?;
                is_answered = true;
            }
            if Instant::now() >= deadline {
                let what = format!("{} did not bring a client up to date", self.target.name);
                return Err(CliError::failed(what, "see whether the machine is out of memory"));
            }
        }
        Ok(())
    }

    pub(super) fn send(&mut self, number: usize, message: &[u8]) -> Result<(), CliError> {
        let client = &mut self.clients[number];
        client.send(message).doing(format!("send to {}", self.target.name))?;
        self.rearm(number)
    }

    /// Waits for the socket to take what it did not, or no longer.
    fn rearm(&mut self, number: usize) -> Result<(), CliError> {
        let client = &self.clients[number];
        if !client.waits() {
            return Ok(());
        }
        let flags = EventFlags::IN | EventFlags::OUT;
        let data = EventData::new_u64(number as u64);
        epoll::modify(&self.epoll, client.fd(), data, flags).map_err(io::Error::from).doing("watch a socket")
    }

    /// Hands on what has come, waiting at most so long for the first of it.
    pub(super) fn turn(
        &mut self,
        wait: Duration,
        take: &mut dyn FnMut(usize, Message<'_>),
    ) -> Result<(), CliError> {
        let timeout = Timespec { tv_sec: wait.as_secs() as i64, tv_nsec: i64::from(wait.subsec_nanos()) };
        self.events.clear();
        let waited =
            epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut self.events), Some(&timeout));
        match waited {
            Err(rustix::io::Errno::INTR) => return Ok(()),
            other => drop(other.map_err(io::Error::from).doing("wait for sockets")?),
        }
        let events = std::mem::take(&mut self.events);
        for event in &events {
            let number = event.data.u64() as usize;
            self.serve(number, event.flags, take)?;
        }
        self.events = events;
        Ok(())
    }

    fn serve(
        &mut self,
        number: usize,
        flags: EventFlags,
        take: &mut dyn FnMut(usize, Message<'_>),
    ) -> Result<(), CliError> {
        let doing = format_args!("read from {}", self.target.name);
        let client = &mut self.clients[number];
        if flags.contains(EventFlags::OUT) {
            client.flush().doing(doing.to_string())?;
            if !client.waits() {
                let data = EventData::new_u64(number as u64);
                let modified = epoll::modify(&self.epoll, client.fd(), data, EventFlags::IN);
                modified.map_err(io::Error::from).doing("watch a socket")?;
            }
        }
        // Once per event: others are not to wait for one that gets much.
        client
            .read(&mut self.scratch, &mut |message| take(number, message))
            .map_err(|source| CliError::Local { action: doing.to_string(), source })?;
        if client.closed {
            let what = format!("{} closed a connection that was being measured", self.target.name);
            return Err(CliError::failed(what, "a limit of the server's may be too small for this load"));
        }
        Ok(())
    }

    /// Takes and forgets whatever comes for so long.
    pub(super) fn idle(&mut self, time: Duration) -> Result<(), CliError> {
        let until = Instant::now() + time;
        while let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            self.turn(left.min(Duration::from_millis(50)), &mut |_, _| {})?;
        }
        Ok(())
    }
}
