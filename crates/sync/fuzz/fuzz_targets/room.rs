//! A room whose members say anything. The first byte of each frame is its length, the second says who speaks.
#![no_main]

use std::time::Duration;

use bytes::Bytes;
use carrel_ids::UserId;
use carrel_sync::room::doc::Document;
use carrel_sync::room::{Effect, Joining, Phase, Room};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut now = Duration::ZERO;
    let mut out = Vec::new();
    let mut room = Room::open(Document::new(), 0, u64::MAX, now);
    for client in 0..4_u64 {
        let person = UserId::from_random(u128::from(client / 2));
        room.join(client, Joining { person, writes: client != 3, wants_saved: client == 0 }, &mut out);
    }
    let mut rest = data;
    let mut log = Vec::new();
    while let [length, who, more @ ..] = rest {
        let (frame, more) = more.split_at(more.len().min(usize::from(*length)));
        rest = more;
        room.frame(u64::from(who % 4), &Bytes::copy_from_slice(frame), &mut out);
        if who & 0x40 != 0 {
            room.lagged(u64::from(who % 4), now);
            room.drained(u64::from(who % 4), &mut out);
        }
        if who & 0x80 != 0 {
            now += Duration::from_millis(50);
            room.tick(now, &mut out);
        }
        for effect in out.drain(..) {
            if let Effect::Append(update) = effect {
                log.push(update);
            }
        }
        if room.phase() == Phase::Failed {
            break;
        }
    }
    // What was logged loads, and is what the room held.
    let loaded = Document::load(None, &log).expect("a log that loads");
    if room.phase() != Phase::Failed {
        let (update, vector) = room.read(&[]).expect("readable");
        assert_eq!(loaded.vector_bytes().len(), vector.len());
        Document::new().apply(&update).expect("a whole state is complete in itself");
    }
});
