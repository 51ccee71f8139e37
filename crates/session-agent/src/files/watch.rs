//! Changes in the workspace, for whoever watches.
//!
//! One watcher serves all; it is made for the first and dropped with the last. Who can't keep up is told to read
//! everything again.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;
use notify::event::{EventKind, ModifyKind, RenameMode};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::path::RelPath;
use super::{Files, write};
use crate::error::{Failure, fail};

/// One burst of saves from a checkout; past it the watcher is told to read everything again.
const PENDING_CHANGES_MAX: usize = 4_096;

/// One change, or that too many were missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Of one path.
    Of(pb::FileChange),
    /// Read everything again.
    Rescan,
}

impl Change {
    /// As it travels.
    pub fn into_message(self) -> pb::FileChange {
        match self {
            Self::Of(change) => change,
            Self::Rescan => pb::FileChange { kind: "rescan".to_owned(), path: String::new() },
        }
    }
}

#[derive(Debug)]
struct Hub {
    changes: broadcast::Sender<Change>,
    _watcher: RecommendedWatcher,
}

/// The watcher, if anybody watches.
#[derive(Debug, Default)]
pub(super) struct Hubs(Mutex<Weak<Hub>>);

/// A subscription; the last one dropped ends the watching.
#[derive(Debug)]
pub struct Watching {
    changes: broadcast::Receiver<Change>,
    _hub: Arc<Hub>,
}

impl Watching {
    /// The next change.
    pub async fn next(&mut self) -> Option<Change> {
        match self.changes.recv().await {
            Ok(change) => Some(change),
            Err(RecvError::Lagged(_)) => {
                // What is left in the queue is older than the rescan.
                self.changes = self.changes.resubscribe();
                Some(Change::Rescan)
            }
            Err(RecvError::Closed) => None,
        }
    }
}

impl Files {
    /// Starts to watch; blocks while the folders are walked.
    pub fn watch(&self) -> Result<Watching, Failure> {
        let mut held = self.watching.0.lock().unwrap_or_else(PoisonError::into_inner);
        let hub = match held.upgrade() {
            Some(hub) => hub,
            None => {
                let hub = Arc::new(start(&self.workspace).map_err(|error| {
                    let text =
                        format!("watch the workspace: {error}; it may have more folders than can be watched");
                    fail(ServiceCode::ResourceExhausted, text)
                })?);
                *held = Arc::downgrade(&hub);
                hub
            }
        };
        Ok(Watching { changes: hub.changes.subscribe(), _hub: hub })
    }
}

fn start(workspace: &Path) -> notify::Result<Hub> {
    let changes = broadcast::Sender::new(PENDING_CHANGES_MAX);
    let (sender, root) = (changes.clone(), workspace.to_owned());
    let handler = move |event: notify::Result<notify::Event>| {
        let found = match event {
            Ok(event) if !event.need_rescan() => changes_of(&root, &event),
            _ => vec![Change::Rescan],
        };
        for change in found {
            // Nobody may be listening for a moment while the last one leaves.
            let _ = sender.send(change);
        }
    };
    // A link may lead to the whole machine.
    let config = notify::Config::default().with_follow_symlinks(false);
    let mut watcher = RecommendedWatcher::new(handler, config)?;
    watcher.watch(workspace, RecursiveMode::Recursive)?;
    Ok(Hub { changes, _watcher: watcher })
}

fn changes_of(root: &PathBuf, event: &notify::Event) -> Vec<Change> {
    let kind = match event.kind {
        EventKind::Create(_) => "created",
        EventKind::Modify(ModifyKind::Name(RenameMode::From)) | EventKind::Remove(_) => "removed",
        EventKind::Modify(ModifyKind::Name(RenameMode::To)) => "created",
        // Both halves were reported by themselves already.
        EventKind::Modify(ModifyKind::Name(_)) | EventKind::Access(_) => return Vec::new(),
        EventKind::Modify(_) | EventKind::Any | EventKind::Other => "changed",
    };
    let inside =
        event.paths.iter().filter_map(|path| path.strip_prefix(root).ok().and_then(RelPath::from_kernel));
    let shown = inside.filter_map(|path| match path.names() {
        [] => None,
        // Git's own bookkeeping changes by the dozen with each command; what it means for people is told once.
        [first, rest @ ..] if first == ".git" && !rest.is_empty() => tells(rest).then(repository_changed),
        [.., last] if write::is_temporary(last) => None,
        _ => Some(pb::FileChange { kind: kind.to_owned(), path: path.to_text() }),
    });
    shown.map(Change::Of).collect()
}

/// Whether a file of git's own says that something was staged, committed, switched, fetched or merged.
fn tells(names: &[OsString]) -> bool {
    match names {
        [name] => name == "index" || name == "HEAD" || name.as_bytes().ends_with(b"_HEAD"),
        [first, .., last] => first == "refs" && !last.as_bytes().ends_with(b".lock"),
        [] => false,
    }
}

fn repository_changed() -> pb::FileChange {
    pb::FileChange { kind: "changed".to_owned(), path: ".git".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_cannot_keep_up_is_told_to_read_everything() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::new(dir.path());
        let mut slow = files.watch().unwrap();
        let hub = files.watching.0.lock().unwrap().upgrade().unwrap();
        for count in 0..=PENDING_CHANGES_MAX {
            let change = pb::FileChange { kind: "changed".to_owned(), path: count.to_string() };
            hub.changes.send(Change::Of(change)).unwrap();
        }
        assert_eq!(slow.next().await, Some(Change::Rescan));
        hub.changes
            .send(Change::Of(pb::FileChange { kind: "created".to_owned(), path: "x".to_owned() }))
            .unwrap();
        assert!(matches!(slow.next().await, Some(Change::Of(change)) if change.path == "x"));
    }
}
