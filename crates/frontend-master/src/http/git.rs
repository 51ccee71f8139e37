//! Git over smart HTTP: who asks, whether they may, then git's own backend.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use carrel_proto::code::ServiceCode;
use carrel_service::identity::{Kind, Principal, TokenUse, Via};
use carrel_service::{Chain, ServiceError};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tracing::{Instrument as _, error, info, info_span};

use crate::fence::FenceVerdict;
use crate::git::access::{Caller, Right, require, right};
use crate::git::path::{GitAddress, GitPathError, parse};
use crate::git::{CgiRequest, GitError};
use crate::rpc::address;
use crate::state::SharedState;
use crate::store::{RepositoryRecord, Role, StoreError};

/// What git shows in its password prompt.
const REALM: HeaderValue = HeaderValue::from_static("Basic realm=\"Carrel\", charset=\"UTF-8\"");

/// Credentials as a git client sends them.
enum Credentials {
    None,
    Token(String),
    Password { name: String, password: String },
    Unreadable,
}

/// Why a request gets no git.
enum Refusal {
    /// Git should ask its user.
    Ask(String),
    /// Anything else.
    Other(ServiceCode, String),
}

/// `/git/<owner>/<name>.git/…`
pub(super) async fn serve(State(state): State<SharedState>, request: Request) -> Response {
    let rest = request.uri().path().strip_prefix("/git/").unwrap_or_default().to_owned();
    answer(&state, &rest, request).await
}

/// `/<owner>/<name>.git/…` on the host `git.<domain>`; everything else that no route knows ends here, too.
pub(super) async fn serve_on_host(State(state): State<SharedState>, request: Request) -> Response {
    let rest = request.uri().path().trim_start_matches('/').to_owned();
    answer(&state, &rest, request).await
}

/// Whether a request came to `git.<domain>`.
pub(super) fn is_git_host(state: &SharedState, request: &Request) -> bool {
    let Some(wanted) = state.config.git_host() else { return false };
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = named.or(request.uri().authority().map(http::uri::Authority::as_str)).unwrap_or_default();
    host.split(':').next().unwrap_or_default().eq_ignore_ascii_case(&wanted)
}

async fn answer(state: &SharedState, rest: &str, request: Request) -> Response {
    let address = match parse(request.method(), rest, request.uri().query()) {
        Ok(address) => address,
        Err(fault) => return fault_in_path(fault),
    };
    let operation = address.operation.as_str();
    let span = info_span!("git", repository = %address.repository, operation, caller = tracing::field::Empty);
    let started = state.clock.monotonic();
    let answered = handle(state, address, request).instrument(span.clone()).await;
    let seconds = state.clock.monotonic().saturating_sub(started).as_secs_f64();
    let _entered = span.enter();
    let (outcome, response) = match answered {
        Ok(response) => ("ok", response),
        Err(Refusal::Ask(text)) => ("asked", ask(&text)),
        Err(Refusal::Other(code, text)) => {
            info!(?code, reason = %text, "git request refused");
            (
                if code.http().is_server_error() { "failed" } else { "refused" },
                text_answer(code.http(), &text),
            )
        }
    };
    state.meters.git_requests.with_label_values(&[operation, outcome]).inc();
    state.meters.git_seconds.with_label_values(&[operation]).observe(seconds);
    response
}

async fn handle(state: &SharedState, git: GitAddress, request: Request) -> Result<Response, Refusal> {
    let from = address(request.extensions());
    let caller = identify(state, request.headers(), &from).await?;
    let name = match &caller {
        Caller::User { name, .. } => name.to_string(),
        Caller::Minted { session, .. } => session.to_string(),
    };
    tracing::Span::current().record("caller", name.as_str());
    admit(state, &git, &caller).await?;
    let (parts, body) = request.into_parts();
    let request = CgiRequest {
        repository: git.repository,
        operation: git.operation,
        headers: parts.headers,
        user: name,
        body,
    };
    let response = state.repositories.server.serve(request).await;
    response.map(IntoResponse::into_response).map_err(refusal)
}

/// Who asks.
async fn identify(state: &SharedState, headers: &HeaderMap, from: &str) -> Result<Caller, Refusal> {
    match credentials(headers) {
        Credentials::None => {
            Err(Refusal::Ask("log in with your name and your password or a token".to_owned()))
        }
        Credentials::Unreadable => {
            Err(Refusal::Ask("the Authorization header is neither Basic nor Bearer credentials".to_owned()))
        }
        Credentials::Token(token) => {
            let claims = state.verifier.verify(&token, &[TokenUse::User, TokenUse::Git]);
            let claims = claims.map_err(|fault| Refusal::Ask(fault.to_string()))?;
            let principal = Principal::from_claims(&claims, Via::Bearer);
            let principal = principal.map_err(|fault| Refusal::Ask(fault.to_string()))?;
            state.accounts.note_used(&principal.token_id);
            caller(principal).ok_or_else(|| Refusal::Ask("this token is not for git".to_owned()))
        }
        Credentials::Password { name, password } => {
            match state.accounts.check_password(&name, &password, from).await {
                Ok(user) => Ok(Caller::User { id: user.id, name: user.name, role: user.role }),
                Err(fault) if fault.code() == ServiceCode::Unauthenticated => {
                    Err(Refusal::Ask(fault.to_string()))
                }
                Err(fault) => Err(refusal(fault)),
            }
        }
    }
}

