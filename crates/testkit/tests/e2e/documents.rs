//! Shared documents from the command line, against a real `carrel up`.

use crate::rack::{find, text};
use crate::up::Up;

#[test]
fn documents_from_the_command_line() {
    let up = Up::start_with("process", 0);
    up.ok(&["login", &find(&up.said, "adminLink").expect("an admin link")]);
    let made: serde_json::Value =
        serde_json::from_str(&up.ok(&["user", "create", "bob", "--json"])).expect("JSON");
    let bob_id = find(&made["user"], "id").expect("an id");
    let bob = up.person("bob");
    bob.ok(&["login", &find(&made["link"], "url").expect("a link")]);
    let file = |name: &str, holds: &str| {
        let path = up.dir.path().join(name);
        std::fs::write(&path, holds).expect("written");
        path.to_str().expect("text").to_owned()
    };

    // In and out, in each form.
    let notes = up.ok(&["doc", "create", "Notes"]).trim().to_owned();
    assert_eq!(up.ok(&["doc", "export", &notes]), "");
    let first = file("first.md", "# One\n\ngrüße 😀\n");
    up.ok(&["doc", "import", &notes, &first]);
    assert_eq!(up.ok(&["doc", "export", &notes]), "# One\n\ngrüße 😀\n");
    let json: serde_json::Value =
        serde_json::from_str(&up.ok(&["doc", "export", &notes, "--form", "json"])).expect("JSON");
    assert_eq!(json, serde_json::json!({"text": "# One\n\ngrüße 😀\n"}));
    let update = up.dir.path().join("notes.yjs");
    let update = update.to_str().expect("text");
    up.ok(&["doc", "export", &notes, update]);
    let copy = up.ok(&["doc", "create", "Copy", "--from", update]).trim().to_owned();
    assert_eq!(up.ok(&["doc", "export", &copy]), "# One\n\ngrüße 😀\n");
    up.ok(&["doc", "rename", &copy, "A copy"]);
    let listed = up.ok(&["doc", "list"]);
    assert!(listed.contains(&notes) && listed.contains("A copy"), "{listed}");

    // A version comes back as a new edit.
    assert_eq!(up.ok(&["doc", "keep", &notes, "start"]), "1\n");
    up.ok(&["doc", "import", &notes, &file("second.md", "two\n")]);
    assert_eq!(up.ok(&["doc", "export", &notes]), "two\n");
    assert_eq!(up.ok(&["doc", "export", &notes, "--at", "1"]), "# One\n\ngrüße 😀\n");
    assert!(up.ok(&["doc", "versions", &notes]).contains("start"));
    up.ok(&["doc", "restore", &notes, "1"]);
    assert_eq!(up.ok(&["doc", "export", &notes]), "# One\n\ngrüße 😀\n");
    let unknown = up.carrel(&["doc", "restore", &notes, "9"]);
    assert!(!unknown.status.success() && text(&unknown.stderr).contains('9'), "{}", text(&unknown.stderr));

    // Others: a stranger sees nothing, a reader changes nothing, a writer deletes nothing.
    let refused = |args: &[&str], why: &str| {
        let output = bob.carrel(args);
        let said = text(&output.stderr);
        assert!(!output.status.success() && said.contains(why), "{args:?}: {said}");
    };
    refused(&["doc", "export", &notes], "no document");
    up.ok(&["doc", "share", &notes, &bob_id]);
    assert_eq!(bob.ok(&["doc", "export", &notes]), "# One\n\ngrüße 😀\n");
    refused(&["doc", "import", &notes, &first], "only its writers");
    refused(&["doc", "keep", &notes, "mine"], "only its writers");
    up.ok(&["doc", "share", &notes, &bob_id, "write"]);
    bob.ok(&["doc", "import", &notes, &file("bob.md", "bob's\n")]);
    assert_eq!(up.ok(&["doc", "export", &notes]), "bob's\n");
    assert!(up.ok(&["doc", "show", &notes]).contains(&bob_id));
    refused(&["doc", "delete", &notes, "--force"], "only its owner");
    up.ok(&["doc", "share", &notes, &bob_id, "none"]);
    refused(&["doc", "export", &notes], "no document");

    up.ok(&["doc", "delete", &notes, "--force"]);
    let gone = up.carrel(&["doc", "export", &notes]);
    assert!(!gone.status.success() && text(&gone.stderr).contains("no document"), "{}", text(&gone.stderr));
    assert!(!up.ok(&["doc", "list"]).contains(&notes));
    assert_eq!(up.ok(&["doc", "export", &copy]), "# One\n\ngrüße 😀\n", "the copy is a document of its own");
    up.interrupt();
}
