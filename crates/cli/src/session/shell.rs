//! `session shell` and `session run`.

use std::collections::HashMap;

use carrel_proto::agent::v1::{
    CloseTerminalReply, CloseTerminalRequest, OpenTerminalRequest, Terminal, WaitFor,
};

use super::find::find;
use super::workspace::Workspace;
use super::{RunArgs, ShellArgs, WaitArg, open::request_id, wait};
use crate::error::{CliError, Doing, EXIT_FAILED};
use crate::server::{Globals, Server};
use crate::terminal::drive::{End, Plan, drive};
use crate::terminal::link::Link;
use crate::terminal::raw::{RawMode, is_interactive, window_size};

/// What a terminal left behind by `~.` may have switched on here: reset colours, show the cursor, mouse and
/// bracketed paste off.
const TIDY: &str = "\x1b[m\x1b[?25h\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l";

pub(super) async fn shell(server: &Server, args: ShellArgs, globals: &Globals) -> Result<(), CliError> {
    let session = find(server, args.session.as_deref()).await?;
    shell_in(&Workspace::new(server, session)?, args, globals).await
}

/// A shell in a session that was just found or opened.
pub(super) async fn shell_in(
    workspace: &Workspace,
    args: ShellArgs,
    globals: &Globals,
) -> Result<(), CliError> {
    let terminal = match args.terminal {
        Some(terminal) => terminal,
        None => {
            let mut wait_for = args.wait;
            if wait_for != WaitArg::Nothing {
                let status = wait::until(workspace, wait_for, &globals.out).await?;
                if !wait::report(&status, wait::Detail::Whole, &globals.out) {
                    // A shell is how one finds out why.
                    wait_for = WaitArg::Nothing;
                }
            }
            let mut request = terminal_request(&[], true, wait_for);
            request.title = "shell".into();
            open_terminal(workspace, &request).await?.id
        }
    };
    attach(workspace, &terminal, true, globals).await
}

pub(super) async fn run(server: &Server, args: RunArgs, globals: &Globals) -> Result<(), CliError> {
    let workspace = Workspace::new(server, find(server, Some(&args.session)).await?)?;
    if args.wait != WaitArg::Nothing {
        let status = wait::until(&workspace, args.wait, &globals.out).await?;
        if !wait::report(&status, wait::Detail::Line, &globals.out) {
            return Err(CliError::failed(
                format!("{} did not become ready", workspace.session.id),
                "look inside with `carrel session shell`, or run without waiting: --wait nothing",
            ));
        }
    }
    let mut request = terminal_request(&args.command, args.tty, args.wait);
    request.cwd = args.cwd;
    request.env.extend(args.env);
    let terminal = open_terminal(&workspace, &request).await?;
    attach(&workspace, &terminal.id, args.tty, globals).await
}

fn terminal_request(argv: &[String], pty: bool, wait: WaitArg) -> OpenTerminalRequest {
    let size = window_size().filter(|_| pty);
    let mut env = HashMap::new();
    if let Some(term) = std::env::var("TERM").ok().filter(|term| pty && !term.is_empty()) {
        env.insert("TERM".to_owned(), term);
    }
    OpenTerminalRequest {
        argv: argv.to_vec(),
        pty,
        cols: size.map_or(80, |size| size.cols.into()),
        rows: size.map_or(24, |size| size.rows.into()),
        env: env.into_iter().collect(),
        wait_for: WaitFor::from(wait).into(),
        ..OpenTerminalRequest::default()
    }
}

async fn open_terminal(workspace: &Workspace, request: &OpenTerminalRequest) -> Result<Terminal, CliError> {
    let action = match request.argv.first() {
        Some(program) => format!("run {program} in {}", workspace.session.id),
        None => format!("open a shell in {}", workspace.session.id),
    };
    workspace.call("OpenTerminal", request, &action).await
}

/// Attaches until the process ends, and ends with its code.
pub(super) async fn attach(
    workspace: &Workspace,
    terminal: &str,
    pty: bool,
    globals: &Globals,
) -> Result<(), CliError> {
    let link = Link {
        server: workspace.server.clone(),
        direct: workspace.direct.clone(),
        session: workspace.session.id.clone(),
        terminal: terminal.to_owned(),
        client: format!("cli-{}", request_id()),
    };
    let raw_mode = if pty && is_interactive() {
        Some(RawMode::enter().doing("switch the terminal to raw mode")?)
    } else {
        None
    };
    let raw = raw_mode.is_some();
    let end = drive(&link, Plan { since: 0, pty, raw }, &globals.out).await;
    drop(raw_mode);
    match end? {
        End::Exit(code) => {
            forget(workspace, terminal).await;
            exit_with(code)
        }
        End::Left => {
            let session = &workspace.session.id;
            globals.out.note(format!(
                "{TIDY}\nleft; attach again with: carrel session shell {session} --terminal {terminal}"
            ));
            Ok(())
        }
        End::Signal(signal) => {
            if !pty {
                forget(workspace, terminal).await;
            }
            exit_with(128 + signal)
        }
    }
}

fn exit_with(code: i32) -> Result<(), CliError> {
    match u8::try_from(code) {
        Ok(0) => Ok(()),
        Ok(code) => Err(CliError::Exit(code)),
        Err(_) => Err(CliError::Exit(EXIT_FAILED)),
    }
}

/// Nobody will read this terminal again. If the request fails the session's end takes it away.
async fn forget(workspace: &Workspace, terminal: &str) {
    let request = CloseTerminalRequest { id: terminal.to_owned() };
    let closed: Result<CloseTerminalReply, CliError> =
        workspace.call("CloseTerminal", &request, "close the terminal").await;
    if let Err(error) = closed {
        tracing::debug!(error = %carrel_service::error::Chain(&error), "close the terminal");
    }
}
