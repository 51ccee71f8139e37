//! A journal segment as bytes: a head, then one frame for each commit.
//!
//! Segment head: `"carrelj2" | salt u64 | first commit u64`. Frame: `magic 4 | length u32 | commit u64 | crc32 u32 | body`, little-endian.
//! The checksum covers the salt, the length, the commit's number and the body. Commits are numbered in one sequence.
//!
//! Invariant: a frame is written only after the frame before it was synced. So a frame that does not read is a torn tail
//! if nothing was written after it, and damage if something was. A later segment's head says which commits must be there.
//! The salt is drawn for each segment: nobody who writes documents can write bytes that pass for a frame.

use std::ops::Range;

const SEGMENT_MAGIC: [u8; 8] = *b"carrelj2";
const MAGIC: [u8; 4] = [0xC4, 0x52, 0x4A, 0x0A];

/// Bytes before the first frame.
pub(super) const SEGMENT_HEAD: usize = 24;
/// Bytes before a frame's body.
pub(super) const FRAME_HEAD: usize = 20;

pub(super) fn segment_head(salt: u64, first: u64) -> [u8; SEGMENT_HEAD] {
    let mut head = [0; SEGMENT_HEAD];
    head[..8].copy_from_slice(&SEGMENT_MAGIC);
    head[8..16].copy_from_slice(&salt.to_le_bytes());
    head[16..].copy_from_slice(&first.to_le_bytes());
    head
}

/// The salt and the first commit; `None` if this is no segment.
pub(super) fn read_segment_head(bytes: &[u8]) -> Option<(u64, u64)> {
    let rest = bytes.strip_prefix(&SEGMENT_MAGIC)?;
    let salt = u64::from_le_bytes(rest.get(..8)?.try_into().ok()?);
    let first = u64::from_le_bytes(rest.get(8..16)?.try_into().ok()?);
    Some((salt, first))
}

/// A frame that reads.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) commit: u64,
    pub(super) body: Range<usize>,
}

fn checksum(salt: u64, commit: u64, body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&salt.to_le_bytes());
    hasher.update(&(body.len() as u64).to_le_bytes());
    hasher.update(&commit.to_le_bytes());
    hasher.update(body);
    hasher.finalize()
}

/// Fills in the head of a frame whose body follows [`FRAME_HEAD`] bytes kept free for it.
pub(super) fn seal(frame: &mut [u8], commit: u64, salt: u64) {
    let (head, body) = frame.split_at_mut(FRAME_HEAD);
    head[..4].copy_from_slice(&MAGIC);
    head[4..8].copy_from_slice(&u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
    head[8..16].copy_from_slice(&commit.to_le_bytes());
    head[16..].copy_from_slice(&checksum(salt, commit, body).to_le_bytes());
}

/// What the head of a frame claims, whether or not its body is sound.
fn claimed(bytes: &[u8], at: usize) -> Option<(u64, u32, Range<usize>)> {
    let head = bytes.get(at..at.checked_add(FRAME_HEAD)?)?;
    let rest = head.strip_prefix(&MAGIC)?;
    let length = u32::from_le_bytes(rest[..4].try_into().ok()?) as usize;
    let commit = u64::from_le_bytes(rest[4..12].try_into().ok()?);
    let sum = u32::from_le_bytes(rest[12..16].try_into().ok()?);
    let body = at + FRAME_HEAD;
    Some((commit, sum, body..body.checked_add(length)?))
}

/// The frame at an offset; `None` if there is no whole, sound frame.
pub(super) fn read(bytes: &[u8], at: usize, salt: u64) -> Option<Frame> {
    let (commit, sum, body) = claimed(bytes, at)?;
    let covered = bytes.get(body.clone())?;
    (checksum(salt, commit, covered) == sum).then_some(Frame { commit, body })
}

/// Whether something was written after the frame at an offset, which does not read: then it had been synced.
pub(super) fn is_followed(bytes: &[u8], at: usize, salt: u64, expected: u64) -> bool {
    // Its head is sound and it does not end the file.
    if let Some((commit, _, body)) = claimed(bytes, at)
        && commit == expected
        && body.end < bytes.len()
    {
        return true;
    }
    let mut from = at + 1;
    while let Some(found) = find(bytes, from) {
        if read(bytes, found, salt).is_some_and(|frame| frame.commit > expected) {
            return true;
        }
        from = found + 1;
    }
    false
}

fn find(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(MAGIC.len()).position(|window| window == MAGIC).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(commit: u64, body: &[u8]) -> Vec<u8> {
        let mut out = vec![0; FRAME_HEAD];
        out.extend_from_slice(body);
        seal(&mut out, commit, 77);
        out
    }

    #[test]
    fn a_frame_cut_or_bent_anywhere_is_none() {
        let whole = frame(9, b"abc");
        assert_eq!(read(&whole, 0, 77), Some(Frame { commit: 9, body: 20..23 }));
        assert_eq!(read(&whole, 0, 78), None, "another segment's salt");
        for cut in 0..whole.len() {
            assert_eq!(read(&whole[..cut], 0, 77), None);
        }
        for at in 0..whole.len() {
            let mut bent = whole.clone();
            bent[at] ^= 0x10;
            assert_eq!(read(&bent, 0, 77), None, "byte {at}");
        }
    }

    #[test]
    fn a_torn_tail_is_told_from_damage() {
        let (first, second) = (frame(5, &[1; 40]), frame(6, &[2; 40]));
        let both = [first.clone(), second.clone()].concat();
        for at in 0..first.len() {
            let mut bent = both.clone();
            bent[at] ^= 0x10;
            assert!(is_followed(&bent, 0, 77, 5), "byte {at}");
            // The same byte of the only frame: nothing says that it was ever synced.
            let mut alone = first.clone();
            alone[at] ^= 0x10;
            assert!(!is_followed(&alone, 0, 77, 5), "byte {at}");
        }
        // Whoever writes documents does not know the salt.
        let mut forged = frame(5, &[first, frame(6, b"x")].concat());
        forged[30] ^= 1;
        assert!(is_followed(&forged, 0, 77, 5), "with the salt it would pass");
        assert!(!is_followed(&forged, 0, 78, 5));
    }
}
