//! Login links in a browser: a page with one button, so that a preview of the link does not use it up.

use axum::extract::{Query, Request, State};
use axum::response::{Html, IntoResponse, Response};
use carrel_service::auth::cookie_name;
use carrel_service::{Chain, ServiceError as _};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use tracing::warn;

use super::page::{document, escape};
use crate::accounts::{AccountError, Granted, Whence};
use crate::rpc::address;
use crate::state::SharedState;

/// The form has one field of 43 characters.
const FORM_MAX: usize = 1_024;

/// Longer than any secret of ours.
const SECRET_MAX: usize = 128;

#[derive(Deserialize)]
pub(super) struct LinkQuery {
    #[serde(default)]
    link: String,
}

/// `GET /login?link=…`
pub(super) async fn show(
    query: Result<Query<LinkQuery>, axum::extract::rejection::QueryRejection>,
) -> Response {
    match query {
        Ok(Query(LinkQuery { link })) if is_secret(&link) => plain(
            StatusCode::OK,
            &format!(
                "<h1>Log in to Carrel</h1>\n<form method=\"post\" action=\"/login\">\n\
                 <input type=\"hidden\" name=\"link\" value=\"{link}\">\n\
                 <button autofocus>Log in</button>\n</form>\n<p>This link works once.</p>"
            ),
        ),
        _ => plain(
            StatusCode::BAD_REQUEST,
            "<h1>This is not a login link</h1>\n<p>Open the whole link as it was given to you. An admin makes one \
             with <code>carrel user admin-link</code>.</p>",
        ),
    }
}

/// `POST /login`
pub(super) async fn redeem(State(state): State<SharedState>, request: Request) -> Response {
    if !is_own_form(request.headers()) {
        return plain(
            StatusCode::FORBIDDEN,
            "<h1>Not from here</h1>\n<p>Another site sent you here to log in. Open the login link itself instead.</p>",
        );
    }
    let from = Whence::new(address(request.extensions()), request.headers());
    let Ok(body) = axum::body::to_bytes(request.into_body(), FORM_MAX).await else {
        return plain(
            StatusCode::PAYLOAD_TOO_LARGE,
            "<h1>Too large</h1>\n<p>This form has one short field.</p>",
        );
    };
    let secret = std::str::from_utf8(&body).ok().and_then(|body| body.strip_prefix("link="));
    let granted = match secret.filter(|secret| is_secret(secret)) {
        Some(secret) => state.accounts.redeem_link(secret, &from).await,
        None => Err(AccountError::WrongLink),
    };
    let outcome = if granted.is_ok() { "ok" } else { "refused" };
    state.meters.logins.with_label_values(&["link", outcome]).inc();
    match granted {
        Ok(granted) => welcome(&state, &granted),
        Err(error) => refuse(&error),
    }
}

fn welcome(state: &SharedState, granted: &Granted) -> Response {
    let lifetime = granted.expires_at.saturating_sub(state.now_ms()).max(0) / 1_000;
    let secure = if state.public_url.starts_with("https:") { "; Secure" } else { "" };
    let name = cookie_name(&state.public_url);
    let cookie =
        format!("{name}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={lifetime}{secure}", granted.token);
    match HeaderValue::from_str(&cookie) {
        Ok(cookie) => {
            let home = HeaderValue::from_static("/");
            let headers = [(header::SET_COOKIE, cookie), (header::LOCATION, home)];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "<h1>Fault</h1>\n<p>The token is not text.</p>"),
    }
}

fn refuse(error: &AccountError) -> Response {
    let status = error.code().http();
    let text = if status.is_server_error() {
        warn!(error = %Chain(error), "redeem a login link");
        "The service could not check the link. Try again later.".to_owned()
    } else {
        escape(&error.to_string())
    };
    plain(status, &format!("<h1>Not logged in</h1>\n<p>{text}</p>"))
}

fn plain(status: StatusCode, body: &str) -> Response {
    let mut response = (status, Html(document("Log in to Carrel", body))).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The alphabet of secrets needs no escaping, neither in a form nor in markup.
fn is_secret(text: &str) -> bool {
    (1..=SECRET_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// Whether a form came from our own page (or from a program, which sends neither header).
fn is_own_form(headers: &HeaderMap) -> bool {
    let text = |name: &header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    match (text(&header::ORIGIN), text(&header::HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
        }
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn only_our_own_form_counts() {
        assert!(is_own_form(&form(&[])));
        assert!(is_own_form(&form(&[("host", "a:1"), ("origin", "http://a:1")])));
        assert!(is_own_form(&form(&[("sec-fetch-site", "same-origin")])));
        assert!(!is_own_form(&form(&[("sec-fetch-site", "cross-site")])));
        assert!(!is_own_form(&form(&[("host", "a:1"), ("origin", "http://b:1")])));
        assert!(!is_own_form(&form(&[("host", "a:1"), ("origin", "null")])));
    }

    #[test]
    fn secrets_need_no_escaping() {
        assert!(is_secret("abc-DEF_123"));
        for bad in ["", "a b", "<", "a%20", "\"", &"a".repeat(SECRET_MAX + 1)] {
            assert!(!is_secret(bad), "{bad:?}");
        }
    }
}
