//! Forged, expired and borrowed credentials at both doors.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ed25519_dalek::pkcs8::DecodePrivateKey as _;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};

use crate::hostile::{assert_well, not_our_fault, session_doors};
use crate::rack::{Pools, Rack, find};
use crate::wire::{Socket, ask, bearer, call};

fn encode(part: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(part.to_string())
}

fn decode(part: &str) -> Value {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("JSON")
}

fn sign(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let body = format!("{}.{}", encode(header), encode(claims));
    let signature = BASE64_URL_SAFE_NO_PAD.encode(key.sign(body.as_bytes()).to_bytes());
    format!("{body}.{signature}")
}

/// Tokens that must be worth nothing, each made of a good one.
fn forgeries(good: &str, real: &SigningKey) -> Vec<(&'static str, String)> {
    let parts: Vec<_> = good.split('.').collect();
    let (header, claims) = (decode(parts[0]), decode(parts[1]));
    let with = |of: &Value, name: &str, value: Value| {
        let mut of = of.clone();
        of[name] = value;
        of
    };
    let other = SigningKey::from_bytes(&[7; 32]);
    let none = encode(&with(&header, "alg", json!("none")));
    let raised = encode(&with(&claims, "role", json!("admin")));
    let now = claims["iat"].as_u64().expect("a time");
    let hs256 = with(&header, "alg", json!("HS256"));
    vec![
        (
            "expired",
            sign(real, &header, &with(&with(&claims, "exp", json!(now - 3_600)), "iat", json!(now - 7_200))),
        ),
        ("without an end", sign(real, &header, &with(&claims, "exp", Value::Null))),
        ("of another issuer", sign(real, &header, &with(&claims, "iss", json!("elsewhere")))),
        ("for something else", sign(real, &header, &with(&claims, "aud", json!("carrel-git")))),
        ("of a service, for a user", sign(real, &header, &with(&claims, "aud", json!("carrel-rack")))),
        ("of another key", sign(&other, &header, &claims)),
        ("of an unknown key", sign(&other, &with(&header, "kid", json!("unknown")), &claims)),
        (
            "with its key in it",
            sign(
                &other,
                &with(
                    &header,
                    "jwk",
                    json!({ "kty": "OKP", "crv": "Ed25519",
            "x": BASE64_URL_SAFE_NO_PAD.encode(other.verifying_key().as_bytes()) }),
                ),
                &claims,
            ),
        ),
        ("alg none", format!("{none}.{}.", parts[1])),
        ("alg none, signed", format!("{none}.{}.{}", parts[1], parts[2])),
        ("alg HS256", sign(real, &hs256, &claims)),
        ("with a raised role", format!("{}.{raised}.{}", parts[0], parts[2])),
        ("without a signature", format!("{}.{}.", parts[0], parts[1])),
        ("cut off", good[..good.len() - 4].to_owned()),
        ("of two parts", format!("{}.{}", parts[0], parts[1])),
        ("dots", "...".to_owned()),
        ("noise", "A".repeat(20_000)),
    ]
}

#[test]
fn forged_and_borrowed_credentials_are_worth_nothing() {
    let rack = Rack::start(Pools { standard: 0, burst: 1 });
    rack.learner("ada");
    rack.learner("eve");
    rack.run("ada", &["repo", "create", "ada/own", "--starters"]);
    let session = rack.open("ada", &["ada/own", "--class", "burst", "--without-environment"]);
    let (ada, eve) = (rack.token("ada"), rack.token("eve"));
    let (master, node) = (rack.master_door(), rack.node_door());
    let status = format!("/s/{session}/api/GetStatus");
    let list = "/api/v1/SessionService/ListSessions";
    let pem = std::fs::read_to_string(rack.dir().join("master/identity.key")).expect("the key");
    let real = SigningKey::from_pkcs8_pem(&pem).expect("PKCS#8");
    let git = "GET /git/ada/own.git/info/refs?service=git-upload-pack";

    for (what, token) in forgeries(&ada, &real) {
        for (door, path) in [(&master, list), (&master, &status), (&node, &status)] {
            let reply = call(door, path, &token, &json!({}));
            assert!(matches!(reply.status, 401 | 404 | 403), "a token {what} at {door}{path}: {reply:?}");
            assert_eq!(reply.status, 401, "a token {what} at {door}{path}: {}", reply.said());
            let cookie = [format!("cookie: carrel_token={token}"), format!("origin: http://{door}")];
            let reply = ask(door, &format!("POST {path}"), &cookie, b"{}");
            assert_eq!(reply.status, 401, "a cookie {what} at {door}{path}: {}", reply.said());
        }
        let reply = ask(&master, git, &[bearer(&token)], &[]);
        assert_eq!(reply.status, 401, "git with a token {what}: {}", reply.said());
    }
    for (door, path) in [(&master, list), (&master, &status), (&node, &status)] {
        let good = call(door, path, &ada, &json!({}));
        assert_eq!(good.status, 200, "the control at {door}{path}: {}", good.said());
    }
    for door in [&master, &node] {
        let reply = call(door, &status, &eve, &json!({}));
        assert_eq!(reply.status, 404, "eve at {door}: {}", reply.said());
        let forged_fence =
            [bearer(&eve), "x-carrel-fence: 1".to_owned(), "x-carrel-user: us-admin".to_owned()];
        assert_eq!(ask(door, &format!("POST {status}"), &forged_fence, b"{}").status, 404);
    }
    tickets(&rack, &session, [&ada, &eve]);
    rack.run("ada", &["session", "close", &session, "--force"]);
    assert_well(&rack);
}

/// A ticket is for one session, one person, one websocket.
fn tickets(rack: &Rack, session: &str, [ada, eve]: [&str; 2]) {
    let master = rack.master_door();
    let make = |token: &str| {
        let asked = json!({ "sessionId": session });
        call(&master, "/api/v1/SessionService/CreateTicket", token, &asked)
    };
    assert_eq!(make(eve).status, 404, "eve gets a ticket for ada's session");
    for door in session_doors(rack) {
        let made: Value = serde_json::from_slice(&make(ada).body).expect("JSON");
        let ticket = find(&made, "ticket").expect("a ticket");
        let watch = format!("/s/{session}/watch?ticket={ticket}");
        let post = ask(&door, &format!("POST /s/{session}/api/GetStatus?ticket={ticket}"), &[], b"{}");
        assert!(matches!(post.status, 401 | 403), "a ticket for a call at {door}: {post:?}");
        let as_bearer = call(&door, &format!("/s/{session}/api/GetStatus"), &ticket, &json!({}));
        assert!(matches!(as_bearer.status, 401 | 403), "a ticket as a token at {door}: {as_bearer:?}");
        let elsewhere = watch.replace(session, "se-00000000000000000000");
        let refused =
            Socket::open(&door, &elsewhere, &[]).err().expect("a ticket for one session opens another");
        not_our_fault("a ticket elsewhere", &refused);
        let first = Socket::open(&door, &watch, &[]);
        assert!(first.is_ok(), "the control: a good ticket at {door}: {:?}", first.err());
        let again = Socket::open(&door, &watch, &[]).err().expect("a ticket was taken twice");
        assert_eq!(again.status, 401, "{again:?}");
    }
    assert_eq!(call(&master, "/api/v1/SessionService/ListSessions", "x", &json!({})).status, 401);
}
