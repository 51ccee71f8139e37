//! What gets out of a slot, and above all what does not.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::extract::Request;
use axum::routing::any;
use carrel_ids::{SessionId, SlotId, UserId};
use carrel_model::{Egress, Fence};
use carrel_proto::compute::v1::GitToken;
use carrel_service::ManualClock;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use prometheus::{IntCounterVec, Opts};
use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use super::route::{Target, route};
use super::*;
use crate::fakes::FakeUpstream;

fn ask(profile: Egress, method: &str, uri: &str) -> Result<String, StatusCode> {
    let uri: Uri = uri.parse().map_err(|_| StatusCode::BAD_REQUEST)?;
    let method: Method = method.parse().expect("method");
    route(profile, &method, &uri, &HeaderMap::new())
        .map(|target| target.path().to_owned())
        .map_err(|refused| refused.status)
}

#[test]
fn git_and_caches_are_reached() {
    for (method, uri, path) in [
        (
            "GET",
            "http://git.carrel.internal/ada/blinky.git/info/refs?service=git-upload-pack",
            "/git/ada/blinky.git/info/refs?service=git-upload-pack",
        ),
        (
            "POST",
            "http://GIT.carrel.internal:80/ada/blinky.git/git-receive-pack",
            "/git/ada/blinky.git/git-receive-pack",
        ),
        ("GET", "http://cache.carrel.internal/rack/nix-cache-info", "/cache/rack/nix-cache-info"),
        ("HEAD", "http://cache.carrel.internal/rack/nar/a-1.nar.zst", "/cache/rack/nar/a-1.nar.zst"),
    ] {
        assert_eq!(ask(Egress::Default, method, uri), Ok(path.to_owned()), "{uri}");
    }
}

#[test]
fn nothing_else_is() {
    let forbidden = Err(StatusCode::FORBIDDEN);
    for (method, uri) in [
        ("CONNECT", "git.carrel.internal:80"),
        ("CONNECT", "git.carrel.internal:443"),
        ("GET", "http://example.org/"),
        ("GET", "http://169.254.169.254/latest/meta-data/"),
        ("GET", "http://127.0.0.1:8080/api/v1/SessionService/ListSessions"),
        ("GET", "http://localhost/"),
        ("GET", "http://[::1]/"),
        ("GET", "https://git.carrel.internal/a/b.git/info/refs?service=git-upload-pack"),
        ("GET", "ftp://git.carrel.internal/a/b.git/info/refs?service=git-upload-pack"),
        ("GET", "http://git.carrel.internal:8080/a/b.git/info/refs?service=git-upload-pack"),
        ("GET", "http://git.carrel.internal./a/b.git/info/refs?service=git-upload-pack"),
        ("GET", "http://x@git.carrel.internal/a/b.git/info/refs?service=git-upload-pack"),
        ("GET", "http://git.carrel.internal@evil.example/a/b.git/info/refs?service=git-upload-pack"),
        ("GET", "http://git.carrel.internal.evil.example/a/b.git/info/refs?service=git-upload-pack"),
        ("GET", "http://git.carrel.internal/"),
        ("GET", "http://git.carrel.internal/a/b.git"),
        ("GET", "http://git.carrel.internal/a/b.git/"),
        ("GET", "http://git.carrel.internal/a/b.git/HEAD"),
        ("GET", "http://git.carrel.internal/a/b.git/info/refs"),
        ("GET", "http://git.carrel.internal/a/b.git/info/refs?service=x"),
        ("GET", "http://git.carrel.internal/a/b.git/info/refs?service=git-upload-pack&x=1"),
        ("POST", "http://git.carrel.internal/a/b.git/info/refs?service=git-upload-pack"),
        ("GET", "http://git.carrel.internal/a/b.git/git-upload-pack"),
        ("POST", "http://git.carrel.internal/a/b.git/git-upload-pack?x"),
        ("POST", "http://git.carrel.internal/a/b/git-upload-pack"),
        ("POST", "http://git.carrel.internal//a/b.git/git-upload-pack"),
        ("POST", "http://git.carrel.internal/a//b.git/git-upload-pack"),
        ("POST", "http://git.carrel.internal/../api/v1/b.git/git-upload-pack"),
        ("POST", "http://git.carrel.internal/a/../../b.git/git-upload-pack"),
        ("POST", "http://git.carrel.internal/../b.git/git-upload-pack"),
        ("POST", "http://git.carrel.internal/%2e%2e/b.git/git-upload-pack"),
        ("POST", "http://git.carrel.internal/a/%2e%2e%2fb.git/git-upload-pack"),
        ("POST", "http://git.carrel.internal/a/...git/git-upload-pack"),
        ("POST", "http://git.carrel.internal/a;x/b.git/git-upload-pack"),
        ("POST", "http://git.carrel.internal/a/b.git/git-upload-pack/"),
        ("POST", "http://git.carrel.internal/api/v1/AuthService/Login"),
        ("GET", "http://cache.carrel.internal/"),
        ("GET", "http://cache.carrel.internal/rack"),
        ("GET", "http://cache.carrel.internal/rack/"),
        ("GET", "http://cache.carrel.internal/../api/v1/x"),
        ("GET", "http://cache.carrel.internal/rack/../../api/v1/x"),
        ("GET", "http://cache.carrel.internal/rack/%2e%2e/x"),
        ("GET", "http://cache.carrel.internal/rack//x"),
        ("GET", "http://cache.carrel.internal/rack/a?b=c"),
        ("GET", "http://cache.carrel.internal/rack/a%00"),
        ("PUT", "http://cache.carrel.internal/rack/nar/a.nar"),
        ("POST", "http://cache.carrel.internal/rack/x"),
        ("DELETE", "http://cache.carrel.internal/rack/x"),
    ] {
        assert_eq!(ask(Egress::Default, method, uri), forbidden, "{method} {uri}");
    }
    assert_eq!(ask(Egress::Default, "GET", "/git/a/b.git/info/refs"), Err(StatusCode::BAD_REQUEST));
    assert_eq!(ask(Egress::Exam, "GET", "http://cache.carrel.internal/rack/nix-cache-info"), forbidden);
}

