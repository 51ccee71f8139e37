//! What needs no server: completions, manual pages, usage, configuration files.

use crate::fake::{carrel, feed, text};

async fn run(arguments: &[&str]) -> std::process::Output {
    let dir = tempfile::tempdir().expect("dir");
    feed(carrel(arguments, dir.path()), b"").await
}

#[tokio::test]
async fn every_shell_gets_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = run(&["completions", shell]).await;
        let text = text(&output.stdout);
        assert!(output.status.success() && text.contains("setup-git"), "{shell}");
    }
}

#[tokio::test]
async fn there_is_a_manual_page_per_command() {
    let dir = tempfile::tempdir().expect("dir");
    let pages = dir.path().join("man");
    let output = run(&["man", pages.to_str().expect("UTF-8")]).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    for page in ["carrel.1", "carrel-session-shell.1", "carrel-user-admin-link.1"] {
        assert!(pages.join(page).is_file(), "{page}");
    }
}

#[tokio::test]
async fn a_wrong_command_line_ends_with_2_and_a_missing_login_with_1() {
    assert_eq!(run(&["nonsense"]).await.status.code(), Some(2));
    assert_eq!(run(&["session", "run", "x"]).await.status.code(), Some(2));
    assert_eq!(run(&["whoami", "--server", "ftp://x"]).await.status.code(), Some(2));
    let output = run(&["whoami"]).await;
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stderr),
        "error: nobody is logged in to http://127.0.0.1:8080\n next: use `carrel login LINK` with the link you were \
         given, or `carrel login --name NAME`\n"
    );
}

#[tokio::test]
async fn help_names_every_command() {
    let output = run(&["--help"]).await;
    let help = text(&output.stdout);
    for command in ["login", "user", "repo", "session", "node", "doctor", "check-config", "completions"] {
        assert!(help.contains(command), "{command}");
    }
    assert!(!help.contains("git-credential"));
}

#[cfg(feature = "rack")]
#[tokio::test]
async fn a_configuration_is_told_by_its_keys_and_all_its_faults_come_at_once() {
    let dir = tempfile::tempdir().expect("dir");
    let file = dir.path().join("x.toml");
    let name = file.to_str().expect("UTF-8");
    std::fs::write(&file, "node = \"no-a\"\n[pools.burst]\nwanted = 3\n").expect("write");
    let output = run(&["check-config", name]).await;
    assert_eq!(
        text(&output.stdout),
        format!("{name}: good, for carrel-compute-node\n"),
        "{}",
        text(&output.stderr)
    );

    std::fs::write(&file, "public_url = \"x\"\nissuer = \"\"\n[git]\nconcurrent_max = 0\n").expect("write");
    let output = run(&["check-config", name]).await;
    assert_eq!(output.status.code(), Some(64));
    let faults = text(&output.stderr);
    for fault in ["public_url", "issuer", "git.concurrent_max"] {
        assert!(faults.contains(&format!("error: {fault}: ")), "{faults}");
    }
    let missing = run(&["check-config", "/nowhere.toml"]).await;
    assert_eq!(missing.status.code(), Some(64));
}

#[cfg(feature = "rack")]
#[tokio::test]
async fn up_says_clearly_why_it_can_not_start() {
    let dir = tempfile::tempdir().expect("dir");
    let state = dir.path().join("state");
    let state = state.to_str().expect("UTF-8");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("bind");
    let address = taken.local_addr().expect("address").to_string();
    let output = run(&["up", "--state", state, "--listen", &address]).await;
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("in use") && said.contains("--listen 127.0.0.1:0"), "{said}");

    let held = carrel_cli::up::state::StateDir::hold(std::path::Path::new(state)).expect("free");
    let output = run(&["up", "--state", state, "--listen", "127.0.0.1:0"]).await;
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("another `carrel up`") && said.contains("--state DIR"), "{said}");
    drop(held);

    let file = dir.path().join("file");
    std::fs::write(&file, "").expect("write");
    let below = file.join("state");
    let output = run(&["up", "--state", below.to_str().expect("UTF-8")]).await;
    assert!(text(&output.stderr).contains("can't be used as a state folder"), "{}", text(&output.stderr));

    let output = run(&["user", "admin-link", "--state", "/nowhere"]).await;
    assert!(text(&output.stderr).contains("no Carrel runs with its state in /nowhere"));
}
