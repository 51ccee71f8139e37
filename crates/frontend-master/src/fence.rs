//! What accounts and git ask of session orchestration, which implements it.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use carrel_ids::{SessionId, UserId};
use carrel_service::Chain;

use crate::store::SharedStore;

/// What a minted git credential's session allows right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FenceVerdict {
    /// The session lives and this is its newest fence: read and push.
    Newest,
    /// The session lives, but a newer fence exists: read only.
    Older,
    /// The session is over or unknown: nothing.
    Over,
}

/// Asked for every request that a minted git credential makes.
#[async_trait]
pub trait FenceCheck: Send + Sync {
    /// What `fence` of `session` may do now. Must agree with what is stored, since a push follows from it.
    async fn check(&self, session: &SessionId, fence: u64) -> FenceVerdict;
}

/// Asked when an account is disabled.
#[async_trait]
pub trait SessionControl: Send + Sync {
    /// Starts closing every session of a user; returns once that is certain to happen.
    async fn close_sessions_of(&self, user: &UserId, reason: &str);
}

/// The verdict from the stored sessions: right at any time, since a fence is stored before it is given out.
pub struct StoredFences(pub SharedStore);

#[async_trait]
impl FenceCheck for StoredFences {
    async fn check(&self, session: &SessionId, fence: u64) -> FenceVerdict {
        match self.0.session(session).await {
            Ok(Some(record)) if record.state.is_over() => FenceVerdict::Over,
            Ok(Some(record)) if record.fence == fence => FenceVerdict::Newest,
            Ok(Some(_)) => FenceVerdict::Older,
            Ok(None) => FenceVerdict::Over,
            Err(error) => {
                // Refusing is the safe side: git tells its user, who tries again.
                tracing::error!(%session, error = %Chain(&error), "read a session's fence");
                FenceVerdict::Over
            }
        }
    }
}

/// The stored sessions, until orchestration puts its own, quicker answer here.
pub struct Fences {
    stored: StoredFences,
    live: OnceLock<Arc<dyn FenceCheck>>,
}

impl Fences {
    /// Answers from the store.
    pub fn new(store: SharedStore) -> Self {
        Self { stored: StoredFences(store), live: OnceLock::new() }
    }

    /// Answers from here on; the first one stays.
    pub fn set(&self, live: Arc<dyn FenceCheck>) {
        if self.live.set(live).is_err() {
            tracing::warn!("the fence check was set twice; the first one stays");
        }
    }

    /// What `fence` of `session` may do now.
    pub async fn check(&self, session: &SessionId, fence: u64) -> FenceVerdict {
        match self.live.get() {
            Some(live) => live.check(session, fence).await,
            None => self.stored.check(session, fence).await,
        }
    }
}

/// Where orchestration puts its [`SessionControl`] once it runs; accounts exist before it does.
#[derive(Clone, Default)]
pub struct SessionControlSlot(Arc<OnceLock<Arc<dyn SessionControl>>>);

impl SessionControlSlot {
    /// Fills the slot; the first one stays.
    pub fn set(&self, control: Arc<dyn SessionControl>) {
        if self.0.set(control).is_err() {
            tracing::warn!("session control was set twice; the first one stays");
        }
    }

    /// Starts closing every session of a user, where orchestration runs.
    pub async fn close_sessions_of(&self, user: &UserId, reason: &str) {
        if let Some(control) = self.0.get() {
            control.close_sessions_of(user, reason).await;
        }
    }
}
