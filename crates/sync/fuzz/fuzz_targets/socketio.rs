//! Packets of Engine.IO and Socket.IO, from strangers and from members.
#![no_main]

use std::cell::OnceCell;

#[path = "../bodies.rs"]
#[allow(dead_code)]
mod bodies;

thread_local! {
    static DOOR: OnceCell<bodies::SocketIo> = const { OnceCell::new() };
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    DOOR.with(|door| {
        let made = || {
            let folder = std::env::temp_dir().join(format!("carrel-fuzz-{}", std::process::id()));
            std::fs::create_dir_all(&folder).expect("a folder");
            bodies::SocketIo::new(&folder)
        };
        door.get_or_init(made).offer(data);
    });
});
