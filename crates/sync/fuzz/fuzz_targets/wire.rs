//! Frames of the y-websocket protocol: whatever is read again after writing is the same.
#![no_main]

use bytes::Bytes;
use carrel_sync::wire::{self, Message};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(message) = wire::read(Bytes::copy_from_slice(data)) else { return };
    let again = match &message {
        Message::Step1(body) => wire::step1(body),
        Message::Step2(body) => wire::step2(body),
        Message::Update(body) => wire::update(body),
        Message::Awareness(body) => wire::awareness(body),
        Message::Token(_) | Message::QueryAwareness | Message::Unknown(_) => return,
    };
    assert_eq!(wire::read(again), Ok(message));
});
