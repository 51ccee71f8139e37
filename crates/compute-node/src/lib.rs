//! The hands: slots on this machine, pools, limits, metering, egress.
//!
//! The front-end master decides which session goes where; this daemon keeps warm slots ready, hands them over,
//! carries every byte in and out of them, measures them from outside, and destroys them.
//!
//! Invariant: only this daemon starts or stops a slot; it never picks a session by itself.
//! Invariant: a slot has no network; all it can reach is its link's socket, on which this daemon listens.
//! Invariant: sessions outlive this daemon: a stop or a crash leaves slots running, the next start adopts them.
//! Invariant: the runtime is the configured one; without its engine the node refuses claims.

pub mod body;
pub mod config;
pub mod convert;
pub mod core;
pub mod egress;
#[cfg(test)]
mod fakes;
pub mod identity;
pub mod ledger;
pub mod link;
pub mod machine;
pub mod metrics;
pub mod pools;
pub mod report;
pub mod rpc;
pub mod sampler;
pub mod sessions;
pub mod slot;
pub mod topology;
pub mod tunnel;

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use carrel_client::{Options, Peer, TokenSource};
use carrel_ids::NodeId;
use carrel_model::node::{Pool, Settings};
use carrel_proto::access;
use carrel_proto::compute::v1::slot_service_server::SlotServiceServer;
use carrel_runtime::Runtime;
use carrel_runtime::docker::{self, DockerRuntime};
use carrel_runtime::process::{self, ProcessRuntime};
use carrel_service::{App, Audience, Auth, Daemon, Deps, NoCommand, Rule, RunError, Shutdown, While as _};
use tracing::{info, warn};

pub use config::Config;
use config::RuntimeChoice;
use core::{Core, Parts};
use egress::MasterUpstream;
use identity::Identity;
use link::LinkDirs;
use machine::Machine;
use metrics::NodeMetrics;
use pools::Plan;
use report::{Facts, Reporter, Versions};
use sampler::Sampler;
use sessions::Sessions;
use tunnel::Tunnel;

/// The daemon.
pub struct ComputeNode;

impl Daemon for ComputeNode {
    const NAME: &'static str = "compute-node";
    const ABOUT: &'static str = "Runs the slots of one machine.";
    type Config = Config;
    type Command = NoCommand;

    async fn run(config: Config, deps: Deps) -> Result<(), RunError> {
        run(config, deps).await
    }
}

/// Runs until the shutdown, with the configured runtime.
pub async fn run(config: Config, deps: Deps) -> Result<(), RunError> {
    make_state_dir(&config)?;
    let runtime = open_runtime(&config)?;
    run_with(config, deps, runtime).await
}

/// Runs until the shutdown, with this runtime.
pub async fn run_with(config: Config, deps: Deps, runtime: Arc<dyn Runtime>) -> Result<(), RunError> {
    make_state_dir(&config)?;
    let machine = Machine::read();
    let plan = pools::plan(&config.wishes(), &machine.topology, machine.memory);
    for sentence in &plan.clamped {
        warn!(sentence, "a pool was fitted to the machine");
    }
    let metrics = NodeMetrics::new(&deps.metrics);
    let versions =
        Arc::new(Versions::start(&config.state_dir, deps.clock.now_ms()).during("begin an epoch")?);
    let master = Master::new(&config)?;
    let sessions = Sessions::default();
    let node: NodeId = config.node.parse().during("read the node's id")?;
    let parts = Parts {
        node: node.clone(),
        runtime: runtime.clone(),
        dirs: LinkDirs::new(&config.state_dir),
        sessions: sessions.clone(),
        upstream: master.upstream.clone(),
        plan: plan.clone(),
        image: config.image.clone(),
        clock: deps.clock.clone(),
        tasks: deps.tasks.clone(),
        shutdown: deps.shutdown.clone(),
        notify: deps.notify.clone(),
        health: deps.health.clone(),
        metrics: metrics.clone(),
    };
    let (mut core, handle) = Core::new(parts, settings(&config, &plan), &deps.random);
    // Before anybody is served or told: a report without the adopted sessions would lose them.
    core.adopt().await?;
    deps.tasks.spawn("core", core.run());
    let sampler = Sampler {
        core: handle.clone(),
        runtime: runtime.clone(),
        clock: deps.clock.clone(),
        every: Duration::from_secs(config.sample_secs),
        shutdown: deps.shutdown.clone(),
    };
    deps.tasks.spawn("sampler", sampler.run());
    let reporter = Reporter {
        facts: facts(&config, &deps, node, &machine, plan.clamped, runtime.kind().as_str()),
        core: handle.clone(),
        versions: versions.clone(),
        master: master.services.node_link.clone(),
        metrics,
        shutdown: deps.shutdown.clone(),
    };
    deps.tasks.spawn("reporter", reporter.run());
    let slots = rpc::Slots { core: handle, versions, shutdown: deps.shutdown.clone() };
    let identity = identity::start(master.sources(&config, &deps), &deps.tasks, &deps.shutdown);
    let app = app(&deps, slots, sessions, identity);
    deps.serve(app).await
}

