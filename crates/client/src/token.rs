//! Where a client's token comes from.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// The most a token file may hold; a token has some hundred bytes.
const TOKEN_FILE_MAX: u64 = 16 * 1024;

type Give = dyn Fn() -> Option<String> + Send + Sync;

/// Gives the token for the next call. Clones share it.
#[derive(Clone)]
pub struct TokenSource(Arc<Give>);

impl std::fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenSource")
    }
}

impl Default for TokenSource {
    fn default() -> Self {
        Self::none()
    }
}

impl TokenSource {
    /// No token: for public methods and local sockets.
    pub fn none() -> Self {
        Self::from_fn(|| None)
    }

    /// Always this one.
    pub fn fixed(token: impl Into<String>) -> Self {
        let token = token.into();
        Self::from_fn(move || Some(token.clone()))
    }

    /// Whatever the function gives.
    pub fn from_fn(give: impl Fn() -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(give))
    }

    /// What the file holds, read again whenever it changes, so that a token can be replaced under a running daemon.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let held: Mutex<Option<(SystemTime, String)>> = Mutex::new(None);
        Self::from_fn(move || {
            let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
            let file = std::fs::metadata(&path).ok().filter(|file| file.len() <= TOKEN_FILE_MAX);
            let Some(changed) = file.and_then(|file| file.modified().ok()) else {
                tracing::warn!(path = %path.display(), "the token file can't be read");
                return None;
            };
            if held.as_ref().is_none_or(|(at, _)| *at != changed) {
                let token = std::fs::read_to_string(&path).ok()?.trim().to_owned();
                *held = Some((changed, token));
            }
            held.as_ref().map(|(_, token)| token.clone()).filter(|token| !token.is_empty())
        })
    }

    /// The token now.
    pub fn token(&self) -> Option<String> {
        (self.0)()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_file_is_read_again_when_it_changes() {
        let dir = tempfile::tempdir().expect("temporary folder");
        let path = dir.path().join("token");
        let source = TokenSource::file(&path);
        assert_eq!(source.token(), None);
        std::fs::write(&path, "one\n").expect("write");
        assert_eq!(source.token().as_deref(), Some("one"));
        std::fs::write(&path, "two").expect("write");
        let later = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(4_000_000_000);
        std::fs::File::open(&path).expect("open").set_modified(later).expect("set the time");
        assert_eq!(source.token().as_deref(), Some("two"));
    }
}
