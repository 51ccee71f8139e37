//! The records in a commit's frame.
//!
//! Numbers are varints (seven bits a byte, the lowest first). A record begins with `alias << 3 | kind`; an alias stands
//! for a document's id from the name record on until the end of the segment, so that an edit of 20 bytes costs 3 more.
//! - 1 name: `length | id`
//! - 2 update: `number | length | body`, the number being its place in the document's order
//! - 3 metadata: `version | length | JSON`
//! - 4 row: `length | key | version | flags (1 value, 2 blob) | [blob] | [length | value]`; without a value: removed

use std::ops::Range;

use carrel_ids::DocumentId;

/// A record that has been read. Ranges lie in what was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Record {
    Name { alias: u64, id: DocumentId },
    Update { alias: u64, number: u64, body: Range<usize> },
    Meta { alias: u64, version: u64, body: Range<usize> },
    Row { key: String, version: u64, blob: Option<u64>, value: Option<Range<usize>> },
}

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
    fn a_small_update_costs_three_bytes_more() {
        let mut out = Vec::new();
        update(&mut out, 3, 100, &[1; 20]);
        assert_eq!(out.len(), 23);
    }
}
