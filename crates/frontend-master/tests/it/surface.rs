//! Everything a client can reach, as a golden file, and that a stranger reaches none of the rest.

use std::fmt::Write as _;
use std::path::PathBuf;

use carrel_frontend_master::http::routes::ROUTES;
use carrel_proto::access::{Access, METHODS};
use http::StatusCode;
use serde_json::json;

use crate::client::grpc;
use crate::world::World;

/// Services that other daemons serve.
const ELSEWHERE: [&str; 5] =
    ["SlotService", "SlotControlService", "WorkspaceService", "GitService", "StewardService"];

/// Methods that answer more than once have no JSON mirror.
const STREAMS: [&str; 2] = ["WatchSession", "Watch"];

fn listed() -> Vec<(&'static str, &'static str, Access)> {
    let split = |(name, access): &(&'static str, Access)| {
        let (service, method) = name.split_once('/').expect("service/method");
        (service, method, *access)
    };
    METHODS
        .iter()
        .map(split)
        .filter(|(service, ..)| !ELSEWHERE.iter().any(|other| service.ends_with(other)))
        .collect()
}

#[test]
fn the_surface_is_what_the_golden_file_says() {
    let mut text = String::from(
        "# Every gRPC method and every HTTP route with its access. Public means: without a token.\n",
    );
    for (service, method, access) in listed() {
        let access = format!("{access:?}").to_lowercase();
        writeln!(text, "rpc   {access:<8} {service}/{method}").expect("write");
    }
    for (service, method, access) in listed() {
        if matches!(access, Access::Public | Access::User | Access::Admin) && !STREAMS.contains(&method) {
            let short = service.rsplit('.').next().expect("name");
            let access = format!("{access:?}").to_lowercase();
            writeln!(text, "http  {access:<8} POST /api/v1/{short}/{method}").expect("write");
        }
    }
    for route in ROUTES {
        writeln!(text, "http  {} {} ({})", route.methods.join(","), route.path, route.access).expect("write");
    }
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/surface.txt");
    if std::env::var_os("CARREL_REGENERATE").is_some() {
        std::fs::write(&file, &text).expect("write surface.txt");
    }
    let held = std::fs::read_to_string(&file).expect("read surface.txt");
    assert_eq!(held, text, "tests/golden/surface.txt is stale: run this test with CARREL_REGENERATE=1");
}

/// Tokens a stranger may come with.
const STRANGERS: [Option<&str>; 3] = [
    None,
    Some("garbage"),
    // {"alg":"none"} . {"sub":"us-1","role":"admin","aud":"carrel-user"} . nothing
    Some("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1cy0xIiwicm9sZSI6ImFkbWluIiwiYXVkIjoiY2FycmVsLXVzZXIifQ."),
];

#[tokio::test]
async fn every_route_denies_a_stranger() {
    let world = World::start().await;
    for (name, access) in METHODS {
        let (service, method) = name.split_once('/').expect("service/method");
        let short = service.rsplit('.').next().expect("name");
        for token in STRANGERS {
            let (status, message) = grpc(world.public, &format!("/{name}"), token).await;
            let json = world.call(token, &format!("{short}/{method}"), &json!({})).await;
            if *access == Access::Public {
                assert_ne!(json.status, StatusCode::NOT_FOUND, "{name} is mirrored");
                continue;
            }
            // PermissionDenied, Unauthenticated, NotFound or Unimplemented, before anything was looked at.
            assert!(matches!(status, 5 | 7 | 12 | 16), "{name} answered a stranger: {status} {message}");
            let denied = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND];
            assert!(denied.contains(&json.status), "{name} answered a stranger: {json:?}");
        }
    }
    for route in ROUTES.iter().filter(|route| route.access != "public") {
        let path = route
            .path
            .replace("<owner>", "ada")
            .replace("<name>", "demo")
            .replace("<session>", "se-1")
            .replace("<id>", "do-1");
        let path =
            path.replace('…', "api/GetStatus").replace("info/refs", "info/refs?service=git-upload-pack");
        for token in STRANGERS {
            let bearer = format!("Bearer {}", token.unwrap_or_default());
            let headers = if token.is_some() { vec![("authorization", bearer.as_str())] } else { vec![] };
            let method = if route.methods[0] == "any" { "POST" } else { route.methods[0] };
            let answer = world.request(method, &path, &headers, "").await;
            let denied = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND];
            assert!(denied.contains(&answer.status), "{path} answered a stranger: {answer:?}");
        }
    }
    world.stop().await;
}

