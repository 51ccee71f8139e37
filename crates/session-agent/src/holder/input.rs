//! Input on its way to the process, and how far each client's input got: taken exactly once.

use std::collections::VecDeque;
use std::io;
use std::os::fd::AsFd;

/// Past this no client is read until the process takes some; a terminal itself holds 4 KiB.
pub const PENDING_MAX: usize = 256 * 1024;
/// Clients remembered per terminal: each browser tab is one. The longest unseen is forgotten first.
const CLIENTS_MAX: usize = 256;

/// Why input is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "input starts at {offset} but only {accepted} bytes were accepted before; send the missing bytes first"
)]
pub struct Ahead {
    offset: u64,
    accepted: u64,
}

#[derive(Debug)]
struct Piece {
    client: String,
    end: u64,
    bytes: Vec<u8>,
}

/// The queue to the process and the offsets.
#[derive(Debug, Default)]
pub struct Input {
    pieces: VecDeque<Piece>,
    pending: usize,
    written_of_first: usize,
    accepted: VecDeque<(String, u64)>,
    /// Close the input when all is written.
    pub end: bool,
}

impl Input {
    /// The offset up to which this client's input was taken.
    pub fn accepted(&self, client: &str) -> u64 {
        self.accepted.iter().find(|(name, _)| name == client).map_or(0, |(_, offset)| *offset)
    }

    /// Takes the part of `bytes` that was not taken before.
    pub fn take(&mut self, client: &str, offset: u64, bytes: &[u8]) -> Result<(), Ahead> {
        let accepted = self.accepted(client);
        if offset > accepted {
            return Err(Ahead { offset, accepted });
        }
        let known = usize::try_from(accepted - offset).unwrap_or(usize::MAX);
        let Some(new) = bytes.get(known..).filter(|new| !new.is_empty()) else { return Ok(()) };
        let end = accepted + new.len() as u64;
        self.accepted.retain(|(name, _)| name != client);
        if self.accepted.len() == CLIENTS_MAX {
            self.accepted.pop_front();
        }
        self.accepted.push_back((client.to_owned(), end));
        self.pending += new.len();
        self.pieces.push_back(Piece { client: client.to_owned(), end, bytes: new.to_vec() });
        Ok(())
    }

    /// Appends bytes that belong to no client.
    pub fn push(&mut self, bytes: &[u8]) {
        self.pending += bytes.len();
        self.pieces.push_back(Piece { client: String::new(), end: 0, bytes: bytes.to_vec() });
    }

    /// Whether something waits to be written.
    pub fn is_pending(&self) -> bool {
        !self.pieces.is_empty()
    }

    /// Whether clients may send more.
    pub fn has_room(&self) -> bool {
        self.pending < PENDING_MAX
    }

    /// Writes what the process takes; tells `accepted(client, offset)` for each piece written whole.
    /// An error means that nobody reads the input any more.
    pub fn write(&mut self, fd: impl AsFd, mut accepted: impl FnMut(&str, u64)) -> io::Result<()> {
        while let Some(piece) = self.pieces.front() {
            match rustix::io::write(&fd, &piece.bytes[self.written_of_first..]) {
                Ok(count) => self.written_of_first += count,
                Err(rustix::io::Errno::AGAIN) => return Ok(()),
                Err(rustix::io::Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            if self.written_of_first == piece.bytes.len() {
                self.pending -= piece.bytes.len();
                self.written_of_first = 0;
                accepted(&piece.client, piece.end);
                self.pieces.pop_front();
            }
        }
        Ok(())
    }

    /// Forgets what waits: the process no longer reads.
    pub fn discard(&mut self, mut accepted: impl FnMut(&str, u64)) {
        for piece in self.pieces.drain(..) {
            accepted(&piece.client, piece.end);
        }
        self.pending = 0;
        self.written_of_first = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drain(input: &mut Input) -> Vec<u8> {
        let (read, write) = rustix::pipe::pipe().unwrap();
        input.write(&write, |_, _| {}).unwrap();
        drop(write);
        let mut out = Vec::new();
        io::Read::read_to_end(&mut std::fs::File::from(read), &mut out).unwrap();
        out
    }

    proptest! {
        /// Whatever is repeated from an earlier offset, the process reads the stream once.
        #[test]
        fn repeated_input_is_taken_once(text in prop::collection::vec(any::<u8>(), 1..200), cuts in prop::collection::vec((0usize..200, 0usize..60), 0..40)) {
            let mut input = Input::default();
            for (from, len) in cuts {
                let from = from.min(input.accepted("a") as usize);
                let to = (from + len).min(text.len());
                input.take("a", from as u64, &text[from..to.max(from)]).unwrap();
            }
            let at = input.accepted("a") as usize;
            input.take("a", at as u64, &text[at..]).unwrap();
            prop_assert_eq!(drain(&mut input), text);
        }
    }

    #[test]
    fn a_gap_in_the_input_is_refused() {
        let mut input = Input::default();
        input.take("a", 0, b"abc").unwrap();
        assert_eq!(input.take("a", 4, b"e"), Err(Ahead { offset: 4, accepted: 3 }));
        assert_eq!(input.take("b", 1, b"e"), Err(Ahead { offset: 1, accepted: 0 }));
        assert_eq!(input.accepted("a"), 3);
    }
}
