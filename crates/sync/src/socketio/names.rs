//! The namespaces in use. The library makes one for every name that is asked for, and keeps it; whoever asks for a
//! million of them would fill the memory. Here each goes with the last socket that needs it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;

/// The namespaces, with how many need them.
#[derive(Clone, Default)]
pub(super) struct Names(Arc<Inner>);

#[derive(Default)]
struct Inner {
    io: OnceLock<SocketIo>,
    counts: Mutex<HashMap<String, usize>>,
}

/// One need of a namespace.
pub(super) struct Named(Names, String);

impl Names {
    /// Whose namespaces they are; once.
    pub(super) fn of(&self, io: SocketIo) {
        let _ = self.0.io.set(io);
    }

    pub(super) fn hold(&self, name: &str) -> Named {
        let mut counts = self.0.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(name.to_owned()).or_default() += 1;
        Named(self.clone(), name.to_owned())
    }

    /// Whether events of this socket arrive: its namespace may have gone between the client's asking and our hearing.
    pub(super) fn is_known(&self, socket: &SocketRef) -> bool {
        let namespace = self.0.io.get().and_then(|io| io.of(socket.ns()));
        namespace.is_some_and(|namespace| namespace.get_socket(socket.id).is_some())
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        let Self(names, name) = self;
        let mut counts = names.0.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(count) = counts.get_mut(name) else { return };
        *count -= 1;
        if *count == 0 {
            counts.remove(name);
            if let Some(io) = names.0.io.get() {
                io.delete_ns(&*name);
            }
        }
    }
}
