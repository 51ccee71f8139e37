//! The repository: cloned through the loopback proxy, what of it is not pushed yet, and what a page does with it.

pub mod change;
pub mod compare;
mod explain;
pub mod history;
pub mod run;
pub mod status;
pub mod transfer;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::Duration;

use carrel_proto::agent::v1 as pb;
use rustix::process::{Pid, Signal};

use crate::environment::last_lines;
use crate::process::{self, Limits, Outcome};

/// The whole preparation of a session has 300 s.
const CLONE_LIMIT: Duration = Duration::from_secs(240);
/// Git's complaints; its progress is switched off.
const TALK_MAX: usize = 64 * 1024;
/// A node or master that restarts is back within seconds.
const CLONE_ATTEMPTS: u32 = 7;
/// Wait before the second attempt; doubles from there (12.6 s in all).
const CLONE_RETRY: Duration = Duration::from_millis(200);
/// A status over 50,000 files takes about a second.
const STATUS_LIMIT: Duration = Duration::from_secs(10);
/// Names of changed files; more than fit are counted as far as they fit.
const STATUS_MAX: usize = 8 * 1024 * 1024;
/// How long a killed clone may take to end.
const KILL_CHECKS: u32 = 200;

/// What makes a first clone quick; none of it stays in the clone. Version 0 of the protocol saves a round trip (and a
/// process on the server) and costs a list of all refs, of which a learner's repository has few. What a clone wrote is
/// worth no fsync: the slot's disk goes with the slot, and a clone that was cut is made anew.
const QUICKLY: &[&str] = &["-c", "protocol.version=0", "-c", "core.fsync=none", "-c", "gc.auto=0"];

