//! What a process uses, as the kernel counts it.

use std::io;
use std::time::Duration;

use rustix::process::Pid;

/// CPU time of all threads.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cpu {
    /// To the microsecond, from the scheduler.
    pub(super) total: Duration,
    /// In user mode, in ticks of some milliseconds.
    pub(super) user: Duration,
    /// Both modes in ticks: what `user` is a share of.
    ticked: Duration,
}

impl Cpu {
    /// What a process has used since it started.
    pub(super) fn of(pid: Pid) -> io::Result<Self> {
        let pid = pid.as_raw_nonzero();
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
        let (user, system) = ticks(&stat).ok_or(io::ErrorKind::InvalidData)?;
        let per_second = rustix::param::clock_ticks_per_second() as f64;
        let seconds = |ticks: u64| Duration::from_secs_f64(ticks as f64 / per_second);
        let mut nanos = 0;
        for task in std::fs::read_dir(format!("/proc/{pid}/task"))? {
            // A thread may end at any time.
            let text = std::fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
            nanos += text.split(' ').next().and_then(|first| first.parse::<u64>().ok()).unwrap_or(0);
        }
        let total = Duration::from_nanos(nanos);
        Ok(Self { total, user: seconds(user), ticked: seconds(user + system) })
    }

    /// Since an earlier moment.
    pub(super) fn since(self, before: Self) -> Self {
        let ticked = self.ticked.saturating_sub(before.ticked);
        let total = self.total.saturating_sub(before.total);
        // Where the scheduler keeps no count, or a thread has taken its own with it.
        let total = if total < ticked / 2 { ticked } else { total };
        Self { total, user: self.user.saturating_sub(before.user), ticked }
    }
}

fn ticks(stat: &str) -> Option<(u64, u64)> {
    // The name may hold blanks; it ends at the last parenthesis.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// Resident bytes now, and the most there were since [`forget_peak`].
pub(super) fn memory(pid: Pid) -> io::Result<(u64, u64)> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero()))?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
    };
    let both = field("VmRSS:").zip(field("VmHWM:"));
    both.ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// The most memory is counted from now on.
pub(super) fn forget_peak(pid: Pid) -> io::Result<()> {
    std::fs::write(format!("/proc/{}/clear_refs", pid.as_raw_nonzero()), "5")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_lines_are_read() {
        let line = "7 (a (b) c) S 1 1 1 0 -1 4194560 100 0 0 0 31 42 0 0 20 0 1 0 5 6 7";
        assert_eq!(ticks(line), Some((31, 42)));
        let me = rustix::process::getpid();
        let (now, most) = memory(me).expect("this process has a status");
        assert!(now > 0 && most >= now / 2);
        assert!(Cpu::of(me).expect("and counters").total > Duration::ZERO);
    }
}
