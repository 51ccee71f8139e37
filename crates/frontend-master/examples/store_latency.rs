//! Measures the store: `cargo run --release -p carrel-frontend-master --example store_latency [folder]`.
//!
//! The peer is a bare `write` + `fdatasync` of the same number of bytes to a file in the same folder.
#![allow(clippy::disallowed_methods)]

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use carrel_frontend_master::store::{
    Egress, FenceChange, SessionRecord, SessionState, SessionStore as _, SlotClass, SqliteStore,
};
use carrel_ids::{SessionId, UserId};

/// Enough for a stable 99th percentile.
const ROUNDS: u128 = 1_000;

/// A class that opens its sessions together.
const TOGETHER: u128 = 100;

fn show(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
    println!("{what}: p50 {:.3} ms, p99 {:.3} ms, max {:.3} ms", at(0.5), at(0.99), at(1.0));
}

fn record(n: u128) -> SessionRecord {
    SessionRecord {
        id: SessionId::from_random(n),
        user_id: UserId::from_random(1),
        user_name: "ada".to_owned(),
        repository: "ada/demo".to_owned(),
        slot_class: SlotClass::Standard,
        egress: Egress::Default,
        with_environment: true,
        state: SessionState::Claiming,
        reason: String::new(),
        only_node: None,
        node_id: None,
        slot_id: None,
        fence: 0,
        request_id: n.to_string(),
        created_at: 1_700_000_000_000,
        updated_at: 1_700_000_000_000,
        timeline: vec![(SessionState::Claiming, 1_700_000_000_000)],
    }
}

#[tokio::main]
async fn main() {
    let folder = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::tempdir_in(folder).expect("a folder");
    let mut peer = std::fs::File::create(folder.path().join("peer")).expect("a file");
    let bytes = [7; 4_096 + 24];
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        peer.write_all(&bytes).expect("write");
        peer.sync_data().expect("sync");
        times.push(started.elapsed());
    }
    show("write + fdatasync of one page", times);

    let store = Arc::new(SqliteStore::open(&folder.path().join("store.sqlite")).await.expect("a store"));
    let mut times = Vec::new();
    for n in 0..ROUNDS {
        let started = Instant::now();
        store.put_session(&record(n), FenceChange::Allocate).await.expect("put");
        times.push(started.elapsed());
    }
    show("put_session, one after the other", times);

    let started = Instant::now();
    let puts = (0..TOGETHER).map(|n| {
        let store = store.clone();
        async move {
            store.put_session(&record(ROUNDS + n), FenceChange::Allocate).await.expect("put");
            started.elapsed()
        }
    });
    show("put_session, 100 at once", futures::future::join_all(puts).await);
}
