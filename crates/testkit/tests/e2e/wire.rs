//! Bytes as a stranger may send them: HTTP and websockets by hand, so that nothing polite stands in between.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::rack::{PATIENCE, text};

/// An answer. The head is in lower case.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Reply {
    /// Reads a whole exchange; `None` if the other side said nothing that is HTTP/1.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = text(&bytes[..end]).to_lowercase();
        let status = head.strip_prefix("http/1.")?.get(2..5)?.parse().ok()?;
        Some(Self { status, head, body: bytes[end + 4..].to_vec() })
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub fn said(&self) -> String {
        text(&self.body)
    }
}

pub fn dial(door: &str) -> TcpStream {
    let stream = TcpStream::connect(door).unwrap_or_else(|error| panic!("connect to {door}: {error}"));
    stream.set_read_timeout(Some(PATIENCE)).expect("a read limit");
    stream.set_write_timeout(Some(PATIENCE)).expect("a write limit");
    stream
}

/// All that comes until the other side closes. A reset is an end, too; silence is not.
pub fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut got = Vec::new();
    let mut piece = [0; 16 * 1024];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => return got,
            Ok(read) => got.extend_from_slice(&piece[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return got,
            Err(error) => panic!("the other side neither answers nor closes ({error}): {:?}", text(&got)),
        }
    }
}

/// Throws bytes at a door, says that no more will come, and waits until the door is shut.
pub fn throw(door: &str, bytes: &[u8]) -> Option<Reply> {
    let mut stream = dial(door);
    // It may be refused and closed before the last byte is out.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    Reply::parse(&rest(&mut stream))
}

/// A request; `headers` are whole lines.
pub fn ask(door: &str, what: &str, headers: &[String], body: &[u8]) -> Reply {
    let mut stream = dial(door);
    let mut request = format!("{what} HTTP/1.1\r\nhost: {door}\r\nconnection: close\r\n");
    for header in headers {
        request += &format!("{header}\r\n");
    }
    if !headers.iter().any(|header| header.starts_with("transfer-") || header.starts_with("content-length")) {
        request += &format!("content-length: {}\r\n", body.len());
    }
    request += "\r\n";
    let mut writer = stream.try_clone().expect("clone the stream");
    let got = std::thread::scope(|scope| {
        scope.spawn(move || {
            let _ = writer.write_all(request.as_bytes()).and_then(|()| writer.write_all(body));
        });
        rest(&mut stream)
    });
    Reply::parse(&got).unwrap_or_else(|| panic!("{what} at {door} was not answered: {:?}", text(&got)))
}

pub fn bearer(token: &str) -> String {
    format!("authorization: Bearer {token}")
}

/// A JSON call.
pub fn call(door: &str, path: &str, token: &str, body: &serde_json::Value) -> Reply {
    let headers = [bearer(token), "content-type: application/json".to_owned()];
    ask(door, &format!("POST {path}"), &headers, body.to_string().as_bytes())
}

/// A websocket, open.
pub struct Socket(pub TcpStream);

impl Socket {
    /// Asks for one; the refusal if there is none.
    pub fn open(door: &str, path: &str, headers: &[String]) -> Result<Self, Reply> {
        let mut stream = dial(door);
        let mut request = format!(
            "GET {path} HTTP/1.1\r\nhost: {door}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        );
        for header in headers {
            request += &format!("{header}\r\n");
        }
        stream.write_all((request + "\r\n").as_bytes()).expect("send a handshake");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            let read = stream.read(&mut byte).expect("an answer to the handshake");
            assert!(read == 1 && head.len() < 65_536, "a handshake broke off: {}", text(&head));
            head.push(byte[0]);
        }
        let mut reply = Reply::parse(&head).expect("HTTP");
        if reply.status == 101 {
            return Ok(Self(stream));
        }
        let length = reply.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        reply.body = vec![0; length];
        stream.read_exact(&mut reply.body).expect("the refusal's text");
        Err(reply)
    }

    /// A masked frame, its mask zero.
    pub fn send(&mut self, head: u8, payload: &[u8]) {
        let mut frame = vec![head];
        match u8::try_from(payload.len()) {
            Ok(length) if length < 126 => frame.push(0x80 | length),
            _ => {
                frame.push(0x80 | 126);
                frame.extend(u16::try_from(payload.len()).expect("a short payload").to_be_bytes());
            }
        }
        frame.extend([0; 4]);
        frame.extend(payload);
        self.raw(&frame);
    }

    pub fn raw(&mut self, bytes: &[u8]) {
        // The other side may have closed already.
        let _ = self.0.write_all(bytes);
    }

    /// The next frame's first byte and payload; `None` at the end.
    pub fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        let mut head = [0; 2];
        self.0.read_exact(&mut head).ok()?;
        let length = match head[1] & 0x7f {
            126 => {
                let mut length = [0; 2];
                self.0.read_exact(&mut length).ok()?;
                usize::from(u16::from_be_bytes(length))
            }
            127 => {
                let mut length = [0; 8];
                self.0.read_exact(&mut length).ok()?;
                usize::try_from(u64::from_be_bytes(length)).ok()?
            }
            short => usize::from(short),
        };
        let mut payload = vec![0; length];
        self.0.read_exact(&mut payload).ok()?;
        Some((head[0], payload))
    }

    /// Reads to the end; the close code, if one was said. Panics if the other side stays.
    pub fn close_code(mut self) -> Option<u16> {
        self.0.set_read_timeout(Some(Duration::from_secs(60))).expect("a read limit");
        let mut code = None;
        let began = std::time::Instant::now();
        while let Some((head, payload)) = self.next() {
            if head & 0x0f == 8 && payload.len() >= 2 {
                code = Some(u16::from_be_bytes([payload[0], payload[1]]));
                self.send(0x88, &payload[..2]);
            }
        }
        assert!(began.elapsed() < Duration::from_secs(59), "the socket was left open");
        code
    }
}
