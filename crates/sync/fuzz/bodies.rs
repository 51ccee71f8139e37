//! What each target does with its input. The suite does the same with the corpus, so this is apart from the fuzzer.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use carrel_ids::{DocumentId, UserId};
use carrel_service::identity::{Issuer, NewToken};
use carrel_service::{Metrics, Random, Revocations, Role, Shutdown, SystemClock, Tasks, Verifier};
use carrel_sync::config::Limits;
use carrel_sync::door::{Door, Parts};
use carrel_sync::hocuspocus;
use carrel_sync::hub::Hub;
use carrel_sync::metrics::SyncMetrics;
use carrel_sync::room::doc::Document;
use carrel_sync::room::{Effect, Joining, Phase, Room};
use carrel_sync::socket::messages_in;
use carrel_sync::socketio;
use carrel_sync::store::embedded::EmbeddedStore;
use carrel_sync::store::{Change, Meta, Store};
use carrel_sync::wire::{self, Message};
use http::Request;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

/// Frames of the y-websocket protocol: whatever is read again after writing is the same.
pub fn wire(data: &[u8]) {
    let Ok(message) = wire::read(Bytes::copy_from_slice(data)) else { return };
    let again = match &message {
        Message::Step1(body) => wire::step1(body),
        Message::Step2(body) => wire::step2(body),
        Message::Update(body) => wire::update(body),
        Message::Awareness(body) => wire::awareness(body),
        Message::Token(_) | Message::QueryAwareness | Message::Unknown(_) => return,
    };
    assert_eq!(wire::read(again), Ok(message));
}

/// Frames of Hocuspocus' provider, and the frames for the room inside them.
pub fn hocuspocus(data: &[u8]) {
    if let Ok((name, hocuspocus::Message::Room(frame))) = hocuspocus::read(&Bytes::copy_from_slice(data)) {
        assert!(name.len() + frame.len() <= data.len());
        wire(&frame);
    }
}

/// Frames of RFC 6455 in pieces of any size, which the first byte says.
pub fn websocket(data: &[u8]) {
    let Some((step, bytes)) = data.split_first() else { return };
    let found = messages_in(bytes, usize::from(*step) + 1, 1 << 16);
    assert!(found.is_ok_and(|found| found <= bytes.len()) || found.is_err());
}

/// A room whose members say anything. The first byte of each frame is its length, the second says who speaks.
pub fn room(data: &[u8]) {
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
}

/// A session takes its place along when it ends, which may take a moment.
const PATIENCE: Duration = Duration::from_secs(30);
/// Fewer than a fuzzer has inputs: sessions that stayed behind would be noticed soon. A broken one may stay for some seconds.
const PLACES: usize = 256;
/// Answers to polls that are read until a client is let in.
const POLLS_MAX: usize = 8;

/// A door for Engine.IO and Socket.IO packets, as a client that polls sends them: several in a body, bytes as base64.
pub struct SocketIo {
    runtime: tokio::runtime::Runtime,
    router: Router,
    hub: Hub,
    hello: String,
    id: DocumentId,
}

impl SocketIo {
    /// With one document, which is named as in the corpus.
    pub fn new(folder: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let clock = Arc::new(SystemClock);
        let issuer = Issuer::open(&folder.join("key"), "carrel", clock.clone(), Random::system());
        let issuer = issuer.expect("an issuer");
        let owner = UserId::from_random(1);
        let token = issuer.issue(NewToken::user(&owner, "ada", Role::Learner)).expect("signed").token;
        let store = EmbeddedStore::open(&folder.join("documents"), Random::system()).expect("a store");
        let id = DocumentId::from_random(1);
        let meta = Meta { owner: owner.to_string(), ..Meta::default() };
        runtime.block_on(store.change(&id, Change::Create(meta, None))).expect("a document");
        let (shutdown, metrics) = (Shutdown::new(), SyncMetrics::new(&Metrics::new("sync")));
        let _inside = runtime.enter();
        let tasks = Tasks::new(&shutdown);
        let hub = Hub::new(Arc::new(store), clock.clone(), tasks, shutdown.clone(), metrics.clone());
        let (_, revoked) = tokio::sync::watch::channel(0);
        let revocations = Revocations::new();
        let verifier = Verifier::new("carrel", issuer.keys(), revocations.clone(), clock.clone());
        let limits = Limits { connections_per_address: PLACES, frame_bytes: 64 * 1024, ..Limits::default() };
        let parts =
            Parts { hub: hub.clone(), limits, clock, shutdown, metrics, verifier, revocations, revoked };
        let router = socketio::router(Door::new(parts));
        let hello = format!("40/yjs|{id},{{\"token\":\"{token}\"}}");
        Self { runtime, router, hub, hello, id }
    }

