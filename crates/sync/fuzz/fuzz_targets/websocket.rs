//! Frames of RFC 6455 in pieces of any size.
#![no_main]

use carrel_sync::socket::messages_in;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((step, bytes)) = data.split_first() else { return };
    let found = messages_in(bytes, usize::from(*step) + 1, 1 << 16);
    assert!(found.is_ok_and(|found| found <= bytes.len()) || found.is_err());
});
