//! Moves bytes between a terminal's holder and this machine, through any number of connections.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::poll_fn;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures::{Sink, SinkExt, StreamExt};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_tungstenite::tungstenite::{self, Message};

use super::attach::{Action, Attachment, Closed, close};
use super::escape::{Ask, Escapes, HELP};
use super::frames::{OutputStream, ServerFrame, Size};
use super::link::{Link, NoLink, Socket};
use super::local::{Local, LocalEvent};
use super::raw::window_size;
use super::screen::Screen;
use crate::error::{CliError, Doing};
use crate::out::Out;

/// First wait after a broken connection; a restarted agent is back within it.
const BACKOFF_MIN: Duration = Duration::from_millis(50);
/// Longest wait between attempts.
const BACKOFF_MAX: Duration = Duration::from_secs(2);
/// A connection that held this long was a good one: the next wait starts small again.
const GOOD_AFTER: Duration = Duration::from_secs(5);
/// How long to try: a node silent for ten minutes has its sessions ended, so that longer is of no use.
const AWAY_MAX: Duration = Duration::from_secs(15 * 60);
/// When the user is told that the connection is away.
const SAY_AFTER: Duration = Duration::from_secs(1);
/// How often the other end is asked whether it is there.
const BEAT: Duration = Duration::from_secs(10);
/// Without a sign for this long the connection is dead, whatever the system believes.
const DEAD_AFTER: Duration = Duration::from_secs(30);
/// How long leaving waits for the last typed bytes to go out.
const LEAVE_MAX: Duration = Duration::from_millis(500);
/// How often the login's age is looked at.
const RENEW_EVERY: Duration = Duration::from_secs(10 * 60);

/// What is attached to what.
pub struct Plan {
    /// The first output byte wanted.
    pub since: u64,
    /// The process has a terminal; else pipes.
    pub pty: bool,
    /// This side is a terminal in raw mode: escapes work, the status line is drawn on it.
    pub raw: bool,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The process ended with this code.
    Exit(i32),
    /// The user left with `~.`; the process goes on.
    Left,
    /// This command was told to end; the process goes on.
    Signal(i32),
}

enum Turn {
    On,
    Reconnect,
    End(End),
}

struct Driver {
    attachment: Attachment,
    local: Local,
    screen: Screen,
    escapes: Option<Escapes>,
    pty: bool,
    raw: bool,
    out: Out,
    interrupts: u32,
    /// Whether the status line is on the screen.
    told: bool,
    outgoing: VecDeque<Message>,
    token_refused: bool,
}

/// Runs until the process ends or the user leaves.
pub async fn drive(link: &Link, plan: Plan, out: &Out) -> Result<End, CliError> {
    let size = if plan.pty { window_size() } else { None };
    let mut driver = Driver {
        attachment: Attachment::new(plan.since, size),
        local: Local::start().doing("listen to the keyboard")?,
        screen: Screen::standard(),
        escapes: plan.raw.then(Escapes::default),
        pty: plan.pty,
        raw: plan.raw,
        out: *out,
        interrupts: 0,
        told: false,
        outgoing: VecDeque::new(),
        token_refused: false,
    };
    tokio::select! {
        end = driver.run(link) => end,
        never = keep_renewed(link) => match never {},
    }
}

async fn keep_renewed(link: &Link) -> Infallible {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        link.server.renew_if_old().await;
    }
}

impl Driver {
    async fn run(&mut self, link: &Link) -> Result<End, CliError> {
        let mut backoff = BACKOFF_MIN;
        loop {
            let socket = match self.connect(link, &mut backoff).await? {
                Ok(socket) => socket,
                Err(end) => return self.finish(end).await,
            };
            let since = Instant::now();
            self.attachment.connected();
            let turn = self.talk(socket).await;
            self.outgoing.clear();
            match turn? {
                Turn::End(end) => return self.finish(end).await,
                Turn::On | Turn::Reconnect => {}
            }
            if since.elapsed() >= GOOD_AFTER {
                backoff = BACKOFF_MIN;
            }
        }
    }

    async fn finish(&mut self, end: End) -> Result<End, CliError> {
        self.say_back();
        tokio::select! {
            done = self.screen.finish() => done.doing("write the output")?,
            LocalEvent::Signal(signal) = self.local.next(false) => return Ok(End::Signal(signal)),
        }
        Ok(end)
    }

