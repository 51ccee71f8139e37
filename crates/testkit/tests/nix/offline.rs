//! What programs of the system say of the agreed files without starting anything: systemd of the units, promtool of the
//! alert rules.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::lay::{Files, golden};
use crate::tools::{limited, root, run, skip};

/// Every machine whose units are agreed.
const MACHINES: [&str; 3] = ["door", "hands", "dev-vm"];
/// systemd before 250 knows no `--offline`.
const OLD: &str = "systemd-analyze here knows no `security --offline`";

fn words(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Lays a machine's units and says where, and which are services and sockets of ours.
fn laid(machine: &str, dir: &Path) -> Vec<PathBuf> {
    let mut facts = golden(machine);
    // Debian's own engine is what the session image's unit asks for here.
    facts["engine"] = Value::Null;
    Files { root: dir, image_tag: "none" }.lay(machine, &facts);
    let folder = dir.join("etc/systemd/system");
    let units = fs::read_dir(&folder).expect("units").map(|it| it.expect("a unit").path());
    let ours = |path: &PathBuf| {
        path.is_file() && path.file_name().is_some_and(|it| it.to_string_lossy().starts_with("carrel-"))
    };
    units.filter(ours).collect()
}

#[test]
fn systemd_finds_no_fault_with_the_agreed_units() {
    if run(limited("systemd-analyze").arg("--version")).status.code() != Some(0) {
        return skip("units verified", "there is no systemd-analyze");
    }
    for machine in MACHINES {
        let dir = tempfile::tempdir().expect("a folder");
        let units = laid(machine, dir.path());
        assert!(units.len() >= 3, "{machine}: {units:?}");
        let faults = verify(dir.path(), &units);
        assert!(faults.is_empty(), "{machine}: {faults:?}");
        // Negative control: a key that no systemd knows.
        let text = fs::read_to_string(&units[0]).expect("a unit");
        let broken = dir.path().join("etc/systemd/system/carrel-broken.service");
        fs::write(&broken, format!("{text}\n[Service]\nExecStart=/no/such/program\nNoSuchKey=1\n"))
            .expect("write a unit");
        assert!(!verify(dir.path(), &[broken]).is_empty(), "{machine}: a broken unit passed");
    }
}

/// What systemd says of these units, without what it says of this machine's own.
fn verify(root: &Path, units: &[PathBuf]) -> Vec<String> {
    let mut analyze = limited("systemd-analyze");
    analyze.args(["verify", "--man=no", "--recursive-errors=no", "--root"]).arg(root);
    for unit in units {
        analyze.arg(Path::new("/").join(unit.strip_prefix(root).expect("below the root")));
    }
    let said = words(&run(&mut analyze));
    said.lines().filter(|line| line.contains("carrel-")).map(str::to_owned).collect()
}

/// How exposed systemd says that a service is, from 0 to 10.
pub fn exposure(dir: &Path, name: &str, text: &str) -> Option<f64> {
    let file = dir.join(name);
    fs::write(&file, text).expect("write the unit");
    let output =
        run(limited("systemd-analyze").args(["security", "--offline=true", "--no-pager"]).arg(&file));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.lines().last().unwrap_or_default().split_whitespace().find_map(|word| word.parse().ok())
}

#[test]
fn units_are_no_more_exposed_than_agreed() {
    let agreed = fs::read_to_string(root().join("checks/golden/exposure.json")).expect("exposure.json");
    let agreed: BTreeMap<String, f64> = serde_json::from_str(&agreed).expect("numbers by unit");
    let dir = tempfile::tempdir().expect("a folder");
    let mut measured = BTreeMap::new();
    for machine in MACHINES {
        let units = golden(machine)["units"].as_object().expect("units").clone();
        for (name, text) in
            units.iter().filter(|(name, _)| name.starts_with("carrel-") && name.ends_with(".service"))
        {
            let Some(level) = exposure(dir.path(), name, &crate::lay::lines(text)) else {
                return skip("exposure of units", OLD);
            };
            println!("{machine}: {name}: {level}");
            measured.insert(name.clone(), level);
            let most =
                agreed.get(name).unwrap_or_else(|| panic!("{name} is not in checks/golden/exposure.json"));
            assert!(level <= *most, "{machine}: {name} is exposed {level}, agreed at most {most}");
            // Kept close, so that a wall that falls is noticed; newer systemds count a little more.
            assert!(
                most - level < 0.75,
                "{machine}: {name} is exposed {level} only; agree on less than {most}"
            );
        }
    }
    assert_eq!(measured.len(), agreed.len(), "agreed on {agreed:?}, found {measured:?}");
    let soft = exposure(dir.path(), "soft.service", "[Service]\nExecStart=/bin/true\n").expect("a level");
    assert!(agreed.values().all(|most| soft > *most), "a unit without walls is exposed {soft}");
}

#[test]
fn the_documents_certificates_are_good() {
    let document = root().join("nixos-modules/docs/from-bare-machines.md");
    let text = fs::read_to_string(document).expect("the document");
    let block = text.split("```").find(|block| block.contains("openssl req -x509")).expect("the commands");
    let dir = tempfile::tempdir().expect("a folder");
    let script = block.trim_start_matches("sh");
    let made = run(Command::new("bash").args(["-euo", "pipefail", "-c", script]).current_dir(dir.path()));
    assert!(made.status.success(), "{}", words(&made));
    let secrets = dir.path().join("secrets");
    let check = |host: &str, name: &str| {
        let mut verify = Command::new("openssl");
        verify.args(["verify", "-CAfile", "ca.pem", "-verify_hostname", name]).arg(format!("{host}/tls.crt"));
        run(verify.current_dir(&secrets)).status.success()
    };
    for host in ["door", "hands"] {
        assert!(check(host, &format!("{host}.carrel.example")), "{host}");
        assert!(
            secrets.join(host).join("rack-ca.pem").is_file() && secrets.join(host).join("tls.key").is_file()
        );
    }
    assert!(!check("door", "hands.carrel.example"), "a certificate is good for another host");
}

#[test]
fn alert_rules_fire_and_keep_quiet_as_their_tests_say() {
    let found = Command::new("promtool").arg("--version").output().is_ok();
    if !found {
        return skip("alert rules", "there is no promtool; on Debian: apt-get install prometheus");
    }
    let rules = root().join("nixos-modules/rack");
    let check = run(limited("promtool").current_dir(&rules).args(["check", "rules", "alerts.yaml"]));
    assert!(check.status.success(), "{}", words(&check));
    let test = run(limited("promtool").current_dir(&rules).args(["test", "rules", "alerts-test.yaml"]));
    assert!(test.status.success(), "{}", words(&test));
    // Negative control: rules that never fire fail the same tests.
    let dir = tempfile::tempdir().expect("a folder");
    let text = fs::read_to_string(rules.join("alerts.yaml")).expect("rules");
    fs::write(dir.path().join("alerts.yaml"), text.replace("== 0", "== 7")).expect("write rules");
    fs::copy(rules.join("alerts-test.yaml"), dir.path().join("alerts-test.yaml")).expect("copy tests");
    let test = run(limited("promtool").current_dir(dir.path()).args(["test", "rules", "alerts-test.yaml"]));
    assert!(!test.status.success(), "rules that never fire passed their tests");
    every_alert_is_tested(&text, &rules.join("alerts-test.yaml"));
}

fn every_alert_is_tested(rules: &str, tests: &Path) {
    let tests = fs::read_to_string(tests).expect("tests");
    let alerts: Vec<_> = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(alerts.len() >= 8, "{alerts:?}");
    for alert in alerts {
        assert!(tests.contains(&format!("alertname: {alert}")), "{alert} has no test");
    }
}
