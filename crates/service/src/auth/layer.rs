//! The gate in front of every handler.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use carrel_proto::code::{Problem, ServiceCode};
use http::header::{HeaderValue, WWW_AUTHENTICATE};
use http::request::Parts;
use tracing::debug;

use super::extract::{bearer, cookie, needs_origin, origin_matches};
use super::{Auth, Rule, Who, deny};
use crate::error::ServiceError as _;
use crate::identity::{Kind, Principal, TokenError, Via};
use crate::listen::{Audience, Peer};

/// Lets a request pass with its principal in the extensions, or denies it.
pub(crate) async fn enforce(State(auth): State<Auth>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    // What a client sends must never be taken for what we found.
    parts.extensions.remove::<Principal>();
    let Some(rule) = auth.rule(&parts) else {
        if let Some(answer) = auth.nowhere.as_ref().and_then(|nowhere| nowhere(&parts)) {
            return answer.await;
        }
        let message = format!("there is nothing at {} {}", parts.method, parts.uri.path());
        return deny(&parts.headers, &Problem::new(ServiceCode::NotFound, message));
    };
    match auth.admit(rule, &parts).await {
        Ok(principal) => {
            if let Some(principal) = principal {
                parts.extensions.insert(principal);
            }
            next.run(Request::from_parts(parts, body)).await
        }
        Err(problem) => {
            debug!(method = %parts.method, path = parts.uri.path(), code = ?problem.code, "denied");
            let mut response = deny(&parts.headers, &problem);
            // git asks for a password only when it is told to send one.
            if problem.code == ServiceCode::Unauthenticated
                && rule.who().contains(&Who::Git)
                && rule != Rule::PUBLIC
            {
                let basic = HeaderValue::from_static("Basic realm=\"carrel\", charset=\"UTF-8\"");
                response.headers_mut().insert(WWW_AUTHENTICATE, basic);
            }
            response
        }
    }
}

impl Auth {
    fn rule(&self, parts: &Parts) -> Option<Rule> {
        let path = parts.uri.path();
        if crate::app::is_kit_path(path, audience(parts)) {
            return Some(Rule::PUBLIC);
        }
        (self.rules)(&parts.method, path)
    }

    /// Who calls, if they may.
    async fn admit(&self, rule: Rule, parts: &Parts) -> Result<Option<Principal>, Problem> {
        let found = self.identify(parts).await;
        if rule == Rule::PUBLIC {
            // A stale cookie must not keep anybody from signing in again.
            return Ok(found.unwrap_or_default());
        }
        let Some(principal) = found? else {
            return Err(Problem::new(ServiceCode::Unauthenticated, "sign in first: this needs a token"));
        };
        if rule.admits(&principal) {
            return Ok(Some(principal));
        }
        let message = match rule.who() {
            [Who::Admin] => "only an admin may do this",
            [Who::Service] => "only the rack's own daemons may do this",
            [Who::Local] => "only this machine's owner may do this, on the daemon's local socket",
            _ => "this token is not for this",
        };
        Err(Problem::new(ServiceCode::PermissionDenied, message))
    }

    /// Who calls, as far as the request proves it.
    async fn identify(&self, parts: &Parts) -> Result<Option<Principal>, Problem> {
        if let Some(token) = bearer(&parts.headers) {
            return self.check(token, Via::Bearer, parts).await.map(Some);
        }
        let mut refused = None;
        if let Some(token) = cookie(&parts.headers, self.cookie) {
            if needs_origin(parts) && !origin_matches(parts, &self.origins) {
                let message = "this request's Origin is not this site's; send the token as a bearer instead";
                refused = Some(Problem::new(ServiceCode::PermissionDenied, message));
            } else {
                match self.check(token, Via::Cookie, parts).await {
                    Ok(principal) => return Ok(Some(principal)),
                    Err(problem) => refused = Some(problem),
                }
            }
        }
        if let Some(token) = self.hook.as_ref().and_then(|hook| hook(parts)) {
            return self.check(&token, Via::Hook, parts).await.map(Some);
        }
        match refused {
            Some(problem) => Err(problem),
            None => Ok(local_owner(parts)),
        }
    }

    async fn check(&self, token: &str, via: Via, parts: &Parts) -> Result<Principal, Problem> {
        let refuse = |error: TokenError| Problem::new(error.code(), error.public());
        let claims = self.verifier.verify_fresh(token, self.uses).await.map_err(refuse)?;
        let principal = Principal::from_claims(&claims, via).map_err(refuse)?;
        if matches!(principal.kind, Kind::Service { .. }) && audience(parts) < Audience::Rack {
            let message = "daemons' tokens are taken on rack and local listeners only";
            return Err(Problem::new(ServiceCode::PermissionDenied, message));
        }
        Ok(principal)
    }
}

/// What the listener is for; the least if nobody says.
fn audience(parts: &Parts) -> Audience {
    parts.extensions.get::<Peer>().map_or(Audience::Public, |peer| peer.audience)
}

/// The machine's root or our own user, on a local unix socket.
fn local_owner(parts: &Parts) -> Option<Principal> {
    let peer = parts.extensions.get::<Peer>()?;
    let uid = peer.uid?;
    let owner = uid == 0 || uid == rustix::process::geteuid().as_raw();
    (peer.audience == Audience::Local && owner).then(|| Principal::local(uid))
}
