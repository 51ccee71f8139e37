//! Logins of a person, one a device, and named tokens.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use crate::client::Answer;
use crate::world::{Person, World, git, git_fails, project};

async fn ask(world: &World, token: &str, method: &str, body: Value) -> Answer {
    world.call(Some(token), &format!("AuthService/{method}"), &body).await
}

async fn logins(world: &World, token: &str) -> Vec<Value> {
    let listed = ask(world, token, "ListLogins", json!({})).await.good();
    listed["logins"].as_array().cloned().unwrap_or_default()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

async fn log_in(world: &World, person: &Person, client: &str) -> String {
    let body = json!({ "name": person.name, "password": person.password }).to_string();
    let headers = [("user-agent", client), ("content-type", "application/json")];
    let answer = world.request("POST", "/api/v1/AuthService/Login", &headers, body).await.good();
    text(&answer, "token").to_owned()
}

#[tokio::test]
async fn a_device_is_one_login_however_often_it_renews() {
    let world = World::start().await;
    let admin = world.admin().await;
    let (ada, bob) = (world.person(&admin, "ada").await, world.person(&admin, "bob").await);
    let phone = log_in(&world, &ada, "Phone/1 <script>").await;
    world.clock.advance(Duration::from_secs(3_600));
    let renewed = ask(&world, &phone, "Renew", json!({})).await.good();
    let renewed = text(&renewed, "token").to_owned();
    let seen = logins(&world, &renewed).await;
    assert_eq!(seen.len(), 2, "{seen:?}");
    let mine: Vec<_> = seen.iter().filter(|it| it["current"].as_bool() == Some(true)).collect();
    assert_eq!(mine.len(), 1);
    assert_eq!(text(mine[0], "client"), "Phone/1 <script>");
    let (used, created): (i64, i64) =
        (text(mine[0], "usedAt").parse().expect("ms"), text(mine[0], "createdAt").parse().expect("ms"));
    assert!(used >= created + 3_600_000, "{used} {created}");

    // Somebody else's login is none that one can end; no id is not everything.
    let id = text(mine[0], "id").to_owned();
    ask(&world, &bob.token, "EndLogin", json!({ "id": id })).await.good();
    assert_eq!(ask(&world, &bob.token, "EndLogin", json!({})).await.code(), "invalid_argument");
    assert_eq!(
        ask(&world, &bob.token, "EndLogin", json!({ "id": "x".repeat(65) })).await.code(),
        "invalid_argument"
    );
    assert_eq!(logins(&world, &phone).await.len(), 2);
    // The other device ends this one, renewals and all.
    ask(&world, &ada.token, "EndLogin", json!({ "id": id })).await.good();
    for token in [&phone, &renewed] {
        assert_eq!(ask(&world, token, "WhoAmI", json!({})).await.status, StatusCode::UNAUTHORIZED);
    }
    ask(&world, &ada.token, "EndLogin", json!({ "id": id })).await.good();
    assert_eq!(logins(&world, &ada.token).await.len(), 1);
    world.stop().await;
}

#[tokio::test]
async fn a_named_token_works_with_git_until_it_is_revoked() {
    let world = World::start().await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    let made = ask(&world, &ada.token, "CreateToken", json!({ "name": " ci ", "days": 30 })).await.good();
    let token = text(&made, "token").to_owned();
    assert_eq!(text(&made["login"], "name"), "ci");
    let robot = Person { name: "ada".to_owned(), password: String::new(), token: token.clone() };
    let here = project(world.folder.path(), "here", "main").await;
    git(&here, &["push", "--quiet", &world.git_url(&robot, "ada/demo"), "main"]).await;
    // It outlives a login.
    world.clock.advance(Duration::from_secs(20 * 24 * 3_600));
    git(&here, &["ls-remote", &world.git_url(&robot, "ada/demo")]).await;
    let fresh = log_in(&world, &ada, "").await;
    let listed = logins(&world, &fresh).await;
    let listed = listed.iter().find(|it| text(it, "name") == "ci").expect("listed").clone();
    let used: u64 = text(&listed, "usedAt").parse().expect("ms");
    assert!(used >= crate::world::START_MS + 20 * 24 * 3_600_000, "{listed}");
    assert!(!listed.to_string().contains(&token), "its text is shown once");

    // Whoever finds it can't make themselves at home.
    for (method, body) in [
        ("CreateToken", json!({ "name": "more" })),
        ("Renew", json!({})),
        ("SetPassword", json!({ "oldPassword": ada.password, "newPassword": "another password" })),
    ] {
        assert_eq!(ask(&world, &token, method, body).await.code(), "permission_denied", "{method}");
    }
    ask(&world, &fresh, "EndLogin", json!({ "id": text(&listed, "id") })).await.good();
    git_fails(&here, &["ls-remote", &world.git_url(&robot, "ada/demo")]).await;
    assert_eq!(ask(&world, &token, "WhoAmI", json!({})).await.status, StatusCode::UNAUTHORIZED);
    world.stop().await;
}

#[tokio::test]
async fn names_lives_and_numbers_of_tokens_are_bounded() {
    let world = World::start().await;
    let admin = world.admin().await;
    for bad in [
        json!({}),
        json!({ "name": " " }),
        json!({ "name": "x".repeat(65) }),
        json!({ "name": "a\nb" }),
        json!({ "name": "ok", "days": 367 }),
    ] {
        assert_eq!(
            ask(&world, &admin.token, "CreateToken", bad.clone()).await.code(),
            "invalid_argument",
            "{bad}"
        );
    }
    for number in 0..50 {
        ask(&world, &admin.token, "CreateToken", json!({ "name": format!("t{number}") })).await.good();
    }
    let refused = ask(&world, &admin.token, "CreateToken", json!({ "name": "one more" })).await;
    assert_eq!(refused.code(), "resource_exhausted");
    // A password change ends them all.
    ask(&world, &admin.token, "SetPassword", json!({ "newPassword": "long enough" })).await.good();
    assert_eq!(logins(&world, &admin.token).await.len(), 1);
    world.stop().await;
}
