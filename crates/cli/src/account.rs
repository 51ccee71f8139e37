//! `login`, `logout`, `whoami`.

use std::io::{IsTerminal, Read};

use carrel_proto::auth::v1::{
    LoginRequest, LogoutRequest, RedeemLinkRequest, Role, Token, User, WhoAmIRequest,
};
use clap::Args;
use http::Uri;
use serde_json::json;

use crate::error::{CliError, Doing, During};
use crate::out::Style;
use crate::server::{Globals, normalise, now_ms};
use crate::terminal::raw::read_hidden;

/// No password is longer; protects the reader from an endless pipe.
const PASSWORD_MAX: u64 = 1_024;

/// How to log in.
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// A one-time login link.
    #[arg(required_unless_present = "name", conflicts_with = "name")]
    pub link: Option<String>,
    /// The account's name; the password is asked for.
    #[arg(long)]
    pub name: Option<String>,
    /// Read the password from standard input.
    #[arg(long, requires = "name")]
    pub password_stdin: bool,
}

/// How to log out.
#[derive(Debug, Args)]
pub struct LogoutArgs {
    /// End every login of this account, on all machines.
    #[arg(long)]
    pub everywhere: bool,
}

/// Logs in and keeps the token.
pub async fn login(args: LoginArgs, globals: &Globals) -> Result<(), CliError> {
    let (server, token) = match (&args.link, &args.name) {
        (Some(link), _) => redeem(link, globals).await?,
        (None, Some(name)) => {
            let server = globals.anonymous()?;
            let password = password("Password: ", args.password_stdin)?;
            let request = LoginRequest { name: name.clone(), password };
            let token = server.fm.auth.clone().login(request).await;
            let token = token.during(&server.url, format!("log in as {name}"))?.into_inner();
            (server, token)
        }
        (None, None) => return Err(CliError::Usage("give a login link or --name NAME".into())),
    };
    server.keep(&token)?;
    let user = token.user.unwrap_or_default();
    let out = &globals.out;
    if out.json {
        return out.object(&json!({"server": server.url, "user": user, "expiresAt": token.expires_at}));
    }
    out.line(format!(
        "{} logged in to {} ({}), for {} h",
        out.paint(Style::Bold, &user.name),
        server.url,
        role_name(&user),
        ((token.expires_at - now_ms()).max(0) + 1_800_000) / 3_600_000,
    ))
}

async fn redeem(link: &str, globals: &Globals) -> Result<(crate::server::Server, Token), CliError> {
    let (url, secret) = split_link(link).ok_or_else(|| {
        CliError::Usage("that is not a login link; paste the whole address, in quotes".into())
    })?;
    // A server named on purpose wins: the link's own name may not resolve from here.
    let at = Globals { server: Some(globals.server.clone().unwrap_or(url)), ..globals.clone() };
    let server = at.anonymous()?;
    let token = server.fm.auth.clone().redeem_link(RedeemLinkRequest { secret }).await;
    let token = token.during(&server.url, "use the login link")?.into_inner();
    Ok((server, token))
}

/// A link's server and secret: `https://host/login?link=<secret>`, or the secret after `#` or as the last part.
pub fn split_link(link: &str) -> Option<(String, String)> {
    let (address, fragment) = match link.trim().split_once('#') {
        Some((address, fragment)) => (address, Some(fragment)),
        None => (link.trim(), None),
    };
    let uri: Uri = address.parse().ok()?;
    let server = normalise(&format!("{}://{}", uri.scheme_str()?, uri.authority()?)).ok()?;
    let of_pairs = |text: &str| {
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        let mut found = pairs.filter(|(name, _)| matches!(*name, "link" | "secret"));
        found.next().map(|(_, value)| value.to_owned())
    };
    let secret = fragment
        .map(|text| of_pairs(text).unwrap_or_else(|| text.to_owned()))
        .or_else(|| uri.query().and_then(of_pairs))
        .or_else(|| uri.path().rsplit('/').next().map(str::to_owned))?;
    (!secret.is_empty()).then_some((server, secret))
}

/// Reads a password: hidden from a terminal, else from standard input if asked to.
pub fn password(prompt: &str, from_stdin: bool) -> Result<String, CliError> {
    if from_stdin {
        let mut text = String::new();
        std::io::stdin().lock().take(PASSWORD_MAX).read_to_string(&mut text).doing("read the password")?;
        return Ok(text.trim_end_matches(['\r', '\n']).to_owned());
    }
    if !std::io::stdin().is_terminal() {
        return Err(CliError::Usage("no terminal to ask for the password; use --password-stdin".into()));
    }
    read_hidden(prompt).doing("read the password")
}

/// Revokes the token and forgets it.
pub async fn logout(args: LogoutArgs, globals: &Globals) -> Result<(), CliError> {
    let server = match globals.logged_in() {
        Ok(server) => server,
        Err(CliError::LoggedOut { server }) if !args.everywhere => {
            globals.out.note(format!("nobody was logged in to {server}"));
            return globals.anonymous()?.forget();
        }
        Err(error) => return Err(error),
    };
    let request = LogoutRequest { everywhere: args.everywhere };
    let answer = server.fm.auth.clone().logout(request).await.during(&server.url, "log out");
    server.forget()?;
    if let Err(error) = answer {
        globals.out.warn(
            "the login is forgotten here, but the server was not told and it stays valid until it expires",
        );
        return Err(error);
    }
    if globals.out.json { globals.out.object(&json!({"server": server.url})) } else { Ok(()) }
}

/// Says who is logged in.
pub async fn whoami(globals: &Globals) -> Result<(), CliError> {
    let server = globals.connect().await?;
    let user = server.fm.auth.clone().who_am_i(WhoAmIRequest {}).await;
    let user = user.during(&server.url, "ask who is logged in")?.into_inner();
    let out = &globals.out;
    if out.json {
        return out.object(&json!({"server": server.url, "user": user}));
    }
    out.line(format!("{} ({}) on {}", out.paint(Style::Bold, &user.name), role_name(&user), server.url))
}

/// "learner", "mentor" or "admin".
pub fn role_name(user: &User) -> &'static str {
    match user.role() {
        Role::Admin => "admin",
        Role::Mentor => "mentor",
        Role::Learner | Role::Unspecified => "learner",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_gives_its_server_and_secret() {
        let wanted = Some(("http://127.0.0.1:8080".to_owned(), "s3cr-et_".to_owned()));
        for link in [
            "http://127.0.0.1:8080/login#s3cr-et_",
            "http://127.0.0.1:8080/#secret=s3cr-et_",
            "http://127.0.0.1:8080/login?link=s3cr-et_",
            "http://127.0.0.1:8080/login?next=x&secret=s3cr-et_",
            "http://127.0.0.1:8080/login/s3cr-et_\n",
        ] {
            assert_eq!(split_link(link), wanted, "{link}");
        }
        for wrong in ["", "secret", "/login#x", "http://h/", "http://h/#", "ftp://h/x"] {
            assert_eq!(split_link(wrong), None, "{wrong}");
        }
    }
}
