//! Watches the engine: tells exits, shortage of memory, and the engine's own going and coming.
//!
//! The engine's event stream is taken as a hint, its listing as the truth: after every (re)connection all slots are
//! listed, and exits that happened meanwhile are told then.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bollard::models::EventMessage;
use bollard::query_parameters::EventsOptions;
use carrel_ids::SlotId;
use futures::StreamExt;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, sleep_until};

use super::Inner;
use super::container::{LABEL_NODE, LABEL_SLOT};
use super::engine::PING;
use super::table::Ending;
use crate::{FoundState, RuntimeError, RuntimeEvent};

/// An engine that restarts is back within seconds.
const RETRY_FIRST: Duration = Duration::from_millis(100);
/// Its absence is refused work, so look often.
const RETRY_AT_MOST: Duration = Duration::from_secs(2);
/// A hung engine keeps its stream open and says nothing: ask.
const PING_EVERY: Duration = Duration::from_secs(5);
/// The kernel's word that it killed for want of memory comes within milliseconds of the end, before or after.
const OOM_WORD_LIMIT: Duration = Duration::from_millis(250);
/// Events are asked for from a little before the last listing on.
const OVERLAP: Duration = Duration::from_secs(1);
/// Ends that wait for that word; past it the oldest is told without.
const WAITING_MAX: usize = 256;

/// Never returns; dropped with the driver.
pub(super) async fn run(inner: Arc<Inner>) {
    let mut pause = RETRY_FIRST;
    loop {
        match connect(&inner).await {
            Ok(since) => {
                if inner.lost.swap(false, Ordering::Relaxed) {
                    tracing::info!("the engine is back");
                    inner.hub.send(RuntimeEvent::EngineBack);
                }
                pause = RETRY_FIRST;
                follow(&inner, since).await;
                // A stream that ends at once must not become a busy loop.
                sleep(RETRY_FIRST).await;
            }
            Err(error) => {
                if !inner.lost.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, "the engine is gone");
                    inner.hub.send(RuntimeEvent::EngineLost);
                }
                sleep(pause).await;
                pause = (pause * 2).min(RETRY_AT_MOST);
            }
        }
    }
}

/// Takes stock. The answer is the time before that, from which on events are needed, as the engine wants it.
async fn connect(inner: &Inner) -> Result<String, RuntimeError> {
    // The engine is on this machine, so its clock is ours. What is heard twice is told once.
    let now = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    inner.info().await?;
    inner.survey().await?;
    Ok(now.saturating_sub(OVERLAP).as_secs().to_string())
}

/// Ends that look like the kernel's doing, oldest first.
type Waiting = Vec<(Instant, SlotId)>;

/// Reads events until the stream ends or the engine stops answering.
async fn follow(inner: &Inner, since: String) {
    let Ok(client) = inner.engine.client() else { return };
    let filters = [
        ("type".to_owned(), vec!["container".to_owned()]),
        ("event".to_owned(), vec!["die".to_owned(), "oom".to_owned(), "destroy".to_owned()]),
        ("label".to_owned(), vec![format!("{LABEL_NODE}={}", inner.node)]),
    ];
    let options = EventsOptions { since: Some(since), until: None, filters: Some(filters.into()) };
    let mut events = Box::pin(client.events(Some(options)));
    let mut pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut waiting = Waiting::new();
    loop {
        let due = waiting.first().map(|(at, _)| *at);
        tokio::select! {
            event = events.next() => match event {
                Some(Ok(event)) => take(inner, &event, &mut waiting),
                Some(Err(error)) => {
                    tracing::warn!(%error, "the engine's event stream broke");
                    break;
                }
                None => break,
            },
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                let (_, slot) = waiting.remove(0);
                settle(inner, &slot).await;
            }
            _ = pings.tick() => {
                let ping = inner.engine.call(PING, "the engine", |client| async move { client.ping().await });
                if ping.await.is_err() {
                    break;
                }
            }
        }
    }
    for (_, slot) in waiting {
        settle(inner, &slot).await;
    }
}

fn take(inner: &Inner, event: &EventMessage, waiting: &mut Waiting) {
    let Some(actor) = &event.actor else { return };
    let Some(attributes) = &actor.attributes else { return };
    let slot = attributes.get(LABEL_SLOT).and_then(|text| text.parse::<SlotId>().ok());
    let (Some(slot), Some(container)) = (slot, &actor.id) else { return };
    match event.action.as_deref() {
        Some("oom") => {
            if let Some(event) = inner.table.out_of_memory(&slot, Instant::now()) {
                inner.hub.send(event);
            }
        }
        Some("die") => {
            let code = attributes.get("exitCode").and_then(|code| code.parse().ok()).unwrap_or(-1);
            match inner.table.ended(&slot, container, code) {
                Ending::Tell(event) => inner.hub.send(event),
                Ending::Suspicious if waiting.len() < WAITING_MAX => {
                    waiting.push((Instant::now() + OOM_WORD_LIMIT, slot));
                }
                Ending::Suspicious => {
                    if let Some(event) = inner.table.ended_after_all(&slot, false) {
                        inner.hub.send(event);
                    }
                }
                Ending::Old => {}
            }
        }
        // Removed by hand, with or without a `die` before it.
        Some("destroy") => {
            if let Some(event) = inner.table.vanished_container(&slot, container) {
                inner.hub.send(event);
            }
        }
        _ => {}
    }
}

/// The time for the kernel's word is over: the engine may have noted it.
async fn settle(inner: &Inner, slot: &SlotId) {
    let noted = match inner.inspect(slot).await {
        Ok(Some(seen)) => matches!(seen.state, FoundState::Dead { oom: true, .. }),
        _ => false,
    };
    if let Some(event) = inner.table.ended_after_all(slot, noted) {
        inner.hub.send(event);
    }
}
