//! A document in memory: yrs behind the few questions that a room asks.
//!
//! Invariant: a document has no holes. An update that builds on what the document lacks is refused, not kept waiting.
//!
//! Why: yrs 0.28.1 takes such an update in two ways. If it names what it lacks, it waits; if only the author's earlier
//! edits are missing, it is put behind a hole. Both go wrong later: of 1,500 random histories of three authors delivered
//! in random order, 3 kept waiting although everything had arrived, 7 had text doubled once a state with something
//! waiting had been encoded and read back, peers that were brought up to date from a document with holes lost text, and
//! encoding such a state in version 2 panicked. Further edits behind a hole change no state vector, so that they would
//! look like repetitions and never be logged. In order, or refused and sent again whole, all 1,500 are right.

use std::sync::atomic::{AtomicU64, Ordering};

use yrs::updates::decoder::Decode as _;
use yrs::updates::encoder::Encode as _;
use yrs::{Doc, OffsetKind, Options, ReadTxn as _, StateVector, Transact as _, Update, WriteTxn as _};

use super::scan;

/// Why bytes did not become part of a document.
#[derive(Debug, thiserror::Error)]
pub enum DocError {
    /// Not an update. The document is as it was.
    #[error("not an update in the encoding of Yjs")]
    Decode(#[source] yrs::encoding::read::Error),
    /// Not a state vector.
    #[error("not a state vector in the encoding of Yjs")]
    Vector(#[source] yrs::encoding::read::Error),
    /// Cut short, or larger than it may be once it is read.
    #[error("not an update or state vector in the encoding of Yjs, or one that claims more than it holds")]
    Malformed,
    /// Too deep, as far as can be told.
    #[error(
        "the document has or would have over {TYPES_MAX} maps, arrays, texts and elements: make a second document"
    )]
    TooManyTypes,
    /// No memory for a deep document.
    #[error("make a thread for a deep document: try again later")]
    Stack(#[source] std::io::Error),
    /// An update that contradicts itself. Part of it may have been applied.
    #[error("the update can't be applied to this document")]
    Apply(#[source] yrs::error::UpdateError),
    /// An update that builds on others which the document lacks. What of it could be applied alone, was.
    #[error("the update builds on updates that the document lacks: send all that follows its state vector")]
    Missing {
        /// What the document has, encoded.
        vector: Vec<u8>,
        /// What was applied all the same, as an update.
        applied: Option<Vec<u8>>,
    },
}

/// Types inside types, below which yrs gets by with any thread's stack: it deletes by calling itself.
const FLAT_MAX: u64 = 200;
/// For each level beyond; what a level takes in a build without optimisation, twice.
const STACK_PER_TYPE: u64 = 4 * 1024;
/// What takes more levels than this is refused: their stack would be 4 GB of addresses. A book has 100,000 paragraphs.
const TYPES_MAX: u64 = 1 << 20;

/// A commit of yrs joins neighbouring letters from the right, each time with a copy of all that is to their right: one
/// commit of 110,000 of them took 6.4 GB. Commits of so many copy some kilobytes.
const UPDATES_A_COMMIT: usize = 64;

/// A document.
pub struct Document {
    doc: Doc,
    /// Types that were ever made in it, an upper bound of how deep it nests.
    types: AtomicU64,
}

impl Document {
    /// An empty one. Browsers count text in UTF-16; deleted content is dropped.
    pub fn new() -> Self {
        let doc = Doc::with_options(Options { offset_kind: OffsetKind::Utf16, ..Options::default() });
        Self { doc, types: AtomicU64::new(0) }
    }

    /// Made of a stored state (version 2) and the updates (version 1) after it.
    pub fn load(state: Option<&[u8]>, updates: &[bytes::Bytes]) -> Result<Self, DocError> {
        let document = Self::new();
        let mut types = 0;
        // What was taken once must open again, whatever a count of it says.
        for update in updates {
            types += scan::update(update).unwrap_or_default();
        }
        // What a state of version 2 holds can't be told from its size.
        let levels = if state.is_some() { types.max(STATE_LEVELS) } else { types };
        on_stack_for(levels.min(TYPES_MAX), || document.fill(state, updates))??;
        if state.is_some() {
            types = scan::update(&document.diff(&StateVector::default())).unwrap_or(STATE_LEVELS);
        }
        document.types.store(types.min(TYPES_MAX), Ordering::Relaxed);
        Ok(document)
    }

    fn fill(&self, state: Option<&[u8]>, updates: &[bytes::Bytes]) -> Result<(), DocError> {
        if let Some(state) = state {
            let state = Update::decode_v2(state).map_err(DocError::Decode)?;
            self.doc.transact_mut().apply_update(state).map_err(DocError::Apply)?;
        }
        for some in updates.chunks(UPDATES_A_COMMIT) {
            let mut txn = self.doc.transact_mut();
            for update in some {
                let update = Update::decode_v1(update).map_err(DocError::Decode)?;
                txn.apply_update(update).map_err(DocError::Apply)?;
            }
        }
        Ok(())
    }

    /// Applies an update; says whether the document lacked anything of it.
    pub fn apply(&self, update: &[u8]) -> Result<bool, DocError> {
        let types = self.types.load(Ordering::Relaxed) + scan::update(update)?;
        let applied = on_stack_for(types, || self.apply_here(update))?;
        // Repetitions make nothing.
        if matches!(applied, Ok(true) | Err(DocError::Missing { applied: Some(_), .. })) {
            self.types.store(types, Ordering::Relaxed);
        }
        applied
    }

    fn apply_here(&self, update: &[u8]) -> Result<bool, DocError> {
        let update = Update::decode_v1(update).map_err(DocError::Decode)?;
        let mut txn = self.doc.transact_mut();
        if reach(&update, txn.before_state()) == Reach::Beyond {
            return Err(DocError::Missing { vector: txn.before_state().encode_v1(), applied: None });
        }
        txn.apply_update(update).map_err(DocError::Apply)?;
        let waits = txn.has_missing_updates() && txn.prune_pending().is_some();
        let changed = txn.before_state() != txn.after_state() || !txn.delete_set().is_empty();
        if waits {
            let applied = changed.then(|| txn.encode_update_v1());
            return Err(DocError::Missing { vector: txn.after_state().encode_v1(), applied });
        }
        Ok(changed)
    }

    /// Whether an update inserts anything that the document lacks. Deletions don't count: every answer to a state vector
    /// repeats them all.
    pub fn lacks(&self, update: &[u8]) -> Result<bool, DocError> {
        scan::update(update)?;
        let update = Update::decode_v1(update).map_err(DocError::Decode)?;
        Ok(reach(&update, &self.vector()) != Reach::Within)
    }

    /// What a peer with this state vector lacks, version 1.
    pub fn diff(&self, state_vector: &StateVector) -> Vec<u8> {
        self.doc.transact().encode_state_as_update_v1(state_vector)
    }

    /// The whole state, version 2, if it surely reads back: what replaces the log must. Nothing while the document waits
    /// for missing pieces, or is empty: what yrs then writes can't be read.
    pub fn state_v2(&self) -> Option<Vec<u8>> {
        let txn = self.doc.transact();
        if txn.has_missing_updates() || txn.state_vector().is_empty() {
            return None;
        }
        let state = txn.encode_state_as_update_v2(&StateVector::default());
        let copy = Self::load(Some(&state), &[]).ok()?;
        (copy.vector() == txn.state_vector()).then_some(state)
    }

    /// What the document has.
    pub fn vector(&self) -> StateVector {
        self.doc.transact().state_vector()
    }

    /// The same, encoded.
    pub fn vector_bytes(&self) -> Vec<u8> {
        self.vector().encode_v1()
    }
}

impl Default for Document {
    fn default() -> Self {
        Self::new()
    }
}

/// Levels that a state may have been nested, when it was written by this same code.
const STATE_LEVELS: u64 = 64 * 1024;

/// Does something on a stack for so many levels: on this one, or on that of a thread for the while.
fn on_stack_for<T: Send>(levels: u64, work: impl FnOnce() -> T + Send) -> Result<T, DocError> {
    if levels <= FLAT_MAX {
        return Ok(work());
    }
    if levels > TYPES_MAX {
        return Err(DocError::TooManyTypes);
    }
    let size = usize::try_from((levels + FLAT_MAX) * STACK_PER_TYPE).unwrap_or(usize::MAX);
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("deep document".to_owned()).stack_size(size);
        let thread = builder.spawn_scoped(scope, work).map_err(DocError::Stack)?;
        thread.join().map_err(|panic| std::panic::resume_unwind(panic))
    })
}

