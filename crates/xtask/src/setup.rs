//! What the machine must have; what is missing is installed after saying so, or named with what is skipped for it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::steps::{Steps, output};

/// A program that some suite needs.
struct Need {
    tool: &'static str,
    /// Debian packages that have it; the first one that apt knows is taken.
    packages: &'static [&'static str],
    /// What cannot be done without it.
    without: &'static str,
}

const SLOTS: &str = "the session image and every test on a Docker engine";

const RACK: &str = "rack of two machines under a real systemd";

const WATCHED: &str = "alert that really fires on that rack";

const NEEDS: [Need; 20] = [
    Need { tool: "git", packages: &["git"], without: "git hosting and every test that clones or pushes" },
    // Debian 13 has the client apart from the engine.
    Need { tool: "docker", packages: &["docker-cli", "docker.io"], without: SLOTS },
    Need { tool: "dockerd", packages: &["docker.io"], without: SLOTS },
    Need { tool: "iptables", packages: &["iptables"], without: SLOTS },
    Need { tool: "mmdebstrap", packages: &["mmdebstrap"], without: SLOTS },
    Need { tool: "setpriv", packages: &["util-linux"], without: SLOTS },
    Need { tool: "mkfs.ext4", packages: &["e2fsprogs"], without: "slots with a disk limit" },
    Need { tool: "losetup", packages: &["mount"], without: "slots with a disk limit" },
    Need {
        tool: "nix-build",
        packages: &["nix-bin"],
        without: "tests of the repository's environment outside a slot",
    },
    Need { tool: "chromium", packages: &["chromium"], without: "stories in a browser" },
    Need { tool: "systemctl", packages: &["systemd"], without: RACK },
    Need { tool: "dbus-daemon", packages: &["dbus"], without: RACK },
    Need { tool: "ip", packages: &["iproute2"], without: RACK },
    Need { tool: "nginx", packages: &["nginx-light"], without: RACK },
    Need { tool: "nft", packages: &["nftables"], without: RACK },
    Need { tool: "python3", packages: &["python3"], without: RACK },
    Need { tool: "promtool", packages: &["prometheus"], without: "tests of the alert rules" },
    Need { tool: "prometheus-node-exporter", packages: &["prometheus-node-exporter"], without: WATCHED },
    Need { tool: "jq", packages: &["jq"], without: WATCHED },
    // Found by this: the server's own programs are in a folder of their version.
    Need {
        tool: "pg_lsclusters",
        packages: &["postgresql"],
        without: "tests of documents kept in PostgreSQL",
    },
];

/// Folders of system programs, which an ordinary user's PATH may lack.
const SYSTEM_FOLDERS: [&str; 3] = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/// A mirror that stumbles once is no reason to start all over.
const RETRIES: &str = "Acquire::Retries=3";

/// What set-up left open.
#[derive(Debug, Default)]
pub struct Ready {
    /// A line for each thing that is missing, with what is skipped for it.
    pub missing: Vec<String>,
}

/// Installs what is missing if this may be done here, else names it.
pub fn prepare(steps: &Steps) -> Result<Ready, Error> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| find(need.tool).is_none()).collect();
    if missing.is_empty() {
        return Ok(Ready::default());
    }
    if may_install() {
        install(steps, &missing)?;
        return Ok(Ready::default());
    }
    let missing = missing.iter().map(|need| describe(need)).collect();
    Ok(Ready { missing })
}

fn describe(need: &Need) -> String {
    let package = need.packages.last().copied().unwrap_or(need.tool);
    format!("{} is missing (Debian package {package}): without it no {}", need.tool, need.without)
}

fn may_install() -> bool {
    is_root() && Path::new("/etc/debian_version").exists() && find("apt-get").is_some()
}

/// Whether this runs as root.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn install(steps: &Steps, missing: &[&Need]) -> Result<(), Error> {
    update_lists(steps)?;
    let mut packages: Vec<&str> = Vec::new();
    for need in missing {
        let known = need.packages.iter().find(|package| apt_knows(package));
        let package = known.or(need.packages.last()).copied().unwrap_or(need.tool);
        if !packages.contains(&package) {
            packages.push(package);
        }
    }
    let step = format!("set-up: apt-get install {}", packages.join(" "));
    let mut command = apt_get(&["install", "--yes", "--no-install-recommends"]);
    command.args(&packages);
    steps.run(&step, &mut [&mut command])
}

/// Fetches the lists of what the mirrors have.
pub fn update_lists(steps: &Steps) -> Result<(), Error> {
    steps.run("set-up: apt-get update", &mut [&mut apt_get(&["update"])])
}

fn apt_get(args: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.args(["-o", RETRIES]).args(args).env("DEBIAN_FRONTEND", "noninteractive");
    // Without systemd a package would start its daemon by its init script; the engine is started here, with its own flags.
    command.env("RUNLEVEL", "1");
    command
}

fn apt_knows(package: &str) -> bool {
    let policy = output(Command::new("apt-cache").args(["policy", package])).unwrap_or_default();
    has_candidate(&policy)
}

fn has_candidate(policy: &str) -> bool {
    let candidate = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate: "));
    candidate.is_some_and(|version| version != "(none)")
}

/// Finds a program on PATH or among the system's.
pub fn find(tool: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(SYSTEM_FOLDERS.iter().map(PathBuf::from));
    folders.map(|folder| folder.join(tool)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_is_read_from_apts_answer() {
        assert!(has_candidate("git:\n  Installed: (none)\n  Candidate: 1:2.39.5-0\n"));
        assert!(!has_candidate("xdot:\n  Installed: (none)\n  Candidate: (none)\n"));
        assert!(!has_candidate(""));
    }

    #[test]
    fn what_is_missing_is_named_with_what_it_costs() {
        for need in &NEEDS {
            let line = describe(need);
            assert!(line.contains(need.tool) && line.contains("without it no"), "{line}");
        }
    }

    #[test]
    fn programs_are_found_on_the_path() {
        assert!(find("sh").is_some());
        assert!(find("no-such-program-at-all").is_none());
    }
}
