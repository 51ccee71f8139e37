//! `carrel.toml`: the tasks a repository offers, and "build" from `default.nix`; the language servers it chooses.

use std::collections::BTreeMap;
use std::path::Path;

use carrel_proto::agent::v1 as pb;
use serde::Deserialize;

use crate::files::path::RelPath;

/// The file's name.
pub const FILE: &str = "carrel.toml";
/// What "build" means without a task of that name.
pub const BUILD_FILE: &str = "default.nix";
/// The name of that task.
pub const BUILD: &str = "build";
/// A task file is written by hand.
const FILE_MAX: usize = 256 * 1024;
/// A page of buttons; more is no longer an offer.
const TASKS_MAX: usize = 100;
/// Patterns of one task.
const ARTEFACTS_MAX: usize = 100;
const NAME_MAX: usize = 64;

/// What is wrong with a task file.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{FILE}, line {line}: {message}")]
pub struct TaskFileError {
    line: usize,
    message: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    tasks: BTreeMap<toml::Spanned<String>, toml::Spanned<Entry>>,
    #[serde(default, rename = "language-servers")]
    servers: BTreeMap<String, ServerEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ServerEntry {
    command: Vec<String>,
}

/// The commands of language servers by language; an empty one switches the built-in server off.
pub type Servers = BTreeMap<String, Vec<String>>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default)]
    description: String,
    command: Vec<String>,
    #[serde(default)]
    artefacts: Vec<String>,
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

fn document(text: &str) -> Result<Document, TaskFileError> {
    let at = |offset: usize, message: String| TaskFileError { line: line_of(text, offset), message };
    if text.len() > FILE_MAX {
        return Err(at(0, format!("the file has more than {FILE_MAX} bytes")));
    }
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        at(start, error.message().trim().replace('\n', "; "))
    })
}

/// Reads a task file.
pub fn parse(text: &str) -> Result<Vec<pb::Task>, TaskFileError> {
    let at = |offset: usize, message: String| TaskFileError { line: line_of(text, offset), message };
    let document = document(text)?;
    if document.tasks.len() > TASKS_MAX {
        return Err(at(0, format!("more than {TASKS_MAX} tasks")));
    }
    let mut tasks = Vec::with_capacity(document.tasks.len());
    for (name, entry) in document.tasks {
        let offset = name.span().start;
        check(name.get_ref(), entry.get_ref()).map_err(|message| at(offset, message))?;
        let entry = entry.into_inner();
        tasks.push(pb::Task {
            name: name.into_inner(),
            description: entry.description,
            command: entry.command,
            artefacts: entry.artefacts,
        });
    }
    Ok(tasks)
}

fn check(name: &str, entry: &Entry) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.len() > NAME_MAX || !name.chars().all(plain) {
        return Err(format!("the task name {name:?} must be 1 to {NAME_MAX} of A-Z a-z 0-9 - _ ."));
    }
    if entry.command.first().is_none_or(String::is_empty) {
        return Err(format!("tasks.{name}.command is empty; write it as [\"program\", \"argument\"]"));
    }
    if entry.command.iter().any(|word| word.contains('\0')) {
        return Err(format!("tasks.{name}.command holds a zero byte"));
    }
    if entry.artefacts.len() > ARTEFACTS_MAX {
        return Err(format!("tasks.{name}.artefacts has more than {ARTEFACTS_MAX} entries"));
    }
    for pattern in &entry.artefacts {
        match RelPath::parse(pattern) {
            Ok(path) if path.names().is_empty() => {
                return Err(format!("tasks.{name}.artefacts: an entry is empty"));
            }
            Ok(_) => {}
            Err(error) => return Err(format!("tasks.{name}.artefacts: {error}")),
        }
    }
    Ok(())
}

/// The tasks of a workspace and what is wrong with its file.
pub fn list(workspace: &Path, build_link: &Path) -> (Vec<pb::Task>, String) {
    let (mut tasks, problem) = match read(&workspace.join(FILE)) {
        Ok(None) => (Vec::new(), String::new()),
        Ok(Some(text)) => match parse(&text) {
            Ok(tasks) => (tasks, String::new()),
            Err(error) => (Vec::new(), error.to_string()),
        },
        Err(error) => (Vec::new(), format!("{FILE} can't be read: {error}")),
    };
    let named = tasks.iter().any(|task| task.name == BUILD);
    if !named && workspace.join(BUILD_FILE).is_file() {
        tasks.push(build_task(build_link));
    }
    (tasks, problem)
}

