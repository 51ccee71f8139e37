//! The session image as a node starts it: no network, read-only root, empty volumes, an ordinary user.
//!
//! These need a Docker engine and the image; without them they say that they were skipped.

mod slot;

use std::time::{Duration, Instant};

use slot::Slot;

/// Anything here takes milliseconds; a machine busy with other suites may need seconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// Starts a slot, or notes the test as skipped and leaves it.
macro_rules! slot_or_skip {
    ($test:literal) => {
        match Slot::start() {
            Some(slot) => slot,
            None => return slot::skip($test),
        }
    };
}

/// Waits until the supervisor says that the agent has been ready for over a second.
fn wait_until_settled(slot: &Slot) -> String {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let said = slot.try_sh("s6-svstat -o pid,readyfor /run/service/agent").unwrap_or_default();
        if let [pid, ready_for] = said.split_whitespace().collect::<Vec<_>>()[..]
            && ready_for.parse::<u64>().is_ok_and(|seconds| seconds >= 2)
        {
            return pid.to_owned();
        }
        assert!(Instant::now() < deadline, "the agent did not stay up: {said:?}\n{}", slot.log());
    }
}

#[test]
fn a_slot_starts_on_empty_volumes_as_an_ordinary_user() {
    let slot = slot_or_skip!("a_slot_starts_on_empty_volumes_as_an_ordinary_user");
    wait_until_settled(&slot);
    assert_eq!(slot.sh("id -u; id -g; id -un; echo $HOME"), "1000\n1000\nlearner\n/home/learner");
    assert_eq!(slot.sh("stat -c %u /nix/store /nix/var/nix"), "1000\n1000");
    assert!(slot.try_sh("touch /usr/here").is_err(), "the root file system can be written");
    assert_eq!(slot.sh("ls /sys/class/net"), "lo");
    assert_eq!(slot.sh("find / -xdev -type f -perm /6000 2>/dev/null || true"), "");
}

#[test]
fn every_promised_tool_is_there() {
    let slot = slot_or_skip!("every_promised_tool_is_there");
    for tool in [
        "git",
        "s6-svscan",
        "nix",
        "nix-build",
        "nix-shell",
        "make",
        "yosys",
        "nextpnr-ice40",
        "icepack",
        "iverilog",
        "vvp",
        "clangd",
        "python3",
        "bash",
        "curl",
        "ps",
        "less",
        "vi",
        "carrel-session-agent",
    ] {
        slot.sh(&format!("command -v {tool}"));
    }
}

#[test]
fn a_killed_agent_is_back_at_once() {
    let slot = slot_or_skip!("a_killed_agent_is_back_at_once");
    let old = wait_until_settled(&slot);
    // Timed inside the slot, where no start of a client is counted.
    let script = format!(
        "began=$(date +%s%N); kill -9 {old}
         while :; do
           pid=$(s6-svstat -o pid /run/service/agent)
           [ $pid != -1 ] && [ $pid != {old} ] && break
         done
         echo $(( ($(date +%s%N) - began) / 1000000 ))"
    );
    let milliseconds: u64 = slot.sh(&script).parse().unwrap();
    // s6 waits a whole second before it restarts what never was ready.
    assert!(milliseconds < 900, "{milliseconds} ms");
}

#[test]
fn the_sample_builds_simulates_and_its_bench_can_fail() {
    let slot = slot_or_skip!("the_sample_builds_simulates_and_its_bench_can_fail");
    slot.put_sample("blinky");
    slot.sh("cd work && make && test $(stat -c %s build/blinky.bin) -gt 30000");
    assert!(slot.sh("cd work && make sim").contains("PASS: 90 cycles checked"));
    slot.sh("cd work && make mutants");
}

#[test]
fn the_samples_environment_comes_from_its_shell_nix() {
    let slot = slot_or_skip!("the_samples_environment_comes_from_its_shell_nix");
    slot.put_sample("blinky");
    let shell = "cd work && NIX_BUILD_SHELL=/bin/bash nix-shell shell.nix --run";
    let environment = slot.sh(&format!("{shell} 'export PATH; env -0' | tr '\\0' '\\n'"));
    assert!(environment.lines().any(|line| line == "BOARD=icestick"), "{environment}");
    let path = environment.lines().find(|line| line.starts_with("PATH=")).unwrap_or_default();
    assert!(path.contains("-blinky-commands/bin:"), "{path}");
    assert_eq!(slot.sh(&format!("{shell} board-info")), "icestick: ice40-hx1k in tq144, 12 MHz");
    assert!(slot.try_sh("board-info").is_err(), "board-info is there without the environment");
}

#[test]
fn nix_build_gives_the_bitstream_that_make_gives() {
    let slot = slot_or_skip!("nix_build_gives_the_bitstream_that_make_gives");
    slot.put_sample("blinky");
    slot.sh("cd work && make && nix-build");
    slot.sh("cd work && cmp build/blinky.bin result/blinky.bin");
    assert!(slot.sh("readlink -f work/result").starts_with("/nix/store/"));
}
