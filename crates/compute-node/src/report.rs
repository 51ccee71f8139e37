//! Tells the front-end master what is so: on each change and at least every few seconds.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use carrel_ids::NodeId;
use carrel_model::node::PoolFigures;
use carrel_proto::compute::v1::node_link_service_client::NodeLinkServiceClient;
use carrel_proto::compute::v1::{ClassReport, HeldSession, NodeReport};
use carrel_service::Shutdown;
use tracing::{debug, info, warn};

use crate::convert::class_message;
use crate::core::{CoreHandle, View};
use crate::metrics::NodeMetrics;

/// Changes come in bursts (a claim is several); this long they are gathered.
const GATHER: Duration = Duration::from_millis(20);
/// The longest silence unless the master asks for less.
const INTERVAL: Duration = Duration::from_secs(5);
/// The shortest interval the master may ask for.
const INTERVAL_MIN: Duration = Duration::from_millis(250);
/// A report is a few kilobytes on a local network.
const SEND_TIME: Duration = Duration::from_secs(2);
/// The master is usually back within a second; a rack of nodes asking every two seconds is no load.
const RETRY_FIRST: Duration = Duration::from_millis(250);
const RETRY_MAX: Duration = Duration::from_secs(2);

/// Numbers reports, so that a claim's answer can name the first one that tells of it.
#[derive(Debug)]
pub struct Versions {
    /// Grows with each start.
    pub boot_epoch: u64,
    next: AtomicU64,
}

/// The epoch could not be kept.
#[derive(Debug, thiserror::Error)]
#[error("{step} {path}")]
pub struct EpochError {
    step: &'static str,
    path: PathBuf,
    #[source]
    source: io::Error,
}

impl Versions {
    /// An epoch above the last one, even if the clock was set back in between.
    pub fn start(state_dir: &Path, now_ms: u64) -> Result<Self, EpochError> {
        let path = state_dir.join("boot-epoch");
        let failed = |step| {
            let path = path.clone();
            move |source| EpochError { step, path, source }
        };
        let last = match fs::read_to_string(&path) {
            // An unreadable number can only be a torn or foreign file: the clock is the better guess.
            Ok(text) => text.trim().parse().unwrap_or(0_u64),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(source) => return Err(failed("read")(source)),
        };
        let boot_epoch = now_ms.max(last.saturating_add(1));
        let fresh = state_dir.join("boot-epoch.new");
        fs::write(&fresh, boot_epoch.to_string()).map_err(failed("write"))?;
        fs::rename(&fresh, &path).map_err(failed("rename"))?;
        Ok(Self { boot_epoch, next: AtomicU64::new(1) })
    }

    /// The version of the next report: it and all later ones tell what is so now.
    pub fn next(&self) -> u64 {
        self.next.load(Ordering::SeqCst)
    }

    fn take(&self) -> u64 {
        self.next.fetch_add(1, Ordering::SeqCst)
    }
}

/// What does not change in a report.
#[derive(Debug, Clone)]
pub struct Facts {
    /// This node.
    pub node: NodeId,
    /// Where the master reaches it.
    pub control_url: String,
    /// Where users do.
    pub direct_url: String,
    /// Which runtime.
    pub runtime: &'static str,
    /// Threads of the machine.
    pub threads: u32,
    /// Its memory.
    pub memory_bytes: u64,
    /// Where wishes were cut.
    pub clamped: Vec<String>,
}

/// Sends reports until the shutdown, then one last that says so.
pub struct Reporter {
    /// What does not change.
    pub facts: Facts,
    /// What does.
    pub core: CoreHandle,
    /// Numbers.
    pub versions: Arc<Versions>,
    /// To whom.
    pub master: NodeLinkServiceClient<carrel_client::Channel>,
    /// Outcomes.
    pub metrics: NodeMetrics,
    /// The end.
    pub shutdown: Shutdown,
}

impl Reporter {
    /// Runs until the shutdown.
    pub async fn run(self) {
        tokio::select! {
            () = self.shutdown.requested() => {}
            () = self.keep_reporting() => {}
        }
        let mut last = self.report();
        "the node is being stopped".clone_into(&mut last.refusing);
        if let Err(status) = self.send(last).await {
            debug!(%status, "last report");
        }
    }