#[test]
fn headers_that_smuggle_are_refused() {
    let uri: Uri = "http://cache.carrel.internal/rack/a".parse().expect("uri");
    type Fields = &'static [(&'static str, &'static str)];
    let spoilt: [Fields; 5] = [
        &[("host", "127.0.0.1")],
        &[("host", "cache.carrel.internal"), ("host", "evil.example")],
        &[("content-length", "1"), ("transfer-encoding", "chunked")],
        &[("content-length", "1"), ("content-length", "2")],
        &[("transfer-encoding", "chunked"), ("transfer-encoding", "identity")],
    ];
    for fields in spoilt {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        let refused = route(Egress::Default, &Method::GET, &uri, &headers).map_err(|refused| refused.status);
        assert_eq!(refused, Err(StatusCode::BAD_REQUEST), "{fields:?}");
    }
}

/// What any reader of a path, decoding or not, would see.
fn stays_below(path: &str, root: &str) -> bool {
    path.starts_with(root)
        && !path.contains('%')
        && !path.contains("//")
        && !path.contains('\\')
        && path.split(['/', '?']).all(|part| part != "." && part != "..")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn no_address_leads_elsewhere(
        host in prop_oneof![Just("git.carrel.internal"), Just("cache.carrel.internal")],
        parts in proptest::collection::vec(
            prop_oneof![
                Just("..".to_owned()), Just(".".to_owned()), Just("%2e%2e".to_owned()), Just(String::new()),
                Just("info/refs".to_owned()), Just("git-upload-pack".to_owned()), Just("b.git".to_owned()),
                Just("?service=git-upload-pack".to_owned()), "[a-zA-Z0-9.%_+=?#;@:\\\\-]{0,8}",
            ],
            0..7,
        ),
        method in prop_oneof![Just("GET"), Just("POST"), Just("HEAD"), Just("PUT")],
    ) {
        let uri = format!("http://{host}/{}", parts.join("/"));
        if let Ok(path) = ask(Egress::Default, method, &uri) {
            let root = if host.starts_with("git") { "/git/" } else { "/cache/" };
            prop_assert!(stays_below(&path, root), "{} became {}", uri, path);
        }
    }

    #[test]
    fn any_address_is_answered_without_a_panic(uri in "\\PC{0,60}") {
        let _ = ask(Egress::Default, "GET", &uri);
    }
}

