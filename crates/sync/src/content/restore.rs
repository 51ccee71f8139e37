//! The edit that makes a document what it once was.
//!
//! The old state is loaded, what has happened since is applied to it as one step, and that step is undone: what was
//! inserted since is deleted, what was deleted since is inserted anew. That keeps types within types, marks in texts and
//! XML as they were. Where people have written through each other, yrs does not always find its way back; the outcome
//! is therefore compared with the old content, and made it by replacing what differs where it is not.

use serde_json::{Map as JsonMap, Value};
use yrs::undo::UndoManager;
use yrs::{MapRef, Out, ReadTxn as _, StateVector, Transact as _};

use super::{ContentError, apply, empty, import_json, json, load};

const SINCE: &str = "since";

/// The update that makes a whole state hold what an older state of the same document held; `None` if it does already.
pub fn restore(now: &[u8], then: &[u8]) -> Result<Option<Vec<u8>>, ContentError> {
    let (held, wanted) = (members(&json(now)?), members(&json(then)?));
    if filled(&held) == filled(&wanted) {
        // Perhaps only marks differ: text alone does not show them.
        return by_undoing(now, then);
    }
    if let Some(edit) = by_undoing(now, then)? {
        let doc = load(now)?;
        apply(&doc, &edit)?;
        let after = doc.transact().encode_state_as_update_v1(&StateVector::default());
        if filled(&members(&json(&after)?)) == filled(&wanted) {
            return Ok(Some(edit));
        }
    }
    let mut wanted = wanted;
    for (name, value) in held {
        wanted.entry(name).or_insert_with(|| emptied(&value));
    }
    import_json(now, &Value::Object(wanted).to_string())
}

fn members(json: &str) -> JsonMap<String, Value> {
    serde_json::from_str(json).unwrap_or_default()
}

fn emptied(value: &Value) -> Value {
    match value {
        Value::Object(_) => Value::Object(JsonMap::new()),
        Value::Array(_) => Value::Array(Vec::new()),
        _ => Value::String(String::new()),
    }
}

/// Without the shared types that hold nothing: they can't be told from those that there never were.
fn filled(members: &JsonMap<String, Value>) -> JsonMap<String, Value> {
    let full = members.iter().filter(|(_, value)| **value != emptied(value));
    full.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn by_undoing(now: &[u8], then: &[u8]) -> Result<Option<Vec<u8>>, ContentError> {
    let current = load(now)?;
    let vector = current.transact().state_vector();
    let names: Vec<String> = current.transact().root_refs().map(|(name, _)| name.to_owned()).collect();
    // Deleted content is kept, so that it can be brought back.
    let doc = empty(true);
    apply(&doc, then)?;
    let mut undo = UndoManager::<()>::new();
    undo.include_origin(SINCE);
    for name in names {
        let held =
            doc.transact().root_refs().find(|(root, _)| *root == name).and_then(|(_, out)| branch(&out));
        let root = held.unwrap_or_else(|| doc.get_or_insert_map(name));
        undo.expand_scope(&doc, &root);
    }
    let update = yrs::updates::decoder::Decode::decode_v1(now).map_err(ContentError::Decode)?;
    doc.transact_mut_with(SINCE).apply_update(update).map_err(ContentError::Apply)?;
    let mut is_changed = false;
    while undo.can_undo() {
        is_changed |= undo.undo_blocking();
    }
    Ok(is_changed.then(|| doc.transact().encode_state_as_update_v1(&vector)))
}

fn branch(out: &Out) -> Option<MapRef> {
    match out {
        Out::UndefinedRef(it) => Some(MapRef::from(*it)),
        Out::YMap(map) => Some(map.clone()),
        _ => None,
    }
}
