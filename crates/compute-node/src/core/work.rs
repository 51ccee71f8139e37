//! What takes time: each piece is a task that reports back as an input and gives up when the daemon stops.

use std::time::Duration;

use carrel_ids::SlotId;
use carrel_model::node::State;
use carrel_proto::agent::v1::BindRequest;
use carrel_runtime::{RuntimeEvent, SlotSpec};
use carrel_service::{Chain, Shutdown};
use futures::StreamExt as _;
use tonic::{Code, Status};
use tracing::{error, warn};

use super::{Core, Input, report};
use crate::ledger;
use crate::link::SlotLink;

/// Between two attempts to tell an agent; it may be restarting. The model's own limit ends them.
const BIND_PAUSE: Duration = Duration::from_millis(20);
/// One attempt.
const BIND_TIME: Duration = Duration::from_millis(1_500);
/// All attempts: the model's limit for a claim. On a busy machine one may take a second, and the master waits five.
const BIND_LIMIT: Duration = Duration::from_secs(4);
/// Between two attempts at a kill or a removal that failed.
const RETRY_PAUSE: Duration = Duration::from_secs(1);
/// After that many the model's own time limit asks again.
const ATTEMPTS_MAX: u32 = 20;
/// How often an engine that is gone is looked for.
const ENGINE_PAUSE: Duration = Duration::from_secs(1);

/// Runs work unless the daemon stops first: what was half done is found and tidied at the next start.
async fn unless_stopped(shutdown: Shutdown, work: impl Future<Output = ()>) {
    tokio::select! {
        () = shutdown.requested() => {}
        () = work => {}
    }
}

fn spawn(core: &Core, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
    core.parts.tasks.spawn(name, unless_stopped(core.parts.shutdown.clone(), work));
}

pub(super) fn forward_events(core: &Core) {
    let (mut events, to) = (core.parts.runtime.events(), core.to_self.clone());
    spawn(core, "runtime events", async move {
        while let Some(event) = events.next().await {
            report(&to, Input::Runtime(event)).await;
        }
    });
}

pub(super) fn create(core: &Core, spec: SlotSpec) {
    let (runtime, to) = (core.parts.runtime.clone(), core.to_self.clone());
    spawn(core, "create slot", async move {
        let result = runtime.create(&spec).await;
        report(&to, Input::Created { slot: spec.slot, result }).await;
    });
}

pub(super) fn bind(core: &Core, link: SlotLink, request: BindRequest) {
    let to = core.to_self.clone();
    spawn(core, "bind slot", async move {
        let result = match tokio::time::timeout(BIND_LIMIT, until_bound(&link, &request)).await {
            Ok(result) => result.map_err(|status| status.message().to_owned()),
            Err(_) => Err("the agent did not take the claim in time".to_owned()),
        };
        report(&to, Input::Bound { slot: link.slot().clone(), result }).await;
    });
}

/// Tells an agent once more what it is bound to, after it has lost its memory.
pub(super) fn rebind(core: &Core, link: SlotLink, request: BindRequest) {
    spawn(core, "bind slot again", async move {
        match tokio::time::timeout(BIND_LIMIT, until_bound(&link, &request)).await {
            Ok(Ok(())) => {}
            Ok(Err(status)) => warn!(slot = %link.slot(), %status, "bind an agent again"),
            Err(_) => warn!(slot = %link.slot(), "bind an agent again: no answer in time"),
        }
    });
}

async fn until_bound(link: &SlotLink, request: &BindRequest) -> Result<(), Status> {
    loop {
        let bound = async {
            let channel = link.channel().await.map_err(|error| Status::unavailable(error.to_string()))?;
            channel.control().bind(request.clone()).await
        };
        match tokio::time::timeout(BIND_TIME, bound).await {
            Ok(Ok(_)) => return Ok(()),
            // Broken connections come as either; Bind is idempotent per session.
            Ok(Err(status))
                if !matches!(status.code(), Code::Unavailable | Code::Unknown | Code::Internal) =>
            {
                return Err(status);
            }
            Ok(Err(_)) | Err(_) => tokio::time::sleep(BIND_PAUSE).await,
        }
    }
}

