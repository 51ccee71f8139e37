//! Checks a token: size, form, pinned algorithm, key, signature, issuer, use, time, revocation; in this order.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use carrel_proto::code::ServiceCode;
use ed25519_dalek::Signature;
use serde::Deserialize;

use super::keys::Keys;
use super::revocations::Revocations;
use super::{Claims, TokenUse};
use crate::clock::SharedClock;
use crate::error::ServiceError;

/// Ours are below 600 bytes; what is far longer is not read at all.
pub const TOKEN_BYTES_MAX: usize = 4096;

/// Hosts of a rack keep time by NTP; a token may seem this much too young or too old.
const LEEWAY_SECS: u64 = 5;

/// Why a token is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Longer than any of ours.
    #[error("the token is longer than {TOKEN_BYTES_MAX} bytes")]
    TooLong,
    /// Not three base64url parts with JSON in the first two.
    #[error("the token is not a compact JWS")]
    Malformed,
    /// Signed (or not signed) in another way.
    #[error("the token's algorithm is not EdDSA")]
    Algorithm,
    /// Signed with a key that is not the issuer's (any more).
    #[error("the token was signed with an unknown key; sign in again")]
    UnknownKey {
        /// Its id.
        kid: String,
    },
    /// The signature does not fit.
    #[error("the token's signature is wrong")]
    Signature,
    /// From another installation.
    #[error("the token is from another issuer")]
    Issuer,
    /// For something else.
    #[error("the token is not for this")]
    Audience,
    /// Too old.
    #[error("the token has expired; sign in again")]
    Expired,
    /// Signed in the future.
    #[error("the token is not valid yet; check the clocks of both machines")]
    NotYet,
    /// Withdrawn.
    #[error("the token was withdrawn; sign in again")]
    Revoked,
    /// A claim is missing or makes no sense.
    #[error("the token lacks a claim it needs")]
    Claims,
}

impl ServiceError for TokenError {
    fn code(&self) -> ServiceCode {
        match self {
            Self::Audience => ServiceCode::PermissionDenied,
            _ => ServiceCode::Unauthenticated,
        }
    }
}

/// Accepts or refuses tokens.
#[derive(Clone)]
pub struct Verifier {
    issuer: String,
    keys: Keys,
    revoked: Revocations,
    clock: SharedClock,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: String,
    #[serde(default)]
    typ: Option<String>,
    /// Extensions one must understand; we understand none.
    #[serde(default)]
    crit: Option<serde_json::Value>,
}

impl Verifier {
    /// Accepts what this issuer signed with these keys and has not withdrawn.
    pub fn new(issuer: &str, keys: Keys, revoked: Revocations, clock: SharedClock) -> Self {
        Self { issuer: issuer.to_owned(), keys, revoked, clock }
    }

    /// Checks a token that should be for one of these uses.
    pub fn verify(&self, token: &str, uses: &[TokenUse]) -> Result<Claims, TokenError> {
        let claims = self.signed_claims(token)?;
        if claims.iss != self.issuer {
            return Err(TokenError::Issuer);
        }
        let now = self.clock.now_secs();
        if now >= claims.exp.saturating_add(LEEWAY_SECS) {
            return Err(TokenError::Expired);
        }
        if claims.iat > now.saturating_add(LEEWAY_SECS) {
            return Err(TokenError::NotYet);
        }
        if self.revoked.covers(&claims) {
            return Err(TokenError::Revoked);
        }
        if !uses.iter().any(|usage| usage.audience() == claims.aud) {
            return Err(TokenError::Audience);
        }
        Ok(claims)
    }

    /// [`Self::verify`]; an unknown key id makes remote keys refresh once (at a limited rate) before it is refused.
    pub async fn verify_fresh(&self, token: &str, uses: &[TokenUse]) -> Result<Claims, TokenError> {
        match self.verify(token, uses) {
            Err(TokenError::UnknownKey { kid }) if self.keys.refresh_for(&kid).await => {
                self.verify(token, uses)
            }
            other => other,
        }
    }

    fn signed_claims(&self, token: &str) -> Result<Claims, TokenError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(TokenError::TooLong);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, body) = signed.split_once('.').ok_or(TokenError::Malformed)?;
        let header: Header = json_part(header)?;
        if header.alg != "EdDSA" {
            return Err(TokenError::Algorithm);
        }
        if header.crit.is_some() || header.typ.is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
            return Err(TokenError::Malformed);
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenError::Malformed)?;
        let signature = Signature::from_slice(&signature).map_err(|_| TokenError::Malformed)?;
        let key = self.keys.get(&header.kid).ok_or(TokenError::UnknownKey { kid: header.kid })?;
        key.verify_strict(signed.as_bytes(), &signature).map_err(|_| TokenError::Signature)?;
        json_part(body)
    }
}

fn json_part<T: for<'de> Deserialize<'de>>(part: &str) -> Result<T, TokenError> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenError::Malformed)
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier")
            .field("issuer", &self.issuer)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
