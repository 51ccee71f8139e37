//! The edits that make a document hold something else.

use serde_json::{Map as JsonMap, Value};
use yrs::types::text::TextRef;
use yrs::{
    Any, Array as _, ArrayRef, Doc, GetString as _, Map as _, MapRef, Text as _, Transact as _,
    TransactionMut,
};

use super::export::{kind, units, value};
use super::{ContentError, DEPTH_MAX, Kind, ROOTS_MAX, load};

/// The update that makes one shared text of a whole state this text; `None` if it is already.
pub fn import_text(update: &[u8], name: &str, wanted: &str) -> Result<Option<Vec<u8>>, ContentError> {
    let doc = load(update)?;
    let edits = [(name.to_owned(), Value::String(wanted.to_owned()))];
    edit(&doc, edits.into_iter().collect())
}

/// The update that makes the shared types that a JSON object names what it says; `None` if they are already.
pub fn import_json(update: &[u8], wanted: &str) -> Result<Option<Vec<u8>>, ContentError> {
    let wanted: JsonMap<String, Value> = serde_json::from_str(wanted).map_err(ContentError::Json)?;
    if wanted.len() > ROOTS_MAX {
        return Err(ContentError::TooMany);
    }
    edit(&load(update)?, wanted)
}

enum Root {
    Text(TextRef, String),
    Map(MapRef, JsonMap<String, Value>),
    Array(ArrayRef, Vec<Value>),
}

fn edit(doc: &Doc, wanted: JsonMap<String, Value>) -> Result<Option<Vec<u8>>, ContentError> {
    let mut roots = Vec::new();
    for (name, wanted) in wanted {
        let held = kind(doc, &name);
        let fits = |is: Kind| held == is || held == Kind::Empty;
        let root = match wanted {
            Value::String(text) if fits(Kind::Text) => Root::Text(doc.get_or_insert_text(name), text),
            Value::Object(map) if fits(Kind::Map) => Root::Map(doc.get_or_insert_map(name), map),
            Value::Array(array) if fits(Kind::Array) => Root::Array(doc.get_or_insert_array(name), array),
            Value::String(_) | Value::Object(_) | Value::Array(_) => return Err(ContentError::Kind(name)),
            _ => return Err(ContentError::Shape(name)),
        };
        roots.push(root);
    }
    let mut txn = doc.transact_mut();
    let before = txn.state_vector_and_deletions();
    for root in roots {
        match root {
            Root::Text(text, wanted) => set_text(&mut txn, &text, &wanted),
            Root::Map(map, wanted) => set_map(&mut txn, &map, wanted)?,
            Root::Array(array, wanted) => set_array(&mut txn, &array, &wanted)?,
        }
    }
    let changed = txn.state_vector_and_deletions() != before;
    Ok(changed.then(|| txn.encode_update_v1()))
}

/// What tells whether a transaction has done anything so far.
trait Progress {
    fn state_vector_and_deletions(&self) -> (yrs::StateVector, bool);
}

impl Progress for TransactionMut<'_> {
    fn state_vector_and_deletions(&self) -> (yrs::StateVector, bool) {
        (yrs::ReadTxn::state_vector(self), self.delete_set().is_empty())
    }
}

/// How many characters two texts have in common at their ends, in UTF-16, and the part of the second between them.
fn common<'a>(held: &str, wanted: &'a str) -> (u32, u32, &'a str) {
    let mut pairs = held.char_indices().zip(wanted.chars());
    let front = pairs.find(|((_, a), b)| a != b).map_or(held.len().min(wanted.len()), |((at, _), _)| at);
    let (held_rest, wanted_rest) = (&held[front..], &wanted[front..]);
    let same = held_rest.chars().rev().zip(wanted_rest.chars().rev()).take_while(|(a, b)| a == b);
    let back: usize = same.map(|(a, _)| a.len_utf8()).sum();
    let units = |text: &str| text.encode_utf16().count() as u32;
    let middle = &wanted_rest[..wanted_rest.len() - back];
    (units(&held[..front]), units(&held_rest[held_rest.len() - back..]), middle)
}

fn set_text(txn: &mut TransactionMut<'_>, text: &TextRef, wanted: &str) {
    let (held, length) = (text.get_string(txn), units(text, txn));
    let (front, back, middle) = if held.encode_utf16().count() as u32 == length {
        common(&held, wanted)
    } else {
        // Something in it is no character, and takes up room all the same.
        (0, 0, wanted)
    };
    let gone = length - front - back;
    if gone > 0 {
        text.remove_range(txn, front, gone);
    }
    if !middle.is_empty() {
        text.insert(txn, front, middle);
    }
}

fn any(value: Value) -> Any {
    match value {
        Value::Null => Any::Null,
        Value::Bool(it) => Any::Bool(it),
        Value::Number(it) => Any::from(it.as_f64().unwrap_or(f64::NAN)),
        Value::String(it) => Any::String(it.into()),
        Value::Array(it) => Any::Array(it.into_iter().map(any).collect()),
        Value::Object(it) => Any::from(
            it.into_iter().map(|(key, it)| (key, any(it))).collect::<std::collections::HashMap<_, _>>(),
        ),
    }
}

fn set_map(
    txn: &mut TransactionMut<'_>,
    map: &MapRef,
    wanted: JsonMap<String, Value>,
) -> Result<(), ContentError> {
    let held: Vec<String> = map.keys(txn).map(ToOwned::to_owned).collect();
    for key in held.iter().filter(|key| !wanted.contains_key(*key)) {
        map.remove(txn, key);
    }
    for (key, wanted) in wanted {
        let held = map.get(txn, &key).map(|out| value(&out, txn, DEPTH_MAX)).transpose()?;
        if held.is_none_or(|held| !same(&held, &wanted)) {
            map.insert(txn, key, any(wanted));
        }
    }
    Ok(())
}

fn set_array(txn: &mut TransactionMut<'_>, array: &ArrayRef, wanted: &[Value]) -> Result<(), ContentError> {
    let held: Vec<Value> =
        array.iter(txn).map(|out| value(&out, txn, DEPTH_MAX)).collect::<Result<_, _>>()?;
    let front = held.iter().zip(wanted).take_while(|(a, b)| same(a, b)).count();
    let (held_rest, wanted_rest) = (&held[front..], &wanted[front..]);
    let back = held_rest.iter().rev().zip(wanted_rest.iter().rev()).take_while(|(a, b)| same(a, b)).count();
    let gone = held_rest.len() - back;
    if gone > 0 {
        array.remove_range(txn, front as u32, gone as u32);
    }
    let fresh = &wanted_rest[..wanted_rest.len() - back];
    if !fresh.is_empty() {
        array.insert_range(txn, front as u32, fresh.iter().cloned().map(any));
    }
    Ok(())
}

/// Equal, where 1 and 1.0 are the same number: shared types know only one kind.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}
