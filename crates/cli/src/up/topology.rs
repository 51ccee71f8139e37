//! The front-end master, the sync daemon and one compute node in this process, on embedded defaults.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use carrel_client::{FrontendMaster, Options, Peer};
use carrel_frontend_master as master;
use carrel_proto::auth::v1::{LoginLink, RedeemLinkRequest, Token};
use carrel_proto::compute::v1::{ListNodesRequest, Node, NodeReport};
use carrel_service::identity::{Issuer, NewToken};
use carrel_service::{Deps, Random, RunError, Shutdown, SystemClock};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::RuntimeArg;
use super::documents;
use super::listeners::{bind, bind_node, tcp_url};
use super::runtime::{Chosen, choose};
use super::state::StateDir;
use crate::error::{CliError, Doing, During};

/// The issuer of every token; both daemons' default.
const ISSUER: &str = "carrel";
/// How long a daemon may take until it answers: opening a store after a hard stop is the slowest part.
const START_MAX: Duration = Duration::from_secs(30);
/// How long `up` waits for a first warm slot before it says where it is.
const WARM_MAX: Duration = Duration::from_secs(3);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long an orderly end may take: the daemons' own drain, and a little.
const STOP_MAX: Duration = Duration::from_secs(60);
/// A daemon's token: until a yearly round of maintenance; made anew at every start anyway.
const TOKEN_LASTS: Duration = Duration::from_secs(400 * 24 * 3_600);

/// What to start.
pub struct Plan {
    /// The state folder.
    pub state: PathBuf,
    /// Which runtime.
    pub runtime: RuntimeArg,
    /// The public address.
    pub listen: SocketAddr,
    /// Standard slots.
    pub standard: PoolPlan,
    /// Burst slots.
    pub burst: PoolPlan,
    /// The slots' image.
    pub image: String,
    /// The built browser app.
    pub web_root: Option<PathBuf>,
    /// Live sessions per user, if not the default.
    pub sessions_per_user: Option<u32>,
    /// Write a log into the state folder.
    pub log_to_file: bool,
}

/// One pool.
#[derive(Debug, Clone, Copy)]
pub struct PoolPlan {
    /// How many.
    pub wanted: u32,
    /// Memory of each, MiB; as the class has it if left out.
    pub memory_mib: Option<u64>,
    /// Disk of each, MiB; as the class has it if left out.
    pub disk_mib: Option<u64>,
}

impl PoolPlan {
    /// So many, of the class's own size.
    pub fn wanted(wanted: u32) -> Self {
        Self { wanted, memory_mib: None, disk_mib: None }
    }

    fn config(self) -> carrel_compute_node::config::PoolConfig {
        carrel_compute_node::config::PoolConfig {
            wanted: Some(self.wanted),
            memory_mib: self.memory_mib,
            disk_mib: self.disk_mib,
            ..Default::default()
        }
    }
}

/// What runs.
pub struct Topology {
    /// The node's id.
    pub node: String,
    /// The public address.
    pub url: String,
    /// The node's own address for users.
    pub direct_url: String,
    /// The front-end master's unix socket.
    pub socket: PathBuf,
    /// The node's unix socket.
    pub node_socket: PathBuf,
    /// The sync daemon's unix socket.
    pub sync_socket: PathBuf,
    /// The state folder.
    pub state: PathBuf,
    /// What slots are.
    pub runtime: Chosen,
    local: FrontendMaster,
    local_url: String,
    first_report: NodeReport,
    daemons: JoinSet<(&'static str, Result<(), RunError>)>,
    stop_node: Shutdown,
    stop_sync: Shutdown,
    stop_master: Shutdown,
    _hold: StateDir,
}

impl Topology {
    /// Starts both daemons; returns when the node has reported to the master.
    pub async fn start(plan: Plan, step: &(dyn Fn(&str) + Sync)) -> Result<Self, CliError> {
        step("taking hold of the state folder…");
        let hold = StateDir::hold(&plan.state)?;
        let node = hold.node_id()?;
        if plan.log_to_file {
            super::log::write_to(&hold.path.join("carrel.log"))?;
        }
        step("opening the listeners…");
        let socket = hold.socket();
        let node_socket = hold.node_socket();
        let public = bind(&plan.listen, &socket).await?;
        let node_side = bind_node(&node_socket).await?;
        let sync_socket = hold.sync_socket();
        let sync_side = documents::bind(&hold).await?;
        let (url, direct_url) = (tcp_url(&public), tcp_url(&node_side));
        step("looking for a runtime…");
        let runtime = choose(plan.runtime, &plan.image).await?;

        step("starting the front-end master…");
        let mut daemons = JoinSet::new();
        let (stop_node, stop_sync, stop_master) = (Shutdown::new(), Shutdown::new(), Shutdown::new());
        let config = master_config(&plan, &hold, &url);
        let [token, sync_token] = tokens(&hold, &node, &config.state_dir, &config.signing_key())?;
        let deps = Deps::embedded("frontend-master", public, stop_master.clone());
        daemons.spawn(async move { ("frontend-master", master::run(config, deps).await) });
        let local_url = format!("unix:{}", socket.display());
        let peer = Peer::new(&local_url, Options::default())
            .map_err(|error| CliError::failed(error.to_string(), "give another folder with --state DIR"))?;
        let local = carrel_client::frontend_master(&peer);
        let (config, deps) =
            documents::parts(&hold, sync_side, &stop_sync, (ISSUER, sync_token, &local_url, &url));
        daemons.spawn(async move { ("sync", carrel_sync::run(config, deps).await) });
        until_it_answers(&local, &mut daemons, |_| true).await?;

        step("starting the compute node…");
        let config = NodeParts { plan: &plan, node: &node, hold: &hold, runtime: &runtime }.config(
            token,
            &local_url,
            &direct_url,
        );
        let deps = Deps::embedded("compute-node", node_side, stop_node.clone());
        daemons.spawn(async move { ("compute-node", carrel_compute_node::run(config, deps).await) });
        let has_reported = |nodes: &[Node]| report_of(nodes, &node).is_some();
        let nodes = until_it_answers(&local, &mut daemons, has_reported).await?;
        let first_report = report_of(&nodes, &node).unwrap_or_default();
        let state = hold.path.clone();
        let mut topology = Self {
            node,
            url,
            direct_url,
            socket,
            node_socket,
            sync_socket,
            state,
            runtime,
            local,
            local_url,
            first_report,
            daemons,
            stop_node,
            stop_sync,
            stop_master,
            _hold: hold,
        };
        step("warming a first slot…");
        topology.first_report = topology.first_warm().await?;
        Ok(topology)
    }

