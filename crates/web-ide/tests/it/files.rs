//! Pages and files: which, with which headers, and nothing else.

use std::fs;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use tempfile::TempDir;
use tower::ServiceExt as _;

fn built() -> (TempDir, Router) {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    fs::create_dir_all(root.join("assets")).unwrap();
    fs::write(root.join("index.html"), "<!doctype html><script src=/assets/i-1.js></script>").unwrap();
    fs::write(root.join("assets/i-1.js"), "let a").unwrap();
    fs::write(root.join("assets/i-1.js.br"), "BR").unwrap();
    fs::write(root.join("assets/i-1.js.gz"), "GZIP").unwrap();
    fs::write(root.join("favicon.svg"), "<svg/>").unwrap();
    fs::write(root.join("secret.txt"), "not served").unwrap();
    fs::write(dir.path().join("outside.js"), "outside").unwrap();
    std::os::unix::fs::symlink(dir.path().join("outside.js"), root.join("assets/link.js")).unwrap();
    let router = carrel_web_ide::router(Some(root));
    (dir, router)
}

async fn ask(
    router: &Router,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> (StatusCode, HeaderMap, String) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn every_known_page_is_the_document_and_no_other_address_is() {
    let (_dir, router) = built();
    for page in ["/", "/login?link=x", "/repositories", "/ide/se-1"] {
        let (status, headers, body) = ask(&router, "GET", page, &[]).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        assert!(body.starts_with("<!doctype html>"), "{page}");
        assert_eq!(headers["cache-control"], "no-cache");
    }
    for other in
        ["/nothing", "/secret.txt", "/index.html", "/ide/a/b", "/assets/none.js", "/assets/", "/api/v1/x"]
    {
        let (status, headers, body) = ask(&router, "GET", other, &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{other}");
        assert!(!body.contains("<!doctype"), "{other}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
    }
}

#[tokio::test]
async fn no_answer_goes_without_the_policy_and_it_allows_no_inline_script() {
    let (_dir, router) = built();
    for path in ["/", "/assets/i-1.js", "/nothing", "/favicon.svg"] {
        let (_, headers, _) = ask(&router, "GET", path, &[]).await;
        let policy = headers["content-security-policy"].to_str().unwrap();
        let scripts = policy.split(';').find(|part| part.trim().starts_with("script-src")).unwrap();
        assert_eq!(scripts.trim(), "script-src 'self'");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(headers["x-content-type-options"], "nosniff");
    }
}

#[tokio::test]
async fn hashed_files_are_kept_forever_and_sent_compressed() {
    let (_dir, router) = built();
    let of = |accepted| {
        let router = router.clone();
        async move { ask(&router, "GET", "/assets/i-1.js", &[("accept-encoding", accepted)]).await }
    };
    for (accepted, encoding, body) in [
        ("gzip, deflate, br, zstd", Some("br"), "BR"),
        ("gzip", Some("gzip"), "GZIP"),
        ("br;q=0, gzip;q=0.5", Some("gzip"), "GZIP"),
        ("identity", None, "let a"),
    ] {
        let (status, headers, sent) = of(accepted).await;
        assert_eq!((status, sent.as_str()), (StatusCode::OK, body), "{accepted}");
        assert_eq!(headers.get("content-encoding").map(|it| it.to_str().unwrap()), encoding, "{accepted}");
        assert_eq!(headers["content-type"], "text/javascript; charset=utf-8");
        assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(headers["vary"], "accept-encoding");
        assert_eq!(headers["content-length"], body.len().to_string());
    }
}

#[tokio::test]
async fn what_is_unchanged_is_not_sent_again() {
    let (_dir, router) = built();
    let (_, headers, _) = ask(&router, "GET", "/", &[]).await;
    let tag = headers["etag"].to_str().unwrap().to_owned();
    let (status, headers, body) = ask(&router, "GET", "/", &[("if-none-match", &tag)]).await;
    assert_eq!((status, body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert!(headers.contains_key("content-security-policy"));
    let (status, headers, body) = ask(&router, "HEAD", "/", &[]).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, ""));
    assert_ne!(headers["content-length"], "0");
}

#[tokio::test]
async fn nothing_leads_out_of_the_folder() {
    let (_dir, router) = built();
    for path in [
        "/assets/link.js",
        "/assets/../secret.txt",
        "/assets/..%2fsecret.txt",
        "/assets/%2e%2e/secret.txt",
        "/../outside.js",
        "/assets/..\\secret.txt",
        "//etc/passwd",
        "/assets/i-1.js%00",
    ] {
        let Ok(uri) = path.parse::<http::Uri>() else { continue };
        let (status, _, body) = ask(&router, "GET", &uri.to_string(), &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(!body.contains("outside") && !body.contains("not served"), "{path}");
    }
}

#[tokio::test]
async fn pages_are_only_read() {
    let (_dir, router) = built();
    let (status, headers, _) = ask(&router, "POST", "/repositories", &[]).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(headers["allow"], "GET, HEAD");
}

#[tokio::test]
async fn without_the_folder_a_page_says_what_to_do() {
    for router in [carrel_web_ide::router(None), carrel_web_ide::router(Some("/nowhere/at/all".into()))] {
        let (status, headers, body) = ask(&router, "GET", "/", &[]).await;
        assert_eq!(status, StatusCode::OK);
        assert!(body.contains("web_root"));
        assert_eq!(headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(ask(&router, "GET", "/assets/a.js", &[]).await.0, StatusCode::NOT_FOUND);
    }
}
