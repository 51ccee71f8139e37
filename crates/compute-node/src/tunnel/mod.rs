//! The way in: `/s/<session>/…` for users and the front-end master, over the link, to the agent.
//!
//! Invariant: no cookie, token or ticket reaches a slot, and nothing a slot sends is shown or run by a browser.
//! Invariant: once upgraded, bytes are copied and counted, never parsed (frame heads excepted, to close properly).

mod auth;
pub mod frames;
mod headers;
mod pump;
pub mod surface;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::IntoResponse as _;
use axum::routing::any;
use carrel_proto::code::{Problem, ServiceCode};
use carrel_service::{Kind, Principal, Revocations, SharedClock, Shutdown, Tasks, UsedTickets};
use http::{HeaderMap, Method, Response, StatusCode};
use hyper::body::{Body as _, Incoming};
use hyper_util::rt::TokioIo;
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::debug;

use crate::body::{Body, BodyLimits, Guarded};
use crate::sessions::{Held, Sessions};
use crate::slot::Close;
pub use auth::FENCE;
use auth::{Attempt, admit, no_session};
use surface::{Passage, Surface};

/// A 4 MiB file in base64 with its envelope; what the agent reads too.
const CALL_MAX: u64 = carrel_proto::json::BODY_MAX as u64;
/// The contract's limit for uploads.
pub const UPLOAD_MAX: u64 = 64 * 1024 * 1024;
/// A download: no more than the largest slot's disk.
const DOWNLOAD_MAX: u64 = 64 << 30;
/// `WaitStatus` and `Run` take up to 60 s; the rest is for the agent's own overhead.
const CALL_TIME: Duration = Duration::from_secs(75);
/// How long the agent may take to begin an answer on a connection of its own.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// How long a transfer may pause.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// The longest transfer.
const TRANSFER_MAX: Duration = Duration::from_secs(3600);

/// What the tunnel needs.
pub struct Tunnel {
    /// Who holds what.
    pub sessions: Sessions,
    /// Wall clock, for the ends of tokens.
    pub clock: SharedClock,
    /// Websockets run here.
    pub tasks: Tasks,
    /// Ends every websocket.
    pub shutdown: Shutdown,
    /// Revoked tokens.
    pub revocations: Revocations,
    /// Ticks with each change of `revocations`.
    pub revoked: watch::Receiver<u64>,
    tickets: UsedTickets,
}

impl Tunnel {
    /// A tunnel over these sessions.
    pub fn new(
        sessions: Sessions,
        clock: SharedClock,
        tasks: Tasks,
        shutdown: Shutdown,
        revocations: Revocations,
        revoked: watch::Receiver<u64>,
    ) -> Self {
        Self { sessions, clock, tasks, shutdown, revocations, revoked, tickets: UsedTickets::default() }
    }

    /// The routes.
    pub fn router(self) -> Router {
        Router::new().route("/s/{*rest}", any(serve)).with_state(Arc::new(self))
    }
}

/// Finds a ticket in the query of a websocket request below `/s/`; given to the kit, which verifies it.
pub fn ticket_hook(parts: &http::request::Parts) -> Option<String> {
    let wanted = parts.uri.path().starts_with("/s/") && headers::wants_websocket(&parts.headers);
    wanted.then(|| surface::ticket(parts.uri.query()).map(str::to_owned)).flatten()
}

async fn serve(State(tunnel): State<Arc<Tunnel>>, request: Request) -> Response<Body> {
    match tunnel.answer(request).await {
        Ok(response) => response,
        Err(problem) => {
            let mut response = carrel_proto::json::problem(&problem);
            headers::harden(response.headers_mut());
            response
        }
    }
}

impl Tunnel {
    async fn answer(&self, request: Request) -> Result<Response<Body>, Problem> {
        let unknown = || Problem::new(ServiceCode::NotFound, "there is no such session path");
        let (session, rest) = surface::split(request.uri().path()).ok_or_else(unknown)?;
        let principal =
            request.extensions().get::<Principal>().cloned().ok_or_else(|| {
                Problem::new(ServiceCode::Unauthenticated, "sign in first, or use a ticket")
            })?;
        let websocket = headers::wants_websocket(request.headers());
        let held = self.sessions.get(&session).ok_or_else(|| no_session(&session))?;
        let attempt = Attempt {
            principal: &principal,
            headers: request.headers(),
            websocket,
            now: self.clock.now_secs(),
        };
        admit(&attempt, &held.binding, &self.tickets)?;
        let passage = surface::passage(request.method(), rest, request.uri().query(), websocket)?;
        match passage.surface {
            Surface::Telemetry => Ok(telemetry(&held)),
            Surface::Call => call(&held, passage, request).await,
            Surface::Download | Surface::Upload => transfer(&held, passage, request).await,
            Surface::Socket => self.socket(held, passage, request, &principal).await,
            Surface::Port => self.port(held, passage, request, &principal).await,
        }
    }

