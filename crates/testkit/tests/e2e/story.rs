//! A learner pushes a repository, opens a session on it, works in its environment, builds a real bitstream, downloads
//! it, pushes from inside, closes, and the container is gone.

use std::fs;
use std::path::Path;

use crate::rack::{Pools, Rack, text};

#[test]
fn a_learner_builds_a_bitstream() {
    let rack = Rack::start(Pools { standard: 2, burst: 0 });
    rack.learner("ada");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/blinky");
    rack.push_files("ada", "blinky", &sample);

    let session = rack.open("ada", &["ada/blinky"]);
    rack.wait_slots("claimed", 1);

    // Terminals and commands run inside the environment of the repository's shell.nix.
    let board = rack.run("ada", &["session", "run", &session, "--", "sh", "-c", "echo $BOARD; board-info"]);
    assert!(board.contains("icestick") && board.contains("ice40-hx1k"), "{board}");

    // Input, output, error and exit code are the command's own.
    let failed = rack
        .try_run("ada", &["session", "run", &session, "--", "sh", "-c", "echo out; echo err >&2; exit 7"]);
    assert_eq!(
        (failed.status.code(), text(&failed.stdout).as_str(), text(&failed.stderr).contains("err")),
        (Some(7), "out\n", true),
        "{}",
        text(&failed.stderr)
    );

    rack.run("ada", &["session", "task", &session, "sim"]);
    rack.run("ada", &["session", "task", &session, "build"]);
    let bitstream = rack.dir().join("blinky.bin");
    rack.run(
        "ada",
        &["session", "get", &session, "build/blinky.bin", "-o", bitstream.to_str().expect("text")],
    );
    let inside = rack.run("ada", &["session", "run", &session, "--", "sha256sum", "build/blinky.bin"]);
    let bytes = fs::read(&bitstream).expect("the download");
    assert!(bytes.len() > 30_000, "an iCE40 HX1K bitstream is about 32 kB, not {}", bytes.len());
    assert_eq!(&bytes[..2], [0xff, 0x00], "it starts as icepack writes it");
    let outside = std::process::Command::new("sha256sum").arg(&bitstream).output().expect("sha256sum");
    assert_eq!(inside.split(' ').next(), text(&outside.stdout).split(' ').next());

    // Work is pushed from inside with a credential that never enters the slot.
    let push = "echo hello > note && git add note && git commit -qm note && git push -q origin HEAD:main";
    rack.run("ada", &["session", "run", &session, "--", "sh", "-c", push]);
    let clone = rack.dir().join("clone");
    let remote = format!("{}/git/ada/blinky.git", rack.url());
    rack.git_ok("ada", rack.dir(), &["clone", "-q", &remote, clone.to_str().expect("text")]);
    assert_eq!(fs::read_to_string(clone.join("note")).expect("the pushed file"), "hello\n");
    let secrets = "env; cat ~/.gitconfig .git/config ~/.git-credentials 2>/dev/null; true";
    let seen = rack.run("ada", &["session", "run", &session, "--", "sh", "-c", secrets]);
    assert!(!seen.contains("eyJ") && !seen.to_lowercase().contains("bearer"), "a token in the slot: {seen}");

    // Closing asks first while work would be lost.
    rack.run("ada", &["session", "run", &session, "--", "sh", "-c", "echo more >> note"]);
    let refused = rack.try_run("ada", &["session", "close", &session]);
    assert!(!refused.status.success(), "closing must warn about unsaved work");
    let before = rack.containers().len();
    rack.run("ada", &["session", "close", &session, "--force"]);
    rack.wait_slots("warm", 2);
    assert_eq!(before, 2);
    rack.wait_containers(2);
    let shown = rack.json("ada", &["session", "show", &session]);
    assert!(shown.to_string().contains("CLOSED") || shown.to_string().contains("closed"), "{shown}");
}

#[test]
fn a_repository_without_nix_files_gets_an_offer() {
    let rack = Rack::start(Pools { standard: 1, burst: 1 });
    rack.learner("ada");
    let plain = rack.dir().join("plain");
    fs::create_dir_all(&plain).expect("a folder");
    fs::write(plain.join("readme"), "no nix here\n").expect("a file");
    rack.push_files("ada", "plain", &plain);

    let refused = rack.try_run("ada", &["session", "open", "ada/plain"]);
    let said = text(&refused.stderr);
    assert!(!refused.status.success() && said.contains("starters"), "{said}");

    rack.run("ada", &["repo", "starters", "ada/plain"]);
    let checked = rack.run("ada", &["repo", "check", "ada/plain"]);
    assert!(checked.contains("shell.nix"), "{checked}");
    let session = rack.open("ada", &["ada/plain", "--class", "burst", "--without-environment"]);
    let files = rack.run("ada", &["session", "ls", &session]);
    assert!(files.contains("shell.nix") && files.contains("readme"), "{files}");
    rack.run("ada", &["session", "close", &session, "--force"]);
}
