//! Typed, prefixed ids: parse and print, nothing else.
//!
//! An id is a two-letter prefix, a dash and a body, for example `se-0c9m2rvx7t4k8w1ehz5b`.
//! The body is 1 to 40 of `a-z`, `0-9` and `-`, and neither starts nor ends with a dash:
//! owners name their nodes themselves (`no-rack1-03`), everything else is drawn at random.
//! Because the prefix is part of the text, an id of one kind never parses as another.
//!
//! Randomness is an argument (see [`SessionId::from_random`] and its siblings): this crate has none.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The longest body that parses. Fits a DNS label together with a port and two dashes,
/// because previews are served on `<port>-<session>.<domain>`.
pub const BODY_MAX: usize = 40;

/// How many characters [`SessionId::from_random`] makes: 20 × 5 = 100 bits, enough that
/// two never meet and few enough to read out loud.
const RANDOM_BODY: usize = 20;

/// Digits of a random body: Crockford's alphabet, which leaves out `i l o u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseIdError {
    /// What was being parsed, e.g. "session id".
    pub kind: &'static str,
    /// The prefix it must have, with its dash.
    pub prefix: &'static str,
}

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "not a {}: expected \"{}\" and 1 to {BODY_MAX} of a-z, 0-9 and inner dashes",
            self.kind, self.prefix
        )
    }
}

impl std::error::Error for ParseIdError {}

fn body_is_valid(body: &str) -> bool {
    let bytes = body.as_bytes();
    !bytes.is_empty()
        && bytes.len() <= BODY_MAX
        && bytes.iter().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && bytes[0] != b'-'
        && bytes[bytes.len() - 1] != b'-'
}

fn random_text(prefix: &str, random: u128) -> Arc<str> {
    let mut text = String::with_capacity(prefix.len() + RANDOM_BODY);
    text.push_str(prefix);
    for digit in 0..RANDOM_BODY {
        let index = (random >> (5 * digit)) as usize & 31;
        text.push(char::from(ALPHABET[index]));
    }
    text.into()
}

macro_rules! define_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The prefix with its dash.
            pub const PREFIX: &'static str = concat!($prefix, "-");

            /// Makes an id from 100 of the given random bits.
            pub fn from_random(random: u128) -> Self {
                Self(random_text(Self::PREFIX, random))
            }

            /// The whole text, prefix included.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                match text.strip_prefix(Self::PREFIX) {
                    Some(body) if body_is_valid(body) => Ok(Self(text.into())),
                    _ => Err(ParseIdError { kind: $kind, prefix: Self::PREFIX }),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

define_id!(
    /// A user's claim on a slot with a repository.
    SessionId, "se", "session id"
);
define_id!(
    /// A compute node; its owner chooses the name.
    NodeId, "no", "node id"
);
define_id!(
    /// A person's account.
    UserId, "us", "user id"
);
define_id!(
    /// A pre-allocated container on one node.
    SlotId, "sl", "slot id"
);
define_id!(
    /// A terminal (or a process on pipes) inside a slot.
    TerminalId, "te", "terminal id"
);
define_id!(
    /// A document that people edit together.
    DocumentId, "do", "document id"
);
define_id!(
    /// Documents and other items that belong together, with members of their own.
    SpaceId, "sp", "space id"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_ids_parse_and_print() {
        for random in [0, 1, u128::MAX, 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef] {
            let id = SessionId::from_random(random);
            assert_eq!(id.as_str().len(), 3 + RANDOM_BODY);
            assert_eq!(id.to_string().parse::<SessionId>(), Ok(id));
        }
        assert_ne!(SlotId::from_random(1), SlotId::from_random(2));
    }

    #[test]
    fn owners_names_parse() {
        for good in ["no-a", "no-rack1-03", "no-0"] {
            assert_eq!(good.parse::<NodeId>().map(|id| id.to_string()), Ok(good.to_owned()));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let long = format!("no-{}", "a".repeat(BODY_MAX + 1));
        for bad in
            ["", "no", "no-", "no--a", "no-a-", "no-A", "no-a b", "no-ä", "se-a", "no-a/..", "no-a\n", &long]
        {
            assert!(bad.parse::<NodeId>().is_err(), "{bad:?}");
        }
    }
}