/// How far an update's insertions go, seen from a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// All are known.
    Within,
    /// Some are new, and follow what is known.
    Onward,
    /// Between some and what is known others are missing.
    Beyond,
}

fn reach(update: &Update, known: &StateVector) -> Reach {
    let mut reach = Reach::Within;
    for (client, ranges) in update.insertions(true).iter() {
        let mut end = known.get(client);
        for range in ranges.iter() {
            if range.start > end {
                return Reach::Beyond;
            }
            if range.end > end {
                end = range.end;
                reach = Reach::Onward;
            }
        }
    }
    reach
}

/// Reads a state vector; no bytes mean an empty one.
pub fn read_vector(bytes: &[u8]) -> Result<StateVector, DocError> {
    if bytes.is_empty() {
        return Ok(StateVector::default());
    }
    scan::vector(bytes)?;
    StateVector::decode_v1(bytes).map_err(DocError::Vector)
}

#[cfg(test)]
mod tests {
    use yrs::{GetString as _, Text as _};

    use super::*;

    fn author() -> (Doc, Vec<Vec<u8>>) {
        // Fixed: of two who write at one place, the smaller id comes first.
        let doc = Doc::with_client_id(2);
        let insert = |name: &str, at, what: &str| {
            let text = doc.get_or_insert_text(name);
            let mut txn = doc.transact_mut();
            text.insert(&mut txn, at, what);
            txn.encode_update_v1()
        };
        let updates = vec![insert("text", 0, "one "), insert("text", 4, "two "), insert("other", 0, "three")];
        (doc, updates)
    }

