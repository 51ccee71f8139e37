//! Whole histories of a room from a seed: random edits, cuts, full queues, crashes of the server, unloading.
//! At the end everybody has the same, and nothing that was reported saved is missing.
#![allow(clippy::unwrap_used, reason = "a test's helper fails by panicking")]

use std::collections::{BTreeMap, VecDeque};

use carrel_service::Random;
use yrs::updates::decoder::Decode as _;
use yrs::updates::encoder::Encode as _;
use yrs::{Doc, GetString as _, Options, ReadTxn as _, Text as _, Transact as _, Update};

use super::*;
use crate::wire::Message;

const PEOPLE: usize = 5;
/// Small, so that people lag often.
const QUEUE: usize = 6;

/// A browser with the y-websocket client.
struct Person {
    doc: Doc,
    connection: Option<ClientId>,
    /// Frames on the wire to it.
    queue: VecDeque<Bytes>,
    is_slow: bool,
    /// Texts of the updates it sent on this connection, in order.
    sent: Vec<String>,
    next: u64,
}

/// What survives a crash.
#[derive(Default)]
struct Log {
    durable: Vec<Bytes>,
    state: Option<Vec<u8>>,
    waiting: VecDeque<Bytes>,
}

struct World {
    random: Random,
    now: Duration,
    room: Option<Room>,
    log: Log,
    people: Vec<Person>,
    next_client: ClientId,
    /// Markers that a `saved` message covered.
    acked: Vec<String>,
    seen: BTreeMap<&'static str, u64>,
}

impl World {
    fn new(seed: u64) -> Self {
        let person = |n: u64| Person {
            doc: Doc::with_options(Options { client_id: yrs::ClientID::new(n + 1), ..Options::default() }),
            connection: None,
            queue: VecDeque::new(),
            is_slow: false,
            sent: Vec::new(),
            next: 0,
        };
        Self {
            random: Random::seeded(seed),
            now: Duration::ZERO,
            room: None,
            log: Log::default(),
            people: (0..PEOPLE as u64).map(person).collect(),
            next_client: 1,
            acked: Vec::new(),
            seen: BTreeMap::new(),
        }
    }

    fn count(&mut self, what: &'static str) {
        *self.seen.entry(what).or_default() += 1;
    }

    fn below(&self, n: usize) -> usize {
        self.random.below(n as u64) as usize
    }

    fn with_room(&mut self, work: impl FnOnce(&mut Room, Duration, &mut Vec<Effect>)) {
        let Some(mut room) = self.room.take() else { return };
        let mut effects = Vec::new();
        work(&mut room, self.now, &mut effects);
        let is_gone = self.perform(&mut room, effects);
        if room.phase() != Phase::Failed && !is_gone {
            self.room = Some(room);
        }
    }

    /// `true`: the room was dropped.
    fn perform(&mut self, room: &mut Room, effects: Vec<Effect>) -> bool {
        let mut is_gone = false;
        for effect in effects {
            match effect {
                Effect::Send(client, frame) => self.send(room, client, frame),
                Effect::Broadcast(frame, except) => {
                    let all: Vec<_> = self.people.iter().filter_map(|person| person.connection).collect();
                    for client in all.into_iter().filter(|client| Some(*client) != except) {
                        self.send(room, client, frame.clone());
                    }
                }
                Effect::Close(client, _) => self.cut(client),
                Effect::Append(update) => self.log.waiting.push_back(update),
                Effect::Compact => {
                    let doc = Document::load(self.log.state.as_deref(), &self.log.durable).unwrap();
                    if let Some(state) = doc.state_v2() {
                        self.log.state = Some(state);
                        self.log.durable.clear();
                        room.compacted(0, 200);
                        self.count("compacted");
                    } else {
                        room.compaction_failed();
                    }
                }
                Effect::Applied(..) => {}
                Effect::Unload => {
                    // Somebody comes at the last moment, or nobody does.
                    is_gone = self.below(2) == 0;
                    self.count(if is_gone { "unloaded" } else { "stayed" });
                    if !is_gone && self.below(2) == 0 {
                        room.stay(self.now);
                    }
                }
            }
        }
        is_gone
    }

    fn send(&mut self, room: &mut Room, client: ClientId, frame: Bytes) {
        let Some(person) = self.people.iter_mut().find(|p| p.connection == Some(client)) else { return };
        if room.lags(client) {
            return;
        }
        if person.queue.len() >= QUEUE {
            room.lagged(client, self.now);
            self.count("lagged");
        } else {
            person.queue.push_back(frame);
        }
    }

