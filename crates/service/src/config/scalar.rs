//! Plain values: the file's typed ones, and texts from outside read as the type their key has.

use std::str::FromStr;

use serde::de::{self, Visitor};
use toml::Value;

use super::collect::ReadError;
use super::tree::Node;

/// Reads a text as a TOML value, e.g. `[1, 2]` or `{ cert = "a" }`.
pub(super) fn parse(text: &str) -> Option<Node> {
    let mut table = format!("value = {text}").parse::<toml::Table>().ok()?;
    if table.len() != 1 {
        return None;
    }
    table.remove("value").map(Node::from_value)
}

/// Gives the visitor what is there, whatever the type.
pub(super) fn any<'de, V: Visitor<'de>>(node: &Node, visitor: V) -> Result<V::Value, ReadError> {
    match node {
        Node::Plain(Value::String(text)) | Node::Text { text, .. } => visitor.visit_str(text),
        Node::Plain(Value::Integer(number)) => visitor.visit_i64(*number),
        Node::Plain(Value::Float(number)) => visitor.visit_f64(*number),
        Node::Plain(Value::Boolean(flag)) => visitor.visit_bool(*flag),
        Node::Plain(Value::Datetime(time)) => visitor.visit_string(time.to_string()),
        Node::Table(_) | Node::Plain(Value::Table(_)) => Err(wrong("a table", &visitor)),
        Node::List(_) | Node::Plain(Value::Array(_)) => Err(wrong("a list", &visitor)),
    }
}

fn wrong<'de, V: Visitor<'de>>(found: &'static str, visitor: &V) -> ReadError {
    de::Error::invalid_type(de::Unexpected::Other(found), visitor)
}

macro_rules! from_text {
    ($($method:ident => $type:ty, $visit:ident;)*) => {$(
        pub(super) fn $method<'de, V: Visitor<'de>>(node: &Node, visitor: V) -> Result<V::Value, ReadError> {
            match node {
                Node::Text { text, .. } => match <$type>::from_str(text.trim()) {
                    Ok(value) => visitor.$visit(value),
                    Err(_) => visitor.visit_str(text),
                },
                other => any(other, visitor),
            }
        }
    )*};
}

from_text! {
    deserialize_bool => bool, visit_bool;
    deserialize_i8 => i64, visit_i64;
    deserialize_i16 => i64, visit_i64;
    deserialize_i32 => i64, visit_i64;
    deserialize_i64 => i64, visit_i64;
    deserialize_u8 => u64, visit_u64;
    deserialize_u16 => u64, visit_u64;
    deserialize_u32 => u64, visit_u64;
    deserialize_u64 => u64, visit_u64;
    deserialize_f32 => f64, visit_f64;
    deserialize_f64 => f64, visit_f64;
}

macro_rules! as_is {
    ($($method:ident),*) => {$(
        pub(super) fn $method<'de, V: Visitor<'de>>(node: &Node, visitor: V) -> Result<V::Value, ReadError> {
            any(node, visitor)
        }
    )*};
}

as_is!(deserialize_str, deserialize_string, deserialize_char, deserialize_bytes, deserialize_byte_buf);

/// Stands for a missing value, so that the faults behind it come to light too. What it makes is never used.
pub(super) struct Blank;

macro_rules! blanks {
    ($($method:ident => $visit:ident($value:expr);)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            visitor.$visit($value)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Blank {
    type Error = ReadError;

    blanks! {
        deserialize_bool => visit_bool(false);
        deserialize_i8 => visit_i64(0);
        deserialize_i16 => visit_i64(0);
        deserialize_i32 => visit_i64(0);
        deserialize_i64 => visit_i64(0);
        deserialize_u8 => visit_u64(0);
        deserialize_u16 => visit_u64(0);
        deserialize_u32 => visit_u64(0);
        deserialize_u64 => visit_u64(0);
        deserialize_f32 => visit_f64(0.0);
        deserialize_f64 => visit_f64(0.0);
        deserialize_str => visit_str("");
        deserialize_string => visit_str("");
        deserialize_identifier => visit_str("");
        deserialize_any => visit_str("");
        deserialize_char => visit_char(' ');
        deserialize_bytes => visit_bytes(&[]);
        deserialize_byte_buf => visit_bytes(&[]);
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_seq(empty_seq())
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_seq(empty_seq())
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_seq(empty_seq())
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_map(empty_map())
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_map(empty_map())
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        use serde::de::IntoDeserializer as _;
        visitor.visit_enum(variants.first().copied().unwrap_or_default().into_deserializer())
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }
}

type NoItems = std::iter::Empty<u8>;
type NoEntries = std::iter::Empty<(u8, u8)>;

fn empty_seq() -> de::value::SeqDeserializer<NoItems, ReadError> {
    de::value::SeqDeserializer::new(std::iter::empty())
}

fn empty_map() -> de::value::MapDeserializer<'static, NoEntries, ReadError> {
    de::value::MapDeserializer::new(std::iter::empty())
}
