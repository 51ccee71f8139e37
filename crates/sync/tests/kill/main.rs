//! The real daemon, killed without warning at seeded points: nothing that it acknowledged is lost.
//!
//! `CARREL_KILL_POINTS` says how many points; by default a share, so that every run of the tests has some.
#![allow(clippy::disallowed_methods, reason = "the test joins what it spawns")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use carrel_client::{Channel, Options, Peer, TokenSource};
use carrel_ids::UserId;
use carrel_proto::sync::v1 as pb;
use carrel_proto::sync::v1::document_service_client::DocumentServiceClient;
use carrel_service::identity::{Issuer, NewToken};
use carrel_service::{
    App, Audience, Auth, Deps, ListenerConfig, Listeners, Random, Revocations, Role, Rule, Shutdown,
    SystemClock, Verifier,
};
use pb::content::Form;
use tokio::sync::Notify;
use yrs::{Doc, Map as _, Transact as _};

const PATIENCE: Duration = Duration::from_secs(60);
/// Documents that are written at once, so that commits hold several.
const DOCUMENTS: u64 = 6;
/// From time to time others, so that they stay small.
const POINTS_PER_DOCUMENT: u64 = 12;

/// By document, what was acknowledged.
type Acknowledged = Arc<Mutex<BTreeMap<String, Vec<String>>>>;

struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Daemon {
    fn start(config: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carrel-sync"));
        command.arg("--config").arg(config).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().expect("the daemon starts"))
    }

    fn kill(&mut self) {
        // It may have ended by itself; the next start shows whether it should have.
        let _ = self.0.kill();
        self.0.wait().expect("the daemon is reaped");
    }
}

/// A front-end master that only publishes its keys.
async fn master(folder: &Path) -> (Arc<Issuer>, String, Shutdown) {
    let clock = Arc::new(SystemClock);
    let issuer = Issuer::open(&folder.join("key"), "carrel", clock.clone(), Random::system());
    let issuer = Arc::new(issuer.expect("an issuer"));
    let listeners = Listeners::bind(&[ListenerConfig::tcp("127.0.0.1:0")]).await.expect("bind");
    let url = listeners.bound()[0].url();
    let shutdown = Shutdown::new();
    let deps = Deps::embedded("frontend-master", listeners, shutdown.clone());
    let verifier = Verifier::new("carrel", issuer.keys(), Revocations::new(), clock);
    let jwks = issuer.jwks_json();
    let routes = Router::new().route("/.well-known/jwks.json", get(move || async move { jwks }));
    let app = App::new(Auth::new(verifier).rules(|_, _| Some(Rule::PUBLIC))).routes(Audience::Public, routes);
    tokio::spawn(async move { deps.serve(app).await });
    (issuer, url, shutdown)
}

type Client = DocumentServiceClient<Channel>;

fn client(socket: &Path, token: &str) -> Client {
    let options = Options { token: TokenSource::fixed(token.to_owned()), ..Options::default() };
    let url = format!("unix:{}", socket.display());
    DocumentServiceClient::new(Peer::new(&url, options).expect("a peer").channel())
}

