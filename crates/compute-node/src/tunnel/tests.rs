//! The tunnel from a user's request to the agent and back.

use std::sync::Arc;

use carrel_ids::{SessionId, SlotId, UserId};
use carrel_model::{Egress, Fence};
use carrel_service::{Revocations, Role, SystemClock, Via};
use http::{Method, Request};
use http_body_util::BodyExt as _;
use hyper_util::service::TowerToHyperService;
use proptest::prelude::{ProptestConfig, any, proptest};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tower::ServiceExt as _;

use super::*;
use crate::egress::GitCredential;
use crate::fakes::{FakeAgent, SOON};
use crate::link::{EgressServer, LinkDirs, SOCKET_NAME, SlotLink};
use crate::slot::{Binding, SlotShared};

struct NoEgress;

#[async_trait::async_trait]
impl EgressServer for NoEgress {
    async fn serve(&self, _: tokio::net::UnixStream) {}
}

struct World {
    _state: tempfile::TempDir,
    agent: FakeAgent,
    router: Router,
    binding: Arc<Binding>,
    slot: Arc<SlotShared>,
    shutdown: Shutdown,
    revocations: Revocations,
    revoke: watch::Sender<u64>,
}

const FENCE_NUMBER: u64 = 7;

fn session() -> SessionId {
    SessionId::from_random(1)
}

fn owner() -> UserId {
    UserId::from_random(1)
}

fn world() -> World {
    let state = tempfile::tempdir().expect("temporary directory");
    let (dirs, id) = (LinkDirs::new(state.path()), SlotId::from_random(1));
    let link = SlotLink::open(&dirs, &id, Arc::new(NoEgress)).expect("open");
    let agent = FakeAgent::start(dirs.link(&id).join(SOCKET_NAME), &id);
    let slot = Arc::new(SlotShared::new(id));
    let fence = Fence::from_number(FENCE_NUMBER);
    let binding =
        Arc::new(Binding::new(session(), fence, owner(), Egress::Default, GitCredential::default()));
    slot.bind(binding.clone());
    let sessions = Sessions::default();
    sessions.put(Held { slot: slot.clone(), binding: binding.clone(), link });
    let shutdown = Shutdown::new();
    let (revoke, revoked) = watch::channel(0);
    let revocations = Revocations::new();
    let clock: SharedClock = SystemClock::shared();
    let tasks = Tasks::new(&shutdown);
    let tunnel = Tunnel::new(sessions, clock, tasks, shutdown.clone(), revocations.clone(), revoked);
    World { _state: state, agent, router: tunnel.router(), binding, slot, shutdown, revocations, revoke }
}

fn principal(kind: Kind, lasts: u64) -> Principal {
    let now = carrel_service::Clock::now_secs(&SystemClock);
    Principal { kind, token_id: "t1".to_owned(), expires: now + lasts, issued_at: now, via: Via::Bearer }
}

fn user(id: UserId, role: Role) -> Principal {
    principal(Kind::User { id, name: "ada".to_owned(), role }, 3600)
}

fn forwarder() -> Principal {
    principal(Kind::Service { name: "frontend-master".to_owned() }, 3600)
}

fn path(rest: &str) -> String {
    format!("/s/{}/{rest}", session())
}

fn request(method: Method, rest: &str, who: Option<Principal>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path(rest)).body(Body::empty()).expect("request");
    if let Some(who) = who {
        request.extensions_mut().insert(who);
    }
    request
}

fn as_websocket(mut request: Request<Body>) -> Request<Body> {
    for (name, value) in [
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-version", "13"),
    ] {
        request.headers_mut().insert(name, http::HeaderValue::from_static(value));
    }
    request
}

async fn send(world: &World, request: Request<Body>) -> (http::response::Parts, String) {
    let answer = world.router.clone().oneshot(request);
    let response = tokio::time::timeout(SOON, answer).await.expect("in time").expect("infallible");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("body").to_bytes();
    (parts, String::from_utf8_lossy(&body).into_owned())
}

async fn status(world: &World, request: Request<Body>) -> u16 {
    send(world, request).await.0.status.as_u16()
}

