//! Blocking connections: nothing of the measured daemons' kind is in them.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use http::Uri;

use super::program::{BUFFER_BYTES, ECHO, GIVE, ORDER_BYTES, TAKE};
use crate::error::{CliError, Doing};

/// Nothing on loopback takes longer unless it is broken.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// Of the answer to a request.
const HEAD_MAX: u64 = 16 * 1024;

/// How the program is reached.
#[derive(Debug, Clone)]
pub(super) struct Way {
    address: SocketAddr,
    host: String,
    cookie: String,
}

impl Way {
    pub(super) fn plain(address: SocketAddr) -> Self {
        Self { address, host: address.to_string(), cookie: String::new() }
    }

    /// As a browser that is logged in to the website comes to a preview.
    pub(super) fn preview(url: &str, login: &str, label: &str) -> Result<Self, CliError> {
        let enter = || {
            let website: Uri = url.parse().map_err(io::Error::other)?;
            let authority = website.authority().ok_or(io::ErrorKind::InvalidInput)?;
            let address = authority.as_str().parse().map_err(io::Error::other)?;
            let asked = get(address, authority.as_str(), &format!("/preview/{label}"), "Authorization", &{
                format!("Bearer {login}")
            })?;
            let there: Uri = asked.header("location")?.parse().map_err(io::Error::other)?;
            let host = there.authority().ok_or(io::ErrorKind::InvalidData)?.to_string();
            let path = there.path_and_query().ok_or(io::ErrorKind::InvalidData)?;
            let entered = get(address, &host, path.as_str(), "Accept", "*/*")?;
            let cookie = entered.header("set-cookie")?;
            let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
            Ok(Self { address, host, cookie })
        };
        enter().doing("enter the preview")
    }
}

struct Head(String);

impl Head {
    fn header(&self, name: &str) -> io::Result<&str> {
        let found = self.0.lines().find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then_some(value.trim())
        });
        found.ok_or_else(|| io::Error::other(format!("no {name} in: {}", self.0)))
    }
}

fn get(address: SocketAddr, host: &str, path: &str, name: &str, value: &str) -> io::Result<Head> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(SILENCE_MAX))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\n{name}: {value}\r\nConnection: close\r\n\r\n")?;
    read_head(&stream)
}

/// Byte by byte through a reader of one byte's room: what follows is the connection's own.
fn read_head(stream: &TcpStream) -> io::Result<Head> {
    let mut reader = BufReader::with_capacity(1, stream.take(HEAD_MAX));
    let mut head = String::new();
    while reader.read_line(&mut head)? > 2 {}
    Ok(Head(head))
}

/// An upgraded connection.
pub(super) struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Line {
    pub(super) fn open(way: &Way) -> Result<Self, CliError> {
        let open = || {
            let mut stream = TcpStream::connect(way.address)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(SILENCE_MAX))?;
            write!(
                stream,
                "GET / HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n\
                 Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                 Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                host = way.host,
                cookie = way.cookie,
            )?;
            let head = read_head(&stream)?;
            if !head.0.starts_with("HTTP/1.1 101") {
                return Err(io::Error::other(head.0));
            }
            Ok(Self { stream, buffer: vec![0; BUFFER_BYTES] })
        };
        open().doing("open a connection to the program")
    }

    fn order(&mut self, kind: u8, count: u64) -> io::Result<()> {
        let mut order = [kind; ORDER_BYTES];
        order[1..].copy_from_slice(&count.to_be_bytes());
        self.stream.write_all(&order)
    }

    /// How long each took.
    pub(super) fn round_trips(&mut self, count: usize, bytes: usize) -> Result<Vec<Duration>, CliError> {
        let mut work = || {
            self.order(ECHO, (count * bytes) as u64)?;
            let message = vec![b'x'; bytes];
            let mut trips = Vec::with_capacity(count);
            for _ in 0..count {
                let began = Instant::now();
                self.stream.write_all(&message)?;
                self.stream.read_exact(&mut self.buffer[..bytes])?;
                trips.push(began.elapsed());
            }
            Ok(trips)
        };
        work().doing("send and receive")
    }

    /// How long so many bytes take from the program to us.
    pub(super) fn take(&mut self, count: u64) -> Result<Duration, CliError> {
        let mut work = || {
            let began = Instant::now();
            self.order(GIVE, count)?;
            let mut left = count;
            while left > 0 {
                let most = left.min(BUFFER_BYTES as u64) as usize;
                match self.stream.read(&mut self.buffer[..most])? {
                    0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                    read => left -= read as u64,
                }
            }
            Ok(began.elapsed())
        };
        work().doing("receive")
    }

    /// How long so many bytes take from us until the program says that it has them.
    pub(super) fn give(&mut self, count: u64) -> Result<Duration, CliError> {
        let mut work = || {
            let began = Instant::now();
            self.order(TAKE, count)?;
            let mut left = count;
            while left > 0 {
                let most = left.min(BUFFER_BYTES as u64) as usize;
                left -= self.stream.write(&self.buffer[..most])? as u64;
            }
            self.stream.read_exact(&mut self.buffer[..1])?;
            Ok(began.elapsed())
        };
        work().doing("send")
    }
}
