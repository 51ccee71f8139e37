//! The end of a slot, without the engine: SIGKILL to its first process, and wait until the last one is dead.
//!
//! The first process is the init of the slot's pid namespace. When it dies the kernel kills all others in there and
//! lets it go only after the last of them, so its end is the end of all. The control group is looked at afterwards
//! all the same: what is in there and alive gets killed too.

use std::time::Duration;

use bollard::query_parameters::KillContainerOptions;
use carrel_ids::SlotId;
use tokio::time::{Instant, sleep, timeout_at};

use super::Inner;
use super::engine::{KILL, refusal};
use super::table::{self, Alive, Known};
use crate::pidfd::Process;
use crate::{Killed, RuntimeError, procfs};

/// Only a process stuck in the kernel (a dead disk) outlives SIGKILL this long.
const DEATH_LIMIT: Duration = Duration::from_secs(15);
/// The group is nearly always empty at the first look.
const LOOK_FIRST: Duration = Duration::from_millis(1);
const LOOK_AT_MOST_EVERY: Duration = Duration::from_millis(20);

impl Inner {
    pub(super) async fn kill(&self, slot: &SlotId) -> Result<Killed, RuntimeError> {
        let (container, alive) = match self.find(slot).await? {
            None => return Ok(Killed::Unknown),
            Some(Known::Ended { .. }) => return Ok(Killed::Before),
            Some(Known::Unseen { container }) => return self.kill_unseen(slot, &container).await,
            Some(Known::Running { container, alive }) => (container, alive),
        };
        let fail = |source| RuntimeError::Kill { slot: slot.clone(), source };
        self.table.mark_killed(slot);
        let deadline = Instant::now() + DEATH_LIMIT;
        let first = Process::open(alive.pid).map_err(fail)?;
        // The handle is taken before the look, so a number that has been reused can't fool us.
        let first = first.filter(|_| table::alive(alive.pid, &container).is_some());
        let was_alive = first.is_some();
        if let Some(first) = first {
            if let Err(error) = self.cgroups.kill(&alive.cgroup) {
                tracing::debug!(%slot, %error, "kill the control group at once");
            }
            match first.kill() {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                    self.kill_through_engine(&container).await?;
                }
                Err(error) => return Err(fail(error)),
            }
            if let Ok(ended) = timeout_at(deadline, first.ended()).await {
                ended.map_err(fail)?;
            }
        }
        self.wait_until_empty(slot, &alive, deadline).await?;
        Ok(if was_alive { Killed::Now } else { Killed::Before })
    }

    /// Where the engine's processes are hidden from us only the engine can kill them, and say that they are dead.
    async fn kill_unseen(&self, slot: &SlotId, container: &str) -> Result<Killed, RuntimeError> {
        self.table.mark_killed(slot);
        self.kill_through_engine(container).await?;
        let deadline = Instant::now() + DEATH_LIMIT;
        while let Some(seen) = self.inspect(slot).await?.filter(|seen| seen.state.is_running()) {
            if Instant::now() >= deadline {
                return Err(RuntimeError::StillAlive { slot: seen.slot, processes: 1, limit: DEATH_LIMIT });
            }
            sleep(LOOK_AT_MOST_EVERY).await;
        }
        Ok(Killed::Now)
    }

    /// A node that is not root may not signal the slot's processes itself.
    async fn kill_through_engine(&self, container: &str) -> Result<(), RuntimeError> {
        let options = KillContainerOptions { signal: "KILL".to_owned() };
        let killed = self.engine.call(KILL, container, |client| async move {
            client.kill_container(container, Some(options)).await
        });
        match killed.await {
            // 404, 409: it is gone, or no longer running.
            Err(error) if matches!(refusal(&error), Some(404 | 409)) => Ok(()),
            done => done,
        }
    }

    async fn wait_until_empty(
        &self,
        slot: &SlotId,
        alive: &Alive,
        deadline: Instant,
    ) -> Result<(), RuntimeError> {
        let mut pause = LOOK_FIRST;
        loop {
            let listed = self.cgroups.processes(&alive.cgroup);
            let listed = listed.map_err(|source| RuntimeError::Kill { slot: slot.clone(), source })?;
            let left: Vec<u32> = listed
                .into_iter()
                .filter(|pid| procfs::stat(*pid).is_some_and(|stat| stat.is_alive()))
                .collect();
            if left.is_empty() {
                return Ok(());
            }
            if Instant::now() >= deadline {
                let (slot, processes) = (slot.clone(), left.len());
                return Err(RuntimeError::StillAlive { slot, processes, limit: DEATH_LIMIT });
            }
            for pid in left {
                self.kill_one(pid, alive);
            }
            sleep(pause).await;
            pause = (pause * 2).min(LOOK_AT_MOST_EVERY);
        }
    }

    /// Kills one process of the group; what fails is tried again with the next look.
    fn kill_one(&self, pid: u32, alive: &Alive) {
        let Ok(Some(process)) = Process::open(pid) else { return };
        let members = self.cgroups.processes(&alive.cgroup).unwrap_or_default();
        if members.contains(&pid)
            && let Err(error) = process.kill()
        {
            tracing::debug!(pid, %error, "kill a process of a slot");
        }
    }
}
