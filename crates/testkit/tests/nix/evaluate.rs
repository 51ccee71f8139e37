//! What only a nixpkgs can prove: hosts, checks and documents evaluate, and what would run is what was agreed.
//!
//! `CARREL_NIXPKGS` names a nixpkgs; disko and sops-nix lie beside it, or where `CARREL_DISKO` and `CARREL_SOPS_NIX` say.
//! `CARREL_NIX` names a Nix of at least 2.18. `CARREL_REGENERATE=1` writes golden files and the reference anew.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use serde_json::{Map, Value};

use crate::tools::{limited, program, root, said, skip};

/// Those evaluated by one process share the package set, and each adds 350 MB to it.
const AT_ONCE: usize = 4;

struct Flake {
    nix: String,
    inputs: Vec<(&'static str, PathBuf)>,
}

impl Flake {
    /// What is needed is there, or one line says what is not.
    fn find() -> Result<Self, String> {
        let nixpkgs = std::env::var_os("CARREL_NIXPKGS").ok_or("CARREL_NIXPKGS is not set")?;
        let nixpkgs = PathBuf::from(nixpkgs);
        let beside = |variable, name: &str| {
            std::env::var_os(variable).map_or_else(|| nixpkgs.with_file_name(name), PathBuf::from)
        };
        let inputs = vec![
            ("disko", beside("CARREL_DISKO", "disko")),
            ("sops-nix", beside("CARREL_SOPS_NIX", "sops-nix")),
            ("nixpkgs", nixpkgs.clone()),
        ];
        if let Some((name, path)) = inputs.iter().find(|(_, path)| !path.join("flake.nix").is_file()) {
            return Err(format!("there is no {name} at {}", path.display()));
        }
        let nix = std::env::var("CARREL_NIX").unwrap_or_else(|_| "nix".to_owned());
        let output =
            Command::new(&nix).arg("--version").output().map_err(|error| format!("{nix}: {error}"))?;
        let version = String::from_utf8_lossy(&output.stdout).into_owned();
        let number = version.split_whitespace().last().unwrap_or_default();
        let mut parts = number.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
        let known = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        if known < (2, 18) {
            return Err(format!("{nix} is {number} and 2.18 is needed; name another in CARREL_NIX"));
        }
        Ok(Self { nix, inputs })
    }

    fn command(&self, attribute: &str) -> Command {
        let mut command = limited(&self.nix);
        command.env("NIX_CONFIG", "experimental-features = nix-command flakes");
        // Nix takes a quarter of the machine's memory before it first looks for what can be given back.
        command.env("GC_INITIAL_HEAP_SIZE", "400M").env("GC_FREE_SPACE_DIVISOR", "4");
        command.args(["eval", "--read-only", "--impure", "--file", "checks/evaluate.nix"]);
        for (name, path) in &self.inputs {
            command.args(["--argstr", name]).arg(path);
        }
        command.arg(attribute);
        command
    }

    fn raw(&self, attribute: &str) -> String {
        said(self.command(attribute).arg("--raw"))
    }

    fn json(&self, attribute: &str) -> Value {
        let started = Instant::now();
        let text = said(self.command(attribute).arg("--json"));
        println!("{attribute}: {:.1} s", started.elapsed().as_secs_f64());
        serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{attribute} gave no JSON ({error}): {text}"))
    }

    /// Evaluates this much of each attribute, which must be a text; what it says is nixpkgs' business.
    fn derive(&self, attribute: &str, names: &[String], what: &str) {
        for some in names.chunks(AT_ONCE) {
            let list = some.iter().map(|name| format!("\"{name}\" ")).collect::<String>();
            let texts = format!("all: map (name: builtins.stringLength all.${{name}}.{what}) [ {list}]");
            said(self.command(attribute).args(["--json", "--apply", &texts]));
        }
    }

