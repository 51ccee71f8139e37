//! The records in a commit's frame.
//!
//! Numbers are varints (seven bits a byte, the lowest first). A record begins with `alias << 3 | kind`; an alias stands
//! for a document's id from the name record on until the end of the segment, so that most edits cost 2 bytes more.
//! - 1 name: `length | id`
//! - 2 update: `number | length | body`, the number being its place in the document's order
//! - 3 metadata: `version | length | JSON`
//! - 4 row: `length | key | version | flags (1 value, 2 blob) | [blob] | [length | value]`; without a value: removed
//! - 5 the document's next update: `length | body`, its number being one more than the highest before it in the segment
//! - 6 the same, without its length: its body ends the frame

use std::ops::Range;

use carrel_ids::DocumentId;

/// A record that has been read. Ranges lie in what was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Record {
    Name { alias: u64, id: DocumentId },
    Update { alias: u64, number: u64, body: Range<usize> },
    Next { alias: u64, body: Range<usize> },
    Meta { alias: u64, version: u64, body: Range<usize> },
    Row { key: String, version: u64, blob: Option<u64>, value: Option<Range<usize>> },
}

const NEXT: u64 = 5;
const LAST: u64 = 6;

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) -> usize {
    put_varint(out, bytes.len() as u64);
    let at = out.len();
    out.extend_from_slice(bytes);
    at
}

pub(super) fn name(out: &mut Vec<u8>, alias: u64, id: &DocumentId) {
    put_varint(out, alias << 3 | 1);
    put_bytes(out, id.as_str().as_bytes());
}

/// Returns where in `out` the body lies.
pub(super) fn update(out: &mut Vec<u8>, alias: u64, number: u64, body: &[u8]) -> usize {
    put_varint(out, alias << 3 | 2);
    put_varint(out, number);
    put_bytes(out, body)
}

/// An update whose number needs no telling; where it lies.
pub(super) fn next(out: &mut Vec<u8>, alias: u64, body: &[u8]) -> Next {
    let head = out.len();
    put_varint(out, alias << 3 | NEXT);
    let length = out.len();
    let body = put_bytes(out, body);
    Next { head, length, body, end: out.len() }
}

/// Where in a frame lies what [`next`] wrote: its head, its length, its body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Next {
    head: usize,
    length: usize,
    pub(super) body: usize,
    end: usize,
}

/// Takes the length out of a next update, if it is the last thing written; says how many bytes that saves.
pub(super) fn end_with(out: &mut Vec<u8>, next: Next) -> usize {
    if next.end != out.len() {
        return 0;
    }
    // The kind is in a varint's first byte.
    out[next.head] ^= (NEXT ^ LAST) as u8;
    out.drain(next.length..next.body).len()
}

pub(super) fn meta(out: &mut Vec<u8>, alias: u64, version: u64, body: &[u8]) {
    put_varint(out, alias << 3 | 3);
    put_varint(out, version);
    put_bytes(out, body);
}

pub(super) fn row(out: &mut Vec<u8>, key: &str, version: u64, blob: Option<u64>, value: Option<&[u8]>) {
    put_varint(out, 4);
    put_bytes(out, key.as_bytes());
    put_varint(out, version);
    put_varint(out, u64::from(value.is_some()) | u64::from(blob.is_some()) << 1);
    if let Some(blob) = blob {
        put_varint(out, blob);
    }
    if let Some(value) = value {
        put_bytes(out, value);
    }
}

/// Reads records one after the other.
pub(super) struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    /// Those in a part of what was read.
    pub(super) fn within(bytes: &'a [u8], body: Range<usize>) -> Self {
        Self { bytes: &bytes[..body.end], at: body.start }
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn range(&mut self) -> Option<Range<usize>> {
        let length = usize::try_from(self.varint()?).ok()?;
        let range = self.at..self.at.checked_add(length)?;
        self.bytes.get(range.clone())?;
        self.at = range.end;
        Some(range)
    }

    fn text(&mut self) -> Option<&'a str> {
        let range = self.range()?;
        std::str::from_utf8(&self.bytes[range]).ok()
    }

    fn record(&mut self) -> Option<Record> {
        let head = self.varint()?;
        let alias = head >> 3;
        match head & 7 {
            1 => Some(Record::Name { alias, id: self.text()?.parse().ok()? }),
            2 => Some(Record::Update { alias, number: self.varint()?, body: self.range()? }),
            3 => Some(Record::Meta { alias, version: self.varint()?, body: self.range()? }),
            4 => {
                let (key, version) = (self.text()?.to_owned(), self.varint()?);
                let flags = self.varint()?;
                let blob = if flags & 2 == 0 { None } else { Some(self.varint()?) };
                let value = if flags & 1 == 0 { None } else { Some(self.range()?) };
                Some(Record::Row { key, version, blob, value })
            }
            NEXT => Some(Record::Next { alias, body: self.range()? }),
            LAST => {
                let body = self.at..self.bytes.len();
                self.at = body.end;
                Some(Record::Next { alias, body })
            }
            _ => None,
        }
    }
}

impl Iterator for Records<'_> {
    /// `None` inside: this does not read.
    type Item = Option<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.bytes.len() {
            return None;
        }
        let record = self.record();
        if record.is_none() {
            self.at = self.bytes.len();
        }
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_read_back_and_cut_ones_do_not() {
        let id = DocumentId::from_random(7);
        let mut out = Vec::new();
        name(&mut out, 300, &id);
        let body = update(&mut out, 300, 70_000, b"abc");
        meta(&mut out, 300, 2, b"{}");
        row(&mut out, "a/b", 9, Some(4), Some(b"v"));
        row(&mut out, "a/b", 10, None, None);
        let records: Option<Vec<_>> = Records::within(&out, 0..out.len()).collect();
        let records = records.expect("all read");
        assert_eq!(records[0], Record::Name { alias: 300, id });
        assert_eq!(records[1], Record::Update { alias: 300, number: 70_000, body: body..body + 3 });
        assert!(matches!(&records[2], Record::Meta { version: 2, body, .. } if &out[body.clone()] == b"{}"));
        assert!(
            matches!(&records[3], Record::Row { blob: Some(4), value: Some(v), .. } if &out[v.clone()] == b"v")
        );
        assert_eq!(records[4], Record::Row { key: "a/b".to_owned(), version: 10, blob: None, value: None });
        assert_eq!(records.len(), 5);
        for cut in 1..out.len() {
            let records: Vec<_> = Records::within(&out, 0..cut).collect();
            assert!(records.len() <= 5);
        }
    }

    #[test]
    fn a_next_update_costs_two_bytes_more_and_one_at_the_end() {
        let mut out = Vec::new();
        let first = next(&mut out, 3, &[1; 20]);
        assert_eq!((out.len(), end_with(&mut out.clone(), first)), (22, 1));
        let second = next(&mut out, 300, &[2; 200]);
        assert_eq!(end_with(&mut out, first), 0, "something follows");
        assert_eq!(end_with(&mut out, second), 2);
        let records: Option<Vec<_>> = Records::within(&out, 0..out.len()).collect();
        let wanted = [Record::Next { alias: 3, body: 2..22 }, Record::Next { alias: 300, body: 24..224 }];
        assert_eq!(records.expect("all read"), wanted);
    }
}
