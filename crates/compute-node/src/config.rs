//! The node's configuration.

use std::path::PathBuf;

use carrel_ids::NodeId;
use carrel_model::SlotClass;
use carrel_service::{DaemonConfig, Faults};
use serde::Deserialize;

use crate::pools::Wish;

/// More slots than any machine holds.
const SLOTS_MAX: u32 = 2_000;

/// Which runtime makes slots. Never changed by the daemon itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RuntimeChoice {
    /// Containers.
    Docker,
    /// Plain processes: isolates nothing.
    Process,
}

/// The whole of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// This node's id, `no-…`.
    pub node: String,
    /// Where slots' files are kept.
    pub state_dir: PathBuf,
    /// `docker` or `process`.
    pub runtime: RuntimeChoice,
    /// The image slots are made of.
    pub image: String,
    /// The front-end master: `http://…`, `https://…` or `unix:/…`.
    pub frontend_url: String,
    /// The authority of its certificate, where it is not a public one.
    pub frontend_ca: Option<PathBuf>,
    /// This node's service token.
    pub token_file: Option<PathBuf>,
    /// The issuer of tokens.
    pub issuer: String,
    /// Where the front-end master reaches this node; empty: the first rack or local listener.
    pub control_url: String,
    /// Where users reach the tunnel directly; empty: nowhere.
    pub direct_url: String,
    /// Slots in creation at once.
    pub starts_at_once: u32,
    /// How often claimed slots are measured, seconds.
    pub sample_secs: u64,
    /// The container engine.
    pub docker: DockerConfig,
    /// The process runtime.
    pub process: ProcessConfig,
    /// The pools.
    pub pools: PoolsConfig,
}

/// The container engine.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DockerConfig {
    /// Its socket.
    pub socket: PathBuf,
}

/// The process runtime.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProcessConfig {
    /// The agent's binary.
    pub agent: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
}

/// The pools.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PoolsConfig {
    /// 4 cores, 8 GiB, threads of their own.
    pub standard: PoolConfig,
    /// 1 core, 512 MiB, over-subscribed.
    pub burst: PoolConfig,
}

/// One pool. What is left out is as the class has it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PoolConfig {
    /// How many slots.
    pub wanted: Option<u32>,
    /// Threads of each.
    pub cores: Option<u32>,
    /// Memory of each, MiB.
    pub memory_mib: Option<u64>,
    /// Processes of each.
    pub pids: Option<u32>,
    /// Disk of each, MiB.
    pub disk_mib: Option<u64>,
    /// Whether threads are a slot's own.
    pub own_cores: Option<bool>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            node: "no-local".to_owned(),
            state_dir: PathBuf::from("/var/lib/carrel/compute-node"),
            runtime: RuntimeChoice::Docker,
            image: "carrel-session:dev".to_owned(),
            frontend_url: "http://127.0.0.1:8080".to_owned(),
            frontend_ca: None,
            token_file: None,
            issuer: "carrel".to_owned(),
            control_url: String::new(),
            direct_url: String::new(),
            starts_at_once: 4,
            sample_secs: 5,
            docker: DockerConfig::default(),
            process: ProcessConfig::default(),
            pools: PoolsConfig::default(),
        }
    }
}

impl Default for DockerConfig {
    fn default() -> Self {
        Self { socket: PathBuf::from(carrel_runtime::docker::DEFAULT_SOCKET) }
    }
}

impl Default for PoolsConfig {
    fn default() -> Self {
        let wanted = |wanted| PoolConfig { wanted: Some(wanted), ..PoolConfig::default() };
        // A rack node: 13 × 4 threads, and 4 threads left for four times as many small slots.
        Self { standard: wanted(13), burst: wanted(16) }
    }
}

impl PoolConfig {
    fn wish(&self, class: SlotClass) -> Wish {
        let size = class.default_size();
        Wish {
            class,
            wanted: self.wanted.unwrap_or(0),
            cores: self.cores.unwrap_or(size.cores),
            memory: self.memory_mib.map_or(size.memory_bytes, |mib| mib << 20),
            pids: self.pids.unwrap_or(size.pids),
            disk: self.disk_mib.map_or(size.disk_bytes, |mib| mib << 20),
            own_cores: self.own_cores.unwrap_or(class == SlotClass::Standard),
        }
    }

