//! `user`: what an admin does with accounts, and one's own password.

use std::path::{Path, PathBuf};

use carrel_client::{Options, Peer};
use carrel_proto::auth::v1::{
    CreateLoginLinkRequest, CreateUserRequest, ListUsersRequest, LoginLink, Role, SetPasswordRequest,
    SetUserDisabledRequest, User,
};
use clap::{Subcommand, ValueEnum};
use serde_json::json;

use crate::account::{password, role_name};
use crate::error::{CliError, During};
use crate::out::{Cell, Style, ago};
use crate::server::{Globals, now_ms};
use crate::tokens;

/// Pages asked for before a list is called endless: at 200 a page, more accounts than any rack has.
const PAGES_MAX: usize = 500;
/// Where `carrel up` keeps its state.
pub const DEFAULT_STATE: &str = ".carrel";

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Create an account and print a login link for it.
    Create {
        /// Login name: lower-case letters, digits and dashes.
        name: String,
        /// What the account may do.
        #[arg(long, value_enum, default_value_t)]
        role: RoleArg,
        /// Read a password from standard input instead of making a link.
        #[arg(long)]
        password_stdin: bool,
    },
    /// List the accounts.
    List,
    /// Disable an account: ends its logins and sessions.
    Disable {
        /// Login name.
        name: String,
    },
    /// Enable a disabled account.
    Enable {
        /// Login name.
        name: String,
    },
    /// Make a one-time login link.
    Link {
        /// Login name; without one, for yourself.
        name: Option<String>,
    },
    /// Set your own password.
    Password {
        /// Read the old and the new password from standard input, a line each.
        #[arg(long)]
        password_stdin: bool,
    },
    /// List your logins and named tokens.
    Tokens,
    /// Make a named token, for git, scripts and other machines.
    Token {
        /// What it is for.
        name: String,
        /// How many days it lasts, at most 366.
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=366))]
        days: u32,
    },
    /// End one of your logins, or revoke a token.
    End {
        /// A token's name, or an id from `carrel user tokens`.
        which: String,
    },
    /// Make a login link for the first admin of the Carrel that runs on this machine.
    AdminLink {
        /// The state folder given to `carrel up`.
        #[arg(long, value_name = "DIR", default_value = DEFAULT_STATE)]
        state: PathBuf,
    },
}

/// A role on the command line.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum RoleArg {
    /// Opens sessions on repositories of their own.
    #[default]
    Learner,
    /// Helps learners.
    Mentor,
    /// Owns the place.
    Admin,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Learner => Self::Learner,
            RoleArg::Mentor => Self::Mentor,
            RoleArg::Admin => Self::Admin,
        }
    }
}

/// Runs a subcommand.
pub async fn run(command: UserCommand, globals: &Globals) -> Result<(), CliError> {
    match command {
        UserCommand::Create { name, role, password_stdin } => {
            create(name, role, password_stdin, globals).await
        }
        UserCommand::List => list(globals).await,
        UserCommand::Disable { name } => set_disabled(name, true, globals).await,
        UserCommand::Enable { name } => set_disabled(name, false, globals).await,
        UserCommand::Link { name } => link(name.unwrap_or_default(), globals).await,
        UserCommand::Password { password_stdin } => set_password(password_stdin, globals).await,
        UserCommand::Tokens => tokens::list(globals).await,
        UserCommand::Token { name, days } => tokens::create(name, days, globals).await,
        UserCommand::End { which } => tokens::end(&which, globals).await,
        UserCommand::AdminLink { state } => {
            let link = admin_link(&state).await?;
            show_link(&link, globals)
        }
    }
}

async fn create(name: String, role: RoleArg, from_stdin: bool, globals: &Globals) -> Result<(), CliError> {
    let server = globals.connect().await?;
    let mut accounts = server.fm.accounts.clone();
    let password = if from_stdin { password("", true)? } else { String::new() };
    let with_link = password.is_empty();
    let request = CreateUserRequest { name: name.clone(), role: Role::from(role).into(), password };
    let user =
        accounts.create_user(request).await.during(&server.url, format!("create the account {name}"))?;
    let user = user.into_inner();
    let link = if with_link {
        let request = CreateLoginLinkRequest { name: name.clone() };
        let link = accounts.create_login_link(request).await;
        Some(link.during(&server.url, format!("make a login link for {name}"))?.into_inner())
    } else {
        None
    };
    if globals.out.json {
        return globals.out.object(&json!({"user": user, "link": link}));
    }
    globals.out.note(format!("{} created ({})", user.name, role_name(&user)));
    link.map_or(Ok(()), |link| show_link(&link, globals))
}