fn argv(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Git must fail, not ask.
fn quiet(variables: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut variables = variables.clone();
    variables.insert("GIT_TERMINAL_PROMPT".to_owned(), "0".to_owned());
    variables.insert("LC_ALL".to_owned(), "C".to_owned());
    variables
}

/// Clones `url` into the empty folder `workspace`; says in one sentence why not.
pub async fn clone(
    url: &str,
    proxy: &str,
    workspace: &Path,
    variables: &BTreeMap<String, String>,
    started: &(dyn Fn(u32) + Send + Sync),
) -> Result<(), String> {
    let proxy = format!("http.proxy={proxy}");
    let command = argv(
        &[&["git", "-c", &proxy], QUICKLY, &["clone", "--quiet", "--template=", "--", url, "."]].concat(),
    );
    let variables = quiet(variables);
    let deadline = tokio::time::Instant::now() + CLONE_LIMIT;
    let mut wait = CLONE_RETRY;
    for attempt in 1.. {
        let time = deadline.saturating_duration_since(tokio::time::Instant::now());
        let limits = Limits { time, output: TALK_MAX };
        let outcome = process::run(&command, workspace, &variables, limits, Some(started))
            .await
            .map_err(|failure| format!("The repository could not be cloned: {}", failure.message))?;
        if outcome.code == 0 && !outcome.timed_out {
            return Ok(());
        }
        let again = attempt < CLONE_ATTEMPTS && !outcome.timed_out && is_passing(&outcome.stderr);
        if !again {
            return Err(explain(&outcome));
        }
        tokio::time::sleep(wait).await;
        wait *= 2;
        clear(workspace)
            .map_err(|error| format!("The workspace could not be cleared for another try: {error}"))?;
    }
    Err("The repository could not be cloned.".to_owned())
}

/// Failures of the way to the server, which may be gone a moment later.
fn is_passing(stderr: &[u8]) -> bool {
    const SIGNS: [&str; 12] = [
        "could not resolve",
        "failed to connect",
        "couldn't connect",
        "connection refused",
        "connection reset",
        "connection timed out",
        "empty reply from server",
        "error: 502",
        "error: 503",
        "error: 504",
        "hung up unexpectedly",
        "early eof",
    ];
    let said = String::from_utf8_lossy(stderr).to_ascii_lowercase();
    SIGNS.iter().any(|sign| said.contains(sign))
}

fn explain(outcome: &Outcome) -> String {
    if outcome.timed_out {
        let minutes = CLONE_LIMIT.as_secs() / 60;
        return format!(
            "The repository was not cloned within {minutes} minutes; make it smaller or try again."
        );
    }
    let said = last_lines(&outcome.stderr, 6);
    let lower = said.to_ascii_lowercase();
    let advice = if lower.contains("error: 401")
        || lower.contains("error: 403")
        || lower.contains("could not read username")
    {
        "this session may not read it; check that you may open the repository"
    } else if lower.contains("error: 404") || lower.contains("not found") || lower.contains("does not exist")
    {
        "there is no such repository; check its name"
    } else if lower.contains("no space left") || lower.contains("quota exceeded") {
        "it does not fit on this session's disk; open it with a larger class"
    } else if is_passing(&outcome.stderr) {
        "the git server does not answer; try again in a minute"
    } else {
        "git gave up"
    };
    format!("The repository could not be cloned: {advice}.\n{said}")
}

/// Empties a folder, hidden entries too.
pub fn clear(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            std::fs::remove_dir_all(entry.path())?;
        } else {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Ends a clone that an earlier agent started: left running, it would tidy up in the middle of the next one.
pub async fn end_earlier_clone(group: u32, workspace: &Path) {
    let Some(pid) = i32::try_from(group).ok().and_then(Pid::from_raw) else { return };
    // The number may have been given to another process since.
    let ours = || {
        let cwd = std::fs::read_link(format!("/proc/{group}/cwd"));
        let name = std::fs::read_to_string(format!("/proc/{group}/comm"));
        cwd.is_ok_and(|cwd| cwd == workspace) && name.is_ok_and(|name| name.trim() == "git")
    };
    for _ in 0..KILL_CHECKS {
        if !ours() {
            return;
        }
        let _ = rustix::process::kill_process_group(pid, Signal::KILL);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Whether the workspace is a clone of `url` already, left by a snapshot or an earlier agent.
pub async fn is_clone_of(url: &str, workspace: &Path, variables: &BTreeMap<String, String>) -> bool {
    if !workspace.join(".git").is_dir() {
        return false;
    }
    let command = argv(&["git", "config", "--get", "remote.origin.url"]);
    let limits = Limits { time: STATUS_LIMIT, output: TALK_MAX };
    match process::run(&command, workspace, &quiet(variables), limits, None).await {
        Ok(outcome) => outcome.code == 0 && String::from_utf8_lossy(&outcome.stdout).trim() == url,
        Err(_) => false,
    }
}

/// Writes name and address for commits where the person has none of their own. No process is started for it.
pub fn introduce(home: &Path, name: &str, email: &str) -> io::Result<()> {
    use std::io::Write;
    if name.is_empty() && email.is_empty() {
        return Ok(());
    }
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(home.join(".gitconfig"));
    let mut file = match file {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut text = "[user]\n".to_owned();
    for (key, value) in [("name", name), ("email", email)] {
        if !value.is_empty() {
            text.push_str(&format!("\t{key} = {}\n", quoted(value)));
        }
    }
    text.push_str("[init]\n\tdefaultBranch = main\n[push]\n\tautoSetupRemote = true\n");
    file.write_all(text.as_bytes())
}

/// A value as git's configuration takes any text.
fn quoted(value: &str) -> String {
    let mut text = String::from("\"");
    for character in value.chars() {
        match character {
            '"' | '\\' => text.extend(['\\', character]),
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            other if other.is_control() => {}
            other => text.push(other),
        }
    }
    text.push('"');
    text
}

/// Counts what would be lost now; `None` where there is no repository or git fails.
pub async fn unsaved(workspace: &Path, variables: &BTreeMap<String, String>) -> Option<pb::Unsaved> {
    if !workspace.join(".git").exists() {
        return None;
    }
    let variables = quiet(variables);
    let limits = Limits { time: STATUS_LIMIT, output: STATUS_MAX };
    let git =
        async |words: &[&str]| process::run(&argv(words), workspace, &variables, limits, None).await.ok();
    let status = git(&["git", "--no-optional-locks", "status", "--porcelain", "-z", "--no-renames"]).await?;
    if status.code != 0 || status.timed_out {
        return None;
    }
    let changed = status.stdout.iter().filter(|byte| **byte == 0).count();
    let commits = git(&["git", "rev-list", "--count", "--branches", "HEAD", "--not", "--remotes"])
        .await
        .filter(|o| o.code == 0);
    // A repository without a commit has none unpushed.
    let unpushed = commits.and_then(|o| String::from_utf8_lossy(&o.stdout).trim().parse().ok()).unwrap_or(0);
    Some(pb::Unsaved {
        changed_files: u32::try_from(changed).unwrap_or(u32::MAX),
        unpushed_commits: unpushed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(stderr: &str) -> Outcome {
        Outcome { code: 128, stderr: stderr.into(), ..Outcome::default() }
    }

    #[test]
    fn the_sentence_says_what_to_do() {
        let said = |text| explain(&outcome(text));
        assert!(said("fatal: The requested URL returned error: 403").contains("may not read it"));
        assert!(said("fatal: repository 'http://x/' not found").contains("no such repository"));
        assert!(said("fatal: could not connect: Connection refused").contains("does not answer"));
        assert!(said("fatal: write error: No space left on device").contains("larger class"));
    }

    #[test]
    fn only_failures_that_pass_are_tried_again() {
        assert!(is_passing(b"Failed to connect to 127.0.0.1 port 3128"));
        assert!(is_passing(b"The requested URL returned error: 503"));
        assert!(!is_passing(b"The requested URL returned error: 404"));
    }

    #[test]
    fn any_name_is_quoted() {
        assert_eq!(quoted("Ada \"L\\\" \n[x]"), "\"Ada \\\"L\\\\\\\" \\n[x]\"");
    }
}