    fn validate(&self, path: &str, faults: &mut Faults) {
        let at = |key: &str| format!("{path}.{key}");
        if self.wanted.is_some_and(|wanted| wanted > SLOTS_MAX) {
            faults.add(at("wanted"), format!("must be at most {SLOTS_MAX}"));
        }
        if self.cores == Some(0) {
            faults.add(at("cores"), "must be at least 1");
        }
        if self.memory_mib.is_some_and(|mib| !(16..1 << 24).contains(&mib)) {
            faults.add(at("memory_mib"), "must be at least 16, and no more than 16 TiB");
        }
        if self.pids.is_some_and(|pids| pids < 16) {
            faults.add(at("pids"), "must be at least 16: the supervisor and the agent need some");
        }
        if self.disk_mib.is_some_and(|mib| !(16..1 << 24).contains(&mib)) {
            faults.add(at("disk_mib"), "must be at least 16, and no more than 16 TiB");
        }
    }
}

impl Config {
    /// What the pools ask for.
    pub fn wishes(&self) -> Vec<Wish> {
        vec![self.pools.standard.wish(SlotClass::Standard), self.pools.burst.wish(SlotClass::Burst)]
    }
}

impl DaemonConfig for Config {
    const DEFAULT_PORT: u16 = 8081;

    fn validate(&self, faults: &mut Faults) {
        if let Err(error) = self.node.parse::<NodeId>() {
            faults.add("node", error.to_string());
        }
        for (key, url, may_be_empty) in [
            ("frontend_url", &self.frontend_url, false),
            ("control_url", &self.control_url, true),
            ("direct_url", &self.direct_url, true),
        ] {
            let known = ["http://", "https://", "unix:/"].iter().any(|scheme| url.starts_with(scheme));
            let left_out = may_be_empty && url.is_empty();
            if !known && !left_out {
                faults.add(key, "must be http://…, https://… or unix:/…");
            }
        }
        if self.runtime == RuntimeChoice::Process && self.process.agent.as_os_str().is_empty() {
            faults.add("process.agent", "must name the agent's binary when runtime = \"process\"");
        }
        if self.starts_at_once == 0 {
            faults.add("starts_at_once", "must be at least 1");
        }
        if !(1..=60).contains(&self.sample_secs) {
            faults.add("sample_secs", "must be 1 to 60");
        }
        self.pools.standard.validate("pools.standard", faults);
        self.pools.burst.validate("pools.burst", faults);
    }

    fn validate_host(&self, faults: &mut Faults) {
        // The daemon makes the last folder itself.
        let made = self.state_dir.is_dir();
        let parent = self.state_dir.parent().filter(|_| !made);
        faults.check_dir("state_dir", parent.unwrap_or(&self.state_dir));
        if self.runtime == RuntimeChoice::Process && !self.process.agent.is_file() {
            faults.add("process.agent", format!("{} is no file", self.process.agent.display()));
        }
        if let Some(file) = self.token_file.as_ref().filter(|file| !file.is_file()) {
            faults.add("token_file", format!("{} is no file", file.display()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        carrel_service::config::parse::<Config>("compute-node", text)
            .map(|loaded| loaded.config)
            .map_err(|faults| faults.to_string())
    }

    #[test]
    fn the_example_of_the_readme_is_good() {
        let readme = include_str!("../README.md");
        let example =
            readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("example");
        let config = parse(example).expect("good");
        let wishes = config.wishes();
        assert_eq!(
            wishes.iter().map(|wish| (wish.wanted, wish.cores)).collect::<Vec<_>>(),
            [(13, 4), (16, 1)]
        );
        assert_eq!(wishes.iter().map(|wish| wish.own_cores).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn an_empty_file_is_the_racks_default() {
        let config = parse("").expect("good");
        assert_eq!(config.wishes(), Config::default().wishes());
        assert_eq!(config.runtime, RuntimeChoice::Docker);
    }

    #[test]
    fn all_faults_come_at_once() {
        let faults = parse(
            "node = \"x\"\nfrontend_url = \"ftp://x\"\nruntime = \"process\"\nsample_secs = 0\nstarts_at_once = 0\n\
             [pools.standard]\ncores = 0\nwanted = 5000\n[pools.burst]\nmemory_mib = 1\npids = 1\ndisk_mib = 1\n",
        )
        .expect_err("faults");
        for key in [
            "node",
            "frontend_url",
            "process.agent",
            "sample_secs",
            "starts_at_once",
            "pools.standard.cores",
            "pools.standard.wanted",
            "pools.burst.memory_mib",
            "pools.burst.pids",
            "pools.burst.disk_mib",
        ] {
            assert!(faults.contains(&format!("error: {key}: ")), "{key} in {faults}");
        }
        assert!(parse("no_such_key = 1").is_err());
    }
}
