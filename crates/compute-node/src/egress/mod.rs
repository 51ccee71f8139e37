//! The way out of a slot: an HTTP proxy that knows two names.
//!
//! Invariant: a slot reaches git's smart protocol and (profile `default`) the caches of the front-end master, and
//! no other address, whatever bytes it sends; see [`route`].
//! Invariant: requests are read whole and written anew, so framing tricks end here.
//! Invariant: the slot never sees a credential, and none of its own passes.

mod credential;
pub mod headers;
pub mod route;
#[cfg(test)]
mod tests;
mod upstream;

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use carrel_service::SharedClock;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use prometheus::IntCounterVec;
use tokio::net::UnixStream;
use tokio::time::Instant;
use tracing::debug;

use crate::body::{Body, BodyLimits, Guarded};
use crate::link::EgressServer;
use crate::slot::{Binding, SlotShared};
pub use credential::GitCredential;
pub use route::GIT_HOST;
use route::{Refused, Target};
pub use upstream::{MasterUpstream, Upstream, UpstreamError};

/// The largest push, and far above what the git service itself takes: a second line of defence for the node.
const REQUEST_MAX: u64 = 1 << 30;
/// The largest clone or NAR.
const RESPONSE_MAX: u64 = 16 << 30;
/// A repository being packed on the other side sends nothing for a while.
const SILENCE_MAX: Duration = Duration::from_secs(120);
/// The longest transfer: a gigabyte over a slow line.
const TRANSFER_MAX: Duration = Duration::from_secs(1800);
/// How long a slot may take to write a request's head, and to leave a connection unused.
const HEAD_TIME: Duration = Duration::from_secs(60);
/// Larger than any head git or Nix sends.
const HEAD_MAX: usize = 32 * 1024;
/// Fields in a head.
const HEADERS_MAX: usize = 64;

/// Serves the egress connections of one slot.
pub struct Proxy {
    /// The slot.
    pub slot: Arc<SlotShared>,
    /// Where allowed requests go.
    pub upstream: Arc<dyn Upstream>,
    /// For a credential's end.
    pub clock: SharedClock,
    /// Requests by outcome: `git`, `cache`, `refused`.
    pub requests: IntCounterVec,
}

#[async_trait::async_trait]
impl EgressServer for Proxy {
    async fn serve(&self, stream: UnixStream) {
        let service =
            hyper::service::service_fn(|request| async { Ok::<_, Infallible>(self.answer(request).await) });
        let served = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIME)
            .max_buf_size(HEAD_MAX)
            .max_headers(HEADERS_MAX)
            .serve_connection(TokioIo::new(stream), service)
            .await;
        if let Err(error) = served {
            debug!(slot = %self.slot.id, %error, "egress connection ended");
        }
    }
}

impl Proxy {
    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let Some(binding) = self.slot.binding() else {
            return self.refuse(&Refused {
                status: StatusCode::FORBIDDEN,
                line: "no session holds this slot yet, so nothing may be reached".to_owned(),
            });
        };
        let routed = route::route(binding.egress, request.method(), request.uri(), request.headers());
        let target = match routed {
            Ok(target) => target,
            Err(refused) => return self.refuse(&refused),
        };
        if request.body().size_hint().lower() > REQUEST_MAX {
            return too_large();
        }
        let kind = if matches!(target, Target::Git(_)) { "git" } else { "cache" };
        self.requests.with_label_values(&[kind]).inc();
        tokio::select! {
            () = binding.closed() => text(StatusCode::FORBIDDEN, "the session is closed"),
            response = self.forward(&binding, &target, request) => response,
        }
    }

    async fn forward(
        &self,
        binding: &Binding,
        target: &Target,
        request: Request<Incoming>,
    ) -> Response<Body> {
        let until = Instant::now() + TRANSFER_MAX;
        let (parts, body) = request.into_parts();
        let body = Guarded::new(body, limits(REQUEST_MAX, until), self.slot.meter.egress.clone());
        let overflowed = body.overflow_flag();
        let token = match target {
            Target::Cache(_) => None,
            Target::Git(_) => match self.credential(binding).await {
                Ok(token) => Some(token),
                Err(error) => return failed(&error),
            },
        };
        let mut upstream = Request::new(Body::new(body));
        *upstream.method_mut() = parts.method.clone();
        *upstream.headers_mut() = headers::of_request(&parts.headers);
        if let Err(refused) = address(&mut upstream, target, token.as_deref()) {
            return self.refuse(&refused);
        }
        let sent = tokio::time::timeout_at(until, self.upstream.send(upstream)).await;
        if overflowed.load(Ordering::Relaxed) {
            return too_large();
        }
        let response = match sent {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return failed(&error),
            Err(_) => {
                return text(StatusCode::GATEWAY_TIMEOUT, "the front-end master did not answer in time");
            }
        };
        if response.status() == StatusCode::UNAUTHORIZED {
            if let Some(token) = token {
                binding.credential.refused(&token).await;
            }
            // Not passed on as 401: git would ask the user for a password that nobody has.
            return text(StatusCode::FORBIDDEN, "the session's credential was not accepted: try again");
        }
        self.pass_back(&parts.method, response, until)
    }

    async fn credential(&self, binding: &Binding) -> Result<String, UpstreamError> {
        let now = i64::try_from(self.clock.now_ms()).unwrap_or(i64::MAX);
        binding.credential.get(self.upstream.as_ref(), &binding.session, binding.fence, now).await
    }

    fn pass_back(&self, method: &Method, response: Response<Incoming>, until: Instant) -> Response<Body> {
        let (parts, body) = response.into_parts();
        let mut headers = headers::of_response(&parts.headers);
        if method != Method::HEAD {
            // The body's own length is what counts; hyper writes it.
            headers.remove(CONTENT_LENGTH);
        }
        let body = Guarded::new(body, limits(RESPONSE_MAX, until), self.slot.meter.egress.clone());
        let mut passed = Response::new(Body::new(body));
        *passed.status_mut() = parts.status;
        *passed.headers_mut() = headers;
        passed
    }

    fn refuse(&self, refused: &Refused) -> Response<Body> {
        self.requests.with_label_values(&["refused"]).inc();
        debug!(slot = %self.slot.id, reason = refused.line, "egress refused");
        text(refused.status, &refused.line)
    }
}

fn limits(bytes: u64, until: Instant) -> BodyLimits {
    BodyLimits { bytes, silence: SILENCE_MAX, until }
}

/// Writes the path and the credential.
fn address(request: &mut Request<Body>, target: &Target, token: Option<&str>) -> Result<(), Refused> {
    let malformed = |line: &str| Refused { status: StatusCode::BAD_REQUEST, line: line.to_owned() };
    *request.uri_mut() = target.path().parse().map_err(|_| malformed("the path can't be read"))?;
    if let Some(token) = token {
        let mut value = HeaderValue::from_str(&format!("Bearer {token}"))
            .map_err(|_| malformed("the session's credential can't be sent"))?;
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
    }
    Ok(())
}

fn failed(error: &UpstreamError) -> Response<Body> {
    let status = match error {
        UpstreamError::Refused { .. } => StatusCode::FORBIDDEN,
        UpstreamError::Unreachable { .. } => StatusCode::BAD_GATEWAY,
    };
    text(status, &error.to_string())
}

fn too_large() -> Response<Body> {
    text(StatusCode::PAYLOAD_TOO_LARGE, &format!("a request has at most {REQUEST_MAX} bytes"))
}

/// One line of plain text.
fn text(status: StatusCode, line: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("carrel: {line}\n")));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
