//! Which node gets a session.

use carrel_ids::NodeId;

use crate::SlotClass;

/// What placement knows of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The node.
    pub node: NodeId,
    /// It reports, works and accepts claims.
    pub accepts: bool,
    /// Warm slots that no claim is under way for, by class.
    pub standard_free: u32,
    /// The same for burst slots.
    pub burst_free: u32,
    /// Sessions it holds; fewer is better among equals.
    pub held: u32,
}

impl Candidate {
    /// Free warm slots of a class.
    pub fn free(&self, class: SlotClass) -> u32 {
        match class {
            SlotClass::Standard => self.standard_free,
            SlotClass::Burst => self.burst_free,
        }
    }
}

/// The node with the most free warm slots of the class; among equals the one that holds the fewest sessions, then
/// the first by name, so that the answer depends on nothing else. `None`: no node has one.
///
/// Most-free spreads sessions over the rack: a node that is lost takes the fewest with it, and the pools that refill
/// are the ones with the most room.
pub fn choose<'a>(
    candidates: impl IntoIterator<Item = &'a Candidate>,
    class: SlotClass,
    tried: &[NodeId],
) -> Option<&'a NodeId> {
    candidates
        .into_iter()
        .filter(|candidate| {
            candidate.accepts && candidate.free(class) > 0 && !tried.contains(&candidate.node)
        })
        .min_by(|a, b| {
            let by_free = b.free(class).cmp(&a.free(class));
            by_free.then(a.held.cmp(&b.held)).then_with(|| a.node.cmp(&b.node))
        })
        .map(|candidate| &candidate.node)
}
