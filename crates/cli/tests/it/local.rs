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
    assert_eq!(text(&output.stdout), format!("{name}: good, for carrel-compute-node\n"), "{}", text(&output.stderr));

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
