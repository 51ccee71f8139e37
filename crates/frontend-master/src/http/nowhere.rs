//! An address where there is nothing: people get the browser app, which says so and leads back; programs get words.

use std::path::PathBuf;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use futures::future::BoxFuture;
use http::request::Parts;
use http::{HeaderValue, Method, Request, StatusCode, header};
use tower::ServiceExt as _;

use super::headers;

/// What the gate answers in place of its refusal; `None` where it had better refuse.
pub fn page(
    web_root: Option<PathBuf>,
) -> impl Fn(&Parts) -> Option<BoxFuture<'static, Response>> + Send + Sync {
    let app = web_root.map(|root| headers::guarded(carrel_web_ide::router(Some(root))));
    move |asked| {
        let app = app.clone().filter(|_| is_navigation(asked))?;
        let encodings = asked.headers.get(header::ACCEPT_ENCODING).cloned();
        Some(Box::pin(lost(app, encodings)))
    }
}

/// Whether a person looks for a page here, not a program for an answer.
fn is_navigation(asked: &Parts) -> bool {
    let header = |name: &str| asked.headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let kinds = header("accept").split(',').map(|it| it.split(';').next().unwrap_or_default());
    let takes_pages = kinds.into_iter().any(|it| it.trim() == "text/html");
    // Browsers say how they ask by https and on loopback only.
    let navigates = matches!(header("sec-fetch-mode"), "" | "navigate");
    asked.method == Method::GET && takes_pages && navigates && !asked.uri.path().starts_with("/api/")
}

/// Of the request only the encodings count: a browser that has the app must not be told here that it is unchanged.
async fn lost(app: Router, encodings: Option<HeaderValue>) -> Response {
    let mut request = Request::new(Body::empty());
    if let Some(encodings) = encodings {
        request.headers_mut().insert(header::ACCEPT_ENCODING, encodings);
    }
    let mut response = app.oneshot(request).await.into_response();
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response.headers_mut().remove(header::ETAG);
    response
}
