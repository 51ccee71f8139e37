//! `/s/<session>/…`: who gets through, what gets through, and when it ends.

use carrel_client::{Body, ClientError, Http};
use carrel_frontend_master::store::RevokeTokens;
use carrel_proto::session::v1 as pb;
use carrel_proto::session::v1::SessionState::Unreachable;
use carrel_service::identity::NewToken;
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::world::{SOON, World, no_body, user_id};

/// Sends a request with a body and headers; the answer's status, headers and body.
async fn call(
    http: &Http,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> (StatusCode, http::HeaderMap, String) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = Body::new(http_body_util::Full::from(body.to_owned()));
    let answer = http.send(request.body(body).expect("a request")).await.expect("an answer");
    let (parts, body) = answer.into_parts();
    let bytes = body.collect().await.expect("a body").to_bytes();
    (parts.status, parts.headers, String::from_utf8_lossy(&bytes).into_owned())
}

fn handshake(path: &str) -> Request<Body> {
    Request::get(path)
        .header(header::CONNECTION, "upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_VERSION, "13")
        .header(header::SEC_WEBSOCKET_KEY, "dGhlIHNhbXBsZSBub25jZQ==")
        .header(header::SEC_WEBSOCKET_PROTOCOL, "bearer, secret")
        .body(no_body())
        .expect("a request")
}

async fn echo(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), text: &str) {
    stream.write_all(text.as_bytes()).await.expect("writes");
    let mut back = vec![0; text.len()];
    tokio::time::timeout(SOON, stream.read_exact(&mut back)).await.expect("in time").expect("reads");
    assert_eq!(back, text.as_bytes());
}

async fn until_closed(mut stream: impl AsyncRead + Unpin) {
    let mut rest = Vec::new();
    // An end or a reset: either way it is over.
    let _ = tokio::time::timeout(SOON, stream.read_to_end(&mut rest)).await.expect("ends in time");
    assert!(rest.is_empty());
}

fn refused(result: Result<(http::response::Parts, impl Sized), ClientError>) -> u16 {
    match result {
        Err(ClientError::Answer { status, .. }) => status.as_u16(),
        Err(other) => panic!("{other}"),
        Ok((parts, _)) => panic!("let through: {}", parts.status),
    }
}

#[tokio::test]
async fn requests_reach_the_slot_without_anything_of_the_users() {
    let world = World::new().await;
    let node = world.node("no-a", 1).await;
    let session = world.ready("ada", &node).await;
    let path = format!("/s/{}/api/echo?a=%2e%20b&ticket=sneaky", session.id);
    let sent =
        [("cookie", "carrel_token=abc; x=y"), ("x-carrel-fence", "1"), ("x-secret", "s"), ("referer", "r")];
    let (status, _, body) = call(&world.http("ada"), Method::POST, &path, &sent, "{\"a\":1}").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "{\"a\":1}"));
    let (heard, headers) = node.inside().heard[0].clone();
    assert_eq!(heard, format!("/s/{}/api/echo?a=%2e%20b", session.id));
    for name in ["cookie", "x-secret", "referer", "origin"] {
        assert!(!headers.contains_key(name), "{name}");
    }
    assert_eq!(headers["x-carrel-fence"], session.fence.to_string().as_str());
    assert_eq!(headers["x-carrel-user"], user_id("ada").as_str());
    let token = world.token("ada");
    let payload = token.split('.').nth(1).expect("a payload");
    let service = headers["authorization"].to_str().expect("text").to_owned();
    assert!(service.starts_with("Bearer ") && !service.contains(payload), "the master's own token");
}

#[tokio::test]
async fn hostile_answers_do_nothing_on_this_origin() {
    let world = World::new().await;
    let node = world.node("no-a", 1).await;
    let session = world.ready("ada", &node).await;
    let path = format!("/s/{}/hostile", session.id);
    let (_, headers, _) = call(&world.http("ada"), Method::GET, &path, &[], "").await;
    for dropped in ["set-cookie", "location", "access-control-allow-origin"] {
        assert!(!headers.contains_key(dropped), "{dropped}");
    }
    assert_eq!(headers["content-security-policy"], "sandbox; default-src 'none'");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["content-type"], "application/octet-stream");
    assert_eq!(headers["content-disposition"], "attachment");
}

#[tokio::test]
async fn strangers_other_users_and_stale_states_are_told_apart_only_where_they_may() {
    let world = World::new().await;
    let node = world.node("no-a", 2).await;
    let session = world.ready("ada", &node).await;
    let status = async |http: Http, path: String| call(&http, Method::GET, &path, &[], "").await.0.as_u16();
    let path = format!("/s/{}/api/GetStatus", session.id);
    assert_eq!(status(world.http_as(None), path.clone()).await, 401);
    assert_eq!(status(world.http("bob"), path.clone()).await, 404);
    assert_eq!(status(world.http("root"), path.clone()).await, 200);
    assert_eq!(status(world.http("ada"), "/s/se-0/api/GetStatus".to_owned()).await, 404);
    assert_eq!(status(world.http("ada"), format!("/s/{}/%2e%2e/x", session.id)).await, 400);
    let git = world.issuer.issue(NewToken::git(&session.id.parse().expect("id"), "ada/demo", session.fence));
    assert_eq!(status(world.http_as(Some(git.expect("a token").token)), path.clone()).await, 403);
    world.advance(16);
    world.until(&session.id, Unreachable).await;
    let (status_silent, _, body) = call(&world.http("ada"), Method::GET, &path, &[], "").await;
    assert!(status_silent == 503 && body.contains("no-a") && body.contains("try again"), "{body}");
    world.close("ada", &session.id).await.expect("closes");
    let (status_over, _, body) = call(&world.http("ada"), Method::GET, &path, &[], "").await;
    assert!(status_over == 412 && body.contains("closed by ada"), "{body}");
}

