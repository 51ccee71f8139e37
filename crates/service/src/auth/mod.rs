//! Who may call what: every request's path is looked up in the daemon's rules before any handler sees it.
//!
//! Invariant: a path without a rule is denied, whoever asks.

mod extract;
mod layer;

use std::sync::Arc;

use axum::response::Response;
use carrel_proto::access::Access;
use carrel_proto::code::{Problem, ServiceCode};
use futures::future::BoxFuture;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, header};

use crate::identity::{Kind, Principal, Role, TokenUse, Verifier};

pub(crate) use layer::enforce;

/// The cookie that carries a browser's token, where the website is reached by http.
pub const COOKIE: &str = "carrel_token";

/// The same by https: browsers take a cookie of this prefix from the host itself only, so that no page of a neighbour
/// (a session's preview, for example) can log its visitor in as somebody else.
pub const HOST_COOKIE: &str = "__Host-carrel_token";

/// The cookie's name for a website at this address.
pub fn cookie_name(public_url: &str) -> &'static str {
    if public_url.starts_with("https:") { HOST_COOKIE } else { COOKIE }
}

/// A kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Any signed-in person.
    User,
    /// A person whose role is admin; on a local socket the machine's root or the daemon's own user.
    Admin,
    /// A daemon, on a rack or local listener.
    Service,
    /// A slot's git.
    Git,
    /// A person with a ticket.
    Ticket,
    /// A person with a ticket for one document.
    DocumentTicket,
    /// The machine's root or the daemon's own user, on a local socket.
    Local,
}

/// Who may call a path. Ownership of what is behind it is the handler's to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule(Allowed);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Allowed {
    Everybody,
    Any(&'static [Who]),
}

impl Rule {
    /// Everybody; a good token is still looked at.
    pub const PUBLIC: Self = Self(Allowed::Everybody);
    /// Any signed-in person.
    pub const USER: Self = Self::any(&[Who::User]);
    /// Admins, and the machine's owner on a local socket.
    pub const ADMIN: Self = Self::any(&[Who::Admin]);
    /// Daemons.
    pub const SERVICE: Self = Self::any(&[Who::Service]);
    /// People and daemons.
    pub const USER_OR_SERVICE: Self = Self::any(&[Who::User, Who::Service]);
    /// People, slots' git and daemons.
    pub const GIT: Self = Self::any(&[Who::User, Who::Git, Who::Service]);
    /// People, also with a ticket.
    pub const SESSION: Self = Self::any(&[Who::User, Who::Ticket]);
    /// People, also with a ticket, and daemons.
    pub const SESSION_OR_SERVICE: Self = Self::any(&[Who::User, Who::Ticket, Who::Service]);
    /// People, also with a ticket for a document.
    pub const DOCUMENT: Self = Self::any(&[Who::User, Who::DocumentTicket]);
    /// The machine's owner on a local socket.
    pub const LOCAL: Self = Self::any(&[Who::Local]);
    /// Nobody.
    pub const NOBODY: Self = Self::any(&[]);

    /// Any of these.
    pub const fn any(who: &'static [Who]) -> Self {
        Self(Allowed::Any(who))
    }

    fn who(self) -> &'static [Who] {
        match self.0 {
            Allowed::Everybody => {
                &[Who::User, Who::Admin, Who::Service, Who::Git, Who::Ticket, Who::DocumentTicket, Who::Local]
            }
            Allowed::Any(who) => who,
        }
    }

    fn admits(self, principal: &Principal) -> bool {
        self.who().iter().any(|who| match (who, &principal.kind) {
            (Who::User, Kind::User { .. })
            | (Who::Admin, Kind::User { role: Role::Admin, .. } | Kind::Local { .. })
            | (Who::Service, Kind::Service { .. })
            | (Who::Git, Kind::Git { .. })
            | (Who::Ticket, Kind::Ticket { .. })
            | (Who::DocumentTicket, Kind::DocumentTicket { .. })
            | (Who::Local, Kind::Local { .. }) => true,
            (
                Who::User
                | Who::Admin
                | Who::Service
                | Who::Git
                | Who::Ticket
                | Who::DocumentTicket
                | Who::Local,
                _,
            ) => false,
        })
    }
}

