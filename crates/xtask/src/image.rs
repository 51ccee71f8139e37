//! The Docker image of a slot, in two layers: the distribution's packages, then the agent and its few files.
//!
//! A changed agent takes seconds because the packages stay. Each layer carries a hash of what it was made from
//! and is made again only when that changed.

use std::path::Path;
use std::process::Command;

use crate::agent::megabytes;
use crate::apt::{self, Sources};
use crate::error::Error;
use crate::hash::Inputs;
use crate::layer;
use crate::steps::{Steps, output};
use crate::tree::Tree;

/// The image that slots are made from.
pub const NAME: &str = "carrel-session:dev";
const BASE: &str = "carrel-session-base";
/// Holds an import whose first half may still fail.
const UNFINISHED: &str = "carrel-session-base:unfinished";
const LABEL: &str = "carrel.inputs";
/// Goes up when the recipe in this file changes in a way that its other inputs do not show.
const RECIPE: &str = "1";

/// What nobody reads inside a slot; a third of the packages' files.
const LEFT_OUT: [&str; 6] = [
    "/usr/share/doc/*",
    "/usr/share/man/*",
    "/usr/share/info/*",
    "/usr/share/locale/*",
    "/usr/share/lintian/*",
    "/usr/share/bash-completion/*",
];

/// yosys wants this viewer of diagrams, which brings GTK and half a desktop: 200 MB that a slot has no screen for.
const PLACEHOLDERS: [&str; 1] = ["xdot"];

/// How the image starts, who it is, and defaults that a node may override.
const CONFIG: [&str; 16] = [
    r#"ENTRYPOINT ["/usr/lib/carrel/entry"]"#,
    "CMD []",
    "USER 1000:1000",
    "WORKDIR /home/learner",
    "ENV PATH=/usr/local/bin:/usr/bin:/bin",
    "ENV HOME=/home/learner",
    "ENV USER=learner",
    "ENV LOGNAME=learner",
    "ENV SHELL=/bin/bash",
    "ENV LANG=C.UTF-8",
    // The agent's loopback door to the node's proxy: the only way out of a slot.
    "ENV http_proxy=http://127.0.0.1:3128",
    "ENV no_proxy=localhost,127.0.0.1",
    "ENV CARREL_HOME=/home/learner",
    "ENV CARREL_WORKSPACE=/home/learner/work",
    "ENV CARREL_RUN=/run/carrel-agent",
    "ENV CARREL_LINK=/run/carrel/link/node.sock",
];

/// Makes the image unless it is already the one that these inputs give.
pub fn make(tree: &Tree, steps: &Steps, agent: &Path, fresh: bool) -> Result<(), Error> {
    let packages = packages(&read(tree, "packages.txt")?);
    let release = apt::codename_of_this_machine();
    let base_hash = base_hash(tree, &packages, &release)?;
    let base = format!("{BASE}:{base_hash}");
    let made_base = fresh || inspect(&base, "{{.Id}}").is_none();
    if made_base {
        make_base(tree, steps, &packages, &release, &base)?;
    } else {
        steps.say(&format!("packages: {base} is there"));
    }
    let hash = final_hash(tree, &base, agent)?;
    if !made_base && inspect(NAME, &format!("{{{{index .Config.Labels {LABEL:?}}}}}")) == Some(hash.clone()) {
        steps.say(&format!("{NAME} is up to date"));
    } else {
        let config = CONFIG.iter().map(|line| (*line).to_owned()).chain([format!("LABEL {LABEL}={hash}")]);
        let config: Vec<String> = config.collect();
        steps.time(&format!("image: {NAME} from {base} and the agent ({})", megabytes(agent)), || {
            layer::commit(tree, &base, agent, &config, NAME)
        })?;
    }
    drop_old(&base);
    steps.say(&format!("{NAME}: {}", size(NAME)));
    Ok(())
}

