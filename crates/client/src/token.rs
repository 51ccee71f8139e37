//! Where a bearer token comes from.

use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use http::HeaderValue;

/// A token file holds one token; what is longer is something else.
const FILE_BYTES_MAX: u64 = 16 * 1024;

/// Where a bearer token comes from. Clones share it.
#[derive(Clone, Default)]
pub struct TokenSource(Source);

#[derive(Clone, Default)]
enum Source {
    #[default]
    None,
    Function(Arc<dyn Fn() -> Option<String> + Send + Sync>),
    File(Arc<TokenFile>),
}

struct TokenFile {
    path: PathBuf,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    /// Time and size of the file that was read.
    seen: Option<(SystemTime, u64)>,
    token: Option<String>,
}

impl TokenSource {
    /// No token.
    pub fn none() -> Self {
        Self::default()
    }

    /// Always this one.
    pub fn fixed(token: impl Into<String>) -> Self {
        let token = token.into();
        Self::from_fn(move || Some(token.clone()))
    }

    /// Whatever the function says at each request.
    pub fn from_fn(function: impl Fn() -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Source::Function(Arc::new(function)))
    }

    /// What the file holds; read again whenever it changes, so that a new token needs no restart.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Source::File(Arc::new(TokenFile { path: path.into(), held: Mutex::default() })))
    }

    /// The token to send now.
    pub fn token(&self) -> Option<String> {
        match &self.0 {
            Source::None => None,
            Source::Function(function) => function(),
            Source::File(file) => file.token(),
        }
    }

    /// The token as a header, marked so that it stays out of logs and compression tables.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::try_from(format!("Bearer {}", self.token()?)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl TokenFile {
    fn token(&self) -> Option<String> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        match self.read_if_changed(held.seen) {
            Ok(None) => {}
            Ok(Some((seen, token))) => *held = Held { seen: Some(seen), token: Some(token) },
            // Between the removal of the old file and the arrival of the new one the old token serves on.
            Err(error) => tracing::warn!(path = %self.path.display(), %error, "token file not read"),
        }
        held.token.clone()
    }

    #[allow(clippy::type_complexity)]
    fn read_if_changed(
        &self,
        seen: Option<(SystemTime, u64)>,
    ) -> std::io::Result<Option<((SystemTime, u64), String)>> {
        let facts = fs::metadata(&self.path)?;
        let now = (facts.modified()?, facts.len());
        if seen == Some(now) {
            return Ok(None);
        }
        if facts.len() > FILE_BYTES_MAX {
            return Err(std::io::Error::other("too long for a token"));
        }
        Ok(Some((now, fs::read_to_string(&self.path)?.trim().to_owned())))
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Source::None => "TokenSource::none",
            Source::Function(_) => "TokenSource::from_fn",
            Source::File(_) => "TokenSource::file",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_is_read_again_and_a_lost_one_is_survived() {
        let dir = tempfile::tempdir().expect("folder");
        let path = dir.path().join("token");
        let source = TokenSource::file(&path);
        assert_eq!(source.token(), None);
        fs::write(&path, "first\n").expect("write");
        assert_eq!(source.token().as_deref(), Some("first"));
        fs::write(&path, "second token").expect("write");
        assert_eq!(source.token().as_deref(), Some("second token"));
        fs::remove_file(&path).expect("remove");
        assert_eq!(source.token().as_deref(), Some("second token"));
    }

    #[test]
    fn a_token_stays_out_of_debug_output() {
        let source = TokenSource::fixed("hush");
        assert!(!format!("{source:?} {:?}", source.header()).contains("hush"));
        assert!(TokenSource::fixed("bad\ntoken").header().is_none());
    }
}
