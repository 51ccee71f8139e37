//! Socket.IO by hand: what strangers get, what members must not send, and that nothing of it stays.

use std::time::Duration;

use carrel_proto::sync::v1::CreateDocumentRequest;
use carrel_service::Random;
use carrel_sync::config::Limits;
use futures::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::story::Socket;
use crate::world::{PATIENCE, World};

/// An Engine.IO websocket that has been greeted; or the status of the refusal.
async fn open(world: &World) -> Result<Socket, u16> {
    let url = format!("{}/socket.io/?EIO=4&transport=websocket", world.url.replace("http:", "ws:"));
    let request = url.into_client_request().expect("a request");
    let stream = tokio::net::TcpStream::connect(world.url.trim_start_matches("http://")).await;
    match tokio_tungstenite::client_async(request, stream.expect("connect")).await {
        Ok((mut socket, _)) => {
            text(&mut socket, "0{").await.expect("a greeting");
            Ok(socket)
        }
        Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

/// The next text that begins so; nothing once the line has ended.
async fn text(socket: &mut Socket, start: &str) -> Option<String> {
    let find = async {
        while let Some(Ok(message)) = socket.next().await {
            match message {
                Message::Text(text) if text.starts_with(start) => return Some(text.to_string()),
                _ => {}
            }
        }
        None
    };
    tokio::time::timeout(PATIENCE, find).await.expect("in time")
}

async fn say(socket: &mut Socket, text: impl Into<String>) {
    socket.send(Message::text(text.into())).await.expect("sent");
}

/// A request by hand; its status.
async fn ask(world: &World, head: &str, body: &[u8]) -> (u16, String) {
    let address = world.url.trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("connect");
    let length = body.len();
    let head = format!(
        "{head} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
    );
    let _ = stream.write_all(&[head.as_bytes(), body].concat()).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    let _ = read.expect("an answer in time");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.get(9..12).and_then(|status| status.parse().ok());
    (status.unwrap_or_default(), answer)
}

async fn a_document(world: &World) -> String {
    let made = world.documents(1).create_document(CreateDocumentRequest::default()).await;
    made.expect("created").into_inner().id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_get_little() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let world = World::start(folder.path(), Limits::default()).await;
    let id = a_document(&world).await;
    for query in
        ["", "EIO=4", "EIO=3&transport=polling", "EIO=4&transport=grpc", "EIO=4&transport=polling&sid=x"]
    {
        let (status, answer) = ask(&world, &format!("GET /socket.io/?{query}"), b"").await;
        assert_eq!(status, 400, "{query}: {answer}");
    }
    let (status, _) = ask(&world, "DELETE /socket.io/?EIO=4&transport=polling", b"").await;
    assert!((400..500).contains(&status), "{status}");

    let mut socket = open(&world).await.expect("a line");
    for (auth, why) in [("", "sign in first"), ("{\"token\":\"a.b.c\"}", "token"), ("[1", "sign in first")] {
        say(&mut socket, format!("40/yjs|{id},{auth}")).await;
        let refused = text(&mut socket, &format!("44/yjs|{id},")).await.expect("a refusal");
        assert!(refused.contains(why), "{refused}");
    }
    // Documents without end: after some the line says so, and no name stays behind.
    for n in 0..80 {
        say(&mut socket, format!("40/yjs|do-{n},{{\"token\":\"a.b.c\"}}")).await;
    }
    let mut refused = 0;
    for _ in 0..80 {
        let refusal = text(&mut socket, "44/yjs|do-").await.expect("a refusal");
        refused += usize::from(refusal.contains("too many documents"));
    }
    assert_eq!(refused, 3 + 80 - 64, "three were asked for before");
    // More than a stranger may say: the line is cut.
    let _ = socket.send(Message::text(format!("40/yjs|{id},{{\"token\":\"{}\"}}", "x".repeat(8_000)))).await;
    assert_eq!(text(&mut socket, "44").await, None, "the line is cut");

    // The same by polling.
    let (status, greeting) = ask(&world, "GET /socket.io/?EIO=4&transport=polling", b"").await;
    assert_eq!(status, 200, "{greeting}");
    let sid = greeting.split("\"sid\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an id");
    let (status, answer) =
        ask(&world, &format!("POST /socket.io/?EIO=4&transport=polling&sid={sid}"), &vec![b'4'; 20_000])
            .await;
    assert!((400..500).contains(&status), "{answer}");

    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn places_are_limited_and_come_back() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let world = World::start(folder.path(), Limits { connections_per_address: 3, ..Limits::default() }).await;
    let mut lines = Vec::new();
    for _ in 0..3 {
        lines.push(open(&world).await.expect("a place"));
    }
    assert_eq!(open(&world).await.err(), Some(429));
    assert_eq!(ask(&world, "GET /socket.io/?EIO=4&transport=polling", b"").await.0, 429);
    for line in &mut lines {
        assert_eq!(text(line, "9").await, None, "who opens nothing is sent away");
    }
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while open(&world).await.is_err() {
        assert!(tokio::time::Instant::now() < deadline, "the places stay taken");
        // poll: the server notices the ends by itself
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_that_break_the_protocol_are_told_and_others_go_on() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let world = World::start(folder.path(), Limits { frame_bytes: 64 * 1024, ..Limits::default() }).await;
    let id = a_document(&world).await;
    let token = world.token(1);
    let enter = async || {
        let mut socket = open(&world).await.expect("a line");
        say(&mut socket, format!("40/yjs|{id},{{\"token\":\"{token}\"}}")).await;
        text(&mut socket, &format!("40/yjs|{id},")).await.expect("let in");
        socket
    };
    let mut witness = enter().await;
    let header = |event: &str| format!("451-/yjs|{id},[\"{event}\",{{\"_placeholder\":true,\"num\":0}}]");
    for (event, bytes) in [
        (format!("42/yjs|{id},[\"sync-update\",\"text\"]"), None),
        (format!("42/yjs|{id},[\"sync-step-1\",{{}}]"), None),
        (format!("42/yjs|{id},[\"token\",7]"), None),
        (header("sync-step-1"), Some(vec![0xff_u8, 0xff, 0xff, 0xff, 0x0f])),
        (header("awareness-update"), Some(vec![1, 2, 3])),
    ] {
        let mut socket = enter().await;
        say(&mut socket, event.clone()).await;
        if let Some(bytes) = bytes {
            socket.send(Message::binary(bytes)).await.expect("sent");
        }
        let closed = text(&mut socket, &format!("42/yjs|{id},[\"closed\""))
            .await
            .unwrap_or_else(|| panic!("not told: {event}"));
        assert!(closed.contains("4400"), "{event}: {closed}");
        text(&mut socket, &format!("41/yjs|{id}")).await.expect("out");
    }
    // What breaks the packets themselves, or is too large, ends the line.
    for packet in [
        Message::text("nonsense"),
        Message::text("4999"),
        Message::text(format!("452-/yjs|{id},[\"sync-update\"]")),
        Message::binary(vec![1, 2, 3]),
        Message::text("4".repeat(100_000)),
    ] {
        let mut socket = enter().await;
        let _ = socket.send(packet.clone()).await;
        assert_eq!(text(&mut socket, "never").await, None, "{packet:?}");
    }
    // Noise from a seed.
    let random = Random::seeded(7);
    for _ in 0..40 {
        let mut socket = enter().await;
        for _ in 0..20 {
            let kind =
                ["2", "40", "42", "43", "45", "451-", "40/yjs|", "42/yjs|", "41"][random.below(9) as usize];
            let noise: String =
                (0..random.below(40)).map(|_| char::from(32 + random.below(95) as u8)).collect();
            let packet = match random.below(4) {
                0 => Message::binary((0..random.below(50)).map(|_| random.u64() as u8).collect::<Vec<_>>()),
                1 => Message::text(header("sync-update")),
                _ => Message::text(format!("{kind}{noise}")),
            };
            if socket.send(packet).await.is_err() {
                break;
            }
        }
    }
    say(&mut witness, header("awareness-update")).await;
    witness.send(Message::binary([&[1, 5, 1, 2][..], b"{}"].concat())).await.expect("sent");
    let told = text(&mut witness, &format!("451-/yjs|{id},[\"awareness-update\"")).await;
    assert!(told.is_some(), "who did nothing wrong is still served");
    world.end().await;
}
