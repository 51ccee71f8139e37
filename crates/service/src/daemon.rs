//! A daemon's life: command line, configuration, listeners, run, drain, exit code.

use std::ffi::OsString;
use std::future::Future;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{ArgAction, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use tracing::{error, info};

use crate::app::App;
use crate::clock::{SharedClock, SystemClock};
use crate::config::{self, Common, DaemonConfig, Loaded, Sources};
use crate::error::{Chain, RunError, While as _};
use crate::health::Health;
use crate::listen::Listeners;
use crate::logs;
use crate::metrics::Metrics;
use crate::notify::Notify;
use crate::random::Random;
use crate::shutdown::{self, Shutdown};
use crate::tasks::Tasks;

/// `EX_USAGE`: the configuration or the command line is wrong, so that a restart won't help.
const BAD_CONFIG: u8 = 64;

/// For the tasks after the connections have drained; whoever needs longer is logged by name.
const TASKS_DRAIN: Duration = Duration::from_secs(5);

/// A program of the rack.
pub trait Daemon: 'static {
    /// `frontend-master` for example; binary, environment and metrics are named after it.
    const NAME: &'static str;
    /// One sentence for `--help`.
    const ABOUT: &'static str;
    /// Its own configuration.
    type Config: DaemonConfig;
    /// Its own subcommands, or [`NoCommand`].
    type Command: Subcommand + Send + 'static;

    /// Runs until the shutdown is requested.
    fn run(config: Self::Config, deps: Deps) -> impl Future<Output = Result<(), RunError>> + Send;

    /// Runs one of its own subcommands instead.
    fn command(
        config: Self::Config,
        common: Common,
        command: Self::Command,
    ) -> impl Future<Output = Result<(), RunError>> + Send {
        let _ = (config, common, command);
        std::future::ready(Err(RunError::new("this daemon has no such command")))
    }
}

/// For daemons without subcommands of their own.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum NoCommand {}

/// What a daemon is given.
#[derive(Debug)]
pub struct Deps {
    /// The daemon's name.
    pub name: &'static str,
    /// Bound already.
    pub listeners: Listeners,
    /// When to finish.
    pub shutdown: Shutdown,
    /// Where background tasks belong.
    pub tasks: Tasks,
    /// What time it is.
    pub clock: SharedClock,
    /// Where random bits come from.
    pub random: Random,
    /// What is counted.
    pub metrics: Metrics,
    /// Whether it is fit.
    pub health: Health,
    /// The line to the service manager.
    pub notify: Notify,
    /// The part of the configuration that every daemon has.
    pub common: Common,
}

impl Deps {
    /// For tests and `carrel up`: the machine's clock and randomness, nobody to notify.
    pub fn embedded(name: &'static str, listeners: Listeners, shutdown: Shutdown) -> Self {
        Self {
            name,
            listeners,
            tasks: Tasks::new(&shutdown),
            shutdown,
            clock: SystemClock::shared(),
            random: Random::system(),
            metrics: Metrics::new(name),
            health: Health::default(),
            notify: Notify::silent(),
            common: Common::default(),
        }
    }

    /// Serves until the shutdown is requested, drains, joins the tasks. Says READY once requests are answered.
    pub async fn serve(self, app: App) -> Result<(), RunError> {
        let Self { listeners, shutdown, tasks, metrics, health, notify, common, .. } = self;
        let drain = Duration::from_secs(common.drain_secs);
        let router = |audience| app.router(audience, &health, &metrics);
        health.ready();
        notify.ready();
        let stopping = async {
            shutdown.requested().await;
            health.draining();
            notify.stopping();
        };
        tokio::join!(listeners.serve(router, &shutdown, drain), stopping);
        tasks.drain(TASKS_DRAIN).await;
        tasks.take_failure().map_or(Ok(()), Err)
    }
}

#[derive(Debug, Parser)]
struct Args<C: Subcommand> {
    /// The configuration file (TOML).
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Sets one key of the configuration; wins over the file and the environment.
    #[arg(long = "set", global = true, value_name = "SECTION.KEY=VALUE", action = ArgAction::Append)]
    sets: Vec<String>,
    #[command(subcommand)]
    command: Option<Command<C>>,
}

#[derive(Debug, Subcommand)]
enum Command<C: Subcommand> {
    /// Checks the configuration and exits: 0 if it is good, 64 if not.
    CheckConfig {
        /// Also look at this host's files and sockets.
        #[arg(long)]
        host: bool,
    },
    #[command(flatten)]
    Own(C),
}

/// A daemon's whole `main`: 0 after a clean run, 64 for a bad command line or configuration, 1 for a failed run.
pub fn main<D: Daemon>() -> ExitCode {
    main_with::<D>(std::env::args_os())
}

fn main_with<D: Daemon>(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match parse_args::<D>(args) {
        Ok(args) => args,
        Err(error) => {
            drop(error.print());
            return if error.use_stderr() { ExitCode::from(BAD_CONFIG) } else { ExitCode::SUCCESS };
        }
    };
    let sources = Sources::of_process(args.config, args.sets);
    let loaded = match config::load::<D::Config>(D::NAME, &sources) {
        Ok(loaded) => loaded,
        Err(faults) => return bad_config(&faults),
    };
    match args.command {
        Some(Command::CheckConfig { host }) => {
            if host && let Err(faults) = loaded.check_host() {
                return bad_config(&faults);
            }
            say("configuration is good");
            ExitCode::SUCCESS
        }
        Some(Command::Own(command)) => {
            logs::init(&loaded.common.log);
            finish::<D>(block_on(D::command(loaded.config, loaded.common, command)))
        }
        None => {
            logs::init(&loaded.common.log);
            if let Err(faults) = loaded.check_host() {
                return bad_config(&faults);
            }
            finish::<D>(block_on(run::<D>(loaded)))
        }
    }
}

