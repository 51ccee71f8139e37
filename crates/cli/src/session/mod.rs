//! `session`: open, use and close sessions. A session is named by its id, by a unique start of it, or by its
//! repository.

mod close;
mod files;
pub mod find;
mod open;
mod shell;
mod show;
mod task;
mod wait;
pub mod workspace;

use std::path::PathBuf;

use carrel_proto::agent::v1::WaitFor;
use carrel_proto::session::v1::{Egress, SlotClass};
use clap::{Args, Subcommand, ValueEnum};

use crate::error::CliError;
use crate::server::Globals;

pub use files::safe_name;
pub use open::request_id;

/// What to do with sessions.
#[derive(Debug, Subcommand)]
pub enum SessionCommand {
    /// Open a session on a repository.
    Open(OpenArgs),
    /// List your sessions.
    List {
        /// Those of all users (admins).
        #[arg(long)]
        all: bool,
        /// Closed ones too.
        #[arg(long)]
        closed: bool,
    },
    /// Show one session with its start timeline.
    Show {
        /// Id, start of an id, or repository.
        session: Option<String>,
    },
    /// Close a session; refuses while work in it is unsaved.
    Close {
        /// Id, start of an id, or repository.
        session: Option<String>,
        /// Close it although work in it would be lost.
        #[arg(long, short)]
        force: bool,
    },
    /// Open a shell in a session's environment. `~.` at the start of a line leaves it running.
    Shell(ShellArgs),
    /// Run a command in a session: its input, output, error and exit code are passed on.
    Run(RunArgs),
    /// Run a task of carrel.toml, or list them.
    Task(TaskArgs),
    /// Download an artefact or a file.
    Get {
        /// Id, start of an id, or repository.
        session: String,
        /// Path in the workspace.
        path: String,
        /// Where to write it (`-`: standard output); by default its name, here.
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Upload a file.
    Put {
        /// Id, start of an id, or repository.
        session: String,
        /// The file here.
        file: PathBuf,
        /// Path in the workspace; by default the file's name.
        path: Option<String>,
        /// Replace a file that is there.
        #[arg(long, short)]
        force: bool,
    },
    /// List a folder of the workspace.
    Ls {
        /// Id, start of an id, or repository.
        session: Option<String>,
        /// Path in the workspace.
        #[arg(default_value = "")]
        path: String,
    },
}

/// How to open a session.
#[derive(Debug, Args)]
pub struct OpenArgs {
    /// `<owner>/<name>`, or the name of one of your own; none for an empty workspace.
    pub repository: Option<String>,
    /// How large a slot.
    #[arg(long, value_enum, default_value_t)]
    pub class: ClassArg,
    /// What the session may reach.
    #[arg(long, value_enum, default_value_t)]
    pub egress: EgressArg,
    /// Don't evaluate the repository's environment.
    #[arg(long)]
    pub without_environment: bool,
    /// On this node or not at all; for admins.
    #[arg(long, value_name = "NODE")]
    pub node: Option<String>,
    /// Open a shell in it right away.
    #[arg(long)]
    pub shell: bool,
    /// Return as soon as the slot answers, before the repository is cloned.
    #[arg(long, conflicts_with = "shell")]
    pub no_wait: bool,
}

/// A slot class on the command line.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum ClassArg {
    /// 4 cores, 8 GB.
    #[default]
    Standard,
    /// 1 core, 512 MB, over-subscribed.
    Burst,
}

impl From<ClassArg> for SlotClass {
    fn from(class: ClassArg) -> Self {
        match class {
            ClassArg::Standard => Self::Standard,
            ClassArg::Burst => Self::Burst,
        }
    }
}

/// An egress profile on the command line.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum EgressArg {
    /// The git service and the Nix caches.
    #[default]
    Default,
    /// The git service only.
    Exam,
}

impl From<EgressArg> for Egress {
    fn from(egress: EgressArg) -> Self {
        match egress {
            EgressArg::Default => Self::Default,
            EgressArg::Exam => Self::Exam,
        }
    }
}

/// What a command waits for before it starts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum WaitArg {
    /// Nothing.
    Nothing,
    /// The clone.
    Repository,
    /// The clone and its environment.
    #[default]
    Environment,
}

impl From<WaitArg> for WaitFor {
    fn from(wait: WaitArg) -> Self {
        match wait {
            WaitArg::Nothing => Self::Nothing,
            WaitArg::Repository => Self::Repository,
            WaitArg::Environment => Self::Environment,
        }
    }
}

/// Which shell.
#[derive(Debug, Args)]
pub struct ShellArgs {
    /// Id, start of an id, or repository; may be left out with one open session.
    pub session: Option<String>,
    /// Attach to this terminal again.
    #[arg(long, value_name = "TE-ID")]
    pub terminal: Option<String>,
    /// What to wait for before the shell starts.
    #[arg(long, value_enum, default_value_t)]
    pub wait: WaitArg,
}

/// What to run.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Id, start of an id, or repository.
    pub session: String,
    /// Give the command a terminal.
    #[arg(long, short)]
    pub tty: bool,
    /// Where, relative to the workspace.
    #[arg(long, value_name = "DIR", default_value = "")]
    pub cwd: String,
    /// A variable for the command, NAME=VALUE; may be repeated.
    #[arg(long, short = 'e', value_name = "NAME=VALUE", value_parser = variable)]
    pub env: Vec<(String, String)>,
    /// What to wait for before it starts.
    #[arg(long, value_enum, default_value_t)]
    pub wait: WaitArg,
    /// The command and its arguments.
    #[arg(last = true, required = true, value_name = "CMD")]
    pub command: Vec<String>,
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".into()),
    }
}

/// Which task.
#[derive(Debug, Args)]
pub struct TaskArgs {
    /// Id, start of an id, or repository.
    pub session: String,
    /// The task; without it, lists them.
    pub name: Option<String>,
}

/// Runs a subcommand.
pub async fn run(command: SessionCommand, globals: &Globals) -> Result<(), CliError> {
    let server = globals.connect().await?;
    match command {
        SessionCommand::Open(args) => open::run(&server, args, globals).await,
        SessionCommand::List { all, closed } => show::list(&server, all, closed, globals).await,
        SessionCommand::Show { session } => show::one(&server, session.as_deref(), globals).await,
        SessionCommand::Close { session, force } => {
            close::run(&server, session.as_deref(), force, globals).await
        }
        SessionCommand::Shell(args) => shell::shell(&server, args, globals).await,
        SessionCommand::Run(args) => shell::run(&server, args, globals).await,
        SessionCommand::Task(args) => task::run(&server, args, globals).await,
        SessionCommand::Get { session, path, output } => {
            files::get(&server, &session, &path, output, globals).await
        }
        SessionCommand::Put { session, file, path, force } => {
            files::put(&server, &session, &file, path, force, globals).await
        }
        SessionCommand::Ls { session, path } => files::ls(&server, session.as_deref(), path, globals).await,
    }
}
