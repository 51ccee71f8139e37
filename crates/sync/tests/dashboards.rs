//! The dashboard and the alert rules ask only for figures that the daemon has, in queries that Prometheus understands.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use carrel_service::Metrics;
use carrel_sync::metrics::SyncMetrics;

fn rack() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../nixos-modules/rack")
}

/// The names of all series that the daemon shows.
fn series() -> BTreeSet<String> {
    let metrics = Metrics::new("sync");
    let _all = SyncMetrics::new(&metrics);
    let text = metrics.render();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let names = lines.map(|line| line.split(['{', ' ']).next().unwrap_or_default());
    names.map(ToOwned::to_owned).collect()
}

/// What Grafana would send.
fn queries() -> Vec<String> {
    let text = std::fs::read_to_string(rack().join("dashboards/sync.json")).expect("the dashboard");
    let dashboard: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().expect("targets"));
    let queries = targets.map(|target| target["expr"].as_str().expect("a query"));
    queries.map(|query| query.replace("$__rate_interval", "5m").replace("$host", ".*")).collect()
}

/// The daemon's names in a query.
fn names(query: &str) -> BTreeSet<String> {
    let words = query.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let ours = words.filter(|word| word.starts_with("carrel_sync_") || word.starts_with("process_"));
    ours.map(ToOwned::to_owned).collect()
}

#[test]
fn every_query_asks_for_figures_that_there_are_and_every_figure_is_asked_for() {
    let series = series();
    let alerts = std::fs::read_to_string(rack().join("alerts.yaml")).expect("the alert rules");
    let mut asked = names(&alerts);
    for query in queries() {
        let names = names(&query);
        assert!(!names.is_empty(), "{query}");
        asked.extend(names);
    }
    for name in &asked {
        assert!(series.contains(name), "the daemon has no {name}");
    }
    let plain = |name: &str| {
        let ends = ["_bucket", "_sum", "_count"];
        ends.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name).to_owned()
    };
    let asked: BTreeSet<String> = asked.iter().map(|name| plain(name)).collect();
    for name in series.iter().filter(|name| name.starts_with("carrel_sync_")) {
        assert!(asked.contains(&plain(name)), "{name} is on no dashboard and in no alert");
    }
}

#[test]
fn prometheus_understands_every_query_and_every_alert_does_what_it_says() {
    if Command::new("promtool").arg("--version").output().is_err() {
        let line = "sync: dashboards and alert rules: promtool is missing (Debian package prometheus)\n";
        if let Some(file) = std::env::var_os("CARREL_SKIP_FILE") {
            use std::io::Write as _;
            let mut file = std::fs::OpenOptions::new().append(true).create(true).open(file).expect("opened");
            file.write_all(line.as_bytes()).expect("written");
        }
        eprint!("{line}");
        return;
    }
    let folder = tempfile::tempdir().expect("temporary folder");
    let rules: Vec<_> = queries()
        .iter()
        .enumerate()
        .map(|(at, query)| serde_json::json!({ "record": format!("panel:query:{at}"), "expr": query }))
        .collect();
    let rules = serde_json::json!({ "groups": [{ "name": "dashboard", "rules": rules }] });
    // JSON is YAML.
    let file = folder.path().join("rules.yaml");
    std::fs::write(&file, rules.to_string()).expect("written");
    for (what, file) in [("check", file), ("test", rack().join("alerts-test.yaml"))] {
        let ran = Command::new("promtool").args([what, "rules"]).arg(&file).output().expect("promtool runs");
        let said = [ran.stdout, ran.stderr].concat();
        assert!(ran.status.success(), "promtool {what}: {}", String::from_utf8_lossy(&said));
    }
}