    async fn keep_reporting(&self) {
        let mut views = self.core.views();
        let mut pause = RETRY_FIRST;
        let mut reached = None;
        loop {
            views.mark_unchanged();
            let wait = match self.send(self.report()).await {
                Ok(interval) => {
                    self.metrics.reports.with_label_values(&["taken"]).inc();
                    if reached != Some(true) {
                        info!("the front-end master takes our reports");
                    }
                    (reached, pause) = (Some(true), RETRY_FIRST);
                    interval
                }
                Err(status) => {
                    self.metrics.reports.with_label_values(&["failed"]).inc();
                    if reached != Some(false) {
                        warn!(%status, "the front-end master takes no report; sessions go on");
                    }
                    reached = Some(false);
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(RETRY_MAX);
                    continue;
                }
            };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _ = views.changed() => tokio::time::sleep(GATHER).await,
            }
        }
    }

    /// Sends one report, obeys the answer, and returns how long the next may take.
    async fn send(&self, report: NodeReport) -> Result<Duration, tonic::Status> {
        let drains = report.draining;
        let mut request = tonic::Request::new(report);
        request.set_timeout(SEND_TIME);
        let sent = tokio::time::timeout(SEND_TIME, self.master.clone().report(request)).await;
        let reply = sent.map_err(|_| tonic::Status::deadline_exceeded("no answer"))??.into_inner();
        // Compared with what is so now, not with what was sent: a drain in between must not be undone twice.
        if reply.drain != drains && reply.drain != self.core.view().draining {
            info!(drain = reply.drain, "the front-end master wants it so");
            let _ = self.core.drain(reply.drain).await;
        }
        let asked = Duration::from_millis(reply.interval_ms.into());
        Ok(if asked.is_zero() { INTERVAL } else { asked.clamp(INTERVAL_MIN, INTERVAL) })
    }

    fn report(&self) -> NodeReport {
        // The number first: what is read after it is at least as new.
        let version = self.versions.take();
        let view = self.core.view();
        NodeReport {
            node_id: self.facts.node.to_string(),
            boot_epoch: self.versions.boot_epoch,
            version,
            control_url: self.facts.control_url.clone(),
            direct_url: self.facts.direct_url.clone(),
            draining: view.draining,
            refusing: view.refusing.clone(),
            classes: view.figures.iter().map(class_report).collect(),
            sessions: held_sessions(&view),
            highest_fence: view.highest_fence.number(),
            runtime: self.facts.runtime.to_owned(),
            threads: self.facts.threads,
            memory_bytes: self.facts.memory_bytes,
            clamped: self.facts.clamped.clone(),
        }
    }
}

fn class_report(pool: &PoolFigures) -> ClassReport {
    let count = |figure: usize| u32::try_from(figure).unwrap_or(u32::MAX);
    ClassReport {
        slot_class: class_message(pool.class).into(),
        wanted: count(pool.wanted),
        creating: count(pool.creating),
        warm: count(pool.warm),
        claimed: count(pool.claimed),
    }
}

fn held_sessions(view: &View) -> Vec<HeldSession> {
    let held = view.slots.iter().filter_map(|slot| {
        let (session, fence) = slot.claim.as_ref()?;
        Some(HeldSession {
            session_id: session.to_string(),
            fence: fence.number(),
            slot_id: slot.id.to_string(),
            phase: slot.phase.into(),
            phase_detail: slot.detail.clone(),
            idle_seconds: slot.shared.usage().idle_seconds,
        })
    });
    held.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_grows_even_when_the_clock_was_set_back() {
        let state = tempfile::tempdir().expect("temporary directory");
        let first = Versions::start(state.path(), 5_000).expect("first").boot_epoch;
        let second = Versions::start(state.path(), 1_000).expect("second").boot_epoch;
        let third = Versions::start(state.path(), 9_000).expect("third").boot_epoch;
        assert_eq!((first, second, third), (5_000, 5_001, 9_000));
    }

    #[test]
    fn versions_count_up() {
        let state = tempfile::tempdir().expect("temporary directory");
        let versions = Versions::start(state.path(), 1).expect("start");
        assert_eq!((versions.next(), versions.take(), versions.next()), (1, 1, 2));
    }
}
