//! Signs tokens. Only the front-end master has one.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use carrel_ids::{DocumentId, SessionId, UserId};
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::json;

use super::keys::{Jwks, Keys, key_id};
use super::{Claims, Principal, Role, TokenUse};
use crate::clock::SharedClock;
use crate::random::Random;

/// A day at the desk; the web page renews before.
const USER_LIFETIME: Duration = Duration::from_secs(8 * 3600);
/// Daemons' tokens sit in files that an owner replaces by hand or by their secret tool.
const RACK_LIFETIME: Duration = Duration::from_secs(365 * 24 * 3600);
/// A node mints another whenever it needs one.
const GIT_LIFETIME: Duration = Duration::from_secs(3600);
/// From the page's request to the websocket's.
const TICKET_LIFETIME: Duration = Duration::from_secs(60);

/// Signs tokens with one key. Clones share it.
#[derive(Clone)]
pub struct Issuer {
    inner: Arc<Inner>,
}

struct Inner {
    key: SigningKey,
    kid: String,
    name: String,
    clock: SharedClock,
    random: Random,
}

/// A token to be signed.
#[derive(Debug, Clone)]
pub struct NewToken {
    usage: TokenUse,
    sub: String,
    lifetime: Duration,
    name: Option<String>,
    role: Option<String>,
    repo: Option<String>,
    fence: Option<u64>,
    session: Option<String>,
    document: Option<String>,
    /// Id, issue and end of a token that this one stands for.
    like: Option<(String, u64, u64)>,
}

