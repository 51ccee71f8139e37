//! The agent: one session's state, and the work that follows a bind.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;
use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

use crate::Config;
use crate::artefacts::{Digests, Places};
use crate::background::Background;
use crate::environment::{self, Evaluated};
use crate::error::{Failure, fail, log};
use crate::files::Files;
use crate::git;
use crate::lsp::SERVERS_MAX;
use crate::shell;
use crate::state::{Binding, Remembered, Stage, State};
use crate::task_file;
use crate::terminals::Terminals;

/// How long a count of unsaved work is good: a page that shows it asks every few seconds.
const UNSAVED_FRESH: Duration = Duration::from_secs(1);
/// Longest wait for the repository or the environment: what a session's preparation may take.
const PREPARED_LIMIT: Duration = Duration::from_secs(600);
/// Short commands at once; more wait. A burst slot has 256 processes in all.
const RUNS_MAX: usize = 16;

/// Everything the services share.
#[derive(Debug)]
pub struct Agent {
    /// Where it lives.
    pub config: Config,
    /// Its tasks.
    pub background: Arc<Background>,
    /// Its terminals.
    pub terminals: Arc<Terminals>,
    /// The workspace's files.
    pub files: Files,
    /// Bounds the short commands.
    pub runs: Semaphore,
    /// Bounds the language servers.
    pub language_servers: Semaphore,
    /// What the git methods share.
    pub desk: git::transfer::Desk,
    /// Digests of artefacts.
    pub digests: Digests,
    /// `http://127.0.0.1:3128` or the port that was free.
    pub proxy: String,
    state: watch::Sender<State>,
    remembered: Remembered,
    unsaved: tokio::sync::Mutex<Option<(Instant, Option<pb::Unsaved>)>>,
    last_unsaved: Mutex<Option<pb::Unsaved>>,
}

