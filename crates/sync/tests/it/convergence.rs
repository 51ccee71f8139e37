//! Whole histories against the running daemon, by y-websocket: random edits, cut lines and restarts. In the end everybody
//! has the same, and no edit is missing.

use carrel_proto::sync::v1::CreateDocumentRequest;
use carrel_service::Random;
use carrel_sync::config::Limits;
use carrel_sync::wire::{self, Message as Wire};
use futures::{FutureExt as _, SinkExt as _, StreamExt as _};
use tokio_tungstenite::tungstenite::Message;
use yrs::updates::decoder::Decode as _;
use yrs::updates::encoder::Encode as _;
use yrs::{Doc, GetString as _, Options, ReadTxn as _, StateVector, Text as _, Transact as _, Update};

use crate::story::{Socket, connect};
use crate::world::{PATIENCE, World};

const SEEDS: u64 = 200;
/// The daemon ends and starts again amid one history of so many.
const SEEDS_PER_RESTART: u64 = 25;
const PEOPLE: usize = 3;
const STEPS: usize = 40;

/// A browser.
struct Person {
    doc: Doc,
    socket: Option<Socket>,
}

impl Person {
    fn new(number: usize) -> Self {
        let client_id = yrs::ClientID::new(number as u64 + 1);
        Self { doc: Doc::with_options(Options { client_id, ..Options::default() }), socket: None }
    }

    fn text(&self) -> String {
        let text = self.doc.get_or_insert_text("text");
        text.get_string(&self.doc.transact())
    }

    /// A line that fails is cut; what was said on it is said again on the next.
    async fn say(&mut self, frame: bytes::Bytes) {
        if let Some(socket) = &mut self.socket
            && socket.send(Message::Binary(frame)).await.is_err()
        {
            self.socket = None;
        }
    }

    async fn enter(&mut self, world: &World, id: &str, token: &str) {
        if self.socket.is_none() {
            self.socket = Some(connect(world, id, "", Some(token)).await.expect("let in"));
            let vector = self.doc.transact().state_vector().encode_v1();
            self.say(wire::step1(&vector)).await;
        }
    }

    async fn edit(&mut self, at: u64, mark: char) {
        let text = self.doc.get_or_insert_text("text");
        let update = {
            let mut txn = self.doc.transact_mut();
            let length = u64::from(text.len(&txn));
            text.insert(&mut txn, (at % (length + 1)) as u32, &mark.to_string());
            txn.encode_update_v1()
        };
        self.say(wire::update(&update)).await;
    }

    async fn heard(&mut self, message: Message) {
        let Message::Binary(frame) = message else { return };
        match wire::read(frame).expect("a message") {
            Wire::Step1(vector) => {
                let vector = StateVector::decode_v1(&vector).expect("a vector");
                let update = self.doc.transact().encode_state_as_update_v1(&vector);
                self.say(wire::step2(&update)).await;
            }
            Wire::Step2(update) | Wire::Update(update) => {
                let update = Update::decode_v1(&update).expect("an update");
                self.doc.transact_mut().apply_update(update).expect("applied");
            }
            _ => {}
        }
    }

    /// What has arrived by now.
    async fn hear(&mut self) {
        while let Some(socket) = &mut self.socket {
            match socket.next().now_or_never() {
                None => return,
                Some(Some(Ok(message))) => self.heard(message).await,
                Some(_) => self.socket = None,
            }
        }
    }

    /// Until it has so many characters.
    async fn hear_all(&mut self, count: usize, world: &World, id: &str, token: &str) {
        while self.text().len() < count {
            self.enter(world, id, token).await;
            let Some(socket) = &mut self.socket else { continue };
            match socket.next().await {
                Some(Ok(message)) => self.heard(message).await,
                _ => self.socket = None,
            }
        }
    }
}

struct Histories {
    folder: tempfile::TempDir,
    world: World,
    restarts: u64,
    cuts: u64,
}

impl Histories {
    async fn run(&mut self, seed: u64) {
        let random = Random::seeded(seed);
        let made = self.world.documents(1).create_document(CreateDocumentRequest::default()).await;
        let id = made.expect("created").into_inner().id;
        let token = self.world.token(1);
        let mut people: Vec<Person> = (0..PEOPLE).map(Person::new).collect();
        let mut edits = 0;
        let restart_at = (seed % SEEDS_PER_RESTART == 7).then_some(STEPS / 2);
        for step in 0..STEPS {
            let person = &mut people[random.below(PEOPLE as u64) as usize];
            match random.below(20) {
                0..9 => {
                    edits += 1;
                    person.edit(random.u64(), char::from(b'a' + (seed % 26) as u8)).await;
                }
                9..14 => person.hear().await,
                14..18 => person.enter(&self.world, &id, &token).await,
                _ => {
                    self.cuts += u64::from(person.socket.is_some());
                    person.socket = None;
                }
            }
            if restart_at == Some(step) {
                self.restart().await;
            }
        }
        let (world, all) = (&self.world, edits);
        let settle = async {
            for person in &mut people {
                person.enter(world, &id, &token).await;
            }
            // All at once: each waits for what another one has.
            futures::future::join_all(people.iter_mut().map(|it| it.hear_all(all, world, &id, &token))).await;
        };
        let settled = tokio::time::timeout(PATIENCE, settle).await;
        let texts: Vec<String> = people.iter().map(Person::text).collect();
        assert!(settled.is_ok(), "seed {seed}: of {edits} edits people have {texts:?}");
        assert!(texts.iter().all(|text| *text == texts[0] && text.len() == edits), "seed {seed}: {texts:?}");
    }

    async fn restart(&mut self) {
        let fresh = World::start(self.folder.path(), Limits::default());
        // The new one waits for the folder.
        let shutdown = self.world.shutdown.clone();
        shutdown.trigger();
        let before = std::mem::replace(&mut self.world, fresh.await);
        before.end().await;
        self.restarts += 1;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_histories_converge_on_the_running_daemon() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let world = World::start(folder.path(), Limits::default()).await;
    let mut histories = Histories { folder, world, restarts: 0, cuts: 0 };
    for seed in 0..SEEDS {
        histories.run(seed).await;
    }
    assert!(histories.restarts == SEEDS / SEEDS_PER_RESTART && histories.cuts > 100, "{}", histories.cuts);
    histories.world.end().await;
}
