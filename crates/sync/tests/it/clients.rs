//! The npm clients in Node: yjs by y-websocket, y-socket.io and Hocuspocus' provider.

use std::path::PathBuf;
use std::process::Stdio;

use carrel_proto::sync::v1::{AddMemberRequest, CreateDocumentRequest, GetDocumentRequest, MemberRole};
use carrel_sync::config::Limits;
use tokio::process::Command;

use crate::world::{World, user_id};

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/npm")
}

/// Installs the clients once, in the target folder; `None` if there is no npm.
async fn clients() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("clients");
    let lock = std::fs::read(here().join("package-lock.json")).expect("the lock file");
    // Tests are processes of their own; one installs, the others wait.
    std::fs::create_dir_all(env!("CARGO_TARGET_TMPDIR")).expect("make the folder");
    let turn = std::fs::File::create(folder.with_extension("lock")).expect("a file to lock");
    let locked = tokio::task::spawn_blocking(move || turn.lock().map(|()| turn)).await;
    let _turn = locked.expect("joined").expect("locked");
    if std::fs::read(folder.join("installed")).is_ok_and(|installed| installed == lock) {
        return Some(folder);
    }
    std::fs::create_dir_all(&folder).expect("make the folder");
    for file in ["package.json", "package-lock.json"] {
        std::fs::copy(here().join(file), folder.join(file)).expect("copy");
    }
    let npm = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
        .current_dir(&folder)
        .output()
        .await;
    let Ok(npm) = npm else {
        eprintln!("SKIPPED: there is no npm here, so the real clients are not tested");
        return None;
    };
    assert!(npm.status.success(), "npm ci: {}", String::from_utf8_lossy(&npm.stderr));
    std::fs::write(folder.join("installed"), lock).expect("write");
    Some(folder)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_clients_converge_see_each_other_and_merge_offline_edits() {
    let Some(clients) = clients().await else { return };
    let folder = tempfile::tempdir().expect("temporary folder");
    let world = World::start(folder.path(), Limits::default()).await;
    let made = CreateDocumentRequest { title: "notes".to_owned(), ..Default::default() };
    let mut documents = world.documents(1);
    let id = documents.create_document(made).await.expect("created").into_inner().id;
    let output = Command::new("node")
        .arg(here().join("story.mjs"))
        .args([&format!("{}/doc", world.url.replace("http:", "ws:")), &id, &world.token(1)])
        .env("CLIENTS", &clients)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .expect("run node");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    let seen: serde_json::Value =
        serde_json::from_str(printed.lines().last().expect("a line")).expect("JSON");
    eprintln!("client to client: p50 {} ms, p99 {} ms; saved {}", seen["p50"], seen["p99"], seen["saved"]);
    let text = seen["text"].as_str().expect("a text").to_owned();
    world.end().await;

    // What the clients wrote is there after a restart.
    let world = World::start(folder.path(), Limits::default()).await;
    let get = GetDocumentRequest { id, ..Default::default() };
    let reply = world.documents(1).get_document(get).await.expect("read").into_inner();
    assert_eq!(crate::story::text_of(&reply.update), text);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_of_every_protocol_edit_one_document() {
    let Some(clients) = clients().await else { return };
    let folder = tempfile::tempdir().expect("temporary folder");
    let world = World::start(folder.path(), Limits::default()).await;
    let mut documents = world.documents(1);
    let made = documents.create_document(CreateDocumentRequest::default()).await.expect("created");
    let id = made.into_inner().id;
    let user = user_id(2).to_string();
    let member = AddMemberRequest { id: id.clone(), user, role: MemberRole::Reader.into() };
    documents.add_member(member).await.expect("added");
    let asked = serde_json::json!({
        "url": world.url,
        "id": id,
        "owner": world.token(1),
        "writer": world.token(1),
        "reader": world.token(2),
        "readerId": user_id(2).to_string(),
    });
    let output = Command::new("node")
        .arg(here().join("party.mjs"))
        .arg(asked.to_string())
        .env("CLIENTS", &clients)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .expect("run node");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    let seen: serde_json::Value =
        serde_json::from_str(printed.lines().last().expect("a line")).expect("JSON");
    let get = GetDocumentRequest { id, ..Default::default() };
    let reply = world.documents(1).get_document(get).await.expect("read").into_inner();
    assert_eq!(crate::story::text_of(&reply.update), seen["text"].as_str().expect("a text"));
    world.end().await;
}
