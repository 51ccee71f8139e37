//! One import: look at the other side, fetch within bounds, put the repository into its place.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::AsyncReadExt as _;
use tokio::process::ChildStderr;
use tokio::time::Instant;
use tracing::{debug, info};

use super::{Asked, ImportError, Source};
use crate::git::GitError;
use crate::git::asking::Ask;
use crate::state::SharedState;

/// Hosts move repositories once or twice, e.g. to the address that ends in `.git`.
const REDIRECTS_MAX: usize = 3;

/// How long the other side may take for its first answer.
const PROBE_TIME_MAX: Duration = Duration::from_secs(30);

/// What git tells of the headers it hears: a few kB each.
const TRACE_MAX: u64 = 256 * 1024;

/// How often the size on disk is looked at. A fast line brings some 50 MB within it.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// What is kept of git's words.
const SAID_MAX: usize = 4 * 1024;

/// Faults of old commits that do no harm here: a history can't be mended, and refusing it helps nobody.
const FORGIVEN: [&str; 8] = [
    "fetch.fsck.zeroPaddedFilemode",
    "fetch.fsck.badTimezone",
    "fetch.fsck.missingSpaceBeforeDate",
    "fetch.fsck.missingSpaceBeforeEmail",
    "fetch.fsck.missingNameBeforeEmail",
    "fetch.fsck.badDate",
    "fetch.fsck.missingTaggerEntry",
    "fetch.fsck.gitmodulesUrl",
];

/// The other side, as it was found.
struct Found {
    source: Source,
    pin: String,
    login: Option<String>,
    /// The branch that its HEAD points at.
    head: Option<String>,
}

/// Imports, and says on the way how far it is.
pub(super) async fn run(state: &SharedState, id: &str, asked: &Asked) -> Result<(), ImportError> {
    let found = probe(state, asked).await?;
    let fresh = state.repositories.begin().await?;
    fetch(state, id, &found, fresh.path()).await?;
    let refs = Ask::new(1024, &["for-each-ref", "--count=1", "refs/heads/"]);
    if state.repositories.program().ask(fresh.path(), refs).await?.bytes.is_empty() {
        return Err(ImportError::Empty);
    }
    if let Some(head) = &found.head {
        let point = Ask::new(1024, &["symbolic-ref", "HEAD"]).arg(head);
        state.repositories.program().ask(fresh.path(), point).await?;
    }
    step(state, id, "putting it into its place", 100);
    state.repositories.place(&asked.path, fresh).await?;
    info!(repository = %asked.path, source = %found.source, "repository imported");
    Ok(())
}

/// Settings that keep git where it was sent.
fn fences(pin: &str, login: Option<&str>) -> Vec<(&'static str, String)> {
    let mut config: Vec<(&'static str, String)> = [
        ("protocol.allow", "never"),
        ("protocol.http.allow", "always"),
        ("protocol.https.allow", "always"),
        // Redirects are looked at here, one by one; this also keeps git from alternates elsewhere.
        ("http.followRedirects", "false"),
        ("transfer.bundleURI", "false"),
        ("http.lowSpeedLimit", "1000"),
        ("http.lowSpeedTime", "30"),
        ("fetch.unpackLimit", "1"),
        ("fetch.recurseSubmodules", "false"),
    ]
    .map(|(key, value)| (key, value.to_owned()))
    .into();
    // What was looked up is what is connected to: the name may lead elsewhere a moment later.
    config.push(("http.curloptResolve", pin.to_owned()));
    config.extend(login.map(|login| ("http.extraHeader", format!("Authorization: Basic {login}"))));
    config.extend(FORGIVEN.map(|key| (key, "warn".to_owned())));
    config
}

/// Asks for the other side's HEAD, and follows its redirects.
async fn probe(state: &SharedState, asked: &Asked) -> Result<Found, ImportError> {
    let imports = &state.imports;
    let has_login = !(asked.name.is_empty() && asked.password.is_empty());
    let login = has_login.then(|| BASE64_STANDARD.encode(format!("{}:{}", asked.name, asked.password)));
    let mut source = asked.source.clone();
    for _ in 0..=REDIRECTS_MAX {
        let pin = source.pin(&*imports.resolve, &imports.config.allow).await?;
        // A password is for the server it was given for.
        let login = login.clone().filter(|_| source.same_server(&asked.source));
        let ask = Ask::new(64 * 1024, &["ls-remote", "--symref", "--end-of-options"])
            .arg(source.to_string())
            .arg("HEAD")
            .within(PROBE_TIME_MAX)
            .config(&fences(&pin, login.as_deref()))
            .traced(TRACE_MAX);
        let said = match state.repositories.program().ask(&state.config.repositories(), ask).await {
            Ok(answer) => {
                let head = head(&String::from_utf8_lossy(&answer.bytes));
                return Ok(Found { source, pin, login, head });
            }
            Err(GitError::Failed { stderr, .. }) => stderr,
            Err(GitError::Stopped { .. }) => return Err(ImportError::NoAnswer { host: place(&pin) }),
            Err(error) => return Err(error.into()),
        };
        match location(&said) {
            Some(location) => source = source.redirected(&location)?,
            None => return Err(reason(&said, &pin)),
        }
    }
    Err(ImportError::Redirects)
}