async fn until_ready(client: &mut Client) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while client.list_documents(pb::ListDocumentsRequest { limit: 1, ..Default::default() }).await.is_err() {
        assert!(tokio::time::Instant::now() < deadline, "the daemon does not come up");
        // poll: the daemon answers when it has read its journal
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn check(client: &mut Client, id: &str, acknowledged: &[String], seed: u64) {
    let request =
        pb::ExportDocumentRequest { id: id.to_owned(), form: pb::Form::Json.into(), ..Default::default() };
    let content = client.export_document(request).await;
    let content = content.unwrap_or_else(|status| panic!("point {seed}: {id} is gone: {status}"));
    let Some(Form::Json(json)) = content.into_inner().form else { panic!("no JSON") };
    let held: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    for token in acknowledged {
        assert!(held["edits"].get(token).is_some(), "point {seed}: {id} lost {token}");
    }
}

/// Edits one document until the daemon is gone; each edit waits for the one before to be acknowledged.
async fn edit(
    mut client: Client,
    id: String,
    seed: u64,
    acknowledged: Acknowledged,
    told: (Arc<AtomicU64>, Arc<Notify>),
) {
    let create = pb::CreateDocumentRequest { id: id.clone(), ..Default::default() };
    match client.create_document(create).await {
        Ok(_) => drop(acknowledged.lock().expect("whole").entry(id.clone()).or_default()),
        Err(status) if status.code() == tonic::Code::AlreadyExists => {}
        Err(_) => return,
    }
    let doc = Doc::new();
    let edits = doc.get_or_insert_map("edits");
    for n in 0.. {
        let token = format!("{seed}-{n}");
        let update = {
            let mut txn = doc.transact_mut();
            edits.insert(&mut txn, token.as_str(), true);
            txn.encode_update_v1()
        };
        let apply = pb::ApplyUpdateRequest { id: id.clone(), update };
        if client.apply_update(apply).await.is_err() {
            return;
        }
        acknowledged.lock().expect("whole").entry(id.clone()).or_default().push(token);
        told.0.fetch_add(1, Ordering::Relaxed);
        told.1.notify_one();
        if n % 16 == 15 {
            let compact = pb::CompactDocumentRequest { id: id.clone() };
            let _ = client.compact_document(compact).await;
        }
    }
}

fn points() -> u64 {
    std::env::var("CARREL_KILL_POINTS").ok().and_then(|text| text.parse().ok()).unwrap_or(40)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_kill_loses_what_was_acknowledged() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let (issuer, url, shutdown) = master(folder.path()).await;
    let (socket, config) = (folder.path().join("sync.sock"), folder.path().join("sync.toml"));
    let text = format!(
        "frontend_url = \"{url}\"\nstate_dir = \"{}\"\n[[listeners]]\naddr = \"unix:{}\"\naudience = \"rack\"\n",
        folder.path().join("state").display(),
        socket.display()
    );
    std::fs::create_dir(folder.path().join("state")).expect("a folder");
    std::fs::write(&config, text).expect("written");
    let user =
        NewToken::user(&UserId::from_random(1), "ada", Role::Learner).lifetime(Duration::from_secs(86_400));
    let token = issuer.issue(user).expect("signed").token;
    let acknowledged = Acknowledged::default();
    let (mut edits, mut early) = (0, 0);
    for seed in 0..points() {
        let random = Random::seeded(seed);
        let mut daemon = Daemon::start(&config);
        if random.below(5) == 0 {
            // In the middle of its start.
            tokio::time::timeout(Duration::from_micros(random.below(60_000)), std::future::pending::<()>())
                .await
                .ok();
            daemon.kill();
            early += 1;
            continue;
        }
        let mut asking = client(&socket, &token);
        until_ready(&mut asking).await;
        let ids: Vec<String> =
            (0..DOCUMENTS).map(|n| format!("do-{}-{n}", seed / POINTS_PER_DOCUMENT)).collect();
        for id in &ids {
            let held = acknowledged.lock().expect("whole").get(id).cloned();
            if let Some(held) = held {
                check(&mut asking, id, &held, seed).await;
            }
        }
        let told = (Arc::new(AtomicU64::new(0)), Arc::new(Notify::new()));
        let tasks: Vec<_> = ids
            .into_iter()
            .map(|id| {
                tokio::spawn(edit(client(&socket, &token), id, seed, acknowledged.clone(), told.clone()))
            })
            .collect();
        let wanted = random.below(120);
        while told.0.load(Ordering::Relaxed) < wanted {
            tokio::time::timeout(PATIENCE, told.1.notified()).await.expect("edits are acknowledged");
        }
        // Somewhere between two acknowledgements.
        for _ in 0..random.below(20_000) {
            std::hint::spin_loop();
        }
        daemon.kill();
        for task in tasks {
            task.await.expect("no panic");
        }
        edits += told.0.load(Ordering::Relaxed);
    }
    let daemon = Daemon::start(&config);
    let mut asking = client(&socket, &token);
    until_ready(&mut asking).await;
    let all = acknowledged.lock().expect("whole").clone();
    for (id, held) in &all {
        check(&mut asking, id, held, points()).await;
    }
    drop(daemon);
    println!("{} kills, {early} of them during a start; {edits} edits acknowledged and kept", points());
    shutdown.trigger();
}
