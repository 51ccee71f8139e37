//! The style is a test: what fails here says which rule and where.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use carrel_tidy::{dependencies, root, sources};

/// Layers from the inside out. A crate may use crates of the layers listed for its own.
const LAYERS: [(&str, &[&str], &[&str]); 7] = [
    ("pure", &["ids", "model"], &["pure"]),
    ("wire", &["proto"], &["pure"]),
    ("kit", &["service", "client", "events", "runtime", "nix-compat"], &["pure", "wire", "kit"]),
    ("web", &["web-ide"], &["pure", "wire", "kit"]),
    (
        "daemon",
        &["frontend-master", "compute-node", "session-agent", "registry", "sync", "activity"],
        &["pure", "wire", "kit", "web"],
    ),
    ("front", &["cli", "desktop"], &["pure", "wire", "kit", "web", "daemon"]),
    ("dev", &["testkit", "tidy", "xtask"], &["pure", "wire", "kit", "web", "daemon", "front", "dev"]),
];

const FILE_MAX: usize = 400;
const TEST_FILE_MAX: usize = 600;

fn layer_of(name: &str) -> Option<&'static (&'static str, &'static [&'static str], &'static [&'static str])> {
    LAYERS.iter().find(|(_, crates, _)| crates.contains(&name))
}

#[test]
fn arrows_point_inwards() {
    let mut faults = String::new();
    for (name, it) in dependencies() {
        let Some((layer, _, allowed)) = layer_of(&name) else {
            writeln!(faults, "carrel-{name} is in no layer: add it to LAYERS").expect("write to a string");
            continue;
        };
        for used in it.uses.iter().chain(&it.tests_use) {
            // Tests may use what the developers' crates offer.
            let for_tests = it.tests_use.contains(used);
            let target = layer_of(used).map_or("none", |(layer, ..)| layer);
            if !(allowed.contains(&target) || for_tests && target == "dev") {
                writeln!(
                    faults,
                    "carrel-{name} -> carrel-{used}: forbidden, layer \"{layer}\" may use only {allowed:?}"
                )
                .expect("write to a string");
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn the_pure_crates_have_no_dependencies_but_each_other() {
    for name in ["ids", "model"] {
        let text =
            std::fs::read_to_string(root().join(format!("crates/{name}/Cargo.toml"))).expect("manifest");
        let manifest: toml::Table = text.parse().expect("a manifest");
        let used: Vec<_> = manifest["dependencies"].as_table().expect("a table").keys().collect();
        assert!(used.iter().all(|used| *used == "carrel-ids"), "carrel-{name} uses {used:?}");
    }
}

#[test]
fn the_graph_in_the_readme_is_the_real_one() {
    let text = std::fs::read_to_string(root().join("crates/README.md")).expect("crates/README.md");
    let mut graph = String::new();
    for (name, it) in dependencies() {
        let uses = if it.uses.is_empty() { "(nothing of ours)".to_owned() } else { it.uses.join(", ") };
        writeln!(graph, "{name} -> {uses}").expect("write to a string");
    }
    assert!(text.contains(&graph), "crates/README.md must hold this graph:\n{graph}");
}

fn exceptions() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(root().join("crates/tidy/exceptions.txt")).expect("exceptions.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let parse = |line: &str| {
        let (path, reason) =
            line.split_once(": ").unwrap_or_else(|| panic!("\"{line}\" is not `path: reason`"));
        (path.to_owned(), reason.to_owned())
    };
    lines.map(parse).collect()
}

#[test]
fn files_are_short() {
    let exceptions = exceptions();
    let mut faults = String::new();
    for (path, text) in sources("rs") {
        let lines = text.lines().count();
        let limit =
            if path.contains("/tests/") || path.ends_with("tests.rs") { TEST_FILE_MAX } else { FILE_MAX };
        match (lines > limit, exceptions.contains_key(&path)) {
            (true, false) => writeln!(faults, "{path}: {lines} lines, the limit is {limit}"),
            (false, true) => writeln!(faults, "exceptions.txt: {path} has only {lines} lines, remove it"),
            _ => Ok(()),
        }
        .expect("write to a string");
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn every_module_says_what_it_is() {
    let missing: Vec<_> = sources("rs")
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//!") && !text.starts_with("#!"))
        .map(|(path, _)| path)
        .collect();
    assert!(missing.is_empty(), "no //! line: {missing:#?}");
}

#[test]
fn nothing_is_left_undone_or_asleep() {
    let mut faults = String::new();
    for (path, text) in sources("rs") {
        if path.starts_with("crates/tidy/") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.trim_start();
            if code.starts_with("//") {
                continue;
            }
            let is_test = path.contains("/tests/") || path.ends_with("tests.rs");
            let banned =
                ["todo!(", "unimplemented!(", "#[ignore", "dbg!("].iter().find(|it| code.contains(**it));
            let sleeps = is_test && (code.contains("thread::sleep(") || code.contains("time::sleep("));
            if let Some(banned) = banned {
                writeln!(faults, "{path}:{}: {banned}…", number + 1).expect("write to a string");
            }
            if sleeps && !text.lines().nth(number.saturating_sub(1)).is_some_and(|it| it.contains("// poll:"))
            {
                writeln!(faults, "{path}:{}: a sleep in a test; wait on state", number + 1)
                    .expect("write to a string");
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn the_top_level_is_the_owners_list() {
    let allowed = [
        "flake.nix",
        "flake.lock",
        "Cargo.toml",
        "Cargo.lock",
        "crates",
        "nixos-modules",
        "hosts",
        "checks",
        "README.md",
        // What a build leaves behind; not in the repository.
        "target",
    ];
    for entry in std::fs::read_dir(root()).expect("read the root") {
        let name = entry.expect("folder entry").file_name().to_string_lossy().into_owned();
        let is_known =
            allowed.contains(&name.as_str()) || name.starts_with('.') || name.starts_with("LICENSE");
        assert!(is_known, "{name} does not belong at the top level");
    }
}
