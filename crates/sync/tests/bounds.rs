//! Hostile frames and long lives, with every allocation counted: what a frame costs is bounded by its size, and a day of
//! comings and goings leaves nothing behind.
#![allow(unsafe_code, reason = "an allocator that counts")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use bytes::Bytes;
use carrel_ids::UserId;
use carrel_service::Random;
use carrel_sync::room::doc::Document;
use carrel_sync::room::{Effect, Joining, Phase, Room, TICK};
use carrel_sync::{hocuspocus, socket, wire};
use proptest::prelude::*;
use yrs::updates::encoder::Encode as _;
use yrs::{Doc, ReadTxn as _, Text as _, Transact as _};

/// What one frame may take at once, whatever it holds: tables, a transaction, an answer.
const BASE: isize = 256 * 1024;
/// And for each of its bytes: a byte may be an entry of a table.
const PER_BYTE: isize = 512;

struct Counting;

thread_local! {
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn count(change: isize) {
    let _ = LIVE.try_with(|live| {
        live.set(live.get() + change);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(live.get())));
    });
}

// SAFETY: everything is passed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most that was held at once while it ran.
fn peak_of(work: impl FnOnce()) -> isize {
    let before = LIVE.get();
    PEAK.set(before);
    work();
    PEAK.get() - before
}

fn joining(person: u128, writes: bool) -> Joining {
    Joining { person: UserId::from_random(person), writes, wants_saved: true }
}

fn room() -> (Room, Vec<Effect>) {
    let mut out = Vec::new();
    let mut room = Room::open(Document::new(), 0, u64::MAX, Duration::ZERO);
    room.join(1, joining(1, true), &mut out);
    room.join(2, joining(2, false), &mut out);
    room.frame(1, &wire::step2(&[0, 0]), &mut out);
    room.frame(1, &wire::update(&insertion("something to build on")), &mut out);
    (room, out)
}

fn insertion(what: &str) -> Vec<u8> {
    let doc = Doc::new();
    let text = doc.get_or_insert_text("text");
    let mut txn = doc.transact_mut();
    text.insert(&mut txn, 0, what);
    txn.encode_update_v1()
}

/// Gives a frame to a room, from a writer and from a reader, and looks at what it cost.
fn offer(frame: &Bytes) {
    let (mut room, mut out) = room();
    let peak = peak_of(|| {
        for client in [1, 2] {
            room.frame(client, frame, &mut out);
        }
        room.tick(TICK, &mut out);
        let _ = hocuspocus::read(frame);
        let _ = socket::messages_in(frame, 7, 64 * 1024);
    });
    let most = BASE + PER_BYTE * frame.len() as isize;
    assert!(
        peak <= most,
        "{peak} bytes at once for {} of frame: {:?}",
        frame.len(),
        &frame[..frame.len().min(64)]
    );
    // What is in the log loads again: a frame that was taken can't keep a document from opening.
    let log = out.into_iter().filter_map(|effect| match effect {
        Effect::Append(update) => Some(update),
        _ => None,
    });
    let log: Vec<Bytes> = log.collect();
    let loaded = Document::load(None, &log).expect("a log that loads");
    if room.phase() == Phase::Open {
        let (_, vector) = room.read(&[]).expect("readable");
        assert_eq!(loaded.vector(), carrel_sync::room::doc::read_vector(&vector).expect("a vector"));
    }
}

