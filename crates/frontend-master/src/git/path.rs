//! The addresses git asks for, parsed strictly: smart HTTP only, valid names only, nothing percent-encoded.

use http::Method;

use crate::names::RepositoryPath;

/// What a git client wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `GET info/refs?service=git-upload-pack`
    AdvertiseFetch,
    /// `GET info/refs?service=git-receive-pack`
    AdvertisePush,
    /// `POST git-upload-pack`
    Fetch,
    /// `POST git-receive-pack`
    Push,
}

impl Operation {
    /// Whether it needs write access.
    pub const fn writes(self) -> bool {
        matches!(self, Self::AdvertisePush | Self::Push)
    }

    /// For metrics and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AdvertiseFetch => "advertise_fetch",
            Self::AdvertisePush => "advertise_push",
            Self::Fetch => "fetch",
            Self::Push => "push",
        }
    }

    /// The part of the address behind the repository.
    pub const fn tail(self) -> &'static str {
        match self {
            Self::AdvertiseFetch | Self::AdvertisePush => "info/refs",
            Self::Fetch => "git-upload-pack",
            Self::Push => "git-receive-pack",
        }
    }

    /// The query string that git's own backend gets; ours, not the client's.
    pub const fn query(self) -> &'static str {
        match self {
            Self::AdvertiseFetch => "service=git-upload-pack",
            Self::AdvertisePush => "service=git-receive-pack",
            Self::Fetch | Self::Push => "",
        }
    }
}

/// A parsed request address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitAddress {
    /// Which repository.
    pub repository: RepositoryPath,
    /// What to do with it.
    pub operation: Operation,
}

/// Why an address is not one of git's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GitPathError {
    /// Not `<owner>/<name>.git/…`.
    #[error("not a repository's address; it looks like /git/<owner>/<name>.git")]
    NotARepository,
    /// The old protocol, or something else.
    #[error("only git's smart HTTP protocol is served here; use a git client of version 1.6.6 or later")]
    NotSmart,
    /// The right address with the wrong method.
    #[error("wrong method for this address: info/refs takes GET, the pack addresses take POST")]
    Method,
}

/// Parses `<owner>/<name>.git/<tail>` (without a leading slash).
pub fn parse(method: &Method, path: &str, query: Option<&str>) -> Result<GitAddress, GitPathError> {
    let (owner, rest) = path.split_once('/').ok_or(GitPathError::NotARepository)?;
    let (name, tail) = rest.split_once('/').ok_or(GitPathError::NotARepository)?;
    let name = name.strip_suffix(".git").ok_or(GitPathError::NotARepository)?;
    let repository = RepositoryPath {
        owner: owner.parse().map_err(|_| GitPathError::NotARepository)?,
        name: name.parse().map_err(|_| GitPathError::NotARepository)?,
    };
    let (operation, wanted) = match tail {
        "info/refs" => match query {
            Some("service=git-upload-pack") => (Operation::AdvertiseFetch, Method::GET),
            Some("service=git-receive-pack") => (Operation::AdvertisePush, Method::GET),
            _ => return Err(GitPathError::NotSmart),
        },
        "git-upload-pack" => (Operation::Fetch, Method::POST),
        "git-receive-pack" => (Operation::Push, Method::POST),
        _ => return Err(GitPathError::NotSmart),
    };
    if *method == wanted { Ok(GitAddress { repository, operation }) } else { Err(GitPathError::Method) }
}

/// Whether a path without a prefix could be git's, for the host `git.<domain>`.
pub fn looks_like_git(path: &str) -> bool {
    path.strip_prefix('/').is_some_and(|path| {
        let mut parts = path.splitn(3, '/');
        matches!((parts.next(), parts.next(), parts.next()), (Some(_), Some(name), Some(_)) if name.ends_with(".git"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn get(path: &str, query: &str) -> Result<GitAddress, GitPathError> {
        parse(&Method::GET, path, Some(query))
    }

    #[test]
    fn what_git_asks_for() {
        let parsed = get("ada/blinky.git/info/refs", "service=git-upload-pack").expect("parses");
        assert_eq!(parsed.repository.to_string(), "ada/blinky");
        assert_eq!(parsed.operation, Operation::AdvertiseFetch);
        let push = parse(&Method::POST, "ada/b.git/git-receive-pack", None).expect("parses");
        assert!(push.operation.writes());
    }

    #[test]
    fn anything_else() {
        let fetch = "service=git-upload-pack";
        for bad in [
            "",
            "ada",
            "ada/blinky/info/refs",
            "ada/.git/info/refs",
            "../x.git/info/refs",
            "ada/..git/info/refs",
            "ada/%2e%2e.git/info/refs",
            "ada//b.git/info/refs",
            "Ada/b.git/info/refs",
            "ada/b.git.git/info/refs",
        ] {
            assert_eq!(get(bad, fetch), Err(GitPathError::NotARepository), "{bad}");
        }
        for bad in
            ["ada/b.git/HEAD", "ada/b.git/objects/info/packs", "ada/b.git/info/refs/", "ada/b.git/../x"]
        {
            assert_eq!(get(bad, fetch), Err(GitPathError::NotSmart), "{bad}");
        }
        for query in ["", "service=git-upload-archive", "service=git-upload-pack&x=1"] {
            assert_eq!(get("ada/b.git/info/refs", query), Err(GitPathError::NotSmart), "{query}");
        }
        assert_eq!(get("ada/b.git/git-upload-pack", ""), Err(GitPathError::Method));
    }

    proptest! {
        #[test]
        fn nothing_that_parses_leaves_the_two_folders(path in "[a-zA-Z0-9._%/\\\\ -]{0,60}(\\.git/info/refs)?") {
            if let Ok(address) = get(&path, "service=git-upload-pack") {
                let rebuilt = format!("{}.git/{}", address.repository, address.operation.tail());
                prop_assert_eq!(rebuilt, path);
                prop_assert!(!address.repository.owner.as_str().contains('/'));
                prop_assert!(!address.repository.name.as_str().contains('/'));
            }
        }
    }
}
