//! The program that listens on a port: takes any upgrade, then does what the connection's orders say.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use clap::Args;

use crate::error::{CliError, Doing};

/// Sends the next so many bytes back.
pub(super) const ECHO: u8 = b'e';
/// Sends so many bytes.
pub(super) const GIVE: u8 = b'g';
/// Takes so many bytes and then sends one.
pub(super) const TAKE: u8 = b't';
/// An order and its count.
pub(super) const ORDER_BYTES: usize = 9;
/// Larger ones get no faster on loopback.
pub(super) const BUFFER_BYTES: usize = 256 * 1024;
/// A request's head is some hundred bytes.
const HEAD_MAX: u64 = 16 * 1024;

/// Nothing to say.
#[derive(Debug, Args)]
pub struct ProgramArgs {}

/// A process of its own, as a learner's program is.
pub(super) struct Program {
    pub(super) address: SocketAddr,
    child: Child,
}

impl Program {
    pub(super) fn start() -> Result<Self, CliError> {
        let start = || {
            let mut command = Command::new(std::env::current_exe()?);
            command.args(["load", "tunnel-program"]).stdin(Stdio::null()).stdout(Stdio::piped());
            let mut child = command.spawn()?;
            let output = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
            let mut line = String::new();
            BufReader::new(output).read_line(&mut line)?;
            let address = line.trim().parse().map_err(io::Error::other)?;
            Ok(Self { address, child })
        };
        start().doing("start the program behind the tunnel")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Until it is killed.
pub(in crate::load) fn serve() -> Result<(), CliError> {
    let work = || -> io::Result<()> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        writeln!(io::stdout(), "{}", listener.local_addr()?)?;
        loop {
            let (stream, _) = listener.accept()?;
            // One connection at a time is measured; others are the server's look whether anybody listens.
            std::thread::Builder::new().spawn(move || drop(answer(stream)))?;
        }
    };
    work().doing("serve behind the tunnel")
}

fn answer(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut head = BufReader::new(stream.try_clone()?.take(HEAD_MAX));
    let mut line = String::new();
    while head.read_line(&mut line)? > 2 {
        line.clear();
    }
    stream.write_all(
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
          Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
    )?;
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut order = [0; ORDER_BYTES];
    loop {
        stream.read_exact(&mut order)?;
        let [kind, count @ ..] = order;
        let mut left = u64::from_be_bytes(count);
        while left > 0 {
            let most = left.min(BUFFER_BYTES as u64) as usize;
            let moved = match kind {
                GIVE => stream.write(&buffer[..most])?,
                _ => stream.read(&mut buffer[..most])?,
            };
            if moved == 0 {
                return Ok(());
            }
            if kind == ECHO {
                stream.write_all(&buffer[..moved])?;
            }
            left -= moved as u64;
        }
        if kind == TAKE {
            stream.write_all(&[TAKE])?;
        }
    }
}
