//! Reads a tree into a struct and collects every fault on the way.
//!
//! Serde stops at the first error. So unknown keys are noted and skipped before serde sees them; a value of a wrong
//! type is noted, taken out and the reading repeated, so that its default holds and the next fault comes to light;
//! a missing key is noted and read as an empty value. What comes out is used only if nothing was noted.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};

use super::faults::Faults;
use super::scalar;
use super::tree::Node;

/// How many faults are looked for; each costs one more reading.
const FAULTS_MAX: usize = 64;

/// Reads a tree. `None` if nothing could be made of it; a value beside new faults is there for further checks only.
pub(super) fn read<T: DeserializeOwned>(
    tree: &mut Node,
    also_known: &[&str],
    faults: &mut Faults,
) -> Option<T> {
    let state = RefCell::new(State::default());
    let mut missing_any = false;
    let mut found = None;
    for _ in 0..FAULTS_MAX {
        state.borrow_mut().failed_at = None;
        let reader = Reader { node: tree, path: Vec::new(), state: &state, also_known };
        let error = match T::deserialize(reader) {
            Ok(value) => {
                found = Some(value);
                break;
            }
            Err(error) => error,
        };
        let path = state.borrow_mut().failed_at.take().unwrap_or_default();
        if let Some(field) = error.missing {
            let full = joined(&path, field);
            if !state.borrow().removed.contains(&full) {
                faults.add(full.join("."), "is missing");
            }
            missing_any = true;
            if state.borrow_mut().blank.insert(full) {
                continue;
            }
        } else if !state.borrow().blank.contains(&path) {
            faults.add(path.join("."), error.message);
        }
        if path.is_empty() {
            break;
        }
        tree.remove(&path);
        state.borrow_mut().removed.insert(path);
    }
    for (path, message) in std::mem::take(&mut state.borrow_mut().unknown) {
        faults.add(path, message);
    }
    if missing_any { None } else { found }
}

#[derive(Default)]
struct State {
    /// Unknown keys, seen in every pass, hence a set.
    unknown: BTreeSet<(String, String)>,
    /// The deepest path at which the current pass failed.
    failed_at: Option<Vec<String>>,
    /// Missing keys that are read as empty values.
    blank: BTreeSet<Vec<String>>,
    /// Faulty values that were taken out.
    removed: BTreeSet<Vec<String>>,
}

fn joined(path: &[String], key: &str) -> Vec<String> {
    path.iter().cloned().chain([key.to_owned()]).collect()
}

/// What serde reported.
#[derive(Debug)]
pub(super) struct ReadError {
    pub(super) message: String,
    missing: Option<&'static str>,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {}

impl de::Error for ReadError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { message: message.to_string(), missing: None }
    }

    fn missing_field(field: &'static str) -> Self {
        Self { message: "is missing".to_owned(), missing: Some(field) }
    }
}

/// Reads one node.
struct Reader<'a> {
    node: &'a Node,
    path: Vec<String>,
    state: &'a RefCell<State>,
    /// Keys to list beside a struct's own when a key of the root is unknown.
    also_known: &'a [&'a str],
}

impl<'a> Reader<'a> {
    fn child(&self, node: &'a Node, key: &str) -> Reader<'a> {
        Reader { node, path: joined(&self.path, key), state: self.state, also_known: &[] }
    }

    /// Remembers the deepest path that failed.
    fn noted<T>(&self, result: Result<T, ReadError>) -> Result<T, ReadError> {
        result.map_err(|mut error| {
            let mut state = self.state.borrow_mut();
            if state.failed_at.is_none() {
                state.failed_at = Some(self.path.clone());
                if let Some(origin) = self.node.origin() {
                    error.message = format!("{} (from {origin})", error.message);
                }
            }
            error
        })
    }

    fn note_unknown(&self, key: &str, fields: &[&str]) {
        let known: Vec<_> = fields.iter().chain(self.also_known).copied().collect();
        let nearest = known.iter().find(|known| near(known, key));
        let message = match nearest {
            Some(nearest) => format!("is not a known key; did you mean {nearest:?}?"),
            None => format!("is not a known key; known are {}", known.join(", ")),
        };
        self.state.borrow_mut().unknown.insert((joined(&self.path, key).join("."), message));
    }

    /// Entries of a table, unknown ones left out where the fields are known.
    fn entries(&self, fields: Option<&'static [&'static str]>) -> Option<Vec<(&'a str, Option<&'a Node>)>> {
        let Node::Table(table) = self.node else { return None };
        let mut entries = Vec::new();
        for (key, node) in table {
            match fields {
                Some(fields) if !fields.contains(&key.as_str()) => self.note_unknown(key, fields),
                _ => entries.push((key.as_str(), Some(node))),
            }
        }
        let state = self.state.borrow();
        for field in fields.into_iter().flatten() {
            if !table.contains_key(*field) && state.blank.contains(&joined(&self.path, field)) {
                entries.push((field, None));
            }
        }
        Some(entries)
    }

