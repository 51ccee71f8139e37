//! Frames of Hocuspocus' provider, and the frames for the room inside them.
#![no_main]

use bytes::Bytes;
use carrel_sync::hocuspocus::{self, Message};
use carrel_sync::wire;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok((name, Message::Room(frame))) = hocuspocus::read(&Bytes::copy_from_slice(data)) {
        assert!(name.len() + frame.len() <= data.len());
        let _ = wire::read(frame);
    }
});