/// `ref: refs/heads/main\tHEAD`
fn head(told: &str) -> Option<String> {
    let head = told.lines().find_map(|line| line.strip_prefix("ref: ")?.strip_suffix("\tHEAD"))?;
    let plain = |c: char| c.is_ascii_graphic();
    (head.starts_with("refs/heads/") && head.chars().all(plain)).then(|| head.to_owned())
}

/// Where the last answer of a failed request led, where that was a redirect.
fn location(said: &str) -> Option<String> {
    let heard =
        said.lines().filter_map(|line| line.split_once("<= Recv header: ").map(|(_, header)| header.trim()));
    let (mut redirects, mut found) = (false, None);
    for header in heard {
        if header.starts_with("HTTP/") {
            redirects = header
                .split(' ')
                .nth(1)
                .is_some_and(|status| matches!(status, "301" | "302" | "303" | "307" | "308"));
            found = None;
        } else if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("location")
        {
            found = Some(value.trim().to_owned());
        }
    }
    found.filter(|_| redirects)
}

/// `host:port` of a pinned address.
fn place(pin: &str) -> String {
    pin.splitn(3, ':').take(2).collect::<Vec<_>>().join(":")
}

/// What git's words mean.
fn reason(said: &str, pin: &str) -> ImportError {
    let heard: Vec<&str> =
        said.lines().filter(|line| !line.contains(" Recv ") && !line.contains(" Info: ")).collect();
    let has = |words: &[&str]| heard.iter().any(|line| words.iter().any(|word| line.contains(word)));
    if has(&[
        "could not read Username",
        "could not read Password",
        "Authentication failed",
        "error: 401",
        "error: 403",
    ]) {
        ImportError::Login
    } else if has(&["not found", "error: 404", "error: 410"]) {
        ImportError::NotThere
    } else if has(&["certificate", "SSL", "TLS"]) {
        ImportError::Certificate { host: place(pin) }
    } else if has(&[
        "Failed to connect",
        "Could not connect",
        "Connection timed out",
        "Connection refused",
        "Empty reply",
    ]) {
        ImportError::NoAnswer { host: place(pin) }
    } else {
        let last = heard.iter().rev().find(|line| line.starts_with("fatal:") || line.starts_with("error:"));
        let said = last.map_or("no reason given", |line| {
            line.trim_start_matches("fatal: ").trim_start_matches("error: ")
        });
        debug!(said, "git could not read the other side");
        ImportError::Failed { said: said.chars().filter(|c| !c.is_control()).take(200).collect() }
    }
}

/// A process group that does not outlive its guard.
struct Leash(Option<Pid>);

impl Drop for Leash {
    fn drop(&mut self) {
        if let Some(leader) = self.0 {
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}

async fn fetch(state: &SharedState, id: &str, found: &Found, folder: &Path) -> Result<(), ImportError> {
    let config = &state.imports.config;
    let mut command = state.repositories.program().command(&fences(&found.pin, found.login.as_deref()));
    command
        .arg("--git-dir")
        .arg(folder)
        .args(["fetch", "--progress", "--no-write-fetch-head", "--no-tags", "--end-of-options"])
        .arg(found.source.to_string())
        .args(["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let start =
        |source| GitError::Start { program: state.repositories.program().program().to_owned(), source };
    let mut child = command.spawn().map_err(start)?;
    let mut leash = Leash(child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)));
    let stderr = child.stderr.take();
    let deadline = Instant::now() + config.time_limit();
    let watched = async {
        let ended = tokio::select! {
            ended = async {
                let said = listen(state, id, stderr).await;
                child.wait().await.map(|status| (status, said))
            } => ended,
            size = outgrow(state, id, folder, config.max_bytes) => {
                debug!(size, "an import outgrew its limit");
                return Err(ImportError::TooLarge { limit: config.max_bytes });
            }
        };
        ended.map_err(|source| GitError::Talk { command: "fetch".to_owned(), source }.into())
    };
    let outcome = tokio::time::timeout_at(deadline, watched).await;
    let (status, said): (ExitStatus, String) = match outcome {
        Ok(ended) => ended?,
        Err(_) => return Err(ImportError::TooSlow { seconds: config.time_limit_secs }),
    };
    // It was waited for: its number may be somebody else's by now.
    leash.0 = None;
    let size = size_of(folder);
    state.imports.change(id, |import| import.record.bytes = size);
    match status.success() {
        true if size > config.max_bytes => Err(ImportError::TooLarge { limit: config.max_bytes }),
        true => Ok(()),
        false => Err(reason(&said, &found.pin)),
    }
}

/// Returns once there is more on disk than allowed.
async fn outgrow(state: &SharedState, id: &str, folder: &Path, limit: u64) -> u64 {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let size = size_of(folder);
        state.imports.change(id, |import| import.record.bytes = size);
        if size > limit {
            return size;
        }
    }
}

/// Bytes of all files below; a fetch writes a handful.
fn size_of(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let size = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(facts) if facts.is_dir() => size_of(&entry.path()),
        Ok(facts) => facts.len(),
        Err(_) => 0,
    };
    entries.flatten().map(size).sum()
}

