//! The seeds of the fuzz targets, without a fuzzer: each is thrown at its target.

use std::path::{Path, PathBuf};

#[path = "../fuzz/bodies.rs"]
mod bodies;

/// A target's inputs, in the order of their names.
fn inputs(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let entries = std::fs::read_dir(&folder).expect("seeds");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{}", folder.display());
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).expect("readable"))).collect()
}

fn replay(target: &str, body: impl Fn(&[u8])) {
    for (path, input) in inputs(target) {
        // Shown only if the next line panics.
        println!("{}", path.display());
        body(&input);
    }
}

#[test]
fn frames_and_rooms() {
    replay("wire", bodies::wire);
    replay("hocuspocus", bodies::hocuspocus);
    replay("websocket", bodies::websocket);
    replay("room", bodies::room);
}

#[test]
fn packets_of_socket_io() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let door = bodies::SocketIo::new(folder.path());
    replay("socketio", |input| door.offer(input));
}
