//! What the parts share about one slot: who holds it, what passed through it, when it must let go.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use carrel_ids::{SessionId, SlotId, UserId};
use carrel_model::{Egress, Fence};
use carrel_proto::compute::v1::Usage;
use tokio::sync::watch;

use crate::egress::GitCredential;

/// Bytes that passed, counted where they pass.
#[derive(Debug, Default)]
pub struct Meter {
    /// From users to the slot.
    pub tunnel_in: Arc<AtomicU64>,
    /// From the slot to users.
    pub tunnel_out: Arc<AtomicU64>,
    /// Between the slot and what it may reach, both ways.
    pub egress: Arc<AtomicU64>,
}

impl Meter {
    /// All three figures: tunnel in, tunnel out, egress.
    pub fn read(&self) -> (u64, u64, u64) {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        (read(&self.tunnel_in), read(&self.tunnel_out), read(&self.egress))
    }
}

/// Why a websocket is closed from our side, with the close code that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Close {
    /// The session is over.
    Released,
    /// The user's token is over or was revoked.
    TokenOver,
    /// This daemon stops; the session goes on.
    GoingAway,
}

impl Close {
    /// The websocket close code and its reason.
    pub const fn code(self) -> (u16, &'static str) {
        match self {
            Self::Released => (4410, "session closed"),
            Self::TokenOver => (4401, "token expired"),
            Self::GoingAway => (1001, "server going away"),
        }
    }
}

/// One claim as the parts outside the core see it.
#[derive(Debug)]
pub struct Binding {
    /// The session.
    pub session: SessionId,
    /// Its fence.
    pub fence: Fence,
    /// Whose it is.
    pub user: UserId,
    /// What it may reach.
    pub egress: Egress,
    /// For git through the proxy.
    pub credential: GitCredential,
    /// Set once, when the claim is over.
    closing: watch::Sender<bool>,
}

impl Binding {
    /// A claim that has just been made.
    pub fn new(
        session: SessionId,
        fence: Fence,
        user: UserId,
        egress: Egress,
        credential: GitCredential,
    ) -> Self {
        Self { session, fence, user, egress, credential, closing: watch::Sender::new(false) }
    }

    /// Ends everything that runs under this claim.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Waits until the claim is over.
    pub async fn closed(&self) {
        // The sender lives as long as `self`, so this can't fail before the value is there.
        let _ = self.closing.subscribe().wait_for(|over| *over).await;
    }
}

/// One slot, shared between the core (which writes), the tunnel and the proxy.
#[derive(Debug)]
pub struct SlotShared {
    /// Its id.
    pub id: SlotId,
    /// What passed through it.
    pub meter: Meter,
    binding: RwLock<Option<Arc<Binding>>>,
    usage: Mutex<Usage>,
}

impl SlotShared {
    /// A slot that nobody holds.
    pub fn new(id: SlotId) -> Self {
        Self { id, meter: Meter::default(), binding: RwLock::default(), usage: Mutex::default() }
    }

    /// Who holds it now.
    pub fn binding(&self) -> Option<Arc<Binding>> {
        self.binding.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts a claim on it.
    pub fn bind(&self, binding: Arc<Binding>) {
        *self.binding.write().unwrap_or_else(PoisonError::into_inner) = Some(binding);
    }

    /// Takes the claim off it and ends what runs under it.
    pub fn unbind(&self) {
        let taken = self.binding.write().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(binding) = taken {
            binding.close();
        }
    }

    /// The last measurement, with the counters of this moment.
    pub fn usage(&self) -> Usage {
        let mut usage = *self.usage.lock().unwrap_or_else(PoisonError::into_inner);
        (usage.tunnel_in_bytes, usage.tunnel_out_bytes, usage.egress_bytes) = self.meter.read();
        usage
    }

    /// Puts down a measurement.
    pub fn measured(&self, usage: Usage) {
        *self.usage.lock().unwrap_or_else(PoisonError::into_inner) = usage;
    }
}
