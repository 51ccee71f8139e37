//! The scenarios of `checks/vm` on a rack of two machines: our modules' units, proxy, firewall and engine settings under
//! a real systemd, with the real daemons, a real Docker engine and nginx in front.
//!
//! The machines are made of this one's files in namespaces, so no NixOS is booted, and the words of its test driver are
//! spoken by `driver.py`. What a scenario says is what it says in a virtual machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::lay::{Files, WATCHERS, golden};
use crate::tools::{eval, has_nix, root, run, said, skip};

/// What is needed to start the machines.
const PROGRAMS: [&str; 9] =
    ["unshare", "nsenter", "ip", "python3", "dockerd", "nginx", "nft", "openssl", "/lib/systemd/systemd"];
const NAME: &str = "scenarios on a rack of two machines";
/// What one scenario needs beyond that.
const WATCHING: [&str; 3] = ["prometheus", "prometheus-node-exporter", "jq"];

/// Which of these programs are not here, if any.
fn lacks(programs: &[&str]) -> Option<String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> =
        std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin"), PathBuf::from("/sbin")]).collect();
    let found = |program: &&str| folders.iter().any(|folder| folder.join(program).exists());
    let gone: Vec<_> = programs.iter().copied().filter(|program| !found(program)).collect();
    (!gone.is_empty()).then(|| format!("missing: {}", gone.join(", ")))
}

fn missing() -> Option<String> {
    if let Some(why) = lacks(&PROGRAMS) {
        return Some(why);
    }
    let able = run(
        Command::new("unshare").args(["--mount", "--pid", "--fork", "mount", "-t", "tmpfs", "t", "/mnt"])
    );
    if !able.status.success() {
        return Some(format!("namespaces can't be made: {}", String::from_utf8_lossy(&able.stderr).trim()));
    }
    None
}

/// The session image to make slots of, where there is an engine that has it.
fn session_image() -> Option<String> {
    let name = std::env::var("CARREL_TEST_IMAGE").unwrap_or_else(|_| "carrel-session:dev".to_owned());
    let known = Command::new("docker").args(["image", "inspect", "--format", "ok", &name]).output();
    (!name.is_empty() && known.is_ok_and(|it| it.status.success())).then_some(name)
}

/// Writes the image as `docker load` reads it, under a name of its own.
fn write_image(from: &str, to: &Path, name: &str) {
    let text = said(Command::new("docker").args(["image", "inspect", "--format", "{{json .Config}}", from]));
    let config: serde_json::Value = serde_json::from_str(&text).expect("an image's configuration");
    let mut changes = vec![
        format!("USER {}", config["User"].as_str().expect("a user")),
        format!("WORKDIR {}", config["WorkingDir"].as_str().expect("a folder")),
        format!("ENTRYPOINT {}", config["Entrypoint"]),
    ];
    for variable in config["Env"].as_array().expect("variables") {
        let (key, value) = variable.as_str().and_then(|it| it.split_once('=')).expect("key=value");
        changes.push(format!("ENV {key}=\"{value}\""));
    }
    let changes: String = changes.iter().map(|it| format!("--change '{it}' ")).collect();
    let slim = root().join("crates/testkit/tests/nix/slim.sh");
    let words = format!(
        "set -euo pipefail; docker run --rm --network none --user 0 -i --entrypoint sh {from} -s < {} \
         | docker import {changes} - {name} >&2; docker save {name} > {}; docker image rm {name} >&2",
        slim.display(),
        to.display()
    );
    said(Command::new("bash").args(["-c", &words]));
}

/// The certificates that scenarios have, by the same script.
fn certify(out: &Path) {
    let script = eval(
        "import ./checks/common/certificates.nix { pkgs = { openssl = null; runCommand = _: _: script: script; }; }",
    );
    let mut bash = Command::new("bash");
    bash.args(["-euc", script.as_str().expect("a script")]).env("out", out);
    let scratch = out.with_extension("scratch");
    fs::create_dir(&scratch).expect("a folder");
    said(bash.current_dir(scratch));
}

struct World {
    dir: tempfile::TempDir,
}