fn caller(principal: Principal) -> Option<Caller> {
    match principal.kind {
        Kind::User { id, name, role } => {
            let role = match role {
                carrel_service::identity::Role::Learner => Role::Learner,
                carrel_service::identity::Role::Mentor => Role::Mentor,
                carrel_service::identity::Role::Admin => Role::Admin,
                #[allow(unreachable_patterns)]
                _ => return None,
            };
            Some(Caller::User { id, name: name.parse().ok()?, role })
        }
        Kind::Git { session, repo, fence } => Some(Caller::Minted { session, repository: repo, fence }),
        _ => None,
    }
}

/// Whether the caller may do this; creates a repository that its owner pushes to for the first time.
async fn admit(state: &SharedState, git: &GitAddress, caller: &Caller) -> Result<(), Refusal> {
    let needed = if git.operation.writes() { Right::Write } else { Right::Read };
    let found = state.repositories.find(&git.repository).await.map_err(refusal)?;
    let held = match (caller, &found) {
        (Caller::User { name, .. }, None) if git.operation.writes() && *name == git.repository.owner => {
            match state.repositories.create(&git.repository).await {
                // Two first pushes at once: both mean the same repository.
                Ok(_) | Err(GitError::Store(StoreError::RepositoryExists { .. })) => Right::Own,
                Err(fault) => return Err(refusal(fault)),
            }
        }
        (_, None) => Right::None,
        (Caller::User { name, role, .. }, Some(record)) => right(record, name, *role),
        (Caller::Minted { session, repository, fence }, Some(record)) => {
            if *repository != git.repository.to_string() {
                Right::None
            } else {
                minted_right(state, record, session, *fence, git.operation.writes()).await?
            }
        }
    };
    require(&git.repository, held, needed).map_err(refusal)
}

/// A minted credential never reaches further than its session's fence, nor than the person behind it.
async fn minted_right(
    state: &SharedState,
    record: &RepositoryRecord,
    session: &carrel_ids::SessionId,
    fence: u64,
    writes: bool,
) -> Result<Right, Refusal> {
    let denied = |text: &str| Err(Refusal::Other(ServiceCode::PermissionDenied, text.to_owned()));
    let reach = match state.fences.check(session, fence).await {
        FenceVerdict::Newest => Right::Write,
        FenceVerdict::Older if writes => {
            return denied("this session continues elsewhere; only its newest slot may push");
        }
        FenceVerdict::Older => Right::Read,
        FenceVerdict::Over => return denied("this session is over; open a new one"),
    };
    let Some(session) = state.store.session(session).await.map_err(refusal)? else { return Ok(Right::None) };
    let Some(user) = state.store.user_by_id(&session.user_id).await.map_err(refusal)? else {
        return Ok(Right::None);
    };
    if user.disabled {
        return denied("the account behind this session is disabled");
    }
    Ok(reach.min(right(record, &user.name, user.role)))
}

fn credentials(headers: &HeaderMap) -> Credentials {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Credentials::None };
    let Some((scheme, rest)) = value.to_str().ok().and_then(|text| text.split_once(' ')) else {
        return Credentials::Unreadable;
    };
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Credentials::Token(rest.to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return Credentials::Unreadable;
    }
    let decoded = BASE64_STANDARD.decode(rest).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let Some((name, password)) = decoded.as_deref().and_then(|pair| pair.split_once(':')) else {
        return Credentials::Unreadable;
    };
    if is_token(password) {
        Credentials::Token(password.to_owned())
    } else {
        Credentials::Password { name: name.to_owned(), password: password.to_owned() }
    }
}

/// Whether a password field holds a compact JWS; no other password has this shape by accident.
fn is_token(password: &str) -> bool {
    password.starts_with("ey") && password.len() > 64 && password.split('.').count() == 3
}

fn refusal(fault: impl ServiceError + 'static) -> Refusal {
    let code = fault.code();
    if code.http().is_server_error() && code != ServiceCode::DeadlineExceeded {
        error!(error = %Chain(&fault), "serve git");
        return Refusal::Other(
            code,
            "git could not be served; the reason is in the service's log".to_owned(),
        );
    }
    Refusal::Other(code, fault.public())
}

fn fault_in_path(fault: GitPathError) -> Response {
    let status = match fault {
        GitPathError::NotARepository => StatusCode::NOT_FOUND,
        GitPathError::NotSmart => StatusCode::FORBIDDEN,
        GitPathError::Method => StatusCode::METHOD_NOT_ALLOWED,
    };
    text_answer(status, &fault.to_string())
}

fn ask(text: &str) -> Response {
    let mut response = text_answer(StatusCode::UNAUTHORIZED, text);
    response.headers_mut().insert(header::WWW_AUTHENTICATE, REALM);
    response
}

/// Git shows plain text to its user, behind "remote:".
fn text_answer(status: StatusCode, text: &str) -> Response {
    let mut response = (status, format!("{text}\n")).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, value.parse().expect("header"));
        headers
    }

    #[test]
    fn credentials_as_git_sends_them() {
        let basic = |pair: &str| with(&format!("Basic {}", BASE64_STANDARD.encode(pair)));
        assert!(matches!(credentials(&HeaderMap::new()), Credentials::None));
        assert!(matches!(credentials(&with("Bearer x")), Credentials::Token(token) if token == "x"));
        assert!(matches!(
            credentials(&basic("ada:pass:word")),
            Credentials::Password { name, password } if name == "ada" && password == "pass:word"
        ));
        let jws = format!("ey{}.{}.x", "a".repeat(40), "b".repeat(40));
        assert!(
            matches!(credentials(&basic(&format!("x:{jws}"))), Credentials::Token(token) if token == jws)
        );
        for bad in ["Basic", "Basic ????", "Basic YQ==", "Negotiate abc"] {
            assert!(matches!(credentials(&with(bad)), Credentials::Unreadable), "{bad}");
        }
    }
}
