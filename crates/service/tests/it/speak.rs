//! HTTP/1.1, HTTP/2, gRPC, websockets and uploads on one port; unix sockets.

use carrel_client::{Body, ClientError, TokenSource};
use carrel_proto::auth::v1::WatchRevocationsRequest;
use carrel_proto::code::ServiceCode;
use carrel_service::{ListenerConfig, NewToken};
use futures::{SinkExt as _, StreamExt as _};
use http::{HeaderMap, Method, Request};
use tokio::io::AsyncReadExt as _;
use tokio_tungstenite::tungstenite::Message;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::world::World;

type PeerFacts = (String, Option<u32>, Option<bool>);

#[tokio::test]
async fn one_port_speaks_http_grpc_and_websockets() {
    let world = World::loopback().await;
    let peer = world.peer(0, Some(NewToken::service("no-a")));
    let http = peer.http();
    let facts: PeerFacts = http.request_json(Method::GET, "/peer", None::<&()>).await.expect("HTTP/1.1");
    assert_eq!(facts, ("HTTP/1.1".to_owned(), None, None));

    let mut health = HealthClient::new(peer.channel());
    let reply = health.check(HealthCheckRequest::default()).await.expect("gRPC").into_inner();
    assert_eq!(reply.status, 1, "serving");
    let mut tokens = carrel_client::frontend_master(&peer).tokens;
    let mut stream =
        tokens.watch_revocations(WatchRevocationsRequest {}).await.expect("allowed").into_inner();
    assert!(stream.message().await.expect("message").expect("one").full);

    let mut socket = http.websocket("/echo?x=1").await.expect("websocket");
    socket.send(Message::binary(vec![7; 100_000])).await.expect("sent");
    let back = socket.next().await.expect("open").expect("message");
    assert_eq!(back.into_data().len(), 100_000);
    socket.close(None).await.expect("closed");

    let metrics = http.get_text("/metrics").await.expect("metrics");
    assert!(metrics.contains("process_open_fds"), "{metrics}");
    world.stop().await;
}

#[tokio::test]
async fn strangers_are_refused_in_both_languages() {
    let world = World::loopback().await;
    for token in
        [None, Some(NewToken::user(&carrel_ids::UserId::from_random(1), "ada", carrel_service::Role::Admin))]
    {
        let code = if token.is_some() { ServiceCode::PermissionDenied } else { ServiceCode::Unauthenticated };
        let peer = world.peer(0, token);
        let mut tokens = carrel_client::frontend_master(&peer).tokens;
        let status = tokens.watch_revocations(WatchRevocationsRequest {}).await.expect_err("refused");
        assert_eq!(status.code(), code.grpc(), "{status}");
        let path = "/api/v1/TokenService/WatchRevocations";
        let refused =
            peer.http().request_json::<_, ()>(Method::POST, path, Some(&())).await.expect_err("refused");
        assert_eq!(refused.problem().map(|problem| problem.code), Some(code), "{refused}");
    }
    world.stop().await;
}

#[tokio::test]
async fn a_unix_socket_tells_the_peers_user() {
    let dir = tempfile::tempdir().expect("folder");
    let path = dir.path().join("s.sock");
    // A leftover of a crash makes way; a living socket does not.
    drop(std::os::unix::net::UnixListener::bind(&path).expect("leftover"));
    let world = World::start(&[ListenerConfig::unix(&path)], 10).await;
    let http = world.peer(0, None).http();
    let facts: PeerFacts = http.request_json(Method::GET, "/peer", None::<&()>).await.expect("answer");
    let own = rustix::process::geteuid().as_raw();
    assert_eq!(facts, ("HTTP/1.1".to_owned(), Some(own), None));
    let mut health = HealthClient::new(world.peer(0, None).channel());
    health.check(HealthCheckRequest::default()).await.expect("gRPC over the socket");
    let second = carrel_service::Listeners::bind(&[ListenerConfig::unix(&path)]).await;
    second.expect_err("somebody listens there");
    world.stop().await;
    assert!(!path.exists(), "the socket file goes with the daemon");
}

#[tokio::test]
async fn bodies_stream_both_ways() {
    let world = World::loopback().await;
    let http = world.peer(0, None).http();
    let content = tokio::io::repeat(b'x').take(1_000_000);
    let answer =
        http.upload(Method::POST, "/size", HeaderMap::new(), Some(1_000_000), content).await.expect("upload");
    assert_eq!(answer.status(), 200);
    let (parts, mut body) = http.download("/healthz").await.expect("download");
    let mut text = String::new();
    body.read_to_string(&mut text).await.expect("body");
    assert_eq!((parts.status.as_u16(), text.contains("ready")), (200, true), "{text}");
    let answer = http.send(Request::post("/size").body(Body::new("abc".to_owned())).expect("request")).await;
    assert_eq!(answer.expect("answer").status(), 200);
    world.stop().await;
}

#[tokio::test]
async fn nobody_there_is_said_with_the_address() {
    let dir = tempfile::tempdir().expect("folder");
    let url = format!("unix:{}/none.sock", dir.path().display());
    let options = carrel_client::Options { token: TokenSource::none(), ..carrel_client::Options::default() };
    let peer = carrel_client::Peer::new(&url, options).expect("peer");
    let error = peer.http().get_text("/x?secret=1").await.expect_err("nobody there");
    assert!(matches!(error, ClientError::Connect(_)), "{error:?}");
    assert!(error.to_string().contains(&url) && !error.to_string().contains("secret"), "{error}");
    let status = HealthClient::new(peer.channel())
        .check(HealthCheckRequest::default())
        .await
        .expect_err("nobody there");
    assert_eq!(status.code(), Code::Unavailable, "{status}");
    assert!(status.message().contains("none.sock"), "{status}");
}

#[tokio::test]
async fn a_given_stream_carries_grpc_and_plain_http() {
    let dir = tempfile::tempdir().expect("folder");
    let path = dir.path().join("s.sock");
    let world = World::start(&[ListenerConfig::unix(&path)], 10).await;
    let connect = async || tokio::net::UnixStream::connect(&path).await.expect("connect");
    let channel = carrel_client::Channel::from_io(connect().await).await.expect("h2");
    HealthClient::new(channel.clone()).check(HealthCheckRequest::default()).await.expect("gRPC");
    assert!(channel.is_open());
    let mut http = carrel_client::http1::on_io(connect().await).await.expect("h1");
    let request = Request::get("/peer").header("host", "localhost").body(Body::empty()).expect("request");
    assert_eq!(http.send(request).await.expect("answer").status(), 200);
    drop(http);
    world.stop().await;
    let status = HealthClient::new(channel).check(HealthCheckRequest::default()).await.expect_err("gone");
    assert_eq!(status.code(), Code::Unavailable, "{status}");
}
