//! Session orchestration: opens, follows and closes sessions, and knows the nodes.
//!
//! [`carrel_model::master::Master`] decides; [`core`] is the only place that feeds it and performs what it decides.
//! Everybody else asks through [`Sessions`] or reads the [`Board`].
//!
//! Invariant: a fence is on disk before any node hears of it.
//! Invariant: whoever is not the owner or an admin can't tell a session from one that never was.

mod board;
mod convert;
mod core;
mod directory;
mod effects;
mod error;
mod looks;
mod metrics;
mod mount;
mod open;
pub mod rpc;
mod scale;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use carrel_ids::{SessionId, UserId};
use carrel_model::Fence;
use carrel_model::master::{Answer, LostFences, Master, Settings, Stored};
use carrel_service::{Deps, Issuer, Principal, Random, RunError, SharedClock, Shutdown, While as _};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};

pub use board::{Board, LiveFences, NodeRow, SessionRow};
pub use directory::{Directory, Line};
pub(crate) use directory::{address_fault, service_token};
pub use error::SessionError;
pub use mount::{mount, services};
pub use open::{Found, Opener, RepositoryLook};

use self::core::{Core, INPUTS_MAX, Input};
use crate::config::SessionsConfig;
use crate::fence::SessionControl;
use crate::store::{Remembered, SharedStore};
use effects::{Limits as CallLimits, Performer};
use metrics::Meters;
use scale::TimeScale;

/// How often time limits are looked at: they are seconds to minutes long.
const TICK_EVERY: Duration = Duration::from_secs(1);

/// How much longer the model waits for a claim than the call itself lasts: a call that ends late must come back as "unknown",
/// so that another node is tried, before the model gives the session up.
const CLAIM_MARGIN: Duration = Duration::from_secs(2);

/// What a caller waits beyond the decision's own time limit: commits and queues.
const ANSWER_MARGIN: Duration = Duration::from_secs(5);

/// What orchestration stands on.
pub struct Parts {
    /// Quotas and time limits.
    pub config: SessionsConfig,
    /// The authority of the nodes' certificates, where it is not a public one.
    pub nodes_ca: Option<PathBuf>,
    /// Rows.
    pub store: SharedStore,
    /// Signs git credentials, tickets and this daemon's own service tokens.
    pub issuer: Issuer,
    /// The git service.
    pub repositories: Arc<dyn RepositoryLook>,
    /// How often time limits are looked at; `None`: every second.
    pub tick_every: Option<Duration>,
}

/// Session orchestration as everybody holds it.
#[derive(Clone)]
pub struct Sessions(Arc<Shared>);

struct Shared {
    inputs: mpsc::Sender<Input>,
    board: Arc<Board>,
    directory: Arc<Directory>,
    store: SharedStore,
    issuer: Issuer,
    repositories: Arc<dyn RepositoryLook>,
    limits: Limits,
    stuck: watch::Receiver<Option<&'static str>>,
    meters: Arc<Meters>,
    clock: SharedClock,
    random: Random,
    shutdown: Shutdown,
}

/// Limits that callers are told of.
struct Limits {
    sessions_per_user: usize,
    open: Duration,
    close: Duration,
}

/// Loads what is remembered and starts the loop.
pub async fn start(parts: Parts, deps: &Deps) -> Result<Sessions, RunError> {
    let remembered = parts.store.remembered().await.during("load the sessions")?;
    let settings = settings(&parts.config);
    let (sender, receiver) = mpsc::channel(INPUTS_MAX);
    let board = Arc::new(Board::default());
    let directory = Arc::new(Directory::new(parts.issuer.clone(), deps.clock.clone(), parts.nodes_ca));
    let meters = Arc::new(Meters::new(&deps.metrics));
    let limits = Limits {
        sessions_per_user: settings.sessions_per_user,
        open: settings.claiming_limit * u32::try_from(settings.nodes_tried).unwrap_or(u32::MAX)
            + ANSWER_MARGIN,
        close: settings.closing_limit + ANSWER_MARGIN,
    };
    let performer = Performer {
        directory: directory.clone(),
        issuer: parts.issuer.clone(),
        inputs: sender.clone(),
        limits: CallLimits { claim: claim_deadline(&parts.config), release: settings.closing_limit },
        meters: meters.clone(),
        tasks: deps.tasks.clone(),
        shutdown: deps.shutdown.clone(),
    };
    let scale = TimeScale::new(deps.clock.clone());
    let stored_fence = Fence::from_number(remembered.newest_fence);
    let mut user_names = HashMap::new();
    let stored = stored(remembered, &mut user_names);
    let master = Master::new(settings, scale.now(), stored);
    for record in master.sessions() {
        let user_name = user_names.get(&record.id).cloned().unwrap_or_default();
        board.put(SessionRow { record: record.clone(), user_name });
    }
    let (stuck, is_stuck) = watch::channel(None);
    let core = Core {
        pruned: scale.now(),
        master,
        user_names,
        stored_fence,
        board: board.clone(),
        store: parts.store.clone(),
        stuck,
        performer,
        inputs: receiver,
        scale,
        tick_every: parts.tick_every.unwrap_or(TICK_EVERY),
        meters: meters.clone(),
        health: deps.health.clone(),
        notify: deps.notify.clone(),
        shutdown: deps.shutdown.clone(),
        callers: HashMap::new(),
        next_call: 0,
    };
    deps.tasks.spawn_vital("sessions", core.run());
    Ok(Sessions(Arc::new(Shared {
        inputs: sender,
        board,
        directory,
        store: parts.store,
        issuer: parts.issuer,
        repositories: parts.repositories,
        limits,
        stuck: is_stuck,
        meters,
        clock: deps.clock.clone(),
        random: deps.random.clone(),
        shutdown: deps.shutdown.clone(),
    })))
}

