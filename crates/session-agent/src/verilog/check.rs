//! What Icarus Verilog says of a text that is being written.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use crate::process::{self, Limits};

/// A check is over in a fraction of a second, or the design is too large to be checked while typing.
const CHECK_MAX: Duration = Duration::from_secs(15);
/// What is read of its talk.
const TALK_MAX: usize = 256 * 1024;
/// Problems told of one text.
const PROBLEMS_MAX: usize = 200;

/// Why a text was not checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The program is missing.
    #[error(
        "iverilog is not in this session, so Verilog files are not checked. Add pkgs.iverilog to the packages in shell.nix"
    )]
    NoCompiler,
    /// The text could not be put aside.
    #[error("the text could not be put aside for iverilog")]
    Aside(#[source] std::io::Error),
    /// It ran, or not, but said nothing of use.
    #[error("iverilog: {0}")]
    Run(String),
}

/// Checks one text as if it were the file at `path`; `others` are the other files of the workspace, whose modules it
/// may use.
pub async fn check(
    root: &Path,
    path: &Path,
    text: &str,
    others: &[PathBuf],
    variables: &BTreeMap<String, String>,
) -> Result<Vec<Value>, CheckError> {
    if process::find("iverilog", variables.get("PATH").map_or("", String::as_str)).is_none() {
        return Err(CheckError::NoCompiler);
    }
    let aside = Aside::new(path, text).map_err(CheckError::Aside)?;
    let text_of = |path: &Path| path.to_string_lossy().into_owned();
    let folder = path.parent().unwrap_or(root);
    let mut argv: Vec<String> =
        ["iverilog", "-g2012", "-Wall", "-Wno-timescale", "-t", "null", "-o", "/dev/null"]
            .into_iter()
            .map(str::to_owned)
            .collect();
    for include in [folder, root] {
        argv.extend(["-I".to_owned(), text_of(include)]);
    }
    // A library's modules are looked at only where they are used, and none of them is a top of its own.
    for other in others.iter().filter(|it| it.as_path() != path) {
        argv.extend(["-l".to_owned(), text_of(other)]);
    }
    argv.push(text_of(&aside.0));
    let limits = Limits { time: CHECK_MAX, output: TALK_MAX };
    let outcome = process::run(&argv, root, variables, limits, None).await;
    let outcome = outcome.map_err(|failure| CheckError::Run(failure.message))?;
    if outcome.timed_out {
        return Err(CheckError::Run(format!("not done within {} s", CHECK_MAX.as_secs())));
    }
    let said = String::from_utf8_lossy(&outcome.stderr);
    Ok(problems(&said, &text_of(&aside.0), text))
}

/// A file that is gone when dropped.
struct Aside(PathBuf);

impl Aside {
    fn new(path: &Path, text: &str) -> std::io::Result<Self> {
        let extension = path.extension().and_then(|it| it.to_str()).unwrap_or("v");
        let aside =
            Self(std::env::temp_dir().join(format!("carrel-verilog-{}.{extension}", std::process::id())));
        std::fs::File::create(&aside.0)?.write_all(text.as_bytes())?;
        Ok(aside)
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The diagnostics in what iverilog said of one file. What it says of others is theirs.
fn problems(said: &str, file: &str, text: &str) -> Vec<Value> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found: Vec<(usize, u8, String)> = Vec::new();
    for line in said.lines() {
        let Some((at, message)) =
            line.strip_prefix(file).and_then(|rest| rest.strip_prefix(':')?.split_once(':'))
        else {
            continue;
        };
        let Ok(number) = at.trim().parse::<usize>() else { continue };
        let message = message.trim();
        if let Some(more) = message.strip_prefix(": ") {
            // A second line about the same place.
            if let Some((_, _, last)) = found.last_mut() {
                last.push('\n');
                last.push_str(more.trim());
            }
            continue;
        }
        // Follows from what was said of this line before.
        if message.contains("Unable to elaborate")
            && found.iter().any(|(at, grade, _)| *at == number && *grade == 1)
        {
            continue;
        }
        let (severity, message) = graded(message);
        let twice = found.iter().any(|(at, _, told)| *at == number && *told == message);
        if !twice && found.len() < PROBLEMS_MAX {
            found.push((number, severity, message));
        }
    }
    found
        .into_iter()
        .map(|(number, severity, message)| diagnostic(&lines, number, severity, &message))
        .collect()
}

/// Severities are the protocol's: 1 error, 2 warning, 3 information.
fn graded(message: &str) -> (u8, String) {
    if let Some(module) = message.strip_prefix("error: Unknown module type: ") {
        // A primitive of the device, most likely: synthesis knows it, simulation does not.
        return (3, format!("the module {module} is in none of the files here"));
    }
    for (word, severity) in [("error: ", 1), ("warning: ", 2), ("sorry: ", 2)] {
        if let Some(rest) = message.strip_prefix(word) {
            return (severity, rest.to_owned());
        }
    }
    (1, message.to_owned())
}

fn diagnostic(lines: &[&str], number: usize, severity: u8, message: &str) -> Value {
    let line = number.saturating_sub(1).min(lines.len().saturating_sub(1));
    let text = lines.get(line).copied().unwrap_or_default();
    let units = |part: &str| part.encode_utf16().count();
    let indent = text.len() - text.trim_start().len();
    // Icarus names the line only: the name that it quotes is underlined, or all of the line.
    let quoted =
        message.split(['`', '\'', '"']).skip(1).step_by(2).find_map(|name| Some((text.find(name)?, name)));
    let (from, to) = match quoted {
        Some((at, name)) if !name.is_empty() => (at, at + name.len()),
        _ => (indent, text.trim_end().len().max(indent)),
    };
    json!({
        "range": {
            "start": { "line": line, "character": units(&text[..from]) },
            "end": { "line": line, "character": units(&text[..to]) },
        },
        "severity": severity, "source": "iverilog", "message": message,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_icarus_says_is_read() {
        let said = "/t/x.v:2: error: Unable to bind wire/reg/memory `b' in `top'\n/t/x.v:2:      : in scope top\n\
                    /t/x.v:2: error: Unable to elaborate r-value: b\n\
                    /t/x.v:3: syntax error\n/w/y.v:1: error: not ours\n/t/x.v:3: syntax error\n1 error(s)\n\
                    /t/x.v:1: error: Unknown module type: SB_IO\n/t/x.v:99: warning: far\n";
        let found = problems(said, "/t/x.v", "module top;\n  assign é = b;\nendmodule");
        let brief: Vec<String> = found
            .iter()
            .map(|it| {
                let at =
                    |end: &str| format!("{}:{}", it["range"][end]["line"], it["range"][end]["character"]);
                format!(
                    "{}-{} {} {}",
                    at("start"),
                    at("end"),
                    it["severity"],
                    it["message"].as_str().unwrap()
                )
            })
            .collect();
        assert_eq!(
            brief,
            [
                "1:13-1:14 1 Unable to bind wire/reg/memory `b' in `top'\nin scope top",
                "2:0-2:9 1 syntax error",
                "0:0-0:11 3 the module SB_IO is in none of the files here",
                "2:0-2:9 2 far",
            ]
        );
        assert!(problems("", "/t/x.v", "").is_empty());
        assert_eq!(problems("/t/x.v:1: syntax error", "/t/x.v", "").len(), 1);
    }
}
