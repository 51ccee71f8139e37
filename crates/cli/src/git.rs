//! Git without typing a token: the credential helper, and setting git up to call it.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::Command;

use clap::ValueEnum;
use http::Uri;

use crate::error::{CliError, Doing, EXIT_FAILED};
use crate::server::{Globals, Server, normalise};

/// Git's description of what it wants is a few lines; more is not from git.
const REQUEST_MAX: u64 = 16 * 1024;

/// What git wants of a credential helper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CredentialAction {
    /// Say the name and the password.
    Get,
    /// Keep them; there is nothing to keep.
    Store,
    /// They did not work. The login stays: `carrel` itself finds out whether it is over.
    Erase,
}

/// Answers git over standard input and output.
pub async fn credential(action: CredentialAction, globals: &Globals) -> Result<(), CliError> {
    let mut text = String::new();
    std::io::stdin().lock().take(REQUEST_MAX).read_to_string(&mut text).doing("read git's request")?;
    if action != CredentialAction::Get {
        return Ok(());
    }
    let Some(url) = wanted_server(&text) else { return Ok(()) };
    let at = Globals { server: Some(url), ..globals.clone() };
    // Nothing printed means "I don't know"; git then asks the user, with this note above.
    let server = match at.connect().await {
        Ok(server) => server,
        Err(error @ CliError::LoggedOut { .. }) => {
            globals.out.failure(&error);
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let Some(login) = server.login() else { return Ok(()) };
    let user = if login.user.is_empty() { "carrel" } else { &login.user };
    globals.out.line(format!("username={user}\npassword={}", login.token))
}

/// The server of a request: `protocol` and `host`, or `url`.
pub fn wanted_server(request: &str) -> Option<String> {
    let fields: BTreeMap<&str, &str> = request.lines().filter_map(|line| line.split_once('=')).collect();
    let address = match (fields.get("protocol"), fields.get("host"), fields.get("url")) {
        (Some(protocol), Some(host), _) => format!("{protocol}://{host}"),
        (_, _, Some(url)) => {
            let uri: Uri = url.parse().ok()?;
            format!("{}://{}", uri.scheme_str()?, uri.authority()?)
        }
        _ => return None,
    };
    normalise(&address).ok()
}

/// Tells git to call this command for this server.
pub fn setup(server: &Server, globals: &Globals) -> Result<(), CliError> {
    let program = std::env::current_exe().doing("find this command's own file")?;
    // From wherever git is called, and under this name: a file that is renewed is read anew.
    let authority = globals
        .ca_file
        .as_deref()
        .map(std::path::absolute)
        .transpose()
        .doing("find the file of --ca-file")?;
    let helper = helper_value(&program, authority.as_deref());
    let key = format!("credential.{}.helper", server.url);
    // An empty value first drops helpers that would keep or ask for another password.
    run_git(&["config", "--global", "--replace-all", &key, ""])?;
    run_git(&["config", "--global", "--add", &key, &helper])?;
    if let Some(authority) = authority {
        let file = authority.to_str().ok_or_else(|| {
            CliError::failed(
                format!("git can't be told of {}", authority.display()),
                "give --ca-file a name in UTF-8",
            )
        })?;
        run_git(&["config", "--global", "--replace-all", &format!("http.{}.sslCAInfo", server.url), file])?;
    }
    globals.out.note(format!("git asks carrel for the login of {}", server.url));
    Ok(())
}

/// Git runs a helper that starts with `!` by the shell, so paths are quoted.
fn helper_value(program: &Path, authority: Option<&Path>) -> String {
    let quoted = |path: &Path| format!("'{}'", path.display().to_string().replace('\'', r"'\''"));
    let authority = authority.map(|file| format!(" --ca-file {}", quoted(file))).unwrap_or_default();
    format!("!{}{authority} git-credential", quoted(program))
}

/// Clones with the user's own git.
pub fn clone(url: &str, dir: Option<&Path>) -> Result<(), CliError> {
    let mut git = Command::new("git");
    git.args(["clone", "--", url]).args(dir);
    let status = git.status().map_err(no_git)?;
    if status.success() {
        return Ok(());
    }
    Err(CliError::Exit(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(EXIT_FAILED)))
}

fn run_git(arguments: &[&str]) -> Result<(), CliError> {
    let output = Command::new("git").args(arguments).output().map_err(no_git)?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(CliError::failed(
        format!("git {}: {}", arguments.join(" "), said.trim()),
        "check that ~/.gitconfig can be written",
    ))
}

fn no_git(error: std::io::Error) -> CliError {
    if error.kind() == std::io::ErrorKind::NotFound {
        return CliError::failed("git is not installed", "install it, e.g. `apt install git`");
    }
    CliError::Local { action: "run git".into(), source: error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_names_the_server_in_two_ways() {
        let wanted = Some("http://127.0.0.1:8080".to_owned());
        assert_eq!(wanted_server("protocol=http\nhost=127.0.0.1:8080\n\n"), wanted);
        assert_eq!(wanted_server("url=http://127.0.0.1:8080/git/ada/demo.git\n"), wanted);
        assert_eq!(
            wanted_server("protocol=http\nhost=127.0.0.1:8080\npath=git/a/b.git\nwwwauth[]=Basic\n"),
            wanted
        );
        assert_eq!(wanted_server("protocol=ssh\nhost=x\n"), None);
        assert_eq!(wanted_server("garbage"), None);
    }

    #[test]
    fn a_path_with_a_quote_stays_one_word() {
        assert_eq!(helper_value(Path::new("/o'x/carrel"), None), r"!'/o'\''x/carrel' git-credential");
        let helper = helper_value(Path::new("/carrel"), Some(Path::new("/a b/ca.pem")));
        assert_eq!(helper, "!'/carrel' --ca-file '/a b/ca.pem' git-credential");
    }
}
