//! One writer and many who watch: how long an edit takes to each of them, what it costs the server, whether it arrives.

use std::time::{Duration, Instant};

use super::Scale;
use super::fleet::Fleet;
use super::target::{Kind, Target};
use super::yjs::{Said, Typist, marks};
use crate::error::CliError;
use crate::load::report::percentile;

/// How many observers, and how many edits at how many a second: each run takes some seconds and delivers enough for
/// the kernel's ticks to add up.
pub(super) const SIZES: [Size; 3] = [
    Size { observers: 10, edits: 2_400, per_second: 400 },
    Size { observers: 100, edits: 1_000, per_second: 100 },
    Size { observers: 1_500, edits: 200, per_second: 20 },
];
/// Edits before the count begins: code is compiled, buffers are there.
const WARM_UP: u32 = 40;
/// After the last edit; what has not come by then is lost.
const LAST_MAX: Duration = Duration::from_secs(60);
/// The writer's id. Its digits look like no mark.
const WRITER: u64 = 1_000_001;
const DOCUMENT: &str = "do-observed";

#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) observers: usize,
    edits: u32,
    per_second: u32,
}

/// What one server did.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    /// Milliseconds from the writer's socket to an observer's.
    pub(super) p50: f64,
    pub(super) p99: f64,
    /// Microseconds for each edit and observer.
    pub(super) cpu: f64,
    pub(super) user: f64,
    /// Of all the edits that each observer should have got.
    pub(super) lost: f64,
    /// Messages that held several edits.
    pub(super) merged: f64,
}

struct Counts {
    sent: Vec<Option<Instant>>,
    latencies: Vec<Duration>,
    /// The edits that each observer has had.
    had: Vec<u32>,
    merged: u64,
    /// Numbers below are the warm-up's.
    from: u32,
}

impl Counts {
    fn took(&mut self, observer: usize, update: &[u8]) {
        let now = Instant::now();
        let mut in_this = 0;
        for mark in marks(update) {
            in_this += 1;
            if let Some(Some(sent)) = self.sent.get(mark as usize)
                && mark >= self.from
            {
                self.latencies.push(now - *sent);
                self.had[observer] += 1;
            }
        }
        self.merged += u64::from(in_this > 1);
    }
}

/// Measures one server.
pub(super) fn run(kind: Kind, size: Size, scale: Scale) -> Result<Outcome, CliError> {
    let observers = scale.count(size.observers);
    let edits = scale.count(size.edits as usize) as u32;
    let kind = if let Kind::Floor(_) = kind { Kind::Floor(observers) } else { kind };
    let target = Target::start(kind, scale.npm())?;
    target.create(&[DOCUMENT.to_owned()])?;
    let mut fleet = Fleet::new(&target)?;
    // The writer first: the floor takes its first connection for it.
    let all = vec![DOCUMENT.to_owned(); 1 + observers];
    if let Kind::Floor(_) = kind {
        all.iter().try_for_each(|document| fleet.connect(document, false).map(drop))?;
    } else {
        fleet.join(&all, false)?;
    }
    let mut counts = Counts {
        sent: vec![None; (WARM_UP + edits) as usize],
        latencies: Vec::with_capacity(observers * edits as usize),
        had: vec![0; 1 + observers],
        merged: 0,
        from: WARM_UP,
    };
    let mut typist = Typist::new(WRITER);
    write(&mut fleet, &mut typist, &mut counts, 0..WARM_UP, size.per_second)?;
    fleet.idle(Duration::from_millis(300))?;
    counts.merged = 0;
    let before = target.cpu()?;
    write(&mut fleet, &mut typist, &mut counts, WARM_UP..WARM_UP + edits, size.per_second)?;
    settle(&mut fleet, &mut counts, observers, edits)?;
    let used = target.cpu()?.since(before);
    let wanted = observers as f64 * f64::from(edits);
    let arrived: f64 = counts.had[1..].iter().map(|had| f64::from(*had)).sum();
    Ok(Outcome {
        p50: percentile(&mut counts.latencies, 50.0),
        p99: percentile(&mut counts.latencies, 99.0),
        cpu: used.total.as_secs_f64() * 1e6 / wanted,
        user: used.user.as_secs_f64() * 1e6 / wanted,
        lost: wanted - arrived,
        merged: counts.merged as f64,
    })
}

/// Sends edits, each at its time, and takes what comes meanwhile.
fn write(
    fleet: &mut Fleet<'_>,
    typist: &mut Typist,
    counts: &mut Counts,
    numbers: std::ops::Range<u32>,
    per_second: u32,
) -> Result<(), CliError> {
    let (began, first) = (Instant::now(), numbers.start);
    for number in numbers {
        let due = began + Duration::from_secs(1) / per_second * (number - first);
        loop {
            let left = due.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            take(fleet, counts, left)?;
        }
        let message = fleet.target.dialect.update(DOCUMENT, &typist.marked(number));
        counts.sent[number as usize] = Some(Instant::now());
        fleet.send(0, &message)?;
    }
    Ok(())
}

fn take(fleet: &mut Fleet<'_>, counts: &mut Counts, wait: Duration) -> Result<(), CliError> {
    let dialect = fleet.target.dialect;
    fleet.turn(wait, &mut |from, message| {
        // Some servers send the writer its own edits back.
        if let Said::Update(update) = dialect.read(message.bytes)
            && from > 0
        {
            counts.took(from, update);
        }
    })
}

fn settle(fleet: &mut Fleet<'_>, counts: &mut Counts, observers: usize, edits: u32) -> Result<(), CliError> {
    let deadline = Instant::now() + LAST_MAX;
    let wanted = observers * edits as usize;
    while counts.latencies.len() < wanted && Instant::now() < deadline {
        take(fleet, counts, Duration::from_millis(50))?;
    }
    Ok(())
}
