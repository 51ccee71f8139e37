//! Who somebody is: signed tokens (compact JWS, Ed25519), their verification, and what handlers see of it.
//!
//! Invariant: the algorithm is pinned; a token never chooses how it is checked.

mod issuer;
mod keys;
mod revocations;
mod verifier;

use carrel_ids::{DocumentId, SessionId, UserId};
use carrel_proto::code::{Problem, ServiceCode};
use http::Extensions;
use serde::{Deserialize, Serialize};
use tonic::Status;

pub use issuer::{Issuer, IssuerError, NewToken, Signed};
pub use keys::{Jwk, Jwks, Keys};
pub use revocations::{Revocation, Revocations};
pub use verifier::{TOKEN_BYTES_MAX, TokenError, Verifier};

/// What a token is for; its `aud`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenUse {
    /// People.
    User,
    /// Daemons.
    Rack,
    /// Git, for one session and repository.
    Git,
    /// One websocket; 60 seconds.
    Ticket,
    /// One websocket of one document; 60 seconds.
    DocumentTicket,
    /// A person whom the front-end master has let in, on the way to a daemon behind it.
    Relay,
    /// A person at the previews of one session's ports; never taken at the gate.
    Preview,
}

impl TokenUse {
    const ALL: [Self; 7] =
        [Self::User, Self::Rack, Self::Git, Self::Ticket, Self::DocumentTicket, Self::Relay, Self::Preview];

    /// The `aud` claim.
    pub const fn audience(self) -> &'static str {
        match self {
            Self::User => "carrel-user",
            Self::Rack => "carrel-rack",
            Self::Git => "carrel-git",
            Self::Ticket => "carrel-ticket",
            Self::DocumentTicket => "carrel-document",
            Self::Relay => "carrel-relay",
            Self::Preview => "carrel-preview",
        }
    }

    /// The use behind an `aud` claim.
    pub fn of_audience(audience: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.audience() == audience)
    }
}

/// What a person may do at large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Learns.
    Learner,
    /// Helps learners.
    Mentor,
    /// Runs the rack.
    Admin,
}

impl Role {
    /// The claim's text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Learner => "learner",
            Self::Mentor => "mentor",
            Self::Admin => "admin",
        }
    }

    /// The role behind a claim's text.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Learner, Self::Mentor, Self::Admin].into_iter().find(|role| role.as_str() == text)
    }
}

/// What a token says. Times are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who signed.
    pub iss: String,
    /// What for; see [`TokenUse`].
    pub aud: String,
    /// Who it speaks for.
    pub sub: String,
    /// The token's own id.
    pub jti: String,
    /// Signed at.
    pub iat: u64,
    /// Worthless from.
    pub exp: u64,
    /// A person's login name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A person's role, or `service`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The repository that a git token is for, `owner/name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repo: Option<String>,
    /// The fence that a git token was minted under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fence: Option<u64>,
    /// The session that a ticket is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The document that a ticket is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
}

/// Who makes a request, in its extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Who.
    pub kind: Kind,
    /// The token's id; empty without a token.
    pub token_id: String,
    /// Seconds since 1970; `u64::MAX` without a token.
    pub expires: u64,
    /// Seconds since 1970; 0 without a token.
    pub issued_at: u64,
    /// How the request carried it.
    pub via: Via,
}

/// Who somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A signed-in person.
    User {
        /// Their account.
        id: UserId,
        /// Their login name.
        name: String,
        /// Their role.
        role: Role,
    },
    /// A daemon.
    Service {
        /// `frontend-master` or `no-…`.
        name: String,
    },
    /// A slot's git, by its node.
    Git {
        /// The session it was minted for.
        session: SessionId,
        /// `owner/name`.
        repo: String,
        /// The session's fence at that time.
        fence: u64,
    },
    /// A person, for one websocket of one session.
    Ticket {
        /// The session.
        session: SessionId,
        /// Their account.
        id: UserId,
        /// Their login name.
        name: String,
        /// Their role.
        role: Role,
    },
    /// A person, for one websocket of one document.
    DocumentTicket {
        /// The document.
        document: DocumentId,
        /// Their account.
        id: UserId,
        /// Their login name.
        name: String,
        /// Their role.
        role: Role,
    },
    /// This machine's root or the daemon's own user, on a local socket.
    Local {
        /// The user's number.
        uid: u32,
    },
}

