//! Where things are in the source tree.

use std::path::{Path, PathBuf};

/// The source tree and its build output.
pub struct Tree {
    root: PathBuf,
}

impl Tree {
    /// The tree this program was built from.
    pub fn here() -> Self {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest.ancestors().nth(2).unwrap_or(manifest);
        Self { root: root.to_owned() }
    }

    /// Top level of the repository.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Cargo's output folder.
    pub fn target(&self) -> PathBuf {
        match std::env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => self.root.join(dir),
            None => self.root.join("target"),
        }
    }

    /// Logs, stamps and staging of this program.
    pub fn scratch(&self) -> PathBuf {
        self.target().join("xtask")
    }

    /// The files that go into the image.
    pub fn image_files(&self) -> PathBuf {
        self.root.join("crates/xtask/image")
    }
}