/// A signed token and what it says.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The compact JWS.
    pub token: String,
    /// What it says.
    pub claims: Claims,
}

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    /// The key file can't be read.
    #[error("read the signing key {path}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The key file can't be made.
    #[error("make the signing key {path}")]
    Create {
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The key file holds something else.
    #[error("{path} is not an Ed25519 key in PKCS#8 PEM; restore it, or remove it to sign everybody out")]
    Parse {
        /// Which file.
        path: PathBuf,
    },
    /// A token could not be written down.
    #[error("write a token")]
    Encode(#[from] serde_json::Error),
}

impl NewToken {
    fn new(usage: TokenUse, sub: &str, lifetime: Duration) -> Self {
        Self {
            usage,
            sub: sub.to_owned(),
            lifetime,
            name: None,
            role: None,
            repo: None,
            fence: None,
            session: None,
            document: None,
            like: None,
        }
    }

    /// For a person.
    pub fn user(id: &UserId, name: &str, role: Role) -> Self {
        let base = Self::new(TokenUse::User, id.as_str(), USER_LIFETIME);
        Self { name: Some(name.to_owned()), role: Some(role.as_str().to_owned()), ..base }
    }

    /// For a daemon: `frontend-master` or a node's id.
    pub fn service(name: &str) -> Self {
        Self { role: Some("service".to_owned()), ..Self::new(TokenUse::Rack, name, RACK_LIFETIME) }
    }

    /// For a slot's git.
    pub fn git(session: &SessionId, repo: &str, fence: u64) -> Self {
        let base = Self::new(TokenUse::Git, session.as_str(), GIT_LIFETIME);
        Self { repo: Some(repo.to_owned()), fence: Some(fence), ..base }
    }

    /// For one websocket of one session.
    pub fn ticket(session: &SessionId, user: &UserId, name: &str, role: Role) -> Self {
        let base = Self { lifetime: TICKET_LIFETIME, ..Self::user(user, name, role) };
        Self { usage: TokenUse::Ticket, session: Some(session.as_str().to_owned()), ..base }
    }

    /// For one websocket of one document.
    pub fn document_ticket(document: &DocumentId, user: &UserId, name: &str, role: Role) -> Self {
        let base = Self { lifetime: TICKET_LIFETIME, ..Self::user(user, name, role) };
        Self { usage: TokenUse::DocumentTicket, document: Some(document.as_str().to_owned()), ..base }
    }

    /// For a person at the previews of a session's ports; `None` for anybody else. It has the id and the times of
    /// their own token, so that its end and its revocation end this, too.
    pub fn preview(session: &SessionId, principal: &Principal) -> Option<Self> {
        let super::Kind::User { id, name, role } = &principal.kind else { return None };
        let like = Some((principal.token_id.clone(), principal.issued_at, principal.expires));
        Some(Self { usage: TokenUse::Preview, like, ..Self::ticket(session, id, name, *role) })
    }

    /// For a person who was let in already, on the way to a daemon behind the front-end master; `None` for anybody
    /// else. It has the id and the times of their own token, so that its end and its revocation end this, too; only a
    /// ticket, which is good for one connection and used up, stands for as long as a login lasts.
    pub fn relay(principal: &Principal) -> Option<Self> {
        let (user, name, role) = principal.user()?;
        let is_token = matches!(principal.kind, super::Kind::User { .. });
        let like = is_token.then(|| (principal.token_id.clone(), principal.issued_at, principal.expires));
        Some(Self { usage: TokenUse::Relay, like, ..Self::user(user, name, role) })
    }

    /// The same with another lifetime.
    #[must_use]
    pub fn lifetime(self, lifetime: Duration) -> Self {
        Self { lifetime, ..self }
    }
}

impl Issuer {
    /// Reads the key file, or makes it if there is none.
    pub fn open(path: &Path, name: &str, clock: SharedClock, random: Random) -> Result<Self, IssuerError> {
        match fs::read_to_string(path) {
            Ok(pem) => {
                let key = SigningKey::from_pkcs8_pem(&pem);
                let key = key.map_err(|_| IssuerError::Parse { path: path.to_owned() })?;
                Ok(Self::with_key(key, name, clock, random))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let issuer = Self::ephemeral(name, clock, random);
                let failed = |source| IssuerError::Create { path: path.to_owned(), source };
                let pem = issuer.inner.key.to_pkcs8_pem(LineEnding::LF);
                let pem = pem.map_err(|error| failed(io::Error::other(error.to_string())))?;
                write_new(path, pem.as_bytes()).map_err(failed)?;
                // Whoever came first counts: two that start at once must not sign with two keys.
                Self::open(path, name, issuer.inner.clock.clone(), issuer.inner.random.clone())
            }
            Err(source) => Err(IssuerError::Read { path: path.to_owned(), source }),
        }
    }

    /// A key that is forgotten with the process.
    pub fn ephemeral(name: &str, clock: SharedClock, random: Random) -> Self {
        let mut seed = [0; 32];
        random.fill(&mut seed);
        Self::with_key(SigningKey::from_bytes(&seed), name, clock, random)
    }

    fn with_key(key: SigningKey, name: &str, clock: SharedClock, random: Random) -> Self {
        let kid = key_id(&key.verifying_key());
        Self { inner: Arc::new(Inner { key, kid, name: name.to_owned(), clock, random }) }
    }

    /// Signs a token.
    pub fn issue(&self, new: NewToken) -> Result<Signed, IssuerError> {
        let inner = &self.inner;
        let now = inner.clock.now_secs();
        let fresh = || {
            let end = now.saturating_add(new.lifetime.as_secs());
            (format!("{:032x}", inner.random.u128()), now, end)
        };
        let (jti, iat, exp) = new.like.clone().unwrap_or_else(fresh);
        let claims = Claims {
            iss: inner.name.clone(),
            aud: new.usage.audience().to_owned(),
            sub: new.sub,
            jti,
            iat,
            exp,
            name: new.name,
            role: new.role,
            repo: new.repo,
            fence: new.fence,
            session: new.session,
            document: new.document,
        };
        let header = json!({ "alg": "EdDSA", "kid": inner.kid, "typ": "JWT" });
        let header = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header)?);
        let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&claims)?);
        let mut token = format!("{header}.{body}");
        let signature = inner.key.sign(token.as_bytes());
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(signature.to_bytes()));
        Ok(Signed { token, claims })
    }

    /// The public half, for a verifier in the same process.
    pub fn keys(&self) -> Keys {
        Keys::fixed(vec![self.inner.key.verifying_key()])
    }

    /// The public half, for `/.well-known/jwks.json`.
    pub fn jwks(&self) -> Jwks {
        Jwks::of(&[self.inner.key.verifying_key()])
    }

    /// [`Self::jwks`] as text.
    pub fn jwks_json(&self) -> String {
        serde_json::to_string(&self.jwks()).unwrap_or_default()
    }

    /// The `iss` of its tokens.
    pub fn name(&self) -> &str {
        &self.inner.name
    }
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuer").field("kid", &self.inner.kid).finish_non_exhaustive()
    }
}

/// Writes a file that was not there, whole or not at all, for its owner's eyes only.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}", std::process::id()));
    let draft = PathBuf::from(draft);
    drop(fs::remove_file(&draft));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    // A link, not a rename: it fails if somebody was faster, and theirs is as good.
    let linked = written.and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    drop(fs::remove_file(&draft));
    linked?;
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => fs::File::open(parent)?.sync_all(),
        _ => Ok(()),
    }
}
