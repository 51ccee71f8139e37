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

/// A compiler that says what Icarus says, so that the test needs none.
const IVERILOG: &str = r#"#!/bin/sh
for last; do :; done
echo "$*" > "$HOME/asked"
grep -n oops "$last" | sed "s|\([0-9]*\):.*|$last:\1: error: no net 'oops' here|" >&2
"#;

async fn world_with_iverilog() -> World {
    use std::os::unix::fs::PermissionsExt;
    let mut world = World::stopped();
    let bin = world.path("bin");
    std::fs::create_dir(&bin).unwrap();
    std::fs::write(bin.join("iverilog"), IVERILOG).unwrap();
    std::fs::set_permissions(bin.join("iverilog"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bin.display(), world.variables["PATH"]);
    world.variables.insert("PATH".to_owned(), path);
    world.start().await;
    let files = [("rtl/sub.v", "module sub(input a);\nendmodule\n"), ("top.v", "")];
    world.bind(&repository(&world, "blinky", &files)).await;
    world
}

/// The language server for Verilog: asks and hears.
struct Verilog {
    page: Page,
    root: String,
}

impl Verilog {
    async fn start(world: &World) -> Self {
        let mut page = world.socket("/lsp/systemverilog").await;
        said(&mut page).await;
        assert_eq!(said(&mut page).await["program"], "verilog-ls");
        let root = format!("file://{}", world.workspace().display());
        let mut this = Self { page, root };
        let hello = this.ask("initialize", json!({ "rootUri": this.root })).await;
        assert_eq!(hello["capabilities"]["definitionProvider"], true);
        this
    }

    async fn tell(&mut self, method: &str, params: Value) {
        let message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
        self.page.send(Message::text(message.to_string())).await.unwrap();
    }

    async fn ask(&mut self, method: &str, params: Value) -> Value {
        let message = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
        self.page.send(Message::text(message.to_string())).await.unwrap();
        self.hear(|it| (it["id"] == 7).then(|| it["result"].clone())).await
    }

    async fn hear(&mut self, wanted: impl Fn(&Value) -> Option<Value>) -> Value {
        loop {
            let message: Value = serde_json::from_str(&next(&mut self.page).await.unwrap()).unwrap();
            if let Some(found) = wanted(&message) {
                return found;
            }
        }
    }

    /// The messages of the next diagnostics of `top.v`.
    async fn problems(&mut self) -> Value {
        self.hear(|it| {
            (it["method"] == "textDocument/publishDiagnostics").then(|| it["params"]["diagnostics"].clone())
        })
        .await
    }

    fn at(&self, line: u32, character: u32) -> Value {
        let uri = format!("{}/top.v", self.root);
        json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } })
    }
}

#[tokio::test]
async fn verilog_is_checked_as_it_is_typed() {
    let world = world_with_iverilog().await;
    let mut verilog = Verilog::start(&world).await;
    let uri = format!("{}/top.v", verilog.root);
    let text = "module top(input clk);\n  wire oops;\n  sub s(.a(clk));\nendmodule\n";
    let open = json!({ "textDocument": { "uri": uri, "languageId": "verilog", "version": 0, "text": text } });
    verilog.tell("textDocument/didOpen", open).await;
    let problems = verilog.problems().await;
    assert_eq!(problems[0]["message"], "no net 'oops' here");
    assert_eq!(problems[0]["range"]["start"], json!({ "line": 1, "character": 7 }));
    let asked = std::fs::read_to_string(world.path("home/asked")).unwrap();
    assert!(asked.contains("-l ") && asked.contains("rtl/sub.v") && !asked.contains("work/top.v"), "{asked}");
    let change = json!({ "textDocument": { "uri": uri, "version": 1 }, "contentChanges": [{ "text": text.replace("oops", "fine") }] });
    verilog.tell("textDocument/didChange", change).await;
    assert_eq!(verilog.problems().await, json!([]));
}

#[tokio::test]
async fn verilog_names_are_found_and_offered() {
    let world = world_with_iverilog().await;
    let mut verilog = Verilog::start(&world).await;
    let uri = format!("{}/top.v", verilog.root);
    let text = "module top(input clk);\n  sub s(.a(clk));\nendmodule\n";
    let open = json!({ "textDocument": { "uri": uri, "languageId": "verilog", "version": 0, "text": text } });
    verilog.tell("textDocument/didOpen", open).await;
    let there = verilog.ask("textDocument/definition", verilog.at(1, 3)).await;
    assert_eq!(there["uri"], format!("{}/rtl/sub.v", verilog.root));
    let here = verilog.ask("textDocument/definition", verilog.at(1, 12)).await;
    assert_eq!(here["range"]["start"], json!({ "line": 0, "character": 17 }));
    let hover = verilog.ask("textDocument/hover", verilog.at(1, 3)).await;
    assert_eq!(hover["contents"][0]["value"], "module sub(input a);");
    let offered = verilog.ask("textDocument/completion", verilog.at(1, 2)).await;
    let names: Vec<&str> = offered.as_array().unwrap().iter().filter_map(|it| it["label"].as_str()).collect();
    for name in ["clk", "sub", "endmodule"] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    assert!(verilog.ask("textDocument/documentSymbol", verilog.at(0, 0)).await[0]["name"] == "top");
    verilog.tell("exit", Value::Null).await;
    let ended = verilog.hear(|it| (it["method"] == "carrel/server").then(|| it["params"].clone())).await;
    assert_eq!((&ended["state"], &ended["code"]), (&json!("ended"), &json!(0)));
}
