//! What it costs to have something open on which nothing happens.

use super::Scale;
use super::fleet::Fleet;
use super::target::{Kind, Target};
use super::yjs::Typist;
use crate::error::CliError;

/// Connections and documents counted.
const COUNT: usize = 1_000;
/// Open before the count begins, so that what a server sets up once is not counted.
const WARM_UP: usize = 100;
/// In each document.
const TEXT: &[u8] =
    b"A note of a hundred letters or so: what somebody wrote down in a lesson, and left lying open there.";

/// Bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    /// One more connection to a document that is open.
    pub(super) connection: f64,
    /// One more open document, without the connection that keeps it open.
    pub(super) document: f64,
}

pub(super) fn run(kind: Kind, scale: Scale) -> Result<Outcome, CliError> {
    let count = scale.count(COUNT);
    let target = Target::start(kind, scale.npm())?;
    let shared = vec!["do-shared".to_owned(); WARM_UP + count];
    let warm: Vec<_> = (0..WARM_UP).map(|n| format!("do-warm{n}")).collect();
    let documents: Vec<_> = (0..count).map(|n| format!("do-idle{n}")).collect();
    target.create(&shared[..1])?;
    target.create(&warm)?;
    let mut fleet = Fleet::new(&target)?;
    fleet.join(&shared[..WARM_UP], false)?;
    open(&mut fleet, &warm)?;
    let before = target.memory(|time| fleet.idle(time))?;
    fleet.join(&shared[WARM_UP..], false)?;
    let connected = target.memory(|time| fleet.idle(time))?;
    target.create(&documents)?;
    open(&mut fleet, &documents)?;
    let opened = target.memory(|time| fleet.idle(time))?;
    let each = |from: u64, to: u64| to.saturating_sub(from) as f64 / count as f64;
    let connection = each(before, connected);
    Ok(Outcome { connection, document: each(connected, opened) - connection })
}

/// Opens documents and leaves a text in each.
fn open(fleet: &mut Fleet<'_>, documents: &[String]) -> Result<(), CliError> {
    for document in documents {
        fleet.join(std::slice::from_ref(document), false)?;
        let update = Typist::new(77).types(TEXT);
        let message = fleet.target.dialect.update(document, &update);
        fleet.send(fleet.len() - 1, &message)?;
    }
    Ok(())
}
