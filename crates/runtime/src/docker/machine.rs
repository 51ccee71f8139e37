//! What the engine says of itself and of the machine; asked once, and again by every `check`.

use std::sync::{Mutex, PoisonError};

use bollard::models::{SystemInfo, SystemInfoCgroupVersionEnum};

use super::Inner;
use super::engine::INFO;
use crate::{CgroupVersion, EngineInfo, LEARNER_UID, RuntimeError};

/// The facts that `create` needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) cpus: u32,
    pub(super) memory: u64,
    /// The learner's user id as the host sees it.
    pub(super) owner: u32,
    /// One sentence for each kind of limit that this engine or kernel can't set.
    pub(super) unable: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) struct Machine {
    facts: Mutex<Option<Facts>>,
}

impl Inner {
    pub(super) async fn info(&self) -> Result<SystemInfo, RuntimeError> {
        let info = self.engine.call(INFO, "the engine", |client| async move { client.info().await });
        let info = info.await?;
        let facts = facts(&info);
        *self.machine.facts.lock().unwrap_or_else(PoisonError::into_inner) = Some(facts);
        Ok(info)
    }

    pub(super) async fn facts(&self) -> Result<Facts, RuntimeError> {
        let held = self.machine.facts.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match held {
            Some(facts) => Ok(facts),
            None => Ok(facts(&self.info().await?)),
        }
    }

    pub(super) async fn check(&self) -> Result<EngineInfo, RuntimeError> {
        let info = self.info().await?;
        let Facts { cpus, memory, .. } = facts(&info);
        Ok(EngineInfo {
            name: "docker".to_owned(),
            version: info.server_version.clone().unwrap_or_default(),
            cgroup: match info.cgroup_version {
                Some(SystemInfoCgroupVersionEnum::_2) => CgroupVersion::V2,
                _ => CgroupVersion::V1,
            },
            cpus,
            memory_bytes: memory,
            user_namespace: has_user_namespace(&info),
            disk: self.volumes.limits().clone(),
        })
    }
}

fn facts(info: &SystemInfo) -> Facts {
    let limits = [
        ("memory", info.memory_limit),
        ("processes", info.pids_limit),
        ("CPU time", info.cpu_cfs_quota),
        ("CPUs", info.cpu_set),
    ];
    let unable = limits
        .into_iter()
        .filter(|(_, able)| *able == Some(false))
        .map(|(what, _)| format!("the engine cannot limit {what} on this kernel"))
        .collect();
    Facts {
        cpus: info.ncpu.and_then(|cpus| u32::try_from(cpus).ok()).filter(|cpus| *cpus > 0).unwrap_or(1),
        memory: info.mem_total.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(0),
        owner: user_base(info) + LEARNER_UID,
        unable,
    }
}

fn has_user_namespace(info: &SystemInfo) -> bool {
    let options = info.security_options.as_deref().unwrap_or_default();
    options.iter().any(|option| option.split(',').any(|part| part == "name=userns"))
}

/// The host's user id of root in a container. The engine tells it only through the name of its data folder, which
/// ends in `<uid>.<gid>` when it remaps users.
fn user_base(info: &SystemInfo) -> u32 {
    if !has_user_namespace(info) {
        return 0;
    }
    let dir = info.docker_root_dir.as_deref().unwrap_or_default();
    let last = dir.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    last.split_once('.').and_then(|(uid, _)| uid.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remapped_learner_is_found_in_the_data_folders_name() {
        let mut info = SystemInfo {
            docker_root_dir: Some("/var/lib/docker/165536.165536".to_owned()),
            security_options: Some(vec!["name=seccomp,profile=default".to_owned()]),
            ..SystemInfo::default()
        };
        assert_eq!(facts(&info).owner, LEARNER_UID);
        info.security_options = Some(vec!["name=userns".to_owned()]);
        assert_eq!(facts(&info).owner, 165_536 + LEARNER_UID);
    }

    #[test]
    fn a_limit_the_engine_cannot_set_is_said() {
        let info = SystemInfo { pids_limit: Some(false), ..SystemInfo::default() };
        assert_eq!(facts(&info).unable, ["the engine cannot limit processes on this kernel"]);
    }
}
