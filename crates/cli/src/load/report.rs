//! What a scenario found, as a table or as one JSON object.

use std::process::Command;
use std::time::Duration;

use serde::Serialize;

use crate::out::{Cell, Out, Style, render_table};

/// A scenario's result.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// As the command calls it: "open", "tunnel", ….
    pub scenario: String,
    /// The commit it was measured at, if the command runs in its repository.
    pub commit: String,
    /// What was measured.
    pub rows: Vec<Row>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// What.
    pub what: String,
    /// Its unit.
    pub unit: &'static str,
    /// Ours.
    pub ours: f64,
    /// The peer's in the same run.
    pub peer: Option<f64>,
    /// Who that is.
    pub peer_name: String,
    /// How many times faster we are: the peer's over ours.
    pub ratio: Option<f64>,
    /// What was promised.
    pub target: String,
    /// Whether it was kept.
    pub holds: bool,
}

/// A promise about one figure.
#[derive(Debug, Clone, Copy, Default)]
pub struct Target {
    /// At most this.
    pub at_most: Option<f64>,
    /// At least so many times faster than the peer.
    pub times_faster: Option<f64>,
    /// At most so many times the peer's figure, where the peer is what nobody can do better.
    pub times_peer: Option<f64>,
}

impl Target {
    /// At most this.
    pub fn at_most(limit: f64) -> Self {
        Self { at_most: Some(limit), ..Self::default() }
    }

    /// And so many times faster than the peer.
    pub fn and_times_faster(self, times: f64) -> Self {
        Self { times_faster: Some(times), ..self }
    }

    /// And no more than so many times what the peer needs.
    pub fn and_times_peer(self, times: f64) -> Self {
        Self { times_peer: Some(times), ..self }
    }
}

impl Row {
    /// A figure against its peer and its promise.
    pub fn new(
        what: impl Into<String>,
        unit: &'static str,
        ours: f64,
        peer: Option<(&str, f64)>,
        target: Target,
    ) -> Self {
        let ratio = peer.filter(|_| ours > 0.0).map(|(_, peer)| round(peer / ours));
        let mut promises = Vec::new();
        let mut holds = true;
        if let Some(limit) = target.at_most {
            promises.push(format!("≤ {limit} {unit}"));
            holds &= ours <= limit;
        }
        if let Some(times) = target.times_faster {
            promises.push(format!("≥ {times} × faster"));
            holds &= ratio.is_none_or(|ratio| ratio >= times);
        }
        if let (Some(times), Some((name, peer))) = (target.times_peer, peer) {
            promises.push(format!("≤ {times} × {name}"));
            holds &= ours <= times * peer;
        }
        Self {
            what: what.into(),
            unit,
            ours: round(ours),
            peer: peer.map(|(_, peer)| round(peer)),
            peer_name: peer.map(|(name, _)| name.to_owned()).unwrap_or_default(),
            ratio,
            target: promises.join(", "),
            holds,
        }
    }
}

impl Report {
    /// For people.
    pub fn text(&self, out: &Out) -> String {
        let number = |value: Option<f64>| value.map_or_else(|| "-".into(), |value| value.to_string());
        let rows: Vec<Vec<Cell>> = self
            .rows
            .iter()
            .map(|row| {
                let verdict = match (row.target.is_empty(), row.holds) {
                    (true, _) => Cell::plain("-"),
                    (false, true) => Cell("holds".into(), Style::Good),
                    (false, false) => Cell("missed".into(), Style::Bad),
                };
                vec![
                    Cell(row.what.clone(), Style::Bold),
                    Cell::plain(format!("{} {}", row.ours, row.unit)),
                    Cell::plain(row.peer.map_or_else(|| "-".into(), |peer| format!("{peer} {}", row.unit))),
                    Cell::plain(number(row.ratio)),
                    Cell::plain(row.target.clone()),
                    verdict,
                    Cell(row.peer_name.clone(), Style::Dim),
                ]
            })
            .collect();
        let heading = ["WHAT", "OURS", "PEER", "× FASTER", "TARGET", "", "PEER IS"];
        let commit = if self.commit.is_empty() { String::new() } else { format!(" at {}", self.commit) };
        format!(
            "{}{commit}\n{}",
            self.scenario,
            render_table(out.paint(Style::Bold, "x") != "x", &heading, &rows)
        )
    }
}

/// Three figures are enough for a machine that is never quiet.
fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Milliseconds at a percentile (nearest rank); the samples are sorted on the way.
pub fn percentile(samples: &mut [Duration], percent: f64) -> f64 {
    if samples.is_empty() {
        return 0.0;
    }
    samples.sort_unstable();
    let rank = (percent / 100.0 * samples.len() as f64).ceil() as usize;
    samples[rank.clamp(1, samples.len()) - 1].as_secs_f64() * 1000.0
}

/// The commit of the repository the command runs in.
pub fn commit() -> String {
    let output = Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).output();
    match output {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::out::ColorChoice;

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let mut samples: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(&mut samples, 50.0), 50.0);
        assert_eq!(percentile(&mut samples, 99.0), 99.0);
        assert_eq!(percentile(&mut samples[..1], 99.0), 1.0);
        assert_eq!(percentile(&mut [], 50.0), 0.0);
    }

    #[test]
    fn a_report_has_the_agreed_shape() {
        let rows = vec![
            Row::new("open, p50", "ms", 38.204, Some(("docker run", 290.0)), Target::at_most(40.0)),
            Row::new(
                "clone, p50",
                "ms",
                120.0,
                Some(("docker run", 360.0)),
                Target::at_most(100.0).and_times_faster(5.0),
            ),
            Row::new("failed", "opens", 0.0, None, Target::at_most(0.0)),
            Row::new("cleaned up", "s", 2.0, None, Target::default()),
        ];
        let report = Report { scenario: "open".into(), commit: "0123456789ab".into(), rows };
        let json = serde_json::to_string_pretty(&report).expect("JSON");
        assert_eq!(json, include_str!("../../tests/golden/load.json").trim_end());
        let text = report.text(&Out::new(false, ColorChoice::Never));
        assert_eq!(text, include_str!("../../tests/golden/load.txt").trim_end());
    }
}
