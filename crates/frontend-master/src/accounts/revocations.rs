//! The revocation list: durable, in memory for every check, streamed to nodes.

use carrel_ids::UserId;
use carrel_service::identity::{Revocation, Revocations};
use carrel_service::{Chain, SharedClock};
use tokio::sync::{Mutex, broadcast};
use tracing::error;

use crate::store::{RevocationRecord, RevokeTokens, SharedStore, StoreError};

/// Deltas a slow watcher may lag behind before it gets the whole list again.
const DELTAS_MAX: usize = 256;

/// The list.
pub struct RevocationHub {
    store: SharedStore,
    clock: SharedClock,
    /// What this daemon's own verifier asks.
    live: Revocations,
    deltas: broadcast::Sender<Vec<RevocationRecord>>,
    /// Held from the write to the announcement, so that a whole list never overtakes a delta.
    order: Mutex<()>,
}

impl RevocationHub {
    /// Loads the stored list.
    pub async fn load(store: SharedStore, live: Revocations, clock: SharedClock) -> Result<Self, StoreError> {
        let hub =
            Self { store, clock, live, deltas: broadcast::channel(DELTAS_MAX).0, order: Mutex::default() };
        hub.refresh().await?;
        Ok(hub)
    }

    /// Revokes tokens of a user: stored first, then in force, then announced.
    pub async fn revoke(
        &self,
        user: &UserId,
        tokens: &RevokeTokens,
        forget_after: i64,
    ) -> Result<(), StoreError> {
        let _order = self.order.lock().await;
        let now = self.now();
        let added = self.store.revoke(user, tokens, forget_after, now).await?;
        if !added.is_empty() {
            self.live.apply(false, added.iter().map(in_force).collect(), self.clock.now_secs());
            // Nobody watching is fine.
            let _ = self.deltas.send(added);
        }
        Ok(())
    }

    /// Forgets what has ended, in the store and in memory.
    pub async fn forget_ended(&self) {
        if let Err(error) = self.store.forget_ended_tokens(self.now()).await {
            error!(error = %Chain(&error), "forget ended tokens");
            return;
        }
        if let Err(error) = self.refresh().await {
            error!(error = %Chain(&error), "read the revocation list");
        }
    }

    /// Starts watching: whatever is revoked after this call arrives on the receiver.
    pub fn subscribe(&self) -> broadcast::Receiver<Vec<RevocationRecord>> {
        self.deltas.subscribe()
    }

    /// The whole list.
    pub async fn list(&self) -> Result<Vec<RevocationRecord>, StoreError> {
        self.store.revocations(self.now()).await
    }

    async fn refresh(&self) -> Result<(), StoreError> {
        let _order = self.order.lock().await;
        let list = self.list().await?;
        self.live.apply(true, list.iter().map(in_force).collect(), self.clock.now_secs());
        Ok(())
    }

    fn now(&self) -> i64 {
        i64::try_from(self.clock.now_secs()).unwrap_or(i64::MAX)
    }
}

fn in_force(record: &RevocationRecord) -> Revocation {
    Revocation {
        token_id: record.token_id.clone(),
        user_id: record.user_id.to_string(),
        before: record.before,
        forget_after: record.forget_after,
    }
}
