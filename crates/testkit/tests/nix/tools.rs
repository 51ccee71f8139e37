//! Running Nix and our programs, and saying what could not run.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The longest an evaluation may take; a whole host takes 20 s on two busy cores.
const PATIENCE_SECS: &str = "600";

/// The root of the repository.
pub fn root() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates/");
    crates.parent().expect("the repository").to_path_buf()
}

/// Says why a test did not run, here and where `cargo xtask test` counts.
pub fn skip(name: &str, why: &str) {
    println!("SKIPPED: {name} ({why})");
    let Some(file) = std::env::var_os("CARREL_SKIP_FILE") else { return };
    let file = fs::OpenOptions::new().append(true).create(true).open(file);
    file.and_then(|mut file| writeln!(file, "{name}: {why}")).expect("write the list of skipped tests");
}

/// Every file of these endings below the Nix parts of the tree, as (path from the root, text).
pub fn files(endings: &[&str]) -> Vec<(String, String)> {
    let root = root();
    let mut found = vec![root.join("flake.nix")];
    for part in ["nixos-modules", "hosts", "checks"] {
        collect(&root.join(part), &mut found);
    }
    let wanted =
        |path: &PathBuf| path.extension().is_some_and(|it| endings.iter().any(|ending| it == *ending));
    read(&root, found.into_iter().filter(wanted))
}

/// Every Nix file of the repository, as (path from the root, text).
pub fn all_nix() -> Vec<(String, String)> {
    let root = root();
    let mut found = vec![root.join("flake.nix")];
    for part in ["nixos-modules", "hosts", "checks", "crates"] {
        collect(&root.join(part), &mut found);
    }
    read(&root, found.into_iter().filter(|path| path.extension().is_some_and(|it| it == "nix")))
}

fn read(root: &Path, paths: impl Iterator<Item = PathBuf>) -> Vec<(String, String)> {
    let read = |path: PathBuf| {
        let name = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("read {name}: {error}"));
        (name, text)
    };
    let mut files: Vec<_> = paths.map(read).collect();
    files.sort();
    files
}

fn collect(dir: &Path, found: &mut Vec<PathBuf>) {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        // A scratch folder of another test that has ended meanwhile.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => panic!("read {}: {error}", dir.display()),
    };
    for entry in entries {
        let entry = entry.expect("folder entry");
        // What other programs keep between our files is not ours.
        if entry.file_type().expect("a kind").is_dir() {
            let name = entry.file_name();
            if name != "node_modules" && name != "target" {
                collect(&entry.path(), found);
            }
        } else {
            found.push(entry.path());
        }
    }
}

/// What a command said; it must have ended well.
pub fn said(command: &mut Command) -> String {
    let output = run(command);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} ended with {}:\n{error}", output.status);
    String::from_utf8(output.stdout).expect("text")
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("start {command:?}: {error}"))
}

/// Whether any Nix is there, with a word about it if not.
pub fn has_nix(test: &str) -> bool {
    let found = Command::new("nix-instantiate").arg("--version").output().is_ok();
    if !found {
        skip(test, "there is no nix-instantiate; on Debian: apt-get install nix-bin");
    }
    found
}

/// Evaluates an expression that needs no nixpkgs, in the tree's root.
pub fn eval(expression: &str) -> Value {
    let text = said(&mut instantiate(expression));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{expression} gave no JSON ({error}): {text}"))
}

/// The command behind [`eval`], for expressions that must fail.
pub fn instantiate(expression: &str) -> Command {
    let mut command = limited("nix-instantiate");
    command.args(["--eval", "--strict", "--json", "--readonly-mode", "-E", expression]);
    command
}

/// A program that is ended when it takes far too long.
pub fn limited(program: &str) -> Command {
    let mut command = Command::new("timeout");
    command.args(["--kill-after=5", PATIENCE_SECS, program]).current_dir(root());
    command
}

/// A program of ours, beside the test's own binary.
pub fn program(name: &str) -> PathBuf {
    let beside = || {
        let test = std::env::current_exe().expect("own path");
        test.ancestors().nth(2).expect("target/<profile>/deps/<test>").to_path_buf()
    };
    let path = std::env::var_os("CARREL_BIN_DIR").map_or_else(beside, PathBuf::from).join(name);
    assert!(
        path.exists(),
        "{} is missing: build the workspace first (cargo xtask test does)",
        path.display()
    );
    path
}
