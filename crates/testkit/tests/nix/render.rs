//! Each daemon's configuration as the modules render it, read by the real daemons.

use std::fs;
use std::process::Output;

use crate::tools::{eval, has_nix, instantiate, program, run};

/// The rack of `hosts/`, and what only a host knows.
const RACK: &str = "let rack = import ./nixos-modules/lib/rack.nix; toml = import ./nixos-modules/lib/toml.nix; \
    whole = rack.complete (import ./hosts/rack.nix); \
    paths = { git = \"/git\"; image = \"carrel-session-base:x\"; docker = \"/run/docker.sock\"; webRoot = null; }; in ";

fn check(daemon: &str, config: &str) -> Output {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join(format!("{daemon}.toml"));
    fs::write(&file, config).expect("write the configuration");
    run(std::process::Command::new(program(&format!("carrel-{daemon}")))
        .arg("--config")
        .arg(&file)
        .arg("check-config"))
}

fn assert_good(daemon: &str, config: &str) {
    let output = check(daemon, config);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "carrel-{daemon} refuses:\n{config}\n{said}");
}

#[test]
fn every_hosts_settings_are_good_to_the_daemons() {
    if !has_nix("every_hosts_settings_are_good_to_the_daemons") {
        return;
    }
    let all = eval(&format!(
        "{RACK} builtins.mapAttrs (name: host: map (role: {{ inherit role; \
         text = toml (rack.settingsOf whole name paths).${{role}}; }}) \
         (builtins.filter (role: role != \"monitoring\") host.roles)) whole.hosts"
    ));
    let hosts = all.as_object().expect("hosts");
    assert_eq!(hosts.len(), 15);
    for daemons in hosts.values() {
        for daemon in daemons.as_array().expect("daemons") {
            assert_good(daemon["role"].as_str().expect("a role"), daemon["text"].as_str().expect("a text"));
        }
    }
}

#[test]
fn a_single_machine_needs_no_certificate() {
    if !has_nix("a_single_machine_needs_no_certificate") {
        return;
    }
    let texts = eval(
        "let settings = import ./nixos-modules/lib/settings.nix; toml = import ./nixos-modules/lib/toml.nix; in { \
         frontend-master = toml (settings.frontend-master { domain = \"localhost\"; scheme = \"http\"; tls = false; git = \"/git\"; \
         ca = false; sync = \"unix:${settings.syncSocket}\"; webRoot = \"/app\"; sessions = \"sessions.localhost\"; proxies = [ ]; }); \
         sync = toml (settings.sync { frontend = \"unix:/run/rack.sock\"; ca = false; front = true; tls = false; }); \
         compute-node = toml (settings.compute-node { id = \"no-dev-vm\"; frontend = \"unix:/run/rack.sock\"; ca = false; \
         control = \"http://127.0.0.1:8081\"; tls = false; image = \"i:t\"; docker = \"/run/docker.sock\"; }); }",
    );
    for (daemon, text) in texts.as_object().expect("texts") {
        assert_good(daemon, text.as_str().expect("a text"));
    }
}

#[test]
fn the_daemons_refuse_what_is_wrong() {
    if !has_nix("the_daemons_refuse_what_is_wrong") {
        return;
    }
    let of = |change: &str| {
        let text =
            eval(&format!("{RACK} toml ((rack.settingsOf whole \"n01\" paths).compute-node // {change})"));
        check("compute-node", text.as_str().expect("a text"))
    };
    for (change, word) in [
        ("{ poools = { }; }", "poools"),
        ("{ node = \"n01\"; }", "node"),
        ("{ starts_at_once = 0; }", "starts_at_once"),
        ("{ listeners = [ { addr = \"192.0.2.11:8081\"; audience = \"rack\"; } ]; }", "plain text"),
    ] {
        let output = of(change);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(64), "{change}: {said}");
        assert!(said.contains(word), "{change}: {said}");
    }
}

#[test]
fn settings_become_toml() {
    if !has_nix("settings_become_toml") {
        return;
    }
    let text = eval(
        "import ./nixos-modules/lib/toml.nix { a = \"q\\\"\\n\"; b = [ 1 true 2.5 ]; gone = null; \
         table = { x = 1; deep.y = [ { k = \"v\"; } ]; }; \"odd key\" = \"/run/x\"; }",
    );
    let expected = "a = \"q\\\"\\n\"\nb = [1, true, 2.5]\n\"odd key\" = \"/run/x\"\n\n[table]\nx = 1\n\n\
                    [table.deep]\n\n[[table.deep.y]]\nk = \"v\"\n";
    assert_eq!(text.as_str(), Some(expected));
    let path = run(&mut instantiate("import ./nixos-modules/lib/toml.nix { token_file = ./flake.nix; }"));
    let said = String::from_utf8_lossy(&path.stderr).into_owned();
    assert!(!path.status.success() && said.contains("world-readable store"), "{said}");
}

