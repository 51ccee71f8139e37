//! The repository's own environment: `shell.nix`, `nix.shell` or `flake.nix`, evaluated by the real nix.
//!
//! Invariant: whatever goes wrong here is told to the user and the session goes on without it.

pub mod overlay;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Config;
use crate::process::{self, Limits, Outcome};
use overlay::{ENVIRONMENT_MAX, Overlay};

/// The files that describe an environment; the first one there counts.
const FILES: [&str; 3] = ["shell.nix", "nix.shell", "flake.nix"];
/// A first evaluation may build tools; the repository check offers a cache for anything longer.
const EVALUATION_LIMIT: Duration = Duration::from_secs(600);
/// What is kept of nix's talk.
const TALK_MAX: usize = 256 * 1024;
/// How much of it a person is shown.
const SHOWN_LINES: usize = 12;
/// Files that are looked at to see whether an evaluation is still good.
const HASHED_FILES_MAX: usize = 2_000;
/// How deep they are looked for.
const HASHED_DEPTH_MAX: usize = 8;
/// Nix files are small; of a larger one the beginning counts.
const HASHED_BYTES_MAX: u64 = 1024 * 1024;

/// Writes the variables into a file, because a hook may print whatever it likes. `nix-shell` runs the hook by itself
/// only where the package set's own shell functions are present, and only these export the search path again.
const SHELL_SCRIPT: &str = r#"if [ "$(type -t runHook)" != function ]; then eval "${shellHook-}"; fi
export PATH
"$CARREL_ENV_PROGRAM" -0 > "$CARREL_ENV_OUT""#;
/// The same for a flake: `nix develop` itself would fetch a shell first; what it sources is all that is needed.
const FLAKE_SCRIPT: &str = r#"rc=$("$CARREL_NIX" --extra-experimental-features 'nix-command flakes' print-dev-env "$PWD") || exit
eval "$rc"; [ -z "${NIX_BUILD_TOP-}" ] || rmdir -- "$NIX_BUILD_TOP" 2>/dev/null
"$CARREL_ENV_PROGRAM" -0 > "$CARREL_ENV_OUT""#;

/// What became of the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluated {
    /// The file it came from; empty where there is none.
    pub file: String,
    /// The variables, where it is active.
    pub overlay: Option<Overlay>,
    /// Why it is not active.
    pub problem: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Cached {
    key: String,
    evaluated: Evaluated,
}

/// The file that describes the environment of a workspace.
pub fn find(workspace: &Path) -> Option<&'static str> {
    FILES.into_iter().find(|file| workspace.join(file).is_file())
}

/// Evaluates the environment of the workspace; `base` is what commands have without it.
pub async fn evaluate(config: &Config, base: &BTreeMap<String, String>) -> Evaluated {
    let Some(file) = find(&config.workspace) else { return Evaluated::default() };
    let workspace = config.workspace.clone();
    let hash = tokio::task::spawn_blocking(move || hash(&workspace)).await;
    let key = hash.unwrap_or_default();
    let cache = config.run_dir.join("environment.json");
    if let Some(cached) = read_cache(&cache)
        && cached.key == key
        && !key.is_empty()
    {
        return cached.evaluated;
    }
    let evaluated = match run_nix(config, base, file).await {
        Ok(overlay) => Evaluated { file: file.to_owned(), overlay: Some(overlay), problem: String::new() },
        Err(problem) => Evaluated { file: file.to_owned(), overlay: None, problem },
    };
    if evaluated.overlay.is_some() {
        let cached = Cached { key, evaluated };
        // Without the cache a restart evaluates once more.
        if let Ok(text) = serde_json::to_vec(&cached) {
            let _ = crate::state::write_atomically(&cache, &text);
        }
        return cached.evaluated;
    }
    evaluated
}

fn read_cache(path: &Path) -> Option<Cached> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