/// A good frame with some bytes changed, cut or doubled.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let doc = Doc::new();
    let text = doc.get_or_insert_text("text");
    text.insert(&mut doc.transact_mut(), 0, "abc");
    text.remove_range(&mut doc.transact_mut(), 1, 1);
    let state = doc.transact().encode_state_as_update_v1(&yrs::StateVector::default());
    let vector = doc.transact().state_vector().encode_v1();
    let awareness = [&[2, 5, 1, 2][..], b"{}", &[6, 9, 4], b"null"].concat();
    let good = [
        wire::step1(&vector),
        wire::step2(&state),
        wire::update(&insertion("x")),
        wire::awareness(&awareness),
        wire::token("a.b.c"),
    ];
    let good: Vec<Vec<u8>> = good.iter().map(|frame| frame.to_vec()).collect();
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..4_u8);
    (prop::sample::select(good), prop::collection::vec(change, 0..6)).prop_map(|(mut frame, changes)| {
        for (at, byte, how) in changes {
            if frame.is_empty() {
                break;
            }
            let at = at.index(frame.len());
            match how {
                0 => frame[at] = byte,
                1 => frame.truncate(at),
                2 => frame.insert(at, byte),
                _ => frame.extend_from_within(at..),
            }
        }
        frame
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_cost_little(bytes in prop::collection::vec(any::<u8>(), 0..600), kind in 0..6_usize) {
        let heads: [&[u8]; 6] = [&[], &[0, 0], &[0, 1], &[0, 2], &[1], &[2, 0]];
        offer(&[heads[kind], &bytes].concat().into());
        let body = match kind {
            1 => wire::step1(&bytes),
            2 => wire::step2(&bytes),
            3 => wire::update(&bytes),
            _ => wire::awareness(&bytes),
        };
        offer(&body);
    }

    #[test]
    fn changed_frames_cost_little(frame in mutated()) {
        offer(&frame.into());
    }
}

#[test]
fn claims_of_riches_cost_little() {
    let huge = [0xff, 0xff, 0xff, 0xff, 0x0f];
    let value = |bytes: &[u8]| [&[1, 1, 1, 0, 8, 1, 1, b'a'][..], bytes, &[0]].concat();
    let bombs = [
        huge.to_vec(),
        [&[1][..], &huge, &[1, 0]].concat(),
        [&[0][..], &huge].concat(),
        [&[0, 1, 1][..], &huge].concat(),
        value(&huge),
        value(&[&[1, 117][..], &huge].concat()),
        value(&[&[1, 118][..], &huge].concat()),
        value(&[&[1][..], &[117, 1].repeat(1_000_000), &[126]].concat()),
    ];
    for bomb in bombs {
        for frame in [wire::step1(&bomb), wire::step2(&bomb), wire::update(&bomb), wire::awareness(&bomb)] {
            offer(&frame);
        }
    }
}

/// Types inside types, as deep as a frame may make them, and then their end.
#[test]
fn a_log_of_single_letters_opens_in_little_more_than_its_size() {
    let doc = Doc::new();
    let text = doc.get_or_insert_text("text");
    let letter = |_| {
        let mut txn = doc.transact_mut();
        text.push(&mut txn, "x");
        Bytes::from(txn.encode_update_v1())
    };
    let log: Vec<Bytes> = (0..20_000).map(letter).collect();
    let size: usize = log.iter().map(Bytes::len).sum();
    let peak = peak_of(|| drop(Document::load(None, &log).expect("it opens")));
    // Applied in one commit it took 200 MB, four times as much for twice as many letters.
    assert!(peak < BASE + 8 * size as isize, "{peak} bytes for a log of {size}");
}

#[test]
fn deep_types_are_survived() {
    let mut update = vec![1, 0xd0, 0x86, 0x03, 1, 0];
    // 50,000 maps, each in the one before it under the key "k".
    update.extend([0x27, 1, 1, b'm', 1, b'k', 1]);
    for parent in 0..49_999_u64 {
        let mut id = bytes::BytesMut::new();
        wire::put_number(&mut id, parent);
        update.extend([0x27, 0, 1]);
        update.extend_from_slice(&id);
        update.extend([1, b'k', 1]);
    }
    update.push(0);
    let (mut room, mut out) = room();
    room.frame(1, &wire::update(&update), &mut out);
    assert_eq!(room.phase(), Phase::Open);
    // The first of them is deleted, and all with it.
    room.frame(1, &wire::update(&[0, 1, 1, 1, 0, 1]), &mut out);
    let (state, _) = room.read(&[]).expect("readable");
    Document::new().apply(&state).expect("a whole state");
}

#[test]
fn a_day_of_churn_leaves_nothing() {
    const HOUR: Duration = Duration::from_secs(3_600);
    let random = Random::seeded(1);
    // A class of authors whose documents stay, and with them the ids in the state.
    let authors: Vec<Doc> = (1..=20)
        .map(|n| {
            Doc::with_options(yrs::Options { client_id: yrs::ClientID::new(n), ..yrs::Options::default() })
        })
        .collect();
    let mut out = Vec::new();
    let mut room = Room::open(Document::new(), 0, u64::MAX, Duration::ZERO);
    let (mut now, mut next, mut held) = (Duration::ZERO, 1_u64, Vec::new());
    let mut marks = Vec::new();
    while now < 24 * HOUR {
        let author = random.below(20) as usize;
        room.join(next, joining(random.below(1_000).into(), true), &mut out);
        room.frame(next, &wire::step1(&[0]), &mut out);
        let vector =
            carrel_sync::room::doc::read_vector(&room.read(&[]).expect("readable").1).expect("a vector");
        let answer = authors[author].transact().encode_state_as_update_v1(&vector);
        room.frame(next, &wire::step2(&answer), &mut out);
        let text = authors[author].get_or_insert_text("text");
        for step in 0..2 {
            let mut txn = authors[author].transact_mut();
            if step == 0 {
                text.insert(&mut txn, 0, "word ");
            } else {
                text.remove_range(&mut txn, 0, 5);
            }
            let update = txn.encode_update_v1();
            drop(txn);
            room.frame(next, &wire::update(&update), &mut out);
        }
        let mut state = bytes::BytesMut::from(&[1][..]);
        wire::put_number(&mut state, random.below(1 << 32));
        state.extend_from_slice(&[1, 2, b'{', b'}']);
        room.frame(next, &wire::awareness(&state), &mut out);
        held.push(next);
        next += 1;
        if held.len() > 30 {
            room.leave(held.remove(random.below(30) as usize), now);
        }
        while room.in_flight() > 0 {
            room.appended(&mut out);
        }
        now += Duration::from_secs(15);
        room.tick(now, &mut out);
        out = Vec::new();
        if now.as_secs() / HOUR.as_secs() > marks.len() as u64 {
            marks.push(LIVE.get());
        }
    }
    // The first hours fill tables; after that an hour more costs nothing. What the authors' own documents keep of
    // deleted words is counted here as well: a few bytes for each run of them.
    let growth = marks[23] - marks[3];
    assert!(growth <= 64 * 1024, "{growth} bytes in twenty hours: {marks:?}");
}
