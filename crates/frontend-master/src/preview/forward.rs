//! From a preview's origin to the program in the slot: through node and agent to its port, and back.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use carrel_proto::code::Problem;
use carrel_service::Chain;
use http::{HeaderValue, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tracing::debug;

use super::host::Place;
use super::page::Notice;
use super::{Asked, REQUESTS_MAX, Shared, headers};
use crate::tunnel::headers::{FENCE, is_websocket};
use crate::tunnel::pump;

/// What the node upgrades a connection to for a port.
const PROTOCOL: HeaderValue = HeaderValue::from_static("carrel-port");

/// The longest a program may think before its answer begins.
const ANSWER_MAX: Duration = Duration::from_secs(120);

/// The node's refusal is a line or two of JSON.
const REFUSAL_BYTES_MAX: usize = 64 * 1024;

impl Shared {
    /// Asks the program, and gives its answer as it may appear at its origin.
    pub(super) async fn forward(
        self: &Arc<Self>,
        asked: Asked,
        mut request: Request,
    ) -> Result<Response, Notice> {
        let permit = self.requests.clone().try_acquire_owned();
        let permit = permit.map_err(|_| Notice::TooMany { limit: REQUESTS_MAX })?;
        let websocket = is_websocket(request.method(), request.headers());
        let from_client = hyper::upgrade::on(&mut request);
        let mut sender = self.dial(&asked).await?;
        let outgoing = self.outgoing(&asked.place, request, websocket)?;
        let mut answer = match tokio::time::timeout(ANSWER_MAX, sender.send_request(outgoing)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                debug!(%error, "a program in a slot");
                return Err(Notice::BrokeOff { port: asked.place.port });
            }
            Err(_) => return Err(Notice::Late { port: asked.place.port, limit: ANSWER_MAX }),
        };
        let switching = answer.status() == StatusCode::SWITCHING_PROTOCOLS;
        if switching && !websocket {
            return Err(Notice::BrokeOff { port: asked.place.port });
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
            return Ok(response);
        }
        // The request is under way until its body has been sent.
        let body = answer.into_body().map_frame(move |frame| {
            let _held = &permit;
            frame
        });
        *response.body_mut() = Body::new(body);
        Ok(response)
    }

    fn outgoing(
        &self,
        place: &Place,
        request: Request,
        websocket: bool,
    ) -> Result<http::Request<Body>, Notice> {
        let target = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let target = target.parse().map_err(|_| Notice::Unreadable)?;
        let (parts, body) = request.into_parts();
        let mut outgoing = http::Request::new(body);
        *outgoing.method_mut() = parts.method;
        *outgoing.uri_mut() = target;
        *outgoing.headers_mut() =
            headers::outgoing(&parts.headers, place, &self.domain.origin(place), websocket);
        Ok(outgoing)
    }

    async fn pump(&self, asked: Asked, client: Upgraded, slot: Upgraded) {
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
        let (sent, received) = (self.sent.clone(), self.received.clone());
        let flow = pump::Flow { sent, received, silence_max: None, buffer_bytes: pump::BUFFER_BYTES };
        self.open.inc();
        let why = pump::run(TokioIo::new(client), TokioIo::new(slot), flow, ends).await;
        self.open.dec();
        debug!(why, "a preview's websocket ended");
    }

    /// A connection to the port, through node and agent.
    async fn dial(&self, asked: &Asked) -> Result<SendRequest<Body>, Notice> {
        let silent = |error: &dyn std::fmt::Display| {
            debug!(%error, "dial a port");
            Notice::Wait
        };
        let path = format!("/s/{}/port/{}", asked.row.record.id, asked.place.port);
        let mut request = http::Request::new(carrel_client::Body::empty());
        *request.uri_mut() = path.parse().map_err(|error: http::uri::InvalidUri| silent(&error))?;
        let headers = request.headers_mut();
        headers.insert(FENCE, HeaderValue::from(asked.row.record.fence.number()));
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, PROTOCOL);
        let mut answer = match tokio::time::timeout(ANSWER_MAX, asked.line.http.send(request)).await {
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
async fn refused(place: &Place, answer: http::Response<Incoming>) -> Notice {
    let status = answer.status();
    let body = Limited::new(answer.into_body(), REFUSAL_BYTES_MAX).collect().await;
    let problem: Option<Problem> = body.ok().and_then(|body| serde_json::from_slice(&body.to_bytes()).ok());
    let said = problem.map_or_else(|| format!("The session answered {status}."), |problem| problem.message);
    Notice::Nobody { port: place.port, said }
}
