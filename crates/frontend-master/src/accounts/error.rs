//! Why a login or an account change was refused.

use carrel_proto::code::ServiceCode;
use carrel_service::ServiceError;
use carrel_service::identity::IssuerError;

use super::passwords::{PASSWORD_MAX, PASSWORD_MIN};
use super::tokens::{NAMED_TOKENS_MAX, TOKEN_DAYS_MAX, TOKEN_NAME_MAX};
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
    /// Not the id of a login.
    #[error("name the login to end by its id, as the list of logins shows it")]
    LoginId,
    /// Not a name for a token.
    #[error("a token needs a name of 1 to {TOKEN_NAME_MAX} characters, to tell it from others")]
    TokenName,
    /// Too long a life.
    #[error("a token lasts 1 to {TOKEN_DAYS_MAX} days")]
    TokenDays,
    /// Too many of them.
    #[error("{NAMED_TOKENS_MAX} named tokens exist already; revoke one that is not used any more")]
    TooManyTokens,
    /// A named token may not do this.
    #[error("a named token can't do this; log in with your name and password, or by a link")]
    NeedsLogin,
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
            Self::TooManyTries { .. } | Self::Busy | Self::TooManyTokens => ServiceCode::ResourceExhausted,
            Self::SignUpClosed | Self::OldPassword | Self::Disabled | Self::NeedsLogin => {
                ServiceCode::PermissionDenied
            }
            Self::PasswordLength | Self::ReservedName | Self::LoginId | Self::TokenName | Self::TokenDays => {
                ServiceCode::InvalidArgument
            }
            Self::NoAdmin => ServiceCode::FailedPrecondition,
            Self::Store(error) => error.code(),
            Self::Sign { .. } | Self::Hash { .. } => ServiceCode::Internal,
        }
    }
}
