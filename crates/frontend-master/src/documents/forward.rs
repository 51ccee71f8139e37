//! Requests and websockets on their way to the sync daemon.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{any, post};
use carrel_service::identity::{Kind, NewToken, Via};
use carrel_service::{Peer, PeerAddr, Principal};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use hyper_util::rt::TokioIo;
use tokio::sync::OwnedSemaphorePermit;
use tower::Service as _;
use tracing::debug;

use super::headers::{self, Shape};
use super::{ANSWER_MAX, DocumentError, REQUESTS_MAX, WEBSOCKETS_MAX};
use crate::state::SharedState;
use crate::tunnel::headers::{is_websocket, target};
use crate::tunnel::pump::{self, Ends, Flow};

/// Above what the sync daemon takes in one message, which is its own to refuse in words.
const BODY_MAX: usize = 40 * 1024 * 1024;

/// Typed text comes in small pieces, and there are many connections.
const BUFFER_BYTES: usize = 16 * 1024;

/// The sync daemon asks every 25 s whether a client is there; three times without an answer is gone.
const SILENCE_MAX: Duration = Duration::from_secs(90);

/// What ends with a token is ended by the sync daemon with a close code; then we end what is left.
const GRACE: Duration = Duration::from_secs(2);

/// A websocket opened by a ticket lives as long as one opened by a fresh user token.
const TICKET_LASTS: Duration = crate::tunnel::TICKET_LASTS;

/// The services for people.
const SERVICES: [&str; 2] = ["DocumentService", "SpaceService"];

/// The routes; each needs a rule that admits people, `/doc/` also tickets for documents.
pub fn router(state: SharedState) -> Router {
    let mut router = Router::new()
        .route("/doc/{id}", any(handle))
        .route("/socket.io/", any(handle))
        .route("/socket.io", any(handle));
    for service in SERVICES {
        router = router
            .route(&format!("/api/v1/{service}/{{method}}"), post(handle))
            .route(&format!("/carrel.sync.v1.{service}/{{method}}"), post(handle));
    }
    router.with_state(state)
}

async fn handle(State(state): State<SharedState>, request: Request) -> Response {
    let headers = request.headers();
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let shape = match () {
        () if kind.starts_with(b"application/grpc") => Shape::Grpc,
        () if is_websocket(request.method(), headers) => Shape::Websocket,
        () => Shape::Plain,
    };
    let forward = Forward { state: &state, shape };
    let result = forward.run(request).await;
    let outcome = if result.is_ok() { "forwarded" } else { "refused" };
    state.documents.meters.answers.with_label_values(&[outcome]).inc();
    result.unwrap_or_else(|error| match shape {
        Shape::Grpc => carrel_service::error::status(&error, "reach a document").into_http(),
        _ => carrel_service::error::response(&error, "reach a document"),
    })
}

struct Forward<'a> {
    state: &'a SharedState,
    shape: Shape,
}