    fn names(&self, attribute: &str) -> Vec<String> {
        let mut command = self.command(attribute);
        let text = said(command.args(["--apply", "builtins.attrNames", "--json"]));
        serde_json::from_str(&text).expect("names")
    }
}

/// Hashes and versions of packages are nixpkgs' business.
fn without_hashes(text: &str) -> String {
    const STORE: &str = "/nix/store/";
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(STORE) {
        plain.push_str(&rest[..at + STORE.len()]);
        rest = rest.get(at + STORE.len() + 33..).unwrap_or_default();
        let end =
            rest.find(|it: char| !(it.is_ascii_alphanumeric() || "-._+".contains(it))).unwrap_or(rest.len());
        let name = &rest[..end];
        let version = name
            .match_indices('-')
            .find(|(dash, _)| name[dash + 1..].starts_with(|it: char| it.is_ascii_digit()));
        plain.push_str(version.map_or(name, |(dash, _)| &name[..dash]));
        rest = &rest[end..];
    }
    plain.push_str(rest);
    plain
}

/// The image of a slot is named by its content.
fn without_tag(line: &str) -> String {
    let Some((before, name)) = line.split_once("carrel-session-") else { return line.to_owned() };
    let Some((profile, tag)) = name.split_once(':') else { return line.to_owned() };
    let rest = tag.trim_start_matches(|it: char| it.is_ascii_alphanumeric());
    format!("{before}carrel-session-{profile}:…{rest}")
}

/// Units without what nixpkgs puts into every one of them, settings without the image's hash.
fn agreed(facts: &Value) -> Value {
    match facts {
        Value::Object(table) => {
            let plain: Map<String, Value> =
                table.iter().map(|(key, value)| (key.clone(), agreed(value))).collect();
            Value::Object(plain)
        }
        Value::Array(list) => Value::Array(list.iter().map(agreed).collect()),
        Value::String(text) if text.contains('\n') => {
            let of_nixpkgs = |line: &&str| line.starts_with("Environment=") && line.contains("/nix/store/");
            let lines =
                text.lines().filter(|line| !of_nixpkgs(line)).map(|line| without_tag(&without_hashes(line)));
            Value::Array(lines.map(Value::String).collect())
        }
        other => other.clone(),
    }
}

fn compare(path: &str, found: &str) {
    let file = root().join(path);
    if std::env::var_os("CARREL_REGENERATE").is_some() {
        fs::write(&file, found).unwrap_or_else(|error| panic!("write {path}: {error}"));
        return;
    }
    let agreed = fs::read_to_string(&file).unwrap_or_else(|error| panic!("read {path}: {error}"));
    let differs = agreed.lines().zip(found.lines()).find(|(agreed, found)| agreed != found);
    assert!(
        agreed == found,
        "{path} is no longer what evaluates; first: {differs:?}\nCARREL_REGENERATE=1 writes it anew"
    );
}

fn key_hosts(flake: &Flake) {
    for host in ["facts.fm01", "facts.n01", "machines.dev-vm", "machines.door", "machines.hands"] {
        let facts = flake.json(host);
        let host = host.split_once('.').expect("a name").1;
        assert_eq!(facts["broken"], Value::Array(Vec::new()), "{host} breaks assertions");
        for (name, text) in facts["units"].as_object().expect("units") {
            let text = text.as_str().expect("a unit");
            assert!(
                !text.contains("/usr/bin") && !text.contains("=/bin/"),
                "{host}: {name} names a path NixOS has not"
            );
        }
        for (daemon, text) in facts["settings"].as_object().expect("settings") {
            let dir = tempfile::tempdir().expect("a folder");
            let file = dir.path().join("config.toml");
            fs::write(&file, text.as_str().expect("a text")).expect("write the configuration");
            said(
                Command::new(program(&format!("carrel-{daemon}")))
                    .arg("--config")
                    .arg(&file)
                    .arg("check-config"),
            );
        }
        let text = serde_json::to_string_pretty(&agreed(&facts)).expect("JSON") + "\n";
        compare(&format!("checks/golden/{host}.json"), &text);
    }
}

/// What must not evaluate quietly, and what other choices of an owner evaluate to.
fn other_choices(flake: &Flake) {
    let secret = "host: let changed = host.extendModules { modules = [ \
        { services.carrel.compute-node.credentials.extra = ./flake.nix; } ]; }; in \
        map (it: it.message) (builtins.filter (it: !it.assertion) changed.config.assertions)";
    let said_of_secret = said(flake.command("nixosConfigurations.n01").args(["--json", "--apply", secret]));
    assert!(said_of_secret.contains("credentials.extra is in the world-readable store"), "{said_of_secret}");
    let previews = "host: let changed = host.extendModules { modules = [ \
        { carrel.rack.sessionsDomain = \"sessions.carrel.example\"; } ]; }; in \
        map (it: it.message) (builtins.filter (it: !it.assertion) changed.config.assertions)";
    let said_of_previews =
        said(flake.command("nixosConfigurations.fm01").args(["--json", "--apply", previews]));
    assert!(said_of_previews.contains("is given by DNS alone"), "{said_of_previews}");
    let other = "host: let changed = host.extendModules { modules = [ { carrel.rack.ingress.kind = \"traefik\"; \
        carrel.rack.sessionsDomain = \"sessions.carrel.example\"; \
        services.traefik.staticConfigOptions.certificatesResolvers.sessions.acme.dnsChallenge.provider = \"some\"; \
        carrel.rack.sopsFile = ./flake.lock; sops.validateSopsFiles = false; } ]; }; in \
        assert !changed.config.services.nginx.enable; changed.config.system.build.toplevel.drvPath";
    said(flake.command("nixosConfigurations.fm01").args(["--json", "--apply", other]));
}

#[test]
fn what_the_flake_says_is_what_would_run() {
    let flake = match Flake::find() {
        Ok(flake) => flake,
        Err(why) => return skip("nix evaluation", &why),
    };
    let started = Instant::now();
    key_hosts(&flake);
    other_choices(&flake);
    assert_eq!(
        flake.json("reference.incomplete"),
        Value::Array(Vec::new()),
        "options without description or example"
    );
    compare("nixos-modules/README.md", &flake.raw("reference.markdown"));
    let hosts = flake.names("nixosConfigurations");
    assert_eq!(hosts.len(), 16);
    let systems = flake.json("systems");
    assert_eq!(systems.as_array().map(Vec::len), Some(hosts.len()), "{systems}");
    let template = flake.json("template");
    assert_eq!(template.as_object().map(Map::len), Some(2), "{template}");
    println!("{} hosts, {:.0} s so far", hosts.len(), started.elapsed().as_secs_f64());
    for output in ["checks", "containersChecks"] {
        let names = flake.names(&format!("{output}.x86_64-linux"));
        assert!(names.len() >= 10, "{output}: {names:?}");
        let scenarios: Vec<String> = names.into_iter().filter(|name| !name.starts_with("host-")).collect();
        flake.derive(&format!("{output}.x86_64-linux"), &scenarios, "drvPath");
        println!("{output}: {scenarios:?}, {:.0} s so far", started.elapsed().as_secs_f64());
    }
    for output in ["packages", "apps", "devShells"] {
        let attribute = format!("{output}.x86_64-linux");
        let what = if output == "apps" { "program" } else { "drvPath" };
        flake.derive(&attribute, &flake.names(&attribute), what);
    }
    flake.derive("formatter", &["x86_64-linux".to_owned()], "drvPath");
    println!("nix evaluation: {:.0} s", started.elapsed().as_secs_f64());
}

#[test]
fn names_of_the_store_are_made_plain() {
    let hash = "0".repeat(32);
    let text = format!("ExecStart=/nix/store/{hash}-git-minimal-2.51.0/bin/git /nix/store/{hash}-x.toml");
    assert_eq!(without_hashes(&text), "ExecStart=/nix/store/git-minimal/bin/git /nix/store/x.toml");
}
