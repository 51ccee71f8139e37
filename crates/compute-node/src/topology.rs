//! The machine's threads: which core and socket each belongs to.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// One hardware thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thread {
    /// The kernel's number for it.
    pub cpu: u32,
    /// Its core, unique within its socket.
    pub core: u32,
    /// Its socket.
    pub socket: u32,
}

/// All threads of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topology {
    threads: Vec<Thread>,
}

/// Why the machine could not be read.
#[derive(Debug, thiserror::Error)]
#[error("read the processor topology at {path}")]
pub struct TopologyError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

impl Topology {
    /// These threads.
    pub fn new(threads: Vec<Thread>) -> Self {
        Self { threads }
    }

    /// This machine, from `/sys/devices/system/cpu`; threads that are offline are left out.
    pub fn read(root: &Path) -> Result<Self, TopologyError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| TopologyError { path, source }
        };
        let mut threads = Vec::new();
        for entry in fs::read_dir(root).map_err(failed(root))? {
            let entry = entry.map_err(failed(root))?;
            let name = entry.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix("cpu")).and_then(|n| n.parse().ok());
            let Some(cpu) = number else { continue };
            let dir = entry.path().join("topology");
            // An offline thread has no topology.
            let (Some(core), Some(socket)) =
                (number_in(&dir, "core_id"), number_in(&dir, "physical_package_id"))
            else {
                continue;
            };
            threads.push(Thread { cpu, core, socket });
        }
        threads.sort_by_key(|thread| thread.cpu);
        Ok(Self { threads })
    }

    /// From the output of `lscpu -p=CPU,CORE,SOCKET`; for fixtures.
    pub fn from_table(table: &str) -> Option<Self> {
        let rows = table.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        let threads = rows.map(|row| {
            let mut numbers = row.split(',').map(|number| number.trim().parse().ok());
            Some(Thread { cpu: numbers.next()??, core: numbers.next()??, socket: numbers.next()?? })
        });
        Some(Self { threads: threads.collect::<Option<_>>()? })
    }

    /// How many threads.
    pub fn len(&self) -> u32 {
        u32::try_from(self.threads.len()).unwrap_or(u32::MAX)
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.threads.is_empty()
    }

    /// The threads of each core, core by core, socket by socket.
    pub fn sockets(&self) -> Vec<Vec<Vec<u32>>> {
        let mut sockets: BTreeMap<u32, BTreeMap<u32, Vec<u32>>> = BTreeMap::new();
        for thread in &self.threads {
            sockets.entry(thread.socket).or_default().entry(thread.core).or_default().push(thread.cpu);
        }
        sockets.into_values().map(|cores| cores.into_values().collect()).collect()
    }
}

fn number_in(dir: &Path, file: &str) -> Option<u32> {
    let text = fs::read_to_string(dir.join(file)).ok()?;
    // Virtual machines say -1 where they have no sockets.
    text.trim().parse::<i64>().ok().map(|number| u32::try_from(number).unwrap_or(0))
}

/// CPUs as people and the kernel write them: `0-3,8`.
pub fn cpu_list(cpus: &[u32]) -> String {
    let mut sorted = cpus.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for cpu in sorted {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == cpu => *last = cpu,
            _ => ranges.push((cpu, cpu)),
        }
    }
    let written = ranges
        .iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") });
    written.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_written_as_ranges() {
        assert_eq!(cpu_list(&[8, 0, 1, 3, 2, 8]), "0-3,8");
        assert_eq!(cpu_list(&[]), "");
    }

    #[test]
    fn this_machine_can_be_read() {
        let topology = Topology::read(Path::new("/sys/devices/system/cpu")).expect("sysfs");
        let online = std::thread::available_parallelism().expect("parallelism").get();
        assert!(topology.len() as usize >= online);
        assert_eq!(topology.sockets().concat().concat().len(), topology.len() as usize);
    }

    #[test]
    fn a_recorded_tree_without_topology_files_is_left_out() {
        let root = tempfile::tempdir().expect("temporary directory");
        for (cpu, online) in [("cpu0", true), ("cpu1", false), ("cpufreq", false)] {
            let dir = root.path().join(cpu).join("topology");
            fs::create_dir_all(&dir).expect("directory");
            if online {
                fs::write(dir.join("core_id"), "0\n").expect("write");
                fs::write(dir.join("physical_package_id"), "-1\n").expect("write");
            }
        }
        let topology = Topology::read(root.path()).expect("read");
        assert_eq!(topology.threads, [Thread { cpu: 0, core: 0, socket: 0 }]);
    }
}