impl From<Access> for Rule {
    fn from(access: Access) -> Self {
        match access {
            Access::Public => Self::PUBLIC,
            Access::User => Self::USER,
            Access::Admin => Self::ADMIN,
            Access::Service => Self::SERVICE,
            // The link between node and agent is not a listener of ours.
            Access::Slot => Self::NOBODY,
        }
    }
}

type Rules = Arc<dyn Fn(&Method, &str) -> Option<Rule> + Send + Sync>;
type Hook = Arc<dyn Fn(&Parts) -> Option<String> + Send + Sync>;
type Nowhere = Arc<dyn Fn(&Parts) -> Option<BoxFuture<'static, Response>> + Send + Sync>;

/// How a daemon knows its callers, and who may call what.
#[derive(Clone)]
pub struct Auth {
    verifier: Verifier,
    rules: Rules,
    hook: Option<Hook>,
    nowhere: Option<Nowhere>,
    origins: Arc<[String]>,
    cookie: &'static str,
    uses: &'static [TokenUse],
}

impl Auth {
    /// Knows callers by this verifier, and admits nobody yet.
    pub fn new(verifier: Verifier) -> Self {
        Self {
            verifier,
            rules: Arc::new(|_, _| None),
            hook: None,
            nowhere: None,
            origins: Arc::new([]),
            cookie: COOKIE,
            uses: ALL_USES,
        }
    }

    /// Who may call a method and path; `None` denies.
    #[must_use]
    pub fn rules(self, rules: impl Fn(&Method, &str) -> Option<Rule> + Send + Sync + 'static) -> Self {
        Self { rules: Arc::new(rules), ..self }
    }

    /// Where else a token may be, asked when there is no bearer and no cookie that is accepted.
    #[must_use]
    pub fn hook(self, hook: impl Fn(&Parts) -> Option<String> + Send + Sync + 'static) -> Self {
        Self { hook: Some(Arc::new(hook)), ..self }
    }

    /// What is answered at a path without a rule, where words for programs will not do. It sees the request's head and
    /// takes the place of the refusal: no route is reached, whatever it answers.
    #[must_use]
    pub fn nowhere(
        self,
        answer: impl Fn(&Parts) -> Option<BoxFuture<'static, Response>> + Send + Sync + 'static,
    ) -> Self {
        Self { nowhere: Some(Arc::new(answer)), ..self }
    }

    /// Also believes the front-end master about people whom it has let in: for a daemon behind it.
    #[must_use]
    pub fn behind_the_front(self) -> Self {
        Self { uses: ALL_USES_AND_RELAY, ..self }
    }

    /// Origins beside the request's own host whose pages may act with the cookie; the first is the website's own and
    /// decides the cookie's name.
    #[must_use]
    pub fn origins<S: Into<String>>(self, origins: impl IntoIterator<Item = S>) -> Self {
        let origins: Arc<[String]> = origins.into_iter().map(Into::into).collect();
        let cookie = origins.first().map_or(COOKIE, |first| cookie_name(first));
        Self { origins, cookie, ..self }
    }
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Auth")
            .field("verifier", &self.verifier)
            .field("origins", &self.origins)
            .finish_non_exhaustive()
    }
}

/// All uses of tokens: which of them a path takes is decided by who the token stands for.
const ALL_USES: &[TokenUse] =
    &[TokenUse::User, TokenUse::Rack, TokenUse::Git, TokenUse::Ticket, TokenUse::DocumentTicket];

/// Relayed people besides. Not for the front-end master: what it says to others must be worth nothing at its own door.
const ALL_USES_AND_RELAY: &[TokenUse] = &[
    TokenUse::User,
    TokenUse::Rack,
    TokenUse::Git,
    TokenUse::Ticket,
    TokenUse::DocumentTicket,
    TokenUse::Relay,
];

/// A denial in the caller's language: a gRPC status for gRPC, JSON otherwise.
pub(crate) fn deny(headers: &HeaderMap, problem: &Problem) -> Response {
    if is_grpc(headers) {
        return problem.status().into_http();
    }
    let mut response = carrel_proto::json::problem(problem);
    if problem.code == ServiceCode::Unauthenticated {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"carrel\""));
    }
    response
}

pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    kind.is_some_and(|kind| kind.starts_with(b"application/grpc"))
}

#[cfg(test)]
mod tests;
