//! A journal segment as bytes: a head, then one frame for each commit.
//!
//! Segment head: `"carrelj3" | salt u64 | first commit u64`. Commits are numbered in one sequence. All is little-endian.
//! - A body of at most 127 bytes: `length 1 | sum 6 | body`. An edit that is alone in its commit is some 30 bytes; a
//!   head of 20 would nearly double it. The sum is a keyed hash of the body, plus the commit's number.
//! - A longer one: `magic 4 | length u32 | commit u64 | crc32 of these | crc32 of the body | body`. The magic's first
//!   byte is no length.
//!
//! Invariant: a frame is written only after the frame before it was synced. So a frame that does not read is a torn tail
//! if nothing was written after it, and damage if something was. A later segment's head says which commits must be there.
//! What a power cut leaves of a frame is a beginning, or zeros where a page is missing: a length that is there is right.
//! The salt is drawn for each segment: nobody who writes documents can write bytes that pass for a frame.

use std::hash::Hasher as _;
use std::ops::Range;

use siphasher::sip::SipHasher13;

use super::frame_v2;

const SEGMENT_MAGIC: [u8; 8] = *b"carrelj3";
const MAGIC: [u8; 4] = [0xC4, 0x52, 0x4A, 0x0B];

/// Bytes before the first frame.
pub(super) const SEGMENT_HEAD: usize = 24;
/// Kept free before a frame's body: the longer of the two heads.
pub(super) const HEAD_MAX: usize = 24;
/// A body that takes the short head.
pub(super) const SHORT_MAX: usize = 127;
const SHORT_HEAD: usize = 7;
/// A torn tail of a kilobyte holds something that passes for a later frame in one of 4 billion crashes.
const SUM_BITS: u32 = 48;
const SUM_MASK: u64 = (1 << SUM_BITS) - 1;

/// A segment, by its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment {
    salt: u64,
    pub(super) first: u64,
    is_v2: bool,
}

/// A frame that reads.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) commit: u64,
    pub(super) body: Range<usize>,
}

pub(super) fn segment_head(salt: u64, first: u64) -> [u8; SEGMENT_HEAD] {
    let mut head = [0; SEGMENT_HEAD];
    head[..8].copy_from_slice(&SEGMENT_MAGIC);
    head[8..16].copy_from_slice(&salt.to_le_bytes());
    head[16..].copy_from_slice(&first.to_le_bytes());
    head
}

/// Fills in the head of a frame whose body follows [`HEAD_MAX`] bytes kept free for it; says where the frame begins.
pub(super) fn seal(frame: &mut [u8], commit: u64, salt: u64) -> usize {
    let (head, body) = frame.split_at_mut(HEAD_MAX);
    if body.len() <= SHORT_MAX {
        let start = HEAD_MAX - SHORT_HEAD;
        let sum = short_sum(body, salt).wrapping_add(commit);
        head[start] = body.len() as u8;
        head[start + 1..].copy_from_slice(&sum.to_le_bytes()[..6]);
        return start;
    }
    head[..4].copy_from_slice(&MAGIC);
    head[4..8].copy_from_slice(&u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
    head[8..16].copy_from_slice(&commit.to_le_bytes());
    let sum = crc32(salt, &head[..16]);
    head[16..20].copy_from_slice(&sum.to_le_bytes());
    head[20..].copy_from_slice(&crc32(salt ^ commit, body).to_le_bytes());
    0
}

fn crc32(key: u64, bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&key.to_le_bytes());
    hasher.update(bytes);
    hasher.finalize()
}

fn short_sum(body: &[u8], salt: u64) -> u64 {
    let mut hasher = SipHasher13::new_with_keys(salt, body.len() as u64);
    hasher.write(body);
    hasher.finish()
}

/// A short frame at an offset: the commit that it would be, and its body.
fn short(bytes: &[u8], at: usize, salt: u64) -> Option<Frame> {
    let body = short_claim(bytes, at)?;
    let covered = bytes.get(body.clone())?;
    let mut sum = [0; 8];
    sum[..6].copy_from_slice(&bytes[at + 1..at + SHORT_HEAD]);
    let commit = u64::from_le_bytes(sum).wrapping_sub(short_sum(covered, salt)) & SUM_MASK;
    Some(Frame { commit, body })
}

/// Where the body of a short frame would lie.
fn short_claim(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let length = usize::from(*bytes.get(at)?);
    let body = at + SHORT_HEAD;
    (1..=SHORT_MAX).contains(&length).then_some(body..body + length)
}

/// A long frame's head at an offset, if it is sound: then its length is, too.
fn long_head(bytes: &[u8], at: usize, salt: u64) -> Option<(Frame, u32)> {
    let head = bytes.get(at..at.checked_add(HEAD_MAX)?)?;
    let rest = head.strip_prefix(&MAGIC)?;
    let number = |at: usize| Some(u32::from_le_bytes(rest.get(at..at + 4)?.try_into().ok()?));
    let length = number(0)? as usize;
    let commit = u64::from_le_bytes(rest.get(4..12)?.try_into().ok()?);
    let is_sound = crc32(salt, &head[..16]) == number(12)?;
    let body = at + HEAD_MAX;
    is_sound.then_some((Frame { commit, body: body..body.checked_add(length)? }, number(16)?))
}

