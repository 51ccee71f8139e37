//! Previews: what a program in a slot serves on a port, on an origin of its own (`<port>-<session>.<domain>`).
//!
//! A browser without the preview's cookie is sent to the website (`/preview/<port>-<session>`), which knows its user
//! and sends it back with a code; the preview's origin takes the code for a cookie. So an address can be typed, kept
//! and reloaded, and neither the website's cookie nor a token in an address is ever seen here.
//!
//! Invariant: the website's origin never renders what a slot serves, and nothing of the website is reached from here.

mod entry;
mod forward;
mod headers;
mod host;
mod page;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, Request, State};
use axum::response::Response;
use axum::routing::get;
use carrel_model::master::State as SessionState;
use carrel_service::identity::{Kind, Role, TokenUse, Verifier, Via};
use carrel_service::{App, Audience, Chain, Deps, Issuer, NewToken, Principal, SharedClock, Shutdown, Tasks};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use prometheus::{Gauge, IntCounter, IntCounterVec};
use serde::Deserialize;
use tokio::sync::Semaphore;
use tracing::warn;

use crate::accounts::revocations::RevocationHub;
use crate::sessions::{Line, SessionRow, Sessions, may_use};
use crate::state::SharedState;
use crate::tunnel::headers::is_websocket;
pub use host::Domain;
use host::Place;
use page::{Notice, encode, page, redirect};

/// The preview's own cookie.
const COOKIE: &str = "carrel_preview";

/// Where the code is taken; nothing a program serves is shadowed but this.
const ENTER: &str = "/.carrel/enter";

/// Requests under way at once, over all previews. A page of a development server asks for some hundred files.
const REQUESTS_MAX: usize = 8_192;

/// The longest path that is kept across the way to the website and back.
const PATH_MAX: usize = 2_048;

#[derive(Clone)]
struct Previews(Arc<Shared>);

struct Shared {
    domain: Domain,
    sessions: Sessions,
    issuer: Issuer,
    verifier: Verifier,
    revocations: Arc<RevocationHub>,
    public_url: String,
    codes: entry::Codes,
    requests: Arc<Semaphore>,
    outcomes: IntCounterVec,
    open: Gauge,
    sent: IntCounter,
    received: IntCounter,
    clock: SharedClock,
    tasks: Tasks,
    shutdown: Shutdown,
}

/// Adds the previews' site and the website's way to it; without a domain for them, an answer that says so.
pub fn mount(app: App, state: &SharedState, sessions: &Sessions, deps: &Deps) -> App {
    let Some(domain) = Domain::new(&state.public_url, &state.config.sessions_domain) else {
        return app.routes(Audience::Public, Router::new().route("/preview/{place}", get(nowhere)));
    };
    let metrics = &deps.metrics;
    let bytes = metrics.counter_vec(
        "preview_bytes_total",
        "Bytes of previews' websockets by direction: to the slot, from the slot.",
        &["direction"],
    );
    let previews = Previews(Arc::new(Shared {
        domain: domain.clone(),
        sessions: sessions.clone(),
        issuer: state.issuer.clone(),
        verifier: state.verifier.clone(),
        revocations: state.accounts.revocations().clone(),
        public_url: state.public_url.clone(),
        codes: entry::Codes::new(deps.clock.clone(), deps.random.clone()),
        requests: Arc::new(Semaphore::new(REQUESTS_MAX)),
        outcomes: metrics.counter_vec(
            "preview_requests_total",
            "Requests of previews by outcome.",
            &["outcome"],
        ),
        open: metrics.gauge("preview_connections", "Open websockets of previews."),
        sent: bytes.with_label_values(&["to_slot"]),
        received: bytes.with_label_values(&["from_slot"]),
        clock: deps.clock.clone(),
        tasks: deps.tasks.clone(),
        shutdown: deps.shutdown.clone(),
    }));
    let site = Router::new().fallback(serve).with_state(previews.clone());
    let way = Router::new().route("/preview/{place}", get(lead)).with_state(previews);
    app.routes(Audience::Public, way).site(Audience::Public, move |name| domain.owns(name), site)
}

