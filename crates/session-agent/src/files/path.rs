//! Paths and names as they travel: relative to the workspace, `/`-separated, text.
//!
//! A name in a folder may be any bytes. Bytes that are not UTF-8 travel as the private-use characters U+EF80 to
//! U+EFFF, one per byte, and such a character in a real name travels as its three bytes in the same way: every name
//! has exactly one text, and all but the strangest look as they are.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// The kernel's limit for one path.
const PATH_MAX: usize = 4_096;
/// The kernel's limit for one name.
const NAME_MAX: usize = 255;
const ESCAPE: u32 = 0xEF00;
const FIRST: u32 = ESCAPE + 0x80;
const LAST: u32 = ESCAPE + 0xFF;

/// Why a text is no path in the workspace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Starts at the root of the file system.
    #[error("the path {0:?} starts with \"/\"; paths are relative to the workspace")]
    Absolute(String),
    /// Has `..` in it.
    #[error("the path {0:?} has \"..\" in it; name the folder itself")]
    Upwards(String),
    /// A zero byte ends a path for the kernel.
    #[error("the path {0:?} holds a zero byte")]
    ZeroByte(String),
    /// Longer than the kernel takes.
    #[error("a name is longer than {NAME_MAX} bytes or the path than {PATH_MAX}")]
    TooLong,
    /// The workspace itself where something in it is meant.
    #[error("the path is empty; it must name something in the workspace")]
    Empty,
}

/// A checked path: no `..`, no empty names, relative.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct RelPath(Vec<OsString>);

impl RelPath {
    /// Reads a path as it travels; empty means the workspace.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        if text.starts_with('/') {
            return Err(PathError::Absolute(text.to_owned()));
        }
        if text.contains('\0') {
            return Err(PathError::ZeroByte(text.to_owned()));
        }
        let mut names = Vec::new();
        let mut length = 0;
        for name in text.split('/').filter(|name| !matches!(*name, "" | ".")) {
            if name == ".." {
                return Err(PathError::Upwards(text.to_owned()));
            }
            let name = decode_name(name);
            length += name.len() + 1;
            if name.len() > NAME_MAX || length > PATH_MAX {
                return Err(PathError::TooLong);
            }
            names.push(name);
        }
        Ok(Self(names))
    }

    /// From a path that the kernel told, relative already.
    pub fn from_kernel(path: &std::path::Path) -> Option<Self> {
        use std::path::Component;
        let names = path.components().map(|part| match part {
            Component::Normal(name) => Some(name.to_owned()),
            _ => None,
        });
        names.collect::<Option<Vec<_>>>().map(Self)
    }

    /// The folder it is in and its name there.
    pub fn split(&self) -> Result<(Self, &OsStr), PathError> {
        let (name, folder) = self.0.split_last().ok_or(PathError::Empty)?;
        Ok((Self(folder.to_vec()), name))
    }

    /// Its names.
    pub fn names(&self) -> &[OsString] {
        &self.0
    }

    /// A path below this one.
    pub fn join(&self, name: &OsStr) -> Self {
        let mut names = self.0.clone();
        names.push(name.to_owned());
        Self(names)
    }

    /// For the kernel; `.` for the workspace.
    pub fn to_kernel(&self) -> OsString {
        if self.0.is_empty() { ".".into() } else { self.0.join(OsStr::new("/")) }
    }

    /// As it travels.
    pub fn to_text(&self) -> String {
        self.0.iter().map(|name| encode_name(name)).collect::<Vec<_>>().join("/")
    }
}

/// A name as it travels.
pub fn encode_name(name: &OsStr) -> String {
    let mut text = String::with_capacity(name.len());
    let escape = |bytes: &[u8], text: &mut String| {
        text.extend(bytes.iter().filter_map(|byte| char::from_u32(ESCAPE + u32::from(*byte))));
    };
    for chunk in name.as_bytes().utf8_chunks() {
        for character in chunk.valid().chars() {
            if (FIRST..=LAST).contains(&u32::from(character)) {
                escape(character.encode_utf8(&mut [0; 4]).as_bytes(), &mut text);
            } else {
                text.push(character);
            }
        }
        escape(chunk.invalid(), &mut text);
    }
    text
}

/// The bytes of a name that travelled.
pub fn decode_name(text: &str) -> OsString {
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        match u32::from(character) {
            code @ FIRST..=LAST => bytes.push((code - ESCAPE) as u8),
            _ => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    OsString::from_vec(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_name_has_one_text(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let name = OsString::from_vec(bytes);
            prop_assert_eq!(decode_name(&encode_name(&name)), name);
        }

        #[test]
        fn private_characters_survive(text in "[a\u{EF7F}-\u{F001}ß]{0,20}") {
            let name = OsString::from(text);
            prop_assert_eq!(decode_name(&encode_name(&name)), name);
        }

        #[test]
        fn no_text_gets_out(text in any::<String>()) {
            if let Ok(path) = RelPath::parse(&text) {
                for name in path.names() {
                    prop_assert!(name != ".." && name != "." && !name.is_empty());
                    prop_assert!(!name.as_bytes().iter().any(|b| matches!(b, 0 | b'/')));
                }
                prop_assert_eq!(RelPath::parse(&path.to_text()), Ok(path));
            }
        }

        #[test]
        fn dots_and_slashes_are_normal(text in "[./a]{0,12}") {
            match RelPath::parse(&text) {
                Ok(path) => prop_assert!(!path.to_text().split('/').any(|name| name == "..")),
                Err(error) => prop_assert!(matches!(error, PathError::Absolute(_) | PathError::Upwards(_))),
            }
        }
    }

    #[test]
    fn limits_are_the_kernels() {
        assert!(RelPath::parse(&"n".repeat(255)).is_ok());
        assert_eq!(RelPath::parse(&"n".repeat(256)), Err(PathError::TooLong));
        assert_eq!(RelPath::parse(&"n/".repeat(3_000)), Err(PathError::TooLong));
        assert_eq!(RelPath::parse("a/\0"), Err(PathError::ZeroByte("a/\0".to_owned())));
        assert_eq!(RelPath::parse("a\nb").unwrap().to_text(), "a\nb");
    }
}
