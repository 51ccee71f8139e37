//! From a slot's spec to the engine's description of a container, and back.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use bollard::models::{
    ContainerCreateBody, ContainerInspectResponse, HostConfig, HostConfigLogConfig, Mount, MountBindOptions,
    MountBindOptionsPropagationEnum, MountType, ResourcesUlimits, RestartPolicy, RestartPolicyNameEnum,
};
use carrel_ids::{NodeId, SlotId};

use crate::spec::{parse_cpus, render_cpus};
use crate::volume::{HOME, NIX};
use crate::{FoundSlot, FoundState, HOME_IN_SLOT, LEARNER_UID, LINK_IN_SLOT, Limits, NIX_IN_SLOT, SlotSpec};

pub(super) const LABEL_SLOT: &str = "carrel.slot";
pub(super) const LABEL_CLASS: &str = "carrel.class";
pub(super) const LABEL_NODE: &str = "carrel.node";
/// Labels under this are the driver's own.
pub(super) const LABEL_PREFIX: &str = "carrel.";

/// `/run` holds sockets, pid files and the supervisor's folders.
const RUN_BYTES: u64 = 32 << 20;
/// `/tmp` counts against the slot's memory, so it is a quarter of that, within these bounds.
const TMP_BYTES: std::ops::RangeInclusive<u64> = (16 << 20)..=(1 << 30);
/// Editors, watchers and builds want many; the host's own table is far larger.
const OPEN_FILES: u64 = 65_536;
/// Slots die before the node, the engine and the host's own services when the host runs out of memory.
const OOM_SCORE: i64 = 500;

/// The container's name in the engine.
pub(super) fn name(slot: &SlotId) -> String {
    format!("carrel-{slot}")
}

/// What the container is made of, beside its spec.
pub(super) struct Parts<'a> {
    pub(super) node: &'a NodeId,
    pub(super) limits: &'a Limits,
    pub(super) volume: &'a Path,
}

/// The engine's description of the slot.
pub(super) fn body(spec: &SlotSpec, parts: &Parts<'_>) -> ContainerCreateBody {
    let learner = format!("{LEARNER_UID}:{LEARNER_UID}");
    let (entrypoint, cmd) = match &spec.command {
        Some(command) => (Some(command.clone()), Some(Vec::new())),
        None => (None, None),
    };
    ContainerCreateBody {
        image: Some(spec.image.clone()),
        hostname: Some(spec.slot.to_string()),
        user: Some(learner),
        env: Some(environment(spec)),
        entrypoint,
        cmd,
        working_dir: Some(HOME_IN_SLOT.to_owned()),
        labels: Some(labels(spec, parts.node)),
        network_disabled: Some(true),
        host_config: Some(host_config(spec, parts)),
        ..ContainerCreateBody::default()
    }
}

fn environment(spec: &SlotSpec) -> Vec<String> {
    let mut env = BTreeMap::from([
        ("HOME".to_owned(), HOME_IN_SLOT.to_owned()),
        ("USER".to_owned(), "learner".to_owned()),
        ("CARREL_SLOT".to_owned(), spec.slot.to_string()),
        ("CARREL_LINK".to_owned(), format!("{LINK_IN_SLOT}/node.sock")),
        ("CARREL_HOME".to_owned(), HOME_IN_SLOT.to_owned()),
        ("CARREL_WORKSPACE".to_owned(), format!("{HOME_IN_SLOT}/work")),
        ("CARREL_RUN".to_owned(), "/run/carrel-agent".to_owned()),
    ]);
    env.extend(spec.env.clone());
    env.into_iter().map(|(name, value)| format!("{name}={value}")).collect()
}

fn labels(spec: &SlotSpec, node: &NodeId) -> HashMap<String, String> {
    let mut labels: HashMap<String, String> = spec.labels.clone().into_iter().collect();
    labels.insert(LABEL_SLOT.to_owned(), spec.slot.to_string());
    labels.insert(LABEL_CLASS.to_owned(), spec.class.clone());
    labels.insert(LABEL_NODE.to_owned(), node.to_string());
    labels
}

