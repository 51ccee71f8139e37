//! What the agent knows about its session, and what of it survives the agent.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use carrel_proto::agent::v1 as pb;
use serde::{Deserialize, Serialize};

use crate::environment::Evaluated;

/// A session that was bound to this slot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// `se-…`
    pub session: String,
    /// Shown in the prompt.
    pub user: String,
    /// Empty for none.
    pub clone_url: String,
    /// Evaluate the repository's environment.
    pub with_environment: bool,
    /// For `git commit`.
    pub git_name: String,
    /// For `git commit`.
    pub git_email: String,
    /// How far the work got.
    pub stage: Stage,
    /// The process group of a running clone, which may outlive the agent.
    pub cloning: Option<u32>,
}

/// How far the work on a binding got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing is in the workspace yet.
    #[default]
    Bound,
    /// A clone was started.
    Cloning,
    /// The repository is there.
    Cloned,
}

impl Binding {
    /// The repository's name for people: the last part of its address.
    pub fn repository(&self) -> &str {
        let last = self.clone_url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        last.strip_suffix(".git").unwrap_or(last)
    }
}

/// The phase and what belongs to it, watched by whoever waits.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The binding; `None` while warm.
    pub binding: Option<Binding>,
    /// What is being done.
    pub phase: pb::Phase,
    /// One sentence for people.
    pub detail: String,
    /// The environment once evaluated.
    pub environment: Evaluated,
}

/// The binding on the slot's tmpfs: gone with the slot, there after a restart of the agent.
#[derive(Debug)]
pub struct Remembered(PathBuf);

impl Remembered {
    /// In the agent's runtime folder.
    pub fn new(run_dir: &Path) -> Self {
        Self(run_dir.join("session.json"))
    }

    /// What an earlier agent wrote. A file that can't be read may hide a binding, so it is an error.
    pub fn load(&self) -> io::Result<Option<Binding>> {
        match std::fs::read(&self.0) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes the binding.
    pub fn store(&self, binding: &Binding) -> io::Result<()> {
        write_atomically(&self.0, &serde_json::to_vec(binding)?)
    }
}

/// Writes a small file so that a reader sees the old or the new one, never a part.
pub fn write_atomically(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    let temporary = PathBuf::from(temporary);
    let mut file = std::fs::File::create(&temporary)?;
    file.write_all(content)?;
    drop(file);
    std::fs::rename(&temporary, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_is_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let remembered = Remembered::new(dir.path());
        assert!(remembered.load().unwrap().is_none());
        let binding = Binding { session: "se-a".to_owned(), stage: Stage::Cloned, ..Binding::default() };
        remembered.store(&binding).unwrap();
        assert_eq!(remembered.load().unwrap(), Some(binding));
        std::fs::write(dir.path().join("session.json"), "{").unwrap();
        assert!(remembered.load().is_err());
    }

    #[test]
    fn the_repository_has_its_last_name() {
        let name =
            |url: &str| Binding { clone_url: url.to_owned(), ..Binding::default() }.repository().to_owned();
        assert_eq!(name("http://git.carrel.internal/ada/blinky.git"), "blinky");
        assert_eq!(name("http://git/ada/blinky.git/"), "blinky");
        assert_eq!(name(""), "");
    }
}