async fn run_nix(
    config: &Config,
    base: &BTreeMap<String, String>,
    file: &'static str,
) -> Result<Overlay, String> {
    let find = |name| process::find(name, base.get("PATH").map_or("", String::as_str));
    let bash = find("bash").ok_or("there is no bash in this session to evaluate the environment with")?;
    let env = find("env").ok_or("there is no env program in this session to read the environment with")?;
    let flake = file == "flake.nix";
    let tool = if flake { "nix" } else { "nix-shell" };
    let nix = find(tool).ok_or_else(|| {
        format!("{file} is there, but this session's image has no {tool}; it goes on without")
    })?;
    let out = config.run_dir.join("environment.out");
    let _ = std::fs::remove_file(&out);
    let mut variables = base.clone();
    variables.insert("NIX_BUILD_SHELL".to_owned(), text(&bash));
    variables.insert("CARREL_ENV_PROGRAM".to_owned(), text(&env));
    variables.insert("CARREL_ENV_OUT".to_owned(), text(&out));
    variables.insert("CARREL_NIX".to_owned(), text(&nix));
    let command: Vec<String> = if flake {
        vec![text(&bash), "-c".to_owned(), FLAKE_SCRIPT.to_owned()]
    } else {
        let path = text(&config.workspace.join(file));
        vec![text(&nix), path, "--run".to_owned(), SHELL_SCRIPT.to_owned()]
    };
    let limits = Limits { time: EVALUATION_LIMIT, output: TALK_MAX };
    let outcome = process::run(&command, &config.workspace, &variables, limits, None)
        .await
        .map_err(|failure| failure.message)?;
    let bytes = written(&out);
    let _ = std::fs::remove_file(&out);
    explain(file, &outcome)?;
    let mut after = overlay::parse(&bytes).map_err(|error| format!("{file}: {error}"))?;
    if after.is_empty() {
        return Err(format!("{file}: its shell hook ended the shell before the environment was read"));
    }
    after.retain(|name, _| !matches!(name.as_str(), "CARREL_ENV_PROGRAM" | "CARREL_ENV_OUT" | "CARREL_NIX"));
    Ok(Overlay::between(base, after))
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// What was written, up to just beyond the limit, which the parser then names.
fn written(path: &PathBuf) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Ok(file) = std::fs::File::open(path) {
        let _ = file.take(ENVIRONMENT_MAX as u64 + 1).read_to_end(&mut bytes);
    }
    bytes
}

fn explain(file: &str, outcome: &Outcome) -> Result<(), String> {
    if outcome.timed_out {
        let minutes = EVALUATION_LIMIT.as_secs() / 60;
        return Err(format!(
            "{file} was not evaluated within {minutes} minutes; the session goes on without it"
        ));
    }
    if outcome.code != 0 {
        let said = last_lines(&outcome.stderr, SHOWN_LINES);
        return Err(format!("{file} could not be evaluated (exit {}):\n{said}", outcome.code));
    }
    Ok(())
}

/// The last lines of what a program said, where the reason usually is.
pub fn last_lines(bytes: &[u8], count: usize) -> String {
    let said = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// A digest over all nix files of a workspace, names included.
fn hash(workspace: &Path) -> String {
    let mut files = Vec::new();
    collect(workspace, 0, &mut files);
    files.sort();
    let mut digest = Sha256::new();
    for path in files {
        let Ok(file) = std::fs::File::open(&path) else { continue };
        let mut content = Vec::new();
        let _ = file.take(HASHED_BYTES_MAX).read_to_end(&mut content);
        digest.update(path.as_os_str().as_encoded_bytes());
        digest.update([0]);
        digest.update((content.len() as u64).to_be_bytes());
        digest.update(&content);
    }
    hex(&digest.finalize())
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn collect(dir: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        if files.len() == HASHED_FILES_MAX {
            return;
        }
        let name = entry.file_name();
        let Ok(kind) = entry.file_type() else { continue };
        let name = name.to_string_lossy();
        if kind.is_dir() && depth < HASHED_DEPTH_MAX && name != ".git" {
            collect(&entry.path(), depth + 1, files);
        } else if kind.is_file() && (name.ends_with(".nix") || name == "nix.shell" || name == "flake.lock") {
            files.push(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_in_the_last_lines() {
        assert_eq!(last_lines(b"a\n\nb\nerror: c\n", 2), "b\nerror: c");
        assert_eq!(last_lines(b"", 3), "");
    }

    #[test]
    fn the_order_of_files_is_kept_and_a_change_changes_the_key() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(find(dir.path()), None);
        std::fs::write(dir.path().join("flake.nix"), "{}").unwrap();
        assert_eq!(find(dir.path()), Some("flake.nix"));
        let before = hash(dir.path());
        std::fs::write(dir.path().join("nix.shell"), "1").unwrap();
        assert_eq!(find(dir.path()), Some("nix.shell"));
        assert_ne!(before, hash(dir.path()));
    }
}
