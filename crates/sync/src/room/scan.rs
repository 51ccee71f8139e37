//! Looks over an update or a state vector before yrs reads it, and refuses what would cost more than its own size.
//!
//! Why: yrs 0.28.1 reserves room for as many entries as the bytes claim, which for tables is memory touched at once, reads
//! values inside values by calling itself, and adds clocks without a look at their range. A few bytes would take gigabytes,
//! a frame of two-byte nestings would end the process.

use super::doc::DocError;

/// Values inside values. Editors nest a handful.
const DEPTH_MAX: usize = 64;
/// Clocks stay far from where sums of them would overflow. An author reaches this after writing a thousand books.
const CLOCK_MAX: u64 = 1 << 30;
/// Clients have ids of 32 bits, as those of Yjs 13.
const CLIENT_MAX: u64 = u32::MAX as u64;

const GC: u8 = 0;
const SKIP: u8 = 10;
const HAS_LEFT: u8 = 0x80;
const HAS_RIGHT: u8 = 0x40;
const HAS_PARENT_SUB: u8 = 0x20;

/// An update, version 1. Answers how many types it makes: nobody nests deeper than that.
pub(super) fn update(bytes: &[u8]) -> Result<u64, DocError> {
    let mut scan = Scan { rest: bytes, types: 0 };
    scan.update().map(|()| scan.types).ok_or(DocError::Malformed)
}

/// A state vector, version 1.
pub(super) fn vector(bytes: &[u8]) -> Result<(), DocError> {
    let mut scan = Scan { rest: bytes, types: 0 };
    scan.vector().ok_or(DocError::Malformed)
}

struct Scan<'a> {
    rest: &'a [u8],
    types: u64,
}

