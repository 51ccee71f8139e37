//! Measures orchestration and the tunnel against a fake node: `cargo run --release --example session_opens`.
#![allow(dead_code, clippy::disallowed_methods)]

#[path = "../tests/sessions/node.rs"]
mod node;
#[path = "../tests/sessions/world.rs"]
mod world;

use std::time::{Duration, Instant};

use carrel_client::{Body, Http};
use carrel_frontend_master::config::SessionsConfig;
use carrel_frontend_master::sessions::Opener;
use carrel_proto::session::v1::OpenSessionRequest;
use carrel_service::Role;
use http_body_util::BodyExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use world::{World, user_id};

const OPENS: usize = 1_000;
const BATCH: u32 = 100;

fn show(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
    println!(
        "{what}: p50 {:.2} ms, p99 {:.2} ms, max {:.2} ms ({} times)",
        at(0.5),
        at(0.99),
        at(1.0),
        times.len()
    );
}

#[tokio::main]
async fn main() {
    let config =
        SessionsConfig { per_user_max: 10_000, claim_deadline_ms: 20_000, ..SessionsConfig::default() };
    let world = World::with(config).await;
    let node = world.node("no-a", BATCH).await;
    let opener = Opener { id: user_id("ada"), name: "ada".to_owned(), role: Role::Learner };
    let request = OpenSessionRequest { repository: "ada/demo".to_owned(), ..Default::default() };
    let (mut in_process, mut over_grpc, mut closes) = (Vec::new(), Vec::new(), Vec::new());
    let mut client = world.user("ada").sessions;
    for round in 0..2 * OPENS / BATCH as usize {
        let mut opened = Vec::new();
        for n in 0..BATCH {
            let named = OpenSessionRequest { request_id: format!("{round}-{n}"), ..request.clone() };
            let started = Instant::now();
            if round % 2 == 0 {
                let row = world.sessions.open(opener.clone(), named).await.expect("opens");
                in_process.push(started.elapsed());
                opened.push(row.record.id.clone());
            } else {
                let session = client.open_session(named).await.expect("opens").into_inner();
                over_grpc.push(started.elapsed());
                opened.push(session.id.parse().expect("an id"));
            }
        }
        for id in opened {
            let started = Instant::now();
            world.sessions.close(&id, "measured".to_owned()).await.expect("closes");
            closes.push(started.elapsed());
        }
        world.report(&node).await;
    }
    show("open, in process", in_process);
    show("open, over gRPC", over_grpc);
    show("close", closes);
    let at_once = (0..BATCH).map(|n| {
        let (sessions, opener) = (world.sessions.clone(), opener.clone());
        let named = OpenSessionRequest { request_id: format!("burst-{n}"), ..request.clone() };
        async move {
            let started = Instant::now();
            sessions.open(opener, named).await.expect("opens");
            started.elapsed()
        }
    });
    show("open, 100 at once", futures::future::join_all(at_once).await);
    let id = node.fences().keys().next().expect("one").clone();
    tunnel(&world, &node, &id).await;
}

async fn tunnel(world: &World, node: &node::Node, id: &str) {
    let service = world.issuer.issue(carrel_service::NewToken::service("frontend-master")).expect("a token");
    let direct = carrel_client::Peer::new(
        &node.url,
        carrel_client::Options {
            token: carrel_client::TokenSource::fixed(service.token),
            ..Default::default()
        },
    );
    let (direct, through) = (direct.expect("a peer").http(), world.http("ada"));
    for (what, http) in [("request, direct", direct.clone()), ("request, tunnel", through.clone())] {
        let mut times = Vec::new();
        for _ in 0..OPENS {
            let started = Instant::now();
            let body = Body::new(http_body_util::Full::from("{}"));
            let request =
                http::Request::post(format!("/s/{id}/api/GetStatus")).body(body).expect("a request");
            let answer = http.send(request).await.expect("an answer");
            answer.into_body().collect().await.expect("a body");
            times.push(started.elapsed());
        }
        show(what, times);
    }
    for (what, http) in [("websocket echo, direct", direct), ("websocket echo, tunnel", through)] {
        show(what, echoes(&http, id).await);
    }
}

async fn echoes(http: &Http, id: &str) -> Vec<Duration> {
    let request = http::Request::get(format!("/s/{id}/ws"))
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    let (_, mut stream) =
        http.upgrade(request.body(world::no_body()).expect("a request")).await.expect("upgrades");
    let mut times = Vec::new();
    for _ in 0..OPENS {
        let started = Instant::now();
        stream.write_all(b"k").await.expect("writes");
        stream.read_exact(&mut [0; 1]).await.expect("reads");
        times.push(started.elapsed());
    }
    times
}
