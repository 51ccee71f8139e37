//! Tokens for browsers: put into an HttpOnly cookie on the way out, so that no script ever holds one.
//!
//! A layer around the JSON interface. It acts only on requests with the header [`ASK_HEADER`], which a page of
//! another site can't send without asking first; so nobody can be logged in as somebody else behind their back.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use serde_json::Value;

/// A browser that wants a cookie instead of a token sends this with the value `set`.
pub const ASK_HEADER: &str = "x-carrel-cookie";

/// The cookie's name, as the kit reads it: by https one that only the host itself can set.
fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-carrel_token" } else { "carrel_token" }
}
/// Replies that carry a token.
const GRANTS: [&str; 4] = ["Login", "RedeemLink", "SignUp", "Renew"];
/// A token and its user have less than 2 KiB.
const REPLY_MAX: usize = 16 * 1024;

/// The same routes, with cookies for the browsers that ask. `secure` where the site is reached by https.
pub fn cookies(routes: Router, secure: bool) -> Router {
    routes.layer(from_fn_with_state(secure, exchange))
}

async fn exchange(State(secure): State<bool>, request: Request, next: Next) -> Response {
    let asked = request.headers().get(ASK_HEADER).is_some_and(|value| value.as_bytes() == b"set");
    let method = request.uri().path().rsplit_once("AuthService/").map(|(_, method)| method.to_owned());
    let Some(method) = method.filter(|_| asked) else { return next.run(request).await };
    let response = next.run(request).await;
    if method == "Logout" && (response.status().is_success() || response.status() == StatusCode::UNAUTHORIZED)
    {
        return with_cookie(response, "", 0, secure);
    }
    if GRANTS.contains(&method.as_str()) && response.status().is_success() {
        return grant(response, secure).await;
    }
    response
}

/// Moves the token from the body into the cookie.
async fn grant(response: Response, secure: bool) -> Response {
    let (mut parts, body) = response.into_parts();
    let reply = axum::body::to_bytes(body, REPLY_MAX).await.ok();
    let reply = reply.and_then(|body| serde_json::from_slice::<Value>(&body).ok());
    let Some(mut reply) = reply else { return failed() };
    let token = reply.as_object_mut().and_then(|reply| reply.remove("token"));
    let (Some(token), Some(expires)) = (token.as_ref().and_then(Value::as_str), expires_at(&reply)) else {
        return failed();
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    let lifetime = expires.saturating_sub(now_ms()).max(0) / 1_000;
    with_cookie(Response::from_parts(parts, Body::from(reply.to_string())), token, lifetime, secure)
}

/// Milliseconds since 1970; 64-bit numbers are text in proto3 JSON.
fn expires_at(reply: &Value) -> Option<i64> {
    let value = reply.get("expiresAt")?;
    value.as_str().and_then(|text| text.parse().ok()).or_else(|| value.as_i64())
}

/// The wall clock, for a lifetime that only browsers look at; the token's own end is checked by its signature.
#[allow(clippy::disallowed_methods)]
fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn with_cookie(mut response: Response, token: &str, lifetime: i64, secure: bool) -> Response {
    let name = cookie_name(secure);
    let secure = if secure { "; Secure" } else { "" };
    let cookie = format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={lifetime}{secure}");
    let plain = token.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    match HeaderValue::from_str(&cookie) {
        Ok(cookie) if plain => {
            response.headers_mut().append(header::SET_COOKIE, cookie);
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        _ => failed(),
    }
}

fn failed() -> Response {
    let body = r#"{"code":"internal","message":"the login could not be turned into a cookie"}"#;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
