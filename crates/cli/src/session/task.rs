//! `session task`.

use carrel_proto::agent::v1::{
    Artefact, ListArtefactsReply, ListArtefactsRequest, ListTasksReply, ListTasksRequest, RunTaskRequest,
    Terminal,
};

use super::find::find;
use super::shell::attach;
use super::workspace::Workspace;
use super::{TaskArgs, WaitArg, wait};
use crate::error::CliError;
use crate::out::{Cell, Style, bytes};
use crate::server::{Globals, Server};
use crate::terminal::raw::{is_interactive, window_size};

pub(super) async fn run(server: &Server, args: TaskArgs, globals: &Globals) -> Result<(), CliError> {
    let workspace = Workspace::new(server, find(server, Some(&args.session)).await?)?;
    let status = wait::until(&workspace, WaitArg::Environment, &globals.out).await?;
    wait::report(&status, wait::Detail::Line, &globals.out);
    let Some(name) = args.name else { return list(&workspace, globals).await };
    let pty = is_interactive();
    let size = window_size();
    let request = RunTaskRequest {
        name: name.clone(),
        pty,
        cols: size.map_or(80, |size| size.cols.into()),
        rows: size.map_or(24, |size| size.rows.into()),
    };
    let terminal: Terminal = workspace.call("RunTask", &request, &format!("run the task {name}")).await?;
    attach(&workspace, &terminal.id, pty, globals).await?;
    let made = artefacts(&workspace).await?;
    for artefact in &made {
        globals.out.note(format!("artefact {} ({})", artefact.name, bytes(artefact.size)));
    }
    if let Some(first) = made.first() {
        globals.out.note(format!("download: carrel session get {} {}", workspace.session.id, first.name));
    }
    Ok(())
}

async fn list(workspace: &Workspace, globals: &Globals) -> Result<(), CliError> {
    let reply: ListTasksReply = workspace.call("ListTasks", &ListTasksRequest {}, "list the tasks").await?;
    if globals.out.json {
        return globals.out.object(&reply);
    }
    if !reply.problem.is_empty() {
        globals.out.warn(format!("carrel.toml: {}", reply.problem));
    }
    let rows: Vec<Vec<Cell>> = reply
        .tasks
        .iter()
        .map(|task| {
            vec![
                Cell(task.name.clone(), Style::Bold),
                Cell::plain(task.description.clone()),
                Cell(task.artefacts.join(", "), Style::Dim),
            ]
        })
        .collect();
    let empty = "no tasks; declare them in carrel.toml, or add a default.nix for \"build\"";
    globals.out.table(&["TASK", "WHAT IT DOES", "ARTEFACTS"], &rows, empty)
}

/// Artefacts that exist.
pub(super) async fn artefacts(workspace: &Workspace) -> Result<Vec<Artefact>, CliError> {
    let reply: ListArtefactsReply =
        workspace.call("ListArtefacts", &ListArtefactsRequest {}, "list the artefacts").await?;
    Ok(reply.artefacts)
}
