//! What the machine's own apt knows: which mirror, which suites, which options to reach them.

use std::process::Command;

use crate::error::Error;
use crate::setup;
use crate::steps::{Steps, output};

/// Options that say how a mirror is reached or how old its lists may be; nothing else is taken from the host.
const REACH_OPTIONS: [&str; 7] = [
    "Acquire::http::Proxy",
    "Acquire::https::Proxy",
    "Acquire::https::CAInfo",
    "Acquire::Retries",
    "Acquire::ForceIPv4",
    "Acquire::Check-Valid-Until",
    "Acquire::Check-Date",
];

/// Suites of a release that its base system is made from.
const SUITE_ENDINGS: [&str; 3] = ["", "-updates", "-security"];

/// How a mirror is reached.
#[derive(Debug, PartialEq, Eq)]
pub struct Sources {
    /// `deb URI SUITE COMPONENT` lines.
    pub lines: Vec<String>,
    /// `Name "value"` options for apt.
    pub options: Vec<String>,
}

impl Sources {
    /// Asks apt for the sources of a release, so that both formats of source lists are understood.
    pub fn of_this_machine(steps: &Steps, codename: &str) -> Result<Self, Error> {
        let mut lines = known_lines(codename)?;
        if lines.is_empty() && setup::is_root() {
            // apt names only sources whose lists it has.
            setup::update_lists(steps)?;
            lines = known_lines(codename)?;
        }
        if lines.is_empty() {
            return Err(Error::NoSources { codename: codename.to_owned() });
        }
        let options = reach_options(&output(Command::new("apt-config").arg("dump"))?);
        Ok(Self { lines, options })
    }
}

fn known_lines(codename: &str) -> Result<Vec<String>, Error> {
    let mut ask = Command::new("apt-get");
    ask.args(["indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)"]);
    ask.arg("Created-By: Packages");
    Ok(source_lines(&output(&mut ask)?, codename))
}

/// The release that this machine runs, such as `bookworm`.
pub fn codename_of_this_machine() -> String {
    let os_release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    codename(&os_release).unwrap_or_else(|| "unknown".to_owned())
}

/// `VERSION_CODENAME` of an os-release file.
fn codename(os_release: &str) -> Option<String> {
    let value = os_release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME="))?;
    Some(value.trim_matches('"').to_owned())
}

/// Keeps the release's own suites: a third party's repository has no place in the image.
fn source_lines(targets: &str, codename: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for target in targets.lines() {
        let [uri, suite, component] = target.split(' ').collect::<Vec<_>>()[..] else { continue };
        let Some(ending) = suite.strip_prefix(codename) else { continue };
        let line = format!("deb {uri} {suite} {component}");
        if SUITE_ENDINGS.contains(&ending) && !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn reach_options(dump: &str) -> Vec<String> {
    let wanted = |line: &&str| {
        let name = line.split(' ').next().unwrap_or_default();
        REACH_OPTIONS.contains(&name) && !line.ends_with(" \"\";")
    };
    dump.lines().filter(wanted).map(|line| line.trim_end_matches(';').to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codename_is_found_with_and_without_quotes() {
        assert_eq!(codename("ID=debian\nVERSION_CODENAME=bookworm\n").as_deref(), Some("bookworm"));
        assert_eq!(codename("VERSION_CODENAME=\"noble\"").as_deref(), Some("noble"));
        assert_eq!(codename("ID=arch"), None);
    }

    #[test]
    fn only_the_releases_own_suites_are_kept() {
        let targets = "http://m.test/debian/ bookworm main\n\
                       http://m.test/debian/ bookworm-updates main\n\
                       http://m.test/security/ bookworm-security main\n\
                       http://m.test/debian/ bookworm main\n\
                       http://other.test/apt/ bookworm-pgdg main\n\
                       http://other.test/node/ nodistro main\n\
                       half a\n";
        assert_eq!(
            source_lines(targets, "bookworm"),
            [
                "deb http://m.test/debian/ bookworm main",
                "deb http://m.test/debian/ bookworm-updates main",
                "deb http://m.test/security/ bookworm-security main",
            ]
        );
        assert!(source_lines("", "bookworm").is_empty());
    }

    #[test]
    fn only_options_about_reaching_a_mirror_are_kept() {
        let dump = "Acquire \"\";\nAcquire::http::Proxy \"http://proxy.test:8/\";\n\
                    Acquire::https::Proxy \"\";\nAcquire::Languages \"\";\n\
                    Acquire::Check-Date \"false\";\nDPkg::Post-Invoke:: \"rm -rf x\";\n";
        assert_eq!(
            reach_options(dump),
            ["Acquire::http::Proxy \"http://proxy.test:8/\"", "Acquire::Check-Date \"false\""]
        );
    }
}