    fn visit_table<'de, V: Visitor<'de>>(
        &self,
        fields: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match self.entries(fields) {
            Some(entries) => {
                visitor.visit_map(Entries { reader: self, entries: entries.into_iter(), next: None })
            }
            None => scalar::any(self.node, visitor),
        }
    }

    fn visit_list<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, ReadError> {
        match self.node {
            Node::List(items) => visitor.visit_seq(Items { reader: self, items: items.iter().enumerate() }),
            Node::Text { text, .. } => {
                let parsed = scalar::parse(text).filter(|node| matches!(node, Node::List(_)));
                match parsed {
                    Some(node) => {
                        let reader = Reader {
                            node: &node,
                            path: self.path.clone(),
                            state: self.state,
                            also_known: &[],
                        };
                        reader.visit_list(visitor)
                    }
                    None => scalar::any(self.node, visitor),
                }
            }
            other => scalar::any(other, visitor),
        }
    }
}

/// Whether one key is likely a slip of the other: the same but for one letter or for `-` against `_`.
fn near(known: &str, given: &str) -> bool {
    let given = given.replace('-', "_").to_lowercase();
    if known == given {
        return true;
    }
    let (known, given) = (known.as_bytes(), given.as_bytes());
    let start = known.iter().zip(given).take_while(|(a, b)| a == b).count();
    let end = known.iter().rev().zip(given.iter().rev()).take_while(|(a, b)| a == b).count();
    let longest = known.len().max(given.len());
    longest > 2 && known.len().abs_diff(given.len()) <= 1 && start + end + 1 >= longest
}

macro_rules! scalars {
    ($($method:ident),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            self.noted(scalar::$method(self.node, visitor))
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Reader<'_> {
    type Error = ReadError;

    scalars!(
        deserialize_bool,
        deserialize_i8,
        deserialize_i16,
        deserialize_i32,
        deserialize_i64,
        deserialize_u8,
        deserialize_u16,
        deserialize_u32,
        deserialize_u64,
        deserialize_f32,
        deserialize_f64,
        deserialize_str,
        deserialize_string,
        deserialize_char,
        deserialize_bytes,
        deserialize_byte_buf
    );

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.node {
            Node::Table(_) => self.deserialize_map(visitor),
            Node::List(_) => self.deserialize_seq(visitor),
            _ => self.noted(scalar::any(self.node, visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_any(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.deserialize_any(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.noted(self.visit_list(visitor))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.noted(self.visit_table(None, visitor))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.noted(self.visit_table(Some(fields), visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let result = match self.node {
            Node::Text { text, .. } => visitor.visit_enum(text.as_str().into_deserializer()),
            Node::Plain(toml::Value::String(text)) => visitor.visit_enum(text.as_str().into_deserializer()),
            Node::Table(_) => match self.entries(None) {
                Some(entries) => visitor.visit_enum(de::value::MapAccessDeserializer::new(Entries {
                    reader: &self,
                    entries: entries.into_iter(),
                    next: None,
                })),
                None => Err(de::Error::custom("expected a name")),
            },
            other => scalar::any(other, visitor),
        };
        self.noted(result)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }
}

struct Entries<'r, 'a, I> {
    reader: &'r Reader<'a>,
    entries: I,
    next: Option<(&'a str, Option<&'a Node>)>,
}

impl<'de, 'a, I: Iterator<Item = (&'a str, Option<&'a Node>)>> de::MapAccess<'de> for Entries<'_, 'a, I> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        self.next = self.entries.next();
        let Some((key, _)) = self.next else { return Ok(None) };
        let key: StrDeserializer<'_, ReadError> = key.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, ReadError> {
        match self.next.take() {
            Some((key, Some(node))) => {
                let reader = self.reader.child(node, key);
                let (path, state) = (reader.path.clone(), reader.state);
                seed.deserialize(reader).inspect_err(|_| {
                    // Not every type goes through `noted`: one that reads a text and then refuses it does not.
                    state.borrow_mut().failed_at.get_or_insert(path);
                })
            }
            Some((key, None)) => seed.deserialize(scalar::Blank).inspect_err(|_| {
                self.reader
                    .state
                    .borrow_mut()
                    .failed_at
                    .get_or_insert_with(|| joined(&self.reader.path, key));
            }),
            None => Err(de::Error::custom("value before its key")),
        }
    }
}

struct Items<'r, 'a, I> {
    reader: &'r Reader<'a>,
    items: I,
}

impl<'de, 'a, I: Iterator<Item = (usize, &'a Node)>> de::SeqAccess<'de> for Items<'_, 'a, I> {
    type Error = ReadError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, ReadError> {
        let Some((index, node)) = self.items.next() else { return Ok(None) };
        let reader = self.reader.child(node, &index.to_string());
        let (path, state) = (reader.path.clone(), reader.state);
        let value = seed.deserialize(reader).inspect_err(|_| {
            state.borrow_mut().failed_at.get_or_insert(path);
        })?;
        Ok(Some(value))
    }
}
