//! What is wrong with a configuration: a list, so that one run tells all.

use std::fmt;
use std::path::Path;

/// One fault: where, and what must be so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The key's path, e.g. `lease.soft_secs` or `listeners.0.addr`.
    pub path: String,
    /// What must be so.
    pub message: String,
}

/// All faults of a configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// A list of one.
    pub fn one(path: impl Into<String>, message: impl Into<String>) -> Self {
        let mut faults = Self::default();
        faults.add(path, message);
        faults
    }

    /// Adds a fault: the key's path and what must be so.
    pub fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        let fault = Fault { path: path.into(), message: message.into() };
        if !self.0.contains(&fault) {
            self.0.push(fault);
        }
    }

    /// Adds a fault unless `path` names a folder that can be read.
    pub fn check_dir(&mut self, key: &str, path: &Path) {
        match std::fs::read_dir(path) {
            Ok(_) => {}
            Err(error) => {
                self.add(key, format!("{}: {error}; make the folder or give the user access", path.display()))
            }
        }
    }

    /// Adds a fault unless `path` names a file that can be opened for reading.
    pub fn check_file(&mut self, key: &str, path: &Path) {
        match std::fs::File::open(path).and_then(|file| file.metadata()) {
            Ok(facts) if facts.is_file() => {}
            Ok(_) => self.add(key, format!("{}: is not a file", path.display())),
            Err(error) => self.add(key, format!("{}: {error}", path.display())),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    /// Nothing if there is no fault.
    pub fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            let newline = if index == 0 { "" } else { "\n" };
            write!(f, "{newline}error: {}: {}", fault.path, fault.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
