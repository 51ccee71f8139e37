//! What a scenario measures: a topology of its own, or a server it was given.

use std::path::PathBuf;
use std::time::Duration;

use carrel_proto::agent::v1::{RunReply, RunRequest, WaitFor};
use carrel_proto::compute::v1::ListNodesRequest;
use carrel_proto::session::v1::{
    CloseSessionRequest, Egress, OpenSessionRequest, Session, SessionState, SlotClass, WatchSessionRequest,
};
use http::Method;
use tokio::time::Instant;

use crate::error::{CliError, Doing, During};
use crate::out::Out;
use crate::progress::{spinner, steps};
use crate::server::{Globals, Server};
use crate::up::RuntimeArg;
use crate::up::topology::{Plan, PoolPlan, Topology};

/// Between two looks at the pool.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// A cold slot takes a quarter of a second; a busy engine a few.
const WARM_MAX_EACH: Duration = Duration::from_secs(3);
/// And at least this for all.
const WARM_MAX: Duration = Duration::from_secs(60);
/// For one session to close.
const CLOSE_MAX: Duration = Duration::from_secs(60);

/// Slots that a scenario needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    count: u32,
    pool: PoolPlan,
}

impl Wanted {
    /// Burst slots as they are.
    pub(super) fn slots(count: u32) -> Self {
        Self { count, pool: PoolPlan::wanted(count) }
    }

    /// Burst slots with less memory and disk, for counts that the machine would not promise otherwise. Killing
    /// one takes as long: it costs its processes, not its limits.
    pub(super) fn small_slots(count: u32) -> Self {
        let pool = PoolPlan { wanted: count, memory_mib: Some(128), disk_mib: Some(128) };
        Self { count, pool }
    }
}

/// A server and somebody who may ask it for everything.
pub(super) struct Rack {
    pub(super) server: Server,
    own: Option<(Topology, PathBuf)>,
}

impl Rack {
    /// The given server, or a topology of its own in a folder that is removed afterwards.
    pub(super) async fn get(globals: &Globals, image: &str, wanted: Wanted) -> Result<Self, CliError> {
        if globals.server.is_none() {
            return Self::own(&globals.out, RuntimeArg::Docker, image, wanted).await;
        }
        let rack = Self { server: globals.connect().await?, own: None };
        rack.once_warm(&globals.out, wanted).await
    }

    /// A topology of its own, of slots of this kind.
    pub(super) async fn own(
        out: &Out,
        runtime: RuntimeArg,
        image: &str,
        wanted: Wanted,
    ) -> Result<Self, CliError> {
        let line = spinner(out, "starting…");
        let rack = Self::start(runtime, image, wanted, &|step| line.set_message(step.to_owned())).await;
        line.finish_and_clear();
        rack?.once_warm(out, wanted).await
    }

    async fn once_warm(mut self, out: &Out, wanted: Wanted) -> Result<Self, CliError> {
        let bar = steps(out, "warm slots", u64::from(wanted.count));
        let warm = self.wait_warm(wanted.count, |warm| bar.set_position(u64::from(warm))).await;
        bar.finish_and_clear();
        match warm {
            Ok(()) => Ok(self),
            Err(error) => {
                self.put_away(out).await?;
                Err(error)
            }
        }
    }

    async fn start(
        runtime: RuntimeArg,
        image: &str,
        wanted: Wanted,
        step: &(dyn Fn(&str) + Sync),
    ) -> Result<Self, CliError> {
        let state = std::env::temp_dir().join(format!("carrel-load-{}", std::process::id()));
        let plan = Plan {
            state: state.clone(),
            runtime,
            listen: std::net::SocketAddr::from(([127, 0, 0, 1], 0)),
            standard: PoolPlan::wanted(0),
            burst: wanted.pool,
            image: image.to_owned(),
            web_root: None,
            sessions_per_user: Some(wanted.count.saturating_mul(2).max(8)),
            log_to_file: true,
        };
        let topology = Topology::start(plan, step).await?;
        let server = Server::with_token(&topology.url, &topology.admin().await?)?;
        Ok(Self { server, own: Some((topology, state)) })
    }

