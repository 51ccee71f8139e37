//! A connection that is made when it is needed, and anew when it broke.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use carrel_service::Tasks;
use carrel_service::error::Chain;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio_postgres::config::Host;
use tokio_postgres::{Client, NoTls};
use tracing::warn;

use super::{StoreError, failed};

/// A database that takes longer to answer a connection is treated as absent; the next call tries again.
const CONNECT_MAX: Duration = Duration::from_secs(10);

/// Where the database is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PostgresConfig {
    /// `postgresql://carrel@localhost/carrel` or `host=/run/postgresql user=carrel dbname=carrel`. A socket or this
    /// machine: the connection is not encrypted.
    pub url: String,
    /// A file with the password, if there is one.
    pub password_file: Option<PathBuf>,
}

impl PostgresConfig {
    /// The parsed address, or what is wrong with it.
    pub fn parse(&self) -> Result<tokio_postgres::Config, String> {
        let config: tokio_postgres::Config =
            self.url.parse().map_err(|error| format!("expected a PostgreSQL address: {error}"))?;
        if config.get_hosts().is_empty() {
            return Err("must name a host, such as host=/run/postgresql".to_owned());
        }
        let is_local = config.get_hosts().iter().all(|host| match host {
            Host::Unix(_) => true,
            Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
        });
        if !is_local {
            return Err("must be a socket or this machine: the connection is not encrypted".to_owned());
        }
        if config.get_password().is_some() {
            return Err("must not hold the password: use postgres.password_file".to_owned());
        }
        Ok(config)
    }
}

/// One connection.
pub(super) struct Link {
    config: tokio_postgres::Config,
    tasks: Tasks,
    client: Mutex<Option<Arc<Client>>>,
}

fn read_password(path: &Path) -> Result<String, StoreError> {
    let text = std::fs::read_to_string(path).map_err(|error| StoreError::Open(Arc::new(error)))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

impl Link {
    pub(super) fn new(config: &PostgresConfig, tasks: &Tasks) -> Result<Self, StoreError> {
        let mut parsed =
            config.parse().map_err(|text| StoreError::Open(Arc::new(std::io::Error::other(text))))?;
        if let Some(path) = &config.password_file {
            parsed.password(read_password(path)?);
        }
        parsed.connect_timeout(CONNECT_MAX).application_name("carrel-sync");
        Ok(Self { config: parsed, tasks: tasks.clone(), client: Mutex::new(None) })
    }

    /// The connection, made anew if there is none.
    pub(super) async fn client(&self) -> Result<Arc<Client>, StoreError> {
        let mut held = self.client.lock().await;
        if let Some(client) = held.as_ref().filter(|client| !client.is_closed()) {
            return Ok(client.clone());
        }
        let connecting = tokio::time::timeout(CONNECT_MAX, self.config.connect(NoTls)).await;
        let connected = connecting.map_err(|_| StoreError::DatabaseSilent)?;
        let (client, connection) = connected.map_err(failed("connect"))?;
        // Ends when the client is dropped.
        self.tasks.spawn("postgres connection", async move {
            if let Err(error) = connection.await {
                warn!(error = %Chain(&error), "the connection to the database broke");
            }
        });
        // An acknowledgement means on disk, whatever the server's default is.
        let set = "SET synchronous_commit = on; SET statement_timeout = '60s'; SET lock_timeout = '30s'";
        client.batch_execute(set).await.map_err(failed("prepare a connection"))?;
        let client = Arc::new(client);
        *held = Some(client.clone());
        Ok(client)
    }

    /// The connection is in a state that nobody knows: the next call makes another.
    pub(super) async fn give_up(&self) {
        *self.client.lock().await = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_local_and_without_password() {
        let parse = |url: &str| PostgresConfig { url: url.to_owned(), password_file: None }.parse();
        for good in ["host=/run/postgresql dbname=carrel", "postgresql://carrel@localhost/carrel"] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("", "host"),
            ("dbname=x", "host"),
            ("host=db.example user=a", "encrypted"),
            ("postgresql://a:secret@localhost/b", "password_file"),
            ("nonsense", "address"),
        ] {
            let error = parse(bad).expect_err(bad);
            assert!(error.contains(why), "{bad}: {error}");
        }
    }
}
