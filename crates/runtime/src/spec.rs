//! The values that cross the `Runtime` trait.

use std::collections::BTreeMap;
use std::path::PathBuf;

use carrel_ids::SlotId;

/// What a slot is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotSpec {
    /// Its id; also its name in the engine and on disk.
    pub slot: SlotId,
    /// The class it counts for, as a label, e.g. `standard`.
    pub class: String,
    /// The image to run. The process driver ignores it.
    pub image: String,
    /// What it may use.
    pub limits: Limits,
    /// Host directory that holds `node.sock`; bound read-only at [`crate::LINK_IN_SLOT`].
    pub link_dir: PathBuf,
    /// Environment of the first process, in addition to what the driver sets itself.
    pub env: BTreeMap<String, String>,
    /// Program and arguments in place of the image's entry point (or the configured agent).
    pub command: Option<Vec<String>>,
    /// More labels, handed back by `list`. Names starting with `carrel.` are the driver's.
    pub labels: BTreeMap<String, String>,
}

/// What a slot may use. Values beyond the machine are clamped and reported in [`Created::clamped`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limits {
    /// The CPUs it may run on, by number; `None` for all.
    pub cpuset: Option<Vec<u32>>,
    /// CPU time per wall time in thousandths of a core; `None` for no quota.
    pub cpu_millicores: Option<u32>,
    /// Memory, without any swap on top.
    pub memory_bytes: u64,
    /// Processes and threads.
    pub pids: u32,
    /// Size of the slot's own file system.
    pub disk_bytes: u64,
}

impl Limits {
    /// These limits made to fit a machine, and a sentence for each that had to shrink.
    pub fn clamp_to(&self, cpus: u32, machine_memory: u64) -> (Self, Vec<String>) {
        let mut fitted = self.clone();
        let mut clamped = Vec::new();
        if let Some(wanted) = &self.cpuset {
            let mut present: Vec<u32> = wanted.iter().copied().filter(|cpu| *cpu < cpus).collect();
            present.sort_unstable();
            present.dedup();
            if present.len() < wanted.len() {
                let list = render_cpus(wanted);
                clamped.push(format!("CPUs {list} wanted, the machine has 0 to {}", cpus.saturating_sub(1)));
            }
            fitted.cpuset = (!present.is_empty()).then_some(present);
        }
        let most = cpus.saturating_mul(1_000);
        if let Some(wanted) = self.cpu_millicores.filter(|wanted| *wanted > most) {
            clamped.push(format!("{wanted} millicores wanted, the machine has {most}"));
            fitted.cpu_millicores = Some(most);
        }
        if machine_memory > 0 && self.memory_bytes > machine_memory {
            let wanted = self.memory_bytes;
            clamped.push(format!("{wanted} bytes of memory wanted, the machine has {machine_memory}"));
            fitted.memory_bytes = machine_memory;
        }
        (fitted, clamped)
    }
}

/// CPUs as the kernel writes a list of them: `0,2,5`.
pub(crate) fn render_cpus(cpus: &[u32]) -> String {
    cpus.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

/// Reads `0-3,8`; `None` for anything else.
pub(crate) fn parse_cpus(text: &str) -> Option<Vec<u32>> {
    /// No machine has more; keeps a wrong range from filling memory.
    const CPUS_MAX: u32 = 8_192;
    let mut cpus = Vec::new();
    for part in text.trim().split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
        if last >= CPUS_MAX {
            return None;
        }
        cpus.extend(first..=last);
    }
    Some(cpus)
}

/// Which driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuntimeKind {
    /// Containers of a Docker engine.
    Docker,
    /// Plain processes; isolates nothing.
    Process,
    /// In memory, for tests.
    Fake,
}

impl RuntimeKind {
    /// The word used in reports and labels.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Process => "process",
            Self::Fake => "fake",
        }
    }
}

/// Which control group hierarchy holds the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CgroupVersion {
    /// One hierarchy per controller.
    V1,
    /// The unified hierarchy.
    V2,
    /// The driver uses none.
    None,
}