/// Milliseconds since 1970, for people; nothing is decided by it.
#[allow(clippy::disallowed_methods)]
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl Agent {
    /// An agent in its folders, not serving yet.
    pub fn new(config: Config, proxy: String) -> Arc<Self> {
        let background = Arc::new(Background::default());
        let terminals = Terminals::new(&config.run_dir, &config.program, Arc::clone(&background));
        Arc::new(Self {
            files: Files::new(&config.workspace),
            remembered: Remembered::new(&config.run_dir),
            terminals: Arc::new(terminals),
            runs: Semaphore::new(RUNS_MAX),
            language_servers: Semaphore::new(SERVERS_MAX),
            desk: git::transfer::Desk::default(),
            digests: Digests::default(),
            state: watch::Sender::new(State { phase: pb::Phase::Warm, ..State::default() }),
            unsaved: tokio::sync::Mutex::default(),
            last_unsaved: Mutex::default(),
            background,
            proxy,
            config,
        })
    }

    /// Finds what an earlier agent left: holders and the binding.
    pub async fn resume(self: &Arc<Self>) -> io::Result<()> {
        shell::write_rc(&self.config.run_dir)?;
        self.terminals.discover().await?;
        if let Some(binding) = self.remembered.load()? {
            self.start_work(binding);
        }
        Ok(())
    }

    /// Follows the state.
    pub fn watch(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    /// The session it is bound to; empty while warm.
    pub fn session(&self) -> String {
        self.state.borrow().binding.as_ref().map(|b| b.session.clone()).unwrap_or_default()
    }

    /// Binds a session. The same one again succeeds, and tries again where the first try failed.
    pub fn bind(self: &Arc<Self>, binding: Binding) -> Result<(), Failure> {
        let retry = {
            let state = self.state.borrow();
            match &state.binding {
                None => None,
                Some(bound) if bound.session != binding.session => {
                    let text =
                        format!("this slot belongs to session {}; a slot is bound once", bound.session);
                    return Err(fail(ServiceCode::FailedPrecondition, text));
                }
                Some(_) if state.phase != pb::Phase::Failed => return Ok(()),
                Some(bound) => Some(bound.clone()),
            }
        };
        let binding = retry.unwrap_or(binding);
        self.remember(&binding)?;
        self.start_work(binding);
        Ok(())
    }

    fn remember(&self, binding: &Binding) -> Result<(), Failure> {
        let stored = self.remembered.store(binding);
        stored.map_err(|error| fail(ServiceCode::Internal, format!("write the binding down: {error}")))
    }

    fn start_work(self: &Arc<Self>, binding: Binding) {
        self.state.send_modify(|state| {
            state.phase = pb::Phase::Cloning;
            state.detail = match binding.repository() {
                "" => "Preparing the workspace.".to_owned(),
                repository => format!("Cloning {repository}."),
            };
            state.binding = Some(binding.clone());
        });
        let this = Arc::clone(self);
        self.background.start(async move { this.work(binding).await });
    }

    async fn work(self: Arc<Self>, binding: Binding) {
        if let Err(detail) = self.prepare_repository(&binding).await {
            log(&detail);
            self.state.send_modify(|state| {
                state.phase = pb::Phase::Failed;
                state.detail = detail;
            });
            return;
        }
        let file = environment::find(&self.config.workspace).filter(|_| binding.with_environment);
        if let Some(file) = file {
            self.state.send_modify(|state| {
                state.phase = pb::Phase::Environment;
                state.detail = format!("Evaluating {file}.");
            });
            let base = self.base_variables();
            let evaluated = environment::evaluate(&self.config, &base).await;
            self.state.send_modify(|state| state.environment = evaluated);
        }
        self.state.send_modify(|state| {
            state.phase = pb::Phase::Ready;
            state.detail = match (state.environment.overlay.is_some(), state.environment.problem.is_empty()) {
                (true, _) => format!("Ready, inside the environment of {}.", state.environment.file),
                (false, false) => format!("Ready, without the environment of {}.", state.environment.file),
                (false, true) => "Ready.".to_owned(),
            };
        });
    }

    async fn prepare_repository(&self, binding: &Binding) -> Result<(), String> {
        let workspace = &self.config.workspace;
        std::fs::create_dir_all(workspace)
            .map_err(|error| format!("The workspace {} could not be made: {error}.", workspace.display()))?;
        if let Err(error) = git::introduce(&self.config.home, &binding.git_name, &binding.git_email) {
            // Commits will ask for a name; nothing else depends on it.
            log(&format!("write .gitconfig: {error}"));
        }
        if binding.clone_url.is_empty() || binding.stage == Stage::Cloned {
            return Ok(());
        }
        let variables = self.base_variables();
        if binding.stage == Stage::Cloning {
            git::end_earlier_clone(binding.cloning.unwrap_or(0), workspace).await;
            git::clear(workspace)
                .map_err(|error| format!("An interrupted clone could not be cleared: {error}."))?;
        }
        let is_empty = std::fs::read_dir(workspace).is_ok_and(|mut entries| entries.next().is_none());
        let mut done = Binding { stage: Stage::Cloned, cloning: None, ..binding.clone() };
        if !is_empty {
            if !git::is_clone_of(&binding.clone_url, workspace, &variables).await {
                let text =
                    "The workspace holds files and is not a clone of this repository; open a new session.";
                return Err(text.to_owned());
            }
        } else {
            let mut cloning = Binding { stage: Stage::Cloning, cloning: None, ..binding.clone() };
            self.remember(&cloning).map_err(|failure| failure.message)?;
            let started = |group: u32| {
                let mut noted = cloning.clone();
                noted.cloning = Some(group);
                // Without it a restart in the middle of a clone would not find the old one; the clear still happens.
                let _ = self.remembered.store(&noted);
            };
            git::clone(&binding.clone_url, &self.proxy, workspace, &variables, &started).await?;
            cloning.stage = Stage::Cloned;
            done = Binding { cloning: None, ..cloning };
        }
        self.remember(&done).map_err(|failure| failure.message)?;
        self.state.send_modify(|state| state.binding = Some(done));
        Ok(())
    }

    /// What every command has, without the repository's environment.
    pub fn base_variables(&self) -> BTreeMap<String, String> {
        let state = self.state.borrow();
        shell::base_variables(&self.config, &self.proxy, state.binding.as_ref())
    }

    /// What a command has now.
    pub fn variables(&self) -> BTreeMap<String, String> {
        let mut variables = self.base_variables();
        if let Some(overlay) = &self.state.borrow().environment.overlay {
            overlay.apply(&mut variables);
        }
        variables
    }

    /// Waits until what a command wants is there. Unspecified means the environment: a command that is typed the
    /// moment a session opens must find the repository's tools.
    pub async fn wait_for(&self, wanted: pb::WaitFor) -> Result<(), Failure> {
        let least = match wanted {
            pb::WaitFor::Nothing => return Ok(()),
            pb::WaitFor::Repository => pb::Phase::Environment,
            pb::WaitFor::Environment | pb::WaitFor::Unspecified => pb::Phase::Ready,
        };
        let mut state = self.watch();
        let reached = state.wait_for(|state| state.phase >= least);
        match tokio::time::timeout(PREPARED_LIMIT, reached).await {
            Ok(Ok(state)) if state.phase == pb::Phase::Failed => {
                Err(fail(ServiceCode::FailedPrecondition, state.detail.clone()))
            }
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) => Err(fail(ServiceCode::Unavailable, "the agent is shutting down; try again")),
            Err(_) => Err(fail(ServiceCode::DeadlineExceeded, "the session did not become ready in time")),
        }
    }

    /// Where artefacts may be.
    pub fn places(&self) -> Places {
        let store = self.config.inherited("NIX_STORE_DIR").unwrap_or("/nix/store");
        Places {
            workspace: self.config.workspace.clone(),
            build_link: self.config.run_dir.join("build-result"),
            store: store.into(),
        }
    }

    /// The tasks of the workspace and what is wrong with their file. Blocks.
    pub fn tasks(&self) -> (Vec<pb::Task>, String) {
        let places = self.places();
        task_file::list(&places.workspace, &places.build_link)
    }

    /// The status with what was last counted as unsaved.
    pub fn status(&self) -> pb::Status {
        let state = self.state.borrow();
        let Evaluated { file, overlay, problem } = &state.environment;
        pb::Status {
            phase: state.phase.into(),
            detail: state.detail.clone(),
            environment: Some(pb::Environment {
                file: file.clone(),
                active: overlay.is_some(),
                problem: problem.clone(),
            }),
            unsaved: *self.last_unsaved.lock().unwrap_or_else(PoisonError::into_inner),
            terminals: u32::try_from(self.terminals.count()).unwrap_or(u32::MAX),
        }
    }

    /// The status with unsaved work counted now, or a moment ago.
    pub async fn fresh_status(&self) -> pb::Status {
        let phase = self.state.borrow().phase;
        if matches!(phase, pb::Phase::Environment | pb::Phase::Ready) {
            // One count at a time; whoever waited finds it fresh.
            let mut counted = self.unsaved.lock().await;
            if counted.as_ref().is_none_or(|(at, _)| at.elapsed() > UNSAVED_FRESH) {
                let unsaved = git::unsaved(&self.config.workspace, &self.base_variables()).await;
                *counted = Some((Instant::now(), unsaved));
                *self.last_unsaved.lock().unwrap_or_else(PoisonError::into_inner) = unsaved;
            }
        }
        self.status()
    }
}
