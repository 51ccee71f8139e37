//! `session open`.

use carrel_proto::session::v1::{Egress, OpenSessionRequest, Session, SlotClass};
use serde_json::json;

use super::{OpenArgs, ShellArgs, WaitArg, shell, wait, workspace::Workspace};
use crate::error::{CliError, During, EXIT_FAILED};
use crate::json::with_fields;
use crate::out::Style;
use crate::progress::spinner;
use crate::repo::full_path;
use crate::server::{Globals, Server};

pub(super) async fn run(server: &Server, args: OpenArgs, globals: &Globals) -> Result<(), CliError> {
    let repository = match &args.repository {
        Some(path) => full_path(server, path)?,
        None => String::new(),
    };
    let request = OpenSessionRequest {
        repository,
        slot_class: SlotClass::from(args.class).into(),
        egress: Egress::from(args.egress).into(),
        request_id: request_id(),
        without_environment: args.without_environment,
        node_id: args.node.unwrap_or_default(),
    };
    let line = spinner(&globals.out, "claiming a slot…");
    let session = open(server, request).await;
    line.finish_and_clear();
    let session = session?;
    let workspace = Workspace::new(server, session)?;
    if args.no_wait {
        return say(&workspace.session, globals);
    }
    if args.shell {
        globals.out.note(format!("{} opened", workspace.session.id));
        let args = ShellArgs { session: None, terminal: None, wait: WaitArg::Environment };
        return shell::shell_in(&workspace, args, globals).await;
    }
    let status = wait::until(&workspace, WaitArg::Environment, &globals.out).await?;
    let good = wait::report(&status, wait::Detail::Whole, &globals.out);
    if globals.out.json {
        globals.out.object(&with_fields(&workspace.session, &[("status", json!(status))]))?;
    } else {
        say(&workspace.session, globals)?;
    }
    if good { Ok(()) } else { Err(CliError::Exit(EXIT_FAILED)) }
}

/// Opens a session; a retry after a lost answer finds the same one by its request id.
pub async fn open(server: &Server, request: OpenSessionRequest) -> Result<Session, CliError> {
    let action = match request.repository.as_str() {
        "" => "open a session".to_owned(),
        repository => format!("open a session on {repository}"),
    };
    let policy = carrel_client::RetryPolicy::default();
    let opened = carrel_client::retry(&policy, || {
        let mut sessions = server.fm.sessions.clone();
        let request = request.clone();
        async move { sessions.open_session(request).await }
    })
    .await;
    Ok(opened.during(&server.url, action)?.into_inner())
}

/// 128 random bits: no two requests share one.
pub fn request_id() -> String {
    let mut bytes = [0; 16];
    // Without randomness from the system nothing on it is safe; zero makes the server say "already used".
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn say(session: &Session, globals: &Globals) -> Result<(), CliError> {
    let out = &globals.out;
    if out.json {
        return out.object(session);
    }
    out.line(out.paint(Style::Bold, &session.id))?;
    out.note(format!("a shell in it: carrel session shell {}", session.id));
    Ok(())
}
