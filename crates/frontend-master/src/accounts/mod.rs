//! Accounts, logins and tokens: every rule about who gets in.
//!
//! Invariant: a token leaves here only after it was recorded for the credentials that were checked, so that a
//! password change, a disabled account or a log-out that happens meanwhile can't be outrun.

mod error;
mod logins;
pub mod passwords;
pub mod revocations;
mod seen;
pub mod tickets;
pub mod tokens;
mod whence;

use std::sync::Arc;
use std::time::Duration;

use carrel_ids::UserId;
use carrel_service::identity::{Issuer, NewToken, Role as TokenRole};
use carrel_service::ratelimit::RateLimit;
use carrel_service::{Random, SharedClock};
use sha2::{Digest as _, Sha256};

use crate::fence::SessionControlSlot;
use crate::names::UserName;
use crate::store::{LinkRecord, RevokeTokens, Role, SharedStore, StoreError, TokenRecord, UserRecord};
pub use error::AccountError;
use passwords::Passwords;
use revocations::RevocationHub;
use seen::Seen;
pub use whence::Whence;

/// How long a login link works.
const LINK_LIFETIME_MS: i64 = 15 * 60 * 1_000;

/// The account made at the first start.
const FIRST_ADMIN: &str = "admin";

/// Names that are the first part of a path of ours, which a repository's owner must not shadow.
const RESERVED_NAMES: [&str; 10] =
    ["api", "cache", "carrel", "doc", "git", "ide", "login", "raw", "s", "socket-io"];

/// Tries of one name at once; then one every two seconds: a person never notices, a guesser gets nowhere.
const TRIES_PER_NAME: u32 = 20;
const TRIES_PER_NAME_PER_SECOND: f64 = 0.5;

/// Tries from one address: a class of 150 behind one address may log in at once, twice.
const TRIES_PER_ADDRESS: u32 = 300;
const TRIES_PER_ADDRESS_PER_SECOND: f64 = 5.0;

/// Names and addresses remembered by the limits.
const LIMIT_KEYS_MAX: usize = 16_384;

/// A token that was issued and recorded.
#[derive(Debug, Clone)]
pub struct Granted {
    /// The compact JWS.
    pub token: String,
    /// Milliseconds since 1970.
    pub expires_at: i64,
    /// Whose it is.
    pub user: UserRecord,
}

/// What [`Accounts`] stands on.
pub struct AccountDeps {
    /// Rows.
    pub store: SharedStore,
    /// Signs tokens.
    pub issuer: Issuer,
    /// The revocation list.
    pub revocations: Arc<RevocationHub>,
    /// Time.
    pub clock: SharedClock,
    /// Ids and secrets.
    pub random: Random,
    /// Closes a disabled user's sessions.
    pub sessions: SessionControlSlot,
    /// Whether strangers may create an account.
    pub sign_up: bool,
}

/// The accounts.
pub struct Accounts {
    deps: AccountDeps,
    passwords: Passwords,
    per_name: RateLimit<String>,
    per_address: RateLimit<String>,
    seen: Seen,
}

impl Accounts {
    /// Ready to use; hashes once for the decoy.
    pub fn new(deps: AccountDeps) -> Result<Self, AccountError> {
        let limit = |burst, rate| RateLimit::new(burst, rate, LIMIT_KEYS_MAX, deps.clock.clone());
        Ok(Self {
            passwords: Passwords::new(deps.random.clone(), deps.clock.clone())?,
            per_name: limit(TRIES_PER_NAME, TRIES_PER_NAME_PER_SECOND),
            per_address: limit(TRIES_PER_ADDRESS, TRIES_PER_ADDRESS_PER_SECOND),
            seen: Seen::new(deps.clock.clone()),
            deps,
        })
    }

    /// Makes the first admin where there is no account at all; true when it did.
    pub async fn ensure_first_admin(&self) -> Result<bool, AccountError> {
        let name = FIRST_ADMIN.parse().map_err(|_| AccountError::ReservedName)?;
        let user = self.new_user(name, Role::Admin, None);
        Ok(self.deps.store.create_first_user(&user).await?.is_some())
    }

    /// Creates an account on an admin's word.
    pub async fn create_user(
        &self,
        name: UserName,
        role: Role,
        password: Option<&str>,
    ) -> Result<UserRecord, AccountError> {
        if RESERVED_NAMES.contains(&name.as_str()) {
            return Err(AccountError::ReservedName);
        }
        if self.deps.store.user_by_name(&name).await?.is_some() {
            return Err(StoreError::NameTaken { name }.into());
        }
        let hash = match password {
            Some(password) => Some(self.passwords.hash(password).await?),
            None => None,
        };
        let user = self.new_user(name, role, hash);
        self.deps.store.create_user(&user).await?;
        Ok(user)
    }

