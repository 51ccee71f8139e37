//! The way to the sync daemon: who gets through, what goes along, and whose notes are whose.

use std::time::Duration;

use carrel_proto::sync::v1::MemberRole;
use carrel_service::identity::{Issuer, Kind, Principal, TokenUse, Verifier, Via};
use carrel_service::{Random, Revocations};
use http::{HeaderMap, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::client::grpc;
use crate::sync::FakeSync;
use crate::world::{Person, World};

/// For what is told asynchronously, on a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);

async fn worlds() -> (World, FakeSync, Person) {
    let sync = FakeSync::start().await;
    let world = World::start_with(|config| config.sync_url.clone_from(&sync.url)).await;
    let admin = world.admin().await;
    (world, sync, admin)
}

/// Who the sync daemon was told that asks.
fn told(world: &World, headers: &HeaderMap) -> Principal {
    let key = world.state_dir().join("identity.key");
    let issuer = Issuer::open(&key, "carrel", world.clock.clone(), Random::system()).expect("the key");
    let verifier = Verifier::new("carrel", issuer.keys(), Revocations::new(), world.clock.clone());
    let bearer = headers["authorization"].to_str().expect("text").strip_prefix("Bearer ").expect("a bearer");
    let claims = verifier.verify(bearer, &[TokenUse::Relay, TokenUse::Rack]).expect("signed for this");
    Principal::from_claims(&claims, Via::Bearer).expect("a principal")
}

/// Opens a websocket by hand; the stream after the answer's head, or the refusal's status.
async fn open(world: &World, path: &str, headers: &[(&str, &str)]) -> Result<TcpStream, u16> {
    let mut stream = TcpStream::connect(world.public).await.expect("connect");
    let mut text = format!(
        "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        world.public
    );
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{text}\r\n").as_bytes()).await.expect("write");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("a head"));
    }
    let head = String::from_utf8(head).expect("text");
    assert!(!head.to_lowercase().contains("set-cookie"), "{head}");
    match head.split(' ').nth(1).expect("a status") {
        "101" => Ok(stream),
        status => Err(status.parse().expect("a number")),
    }
}

async fn echo(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.expect("write");
    let mut back = vec![0; text.len()];
    stream.read_exact(&mut back).await.expect("an echo");
    assert_eq!(back, text.as_bytes());
}

async fn until_closed(mut stream: TcpStream) {
    let mut rest = Vec::new();
    // An end or a reset: either way it is over.
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect("ends in time");
}

#[tokio::test]
async fn a_websocket_flows_and_nothing_of_the_persons_goes_along() {
    let (world, sync, admin) = worlds().await;
    let ada = world.person(&admin, "ada").await;
    assert_eq!(open(&world, "/doc/do-1", &[]).await.err(), Some(401), "a stranger");
    let (cookie, origin) = (format!("carrel_token={}", ada.token), format!("http://{}", world.public));
    assert_eq!(open(&world, "/doc/do-1", &[("cookie", &cookie)]).await.err(), Some(403), "no origin");
    let foreign = [("cookie", cookie.as_str()), ("origin", "https://evil.example")];
    assert_eq!(open(&world, "/doc/do-1", &foreign).await.err(), Some(403), "another site");
    let bearer = format!("Bearer {}", ada.token);
    assert_eq!(open(&world, "/doc/x", &[("authorization", &bearer)]).await.err(), Some(400));
    assert_eq!(world.get("/doc/do-1", &[("authorization", &bearer)]).await.status, StatusCode::BAD_REQUEST);
    assert!(sync.heard().is_empty(), "none of these went on");

    let own = [
        ("cookie", cookie.as_str()),
        ("origin", origin.as_str()),
        ("sec-websocket-protocol", "bearer, secret"),
        ("x-carrel-client", "6.6.6.6"),
    ];
    let mut stream = open(&world, "/doc/do-1?saved=1&ticket=sneaky", &own).await.expect("through");
    echo(&mut stream, "hello").await;
    echo(&mut stream, &"x".repeat(300_000)).await;
    let (path, headers) = sync.heard().pop().expect("a request");
    assert_eq!(path, "/doc/do-1?saved=1");
    for name in ["cookie", "origin", "sec-websocket-protocol"] {
        assert!(!headers.contains_key(name), "{name}");
    }
    assert_eq!(headers["x-carrel-client"], "127.0.0.1");
    assert!(!format!("{headers:?}").contains(ada.token.split('.').nth(2).expect("a signature")));
    let principal = told(&world, &headers);
    assert_eq!(principal.via, Via::Relay);
    assert!(matches!(&principal.kind, Kind::User { name, .. } if name == "ada"), "{principal:?}");

    // What the sync daemon was told is worth nothing here.
    let relayed = headers["authorization"].to_str().expect("text").to_owned();
    let relayed = [("authorization", relayed.as_str())];
    let answer = world.request("POST", "/api/v1/AuthService/WhoAmI", &relayed, "{}").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    world.call(Some(&ada.token), "AuthService/Logout", &json!({ "everywhere": true })).await.good();
    until_closed(stream).await;
    world.stop().await;
}

