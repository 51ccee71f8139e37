//! The merged layers: a tree in which texts from outside the file still wait for the type they should have.

use std::collections::BTreeMap;

use toml::Value;

/// The deepest path that environment and flags may name; no configuration nests further.
const DEPTH_MAX: usize = 8;

/// A value of the merged configuration.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// A table.
    Table(BTreeMap<String, Node>),
    /// A list.
    List(Vec<Node>),
    /// A plain value of the file.
    Plain(Value),
    /// A text from the environment or a flag, read as whatever type its key has.
    Text { text: String, origin: String },
}

impl Node {
    pub(super) fn from_table(table: toml::Table) -> Self {
        Self::Table(table.into_iter().map(|(key, value)| (key, Self::from_value(value))).collect())
    }

    pub(super) fn from_value(value: Value) -> Self {
        match value {
            Value::Table(table) => Self::from_table(table),
            Value::Array(list) => Self::List(list.into_iter().map(Self::from_value).collect()),
            plain => Self::Plain(plain),
        }
    }

    /// Takes the named keys out of a table, as a table of their own.
    pub(super) fn split_off(&mut self, keys: &[&str]) -> Self {
        let Self::Table(table) = self else { return Self::Table(BTreeMap::new()) };
        let taken = keys.iter().filter_map(|key| table.remove_entry(*key));
        Self::Table(taken.collect())
    }

    /// Puts a text at a path; a number in it is an index into a list (or the index just behind its end).
    pub(super) fn set(&mut self, path: &[String], text: &str, origin: &str) -> Result<(), String> {
        let text = || Self::Text { text: text.to_owned(), origin: origin.to_owned() };
        if path.is_empty() || path.len() > DEPTH_MAX || path.iter().any(String::is_empty) {
            return Err(format!("{origin} does not name a key"));
        }
        let mut node = self;
        for key in path {
            node = node.child(key).ok_or_else(|| format!("{origin}: there is no place for {key:?} here"))?;
        }
        *node = text();
        Ok(())
    }

    fn child(&mut self, key: &str) -> Option<&mut Self> {
        match self {
            Self::Table(table) => {
                Some(table.entry(key.to_owned()).or_insert_with(|| Self::Table(BTreeMap::new())))
            }
            Self::List(list) => {
                let index: usize = key.parse().ok()?;
                if index == list.len() {
                    list.push(Self::Table(BTreeMap::new()));
                }
                list.get_mut(index)
            }
            Self::Plain(_) | Self::Text { .. } => None,
        }
    }

    /// Takes out what is at a path, so that its default holds.
    pub(super) fn remove(&mut self, path: &[String]) {
        let Some((last, parents)) = path.split_last() else { return };
        let mut node = self;
        for key in parents {
            let next = match node {
                Self::Table(table) => table.get_mut(key),
                Self::List(list) => key.parse::<usize>().ok().and_then(|index| list.get_mut(index)),
                _ => None,
            };
            match next {
                Some(next) => node = next,
                None => return,
            }
        }
        match node {
            Self::Table(table) => {
                table.remove(last);
            }
            // An item of a list is replaced by nothing only together with its list: indices must not move.
            Self::List(_) => *node = Self::List(Vec::new()),
            _ => {}
        }
    }

    /// Where a text was said, for messages.
    pub(super) fn origin(&self) -> Option<&str> {
        match self {
            Self::Text { origin, .. } => Some(origin),
            _ => None,
        }
    }
}
