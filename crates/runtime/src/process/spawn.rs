//! Starting a slot's process: its own group, its own user where we may, and an environment of our choosing.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, chown};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Weak};

use carrel_ids::SlotId;
use tokio::process::{Child, Command};

use super::record::Record;
use super::{Inner, LOG, members, users};
use crate::pidfd::Process;
use crate::volume::HOME;
use crate::{RuntimeError, SlotSpec, procfs, task};

/// Exit code of a process ended by SIGKILL.
pub(super) const KILLED_CODE: i32 = 137;

/// Of the node's own environment a slot gets only these.
const KEPT_ENV: [&str; 4] = ["PATH", "LANG", "LC_ALL", "TZ"];

impl Inner {
    /// Starts the slot's process; its volume and number.
    pub(super) async fn create(self: &Arc<Self>, spec: &SlotSpec) -> Result<(PathBuf, u32), RuntimeError> {
        let slot = &spec.slot;
        let _one_at_a_time = self.creating.lock().await;
        self.adopt()?;
        if self.record(slot).is_some_and(|record| record.is_alive()) {
            return Err(RuntimeError::SlotExists { slot: slot.clone() });
        }
        // Also clears strays, and remains of a dead slot.
        self.remove(slot).await?;
        let started = self.start(spec).await;
        if started.is_err()
            && let Err(error) = self.remove(slot).await
        {
            tracing::warn!(%slot, %error, "clear up after a failed start");
        }
        started
    }

    async fn start(self: &Arc<Self>, spec: &SlotSpec) -> Result<(PathBuf, u32), RuntimeError> {
        let slot = &spec.slot;
        // Held in memory before anything is awaited, so that no second slot gets the same user.
        let mut record = self.reserve(spec)?;
        let owner = record.uid.unwrap_or_else(|| rustix::process::geteuid().as_raw());
        let volume = self.volumes.create(slot, spec.limits.disk_bytes, owner).await?;
        let dir = self.slot_dir(slot);
        let fail = |source| RuntimeError::State { step: "prepare", path: dir.clone(), source };
        let log = prepare(&dir, owner).map_err(fail)?;
        record.write(&dir).map_err(fail)?;
        let mut child = self.spawn(spec, &record, &volume, log)?;
        let pid = child.id().unwrap_or(0);
        record.pid = pid;
        record.started = procfs::stat(pid).map_or(0, |stat| stat.started);
        if let Err(source) = record.write(&dir) {
            // Not yet known to anyone: it must not live on unknown.
            if let Err(error) = child.start_kill() {
                tracing::warn!(%slot, %error, "kill a process that could not be noted down");
            }
            return Err(fail(source));
        }
        self.hold(slot, record, false);
        let watcher = task::start(watch_child(Arc::downgrade(self), slot.clone(), child));
        self.watch_with(slot, watcher);
        Ok((volume, pid))
    }

    fn reserve(&self, spec: &SlotSpec) -> Result<Record, RuntimeError> {
        let dir = self.slot_dir(&spec.slot);
        let made = fs::DirBuilder::new().recursive(true).mode(0o711).create(&dir);
        let uid = match rustix::process::geteuid().is_root() {
            false => None,
            true => {
                let step = "take a user for";
                let fail = |source| RuntimeError::State { step, path: dir.clone(), source };
                let free = made.and_then(|()| users::take(&dir)).map_err(fail)?;
                let reason =
                    format!("all {} users for slots are taken: remove some slots", users::SLOT_USERS.len());
                let none = || RuntimeError::InvalidSpec { slot: spec.slot.clone(), reason };
                Some(free.ok_or_else(none)?)
            }
        };
        let record = Record {
            slot: spec.slot.to_string(),
            class: spec.class.clone(),
            labels: spec.labels.clone(),
            pid: 0,
            started: 0,
            boot: procfs::boot_id(),
            uid,
            exit: None,
        };
        // As ended, so that a start that fails tells no exit.
        self.hold(&spec.slot, record.clone(), true);
        Ok(record)
    }

    fn spawn(
        &self,
        spec: &SlotSpec,
        record: &Record,
        volume: &Path,
        log: fs::File,
    ) -> Result<Child, RuntimeError> {
        let home = volume.join(HOME);
        let (program, args) = match spec.command.as_deref() {
            Some([program, args @ ..]) => (PathBuf::from(program), args),
            _ => (self.config.agent.clone(), self.config.args.as_slice()),
        };
        let fail = |source| RuntimeError::Spawn { slot: spec.slot.clone(), program: program.clone(), source };
        let mut command = Command::new(&program);
        command.args(args).env_clear().current_dir(&home).process_group(0);
        command.envs(KEPT_ENV.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command
            .env("HOME", &home)
            .env("USER", "learner")
            .env("CARREL_HOME", &home)
            .env("CARREL_WORKSPACE", home.join("work"))
            .env("CARREL_RUN", self.slot_dir(&spec.slot).join("run"))
            .env("CARREL_LINK", spec.link_dir.join("node.sock"))
            .envs(&spec.env)
            // Last, since strays are found by it.
            .env("CARREL_SLOT", spec.slot.as_str());
        if let Some(uid) = record.uid {
            // As root this also drops all supplementary groups.
            command.uid(uid).gid(uid);
        }
        let errors = log.try_clone().map_err(fail)?;
        command.stdin(Stdio::null()).stdout(log).stderr(errors);
        command.spawn().map_err(|error| match (record.uid, error.kind()) {
            (Some(uid), io::ErrorKind::PermissionDenied) => fail(io::Error::new(
                error.kind(),
                format!(
                    "user {uid} can't reach the program or {}: let others pass through the folders above them",
                    home.display()
                ),
            )),
            _ => fail(error),
        })
    }
}

/// The slot's own folder with its run folder and log.
fn prepare(dir: &Path, owner: u32) -> io::Result<fs::File> {
    let run = dir.join("run");
    fs::DirBuilder::new().recursive(true).mode(0o711).create(dir)?;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&run)?;
    if owner != rustix::process::geteuid().as_raw() {
        chown(&run, Some(owner), Some(owner))?;
    }
    // Appending, so that shortening the file does not leave a hole.
    let log = fs::OpenOptions::new().create(true).append(true).open(dir.join(LOG))?;
    log.set_permissions(fs::Permissions::from_mode(0o600))?;
    Ok(log)
}

/// While the first process is dead but not yet waited for, its number still names the group: the rest of it goes now.
async fn await_end(inner: &Weak<Inner>, slot: &SlotId, pid: u32) {
    match Process::open(pid) {
        Ok(Some(process)) => {
            if let Err(error) = process.ended().await {
                tracing::warn!(%slot, %error, "watch the slot's process");
            }
        }
        Ok(None) => {}
        Err(error) => tracing::warn!(%slot, %error, "watch the slot's process"),
    }
    let record = inner.upgrade().and_then(|inner| inner.record(slot));
    if let Err(error) = members::kill_all(slot, record.as_ref()).await {
        tracing::warn!(%slot, %error, "kill what the slot left behind");
    }
}

async fn watch_child(inner: Weak<Inner>, slot: SlotId, mut child: Child) {
    await_end(&inner, &slot, child.id().unwrap_or(0)).await;
    let code = match child.wait().await {
        Ok(status) => code(status),
        Err(error) => {
            tracing::warn!(%slot, %error, "wait for the slot's process");
            None
        }
    };
    if let Some(inner) = inner.upgrade() {
        inner.ended(&slot, code).await;
    }
}

fn code(status: ExitStatus) -> Option<i32> {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal))
}
