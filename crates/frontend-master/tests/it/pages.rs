//! What is answered where there is nothing: a page to people, words to programs.

use http::StatusCode;

use crate::world::World;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const NAVIGATES: [(&str, &str); 2] = [("accept", BROWSER), ("sec-fetch-mode", "navigate")];

#[tokio::test]
async fn a_mistyped_address_is_a_page_for_people_and_json_for_programs() {
    let app = tempfile::tempdir().expect("temporary folder");
    std::fs::write(app.path().join("index.html"), "<!doctype html><title>the app</title>").expect("write");
    let world = World::start_with(|config| config.web_root = Some(app.path().to_owned())).await;
    let known = world.get("/sessions", &NAVIGATES).await;
    assert_eq!(known.status, StatusCode::OK);
    let tag = known.headers["etag"].to_str().expect("text").to_owned();
    // Also where a browser has the app already, and over plain HTTP, where it does not say how it asks.
    let cached = [NAVIGATES[0], ("if-none-match", tag.as_str())];
    for headers in [&NAVIGATES[..], &cached[..]] {
        for path in ["/nosuch", "/ide/", "/repositories/a/b/c/d"] {
            let answer = world.get(path, headers).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert!(answer.text().contains("the app"), "{path}: {}", answer.text());
            assert!(
                answer.headers["content-security-policy"].to_str().is_ok_and(|it| it.contains("script-src"))
            );
            assert!(!answer.headers.contains_key("etag"), "{path}");
        }
    }
    let scripted = [("accept", BROWSER), ("sec-fetch-mode", "cors")];
    let plain = [("accept", "*/*")];
    for (path, headers) in [
        ("/nosuch", &scripted[..]),
        ("/nosuch", &plain[..]),
        ("/nosuch", &[]),
        ("/api/v1/nosuch", &NAVIGATES[..]),
    ] {
        let answer = world.get(path, headers).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.code(), "not_found", "{path}");
    }
    let posted = world.request("POST", "/nosuch", &NAVIGATES, "").await;
    assert_eq!(posted.code(), "not_found");
    world.stop().await;
}

#[tokio::test]
async fn without_the_app_everybody_gets_words() {
    let world = World::start().await;
    assert_eq!(world.get("/nosuch", &NAVIGATES).await.code(), "not_found");
    world.stop().await;
}
