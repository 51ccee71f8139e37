//! What a listener does not put up with.

use std::time::Duration;

use carrel_service::ListenerConfig;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::world::World;

async fn connect(world: &World) -> TcpStream {
    let address = world.urls[0].trim_start_matches("http://");
    TcpStream::connect(address).await.expect("connect")
}

async fn ask(world: &World, text: &[u8]) -> String {
    let mut stream = connect(world).await;
    // It may be refused and closed before the last byte is out.
    drop(stream.write_all(text).await);
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer).await);
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_loopback_listener_answers_to_loopback_names_only() {
    let listener =
        ListenerConfig { hosts: vec!["ide.example".to_owned()], ..ListenerConfig::tcp("127.0.0.1:0") };
    let world = World::start(&[listener], 10).await;
    for (host, status) in
        [("localhost:1", "200"), ("ide.example", "200"), ("evil.example", "403"), ("10.0.0.1", "403")]
    {
        let request = format!("GET /peer HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        let answer = ask(&world, request.as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{host}: {answer}");
    }
    world.stop().await;
}

/// Time stands still but for waiting, so that the deadline passes at once.
#[tokio::test(start_paused = true)]
async fn a_head_that_trickles_is_given_up() {
    let world = World::loopback().await;
    for start in [&b""[..], b"G", b"GET /peer HTTP/1.1\r\nhost: loc", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let before = tokio::time::Instant::now();
        let mut stream = connect(&world).await;
        stream.write_all(start).await.expect("write");
        let mut rest = Vec::new();
        drop(stream.read_to_end(&mut rest).await);
        let waited = before.elapsed();
        assert!(waited >= Duration::from_secs(10) && waited < Duration::from_secs(30), "{waited:?}");
    }
    world.stop().await;
}

#[tokio::test]
async fn a_head_beyond_its_limit_is_refused() {
    let world = World::loopback().await;
    let large = format!("GET /peer HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "a".repeat(70_000));
    let answer = ask(&world, large.as_bytes()).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    let many = format!("GET /peer HTTP/1.1\r\nhost: localhost\r\n{}\r\n", "x: y\r\n".repeat(200));
    let answer = ask(&world, many.as_bytes()).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    let answer = ask(&world, b"nonsense\r\n\r\n").await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
    world.stop().await;
}