/// Whether a slot's disk limit holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiskLimits {
    /// Each slot has a file system of its own of fixed size.
    Enforced,
    /// Slots share the host's file system; the reason in one sentence.
    NotEnforced(String),
}

/// Who the engine is and what it can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineInfo {
    /// e.g. `docker`.
    pub name: String,
    /// The engine's own version.
    pub version: String,
    /// Which control groups it uses.
    pub cgroup: CgroupVersion,
    /// Logical CPUs.
    pub cpus: u32,
    /// Memory of the machine.
    pub memory_bytes: u64,
    /// Whether root in a slot is nobody on the host.
    pub user_namespace: bool,
    /// Whether disk limits hold.
    pub disk: DiskLimits,
}

/// A slot that has just been started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The limits that were really set.
    pub limits: Limits,
    /// One sentence for each limit that had to be made smaller to fit the machine.
    pub clamped: Vec<String>,
    /// Host directory of the slot's volume, with `home` and `nix` in it.
    pub volume: PathBuf,
    /// Host process id of the slot's first process.
    pub pid: u32,
}

/// A slot that `list` found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSlot {
    /// Its id.
    pub slot: SlotId,
    /// Its class; empty for a left-over volume.
    pub class: String,
    /// Running or dead.
    pub state: FoundState,
    /// Host directory of the slot's volume.
    pub volume: PathBuf,
    /// The CPUs it is bound to, if any.
    pub cpuset: Option<Vec<u32>>,
    /// The labels from its spec.
    pub labels: BTreeMap<String, String>,
}

/// Whether a found slot is alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundState {
    /// Alive, with its first process on the host.
    Running {
        /// Host process id.
        pid: u32,
    },
    /// Ended (or never started); `remove` it.
    Dead {
        /// Exit code (128 + signal when killed), if anyone knows it.
        code: Option<i32>,
        /// Whether the kernel killed it for want of memory.
        oom: bool,
    },
}

impl FoundState {
    /// Alive?
    pub const fn is_running(self) -> bool {
        matches!(self, Self::Running { .. })
    }
}

/// What `kill` found to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Killed {
    /// It ran; it is dead now.
    Now,
    /// It was dead before.
    Before,
    /// There is no such slot.
    Unknown,
}

/// What a slot uses right now. A limit of 0 means that none holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SlotStats {
    /// CPU time since its start, microseconds.
    pub cpu_usec: u64,
    /// Memory without reclaimable file cache.
    pub memory_bytes: u64,
    /// Memory limit.
    pub memory_limit: u64,
    /// Processes and threads.
    pub pids: u32,
    /// Used bytes of the slot's file system.
    pub disk_bytes: u64,
    /// Size of the slot's file system.
    pub disk_limit: u64,
    /// How often the kernel killed a process of the slot for want of memory.
    pub oom_kills: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_fit_the_machine_and_say_so() {
        let wanted = Limits {
            cpuset: Some(vec![3, 1, 1, 9]),
            cpu_millicores: Some(4_000),
            memory_bytes: 8 << 30,
            pids: 10,
            disk_bytes: 1,
        };
        let (fitted, clamped) = wanted.clamp_to(2, 4 << 30);
        assert_eq!(fitted.cpuset, Some(vec![1]));
        assert_eq!(fitted.cpu_millicores, Some(2_000));
        assert_eq!(fitted.memory_bytes, 4 << 30);
        assert_eq!(clamped.len(), 3, "{clamped:?}");
        let (_, clamped) = fitted.clamp_to(2, 4 << 30);
        assert!(clamped.is_empty(), "{clamped:?}");
    }

    #[test]
    fn cpu_lists_round_trip() {
        assert_eq!(parse_cpus("0-2,5\n"), Some(vec![0, 1, 2, 5]));
        assert_eq!(parse_cpus(&render_cpus(&[0, 4])), Some(vec![0, 4]));
        assert_eq!(parse_cpus(""), None);
        assert_eq!(parse_cpus("0-99999999"), None);
    }
}
