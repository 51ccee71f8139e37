//! `cargo xtask test`: every suite, and one closing line over all of them.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::agent;
use crate::engine::Engine;
use crate::error::Error;
use crate::image;
use crate::setup::{self, Ready};
use crate::steps::{Steps, output};
use crate::tally::{self, Counts};
use crate::tree::Tree;
use crate::web;

/// A test that finds it cannot run here appends one line to the file this names: its name, a colon, the reason.
const SKIP_FILE: &str = "CARREL_SKIP_FILE";

/// What happened so far.
#[derive(Default)]
struct Report {
    counts: Counts,
    failed: Vec<String>,
    skipped: Vec<String>,
}

impl Report {
    fn check(&mut self, name: &str, ok: bool) {
        self.counts += Counts::of(ok);
        if !ok {
            self.failed.push(name.to_owned());
        }
    }

    fn skip(&mut self, why: String) {
        self.counts.skipped += 1;
        self.skipped.push(why);
    }

    /// A step whose failure must not keep the other suites from running.
    fn attempt<T>(&mut self, name: &str, done: Result<T, Error>) -> Option<T> {
        self.check(name, done.is_ok());
        done.inspect_err(Error::print).ok()
    }
}

/// Runs everything; whatever happens, the closing line comes last.
pub fn test(tree: &Tree, steps: &Steps) -> ExitCode {
    let mut report = Report::default();
    let ready = match setup::prepare(steps) {
        Ok(ready) => ready,
        Err(error) => {
            report.attempt::<()>("set-up", Err(error));
            Ready::default()
        }
    };
    for line in ready.missing {
        report.skip(line);
    }
    let engine = match Engine::find(tree, steps) {
        Ok(engine) => engine,
        Err(error) => report.attempt("engine", Err(error)),
    };
    let run = run(tree, steps, engine.is_some(), &mut report);
    if let Err(error) = run {
        report.attempt::<()>("the run itself", Err(error));
    }
    if let Some(engine) = engine {
        engine.stop();
    }
    close(steps, &report)
}

fn run(tree: &Tree, steps: &Steps, engine: bool, report: &mut Report) -> Result<(), Error> {
    lints(tree, steps, report)?;
    let world = build(tree, steps, engine, report)?;
    tests(tree, steps, &world, report)?;
    web(tree, steps, &world, report)
}

/// The browser app: built within its budget, tested in Node, and in a browser against a real Carrel.
fn web(tree: &Tree, steps: &Steps, world: &World, report: &mut Report) -> Result<(), Error> {
    if !web::has_npm() {
        report.skip("web: npm is missing (Node 20 or newer brings it)".to_owned());
        return Ok(());
    }
    let Some(built) = report.attempt("web: build", web::build(tree, steps)) else { return Ok(()) };
    run_tests(steps, "web: tests of models", &mut web::unit_tests(tree), web::vitest, report)?;
    let (true, Some(agent)) = (world.image, &world.agent) else {
        report.skip("web: the stories in a browser need the session image".to_owned());
        return Ok(());
    };
    if setup::find("chromium").is_none() {
        // Set-up named it already.
        return Ok(());
    }
    let mut stories = web::stories(tree, &world.programs, agent, &built);
    run_tests(steps, "web: the stories in a browser", &mut stories, web::node_test, report)
}

fn lints(tree: &Tree, steps: &Steps, report: &mut Report) -> Result<(), Error> {
    let fmt: &[&str] = &["fmt", "--all", "--check", "--", "--color=never"];
    let clippy: &[&str] =
        &["clippy", "--workspace", "--all-targets", "--keep-going", "--", "--deny", "warnings"];
    for (name, args) in [("format", fmt), ("clippy", clippy)] {
        if output(agent::cargo().args([args[0], "--version"])).is_err() {
            report.skip(format!("{name}: the toolchain has no cargo {} (rustup component add it)", args[0]));
            continue;
        }
        let mut cargo = agent::cargo();
        let outcome = steps.attempt(name, &mut [cargo.current_dir(tree.root()).args(args)])?;
        report.check(name, outcome.ok);
    }
    Ok(())
}

/// What tests find in their environment.
struct World {
    agent: Option<PathBuf>,
    programs: PathBuf,
    image: bool,
    skip_file: PathBuf,
}

