//! Content as JSON and as text.

use serde_json::{Map as JsonMap, Value};
use yrs::types::text::TextRef;
use yrs::{
    Array as _, ArrayRef, Doc, GetString as _, Map as _, MapRef, Out, ReadTxn, Text as _, Transact as _,
    XmlFragment, XmlOut,
};

use super::{ContentError, DEPTH_MAX, Kind, load};

/// Every shared type of a whole state: texts as strings, maps as objects, arrays as arrays, XML as strings.
pub fn json(update: &[u8]) -> Result<String, ContentError> {
    let doc = load(update)?;
    let mut object = JsonMap::new();
    let txn = doc.transact();
    for (name, out) in txn.root_refs() {
        object.insert(name.to_owned(), root(&out, &txn)?);
    }
    drop(txn);
    Ok(Value::Object(object).to_string())
}

/// One shared text of a whole state; empty if there is none.
pub fn text(update: &[u8], name: &str) -> Result<String, ContentError> {
    let doc = load(update)?;
    match kind(&doc, name) {
        Kind::Empty => Ok(String::new()),
        Kind::Text => {
            let text = doc.get_or_insert_text(name);
            let txn = doc.transact();
            Ok(text.get_string(&txn))
        }
        Kind::Map | Kind::Array => Err(ContentError::Kind(name.to_owned())),
    }
}

/// What a shared type is: what came from others says it only by what it holds.
pub(super) fn kind(doc: &Doc, name: &str) -> Kind {
    let txn = doc.transact();
    let found = txn.root_refs().find(|(root, _)| *root == name);
    found.map_or(Kind::Empty, |(_, out)| kind_of(&out, &txn))
}

fn kind_of<T: ReadTxn>(out: &Out, txn: &T) -> Kind {
    let (map, text, array) = match out {
        Out::UndefinedRef(it) => (MapRef::from(*it), TextRef::from(*it), ArrayRef::from(*it)),
        Out::YText(_) | Out::YXmlText(_) => return Kind::Text,
        Out::YMap(_) => return Kind::Map,
        Out::YArray(_) | Out::YXmlFragment(_) | Out::YXmlElement(_) => return Kind::Array,
        _ => return Kind::Empty,
    };
    if map.len(txn) > 0 {
        Kind::Map
    } else if !text.get_string(txn).is_empty() {
        Kind::Text
    } else if array.len(txn) > 0 {
        Kind::Array
    } else {
        Kind::Empty
    }
}

fn root<T: ReadTxn>(out: &Out, txn: &T) -> Result<Value, ContentError> {
    let Out::UndefinedRef(it) = out else { return value(out, txn, DEPTH_MAX) };
    match kind_of(out, txn) {
        Kind::Map => value(&Out::YMap(MapRef::from(*it)), txn, DEPTH_MAX),
        Kind::Array => value(&Out::YArray(ArrayRef::from(*it)), txn, DEPTH_MAX),
        Kind::Text | Kind::Empty => value(&Out::YText(TextRef::from(*it)), txn, DEPTH_MAX),
    }
}

pub(super) fn value<T: ReadTxn>(out: &Out, txn: &T, depth: usize) -> Result<Value, ContentError> {
    let depth = depth.checked_sub(1).ok_or(ContentError::TooDeep)?;
    Ok(match out {
        // Numbers that JSON lacks become null.
        Out::Any(any) => serde_json::to_value(any).unwrap_or(Value::Null),
        Out::YText(text) => Value::String(text.get_string(txn)),
        Out::YXmlText(text) => Value::String(text.get_string(txn)),
        Out::YMap(map) => {
            let members = map.iter(txn).map(|(key, out)| Ok((key.to_owned(), value(&out, txn, depth)?)));
            Value::Object(members.collect::<Result<_, _>>()?)
        }
        Out::YArray(array) => {
            Value::Array(array.iter(txn).map(|out| value(&out, txn, depth)).collect::<Result<_, _>>()?)
        }
        Out::YXmlElement(element) => {
            shallow(element, txn, depth)?;
            Value::String(element.get_string(txn))
        }
        Out::YXmlFragment(fragment) => {
            shallow(fragment, txn, depth)?;
            Value::String(fragment.get_string(txn))
        }
        Out::YDoc(doc) => Value::String(doc.guid().to_string()),
        Out::UndefinedRef(_) => Value::Null,
        #[allow(unreachable_patterns, reason = "yrs has more with other features")]
        _ => Value::Null,
    })
}

/// XML is written by recursion: nothing nests deeper than the stack bears.
fn shallow<T: ReadTxn>(node: &impl XmlFragment, txn: &T, depth: usize) -> Result<(), ContentError> {
    let depth = depth.checked_sub(1).ok_or(ContentError::TooDeep)?;
    for child in node.children(txn) {
        match child {
            XmlOut::Element(element) => shallow(&element, txn, depth)?,
            XmlOut::Fragment(fragment) => shallow(&fragment, txn, depth)?,
            XmlOut::Text(_) => {}
        }
    }
    Ok(())
}

/// How long a text is in the units that edits count in.
pub(super) fn units<T: ReadTxn>(text: &TextRef, txn: &T) -> u32 {
    text.len(txn)
}
