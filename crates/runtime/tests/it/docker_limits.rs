//! Limits and isolation really hold in a container of a real engine.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;

use carrel_runtime::{DiskLimits, RuntimeEvent};
use futures::StreamExt;

use crate::conformance::{PATIENCE, exit_of, no_more_exits};
use crate::docker_world::{open, run_in_slot, shell};

/// Eats memory until it is stopped: `tail` keeps its last line, and there are no lines.
const EAT_MEMORY: &str = "tail -n 1 /dev/zero";

#[tokio::test]
async fn the_kernel_ends_a_slot_that_eats_too_much_memory() {
    let Some((subject, _world)) = open().await else { return };
    let mut events = subject.runtime.events();
    let mut spec = subject.spec();
    spec.limits.memory_bytes = 32 << 20;
    spec.command = Some(
        EAT_MEMORY
            .split(' ')
            .map(|word| format!("{}{word}", if word == "tail" { "/bin/" } else { "" }))
            .collect(),
    );
    subject.runtime.create(&spec).await.expect("create");
    assert_eq!(exit_of(&mut events, &spec.slot).await, (Some(137), true));
    no_more_exits(&*subject.runtime, &mut events, &spec.slot).await;
}

#[tokio::test]
async fn a_slot_survives_the_end_of_one_hungry_process() {
    let Some((subject, _world)) = open().await else { return };
    let mut events = subject.runtime.events();
    let mut spec = subject.spec();
    spec.limits.memory_bytes = 32 << 20;
    let script = format!("for i in 1 2 3 4 5; do {EAT_MEMORY}; echo $?; done");
    let (_, said) = run_in_slot(&subject, &mut spec, &script).await;
    assert_eq!(said.matches("137").count(), 5, "{said}");
    let told = async {
        loop {
            if let Some(RuntimeEvent::OutOfMemory { slot }) = events.next().await {
                return slot;
            }
        }
    };
    let told = tokio::time::timeout(PATIENCE, told).await.expect("told in time");
    assert_eq!(told, spec.slot);
    let stats = subject.runtime.stats(&spec.slot).await.expect("it lives on");
    assert!(stats.oom_kills >= 5, "{stats:?}");
    assert_eq!(stats.memory_limit, 32 << 20);
}

#[tokio::test]
async fn a_fork_bomb_stops_at_the_limit() {
    let Some((subject, _world)) = open().await else { return };
    let mut spec = subject.spec();
    spec.limits.pids = 20;
    let script = "for i in $(/bin/busybox seq 1 60); do sleep 600 & done; echo done";
    let (_, said) = run_in_slot(&subject, &mut spec, script).await;
    assert!(said.contains("fork") || said.contains("Resource"), "{said}");
    let stats = subject.runtime.stats(&spec.slot).await.expect("stats");
    assert!(stats.pids <= 20, "{stats:?}");
}

#[tokio::test]
async fn a_full_disk_is_the_slots_own() {
    let Some((subject, _world)) = open().await else { return };
    let info = subject.runtime.check().await.expect("check");
    if let DiskLimits::NotEnforced(reason) = info.disk {
        println!("SKIPPED: {reason}");
        return;
    }
    let mut spec = subject.spec();
    let script = "dd if=/dev/zero of=/nix/big bs=1M count=64; head -c 1 /dev/zero > /run/x && echo run";
    let (_, said) = run_in_slot(&subject, &mut spec, script).await;
    assert!(said.contains("No space left"), "{said}");
    assert!(said.contains("run"), "{said}");
    let stats = subject.runtime.stats(&spec.slot).await.expect("stats");
    assert!(stats.disk_limit > 24 << 20 && stats.disk_limit <= 32 << 20, "{stats:?}");
    assert!(stats.disk_bytes * 100 / stats.disk_limit >= 95, "{stats:?}");
}

#[tokio::test]
async fn cpus_and_their_time_are_limited_before_creation_returns() {
    let Some((subject, _world)) = open().await else { return };
    let mut spec = subject.spec();
    // The second of these no machine has.
    spec.limits.cpuset = Some(vec![0, 8_000]);
    spec.limits.cpu_millicores = Some(250);
    let script = "grep Cpus_allowed_list /proc/self/status; cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu.max";
    let (created, said) = run_in_slot(&subject, &mut spec, script).await;
    assert!(said.contains("Cpus_allowed_list:\t0\n"), "{said}");
    assert!(said.contains("25000"), "{said}");
    assert_eq!(created.limits.cpuset, Some(vec![0]));
    assert_eq!(created.clamped.len(), 1, "{:?}", created.clamped);
}

