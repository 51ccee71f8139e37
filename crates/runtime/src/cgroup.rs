//! A slot's use of CPU, memory and processes, read from the kernel's control group files.
//!
//! The engine's own statistics call takes a second or more per container and works only while the engine does;
//! these files answer in microseconds and always. Both hierarchies are understood: one tree per controller (v1)
//! and the unified one (v2).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where both hierarchies are mounted.
pub const CGROUP_ROOT: &str = "/sys/fs/cgroup";

/// v1 writes "no limit" as the largest multiple of a page; nothing real comes near.
const NO_LIMIT_V1: u64 = 1 << 62;

/// Where a container is in the hierarchy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CgroupPath {
    /// One path per controller.
    V1 {
        /// Under `cpuacct`.
        cpuacct: String,
        /// Under `memory`.
        memory: String,
        /// Under `pids`.
        pids: String,
    },
    /// The one path.
    V2(String),
}

impl CgroupPath {
    /// Reads `/proc/<pid>/cgroup`. Machines with both hierarchies hold their limits in v1.
    pub fn parse(text: &str) -> Option<Self> {
        let mut unified = None;
        let (mut cpuacct, mut memory, mut pids) = (None, None, None);
        for line in text.lines() {
            let mut parts = line.splitn(3, ':');
            let (number, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
            if number == "0" && controllers.is_empty() {
                unified = Some(path.to_owned());
            }
            for controller in controllers.split(',') {
                match controller {
                    "cpuacct" => cpuacct = Some(path.to_owned()),
                    "memory" => memory = Some(path.to_owned()),
                    "pids" => pids = Some(path.to_owned()),
                    _ => {}
                }
            }
        }
        match (cpuacct, memory, pids) {
            (Some(cpuacct), Some(memory), Some(pids)) => Some(Self::V1 { cpuacct, memory, pids }),
            _ => unified.map(Self::V2),
        }
    }

    /// Whether this is a group of its own for the container with this id, so that every process in it is the slot's.
    pub fn belongs_to(&self, container: &str) -> bool {
        let owns = |path: &str| !container.is_empty() && path.contains(container);
        match self {
            Self::V1 { memory, pids, .. } => owns(memory) && owns(pids),
            Self::V2(path) => owns(path),
        }
    }
}

/// What the control groups say of one slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CgroupStats {
    /// CPU time, microseconds.
    pub cpu_usec: u64,
    /// Memory without file cache that is not in active use.
    pub memory_bytes: u64,
    /// Memory limit; 0 for none.
    pub memory_limit: u64,
    /// Processes and threads.
    pub pids: u32,
    /// Processes killed for want of memory.
    pub oom_kills: u64,
}

/// Reads the files under one root (the real one, or a recording of one).
#[derive(Debug, Clone)]
pub struct CgroupReader {
    root: PathBuf,
}

impl Default for CgroupReader {
    fn default() -> Self {
        Self::new(CGROUP_ROOT)
    }
}

impl CgroupReader {
    /// A reader for the hierarchy mounted at `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// What the slot uses.
    pub fn stats(&self, path: &CgroupPath) -> io::Result<CgroupStats> {
        match path {
            CgroupPath::V1 { cpuacct, memory, pids } => {
                let cpuacct = self.dir(&["cpuacct"], cpuacct);
                let memory = self.dir(&["memory"], memory);
                let limit = number(&memory, "memory.limit_in_bytes")?;
                let used = number(&memory, "memory.usage_in_bytes")?;
                let cache = keyed(&memory, "memory.stat", "total_inactive_file")?;
                Ok(CgroupStats {
                    cpu_usec: number(&cpuacct, "cpuacct.usage")? / 1_000,
                    memory_bytes: used.saturating_sub(cache),
                    memory_limit: if limit >= NO_LIMIT_V1 { 0 } else { limit },
                    pids: narrow(number(&self.dir(&["pids"], pids), "pids.current")?),
                    oom_kills: keyed(&memory, "memory.oom_control", "oom_kill").unwrap_or(0),
                })
            }
            CgroupPath::V2(path) => {
                let dir = self.dir(&[], path);
                let used = number(&dir, "memory.current")?;
                let cache = keyed(&dir, "memory.stat", "inactive_file")?;
                Ok(CgroupStats {
                    cpu_usec: keyed(&dir, "cpu.stat", "usage_usec")?,
                    memory_bytes: used.saturating_sub(cache),
                    memory_limit: number(&dir, "memory.max")?,
                    pids: narrow(number(&dir, "pids.current")?),
                    oom_kills: keyed(&dir, "memory.events", "oom_kill")?,
                })
            }
        }
    }