#[tokio::test]
async fn a_learner_is_no_admin_and_no_daemon() {
    let world = World::start().await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    for (name, access) in METHODS {
        if matches!(access, Access::Public | Access::User) {
            continue;
        }
        let (service, method) = name.split_once('/').expect("service/method");
        let short = service.rsplit('.').next().expect("name");
        for token in [&ada.token, &admin.token] {
            if *access == Access::Admin && *token == admin.token {
                continue;
            }
            let (status, message) = grpc(world.public, &format!("/{name}"), Some(token)).await;
            assert!(matches!(status, 5 | 7 | 12 | 16), "{name} answered a person: {status} {message}");
            let json = world.call(Some(token), &format!("{short}/{method}"), &json!({})).await;
            assert!(matches!(json.status.as_u16(), 401 | 403 | 404), "{name} answered a person: {json:?}");
        }
    }
    world.stop().await;
}

#[tokio::test]
async fn pages_and_documents() {
    let world = World::start().await;
    let home = world.get("/", &[]).await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(home.text().contains("carrel session open"));
    let csp = home.headers["content-security-policy"].to_str().expect("text");
    assert!(csp.starts_with("default-src 'none'"), "{csp}");
    assert_eq!(home.headers["x-content-type-options"], "nosniff");
    assert_eq!(home.headers["referrer-policy"], "same-origin");
    let described = world.get("/api/v1/openapi.json", &[]).await.good();
    assert!(described["paths"]["/api/v1/AuthService/Login"]["post"]["description"].is_string());
    let keys = world.get("/.well-known/jwks.json", &[]).await.good();
    assert!(keys["keys"].is_array());
    for missing in ["/nothing", "/api/v1/AuthService/login", "/api/v1", "/git", "/.git/config"] {
        assert_eq!(world.get(missing, &[]).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
    for method in ["PUT", "DELETE", "PATCH"] {
        let answer = world.request(method, "/login", &[], "").await;
        assert!(answer.status.is_client_error(), "{method}: {answer:?}");
    }
    world.stop().await;
}

#[tokio::test]
async fn garbage_bodies_are_the_senders_fault() {
    let world = World::start().await;
    let admin = world.admin().await;
    let deep = "[".repeat(100_000);
    for (service, method, access) in listed() {
        let short = service.rsplit('.').next().expect("name");
        if !matches!(access, Access::Public | Access::User | Access::Admin) {
            continue;
        }
        let path = format!("/api/v1/{short}/{method}");
        for body in ["{", "[]", "null", "{\"nothing\":1}", "\u{0}", "{\"name\":7}", &deep] {
            let bearer = format!("Bearer {}", admin.token);
            let answer = world.request("POST", &path, &[("authorization", &bearer)], body.to_owned()).await;
            // A method that takes nothing may take nothing from "null" as well.
            let fine = answer.status.is_client_error() || (body == "null" && answer.status == StatusCode::OK);
            assert!(fine, "{path} {body:.20}: {answer:?}");
        }
        // Logged out by its own method: get in again.
    }
    let long = format!("{{\"name\":\"{}\"}}", "a".repeat(7 * 1024 * 1024));
    let answer = world.request("POST", "/api/v1/AuthService/Login", &[], long).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    world.stop().await;
}
