//! Who may do what with a repository.

use carrel_ids::{SessionId, UserId};

use super::GitError;
use crate::names::{RepositoryPath, UserName};
use crate::store::{GrantAccess, RepositoryRecord, Role};

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// A person.
    User {
        /// Their id.
        id: UserId,
        /// Their name, the owner part of their repositories.
        name: UserName,
        /// What they may do.
        role: Role,
    },
    /// A credential minted for one session and one repository.
    Minted {
        /// The session.
        session: SessionId,
        /// `<owner>/<name>`.
        repository: String,
        /// The fence it was minted for.
        fence: u64,
    },
}

/// What somebody may do with a repository, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Not even know of it.
    None,
    /// Clone and fetch.
    Read,
    /// Push.
    Write,
    /// Share and delete.
    Own,
}

/// The right of a person. An admin owns everything.
pub fn right(repository: &RepositoryRecord, name: &UserName, role: Role) -> Right {
    if role == Role::Admin || repository.path.owner == *name {
        return Right::Own;
    }
    let grant = repository.grants.iter().find(|(user, _)| user == name).map(|(_, access)| *access);
    match grant {
        Some(GrantAccess::Write) => Right::Write,
        Some(GrantAccess::Read) => Right::Read,
        None => Right::None,
    }
}

/// Refuses what the right does not reach: as if missing where nothing may be known of it.
pub fn require(path: &RepositoryPath, held: Right, needed: Right) -> Result<(), GitError> {
    if held >= needed {
        return Ok(());
    }
    Err(match (held, needed) {
        (Right::None, _) => GitError::Missing { path: path.to_string() },
        (_, Right::Own) => GitError::NotOwner { path: path.clone() },
        _ => GitError::ReadOnly { path: path.clone() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights() {
        let repository = RepositoryRecord {
            path: "ada/demo".parse().expect("path"),
            grants: vec![
                ("bob".parse().expect("name"), GrantAccess::Read),
                ("eve".parse().expect("name"), GrantAccess::Write),
            ],
            created_at: 0,
        };
        let of = |name: &str, role| right(&repository, &name.parse().expect("name"), role);
        assert_eq!(of("ada", Role::Learner), Right::Own);
        assert_eq!(of("root", Role::Admin), Right::Own);
        assert_eq!(of("bob", Role::Mentor), Right::Read);
        assert_eq!(of("eve", Role::Learner), Right::Write);
        assert_eq!(of("mallory", Role::Mentor), Right::None);
        let refused = |held, needed| require(&repository.path, held, needed).expect_err("refused");
        assert!(matches!(refused(Right::None, Right::Write), GitError::Missing { .. }));
        assert!(matches!(refused(Right::None, Right::Own), GitError::Missing { .. }));
        assert!(matches!(refused(Right::Read, Right::Write), GitError::ReadOnly { .. }));
        assert!(matches!(refused(Right::Write, Right::Own), GitError::NotOwner { .. }));
        assert!(require(&repository.path, Right::Write, Right::Read).is_ok());
    }
}
