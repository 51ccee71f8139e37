//! `repo`: repositories on the git service.

use carrel_proto::repo::v1::{
    Access, AddStartersRequest, CheckRepositoryRequest, CreateRepositoryRequest, DeleteRepositoryRequest,
    ListRepositoriesRequest, Repository, RepositoryCheck, SetAccessRequest,
};
use clap::{Subcommand, ValueEnum};
use serde_json::json;

use crate::error::{CliError, During};
use crate::git;
use crate::import::{self, ImportArgs};
use crate::out::{Cell, Style, ago};
use crate::server::{Globals, Server, now_ms};

/// Pages asked for before a list is called endless.
const PAGES_MAX: usize = 500;

/// What to do with repositories. PATH is `<owner>/<name>`, or only the name of one of your own.
#[derive(Debug, Subcommand)]
pub enum RepoCommand {
    /// Create a repository.
    Create {
        /// `<owner>/<name>` or `<name>`.
        path: String,
        /// Commit starter files: shell.nix, default.nix, carrel.toml.
        #[arg(long)]
        starters: bool,
        /// Start with a working sample: blinky, an FPGA design.
        #[arg(long, value_name = "NAME", conflicts_with = "starters")]
        sample: Option<String>,
    },
    /// Copy a repository from elsewhere.
    Import(ImportArgs),
    /// List the repositories you may read.
    List,
    /// Delete a repository; its bytes are kept aside for 30 days.
    Delete {
        /// `<owner>/<name>` or `<name>`.
        path: String,
        /// Don't ask.
        #[arg(long, short)]
        force: bool,
    },
    /// Give or take somebody's access.
    Share {
        /// `<owner>/<name>` or `<name>`.
        path: String,
        /// The user's name.
        user: String,
        /// What they may do.
        #[arg(value_enum, default_value_t)]
        access: AccessArg,
    },
    /// Say which files a session needs and the repository lacks.
    Check {
        /// `<owner>/<name>` or `<name>`.
        path: String,
    },
    /// Commit the starter files that are missing.
    Starters {
        /// `<owner>/<name>` or `<name>`.
        path: String,
    },
    /// Print what `git clone` takes.
    CloneUrl {
        /// `<owner>/<name>` or `<name>`.
        path: String,
    },
    /// Clone a repository and set git up for it.
    Clone {
        /// `<owner>/<name>` or `<name>`.
        path: String,
        /// The folder; by default the repository's name.
        dir: Option<std::path::PathBuf>,
    },
    /// Make plain `git clone` and `git push` to this server work without typing a token.
    SetupGit,
}

/// Access on the command line.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum AccessArg {
    /// None any more.
    None,
    /// Clone and open sessions.
    #[default]
    Read,
    /// Push as well.
    Write,
}

/// Runs a subcommand.
pub async fn run(command: RepoCommand, globals: &Globals) -> Result<(), CliError> {
    let server = globals.connect().await?;
    match command {
        RepoCommand::Create { path, starters, sample } => {
            create(&server, &path, starters, sample.unwrap_or_default(), globals).await
        }
        RepoCommand::Import(args) => import::run(&server, args, globals).await,
        RepoCommand::List => list(&server, globals).await,
        RepoCommand::Delete { path, force } => delete(&server, &path, force, globals).await,
        RepoCommand::Share { path, user, access } => share(&server, &path, user, access, globals).await,
        RepoCommand::Check { path } => check(&server, &path, globals).await,
        RepoCommand::Starters { path } => starters(&server, &path, globals).await,
        RepoCommand::CloneUrl { path } => {
            let found = find(&server, &path).await?;
            if globals.out.json { globals.out.object(&found) } else { globals.out.line(&found.clone_url) }
        }
        RepoCommand::Clone { path, dir } => {
            let found = find(&server, &path).await?;
            git::setup(&server, globals)?;
            git::clone(&found.clone_url, dir.as_deref())
        }
        RepoCommand::SetupGit => git::setup(&server, globals),
    }
}

/// `demo` is short for `<me>/demo`.
pub fn full_path(server: &Server, path: &str) -> Result<String, CliError> {
    let path = path.trim_matches('/').trim_end_matches(".git");
    if path.contains('/') {
        return Ok(path.to_owned());
    }
    match server.login().map(|login| login.user).filter(|user| !user.is_empty()) {
        Some(user) if !path.is_empty() => Ok(format!("{user}/{path}")),
        _ => Err(CliError::Usage(format!("\"{path}\" is not a repository; give <owner>/<name>"))),
    }
}

async fn create(
    server: &Server,
    path: &str,
    with_starters: bool,
    sample: String,
    globals: &Globals,
) -> Result<(), CliError> {
    let path = full_path(server, path)?;
    let request = CreateRepositoryRequest { path: path.clone(), with_starters, sample };
    let made = server.fm.repositories.clone().create_repository(request).await;
    let made = made.during(&server.url, format!("create {path}"))?.into_inner();
    if globals.out.json {
        return globals.out.object(&made);
    }
    globals.out.line(&made.clone_url)?;
    globals.out.note(format!("clone it with `carrel repo clone {path}`, or push to that address"));
    Ok(())
}

