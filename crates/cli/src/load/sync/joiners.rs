//! Many who open the same large document at one instant.

use std::time::{Duration, Instant};

use super::Scale;
use super::fleet::Fleet;
use super::target::{Kind, Target};
use super::yjs::{Said, Typist};
use crate::error::CliError;

pub(super) const JOINERS: usize = 150;
/// The document's text, and the edits it is made of.
pub(super) const DOCUMENT_BYTES: usize = 20_000_000;
const EDIT_BYTES: usize = 50_000;
const DOCUMENT: &str = "do-large";
/// A server may remember what it gave the one who looked whether the document is there; this is long enough to forget.
const FORGET: Duration = Duration::from_secs(7);
/// Who has not got it by now never will.
const JOIN_MAX: Duration = Duration::from_secs(180);

#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    /// Until the last has all of it.
    pub(super) seconds: f64,
    /// The most memory used above what was used before, as a multiple of the document.
    pub(super) memory: f64,
    /// Who did not get it, or not all of it.
    pub(super) failed: f64,
}

pub(super) fn run(kind: Kind, scale: Scale) -> Result<Outcome, CliError> {
    let (joiners, size) = (scale.count(JOINERS), scale.count(DOCUMENT_BYTES));
    let target = Target::start(kind, scale.npm())?;
    target.create(&[DOCUMENT.to_owned()])?;
    fill(&target, size)?;
    let mut fleet = Fleet::new(&target)?;
    for _ in 0..joiners {
        fleet.connect(DOCUMENT, false)?;
    }
    fleet.idle(FORGET)?;
    let before = target.memory(|time| fleet.idle(time))?;
    target.peak()?;
    let began = Instant::now();
    (0..joiners).try_for_each(|number| fleet.ask(number))?;
    let mut has = vec![false; joiners];
    let mut last = began;
    let dialect = target.dialect;
    while has.iter().any(|has| !has) && began.elapsed() < JOIN_MAX {
        fleet.turn(Duration::from_millis(50), &mut |from, message| {
            if dialect.read(message.bytes) == Said::Step2 && message.length >= size {
                has[from] = true;
                last = Instant::now();
            }
        })?;
    }
    let most = target.peak()?;
    Ok(Outcome {
        seconds: (last - began).as_secs_f64(),
        memory: most.saturating_sub(before) as f64 / size as f64,
        failed: has.iter().filter(|has| !**has).count() as f64,
    })
}

/// Writes the document and waits until a newcomer gets all of it.
fn fill(target: &Target, size: usize) -> Result<(), CliError> {
    let mut fleet = Fleet::new(target)?;
    fleet.join(&[DOCUMENT.to_owned()], false)?;
    let mut typist = Typist::new(5);
    let text: Vec<u8> =
        b"All work and no play makes a dull document. ".iter().copied().cycle().take(EDIT_BYTES).collect();
    for _ in 0..size.div_ceil(EDIT_BYTES) {
        let message = target.dialect.update(DOCUMENT, &typist.types(&text));
        fleet.send(0, &message)?;
        fleet.turn(Duration::ZERO, &mut |_, _| {})?;
    }
    let began = Instant::now();
    let mut largest = 0;
    while largest < size {
        let mut looker = Fleet::new(target)?;
        let number = looker.connect(DOCUMENT, false)?;
        looker.ask(number)?;
        let asked = Instant::now();
        let mut is_answered = false;
        while !is_answered && asked.elapsed() < JOIN_MAX {
            fleet.turn(Duration::ZERO, &mut |_, _| {})?;
            looker.turn(Duration::from_millis(10), &mut |_, message| {
                if target.dialect.read(message.bytes) == Said::Step2 {
                    is_answered = true;
                    largest = message.length;
                }
            })?;
        }
        if began.elapsed() >= JOIN_MAX {
            let what = format!("{} holds {largest} of {size} bytes of a document", target.name);
            return Err(CliError::failed(what, "a limit of the server's may be too small for this load"));
        }
    }
    Ok(())
}
