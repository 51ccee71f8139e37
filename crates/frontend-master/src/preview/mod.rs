//! Previews: what a program in a slot serves on a port, on an origin of its own (`<port>-<session>.<domain>`).
//!
//! A browser without the preview's cookie is sent to the website (`/preview/<port>-<session>`), which knows its user
//! and sends it back with a code; the preview's origin takes the code for a cookie. So an address can be typed, kept
//! and reloaded, and neither the website's cookie nor a token in an address is ever seen here.
//!
//! Invariant: the website's origin never renders what a slot serves, and nothing of the website is reached from here.

mod entry;
mod headers;
mod host;
mod page;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::response::Response;
use axum::routing::get;
use carrel_model::master::State as SessionState;
use carrel_proto::code::Problem;
use carrel_service::identity::{Kind, Role, TokenUse, Verifier, Via};
use carrel_service::{App, Audience, Chain, Deps, Issuer, NewToken, Principal, SharedClock, Shutdown, Tasks};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use prometheus::{Gauge, IntCounter, IntCounterVec};
use serde::Deserialize;
use tokio::sync::Semaphore;
use tracing::{debug, warn};

use crate::accounts::revocations::RevocationHub;
use crate::sessions::{Line, SessionRow, Sessions, may_use};
use crate::state::SharedState;
use crate::tunnel::headers::{FENCE, is_websocket};
use crate::tunnel::pump;
pub use host::Domain;
use host::Place;
use page::{encode, page, redirect};

/// The preview's own cookie.
const COOKIE: &str = "carrel_preview";

/// Where the code is taken; nothing a program serves is shadowed but this.
const ENTER: &str = "/.carrel/enter";

/// What the node upgrades a connection to for a port.
pub const PROTOCOL: &str = "carrel-port";

/// Requests under way at once, over all previews. A page of a development server asks for some hundred files.
const REQUESTS_MAX: usize = 8_192;

/// The longest a program may think before its answer begins.
const ANSWER_MAX: Duration = Duration::from_secs(120);

