//! Which processes belong to a slot, and how they are all killed.
//!
//! Three marks, since a process can shed each of the first two: the process group, `CARREL_SLOT` in the environment,
//! and, where the node is root, a user id of the slot's own, which can't be shed.

use std::io;
use std::time::Duration;

use carrel_ids::SlotId;
use tokio::time::{Instant, sleep};

use super::record::Record;
use crate::RuntimeError;
use crate::pidfd::Process;
use crate::procfs::{self, Stat};

/// Only a process stuck in the kernel, or a fork bomb, outlives SIGKILL this long.
const DEATH_LIMIT: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// The slot's living processes.
pub(super) fn members(slot: &SlotId, record: Option<&Record>) -> io::Result<Vec<(u32, Stat)>> {
    let mark = format!("CARREL_SLOT={slot}");
    let group = record.filter(|record| record.owns_group()).map(|record| record.pid);
    let user = record.and_then(|record| record.uid);
    let me = std::process::id();
    let mut found = Vec::new();
    for pid in procfs::pids()? {
        let Some(stat) = procfs::stat(pid).filter(Stat::is_alive) else { continue };
        let ours = Some(stat.group) == group
            || user.is_some_and(|user| procfs::uid(pid) == Some(user))
            || procfs::has_env(pid, &mark);
        if ours && pid != me {
            found.push((pid, stat));
        }
    }
    Ok(found)
}

/// Kills them all and returns once none is alive; how many there were at the first look.
pub(super) async fn kill_all(slot: &SlotId, record: Option<&Record>) -> Result<usize, RuntimeError> {
    let fail = |source| RuntimeError::Kill { slot: slot.clone(), source };
    let deadline = Instant::now() + DEATH_LIMIT;
    let mut first = None;
    loop {
        let left = members(slot, record).map_err(fail)?;
        let found = *first.get_or_insert(left.len());
        if left.is_empty() {
            return Ok(found);
        }
        if Instant::now() >= deadline {
            let (slot, processes) = (slot.clone(), left.len());
            return Err(RuntimeError::StillAlive { slot, processes, limit: DEATH_LIMIT });
        }
        for (pid, seen) in &left {
            // The handle first, then the look: a number that was reused in between is let be.
            let Some(process) = Process::open(*pid).map_err(fail)? else { continue };
            if procfs::stat(*pid).is_some_and(|now| now.started == seen.started) {
                process.kill().map_err(fail)?;
            }
        }
        sleep(LOOK_EVERY).await;
    }
}
