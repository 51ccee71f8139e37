//! `load storm`: many opens at one instant, each on its own warm slot.

use std::time::Duration;

use futures::stream::FuturesUnordered;
use futures::{StreamExt, future};

use super::rack::{Rack, close, open_and_run};
use super::report::{Row, Target, percentile};
use super::{LoadArgs, STORM_N, peer};
use crate::error::CliError;
use crate::out::Out;
use crate::progress::{spinner, steps};

pub(super) async fn run(rack: &Rack, args: &LoadArgs, out: &Out) -> Result<Vec<Row>, CliError> {
    let count = args.n.unwrap_or(STORM_N);
    // Loads what the first open of a process loads, and gives the slot back.
    let (first, _) = open_and_run(&rack.server, "").await?;
    close(&rack.server, &first.id).await?;
    rack.wait_warm(count, |_| {}).await?;

    let bar = steps(out, "opens at once", u64::from(count));
    let mut opens: FuturesUnordered<_> = (0..count).map(|_| open_and_run(&rack.server, "")).collect();
    let (mut ours, mut ids, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(opened) = opens.next().await {
        bar.inc(1);
        match opened {
            Ok((session, took)) => {
                ours.push(took);
                ids.push(session.id);
            }
            Err(error) => failed.push(error),
        }
    }
    bar.finish_and_clear();
    if let Some(first) = failed.first() {
        out.warn(format!("{} of {count} opens failed; the first: {first}", failed.len()));
    }
    let line = spinner(out, "closing them…");
    let closed = future::join_all(ids.iter().map(|id| close(&rack.server, id))).await;
    closed.into_iter().collect::<Result<(), CliError>>()?;
    rack.wait_warm(count, |_| {}).await?;
    line.finish_and_clear();

    let mut theirs: Vec<Duration> = Vec::new();
    if !args.no_peer {
        let line = spinner(out, "Docker doing the same…");
        let runs = future::join_all((0..count).map(|_| peer::run_true(&args.image))).await;
        line.finish_and_clear();
        theirs = runs.into_iter().collect::<Result<_, _>>()?;
    }
    let name = format!("{} at once", peer::RUN_NAME);
    let mut row = |percent: f64, target| {
        let peer = (!theirs.is_empty()).then(|| (name.as_str(), percentile(&mut theirs, percent)));
        let what = format!("{count} opens at once, p{percent}");
        Row::new(what, "ms", percentile(&mut ours, percent), peer, target)
    };
    let mut rows = vec![row(50.0, Target::default()), row(99.0, Target::at_most(490.0))];
    rows.push(Row::new("opens that failed", "opens", failed.len() as f64, None, Target::at_most(0.0)));
    Ok(rows)
}
