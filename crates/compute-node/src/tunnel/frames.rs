//! Finds where websocket frames end in a stream of bytes, looking at their heads only.
//!
//! Needed for one thing: our own close frame may only be written between two frames of the agent's.

/// Opcode of a close frame.
const CLOSE: u8 = 0x8;
/// The longest head: two bytes, a 64-bit length, a mask.
const HEAD_MAX: usize = 14;

/// Follows one direction of a websocket.
#[derive(Debug, Default)]
pub struct FrameTracker {
    head: [u8; HEAD_MAX],
    have: usize,
    /// Bytes of the frame's payload still to come.
    payload_left: u64,
    /// A close frame has passed: nothing may follow it.
    closed: bool,
}

impl FrameTracker {
    /// Whether a frame of our own may be written now.
    pub fn at_boundary(&self) -> bool {
        self.have == 0 && self.payload_left == 0
    }

    /// Whether the peer has said goodbye.
    pub fn has_closed(&self) -> bool {
        self.closed
    }

    /// Takes note of bytes that pass.
    pub fn pass(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let used = self.advance(bytes);
            bytes = &bytes[used..];
        }
    }

    /// How many of the bytes belong to the frame that is under way; takes note of these only.
    pub fn finish_frame(&mut self, bytes: &[u8]) -> usize {
        let mut used = 0;
        while used < bytes.len() && !self.at_boundary() {
            used += self.advance(&bytes[used..]);
        }
        used
    }

    /// One step: a piece of a head or of a payload.
    fn advance(&mut self, bytes: &[u8]) -> usize {
        if self.payload_left > 0 {
            let skipped = self.payload_left.min(bytes.len() as u64);
            self.payload_left -= skipped;
            return usize::try_from(skipped).unwrap_or(bytes.len());
        }
        let wanted = self.head_length();
        let used = bytes.len().min(wanted - self.have);
        self.head[self.have..self.have + used].copy_from_slice(&bytes[..used]);
        self.have += used;
        // The second byte may have told that the head is longer.
        if self.have >= 2 && self.have == self.head_length() {
            self.begin_payload();
        }
        used
    }

    fn head_length(&self) -> usize {
        if self.have < 2 {
            return 2;
        }
        let length = match self.head[1] & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let mask = if self.head[1] & 0x80 == 0 { 0 } else { 4 };
        2 + length + mask
    }

    fn begin_payload(&mut self) {
        let head = &self.head;
        self.payload_left = match head[1] & 0x7f {
            126 => u64::from(u16::from_be_bytes([head[2], head[3]])),
            127 => {
                u64::from_be_bytes([head[2], head[3], head[4], head[5], head[6], head[7], head[8], head[9]])
            }
            short => u64::from(short),
        };
        self.closed |= head[0] & 0x0f == CLOSE;
        self.have = 0;
    }
}

/// A close frame as a server writes it.
pub fn close_frame(code: u16, reason: &str) -> Vec<u8> {
    // A control frame holds 125 bytes.
    let reason = &reason.as_bytes()[..reason.len().min(123)];
    let mut frame = vec![0x80 | CLOSE, u8::try_from(reason.len() + 2).unwrap_or(125)];
    frame.extend_from_slice(&code.to_be_bytes());
    frame.extend_from_slice(reason);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(opcode: u8, length: usize, masked: bool) -> Vec<u8> {
        let mask = if masked { 0x80 } else { 0 };
        let mut bytes = vec![0x80 | opcode];
        match length {
            0..=125 => bytes.push(mask | u8::try_from(length).expect("short")),
            126..=65_535 => {
                bytes.push(mask | 126);
                bytes.extend(u16::try_from(length).expect("medium").to_be_bytes());
            }
            _ => {
                bytes.push(mask | 127);
                bytes.extend((length as u64).to_be_bytes());
            }
        }
        if masked {
            bytes.extend([1, 2, 3, 4]);
        }
        bytes.extend(std::iter::repeat_n(0xff_u8, length));
        bytes
    }

    #[test]
    fn close_frames_are_seen() {
        let mut tracker = FrameTracker::default();
        tracker.pass(&frame(2, 200, false));
        assert!(tracker.at_boundary() && !tracker.has_closed());
        tracker.pass(&close_frame(4410, "session closed"));
        assert!(tracker.at_boundary() && tracker.has_closed());
    }

    #[test]
    fn the_rest_of_a_frame_is_measured() {
        let mut tracker = FrameTracker::default();
        let bytes = [frame(2, 300, false), frame(2, 5, false)].concat();
        tracker.pass(&bytes[..10]);
        assert_eq!(tracker.finish_frame(&bytes[10..]), 304 - 10);
        assert!(tracker.at_boundary());
        assert_eq!(tracker.finish_frame(&bytes[304..]), 0);
    }

    proptest! {
        #[test]
        fn boundaries_are_found_however_the_bytes_are_cut(
            frames in proptest::collection::vec((0_u8..=2, prop_oneof![0_usize..300, 65_500_usize..65_600], any::<bool>()), 1..6),
            cut in 1_usize..5_000,
        ) {
            let mut tracker = FrameTracker::default();
            for (opcode, length, masked) in frames {
                let bytes = frame(opcode, length, masked);
                for (at, piece) in bytes.chunks(cut).enumerate() {
                    tracker.pass(piece);
                    let whole = (at * cut) + piece.len() == bytes.len();
                    prop_assert_eq!(tracker.at_boundary(), whole);
                }
            }
        }

        #[test]
        fn garbage_is_followed_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            let mut tracker = FrameTracker::default();
            let used = tracker.finish_frame(&bytes);
            tracker.pass(&bytes[used..]);
        }
    }
}
