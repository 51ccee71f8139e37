//! Every `git` process: clean environment, durable writes, checked objects, limits.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

use super::GitError;

/// Plumbing on one tree or one small commit takes milliseconds.
const PLUMBING_TIME_MAX: Duration = Duration::from_secs(30);

/// What a plumbing command may print: a listing of some 50,000 names.
const PLUMBING_OUTPUT_MAX: u64 = 4 * 1024 * 1024;

/// How much of what git says on standard error is kept.
pub const STDERR_MAX: u64 = 8 * 1024;

/// Configuration that holds for every process, given by environment: nothing on disk can weaken it.
const CONFIG: &[(&str, &str)] = &[
    // An acknowledged push is on disk, references included.
    ("core.fsync", "all"),
    ("core.fsyncMethod", "fsync"),
    ("core.hooksPath", "/dev/null"),
    ("transfer.fsckObjects", "true"),
    ("receive.fsckObjects", "true"),
    ("fetch.fsckObjects", "true"),
    ("uploadpack.allowFilter", "true"),
    ("http.receivepack", "true"),
    ("http.uploadpack", "true"),
    ("http.getanyfile", "false"),
    // Housekeeping is started by the daemon, one repository at a time, and not by whoever pushes.
    ("gc.auto", "0"),
    ("receive.autogc", "false"),
    ("maintenance.auto", "false"),
    // One request may not take every core or all memory.
    ("pack.threads", "1"),
    ("pack.windowMemory", "64m"),
    ("core.packedGitLimit", "256m"),
    ("core.bigFileThreshold", "32m"),
    ("init.defaultBranch", "main"),
    ("advice.detachedHead", "false"),
    // The daemon made every repository under its root; ownership differs only after a restore as another user.
    ("safe.directory", "*"),
];

/// How to start git.
#[derive(Debug, Clone)]
pub struct GitProgram {
    program: PathBuf,
    /// An empty folder: no configuration, no credentials, no templates.
    home: PathBuf,
}

impl GitProgram {
    /// Git as configured, with an empty home.
    pub fn new(program: PathBuf, home: PathBuf) -> Self {
        Self { program, home }
    }

    /// A command with a clean environment in its own process group, killed when dropped.
    pub fn command(&self, extra: &[(&str, String)]) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear();
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command
            .env("HOME", &self.home)
            .env("LC_ALL", "C")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_ATTR_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_CONFIG_COUNT", (CONFIG.len() + extra.len()).to_string());
        let settings = CONFIG.iter().map(|(key, value)| (*key, (*value).to_owned()));
        for (index, (key, value)) in settings.chain(extra.iter().cloned()).enumerate() {
            command.env(format!("GIT_CONFIG_KEY_{index}"), key);
            command.env(format!("GIT_CONFIG_VALUE_{index}"), value);
        }
        command.current_dir(&self.home).process_group(0).kill_on_drop(true);
        command
    }

    /// The program, for messages.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Runs a plumbing command in a repository and returns what it printed.
    pub async fn run(&self, repository: &Path, args: &[&str], input: &[u8]) -> Result<Vec<u8>, GitError> {
        self.run_with(repository, args, input, &[]).await
    }

    /// The same with more environment.
    pub async fn run_with(
        &self,
        repository: &Path,
        args: &[&str],
        input: &[u8],
        env: &[(&str, String)],
    ) -> Result<Vec<u8>, GitError> {
        let name = args.first().copied().unwrap_or_default().to_owned();
        let mut command = self.command(&[]);
        command.arg("--git-dir").arg(repository).args(args);
        command.envs(env.iter().map(|(key, value)| (*key, value.as_str())));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let start = |source| GitError::Start { program: self.program.clone(), source };
        let mut child = command.spawn().map_err(start)?;
        let talk = |source| GitError::Talk { command: name.clone(), source };
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let mut printed = Vec::new();
        let mut complaint = Vec::new();
        let exchange = async {
            let write = async {
                if let Some(mut stdin) = stdin {
                    // A command that does not read its input closes it early; its exit code decides.
                    let _ = stdin.write_all(input).await;
                }
                Ok(())
            };
            let read = async {
                match stdout {
                    Some(pipe) => pipe.take(PLUMBING_OUTPUT_MAX).read_to_end(&mut printed).await.map(drop),
                    None => Ok(()),
                }
            };
            let listen = async {
                match stderr {
                    Some(pipe) => pipe.take(STDERR_MAX).read_to_end(&mut complaint).await.map(drop),
                    None => Ok(()),
                }
            };
            tokio::try_join!(write, read, listen)?;
            child.wait().await
        };
        let status = tokio::time::timeout(PLUMBING_TIME_MAX, exchange)
            .await
            .map_err(|_| GitError::Stopped { command: name.clone(), reason: "it took longer than 30 s" })?
            .map_err(talk)?;
        if printed.len() as u64 >= PLUMBING_OUTPUT_MAX {
            return Err(GitError::Stopped { command: name, reason: "it printed more than 4 MiB" });
        }
        if status.success() {
            return Ok(printed);
        }
        let stderr = String::from_utf8_lossy(&complaint).trim().to_owned();
        Err(GitError::Failed { command: name, stderr })
    }
}