fn claim_deadline(config: &SessionsConfig) -> Duration {
    Duration::from_millis(config.claim_deadline_ms)
}

fn settings(config: &SessionsConfig) -> Settings {
    Settings {
        sessions_per_user: usize::try_from(config.per_user_max).unwrap_or(usize::MAX),
        claiming_limit: claim_deadline(config) + CLAIM_MARGIN,
        preparing_limit: Duration::from_secs(config.preparing_limit_secs),
        idle_limit: Duration::from_secs(config.idle_limit_secs),
        silent_after: Duration::from_secs(config.node_silent_secs),
        unreachable_limit: Duration::from_secs(config.unreachable_limit_secs),
        closing_limit: Duration::from_secs(config.release_deadline_secs),
        ..Settings::default()
    }
}

fn stored(remembered: Remembered, user_names: &mut HashMap<SessionId, String>) -> Stored {
    let mut records = Vec::with_capacity(remembered.sessions.len());
    for session in remembered.sessions {
        let row = convert::from_store(session.record, session.reported_from);
        user_names.insert(row.record.id.clone(), row.user_name);
        records.push(row.record);
    }
    let range =
        |(first, last)| LostFences { first: Fence::from_number(first), last: Fence::from_number(last) };
    Stored {
        records,
        fence: Fence::from_number(remembered.newest_fence),
        drained: remembered.drained,
        quarantined: remembered
            .quarantined
            .into_iter()
            .map(|(node, held)| (node, convert::quarantine(held)))
            .collect(),
        lost: remembered.lost_fences.into_iter().map(range).collect(),
    }
}

impl Sessions {
    /// What is decided and on disk.
    pub fn board(&self) -> &Arc<Board> {
        &self.0.board
    }

    /// How to reach nodes.
    pub fn directory(&self) -> &Arc<Directory> {
        &self.0.directory
    }

    /// A session that this caller may see.
    pub async fn session(
        &self,
        principal: &Principal,
        id: &SessionId,
    ) -> Result<Arc<SessionRow>, SessionError> {
        let row = match self.0.board.session(id) {
            Some(row) => Some(row),
            None => self.stored_session(id).await?,
        };
        row.filter(|row| may_use(principal, &row.record.user))
            .ok_or_else(|| SessionError::NoSession { session: id.clone() })
    }

    async fn stored_session(&self, id: &SessionId) -> Result<Option<Arc<SessionRow>>, SessionError> {
        let stored = self.0.store.session(id).await?;
        Ok(stored.map(|record| Arc::new(convert::from_store(record, (0, 0)))))
    }

    /// Closes a session of which the caller was checked; returns it once its slot has ended.
    pub async fn close(&self, session: &SessionId, reason: String) -> Result<(), SessionError> {
        let id = session.clone();
        let answer =
            self.decide(self.0.limits.close, |reply| Input::Close { session: id, reason, reply }).await?;
        match answer {
            Answer::Opened { .. } | Answer::Closed { .. } => Ok(()),
            Answer::Refused(refusal) => {
                Err(SessionError::refused(refusal, session, self.0.limits.sessions_per_user))
            }
        }
    }

    /// Starts closing all sessions of a user; returns once that is on disk.
    pub async fn close_all_of(&self, user: &UserId, reason: &str) -> Result<(), SessionError> {
        let (user, reason) = (user.clone(), reason.to_owned());
        let (reply, done) = oneshot::channel();
        let input = Input::CloseAllOf { user, reason, reply };
        self.0.inputs.send(input).await.map_err(|_| SessionError::Stopping)?;
        done.await.map_err(|_| SessionError::Stopping)
    }

    /// Hands an input to the loop, unless too many wait.
    fn send(&self, input: Input) -> Result<(), SessionError> {
        self.0.inputs.try_send(input).map_err(|refused| match refused {
            TrySendError::Full(_) => SessionError::Busy { waiting: INPUTS_MAX },
            TrySendError::Closed(_) => SessionError::Stopping,
        })
    }

    /// As `ask`, for what a person waits for: while nothing can be written they are told so, not left waiting.
    async fn decide<T>(
        &self,
        limit: Duration,
        input: impl FnOnce(oneshot::Sender<T>) -> Input,
    ) -> Result<T, SessionError> {
        let mut stuck = self.0.stuck.clone();
        if let Some(why) = *stuck.borrow() {
            return Err(SessionError::Stuck { why });
        }
        let asked = self.ask(limit, input);
        let waits = async {
            let why = stuck.wait_for(Option::is_some).await.ok().and_then(|why| *why);
            match why {
                Some(why) => why,
                // The loop has ended, which the answer tells.
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            answer = asked => answer,
            why = waits => Err(SessionError::Waits { why }),
        }
    }

    /// Hands an input to the loop and waits for what it answers.
    async fn ask<T>(
        &self,
        limit: Duration,
        input: impl FnOnce(oneshot::Sender<T>) -> Input,
    ) -> Result<T, SessionError> {
        let (reply, answer) = oneshot::channel();
        self.send(input(reply))?;
        match tokio::time::timeout(limit, answer).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(SessionError::Stopping),
            Err(_) => Err(SessionError::Late { limit }),
        }
    }
}

/// The owner may, and admins.
pub fn may_use(principal: &Principal, owner: &UserId) -> bool {
    principal.is_admin() || principal.user().is_some_and(|(id, _, _)| id == owner)
}

#[async_trait]
impl SessionControl for Sessions {
    async fn close_sessions_of(&self, user: &UserId, reason: &str) {
        if let Err(error) = self.close_all_of(user, reason).await {
            tracing::error!(%user, error = %carrel_service::Chain(&error), "close the sessions of a disabled account");
        }
    }
}