async fn nowhere() -> Response {
    let text =
        "This rack has no domain for previews yet: its owner sets `sessions_domain` of the front-end master.";
    page(StatusCode::NOT_FOUND, "No previews here", text, false)
}

#[derive(Deserialize)]
struct Way {
    #[serde(default)]
    path: String,
}

/// `GET /preview/<port>-<session>?path=…` on the website: sends its user on to the preview, with a code.
async fn lead(
    State(Previews(shared)): State<Previews>,
    Path(label): Path<String>,
    way: Result<Query<Way>, axum::extract::rejection::QueryRejection>,
    request: Request,
) -> Response {
    let unknown = || {
        let text = "The session is over, or it is somebody else's.";
        page(StatusCode::NOT_FOUND, "There is no such session of yours", text, false)
    };
    let Some(place) = Place::parse(&label) else { return unknown() };
    let principal = request.extensions().get::<Principal>();
    let Some(principal) = principal.filter(|it| matches!(it.kind, Kind::User { .. })) else {
        return redirect("/login", None);
    };
    let row = shared.sessions.board().session(&place.session);
    if !row.is_some_and(|row| may_use(principal, &row.record.user)) {
        return unknown();
    }
    let path = way.map(|Query(way)| way.path).unwrap_or_default();
    let path = if is_own_path(&path) { path } else { "/".to_owned() };
    let origin = shared.domain.origin(&place);
    match shared.codes.give(place, principal.clone()) {
        Some(code) => redirect(&format!("{origin}{ENTER}?code={code}&path={}", encode(&path)), None),
        None => page(StatusCode::TOO_MANY_REQUESTS, "Too many at once", "Try again in a minute.", false),
    }
}

/// A path at the same origin: `//host` would be another one.
fn is_own_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.starts_with("/\\")
        && path.len() <= PATH_MAX
        && path.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Everything at a preview's origin.
async fn serve(State(Previews(shared)): State<Previews>, request: Request) -> Response {
    let Some(place) = shared.place(&request) else {
        return page(
            StatusCode::NOT_FOUND,
            "There is nothing here",
            "No port of a session has this name.",
            false,
        );
    };
    let response = shared.answer(place, request).await;
    let outcome = if response.headers().contains_key("x-carrel-preview") { "refused" } else { "forwarded" };
    shared.outcomes.with_label_values(&[outcome]).inc();
    response
}

/// A program in a slot, and who asks it for something.
struct Asked {
    place: Place,
    row: Arc<SessionRow>,
    line: Arc<Line>,
    principal: Principal,
}

impl Shared {
    fn place(&self, request: &Request) -> Option<Place> {
        let authority = match request.uri().authority() {
            Some(authority) => authority.as_str(),
            None => request.headers().get(header::HOST)?.to_str().ok()?,
        };
        let name = authority.split(':').next().unwrap_or_default();
        self.domain.place(&name.to_ascii_lowercase())
    }

    async fn answer(self: &Arc<Self>, place: Place, request: Request) -> Response {
        let origin = self.domain.origin(&place);
        let is_safe = matches!(*request.method(), Method::GET | Method::HEAD);
        if headers::is_from_elsewhere(request.headers(), &origin, is_safe) {
            let text = "A page of another origin asked for this. Open the preview's own address instead.";
            return page(StatusCode::FORBIDDEN, "Not from here", text, false);
        }
        if request.uri().path() == ENTER {
            return self.enter(&place, &request);
        }
        let Some(principal) = self.principal(&place, request.headers()).await else {
            return self.stranger(&place, &request, is_safe);
        };
        match self.asked(place, principal) {
            Ok(asked) => self.forward(asked, request).await.unwrap_or_else(|notice| notice.page()),
            Err(notice) => notice.page(),
        }
    }