fn app(deps: &Deps, slots: rpc::Slots, sessions: Sessions, identity: Identity) -> App {
    let Identity { verifier, revocations, revoked } = identity;
    let (clock, tasks, shutdown): (_, _, Shutdown) =
        (deps.clock.clone(), deps.tasks.clone(), deps.shutdown.clone());
    let tunnel = Tunnel::new(sessions, clock, tasks, shutdown, revocations, revoked);
    let auth = Auth::new(verifier).rules(|_, path| rule(path)).hook(tunnel::ticket_hook);
    App::new(auth)
        .grpc(Audience::Rack, SlotServiceServer::new(slots))
        .routes(Audience::Public, tunnel.router())
}

/// Who may ask for what: the slot service for daemons, the tunnel for users and the front-end master.
fn rule(path: &str) -> Option<Rule> {
    if path.starts_with("/s/") {
        return Some(Rule::SESSION_OR_SERVICE);
    }
    path.starts_with("/carrel.compute.v1.SlotService/")
        .then(|| access::of_path(path).map(Rule::from))
        .flatten()
}

/// The front-end master, as the parts of this daemon see it.
struct Master {
    peer: Peer,
    services: carrel_client::FrontendMaster,
    upstream: Arc<MasterUpstream>,
}

impl Master {
    fn new(config: &Config) -> Result<Self, RunError> {
        let token = config.token_file.as_ref().map_or_else(TokenSource::none, TokenSource::file);
        let options = Options { token, ca_file: config.frontend_ca.clone(), ..Options::default() };
        let peer = Peer::new(&config.frontend_url, options).during("read frontend_url")?;
        let services = carrel_client::frontend_master(&peer);
        let upstream =
            MasterUpstream::new(&config.frontend_url, config.frontend_ca.clone(), services.node_link.clone())
                .during("read frontend_url")?;
        Ok(Self { peer, services, upstream: Arc::new(upstream) })
    }

    fn sources(&self, config: &Config, deps: &Deps) -> identity::Sources {
        identity::Sources {
            issuer: config.issuer.clone(),
            http: self.peer.http(),
            tokens: self.services.tokens.clone(),
            clock: deps.clock.clone(),
            random: deps.random.clone(),
        }
    }
}

fn settings(config: &Config, plan: &Plan) -> Settings {
    let pool = |pool: &pools::PoolPlan| Pool { class: pool.class, wanted: pool.count as usize };
    Settings {
        pools: plan.pools.iter().map(pool).collect(),
        starts_at_once: config.starts_at_once as usize,
        ..Settings::default()
    }
}

fn facts(
    config: &Config,
    deps: &Deps,
    node: NodeId,
    machine: &Machine,
    clamped: Vec<String>,
    runtime: &'static str,
) -> Facts {
    let inside = |bound: &&carrel_service::listen::Bound| bound.audience != Audience::Public;
    let bound = deps.listeners.bound();
    let found = || bound.iter().find(inside).map(carrel_service::listen::Bound::url).unwrap_or_default();
    let control_url = if config.control_url.is_empty() { found() } else { config.control_url.clone() };
    if control_url.is_empty() {
        warn!("no rack or local listener and no control_url: the front-end master can't reach this node");
    }
    Facts {
        node,
        control_url,
        direct_url: config.direct_url.clone(),
        runtime,
        threads: machine.topology.len(),
        memory_bytes: machine.memory,
        clamped,
    }
}

/// An agent of the process runtime, or an engine with user namespaces, passes through as somebody else. What lies in
/// it is either closed to others or has a name that nobody can guess.
fn make_state_dir(config: &Config) -> Result<(), RunError> {
    let made = DirBuilder::new().recursive(true).mode(0o711).create(&config.state_dir);
    made.map_err(|error| RunError::caused(format!("create {}", shown(&config.state_dir)), error))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn open_runtime(config: &Config) -> Result<Arc<dyn Runtime>, RunError> {
    let node: NodeId = config.node.parse().during("read the node's id")?;
    let state_dir = config.state_dir.clone();
    Ok(match config.runtime {
        RuntimeChoice::Docker => {
            let socket = config.docker.socket.clone();
            let docker = docker::DockerConfig { socket, node, state_dir };
            Arc::new(DockerRuntime::open(docker).during("open the docker runtime")?)
        }
        RuntimeChoice::Process => {
            warn!("{}", process::BANNER);
            let (agent, args) = (config.process.agent.clone(), config.process.args.clone());
            info!(agent = shown(&agent), "slots are plain processes");
            // Not in the state folder itself: the driver clears its own `slots`, and ours hold the links.
            let state_dir = state_dir.join("process");
            let process = process::ProcessConfig { node, state_dir, agent, args };
            Arc::new(ProcessRuntime::open(process).during("open the process runtime")?)
        }
    })
}
