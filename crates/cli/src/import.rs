//! `repo import`: a repository from elsewhere, followed until it is here.

use std::time::Duration;

use carrel_proto::repo::v1::{
    CancelImportRequest, Import, ImportRepositoryRequest, ImportState, ListImportsRequest,
};

use crate::account::password;
use crate::error::{CliError, During};
use crate::out::Style;
use crate::progress;
use crate::repo::full_path;
use crate::server::{Globals, Server};

/// How often a running import is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What to import.
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// The address that `git clone` takes, http or https.
    url: String,
    /// `<owner>/<name>` or `<name>`; by default the last part of the address.
    path: Option<String>,
    /// Log in there with this name; the password or access token is asked for.
    #[arg(long)]
    user: Option<String>,
    /// Read that password from standard input.
    #[arg(long, requires = "user")]
    password_stdin: bool,
}

/// Imports, and stays until it is done; Ctrl-C stops the import.
pub async fn run(server: &Server, args: ImportArgs, globals: &Globals) -> Result<(), CliError> {
    let name = args.path.clone().unwrap_or_else(|| name_from(&args.url));
    let path = full_path(server, &name)?;
    let password = match &args.user {
        Some(user) => password(&format!("Password of {user} there: "), args.password_stdin)?,
        None => String::new(),
    };
    let user = args.user.unwrap_or_default();
    let request = ImportRepositoryRequest { path: path.clone(), url: args.url, user, password };
    let started = server.fm.repositories.clone().import_repository(request).await;
    let started = started.during(&server.url, format!("import {path}"))?.into_inner();
    let ended = tokio::select! {
        ended = follow(server, &started, globals) => ended?,
        _ = tokio::signal::ctrl_c() => {
            let stop = CancelImportRequest { id: started.id };
            server.fm.repositories.clone().cancel_import(stop).await.during(&server.url, "stop the import")?;
            return Err(CliError::failed("the import was stopped", "nothing of it is left"));
        }
    };
    if globals.out.json {
        return globals.out.object(&ended);
    }
    if ended.state() != ImportState::Done {
        return Err(CliError::failed(
            format!("{path} was not imported: {}", ended.detail),
            "nothing of it is left; try again when the cause is gone",
        ));
    }
    globals.out.line(format!("{} imported from {}", globals.out.paint(Style::Bold, &ended.path), ended.url))
}

async fn follow(server: &Server, started: &Import, globals: &Globals) -> Result<Import, CliError> {
    let bar = progress::spinner(&globals.out, format!("import {}", started.path));
    loop {
        let listed = server.fm.repositories.clone().list_imports(ListImportsRequest {}).await;
        let listed = listed.during(&server.url, "ask how the import is doing")?.into_inner().imports;
        let Some(import) = listed.into_iter().find(|import| import.id == started.id) else {
            let hint = "the service was restarted; start the import again";
            return Err(CliError::failed("the import is gone", hint));
        };
        if import.state() != ImportState::Running {
            bar.finish_and_clear();
            return Ok(import);
        }
        bar.set_message(format!("import {}: {}, {} %", import.path, import.detail, import.percent));
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// The name that `git clone` would give the folder.
fn name_from(url: &str) -> String {
    let last = url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    last.strip_suffix(".git").unwrap_or(last).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_an_address() {
        for (url, name) in [("https://a/b/c.git", "c"), ("https://a/b/c/", "c"), ("c", "c"), ("", "")] {
            assert_eq!(name_from(url), name);
        }
    }
}