    fn text_of(document: &Document, name: &str) -> String {
        let text = document.doc.get_or_insert_text(name);
        text.get_string(&document.doc.transact())
    }

    #[test]
    fn what_builds_on_missing_updates_is_refused_and_leaves_nothing() {
        let (author, updates) = author();
        let document = Document::new();
        // The second names what it lacks; the third lacks only its author's earlier edits.
        for at in [1, 2] {
            let refused = document.apply(&updates[at]);
            assert!(matches!(refused, Err(DocError::Missing { applied: None, .. })), "{refused:?}");
        }
        assert_eq!(document.vector(), StateVector::default());
        assert!(document.apply(&updates[0]).expect("in order"));
        let Err(DocError::Missing { vector, .. }) = document.apply(&updates[2]) else { panic!("a hole") };
        let rest = author.transact().encode_state_as_update_v1(&read_vector(&vector).expect("a vector"));
        assert!(document.apply(&rest).expect("all that follows"));
        assert!(updates.iter().all(|update| !document.apply(update).expect("known")), "nothing is new");
        assert_eq!(
            (text_of(&document, "text"), text_of(&document, "other")),
            ("one two ".into(), "three".into())
        );
        assert!(document.state_v2().is_some());
    }

    #[test]
    fn what_can_be_applied_of_an_update_is_told() {
        let (author, updates) = author();
        let answer = Doc::with_client_id(1);
        answer
            .transact_mut()
            .apply_update(Update::decode_v1(&updates[0]).expect("an update"))
            .expect("applied");
        let text = answer.get_or_insert_text("text");
        let own = answer.get_or_insert_text("own");
        let mut txn = answer.transact_mut();
        own.push(&mut txn, "mine");
        text.push(&mut txn, "after another's");
        let update = txn.encode_update_v1();
        drop(txn);
        let (document, mirror) = (Document::new(), Document::new());
        let Err(DocError::Missing { applied: Some(applied), .. }) = document.apply(&update) else {
            panic!("a part of it has a place")
        };
        assert!(mirror.apply(&applied).expect("complete in itself"));
        assert_eq!(text_of(&mirror, "own"), "mine");
        for document in [document, mirror] {
            for doc in [&author, &answer] {
                let rest = doc.transact().encode_state_as_update_v1(&document.vector());
                document.apply(&rest).expect("all that follows");
            }
            assert_eq!(
                text_of(&document, "text"),
                text_of(&Document { doc: answer.clone(), types: AtomicU64::new(0) }, "text") + "two "
            );
        }
    }

    #[test]
    fn deletions_alone_are_nothing_new() {
        let doc = Doc::new();
        let text = doc.get_or_insert_text("text");
        text.push(&mut doc.transact_mut(), "gone");
        let inserted = doc.transact().encode_state_as_update_v1(&StateVector::default());
        text.remove_range(&mut doc.transact_mut(), 0, 4);
        let document = Document::new();
        document.apply(&doc.transact().encode_state_as_update_v1(&StateVector::default())).expect("applied");
        let answer = doc.transact().encode_state_as_update_v1(&document.vector());
        assert_ne!(answer, [0, 0], "every answer names what was deleted");
        assert!(
            !document.lacks(&answer).expect("an update") && !document.lacks(&inserted).expect("an update")
        );
        text.push(&mut doc.transact_mut(), "new");
        let more = doc.transact().encode_state_as_update_v1(&document.vector());
        assert!(document.lacks(&more).expect("an update"));
    }
}