    /// Connects with back-off, while this side's events go on being taken.
    async fn connect(
        &mut self,
        link: &Link,
        backoff: &mut Duration,
    ) -> Result<Result<Socket, End>, CliError> {
        let away = Instant::now();
        let since = self.attachment.since();
        let refused = std::mem::take(&mut self.token_refused);
        let attempts = async {
            if refused && !link.server.refresh().await {
                return Err(CliError::LoggedOut { server: link.server.url.clone() });
            }
            loop {
                match link.connect(since).await {
                    Ok(socket) => return Ok(socket),
                    Err(NoLink::Over(error)) => return Err(error),
                    Err(NoLink::Retry(error)) if away.elapsed() > AWAY_MAX => return Err(error),
                    Err(NoLink::Retry(_)) => {}
                }
                tokio::time::sleep(jittered(*backoff)).await;
                *backoff = (*backoff * 2).min(BACKOFF_MAX);
            }
        };
        tokio::pin!(attempts);
        loop {
            let wants = self.attachment.wants_input();
            tokio::select! {
                socket = &mut attempts => return socket.map(Ok),
                event = self.local.next(wants) => {
                    if let Turn::End(end) = self.local_event(event) {
                        return Ok(Err(end));
                    }
                }
                done = self.screen.pump(), if self.screen.has_work() => done.doing("write the output")?,
                () = tokio::time::sleep_until(away + SAY_AFTER), if !self.told => self.say_away(),
            }
        }
    }