    fn cut(&mut self, client: ClientId) {
        for person in self.people.iter_mut().filter(|person| person.connection == Some(client)) {
            person.connection = None;
            person.queue.clear();
            person.sent.clear();
        }
    }

    fn load(&mut self) {
        if self.room.is_none() {
            let doc = Document::load(self.log.state.as_deref(), &self.log.durable).unwrap();
            self.room = Some(Room::open(doc, 0, 200, self.now));
        }
    }

    fn connect(&mut self, who: usize) {
        if self.people[who].connection.is_some() {
            return;
        }
        self.load();
        let client = self.next_client;
        self.next_client += 1;
        self.people[who].connection = Some(client);
        let joining = Joining { person: UserId::from_random(who as u128), writes: true, wants_saved: true };
        self.with_room(|room, _, out| room.join(client, joining, out));
        let vector = self.people[who].doc.transact().state_vector().encode_v1();
        self.with_room(|room, _, out| room.frame(client, &wire::step1(&vector), out));
    }

    fn edit(&mut self, who: usize) {
        let at = self.random.u64();
        let person = &mut self.people[who];
        let text = person.doc.get_or_insert_text("text");
        person.next += 1;
        let marker = format!("<{who}.{}>", person.next);
        let mut txn = person.doc.transact_mut();
        // Between markers, so that each stays readable.
        let held = text.get_string(&txn);
        let ends: Vec<_> = held.match_indices('>').map(|(at, _)| at + 1).chain([0]).collect();
        text.insert(&mut txn, ends[at as usize % ends.len()] as u32, &marker);
        let update = txn.encode_update_v1();
        drop(txn);
        if let Some(client) = person.connection {
            person.sent.push(marker);
            self.with_room(|room, _, out| room.frame(client, &wire::update(&update), out));
        }
    }

    /// One frame arrives at a person.
    fn receive(&mut self, who: usize) {
        let person = &mut self.people[who];
        let Some(frame) = person.queue.pop_front() else { return };
        let client = person.connection;
        let apply = |bytes: &Bytes| {
            person.doc.transact_mut().apply_update(Update::decode_v1(bytes).unwrap()).unwrap()
        };
        match wire::read(frame.clone()).unwrap() {
            Message::Step1(vector) => {
                let vector = StateVector::decode_v1(&vector).unwrap();
                let diff = person.doc.transact().encode_state_as_update_v1(&vector);
                // Everything it has is in this one.
                let all: Vec<_> = {
                    let text = person.doc.get_or_insert_text("text");
                    let held = text.get_string(&person.doc.transact());
                    held.split_inclusive('>').map(str::to_owned).collect()
                };
                person.sent.push(all.concat());
                let client = client.unwrap();
                self.with_room(|room, _, out| room.frame(client, &wire::step2(&diff), out));
            }
            Message::Step2(update) | Message::Update(update) => apply(&update),
            Message::Unknown(100) => {
                let mut reader = wire::Reader::new(frame.slice(1..));
                let count = reader.number().unwrap() as usize;
                assert!(count <= person.sent.len(), "saved {count} of {}", person.sent.len());
                let texts: Vec<_> = person.sent[..count].to_vec();
                self.acked.extend(texts);
                self.count("saved");
            }
            other => panic!("{other:?}"),
        }
        let is_empty = self.people[who].queue.is_empty();
        if let Some(client) = client.filter(|_| is_empty) {
            self.with_room(|room, _, out| room.drained(client, out));
        }
    }

    fn persist(&mut self) {
        if let Some(update) = self.log.waiting.pop_front() {
            self.log.durable.push(update);
            self.with_room(|room, _, out| room.appended(out));
        }
    }

    /// The server dies: what waited for the disk is lost, everybody is cut.
    fn crash(&mut self) {
        self.room = None;
        self.log.waiting.clear();
        for client in 0..self.next_client {
            self.cut(client);
        }
        self.count("crashed");
    }

    fn step(&mut self) {
        let who = self.below(PEOPLE);
        match self.below(100) {
            0..25 => self.edit(who),
            25..60 if !self.people[who].is_slow || self.below(20) == 0 => self.receive(who),
            60..80 => self.persist(),
            80..86 => self.connect(who),
            86..89 => {
                if let Some(client) = self.people[who].connection {
                    self.cut(client);
                    self.with_room(|room, now, _| room.leave(client, now));
                }
            }
            89 => self.people[who].is_slow = !self.people[who].is_slow,
            90 if self.below(8) == 0 => self.crash(),
            91 if self.below(8) == 0 => self.log_fails(),
            92 if self.below(4) == 0 => {
                for who in 0..PEOPLE {
                    if let Some(client) = self.people[who].connection {
                        self.cut(client);
                        self.with_room(|room, now, _| room.leave(client, now));
                    }
                }
                while !self.log.waiting.is_empty() {
                    self.persist();
                }
                self.now += UNLOAD_AFTER;
            }
            _ => {
                self.now += TICK;
                self.with_room(|room, now, out| room.tick(now, out));
            }
        }
    }

