//! Small JSON objects that no message of the wire stands for.

use serde::Serialize;
use serde_json::{Map, Value};

/// A message of the wire with more fields beside its own.
pub fn with_fields(message: &impl Serialize, more: &[(&str, Value)]) -> Value {
    let mut object = match serde_json::to_value(message) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    };
    for (name, value) in more {
        object.insert((*name).to_owned(), value.clone());
    }
    Value::Object(object)
}
