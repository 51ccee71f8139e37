//! The tunnel: `/s/<session>/…` to the node that holds the session's newest fence.
//!
//! Invariant: a user's token never leaves this daemon, and no header of a slot's making acts on this origin.
//! Invariant: who may not use a session can't tell it from one that never was.

mod error;
pub(crate) mod headers;
pub(crate) mod pump;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use carrel_ids::{NodeId, SessionId};
use carrel_model::master::State as SessionState;
use carrel_service::identity::{Kind, Via};
use carrel_service::{Deps, Principal, SharedClock, Shutdown, Tasks};
use http::{HeaderValue, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper_util::rt::TokioIo;
use prometheus::{Gauge, IntCounter, IntCounterVec};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::{Instrument as _, debug, info_span};

use crate::accounts::revocations::RevocationHub;
use crate::accounts::tickets::Tickets;
use crate::sessions::{Line, SessionRow, Sessions, may_use};
use error::TunnelError;
use pump::Ends;

/// Open websockets at once: 1,500 learners with some terminals each. Each costs two buffers and two connections.
const WEBSOCKETS_MAX: usize = 16_384;

/// The longest wait for a slot's answer to begin: a build task may be waited for.
const ANSWER_MAX: Duration = Duration::from_secs(15 * 60);

/// The largest upload; the node and the agent have the same limit.
const UPLOAD_MAX: usize = 64 * 1024 * 1024;

/// A websocket opened by a ticket lives as long as one opened by a fresh user token.
pub(crate) const TICKET_LASTS: Duration = Duration::from_secs(8 * 3_600);

/// What the tunnel stands on.
pub struct Parts {
    /// Where sessions are, and how to reach nodes.
    pub sessions: Sessions,
    /// Single use of tickets.
    pub tickets: Arc<Tickets>,
    /// What ends connections before their token does.
    pub revocations: Arc<RevocationHub>,
}

#[derive(Clone)]
struct Tunnel(Arc<Shared>);

struct Shared {
    parts: Parts,
    websockets: Arc<Semaphore>,
    open: Gauge,
    requests: IntCounterVec,
    sent: IntCounter,
    received: IntCounter,
    clock: SharedClock,
    tasks: Tasks,
    shutdown: Shutdown,
}

/// The routes below `/s/`. They need a rule that admits users and tickets.
pub fn router(parts: Parts, deps: &Deps) -> Router {
    let metrics = &deps.metrics;
    let bytes = metrics.counter_vec(
        "tunnel_bytes_total",
        "Bytes of websockets by direction: to the slot, from the slot.",
        &["direction"],
    );
    let requests =
        metrics.counter_vec("tunnel_requests_total", "Tunnelled requests by outcome.", &["outcome"]);
    let tunnel = Tunnel(Arc::new(Shared {
        parts,
        websockets: Arc::new(Semaphore::new(WEBSOCKETS_MAX)),
        open: metrics.gauge("tunnel_connections", "Open websockets."),
        requests,
        sent: bytes.with_label_values(&["to_slot"]),
        received: bytes.with_label_values(&["from_slot"]),
        clock: deps.clock.clone(),
        tasks: deps.tasks.clone(),
        shutdown: deps.shutdown.clone(),
    }));
    Router::new().route("/s/{session}/{*rest}", any(handle)).with_state(tunnel)
}

async fn handle(State(tunnel): State<Tunnel>, request: Request) -> Response {
    let span = info_span!("tunnel", session = tracing::field::Empty);
    tunnel.answer(request).instrument(span).await
}

/// Where a request goes.
struct Route {
    row: Arc<SessionRow>,
    node: NodeId,
    line: Arc<Line>,
    principal: Principal,
}

impl Tunnel {
    async fn answer(&self, request: Request) -> Response {
        let websocket = headers::is_websocket(request.method(), request.headers());
        let result = match self.route(&request, websocket) {
            Ok(route) if websocket => self.upgrade(route, request).await,
            Ok(route) => self.forward(route, request).await,
            Err(error) => Err(error),
        };
        let outcome = if result.is_ok() { "forwarded" } else { "refused" };
        self.0.requests.with_label_values(&[outcome]).inc();
        result.unwrap_or_else(|error| carrel_service::error::response(&error, "reach a session"))
    }

    /// Who asks for what, and whether they may.
    fn route(&self, request: &Request, websocket: bool) -> Result<Route, TunnelError> {
        let path = request.uri().path();
        let (id, rest) =
            path.strip_prefix("/s/").and_then(|p| p.split_once('/')).ok_or(TunnelError::NoSession)?;
        let id: SessionId = id.parse().map_err(|_| TunnelError::NoSession)?;
        tracing::Span::current().record("session", id.as_str());
        let principal = request.extensions().get::<Principal>().cloned().ok_or(TunnelError::Stranger)?;
        let row = self.0.parts.sessions.board().session(&id).ok_or(TunnelError::NoSession)?;
        match &principal.kind {
            Kind::Ticket { session, .. } if *session != id => return Err(TunnelError::NoSession),
            Kind::Ticket { .. } if !websocket => return Err(TunnelError::TicketForOther),
            Kind::Ticket { .. } => self.0.parts.tickets.admit(&principal)?,
            Kind::User { .. } if may_use(&principal, &row.record.user) => {}
            _ => return Err(TunnelError::NoSession),
        }
        // The auth layer compares it; here we only insist that there is one.
        let has_origin = request.headers().contains_key(header::ORIGIN);
        if websocket && matches!(principal.via, Via::Cookie) && !has_origin {
            return Err(TunnelError::NoOrigin);
        }
        if rest.split('/').any(is_dots) {
            return Err(TunnelError::Path);
        }
        self.towards(row, principal)
    }

    fn towards(&self, row: Arc<SessionRow>, principal: Principal) -> Result<Route, TunnelError> {
        let record = &row.record;
        let session = record.id.clone();
        match record.state {
            SessionState::Claiming => return Err(TunnelError::NotBound { session }),
            SessionState::Unreachable => {
                let node = record.node.as_ref().map_or("its node", |node| node.as_str()).to_owned();
                return Err(TunnelError::NodeSilent { session, node });
            }
            SessionState::Closing | SessionState::Closed | SessionState::Failed => {
                let reason = &record.reason;
                let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
                return Err(TunnelError::Over { session, state: record.state.name(), reason });
            }
            SessionState::Preparing | SessionState::Ready => {}
        }
        let node = record.node.clone().ok_or(TunnelError::NotBound { session: session.clone() })?;
        let line = self.0.parts.sessions.directory().line(&node);
        // After a restart of ours: it has not reported yet.
        let line = line.ok_or_else(|| TunnelError::NodeSilent { session, node: node.to_string() })?;
        Ok(Route { row, node, line, principal })
    }

    async fn forward(&self, route: Route, request: Request) -> Result<Response, TunnelError> {
        let (parts, body) = request.into_parts();
        let (body, is_over, limit) = bounded(&parts, body)?;
        match send(&route, &parts, body, false).await {
            Err(_) if is_over.load(Ordering::Relaxed) => Err(TunnelError::TooLarge { limit }),
            answer => answer.map(returned),
        }
    }

    async fn upgrade(&self, route: Route, mut request: Request) -> Result<Response, TunnelError> {
        let permit = self.0.websockets.clone().try_acquire_owned();
        let permit = permit.map_err(|_| TunnelError::TooMany { limit: WEBSOCKETS_MAX })?;
        // Before the request goes out: what is revoked from here on must be heard.
        let ends = self.ends(&route)?;
        let from_client = hyper::upgrade::on(&mut request);
        let (parts, _) = request.into_parts();
        let mut answer = send(&route, &parts, Body::empty(), true).await?;
        if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Ok(returned(answer));
        }
        let from_node = hyper::upgrade::on(&mut answer);
        let connection = Connection { permit, from_client, from_node, ends };
        let (shared, span) = (self.0.clone(), tracing::Span::current());
        self.0.tasks.spawn("tunnel", async move { connection.run(&shared).await }.instrument(span));
        Ok(returned(answer))
    }

    fn ends(&self, route: &Route) -> Result<Ends, TunnelError> {
        let record = &route.row.record;
        let parts = &self.0.parts;
        let lasts = match route.principal.kind {
            Kind::Ticket { .. } => TICKET_LASTS,
            _ => Duration::from_secs(route.principal.expires.saturating_sub(self.0.clock.now_secs())),
        };
        let rows = parts.sessions.board().watch(&record.id).ok_or(TunnelError::NoSession)?;
        Ok(Ends {
            over: Box::pin(pump::session_over(rows, record.fence)),
            revoked_grace: Duration::ZERO,
            principal: route.principal.clone(),
            lasts,
            revoked: parts.revocations.subscribe(),
            hub: parts.revocations.clone(),
            shutdown: self.0.shutdown.clone(),
        })
    }
}