impl World {
    fn lay(image: &str) -> Self {
        let dir = tempfile::Builder::new().prefix("carrel-rack-").tempdir().expect("a folder");
        let tag = format!("test{}", std::process::id());
        let archive = dir.path().join("image.tar");
        write_image(image, &archive, &format!("carrel-session-base:{tag}"));
        let certificates = dir.path().join("certificates");
        certify(&certificates);
        let addresses = eval(
            "let rack = (import ./checks/common { kind = \"nodes\"; pkgs = { }; modules = { }; \
             lib.mapAttrs = builtins.mapAttrs; }).rack; in builtins.mapAttrs (_: host: host.address) rack.hosts",
        );
        let mut known = serde_json::Map::new();
        for machine in ["door", "hands"] {
            let root = dir.path().join(machine).join("files");
            let files = Files { root: &root, image_tag: &tag };
            let mut facts = golden(machine);
            if lacks(&WATCHING).is_some() {
                facts["units"]
                    .as_object_mut()
                    .expect("units")
                    .retain(|unit, _| !WATCHERS.contains(&unit.as_str()));
            }
            let units = files.lay(machine, &facts);
            for folder in [machine, "ingress"] {
                let to = if folder == machine { "carrel-secrets" } else { "ingress-certificate" };
                copy(&certificates.join(folder), &files, &format!("/var/lib/{to}"));
            }
            if machine == "hands" {
                fs::rename(&archive, root.join("image.tar")).expect("move the image");
            }
            known.insert(machine.to_owned(), json!({ "address": addresses[machine], "units": units }));
        }
        fs::write(dir.path().join("rack.json"), serde_json::Value::Object(known).to_string())
            .expect("write rack.json");
        fs::create_dir(dir.path().join("scenarios")).expect("a folder");
        Self { dir }
    }

    fn scenario(&self, name: &str, script: &str) {
        let file = self.dir.path().join("scenarios").join(format!("{name}.py"));
        fs::write(file, script).expect("write a scenario");
    }

    /// Runs what was written, on one rack; whether all went well, and what was said.
    fn run(&self) -> (bool, String) {
        let mut driver = Command::new("unshare");
        driver.args(["--mount", "--propagation", "private", "timeout", "--kill-after=10", "550", "python3"]);
        driver.arg(root().join("crates/testkit/tests/nix/driver.py")).arg(self.dir.path());
        let output = run(&mut driver);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success(), text + &String::from_utf8_lossy(&output.stderr))
    }
}

fn copy(from: &Path, files: &Files, to: &str) {
    for entry in fs::read_dir(from).expect("certificates") {
        let path = entry.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        // The front-end master and the proxy read theirs as users of their own.
        files.put(&format!("{to}/{name}"), &fs::read_to_string(&path).expect("a certificate"), 0o444);
    }
}

/// Each scenario's script by name.
fn scenarios() -> Vec<(String, String)> {
    let all = eval(
        "let common = { machines = _: { }; script = builtins.readFile ./checks/common/script.py; }; \
         file = name: ./checks/vm + \"/${name}\"; in \
         builtins.mapAttrs (name: _: (import (file name) common).testScript) (builtins.readDir ./checks/vm)",
    );
    let all = all.as_object().expect("scenarios").iter();
    let text = |(name, script): (&String, &serde_json::Value)| {
        (name.trim_end_matches(".nix").to_owned(), script.as_str().expect("a script").to_owned())
    };
    all.map(text).collect()
}

/// Scenarios that look at machines which are off: those that should go wrong do, those that should not, do not.
#[test]
fn the_driver_tells_good_from_bad() {
    if let Some(why) = missing() {
        return skip("the driver of scenarios", &why);
    }
    for (script, good) in [
        ("door.fail('true')", true),
        ("door.succeed('true')", false),
        ("with subtest('one'):\n    assert hands.execute('true')[0] == 0", false),
        ("no_such_word()", false),
    ] {
        let dir = tempfile::tempdir().expect("a folder");
        for folder in ["door", "hands", "scenarios"] {
            fs::create_dir(dir.path().join(folder)).expect("a folder");
        }
        let machine = json!({ "address": "192.0.2.10", "units": [] });
        let known = json!({ "door": machine, "hands": machine }).to_string();
        fs::write(dir.path().join("rack.json"), known).expect("write rack.json");
        let world = World { dir };
        world.scenario("only", script);
        let (well, text) = world.run();
        assert_eq!(well, good, "{script}: {text}");
        assert!(text.contains(if good { "only: ok" } else { "only: FAILED" }), "{script}: {text}");
    }
}

#[test]
fn scenarios_hold_on_a_rack_of_two_machines() {
    if !has_nix(NAME) {
        return;
    }
    if let Some(why) = missing() {
        return skip(NAME, &why);
    }
    let Some(image) = session_image() else {
        return skip(NAME, "no Docker engine has the session image");
    };
    let world = World::lay(&image);
    let only = std::env::var("CARREL_SCENARIO").ok();
    for (name, script) in scenarios() {
        if only.as_ref().is_some_and(|only| *only != name) {
            continue;
        }
        match lacks(&WATCHING).filter(|_| name == "monitoring") {
            Some(why) => skip("the scenario monitoring", &why),
            None => world.scenario(&name, &script),
        }
    }
    let (well, text) = world.run();
    println!("{text}");
    assert!(well, "{text}");
}