/// Every repository the caller may read.
pub async fn all(server: &Server) -> Result<Vec<Repository>, CliError> {
    let mut found = Vec::new();
    let mut after = String::new();
    for _ in 0..PAGES_MAX {
        let request = ListRepositoriesRequest { after, limit: 200 };
        let page = server.fm.repositories.clone().list_repositories(request).await;
        let page = page.during(&server.url, "list the repositories")?.into_inner();
        found.extend(page.repositories);
        after = page.next;
        if after.is_empty() {
            break;
        }
    }
    Ok(found)
}

async fn find(server: &Server, path: &str) -> Result<Repository, CliError> {
    let path = full_path(server, path)?;
    all(server).await?.into_iter().find(|repository| repository.path == path).ok_or_else(|| {
        CliError::failed(
            format!("there is no repository {path} that you may read"),
            "see `carrel repo list`, or make it with `carrel repo create`",
        )
    })
}

async fn list(server: &Server, globals: &Globals) -> Result<(), CliError> {
    let found = all(server).await?;
    if globals.out.json {
        return globals.out.object(&json!({"repositories": found}));
    }
    let now = now_ms();
    let rows: Vec<Vec<Cell>> = found
        .iter()
        .map(|repository| {
            let shared: Vec<&str> = repository.grants.iter().map(|grant| grant.user.as_str()).collect();
            vec![
                Cell(repository.path.clone(), Style::Bold),
                Cell::plain(ago(now.unsigned_abs(), repository.created_at)),
                Cell::plain(shared.join(", ")),
                Cell(repository.clone_url.clone(), Style::Dim),
            ]
        })
        .collect();
    let empty = "no repositories yet; make one with `carrel repo create NAME`";
    globals.out.table(&["REPOSITORY", "CREATED", "SHARED WITH", "CLONE URL"], &rows, empty)
}

async fn delete(server: &Server, path: &str, force: bool, globals: &Globals) -> Result<(), CliError> {
    let path = full_path(server, path)?;
    if !force && !crate::terminal::raw::confirm(&format!("Delete {path}?"), "--force")? {
        return Err(CliError::Exit(crate::error::EXIT_FAILED));
    }
    let request = DeleteRepositoryRequest { path: path.clone() };
    server
        .fm
        .repositories
        .clone()
        .delete_repository(request)
        .await
        .during(&server.url, format!("delete {path}"))?;
    globals.out.note(format!("{path} deleted; an admin can bring it back for 30 days"));
    if globals.out.json { globals.out.object(&json!({})) } else { Ok(()) }
}

async fn share(
    server: &Server,
    path: &str,
    user: String,
    access: AccessArg,
    globals: &Globals,
) -> Result<(), CliError> {
    let path = full_path(server, path)?;
    let access = match access {
        AccessArg::None => Access::None,
        AccessArg::Read => Access::Read,
        AccessArg::Write => Access::Write,
    };
    let action = format!("share {path} with {user}");
    let request = SetAccessRequest { path, user, access: access.into() };
    let changed = server.fm.repositories.clone().set_access(request).await.during(&server.url, action)?;
    if globals.out.json { globals.out.object(changed.get_ref()) } else { Ok(()) }
}

async fn check(server: &Server, path: &str, globals: &Globals) -> Result<(), CliError> {
    let path = full_path(server, path)?;
    let request = CheckRepositoryRequest { path: path.clone() };
    let found = server.fm.repositories.clone().check_repository(request).await;
    show_check(&found.during(&server.url, format!("check {path}"))?.into_inner(), globals)
}

async fn starters(server: &Server, path: &str, globals: &Globals) -> Result<(), CliError> {
    let path = full_path(server, path)?;
    let request = AddStartersRequest { path: path.clone() };
    let found = server.fm.repositories.clone().add_starters(request).await;
    show_check(&found.during(&server.url, format!("add starter files to {path}"))?.into_inner(), globals)
}

fn show_check(check: &RepositoryCheck, globals: &Globals) -> Result<(), CliError> {
    let out = &globals.out;
    if out.json {
        return out.object(check);
    }
    let mark = |good: bool, text: &str| {
        let (sign, style) = if good { ("ok  ", Style::Good) } else { ("lacks", Style::Warn) };
        out.line(format!("{:<5} {text}", out.paint(style, sign)))
    };
    mark(!check.empty, "a first commit")?;
    let environment = match check.environment_file.as_str() {
        "" => "an environment (shell.nix or flake.nix)".to_owned(),
        file => format!("an environment ({file})"),
    };
    mark(!check.environment_file.is_empty(), &environment)?;
    mark(check.has_default_nix, "a build (default.nix)")?;
    if !check.advice.is_empty() {
        out.note(format!("next: {}", check.advice));
    }
    Ok(())
}
