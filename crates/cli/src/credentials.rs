//! Who is logged in where: `$XDG_CONFIG_HOME/carrel/credentials.json`, readable by its owner only.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{CliError, Doing};

/// The file's content.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Credentials {
    /// The server of the last login: what commands use if none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_server: Option<String>,
    /// By server address.
    pub servers: BTreeMap<String, Login>,
}

/// One login.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// The user's name.
    pub user: String,
    /// A compact JWS.
    pub token: String,
    /// Milliseconds since 1970.
    pub expires_at: i64,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login")
            .field("user", &self.user)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// The file, wherever it is.
#[derive(Debug, Clone)]
pub struct CredentialsFile {
    path: PathBuf,
}

impl CredentialsFile {
    /// The user's own: `$XDG_CONFIG_HOME/carrel`, else `~/.config/carrel`.
    pub fn of_user() -> Result<Self, CliError> {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let base = set("XDG_CONFIG_HOME")
            .or_else(|| set("HOME").map(|home| home.join(".config")))
            .ok_or_else(|| CliError::failed("no place for credentials", "set HOME or XDG_CONFIG_HOME"))?;
        Ok(Self::in_dir(&base.join("carrel")))
    }

    /// The file in a given folder.
    pub fn in_dir(dir: &Path) -> Self {
        Self { path: dir.join("credentials.json") }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads it; none yet is empty. A file that others could read is closed to them.
    pub fn load(&self) -> Result<Credentials, CliError> {
        let reading = || format!("read {}", self.path.display());
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Credentials::default()),
            Err(error) => return Err(error).doing(reading()),
        };
        let mode = fs::metadata(&self.path).doing(reading())?.permissions().mode();
        if mode & 0o077 != 0 {
            fs::set_permissions(&self.path, fs::Permissions::from_mode(0o600))
                .doing(format!("close {} to other users", self.path.display()))?;
        }
        serde_json::from_slice(&text)
            .map_err(|source| CliError::Credentials { path: self.path.clone(), source })
    }

    /// Changes it under a lock, atomically: two commands that log in at once both stay logged in.
    pub fn update<T>(&self, change: impl FnOnce(&mut Credentials) -> T) -> Result<T, CliError> {
        let writing = || format!("write {}", self.path.display());
        let dir = self.path.parent().unwrap_or(Path::new("."));
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .doing(format!("make the folder {}", dir.display()))?;
        let lock = private(&dir.join(".lock")).doing(writing())?;
        lock.lock().doing(format!("lock {}", dir.display()))?;
        let mut credentials = self.load()?;
        let result = change(&mut credentials);
        let text = serde_json::to_vec_pretty(&credentials).map_err(std::io::Error::other).doing(writing())?;
        let fresh = dir.join(format!(".credentials.{}", std::process::id()));
        let write = || -> std::io::Result<()> {
            let _ = fs::remove_file(&fresh);
            let mut file = private(&fresh)?;
            file.write_all(&text)?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            fs::rename(&fresh, &self.path)
        };
        write().inspect_err(|_| drop(fs::remove_file(&fresh))).doing(writing())?;
        Ok(result)
    }
}

fn private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(user: &str) -> Login {
        Login { user: user.into(), token: "secret".into(), expires_at: 1 }
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("metadata").permissions().mode() & 0o777
    }

    #[test]
    fn only_the_owner_may_read_it() {
        let dir = tempfile::tempdir().expect("dir");
        let file = CredentialsFile::in_dir(&dir.path().join("a/carrel"));
        assert_eq!(file.load().expect("none yet"), Credentials::default());
        file.update(|c| c.servers.insert("http://x".into(), login("ada"))).expect("write");
        assert_eq!(mode(file.path()), 0o600);
        assert_eq!(mode(file.path().parent().expect("dir")), 0o700);
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644)).expect("chmod");
        assert_eq!(file.load().expect("read").servers["http://x"], login("ada"));
        assert_eq!(mode(file.path()), 0o600);
    }

    #[test]
    fn writers_at_once_lose_nothing() {
        let dir = tempfile::tempdir().expect("dir");
        let file = CredentialsFile::in_dir(dir.path());
        std::thread::scope(|scope| {
            for n in 0..8 {
                let file = file.clone();
                scope.spawn(move || {
                    file.update(|c| c.servers.insert(format!("http://{n}"), login("ada"))).expect("write")
                });
            }
        });
        assert_eq!(file.load().expect("read").servers.len(), 8);
    }

    #[test]
    fn a_broken_file_says_what_to_do_and_no_secret_is_printed() {
        let dir = tempfile::tempdir().expect("dir");
        let file = CredentialsFile::in_dir(dir.path());
        fs::write(file.path(), "{").expect("write");
        let error = file.load().expect_err("broken");
        assert!(error.hint().contains("carrel login"), "{}", error.hint());
        assert!(!format!("{:?}", login("ada")).contains("secret"));
    }
}