#[tokio::test]
async fn a_slot_is_alone() {
    let Some((subject, world)) = open().await else { return };
    let link = world.dir.path().join("link");
    let _socket = UnixListener::bind(link.join("node.sock")).expect("bind");
    fs::set_permissions(link.join("node.sock"), fs::Permissions::from_mode(0o666)).expect("chmod");
    let mut spec = subject.spec();
    let script = "
        echo interfaces: $(ls /sys/class/net)
        id
        grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status
        touch /etc/x || echo root is read-only
        touch /run/carrel/link/x || echo link is read-only
        test -S $CARREL_LINK && echo link is there
        mkdir -p $CARREL_RUN || /bin/busybox mkdir -p $CARREL_RUN && echo run is writable
        echo > /tmp/t && chmod +x /tmp/t && echo tmp is writable
        echo > /nix/n && echo > /home/learner/h && echo volume is writable
        echo $GREETING $CARREL_SLOT $HOME
        grep -c ' /tmp .*nosuid,nodev' /proc/mounts
        cat /proc/self/oom_score_adj";
    let (_, said) = run_in_slot(&subject, &mut spec, script).await;
    for wanted in [
        "interfaces: lo\n",
        "uid=1000(learner) gid=1000",
        "CapEff:\t0000000000000000",
        "CapBnd:\t0000000000000000",
        "NoNewPrivs:\t1",
        "Seccomp:\t2",
        "root is read-only",
        "link is read-only",
        "link is there",
        "run is writable",
        "tmp is writable",
        "volume is writable",
        &format!("hello {} /home/learner", spec.slot),
        "\n1\n500\n",
    ] {
        assert!(said.contains(wanted), "{wanted:?} is missing in:\n{said}");
    }
    assert!(!link.join("x").exists());
}

#[tokio::test]
async fn nothing_survives_a_kill() {
    let Some((subject, _world)) = open().await else { return };
    let mut spec = subject.spec();
    let script = "for i in 1 2 3 4 5 6 7 8; do /bin/busybox setsid sleep 600 & done";
    let (created, _) = run_in_slot(&subject, &mut spec, script).await;
    let groups = fs::read_to_string(format!("/proc/{}/cgroup", created.pid)).expect("groups");
    let path = carrel_runtime::cgroup::CgroupPath::parse(&groups).expect("path");
    let reader = carrel_runtime::cgroup::CgroupReader::default();
    assert!(reader.processes(&path).expect("processes").len() >= 9);
    subject.runtime.kill(&spec.slot).await.expect("kill");
    assert_eq!(reader.processes(&path).expect("processes"), Vec::<u32>::new());
}

#[tokio::test]
async fn cpu_time_and_memory_are_seen_from_outside() {
    let Some((subject, _world)) = open().await else { return };
    let mut spec = subject.spec();
    let script = "head -c 8000000 /dev/zero > /tmp/eight; head -c 200000000 /dev/zero | wc -c";
    let (_, said) = run_in_slot(&subject, &mut spec, script).await;
    assert!(said.contains("200000000"), "{said}");
    let stats = subject.runtime.stats(&spec.slot).await.expect("stats");
    assert!(stats.cpu_usec > 10_000, "{stats:?}");
    // Files in /tmp are memory.
    assert!(stats.memory_bytes > 8_000_000 && stats.memory_bytes < 64 << 20, "{stats:?}");
}

#[tokio::test]
async fn a_shell_as_first_process_is_not_needed_for_a_kill() {
    let Some((subject, _world)) = open().await else { return };
    let mut events = subject.runtime.events();
    let mut spec = subject.spec();
    // Deaf to everything that can be ignored.
    spec.command = shell("trap '' TERM INT HUP; while :; do sleep 1; done");
    subject.runtime.create(&spec).await.expect("create");
    subject.runtime.kill(&spec.slot).await.expect("kill");
    assert_eq!(exit_of(&mut events, &spec.slot).await, (Some(137), false));
}
