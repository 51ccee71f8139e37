//! `deploy` against machines that are scripts: the order, the drain, a host that is not well, the report.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use crate::tools::{root, run};

/// Two nodes and the door. Each fake notes its call; a file `bad-<host>` makes that host's probe fail after a switch.
const FAKES: [(&str, &str); 5] = [
    (
        "nix",
        r#"case "$1 $*" in
eval*) printf '2 door 192.0.2.10 -\n0 n01 192.0.2.11 no-n01\n1 n02 192.0.2.12 no-n02\n' ;;
build*) all=$*; host=${all#*nixosConfigurations.}; printf '/new/%s\n' "${host%%.*}" ;;
esac"#,
    ),
    (
        "ssh",
        r#"while [ "${1#-}" != "$1" ]; do shift 2; done
host=$1; shift
case "$*" in
"readlink -f /run/current-system") cat "$FAKE/runs-$host" ;;
"carrel-probe facts /new"*) cat "$FAKE/kernel" 2>/dev/null || echo same ;;
"carrel-probe facts"*) echo same ;;
carrel-probe) ! { [ -e "$FAKE/bad-$host" ] && grep -q ^/new "$FAKE/runs-$host"; } ;;
nix-env*) words=$*; words=${words#*--set }; echo "${words%% *}" > "$FAKE/runs-$host" ;;
nixos-version*) echo abc123 ;;
esac"#,
    ),
    ("nixos-rebuild", r#"flake=$3; host=$5; echo "/new/${flake#*#}" > "$FAKE/runs-$host""#),
    (
        "carrel",
        r#"case "$*" in
"node show"*) if [ -e "$FAKE/sessions" ]; then echo "session    se-abc in sl-def"; fi ;;
"session open"*)
  if [ -e "$FAKE/full" ]; then echo '{"error":{"code":"resource_exhausted"}}' >&2; exit 1; fi
  echo '{"node_id": "no-se-not", "id": "se-probe"}' ;;
esac"#,
    ),
    ("sleep", "true"),
];

struct World(tempfile::TempDir);

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        for (name, body) in FAKES {
            let text = format!("#!/bin/bash\necho \"{name} $*\" >> \"$FAKE/calls\"\n{body}\n");
            let path = dir.path().join(name);
            fs::write(&path, text).expect("write a fake");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("make it a program");
        }
        let world = Self(dir);
        for address in ["192.0.2.10", "192.0.2.11", "192.0.2.12"] {
            world.write(&format!("runs-root@{address}"), &format!("/old/{address}\n"));
        }
        world
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).expect("write a file");
    }

    fn deploy(&self, arguments: &[&str]) -> Output {
        let path = format!("{}:{}", self.path().display(), std::env::var("PATH").expect("PATH"));
        let mut bash = Command::new("bash");
        // As writeShellApplication starts it.
        bash.args(["-o", "errexit", "-o", "nounset", "-o", "pipefail"]);
        bash.arg(root().join("nixos-modules/apps/deploy.sh")).args(arguments);
        run(bash.env("FAKE", self.path()).env("PATH", path))
    }

    /// The calls whose line starts so, in order.
    fn calls(&self, start: &str) -> Vec<String> {
        let calls = fs::read_to_string(self.path().join("calls")).unwrap_or_default();
        calls.lines().filter(|line| line.starts_with(start)).map(str::to_owned).collect()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_canary_goes_first_and_the_door_last() {
    let world = World::new();
    let output = world.deploy(&["all"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let switched: Vec<_> = world
        .calls("nixos-rebuild")
        .iter()
        .map(|line| line.split_whitespace().nth(3).unwrap_or_default().to_owned())
        .collect();
    assert_eq!(switched, [".#n01", ".#n02", ".#door"]);
    let drains = world.calls("carrel node");
    assert_eq!(
        drains,
        [
            "carrel node drain no-n01",
            "carrel node undrain no-n01",
            "carrel node drain no-n02",
            "carrel node undrain no-n02"
        ]
    );
    assert_eq!(world.calls("carrel session close --force se-probe").len(), 3);
    let opened: Vec<_> = world
        .calls("carrel session open")
        .iter()
        .map(|line| line.split_once("--no-wait").map_or("", |(_, rest)| rest).trim().to_owned())
        .collect();
    assert_eq!(opened, ["--node no-n01", "--node no-n02", ""], "each on the host that was changed");
    let report = text(&output.stdout);
    assert_eq!(report.matches("changed").count(), 3, "{report}");
    assert_eq!(report.matches("abc123").count(), 3, "{report}");
}

#[test]
fn a_host_that_is_not_well_goes_back_and_the_rest_stays() {
    let world = World::new();
    world.write("bad-root@192.0.2.11", "");
    let output = world.deploy(&["all"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert_eq!(world.calls("nixos-rebuild").len(), 1, "the rest is left alone");
    let runs = |address: &str| {
        fs::read_to_string(world.path().join(format!("runs-root@{address}"))).expect("a system")
    };
    assert_eq!(runs("192.0.2.11"), "/old/192.0.2.11\n");
    assert_eq!(runs("192.0.2.12"), "/old/192.0.2.12\n");
    assert_eq!(world.calls("carrel node undrain no-n01").len(), 2, "it takes sessions again");
    let report = text(&output.stdout);
    assert!(report.contains("went back") && report.matches("waiting").count() == 2, "{report}");
}

#[test]
fn a_node_without_a_free_slot_is_well_only_if_it_holds_sessions() {
    let world = World::new();
    world.write("full", "");
    let output = world.deploy(&["n01"]);
    assert_eq!(output.status.code(), Some(1), "nothing shows that it works");
    assert!(text(&output.stderr).contains("no session opens"), "{}", text(&output.stderr));
    let world = World::new();
    world.write("full", "");
    world.write("sessions", "");
    let output = world.deploy(&["n01"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("all its slots are taken"), "{}", text(&output.stderr));
}

#[test]
fn another_kernel_waits_and_names_the_sessions_it_ends() {
    let world = World::new();
    world.write("kernel", "another\n");
    world.write("sessions", "");
    let output = world.deploy(&["--drain-limit", "1", "n02"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stderr);
    assert!(said.contains("kernel or engine change") && said.contains("may end now: se-abc"), "{said}");
}

#[test]
fn what_is_as_it_should_be_is_left_alone() {
    let world = World::new();
    world.write("runs-root@192.0.2.11", "/new/n01\n");
    let output = world.deploy(&["n01"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!((world.calls("nixos-rebuild"), world.calls("carrel ")), (Vec::new(), Vec::new()));
    assert!(text(&output.stdout).contains("as it was"));
}

#[test]
fn an_unknown_host_is_refused_before_anything_is_built() {
    let world = World::new();
    let output = world.deploy(&["n99"]);
    assert_eq!(output.status.code(), Some(64));
    assert!(text(&output.stderr).contains("has no n99"), "{}", text(&output.stderr));
    assert!(world.calls("nix build").is_empty());
    assert_eq!(world.deploy(&[]).status.code(), Some(64), "no host at all");
}