impl Segment {
    /// `None` if this is no segment.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let is_v2 = bytes.starts_with(&frame_v2::SEGMENT_MAGIC);
        if !is_v2 && !bytes.starts_with(&SEGMENT_MAGIC) {
            return None;
        }
        let salt = u64::from_le_bytes(bytes.get(8..16)?.try_into().ok()?);
        let first = u64::from_le_bytes(bytes.get(16..SEGMENT_HEAD)?.try_into().ok()?);
        Some(Self { salt, first, is_v2 })
    }

    /// The frame at an offset; `None` if there is no whole, sound frame. A short one is sound only as the expected commit.
    pub(super) fn frame(&self, bytes: &[u8], at: usize, expected: u64) -> Option<Frame> {
        if self.is_v2 {
            return frame_v2::read(bytes, at, self.salt);
        }
        if let Some(frame) = short(bytes, at, self.salt) {
            return (frame.commit == expected & SUM_MASK).then_some(Frame { commit: expected, ..frame });
        }
        let (frame, sum) = long_head(bytes, at, self.salt)?;
        let body = bytes.get(frame.body.clone())?;
        (crc32(self.salt ^ frame.commit, body) == sum).then_some(frame)
    }

    /// Whether something was written after the frame at an offset, which does not read: then it had been synced.
    pub(super) fn is_followed(&self, bytes: &[u8], at: usize, expected: u64) -> bool {
        if self.is_v2 {
            return frame_v2::is_followed(bytes, at, self.salt, expected);
        }
        if let Some((frame, _)) = long_head(bytes, at, self.salt) {
            return frame.body.end < bytes.len();
        }
        if short_claim(bytes, at).is_some_and(|body| body.end < bytes.len()) {
            return true;
        }
        (at + 1..bytes.len()).any(|from| {
            // No frame in between is smaller than a short one of one byte.
            let later = expected + 1..=expected + (from - at).div_ceil(SHORT_HEAD + 1) as u64;
            let long = long_head(bytes, from, self.salt).is_some_and(|(frame, _)| frame.commit > expected);
            long || short(bytes, from, self.salt).is_some_and(|frame| later.contains(&frame.commit))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT: u64 = 77;

    fn segment(salt: u64) -> Segment {
        Segment { salt, first: 1, is_v2: false }
    }

    fn frame(commit: u64, body: &[u8]) -> Vec<u8> {
        let mut out = vec![0; HEAD_MAX];
        out.extend_from_slice(body);
        let start = seal(&mut out, commit, SALT);
        out.split_off(start)
    }

    fn bent(bytes: &[u8], at: usize) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        bytes[at] ^= 0x10;
        bytes
    }

    #[test]
    fn a_frame_cut_or_bent_anywhere_is_none() {
        for (length, head) in [(1, 7), (127, 7), (128, 24), (5_000, 24)] {
            let whole = frame(9, &vec![3; length]);
            let read = |bytes: &[u8], salt| segment(salt).frame(bytes, 0, 9);
            assert_eq!(read(&whole, SALT), Some(Frame { commit: 9, body: head..head + length }));
            assert_eq!(read(&whole, 78), None, "another segment's salt");
            for cut in 0..whole.len() {
                assert_eq!(read(&whole[..cut], SALT), None);
            }
            for at in 0..whole.len() {
                assert_eq!(read(&bent(&whole, at), SALT), None, "byte {at} of {length}");
            }
        }
        assert_eq!(segment(SALT).frame(&frame(9, b"x"), 0, 8), None, "not the one that is due");
        assert_eq!(segment(SALT).frame(&[0; 200], 0, 9), None);
    }

    #[test]
    fn a_torn_tail_is_told_from_damage() {
        for (one, two) in [(40, 40), (40, 400), (400, 40), (400, 400)] {
            let (first, second) = (frame(5, &vec![1; one]), frame(6, &vec![2; two]));
            let both = [first.clone(), second.clone()].concat();
            for at in 0..first.len() {
                assert!(segment(SALT).is_followed(&bent(&both, at), 0, 5), "byte {at} of {one}, {two}");
            }
            // What a power cut leaves of the only frame: nothing says that it was ever synced.
            for cut in 0..first.len() {
                assert!(!segment(SALT).is_followed(&first[..cut], 0, 5), "{cut} of {one}");
                let mut zeros = first[..cut].to_vec();
                zeros.resize(first.len(), 0);
                assert!(!segment(SALT).is_followed(&zeros, 0, 5), "{cut} of {one}, then zeros");
                let mut zeros = vec![0; cut];
                zeros.extend_from_slice(&first[cut..]);
                assert!(cut == 0 || !segment(SALT).is_followed(&zeros, 0, 5), "{cut} zeros of {one}");
            }
            // And of a frame behind it, whatever it was.
            for cut in 1..second.len() {
                let torn = [&first[..], &second[..cut]].concat();
                assert!(segment(SALT).is_followed(&bent(&torn, first.len() - 1), 0, 5), "{cut} of {two}");
            }
        }
    }

    #[test]
    fn a_page_of_zeros_hides_no_later_commit() {
        let mut bytes = Vec::new();
        for commit in 5..305 {
            bytes.extend(frame(commit, &[7; 30]));
        }
        bytes[..9_000].fill(0);
        assert!(segment(SALT).is_followed(&bytes, 0, 5));
        assert!(!segment(SALT).is_followed(&bytes[..9_000], 0, 5));
    }

    #[test]
    fn whoever_writes_documents_does_not_know_the_salt() {
        for length in [1, 200] {
            let inner = [frame(5, &[1; 40]), frame(6, &vec![2; length])].concat();
            let mut forged = frame(5, &[&[1; 200][..], &inner].concat());
            forged[0] = 0;
            assert!(segment(SALT).is_followed(&forged, 0, 5), "with the salt it would pass");
            assert!(!segment(78).is_followed(&forged, 0, 5));
        }
    }
}