    /// Accounts by name, and where the next page starts.
    pub async fn list_users(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<(Vec<UserRecord>, String), AccountError> {
        let users = self.deps.store.list_users(after, limit).await?;
        let full = users.len() as u64 == u64::from(limit);
        let next = users.last().filter(|_| full).map(|user| user.name.to_string()).unwrap_or_default();
        Ok((users, next))
    }

    /// Disables or enables an account. Disabling revokes its tokens and closes its sessions.
    pub async fn set_disabled(&self, name: &UserName, disabled: bool) -> Result<UserRecord, AccountError> {
        let user = self.deps.store.set_user_disabled(name, disabled).await?;
        if disabled {
            let now = self.now_secs();
            // Tokens issued within this very second must go as well.
            let all = RevokeTokens::All { before: now + 1 };
            self.deps.revocations.revoke(&user.id, &all, now + self.token_lifetime_secs()).await?;
            self.deps.sessions.close_sessions_of(&user.id, "the account was disabled").await;
        }
        Ok(user)
    }

    /// A one-time login link's secret and when it ends.
    pub async fn create_link(&self, name: Option<&UserName>) -> Result<(String, i64), AccountError> {
        let user = match name {
            Some(name) => self.deps.store.user_by_name(name).await?.ok_or_else(|| unknown_account(name))?,
            None => self.deps.store.first_admin().await?.ok_or(AccountError::NoAdmin)?,
        };
        if user.disabled {
            return Err(AccountError::Disabled);
        }
        let secret = self.deps.random.secret();
        let now = self.now_ms();
        let link = LinkRecord {
            secret_hash: Sha256::digest(&secret).into(),
            user_id: user.id,
            expires_at: now + LINK_LIFETIME_MS,
        };
        self.deps.store.put_link(&link, now).await?;
        Ok((secret, link.expires_at))
    }

    /// An account by its id.
    pub async fn user(&self, id: &UserId) -> Result<UserRecord, AccountError> {
        self.deps.store.user_by_id(id).await?.ok_or(AccountError::Gone)
    }

    /// The revocation list.
    pub fn revocations(&self) -> &Arc<RevocationHub> {
        &self.deps.revocations
    }

    fn new_user(&self, name: UserName, role: Role, password_hash: Option<String>) -> UserRecord {
        UserRecord {
            id: UserId::from_random(self.deps.random.u128()),
            name,
            role,
            password_hash,
            disabled: false,
            epoch: 0,
            created_at: self.now_ms(),
        }
    }

    /// A token of a login.
    async fn grant(
        &self,
        user: UserRecord,
        renews: Option<&str>,
        client: &str,
    ) -> Result<Granted, AccountError> {
        self.issue(user, renews, "", client, None).await.map(|(granted, _)| granted)
    }

    /// Signs and records a token.
    async fn issue(
        &self,
        user: UserRecord,
        renews: Option<&str>,
        name: &str,
        client: &str,
        lifetime: Option<Duration>,
    ) -> Result<(Granted, TokenRecord), AccountError> {
        if user.disabled {
            return Err(AccountError::Disabled);
        }
        let new = NewToken::user(&user.id, user.name.as_str(), token_role(user.role));
        let new = lifetime.map_or_else(|| new.clone(), |lifetime| new.clone().lifetime(lifetime));
        let signed = self.deps.issuer.issue(new).map_err(|source| AccountError::Sign { source })?;
        let expires_at = i64::try_from(signed.claims.exp).unwrap_or(i64::MAX);
        let record = TokenRecord {
            id: signed.claims.jti,
            user_id: user.id.clone(),
            expires_at,
            name: name.to_owned(),
            client: client.to_owned(),
            created_at: self.now_ms(),
        };
        self.deps.store.record_token(&record, user.epoch, renews, self.now_secs()).await?;
        let expires_at = expires_at.saturating_mul(1_000);
        Ok((Granted { token: signed.token, expires_at, user }, record))
    }

    fn token_lifetime_secs(&self) -> i64 {
        // User tokens live 8 hours; the rest is for clocks that disagree.
        9 * 3_600
    }

    fn now_ms(&self) -> i64 {
        i64::try_from(self.deps.clock.now_ms()).unwrap_or(i64::MAX)
    }

    fn now_secs(&self) -> i64 {
        i64::try_from(self.deps.clock.now_secs()).unwrap_or(i64::MAX)
    }
}

fn unknown_account(name: &UserName) -> AccountError {
    StoreError::Missing { what: format!("account \"{name}\"") }.into()
}

/// The role as tokens carry it.
pub const fn token_role(role: Role) -> TokenRole {
    match role {
        Role::Learner => TokenRole::Learner,
        Role::Mentor => TokenRole::Mentor,
        Role::Admin => TokenRole::Admin,
    }
}