/// The node's refusal is a line or two of JSON.
const REFUSAL_BYTES_MAX: usize = 64 * 1024;

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
    app.routes(Audience::Public, way).site(Audience::Public, move |name| domain.place(name).is_some(), site)
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
            Ok(asked) => self.forward(asked, request).await,
            Err(response) => response,
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

    fn asked(&self, place: Place, principal: Principal) -> Result<Asked, Response> {
        let over = || {
            let text = "The session is over. Open another one on the website.";
            page(StatusCode::NOT_FOUND, "This preview is over", text, false)
        };
        let wait = || {
            let text =
                "The session's node is silent or the slot is not ready yet. This page looks again by itself.";
            page(StatusCode::SERVICE_UNAVAILABLE, "One moment", text, true)
        };
        let row = self.sessions.board().session(&place.session).ok_or_else(over)?;
        let may = principal.user().is_some_and(|(id, _, role)| *id == row.record.user || role == Role::Admin);
        if !may {
            return Err(over());
        }
        match row.record.state {
            SessionState::Preparing | SessionState::Ready => {}
            SessionState::Claiming | SessionState::Unreachable => return Err(wait()),
            SessionState::Closing | SessionState::Closed | SessionState::Failed => return Err(over()),
        }
        let node = row.record.node.clone().ok_or_else(wait)?;
        let line = self.sessions.directory().line(&node).ok_or_else(wait)?;
        Ok(Asked { place, row, line, principal })
    }

    async fn forward(self: &Arc<Self>, asked: Asked, mut request: Request) -> Response {
        let Ok(permit) = self.requests.clone().try_acquire_owned() else {
            let text = format!("{REQUESTS_MAX} requests of previews are under way. Try again in a moment.");
            return page(StatusCode::TOO_MANY_REQUESTS, "Too many at once", &text, true);
        };
        let websocket = is_websocket(request.method(), request.headers());
        let from_client = hyper::upgrade::on(&mut request);
        let mut sender = match self.dial(&asked).await {
            Ok(sender) => sender,
            Err(response) => return response,
        };
        let target = request.uri().path_and_query().map_or("/", |path| path.as_str()).parse();
        let Ok(target) = target else {
            return page(StatusCode::BAD_REQUEST, "This address can't be read", "Check its path.", false);
        };
        let (parts, body) = request.into_parts();
        let mut outgoing = http::Request::new(body);
        *outgoing.method_mut() = parts.method;
        *outgoing.uri_mut() = target;
        let origin = self.domain.origin(&asked.place);
        *outgoing.headers_mut() = headers::outgoing(&parts.headers, &asked.place, &origin, websocket);
        let answered = tokio::time::timeout(ANSWER_MAX, sender.send_request(outgoing)).await;
        let mut answer = match answered {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => return broke_off(&asked.place, &error),
            Err(_) => {
                let text = format!(
                    "The program on port {} has not answered for {} s.",
                    asked.place.port,
                    ANSWER_MAX.as_secs()
                );
                return page(StatusCode::GATEWAY_TIMEOUT, "No answer", &text, false);
            }
        };
        let switching = answer.status() == StatusCode::SWITCHING_PROTOCOLS;
        if switching && !websocket {
            return page(
                StatusCode::BAD_GATEWAY,
                "No answer",
                "The program changed the protocol unasked.",
                false,
            );
        }
        let mut response = Response::new(Body::empty());
        *response.status_mut() = answer.status();
        *response.headers_mut() = headers::incoming(answer.headers(), switching);
        if switching {
            let from_slot = hyper::upgrade::on(&mut answer);
            let shared = self.clone();
            self.tasks.spawn("preview", async move {
                if let (Ok(client), Ok(slot)) = futures::join!(from_client, from_slot) {
                    shared.pump(asked, client, slot).await;
                }
                drop(permit);
            });
            return response;
        }
        // The request is under way until its body has been sent.
        let body = answer.into_body().map_frame(move |frame| {
            let _held = &permit;
            frame
        });
        *response.body_mut() = Body::new(body);
        response
    }

    async fn pump(&self, asked: Asked, client: hyper::upgrade::Upgraded, slot: hyper::upgrade::Upgraded) {
        let record = &asked.row.record;
        let Some(rows) = self.sessions.board().watch(&record.id) else { return };
        let lasts = asked.principal.expires.saturating_sub(self.clock.now_secs());
        let ends = pump::Ends {
            over: Box::pin(pump::session_over(rows, record.fence)),
            revoked_grace: Duration::ZERO,
            lasts: Duration::from_secs(lasts),
            revoked: self.revocations.subscribe(),
            hub: self.revocations.clone(),
            shutdown: self.shutdown.clone(),
            principal: asked.principal,
        };
        let flow = pump::Flow {
            sent: self.sent.clone(),
            received: self.received.clone(),
            silence_max: None,
            buffer_bytes: pump::BUFFER_BYTES,
        };
        self.open.inc();
        let why = pump::run(TokioIo::new(client), TokioIo::new(slot), flow, ends).await;
        self.open.dec();
        debug!(why, "a preview's websocket ended");
    }

    /// A connection to the port, through node and agent.
    async fn dial(&self, asked: &Asked) -> Result<hyper::client::conn::http1::SendRequest<Body>, Response> {
        let silent = |error: &dyn std::fmt::Display| {
            debug!(%error, "dial a port");
            let text = "The session's node does not answer. The session goes on there; this page looks again by itself.";
            page(StatusCode::BAD_GATEWAY, "One moment", text, true)
        };
        let path = format!("/s/{}/port/{}", asked.row.record.id, asked.place.port);
        let mut request = http::Request::new(carrel_client::Body::empty());
        *request.uri_mut() = path.parse().map_err(|error: http::uri::InvalidUri| silent(&error))?;
        let headers = request.headers_mut();
        headers.insert(FENCE, HeaderValue::from(asked.row.record.fence.number()));
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static(PROTOCOL));
        let answer = tokio::time::timeout(ANSWER_MAX, asked.line.http.send(request)).await;
        let mut answer = match answer {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => return Err(silent(&Chain(&error))),
            Err(_) => return Err(silent(&"no answer in time")),
        };
        if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(refused(&asked.place, answer).await);
        }
        let stream = hyper::upgrade::on(&mut answer).await.map_err(|error| silent(&error))?;
        let (sender, connection) =
            hyper::client::conn::http1::handshake(stream).await.map_err(|error| silent(&error))?;
        self.tasks.spawn("preview", async move {
            if let Err(error) = connection.with_upgrades().await {
                debug!(%error, "a preview's connection broke");
            }
        });
        Ok(sender)
    }
}

/// Mostly: nothing listens there.
async fn refused(place: &Place, answer: http::Response<Incoming>) -> Response {
    let status = answer.status();
    let body = Limited::new(answer.into_body(), REFUSAL_BYTES_MAX).collect().await;
    let problem: Option<Problem> = body.ok().and_then(|body| serde_json::from_slice(&body.to_bytes()).ok());
    let title = format!("Nothing answers on port {} yet", place.port);
    let text = problem.map_or_else(|| format!("The session answered {status}."), |problem| problem.message);
    page(StatusCode::BAD_GATEWAY, &title, &format!("{text} This page looks again by itself."), true)
}

fn broke_off(place: &Place, error: &hyper::Error) -> Response {
    debug!(%error, "a program in a slot");
    let text = format!("The program on port {} broke off, or it does not speak HTTP.", place.port);
    page(StatusCode::BAD_GATEWAY, "No answer", &text, false)
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
