//! Listing, closing, downloading.

use crate::fake::{ARTEFACT, Fake, SESSION, World, text};

#[tokio::test]
async fn a_list_reads_as_in_the_golden_file_without_colour_in_a_pipe() {
    let fake = Fake::logged_in(World::default()).await;
    let output = fake.run(&["session", "list"]).await;
    assert_eq!(text(&output.stdout), include_str!("../golden/session-list.txt"));
    let output = fake.run(&["session", "list", "--json"]).await;
    assert_eq!(text(&output.stdout), include_str!("../golden/session-list.json"));
    let output = fake.run(&["session", "list", "--color", "always"]).await;
    assert!(text(&output.stdout).contains("\x1b[32mready\x1b[0m"));
}

#[tokio::test]
async fn a_refusal_of_the_server_is_passed_on_with_what_was_being_done() {
    let fake = Fake::logged_in(World::default()).await;
    let output = fake.run(&["session", "open", "nothing"]).await;
    assert_eq!(output.status.code(), Some(1));
    let wanted =
        "error: open a session on ada/nothing: there is no repository ada/nothing; see `carrel repo list`\n";
    assert_eq!(text(&output.stderr), wanted);
    let output = fake.run(&["session", "open", "blinky"]).await;
    assert_eq!(text(&output.stdout), format!("{SESSION}\n"));
}

#[tokio::test]
async fn unsaved_work_is_not_closed_without_force() {
    let fake = Fake::logged_in(World { changed_files: 2, ..World::default() }).await;
    let output = fake.run(&["session", "close", "blinky"]).await;
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("2 files are not committed") && said.contains("--force"), "{said}");
    assert!(fake.world.closed.lock().expect("lock").is_empty());
    let output = fake.run(&["session", "close", "blinky", "--force"]).await;
    assert!(output.status.success());
    assert_eq!(*fake.world.closed.lock().expect("lock"), [SESSION]);
}

#[tokio::test]
async fn an_artefact_is_kept_only_if_its_sum_is_right() {
    let sha256 = "4c80f75d4dff0a7bfaa98ce4d1d5da2d6e7d2e7e3d3c0d1f9d6ba7b0dd4a0000".to_owned();
    let fake = Fake::logged_in(World { sha256, ..World::default() }).await;
    let place = fake.config.path().join("here.bin");
    let arguments = ["session", "get", SESSION, "out/blinky.bin", "-o", place.to_str().expect("UTF-8")];
    let output = fake.run(&arguments).await;
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("sha256") && !place.exists(), "{said}");

    // The sum that was named in the refusal is the right one.
    let right = said.split("sha256 is ").nth(1).and_then(|rest| rest.split(',').next()).expect("named");
    let fake = Fake::logged_in(World { sha256: right.to_owned(), ..World::default() }).await;
    let output = fake.run(&arguments).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(std::fs::read(&place).expect("kept"), ARTEFACT);
    let output = fake.run(&["session", "get", SESSION, "out/blinky.bin", "-o", "-"]).await;
    assert_eq!(output.stdout, ARTEFACT);
}
