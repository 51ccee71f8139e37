//! What a person does with their own identity.

use carrel_service::identity::Principal;
use sha2::{Digest as _, Sha256};

use super::whence::Whence;
use super::{AccountError, Accounts, Granted};
use crate::names::UserName;
use crate::store::{RevokeTokens, Role, UserRecord};

impl Accounts {
    /// A token for a name and a password.
    pub async fn login(&self, name: &str, password: &str, from: &Whence) -> Result<Granted, AccountError> {
        let user = self.check_password(name, password, &from.address).await?;
        self.grant(user, None, &from.client).await
    }

    /// The account behind a name and a password; the same work for unknown names as for wrong passwords.
    pub async fn check_password(
        &self,
        name: &str,
        password: &str,
        address: &str,
    ) -> Result<UserRecord, AccountError> {
        let user = match name.parse::<UserName>() {
            Ok(name) => self.deps.store.user_by_name(&name).await?,
            Err(_) => None,
        };
        if let Some(user) = &user
            && !user.disabled
            && self.passwords.recently_right(user.id.as_str(), user.epoch, password)
        {
            return Ok(user.clone());
        }
        self.limit(name, address)?;
        let stored =
            user.as_ref().filter(|user| !user.disabled).and_then(|user| user.password_hash.as_deref());
        let fits = self.passwords.verify(password, stored).await?;
        match user {
            Some(user) if fits && !user.disabled => {
                self.passwords.remember(user.id.as_str(), user.epoch, password);
                Ok(user)
            }
            _ => Err(AccountError::WrongPassword),
        }
    }

    /// A token for a login link's secret, once.
    pub async fn redeem_link(&self, secret: &str, from: &Whence) -> Result<Granted, AccountError> {
        self.limit_address(&from.address)?;
        let hash: [u8; 32] = Sha256::digest(secret).into();
        let id = self.deps.store.take_link(&hash, self.now_ms()).await?.ok_or(AccountError::WrongLink)?;
        let user = self.deps.store.user_by_id(&id).await?.ok_or(AccountError::WrongLink)?;
        self.grant(user, None, &from.client).await
    }

    /// A new account where the owner opened sign-up.
    pub async fn sign_up(
        &self,
        name: UserName,
        password: &str,
        from: &Whence,
    ) -> Result<Granted, AccountError> {
        if !self.deps.sign_up {
            return Err(AccountError::SignUpClosed);
        }
        self.limit(name.as_str(), &from.address)?;
        let user = self.create_user(name, Role::Learner, Some(password)).await?;
        self.grant(user, None, &from.client).await
    }

    /// A fresh token for a live one.
    pub async fn renew(&self, principal: &Principal) -> Result<Granted, AccountError> {
        let user = self.own(principal).await?;
        self.require_login(principal).await?;
        self.grant(user, Some(&principal.token_id), "").await
    }

    /// Ends the caller's login with all its renewals, or all logins and tokens of theirs.
    pub async fn logout(&self, principal: &Principal, everywhere: bool) -> Result<(), AccountError> {
        let user = self.own(principal).await?;
        let tokens =
            if everywhere { RevokeTokens::Recorded } else { RevokeTokens::Login(principal.token_id.clone()) };
        let end = self.now_secs() + self.token_lifetime_secs();
        self.deps.revocations.revoke(&user.id, &tokens, end).await?;
        Ok(())
    }

    /// Sets the caller's password and revokes their other tokens.
    pub async fn set_password(
        &self,
        principal: &Principal,
        old: &str,
        new: &str,
        address: &str,
    ) -> Result<(), AccountError> {
        let user = self.own(principal).await?;
        self.require_login(principal).await?;
        if let Some(stored) = &user.password_hash {
            self.limit(user.name.as_str(), address)?;
            if !self.passwords.verify(old, Some(stored)).await? {
                return Err(AccountError::OldPassword);
            }
        }
        let hash = self.passwords.hash(new).await?;
        self.deps.store.set_password(&user.id, user.epoch, &hash).await?;
        let others = RevokeTokens::AllBut(principal.token_id.clone());
        let end = self.now_secs() + self.token_lifetime_secs();
        self.deps.revocations.revoke(&user.id, &others, end).await?;
        Ok(())
    }

    /// The account behind the caller's token.
    pub async fn own(&self, principal: &Principal) -> Result<UserRecord, AccountError> {
        let (id, _, _) = principal.user().ok_or(AccountError::Gone)?;
        let user = self.user(id).await?;
        self.seen.note(&principal.token_id);
        if user.disabled { Err(AccountError::Disabled) } else { Ok(user) }
    }

    fn limit(&self, name: &str, address: &str) -> Result<(), AccountError> {
        self.limit_address(address)?;
        let key = if name.parse::<UserName>().is_ok() { name } else { "(no name)" };
        self.per_name.take(key.to_owned()).map_err(AccountError::wait)
    }

    fn limit_address(&self, address: &str) -> Result<(), AccountError> {
        self.per_address.take(address.to_owned()).map_err(AccountError::wait)
    }
}

impl AccountError {
    fn wait(after: carrel_service::ratelimit::RetryAfter) -> Self {
        Self::TooManyTries { seconds: after.0.as_secs().max(1) }
    }
}
