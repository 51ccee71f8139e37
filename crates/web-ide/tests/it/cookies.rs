//! The cookie layer: tokens never reach a page that asked for a cookie, and reach everybody else.

use axum::Router;
use axum::body::Body;
use axum::routing::post;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

const REPLY: &str = r#"{"token":"ey.J-x_1.z","expiresAt":"99999999999999","user":{"name":"ada"}}"#;

fn interface(secure: bool) -> Router {
    let json = [("content-type", "application/json")];
    // Nested, as the master does it: the layer must still see whole paths.
    let auth = Router::new()
        .route("/Login", post(move || async move { (json, REPLY) }))
        .route("/Logout", post(move || async move { (json, "{}") }))
        .route("/RedeemLink", post(|| async { (StatusCode::UNAUTHORIZED, "{}") }))
        .route("/Renew", post(|| async { r#"{"token":"a;b\r\n","expiresAt":"1"}"# }));
    let routes = Router::new()
        .nest("/api/v1/AuthService", auth)
        .route("/api/v1/Other/Login", post(|| async { REPLY }));
    carrel_web_ide::cookies(routes, secure)
}

async fn ask(secure: bool, path: &str, asked: bool) -> (StatusCode, HeaderMap, String) {
    let mut request = Request::post(path);
    if asked {
        request = request.header(carrel_web_ide::ASK_HEADER, "set");
    }
    let response = interface(secure).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn a_browser_gets_the_cookie_and_no_token() {
    let (status, headers, body) = ask(true, "/api/v1/AuthService/Login", true).await;
    assert_eq!(status, StatusCode::OK);
    let cookie = headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-carrel_token=ey.J-x_1.z; Path=/; HttpOnly; SameSite=Lax; Max-Age="),
        "{cookie}"
    );
    assert!(cookie.ends_with("; Secure"));
    assert!(!body.contains("ey.J") && body.contains("\"ada\"") && body.contains("expiresAt"), "{body}");
    let (_, headers, _) = ask(false, "/api/v1/AuthService/Login", true).await;
    assert!(!headers["set-cookie"].to_str().unwrap().contains("Secure"));
}

#[tokio::test]
async fn a_program_gets_the_token_and_no_cookie() {
    for path in ["/api/v1/AuthService/Login", "/api/v1/AuthService/Logout", "/api/v1/Other/Login"] {
        let (_, headers, _) = ask(true, path, false).await;
        assert!(!headers.contains_key("set-cookie"), "{path}");
    }
    let (_, headers, body) = ask(true, "/api/v1/Other/Login", true).await;
    assert!(!headers.contains_key("set-cookie"));
    assert_eq!(body, REPLY);
}

#[tokio::test]
async fn logging_out_takes_the_cookie_away_and_a_refusal_sets_none() {
    let (_, headers, _) = ask(false, "/api/v1/AuthService/Logout", true).await;
    assert_eq!(headers["set-cookie"], "carrel_token=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    let (status, headers, _) = ask(false, "/api/v1/AuthService/RedeemLink", true).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(!headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn a_token_that_is_no_token_is_not_written_into_a_header() {
    let (status, headers, body) = ask(false, "/api/v1/AuthService/Renew", true).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!headers.contains_key("set-cookie") && !body.contains("a;b"));
}
