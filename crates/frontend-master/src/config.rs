//! What an owner sets, with defaults that fit one machine.

use std::path::PathBuf;
use std::time::Duration;

use carrel_service::{DaemonConfig, Faults};
use http::Uri;
use serde::Deserialize;

use crate::imports::ImportConfig;

use crate::sessions::address_fault;

/// The daemon's settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where everything durable lives: the database, the signing key, the repositories.
    pub state_dir: PathBuf,
    /// The address people use, e.g. `https://carrel.example`; empty: the first listener's own.
    pub public_url: String,
    /// The rack's domain: git also answers on `git.<domain>`. Empty: only under `/git/`.
    pub domain: String,
    /// Ports of sessions are previewed at `<port>-<session>.<sessions_domain>`, e.g. `sessions.carrel.example`, with a
    /// wildcard entry in the name service and in the certificate. Empty: `localhost` where people come by loopback,
    /// else there are no previews.
    pub sessions_domain: String,
    /// The built browser app; without it the pages say how to use the command line.
    pub web_root: Option<PathBuf>,
    /// The `iss` of every token; nodes must be told the same.
    pub issuer: String,
    /// The sync daemon, `http://…` on this machine, `https://…` or `unix:/…`; empty: no shared documents.
    pub sync_url: String,
    /// The authority of its certificate, where it is not a public one.
    pub sync_ca: Option<PathBuf>,
    /// The authority that signed the compute nodes' certificates, where it is not a public one.
    pub nodes_ca: Option<PathBuf>,
    /// Accounts.
    pub accounts: AccountsConfig,
    /// The git service.
    pub git: GitConfig,
    /// Sessions.
    pub sessions: SessionsConfig,
}

/// Accounts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccountsConfig {
    /// Whether strangers may create an account.
    pub sign_up: bool,
}

/// The git service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GitConfig {
    /// The git program.
    pub program: PathBuf,
    /// The largest push, in bytes.
    pub push_max_bytes: u64,
    /// The longest a clone, fetch or push may take.
    pub time_limit_secs: u64,
    /// How many git processes run at once; more wait for a moment, then are told to come back.
    pub concurrent_max: usize,
    /// Imports from elsewhere.
    pub import: ImportConfig,
}

/// Sessions: quotas and time limits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionsConfig {
    /// Live sessions of one user.
    pub per_user_max: u32,
    /// How long a node may take to answer a claim.
    pub claim_deadline_ms: u64,
    /// How long repository and environment may take.
    pub preparing_limit_secs: u64,
    /// After this long without anything happening a session is closed.
    pub idle_limit_secs: u64,
    /// A node that has not reported for this long counts as silent.
    pub node_silent_secs: u64,
    /// A session whose node stays silent for this long has failed.
    pub unreachable_limit_secs: u64,
    /// How long a node may take to release a slot.
    pub release_deadline_secs: u64,
    /// How long closed sessions stay listed.
    pub keep_closed_days: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            state_dir: PathBuf::from("/var/lib/carrel-frontend-master"),
            public_url: String::new(),
            domain: String::new(),
            sessions_domain: String::new(),
            web_root: None,
            issuer: "carrel".to_owned(),
            sync_url: String::new(),
            sync_ca: None,
            nodes_ca: None,
            accounts: AccountsConfig::default(),
            git: GitConfig::default(),
            sessions: SessionsConfig::default(),
        }
    }
}

#[allow(clippy::derivable_impls)] // the default is a decision: sign-up is closed
impl Default for AccountsConfig {
    fn default() -> Self {
        Self { sign_up: false }
    }
}

impl Default for GitConfig {
    fn default() -> Self {
        Self {
            program: PathBuf::from("git"),
            push_max_bytes: 512 * 1024 * 1024,
            time_limit_secs: 900,
            concurrent_max: 32,
            import: ImportConfig::default(),
        }
    }
}

impl Default for SessionsConfig {
    fn default() -> Self {
        Self {
            per_user_max: 4,
            claim_deadline_ms: 5_000,
            preparing_limit_secs: 300,
            idle_limit_secs: 1_800,
            node_silent_secs: 15,
            unreachable_limit_secs: 600,
            release_deadline_secs: 30,
            keep_closed_days: 30,
        }
    }
}

impl Config {
    /// The database.
    pub fn database(&self) -> PathBuf {
        self.state_dir.join("frontend-master.sqlite")
    }

    /// The key that signs every token.
    pub fn signing_key(&self) -> PathBuf {
        self.state_dir.join("identity.key")
    }

