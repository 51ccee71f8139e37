//! The session's git credential: held by the node, renewed in time, never shown to the slot.

use carrel_ids::SessionId;
use carrel_model::Fence;
use carrel_proto::compute::v1::GitToken;
use tokio::sync::Mutex;
use tracing::debug;

use super::{Upstream, UpstreamError};

/// Renewed this long before its end: longer than the longest push may take to be accepted.
const RENEW_BEFORE_MS: i64 = 5 * 60 * 1000;

/// A credential that fetches its successor.
#[derive(Debug, Default)]
pub struct GitCredential {
    held: Mutex<Option<GitToken>>,
}

impl GitCredential {
    /// Starts with what came with the claim, if anything did.
    pub fn new(first: Option<GitToken>) -> Self {
        Self { held: Mutex::new(first.filter(|token| !token.token.is_empty())) }
    }

    /// A credential that holds for a while. `now` in milliseconds since 1970.
    pub async fn get(
        &self,
        upstream: &dyn Upstream,
        session: &SessionId,
        fence: Fence,
        now: i64,
    ) -> Result<String, UpstreamError> {
        // Held over the request on purpose: a burst of git requests mints one token, not one each.
        let mut held = self.held.lock().await;
        if let Some(token) = held.as_ref().filter(|token| now < token.expires_at - RENEW_BEFORE_MS) {
            return Ok(token.token.clone());
        }
        match upstream.mint(session, fence).await {
            Ok(fresh) => Ok(held.insert(fresh).token.clone()),
            Err(error) => match held.as_ref().filter(|token| now < token.expires_at) {
                Some(token) => {
                    debug!(%session, %error, "git credential not renewed, the old one still holds");
                    Ok(token.token.clone())
                }
                None => Err(error),
            },
        }
    }

    /// Forgets a credential that was refused, so that the next request mints one.
    pub async fn refused(&self, token: &str) {
        let mut held = self.held.lock().await;
        if held.as_ref().is_some_and(|held| held.token == token) {
            *held = None;
        }
    }
}