#[tokio::test]
async fn a_ticket_opens_its_document_once() {
    let (world, sync, admin) = worlds().await;
    let ada = world.person(&admin, "ada").await;
    let ticket = async || {
        let body = json!({ "document": "do-1" });
        let made = world.call(Some(&ada.token), "NotesService/CreateDocumentTicket", &body).await.good();
        made["ticket"].as_str().expect("a ticket").to_owned()
    };
    let first = ticket().await;
    assert_eq!(open(&world, &format!("/doc/do-2?ticket={first}"), &[]).await.err(), Some(403));
    assert_eq!(open(&world, &format!("/s/se-1/ws?ticket={first}"), &[]).await.err(), Some(403));
    let plain = world.get(&format!("/doc/do-1?ticket={first}"), &[]).await;
    assert_eq!(plain.status, StatusCode::BAD_REQUEST, "websockets only");
    let sneaky = [("x-carrel-ticket", "another")];
    let mut stream = open(&world, &format!("/doc/do-1?ticket={first}"), &sneaky).await.expect("through");
    echo(&mut stream, "hi").await;
    let (_, headers) = sync.heard().pop().expect("a request");
    let id = headers["x-carrel-ticket"].to_str().expect("text");
    assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "the ticket's own: {id}");
    assert_eq!(open(&world, &format!("/doc/do-1?ticket={first}"), &[]).await.err(), Some(401), "once");
    let late = ticket().await;
    world.clock.advance(Duration::from_secs(120));
    assert_eq!(open(&world, &format!("/doc/do-1?ticket={late}"), &[]).await.err(), Some(401), "expired");
    assert!(sync.heard().iter().all(|(path, _)| !path.contains("ticket")));
    world.stop().await;
}

