//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use clap_complete::Shell;

use crate::out::{ColorChoice, Out};
use crate::server::Globals;
use crate::{account, check_config, doc, doctor, git, node, repo, session, user};

/// Use, own and measure a Carrel: browser IDE sessions on machines of your own.
#[derive(Debug, Parser)]
#[command(name = "carrel", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// The server's address [default: that of the last login, else http://127.0.0.1:8080].
    #[arg(long, global = true, env = "CARREL_SERVER", value_name = "URL", hide_env_values = true)]
    pub server: Option<String>,
    /// Certificates to trust besides the built-in ones, as PEM.
    #[arg(long, global = true, env = "CARREL_CA_FILE", value_name = "FILE", hide_env_values = true)]
    pub ca_file: Option<PathBuf>,
    /// Print one JSON object instead of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// When to colour.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: ColorChoice,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Log in with a link or with a name and a password.
    Login(account::LoginArgs),
    /// Log out.
    Logout(account::LogoutArgs),
    /// Say who is logged in.
    Whoami,
    /// Accounts.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Repositories on the git service.
    #[command(subcommand)]
    Repo(repo::RepoCommand),
    /// Sessions: open, use and close them.
    #[command(subcommand)]
    Session(session::SessionCommand),
    /// Shared documents: list, export, import, versions.
    #[command(subcommand)]
    Doc(doc::DocCommand),
    /// Compute nodes.
    #[command(subcommand)]
    Node(node::NodeCommand),
    /// Look at this machine and the server and say what is wrong.
    Doctor(doctor::DoctorArgs),
    /// Check a daemon's configuration file.
    CheckConfig(check_config::CheckConfigArgs),
    /// Run a whole Carrel in this process.
    #[cfg(feature = "rack")]
    Up(crate::up::UpArgs),
    /// Measure, beside Docker doing the same.
    #[cfg(feature = "rack")]
    #[command(subcommand)]
    Load(crate::load::LoadCommand),
    /// Print the completions of a shell.
    Completions {
        /// Which shell.
        shell: Shell,
    },
    /// Write the manual pages into a folder.
    Man {
        /// The folder; made if missing.
        dir: PathBuf,
    },
    /// What git calls to learn the token (see `carrel repo setup-git`).
    #[command(hide = true)]
    GitCredential {
        /// get, store or erase.
        action: git::CredentialAction,
    },
}

impl Cli {
    /// What every command is given.
    pub fn globals(&self) -> Globals {
        Globals {
            server: self.server.clone().filter(|server| !server.is_empty()),
            ca_file: self.ca_file.clone(),
            out: Out::new(self.json, self.color),
        }
    }
}
