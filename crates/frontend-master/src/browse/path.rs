//! Paths below the top of a repository: bytes to git, percent-encoded text to everybody else.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStringExt as _;

use carrel_proto::convert::InvalidField;

/// Longer than any path that a checkout could write.
const PATH_MAX: usize = 4_096;

/// A path with at least one segment, none of them empty, `.` or `..`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreePath(Vec<u8>);

impl TreePath {
    /// Reads a percent-encoded path; `None` for the top.
    pub fn parse(field: &'static str, text: &str) -> Result<Option<Self>, InvalidField> {
        if text.is_empty() {
            return Ok(None);
        }
        if text.len() > PATH_MAX * 3 {
            return Err(InvalidField::new(field, "is longer than any path in a repository"));
        }
        let bytes = decode(text)
            .ok_or_else(|| InvalidField::new(field, "has a % without two hexadecimal digits after it"))?;
        let plain = |segment: &[u8]| !segment.is_empty() && segment != b"." && segment != b"..";
        if bytes.len() > PATH_MAX || bytes.contains(&0) || !bytes.split(|b| *b == b'/').all(plain) {
            return Err(InvalidField::new(field, "is no path below the top of a repository"));
        }
        Ok(Some(Self(bytes)))
    }

    /// As git takes it.
    pub fn to_arg(&self) -> OsString {
        OsString::from_vec(self.0.clone())
    }

    /// A folder, as git takes it to list what is in it.
    pub fn to_folder_arg(&self) -> OsString {
        let mut bytes = self.0.clone();
        bytes.push(b'/');
        OsString::from_vec(bytes)
    }

    /// As people read it.
    pub fn shown(&self) -> String {
        shown(&self.0)
    }

    /// The last segment.
    pub fn name(&self) -> &[u8] {
        self.0.rsplit(|b| *b == b'/').next().unwrap_or_default()
    }
}

/// Bytes as people read them: what is no UTF-8 is replaced.
pub fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Bytes of a path, percent-encoded between its slashes.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                text.push(char::from(*byte));
            }
            other => {
                let _ = write!(text, "%{other:02X}");
            }
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, tail) = tail.split_at_checked(2)?;
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        bytes.push(digit(digits[0])? * 16 + digit(digits[1])?);
        rest = tail;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Option<TreePath> {
        TreePath::parse("file", text).expect("a path")
    }

    #[test]
    fn paths_and_what_is_none() {
        assert_eq!(parse(""), None);
        assert_eq!(parse("src/a%20b.v").expect("a path").to_arg(), "src/a b.v");
        assert_eq!(parse("src/\u{e4}").expect("plain UTF-8 is taken").shown(), "src/\u{e4}");
        assert_eq!(parse("a/%FFb").expect("no UTF-8").name(), b"\xffb");
        let long = "a/".repeat(PATH_MAX);
        for bad in
            ["/", "/a", "a/", "a//b", ".", "..", "a/../b", "a/%2e%2E/b", "a%00", "%", "%4", "%zz", &long]
        {
            assert!(TreePath::parse("file", bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn every_name_comes_back(name in proptest::collection::vec(any::<u8>(), 1..40)) {
            let text = encode(&name);
            prop_assert!(text.is_ascii());
            prop_assert_eq!(decode(&text).expect("decodes"), name);
        }
    }
}