/// Follows git's progress, and returns the end of what it said.
async fn listen(state: &SharedState, id: &str, stderr: Option<ChildStderr>) -> String {
    let Some(mut stderr) = stderr else { return String::new() };
    let (mut kept, mut line, mut buffer) = (String::new(), Vec::new(), [0; 4_096]);
    while let Ok(read @ 1..) = stderr.read(&mut buffer).await {
        for byte in &buffer[..read] {
            if !matches!(byte, b'\r' | b'\n') {
                // A line without end is cut, not kept.
                if line.len() < SAID_MAX {
                    line.push(*byte);
                }
                continue;
            }
            let text = String::from_utf8_lossy(&line).into_owned();
            line.clear();
            match progress(&text) {
                Some((what, percent)) => step(state, id, what, percent),
                None if kept.len() + text.len() < SAID_MAX => {
                    kept.push_str(&text);
                    kept.push('\n');
                }
                None => {}
            }
        }
    }
    kept.push_str(&String::from_utf8_lossy(&line));
    kept
}

fn step(state: &SharedState, id: &str, what: &str, percent: u32) {
    state.imports.change(id, |import| {
        import.percent = percent;
        if import.record.detail != what {
            what.clone_into(&mut import.record.detail);
        }
    });
}

/// A step that git tells of, and how far it is.
fn progress(line: &str) -> Option<(&'static str, u32)> {
    let (step, rest) = line
        .split_once(':')
        .filter(|(step, _)| *step != "remote")
        .or_else(|| line.strip_prefix("remote:").and_then(|line| line.trim_start().split_once(':')))?;
    let what = match step.trim() {
        "Enumerating objects" | "Counting objects" | "Compressing objects" => "the other side is preparing",
        "Receiving objects" => "receiving",
        "Resolving deltas" | "Indexing objects" | "Checking objects" | "Checking connectivity" => {
            "checking what arrived"
        }
        _ => return None,
    };
    let percent = rest.split_once('%').and_then(|(number, _)| number.trim().parse::<u32>().ok());
    Some((what, percent.unwrap_or_default().min(100)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_as_git_tells_it() {
        assert_eq!(
            progress("Receiving objects:  45% (450/1000), 1.20 MiB | 3.00 MiB/s"),
            Some(("receiving", 45))
        );
        assert_eq!(
            progress("remote: Counting objects: 100% (3/3), done."),
            Some(("the other side is preparing", 100))
        );
        assert_eq!(progress("Resolving deltas:   7% (1/14)"), Some(("checking what arrived", 7)));
        for other in ["", "From http://x", "fatal: unable to access 'http://x/': 100% no", "remote: welcome"]
        {
            assert_eq!(progress(other), None, "{other}");
        }
    }

    #[test]
    fn redirects_are_read_from_the_last_answer() {
        let trace = |status: &str, more: &str| {
            format!(
                "10:00 http.c:8 <= Recv header: HTTP/1.1 {status}\n10:00 http.c:8 <= Recv header: Location: /y/info/refs\n{more}"
            )
        };
        assert_eq!(location(&trace("301 Moved", "")), Some("/y/info/refs".to_owned()));
        assert_eq!(location(&trace("200 OK", "")), None);
        let last = "10:00 http.c:8 <= Recv header: HTTP/2 404\n";
        assert_eq!(location(&trace("302 Found", last)), None, "what counts is the last one");
        assert_eq!(location("fatal: x\nLocation: http://evil/info/refs"), None);
    }

    #[test]
    fn what_git_says_in_words_of_ours() {
        let of = |said: &str| reason(said, "git.example:443:1.2.3.4");
        assert!(matches!(
            of("fatal: could not read Username for 'https://x': terminal prompts disabled"),
            ImportError::Login
        ));
        assert!(matches!(of("fatal: repository 'https://x/' not found"), ImportError::NotThere));
        assert!(
            matches!(of("fatal: unable to access: Failed to connect to x port 1"), ImportError::NoAnswer { host } if host == "git.example:443")
        );
        assert!(matches!(of("fatal: SSL certificate problem"), ImportError::Certificate { .. }));
        assert!(
            matches!(of("== Info: not found\nfatal: bad pack"), ImportError::Failed { said } if said == "bad pack")
        );
        assert_eq!(head("ref: refs/heads/dev\tHEAD\nabc\tHEAD\n"), Some("refs/heads/dev".to_owned()));
        assert_eq!(head("ref: --upload-pack=x\tHEAD\n"), None);
    }
}
