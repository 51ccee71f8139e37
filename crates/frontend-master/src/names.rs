//! The names people choose: accounts and repositories. Parsed at the edge, safe as a path component afterwards.

use std::fmt;
use std::str::FromStr;

/// The longest account name; it is also a folder and a part of every clone address.
pub const USER_NAME_MAX: usize = 32;

/// The longest repository name.
pub const REPOSITORY_NAME_MAX: usize = 64;

/// Why a text is not a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Not an account name.
    #[error("an account name is 1 to {USER_NAME_MAX} of a-z, 0-9 and \"-\", and starts with a letter")]
    User,
    /// Not a repository name.
    #[error(
        "a repository name is 1 to {REPOSITORY_NAME_MAX} of a-z, A-Z, 0-9, \".\", \"_\" and \"-\", starts with a \
         letter or digit and does not end in \".git\""
    )]
    Repository,
    /// Not a repository path.
    #[error("a repository path is <owner>/<name>")]
    Path,
}

/// An account's name: `[a-z][a-z0-9-]{0,31}`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserName(String);

/// A repository's name without its owner.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RepositoryName(String);

/// `<owner>/<name>`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RepositoryPath {
    /// The account it belongs to.
    pub owner: UserName,
    /// Its name there.
    pub name: RepositoryName,
}

impl UserName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl RepositoryName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UserName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let bytes = text.as_bytes();
        let allowed = |b: &u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
        let valid = bytes.len() <= USER_NAME_MAX
            && bytes.first().is_some_and(u8::is_ascii_lowercase)
            && bytes.iter().all(allowed);
        if valid { Ok(Self(text.to_owned())) } else { Err(NameError::User) }
    }
}

impl FromStr for RepositoryName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let bytes = text.as_bytes();
        let allowed = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        let ends_in_git = bytes.len() >= 4 && bytes[bytes.len() - 4..].eq_ignore_ascii_case(b".git");
        let valid = bytes.len() <= REPOSITORY_NAME_MAX
            && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
            && bytes.iter().all(allowed)
            && !ends_in_git;
        if valid { Ok(Self(text.to_owned())) } else { Err(NameError::Repository) }
    }
}

impl FromStr for RepositoryPath {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let (owner, name) = text.split_once('/').ok_or(NameError::Path)?;
        Ok(Self { owner: owner.parse()?, name: name.parse()? })
    }
}

macro_rules! as_text {
    ($name:ident) => {
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
    };
}

as_text!(UserName);
as_text!(RepositoryName);

impl fmt::Display for RepositoryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

impl fmt::Debug for RepositoryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_people_choose_parse() {
        for good in ["a", "ada", "ada-2", "z9-", &"a".repeat(USER_NAME_MAX)] {
            assert!(good.parse::<UserName>().is_ok(), "{good}");
        }
        for good in ["a", "0", "Blinky", "a.b_c-d", "a..b", "x.gi", &"r".repeat(REPOSITORY_NAME_MAX)] {
            assert!(good.parse::<RepositoryName>().is_ok(), "{good}");
        }
    }

    #[test]
    fn others_are_refused() {
        for bad in ["", "Ada", "9a", "-a", "a_b", "a b", "ä", "a/b", "a\0", &"a".repeat(USER_NAME_MAX + 1)] {
            assert_eq!(bad.parse::<UserName>(), Err(NameError::User), "{bad:?}");
        }
        for bad in ["", ".", "..", ".a", "-a", "_a", "a/b", "a.git", "a.GIT", "a b", "ä", "a\n", "a%2e"] {
            assert_eq!(bad.parse::<RepositoryName>(), Err(NameError::Repository), "{bad:?}");
        }
        for bad in ["", "a", "a/", "/a", "a/b/c", "A/b", "a/../b", "a/b.git"] {
            assert!(bad.parse::<RepositoryPath>().is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn what_parses_prints_the_same_and_is_one_plain_path_component(text in "\\PC{0,70}|[a-zA-Z0-9._/-]{0,40}") {
            if let Ok(path) = text.parse::<RepositoryPath>() {
                prop_assert_eq!(path.to_string(), text.clone());
                let parts: Vec<_> = std::path::Path::new(&text).components().collect();
                prop_assert_eq!(parts.len(), 2);
                prop_assert!(parts.iter().all(|part| matches!(part, std::path::Component::Normal(_))));
            }
        }
    }
}
