//! Imports from a git server on this machine, which the configuration has to allow.

use std::net::SocketAddr;
use std::sync::Arc;

use carrel_frontend_master::Config;
use carrel_frontend_master::imports::{ImportConfig, Imports, SystemResolve};
use carrel_frontend_master::store::{ImportRecord, ImportStanding, SharedStore, SqliteStore};
use carrel_ids::UserId;
use http::StatusCode;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::client::Answer;
use crate::world::{Person, World, commit, git, project};

fn open_loopback(config: &mut Config) {
    config.git.import.allow = vec!["127.0.0.0/8".parse().expect("a network")];
}

async fn import(world: &World, person: &Person, body: Value) -> Answer {
    world.call(Some(&person.token), "RepositoryService/ImportRepository", &body).await
}

/// The import once it has ended.
async fn ended(world: &World, person: &Person, started: &Value) -> Value {
    for _ in 0..1_200 {
        let listed =
            world.call(Some(&person.token), "RepositoryService/ListImports", &json!({})).await.good();
        let all = listed["imports"].as_array().cloned().unwrap_or_default();
        let found = all.into_iter().find(|it| it["id"] == started["id"]).expect("listed");
        if found["state"].as_str() != Some("IMPORT_STATE_RUNNING") {
            return found;
        }
        // poll: the import runs beside the service; it has a minute.
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the import has not ended: {started}");
}

/// A server that answers every request with this head.
async fn answering(servers: &mut JoinSet<()>, head: impl Fn(&str) -> String + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind");
    let address = listener.local_addr().expect("address");
    servers.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = vec![0; 4_096];
            let read = stream.read(&mut asked).await.unwrap_or(0);
            let answer = head(&String::from_utf8_lossy(&asked[..read]));
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    address
}

/// A second Carrel whose `bob/source` can be read with bob's token.
async fn source() -> (World, Person, String) {
    let there = World::start().await;
    let admin = there.admin().await;
    let bob = there.person(&admin, "bob").await;
    let here = project(there.folder.path(), "here", "dev").await;
    commit(&here, "a.v", b"module a; endmodule\n").await;
    git(&here, &["tag", "v1"]).await;
    git(&here, &["branch", "other"]).await;
    let url = there.git_url(&bob, "bob/source");
    git(&here, &["push", "--quiet", &url, "--all"]).await;
    git(&here, &["push", "--quiet", &url, "--tags"]).await;
    let url = format!("http://{}/git/bob/source.git", there.public);
    (there, bob, url)
}

#[tokio::test]
async fn a_repository_arrives_whole_with_its_branches() {
    let (there, bob, url) = source().await;
    let world = World::start_with(open_loopback).await;
    let admin = world.admin().await;
    let (ada, eve) = (world.person(&admin, "ada").await, world.person(&admin, "eve").await);
    let body = json!({ "path": "ada/copy", "url": url, "user": "bob", "password": bob.token });
    let started = import(&world, &ada, body.clone()).await.good();
    assert_eq!(started["url"].as_str(), Some(url.as_str()));
    let done = ended(&world, &ada, &started).await;
    assert_eq!(done["state"].as_str(), Some("IMPORT_STATE_DONE"), "{done}");
    assert!(!done.to_string().contains(&bob.token), "a password is kept nowhere");
    let copy = world.git_url(&ada, "ada/copy");
    let refs = git(world.folder.path(), &["ls-remote", "--symref", &copy]).await;
    for part in ["ref: refs/heads/dev\tHEAD", "refs/heads/other", "refs/tags/v1"] {
        assert!(refs.contains(part), "{refs}");
    }
    git(&world.repository("ada/copy"), &["fsck", "--strict"]).await;
    git(world.folder.path(), &["clone", "--quiet", &copy, "clone"]).await;
    assert!(world.folder.path().join("clone/a.v").exists());

    assert_eq!(import(&world, &ada, body.clone()).await.code(), "already_exists");
    let others = world.call(Some(&eve.token), "RepositoryService/ListImports", &json!({})).await.good();
    assert_eq!(others, json!({}), "one's imports are one's own");
    let cancel = json!({ "id": started["id"] });
    let refused = world.call(Some(&eve.token), "RepositoryService/CancelImport", &cancel).await;
    assert_eq!(refused.code(), "not_found");
    let mut theirs = body.clone();
    theirs["path"] = "eve/copy".into();
    assert_eq!(import(&world, &ada, theirs).await.code(), "permission_denied");

    // Without the password, and with a wrong one.
    for password in ["", "wrong"] {
        let user = if password.is_empty() { "" } else { "bob" };
        let body = json!({ "path": "ada/second", "url": url, "user": user, "password": password });
        let started = import(&world, &ada, body).await.good();
        let failed = ended(&world, &ada, &started).await;
        assert_eq!(failed["state"].as_str(), Some("IMPORT_STATE_FAILED"));
        assert!(failed["detail"].as_str().expect("a reason").contains("name and a password"), "{failed}");
    }
    assert!(!world.repository("ada/second").exists());
    assert_eq!(std::fs::read_dir(world.state_dir().join("repositories/.new")).expect("folder").count(), 0);
    there.stop().await;
    world.stop().await;
}

#[tokio::test]
async fn addresses_inside_are_not_reached() {
    let (there, bob, url) = source().await;
    let world = World::start().await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    let port = there.public.port();
    let mut refused = 0;
    for url in [
        url,
        format!("http://localhost:{port}/git/bob/source.git"),
        format!("http://[::ffff:127.0.0.1]:{port}/x"),
    ] {
        let body = json!({ "path": "ada/copy", "url": url, "user": "bob", "password": bob.token });
        let started = import(&world, &ada, body).await.good();
        let failed = ended(&world, &ada, &started).await;
        assert!(failed["detail"].as_str().expect("a reason").contains("not a public address"), "{failed}");
        refused += 1;
    }
    assert_eq!(refused, 3);
    for url in [
        "",
        "file:///etc",
        "ssh://a/b",
        "http://u:p@a/b",
        "http://127.1/x",
        "http://0x7f000001/x",
        "--upload-pack=x",
    ] {
        let answer = import(&world, &ada, json!({ "path": "ada/copy", "url": url })).await;
        assert_eq!(answer.code(), "invalid_argument", "{url}");
    }
    let odd = json!({ "path": "ada/copy", "url": "https://a.example/x", "user": "a\r\nX: y" });
    assert_eq!(import(&world, &ada, odd).await.code(), "invalid_argument");
    there.stop().await;
    world.stop().await;
}

#[tokio::test]
async fn redirects_are_looked_at_one_by_one() {
    let (there, bob, url) = source().await;
    let world = World::start_with(|config| {
        config.git.import.allow = vec!["127.0.0.1".parse().expect("one address")];
    })
    .await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    let mut servers = JoinSet::new();
    let to = move |target: String| {
        move |_: &str| {
            format!(
                "HTTP/1.1 301 Moved\r\nLocation: {target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        }
    };
    let tail = "/info/refs?service=git-upload-pack";
    let cases = [
        // To where one may not go, to what is no repository, in circles.
        (format!("http://127.0.0.2:1/x{tail}"), "not a public address"),
        ("http://169.254.169.254/latest/meta-data".to_owned(), "somewhere else"),
        (format!("/x{tail}"), "in circles"),
    ];
    for (target, words) in cases {
        let address = answering(&mut servers, to(target.clone())).await;
        let body = json!({ "path": "ada/copy", "url": format!("http://{address}/x") });
        let started = import(&world, &ada, body).await.good();
        let failed = ended(&world, &ada, &started).await;
        assert!(failed["detail"].as_str().expect("a reason").contains(words), "{target}: {failed}");
    }
    // A redirect to a repository is followed; the password was for the first server only.
    let target = format!("{url}{tail}");
    let address = answering(&mut servers, to(target)).await;
    let body = json!({ "path": "ada/copy", "url": format!("http://{address}/x"), "user": "bob", "password": bob.token });
    let started = import(&world, &ada, body).await.good();
    let failed = ended(&world, &ada, &started).await;
    assert!(failed["detail"].as_str().expect("a reason").contains("name and a password"), "{failed}");
    there.stop().await;
    world.stop().await;
}

#[tokio::test]
async fn an_import_is_bounded_and_can_be_stopped() {
    let (there, bob, url) = source().await;
    let world = World::start_with(|config| {
        open_loopback(config);
        config.git.import.max_bytes = 1;
    })
    .await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    let body = json!({ "path": "ada/copy", "url": url, "user": "bob", "password": bob.token });
    let started = import(&world, &ada, body).await.good();
    let failed = ended(&world, &ada, &started).await;
    assert!(failed["detail"].as_str().expect("a reason").contains("larger than 1 bytes"), "{failed}");
    assert!(!world.repository("ada/copy").exists());

    // Servers that take the connection and say nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("bind");
    let address = silent.local_addr().expect("address");
    let mut running = Vec::new();
    for name in ["ada/one", "ada/two"] {
        let body = json!({ "path": name, "url": format!("http://{address}/x") });
        running.push(import(&world, &ada, body).await.good());
    }
    let body = json!({ "path": "ada/three", "url": format!("http://{address}/x") });
    assert_eq!(import(&world, &ada, body).await.status, StatusCode::TOO_MANY_REQUESTS);
    for started in &running {
        let cancel = json!({ "id": started["id"] });
        world.call(Some(&ada.token), "RepositoryService/CancelImport", &cancel).await.good();
        let stopped = ended(&world, &ada, started).await;
        assert_eq!(stopped["state"].as_str(), Some("IMPORT_STATE_CANCELLED"));
        world.call(Some(&ada.token), "RepositoryService/CancelImport", &cancel).await.good();
    }
    there.stop().await;
    world.stop().await;
}

#[tokio::test]
async fn a_restart_ends_an_import_and_says_so() {
    let world = World::start_with(open_loopback).await;
    let admin = world.admin().await;
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("bind");
    let url = format!("http://{}/x", silent.local_addr().expect("address"));
    let started = import(&world, &admin, json!({ "path": "admin/copy", "url": url })).await.good();
    let world = world.restart(open_loopback).await;
    let over = ended(&world, &admin, &started).await;
    assert_eq!((over["path"].as_str(), over["url"].as_str()), (Some("admin/copy"), Some(url.as_str())));
    assert_eq!(over["state"].as_str(), Some("IMPORT_STATE_FAILED"));
    assert!(over["detail"].as_str().expect("a reason").contains("start the import again"), "{over}");
    assert!(!world.repository("admin/copy").exists());
    world.stop().await;
}

#[tokio::test]
async fn what_a_killed_daemon_left_running_is_judged_by_its_repository() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(&folder.path().join("store.sqlite")).await.expect("a store");
    let store: SharedStore = Arc::new(store);
    let user = UserId::from_random(1);
    let record = |id: &str, name: &str, standing, (started_at, ended_at)| ImportRecord {
        id: id.to_owned(),
        user_id: user.clone(),
        path: name.parse().expect("a path"),
        url: "https://git.example/x".to_owned(),
        standing,
        detail: "receiving".to_owned(),
        bytes: 7,
        started_at,
        ended_at,
    };
    let (now, hour) = (100_000_000, 3_600_000);
    for (record, made_at) in [
        (record("cut", "ada/cut", ImportStanding::Running, (now - 5, 0)), None),
        (record("placed", "ada/placed", ImportStanding::Running, (now - 6, 0)), Some(now - 1)),
        (record("older", "ada/older", ImportStanding::Running, (now - 7, 0)), Some(now - 9)),
        (record("done", "ada/done", ImportStanding::Done, (now - 8, now - 2)), Some(now - 3)),
        (record("long-ago", "ada/x", ImportStanding::Failed, (now - 2 * hour, now - hour)), None),
    ] {
        store.put_import(&record, 0).await.expect("stored");
        if let Some(made_at) = made_at {
            store.create_repository(&record.path, made_at).await.expect("made");
        }
    }
    for _ in 0..2 {
        let imports = Imports::load(ImportConfig::default(), Arc::new(SystemResolve), &store, now).await;
        let listed = imports.expect("loads").list(&user);
        let told: Vec<_> = listed.iter().map(|it| (it.record.id.as_str(), it.record.standing)).collect();
        use ImportStanding::{Done, Failed};
        assert_eq!(told, [("cut", Failed), ("placed", Done), ("older", Failed), ("done", Done)]);
        assert!(listed[0].record.detail.contains("restarted"), "{listed:?}");
        assert_eq!(listed[0].record.ended_at, now, "also the second time");
    }
}

#[tokio::test]
async fn imports_can_be_closed_and_a_sample_starts_a_repository() {
    let world = World::start_with(|config| config.git.import.open = false).await;
    let admin = world.admin().await;
    let body = json!({ "path": "admin/copy", "url": "https://git.example/x" });
    assert_eq!(import(&world, &admin, body).await.code(), "permission_denied");
    let create = |path: &str, sample: &str| json!({ "path": path, "sample": sample, "withStarters": true });
    let call = |body: Value| {
        let (world, token) = (&world, &admin.token);
        async move { world.call(Some(token), "RepositoryService/CreateRepository", &body).await }
    };
    assert_eq!(call(create("admin/x", "nothing")).await.code(), "invalid_argument");
    assert!(!world.repository("admin/x").exists());
    call(create("admin/blinky", "blinky")).await.good();
    let check = json!({ "path": "admin/blinky" });
    let check = world.call(Some(&admin.token), "RepositoryService/CheckRepository", &check).await.good();
    assert!(check.get("missing").is_none() && check["hasDefaultNix"].as_bool() == Some(true), "{check}");
    git(world.folder.path(), &["clone", "--quiet", &world.git_url(&admin, "admin/blinky"), "blinky"]).await;
    let clone = world.folder.path().join("blinky");
    assert!(clone.join("blinky.v").exists() && clone.join(".gitignore").exists());
    assert_eq!(git(&clone, &["log", "--format=%s"]).await, "Start with blinky");
    world.stop().await;
}
