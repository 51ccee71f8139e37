//! Opens the store, and looks after it: figures, old segments, changes to tell.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use carrel_service::error::Chain;
use carrel_service::{Deps, RunError, SharedClock, Shutdown, While as _};
use tracing::{info, warn};

use crate::changes::Changes;
use crate::compact;
use crate::config::Config;
use crate::hub::CallError;
use crate::library::Library;
use crate::metrics::SyncMetrics;
use crate::store::embedded::EmbeddedStore;
use crate::store::postgres::PostgresStore;
use crate::store::{Store, StoreError};

/// How often edits are told to those who watch.
const TELL: Duration = Duration::from_secs(1);
/// The store's figures are read every so many ticks.
const FIGURES_TICKS: u64 = 5;
/// How long a start waits for the one before it to let go of the folder.
const WAIT: Duration = Duration::from_millis(100);
const WAITS_MAX: usize = 100;

/// Opens the store that is configured.
pub(crate) async fn open(
    config: &Config,
    deps: &Deps,
    changes: &Changes,
) -> Result<Arc<dyn Store>, RunError> {
    let store: Arc<dyn Store> = match &config.postgres {
        Some(postgres) => {
            let open = PostgresStore::open(postgres, &deps.tasks).await;
            Arc::new(open.during("open the database")?)
        }
        None => Arc::new(embedded(config, deps).await?),
    };
    Ok(Arc::new(Library::new(store, changes.clone())))
}

async fn embedded(config: &Config, deps: &Deps) -> Result<EmbeddedStore, RunError> {
    let mut waits = 0;
    loop {
        let (folder, random) = (config.state_dir.clone(), deps.random.clone());
        let open = move || EmbeddedStore::open(&folder, random);
        let opened = tokio::task::spawn_blocking(open).await.during("open the store")?;
        match opened {
            Err(StoreError::Open(error)) if error.kind() == ErrorKind::WouldBlock && waits < WAITS_MAX => {
                if waits == 0 {
                    info!(folder = %config.state_dir.display(), "another daemon has the store open: waiting for it");
                }
                waits += 1;
                tokio::time::sleep(WAIT).await;
            }
            other => return other.during("open the store"),
        }
    }
}

/// Until the shutdown.
pub(crate) async fn look_after(
    store: Arc<dyn Store>,
    metrics: SyncMetrics,
    changes: Changes,
    clock: SharedClock,
    shutdown: Shutdown,
) {
    let mut ticks = tokio::time::interval(TELL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut count = 0_u64;
    loop {
        tokio::select! {
            () = shutdown.requested() => return,
            _ = ticks.tick() => {}
        }
        changes.tick();
        metrics.queued_bytes.set(store.queued_bytes() as f64);
        if count.is_multiple_of(FIGURES_TICKS) {
            // A disk that has come to a stop must not stop the figure that shows it.
            if let Ok(figures) = tokio::time::timeout(TELL, store.figures()).await {
                if let Ok(figures) = figures {
                    metrics.show(&figures);
                }
                compact_stale(&*store, &metrics, &clock, &shutdown).await;
            }
        }
        count += 1;
    }
}

/// One after the other: nobody waits for it.
async fn compact_stale(store: &dyn Store, metrics: &SyncMetrics, clock: &SharedClock, shutdown: &Shutdown) {
    let Ok(stale) = store.stale().await else { return };
    for id in stale {
        if shutdown.is_requested() {
            return;
        }
        match compact::run(store, &id, metrics, clock).await {
            Ok(_) | Err(CallError::Incomplete(_) | CallError::Store(StoreError::Busy(_))) => {}
            Err(error) => warn!(document = %id, error = %Chain(&error), "compact an idle document"),
        }
    }
}
