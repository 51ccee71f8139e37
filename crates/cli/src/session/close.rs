//! `session close`: not while work would be lost.

use carrel_proto::agent::v1::{GetStatusRequest, Status, Unsaved};
use carrel_proto::session::v1::{CloseSessionRequest, SessionState};

use super::find::find;
use super::workspace::Workspace;
use crate::error::{CliError, During};
use crate::server::{Globals, Server};
use crate::terminal::raw::{confirm, is_interactive};

pub(super) async fn run(
    server: &Server,
    wanted: Option<&str>,
    force: bool,
    globals: &Globals,
) -> Result<(), CliError> {
    let session = find(server, wanted).await?;
    let id = session.id.clone();
    let is_open =
        !matches!(session.state(), SessionState::Closing | SessionState::Closed | SessionState::Failed);
    if is_open && !force {
        let workspace = Workspace::new(server, session)?;
        let status: Result<Status, CliError> =
            workspace.call("GetStatus", &GetStatusRequest {}, "look for unsaved work").await;
        let worry = match status {
            Ok(status) => worry(&status.unsaved.unwrap_or_default()),
            Err(error) => Some(format!("it can't be seen whether work in it is unsaved ({error})")),
        };
        if let Some(worry) = worry {
            refuse_or_ask(&id, &worry, globals)?;
        }
    }
    let request = CloseSessionRequest { id: id.clone(), reason: "closed by its user".into() };
    let closed = server.fm.sessions.clone().close_session(request).await;
    let closed = closed.during(&server.url, format!("close {id}"))?;
    if globals.out.json {
        return globals.out.object(closed.get_ref());
    }
    globals.out.note(format!("{id} closed"));
    Ok(())
}

fn refuse_or_ask(id: &str, worry: &str, globals: &Globals) -> Result<(), CliError> {
    let hint = "commit and push it in `carrel session shell`, or close anyway with --force";
    if !is_interactive() || globals.out.json {
        return Err(CliError::failed(format!("{id} is still open: {worry}"), hint));
    }
    globals.out.warn(worry);
    if confirm(&format!("Close {id} anyway?"), "--force")? {
        Ok(())
    } else {
        Err(CliError::failed(format!("{id} is still open"), hint))
    }
}

/// What would be lost, in words.
fn worry(unsaved: &Unsaved) -> Option<String> {
    let count = |number: u32, one: &str, many: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{number} {many}")),
    };
    let parts: Vec<String> = [
        count(unsaved.changed_files, "file is not committed", "files are not committed"),
        count(unsaved.unpushed_commits, "commit is not pushed", "commits are not pushed"),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| parts.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsaved_work_is_named() {
        let worry = |changed_files, unpushed_commits| worry(&Unsaved { changed_files, unpushed_commits });
        assert_eq!(worry(0, 0), None);
        assert_eq!(worry(1, 0).as_deref(), Some("1 file is not committed"));
        assert_eq!(worry(3, 1).as_deref(), Some("3 files are not committed and 1 commit is not pushed"));
    }
}
