//! The gate: every kind of caller at every kind of path.

use axum::body::Body;
use axum::routing::any;
use axum::{Extension, Router};
use carrel_ids::{DocumentId, SessionId, UserId};
use http::{Request, StatusCode};
use tower::ServiceExt as _;

use super::*;
use crate::app::App;
use crate::clock::ManualClock;
use crate::health::Health;
use crate::identity::{Issuer, NewToken, Revocations};
use crate::listen::{Audience, Peer, PeerAddr};
use crate::metrics::Metrics;
use crate::random::Random;

struct World {
    issuer: Issuer,
    app: App,
}

fn world() -> World {
    world_with(|auth| auth)
}

fn world_with(change: impl FnOnce(Auth) -> Auth) -> World {
    let clock = ManualClock::new(1_800_000_000_000);
    let issuer = Issuer::ephemeral("carrel", clock.clone(), Random::seeded(1));
    let verifier = Verifier::new("carrel", issuer.keys(), Revocations::new(), clock);
    let auth = Auth::new(verifier)
        .rules(|_, path| match path {
            "/public" => Some(Rule::PUBLIC),
            "/user" => Some(Rule::USER),
            "/admin" => Some(Rule::ADMIN),
            "/service" => Some(Rule::SERVICE),
            "/git" => Some(Rule::GIT),
            "/session" => Some(Rule::SESSION_OR_SERVICE),
            "/document" => Some(Rule::DOCUMENT),
            "/local" => Some(Rule::LOCAL),
            "/slot" => Some(Rule::from(Access::Slot)),
            _ => None,
        })
        .hook(|parts| Some(parts.uri.query()?.strip_prefix("ticket=")?.to_owned()))
        .origins(["https://carrel.example"]);
    let who = |who: Option<Extension<Principal>>| async move {
        who.map_or_else(|| "nobody".to_owned(), |Extension(who)| format!("{:?}", who.via))
    };
    let routes = Router::new().route("/{any}", any(who));
    World { issuer, app: App::new(change(auth)).routes(Audience::Public, routes) }
}

impl World {
    fn token(&self, new: NewToken) -> String {
        self.issuer.issue(new).expect("signed").token
    }

    async fn ask(
        &self,
        audience: Audience,
        uid: Option<u32>,
        request: http::request::Builder,
    ) -> (StatusCode, String) {
        let router = self.app.router(audience, &Health::default(), &Metrics::new("test"));
        let addr = uid.map_or_else(|| PeerAddr::Tcp(([10, 0, 0, 9], 1).into()), |_| PeerAddr::Unix);
        let peer = Peer { addr, audience, uid, tls: None };
        let request =
            request.header("host", "carrel.local:8080").extension(peer).body(Body::empty()).expect("request");
        let response = router.oneshot(request).await.expect("infallible");
        let status = response.status();
        let grpc =
            response.headers().get("grpc-status").map(|value| value.to_str().expect("text").to_owned());
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.expect("body");
        (status, grpc.unwrap_or_else(|| String::from_utf8_lossy(&body).into_owned()))
    }

    async fn with(&self, path: &str, audience: Audience, token: &str) -> u16 {
        let request = Request::get(path).header("authorization", format!("Bearer {token}"));
        self.ask(audience, None, request).await.0.as_u16()
    }
}

fn user() -> UserId {
    UserId::from_random(7)
}

const PATHS: [&str; 9] =
    ["/public", "/user", "/admin", "/service", "/git", "/session", "/local", "/slot", "/unlisted"];

#[tokio::test]
async fn every_caller_gets_what_the_table_says() {
    let world = world();
    let session = SessionId::from_random(1);
    let callers: [(&str, NewToken, [u16; 9]); 5] = [
        (
            "learner",
            NewToken::user(&user(), "ada", Role::Learner),
            [200, 200, 403, 403, 200, 200, 403, 403, 404],
        ),
        ("admin", NewToken::user(&user(), "eve", Role::Admin), [200, 200, 200, 403, 200, 200, 403, 403, 404]),
        ("service", NewToken::service("no-a"), [200, 403, 403, 200, 200, 200, 403, 403, 404]),
        ("git", NewToken::git(&session, "a/b", 1), [200, 403, 403, 403, 200, 403, 403, 403, 404]),
        (
            "ticket",
            NewToken::ticket(&session, &user(), "a", Role::Admin),
            [200, 403, 403, 403, 403, 200, 403, 403, 404],
        ),
    ];
    for (caller, new, expected) in callers {
        let token = world.token(new);
        for (path, expected) in PATHS.into_iter().zip(expected) {
            assert_eq!(world.with(path, Audience::Rack, &token).await, expected, "{caller} at {path}");
        }
    }
    for (path, expected) in PATHS.into_iter().zip([200, 401, 401, 401, 401, 401, 401, 401, 404]) {
        let (status, body) = world.ask(Audience::Local, None, Request::get(path)).await;
        assert_eq!(status.as_u16(), expected, "stranger at {path}");
        assert_eq!(world.with(path, Audience::Local, "forged").await, expected, "forger at {path}");
        assert!(status.is_success() || body.contains("\"code\":\""), "{body}");
    }
}

#[tokio::test]
async fn daemons_tokens_are_worthless_on_public_listeners() {
    let world = world();
    let token = world.token(NewToken::service("no-a"));
    assert_eq!(world.with("/service", Audience::Public, &token).await, 403);
    assert_eq!(world.with("/service", Audience::Rack, &token).await, 200);
}

