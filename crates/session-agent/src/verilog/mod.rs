//! `verilog-ls`: a small language server for Verilog, spoken on standard input and output.
//!
//! Problems come from Icarus Verilog, which reads the text as it is typed together with the other files of the
//! workspace. Definitions, explanations, symbols and completions come from a scan for declarations by name; scopes
//! are not looked at. A repository that wants more names another server in its `carrel.toml`.

mod check;
mod scan;
mod token;
mod workspace;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use futures::StreamExt;
use serde_json::{Value, json};
use tokio::io::{AsyncWriteExt, Stdin, Stdout};
use tokio_util::codec::FramedRead;

use crate::lsp::framing::{FramingError, Messages, framed};
use scan::{Declaration, Kind};
use workspace::{Files, path_of, uri_of};

/// A check waits until nobody has typed for this long.
const SETTLE: Duration = Duration::from_millis(300);
/// Completions offered at once.
const OFFERED_MAX: usize = 1_000;
/// The protocol's code for a method that is not known.
const NO_METHOD: i32 = -32_601;

const KEYWORDS: [&str; 40] = [
    "always",
    "always_comb",
    "always_ff",
    "assign",
    "begin",
    "case",
    "casez",
    "default",
    "else",
    "end",
    "endcase",
    "endfunction",
    "endgenerate",
    "endmodule",
    "endtask",
    "for",
    "function",
    "generate",
    "genvar",
    "if",
    "initial",
    "inout",
    "input",
    "integer",
    "localparam",
    "logic",
    "module",
    "negedge",
    "output",
    "parameter",
    "posedge",
    "reg",
    "signed",
    "task",
    "typedef",
    "wire",
    "`define",
    "`ifdef",
    "`include",
    "`timescale",
];