    async fn socket(
        &self,
        held: Arc<Held>,
        passage: Passage,
        mut request: Request,
        principal: &Principal,
    ) -> Result<Response<Body>, Problem> {
        let upgrade = hyper::upgrade::on(&mut request);
        let forward = to_agent(request.headers(), request.method().clone(), &passage, Body::empty())?;
        let mut sender = held.link.open_stream().await.map_err(|error| away(&error))?;
        let mut response = in_time(HEAD_TIME, sender.send_request(forward)).await?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Ok(back(&held, Surface::Call, response, None, Instant::now() + HEAD_TIME));
        }
        let agent = hyper::upgrade::on(&mut response);
        let stop = self.stop_of(&held, principal);
        let session = held.binding.session.clone();
        self.tasks.spawn("tunnel", async move {
            match tokio::try_join!(upgrade, agent) {
                Ok((user, agent)) => {
                    pump::pump(TokioIo::new(user), TokioIo::new(agent), &held.slot.meter, stop).await;
                }
                Err(error) => debug!(%session, %error, "websocket was not taken up"),
            }
        });
        let mut switching = Response::new(Body::empty());
        *switching.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        *switching.headers_mut() = headers::of_handshake(response.headers());
        Ok(switching)
    }

    /// A program's port, for the front-end master.
    async fn port(
        &self,
        held: Arc<Held>,
        passage: Passage,
        mut request: Request,
        principal: &Principal,
    ) -> Result<Response<Body>, Problem> {
        if !matches!(principal.kind, Kind::Service { .. }) {
            let text = "a port is reached at its own address; the front-end master's /preview/ leads there";
            return Err(Problem::new(ServiceCode::PermissionDenied, text));
        }
        if !headers::wants_port(request.headers()) {
            return Err(Problem::new(ServiceCode::InvalidArgument, "a port wants an upgrade to its bytes"));
        }
        let upgrade = hyper::upgrade::on(&mut request);
        let forward = to_agent(request.headers(), Method::GET, &passage, Body::empty())?;
        let mut sender = held.link.open_stream().await.map_err(|error| away(&error))?;
        let mut response = in_time(HEAD_TIME, sender.send_request(forward)).await?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Ok(back(&held, Surface::Call, response, None, Instant::now() + HEAD_TIME));
        }
        let agent = hyper::upgrade::on(&mut response);
        let stop = self.stop_of(&held, principal);
        self.tasks.spawn("port", async move {
            if let Ok((user, agent)) = tokio::try_join!(upgrade, agent) {
                pump::bytes(TokioIo::new(user), TokioIo::new(agent), &held.slot.meter, stop).await;
            }
        });
        let mut switching = Response::new(Body::empty());
        *switching.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        *switching.headers_mut() = headers::of_port();
        Ok(switching)
    }

    /// What ends a websocket from our side.
    fn stop_of(
        &self,
        held: &Arc<Held>,
        principal: &Principal,
    ) -> impl Future<Output = Close> + Send + 'static {
        let shutdown = self.shutdown.clone();
        let held = held.clone();
        let token = self.token_over(principal);
        async move {
            tokio::select! {
                biased;
                () = held.binding.closed() => Close::Released,
                () = token => Close::TokenOver,
                () = shutdown.requested() => Close::GoingAway,
            }
        }
    }

    /// Waits until a user's own token has expired or is revoked. A ticket opens a websocket that then lasts as long
    /// as the session; the front-end master watches over its users itself.
    fn token_over(&self, principal: &Principal) -> impl Future<Output = ()> + Send + 'static {
        let left = Duration::from_secs(principal.expires.saturating_sub(self.clock.now_secs()));
        let (revocations, mut revoked) = (self.revocations.clone(), self.revoked.clone());
        let principal = principal.clone();
        async move {
            let user = match &principal.kind {
                Kind::User { id, .. } | Kind::Ticket { id, .. } => id.to_string(),
                _ => return std::future::pending().await,
            };
            let by_token = matches!(principal.kind, Kind::User { .. });
            let expired = tokio::time::sleep(left);
            let withdrawn = async {
                while !is_revoked(&revocations, &principal, &user) {
                    if revoked.changed().await.is_err() {
                        std::future::pending::<()>().await;
                    }
                }
            };
            tokio::select! {
                () = expired, if by_token => {}
                () = withdrawn => {}
            }
        }
    }
}

fn is_revoked(revocations: &Revocations, principal: &Principal, user: &str) -> bool {
    let signed = i64::try_from(principal.issued_at).unwrap_or(i64::MAX);
    revocations.list().iter().any(|entry| {
        if entry.token_id.is_empty() {
            entry.user_id == user && signed < entry.before
        } else {
            entry.token_id == principal.token_id
        }
    })
}

fn telemetry(held: &Held) -> Response<Body> {
    let mut response = axum::Json(held.slot.usage()).into_response();
    headers::harden(response.headers_mut());
    response
}

