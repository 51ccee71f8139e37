//! Follows one agent: says hello whenever it (re)appears, then passes its status on.

use std::time::Duration;

use carrel_ids::SlotId;
use carrel_proto::agent::v1::{HelloRequest, Status, WatchStatusRequest};
use futures::{FutureExt as _, StreamExt as _};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tonic::Streaming;
use tracing::debug;

use super::{Input, report};
use crate::link::AgentChannel;

/// A round trip inside one machine; an agent that is starting answers within a second even on a busy one.
const HELLO_TIME: Duration = Duration::from_secs(5);
/// Between two attempts: an agent that restarts is greeted at once, one that only answers nonsense ever more rarely.
const PAUSE_FIRST: Duration = Duration::from_millis(20);
const PAUSE_MAX: Duration = Duration::from_secs(5);
/// An agent that was followed for this long was a good one.
const GOOD_FOR: Duration = Duration::from_secs(1);
/// The most often an agent's status is taken: a hostile one must not keep the core busy.
const STATUS_PAUSE: Duration = Duration::from_millis(25);
/// Statuses skipped at once in favour of a newer one.
const SKIPPED_MAX: usize = 256;
/// Characters of an agent's sentence that are passed on.
const DETAIL_MAX: usize = 500;

/// Runs for as long as the slot's link is open.
pub(super) async fn follow(
    slot: SlotId,
    mut channels: watch::Receiver<Option<AgentChannel>>,
    to: mpsc::Sender<Input>,
) {
    let mut pause = PAUSE_FIRST;
    loop {
        let channel = match channels.wait_for(Option::is_some).await {
            Ok(channel) => channel.clone(),
            Err(_) => return,
        };
        let Some(channel) = channel else { continue };
        let since = Instant::now();
        if let Err(status) = listen(&slot, &channel, &to).await {
            debug!(%slot, %status, "agent");
        }
        pause = if since.elapsed() >= GOOD_FOR { PAUSE_FIRST } else { (pause * 2).min(PAUSE_MAX) };
        tokio::time::sleep(pause).await;
    }
}

async fn listen(
    slot: &SlotId,
    channel: &AgentChannel,
    to: &mpsc::Sender<Input>,
) -> Result<(), tonic::Status> {
    let hello = tokio::time::timeout(HELLO_TIME, channel.control().hello(HelloRequest {}))
        .await
        .map_err(|_| tonic::Status::deadline_exceeded("no hello"))??
        .into_inner();
    report(to, Input::AgentUp { slot: slot.clone(), hello }).await;
    let mut statuses = channel.control().watch_status(WatchStatusRequest {}).await?.into_inner();
    while let Some(mut status) = newest(&mut statuses).await? {
        shorten(&mut status.detail);
        report(to, Input::Status { slot: slot.clone(), status }).await;
        tokio::time::sleep(STATUS_PAUSE).await;
    }
    Ok(())
}

/// The next status, or a newer one if it is here already.
async fn newest(statuses: &mut Streaming<Status>) -> Result<Option<Status>, tonic::Status> {
    let Some(first) = statuses.next().await else { return Ok(None) };
    let mut status = first?;
    for _ in 0..SKIPPED_MAX {
        match statuses.next().now_or_never() {
            Some(Some(newer)) => status = newer?,
            _ => break,
        }
    }
    Ok(Some(status))
}

fn shorten(text: &mut String) {
    if let Some((end, _)) = text.char_indices().nth(DETAIL_MAX) {
        text.truncate(end);
    }
}