#[test]
fn targets_carry_a_credential_only_to_git() {
    let uri: Uri = "http://cache.carrel.internal/rack/a".parse().expect("uri");
    let target = route(Egress::Default, &Method::GET, &uri, &HeaderMap::new()).expect("allowed");
    assert_eq!(target, Target::Cache("/cache/rack/a".to_owned()));
}

struct World {
    proxy: Arc<Proxy>,
    upstream: Arc<FakeUpstream>,
}

/// A master that tells what it was asked.
fn mirror() -> Router {
    Router::new().fallback(any(|request: Request| async move {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("body");
        let names: Vec<String> =
            parts.headers.iter().map(|(n, v)| format!("{n}={}", v.to_str().unwrap())).collect();
        let text = format!("{} {} [{}] {}", parts.method, parts.uri, names.join(","), body.len());
        ([("set-cookie", "a=b"), ("etag", "\"1\""), ("connection", "close")], text)
    }))
}

fn world(upstream: FakeUpstream, profile: Option<Egress>, token: Option<GitToken>) -> World {
    let upstream = Arc::new(upstream);
    let slot = Arc::new(SlotShared::new(SlotId::from_random(1)));
    if let Some(profile) = profile {
        let (session, user) = (SessionId::from_random(1), UserId::from_random(1));
        let fence = Fence::from_number(1);
        slot.bind(Arc::new(Binding::new(session, fence, user, profile, GitCredential::new(token))));
    }
    let requests = IntCounterVec::new(Opts::new("requests", "requests"), &["target"]).expect("counter");
    let clock = ManualClock::new(1_000);
    World { proxy: Arc::new(Proxy { slot, upstream: upstream.clone(), clock, requests }), upstream }
}

/// Sends raw bytes, half-closes, returns all that comes back.
#[allow(clippy::disallowed_methods, reason = "joined below")]
async fn raw(world: &World, bytes: &[u8]) -> String {
    let (mut slot, node) = UnixStream::pair().expect("pair");
    let proxy = world.proxy.clone();
    let served = tokio::spawn(async move { proxy.serve(node).await });
    slot.write_all(bytes).await.expect("write");
    let mut answer = Vec::new();
    let read = async {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = slot.read(&mut buffer).await {
            answer.extend_from_slice(&buffer[..read]);
        }
    };
    tokio::time::timeout(crate::fakes::SOON, read).await.expect("the proxy hangs up");
    drop(slot);
    served.await.expect("serve");
    String::from_utf8_lossy(&answer).into_owned()
}

const REFS: &str = "GET http://git.carrel.internal/ada/b.git/info/refs?service=git-upload-pack HTTP/1.1\r\n\
    Host: git.carrel.internal\r\n";

#[tokio::test]
async fn a_request_gets_the_credential_and_loses_the_slots_own() {
    let token = GitToken { token: "first".to_owned(), expires_at: 1_000_000_000 };
    let world = world(FakeUpstream::new(mirror()), Some(Egress::Exam), Some(token));
    let request = format!(
        "{REFS}Authorization: Basic eDp4\r\nCookie: a=b\r\nProxy-Authorization: x\r\nX-Forwarded-For: 1.2.3.4\r\n\
         X-Carrel-Fence: 9\r\nGit-Protocol: version=2\r\nConnection: close\r\n\r\n"
    );
    let answer = raw(&world, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("GET /git/ada/b.git/info/refs?service=git-upload-pack"), "{answer}");
    assert!(
        answer.contains("authorization=Bearer first") && answer.contains("git-protocol=version=2"),
        "{answer}"
    );
    for gone in ["Basic", "cookie", "proxy-auth", "forwarded", "x-carrel"] {
        assert!(!answer.to_lowercase().contains(&gone.to_lowercase()), "{gone} in {answer}");
    }
    assert_eq!(world.upstream.minted.load(Ordering::SeqCst), 0);
    assert!(world.proxy.slot.meter.read().2 > 0);
}