pub(super) fn kill(core: &Core, slot: SlotId, link: Option<SlotLink>) {
    let (runtime, to) = (core.parts.runtime.clone(), core.to_self.clone());
    spawn(core, "kill slot", async move {
        for _ in 0..ATTEMPTS_MAX {
            match runtime.kill(&slot).await {
                Ok(_) => {
                    report(&to, Input::Killed { slot }).await;
                    break;
                }
                Err(failure) => warn!(%slot, error = %Chain(&failure), "kill a slot"),
            }
            tokio::time::sleep(RETRY_PAUSE).await;
        }
        if let Some(link) = link {
            link.close().await;
        }
    });
}

pub(super) fn remove(core: &Core, slot: SlotId) {
    let (parts, to, places) = (core.parts.clone(), core.to_self.clone(), core.removals.clone());
    spawn(core, "remove slot", async move {
        let Ok(_place) = places.acquire_owned().await else { return };
        for _ in 0..ATTEMPTS_MAX {
            if tidied(&parts, &slot).await {
                report(&to, Input::Removed { slot }).await;
                return;
            }
            tokio::time::sleep(RETRY_PAUSE).await;
        }
    });
}

/// Clears away a slot that the model knows nothing of.
pub(super) fn discard(core: &Core, slot: SlotId) {
    let (parts, places) = (core.parts.clone(), core.removals.clone());
    spawn(core, "discard slot", async move {
        let Ok(_place) = places.acquire_owned().await else { return };
        while !tidied(&parts, &slot).await {
            tokio::time::sleep(RETRY_PAUSE).await;
        }
    });
}

/// The claim first: a slot without one is never taken for a session's.
async fn tidied(parts: &super::Parts, slot: &SlotId) -> bool {
    if let Err(failure) = ledger::forget(&parts.dirs, slot) {
        error!(%slot, error = %Chain(&failure), "forget a claim");
        return false;
    }
    if let Err(failure) = parts.runtime.remove(slot).await {
        warn!(%slot, error = %Chain(&failure), "remove a slot");
        return false;
    }
    if let Err(failure) = parts.dirs.remove(slot) {
        error!(%slot, error = %Chain(&failure), "remove a slot's directory");
        return false;
    }
    true
}

/// Asks the runtime what there is; `pause`: after a while.
pub(super) fn list(core: &mut Core, pause: bool) {
    if std::mem::replace(&mut core.listing, true) {
        return;
    }
    let runs = |state: &State| matches!(state, State::Warm | State::Binding { .. } | State::Claimed { .. });
    let slots = core.node.slots().iter().filter(|(_, slot)| runs(&slot.state));
    let before = slots.map(|(id, _)| id.clone()).collect();
    let (runtime, to) = (core.parts.runtime.clone(), core.to_self.clone());
    spawn(core, "list slots", async move {
        if pause {
            tokio::time::sleep(ENGINE_PAUSE).await;
        }
        let found = runtime.list().await;
        report(&to, Input::Listed { before, found }).await;
    });
}

impl Core {
    pub(super) fn take_runtime_event(&mut self, event: RuntimeEvent) {
        use carrel_model::node::Event;
        match event {
            RuntimeEvent::Exited { slot, code, oom } => {
                if self
                    .node
                    .slots()
                    .get(&slot)
                    .is_some_and(|slot| !matches!(slot.state, State::Draining { .. }))
                {
                    warn!(%slot, ?code, oom, "a slot ended by itself");
                }
                self.feed(Event::Died { slot });
            }
            RuntimeEvent::OutOfMemory { slot } => {
                self.parts.metrics.oom_kills.inc();
                tracing::info!(%slot, "the kernel killed a process of a slot for want of memory");
            }
            RuntimeEvent::EngineLost => {
                self.engine_lost("the container engine does not answer");
                list(self, true);
            }
            RuntimeEvent::EngineBack | RuntimeEvent::Missed { .. } => list(self, false),
        }
    }

    pub(super) fn engine_lost(&mut self, reason: &str) {
        if self.node.refusing().is_none() {
            error!(reason, "claims are refused");
        }
        self.feed(carrel_model::node::Event::EngineLost { reason: reason.to_owned() });
    }
}
