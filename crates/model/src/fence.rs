//! Fences: of two claims on one session only the newest may have effects.

use std::fmt;

/// A number from one sequence, given out by the front-end master with each claim it sends.
///
/// After a partition an old and a new slot of one session may both run. Whoever writes for the session (a push, a
/// snapshot, a route) shows its fence, and only the newest one is let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fence(u64);

impl Fence {
    /// Older than every fence given out.
    pub const NONE: Self = Self(0);

    /// The fence with this number.
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The one after it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Fence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
