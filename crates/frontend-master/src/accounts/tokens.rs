//! A person's logins and named tokens.

use std::time::Duration;

use carrel_service::identity::Principal;

use super::{AccountError, Accounts, Granted};
use crate::store::{LoginRecord, RevokeTokens};

/// The longest name of a token.
pub const TOKEN_NAME_MAX: usize = 64;

/// How long a named token lasts unless told otherwise, and at most.
pub const TOKEN_DAYS: u32 = 90;
/// A year and a day, so that a yearly round of renewals is never late.
pub const TOKEN_DAYS_MAX: u32 = 366;

/// Named tokens of one person: one per script and machine is plenty.
pub const NAMED_TOKENS_MAX: usize = 50;

/// The longest id of a login.
const LOGIN_ID_MAX: usize = 64;

impl Accounts {
    /// The caller's logins and named tokens, newest first, and the id of the one that asks.
    pub async fn logins(&self, principal: &Principal) -> Result<(Vec<LoginRecord>, String), AccountError> {
        let user = self.own(principal).await?;
        // What is known up to now counts, the use by this very call included.
        self.write_seen().await;
        let logins = self.deps.store.logins(&user.id, self.now_secs()).await?;
        let own = logins.iter().find(|login| login.tokens.contains(&principal.token_id));
        let own = own.map(|login| login.id.clone()).unwrap_or_default();
        Ok((logins, own))
    }

    /// Ends one login of the caller's with all its renewals, or a named token.
    pub async fn end_login(&self, principal: &Principal, id: &str) -> Result<(), AccountError> {
        if id.is_empty() || id.len() > LOGIN_ID_MAX {
            return Err(AccountError::LoginId);
        }
        let user = self.own(principal).await?;
        let end = self.now_secs() + self.token_lifetime_secs();
        self.deps.revocations.revoke(&user.id, &RevokeTokens::Login(id.to_owned()), end).await?;
        Ok(())
    }

    /// A token with a name, and how it is listed.
    pub async fn create_token(
        &self,
        principal: &Principal,
        name: &str,
        days: u32,
    ) -> Result<(Granted, LoginRecord), AccountError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > TOKEN_NAME_MAX || name.chars().any(char::is_control) {
            return Err(AccountError::TokenName);
        }
        let days = if days == 0 { TOKEN_DAYS } else { days };
        if days > TOKEN_DAYS_MAX {
            return Err(AccountError::TokenDays);
        }
        self.require_login(principal).await?;
        let (logins, _) = self.logins(principal).await?;
        if logins.iter().filter(|login| !login.name.is_empty()).count() >= NAMED_TOKENS_MAX {
            return Err(AccountError::TooManyTokens);
        }
        let user = self.own(principal).await?;
        let lifetime = Duration::from_secs(u64::from(days) * 24 * 3_600);
        let (granted, record) = self.issue(user, None, name, "", Some(lifetime)).await?;
        let login = LoginRecord {
            id: record.id.clone(),
            name: record.name,
            client: record.client,
            created_at: record.created_at,
            used_at: 0,
            expires_at: record.expires_at,
            tokens: vec![record.id],
        };
        Ok((granted, login))
    }

    /// Refuses a named token: whoever finds one must not be able to stay after it was revoked.
    pub(super) async fn require_login(&self, principal: &Principal) -> Result<(), AccountError> {
        let held = self.deps.store.token(&principal.token_id).await?;
        if held.is_some_and(|held| !held.name.is_empty()) { Err(AccountError::NeedsLogin) } else { Ok(()) }
    }

    /// Writes down when tokens were last used.
    pub async fn write_seen(&self) {
        self.seen.write(&self.deps.store).await;
    }

    /// A token is in use.
    pub fn note_used(&self, token: &str) {
        self.seen.note(token);
    }
}