/// Why the server ended before it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// What it was sent is no message.
    #[error("read a message")]
    Read(#[from] FramingError),
    /// Nobody reads what it says.
    #[error("write a message")]
    Write(#[from] std::io::Error),
}

/// Serves until its input ends.
pub async fn serve() -> Result<(), ServerError> {
    let mut server = Server {
        input: FramedRead::new(tokio::io::stdin(), Messages::default()),
        output: tokio::io::stdout(),
        files: Files::default(),
        unchecked: BTreeSet::new(),
        variables: std::env::vars().collect(),
        complained: false,
    };
    loop {
        let message = if server.unchecked.is_empty() {
            server.input.next().await
        } else {
            match tokio::time::timeout(SETTLE, server.input.next()).await {
                Ok(message) => message,
                Err(_) => {
                    server.check_one().await?;
                    continue;
                }
            }
        };
        let Some(message) = message else { return Ok(()) };
        let Ok(message) = serde_json::from_str::<Value>(&message?) else { continue };
        if message["method"] == "exit" {
            return Ok(());
        }
        server.take(&message).await?;
    }
}

struct Server {
    input: FramedRead<Stdin, Messages>,
    output: Stdout,
    files: Files,
    /// Texts that changed since they were checked.
    unchecked: BTreeSet<PathBuf>,
    variables: BTreeMap<String, String>,
    complained: bool,
}

impl Server {
    async fn say(&mut self, message: Value) -> std::io::Result<()> {
        self.output.write_all(&framed(&message.to_string())).await?;
        self.output.flush().await
    }

    async fn take(&mut self, message: &Value) -> std::io::Result<()> {
        let method = message["method"].as_str().unwrap_or_default();
        let params = &message["params"];
        if message.get("id").is_none() {
            return self.note(method, params).await;
        }
        let id = message["id"].clone();
        let answer = match method {
            "initialize" => Some(self.initialize(params)),
            "shutdown" => Some(Value::Null),
            "textDocument/definition" => Some(self.definition(params)),
            "textDocument/hover" => Some(self.hover(params)),
            "textDocument/documentSymbol" => Some(self.symbols(params)),
            "textDocument/completion" => Some(self.completion(params)),
            _ => None,
        };
        let reply = match answer {
            Some(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
            None => {
                let error = json!({ "code": NO_METHOD, "message": format!("{method} is not known here") });
                json!({ "jsonrpc": "2.0", "id": id, "error": error })
            }
        };
        self.say(reply).await
    }

    fn initialize(&mut self, params: &Value) -> Value {
        self.files.root = path_of(params["rootUri"].as_str().unwrap_or_default())
            .unwrap_or_else(|| std::env::current_dir().unwrap_or_default());
        json!({
            "capabilities": {
                "textDocumentSync": { "openClose": true, "change": 1, "save": true },
                "definitionProvider": true, "hoverProvider": true, "documentSymbolProvider": true,
                "completionProvider": { "triggerCharacters": ["`"] },
            },
            "serverInfo": { "name": "verilog-ls", "version": env!("CARGO_PKG_VERSION") },
        })
    }

    async fn note(&mut self, method: &str, params: &Value) -> std::io::Result<()> {
        let document = &params["textDocument"];
        let Some(path) = document["uri"].as_str().and_then(path_of) else { return Ok(()) };
        let text = match method {
            "textDocument/didOpen" => document["text"].as_str(),
            "textDocument/didChange" => {
                params["contentChanges"].as_array().and_then(|all| all.last()?["text"].as_str())
            }
            "textDocument/didSave" => {
                // Others may use what was saved.
                self.unchecked.extend(self.files.open());
                return Ok(());
            }
            "textDocument/didClose" => {
                self.files.close(&path);
                self.unchecked.remove(&path);
                return self.publish(&path, &[]).await;
            }
            _ => return Ok(()),
        };
        if let Some(text) = text {
            self.files.set(path.clone(), text.to_owned());
            self.unchecked.insert(path);
        }
        Ok(())
    }

    async fn publish(&mut self, path: &std::path::Path, problems: &[Value]) -> std::io::Result<()> {
        let params = json!({ "uri": uri_of(path), "diagnostics": problems });
        self.say(json!({ "jsonrpc": "2.0", "method": "textDocument/publishDiagnostics", "params": params }))
            .await
    }

    async fn check_one(&mut self) -> std::io::Result<()> {
        let Some(path) = self.unchecked.pop_first() else { return Ok(()) };
        // A header is checked by those that include it.
        let header = path.extension().is_some_and(|it| it == "vh" || it == "svh");
        let Some(text) = self.files.text(&path).filter(|_| !header) else { return Ok(()) };
        let others = self.files.sources();
        match check::check(&self.files.root, &path, &text, &others, &self.variables).await {
            Ok(problems) => self.publish(&path, &problems).await,
            Err(error) if !self.complained => {
                self.complained = true;
                let params = json!({ "type": 2, "message": crate::error::chain(&error) });
                self.say(json!({ "jsonrpc": "2.0", "method": "window/showMessage", "params": params })).await
            }
            Err(_) => Ok(()),
        }
    }

    /// What the word at a place stands for: here, or as something that other files can name.
    fn meant(&self, params: &Value) -> Option<(PathBuf, Declaration)> {
        let path = path_of(params["textDocument"]["uri"].as_str()?)?;
        let text = self.files.text(&path)?;
        let at = |name: &str| u32::try_from(params["position"][name].as_u64()?).ok();
        let word = scan::word_at(&text, at("line")?, at("character")?)?.to_owned();
        let here = scan::declarations(&text).into_iter().find(|it| it.name == word);
        here.map(|it| (path, it)).or_else(|| self.files.find(&word))
    }

    fn definition(&self, params: &Value) -> Value {
        let Some((path, found)) = self.meant(params) else { return Value::Null };
        json!({ "uri": uri_of(&path), "range": range(&found) })
    }

    fn hover(&self, params: &Value) -> Value {
        let Some((path, found)) = self.meant(params) else { return Value::Null };
        let place = path.strip_prefix(&self.files.root).unwrap_or(&path).display().to_string();
        json!({ "contents": [
            { "language": "verilog", "value": found.detail },
            { "language": "", "value": format!("{place}, line {}", found.line + 1) },
        ] })
    }

    fn symbols(&self, params: &Value) -> Value {
        let path = params["textDocument"]["uri"].as_str().and_then(path_of);
        let text = path.and_then(|path| self.files.text(&path)).unwrap_or_default();
        let symbol = |it: Declaration| {
            let range = range(&it);
            let kind = match it.kind {
                Kind::Module => 2,
                Kind::Function => 12,
                Kind::Macro | Kind::Parameter => 14,
                Kind::Net => 13,
                Kind::Type => 5,
            };
            json!({ "name": it.name, "kind": kind, "range": range, "selectionRange": range, "detail": it.detail })
        };
        scan::declarations(&text).into_iter().map(symbol).collect()
    }

    fn completion(&self, params: &Value) -> Value {
        let path = params["textDocument"]["uri"].as_str().and_then(path_of);
        let text = path.as_ref().and_then(|path| self.files.text(path)).unwrap_or_default();
        let mut offered: BTreeMap<String, Value> = BTreeMap::new();
        let item = |it: &Declaration| {
            let kind = match it.kind {
                Kind::Module => 9,
                Kind::Function => 3,
                Kind::Macro | Kind::Parameter => 21,
                Kind::Net => 6,
                Kind::Type => 7,
            };
            json!({ "label": it.name, "kind": kind, "detail": it.detail })
        };
        for it in scan::declarations(&text).iter().chain(&self.files.public()) {
            offered.entry(it.name.clone()).or_insert_with(|| item(it));
        }
        for word in KEYWORDS {
            offered.entry(word.to_owned()).or_insert_with(|| json!({ "label": word, "kind": 14 }));
        }
        offered.into_values().take(OFFERED_MAX).collect()
    }
}

fn range(it: &Declaration) -> Value {
    let end = u64::from(it.column) + it.name.encode_utf16().count() as u64;
    json!({ "start": { "line": it.line, "character": it.column }, "end": { "line": it.line, "character": end } })
}