fn build(tree: &Tree, steps: &Steps, engine: bool, report: &mut Report) -> Result<World, Error> {
    let mut cargo = agent::cargo();
    cargo.current_dir(tree.root()).args(["build", "--workspace", "--bins"]);
    let programs = steps.attempt("build: all programs", &mut [&mut cargo])?;
    report.check("build: all programs", programs.ok);
    let agent = report.attempt("build: the static agent", agent::build(tree, steps));
    let image = match (&agent, engine) {
        (Some(agent), true) => report.attempt("image", image::make(tree, steps, agent, false)).is_some(),
        (None, true) => false,
        (_, false) => {
            report.skip("image: no Docker engine answers and none could be started".to_owned());
            false
        }
    };
    let skip_file = tree.scratch().join("skipped.txt");
    let _ = std::fs::remove_file(&skip_file);
    Ok(World { agent, programs: tree.target().join("debug"), image, skip_file })
}

fn tests(tree: &Tree, steps: &Steps, world: &World, report: &mut Report) -> Result<(), Error> {
    let has_nextest = output(agent::cargo().args(["nextest", "--version"])).is_ok();
    let mut cargo = agent::cargo();
    cargo.current_dir(tree.root());
    if has_nextest {
        cargo.args(["nextest", "run", "--workspace", "--no-fail-fast", "--color=never"]);
        // The end of the log is what a failure shows.
        cargo.args(["--failure-output=final", "--success-output=never", "--final-status-level=fail"]);
    } else {
        cargo.args(["test", "--workspace", "--no-fail-fast", "--lib", "--bins", "--tests"]);
    }
    cargo.env("CARREL_BIN_DIR", &world.programs).env(SKIP_FILE, &world.skip_file);
    if let Some(agent) = &world.agent {
        cargo.env("CARREL_AGENT_BIN", agent);
    }
    // Empty, not unset: a test must not fall back to an image of yesterday.
    cargo.env("CARREL_TEST_IMAGE", if world.image { image::NAME } else { "" });
    let read = if has_nextest { tally::nextest } else { tally::cargo_test };
    run_tests(steps, "tests", &mut cargo, read, report)?;
    for line in std::fs::read_to_string(&world.skip_file).unwrap_or_default().lines() {
        report.counts.skip(1);
        report.skipped.push(line.to_owned());
    }
    if any_doc_test(&tree.root().join("crates")) {
        let mut cargo = agent::cargo();
        cargo.current_dir(tree.root()).args(["test", "--workspace", "--doc", "--no-fail-fast"]);
        run_tests(steps, "tests in documentation", &mut cargo, tally::cargo_test, report)?;
    }
    Ok(())
}

fn run_tests(
    steps: &Steps,
    name: &str,
    cargo: &mut Command,
    read: fn(&str) -> Option<Counts>,
    report: &mut Report,
) -> Result<(), Error> {
    let outcome = steps.attempt(name, &mut [cargo])?;
    let log = std::fs::read(&outcome.log).map_err(Error::file(&outcome.log))?;
    let counts = read(&String::from_utf8_lossy(&log));
    let mut sum = counts.unwrap_or_default();
    // A runner that failed without a failed test did not get to run them all.
    if !outcome.ok && sum.failed == 0 || counts.is_none() {
        sum.failed = sum.failed.max(1);
    }
    steps.say(&format!("{name}: {sum}"));
    if sum.failed > 0 {
        report.failed.push(format!("{name}: {} failed, see {}", sum.failed, outcome.log.display()));
    }
    if sum.skipped > 0 {
        report.skipped.push(format!("{name}: {} left out by the runner", sum.skipped));
    }
    report.counts += sum;
    Ok(())
}

/// Looks through the sources, because building the documentation only to find no example takes a minute.
fn any_doc_test(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return any_doc_test(&path);
        }
        path.extension().is_some_and(|ending| ending == "rs")
            && std::fs::read_to_string(&path).is_ok_and(|source| tally::has_doc_test(&source))
    })
}

fn close(steps: &Steps, report: &Report) -> ExitCode {
    steps.say(&format!("all done after {:.0} s", steps.seconds()));
    for (word, lines) in [("failed", &report.failed), ("skipped", &report.skipped)] {
        for line in lines {
            println!("{word}: {line}");
        }
    }
    println!("{}", report.counts);
    if report.counts.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