    /// One connection, until it breaks or all is over.
    async fn talk(&mut self, socket: Socket) -> Result<Turn, CliError> {
        let (mut sink, mut stream) = socket.split();
        let mut flushing = false;
        let mut heard = Instant::now();
        let mut beat = tokio::time::interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let wants = self.attachment.wants_input();
            let turn = tokio::select! {
                message = stream.next(), if self.screen.has_room() => {
                    heard = Instant::now();
                    self.message(message)?
                }
                sent = poll_fn(|cx| poll_send(&mut sink, &mut self.outgoing, &mut flushing, cx)),
                    if flushing || !self.outgoing.is_empty() => self.lost_if(sent.is_err())?,
                done = self.screen.pump(), if self.screen.has_work() => {
                    done.doing("write the output")?;
                    Turn::On
                }
                event = self.local.next(wants) => self.local_event(event),
                _ = beat.tick() => {
                    self.outgoing.push_back(Message::Ping(Bytes::new()));
                    self.lost_if(heard.elapsed() > DEAD_AFTER && self.screen.has_room())?
                }
            };
            match turn {
                Turn::On => {}
                Turn::Reconnect | Turn::End(End::Exit(_)) => return Ok(turn),
                Turn::End(_) => {
                    // What was typed before leaving still goes out.
                    let last = poll_fn(|cx| poll_send(&mut sink, &mut self.outgoing, &mut flushing, cx));
                    let _ = tokio::time::timeout(LEAVE_MAX, last).await;
                    return Ok(turn);
                }
            }
        }
    }

    fn lost_if(&mut self, lost: bool) -> Result<Turn, CliError> {
        if !lost {
            return Ok(Turn::On);
        }
        let actions = self.attachment.closed(Closed::Broken);
        self.apply(actions)
    }

    fn message(&mut self, message: Option<Result<Message, tungstenite::Error>>) -> Result<Turn, CliError> {
        let actions = match message {
            Some(Ok(Message::Binary(bytes))) => match ServerFrame::decode(bytes) {
                Ok(frame) => self.attachment.frame(frame),
                Err(error) => {
                    return Err(CliError::failed(
                        error.to_string(),
                        "the shell goes on: attach with --terminal",
                    ));
                }
            },
            Some(Ok(Message::Close(Some(frame)))) => {
                let code = u16::from(frame.code);
                self.token_refused = code == close::TOKEN;
                self.attachment.closed(Closed::Code(code))
            }
            Some(Ok(Message::Close(None)) | Err(_)) | None => self.attachment.closed(Closed::Broken),
            Some(Ok(_)) => return Ok(Turn::On),
        };
        if self.attachment.is_up() {
            self.say_back();
        }
        self.apply(actions)
    }

    fn apply(&mut self, actions: Vec<Action>) -> Result<Turn, CliError> {
        for action in actions {
            match action {
                Action::Send(frame) => self.outgoing.push_back(Message::Binary(frame.encode())),
                Action::Write(stream, bytes) => self.screen.push(stream, bytes),
                Action::Lost(count) => self
                    .say(&format!("{count} bytes of output are lost: they came while nobody was attached")),
                Action::Reconnect => return Ok(Turn::Reconnect),
                Action::Exit(code) => return Ok(Turn::End(End::Exit(code))),
                Action::Fail(why) => {
                    return Err(CliError::failed(why.to_string(), "see `carrel session list`"));
                }
            }
        }
        Ok(Turn::On)
    }

    fn local_event(&mut self, event: LocalEvent) -> Turn {
        let actions = match event {
            LocalEvent::Input(bytes) => match &mut self.escapes {
                None => self.attachment.input(bytes),
                Some(escapes) => {
                    let (forward, asks) = escapes.feed(&bytes);
                    if asks.contains(&Ask::Help) {
                        self.screen.push(OutputStream::Out, Bytes::from_static(HELP.as_bytes()));
                    }
                    let actions = self.attachment.input(Bytes::from(forward));
                    if asks.contains(&Ask::Disconnect) {
                        let _ = self.apply(actions);
                        return Turn::End(End::Left);
                    }
                    actions
                }
            },
            // A terminal's end of input is a character, which raw mode passes as it is. A pipe into a remote
            // terminal sends that character itself.
            LocalEvent::EndOfInput if self.pty && self.raw => return Turn::End(End::Signal(libc::SIGHUP)),
            LocalEvent::EndOfInput if self.pty => self.attachment.input(Bytes::from_static(b"\x04")),
            LocalEvent::EndOfInput => self.attachment.end_input(),
            LocalEvent::Resized if self.pty => match window_size() {
                Some(size) => self.attachment.resize(size),
                None => Vec::new(),
            },
            LocalEvent::Resized => Vec::new(),
            LocalEvent::Signal(libc::SIGINT) if !self.pty && self.interrupts == 0 => {
                self.interrupts += 1;
                self.attachment.signal(libc::SIGINT as u8)
            }
            LocalEvent::Signal(signal) => return Turn::End(End::Signal(signal)),
        };
        self.apply(actions).unwrap_or(Turn::On)
    }

    fn say(&mut self, text: &str) {
        if self.raw {
            self.screen.push(OutputStream::Out, Bytes::from(format!("\r\n[carrel: {text}]\r\n")));
        } else {
            self.out.warn(text);
        }
    }

    /// Draws the status line on the last row, or says it once where there is no terminal.
    fn say_away(&mut self) {
        self.told = true;
        let text = "connection lost, trying again; ~. leaves";
        if !self.raw {
            self.out.note("carrel: connection lost, trying again");
            return;
        }
        let row = window_size().map_or(999, |size| size.rows);
        let line = format!("\x1b7\x1b[{row};1H\x1b[2K\x1b[7m carrel: {text} \x1b[m\x1b8");
        self.screen.push(OutputStream::Out, Bytes::from(line));
    }

    /// Takes the status line away again and lets the program draw what it covered.
    fn say_back(&mut self) {
        if !std::mem::take(&mut self.told) || !self.raw {
            return;
        }
        let Some(size) = window_size() else { return };
        let line = format!("\x1b7\x1b[{};1H\x1b[2K\x1b8", size.rows);
        self.screen.push(OutputStream::Out, Bytes::from(line));
        let smaller = Size { rows: size.rows.saturating_sub(1).max(1), ..size };
        for size in [smaller, size] {
            let actions = self.attachment.resize(size);
            for action in actions {
                if let Action::Send(frame) = action {
                    self.outgoing.push_back(Message::Binary(frame.encode()));
                }
            }
        }
    }
}

/// Sends what is queued, then flushes. Unlike `SinkExt::send` it may be dropped at any await and loses nothing, so
/// that reading goes on while the other end is slow to take: two ends that only write would wait for ever.
fn poll_send<S>(
    sink: &mut S,
    outgoing: &mut VecDeque<Message>,
    flushing: &mut bool,
    cx: &mut Context<'_>,
) -> Poll<Result<(), S::Error>>
where
    S: Sink<Message> + Unpin,
{
    while !outgoing.is_empty() {
        ready!(sink.poll_ready_unpin(cx))?;
        if let Some(message) = outgoing.pop_front() {
            sink.start_send_unpin(message)?;
            *flushing = true;
        }
    }
    ready!(sink.poll_flush_unpin(cx))?;
    *flushing = false;
    Poll::Ready(Ok(()))
}

/// Between half and all of it, so that many clients of one server do not come back at one instant.
fn jittered(wait: Duration) -> Duration {
    let mut byte = [0];
    // Without randomness every client waits the whole time, which is still right.
    if getrandom::fill(&mut byte).is_err() {
        return wait;
    }
    wait / 2 + wait / 2 * u32::from(byte[0]) / 255
}