    /// The repositories, a folder per owner.
    pub fn repositories(&self) -> PathBuf {
        self.state_dir.join("repositories")
    }

    fn public_host(&self) -> Option<String> {
        self.public_url.parse::<Uri>().ok()?.host().map(str::to_owned)
    }

    /// The host name on which git answers without its prefix.
    pub fn git_host(&self) -> Option<String> {
        (!self.domain.is_empty()).then(|| format!("git.{}", self.domain))
    }
}

impl GitConfig {
    /// The longest a clone, fetch or push may take.
    pub fn time_limit(&self) -> Duration {
        Duration::from_secs(self.time_limit_secs)
    }
}

impl DaemonConfig for Config {
    const DEFAULT_PORT: u16 = 8080;

    fn validate(&self, faults: &mut Faults) {
        if !self.state_dir.is_absolute() && self.state_dir.as_os_str().is_empty() {
            faults.add("state_dir", "must name a folder");
        }
        if !self.public_url.is_empty() && !is_origin(&self.public_url) {
            faults.add("public_url", "must be http://host[:port] or https://host[:port], without a path");
        }
        if !self.domain.is_empty() && !is_domain(&self.domain) {
            faults.add("domain", "must be a domain name in lower case, e.g. carrel.example");
        }
        if !self.sessions_domain.is_empty() && !is_domain(&self.sessions_domain) {
            faults
                .add("sessions_domain", "must be a domain name in lower case, e.g. sessions.carrel.example");
        }
        if !self.sessions_domain.is_empty() && self.public_host().as_deref() == Some(&self.sessions_domain) {
            faults.add(
                "sessions_domain",
                "must not be the website's own name: pages of slots would share its cookies",
            );
        }
        if self.issuer.is_empty() || self.issuer.len() > 64 {
            faults.add("issuer", "must be 1 to 64 characters");
        }
        let fault = (!self.sync_url.is_empty()).then(|| address_fault(&self.sync_url)).flatten();
        if let Some(fault) = fault {
            faults.add("sync_url", format!("{fault}; give http:// on this machine, https:// or unix:/"));
        }
        if self.git.program.as_os_str().is_empty() {
            faults.add("git.program", "must name the git program");
        }
        self.git.import.validate(faults);
        for (path, value) in [
            ("git.push_max_bytes", self.git.push_max_bytes),
            ("git.time_limit_secs", self.git.time_limit_secs),
            ("git.concurrent_max", self.git.concurrent_max as u64),
            ("sessions.per_user_max", u64::from(self.sessions.per_user_max)),
            ("sessions.claim_deadline_ms", self.sessions.claim_deadline_ms),
            ("sessions.preparing_limit_secs", self.sessions.preparing_limit_secs),
            ("sessions.idle_limit_secs", self.sessions.idle_limit_secs),
            ("sessions.node_silent_secs", self.sessions.node_silent_secs),
            ("sessions.release_deadline_secs", self.sessions.release_deadline_secs),
            ("sessions.keep_closed_days", self.sessions.keep_closed_days),
        ] {
            if value == 0 {
                faults.add(path, "must be at least 1");
            }
        }
        if self.sessions.unreachable_limit_secs <= self.sessions.node_silent_secs {
            faults.add("sessions.unreachable_limit_secs", "must be above sessions.node_silent_secs");
        }
    }

    fn validate_host(&self, faults: &mut Faults) {
        faults.check_dir("state_dir", &self.state_dir);
        if let Some(page) =
            self.web_root.as_ref().map(|root| root.join("index.html")).filter(|page| !page.is_file())
        {
            faults.add(
                "web_root",
                format!("{} is missing; name the folder that the app was built into", page.display()),
            );
        }
    }
}

fn is_origin(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    matches!(uri.scheme_str(), Some("http" | "https"))
        && uri.authority().is_some_and(|a| !a.as_str().contains('@'))
        && uri.path_and_query().is_none_or(|path| path.as_str() == "/")
}

fn is_domain(text: &str) -> bool {
    text.len() <= 253
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_and_domains() {
        for good in ["http://127.0.0.1:8080", "https://carrel.example", "https://carrel.example/"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in ["carrel.example", "ftp://a", "https://a/b", "https://u@a", "https://", ""] {
            assert!(!is_origin(bad), "{bad}");
        }
        assert!(is_domain("localhost") && is_domain("carrel.example"));
        for bad in ["", "A.b", "a..b", "-a.b", "a/b", "a:80"] {
            assert!(!is_domain(bad), "{bad}");
        }
    }
}
