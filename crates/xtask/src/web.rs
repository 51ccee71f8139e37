//! The browser app: built from `crates/web-ide/app` with npm, tested in Node and in a real browser.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::hash::Inputs;
use crate::setup;
use crate::steps::Steps;
use crate::tally::Counts;
use crate::tree::Tree;

/// What the built app depends on, besides the sources.
const INPUTS: [&str; 5] =
    ["package.json", "package-lock.json", "index.html", "vite.config.ts", "tsconfig.json"];

/// The app's folder.
pub fn folder(tree: &Tree) -> PathBuf {
    tree.root().join("crates/web-ide/app")
}

/// Whether this machine has what builds the app.
pub fn has_npm() -> bool {
    setup::find("npm").is_some()
}

/// Builds the app if its inputs changed; gives the folder to serve.
pub fn build(tree: &Tree, steps: &Steps) -> Result<PathBuf, Error> {
    let app = folder(tree);
    let built = app.join("dist");
    let stamp = tree.scratch().join("web.stamp");
    let hash = inputs(&app)?;
    let is_current = std::fs::read_to_string(&stamp).is_ok_and(|held| held == hash);
    if is_current && built.join("index.html").is_file() && app.join("node_modules").is_dir() {
        steps.say("web: the built app is current");
        return Ok(built);
    }
    steps.run("web: npm ci", &mut [&mut npm(&app, &["ci"])])?;
    steps.run("web: npm run build", &mut [&mut npm(&app, &["run", "build"])])?;
    std::fs::create_dir_all(tree.scratch()).map_err(Error::file(&tree.scratch()))?;
    std::fs::write(&stamp, hash).map_err(Error::file(&stamp))?;
    Ok(built)
}

fn inputs(app: &Path) -> Result<String, Error> {
    let mut inputs = Inputs::new("web app 1");
    for name in INPUTS {
        inputs.add_file(&app.join(name))?;
    }
    for folder in ["src", "public", "scripts"] {
        let mut files = Vec::new();
        collect(&app.join(folder), &mut files)?;
        files.sort();
        for file in files {
            let bytes = std::fs::read(&file).map_err(Error::file(&file))?;
            inputs.add(&file.strip_prefix(app).unwrap_or(&file).to_string_lossy(), &bytes);
        }
    }
    Ok(inputs.finish())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry.map_err(Error::file(folder))?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn npm(app: &Path, args: &[&str]) -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(app).args(args).env("NO_COLOR", "1").env("CI", "true");
    npm
}

/// The tests of models and transport.
pub fn unit_tests(tree: &Tree) -> Command {
    npm(&folder(tree), &["test"])
}

/// The stories in a browser; each starts a Carrel of its own from these programs.
pub fn stories(tree: &Tree, programs: &Path, agent: &Path, built: &Path) -> Command {
    let mut tests = npm(&folder(tree), &["run", "e2e"]);
    tests.env("CARREL_BIN_DIR", programs).env("CARREL_SESSION_AGENT", agent).env("CARREL_WEB_ROOT", built);
    if let Some(chromium) = setup::find("chromium") {
        tests.env("CHROMIUM", chromium);
    }
    tests
}

/// Reads vitest's `Tests  1 failed | 55 passed (56)`.
pub fn vitest(log: &str) -> Option<Counts> {
    let line = log.lines().rev().find_map(|line| line.trim_start().strip_prefix("Tests "))?;
    let count = |word: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = words.iter().position(|found| *found == word)?;
        words.get(at.checked_sub(1)?)?.parse().ok()
    };
    Some(Counts {
        passed: count("passed").unwrap_or(0),
        failed: count("failed").unwrap_or(0),
        skipped: count("skipped").unwrap_or(0),
    })
}

/// Reads the summary of Node's runner, `# pass 9` or `ℹ pass 9`.
pub fn node_test(log: &str) -> Option<Counts> {
    let count = |word: &str| {
        log.lines().rev().find_map(|line| {
            let mut words = line.split_whitespace();
            let is_summary = matches!(words.next(), Some("#" | "ℹ")) && words.next() == Some(word);
            if is_summary { words.next()?.parse::<u64>().ok() } else { None }
        })
    };
    let cancelled = count("cancelled").unwrap_or(0);
    Some(Counts {
        passed: count("pass")?,
        failed: count("fail")? + cancelled,
        skipped: count("skipped").unwrap_or(0) + count("todo").unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vitest_summaries_are_read() {
        let read =
            |line: &str| vitest(&format!(" Test Files  2 passed (2)\n      {line}\n   Start at  06:20:06\n"));
        assert_eq!(read("Tests  56 passed (56)"), Some(Counts { passed: 56, failed: 0, skipped: 0 }));
        let mixed = read("Tests  1 failed | 54 passed | 1 skipped (56)");
        assert_eq!(mixed, Some(Counts { passed: 54, failed: 1, skipped: 1 }));
        assert_eq!(vitest("npm error"), None);
    }

    #[test]
    fn summaries_of_nodes_runner_are_read() {
        let log =
            "✔ one (1ms)\nℹ tests 9\nℹ suites 0\nℹ pass 7\nℹ fail 1\nℹ cancelled 1\nℹ skipped 0\nℹ todo 0\n";
        assert_eq!(node_test(log), Some(Counts { passed: 7, failed: 2, skipped: 0 }));
        assert_eq!(node_test(&log.replace('ℹ', "#")), Some(Counts { passed: 7, failed: 2, skipped: 0 }));
        assert_eq!(node_test("it never ran"), None);
    }
}
