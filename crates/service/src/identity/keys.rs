//! Public keys: fixed ones in the issuer's own process, fetched and kept fresh everywhere else.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;
use tracing::{debug, info, warn};

use crate::clock::SharedClock;
use crate::error::RunError;
use crate::random::Random;
use crate::shutdown::Shutdown;

/// More keys than rotation ever overlaps; a longer list is not read further.
const KEYS_MAX: usize = 16;

/// Forged tokens with new key ids must not become a stream of fetches.
const REFRESH_PAUSE: Duration = Duration::from_secs(10);

/// First and longest wait between tries at the start: quick when both start together, gentle when the master is down.
const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_LONGEST: Duration = Duration::from_secs(5);

/// The key set as served: RFC 7517, Ed25519 keys only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwks {
    /// The keys.
    pub keys: Vec<Jwk>,
}

/// One key of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// `OKP`
    pub kty: String,
    /// `Ed25519`
    #[serde(default)]
    pub crv: String,
    /// The public key, base64url.
    #[serde(default)]
    pub x: String,
    /// The key's id.
    #[serde(default)]
    pub kid: String,
    /// `EdDSA`
    #[serde(default)]
    pub alg: String,
    /// `sig`
    #[serde(default, rename = "use")]
    pub usage: String,
}

impl Jwks {
    pub(super) fn of(keys: &[VerifyingKey]) -> Self {
        let jwk = |key: &VerifyingKey| Jwk {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            x: URL_SAFE_NO_PAD.encode(key.as_bytes()),
            kid: key_id(key),
            alg: "EdDSA".to_owned(),
            usage: "sig".to_owned(),
        };
        Self { keys: keys.iter().map(jwk).collect() }
    }

    /// The usable keys; others (of another kind) are skipped, as the standard asks.
    fn verifying_keys(&self) -> Vec<VerifyingKey> {
        let usable = self.keys.iter().take(KEYS_MAX).filter(|jwk| jwk.kty == "OKP" && jwk.crv == "Ed25519");
        let decoded = usable.filter_map(|jwk| {
            let bytes: [u8; 32] = URL_SAFE_NO_PAD.decode(&jwk.x).ok()?.try_into().ok()?;
            VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak())
        });
        decoded.collect()
    }
}

/// A key's id: the start of its hash, so that it can't be claimed for another key.
pub(super) fn key_id(key: &VerifyingKey) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(key.as_bytes())[..12])
}

type Fetched = Pin<Box<dyn Future<Output = Result<String, String>> + Send>>;
type Fetch = Box<dyn Fn() -> Fetched + Send + Sync>;

/// The keys that tokens may be signed with. Clones share them.
#[derive(Clone)]
pub struct Keys {
    inner: Arc<Inner>,
}

struct Inner {
    known: RwLock<HashMap<String, VerifyingKey>>,
    remote: Option<Remote>,
}

struct Remote {
    fetch: Fetch,
    clock: SharedClock,
    /// When the last fetch began; locked while one runs, so that one serves all who wait.
    last: Mutex<Option<Duration>>,
}

impl Keys {
    /// These and no others.
    pub fn fixed(keys: Vec<VerifyingKey>) -> Self {
        let known = keys.into_iter().map(|key| (key_id(&key), key)).collect();
        Self { inner: Arc::new(Inner { known: RwLock::new(known), remote: None }) }
    }

    /// Those of a key set somewhere else; `fetch` returns its JSON. None are known until the first fetch.
    pub fn remote<F, Fut>(fetch: F, clock: SharedClock) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<String, String>> + Send + 'static,
    {
        let fetch: Fetch = Box::new(move || Box::pin(fetch()));
        let remote = Some(Remote { fetch, clock, last: Mutex::new(None) });
        Self { inner: Arc::new(Inner { known: RwLock::default(), remote }) }
    }

    /// Fetches until there is a key, or fails when the shutdown is requested.
    pub async fn fetch_until_ready(&self, shutdown: &Shutdown, random: Random) -> Result<(), RunError> {
        let Some(remote) = &self.inner.remote else { return Ok(()) };
        let mut wait = RETRY_FIRST;
        loop {
            let error = match self.fetch(remote).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            warn!(error, retry_ms = wait.as_millis(), "signing keys not fetched");
            let jitter =
                Duration::from_millis(random.below(u64::try_from(wait.as_millis()).unwrap_or(1).max(1)));
            tokio::select! {
                () = tokio::time::sleep(wait / 2 + jitter / 2) => {}
                () = shutdown.requested() => return Err(RunError::new("stopped while waiting for signing keys")),
            }
            wait = (wait * 2).min(RETRY_LONGEST);
        }
    }

    /// Fetches again because of an unknown key id, unless that was just done. Says whether the id is known now.
    pub(super) async fn refresh_for(&self, kid: &str) -> bool {
        let Some(remote) = &self.inner.remote else { return false };
        let mut last = remote.last.lock().await;
        if self.get(kid).is_some() {
            return true;
        }
        let now = remote.clock.monotonic();
        if last.is_some_and(|last| now.saturating_sub(last) < REFRESH_PAUSE) {
            return false;
        }
        *last = Some(now);
        match self.fetch(remote).await {
            Ok(()) => self.get(kid).is_some(),
            Err(error) => {
                warn!(error, "signing keys not fetched");
                false
            }
        }
    }

    async fn fetch(&self, remote: &Remote) -> Result<(), String> {
        let text = (remote.fetch)().await?;
        let set: Jwks = serde_json::from_str(&text).map_err(|error| format!("not a key set: {error}"))?;
        let keys = set.verifying_keys();
        if keys.is_empty() {
            return Err("the key set holds no Ed25519 key".to_owned());
        }
        let fresh: HashMap<_, _> = keys.into_iter().map(|key| (key_id(&key), key)).collect();
        let mut known = self.inner.known.write().unwrap_or_else(PoisonError::into_inner);
        if *known == fresh {
            debug!("signing keys unchanged");
        } else {
            info!(keys = fresh.len(), "signing keys fetched");
            *known = fresh;
        }
        Ok(())
    }

    pub(super) fn get(&self, kid: &str) -> Option<VerifyingKey> {
        self.inner.known.read().unwrap_or_else(PoisonError::into_inner).get(kid).copied()
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known = self.inner.known.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_set().entries(known.keys()).finish()
    }
}
