//! Where the agent lives: read from the environment its slot gives it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::path::PathBuf;

/// Where programs in the slot find the proxy, unless another agent has the port already.
pub const PROXY_PORT: u16 = 3128;

/// All the agent has to be told.
#[derive(Debug, Clone)]
pub struct Config {
    /// The node's socket.
    pub link: PathBuf,
    /// The user's home folder.
    pub home: PathBuf,
    /// The clone.
    pub workspace: PathBuf,
    /// Runtime files and the holders' folders; outlives the agent, not the slot.
    pub run_dir: PathBuf,
    /// `sl-…`
    pub slot: String,
    /// Where the loopback proxy listens first; a free port is taken if this one is not.
    pub proxy: SocketAddr,
    /// The program that `hold` is a command of.
    pub program: PathBuf,
    /// What commands inherit besides what the agent sets itself.
    pub environment: BTreeMap<String, String>,
}

/// Why the agent can't start.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A variable is missing or no text.
    #[error("{0} is not set: the slot must say where it is")]
    Missing(&'static str),
    /// A path would depend on the working folder.
    #[error("{name}: {value:?} is not an absolute path")]
    Relative {
        /// The variable.
        name: &'static str,
        /// What it holds.
        value: PathBuf,
    },
    /// Not an address.
    #[error("CARREL_PROXY: {0:?} is not an address like 127.0.0.1:3128")]
    Proxy(String),
    /// The agent does not know where it is itself.
    #[error("find the path of this program")]
    Program(#[source] std::io::Error),
}

impl Config {
    /// Reads the process environment. All faults are reported at once.
    pub fn from_env() -> Result<Self, Vec<ConfigError>> {
        Self::from_vars(std::env::vars_os())
    }

    fn from_vars(vars: impl Iterator<Item = (OsString, OsString)>) -> Result<Self, Vec<ConfigError>> {
        let environment: BTreeMap<String, String> = vars
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let mut faults = Vec::new();
        let mut path = |name: &'static str| match environment.get(name).map(PathBuf::from) {
            Some(value) if value.is_absolute() => value,
            Some(value) => {
                faults.push(ConfigError::Relative { name, value });
                PathBuf::new()
            }
            None => {
                faults.push(ConfigError::Missing(name));
                PathBuf::new()
            }
        };
        let link = path("CARREL_LINK");
        let home = path("CARREL_HOME");
        let workspace = path("CARREL_WORKSPACE");
        let run_dir = path("CARREL_RUN");
        let slot = environment.get("CARREL_SLOT").cloned().unwrap_or_default();
        if slot.is_empty() {
            faults.push(ConfigError::Missing("CARREL_SLOT"));
        }
        let proxy = match environment.get("CARREL_PROXY") {
            None => SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, PROXY_PORT)),
            Some(text) => text.parse().unwrap_or_else(|_| {
                faults.push(ConfigError::Proxy(text.clone()));
                SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))
            }),
        };
        let program = std::env::current_exe().unwrap_or_else(|error| {
            faults.push(ConfigError::Program(error));
            PathBuf::new()
        });
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self { link, home, workspace, run_dir, slot, proxy, program, environment })
    }

    /// The value of an inherited variable.
    pub fn inherited(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, Vec<ConfigError>> {
        Config::from_vars(pairs.iter().map(|(name, value)| (name.into(), value.into())))
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let faults = read(&[("CARREL_HOME", "home"), ("CARREL_PROXY", "x")]).unwrap_err();
        let text: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(text.len(), 6, "{text:?}");
        assert!(text.iter().any(|line| line.contains("CARREL_HOME")));
    }

    #[test]
    fn a_slot_needs_four_paths_and_its_name() {
        let good = [
            ("CARREL_LINK", "/l"),
            ("CARREL_HOME", "/h"),
            ("CARREL_WORKSPACE", "/w"),
            ("CARREL_RUN", "/r"),
            ("CARREL_SLOT", "sl-a"),
        ];
        let config = read(&good).unwrap();
        assert_eq!(config.proxy.to_string(), "127.0.0.1:3128");
    }
}