impl Scan<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn at_most(&mut self, most: u64) -> Option<u64> {
        self.number().filter(|number| *number <= most)
    }

    /// How many entries follow, each of at least so many bytes.
    fn count(&mut self, bytes_each: u64) -> Option<u64> {
        let count = self.number()?;
        (count <= self.rest.len() as u64 / bytes_each).then_some(count)
    }

    fn skip(&mut self, bytes: u64) -> Option<u64> {
        let length = usize::try_from(bytes).ok()?;
        self.rest = self.rest.get(length..)?;
        Some(bytes)
    }

    /// A text or buffer after its length; the length.
    fn buffer(&mut self) -> Option<u64> {
        let length = self.number()?;
        self.skip(length)
    }

    fn id(&mut self) -> Option<()> {
        self.at_most(CLIENT_MAX)?;
        self.at_most(CLOCK_MAX).map(drop)
    }

    fn update(&mut self) -> Option<()> {
        for _ in 0..self.count(3)? {
            let blocks = self.count(2)?;
            self.at_most(CLIENT_MAX)?;
            let mut clock = self.at_most(CLOCK_MAX)?;
            for _ in 0..blocks {
                clock += self.block()?;
                if clock > CLOCK_MAX {
                    return None;
                }
            }
        }
        self.deletions()?;
        // What would follow nobody reads.
        self.rest.is_empty().then_some(())
    }

    fn deletions(&mut self) -> Option<()> {
        for _ in 0..self.count(2)? {
            self.at_most(CLIENT_MAX)?;
            for _ in 0..self.count(2)? {
                let (clock, length) = (self.at_most(CLOCK_MAX)?, self.at_most(CLOCK_MAX)?);
                if clock + length > CLOCK_MAX {
                    return None;
                }
            }
        }
        Some(())
    }

    /// One block; at least as long as it says.
    fn block(&mut self) -> Option<u64> {
        let info = self.byte()?;
        if matches!(info, GC | SKIP) {
            return self.at_most(CLOCK_MAX);
        }
        let is_placed = info & (HAS_LEFT | HAS_RIGHT) != 0;
        if info & HAS_LEFT != 0 {
            self.id()?;
        }
        if info & HAS_RIGHT != 0 {
            self.id()?;
        }
        if !is_placed {
            match self.number()? {
                1 => drop(self.buffer()?),
                _ => self.id()?,
            }
            if info & HAS_PARENT_SUB != 0 {
                self.buffer()?;
            }
        }
        self.content(info & 0x0f)
    }

    fn content(&mut self, kind: u8) -> Option<u64> {
        match kind {
            // Deleted.
            1 => self.at_most(CLOCK_MAX),
            // A binary value, an embedded object.
            3 | 5 => self.buffer().map(|_| 1),
            // A text: in UTF-16 it has at most as many units as bytes.
            4 => self.buffer(),
            // A format and its value.
            6 => self.buffer().and_then(|_| self.buffer()).map(|_| 1),
            7 => {
                self.types += 1;
                // Elements of XML have names.
                if self.byte()? == 3 {
                    self.buffer()?;
                }
                Some(1)
            }
            8 => {
                let count = self.count(1)?;
                for _ in 0..count {
                    self.value(0)?;
                }
                Some(count)
            }
            // A document inside.
            9 => {
                self.buffer()?;
                self.value(0).map(|()| 1)
            }
            // 2 was JSON before Yjs 12; yrs reads one text too many of it.
            _ => None,
        }
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        if depth > DEPTH_MAX {
            return None;
        }
        match self.byte()? {
            127 | 126 | 121 | 120 => Some(()),
            // A whole number with a sign: as many bytes as one without.
            125 => self.number().map(drop),
            124 => self.skip(4).map(drop),
            123 | 122 => self.skip(8).map(drop),
            119 | 116 => self.buffer().map(drop),
            118 => {
                for _ in 0..self.count(2)? {
                    self.buffer()?;
                    self.value(depth + 1)?;
                }
                Some(())
            }
            117 => {
                for _ in 0..self.count(1)? {
                    self.value(depth + 1)?;
                }
                Some(())
            }
            _ => None,
        }
    }

    fn vector(&mut self) -> Option<()> {
        for _ in 0..self.count(2)? {
            self.at_most(CLIENT_MAX)?;
            // Only compared, never added to.
            self.at_most(CLIENT_MAX)?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use yrs::types::ToJson as _;
    use yrs::updates::encoder::Encode as _;
    use yrs::{
        Any, Array as _, Doc, Map as _, MapPrelim, OffsetKind, Options, ReadTxn as _, StateVector, Text as _,
        Transact as _, XmlElementPrelim, XmlFragment as _,
    };

    use super::*;

    /// Everything that editors make of a document.
    fn rich() -> Doc {
        let doc = Doc::with_options(Options { offset_kind: OffsetKind::Utf16, ..Options::default() });
        let (text, map, array) =
            (doc.get_or_insert_text("text"), doc.get_or_insert_map("map"), doc.get_or_insert_array("array"));
        let xml = doc.get_or_insert_xml_fragment("xml");
        let mut txn = doc.transact_mut();
        text.insert(&mut txn, 0, "héllo 😀 wörld");
        text.format(&mut txn, 0, 5, [("bold".into(), Any::Bool(true))].into());
        text.insert_embed(&mut txn, 2, Any::from_json(r#"{"image":"a.png","size":[1,2.5]}"#).expect("JSON"));
        text.remove_range(&mut txn, 3, 4);
        map.insert(&mut txn, "nested", MapPrelim::from([("a", Any::from(1))]));
        map.insert(
            &mut txn,
            "value",
            Any::from_json(r#"{"a":[null,true,-7,1e30,"x"],"b":{}}"#).expect("JSON"),
        );
        map.insert(&mut txn, "bytes", Any::Buffer(vec![1, 2, 3].into()));
        map.insert(&mut txn, "value", "overwritten");
        array.insert_range(&mut txn, 0, [1, 2, 3]);
        array.push_back(&mut txn, Doc::new());
        array.remove(&mut txn, 1);
        xml.insert(&mut txn, 0, XmlElementPrelim::empty("p"));
        drop(txn);
        doc
    }

    #[test]
    fn what_editors_write_passes() {
        let doc = rich();
        let state = doc.transact().encode_state_as_update_v1(&StateVector::default());
        update(&state).expect("a rich document");
        vector(&doc.transact().state_vector().encode_v1()).expect("its vector");
        update(&[0, 0]).expect("nothing");
        assert!(!doc.get_or_insert_map("map").to_json(&doc.transact()).to_string().is_empty());
        // And nothing that is cut short, or goes on.
        for length in 0..state.len() {
            assert!(update(&state[..length]).is_err(), "{length} of {}", state.len());
        }
        assert!(update(&[&state[..], &[0]].concat()).is_err());
    }

    #[test]
    fn what_costs_more_than_its_size_is_refused() {
        let huge = [0xff, 0xff, 0xff, 0xff, 0x0f];
        let in_array = |values: &[u8]| [&[1, 1, 1, 0, 8, 1, 1, b'a'][..], values, &[0]].concat();
        update(&in_array(&[1, 117, 1, 117, 0])).expect("two deep");
        let deep = in_array(&[&[1][..], &[117, 1].repeat(100_000), &[126]].concat());
        let mut bombs = vec![deep, huge.to_vec(), [&[1][..], &huge, &[1, 0]].concat()];
        bombs.extend([118, 117].map(|kind| in_array(&[&[1, kind][..], &huge].concat())));
        bombs.push(in_array(&huge));
        bombs.push([&[0, 1, 1][..], &huge].concat());
        // Clocks at the end of their range.
        bombs.push([&[1, 1, 1][..], &huge, &[0, 5, 0]].concat());
        bombs.push([&[1, 1, 1, 0, 0][..], &huge, &[0]].concat());
        bombs.push([&[0, 1, 1, 1][..], &huge, &huge].concat());
        for bomb in bombs {
            assert!(update(&bomb).is_err(), "{:?}", &bomb[..bomb.len().min(40)]);
        }
        assert!(vector(&huge).is_err());
    }
}
