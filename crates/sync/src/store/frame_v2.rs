//! Frames as they were written before [`super::frame`]'s, read so that a journal from then opens. Nothing writes them:
//! every start begins a segment.
//!
//! Segment head: `"carrelj2" | salt u64 | first commit u64`. Frame: `magic 4 | length u32 | commit u64 | crc32 u32 | body`,
//! little-endian. The checksum covers the salt, the length, the commit's number and the body.

use std::ops::Range;

use super::frame::Frame;

pub(super) const SEGMENT_MAGIC: [u8; 8] = *b"carrelj2";
const MAGIC: [u8; 4] = [0xC4, 0x52, 0x4A, 0x0A];
const HEAD: usize = 20;

fn checksum(salt: u64, commit: u64, body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&salt.to_le_bytes());
    hasher.update(&(body.len() as u64).to_le_bytes());
    hasher.update(&commit.to_le_bytes());
    hasher.update(body);
    hasher.finalize()
}

/// What the head of a frame claims, whether or not its body is sound.
fn claimed(bytes: &[u8], at: usize) -> Option<(u64, u32, Range<usize>)> {
    let head = bytes.get(at..at.checked_add(HEAD)?)?;
    let rest = head.strip_prefix(&MAGIC)?;
    let length = u32::from_le_bytes(rest[..4].try_into().ok()?) as usize;
    let commit = u64::from_le_bytes(rest[4..12].try_into().ok()?);
    let sum = u32::from_le_bytes(rest[12..16].try_into().ok()?);
    let body = at + HEAD;
    Some((commit, sum, body..body.checked_add(length)?))
}

/// The frame at an offset; `None` if there is no whole, sound frame.
pub(super) fn read(bytes: &[u8], at: usize, salt: u64) -> Option<Frame> {
    let (commit, sum, body) = claimed(bytes, at)?;
    let covered = bytes.get(body.clone())?;
    (checksum(salt, commit, covered) == sum).then_some(Frame { commit, body })
}

/// Whether something was written after the frame at an offset, which does not read.
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