/// A JSON call over the h2 channel.
async fn call(held: &Held, passage: Passage, request: Request) -> Result<Response<Body>, Problem> {
    let until = Instant::now() + CALL_TIME;
    let (parts, body) = request.into_parts();
    let (body, too_large) = inbound(held, body, CALL_MAX, until)?;
    let mut forward = to_agent(&parts.headers, parts.method, &passage, body)?;
    *forward.uri_mut() = format!("http://slot{}", passage.path).parse().map_err(|_| bad_path())?;
    forward.headers_mut().remove(http::header::HOST);
    let mut channel = held.link.channel().await.map_err(|error| away(&error))?;
    let response = in_time(CALL_TIME, channel.send(forward.map(tonic::body::Body::new))).await;
    if too_large.load(Ordering::Relaxed) {
        return Err(too_big(CALL_MAX));
    }
    Ok(back(held, Surface::Call, response?, None, until))
}

/// A download or an upload over a connection of its own.
async fn transfer(held: &Held, passage: Passage, request: Request) -> Result<Response<Body>, Problem> {
    let until = Instant::now() + TRANSFER_MAX;
    let (parts, body) = request.into_parts();
    let upload = passage.surface == Surface::Upload;
    let limit = if upload { UPLOAD_MAX } else { 0 };
    let (body, too_large) = inbound(held, body, limit, until)?;
    let forward = to_agent(&parts.headers, parts.method, &passage, body)?;
    let mut sender = held.link.open_stream().await.map_err(|error| away(&error))?;
    // An upload's answer comes after its body.
    let head_time = if upload { TRANSFER_MAX } else { HEAD_TIME };
    let response = in_time(head_time, sender.send_request(forward)).await;
    if too_large.load(Ordering::Relaxed) {
        return Err(too_big(limit));
    }
    let response = response?;
    // A failed download is a problem in JSON, not a file.
    let surface = if response.status().is_success() { passage.surface } else { Surface::Call };
    let name = surface::file_name(parts.uri.query());
    Ok(back(held, surface, response, name.as_deref(), until))
}

type Flag = Arc<std::sync::atomic::AtomicBool>;

fn inbound(held: &Held, body: Body, limit: u64, until: Instant) -> Result<(Body, Flag), Problem> {
    if body.size_hint().lower() > limit {
        return Err(too_big(limit));
    }
    let limits = BodyLimits { bytes: limit, silence: SILENCE_MAX, until };
    let body = Guarded::new(body, limits, held.slot.meter.tunnel_in.clone());
    let flag = body.overflow_flag();
    Ok((Body::new(body), flag))
}

fn to_agent(
    from: &HeaderMap,
    method: http::Method,
    passage: &Passage,
    body: Body,
) -> Result<http::Request<Body>, Problem> {
    let mut request = http::Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = passage.path.parse().map_err(|_| bad_path())?;
    *request.headers_mut() = headers::of_request(from, passage.surface);
    Ok(request)
}

fn back(
    held: &Held,
    surface: Surface,
    response: Response<Incoming>,
    file_name: Option<&str>,
    until: Instant,
) -> Response<Body> {
    let (parts, body) = response.into_parts();
    let status = parts.status;
    // A redirect would send a browser wherever a slot likes; an informational answer can't come here.
    if status.is_redirection() && status != StatusCode::NOT_MODIFIED || status.is_informational() {
        let text = format!("the slot answered {status}, which does not pass the tunnel");
        return carrel_proto::json::problem(&Problem::new(ServiceCode::FailedPrecondition, text));
    }
    let limits = BodyLimits { bytes: DOWNLOAD_MAX, silence: SILENCE_MAX, until };
    let mut passed = Response::new(Body::new(Guarded::new(body, limits, held.slot.meter.tunnel_out.clone())));
    *passed.status_mut() = status;
    *passed.headers_mut() = headers::of_response(&parts.headers, surface, file_name);
    passed
}

async fn in_time(
    limit: Duration,
    answer: impl Future<Output = hyper::Result<Response<Incoming>>>,
) -> Result<Response<Incoming>, Problem> {
    match tokio::time::timeout(limit, answer).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) => {
            debug!(%error, "request to the agent");
            let text = "the slot broke off: its agent may be restarting, try again";
            Err(Problem::new(ServiceCode::Unavailable, text))
        }
        Err(_) => {
            let text = format!("the slot did not answer within {limit:?}");
            Err(Problem::new(ServiceCode::DeadlineExceeded, text))
        }
    }
}

fn away(error: &crate::link::LinkError) -> Problem {
    Problem::new(ServiceCode::Unavailable, error.to_string())
}

fn bad_path() -> Problem {
    Problem::new(ServiceCode::InvalidArgument, "the path or query can't be read")
}

fn too_big(limit: u64) -> Problem {
    Problem::new(ServiceCode::TooLarge, format!("the body may have at most {limit} bytes"))
}
