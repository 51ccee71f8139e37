//! Why a login or an account change was refused.

use carrel_proto::code::ServiceCode;
use carrel_service::ServiceError;
use carrel_service::identity::IssuerError;

use super::passwords::{PASSWORD_MAX, PASSWORD_MIN};
use crate::store::StoreError;

/// One variant per refusal. Logins never say which half was wrong.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Name or password.
    #[error("the name or the password is wrong")]
    WrongPassword,
    /// Unknown, used or ended.
    #[error("this login link was used or has ended (it works once, for 15 minutes); ask for a new one")]
    WrongLink,
    /// Too many tries.
    #[error("too many tries; wait {seconds} s, then try again")]
    TooManyTries {
        /// How long.
        seconds: u64,
    },
    /// Too many hashes at once.
    #[error("too many logins at this moment; try again in a few seconds")]
    Busy,
    /// The owner keeps sign-up closed.
    #[error("sign-up is closed here; ask an admin for an account")]
    SignUpClosed,
    /// Too short or too long.
    #[error("a password has at least {PASSWORD_MIN} characters and at most {PASSWORD_MAX} bytes")]
    PasswordLength,
    /// The old password is needed and was not right.
    #[error("the old password is wrong")]
    OldPassword,
    /// A name of ours.
    #[error("this name is reserved; choose another one")]
    ReservedName,
    /// Disabled.
    #[error("this account is disabled; ask an admin")]
    Disabled,
    /// The account behind a good token is gone.
    #[error("this account does not exist any more")]
    Gone,
    /// Nobody to make a link for.
    #[error("there is no admin who can log in; name an account")]
    NoAdmin,
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A token could not be signed.
    #[error("the token could not be signed")]
    Sign {
        /// Why.
        #[source]
        source: IssuerError,
    },
    /// Hashing failed.
    #[error("the password could not be hashed: {reason}")]
    Hash {
        /// Why.
        reason: String,
    },
}

impl ServiceError for AccountError {
    fn code(&self) -> ServiceCode {
        match self {
            Self::WrongPassword | Self::WrongLink | Self::Gone => ServiceCode::Unauthenticated,
            Self::TooManyTries { .. } | Self::Busy => ServiceCode::ResourceExhausted,
            Self::SignUpClosed | Self::OldPassword | Self::Disabled => ServiceCode::PermissionDenied,
            Self::PasswordLength | Self::ReservedName => ServiceCode::InvalidArgument,
            Self::NoAdmin => ServiceCode::FailedPrecondition,
            Self::Store(error) => error.code(),
            Self::Sign { .. } | Self::Hash { .. } => ServiceCode::Internal,
        }
    }
}
