//! The output a holder keeps: the last 4 MiB, each byte with its place in the one sequence.

use std::collections::VecDeque;

use crate::frame::Stream;

/// What a reconnecting client can replay. A screenful is 10 kB; a whole `nix-build` log fits.
pub const RING_MAX: usize = 4 * 1024 * 1024;
/// A process that alternates between both outputs byte by byte must not make the index larger than the bytes.
const RUNS_MAX: usize = 16 * 1024;

/// Bytes of one stream without a break.
#[derive(Debug, Clone, Copy)]
struct Run {
    start: u64,
    stream: Stream,
}

/// The ring. Memory grows with what was written, never beyond [`RING_MAX`] and a small index.
#[derive(Debug, Default)]
pub struct Ring {
    bytes: VecDeque<u8>,
    runs: VecDeque<Run>,
    /// Sequence number of `bytes[0]`.
    oldest: u64,
}

impl Ring {
    /// The sequence number of the oldest byte held.
    pub fn oldest(&self) -> u64 {
        self.oldest
    }

    /// The sequence number the next byte will get.
    pub fn next(&self) -> u64 {
        self.oldest + self.bytes.len() as u64
    }

    /// Appends output.
    pub fn push(&mut self, stream: Stream, mut bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if bytes.len() > RING_MAX {
            let (lost, kept) = bytes.split_at(bytes.len() - RING_MAX);
            self.oldest = self.next() + lost.len() as u64;
            self.bytes.clear();
            self.runs.clear();
            bytes = kept;
        }
        if self.runs.back().is_none_or(|run| run.stream != stream) {
            if self.runs.len() == RUNS_MAX {
                let second = self.runs[1].start;
                self.forget_before(second);
            }
            self.runs.push_back(Run { start: self.next(), stream });
        }
        let after = self.bytes.len() + bytes.len();
        if after > RING_MAX {
            self.forget_before(self.oldest + (after - RING_MAX) as u64);
        }
        self.bytes.extend(bytes);
    }

    fn forget_before(&mut self, seq: u64) {
        let count = usize::try_from(seq - self.oldest).unwrap_or(usize::MAX).min(self.bytes.len());
        self.bytes.drain(..count);
        self.oldest += count as u64;
        while self.runs.len() > 1 && self.runs[1].start <= self.oldest {
            self.runs.pop_front();
        }
    }

    /// Up to `max` bytes of one stream that start at `seq`; `None` at the end. `seq` must be held.
    pub fn slice(&self, seq: u64, max: usize) -> Option<(Stream, &[u8])> {
        if seq < self.oldest || seq >= self.next() {
            return None;
        }
        let at = self.runs.partition_point(|run| run.start <= seq);
        let stream = self.runs.get(at.checked_sub(1)?)?.stream;
        let end = self.runs.get(at).map_or(self.next(), |run| run.start);
        let offset = usize::try_from(seq - self.oldest).ok()?;
        let len = usize::try_from(end - seq).unwrap_or(usize::MAX).min(max);
        let (front, back) = self.bytes.as_slices();
        let part = if offset < front.len() { &front[offset..] } else { &back[offset - front.len()..] };
        Some((stream, &part[..len.min(part.len())]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(ring: &Ring) -> Vec<(Stream, u8)> {
        let (mut seq, mut out) = (ring.oldest(), Vec::new());
        while let Some((stream, bytes)) = ring.slice(seq, 7) {
            assert!(!bytes.is_empty());
            out.extend(bytes.iter().map(|b| (stream, *b)));
            seq += bytes.len() as u64;
        }
        assert_eq!(seq, ring.next());
        out
    }

    proptest! {
        #[test]
        fn what_was_pushed_comes_out_in_order(pushes in prop::collection::vec((any::<bool>(), prop::collection::vec(any::<u8>(), 0..50)), 0..60)) {
            let (mut ring, mut model) = (Ring::default(), Vec::new());
            for (err, bytes) in &pushes {
                let stream = if *err { Stream::Err } else { Stream::Out };
                ring.push(stream, bytes);
                model.extend(bytes.iter().map(|b| (stream, *b)));
            }
            prop_assert_eq!(all(&ring), model);
        }
    }

    #[test]
    fn the_oldest_bytes_go_first_and_numbers_stay() {
        let mut ring = Ring::default();
        for i in 0..=255u8 {
            ring.push(if i % 2 == 0 { Stream::Out } else { Stream::Err }, &[i; 20_000]);
        }
        assert_eq!(ring.next(), 256 * 20_000);
        assert_eq!(ring.oldest(), ring.next() - RING_MAX as u64);
        let (stream, bytes) = ring.slice(255 * 20_000, 10).unwrap();
        assert_eq!((stream, bytes), (Stream::Err, &[255u8; 10][..]));
        assert_eq!(all(&ring).len(), RING_MAX);
        assert!(ring.bytes.capacity() <= 2 * RING_MAX);
    }

    #[test]
    fn more_than_the_ring_at_once_keeps_the_end() {
        let mut ring = Ring::default();
        ring.push(Stream::Out, b"x");
        ring.push(Stream::Err, &vec![7; RING_MAX + 5]);
        assert_eq!((ring.oldest(), ring.next()), (6, RING_MAX as u64 + 6));
        assert_eq!(all(&ring).len(), RING_MAX);
    }

    #[test]
    fn byte_by_byte_alternation_keeps_the_index_small() {
        let mut ring = Ring::default();
        for i in 0..(RUNS_MAX as u32 * 3) {
            ring.push(if i % 2 == 0 { Stream::Out } else { Stream::Err }, &[1]);
        }
        assert_eq!(ring.runs.len(), RUNS_MAX);
        assert_eq!(all(&ring).len(), RUNS_MAX);
    }
}
