//! A document's state file: a head that a start reads, and the state, which only a load reads.
//!
//! `"carrels2" | length u32 | crc32 u32 | head (JSON) | state`; the head holds the metadata, how many updates the state
//! covers, and the state's length and checksum.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::Meta;

const MAGIC: [u8; 8] = *b"carrels2";
/// Before the head proper.
pub(super) const PREFIX: usize = 16;
/// A thousand members are 50 kB.
const HEAD_MAX: usize = 1024 * 1024;

/// What a start reads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct StateHead {
    pub(super) meta: Meta,
    pub(super) meta_version: u64,
    /// Updates up to this one are in the state.
    pub(super) covers: u64,
    pub(super) length: u64,
    pub(super) checksum: u32,
}

/// The whole file.
pub(super) fn write(meta: &Meta, meta_version: u64, covers: u64, state: &[u8]) -> Vec<u8> {
    let (length, checksum) = (state.len() as u64, crc32fast::hash(state));
    let head = StateHead { meta: meta.clone(), meta_version, covers, length, checksum };
    let head = serde_json::to_vec(&head).expect("plain fields become JSON");
    let mut out = Vec::with_capacity(PREFIX + head.len() + state.len());
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&(head.len() as u32).to_le_bytes());
    out.extend_from_slice(&crc32fast::hash(&head).to_le_bytes());
    out.extend_from_slice(&head);
    out.extend_from_slice(state);
    out
}

/// The head's length and checksum, from the first [`PREFIX`] bytes.
pub(super) fn read_prefix(bytes: &[u8]) -> Option<(usize, u32)> {
    let rest = bytes.strip_prefix(&MAGIC)?;
    let length = u32::from_le_bytes(rest.get(..4)?.try_into().ok()?) as usize;
    let checksum = u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?);
    (length <= HEAD_MAX).then_some((length, checksum))
}

pub(super) fn read_head(bytes: &[u8], checksum: u32) -> Option<StateHead> {
    if crc32fast::hash(bytes) != checksum {
        return None;
    }
    serde_json::from_slice(bytes).ok()
}

/// The state of a whole file, if all of it is sound.
pub(super) fn read(file: &Bytes) -> Option<(StateHead, Bytes)> {
    let (length, checksum) = read_prefix(file)?;
    let head = read_head(file.get(PREFIX..PREFIX + length)?, checksum)?;
    let state = file.slice(PREFIX + length..);
    let is_sound = state.len() as u64 == head.length && crc32fast::hash(&state) == head.checksum;
    is_sound.then_some((head, state))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_cut_or_bent_anywhere_is_none() {
        let meta = Meta { title: "t".to_owned(), owner: "us-1".to_owned(), ..Meta::default() };
        let file = write(&meta, 3, 40, b"state");
        let (head, state) = read(&Bytes::from(file.clone())).expect("whole");
        assert_eq!((head.meta, head.meta_version, head.covers, &state[..]), (meta, 3, 40, &b"state"[..]));
        for cut in 0..file.len() {
            assert!(read(&Bytes::copy_from_slice(&file[..cut])).is_none());
        }
        for at in 0..file.len() {
            let mut bent = file.clone();
            bent[at] ^= 0x10;
            assert!(read(&Bytes::from(bent)).is_none(), "byte {at}");
        }
    }
}
