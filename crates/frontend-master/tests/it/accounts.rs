//! Logins, links, tokens, revocations, limits.

use std::time::Duration;

use carrel_proto::auth::v1::WatchRevocationsRequest;
use carrel_proto::auth::v1::token_service_client::TokenServiceClient;
use carrel_service::Random;
use carrel_service::identity::{Issuer, NewToken};
use http::StatusCode;
use serde_json::json;

use crate::world::World;

const WHO: &str = "AuthService/WhoAmI";

#[tokio::test]
async fn the_first_admin_gets_in_by_a_link_that_works_once() {
    let world = World::start().await;
    let secret = world.link("").await;
    let page = world.get(&format!("/login?link={secret}"), &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("<form method=\"post\""), "{}", page.text());
    // Looking at the page, as a preview does, used nothing up.
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let done = world.request("POST", "/login", &form, format!("link={secret}")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let cookie = done.headers["set-cookie"].to_str().expect("text");
    for part in ["carrel_token=ey", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "plain http on loopback");
    let again = world.request("POST", "/login", &form, format!("link={secret}")).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    let token = cookie.split(['=', ';']).nth(1).expect("token");
    let who = world.call(Some(token), WHO, &json!({})).await.good();
    assert_eq!((who["name"].as_str(), who["role"].as_str()), (Some("admin"), Some("ROLE_ADMIN")));

    let late = world.link("").await;
    world.clock.advance(Duration::from_secs(15 * 60 + 1));
    let refused = world.call(None, "AuthService/RedeemLink", &json!({ "secret": late })).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::UNAUTHORIZED, "unauthenticated"));
    world.stop().await;
}

