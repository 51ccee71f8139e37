//! `load kill`: many sessions closed at one instant, until the last process is dead and the server has said so.

use std::collections::HashMap;
use std::time::Duration;

use bollard::query_parameters::ListContainersOptionsBuilder;
use carrel_proto::compute::v1::{ListNodesRequest, SetNodeDrainRequest};
use futures::{StreamExt, future};
use tokio::time::Instant;

use super::rack::{Rack, close, open_and_run};
use super::report::{Row, Target};
use super::{KILL_N, LoadArgs, peer};
use crate::error::{CliError, During};
use crate::out::Out;
use crate::progress::{spinner, steps};

/// Opens at once while the sessions are made.
const OPEN_AT_ONCE: usize = 8;
/// The label by which the runtime finds its slots on the engine.
const SLOT_LABEL: &str = "carrel.slot";
/// The engine takes about 60 ms per container to clean up.
const CLEAN_MAX: Duration = Duration::from_secs(120);
/// Between two looks at the engine.
const LOOK_EVERY: Duration = Duration::from_millis(50);

pub(super) async fn run(rack: &Rack, args: &LoadArgs, out: &Out) -> Result<Vec<Row>, CliError> {
    let count = args.n.unwrap_or(KILL_N);
    let bar = steps(out, "sessions", u64::from(count));
    let opened: Vec<_> = futures::stream::iter(0..count)
        .map(|_| open_and_run(&rack.server, ""))
        .buffer_unordered(OPEN_AT_ONCE)
        .inspect(|_| bar.inc(1))
        .collect()
        .await;
    bar.finish_and_clear();
    let opened: Vec<_> = opened.into_iter().collect::<Result<_, _>>()?;
    let slots: Vec<String> = opened.iter().map(|(session, _)| session.slot_id.clone()).collect();
    // Docker makes no new containers meanwhile, so the node must not refill either.
    drain(rack, true).await?;

    let line = spinner(out, "closing them all…");
    let started = Instant::now();
    let closed = future::join_all(opened.iter().map(|(session, _)| close(&rack.server, &session.id))).await;
    let ours = started.elapsed();
    closed.into_iter().collect::<Result<(), CliError>>()?;
    line.set_message("the engine cleans up…");
    let cleaned = cleaned_up(&slots, started).await;
    line.finish_and_clear();

    let theirs = if args.no_peer { None } else { Some(docker(args, count, out).await?) };
    drain(rack, false).await?;
    let peer = |took: Option<Duration>| took.map(|took| (peer::KILL_NAME, took.as_secs_f64()));
    let promise = Target::at_most(3.0 * f64::from(count) / f64::from(KILL_N)).and_times_faster(4.0);
    let what = format!("{count} slots: request → last process dead and said so");
    let mut rows = vec![Row::new(what, "s", ours.as_secs_f64(), peer(theirs), promise)];
    if let Some(cleaned) = cleaned {
        let what = format!("{count} slots: until the engine has cleaned up");
        rows.push(Row::new(what, "s", cleaned.as_secs_f64(), peer(theirs), Target::default()));
    }
    Ok(rows)
}

async fn docker(args: &LoadArgs, count: u32, out: &Out) -> Result<Duration, CliError> {
    let bar = steps(out, "Docker's containers", u64::from(count));
    let ids = peer::prepare(&args.image, count as usize, |made| bar.set_position(made as u64)).await;
    bar.finish_and_clear();
    let line = spinner(out, "docker rm -f…");
    let took = peer::remove(&ids?).await;
    line.finish_and_clear();
    took
}

async fn drain(rack: &Rack, drain: bool) -> Result<(), CliError> {
    let mut admin = rack.server.fm.node_admin.clone();
    let url = &rack.server.url;
    let nodes =
        admin.list_nodes(ListNodesRequest::default()).await.during(url, "list the nodes")?.into_inner().nodes;
    for node in nodes {
        let request = SetNodeDrainRequest { node_id: node.id, drain };
        admin.set_node_drain(request).await.during(url, "drain the nodes")?;
    }
    Ok(())
}

/// When the last of these slots is off the engine; `None` if the engine can't be asked or they are not on it.
async fn cleaned_up(slots: &[String], started: Instant) -> Option<Duration> {
    let engine = bollard::Docker::connect_with_local_defaults().ok()?;
    loop {
        let filters = HashMap::from([("label", vec![SLOT_LABEL])]);
        let options = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
        let found = engine.list_containers(Some(options)).await.ok()?;
        let left = found.iter().filter_map(|container| container.labels.as_ref()?.get(SLOT_LABEL));
        if !left.into_iter().any(|slot| slots.contains(slot)) {
            return Some(started.elapsed());
        }
        if started.elapsed() > CLEAN_MAX {
            return None;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