#[tokio::test]
async fn methods_and_polls_go_on_and_answers_are_no_pages() {
    let (world, sync, admin) = worlds().await;
    let bearer = format!("Bearer {}", admin.token);
    let headers =
        [("authorization", bearer.as_str()), ("cookie", "a=b"), ("content-type", "application/json")];
    let listed =
        world.request("POST", "/api/v1/DocumentService/ListDocuments", &headers, "{\"limit\":1}").await;
    assert_eq!((listed.status, listed.text()), (StatusCode::OK, "{\"limit\":1}".to_owned()));
    let poll = world.get("/socket.io/?EIO=4&transport=polling&t=1", &headers).await;
    assert_eq!(poll.status, StatusCode::OK);
    for answer in [&listed, &poll] {
        assert!(!answer.headers.contains_key("set-cookie"));
        assert_eq!(answer.headers["content-type"], "application/octet-stream", "it said text/html");
        assert_eq!(answer.headers["content-security-policy"], "sandbox; default-src 'none'");
    }
    let (path, headers) = sync.heard().pop().expect("a request");
    assert_eq!(path, "/socket.io/?EIO=4&transport=polling&t=1");
    assert!(!headers.contains_key("cookie"));
    let answer =
        grpc(world.public, "/carrel.sync.v1.DocumentService/ListDocuments", Some(&admin.token)).await;
    assert_eq!(answer, (5, "from%20the%20fake".to_owned()));
    let (_, headers) = sync.heard().pop().expect("a request");
    assert!(matches!(told(&world, &headers).kind, Kind::User { .. }));
    // What daemons call is not for people, and strangers get nowhere.
    let before = sync.heard().len();
    let steward = grpc(world.public, "/carrel.sync.v1.StewardService/SetRoles", Some(&admin.token)).await;
    assert!(matches!(steward.0, 5 | 7), "{steward:?}");
    for path in ["/socket.io/?EIO=4&transport=polling", "/socket.io/"] {
        assert_eq!(world.get(path, &[]).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(sync.heard().len(), before);
    world.stop().await;
}

#[tokio::test]
async fn a_rack_without_documents_says_so_and_one_that_is_away_too() {
    let world = World::start().await;
    let admin = world.admin().await;
    let bearer = format!("Bearer {}", admin.token);
    assert_eq!(open(&world, "/doc/do-1", &[("authorization", &bearer)]).await.err(), Some(404));
    world
        .call(Some(&admin.token), "RepositoryService/CreateRepository", &json!({ "path": "admin/a" }))
        .await
        .good();
    let notes =
        world.call(Some(&admin.token), "NotesService/OpenNotes", &json!({ "repository": "admin/a" })).await;
    assert!(notes.status == StatusCode::NOT_FOUND && notes.text().contains("sync_url"), "{notes:?}");
    world.stop().await;

    let nobody = tempfile::tempdir().expect("folder").path().join("sync.sock");
    let world = World::start_with(|config| config.sync_url = format!("unix:{}", nobody.display())).await;
    let admin = world.admin().await;
    let bearer = format!("Bearer {}", admin.token);
    assert_eq!(open(&world, "/doc/do-1", &[("authorization", &bearer)]).await.err(), Some(503));
    let listed = world.call(Some(&admin.token), "DocumentService/ListDocuments", &json!({})).await;
    assert!(listed.code() == "unavailable" && listed.text().contains("try again"), "{listed:?}");
    let path = "/carrel.sync.v1.DocumentService/ListDocuments";
    assert_eq!(grpc(world.public, path, Some(&admin.token)).await.0, 14);
    world
        .call(Some(&admin.token), "RepositoryService/CreateRepository", &json!({ "path": "admin/a" }))
        .await
        .good();
    let notes =
        world.call(Some(&admin.token), "NotesService/OpenNotes", &json!({ "repository": "admin/a" })).await;
    assert_eq!(notes.code(), "unavailable");
    world.stop().await;
}

#[tokio::test]
async fn the_notes_of_a_repository_follow_its_rights() {
    let (world, sync, admin) = worlds().await;
    let (ada, bob) = (world.person(&admin, "ada").await, world.person(&admin, "bob").await);
    let create = json!({ "path": "ada/demo" });
    world.call(Some(&ada.token), "RepositoryService/CreateRepository", &create).await.good();
    let notes = async |person: &Person| {
        world.call(Some(&person.token), "NotesService/OpenNotes", &json!({ "repository": "ada/demo" })).await
    };
    let share = async |access: &str| {
        let body = json!({ "path": "ada/demo", "user": "bob", "access": access });
        world.call(Some(&ada.token), "RepositoryService/SetAccess", &body).await.good();
    };
    let opened = notes(&ada).await.good();
    let document = opened["document"].as_str().expect("an id").to_owned();
    assert_eq!((&opened["mayWrite"], &opened["title"]), (&json!(true), &json!("Notes of ada/demo")));
    assert_eq!(notes(&bob).await.status, StatusCode::NOT_FOUND, "not even that there is one");
    assert_eq!(sync.roles(&document).len(), 1);

    share("ACCESS_READ").await;
    let read = notes(&bob).await.good();
    assert_eq!((read["document"].as_str(), read.get("mayWrite")), (Some(document.as_str()), None));
    let bob_id = world.call(Some(&bob.token), "AuthService/WhoAmI", &json!({})).await.good()["id"].clone();
    let bob_id = bob_id.as_str().expect("an id");
    assert_eq!(sync.roles(&document)[bob_id], MemberRole::Reader);
    share("ACCESS_WRITE").await;
    sync.until(&document, bob_id, Some(MemberRole::Writer), PATIENCE).await;
    share("ACCESS_NONE").await;
    sync.until(&document, bob_id, None, PATIENCE).await;
    assert_eq!(sync.roles(&document).len(), 1, "the owner stays");
    assert_eq!(sync.made(&document), 1, "never made twice");

    // A repository that is gone has no members; one of the same name has other notes.
    world.call(Some(&ada.token), "RepositoryService/DeleteRepository", &create).await.good();
    let ada_id = world.call(Some(&ada.token), "AuthService/WhoAmI", &json!({})).await.good()["id"].clone();
    sync.until(&document, ada_id.as_str().expect("an id"), None, PATIENCE).await;
    world.clock.advance(Duration::from_secs(1));
    world.call(Some(&ada.token), "RepositoryService/CreateRepository", &create).await.good();
    assert_ne!(notes(&ada).await.good()["document"].as_str(), Some(document.as_str()));
    let (_, headers) = sync.heard().pop().expect("a call");
    assert_eq!(told(&world, &headers).service_name(), Some("frontend-master"));
    world.stop().await;
}

#[tokio::test]
async fn a_change_that_the_sync_daemon_has_not_heard_is_told_later() {
    let (world, sync, admin) = worlds().await;
    let (ada, bob) = (world.person(&admin, "ada").await, world.person(&admin, "bob").await);
    let create = json!({ "path": "ada/demo" });
    world.call(Some(&ada.token), "RepositoryService/CreateRepository", &create).await.good();
    let share = json!({ "path": "ada/demo", "user": "bob", "access": "ACCESS_WRITE" });
    world.call(Some(&ada.token), "RepositoryService/SetAccess", &share).await.good();
    let open = json!({ "repository": "ada/demo" });
    let opened = world.call(Some(&bob.token), "NotesService/OpenNotes", &open).await.good();
    let document = opened["document"].as_str().expect("an id").to_owned();
    let bob_id = world.call(Some(&bob.token), "AuthService/WhoAmI", &json!({})).await.good()["id"].clone();
    let bob_id = bob_id.as_str().expect("an id").to_owned();
    // The process ends between the change and its telling.
    sync.refuse(true);
    let none = json!({ "path": "ada/demo", "user": "bob", "access": "ACCESS_NONE" });
    world.call(Some(&ada.token), "RepositoryService/SetAccess", &none).await.good();
    assert_eq!(sync.roles(&document)[&bob_id], MemberRole::Writer);
    let world = world.restart(|config| config.sync_url.clone_from(&sync.url)).await;
    sync.refuse(false);
    sync.until(&document, &bob_id, None, PATIENCE).await;
    world.stop().await;
}
