//! `user tokens`, `user token`, `user end`: one's logins and named tokens.

use carrel_proto::auth::v1::{CreateTokenRequest, EndLoginRequest, ListLoginsRequest, Login};
use serde_json::json;

use crate::error::{CliError, During};
use crate::out::{Cell, Style, ago};
use crate::server::{Globals, Server, now_ms};

async fn logins(server: &Server) -> Result<Vec<Login>, CliError> {
    let reply = server.fm.auth.clone().list_logins(ListLoginsRequest {}).await;
    Ok(reply.during(&server.url, "list your logins")?.into_inner().logins)
}

/// Lists them.
pub async fn list(globals: &Globals) -> Result<(), CliError> {
    let server = globals.connect().await?;
    let logins = logins(&server).await?;
    if globals.out.json {
        return globals.out.object(&json!({"logins": logins}));
    }
    let now = now_ms();
    let rows: Vec<Vec<Cell>> = logins.iter().map(|login| row(login, now)).collect();
    globals.out.table(&["WHAT", "BEGAN", "USED", "ENDS", "ID"], &rows, "no logins")
}

fn row(login: &Login, now: i64) -> Vec<Cell> {
    let what = match (login.name.as_str(), login.current) {
        ("", true) => "this login".to_owned(),
        ("", false) => format!("login: {}", if login.client.is_empty() { "unnamed" } else { &login.client }),
        (name, _) => format!("token {name}"),
    };
    let style = if login.current { Style::Bold } else { Style::Plain };
    let used = if login.used_at == 0 { "never".to_owned() } else { ago(now.unsigned_abs(), login.used_at) };
    let days = (login.expires_at - now).max(0) / 86_400_000;
    vec![
        Cell(what, style),
        Cell::plain(ago(now.unsigned_abs(), login.created_at)),
        Cell::plain(used),
        Cell::plain(if days == 0 { "today".to_owned() } else { format!("in {days} d") }),
        Cell(login.id.clone(), Style::Dim),
    ]
}

/// Makes a named token and prints it.
pub async fn create(name: String, days: u32, globals: &Globals) -> Result<(), CliError> {
    let server = globals.connect().await?;
    let made = server.fm.auth.clone().create_token(CreateTokenRequest { name, days }).await;
    let made = made.during(&server.url, "make a token")?.into_inner();
    if globals.out.json {
        return globals.out.object(&made);
    }
    globals.out.line(&made.token)?;
    globals.out.note("shown this once; it stands in for your password with git and for CARREL_TOKEN");
    Ok(())
}

/// Ends a login, or revokes a token by its name or id.
pub async fn end(which: &str, globals: &Globals) -> Result<(), CliError> {
    let server = globals.connect().await?;
    let logins = logins(&server).await?;
    let found: Vec<&Login> = logins.iter().filter(|login| login.id == which || login.name == which).collect();
    let [login] = found[..] else {
        let text = match found.len() {
            0 => format!("there is no login or token {which}"),
            many => format!("{many} tokens are called {which}"),
        };
        return Err(CliError::failed(text, "give an id from `carrel user tokens`"));
    };
    let request = EndLoginRequest { id: login.id.clone() };
    server.fm.auth.clone().end_login(request).await.during(&server.url, format!("end {which}"))?;
    if globals.out.json { globals.out.object(&json!({"ended": login.id})) } else { Ok(()) }
}
