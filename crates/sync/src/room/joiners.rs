//! One computation of the state for all who join, however many they are.

use std::time::Duration;

use bytes::Bytes;
use yrs::StateVector;

use super::doc::Document;
use crate::wire;

/// Different states of knowledge remembered: newcomers have none, those of a cut connection share a few.
const STATES_MAX: usize = 4;
/// Updates sent after a remembered state before it is made anew: beyond, the many frames cost more than one encoding.
const UPDATES_MAX: usize = 64;
/// A smaller answer is computed faster than it is looked up, and idle documents shall remember nothing.
const ANSWER_MIN: usize = 4 * 1024;
/// A remembered state is as large as the document; it is forgotten when nobody has joined for so long.
const KEEP: Duration = Duration::from_secs(5);

struct Answer {
    vector: Bytes,
    step2: Bytes,
    /// Frames of the updates since.
    since: Vec<Bytes>,
}

/// Answers to sync step 1 that are still good.
#[derive(Default)]
pub(super) struct Joiners {
    answers: Vec<Answer>,
    used: bool,
    idle_since: Duration,
    /// For tests: how often the state was computed.
    pub(super) computed: u64,
}

impl Joiners {
    /// What brings somebody with this vector up to date.
    pub(super) fn frames(&mut self, doc: &Document, vector: &Bytes, has: &StateVector) -> Vec<Bytes> {
        self.used = true;
        if let Some(answer) = self.answers.iter().find(|answer| answer.vector == vector) {
            return std::iter::once(&answer.step2).chain(&answer.since).cloned().collect();
        }
        self.computed += 1;
        let step2 = wire::step2(&doc.diff(has));
        if step2.len() >= ANSWER_MIN {
            if self.answers.len() >= STATES_MAX {
                self.answers.remove(0);
            }
            let vector = Bytes::copy_from_slice(vector);
            self.answers.push(Answer { vector, step2: step2.clone(), since: Vec::new() });
        }
        vec![step2]
    }

    /// The document has changed by this frame.
    pub(super) fn edited(&mut self, frame: &Bytes) {
        self.answers.retain(|answer| answer.since.len() < UPDATES_MAX);
        for answer in &mut self.answers {
            answer.since.push(frame.clone());
        }
    }

    /// When to forget, if there is anything.
    pub(super) fn forget_at(&self) -> Option<Duration> {
        (!self.answers.is_empty()).then_some(self.idle_since + KEEP)
    }

    /// Forgets what nobody asks for.
    pub(super) fn tick(&mut self, now: Duration) {
        if std::mem::take(&mut self.used) || self.answers.is_empty() {
            self.idle_since = now;
        } else if now >= self.idle_since + KEEP {
            self.answers = Vec::new();
        }
    }
}
