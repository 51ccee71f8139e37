//! The framing of a language server's pipes: a header with the length, an empty line, the message.

use std::io;

use bytes::{Buf, BytesMut};
use tokio_util::codec::Decoder;

use super::MESSAGE_MAX;

/// Two short headers are all the protocol knows.
const HEADER_MAX: usize = 4 * 1024;
const HEADER_END: &[u8] = b"\r\n\r\n";
const LENGTH: &str = "content-length";

/// Why what a server wrote is no message.
#[derive(Debug, thiserror::Error)]
pub enum FramingError {
    /// The pipe broke.
    #[error("its output can't be read")]
    Read(#[from] io::Error),
    /// Something else than headers, such as a log on standard output.
    #[error("it wrote something that is no message: {0:?}")]
    NoHeader(String),
    /// Longer than is carried.
    #[error("it wrote a message of {0} bytes; {MESSAGE_MAX} are carried")]
    TooLong(usize),
    /// JSON is UTF-8.
    #[error("it wrote a message that is no text")]
    NotText,
}

/// Cuts messages out of a server's output.
#[derive(Debug, Default)]
pub struct Messages {
    /// The length of the message whose header was read.
    announced: Option<usize>,
}

impl Decoder for Messages {
    type Item = String;
    type Error = FramingError;

    fn decode(&mut self, source: &mut BytesMut) -> Result<Option<String>, FramingError> {
        let length = match self.announced {
            Some(length) => length,
            None => match header(source)? {
                Some(length) => length,
                None => return Ok(None),
            },
        };
        self.announced = Some(length);
        if source.len() < length {
            source.reserve(length - source.len());
            return Ok(None);
        }
        self.announced = None;
        let message = source.split_to(length);
        String::from_utf8(message.into()).map(Some).map_err(|_| FramingError::NotText)
    }
}

/// Takes a whole header off and gives the length that it announces.
fn header(source: &mut BytesMut) -> Result<Option<usize>, FramingError> {
    let end = source.windows(HEADER_END.len()).take(HEADER_MAX).position(|window| window == HEADER_END);
    let Some(end) = end else {
        let hopeless = source.len() > HEADER_MAX + HEADER_END.len();
        return if hopeless { Err(no_header(source)) } else { Ok(None) };
    };
    let Some(length) = announced(&source[..end]) else { return Err(no_header(source)) };
    if length > MESSAGE_MAX {
        return Err(FramingError::TooLong(length));
    }
    source.advance(end + HEADER_END.len());
    Ok(Some(length))
}

fn announced(header: &[u8]) -> Option<usize> {
    let fields = std::str::from_utf8(header).ok()?.split("\r\n").filter_map(|line| line.split_once(':'));
    let mut lengths = fields.filter(|(name, _)| name.trim().eq_ignore_ascii_case(LENGTH));
    lengths.next()?.1.trim().parse().ok()
}

fn no_header(source: &[u8]) -> FramingError {
    const SHOWN: usize = 80;
    FramingError::NoHeader(String::from_utf8_lossy(&source[..source.len().min(SHOWN)]).into_owned())
}

/// One message as a server reads it.
pub fn framed(message: &str) -> Vec<u8> {
    let mut bytes = format!("Content-Length: {}\r\n\r\n", message.len()).into_bytes();
    bytes.extend_from_slice(message.as_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn messages_come_out_however_they_are_cut(texts in prop::collection::vec("\\PC{0,40}", 1..5), cut in 1usize..9) {
            let bytes: Vec<u8> = texts.iter().flat_map(|text| framed(text)).collect();
            let (mut messages, mut held, mut read) = (Messages::default(), BytesMut::new(), Vec::new());
            for piece in bytes.chunks(cut) {
                held.extend_from_slice(piece);
                while let Some(text) = messages.decode(&mut held).unwrap() {
                    read.push(text);
                }
            }
            prop_assert_eq!(read, texts);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut held = BytesMut::from(&bytes[..]);
            let _ = Messages::default().decode(&mut held);
        }
    }

    fn problem(bytes: &[u8]) -> String {
        Messages::default().decode(&mut BytesMut::from(bytes)).unwrap_err().to_string()
    }

    #[test]
    fn other_headers_and_any_case_are_read() {
        let mut held = BytesMut::from(&b"Content-Type: x\r\ncontent-length: 2\r\n\r\n{}"[..]);
        assert_eq!(Messages::default().decode(&mut held).unwrap().as_deref(), Some("{}"));
    }

    #[test]
    fn what_is_no_message_is_named() {
        assert!(problem(b"Starting...\r\n\r\n").contains("Starting..."));
        assert!(problem(b"Content-Length: -1\r\n\r\n").contains("no message"));
        assert!(
            problem(format!("Content-Length: {}\r\n\r\n", MESSAGE_MAX + 1).as_bytes())
                .contains("are carried")
        );
        assert!(problem(&vec![b'x'; HEADER_MAX + 8]).contains("no message"));
        assert!(problem(b"Content-Length: 1\r\n\r\n\xff").contains("no text"));
    }
}
