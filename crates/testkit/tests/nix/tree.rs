//! What the files themselves show.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use crate::tools::{eval, files, has_nix, limited, root, run};

const MODULE_LINES_MAX: usize = 150;
const SCENARIO_LINES_MAX: usize = 60;

#[test]
fn every_file_parses() {
    if !has_nix("every_file_parses") {
        return;
    }
    let files = files(&["nix"]);
    assert!(files.len() > 30, "only {} files found", files.len());
    let mut parse = limited("nix-instantiate");
    parse.arg("--parse").args(files.iter().map(|(path, _)| path));
    let output = run(&mut parse);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_lock_is_of_the_inputs() {
    if !has_nix("the_lock_is_of_the_inputs") {
        return;
    }
    let inputs = eval("(import ./flake.nix).inputs");
    let lock = std::fs::read_to_string(root().join("flake.lock")).expect("flake.lock");
    let lock: Value = serde_json::from_str(&lock).expect("a lock file");
    let inputs = inputs.as_object().expect("inputs");
    let locked = lock["nodes"]["root"]["inputs"].as_object().expect("locked inputs");
    assert_eq!(inputs.keys().collect::<Vec<_>>(), locked.keys().collect::<Vec<_>>());
    for (name, input) in inputs {
        let node = &lock["nodes"][locked[name].as_str().expect("a node")];
        let original = &node["original"];
        let part = |key: &str| original[key].as_str().unwrap_or_default().to_owned();
        let mut url = format!("github:{}/{}", part("owner"), part("repo"));
        if !part("ref").is_empty() {
            write!(url, "/{}", part("ref")).expect("write to a string");
        }
        assert_eq!(input["url"].as_str(), Some(url.as_str()), "{name}");
        let text = |key: &str| node["locked"][key].as_str().unwrap_or_default();
        assert!(text("rev").len() == 40 && text("narHash").starts_with("sha256-"), "{name}: {node}");
        let follows = input["inputs"]["nixpkgs"]["follows"].as_str();
        assert_eq!(node["inputs"]["nixpkgs"][0].as_str(), follows, "{name} must follow our nixpkgs");
    }
}

#[test]
fn addresses_are_those_for_documentation() {
    let mut faults = String::new();
    let mut seen = 0;
    for (path, text) in files(&["nix", "md", "py", "sh", "json", "txt", "toml"]) {
        for word in text.split(|it: char| !(it.is_ascii_hexdigit() || it == '.' || it == ':')) {
            let four = word.split(':').next().unwrap_or_default().parse::<Ipv4Addr>().ok();
            let six =
                word.parse::<Ipv6Addr>().ok().filter(|_| word.matches(':').count() > 1 && word.len() > 4);
            let good_four =
                four.is_none_or(|it| it.is_documentation() || it.is_loopback() || it.is_unspecified());
            let good_six =
                six.is_none_or(|it| it.is_unicast_link_local() || it.segments()[..2] == [0x2001, 0xdb8]);
            seen += usize::from(four.is_some() || six.is_some());
            if !(good_four && good_six) {
                writeln!(faults, "{path}: {word}").expect("write to a string");
            }
        }
    }
    assert!(seen > 20, "only {seen} addresses found: the search is broken");
    assert!(faults.is_empty(), "addresses outside RFC 5737 and RFC 3849:\n{faults}");
}

#[test]
fn files_are_short_and_name_no_other_systems_paths() {
    let mut faults = String::new();
    for (path, text) in files(&["nix"]) {
        let lines = text.lines().count();
        let limit = if path.starts_with("checks/vm/") { SCENARIO_LINES_MAX } else { MODULE_LINES_MAX };
        if lines > limit {
            writeln!(faults, "{path}: {lines} lines, the limit is {limit}").expect("write to a string");
        }
        // The image of a slot has these folders itself; the checks look for the word.
        let is_about_them = path == "nixos-modules/packages/session-image.nix" || path == "checks/tree.nix";
        if text.contains("/usr/bin") && !is_about_them {
            writeln!(faults, "{path}: /usr/bin, which NixOS has not").expect("write to a string");
        }
        if !text.starts_with('#') && path != "flake.nix" && !path.starts_with("hosts/template/") {
            writeln!(faults, "{path}: no first line that says what it is").expect("write to a string");
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn every_scenario_has_its_negative_control() {
    let scenarios: Vec<_> =
        files(&["nix"]).into_iter().filter(|(path, _)| path.starts_with("checks/vm/")).collect();
    assert!(scenarios.len() >= 10, "{} scenarios", scenarios.len());
    for (path, text) in scenarios {
        assert!(text.contains("negative control"), "{path} has none");
    }
}

/// Commands of the documents that tests run: scenarios of the rack, and the suites of the command line.
const RUN: [&str; 9] = [
    "mkdir ",
    "git init ",
    "carrel-frontend-master admin-link",
    "carrel login ",
    "carrel node list",
    "carrel node drain ",
    "carrel node undrain ",
    "carrel session open --class burst",
    "carrel session shell",
];

/// The commands in a document that are neither run nor marked.
fn unmarked(text: &str) -> Vec<&str> {
    let blocks = text.split("```").skip(1).step_by(2).filter_map(|block| block.strip_prefix("sh\n"));
    // The certificates' block is run as it stands.
    let others = blocks.filter(|block| !block.contains("openssl req -x509"));
    let commands = others.flat_map(str::lines).filter(|line| !line.is_empty() && !line.starts_with('#'));
    commands
        .filter(|line| !line.contains("# (not run)") && !RUN.iter().any(|start| line.starts_with(start)))
        .collect()
}

#[test]
fn commands_of_the_documents_are_run_or_marked() {
    let mut seen = 0;
    for (path, text) in files(&["md"]) {
        assert_eq!(unmarked(&text), Vec::<&str>::new(), "{path}: run them in a test, or say `# (not run)`");
        seen += text.matches("# (not run)").count();
    }
    assert!(seen > 5, "only {seen} marks found: the search is broken");
    assert_eq!(unmarked("```sh\nrm -rf /\ncarrel node list\n```"), ["rm -rf /"]);
}