#[tokio::test]
async fn a_call_reaches_the_agent_without_secrets_and_comes_back_harmless() {
    let world = world();
    let mut call = request(Method::POST, "api/Run?ticket=secret", Some(user(owner(), Role::Learner)));
    for (name, value) in [
        ("authorization", "Bearer secret"),
        ("cookie", "carrel_token=secret"),
        ("x-carrel-fence", "7"),
        ("x-carrel-user", "us-1"),
        ("content-type", "application/json"),
    ] {
        call.headers_mut().insert(name, http::HeaderValue::from_static(value));
    }
    *call.body_mut() = Body::from("{}");
    let (parts, body) = send(&world, call).await;
    assert_eq!((parts.status.as_u16(), body.as_str()), (200, "http://slot/api/Run 2"));
    let seen = world.agent.memory.seen.borrow().clone().expect("seen");
    assert!(seen.contains_key("content-type"));
    for (name, value) in &seen {
        assert!(!name.as_str().starts_with("x-carrel") && !value.as_bytes().starts_with(b"secret"), "{name}");
        assert!(!["authorization", "cookie"].contains(&name.as_str()), "{name}");
    }
    let header = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(header("content-security-policy").as_deref(), Some("sandbox; default-src 'none'"));
    assert_eq!(header("x-content-type-options").as_deref(), Some("nosniff"));
    assert_eq!(header("content-type").as_deref(), Some("application/json"));
    assert_eq!(header("etag").as_deref(), Some("\"e1\""));
    for gone in ["set-cookie", "service-worker-allowed", "access-control-allow-origin"] {
        assert_eq!(header(gone), None);
    }
}

#[tokio::test]
async fn downloads_are_attachments_of_bytes() {
    let world = world();
    let get = request(Method::GET, "raw?path=out%2Ftop.bin", Some(user(owner(), Role::Learner)));
    let (parts, _) = send(&world, get).await;
    assert_eq!(parts.headers["content-type"], "application/octet-stream");
    assert_eq!(parts.headers["content-disposition"], "attachment; filename*=UTF-8''top.bin");
    let redirect = request(Method::GET, "artefact?name=x", Some(user(owner(), Role::Learner)));
    let (parts, _) = send(&world, redirect).await;
    assert_eq!((parts.status.as_u16(), parts.headers.get("location")), (412, None));
}

#[tokio::test]
async fn uploads_have_a_limit_whether_announced_or_not() {
    let world = world();
    let put = |body: Body| {
        let mut put = request(Method::PUT, "raw?path=a", Some(user(owner(), Role::Learner)));
        *put.body_mut() = body;
        put
    };
    let (parts, body) = send(&world, put(Body::from(vec![0; 1 << 20]))).await;
    assert_eq!((parts.status.as_u16(), body.as_str()), (200, "/raw?path=a 1048576"));
    let limit = usize::try_from(UPLOAD_MAX).expect("fits");
    assert_eq!(status(&world, put(Body::from(vec![0; limit + 1]))).await, 413);
    let piece = bytes::Bytes::from(vec![0; 1 << 20]);
    let pieces = futures::stream::iter(std::iter::repeat_n(
        Ok::<_, std::convert::Infallible>(piece),
        (limit >> 20) + 1,
    ));
    assert_eq!(status(&world, put(Body::from_stream(pieces))).await, 413);
    assert!(world.slot.meter.read().0 > UPLOAD_MAX);
}

#[tokio::test]
async fn only_those_who_may_get_in() {
    let world = world();
    let stranger = UserId::from_random(2);
    let post = |who| request(Method::POST, "api/Run", who);
    assert_eq!(status(&world, post(None)).await, 401);
    assert_eq!(status(&world, post(Some(user(stranger.clone(), Role::Mentor)))).await, 404);
    assert_eq!(status(&world, post(Some(user(stranger, Role::Admin)))).await, 200);
    let other = principal(Kind::Service { name: "no-other".to_owned() }, 60);
    assert_eq!(status(&world, post(Some(other))).await, 404);
    assert_eq!(status(&world, post(Some(forwarder()))).await, 400);
    for (fence, expected) in [("6", 412), ("8", 412), ("x", 400), ("7", 200)] {
        let mut forwarded = post(Some(forwarder()));
        forwarded.headers_mut().insert(FENCE, http::HeaderValue::from_static(fence));
        assert_eq!(status(&world, forwarded).await, expected, "fence {fence}");
    }
    let mut elsewhere = post(Some(user(owner(), Role::Learner)));
    *elsewhere.uri_mut() = "/s/se-2/api/Run".parse().expect("uri");
    assert_eq!(status(&world, elsewhere).await, 404);
}

#[tokio::test]
async fn a_ticket_opens_one_websocket_and_nothing_else() {
    let world = world();
    let ticket = |session| {
        let kind = Kind::Ticket { session, id: owner(), name: "ada".to_owned(), role: Role::Learner };
        principal(kind, 60)
    };
    let watch = |who| as_websocket(request(Method::GET, "watch?ticket=x", Some(who)));
    assert_eq!(status(&world, request(Method::POST, "api/Run", Some(ticket(session())))).await, 403);
    assert_eq!(status(&world, watch(ticket(SessionId::from_random(2)))).await, 404);
    // The agent's own 404: it was let in.
    let (parts, body) = send(&world, watch(ticket(session()))).await;
    assert_eq!((parts.status.as_u16(), body.as_str()), (404, ""));
    assert_eq!(status(&world, watch(ticket(session()))).await, 401);
}