    async fn ask(&self, request: Request<Body>) -> (u16, Bytes) {
        let Ok(answer) = self.router.clone().oneshot(request).await;
        let (status, body) = (answer.status().as_u16(), answer.into_body().collect().await);
        (status, body.map(|body| body.to_bytes()).unwrap_or_default())
    }

    async fn poll(&self, query: &str) -> (u16, Bytes) {
        let uri = format!("/socket.io/?EIO=4&transport=polling{query}");
        self.ask(Request::get(uri).body(Body::empty()).expect("a request")).await
    }

    async fn post(&self, query: &str, body: &[u8]) -> u16 {
        let uri = format!("/socket.io/?EIO=4&transport=polling{query}");
        self.ask(Request::post(uri).body(Body::from(body.to_vec())).expect("a request")).await.0
    }

    /// A session's id, as a query names it.
    async fn greeted(&self) -> String {
        let since = tokio::time::Instant::now();
        loop {
            let (status, greeting) = self.poll("").await;
            let greeting = String::from_utf8_lossy(&greeting).into_owned();
            if status == 200 {
                let id = greeting.split("\"sid\":\"").nth(1).and_then(|rest| rest.split('"').next());
                return format!("&sid={}", id.expect("an id"));
            }
            assert!(status == 429 && since.elapsed() < PATIENCE, "places stay taken: {status} {greeting}");
            // poll: sessions that have ended give their places back by themselves
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// `false`: it was cut, because the document's namespace went with the session before it. Clients then connect anew.
    async fn enter(&self, session: &str) -> bool {
        if self.post(session, self.hello.as_bytes()).await != 200 {
            return false;
        }
        for _ in 0..POLLS_MAX {
            let (status, packets) = self.poll(session).await;
            if status != 200 {
                assert!(status < 500, "{status}");
                return false;
            }
            if packets.windows(3).any(|window| window == b"40/") {
                return true;
            }
        }
        panic!("not let in");
    }

    async fn session(&self, is_member: bool) -> String {
        let since = tokio::time::Instant::now();
        loop {
            let session = self.greeted().await;
            if !is_member || self.enter(&session).await {
                return session;
            }
            assert!(since.elapsed() < PATIENCE, "cut again and again");
        }
    }

    /// The first byte says whether a stranger or a member sends the rest.
    pub fn offer(&self, data: &[u8]) {
        let Some((who, packets)) = data.split_first() else { return };
        self.runtime.block_on(async {
            let session = self.session(who & 1 == 0).await;
            let status = self.post(&session, packets).await;
            assert!(status < 500, "{status}");
            // Ended already, if the packets broke it.
            let status = self.post(&session, b"1").await;
            assert!(status < 500, "{status}");
            if who & 2 != 0 {
                self.still_serves().await;
            }
        });
    }

    /// The document is there for others, whatever was said.
    async fn still_serves(&self) {
        let since = tokio::time::Instant::now();
        while let Err(error) = self.hub.read(&self.id, Bytes::new()).await {
            // A room that an update has broken is loaded anew.
            assert!(since.elapsed() < PATIENCE, "{error}");
        }
    }
}