impl Forward<'_> {
    async fn run(&self, request: Request) -> Result<Response, DocumentError> {
        self.state.documents.sync()?;
        let principal = request.extensions().get::<Principal>().cloned().ok_or(DocumentError::Stranger)?;
        self.admit(&request, &principal)?;
        match self.shape {
            Shape::Plain => self.plain(request, &principal).await,
            Shape::Grpc => self.grpc(request, &principal).await,
            Shape::Websocket => self.websocket(request, principal).await,
        }
    }

    /// Whether this may go on at all. What somebody may do with a document is the sync daemon's to say.
    fn admit(&self, request: &Request, principal: &Principal) -> Result<(), DocumentError> {
        let document = request.uri().path().strip_prefix("/doc/");
        if document.is_some_and(|id| id.parse::<carrel_ids::DocumentId>().is_err()) {
            return Err(DocumentError::Path);
        }
        if document.is_some() && self.shape != Shape::Websocket {
            return Err(DocumentError::NoWebsocket);
        }
        match &principal.kind {
            Kind::User { .. } => {}
            Kind::DocumentTicket { document: named, .. } if document == Some(named.as_str()) => {
                self.state.tickets.admit(principal)?;
            }
            Kind::DocumentTicket { .. } => return Err(DocumentError::OtherTicket),
            _ => return Err(DocumentError::Stranger),
        }
        // The auth layer compares it; here we only insist that there is one.
        let has_origin = request.headers().contains_key(header::ORIGIN);
        if self.shape == Shape::Websocket && principal.via == Via::Cookie && !has_origin {
            return Err(DocumentError::NoOrigin);
        }
        Ok(())
    }

    /// The request as the sync daemon gets it.
    fn outgoing(
        &self,
        parts: &Parts,
        principal: &Principal,
        body: Body,
    ) -> Result<http::Request<carrel_client::Body>, DocumentError> {
        let new = NewToken::relay(principal).ok_or(DocumentError::Stranger)?;
        let token = self.state.issuer.issue(new).map_err(DocumentError::Sign)?.token;
        let mut bearer =
            HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| DocumentError::Stranger)?;
        bearer.set_sensitive(true);
        let body = carrel_client::Body::new(Limited::new(body, BODY_MAX));
        let mut request = http::Request::new(body);
        *request.method_mut() = parts.method.clone();
        *request.uri_mut() = target(&parts.uri).parse().map_err(|_| DocumentError::Path)?;
        *request.headers_mut() = headers::outgoing(&parts.headers, self.shape);
        request.headers_mut().insert(header::AUTHORIZATION, bearer);
        if let Some(PeerAddr::Tcp(address)) = parts.extensions.get::<Peer>().map(|peer| peer.addr)
            && let Ok(address) = HeaderValue::try_from(address.ip().to_canonical().to_string())
        {
            request.headers_mut().insert(headers::CLIENT, address);
        }
        if matches!(principal.kind, Kind::DocumentTicket { .. }) {
            let id = HeaderValue::try_from(&*principal.token_id).map_err(|_| DocumentError::Stranger)?;
            request.headers_mut().insert(headers::TICKET, id);
        }
        Ok(request)
    }

    async fn plain(&self, request: Request, principal: &Principal) -> Result<Response, DocumentError> {
        let documents = &self.state.documents;
        let permit = documents.requests.clone().try_acquire_owned();
        let permit = permit.map_err(|_| DocumentError::TooMany { limit: REQUESTS_MAX })?;
        let (parts, body) = request.into_parts();
        let answer = self.send(self.outgoing(&parts, principal, body)?).await?;
        Ok(self.returned(answer.map(|body| held(Body::new(body), permit))))
    }

    async fn grpc(&self, request: Request, principal: &Principal) -> Result<Response, DocumentError> {
        let documents = &self.state.documents;
        let permit = documents.requests.clone().try_acquire_owned();
        let permit = permit.map_err(|_| DocumentError::TooMany { limit: REQUESTS_MAX })?;
        let (parts, body) = request.into_parts();
        let request = self.outgoing(&parts, principal, body)?;
        let answer = documents.sync()?.people.channel().call(request).await;
        Ok(self.returned(answer.map_err(DocumentError::AwayRpc)?.map(|body| held(Body::new(body), permit))))
    }

    async fn websocket(&self, mut request: Request, principal: Principal) -> Result<Response, DocumentError> {
        let state = self.state;
        let permit = state.documents.websockets.clone().try_acquire_owned();
        let permit = permit.map_err(|_| DocumentError::TooMany { limit: WEBSOCKETS_MAX })?;
        // Before the request goes out: what is revoked from here on must be heard.
        let ends = self.ends(&principal);
        let from_client = hyper::upgrade::on(&mut request);
        let (parts, _) = request.into_parts();
        let mut answer = self.send(self.outgoing(&parts, &principal, Body::empty())?).await?;
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            let from_sync = hyper::upgrade::on(&mut answer);
            let connection = Connection { permit, from_client, from_sync, ends };
            let shared = state.clone();
            state.tasks.spawn("document", async move { connection.run(&shared).await });
        }
        Ok(self.returned(answer.map(Body::new)))
    }

    async fn send(
        &self,
        request: http::Request<carrel_client::Body>,
    ) -> Result<http::Response<hyper::body::Incoming>, DocumentError> {
        let http = self.state.documents.sync()?.people.http();
        match tokio::time::timeout(ANSWER_MAX, http.send(request)).await {
            Ok(answer) => answer.map_err(DocumentError::Away),
            Err(_) => Err(DocumentError::Late { limit: ANSWER_MAX }),
        }
    }

    fn ends(&self, principal: &Principal) -> Ends {
        let state = self.state;
        let lasts = match principal.kind {
            Kind::DocumentTicket { .. } => TICKET_LASTS,
            _ => Duration::from_secs(principal.expires.saturating_sub(state.clock.now_secs())),
        };
        Ends {
            over: Box::pin(std::future::pending()),
            revoked_grace: GRACE,
            principal: principal.clone(),
            lasts: lasts + GRACE,
            revoked: state.accounts.revocations().subscribe(),
            hub: state.accounts.revocations().clone(),
            shutdown: state.shutdown.clone(),
        }
    }

    /// The answer as it may appear on this origin.
    fn returned(&self, answer: http::Response<Body>) -> Response {
        let (parts, body) = answer.into_parts();
        let mut response = Response::new(body);
        *response.status_mut() = parts.status;
        *response.headers_mut() = headers::incoming(&parts.headers, self.shape);
        response
    }
}

/// An answer that counts as under way until its last byte: one that watches may flow for hours.
fn held(body: Body, permit: OwnedSemaphorePermit) -> Body {
    Body::new(body.map_frame(move |frame| {
        let _under_way = &permit;
        frame
    }))
}

/// A websocket whose two halves are about to be handed over.
struct Connection {
    permit: OwnedSemaphorePermit,
    from_client: hyper::upgrade::OnUpgrade,
    from_sync: hyper::upgrade::OnUpgrade,
    ends: Ends,
}

impl Connection {
    async fn run(self, state: &SharedState) {
        let Self { permit, from_client, from_sync, ends } = self;
        let (client, sync) = match futures::join!(from_client, from_sync) {
            (Ok(client), Ok(sync)) => (TokioIo::new(client), TokioIo::new(sync)),
            (client, sync) => {
                debug!(client = client.is_ok(), sync = sync.is_ok(), "a websocket was not handed over");
                return;
            }
        };
        let meters = &state.documents.meters;
        let flow = Flow {
            sent: meters.bytes.with_label_values(&["to_sync"]),
            received: meters.bytes.with_label_values(&["from_sync"]),
            silence_max: Some(SILENCE_MAX),
            buffer_bytes: BUFFER_BYTES,
        };
        meters.open.inc();
        let why = pump::run(client, sync, flow, ends).await;
        meters.open.dec();
        drop(permit);
        debug!(why, "websocket of a document ended");
    }
}
