//! Configuration: a TOML file, the environment and `--set`, in this order; every fault reported at once.
//!
//! Unknown keys are refused, wherever they come from. Checking the shape needs no host; [`DaemonConfig::validate_host`]
//! also looks at files and sockets and runs at the start and in `check-config --host`.

mod collect;
mod faults;
mod scalar;
mod tree;

use std::path::PathBuf;

use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use faults::{Fault, Faults};

use crate::listen::ListenerConfig;
use tree::Node;

/// The largest configuration file read: thousands of times what a rack needs.
const FILE_MAX: u64 = 1024 * 1024;

/// The longest drain that makes sense; systemd's own patience ends at 90 s.
const DRAIN_SECS_MAX: u64 = 600;

/// What a daemon's configuration knows about itself.
pub trait DaemonConfig: DeserializeOwned + Send + 'static {
    /// The port on loopback where the daemon listens if the configuration names no listener.
    const DEFAULT_PORT: u16;

    /// Checks what needs no host: ranges, and keys against one another.
    fn validate(&self, faults: &mut Faults);

    /// Checks what the host must have: files, folders, sockets.
    fn validate_host(&self, faults: &mut Faults) {
        let _ = faults;
    }
}

/// The part that every daemon has.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Common {
    /// Where to listen, and who is meant to come there.
    pub listeners: Vec<ListenerConfig>,
    /// What is logged and how.
    pub log: LogConfig,
    /// How long a shutdown waits for open requests and tasks.
    pub drain_secs: u64,
}

impl Default for Common {
    fn default() -> Self {
        Self { listeners: Vec::new(), log: LogConfig::default(), drain_secs: 20 }
    }
}

/// What is logged and how.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// A filter like `info,carrel_service=debug`; the variable `CARREL_LOG` wins over it.
    pub filter: String,
    /// The shape of a line.
    pub format: LogFormat,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { filter: "info".to_owned(), format: LogFormat::Auto }
    }
}

/// The shape of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Human on a terminal, JSON otherwise.
    Auto,
    /// For people.
    Human,
    /// For programs.
    Json,
}

/// The keys of [`Common`], which a daemon's own struct must not use.
const COMMON_KEYS: &[&str] = &["listeners", "log", "drain_secs"];

impl Common {
    fn validate(&self, faults: &mut Faults) {
        for (index, listener) in self.listeners.iter().enumerate() {
            listener.validate(&format!("listeners.{index}"), faults);
        }
        if self.listeners.len() > crate::listen::LISTENERS_MAX {
            faults.add("listeners", format!("at most {}", crate::listen::LISTENERS_MAX));
        }
        if self.drain_secs > DRAIN_SECS_MAX {
            faults.add("drain_secs", format!("must be at most {DRAIN_SECS_MAX}"));
        }
        if let Err(error) = crate::logs::parse_filter(&self.log.filter) {
            faults.add("log.filter", error);
        }
    }

    fn validate_host(&self, faults: &mut Faults) {
        for (index, listener) in self.listeners.iter().enumerate() {
            listener.validate_host(&format!("listeners.{index}"), faults);
        }
    }
}

/// A configuration that passed every check asked for.
#[derive(Debug, Clone)]
pub struct Loaded<C> {
    /// The daemon's own part.
    pub config: C,
    /// The part that every daemon has.
    pub common: Common,
}

impl<C: DaemonConfig> Loaded<C> {
    /// Looks at files and sockets too.
    pub fn check_host(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        self.common.validate_host(&mut faults);
        self.config.validate_host(&mut faults);
        faults.into_result()
    }
}

/// Where the layers come from. Later ones win: file, environment, sets.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The TOML file.
    pub file: Option<PathBuf>,
    /// Variables; those of other names are ignored.
    pub env: Vec<(String, String)>,
    /// `section.key=value`, as given to `--set`.
    pub sets: Vec<String>,
}

impl Sources {
    /// The process's environment and the given file and sets.
    pub fn of_process(file: Option<PathBuf>, sets: Vec<String>) -> Self {
        let env = std::env::vars_os();
        let env = env.filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
        Self { file, env: env.collect(), sets }
    }
}

/// Reads all layers and checks the shape.
pub fn load<C: DaemonConfig>(name: &str, sources: &Sources) -> Result<Loaded<C>, Faults> {
    let text = match &sources.file {
        Some(path) => read_file(path)?,
        None => String::new(),
    };
    load_text(name, &text, sources)
}

/// Reads a TOML text alone and checks the shape.
pub fn parse<C: DaemonConfig>(name: &str, text: &str) -> Result<Loaded<C>, Faults> {
    load_text(name, text, &Sources::default())
}

fn read_file(path: &std::path::Path) -> Result<String, Faults> {
    let fault = |message: String| Faults::one(format!("{}", path.display()), message);
    let size = std::fs::metadata(path).map_err(|error| fault(error.to_string()))?.len();
    if size > FILE_MAX {
        return Err(fault(format!("is {size} bytes long, a configuration is at most {FILE_MAX}")));
    }
    std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))
}

fn load_text<C: DaemonConfig>(name: &str, text: &str, sources: &Sources) -> Result<Loaded<C>, Faults> {
    let mut faults = Faults::default();
    let mut own = match text.parse::<toml::Table>() {
        Ok(table) => Node::from_table(table),
        Err(error) => {
            let file =
                sources.file.as_ref().map_or_else(|| "TOML".to_owned(), |path| path.display().to_string());
            return Err(Faults::one(file, error.to_string().trim_end().to_owned()));
        }
    };
    for (path, value, origin) in overrides(name, sources, &mut faults) {
        if let Err(message) = own.set(&path, &value, &origin) {
            faults.add(path.join("."), message);
        }
    }
    let mut kit = own.split_off(COMMON_KEYS);
    let common = collect::read::<Common>(&mut kit, &[], &mut faults);
    let config = collect::read::<C>(&mut own, COMMON_KEYS, &mut faults);
    if let Some(common) = &common {
        common.validate(&mut faults);
    }
    if let Some(config) = &config {
        config.validate(&mut faults);
    }
    let (Some(mut common), Some(config)) = (common, config) else { return Err(faults) };
    faults.into_result()?;
    if common.listeners.is_empty() {
        common.listeners.push(ListenerConfig::tcp(&format!("127.0.0.1:{}", C::DEFAULT_PORT)));
    }
    Ok(Loaded { config, common })
}

/// A key's path, its text and where it was said.
type Override = (Vec<String>, String, String);

/// What environment and flags say.
fn overrides(name: &str, sources: &Sources, faults: &mut Faults) -> Vec<Override> {
    let prefix = format!("CARREL_{}__", name.to_uppercase().replace('-', "_"));
    let mut found = Vec::new();
    let mut env: Vec<_> = sources.env.iter().filter(|(key, _)| key.starts_with(&prefix)).collect();
    env.sort();
    for (key, value) in env {
        let path = key[prefix.len()..].to_lowercase().split("__").map(str::to_owned).collect();
        found.push((path, value.clone(), format!("environment variable {key}")));
    }
    for set in &sources.sets {
        match set.split_once('=') {
            Some((key, value)) => {
                let path = key.trim().split('.').map(str::to_owned).collect();
                found.push((path, value.to_owned(), "--set".to_owned()));
            }
            None => faults.add("--set", format!("{set:?} is not of the form section.key=value")),
        }
    }
    found
}

#[cfg(test)]
mod tests;