/// One name a line; `#` starts a comment.
fn packages(list: &str) -> Vec<String> {
    let names = list.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let mut names: Vec<String> = names.filter(|name| !name.is_empty()).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

fn read(tree: &Tree, name: &str) -> Result<String, Error> {
    let path = tree.image_files().join(name);
    std::fs::read_to_string(&path).map_err(Error::file(path))
}

/// The mirror's name is left out: the same packages come from all of them.
fn base_hash(tree: &Tree, packages: &[String], release: &str) -> Result<String, Error> {
    let mut inputs = Inputs::new(&format!("base {RECIPE}"));
    inputs.add("release", release.as_bytes());
    inputs.add("machine", std::env::consts::ARCH.as_bytes());
    for part in packages.iter().map(String::as_str).chain(LEFT_OUT).chain(PLACEHOLDERS) {
        inputs.add("part", part.as_bytes());
    }
    inputs.add_file(&tree.image_files().join("customize"))?;
    Ok(inputs.finish())
}

fn final_hash(tree: &Tree, base: &str, agent: &Path) -> Result<String, Error> {
    let mut inputs = Inputs::new(&format!("image {RECIPE}"));
    inputs.add("base", base.as_bytes());
    for line in CONFIG {
        inputs.add("config", line.as_bytes());
    }
    for file in layer::files(tree, agent) {
        inputs.add("place", file.place.as_bytes());
        inputs.add_file(&file.source)?;
    }
    Ok(inputs.finish())
}

fn make_base(tree: &Tree, steps: &Steps, packages: &[String], release: &str, tag: &str) -> Result<(), Error> {
    let sources = Sources::of_this_machine(steps, release)?;
    let placeholders = layer::placeholder_repository(tree, &PLACEHOLDERS)?;
    let mut bootstrap = Command::new("mmdebstrap");
    // Only what is essential and what is asked for: not even apt, which could do nothing in a slot.
    bootstrap.args(["--variant=essential", "--format=tar"]);
    bootstrap.arg(format!("--include={}", packages.join(",")));
    // A tree that fails is thrown away, so nothing needs to reach the disk in order.
    bootstrap.arg("--dpkgopt=force-unsafe-io");
    for pattern in LEFT_OUT {
        bootstrap.arg(format!("--dpkgopt=path-exclude={pattern}"));
    }
    bootstrap.arg(r#"--aptopt=APT::Install-Recommends "false""#);
    bootstrap.arg(r#"--aptopt=Acquire::Languages "none""#);
    bootstrap.arg(r#"--aptopt=Acquire::Retries "3""#);
    // The placeholders may lie where apt's own user cannot read.
    bootstrap.arg(r#"--aptopt=APT::Sandbox::User "root""#);
    for option in &sources.options {
        bootstrap.arg(format!("--aptopt={option}"));
    }
    bootstrap.arg("--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr");
    bootstrap.arg(format!("--customize-hook={}", tree.image_files().join("customize").display()));
    bootstrap.args([release, "-"]);
    bootstrap.args(&sources.lines);
    bootstrap.arg(format!("deb [trusted=yes] copy:{} ./", placeholders.display()));
    let mut import = Command::new("docker");
    import.args(["import", "-", UNFINISHED]);
    let step = format!("image: {} Debian packages and what they need, into {tag}", packages.len());
    steps.run(&step, &mut [&mut bootstrap, &mut import])?;
    output(Command::new("docker").args(["tag", UNFINISHED, tag]))?;
    output(Command::new("docker").args(["rmi", UNFINISHED]))?;
    Ok(())
}

/// Removes earlier images of ours. One that a container still uses stays until the next time.
fn drop_old(keep: &str) {
    let mut prune = Command::new("docker");
    let _ = output(prune.args(["image", "prune", "--force", "--filter", &format!("label={LABEL}")]));
    let mut list = Command::new("docker");
    list.args(["images", "--format", "{{.Repository}}:{{.Tag}}", BASE]);
    for old in output(&mut list).unwrap_or_default().lines().filter(|tag| *tag != keep) {
        let _ = output(Command::new("docker").args(["rmi", old]));
    }
}

/// None where there is no such image.
fn inspect(image: &str, format: &str) -> Option<String> {
    output(Command::new("docker").args(["image", "inspect", "--format", format, image])).ok()
}

fn size(image: &str) -> String {
    let bytes = inspect(image, "{{.Size}}").and_then(|text| text.parse::<u64>().ok());
    format!("{:.0} MB", bytes.unwrap_or_default() as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_list_has_comments_and_no_order() {
        assert_eq!(packages("# all\nmake\n\ngit # the client\nmake\n"), ["git", "make"]);
        assert!(packages("# nothing\n").is_empty());
    }

    #[test]
    fn the_list_in_the_tree_holds_what_a_slot_promises() {
        let list = packages(&read(&Tree::here(), "packages.txt").unwrap());
        for promised in [
            "git",
            "s6",
            "nix-bin",
            "make",
            "yosys",
            "nextpnr-ice40",
            "fpga-icestorm",
            "iverilog",
            "clangd",
            "python3",
            "python3-pylsp",
        ] {
            assert!(list.iter().any(|name| name == promised), "{promised}");
        }
    }

    #[test]
    fn the_base_depends_on_release_and_packages() {
        let hash = |release: &str, list: &[&str]| {
            let list: Vec<String> = list.iter().map(|name| (*name).to_owned()).collect();
            base_hash(&Tree::here(), &list, release).unwrap()
        };
        let base = hash("bookworm", &["git"]);
        assert_eq!(base, hash("bookworm", &["git"]));
        assert_ne!(base, hash("trixie", &["git"]));
        assert_ne!(base, hash("bookworm", &["git", "make"]));
    }

    #[test]
    fn another_agent_gives_another_image() {
        let dir = tempfile::tempdir().unwrap();
        let agent = dir.path().join("agent");
        let hash = |content: &str| {
            std::fs::write(&agent, content).unwrap();
            final_hash(&Tree::here(), "base:1", &agent).unwrap()
        };
        assert_eq!(hash("one"), hash("one"));
        assert_ne!(hash("one"), hash("two"));
    }
}
