//! The daemon's configuration.

use std::path::PathBuf;

use carrel_service::{DaemonConfig, Faults};
use serde::Deserialize;

use crate::store::postgres::PostgresConfig;

/// The whole of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where documents are kept.
    pub state_dir: PathBuf,
    /// Keep them in this database instead.
    pub postgres: Option<PostgresConfig>,
    /// The front-end master, whose tokens are good here: `http://…`, `https://…` or `unix:/…`.
    pub frontend_url: String,
    /// The authority of its certificate, where it is not a public one.
    pub frontend_ca: Option<PathBuf>,
    /// This daemon's service token.
    pub token_file: Option<PathBuf>,
    /// The issuer of tokens.
    pub issuer: String,
    /// Pages of these origins may connect with the cookie, beside the request's own host.
    pub origins: Vec<String>,
    /// Limits.
    pub limits: Limits,
}

/// What one client may use.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The largest frame, bytes. A paste of a book is 1 MB.
    pub frame_bytes: usize,
    /// Websockets from one address at once; a school is behind one address.
    pub connections_per_address: usize,
    /// Websockets at once.
    pub connections: usize,
    /// Documents open at once with one token: tabs of a person's, or what a program watches.
    pub documents_per_token: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frame_bytes: 4 * 1024 * 1024,
            connections_per_address: 500,
            connections: 20_000,
            documents_per_token: 100,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            state_dir: PathBuf::from("/var/lib/carrel/sync"),
            postgres: None,
            frontend_url: "http://127.0.0.1:8080".to_owned(),
            frontend_ca: None,
            token_file: None,
            issuer: "carrel".to_owned(),
            origins: Vec::new(),
            limits: Limits::default(),
        }
    }
}

/// Past this one frame could fill a commit many times over.
const FRAME_BYTES_MAX: usize = 32 * 1024 * 1024;

impl DaemonConfig for Config {
    const DEFAULT_PORT: u16 = 8083;

    fn validate(&self, faults: &mut Faults) {
        if self.issuer.is_empty() {
            faults.add("issuer", "must not be empty");
        }
        if !(1_024..=FRAME_BYTES_MAX).contains(&self.limits.frame_bytes) {
            faults.add("limits.frame_bytes", "must be 1024 to 33554432");
        }
        if self.limits.connections_per_address == 0 {
            faults.add("limits.connections_per_address", "must be at least 1");
        }
        if self.limits.connections == 0 {
            faults.add("limits.connections", "must be at least 1");
        }
        if self.limits.documents_per_token == 0 {
            faults.add("limits.documents_per_token", "must be at least 1");
        }
        if let Some(Err(text)) = self.postgres.as_ref().map(PostgresConfig::parse) {
            faults.add("postgres.url", text);
        }
        let schemes = ["http://", "https://", "unix:"];
        if !schemes.iter().any(|scheme| self.frontend_url.starts_with(scheme)) {
            faults.add("frontend_url", "must begin with http://, https:// or unix:");
        }
    }

    fn validate_host(&self, faults: &mut Faults) {
        faults.check_dir("state_dir", &self.state_dir);
    }
}
