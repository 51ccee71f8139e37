//! Language servers, with a small script in their place.

use std::path::Path;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::UnixStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use crate::support::{World, eventually, repository, soon};

/// Sends each message back; some words make it do something else.
const SERVER: &str = r#"echo $$ > ../pid-$1
while IFS= read -r line; do
  length=$(printf %s "$line" | tr -dc 0-9)
  IFS= read -r empty
  body=$(head -c "$length")
  case "$body" in
    *crash*) echo "boom: no more" >&2; exit 3 ;;
    *babble*) echo "starting up..."; echo; printf '\r\n\r\n' ;;
    *) printf 'Content-Length: %d\r\n\r\n%s' "$(printf %s "$body" | wc -c)" "$body" ;;
  esac
done
"#;
const CHOICE: &str = r#"
[language-servers.echo]
command = ["sh", "server.sh", "echo"]
[language-servers.gone]
command = ["no-such-server"]
"#;

type Page = WebSocketStream<UnixStream>;

async fn world() -> World {
    let world = World::new().await;
    let url = repository(&world, "blinky", &[("carrel.toml", CHOICE), ("server.sh", SERVER)]);
    world.bind(&url).await;
    world
}

/// The next message; a close as its code and reason.
async fn next(page: &mut Page) -> Result<String, (u16, String)> {
    loop {
        match soon("a message", page.next()).await {
            Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
            Some(Ok(Message::Close(Some(frame)))) => {
                return Err((frame.code.into(), frame.reason.to_string()));
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// What the agent says of the server.
async fn said(page: &mut Page) -> Value {
    let message: Value = serde_json::from_str(&next(page).await.unwrap()).unwrap();
    assert_eq!(message["method"], "carrel/server", "{message}");
    message["params"].clone()
}

async fn started(world: &World, language: &str) -> Page {
    let mut page = world.socket(&format!("/lsp/{language}")).await;
    assert_eq!(said(&mut page).await, json!({ "state": "waiting" }));
    let root = world.workspace().to_string_lossy().into_owned();
    assert_eq!(said(&mut page).await, json!({ "state": "started", "program": "sh", "root": root }));
    page
}

async fn same(page: &mut Page, text: &str) {
    page.send(Message::text(text)).await.unwrap();
    assert!(next(page).await.unwrap() == text, "what comes back is what was sent");
}

#[tokio::test]
async fn messages_pass_untouched() {
    let world = world().await;
    let mut page = started(&world, "echo").await;
    same(&mut page, r#"{"jsonrpc": "2.0",  "id":1,"method":"é✓"}"#).await;
    same(&mut page, &"long ".repeat(400_000)).await;
    let mut other = started(&world, "echo").await;
    same(&mut other, "a second page has a server of its own").await;
    same(&mut page, "and the first goes on").await;
}

#[tokio::test]
async fn a_server_that_ends_says_why_and_the_next_one_starts() {
    let world = world().await;
    let mut page = started(&world, "echo").await;
    page.send(Message::text("crash")).await.unwrap();
    let ended = json!({ "state": "ended", "program": "sh", "code": 3, "said": "boom: no more" });
    assert_eq!(said(&mut page).await, ended);
    assert_eq!(next(&mut page).await, Err((1000, "sh ended with 3".to_owned())));
    let mut page = started(&world, "echo").await;
    same(&mut page, "again").await;
    page.send(Message::text("babble")).await.unwrap();
    let ended = said(&mut page).await;
    assert_eq!(ended["state"], "ended");
    assert!(ended["said"].as_str().unwrap().contains("starting up..."), "{ended}");
}

#[tokio::test]
async fn a_language_without_a_server_says_what_to_do() {
    let world = world().await;
    for (language, words) in [("gone", "Add its package to shell.nix"), ("cobol", "[language-servers.cobol]")]
    {
        let mut page = world.socket(&format!("/lsp/{language}")).await;
        assert_eq!(said(&mut page).await["state"], "waiting");
        let missing = said(&mut page).await;
        assert_eq!(missing["state"], "missing");
        assert!(missing["message"].as_str().unwrap().contains(words), "{missing}");
        let (code, reason) = next(&mut page).await.unwrap_err();
        assert!(code == 4404 && missing["message"].as_str().unwrap().starts_with(&reason), "{reason}");
    }
    world.output(&["sh", "-c", "echo x > carrel.toml"]).await;
    let mut page = world.socket("/lsp/echo").await;
    said(&mut page).await;
    assert!(said(&mut page).await["message"].as_str().unwrap().contains("carrel.toml, line 1"));
}

#[tokio::test]
async fn a_server_ends_with_its_page_and_there_are_not_too_many() {
    let world = world().await;
    let mut pages = Vec::new();
    for _ in 0..6 {
        let mut page = started(&world, "echo").await;
        same(&mut page, "it runs").await;
        pages.push(page);
    }
    let pid = std::fs::read_to_string(world.path("home/pid-echo")).unwrap();
    let mut refused = world.socket("/lsp/echo").await;
    assert_eq!(said(&mut refused).await["state"], "missing");
    assert_eq!(next(&mut refused).await.unwrap_err().0, 4429);
    drop(pages);
    let process = Path::new("/proc").join(pid.trim());
    eventually("the server is gone", async || (!process.exists()).then_some(())).await;
    let mut page = eventually("there is room again", async || {
        let mut page = world.socket("/lsp/echo").await;
        if said(&mut page).await["state"] == "missing" {
            return None;
        }
        assert_eq!(said(&mut page).await["state"], "started");
        Some(page)
    })
    .await;
    same(&mut page, "room").await;
}

#[tokio::test]
async fn nothing_may_be_sent_before_the_server_is_there() {
    let world = World::new().await;
    // Not bound: the environment never comes.
    let mut page = world.socket("/lsp/c").await;
    assert_eq!(said(&mut page).await["state"], "waiting");
    page.send(Message::text("early")).await.unwrap();
    assert_eq!(next(&mut page).await.unwrap_err().0, 4400);
}