    fn log_fails(&mut self) {
        self.log.waiting.clear();
        self.with_room(|room, _, out| room.fail(out));
        self.count("failed");
    }

    fn settle(&mut self) {
        for who in 0..PEOPLE {
            self.people[who].is_slow = false;
            self.connect(who);
        }
        for _ in 0..20_000 {
            (0..PEOPLE).for_each(|who| self.receive(who));
            self.persist();
            let is_quiet = self.people.iter().all(|person| person.queue.is_empty());
            if is_quiet && self.log.waiting.is_empty() {
                return;
            }
        }
        panic!("never quiet");
    }
}

#[test]
fn everybody_converges_and_nothing_saved_is_lost() {
    let mut seen = BTreeMap::new();
    for seed in 0..300 {
        let mut world = World::new(seed);
        for _ in 0..600 {
            world.step();
        }
        // What a crash right now would leave must hold everything that was reported saved.
        let doc = Document::load(world.log.state.as_deref(), &world.log.durable).unwrap();
        let other = Doc::new();
        other
            .transact_mut()
            .apply_update(Update::decode_v1(&doc.diff(&StateVector::default())).unwrap())
            .unwrap();
        let text = other.get_or_insert_text("text");
        let held = text.get_string(&other.transact());
        for marker in world.acked.iter().flat_map(|text| text.split_inclusive('>')) {
            assert!(held.contains(marker), "seed {seed}: {marker} was saved and is lost");
        }
        world.settle();
        let text = |person: &Person| {
            let text = person.doc.get_or_insert_text("text");
            text.get_string(&person.doc.transact())
        };
        let first = text(&world.people[0]);
        let made: u64 = world.people.iter().map(|person| person.next).sum();
        assert_eq!(first.matches('>').count() as u64, made, "seed {seed}: an edit is missing");
        for person in &world.people {
            assert_eq!(text(person), first, "seed {seed}");
        }
        for (what, count) in world.seen {
            *seen.entry(what).or_insert(0) += count;
        }
    }
    for what in ["lagged", "compacted", "unloaded", "stayed", "saved", "crashed", "failed"] {
        assert!(seen.contains_key(what), "the simulation never {what}: {seen:?}");
    }
}

#[test]
fn joiners_share_one_computation() {
    let source = Doc::new();
    let text = source.get_or_insert_text("text");
    let mut out = Vec::new();
    let mut room = Room::open(Document::new(), 0, u64::MAX, Duration::ZERO);
    // Small ones are not worth remembering.
    let before = "a page of text ".repeat(400);
    let mut txn = source.transact_mut();
    text.insert(&mut txn, 0, &before);
    room.apply(1, &txn.encode_update_v1().into(), &mut out).unwrap();
    drop(txn);
    for n in 0..40_u32 {
        let mut txn = source.transact_mut();
        text.insert(&mut txn, n, "x");
        room.apply(1, &txn.encode_update_v1().into(), &mut out).unwrap();
        let client = u64::from(n) + 1;
        let person = UserId::from_random(client.into());
        room.join(client, Joining { person, writes: false, wants_saved: false }, &mut out);
        out.clear();
        room.frame(client, &wire::step1(&[0]), &mut out);
        // A reader's copy, made of what it was sent.
        let copy = Doc::new();
        let held = copy.get_or_insert_text("text");
        for effect in &out {
            let Effect::Send(_, frame) = effect else { continue };
            if let Message::Step2(update) | Message::Update(update) = wire::read(frame.clone()).unwrap() {
                copy.transact_mut().apply_update(Update::decode_v1(&update).unwrap()).unwrap();
            }
        }
        assert_eq!(held.len(&copy.transact()), before.len() as u32 + n + 1);
    }
    assert_eq!(room.joiners.computed, 1, "one state for forty joiners of a document that is being edited");
    // And readers write nothing.
    out.clear();
    room.frame(1, &wire::update(&[1, 1, 5, 0, 4, 1, 1, 116, 1, 97, 0]), &mut out);
    assert!(matches!(&out[..], [Effect::Send(1, frame)] if frame[0] == 2), "{out:?}");
}