/// How a request carried its identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// `Authorization: Bearer`.
    Bearer,
    /// The cookie.
    Cookie,
    /// Where the daemon's own hook found it.
    Hook,
    /// The front-end master vouches: it has seen the person's token and says so under the token's own id, so that
    /// what ends the token ends this.
    Relay,
    /// The unix socket itself.
    Socket,
}

impl Principal {
    /// The principal that verified claims stand for; an error if they lack what their use needs.
    pub fn from_claims(claims: &Claims, via: Via) -> Result<Self, TokenError> {
        let kind = kind_of(claims).ok_or(TokenError::Claims)?;
        let is_relayed = claims.aud == TokenUse::Relay.audience();
        let via = if is_relayed { Via::Relay } else { via };
        Ok(Self { kind, token_id: claims.jti.clone(), expires: claims.exp, issued_at: claims.iat, via })
    }

    /// The caller on a local socket.
    pub(crate) fn local(uid: u32) -> Self {
        Self {
            kind: Kind::Local { uid },
            token_id: String::new(),
            expires: u64::MAX,
            issued_at: 0,
            via: Via::Socket,
        }
    }

    /// The principal of a request, from `request.extensions()` of tonic or http; `Unauthenticated` if nobody is known.
    pub fn of(extensions: &Extensions) -> Result<&Self, Status> {
        extensions.get::<Self>().ok_or_else(|| {
            Problem::new(ServiceCode::Unauthenticated, "sign in first: this needs a token").status()
        })
    }

    /// The person, whether by token or by ticket.
    pub fn user(&self) -> Option<(&UserId, &str, Role)> {
        match &self.kind {
            Kind::User { id, name, role }
            | Kind::Ticket { id, name, role, .. }
            | Kind::DocumentTicket { id, name, role, .. } => Some((id, name, *role)),
            _ => None,
        }
    }

    /// Whether it may do what admins may: an admin with a token of their own, or the machine's owner on a local socket.
    pub fn is_admin(&self) -> bool {
        matches!(&self.kind, Kind::User { role: Role::Admin, .. } | Kind::Local { .. })
    }

    /// The daemon's name.
    pub fn service_name(&self) -> Option<&str> {
        if let Kind::Service { name } = &self.kind { Some(name) } else { None }
    }
}

fn kind_of(claims: &Claims) -> Option<Kind> {
    let person = || {
        let role = Role::parse(claims.role.as_deref()?)?;
        Some((claims.sub.parse::<UserId>().ok()?, claims.name.clone()?, role))
    };
    Some(match TokenUse::of_audience(&claims.aud)? {
        TokenUse::User | TokenUse::Relay => {
            let (id, name, role) = person()?;
            Kind::User { id, name, role }
        }
        TokenUse::Rack => {
            if claims.role.as_deref() != Some("service") || claims.sub.is_empty() {
                return None;
            }
            Kind::Service { name: claims.sub.clone() }
        }
        TokenUse::Git => {
            Kind::Git { session: claims.sub.parse().ok()?, repo: claims.repo.clone()?, fence: claims.fence? }
        }
        TokenUse::Ticket | TokenUse::Preview => {
            let (id, name, role) = person()?;
            Kind::Ticket { session: claims.session.as_deref()?.parse().ok()?, id, name, role }
        }
        TokenUse::DocumentTicket => {
            let (id, name, role) = person()?;
            Kind::DocumentTicket { document: claims.document.as_deref()?.parse().ok()?, id, name, role }
        }
    })
}

#[cfg(test)]
mod tests;