#[tokio::test]
async fn the_machines_owner_is_known_on_local_sockets_only() {
    let world = world();
    let own = rustix::process::geteuid().as_raw();
    for (audience, uid, expected) in [
        (Audience::Local, own, [200, 200, 401]),
        (Audience::Local, 0, [200, 200, 401]),
        (Audience::Local, 54_321, [401, 401, 401]),
        (Audience::Rack, own, [401, 401, 401]),
    ] {
        for (path, expected) in ["/admin", "/local", "/user"].into_iter().zip(expected) {
            let status = world.ask(audience, Some(uid), Request::get(path)).await.0;
            // Known, but not a person: 403 rather than 401 there.
            let expected =
                if path == "/user" && audience == Audience::Local && uid != 54_321 { 403 } else { expected };
            assert_eq!(status.as_u16(), expected, "{audience:?} {uid} {path}");
        }
    }
}

#[tokio::test]
async fn a_cookie_acts_only_for_the_sites_own_pages() {
    let world = world();
    let cookie = format!("a=b; {HOST_COOKIE}={}", world.token(NewToken::user(&user(), "ada", Role::Learner)));
    let ask = async |request: http::request::Builder| {
        world.ask(Audience::Public, None, request.header("cookie", &cookie)).await.0.as_u16()
    };
    assert_eq!(ask(Request::get("/user")).await, 200);
    let planted = cookie.replace("__Host-", "");
    let (status, _) =
        world.ask(Audience::Public, None, Request::get("/user").header("cookie", planted)).await;
    assert_eq!(status.as_u16(), 401, "one that a neighbour of the site could have set");
    assert_eq!(ask(Request::post("/user")).await, 403);
    assert_eq!(ask(Request::get("/user").header("upgrade", "websocket")).await, 403);
    for (origin, expected) in [
        ("http://carrel.local:8080", 200),
        ("https://carrel.example", 200),
        ("http://evil.example", 403),
        ("http://carrel.local:9090", 403),
        ("null", 403),
        ("carrel.local:8080", 403),
        ("http://carrel.local:8080.evil.example", 403),
    ] {
        assert_eq!(ask(Request::post("/user").header("origin", origin)).await, expected, "{origin}");
        let upgrade = Request::get("/user").header("upgrade", "websocket").header("origin", origin);
        assert_eq!(ask(upgrade).await, expected, "{origin}");
    }
    let (status, who) = world
        .ask(
            Audience::Public,
            None,
            Request::post("/public").header("cookie", &cookie).header("origin", "http://evil.example"),
        )
        .await;
    assert_eq!((status.as_u16(), who.as_str()), (200, "nobody"), "a foreign page acts as nobody");
}

#[tokio::test]
async fn a_stale_cookie_gives_way_to_the_hook_and_never_blocks_the_public() {
    let world = world();
    let stale = format!("{HOST_COOKIE}=stale");
    let ticket = world.token(NewToken::ticket(&SessionId::from_random(1), &user(), "ada", Role::Learner));
    let request = Request::get(format!("/session?ticket={ticket}")).header("cookie", &stale);
    assert_eq!(world.ask(Audience::Public, None, request).await, (StatusCode::OK, "Hook".to_owned()));
    let request = Request::get("/public").header("cookie", &stale);
    assert_eq!(world.ask(Audience::Public, None, request).await, (StatusCode::OK, "nobody".to_owned()));
}

#[tokio::test]
async fn denials_speak_the_callers_language() {
    let world = world();
    let grpc = Request::post("/carrel.x.v1.X/Y").header("content-type", "application/grpc");
    assert_eq!(world.ask(Audience::Public, None, grpc).await, (StatusCode::OK, "5".to_owned()));
    let grpc = Request::post("/user").header("content-type", "application/grpc");
    assert_eq!(world.ask(Audience::Public, None, grpc).await, (StatusCode::OK, "16".to_owned()));
    let router = world.app.router(Audience::Public, &Health::default(), &Metrics::new("test"));
    let response =
        router.oneshot(Request::get("/git").body(Body::empty()).expect("request")).await.expect("answer");
    let challenge = response.headers()["www-authenticate"].to_str().expect("text").to_owned();
    assert!(challenge.starts_with("Basic "), "{challenge}");
}

#[tokio::test]
async fn the_kits_own_paths_follow_the_audience() {
    let world = world();
    let status = async |audience, path: &str| world.ask(audience, None, Request::get(path)).await.0.as_u16();
    assert_eq!(status(Audience::Public, "/healthz").await, 503, "not ready yet");
    assert_eq!(status(Audience::Public, "/metrics").await, 404);
    assert_eq!(status(Audience::Rack, "/metrics").await, 200);
}

#[tokio::test]
async fn relayed_people_are_believed_behind_the_front_only_and_tickets_open_what_they_name() {
    let relay = |world: &World| {
        let own = world.issuer.issue(NewToken::user(&user(), "ada", Role::Admin)).expect("signed").claims;
        let own = Principal::from_claims(&own, crate::identity::Via::Cookie).expect("principal");
        world.token(NewToken::relay(&own).expect("a person"))
    };
    let (front, behind) = (world(), world_with(Auth::behind_the_front));
    assert_eq!(front.with("/user", Audience::Rack, &relay(&front)).await, 403);
    assert_eq!(front.with("/admin", Audience::Rack, &relay(&front)).await, 403);
    assert_eq!(behind.with("/user", Audience::Rack, &relay(&behind)).await, 200);
    let ticket = NewToken::document_ticket(&DocumentId::from_random(1), &user(), "ada", Role::Admin);
    let ticket = front.token(ticket);
    for (path, expected) in [("/document", 200), ("/session", 403), ("/user", 403), ("/admin", 403)] {
        assert_eq!(front.with(path, Audience::Rack, &ticket).await, expected, "{path}");
    }
    let session = front.token(NewToken::ticket(&SessionId::from_random(1), &user(), "ada", Role::Admin));
    assert_eq!(front.with("/document", Audience::Rack, &session).await, 403);
}
