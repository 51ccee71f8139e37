//! A document in memory: yrs behind the few questions that a room asks.

use yrs::updates::decoder::Decode as _;
use yrs::updates::encoder::Encode as _;
use yrs::{Doc, OffsetKind, Options, ReadTxn as _, StateVector, Transact as _, Update};

/// Why bytes did not become part of a document.
#[derive(Debug, thiserror::Error)]
pub enum DocError {
    /// Not an update. The document is as it was.
    #[error("not an update in the encoding of Yjs")]
    Decode(#[source] yrs::encoding::read::Error),
    /// Not a state vector.
    #[error("not a state vector in the encoding of Yjs")]
    Vector(#[source] yrs::encoding::read::Error),
    /// An update that contradicts itself. Part of it may have been applied.
    #[error("the update can't be applied to this document")]
    Apply(#[source] yrs::error::UpdateError),
}

/// A document.
pub struct Document {
    doc: Doc,
}

impl Document {
    /// An empty one. Browsers count text in UTF-16; deleted content is dropped.
    pub fn new() -> Self {
        Self { doc: Doc::with_options(Options { offset_kind: OffsetKind::Utf16, ..Options::default() }) }
    }

    /// Made of a stored state (version 2) and the updates (version 1) after it.
    pub fn load(state: Option<&[u8]>, updates: &[bytes::Bytes]) -> Result<Self, DocError> {
        let document = Self::new();
        let mut txn = document.doc.transact_mut();
        if let Some(state) = state {
            let state = Update::decode_v2(state).map_err(DocError::Decode)?;
            txn.apply_update(state).map_err(DocError::Apply)?;
        }
        for update in updates {
            let update = Update::decode_v1(update).map_err(DocError::Decode)?;
            txn.apply_update(update).map_err(DocError::Apply)?;
        }
        drop(txn);
        Ok(document)
    }

    /// Applies an update; says whether the document lacked anything of it.
    pub fn apply(&self, update: &[u8]) -> Result<bool, DocError> {
        let update = Update::decode_v1(update).map_err(DocError::Decode)?;
        let mut txn = self.doc.transact_mut();
        txn.apply_update(update).map_err(DocError::Apply)?;
        // What waits for a missing piece changes nothing yet and must be kept all the same.
        let waits = txn.has_missing_updates();
        Ok(waits || txn.before_state() != txn.after_state() || !txn.delete_set().is_empty())
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

/// Reads a state vector; no bytes mean an empty one.
pub fn read_vector(bytes: &[u8]) -> Result<StateVector, DocError> {
    if bytes.is_empty() {
        return Ok(StateVector::default());
    }
    StateVector::decode_v1(bytes).map_err(DocError::Vector)
}
