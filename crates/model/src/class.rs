//! Slot classes and egress profiles.

use std::fmt;

/// The size of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlotClass {
    /// Cores of its own.
    Standard,
    /// Small and over-subscribed, for peaks.
    Burst,
}

/// What a slot of a class gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotSize {
    /// Hardware threads.
    pub cores: u32,
    /// Memory limit in bytes.
    pub memory_bytes: u64,
    /// Most processes and threads.
    pub pids: u32,
    /// Size of the slot's own file system in bytes.
    pub disk_bytes: u64,
}

const GIB: u64 = 1 << 30;

impl SlotClass {
    /// Both classes.
    pub const ALL: [Self; 2] = [Self::Standard, Self::Burst];

    /// The size the source system of the rack gives its containers: 4 cores and 8 GB, or 1 core and 512 MB.
    pub const fn default_size(self) -> SlotSize {
        match self {
            Self::Standard => SlotSize { cores: 4, memory_bytes: 8 * GIB, pids: 512, disk_bytes: 8 * GIB },
            Self::Burst => SlotSize { cores: 1, memory_bytes: GIB / 2, pids: 256, disk_bytes: 2 * GIB },
        }
    }

    /// Its name in labels, metrics and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Burst => "burst",
        }
    }

    /// The class of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }
}

impl fmt::Display for SlotClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a slot may reach through its node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Egress {
    /// The git service and the Nix caches.
    Default,
    /// The git service only.
    Exam,
}
