//! Configurations, good and bad.

use serde::Deserialize;

use super::*;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    state_dir: PathBuf,
    #[serde(default)]
    lease: Lease,
    #[serde(default)]
    pools: Vec<Pool>,
    #[serde(default)]
    names: std::collections::BTreeMap<String, u16>,
    #[serde(default)]
    note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Lease {
    soft_secs: u64,
    hard_secs: u64,
    share: f64,
    strict: bool,
}

impl Default for Lease {
    fn default() -> Self {
        Self { soft_secs: 10, hard_secs: 20, share: 0.5, strict: false }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pool {
    class: Class,
    warm: u8,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Class {
    Standard,
    Burst,
}

impl DaemonConfig for Sample {
    const DEFAULT_PORT: u16 = 8099;

    fn validate(&self, faults: &mut Faults) {
        if self.lease.soft_secs >= self.lease.hard_secs {
            faults.add("lease.soft_secs", "must be below hard_secs");
        }
    }

    fn validate_host(&self, faults: &mut Faults) {
        faults.check_dir("state_dir", &self.state_dir);
    }
}

fn lines(text: &str) -> Vec<String> {
    let faults = parse::<Sample>("sample", text).expect_err("faults");
    faults.to_string().lines().map(str::to_owned).collect()
}

#[test]
fn defaults_fill_what_is_not_said() {
    let loaded = parse::<Sample>("sample", "state_dir = '/var/lib/x'").expect("good");
    assert_eq!(loaded.config.lease, Lease::default());
    assert_eq!(loaded.common.listeners.len(), 1);
    assert_eq!(loaded.common.listeners[0].addr.to_string(), "127.0.0.1:8099");
}

#[test]
fn every_fault_is_reported_at_once() {
    let found = lines(
        r#"
        stat_dir = "/var/lib/x"
        pools = [{ class = "standard", warm = 300 }, { class = "huge", warm = 1 }]
        drain_secs = 9999
        [lease]
        soft_sec = 5
        hard_secs = "soon"
        [lease.deep]
        [names]
        a = 1
        b = "x"
        [log]
        format = "xml"
        filter = "not=a=filter"
        [[listeners]]
        addr = "0.0.0.0:80"
        colour = "red"
        "#,
    );
    let has =
        |start: &str| assert!(found.iter().any(|line| line.starts_with(start)), "{start} in {found:#?}");
    has("error: stat_dir: is not a known key; did you mean \"state_dir\"?");
    has("error: state_dir: is missing");
    has("error: pools.0.warm: invalid value: integer `300`, expected u8");
    has("error: pools.1.class: unknown variant `huge`");
    has("error: drain_secs: must be at most 600");
    has("error: lease.soft_sec: is not a known key; did you mean \"soft_secs\"?");
    has("error: lease.hard_secs: invalid type: string \"soon\", expected u64");
    has("error: lease.deep: is not a known key; known are soft_secs, hard_secs");
    has("error: names.b: invalid type: string \"x\", expected u16");
    has("error: log.format: unknown variant `xml`");
    has("error: listeners.0.addr: 0.0.0.0:80 would carry plain text");
    has("error: listeners.0.colour: is not a known key");
}

#[test]
fn validation_runs_beside_unknown_keys() {
    let found = lines("state_dir = '/x'\nwhat = 1\n[lease]\nsoft_secs = 30");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.contains(&"error: lease.soft_secs: must be below hard_secs".to_owned()));
    assert!(
        found.iter().any(|line| line.starts_with("error: what: is not a known key; known are state_dir"))
    );
}

#[test]
fn environment_and_sets_win_in_order_and_take_their_keys_type() {
    let sources = Sources {
        file: None,
        env: [
            ("CARREL_MY_SAMPLE__STATE_DIR", "/env"),
            ("CARREL_MY_SAMPLE__LEASE__HARD_SECS", "99"),
            ("CARREL_MY_SAMPLE__LEASE__STRICT", "true"),
            ("CARREL_MY_SAMPLE__NOTE", "5"),
            ("CARREL_OTHER__NOTE", "not ours"),
            ("HOME", "/root"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .to_vec(),
        sets: [
            "lease.hard_secs=100",
            "pools=[{class = \"burst\", warm = 2}]",
            "lease.share = 0.25",
            "names.x=7",
        ]
        .map(str::to_owned)
        .to_vec(),
    };
    let loaded = load::<Sample>("my-sample", &sources).expect("good");
    let config = loaded.config;
    assert_eq!(config.state_dir, PathBuf::from("/env"));
    assert_eq!(config.lease, Lease { hard_secs: 100, strict: true, share: 0.25, ..Lease::default() });
    assert_eq!(config.note.as_deref(), Some("5"));
    assert_eq!(config.pools, [Pool { class: Class::Burst, warm: 2 }]);
    assert_eq!(config.names["x"], 7);
}

#[test]
fn a_bad_override_names_where_it_was_said() {
    let sources = Sources {
        env: vec![("CARREL_SAMPLE__LEASE__HARD_SECS".to_owned(), "x".to_owned())],
        sets: vec!["state_dir=/x".into(), "nonsense".into(), "state_dir.deep=1".into(), "lease..x=1".into()],
        ..Sources::default()
    };
    let text = load::<Sample>("sample", &sources).expect_err("faults").to_string();
    for part in [
        "error: lease.hard_secs: invalid type: string \"x\", expected u64 (from environment variable CARREL_SAMPLE__LEASE__HARD_SECS)",
        "error: --set: \"nonsense\" is not of the form section.key=value",
        "error: state_dir.deep: --set: there is no place for \"deep\" here",
        "error: lease..x: --set does not name a key",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
}

#[test]
fn listeners_are_read_in_every_form() {
    let text = r#"
        state_dir = "/x"
        [[listeners]]
        addr = "[::1]:0"
        hosts = ["ide.example"]
        [[listeners]]
        addr = "unix:/run/x.sock"
        [[listeners]]
        addr = "systemd:web"
        audience = "rack"
        [[listeners]]
        addr = "0.0.0.0:443"
        tls = { cert = "/c", key = "/k" }
    "#;
    let loaded = parse::<Sample>("sample", text).expect("good");
    let shown: Vec<_> = loaded.common.listeners.iter().map(|listener| listener.addr.to_string()).collect();
    assert_eq!(shown, ["[::1]:0", "unix:/run/x.sock", "systemd:web", "0.0.0.0:443"]);
    let faults = loaded.check_host().expect_err("nothing of it is on this host").to_string();
    assert!(faults.contains("listeners.3.tls: /c: ") && faults.contains("state_dir: /x: "), "{faults}");
    let found = lines("state_dir = '/x'\nlisteners = [{ addr = 'localhost:80' }]");
    assert!(found[0].contains("use e.g. \"127.0.0.1:8080\""), "{found:?}");
}

#[test]
fn a_broken_file_names_the_line() {
    let faults = parse::<Sample>("sample", "a = 1\nb = = 2").expect_err("fault").to_string();
    assert!(faults.contains("line 2"), "{faults}");
    let sources = Sources { file: Some("/nowhere/x.toml".into()), ..Sources::default() };
    let faults = load::<Sample>("sample", &sources).expect_err("fault").to_string();
    assert!(faults.starts_with("error: /nowhere/x.toml: "), "{faults}");
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "[a-z_.\\[\\]={}\"', 0-9\n-]{0,200}", set in "[a-z.=\\[\\]{}\"0-9]{0,40}") {
        let sources = Sources { sets: vec![set], ..Sources::default() };
        let _ = load_text::<Sample>("sample", &text, &sources);
    }
}
