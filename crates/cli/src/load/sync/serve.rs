//! Our side of the run, in processes of their own: the daemon with a front-end master that only publishes its keys,
//! and the floor.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use carrel_ids::UserId;
use carrel_service::identity::{Issuer, NewToken};
use carrel_service::{
    App, Audience, Auth, Deps, ListenerConfig, Listeners, Random, Revocations, Role, Rule, Shutdown,
    SystemClock, Tasks, Verifier,
};
use carrel_sync::Config;
use carrel_sync::config::Limits;
use clap::Args;
use tokio::io::AsyncReadExt as _;

use super::client::put_head;
use super::target::Greeting;
use crate::error::{CliError, Doing};

/// More than any run opens.
const CONNECTIONS: usize = 20_000;
/// The floor reads edits of some dozen bytes.
const READ_MAX: usize = 4096;

/// Where the measured daemon keeps its documents.
#[derive(Debug, Args)]
pub struct ServerArgs {
    state: PathBuf,
}

/// How many the floor writes to.
#[derive(Debug, Args)]
pub struct FloorArgs {
    readers: usize,
}

fn failed(what: &'static str) -> impl FnOnce(&dyn std::fmt::Display) -> CliError {
    move |error| {
        CliError::failed(format!("{what}: {error}"), "run `carrel load sync`, which starts this itself")
    }
}

/// The daemon, until standard input ends.
pub(super) async fn daemon(args: ServerArgs) -> Result<(), CliError> {
    let clock = Arc::new(SystemClock);
    let issuer = Issuer::open(&args.state.join("key"), "carrel", clock.clone(), Random::system());
    let issuer = issuer.map_err(|error| failed("make a key")(&error))?;
    let shutdown = Shutdown::new();
    let tasks = Tasks::new(&shutdown);
    let (listeners, master_url) = listen().await?;
    let deps = Deps::embedded("frontend-master", listeners, shutdown.clone());
    let verifier = Verifier::new("carrel", issuer.keys(), Revocations::new(), clock);
    let jwks = issuer.jwks_json();
    let routes = Router::new().route("/.well-known/jwks.json", get(move || async move { jwks }));
    let app = App::new(Auth::new(verifier).rules(|_, _| Some(Rule::PUBLIC))).routes(Audience::Public, routes);
    tasks.spawn("keys", async move { drop(deps.serve(app).await) });

    let (listeners, _) = listen().await?;
    let address = listeners.bound()[0].tcp().ok_or_else(|| failed("listen")(&"no address"))?;
    let deps = Deps::embedded("sync", listeners, shutdown.clone());
    let limits = Limits {
        connections_per_address: CONNECTIONS,
        connections: CONNECTIONS,
        documents_per_token: CONNECTIONS,
        ..Limits::default()
    };
    let state_dir = args.state.join("documents");
    std::fs::create_dir_all(&state_dir).doing("make the state folder")?;
    let config = Config { state_dir, frontend_url: master_url, limits, ..Config::default() };
    let user = NewToken::user(&UserId::from_random(1), "ada", Role::Learner);
    let token = issuer.issue(user).map_err(|error| failed("make a token")(&error))?.token;
    let greeting =
        serde_json::to_string(&Greeting { address, token }).map_err(|error| failed("greet")(&error))?;
    let stop = shutdown.clone();
    tasks.spawn("parent", async move {
        // Ends when whoever started this does.
        drop(tokio::io::stdin().read_to_end(&mut Vec::new()).await);
        stop.trigger();
    });
    writeln!(io::stdout(), "{greeting}").doing("greet")?;
    carrel_sync::run(config, deps).await.map_err(|error| failed("serve documents")(&error))
}

async fn listen() -> Result<(Listeners, String), CliError> {
    let listeners = Listeners::bind(&[ListenerConfig::tcp("127.0.0.1:0")]).await;
    let listeners = listeners.map_err(|error| failed("listen")(&error))?;
    let url = listeners.bound()[0].url();
    Ok((listeners, url))
}

/// The floor: the first connection writes, so many others get each of its frames with one `write()`.
pub(super) fn floor(args: &FloorArgs) -> Result<(), CliError> {
    let work = || -> io::Result<()> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let greeting = Greeting { address: listener.local_addr()?, token: String::new() };
        writeln!(io::stdout(), "{}", serde_json::to_string(&greeting)?)?;
        let accept = || {
            let (stream, _) = listener.accept()?;
            stream.set_nodelay(true)?;
            Ok::<_, io::Error>(stream)
        };
        let mut writer = accept()?;
        let mut readers = (0..args.readers).map(|_| accept()).collect::<io::Result<Vec<_>>>()?;
        let mut held = Vec::new();
        let mut scratch = [0; READ_MAX];
        loop {
            let count = writer.read(&mut scratch)?;
            if count == 0 {
                return Ok(());
            }
            held.extend_from_slice(&scratch[..count]);
            while let Some(frame) = next_frame(&mut held) {
                readers.iter_mut().try_for_each(|reader| send(reader, &frame))?;
            }
        }
    };
    work().doing("serve the floor")
}

fn send(reader: &mut TcpStream, frame: &[u8]) -> io::Result<()> {
    if reader.write(frame)? == frame.len() { Ok(()) } else { Err(io::ErrorKind::WriteZero.into()) }
}

/// A client's small frame as a server's; its mask is known to be zero.
fn next_frame(held: &mut Vec<u8>) -> Option<Vec<u8>> {
    let length = usize::from(*held.get(1)? & 0x7f);
    let payload = held.get(6..6 + length)?;
    let mut frame = Vec::with_capacity(2 + length);
    put_head(&mut frame, 0x82, length, 0);
    frame.extend_from_slice(payload);
    held.drain(..6 + length);
    Some(frame)
}