    /// The processes in the slot's group, by their numbers on the host. A group that is gone holds none.
    pub fn processes(&self, path: &CgroupPath) -> io::Result<Vec<u32>> {
        let dir = match path {
            CgroupPath::V1 { pids, .. } => self.dir(&["pids"], pids),
            CgroupPath::V2(path) => self.dir(&[], path),
        };
        match fs::read_to_string(dir.join("cgroup.procs")) {
            Ok(text) => Ok(text.lines().filter_map(|line| line.parse().ok()).collect()),
            // ENODEV: the group was removed between open and read.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::NODEV.raw_os_error()) => {
                Ok(Vec::new())
            }
            // EOPNOTSUPP: the group holds threads or only groups below it; the caller has the first process.
            Err(error) => Err(error),
        }
    }

    /// Kills everything in the group and below it in one step, where the kernel can (v2 since 5.14).
    /// False when it can't.
    pub fn kill(&self, path: &CgroupPath) -> io::Result<bool> {
        let CgroupPath::V2(path) = path else { return Ok(false) };
        let file = self.dir(&[], path).join("cgroup.kill");
        match fs::OpenOptions::new().write(true).open(file) {
            Ok(mut file) => io::Write::write_all(&mut file, b"1").map(|()| true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn dir(&self, controller: &[&str], path: &str) -> PathBuf {
        let mut dir = self.root.clone();
        dir.extend(controller);
        dir.join(path.trim_start_matches('/'))
    }
}

fn invalid(dir: &Path, file: &str) -> io::Error {
    let path = dir.join(file);
    io::Error::new(io::ErrorKind::InvalidData, format!("unexpected contents of {}", path.display()))
}

fn read(dir: &Path, file: &str) -> io::Result<String> {
    fs::read_to_string(dir.join(file))
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", dir.join(file).display())))
}

/// A file that holds one number, or `max` for no limit.
fn number(dir: &Path, file: &str) -> io::Result<u64> {
    let text = read(dir, file)?;
    match text.trim() {
        "max" => Ok(0),
        text => text.parse().map_err(|_| invalid(dir, file)),
    }
}

/// One line `key value` of a file.
fn keyed(dir: &Path, file: &str, key: &str) -> io::Result<u64> {
    let text = read(dir, file)?;
    let value = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' '));
    value.and_then(|value| value.trim().parse().ok()).ok_or_else(|| invalid(dir, file))
}

fn narrow(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_hierarchies_are_told_apart() {
        let hybrid = "4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n8:pids:/docker/abc\n0::/docker/abc\n";
        let path = CgroupPath::parse(hybrid).expect("hybrid");
        assert!(matches!(&path, CgroupPath::V1 { cpuacct, .. } if cpuacct == "/docker/abc"));
        assert!(path.belongs_to("abc") && !path.belongs_to("abd") && !path.belongs_to(""));
        let unified = CgroupPath::parse("0::/system.slice/docker-abc.scope\n");
        assert_eq!(unified, Some(CgroupPath::V2("/system.slice/docker-abc.scope".to_owned())));
        assert_eq!(CgroupPath::parse(""), None);
        assert_eq!(CgroupPath::parse("garbage"), None);
    }
}