/// The body within the limit of its path, and whether it went beyond. The node has the same limits, but what it answers
/// while a body still flows may be lost: the connection breaks under the writing.
fn bounded(parts: &http::request::Parts, body: Body) -> Result<(Body, Arc<AtomicBool>, usize), TunnelError> {
    let is_call = parts.uri.path().splitn(4, '/').nth(3).is_some_and(|rest| rest.starts_with("api/"));
    let limit = if is_call { carrel_proto::json::BODY_MAX } else { UPLOAD_MAX };
    let announced =
        parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if announced.is_some_and(|bytes: usize| bytes > limit) {
        return Err(TunnelError::TooLarge { limit });
    }
    let is_over = Arc::new(AtomicBool::new(false));
    let found = is_over.clone();
    let body = Limited::new(body, limit).map_err(move |error| {
        found.store(error.is::<LengthLimitError>(), Ordering::Relaxed);
        error
    });
    Ok((Body::new(body), is_over, limit))
}

fn is_dots(segment: &str) -> bool {
    let plain = segment.replace("%2e", ".").replace("%2E", ".");
    plain == "." || plain == ".."
}

async fn send(
    route: &Route,
    parts: &http::request::Parts,
    body: Body,
    websocket: bool,
) -> Result<http::Response<hyper::body::Incoming>, TunnelError> {
    let mut request = http::Request::new(carrel_client::Body::new(body));
    *request.method_mut() = parts.method.clone();
    *request.uri_mut() = headers::target(&parts.uri).parse().map_err(|_| TunnelError::Path)?;
    *request.headers_mut() = headers::outgoing(&parts.headers, websocket);
    request.headers_mut().insert(headers::FENCE, HeaderValue::from(route.row.record.fence.number()));
    if let Some((user, _, _)) = route.principal.user()
        && let Ok(user) = HeaderValue::from_str(user.as_str())
    {
        request.headers_mut().insert(headers::USER, user);
    }
    match tokio::time::timeout(ANSWER_MAX, route.line.http.send(request)).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(source)) => Err(TunnelError::NodeFailed { node: route.node.clone(), source }),
        Err(_) => Err(TunnelError::Late { limit: ANSWER_MAX }),
    }
}