#[test]
fn a_description_that_cannot_be_is_refused_with_the_way_out() {
    if !has_nix("a_description_that_cannot_be_is_refused_with_the_way_out") {
        return;
    }
    let problems = |change: &str| {
        let found = eval(&format!("{RACK} rack.problems (whole // {{ hosts = whole.hosts // {change}; }})"));
        let found = found.as_array().expect("a list").iter().map(|it| it.as_str().expect("text").to_owned());
        found.collect::<Vec<_>>()
    };
    assert_eq!(problems("{ }"), Vec::<String>::new());
    for (domain, word) in [
        ("carrel.example", "the names of the website"),
        ("example", "the names of the website"),
        ("x.git.carrel.example", "the names of the website"),
        ("n07.carrel.example", "the host n07.carrel.example"),
    ] {
        let found = eval(&format!("{RACK} rack.problems (whole // {{ sessionsDomain = \"{domain}\"; }})"));
        assert!(found[0].as_str().is_some_and(|it| it.contains(word)), "{domain}: {found}");
    }
    let good =
        eval(&format!("{RACK} rack.problems (whole // {{ sessionsDomain = \"sessions.carrel.example\"; }})"));
    assert_eq!(good, serde_json::json!([]));
    let n01 = "whole.hosts.n01";
    for (change, word) in [
        ("{ fm01 = whole.hosts.fm01 // { roles = [ ]; }; }".to_owned(), "no host has the role"),
        (
            "{ fm02 = whole.hosts.fm01 // { roles = [ \"frontend-master\" ]; address = \"192.0.2.99\"; address6 = null; }; }".to_owned(),
            "one rack has one",
        ),
        (
            format!("{{ n01 = {n01} // {{ address = \"192.0.2.12\"; }}; }}"),
            "192.0.2.12 belongs to n01 and n02",
        ),
        (
            format!("{{ n01 = {n01} // {{ address6 = \"2001:db8::12\"; }}; }}"),
            "2001:db8::12 belongs to n01 and n02",
        ),
        (format!("{{ n01 = {n01} // {{ nodeId = \"no-n02\"; }}; }}"), "no-n02 belongs to n01 and n02"),
        (
            format!("{{ n01 = {n01} // {{ roles = [ \"compute-node\" \"sync\" ]; }}; }}"),
            "documents are kept in one place",
        ),
        (format!("{{ n01 = {n01} // {{ threads = 48; }}; }}"), "set at most 12"),
        (format!("{{ n01 = {n01} // {{ memoryGiB = 64; }}; }}"), "set at most 7"),
        (format!("{{ n01 = {n01} // {{ threads = 52; }}; }}"), "pools.burst: 16 slots do not fit"),
    ] {
        let found = problems(&change);
        assert!(found.len() == 1 && found[0].contains(word), "{change}: {found:?}");
    }
}

#[test]
fn doors_open_to_those_who_need_them() {
    if !has_nix("doors_open_to_those_who_need_them") {
        return;
    }
    let doors =
        eval(&format!("{RACK} {{ master = rack.doors whole \"fm01\"; node = rack.doors whole \"n01\"; }}"));
    let open = |host: &str| {
        let doors = doors[host].as_array().expect("doors").iter();
        let open = doors
            .filter(|door| door["from"] == "everybody")
            .map(|door| door["port"].as_u64().expect("a port"));
        open.collect::<Vec<_>>()
    };
    assert_eq!(open("master"), [80, 443]);
    let documents =
        doors["master"].as_array().expect("doors").iter().find(|door| door["port"] == 8083).expect("a door");
    assert_eq!(documents["from"], serde_json::json!(["fm01"]));
    assert_eq!(open("node"), Vec::<u64>::new());
    let tunnel =
        doors["node"].as_array().expect("doors").iter().find(|door| door["port"] == 8081).expect("a door");
    assert_eq!(tunnel["from"], serde_json::json!(["fm01"]));
}