#[tokio::test]
async fn a_node_that_is_gone_is_said_to_be() {
    let world = World::new().await;
    let node = world.node("no-a", 1).await;
    let session = world.ready("ada", &node).await;
    node.stop();
    let path = format!("/s/{}/api/GetStatus", session.id);
    let mut last = String::new();
    for _ in 0..2_000 {
        let (status, _, body) = call(&world.http("ada"), Method::GET, &path, &[], "").await;
        if status == StatusCode::SERVICE_UNAVAILABLE {
            assert!(body.contains("no-a does not answer") && body.contains("\"unavailable\""), "{body}");
            return;
        }
        last = body;
        // poll: a state, within the bound of this loop.
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("still answered: {last}");
}

#[tokio::test]
async fn a_websocket_flows_until_its_session_is_closed() {
    let world = World::new().await;
    let node = world.node("no-a", 1).await;
    let session = world.ready("ada", &node).await;
    let path = format!("/s/{}/ws", session.id);
    let (parts, mut stream) = world.http("ada").upgrade(handshake(&path)).await.expect("upgrades");
    assert!(!parts.headers.contains_key(header::SET_COOKIE));
    let headers = node.inside().heard[0].1.clone();
    assert!(!headers.contains_key(header::SEC_WEBSOCKET_PROTOCOL));
    echo(&mut stream, "hello").await;
    echo(&mut stream, &"x".repeat(300_000)).await;
    world.close("ada", &session.id).await.expect("closes");
    until_closed(stream).await;
}

#[tokio::test]
async fn a_websocket_ends_with_the_token_that_opened_it() {
    let world = World::new().await;
    let node = world.node("no-a", 1).await;
    let session = world.ready("ada", &node).await;
    let path = format!("/s/{}/ws", session.id);
    let signed = world.issuer.issue(NewToken::user(&user_id("ada"), "ada", carrel_service::Role::Learner));
    let signed = signed.expect("a token");
    let (_, mut one) = world.http_as(Some(signed.token)).upgrade(handshake(&path)).await.expect("upgrades");
    let (_, mut other) = world.http("ada").upgrade(handshake(&path)).await.expect("upgrades");
    echo(&mut one, "a").await;
    let ends = i64::try_from(signed.claims.exp).expect("small");
    world.record(&signed.claims.jti, ends).await;
    let revoke = RevokeTokens::One(signed.claims.jti);
    world.hub.revoke(&user_id("ada"), &revoke, ends).await.expect("revokes");
    until_closed(one).await;
    echo(&mut other, "the session and other tokens live").await;
    let everything = RevokeTokens::All { before: ends };
    world.hub.revoke(&user_id("ada"), &everything, ends).await.expect("revokes");
    until_closed(other).await;
}

#[tokio::test]
async fn a_ticket_opens_one_websocket_of_one_session() {
    let world = World::new().await;
    let node = world.node("no-a", 2).await;
    let session = world.ready("ada", &node).await;
    let other = world.ready("ada", &node).await;
    let request = pb::CreateTicketRequest { session_id: session.id.clone() };
    let ticket = async || {
        let made = world.user("ada").sessions.clone().create_ticket(request.clone()).await;
        made.expect("a ticket").into_inner().ticket
    };
    let nobody = world.http_as(None);
    let path = |id: &str, ticket: &str| format!("/s/{id}/ws?ticket={ticket}");
    let first = ticket().await;
    assert_eq!(refused(nobody.upgrade(handshake(&path(&other.id, &first))).await), 404);
    let (status, _, _) = call(&nobody, Method::GET, &path(&session.id, &first), &[], "").await;
    assert_eq!(status, StatusCode::FORBIDDEN, "not for plain requests");
    let (_, mut stream) = nobody.upgrade(handshake(&path(&session.id, &first))).await.expect("upgrades");
    echo(&mut stream, "hi").await;
    assert_eq!(refused(nobody.upgrade(handshake(&path(&session.id, &first))).await), 401, "once");
    let late = ticket().await;
    world.advance(120);
    assert_eq!(refused(nobody.upgrade(handshake(&path(&session.id, &late))).await), 401, "expired");
    let heard = node.inside().heard.clone();
    assert!(heard.iter().all(|(path, _)| !path.contains("ticket")), "the node never sees it");
}

#[tokio::test]
async fn the_cookie_opens_a_websocket_only_from_a_page_of_ours() {
    let world = World::new().await;
    let node = world.node("no-a", 1).await;
    let session = world.ready("ada", &node).await;
    let nobody = world.http_as(None);
    let with = |origin: Option<&str>| {
        let mut request = handshake(&format!("/s/{}/ws", session.id));
        let cookie = format!("carrel_token={}", world.token("ada"));
        request.headers_mut().insert(header::COOKIE, cookie.parse().expect("a value"));
        if let Some(origin) = origin {
            request.headers_mut().insert(header::ORIGIN, origin.parse().expect("a value"));
        }
        request
    };
    assert_eq!(refused(nobody.upgrade(with(None)).await), 403);
    assert_eq!(refused(nobody.upgrade(with(Some("https://evil.example"))).await), 403);
    assert!(node.inside().heard.is_empty());
    let (_, mut stream) = nobody.upgrade(with(Some(&world.url))).await.expect("upgrades");
    echo(&mut stream, "hi").await;
}