fn host_config(spec: &SlotSpec, parts: &Parts<'_>) -> HostConfig {
    let limits = parts.limits;
    let memory = whole(limits.memory_bytes);
    let ulimit = |name: &str, value| ResourcesUlimits {
        name: Some(name.to_owned()),
        soft: Some(value),
        hard: Some(value),
    };
    HostConfig {
        network_mode: Some("none".to_owned()),
        cap_drop: Some(vec!["ALL".to_owned()]),
        security_opt: Some(vec!["no-new-privileges".to_owned()]),
        privileged: Some(false),
        readonly_rootfs: Some(true),
        init: Some(false),
        auto_remove: Some(false),
        restart_policy: Some(RestartPolicy {
            name: Some(RestartPolicyNameEnum::NO),
            maximum_retry_count: None,
        }),
        memory: Some(memory),
        // The same value means: no swap on top.
        memory_swap: Some(memory),
        nano_cpus: limits.cpu_millicores.map(|millicores| i64::from(millicores) * 1_000_000),
        cpuset_cpus: limits.cpuset.as_deref().map(render_cpus),
        pids_limit: Some(i64::from(limits.pids)),
        oom_score_adj: Some(OOM_SCORE),
        ulimits: Some(vec![ulimit("nofile", open_files()), ulimit("core", 0)]),
        // What the agent says about itself, and no more than that.
        log_config: Some(HostConfigLogConfig {
            typ: Some("local".to_owned()),
            config: Some(HashMap::from([
                ("max-size".to_owned(), "256k".to_owned()),
                ("max-file".to_owned(), "1".to_owned()),
                ("compress".to_owned(), "false".to_owned()),
            ])),
        }),
        tmpfs: Some(HashMap::from([
            ("/tmp".to_owned(), tmpfs(tmp_bytes(limits.memory_bytes), "1777")),
            ("/run".to_owned(), tmpfs(RUN_BYTES, "755")),
        ])),
        mounts: Some(vec![
            bind(&parts.volume.join(HOME), HOME_IN_SLOT, false),
            bind(&parts.volume.join(NIX), NIX_IN_SLOT, false),
            bind(&spec.link_dir, LINK_IN_SLOT, true),
        ]),
        ..HostConfig::default()
    }
}

/// `exec`, since builds run what they put into `/tmp` and the supervisor what it puts into `/run`.
fn tmpfs(bytes: u64, mode: &str) -> String {
    format!("rw,nosuid,nodev,exec,size={bytes},uid={LEARNER_UID},gid={LEARNER_UID},mode={mode}")
}

fn tmp_bytes(memory: u64) -> u64 {
    (memory / 4).clamp(*TMP_BYTES.start(), *TMP_BYTES.end())
}

/// A mount rather than a `binds` entry: the engine then refuses a missing source instead of making a directory.
fn bind(source: &Path, target: &str, read_only: bool) -> Mount {
    Mount {
        typ: Some(MountType::BIND),
        source: Some(source.to_string_lossy().into_owned()),
        target: Some(target.to_owned()),
        read_only: Some(read_only),
        bind_options: Some(MountBindOptions {
            propagation: Some(MountBindOptionsPropagationEnum::RPRIVATE),
            ..MountBindOptions::default()
        }),
        ..Mount::default()
    }
}

/// Where root itself is held below that number (a machine within a machine), the engine could not start a slot with it.
fn open_files() -> i64 {
    let own = rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum;
    whole(own.unwrap_or(OPEN_FILES).min(OPEN_FILES))
}

