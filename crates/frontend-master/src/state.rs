//! What every part of the daemon shares.

use std::sync::Arc;

use carrel_service::identity::{Issuer, Principal, Revocations, Verifier};
use carrel_service::{Deps, Random, RunError, SharedClock, Shutdown, Tasks, While as _};

use crate::accounts::revocations::RevocationHub;
use crate::accounts::tickets::Tickets;
use crate::accounts::{AccountDeps, Accounts};
use crate::browse::Browser;
use crate::config::Config;
use crate::documents::Documents;
use crate::fence::{Fences, SessionControlSlot};
use crate::git::Repositories;
use crate::imports::{Imports, SystemResolve};
use crate::metrics::Meters;
use crate::store::{SharedStore, SqliteStore};

/// The shared parts, behind an [`Arc`].
pub struct State {
    /// Settings as checked.
    pub config: Config,
    /// The address people use, without a slash at its end.
    pub public_url: String,
    /// Rows.
    pub store: SharedStore,
    /// Signs tokens: users', git's, tickets'.
    pub issuer: Issuer,
    /// Checks tokens, with this daemon's own keys and revocations.
    pub verifier: Verifier,
    /// Logins and accounts.
    pub accounts: Accounts,
    /// Single use of tickets.
    pub tickets: Arc<Tickets>,
    /// Repositories on disk and in the store.
    pub repositories: Repositories,
    /// Documents edited together.
    pub documents: Documents,
    /// Who looks into repositories.
    pub browser: Browser,
    /// Repositories on their way here.
    pub imports: Imports,
    /// What a minted git credential may do.
    pub fences: Arc<Fences>,
    /// Where orchestration puts its control, see [`crate::fence`].
    pub session_control: SessionControlSlot,
    /// Time.
    pub clock: SharedClock,
    /// Ids and secrets.
    pub random: Random,
    /// Owned tasks.
    pub tasks: Tasks,
    /// The stop signal.
    pub shutdown: Shutdown,
    /// Counters of git and logins.
    pub meters: Meters,
}

/// The state as everybody holds it.
pub type SharedState = Arc<State>;

impl State {
    /// Opens everything that is durable and makes the first admin.
    pub async fn open(config: Config, deps: &Deps) -> Result<SharedState, RunError> {
        std::fs::create_dir_all(&config.state_dir).during("create the state folder")?;
        let store: SharedStore =
            Arc::new(SqliteStore::open(&config.database()).await.during("open the store")?);
        let issuer =
            Issuer::open(&config.signing_key(), &config.issuer, deps.clock.clone(), deps.random.clone())
                .during("open the signing key")?;
        let revoked = Revocations::new();
        let verifier = Verifier::new(&config.issuer, issuer.keys(), revoked.clone(), deps.clock.clone());
        let hub = RevocationHub::load(store.clone(), revoked, deps.clock.clone())
            .await
            .during("load the revocation list")?;
        let session_control = SessionControlSlot::default();
        let accounts = Accounts::new(AccountDeps {
            store: store.clone(),
            issuer: issuer.clone(),
            revocations: Arc::new(hub),
            clock: deps.clock.clone(),
            random: deps.random.clone(),
            sessions: session_control.clone(),
            sign_up: config.accounts.sign_up,
        })
        .during("prepare password hashing")?;
        if accounts.ensure_first_admin().await.during("create the first admin")? {
            tracing::info!("created the account \"admin\"; `carrel-frontend-master admin-link` lets you in");
        }
        let repositories =
            Repositories::open(&config, store.clone(), deps).await.during("open the repositories")?;
        let now = i64::try_from(deps.clock.now_ms()).unwrap_or(i64::MAX);
        let imports = Imports::load(config.git.import.clone(), Arc::new(SystemResolve), &store, now)
            .await
            .during("load the imports")?;
        let documents = Documents::new(&config, &issuer, &deps.clock, deps)?;
        Ok(Arc::new(Self {
            documents,
            public_url: public_url(&config, deps),
            fences: Arc::new(Fences::new(store.clone())),
            browser: Browser::default(),
            imports,
            tickets: Arc::new(Tickets::new(deps.clock.clone())),
            meters: Meters::new(&deps.metrics),
            clock: deps.clock.clone(),
            random: deps.random.clone(),
            tasks: deps.tasks.clone(),
            shutdown: deps.shutdown.clone(),
            config,
            store,
            issuer,
            verifier,
            accounts,
            repositories,
            session_control,
        }))
    }

    /// What `git clone` takes.
    pub fn clone_url(&self, path: &crate::names::RepositoryPath) -> String {
        format!("{}/git/{path}.git", self.public_url)
    }

    /// Milliseconds since 1970, as rows and messages hold them.
    pub fn now_ms(&self) -> i64 {
        i64::try_from(self.clock.now_ms()).unwrap_or(i64::MAX)
    }
}

/// Whether a caller may see or end something of `owner`'s: the owner and admins may.
pub fn owns(principal: &Principal, owner: &carrel_ids::UserId) -> bool {
    principal.is_admin() || principal.user().is_some_and(|(id, _, _)| id == owner)
}

fn public_url(config: &Config, deps: &Deps) -> String {
    if !config.public_url.is_empty() {
        return config.public_url.trim_end_matches('/').to_owned();
    }
    let bound = deps.listeners.bound();
    let tcp = bound.iter().map(|bound| bound.url()).find(|url| url.starts_with("http"));
    tcp.unwrap_or_else(|| "http://127.0.0.1:8080".to_owned()).trim_end_matches('/').to_owned()
}
