//! Logging in and out, and what git is told.

use std::os::unix::fs::PermissionsExt;

use crate::fake::{Fake, TOKEN, World, text};

#[tokio::test]
async fn a_login_is_kept_for_its_owner_only_and_forgotten_on_log_out() {
    let fake = Fake::logged_in(World::default()).await;
    let file = fake.config.path().join("carrel/credentials.json");
    let mode = std::fs::metadata(&file).expect("kept").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);

    let output = fake.run(&["whoami"]).await;
    assert_eq!(text(&output.stdout), format!("ada (learner) on {}\n", fake.url));
    // Without --server the last login's is used.
    let mut command = fake.command(&["whoami", "--json"]);
    command.env_remove("CARREL_SERVER");
    let output = crate::fake::feed(command, b"").await;
    let object: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(object["user"]["name"], "ada");
    assert_eq!(object["server"], fake.url);

    assert!(fake.run(&["logout"]).await.status.success());
    assert!(!std::fs::read_to_string(&file).expect("kept").contains(TOKEN));
    let output = fake.run(&["whoami"]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("carrel login"), "{}", text(&output.stderr));
}

#[tokio::test]
async fn a_wrong_password_and_a_used_link_say_what_to_do() {
    let fake = Fake::start(World::default()).await;
    let output = fake.with_input(&["login", "--name", "ada", "--password-stdin"], b"wrong\n").await;
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("the name or the password is wrong"));

    let used = format!("{}/login?link=used", fake.url);
    let output = fake.run(&["login", &used]).await;
    assert!(text(&output.stderr).contains("the link was used already"));
    let good = format!("{}/login?link=one-time", fake.url);
    let output = fake.run(&["login", &good]).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[tokio::test]
async fn git_is_given_the_login_of_the_server_it_asks_about() {
    let fake = Fake::logged_in(World::default()).await;
    let host = fake.url.trim_start_matches("http://");
    let ask = format!("protocol=http\nhost={host}\n\n");
    let output = fake.with_input(&["git-credential", "get"], ask.as_bytes()).await;
    assert_eq!(text(&output.stdout), format!("username=ada\npassword={TOKEN}\n"));

    let other = fake.with_input(&["git-credential", "get"], b"protocol=http\nhost=127.0.0.1:1\n\n").await;
    assert!(other.status.success() && other.stdout.is_empty());
    let store = fake.with_input(&["git-credential", "store"], ask.as_bytes()).await;
    assert!(store.status.success() && store.stdout.is_empty());
}

#[tokio::test]
async fn git_itself_can_be_set_up() {
    let fake = Fake::logged_in(World::default()).await;
    // Twice: the second time must not add a second helper.
    for arguments in [&["repo", "setup-git"][..], &["--ca-file", "an authority.pem", "repo", "setup-git"]] {
        let output = fake.run(arguments).await;
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    let mut git = tokio::process::Command::new("git");
    git.args(["credential", "fill"]).env("HOME", fake.config.path());
    git.env("XDG_CONFIG_HOME", fake.config.path())
        .env("GIT_TERMINAL_PROMPT", "0")
        .env_remove("CARREL_SERVER");
    let ask = format!("protocol=http\nhost={}\n\n", fake.url.trim_start_matches("http://"));
    let output = crate::fake::feed(git, ask.as_bytes()).await;
    assert!(text(&output.stdout).contains(&format!("password={TOKEN}")), "{}", text(&output.stderr));
    let config = std::fs::read_to_string(fake.config.path().join(".gitconfig")).expect("written");
    assert_eq!(config.matches("git-credential").count(), 1, "{config}");
    let mut git = tokio::process::Command::new("git");
    git.args(["config", "--global", "--get-urlmatch", "http.sslCAInfo"]).arg(format!("{}/git/a/b", fake.url));
    git.env("HOME", fake.config.path()).env("XDG_CONFIG_HOME", fake.config.path());
    let authority = text(&crate::fake::feed(git, b"").await.stdout).trim_end().to_owned();
    assert!(authority.starts_with('/') && authority.ends_with("/an authority.pem"), "{config}");
    assert_eq!(config.matches("sslCAInfo").count(), 1, "{config}");
}

#[tokio::test]
async fn a_server_that_is_not_there_says_so() {
    let fake = Fake::logged_in(World::default()).await;
    let mut command = fake.command(&["session", "list", "--json"]);
    command.env("CARREL_TOKEN", "x").env("CARREL_SERVER", "http://127.0.0.1:1");
    let output = crate::fake::feed(command, b"").await;
    assert_eq!(output.status.code(), Some(1));
    let error: serde_json::Value = serde_json::from_slice(&output.stderr).expect("JSON");
    assert_eq!(error["error"]["code"], "unreachable");
    assert!(error["error"]["hint"].as_str().expect("hint").contains("carrel doctor"));
}