fn whole(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// What an inspection tells about one of our slots.
#[derive(Debug, Clone)]
pub(super) struct Inspected {
    pub(super) container: String,
    pub(super) slot: SlotId,
    pub(super) state: FoundState,
    class: String,
    cpuset: Option<Vec<u32>>,
    labels: BTreeMap<String, String>,
}

impl Inspected {
    /// `None` for a container that is not a slot of this node.
    pub(super) fn read(found: ContainerInspectResponse, node: &NodeId) -> Option<Self> {
        let container = found.id?;
        let mut labels: BTreeMap<String, String> = found.config?.labels?.into_iter().collect();
        let slot = labels.get(LABEL_SLOT)?.parse().ok()?;
        if labels.get(LABEL_NODE)? != node.as_str() {
            return None;
        }
        let class = labels.remove(LABEL_CLASS).unwrap_or_default();
        labels.retain(|label, _| !label.starts_with(LABEL_PREFIX));
        let cpus = found.host_config.and_then(|host| host.cpuset_cpus).unwrap_or_default();
        let state = found.state.unwrap_or_default();
        let pid = state.pid.and_then(|pid| u32::try_from(pid).ok()).unwrap_or(0);
        let started = state.started_at.is_some_and(|at| !at.starts_with("0001-"));
        let state = if state.running == Some(true) && pid > 0 {
            FoundState::Running { pid }
        } else {
            let code = state.exit_code.and_then(|code| i32::try_from(code).ok());
            FoundState::Dead { code: code.filter(|_| started), oom: state.oom_killed.unwrap_or(false) }
        };
        Some(Self { container, slot, state, class, cpuset: parse_cpus(&cpus), labels })
    }

    /// Just the state, for tests.
    #[cfg(test)]
    pub(super) fn bare(container: &str, slot: SlotId, state: FoundState) -> Self {
        let (class, cpuset, labels) = (String::new(), None, BTreeMap::new());
        Self { container: container.to_owned(), slot, state, class, cpuset, labels }
    }

    /// As a listing shows it.
    pub(super) fn found(self, volume: PathBuf) -> FoundSlot {
        FoundSlot {
            slot: self.slot,
            class: self.class,
            state: self.state,
            volume,
            cpuset: self.cpuset,
            labels: self.labels,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tmp_is_a_quarter_of_memory_within_bounds() {
        assert_eq!(tmp_bytes(512 << 20), 128 << 20);
        assert_eq!(tmp_bytes(1 << 20), 16 << 20);
        assert_eq!(tmp_bytes(64 << 30), 1 << 30);
    }

    #[test]
    fn nothing_in_the_body_is_left_to_the_engines_defaults_where_it_matters() {
        let spec = SlotSpec {
            slot: "sl-1".parse().expect("id"),
            class: "burst".to_owned(),
            image: "i".to_owned(),
            limits: Limits::default(),
            link_dir: PathBuf::from("/l"),
            env: BTreeMap::from([("HOME".to_owned(), "/elsewhere".to_owned())]),
            command: None,
            labels: BTreeMap::new(),
        };
        let limits = Limits {
            cpuset: Some(vec![0, 1]),
            cpu_millicores: Some(500),
            memory_bytes: 64 << 20,
            pids: 7,
            disk_bytes: 0,
        };
        let node = "no-a".parse().expect("id");
        let parts = Parts { node: &node, limits: &limits, volume: Path::new("/v") };
        let body = body(&spec, &parts);
        let env = body.env.expect("env");
        assert!(env.contains(&"HOME=/elsewhere".to_owned()), "{env:?}");
        assert!(env.contains(&"CARREL_SLOT=sl-1".to_owned()), "{env:?}");
        let host = body.host_config.expect("host config");
        assert_eq!(host.memory, host.memory_swap);
        assert_eq!(host.nano_cpus, Some(500_000_000));
        assert_eq!(host.cpuset_cpus.as_deref(), Some("0,1"));
        assert_eq!(host.pids_limit, Some(7));
        let mounts = host.mounts.expect("mounts");
        let link = mounts.iter().find(|mount| mount.target.as_deref() == Some(LINK_IN_SLOT));
        assert_eq!(link.expect("link").read_only, Some(true));
        assert_eq!(body.labels.expect("labels")[LABEL_NODE], "no-a");
    }
}
