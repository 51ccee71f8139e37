//! What the store holds, as typed rows. Neither wire messages nor the model's types: those convert.

use std::fmt;
use std::str::FromStr;

use carrel_ids::{NodeId, SessionId, SlotId, UserId};

use crate::names::{RepositoryPath, UserName};

/// A stored word that this build does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown word \"{0}\"")]
pub struct UnknownWord(pub String);

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// Every value, for tests.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word in the row.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    other => Err(UnknownWord(other.to_owned())),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words!(
    /// What an account may do.
    Role {
        /// Works in their own repositories and sessions.
        Learner = "learner",
        /// A learner whom groups trust; no extra rights yet.
        Mentor = "mentor",
        /// Everything.
        Admin = "admin",
    }
);

words!(
    /// Somebody's access to a repository of somebody else.
    GrantAccess {
        /// Clone and fetch.
        Read = "read",
        /// Push as well.
        Write = "write",
    }
);

words!(
    /// Where an import stands.
    ImportStanding {
        /// Under way.
        Running = "running",
        /// The repository is there.
        Done = "done",
        /// It is not, see the detail.
        Failed = "failed",
        /// Stopped by its owner.
        Cancelled = "cancelled",
    }
);

words!(
    /// Where a session stands.
    SessionState {
        /// A node is being asked.
        Claiming = "claiming",
        /// Repository and environment are being prepared.
        Preparing = "preparing",
        /// In use.
        Ready = "ready",
        /// Its node has not been heard of.
        Unreachable = "unreachable",
        /// Being released.
        Closing = "closing",
        /// Over, as somebody wanted.
        Closed = "closed",
        /// Over, because it failed.
        Failed = "failed",
    }
);

words!(
    /// How large a slot is.
    SlotClass {
        /// 4 cores, 8 GB.
        Standard = "standard",
        /// 1 core, 512 MB.
        Burst = "burst",
    }
);

words!(
    /// What a slot may reach.
    Egress {
        /// Git and caches.
        Default = "default",
        /// Git only.
        Exam = "exam",
    }
);

impl SessionState {
    /// Nothing follows this state.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Failed)
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRecord {
    /// Its id, never reused.
    pub id: UserId,
    /// Its login name.
    pub name: UserName,
    /// What it may do.
    pub role: Role,
    /// PHC string; none where the account only gets in by links.
    pub password_hash: Option<String>,
    /// May not log in.
    pub disabled: bool,
    /// Grows whenever credentials change.
    pub epoch: u64,
    /// Milliseconds since 1970.
    pub created_at: i64,
}

/// A one-time login link; the secret itself is not stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRecord {
    /// SHA-256 of the secret.
    pub secret_hash: [u8; 32],
    /// Whom it lets in.
    pub user_id: UserId,
    /// Milliseconds since 1970.
    pub expires_at: i64,
}

/// A token that was issued, so that it can be revoked without its holder's help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRecord {
    /// What the user calls it; empty for a login.
    pub name: String,
    /// What logged in, in its own words; may be empty.
    pub client: String,
    /// When its login began, milliseconds since 1970.
    pub created_at: i64,
    /// The token's `jti`.
    pub id: String,
    /// Whose it is.
    pub user_id: UserId,
    /// Seconds since 1970.
    pub expires_at: i64,
}

/// One entry of the revocation list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationRecord {
    /// A token's `jti`; empty when all of the user's tokens issued before `before` are meant.
    pub token_id: String,
    /// Whose token.
    pub user_id: UserId,
    /// Seconds since 1970.
    pub before: i64,
    /// Seconds since 1970; after it the entry has no effect.
    pub forget_after: i64,
}

/// A login with all its renewals, or a named token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginRecord {
    /// The `jti` of its first token.
    pub id: String,
    /// What the user calls it; empty for a login.
    pub name: String,
    /// What logged in, in its own words; may be empty.
    pub client: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Milliseconds since 1970; 0 if never since it was created.
    pub used_at: i64,
    /// Of its newest token, seconds since 1970.
    pub expires_at: i64,
    /// The `jti` of each of its tokens.
    pub tokens: Vec<String>,
}

/// Which tokens of a user to revoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RevokeTokens {
    /// This one.
    One(String),
    /// A login with all its renewals, or a named token, by the id of a [`LoginRecord`] or any of its tokens.
    Login(String),
    /// All that were recorded, but this one.
    AllBut(String),
    /// All that were recorded.
    Recorded,
    /// All, also tokens that were never recorded: everything issued before this second.
    All {
        /// Seconds since 1970.
        before: i64,
    },
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryRecord {
    /// Owner and name.
    pub path: RepositoryPath,
    /// Who else may do what, by name.
    pub grants: Vec<(UserName, GrantAccess)>,
    /// Milliseconds since 1970.
    pub created_at: i64,
}

/// A repository that is copied from elsewhere, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRecord {
    /// Its id.
    pub id: String,
    /// Whose.
    pub user_id: UserId,
    /// The new repository.
    pub path: RepositoryPath,
    /// From where; without any login.
    pub url: String,
    /// Where it stands.
    pub standing: ImportStanding,
    /// What it does, or why it failed.
    pub detail: String,
    /// On disk so far.
    pub bytes: u64,
    /// Milliseconds since 1970.
    pub started_at: i64,
    /// 0 while it runs.
    pub ended_at: i64,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// Its id.
    pub id: SessionId,
    /// Who opened it.
    pub user_id: UserId,
    /// Their name at that time.
    pub user_name: String,
    /// `<owner>/<name>`, or empty.
    pub repository: String,
    /// The slot's size.
    pub slot_class: SlotClass,
    /// What the slot may reach.
    pub egress: Egress,
    /// Whether the agent evaluates the repository's environment.
    pub with_environment: bool,
    /// Where it stands.
    pub state: SessionState,
    /// Why, for people.
    pub reason: String,
    /// The node that an admin chose: on this one or not at all.
    pub only_node: Option<NodeId>,
    /// The node that holds it.
    pub node_id: Option<NodeId>,
    /// The slot there.
    pub slot_id: Option<SlotId>,
    /// The newest fence given out for it.
    pub fence: u64,
    /// The client's own name for the request; empty for none. Unique per user.
    pub request_id: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Milliseconds since 1970.
    pub updated_at: i64,
    /// When each state was entered, oldest first, milliseconds since 1970.
    pub timeline: Vec<(SessionState, i64)>,
}

/// What happens to the fence counter in the transaction that stores a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FenceChange {
    /// The record's fence was given out before.
    Keep,
    /// Give out the next one and store it in the record.
    Allocate,
    /// The record's fence is new, drawn by the caller: the counter follows.
    Raise,
}
