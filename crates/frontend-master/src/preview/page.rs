//! What a preview shows when there is nothing to show.

use std::num::NonZeroU16;
use std::sync::LazyLock;
use std::time::Duration;

use axum::response::{Html, IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderName, HeaderValue, StatusCode, header};
use sha2::{Digest as _, Sha256};

use crate::http::page::escape;

/// Looks every two seconds whether something of the program's own has come, and only then loads the page anew: one
/// that reloads all the time can't be read aloud.
const LOOK_AGAIN: &str = "const look=()=>fetch(location.href,{method:'HEAD'})\
.then(it=>it.headers.has('x-carrel-preview')?later():location.reload(),later);\
const later=()=>setTimeout(look,2000);later()";

/// Allows that one script.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64.encode(Sha256::digest(LOOK_AGAIN));
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; connect-src 'self'; script-src 'sha256-{hash}'; \
         frame-ancestors 'none'"
    )
});

/// Why there is nothing to show.
#[derive(Debug)]
pub enum Notice {
    /// The session ended, or it is somebody else's.
    Over,
    /// The slot is not ready, or its node does not answer.
    Wait,
    /// Too many requests at once.
    TooMany {
        /// How many are taken.
        limit: usize,
    },
    /// The address is none.
    Unreadable,
    /// No program listens.
    Nobody {
        /// Where.
        port: NonZeroU16,
        /// What the session said.
        said: String,
    },
    /// The program broke off, or it speaks something else.
    BrokeOff {
        /// Where.
        port: NonZeroU16,
    },
    /// The program takes too long.
    Late {
        /// Where.
        port: NonZeroU16,
        /// How long it may take.
        limit: Duration,
    },
}

impl Notice {
    /// As people see it.
    pub fn page(self) -> Response {
        match self {
            Self::Over => {
                let text = "The session is over. Open another one on the website.";
                page(StatusCode::NOT_FOUND, "This preview is over", text, false)
            }
            Self::Wait => {
                let text = "The slot is not ready yet, or its node does not answer. The session goes on there; \
                            this page looks again by itself.";
                page(StatusCode::SERVICE_UNAVAILABLE, "One moment", text, true)
            }
            Self::TooMany { limit } => {
                let text = format!("{limit} requests of previews are under way. Try again in a moment.");
                page(StatusCode::TOO_MANY_REQUESTS, "Too many at once", &text, true)
            }
            Self::Unreadable => {
                page(StatusCode::BAD_REQUEST, "This address can't be read", "Check its path.", false)
            }
            Self::Nobody { port, said } => {
                let title = format!("Nothing answers on port {port} yet");
                page(
                    StatusCode::BAD_GATEWAY,
                    &title,
                    &format!("{said} This page looks again by itself."),
                    true,
                )
            }
            Self::BrokeOff { port } => {
                let text = format!("The program on port {port} broke off, or it does not speak HTTP.");
                page(StatusCode::BAD_GATEWAY, "No answer", &text, false)
            }
            Self::Late { port, limit } => {
                let text = format!("The program on port {port} has not answered for {} s.", limit.as_secs());
                page(StatusCode::GATEWAY_TIMEOUT, "No answer", &text, false)
            }
        }
    }
}

/// A page of ours at the preview's origin, with the way on.
pub fn page(status: StatusCode, title: &str, text: &str, retry: bool) -> Response {
    let (title, text) = (escape(title), escape(text));
    let script = if retry { format!("<script>{LOOK_AGAIN}</script>\n") } else { String::new() };
    let body = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1.5rem}}\
         h1{{font-size:1.4rem;font-weight:600}}p{{opacity:.8}}</style>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n<p>{text}</p>\n</main>\n{script}</body>\n</html>\n"
    );
    let mut response = (status, Html(body)).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
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