async fn list(globals: &Globals) -> Result<(), CliError> {
    let server = globals.connect().await?;
    let mut users: Vec<User> = Vec::new();
    let mut after = String::new();
    for _ in 0..PAGES_MAX {
        let request = ListUsersRequest { after, limit: 200 };
        let page = server.fm.accounts.clone().list_users(request).await;
        let page = page.during(&server.url, "list the accounts")?.into_inner();
        users.extend(page.users);
        after = page.next;
        if after.is_empty() {
            break;
        }
    }
    if globals.out.json {
        return globals.out.object(&json!({"users": users}));
    }
    let now = now_ms();
    let rows: Vec<Vec<Cell>> = users.iter().map(|user| user_row(user, now)).collect();
    globals.out.table(&["NAME", "ROLE", "STATE", "CREATED", "ID"], &rows, "no accounts")
}

fn user_row(user: &User, now: i64) -> Vec<Cell> {
    let state = if user.disabled { ("disabled", Style::Warn) } else { ("enabled", Style::Good) };
    vec![
        Cell(user.name.clone(), Style::Bold),
        Cell::plain(role_name(user)),
        Cell(state.0.into(), state.1),
        Cell::plain(ago(now.unsigned_abs(), user.created_at)),
        Cell(user.id.clone(), Style::Dim),
    ]
}

async fn set_disabled(name: String, disabled: bool, globals: &Globals) -> Result<(), CliError> {
    let server = globals.connect().await?;
    let action = format!("{} the account {name}", if disabled { "disable" } else { "enable" });
    let request = SetUserDisabledRequest { name, disabled };
    let user = server.fm.accounts.clone().set_user_disabled(request).await.during(&server.url, action)?;
    if globals.out.json { globals.out.object(user.get_ref()) } else { Ok(()) }
}

async fn link(name: String, globals: &Globals) -> Result<(), CliError> {
    let server = globals.connect().await?;
    let link = server.fm.accounts.clone().create_login_link(CreateLoginLinkRequest { name }).await;
    show_link(&link.during(&server.url, "make a login link")?.into_inner(), globals)
}

async fn set_password(from_stdin: bool, globals: &Globals) -> Result<(), CliError> {
    let server = globals.connect().await?;
    let (old_password, new_password) = if from_stdin {
        let both = password("", true)?;
        let (old, new) = both.split_once('\n').ok_or_else(|| {
            CliError::Usage(
                "--password-stdin takes two lines: the old password (may be empty) and the new one".into(),
            )
        })?;
        (old.trim_end_matches('\r').to_owned(), new.to_owned())
    } else {
        let old = password("Old password (empty if there is none): ", false)?;
        let new = password("New password: ", false)?;
        if password("The new one again: ", false)? != new {
            return Err(CliError::failed("the two new passwords differ", "nothing was changed; try again"));
        }
        (old, new)
    };
    let request = SetPasswordRequest { old_password, new_password };
    server.fm.auth.clone().set_password(request).await.during(&server.url, "set the password")?;
    globals.out.note("password set; every other login of yours was ended");
    if globals.out.json { globals.out.object(&json!({})) } else { Ok(()) }
}

/// Asks the front-end master over its own socket, which only this machine's root and its user may.
pub async fn admin_link(state: &Path) -> Result<LoginLink, CliError> {
    let socket = local_socket(state);
    if !socket.exists() {
        return Err(CliError::failed(
            format!("no Carrel runs with its state in {}", state.display()),
            "give the folder with --state DIR, or start one with `carrel up`",
        ));
    }
    let socket = std::path::absolute(&socket).unwrap_or(socket);
    let url = format!("unix:{}", socket.display());
    let peer =
        Peer::new(&url, Options::default()).map_err(|error| CliError::Usage(format!("{url}: {error}")))?;
    let request = CreateLoginLinkRequest { name: String::new() };
    let link = carrel_client::frontend_master(&peer).accounts.clone().create_login_link(request).await;
    Ok(link.during(&url, "make an admin link")?.into_inner())
}

/// The front-end master's own socket under a state folder.
pub fn local_socket(state: &Path) -> PathBuf {
    state.join("run").join("frontend-master.sock")
}

fn show_link(link: &LoginLink, globals: &Globals) -> Result<(), CliError> {
    if globals.out.json {
        return globals.out.object(link);
    }
    globals.out.line(&link.url)?;
    globals.out.note("works once: open it in a browser, or `carrel login` with it in quotes");
    Ok(())
}
