//! Tokens that are worthless before their time.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::Claims;

/// One entry: a single token, or all of a user's that were signed before a moment. Times are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Revocation {
    /// The token's id; empty for all of a user's.
    pub token_id: String,
    /// Whose.
    pub user_id: String,
    /// With an empty token id: tokens signed before this are worthless.
    pub before: i64,
    /// The token has expired by then, and the entry may be forgotten.
    pub forget_after: i64,
}

/// The revoked tokens. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Revocations(Arc<RwLock<Sets>>);

#[derive(Debug, Default)]
struct Sets {
    tokens: HashMap<String, Revocation>,
    users: HashMap<String, Revocation>,
}

impl Revocations {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a message of the stream: the full list replaces all, a delta adds. What time has overtaken is forgotten.
    pub fn apply(&self, full: bool, entries: Vec<Revocation>, now_secs: u64) {
        let mut sets = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if full {
            *sets = Sets::default();
        }
        for entry in entries {
            if entry.token_id.is_empty() {
                let held = sets.users.entry(entry.user_id.clone()).or_insert_with(|| entry.clone());
                held.before = held.before.max(entry.before);
                held.forget_after = held.forget_after.max(entry.forget_after);
            } else {
                sets.tokens.insert(entry.token_id.clone(), entry);
            }
        }
        let now = i64::try_from(now_secs).unwrap_or(i64::MAX);
        sets.tokens.retain(|_, entry| entry.forget_after >= now);
        sets.users.retain(|_, entry| entry.forget_after >= now);
    }

    /// Everything held, for a full list to others.
    pub fn list(&self) -> Vec<Revocation> {
        let sets = self.0.read().unwrap_or_else(PoisonError::into_inner);
        sets.tokens.values().chain(sets.users.values()).cloned().collect()
    }

    /// Whether these claims are worthless.
    pub fn covers(&self, claims: &Claims) -> bool {
        let sets = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let signed = i64::try_from(claims.iat).unwrap_or(i64::MAX);
        sets.tokens.contains_key(&claims.jti)
            || sets.users.get(&claims.sub).is_some_and(|entry| signed < entry.before)
    }
}
