//! Password hashing: argon2id, off the async threads, at most two at once, with a queue that has an end.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use carrel_service::{Random, SharedClock};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use super::AccountError;

/// Each takes 19 MiB and some 30 ms of a core; two leave room for everything else on a 2-core machine.
const HASHES_AT_ONCE: usize = 2;

/// Waiting beyond this takes over a second, which looks like a hang: better said at once.
const HASHES_WAITING_MAX: usize = 64;

/// The shortest password.
pub const PASSWORD_MIN: usize = 8;

/// The longest password in bytes; argon2 would take more, an attacker's megabytes cost us time.
pub const PASSWORD_MAX: usize = 512;

/// One `git clone` or `push` asks three times within seconds; a minute covers it.
const REMEMBERED_FOR: Duration = Duration::from_secs(60);

/// How many checked passwords are remembered; a full table only means hashing again.
const REMEMBERED_MAX: usize = 1_024;

/// The hasher.
pub struct Passwords {
    running: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// What an unknown or password-less account is compared with, so that both take as long as a wrong password.
    decoy: String,
    random: Random,
    clock: SharedClock,
    remembered: std::sync::Mutex<HashMap<[u8; 32], Duration>>,
    /// Keys the table above, so that its content says nothing about a password.
    pepper: [u8; 32],
}

impl Passwords {
    /// A hasher; makes the decoy, which takes as long as one hash.
    pub fn new(random: Random, clock: SharedClock) -> Result<Self, AccountError> {
        let mut salt = [0; 16];
        random.fill(&mut salt);
        let decoy = hash(b"nobody's password", &salt)?;
        let mut pepper = [0; 32];
        random.fill(&mut pepper);
        Ok(Self {
            running: Arc::new(Semaphore::new(HASHES_AT_ONCE)),
            waiting: AtomicUsize::new(0),
            decoy,
            random,
            clock,
            remembered: std::sync::Mutex::default(),
            pepper,
        })
    }

    /// Hashes a new password after checking its length.
    pub async fn hash(&self, password: &str) -> Result<String, AccountError> {
        if password.chars().count() < PASSWORD_MIN || password.len() > PASSWORD_MAX {
            return Err(AccountError::PasswordLength);
        }
        let mut salt = [0; 16];
        self.random.fill(&mut salt);
        let password = password.to_owned();
        self.bounded(move || hash(password.as_bytes(), &salt)).await?
    }

    /// Whether the password fits. Without a stored hash the answer is no, after the same work.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool, AccountError> {
        let known = stored.is_some() && password.len() <= PASSWORD_MAX;
        let phc = stored.unwrap_or(&self.decoy).to_owned();
        let password = if password.len() <= PASSWORD_MAX { password.to_owned() } else { String::new() };
        let fits = self
            .bounded(move || match PasswordHash::new(&phc) {
                Ok(parsed) => Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok()),
                Err(error) => Err(AccountError::Hash { reason: error.to_string() }),
            })
            .await??;
        Ok(fits && known)
    }

    /// Whether this very password of this user and epoch was right within the last minute.
    pub fn recently_right(&self, user: &str, epoch: u64, password: &str) -> bool {
        let key = self.key(user, epoch, password);
        let now = self.clock.monotonic();
        let table = self.remembered.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        table.get(&key).is_some_and(|until| *until > now)
    }

    /// Remembers a right password for a minute.
    pub fn remember(&self, user: &str, epoch: u64, password: &str) {
        let key = self.key(user, epoch, password);
        let now = self.clock.monotonic();
        let mut table = self.remembered.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if table.len() >= REMEMBERED_MAX {
            table.retain(|_, until| *until > now);
        }
        if table.len() < REMEMBERED_MAX {
            table.insert(key, now + REMEMBERED_FOR);
        }
    }

    fn key(&self, user: &str, epoch: u64, password: &str) -> [u8; 32] {
        let mut digest = Sha256::new();
        digest.update(self.pepper);
        digest.update(epoch.to_be_bytes());
        digest.update((user.len() as u64).to_be_bytes());
        digest.update(user);
        digest.update(password);
        digest.finalize().into()
    }

    async fn bounded<T, F>(&self, work: F) -> Result<T, AccountError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let place = Place::take(&self.waiting)?;
        let permit = self.running.clone().acquire_owned().await.map_err(|_| AccountError::Busy)?;
        drop(place);
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        done.await.map_err(|error| AccountError::Hash { reason: error.to_string() })
    }
}

/// A place in the queue, given back also when the caller goes away.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Result<Self, AccountError> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::Relaxed) >= HASHES_WAITING_MAX {
            return Err(AccountError::Busy);
        }
        Ok(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn hash(password: &[u8], salt: &[u8; 16]) -> Result<String, AccountError> {
    let phc = Argon2::default()
        .hash_password_with_salt(password, salt)
        .map_err(|error| AccountError::Hash { reason: error.to_string() })?;
    Ok(phc.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use carrel_service::{Clock as _, ManualClock};

    fn passwords() -> (Passwords, Arc<ManualClock>) {
        let clock = ManualClock::new(1_700_000_000_000);
        (Passwords::new(Random::seeded(1), clock.clone()).expect("hasher"), clock)
    }

    #[tokio::test]
    async fn right_wrong_and_unknown() {
        let (passwords, _) = passwords();
        let stored = passwords.hash("correct horse").await.expect("hash");
        assert!(stored.starts_with("$argon2id$"), "{stored}");
        assert!(passwords.verify("correct horse", Some(&stored)).await.expect("verify"));
        assert!(!passwords.verify("wrong horse", Some(&stored)).await.expect("verify"));
        assert!(!passwords.verify("correct horse", None).await.expect("verify"));
        assert!(!passwords.verify("nobody's password", None).await.expect("the decoy lets nobody in"));
        assert!(!passwords.verify(&"x".repeat(PASSWORD_MAX + 1), Some(&stored)).await.expect("verify"));
        assert!(matches!(passwords.hash("short").await, Err(AccountError::PasswordLength)));
    }

    #[tokio::test]
    async fn a_full_queue_says_so_and_empties_again() {
        let (passwords, _) = passwords();
        let checks = (0..HASHES_WAITING_MAX + 40).map(|_| passwords.verify("x", None));
        let answers = futures::future::join_all(checks).await;
        let busy = answers.iter().filter(|answer| matches!(answer, Err(AccountError::Busy))).count();
        assert!((1..=40).contains(&busy), "{busy} were turned away");
        assert!(passwords.verify("x", None).await.is_ok());
    }

    #[tokio::test]
    async fn a_right_password_is_remembered_for_its_epoch_and_a_minute() {
        let (passwords, clock) = passwords();
        passwords.remember("us-1", 3, "secret");
        assert!(passwords.recently_right("us-1", 3, "secret"));
        assert!(!passwords.recently_right("us-1", 4, "secret"));
        assert!(!passwords.recently_right("us-2", 3, "secret"));
        assert!(!passwords.recently_right("us-1", 3, "other"));
        clock.advance(REMEMBERED_FOR);
        assert!(!passwords.recently_right("us-1", 3, "secret"), "at {}", clock.now_ms());
    }
}
