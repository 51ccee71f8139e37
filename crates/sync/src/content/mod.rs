//! What a document holds in forms for other programs, and the edits that make it hold something else.
//!
//! Every edit is computed on a copy and then applied like anybody's update, so that what others write at the same time
//! is merged with it.

mod edit;
mod export;
mod restore;
#[cfg(test)]
mod tests;

use yrs::updates::decoder::Decode as _;
use yrs::{Doc, OffsetKind, Options, ReadTxn as _, StateVector, Transact as _, Update};

pub use edit::{import_json, import_text};
pub use export::{json, text};
pub use restore::restore;

/// The shared text that is meant where none is named.
pub const TEXT: &str = "text";
/// Types within types, and values within values: no editor nests deeper, and each level costs stack.
const DEPTH_MAX: usize = 64;
/// Shared types of one document that one import may name.
const ROOTS_MAX: usize = 1_000;

/// Why content could not be read or made.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// Not an update.
    #[error("update: not an update in the encoding of Yjs")]
    Decode(#[source] yrs::encoding::read::Error),
    /// An update that contradicts itself.
    #[error("update: it can't be applied to an empty document")]
    Apply(#[source] yrs::error::UpdateError),
    /// An update that builds on others.
    #[error("update: it builds on updates that it does not hold: send the whole state")]
    Incomplete,
    /// Not JSON.
    #[error("json: expected one JSON object with a member for each shared type")]
    Json(#[source] serde_json::Error),
    /// JSON of another shape.
    #[error("json: {0:?} must be a string (a text), an object (a map) or an array")]
    Shape(String),
    /// Too many members.
    #[error("json: at most {ROOTS_MAX} shared types at once")]
    TooMany,
    /// The document has something else under that name.
    #[error("{0:?} is a shared type of another kind in this document: choose another name")]
    Kind(String),
    /// Deeper than any editor nests.
    #[error("the document nests its types more than {DEPTH_MAX} deep: read it as an update")]
    TooDeep,
}

/// What a shared type of the document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Map,
    Array,
    Empty,
}

fn empty(skip_gc: bool) -> Doc {
    Doc::with_options(Options { offset_kind: OffsetKind::Utf16, skip_gc, ..Options::default() })
}

fn apply(doc: &Doc, update: &[u8]) -> Result<(), ContentError> {
    let update = Update::decode_v1(update).map_err(ContentError::Decode)?;
    doc.transact_mut().apply_update(update).map_err(ContentError::Apply)
}

/// A document made of its whole state, version 1.
fn load(update: &[u8]) -> Result<Doc, ContentError> {
    let doc = empty(false);
    apply(&doc, update)?;
    Ok(doc)
}

/// A first content as one update, if there is anything in it.
pub fn seed(update: Vec<u8>) -> Result<Option<Vec<u8>>, ContentError> {
    let doc = load(&update)?;
    let txn = doc.transact();
    if txn.has_missing_updates() {
        return Err(ContentError::Incomplete);
    }
    Ok((!txn.state_vector().is_empty()).then_some(update))
}

/// A whole state of version 1 in version 2, which is smaller.
pub fn to_v2(update: &[u8]) -> Result<Vec<u8>, ContentError> {
    let doc = load(update)?;
    let txn = doc.transact();
    // Nothing: what yrs writes of an empty document can't be read.
    if txn.state_vector().is_empty() {
        return Ok(Vec::new());
    }
    Ok(txn.encode_state_as_update_v2(&StateVector::default()))
}

/// The other way round.
pub fn to_v1(state: &[u8]) -> Result<Vec<u8>, ContentError> {
    if state.is_empty() {
        return Ok(vec![0, 0]);
    }
    let state = Update::decode_v2(state).map_err(ContentError::Decode)?;
    let doc = empty(false);
    doc.transact_mut().apply_update(state).map_err(ContentError::Apply)?;
    let txn = doc.transact();
    Ok(txn.encode_state_as_update_v1(&StateVector::default()))
}
