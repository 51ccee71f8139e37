//! Nobody in who doesn't belong, seen from outside.

use crate::rack::{Pools, Rack, text};

#[test]
fn another_users_session_and_repository_do_not_exist_for_a_stranger() {
    let rack = Rack::start(Pools { standard: 0, burst: 1 });
    rack.learner("ada");
    rack.learner("eve");
    rack.run("ada", &["repo", "create", "ada/secret", "--starters"]);
    let session = rack.open("ada", &["ada/secret", "--class", "burst", "--without-environment"]);
    for args in [
        vec!["session", "show", &session],
        vec!["session", "close", &session, "--force"],
        vec!["session", "run", &session, "--", "true"],
        vec!["session", "ls", &session],
        vec!["session", "get", &session, "shell.nix"],
        vec!["session", "open", "ada/secret", "--class", "burst"],
        vec!["repo", "check", "ada/secret"],
        vec!["repo", "delete", "ada/secret"],
        vec!["node", "list"],
        vec!["user", "list"],
    ] {
        let output = rack.try_run("eve", &args);
        assert!(!output.status.success(), "eve may {args:?}: {}", text(&output.stdout));
    }
    let remote = format!("{}/git/ada/secret.git", rack.url());
    rack.run("eve", &["repo", "setup-git"]);
    let clone = rack.git("eve", rack.dir(), &["clone", "-q", &remote, "stolen"]);
    assert!(!clone.status.success(), "eve may clone");
    rack.run("ada", &["session", "close", &session, "--force"]);
}
