//! How long an edit takes to be on disk: a promise that only ours makes, so the disk alone is its peer.

use std::collections::VecDeque;
use std::io::Write as _;
use std::time::{Duration, Instant};

use super::Scale;
use super::fleet::Fleet;
use super::target::{Kind, Target};
use super::yjs::{Said, Typist};
use crate::error::{CliError, Doing};
use crate::load::report::percentile;

/// Writers, each at a document of its own, and edits a second of them all.
const WRITERS: usize = 20;
pub(super) const PER_SECOND: u32 = 1_000;
const SECONDS: usize = 10;
/// What has not been acknowledged by then is lost.
const LAST_MAX: Duration = Duration::from_secs(60);
/// The disk alone: appends of so many bytes, each synced.
const APPENDS: usize = 500;
const APPEND_BYTES: usize = 128;

#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    /// Milliseconds from the writer's socket to "saved".
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) unacknowledged: f64,
    /// Milliseconds of an append and a sync without anything around.
    pub(super) disk_p50: f64,
    pub(super) disk_p99: f64,
}

struct Writer {
    typist: Typist,
    /// When each edit that is not acknowledged was sent.
    waiting: VecDeque<Instant>,
    /// Edits acknowledged. The answer to the server's own step 1 counts as the first.
    saved: u64,
}

pub(super) fn run(scale: Scale) -> Result<Outcome, CliError> {
    let (mut disk, count) = (disk(scale)?, scale.count(PER_SECOND as usize * SECONDS));
    let target = Target::start(Kind::Ours, None)?;
    let documents: Vec<_> = (0..WRITERS).map(|n| format!("do-saved{n}")).collect();
    target.create(&documents)?;
    let mut fleet = Fleet::new(&target)?;
    fleet.join(&documents, true)?;
    fleet.idle(Duration::from_millis(500))?;
    let new = |n| Writer { typist: Typist::new(50 + n as u64), waiting: VecDeque::new(), saved: 1 };
    let mut writers: Vec<_> = (0..WRITERS).map(new).collect();
    let mut latencies = Vec::with_capacity(count);
    let began = Instant::now();
    for number in 0..count {
        let due = began + Duration::from_secs(1) * number as u32 / PER_SECOND;
        loop {
            let left = due.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            take(&mut fleet, &mut writers, &mut latencies, left)?;
        }
        let who = number % WRITERS;
        let update = writers[who].typist.marked(number as u32);
        let message = target.dialect.update(&documents[who], &update);
        writers[who].waiting.push_back(Instant::now());
        fleet.send(who, &message)?;
    }
    let deadline = Instant::now() + LAST_MAX;
    while latencies.len() < count && Instant::now() < deadline {
        take(&mut fleet, &mut writers, &mut latencies, Duration::from_millis(50))?;
    }
    Ok(Outcome {
        p50: percentile(&mut latencies, 50.0),
        p99: percentile(&mut latencies, 99.0),
        unacknowledged: (count - latencies.len()) as f64,
        disk_p50: percentile(&mut disk, 50.0),
        disk_p99: percentile(&mut disk, 99.0),
    })
}

fn take(
    fleet: &mut Fleet<'_>,
    writers: &mut [Writer],
    latencies: &mut Vec<Duration>,
    wait: Duration,
) -> Result<(), CliError> {
    let dialect = fleet.target.dialect;
    fleet.turn(wait, &mut |from, message| {
        let Said::Saved(count) = dialect.read(message.bytes) else { return };
        let (now, writer) = (Instant::now(), &mut writers[from]);
        while writer.saved < count
            && let Some(sent) = writer.waiting.pop_front()
        {
            writer.saved += 1;
            latencies.push(now - sent);
        }
    })
}

fn disk(scale: Scale) -> Result<Vec<Duration>, CliError> {
    let work = || {
        let mut file = tempfile::NamedTempFile::new()?;
        let mut one = || {
            let began = Instant::now();
            file.write_all(&[7; APPEND_BYTES])?;
            file.as_file().sync_data()?;
            Ok(began.elapsed())
        };
        (0..scale.count(APPENDS)).map(|_| one()).collect::<std::io::Result<Vec<_>>>()
    };
    work().doing("measure the disk")
}
