//! This machine's side of a terminal: what is typed or piped in, the window's size, signals.

use std::io::{self, Read};

use bytes::Bytes;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;

/// One read of standard input.
const READ_MAX: usize = 32 * 1024;
/// Reads waiting to be taken: enough that reading and sending overlap, little to keep.
const READS_MAX: usize = 4;

/// Something happened on this side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LocalEvent {
    /// Typed or piped in.
    Input(Bytes),
    /// Standard input ended.
    EndOfInput,
    /// The window changed.
    Resized,
    /// A signal for this command.
    Signal(i32),
}

/// Sources of [`LocalEvent`]s.
pub struct Local {
    input: mpsc::Receiver<Bytes>,
    ended: bool,
    winch: Signal,
    int: Signal,
    term: Signal,
    hup: Signal,
    quit: Signal,
}

impl Local {
    /// Starts to listen. Must be called inside a runtime.
    pub fn start() -> io::Result<Self> {
        let (send, input) = mpsc::channel(READS_MAX);
        // A plain thread: a read of the keyboard can't be interrupted, and the process ends without it.
        std::thread::Builder::new().name("stdin".into()).spawn(move || read_all(&send))?;
        Ok(Self {
            input,
            ended: false,
            winch: signal(SignalKind::window_change())?,
            int: signal(SignalKind::interrupt())?,
            term: signal(SignalKind::terminate())?,
            hup: signal(SignalKind::hangup())?,
            quit: signal(SignalKind::quit())?,
        })
    }

    /// The next event; nothing is lost if the future is dropped. Input waits while it is not wanted.
    pub async fn next(&mut self, wants_input: bool) -> LocalEvent {
        tokio::select! {
            biased;
            _ = self.int.recv() => LocalEvent::Signal(libc::SIGINT),
            _ = self.term.recv() => LocalEvent::Signal(libc::SIGTERM),
            _ = self.hup.recv() => LocalEvent::Signal(libc::SIGHUP),
            _ = self.quit.recv() => LocalEvent::Signal(libc::SIGQUIT),
            _ = self.winch.recv() => LocalEvent::Resized,
            read = self.input.recv(), if wants_input && !self.ended => match read {
                Some(bytes) => LocalEvent::Input(bytes),
                None => {
                    self.ended = true;
                    LocalEvent::EndOfInput
                }
            },
        }
    }
}

fn read_all(send: &mpsc::Sender<Bytes>) {
    let mut stdin = io::stdin().lock();
    let mut buffer = vec![0; READ_MAX];
    loop {
        match stdin.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => {
                if send.blocking_send(Bytes::copy_from_slice(&buffer[..count])).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}
