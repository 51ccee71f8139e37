//! The gRPC services, thin: parse, ask, answer. The JSON mirror calls the same ones.

mod accounts;
mod auth;
mod browse;
mod notes;
mod repositories;
mod tokens;

pub use accounts::AccountRpc;
pub use auth::AuthRpc;
pub use browse::BrowseRpc;
pub use notes::NotesRpc;
pub use repositories::RepositoryRpc;
pub use tokens::TokenRpc;

use std::net::IpAddr;

use carrel_proto::auth::v1 as pb;
use carrel_proto::convert::InvalidField;
use carrel_service::{Peer, PeerAddr};

use crate::accounts::{Granted, Whence};
use crate::store::{PAGE_MAX, Role, UserRecord};

/// A page where the client names no size.
const PAGE_DEFAULT: u32 = 100;

/// What the rate limit counts by: an address, of IPv6 the network that one household or host holds.
pub(crate) fn address(extensions: &http::Extensions) -> String {
    match extensions.get::<Peer>().map(|peer| &peer.addr) {
        Some(PeerAddr::Tcp(addr)) => match addr.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
                Some(ip) => ip.to_string(),
                None => ip.segments()[..4].iter().map(|part| format!("{part:x}:")).collect(),
            },
        },
        Some(PeerAddr::Unix) | None => "local".to_owned(),
    }
}

/// Where a request comes from, over gRPC or its JSON mirror.
fn whence<T>(request: &tonic::Request<T>) -> Whence {
    Whence::new(address(request.extensions()), request.metadata().as_ref())
}

/// A page's size as asked for.
fn page(limit: u32) -> Result<u32, InvalidField> {
    match limit {
        0 => Ok(PAGE_DEFAULT),
        1..=PAGE_MAX => Ok(limit),
        _ => Err(InvalidField::new("limit", format!("must be at most {PAGE_MAX}"))),
    }
}

fn role(user: Role) -> pb::Role {
    match user {
        Role::Learner => pb::Role::Learner,
        Role::Mentor => pb::Role::Mentor,
        Role::Admin => pb::Role::Admin,
    }
}

fn user(record: &UserRecord) -> pb::User {
    pb::User {
        id: record.id.to_string(),
        name: record.name.to_string(),
        role: role(record.role).into(),
        disabled: record.disabled,
        created_at: record.created_at,
    }
}

fn token(granted: Granted) -> pb::Token {
    pb::Token { token: granted.token, expires_at: granted.expires_at, user: Some(user(&granted.user)) }
}
