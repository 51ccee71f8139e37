//! `cargo xtask up`: everything built, then the whole topology in the foreground.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use crate::agent;
use crate::engine::Engine;
use crate::error::Error;
use crate::image;
use crate::setup;
use crate::steps::Steps;
use crate::tree::Tree;
use crate::web;

/// Sets up, builds, and becomes `carrel up`.
pub fn up(tree: &Tree, steps: &Steps, release: bool, args: &[String]) -> Result<ExitCode, Error> {
    let ready = setup::prepare(steps)?;
    for line in &ready.missing {
        steps.say(line);
    }
    let engine = Engine::find(tree, steps)?;
    // Optimising everything takes three times as long as the first look is worth; who has done it once keeps it.
    let release = release || tree.target().join("release/carrel").exists();
    let profile = if release { "release" } else { "dev" };
    let mut build = agent::cargo();
    build.current_dir(tree.root()).args(["build", "--workspace", "--bins", "--profile", profile]);
    steps.run(&format!("build: all programs ({profile})"), &mut [&mut build])?;
    let agent = agent::build(tree, steps)?;
    if engine.is_some() {
        image::make(tree, steps, &agent, false)?;
    } else {
        steps.say("no Docker engine answers: carrel up will use the process runtime, which isolates nothing");
    }
    let app = if web::has_npm() { Some(web::build(tree, steps)?) } else { None };
    if app.is_none() {
        steps.say(
            "npm is missing (Node 20 or newer brings it): no pages in the browser, only the command line",
        );
    }
    steps.say(&format!("ready after {:.0} s; Ctrl-C ends everything", steps.seconds()));
    let folder = tree.target().join(if release { "release" } else { "debug" });
    let program = folder.join("carrel");
    let mut carrel = Command::new(&program);
    carrel.arg("up").args(args);
    carrel.env("CARREL_SESSION_AGENT", agent).env("CARREL_BIN_DIR", folder);
    if let Some(app) = app {
        carrel.env("CARREL_WEB_ROOT", app);
    }
    // An engine of ours ends with this process, which is about to be carrel.
    std::mem::forget(engine);
    let source = carrel.exec();
    Err(Error::Start { program: program.display().to_string(), source })
}
