//! Everybody in a room moves a cursor once a second.

use std::time::{Duration, Instant};

use super::Scale;
use super::fleet::Fleet;
use super::target::{Kind, Target};
use super::yjs::{Said, entries};
use crate::error::CliError;

/// Rooms of these sizes.
pub(super) const SIZES: [usize; 2] = [300, 500];
/// Seconds before the count begins, and counted.
const WARM_UP: u32 = 2;
const SECONDS: u32 = 10;
/// Late moves still count as arrived; the CPU that they cost does not.
const LAST: Duration = Duration::from_secs(1);
const DOCUMENT: &str = "do-lively";

#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    /// Of one core, percent.
    pub(super) cpu: f64,
    /// Moves that arrived of those that should have, percent.
    pub(super) arrived: f64,
}

pub(super) fn run(kind: Kind, clients: usize, scale: Scale) -> Result<Outcome, CliError> {
    let clients = scale.count(clients);
    let target = Target::start(kind, scale.npm())?;
    target.create(&[DOCUMENT.to_owned()])?;
    let mut fleet = Fleet::new(&target)?;
    fleet.join(&vec![DOCUMENT.to_owned(); clients], false)?;
    let mut moves = 0;
    move_all(&mut fleet, clients, 0..WARM_UP, &mut moves)?;
    moves = 0;
    let (before, began) = (target.cpu()?, Instant::now());
    move_all(&mut fleet, clients, WARM_UP..WARM_UP + SECONDS, &mut moves)?;
    let used = target.cpu()?.since(before).total.as_secs_f64() / began.elapsed().as_secs_f64();
    let until = Instant::now() + LAST;
    while Instant::now() < until {
        take(&mut fleet, Duration::from_millis(50), &mut moves)?;
    }
    // Some servers bring a client its own moves too; the last ones may be counted before the first.
    let wanted = (clients * clients) as f64 * f64::from(SECONDS);
    Ok(Outcome { cpu: used * 100.0, arrived: (moves as f64 / wanted * 100.0).min(100.0) })
}

fn move_all(
    fleet: &mut Fleet<'_>,
    clients: usize,
    seconds: std::ops::Range<u32>,
    moves: &mut u64,
) -> Result<(), CliError> {
    let began = Instant::now();
    let first = seconds.start;
    for second in seconds {
        for client in 0..clients {
            // Spread over the second, as people are.
            let due = began
                + Duration::from_secs(1) * (second - first)
                + Duration::from_secs(1) * client as u32 / clients as u32;
            loop {
                let left = due.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                take(fleet, left, moves)?;
            }
            let message =
                fleet.target.dialect.awareness(DOCUMENT, 1_000 + client as u64, u64::from(second) + 1);
            fleet.send(client, &message)?;
        }
    }
    Ok(())
}

fn take(fleet: &mut Fleet<'_>, wait: Duration, moves: &mut u64) -> Result<(), CliError> {
    let dialect = fleet.target.dialect;
    fleet.turn(wait, &mut |_, message| {
        if let Said::Awareness(said) = dialect.read(message.bytes) {
            *moves += entries(said);
        }
    })
}