/// The language servers that a workspace chooses, or what is wrong with its file.
pub fn servers(workspace: &Path) -> Result<Servers, String> {
    let text = read(&workspace.join(FILE)).map_err(|error| format!("{FILE} can't be read: {error}"))?;
    let document = document(&text.unwrap_or_default()).map_err(|error| error.to_string())?;
    Ok(document.servers.into_iter().map(|(language, entry)| (language, entry.command)).collect())
}

/// Builds `default.nix`. The link that keeps the result from being collected is outside of the workspace, where it
/// can't be committed by mistake; the result's files are the artefacts `result/…`.
fn build_task(build_link: &Path) -> pb::Task {
    let link = build_link.to_string_lossy().into_owned();
    let command = ["nix-build", BUILD_FILE, "--out-link", &link];
    pb::Task {
        name: BUILD.to_owned(),
        description: format!("Build {BUILD_FILE} with nix"),
        command: command.into_iter().map(str::to_owned).collect(),
        artefacts: vec!["result/**".to_owned()],
    }
}

fn read(path: &Path) -> std::io::Result<Option<String>> {
    use std::io::Read;
    use std::os::unix::fs::OpenOptionsExt;
    // A pipe of that name must not hold this thread.
    let nonblocking = rustix::fs::OFlags::NONBLOCK.bits() as i32;
    let file = match std::fs::OpenOptions::new().read(true).custom_flags(nonblocking).open(path) {
        Ok(file) if file.metadata()?.is_file() => file,
        Ok(_) => return Err(std::io::Error::other("it is not a file")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    file.take(FILE_MAX as u64 + 1).read_to_string(&mut text)?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn problem(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_with_a_line_of_it(text in "([\\[\\]a-z.=\"\n #{},]|tasks|command){0,80}") {
            if let Err(error) = parse(&text) {
                prop_assert!(error.line >= 1 && error.line <= text.lines().count() + 1);
                prop_assert!(!error.message.is_empty());
            }
        }

        #[test]
        fn what_is_written_is_read(names in prop::collection::btree_set("[a-z][a-z0-9_-]{0,8}", 1..6), word in "[ -!#-\\[\\]-~]{1,12}") {
            let text: String = names.iter().map(|n| format!("[tasks.{n}]\ncommand = [\"{word}\"]\n")).collect();
            let read: Vec<String> = parse(&text).unwrap().into_iter().map(|task| task.name).collect();
            prop_assert_eq!(read, names.into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_message_names_the_line() {
        assert!(
            problem("[tasks.a]\ncommand = [\"x\"]\ncolour = 1\n")
                .starts_with("carrel.toml, line 3: unknown field")
        );
        assert!(problem("[tasks.a]\ncommand = \"make\"\n").starts_with("carrel.toml, line 2: invalid type"));
        assert!(problem("[tasks.a\n").starts_with("carrel.toml, line 1"));
        assert!(problem("\n[tasks.a]\ndescription = \"x\"\n").contains("missing field `command`"));
        assert!(
            problem("\n\n[tasks.\"a b\"]\ncommand = [\"x\"]\n")
                .starts_with("carrel.toml, line 3: the task name")
        );
        assert!(problem("[tasks.a]\ncommand = []\n").contains("command is empty"));
        assert!(problem("[tasks.a]\ncommand = [\"x\"]\nartefacts = [\"../x\"]\n").contains("\"..\""));
        assert!(problem("tools = 1\n").contains("unknown field"));
    }

    #[test]
    fn build_is_default_nix_unless_named() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(list(dir.path(), Path::new("/l")), (Vec::new(), String::new()));
        std::fs::write(dir.path().join("default.nix"), "").unwrap();
        assert_eq!(
            list(dir.path(), Path::new("/l")).0[0].command,
            ["nix-build", "default.nix", "--out-link", "/l"]
        );
        std::fs::write(dir.path().join("carrel.toml"), "[tasks.build]\ncommand = [\"make\"]\n").unwrap();
        let (tasks, problem) = list(dir.path(), Path::new("/l"));
        assert_eq!(
            (tasks.len(), tasks[0].command.as_slice(), problem.as_str()),
            (1, &["make".to_owned()][..], "")
        );
        std::fs::write(dir.path().join("carrel.toml"), "x").unwrap();
        assert!(list(dir.path(), Path::new("/l")).1.starts_with("carrel.toml, line 1"));
    }
}
