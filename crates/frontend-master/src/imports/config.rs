//! What an owner sets about imports.

use std::time::Duration;

use carrel_service::Faults;
use serde::Deserialize;

use super::address::Network;

/// Imports from elsewhere.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImportConfig {
    /// Whether people may import at all.
    pub open: bool,
    /// Networks that may be reached although they are not public, like `10.1.0.0/16`.
    pub allow: Vec<Network>,
    /// The largest repository, in bytes on disk.
    pub max_bytes: u64,
    /// The longest an import may take.
    pub time_limit_secs: u64,
    /// How many run at once.
    pub concurrent_max: usize,
}

impl Default for ImportConfig {
    fn default() -> Self {
        Self {
            open: true,
            allow: Vec::new(),
            max_bytes: 1024 * 1024 * 1024,
            time_limit_secs: 900,
            concurrent_max: 4,
        }
    }
}

impl ImportConfig {
    /// The longest an import may take.
    pub fn time_limit(&self) -> Duration {
        Duration::from_secs(self.time_limit_secs)
    }

    /// Adds what is wrong.
    pub fn validate(&self, faults: &mut Faults) {
        for (path, value) in [
            ("git.import.max_bytes", self.max_bytes),
            ("git.import.time_limit_secs", self.time_limit_secs),
            ("git.import.concurrent_max", self.concurrent_max as u64),
        ] {
            if value == 0 {
                faults.add(path, "must be at least 1; git.import.open = false closes imports");
            }
        }
    }
}