#[tokio::test]
async fn another_site_can_not_log_you_in() {
    let world = World::start().await;
    let secret = world.link("").await;
    for (name, value) in
        [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("origin", "null")]
    {
        let answer = world.request("POST", "/login", &[(name, value)], format!("link={secret}")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    world.call(None, "AuthService/RedeemLink", &json!({ "secret": secret })).await.good();
    world.stop().await;
}

#[tokio::test]
async fn sign_up_is_closed_unless_opened() {
    let body = json!({ "name": "eve", "password": "long enough" });
    let closed = World::start().await;
    assert_eq!(closed.call(None, "AuthService/SignUp", &body).await.code(), "permission_denied");
    closed.stop().await;
    let open = World::start_with(|config| config.accounts.sign_up = true).await;
    let granted = open.call(None, "AuthService/SignUp", &body).await.good();
    assert_eq!(granted["user"]["role"].as_str(), Some("ROLE_LEARNER"));
    assert_eq!(open.call(None, "AuthService/SignUp", &body).await.code(), "already_exists");
    for (name, password) in [("Eve", "long enough"), ("git", "long enough"), ("bob", "short")] {
        let body = json!({ "name": name, "password": password });
        assert_eq!(open.call(None, "AuthService/SignUp", &body).await.code(), "invalid_argument", "{name}");
    }
    open.stop().await;
}

#[tokio::test]
async fn guessing_is_slowed_and_says_nothing() {
    let world = World::start().await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    let known = world.login("ada", "wrong").await;
    let unknown = world.login("nobody", "wrong").await;
    assert_eq!((known.status, known.text()), (unknown.status, unknown.text()));
    let mut limited = None;
    for _ in 0..40 {
        let answer = world.login("ada", "wrong").await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            limited = Some(answer);
            break;
        }
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let limited = limited.expect("a limit");
    assert!(limited.text().contains("wait"), "{}", limited.text());
    assert_eq!(world.login("bob", "wrong").await.status, StatusCode::UNAUTHORIZED, "others are not hit");
    world.clock.advance(Duration::from_secs(120));
    world.login("ada", &ada.password).await.good();
    world.stop().await;
}

#[tokio::test]
async fn log_out_password_and_disabling_end_tokens() {
    let world = World::start().await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    let fresh = || async {
        world.login("ada", &ada.password).await.good()["token"].as_str().expect("token").to_owned()
    };
    let lives = |token: String| {
        let world = &world;
        async move { world.call(Some(&token), WHO, &json!({})).await.status == StatusCode::OK }
    };
    let (one, two) = (fresh().await, fresh().await);
    let renewed = world.call(Some(&one), "AuthService/Renew", &json!({})).await.good();
    let renewed = renewed["token"].as_str().expect("token").to_owned();
    assert!(renewed != one && lives(renewed.clone()).await && lives(one.clone()).await);
    world.call(Some(&one), "AuthService/Logout", &json!({})).await.good();
    assert!(!lives(one).await && !lives(renewed.clone()).await, "its renewals end with a login");
    assert!(lives(two.clone()).await);

    let change = json!({ "oldPassword": ada.password, "newPassword": "another password" });
    let wrong = json!({ "oldPassword": "wrong", "newPassword": "another password" });
    assert_eq!(world.call(Some(&two), "AuthService/SetPassword", &wrong).await.code(), "permission_denied");
    world.call(Some(&two), "AuthService/SetPassword", &change).await.good();
    assert!(lives(two.clone()).await && !lives(renewed).await && !lives(ada.token.clone()).await);
    assert_eq!(world.login("ada", &ada.password).await.status, StatusCode::UNAUTHORIZED);

    let more = world.login("ada", "another password").await.good();
    let more = more["token"].as_str().expect("token").to_owned();
    world.call(Some(&more), "AuthService/Logout", &json!({ "everywhere": true })).await.good();
    assert!(!lives(two).await && !lives(more).await);

    let last =
        world.login("ada", "another password").await.good()["token"].as_str().expect("token").to_owned();
    let disable = |disabled: bool| json!({ "name": "ada", "disabled": disabled });
    world.call(Some(&admin.token), "AccountService/SetUserDisabled", &disable(true)).await.good();
    assert!(!lives(last).await);
    assert_eq!(world.login("ada", "another password").await.status, StatusCode::UNAUTHORIZED);
    world.call(Some(&admin.token), "AccountService/SetUserDisabled", &disable(false)).await.good();
    // The mark that disabling left covers the second it was set in.
    world.clock.advance(Duration::from_secs(2));
    world.login("ada", "another password").await.good();
    let own = json!({ "name": "admin", "disabled": true });
    let refused = world.call(Some(&admin.token), "AccountService/SetUserDisabled", &own).await;
    assert_eq!(refused.code(), "failed_precondition");
    world.stop().await;
}

#[tokio::test]
async fn revocations_survive_a_restart_and_are_streamed() {
    let world = World::start().await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    world.call(Some(&ada.token), "AuthService/Logout", &json!({})).await.good();

    let key = world.state_dir().join("identity.key");
    let issuer = Issuer::open(&key, "carrel", world.clock.clone(), Random::system()).expect("key");
    let service = issuer.issue(NewToken::service("no-1")).expect("token").token;
    let channel = tonic::transport::Endpoint::from_shared(format!("http://{}", world.rack))
        .expect("address")
        .connect()
        .await
        .expect("connect");
    let mut tokens = TokenServiceClient::new(channel);
    let mut request = tonic::Request::new(WatchRevocationsRequest {});
    request.metadata_mut().insert("authorization", format!("Bearer {service}").parse().expect("text"));
    let mut stream = tokens.watch_revocations(request).await.expect("watch").into_inner();
    let first = stream.message().await.expect("message").expect("one");
    assert!(first.full);
    assert_eq!(first.revoked.len(), 1);
    world.call(Some(&admin.token), "AuthService/Logout", &json!({})).await.good();
    let second = stream.message().await.expect("message").expect("one");
    assert!(!second.full);
    assert_eq!(second.revoked.len(), 1);
    assert!(!second.revoked[0].token_id.is_empty());
    drop(stream);
    world.stop().await;
}

#[tokio::test]
async fn forged_and_ended_tokens_open_nothing() {
    let world = World::start().await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    let parts: Vec<&str> = ada.token.split('.').collect();
    // {"alg":"none","typ":"JWT"}
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    let forged = [
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}", parts[0], admin.token.split('.').nth(1).expect("claims"), parts[2]),
        format!("{}.{}", parts[0], parts[1]),
        "x".repeat(10_000),
        "..".to_owned(),
    ];
    for token in &forged {
        let answer = world.call(Some(token), WHO, &json!({})).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{token:.60}");
        let bearer = format!("Bearer {token}");
        let path = "/git/ada/demo.git/info/refs?service=git-receive-pack";
        let answer = world.get(path, &[("authorization", &bearer)]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{token:.60}");
    }
    assert!(!world.repository("ada/demo").exists());
    world.call(Some(&ada.token), WHO, &json!({})).await.good();
    world.clock.advance(Duration::from_secs(8 * 3_600 + 120));
    assert_eq!(world.call(Some(&ada.token), WHO, &json!({})).await.status, StatusCode::UNAUTHORIZED);
    world.stop().await;
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let world = World::start().await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    let bob = world.person(&admin, "bob").await;
    world.call(Some(&bob.token), "AuthService/Logout", &json!({})).await.good();
    let folder = world.stop().await;

    let state = folder.path().join("state");
    let world = World::start_with(|config| config.state_dir = state).await;
    world.call(Some(&ada.token), WHO, &json!({})).await.good();
    assert_eq!(world.call(Some(&bob.token), WHO, &json!({})).await.status, StatusCode::UNAUTHORIZED);
    world.stop().await;
    drop(folder);
}
