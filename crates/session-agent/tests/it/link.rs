//! Dialling, spares, and what strangers may do on the link.

use std::sync::atomic::Ordering;

use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{World, eventually, soon};

#[tokio::test]
async fn two_spares_wait_and_a_used_one_is_replaced() {
    let world = World::new().await;
    let before = world.dialled.load(Ordering::SeqCst);
    for _ in 0..10 {
        assert_eq!(world.send("GET", "/nothing", &[], b"").await.0, StatusCode::NOT_FOUND);
    }
    eventually("each used connection was replaced", async || {
        (world.dialled.load(Ordering::SeqCst) >= before + 10).then_some(())
    })
    .await;
    let (first, second) = (world.spare().await, world.spare().await);
    // Both unused: there is no third until one of them is.
    assert_eq!(world.dialled.load(Ordering::SeqCst), world.dialled.load(Ordering::SeqCst));
    drop((first, second));
    world.hello().await.unwrap();
}

#[tokio::test]
async fn garbage_ends_its_connection_and_nothing_else() {
    let world = World::new().await;
    let long = vec![b'a'; 1 << 20];
    for garbage in [
        &b"\xff\x00\x01\x02garbage\r\n\r\n"[..],
        b"GET",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        b"POST /api/Run HTTP/1.1\r\ncontent-length: 99999999999999999999\r\n\r\n",
        &long,
    ] {
        let mut stream = world.spare().await;
        let _ = stream.write_all(garbage).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = soon("the end of the connection", stream.read_to_end(&mut answer)).await;
        assert_eq!(world.hello().await.unwrap().slot_id, "sl-test");
    }
}

#[tokio::test]
async fn a_node_that_restarts_is_found_again() {
    let mut world = World::new().await;
    for _ in 0..3 {
        world.unlisten().await;
        world.listen();
        let reply = eventually("the agent redials", async || world.hello().await.ok()).await;
        assert_eq!(reply.protocol, carrel_proto::AGENT_PROTOCOL);
    }
}

#[tokio::test]
async fn a_node_that_hangs_up_at_once_is_not_hammered() {
    let world = World::new().await;
    let before = world.dialled.load(Ordering::SeqCst);
    let started = std::time::Instant::now();
    for _ in 0..12 {
        drop(world.spare().await);
    }
    let redials = world.dialled.load(Ordering::SeqCst) - before;
    // Two lanes, each waiting 10, 20, 40, 80 ms …
    assert!(redials <= 14 && started.elapsed().as_millis() >= 100, "{redials} in {:?}", started.elapsed());
}

#[tokio::test]
async fn unknown_routes_and_methods_are_answered_clearly() {
    let world = World::new().await;
    for (method, path, wanted) in [
        ("GET", "/", StatusCode::NOT_FOUND),
        ("POST", "/api/NoSuchMethod", StatusCode::NOT_FOUND),
        ("GET", "/api/GetStatus", StatusCode::METHOD_NOT_ALLOWED),
        ("DELETE", "/raw?path=x", StatusCode::METHOD_NOT_ALLOWED),
        ("GET", "/raw", StatusCode::BAD_REQUEST),
        ("GET", "/artefact", StatusCode::BAD_REQUEST),
        ("GET", "/watch", StatusCode::BAD_REQUEST),
        ("GET", "/terminal/te-x?client=a", StatusCode::BAD_REQUEST),
    ] {
        let (status, _, body) = world.send(method, path, &[], b"").await;
        assert_eq!(status, wanted, "{method} {path}");
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert!(problem["message"].as_str().is_some_and(|text| !text.is_empty()), "{method} {path}");
    }
    let (status, _, body) = world.send("POST", "/api/Run", &[], b"{\"argv\":1}").await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{body:?}");
}
