//! The journal's records and the documents' state files, as bytes.
//!
//! Record: `length u32 | crc32 u32 | kind u8 | number u64 | id length u8 | id | body`, little-endian; the length and
//! the checksum cover everything from the kind on. Kind 1 is an update (number: its place in the document's order;
//! body: the update), kind 2 is metadata (number: its version; body: JSON).
//! State file: one record of kind 3 whose body is `metadata version u64 | metadata length u32 | metadata | state`.

use std::sync::Arc;

use bytes::{Buf as _, BufMut as _};
use carrel_ids::DocumentId;

use super::Meta;

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    Update = 1,
    Meta = 2,
    State = 3,
}

/// A record that has been read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) kind: Kind,
    pub(super) number: u64,
    pub(super) id: DocumentId,
    /// Where the body begins in what was read.
    pub(super) body: usize,
    pub(super) body_length: usize,
    /// Where the next record begins.
    pub(super) next: usize,
}

const HEAD: usize = 8;
const FIXED: usize = 10;

/// Appends a record; returns where in `out` its body lies.
pub(super) fn write(out: &mut Vec<u8>, kind: Kind, number: u64, id: &DocumentId, body: &[&[u8]]) -> usize {
    let length: usize = FIXED + id.as_str().len() + body.iter().map(|part| part.len()).sum::<usize>();
    out.put_u32_le(u32::try_from(length).unwrap_or(u32::MAX));
    let checksum_at = out.len();
    out.put_u32_le(0);
    let covered = out.len();
    out.put_u8(kind as u8);
    out.put_u64_le(number);
    // Ids are at most 43 bytes long.
    out.put_u8(id.as_str().len() as u8);
    out.put_slice(id.as_str().as_bytes());
    let body_at = out.len();
    for part in body {
        out.put_slice(part);
    }
    let checksum = crc32fast::hash(&out[covered..]);
    out[checksum_at..covered].copy_from_slice(&checksum.to_le_bytes());
    body_at
}

/// The record at an offset; `None` if there is no whole, sound record.
pub(super) fn read(bytes: &[u8], at: usize) -> Option<Record> {
    let mut head = bytes.get(at..at + HEAD)?;
    let (length, checksum) = (head.get_u32_le() as usize, head.get_u32_le());
    let end = at.checked_add(HEAD)?.checked_add(length)?;
    let covered = bytes.get(at + HEAD..end)?;
    if length < FIXED || crc32fast::hash(covered) != checksum {
        return None;
    }
    let kind = match covered[0] {
        1 => Kind::Update,
        2 => Kind::Meta,
        3 => Kind::State,
        _ => return None,
    };
    let number = u64::from_le_bytes(covered[1..9].try_into().ok()?);
    let id_end = FIXED + usize::from(covered[9]);
    let id = std::str::from_utf8(covered.get(FIXED..id_end)?).ok()?.parse().ok()?;
    let body = at + HEAD + id_end;
    Some(Record { kind, number, id, body, body_length: end - body, next: end })
}

/// A state file that has been read.
#[derive(Debug)]
pub(super) struct StateFile {
    pub(super) meta: Arc<Meta>,
    pub(super) meta_version: u64,
    /// Updates up to this one are in the state.
    pub(super) covers: u64,
    /// Where the state begins in the file.
    pub(super) state: usize,
    pub(super) state_length: usize,
}

pub(super) fn write_state(
    id: &DocumentId,
    meta: &Meta,
    meta_version: u64,
    covers: u64,
    state: &[u8],
) -> Vec<u8> {
    let meta = meta_bytes(meta);
    let mut head = Vec::with_capacity(12);
    head.put_u64_le(meta_version);
    head.put_u32_le(u32::try_from(meta.len()).unwrap_or(u32::MAX));
    let mut out = Vec::with_capacity(state.len() + meta.len() + 100);
    write(&mut out, Kind::State, covers, id, &[&head, &meta, state]);
    out
}

pub(super) fn read_state(id: &DocumentId, file: &[u8]) -> Option<StateFile> {
    let record = read(file, 0)?;
    if record.kind != Kind::State || record.next != file.len() || record.id != *id {
        return None;
    }
    let mut body = &file[record.body..];
    if body.len() < 12 {
        return None;
    }
    let (meta_version, length) = (body.get_u64_le(), body.get_u32_le() as usize);
    let meta = Arc::new(read_meta(body.get(..length)?)?);
    let state = record.body + 12 + length;
    let state_length = file.len() - state;
    Some(StateFile { meta, meta_version, covers: record.number, state, state_length })
}

pub(super) fn meta_bytes(meta: &Meta) -> Vec<u8> {
    serde_json::to_vec(meta).expect("plain fields become JSON")
}

pub(super) fn read_meta(bytes: &[u8]) -> Option<Meta> {
    serde_json::from_slice(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_cut_or_bent_anywhere_is_none() {
        let id = DocumentId::from_random(7);
        let mut out = vec![9, 9];
        let body = write(&mut out, Kind::Update, 5, &id, &[b"ab", b"c"]);
        let record = read(&out, 2).expect("whole");
        assert_eq!((record.number, record.body, record.body_length, record.next), (5, body, 3, out.len()));
        assert_eq!((&record.id, record.kind), (&id, Kind::Update));
        for cut in 2..out.len() {
            assert_eq!(read(&out[..cut], 2), None);
        }
        for at in 2..out.len() {
            let mut bent = out.clone();
            bent[at] ^= 0x10;
            assert_eq!(read(&bent, 2), None, "byte {at}");
        }
    }
}
