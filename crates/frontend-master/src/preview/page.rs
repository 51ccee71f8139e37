//! What a preview shows when there is nothing to show.

use axum::response::{Html, IntoResponse as _, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};

use crate::http::page::escape;

/// How long a browser waits before it looks whether a server has come up.
const RETRY_SECS: u8 = 2;

/// A page of ours at the preview's origin, with the way on.
pub fn page(status: StatusCode, title: &str, text: &str, retry: bool) -> Response {
    let (title, text) = (escape(title), escape(text));
    let refresh = if retry {
        format!("<meta http-equiv=\"refresh\" content=\"{RETRY_SECS}\">\n")
    } else {
        String::new()
    };
    let body = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n{refresh}<title>{title}</title>\n\
         <style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1.5rem}}\
         h1{{font-size:1.4rem;font-weight:600}}p{{opacity:.8}}</style>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n<p>{text}</p>\n</main>\n</body>\n</html>\n"
    );
    let mut response = (status, Html(body)).into_response();
    let headers = response.headers_mut();
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(HeaderName::from_static("x-carrel-preview"), HeaderValue::from_static("notice"));
    response
}

/// Sends a browser on, once.
pub fn redirect(to: &str, cookie: Option<&str>) -> Response {
    let Ok(location) = HeaderValue::from_str(to) else {
        return page(
            StatusCode::BAD_REQUEST,
            "This address can't be followed",
            "Open the preview again.",
            false,
        );
    };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, location);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::from_str(cookie).ok()) {
        headers.insert(header::SET_COOKIE, cookie);
    }
    response
}

/// A path for a query's value.
pub fn encode(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_survives_as_a_value() {
        assert_eq!(encode("/a b?x=1&y=%2F"), "/a%20b%3Fx%3D1%26y%3D%252F");
    }

    #[test]
    fn a_redirect_never_holds_a_line_break() {
        assert_eq!(redirect("/a\r\nset-cookie: x", None).status(), StatusCode::BAD_REQUEST);
        assert_eq!(redirect("/a", Some("k=v")).headers()["set-cookie"], "k=v");
    }
}