    /// Stops what this started and removes its slots and its folder.
    pub(super) async fn put_away(&mut self, out: &Out) -> Result<(), CliError> {
        let Some((mut topology, state)) = self.own.take() else { return Ok(()) };
        let line = spinner(out, "stopping…");
        let stopped = topology.stop(true).await;
        line.finish_and_clear();
        stopped?;
        drop(topology);
        std::fs::remove_dir_all(&state).doing(format!("remove {}", state.display()))
    }

    /// Warm burst slots over all nodes.
    pub(super) async fn warm(&self) -> Result<u32, CliError> {
        let reply = self.server.fm.node_admin.clone().list_nodes(ListNodesRequest::default()).await;
        let nodes =
            reply.during(&self.server.url, "look at the pools (needs an admin's login)")?.into_inner().nodes;
        let classes = nodes.iter().filter_map(|node| node.report.as_ref()).flat_map(|report| &report.classes);
        Ok(classes.filter(|class| class.slot_class() == SlotClass::Burst).map(|class| class.warm).sum())
    }

    /// Waits until so many burst slots are warm.
    pub(super) async fn wait_warm(&self, count: u32, tell: impl Fn(u32)) -> Result<(), CliError> {
        let deadline = Instant::now() + WARM_MAX.max(WARM_MAX_EACH * count);
        loop {
            let warm = self.warm().await?;
            tell(warm);
            if warm >= count {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(CliError::failed(
                    format!("only {warm} of {count} burst slots became warm"),
                    "see why with `carrel node show`, or measure fewer with --n",
                ));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// Opens a burst session and runs `true` in it; the time from the request to its exit code.
pub(super) async fn open_and_run(server: &Server, repository: &str) -> Result<(Session, Duration), CliError> {
    let request = OpenSessionRequest {
        repository: repository.to_owned(),
        slot_class: SlotClass::Burst.into(),
        egress: Egress::Default.into(),
        request_id: crate::session::request_id(),
        without_environment: true,
        node_id: String::new(),
    };
    let wait_for = if repository.is_empty() { WaitFor::Nothing } else { WaitFor::Repository };
    let run = RunRequest { argv: vec!["true".into()], wait_for: wait_for.into(), ..RunRequest::default() };
    let started = Instant::now();
    let session = server.fm.sessions.clone().open_session(request).await;
    let session = session.during(&server.url, "open a session")?.into_inner();
    let path = format!("/s/{}/api/Run", session.id);
    let reply: RunReply =
        server.http.request_json(Method::POST, &path, Some(&run)).await.during(&server.url, "run true")?;
    let took = started.elapsed();
    if reply.exit_code != 0 {
        let said = String::from_utf8_lossy(&reply.stderr).into_owned();
        return Err(CliError::failed(
            format!("`true` ended with {} in {}: {said}", reply.exit_code, session.id),
            "see `carrel session show`",
        ));
    }
    Ok((session, took))
}

/// Closes a session; returns once the server says that it is closed.
pub(super) async fn close(server: &Server, id: &str) -> Result<(), CliError> {
    let action = || format!("close {id}");
    let request = CloseSessionRequest { id: id.to_owned(), reason: "measured".into() };
    let mut sessions = server.fm.sessions.clone();
    let closed = sessions.close_session(request).await.during(&server.url, action())?;
    if is_over(closed.get_ref()) {
        return Ok(());
    }
    let watching = async {
        let request = WatchSessionRequest { id: id.to_owned() };
        let mut changes = sessions.watch_session(request).await.during(&server.url, action())?.into_inner();
        while let Some(session) = changes.message().await.during(&server.url, action())? {
            if is_over(&session) {
                break;
            }
        }
        Ok(())
    };
    match tokio::time::timeout(CLOSE_MAX, watching).await {
        Ok(result) => result,
        Err(_) => Err(CliError::failed(
            format!("{id} was not closed within {} s", CLOSE_MAX.as_secs()),
            "see `carrel session show`",
        )),
    }
}

fn is_over(session: &Session) -> bool {
    matches!(session.state(), SessionState::Closed | SessionState::Failed)
}