/// The node's answer as it may appear on this origin.
fn returned(answer: http::Response<hyper::body::Incoming>) -> Response {
    let (parts, body) = answer.into_parts();
    let mut response = Response::new(Body::new(body));
    *response.status_mut() = parts.status;
    *response.headers_mut() = headers::incoming(&parts.headers, parts.status);
    response
}

/// A websocket whose two halves are about to be handed over.
struct Connection {
    permit: OwnedSemaphorePermit,
    from_client: hyper::upgrade::OnUpgrade,
    from_node: hyper::upgrade::OnUpgrade,
    ends: Ends,
}

impl Connection {
    async fn run(self, shared: &Shared) {
        let Self { permit, from_client, from_node, ends } = self;
        let (client, node) = match futures::join!(from_client, from_node) {
            (Ok(client), Ok(node)) => (TokioIo::new(client), TokioIo::new(node)),
            (client, node) => {
                debug!(client = client.is_ok(), node = node.is_ok(), "a websocket was not handed over");
                return;
            }
        };
        shared.open.inc();
        let (sent, received) = (shared.sent.clone(), shared.received.clone());
        let flow = pump::Flow { sent, received, silence_max: None, buffer_bytes: pump::BUFFER_BYTES };
        let why = pump::run(client, node, flow, ends).await;
        shared.open.dec();
        drop(permit);
        debug!(why, "websocket ended");
    }
}
