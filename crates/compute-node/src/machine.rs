//! This machine: its threads and its memory.

use std::fs;
use std::path::Path;

use tracing::warn;

use crate::topology::Topology;

/// What the pools are fitted to.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Threads.
    pub topology: Topology,
    /// Bytes.
    pub memory: u64,
}

impl Machine {
    /// Reads both. What can't be read limits nothing, and says so: the engine clamps what it must.
    pub fn read() -> Self {
        let topology = Topology::read(Path::new("/sys/devices/system/cpu")).unwrap_or_else(|error| {
            warn!(error = %carrel_service::Chain(&error), "slots get no threads of their own");
            Topology::new(Vec::new())
        });
        let meminfo = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let memory = total_memory(&meminfo).unwrap_or_else(|| {
            warn!("/proc/meminfo has no MemTotal; the pools are not fitted to the memory");
            u64::MAX / 8
        });
        Self { topology, memory }
    }
}

/// `MemTotal` of `/proc/meminfo`, in bytes.
fn total_memory(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_found() {
        assert_eq!(total_memory("MemTotal:       131924040 kB\nMemFree: 1 kB\n"), Some(131_924_040 * 1024));
        assert_eq!(total_memory("MemFree: 1 kB\n"), None);
        assert_eq!(total_memory("MemTotal: x kB\n"), None);
        assert!(Machine::read().memory > 1 << 20);
    }
}