fn parse_args<D: Daemon>(args: impl IntoIterator<Item = OsString>) -> Result<Args<D::Command>, clap::Error> {
    // Once per process, and clap wants names that live as long as it.
    let name: &'static str = Box::leak(format!("carrel-{}", D::NAME).into_boxed_str());
    let command = Args::<D::Command>::command().name(name).about(D::ABOUT).version(env!("CARGO_PKG_VERSION"));
    Args::from_arg_matches(&command.try_get_matches_from(args)?)
}

fn block_on<F: Future<Output = Result<(), RunError>>>(future: F) -> Result<(), RunError> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().during("start the runtime")?;
    let result = runtime.block_on(future);
    // Blocking work that nobody waits for any more must not hold up the exit.
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}

async fn run<D: Daemon>(loaded: Loaded<D::Config>) -> Result<(), RunError> {
    let Loaded { config, common } = loaded;
    let listeners = Listeners::bind(&common.listeners).await.during("open the listeners")?;
    let shutdown = Shutdown::new();
    let notify = Notify::of_process();
    let deps = Deps { notify, common, ..Deps::embedded(D::NAME, listeners, shutdown.clone()) };
    let tasks = deps.tasks.clone();
    // Not one of the tasks: it must hear the second signal while those are drained, so it never ends by itself.
    let signals = async {
        if let Err(error) = shutdown::on_signal(shutdown.clone()).await {
            error!(%error, "signals can't be watched");
        }
        std::future::pending().await
    };
    info!(version = env!("CARGO_PKG_VERSION"), "starting {}", D::NAME);
    let ran = tokio::select! {
        ran = D::run(config, deps) => ran,
        never = signals => never,
    };
    shutdown.trigger();
    tasks.drain(TASKS_DRAIN).await;
    ran.and(tasks.take_failure().map_or(Ok(()), Err))
}

fn finish<D: Daemon>(result: Result<(), RunError>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            error!(error = %Chain(&failure), "{} failed", D::NAME);
            ExitCode::FAILURE
        }
    }
}

fn bad_config(faults: &config::Faults) -> ExitCode {
    drop(writeln!(std::io::stderr(), "{faults}"));
    ExitCode::from(BAD_CONFIG)
}

fn say(text: &str) {
    drop(writeln!(std::io::stdout(), "{text}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Faults;

    struct Plain;

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields, default)]
    #[derive(Default)]
    struct Config {
        fails: bool,
        folder: Option<PathBuf>,
    }

    impl DaemonConfig for Config {
        const DEFAULT_PORT: u16 = 0;

        fn validate(&self, _: &mut Faults) {}

        fn validate_host(&self, faults: &mut Faults) {
            if let Some(folder) = &self.folder {
                faults.check_dir("folder", folder);
            }
        }
    }

    impl Daemon for Plain {
        const NAME: &'static str = "plain-test";
        const ABOUT: &'static str = "For tests.";
        type Config = Config;
        type Command = NoCommand;

        async fn run(config: Config, deps: Deps) -> Result<(), RunError> {
            assert_ne!(deps.listeners.bound()[0].tcp().map(|addr| addr.port()), Some(0));
            if config.fails { Err(RunError::new("fail as told")) } else { Ok(()) }
        }
    }

    struct Skilled;

    #[derive(Subcommand)]
    enum Skill {
        /// Makes a link.
        AdminLink { name: String },
    }

    impl Daemon for Skilled {
        const NAME: &'static str = "skilled-test";
        const ABOUT: &'static str = "For tests.";
        type Config = Config;
        type Command = Skill;

        async fn run(_: Config, _: Deps) -> Result<(), RunError> {
            Err(RunError::new("a command was given"))
        }

        async fn command(_: Config, _: Common, command: Skill) -> Result<(), RunError> {
            let Skill::AdminLink { name } = command;
            if name == "eve" { Ok(()) } else { Err(RunError::new("nobody of that name")) }
        }
    }

    fn exit<D: Daemon>(args: &[&str]) -> String {
        let args = std::iter::once("carrel").chain(args.iter().copied()).map(OsString::from);
        format!("{:?}", main_with::<D>(args))
    }

    #[test]
    fn exit_codes_tell_what_happened() {
        let (good, failed, bad) = (ExitCode::SUCCESS, ExitCode::FAILURE, ExitCode::from(BAD_CONFIG));
        let [good, failed, bad] = [good, failed, bad].map(|code| format!("{code:?}"));
        assert_eq!(exit::<Plain>(&[]), good);
        assert_eq!(exit::<Plain>(&["--set", "fails=true"]), failed);
        assert_eq!(exit::<Plain>(&["--set", "what=true"]), bad);
        assert_eq!(exit::<Plain>(&["--config", "/nowhere.toml"]), bad);
        assert_eq!(exit::<Plain>(&["--nonsense"]), bad);
        assert_eq!(exit::<Plain>(&["admin-link", "eve"]), bad);
        assert_eq!(exit::<Plain>(&["--help"]), good);
        assert_eq!(exit::<Plain>(&["check-config", "--set", "folder=/nowhere"]), good);
        assert_eq!(exit::<Plain>(&["check-config", "--host", "--set", "folder=/nowhere"]), bad);
        assert_eq!(exit::<Plain>(&["--set", "folder=/nowhere"]), bad);
        assert_eq!(exit::<Skilled>(&["admin-link", "eve"]), good);
        assert_eq!(exit::<Skilled>(&["admin-link", "ada"]), failed);
        assert_eq!(exit::<Skilled>(&[]), failed);
    }
}