#[tokio::test]
async fn a_credential_near_its_end_is_renewed_once() {
    let token = GitToken { token: "old".to_owned(), expires_at: 2_000 };
    let world = world(FakeUpstream::new(mirror()), Some(Egress::Default), Some(token));
    for _ in 0..2 {
        let answer = raw(&world, format!("{REFS}Connection: close\r\n\r\n").as_bytes()).await;
        assert!(answer.contains("Bearer minted-1"), "{answer}");
    }
}

#[tokio::test]
async fn an_old_credential_serves_while_it_lasts() {
    let mut upstream = FakeUpstream::new(mirror());
    upstream.lifetime_ms = None;
    let token = GitToken { token: "old".to_owned(), expires_at: 2_000 };
    let world_with = world(upstream, Some(Egress::Default), Some(token));
    let request = format!("{REFS}Connection: close\r\n\r\n");
    assert!(raw(&world_with, request.as_bytes()).await.contains("Bearer old"));
    let mut upstream = FakeUpstream::new(mirror());
    upstream.lifetime_ms = None;
    let without = world(upstream, Some(Egress::Default), None);
    assert!(raw(&without, request.as_bytes()).await.starts_with("HTTP/1.1 403"));
}

#[tokio::test]
async fn caches_get_no_credential() {
    let world = world(FakeUpstream::new(mirror()), Some(Egress::Default), None);
    let request =
        b"GET http://cache.carrel.internal/rack/nix-cache-info HTTP/1.1\r\nHost: cache.carrel.internal\r\n\
        Authorization: Bearer stolen\r\nConnection: close\r\n\r\n";
    let answer = raw(&world, request).await;
    assert!(answer.contains("GET /cache/rack/nix-cache-info"), "{answer}");
    assert!(!answer.contains("authorization") && !answer.contains("stolen"), "{answer}");
}

#[tokio::test]
async fn a_refused_credential_is_forgotten_and_no_password_is_asked_for() {
    let deny = Router::new()
        .fallback(any(|| async { (StatusCode::UNAUTHORIZED, [("www-authenticate", "Basic realm=x")]) }));
    let token = GitToken { token: "bad".to_owned(), expires_at: 1_000_000_000 };
    let world = world(FakeUpstream::new(deny), Some(Egress::Default), Some(token));
    let request = format!("{REFS}Connection: close\r\n\r\n");
    let answer = raw(&world, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 403") && !answer.contains("www-authenticate"), "{answer}");
    raw(&world, request.as_bytes()).await;
    assert_eq!(world.upstream.minted.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_unbound_slot_reaches_nothing() {
    let world = world(FakeUpstream::new(mirror()), None, None);
    let answer = raw(&world, format!("{REFS}Connection: close\r\n\r\n").as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 403") && answer.contains("no session"), "{answer}");
}

#[tokio::test]
async fn a_second_request_hidden_in_a_body_stays_a_body() {
    let world = world(FakeUpstream::new(mirror()), Some(Egress::Default), None);
    let hidden = "GET /api/v1/AccountService/ListUsers HTTP/1.1\r\nHost: x\r\n\r\n";
    let request = format!(
        "POST http://git.carrel.internal/a/b.git/git-upload-pack HTTP/1.1\r\nHost: git.carrel.internal\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{hidden}",
        hidden.len()
    );
    let answer = raw(&world, request.as_bytes()).await;
    assert!(answer.contains(&format!("] {}", hidden.len())), "{answer}");
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    let both = format!(
        "POST http://git.carrel.internal/a/b.git/git-upload-pack HTTP/1.1\r\nHost: git.carrel.internal\r\n\
         Content-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n{hidden}"
    );
    let answer = raw(&world, both.as_bytes()).await;
    assert!(!answer.contains("ListUsers"), "{answer}");
}

#[tokio::test]
async fn garbage_is_answered_or_hung_up_on() {
    let world = world(FakeUpstream::new(mirror()), Some(Egress::Default), None);
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"[..],
        b"\r\n\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET http://git.carrel.internal/a\x00b HTTP/1.1\r\n\r\n",
        b"CONNECT 169.254.169.254:80 HTTP/1.1\r\nConnection: close\r\n\r\n",
    ] {
        // A later request that asks to close ends the connection where garbage did not.
        let answer = raw(&world, &[bytes, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"].concat()).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
}