    /// Takes the code for a cookie.
    fn enter(&self, place: &Place, request: &Request) -> Response {
        let query = request.uri().query().unwrap_or_default();
        let value = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let path =
            value("path").and_then(decode).filter(|path| is_own_path(path)).unwrap_or_else(|| "/".to_owned());
        let entered = value("code").and_then(|code| self.codes.take(code, place));
        let Some(new) = entered.and_then(|principal| NewToken::preview(&place.session, &principal)) else {
            // Used or old, after a step back in the history for example: the website gives another one.
            return redirect(&self.way(place, &path), None);
        };
        match self.issuer.issue(new) {
            Ok(signed) => {
                let secure = if self.domain.is_secure() { "; Secure" } else { "" };
                let lasts = signed.claims.exp.saturating_sub(self.clock.now_secs());
                let token = signed.token;
                let cookie =
                    format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={lasts}{secure}");
                redirect(&path, Some(&cookie))
            }
            Err(error) => {
                warn!(error = %Chain(&error), "sign a preview's token");
                page(StatusCode::INTERNAL_SERVER_ERROR, "Fault", "The service could not let you in.", false)
            }
        }
    }

    async fn principal(&self, place: &Place, headers: &HeaderMap) -> Option<Principal> {
        let token = headers::cookie(headers, COOKIE)?;
        let claims = self.verifier.verify_fresh(token, &[TokenUse::Preview]).await.ok()?;
        let principal = Principal::from_claims(&claims, Via::Cookie).ok()?;
        matches!(&principal.kind, Kind::Ticket { session, .. } if *session == place.session)
            .then_some(principal)
    }

    /// Whoever has no cookie for this: people are led through the website, programs are told.
    fn stranger(&self, place: &Place, request: &Request, is_safe: bool) -> Response {
        let mode = request.headers().get("sec-fetch-mode").map(HeaderValue::as_bytes);
        let navigates = mode.is_none_or(|mode| mode == b"navigate");
        if is_safe && navigates && !is_websocket(request.method(), request.headers()) {
            let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
            return redirect(&self.way(place, path), None);
        }
        let text = "Open the preview in a browser that is logged in to the website.";
        page(StatusCode::UNAUTHORIZED, "Log in first", text, false)
    }

    fn way(&self, place: &Place, path: &str) -> String {
        format!("{}/preview/{}?path={}", self.public_url, place.label(), encode(path))
    }

    fn asked(&self, place: Place, principal: Principal) -> Result<Asked, Notice> {
        let row = self.sessions.board().session(&place.session).ok_or(Notice::Over)?;
        let may = principal.user().is_some_and(|(id, _, role)| *id == row.record.user || role == Role::Admin);
        match row.record.state {
            _ if !may => return Err(Notice::Over),
            SessionState::Preparing | SessionState::Ready => {}
            SessionState::Claiming | SessionState::Unreachable => return Err(Notice::Wait),
            SessionState::Closing | SessionState::Closed | SessionState::Failed => return Err(Notice::Over),
        }
        let node = row.record.node.clone().ok_or(Notice::Wait)?;
        let line = self.sessions.directory().line(&node).ok_or(Notice::Wait)?;
        Ok(Asked { place, row, line, principal })
    }
}

/// A query's value as text.
fn decode(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_the_same_origin_are_followed() {
        for good in ["/", "/a/b?x=1#y", "/%20"] {
            assert!(is_own_path(good), "{good}");
        }
        for bad in ["", "a", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "/ä"] {
            assert!(!is_own_path(bad), "{bad}");
        }
        assert!(!is_own_path(&format!("/{}", "a".repeat(PATH_MAX))));
    }

    #[test]
    fn what_was_encoded_comes_back() {
        for path in ["/", "/a b?x=1&y=%2F", "/ü"] {
            assert_eq!(decode(&encode(path)).as_deref(), Some(path));
        }
        assert_eq!(decode("%4"), None);
        assert_eq!(decode("%zz"), None);
    }
}