#[tokio::test]
async fn telemetry_is_the_nodes_own() {
    let world = world();
    let get = request(Method::GET, "telemetry", Some(user(owner(), Role::Learner)));
    let (parts, body) = send(&world, get).await;
    assert_eq!(parts.status.as_u16(), 200);
    assert!(body.starts_with('{'), "{body}");
}

/// A websocket through a real HTTP/1.1 server.
#[allow(clippy::disallowed_methods, reason = "ends with the test")]
async fn websocket(world: &World, who: Principal) -> DuplexStream {
    let (mut near, far) = tokio::io::duplex(1 << 20);
    let router = world.router.clone().layer(axum::Extension(who));
    tokio::spawn(async move {
        let service = TowerToHyperService::new(router);
        let server = hyper::server::conn::http1::Builder::new();
        let _ = server.serve_connection(TokioIo::new(far), service).with_upgrades().await;
    });
    let head = format!(
        "GET {} HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nx-carrel-fence: 7\r\n\r\n",
        path("terminal/te-1?client=c&since=0")
    );
    near.write_all(head.as_bytes()).await.expect("write");
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(near.read_u8().await.expect("read"));
    }
    let answer = String::from_utf8_lossy(&answer).to_lowercase();
    assert!(answer.starts_with("http/1.1 101") && answer.contains("sec-websocket-accept: x"), "{answer}");
    near
}

async fn end_of(mut stream: DuplexStream) -> Vec<u8> {
    let mut rest = Vec::new();
    tokio::time::timeout(SOON, stream.read_to_end(&mut rest)).await.expect("in time").expect("read");
    rest
}

#[tokio::test]
async fn a_terminal_carries_bytes_and_ends_with_its_session() {
    let world = world();
    let mut stream = websocket(&world, forwarder()).await;
    stream.write_all(&[0x82, 3, 1, 2, 3]).await.expect("write");
    let mut echo = [0; 5];
    stream.read_exact(&mut echo).await.expect("read");
    assert_eq!(echo, [0x82, 3, 1, 2, 3]);
    assert_eq!(world.slot.meter.read(), (5, 5, 0));
    world.binding.close();
    assert_eq!(end_of(stream).await, frames::close_frame(4410, "session closed"));
}

#[tokio::test]
async fn a_users_own_token_ends_its_terminal() {
    let world = world();
    let kind = Kind::User { id: owner(), name: "ada".to_owned(), role: Role::Learner };
    let stream = websocket(&world, principal(kind, 1)).await;
    assert_eq!(end_of(stream).await, frames::close_frame(4401, "token expired"));
}

#[tokio::test]
async fn a_log_out_ends_a_users_terminals_and_nobody_elses() {
    let world = world();
    let mine = websocket(&world, user(owner(), Role::Learner)).await;
    let mut forwarded = websocket(&world, forwarder()).await;
    let all = carrel_service::identity::Revocation {
        user_id: owner().to_string(),
        before: i64::MAX,
        forget_after: i64::MAX,
        ..Default::default()
    };
    world.revocations.apply(false, vec![all], 0);
    world.revoke.send_modify(|count| *count += 1);
    assert_eq!(end_of(mine).await, frames::close_frame(4401, "token expired"));
    forwarded.write_all(&[0x82, 0]).await.expect("write");
    let mut echo = [0; 2];
    forwarded.read_exact(&mut echo).await.expect("still open");
}

#[tokio::test]
async fn a_stopping_node_says_so() {
    let world = world();
    let stream = websocket(&world, user(owner(), Role::Learner)).await;
    world.shutdown.trigger();
    assert_eq!(end_of(stream).await, frames::close_frame(1001, "server going away"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn garbage_through_a_terminal_is_carried_whole(
        pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..5_000), 1..6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
        runtime.block_on(async {
            let world = world();
            let mut stream = websocket(&world, user(owner(), Role::Learner)).await;
            for piece in pieces {
                stream.write_all(&piece).await.expect("write");
                let mut echo = vec![0; piece.len()];
                stream.read_exact(&mut echo).await.expect("read");
                assert_eq!(echo, piece);
            }
        });
    }

    #[test]
    fn any_path_gets_an_answer_that_is_no_fault(rest in "[a-zA-Z0-9/._%?=&~-]{0,40}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
        runtime.block_on(async {
            let world = world();
            let Ok(uri) = path(&rest).parse::<http::Uri>() else { return };
            let mut asked = request(Method::GET, "raw", Some(user(owner(), Role::Learner)));
            *asked.uri_mut() = uri;
            assert!(status(&world, asked).await < 500);
        });
    }
}
