//! The server a command talks to: its address, whose token, and keeping that token fresh.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use carrel_client::{FrontendMaster, Http, Options, Peer, TokenSource};
use carrel_proto::auth::v1::{RenewRequest, Token};
use carrel_service::clock::{Clock, SystemClock};
use http::Uri;

use crate::credentials::{CredentialsFile, Login};
use crate::error::{CliError, During};
use crate::out::Out;

/// Where a server listens if nobody says otherwise.
pub const DEFAULT_SERVER: &str = "http://127.0.0.1:8080";
/// A user token lives 8 hours; with less than half of it left a command renews it on the way.
const RENEW_BELOW_MS: i64 = 4 * 60 * 60 * 1000;

/// What every command is given.
#[derive(Debug, Clone)]
pub struct Globals {
    /// `--server` or `CARREL_SERVER`.
    pub server: Option<String>,
    /// `--ca-file` or `CARREL_CA_FILE`.
    pub ca_file: Option<PathBuf>,
    /// How to print.
    pub out: Out,
}

/// A token that may be replaced while connections use it.
#[derive(Debug, Clone, Default)]
pub struct TokenCell(Arc<Mutex<Option<Login>>>);

impl TokenCell {
    fn get(&self) -> Option<Login> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, login: Login) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(login);
    }

    fn source(&self) -> TokenSource {
        let cell = self.clone();
        TokenSource::from_fn(move || cell.get().map(|login| login.token))
    }
}

/// A server, with or without somebody logged in.
#[derive(Clone)]
pub struct Server {
    /// Its address, as credentials are kept under.
    pub url: String,
    /// gRPC.
    pub fm: FrontendMaster,
    /// HTTP with the same token.
    pub http: Http,
    ca_file: Option<PathBuf>,
    token: TokenCell,
    file: CredentialsFile,
    /// The token came from the environment and is not kept in the file.
    borrowed: bool,
}

impl Globals {
    /// The server's address: as asked, else the last login's, else the default port here.
    pub fn server_url(&self, file: &CredentialsFile) -> Result<String, CliError> {
        let given = match &self.server {
            Some(given) => Some(given.clone()),
            None => file.load()?.default_server,
        };
        normalise(given.as_deref().unwrap_or(DEFAULT_SERVER))
    }

    /// The server, without anybody's token.
    pub fn anonymous(&self) -> Result<Server, CliError> {
        let file = CredentialsFile::of_user()?;
        let url = self.server_url(&file)?;
        Server::new(url, TokenCell::default(), file, self.ca_file.clone())
    }

    /// The server with the token of whoever is logged in; renewed if it is getting old.
    pub async fn connect(&self) -> Result<Server, CliError> {
        let server = self.logged_in()?;
        server.renew_if_old().await;
        Ok(server)
    }

    /// The same without asking the server anything.
    pub fn logged_in(&self) -> Result<Server, CliError> {
        let file = CredentialsFile::of_user()?;
        let url = self.server_url(&file)?;
        let cell = TokenCell::default();
        let from_env = std::env::var("CARREL_TOKEN").ok().filter(|token| !token.is_empty());
        let borrowed = from_env.is_some();
        let login = match from_env {
            Some(token) => Login { user: String::new(), token, expires_at: i64::MAX },
            None => file
                .load()?
                .servers
                .get(&url)
                .filter(|login| login.expires_at > now_ms())
                .cloned()
                .ok_or_else(|| CliError::LoggedOut { server: url.clone() })?,
        };
        cell.set(login);
        let mut server = Server::new(url, cell, file, self.ca_file.clone())?;
        server.borrowed = borrowed;
        Ok(server)
    }
}

impl Server {
    /// A server whose token is known, e.g. of a topology in this process.
    pub fn with_token(url: &str, token: &Token) -> Result<Self, CliError> {
        let cell = TokenCell::default();
        cell.set(login_of(token));
        let mut server = Self::new(normalise(url)?, cell, CredentialsFile::of_user()?, None)?;
        server.borrowed = true;
        Ok(server)
    }

    fn new(
        url: String,
        token: TokenCell,
        file: CredentialsFile,
        ca_file: Option<PathBuf>,
    ) -> Result<Self, CliError> {
        let peer = peer(&url, &token, ca_file.clone())?;
        let fm = carrel_client::frontend_master(&peer);
        Ok(Self { http: peer.http(), fm, url, ca_file, token, file, borrowed: false })
    }

    /// HTTP with the same token to another address: a node's own.
    pub fn http_at(&self, url: &str) -> Result<Http, CliError> {
        Ok(peer(url, &self.token, self.ca_file.clone())?.http())
    }

    /// The present token and its owner.
    pub fn login(&self) -> Option<Login> {
        self.token.get()
    }