    /// What the node said when it came up.
    pub fn report(&self) -> NodeReport {
        self.first_report.clone()
    }

    /// What the node says now.
    pub async fn report_now(&self) -> Result<NodeReport, CliError> {
        let reply = self.local.node_admin.clone().list_nodes(ListNodesRequest::default()).await;
        let nodes = reply.during(&self.local_url, "list the nodes")?.into_inner().nodes;
        Ok(report_of(&nodes, &self.node).unwrap_or_default())
    }

    /// The node's report once a slot is warm: who opens a session right away should get one. Not for ever: a slow
    /// engine or a missing image is told by `carrel node show`.
    async fn first_warm(&self) -> Result<NodeReport, CliError> {
        let deadline = Instant::now() + WARM_MAX;
        loop {
            let report = self.report_now().await?;
            let waits = report.classes.iter().any(|class| class.wanted > 0)
                && report.classes.iter().all(|class| class.warm == 0);
            if !waits || !report.refusing.is_empty() || Instant::now() >= deadline {
                return Ok(report);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// The front-end master over its own socket, as its owner.
    pub fn local(&self) -> &FrontendMaster {
        &self.local
    }

    /// A one-time link for the first admin.
    pub async fn admin_link(&self) -> Result<LoginLink, CliError> {
        crate::user::admin_link(&self.state).await
    }

    /// Logs the first admin in.
    pub async fn admin(&self) -> Result<Token, CliError> {
        let link = self.admin_link().await?;
        let (_, secret) = crate::account::split_link(&link.url)
            .ok_or_else(|| CliError::failed("the admin link has no secret", "report this"))?;
        let token = self.local.auth.clone().redeem_link(RedeemLinkRequest { secret }).await;
        Ok(token.during(&self.local_url, "log in as the admin")?.into_inner())
    }

    /// Resolves when a daemon ends by itself, which is a failure.
    pub async fn ended(&mut self) -> CliError {
        daemon_ended(self.daemons.join_next().await)
    }

    /// Drains the node, then the sync daemon, then the master, then takes away the slots that no session holds (or all of them).
    /// Returns how many sessions stay for the next start.
    pub async fn stop(&mut self, everything: bool) -> Result<usize, CliError> {
        let held = if everything { Vec::new() } else { self.report_now().await?.sessions };
        let kept: Vec<String> = held.into_iter().map(|session| session.slot_id).collect();
        self.stop_daemons().await?;
        super::sweep::slots(&self.runtime, &self.node, &node_state(&self.state), &kept).await?;
        Ok(kept.len())
    }

    async fn stop_daemons(&mut self) -> Result<(), CliError> {
        let deadline = Instant::now() + STOP_MAX;
        for stop in [&self.stop_node, &self.stop_sync, &self.stop_master] {
            stop.trigger();
            if self.daemons.is_empty() {
                continue;
            }
            match tokio::time::timeout_at(deadline, self.daemons.join_next()).await {
                Ok(Some(Ok((_, Ok(()))))) | Ok(None) => {}
                Ok(ended) => return Err(daemon_ended(ended)),
                Err(_) => {
                    let hint = format!("see {}", self.state.join("carrel.log").display());
                    return Err(CliError::failed("a daemon did not end in time", hint));
                }
            }
        }
        Ok(())
    }
}

fn report_of(nodes: &[Node], id: &str) -> Option<NodeReport> {
    nodes.iter().find(|node| node.id == id)?.report.clone()
}

fn node_state(state: &Path) -> PathBuf {
    state.join("node")
}

type Ended = Option<Result<(&'static str, Result<(), RunError>), tokio::task::JoinError>>;

fn daemon_ended(ended: Ended) -> CliError {
    let hint = "the log in the state folder, carrel.log, says more";
    match ended {
        Some(Ok((name, Err(error)))) => {
            CliError::failed(format!("{name}: {}", carrel_service::Chain(&error)), hint)
        }
        Some(Ok((name, Ok(())))) => CliError::failed(format!("{name} ended by itself"), hint),
        Some(Err(error)) => CliError::failed(format!("a daemon failed: {error}"), hint),
        None => CliError::failed("no daemon runs", hint),
    }
}

/// Asks for the nodes until the master answers and the answer is as wanted.
async fn until_it_answers(
    local: &FrontendMaster,
    daemons: &mut JoinSet<(&'static str, Result<(), RunError>)>,
    wanted: impl Fn(&[Node]) -> bool,
) -> Result<Vec<Node>, CliError> {
    let looking = async {
        let mut last = None;
        let deadline = Instant::now() + START_MAX;
        while Instant::now() < deadline {
            match local.node_admin.clone().list_nodes(ListNodesRequest::default()).await {
                Ok(reply) if wanted(&reply.get_ref().nodes) => return Ok(reply.into_inner().nodes),
                Ok(_) => {}
                Err(status) => last = Some(status),
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        let said = last.map_or_else(String::new, |status| format!(": {}", status.message()));
        Err(CliError::failed(
            format!("the daemons were not up within {} s{said}", START_MAX.as_secs()),
            "the log in the state folder, carrel.log, says more",
        ))
    };
    tokio::select! {
        nodes = looking => nodes,
        ended = daemons.join_next(), if !daemons.is_empty() => Err(daemon_ended(ended)),
    }
}

fn master_config(plan: &Plan, hold: &StateDir, url: &str) -> master::Config {
    let mut config = master::Config {
        state_dir: hold.path.join("frontend-master"),
        sync_url: format!("unix:{}", hold.sync_socket().display()),
        public_url: url.to_owned(),
        issuer: ISSUER.to_owned(),
        web_root: plan.web_root.clone(),
        ..master::Config::default()
    };
    if let Some(most) = plan.sessions_per_user {
        config.sessions.per_user_max = most;
    }
    config
}

/// The node's and the sync daemon's. The master signs with the key in its folder; made here first if it is the first start.
fn tokens(hold: &StateDir, node: &str, master_state: &Path, key: &Path) -> Result<[PathBuf; 2], CliError> {
    std::fs::create_dir_all(master_state).doing(format!("make the folder {}", master_state.display()))?;
    let hint = "give another folder with --state DIR, or move that file away";
    let failed =
        |error: &dyn std::error::Error| CliError::failed(format!("{}: {error}", key.display()), hint);
    let issuer =
        Issuer::open(key, ISSUER, Arc::new(SystemClock), Random::system()).map_err(|error| failed(&error))?;
    let write = |name: &str, file: &str| {
        let new = NewToken::service(name).lifetime(TOKEN_LASTS);
        hold.write_secret(file, &issuer.issue(new).map_err(|error| failed(&error))?.token)
    };
    Ok([write(node, "node.token")?, write("sync", "sync.token")?])
}

/// What a node's configuration is made from.
struct NodeParts<'a> {
    plan: &'a Plan,
    node: &'a str,
    hold: &'a StateDir,
    runtime: &'a Chosen,
}

impl NodeParts<'_> {
    fn config(
        self,
        token: PathBuf,
        master_url: &str,
        direct_url: &str,
    ) -> carrel_compute_node::config::Config {
        use carrel_compute_node::config::{Config, PoolsConfig, ProcessConfig, RuntimeChoice};
        let (runtime, process) = match self.runtime {
            Chosen::Docker => (RuntimeChoice::Docker, ProcessConfig::default()),
            Chosen::Process { agent, .. } => {
                (RuntimeChoice::Process, ProcessConfig { agent: agent.clone(), args: vec!["serve".into()] })
            }
        };
        Config {
            node: self.node.to_owned(),
            state_dir: node_state(&self.hold.path),
            runtime,
            image: self.plan.image.clone(),
            frontend_url: master_url.to_owned(),
            token_file: Some(token),
            issuer: ISSUER.to_owned(),
            control_url: format!("unix:{}", self.hold.node_socket().display()),
            direct_url: direct_url.to_owned(),
            process,
            pools: PoolsConfig { standard: self.plan.standard.config(), burst: self.plan.burst.config() },
            ..Config::default()
        }
    }
}