    /// Keeps a login that was just made.
    pub fn keep(&self, token: &Token) -> Result<(), CliError> {
        let login = login_of(token);
        self.token.set(login.clone());
        self.file.update(|all| {
            all.default_server = Some(self.url.clone());
            all.servers.insert(self.url.clone(), login);
        })
    }

    /// Forgets the login.
    pub fn forget(&self) -> Result<(), CliError> {
        self.file.update(|all| {
            all.servers.remove(&self.url);
            if all.default_server.as_deref() == Some(self.url.as_str()) {
                all.default_server = all.servers.keys().next().cloned();
            }
        })
    }

    /// Where logins are kept.
    pub fn credentials(&self) -> &CredentialsFile {
        &self.file
    }

    /// Exchanges the token for a fresh one.
    pub async fn renew(&self) -> Result<(), CliError> {
        let fresh = self.fm.auth.clone().renew(RenewRequest {}).await.during(&self.url, "renew the login")?;
        let login = login_of(fresh.get_ref());
        self.token.set(login.clone());
        if !self.borrowed {
            self.file.update(|all| {
                // Not after somebody logged out meanwhile.
                if let Some(kept) = all.servers.get_mut(&self.url) {
                    *kept = login;
                }
            })?;
        }
        Ok(())
    }

    /// Renews a token that is past half its life. A failure shows at the next real call, if it matters at all.
    pub async fn renew_if_old(&self) {
        let old =
            self.login().is_some_and(|login| login.expires_at.saturating_sub(now_ms()) < RENEW_BELOW_MS);
        if old
            && !self.borrowed
            && let Err(error) = self.renew().await
        {
            tracing::debug!(error = %carrel_service::error::Chain(&error), "renew the login");
        }
    }

    /// After a refusal: takes a fresher token from the file (another command may have logged in), else renews.
    /// False where neither helps.
    pub async fn refresh(&self) -> bool {
        let kept = self.file.load().ok().and_then(|all| all.servers.get(&self.url).cloned());
        match (kept, self.login()) {
            (Some(kept), Some(used)) if !self.borrowed && kept.expires_at > used.expires_at => {
                self.token.set(kept);
                true
            }
            _ => self.renew().await.is_ok(),
        }
    }
}

fn peer(url: &str, token: &TokenCell, ca_file: Option<PathBuf>) -> Result<Peer, CliError> {
    let options = Options { token: token.source(), ca_file, ..Options::default() };
    Peer::new(url, options).map_err(|error| CliError::Usage(format!("{url}: {error}")))
}

fn login_of(token: &Token) -> Login {
    Login {
        user: token.user.as_ref().map(|user| user.name.clone()).unwrap_or_default(),
        token: token.token.clone(),
        expires_at: token.expires_at,
    }
}

/// The wall clock, as tokens are dated.
pub fn now_ms() -> i64 {
    i64::try_from(SystemClock.now_ms()).unwrap_or(i64::MAX)
}

/// One spelling per server: scheme and host in lower case, no default port, no path.
pub fn normalise(given: &str) -> Result<String, CliError> {
    let wrong = |why: &str| {
        CliError::Usage(format!("--server {given}: {why}; give an address like https://carrel.example"))
    };
    let text = given.trim();
    let text = text.strip_suffix('/').unwrap_or(text);
    if let Some(path) = text.strip_prefix("unix:") {
        return if path.starts_with('/') { Ok(text.into()) } else { Err(wrong("the path must be absolute")) };
    }
    let with_scheme = match (text.contains("://"), text.contains('/')) {
        (true, _) => text.to_owned(),
        (false, false) => format!("https://{text}"),
        (false, true) => return Err(wrong("not an address")),
    };
    let uri: Uri = with_scheme.parse().map_err(|_| wrong("not an address"))?;
    let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else { return Err(wrong("no host")) };
    if uri.path() != "/" && !uri.path().is_empty() {
        return Err(wrong("a server's address has no path"));
    }
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(wrong("a server's address holds no name"));
    }
    let default = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return Err(wrong("it must start with http:// or https://")),
    };
    let host = host.to_ascii_lowercase();
    Ok(match uri.port_u16().filter(|port| *port != default) {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_per_server() {
        for (given, wanted) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
            ("HTTPS://Carrel.Example:443", "https://carrel.example"),
            ("carrel.example", "https://carrel.example"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("unix:/run/carrel.sock", "unix:/run/carrel.sock"),
        ] {
            assert_eq!(normalise(given).expect(given), wanted);
        }
        for wrong in ["", "http://", "ftp://x", "http://x/path", "unix:relative", "http://a@b", "http:// "] {
            let error = normalise(wrong).expect_err(wrong);
            assert_eq!(error.exit_code(), crate::error::EXIT_USAGE, "{wrong}");
        }
    }
}
