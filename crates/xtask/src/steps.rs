//! Timed steps: each says what it does, how long it took, and keeps its output out of the way unless it fails.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::tree::Tree;

/// A step that says nothing for longer than this looks hung, so the last line of its log is shown.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// What a failed step shows of its log: enough for a screen of compiler errors or failed tests; the rest is in the file.
const SHOWN_BYTES_MAX: u64 = 64 * 1024;
/// Room for one heartbeat line on a common terminal.
const HEARTBEAT_CHARS_MAX: usize = 96;

/// How a step ended.
pub struct Outcome {
    pub ok: bool,
    pub log: PathBuf,
}

/// Runs steps and remembers when the first began.
pub struct Steps {
    logs: PathBuf,
    began: Instant,
}

impl Steps {
    pub fn new(tree: &Tree) -> Self {
        Self { logs: tree.scratch(), began: Instant::now() }
    }

    /// Seconds since the first step.
    pub fn seconds(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }

    /// One line that is not a step.
    pub fn say(&self, line: &str) {
        say(&format!("    {line}"));
    }

    /// Where a step keeps its output.
    pub fn log_of(&self, step: &str) -> PathBuf {
        self.logs.join(format!("{}.log", slug(step)))
    }

    /// Opens the log of a step anew.
    pub fn open_log(&self, step: &str) -> Result<(File, PathBuf), Error> {
        std::fs::create_dir_all(&self.logs).map_err(Error::file(&self.logs))?;
        let path = self.log_of(step);
        let log = File::create(&path).map_err(Error::file(&path))?;
        Ok((log, path))
    }

    /// Times something that is more than one command.
    pub fn time<T>(&self, step: &str, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        say(&format!("==> {step}"));
        let began = Instant::now();
        let done = work();
        report(done.is_ok(), began);
        done
    }

    /// Runs a pipeline that must succeed.
    pub fn run(&self, step: &str, pipeline: &mut [&mut Command]) -> Result<(), Error> {
        let outcome = self.attempt(step, pipeline)?;
        if outcome.ok {
            return Ok(());
        }
        Err(Error::Step { step: step.to_owned(), log: outcome.log })
    }

    /// Runs a pipeline and shows its output if it fails. Everything but what flows between its commands is logged.
    pub fn attempt(&self, step: &str, pipeline: &mut [&mut Command]) -> Result<Outcome, Error> {
        say(&format!("==> {step}"));
        let (log, path) = self.open_log(step)?;
        let began = Instant::now();
        let children = spawn(pipeline, &log, &path)?;
        let statuses = wait(children, &path, began);
        let ok = statuses.iter().all(|status| matches!(status, Ok(status) if status.success()));
        if !ok {
            show(&path);
        }
        report(ok, began);
        Ok(Outcome { ok, log: path })
    }
}

fn report(ok: bool, began: Instant) {
    let word = if ok { "ok" } else { "FAILED" };
    say(&format!("    {word}, {:.1} s", began.elapsed().as_secs_f64()));
}

/// Prints a line at once; a closed pipe at the other end is no reason to stop building.
fn say(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

fn spawn(pipeline: &mut [&mut Command], log: &File, path: &Path) -> Result<Vec<Child>, Error> {
    let mut children: Vec<Child> = Vec::new();
    let last = pipeline.len().saturating_sub(1);
    let to_log = || log.try_clone().map(Stdio::from).map_err(Error::file(path));
    for (index, command) in pipeline.iter_mut().enumerate() {
        let input = children.last_mut().and_then(|before| before.stdout.take());
        command.stdin(input.map_or_else(Stdio::null, Stdio::from));
        command.stderr(to_log()?);
        command.stdout(if index == last { to_log()? } else { Stdio::piped() });
        let child = command.spawn().map_err(|source| cannot_start(command, source))?;
        children.push(child);
    }
    Ok(children)
}

fn wait(children: Vec<Child>, log: &Path, began: Instant) -> Vec<io::Result<ExitStatus>> {
    let (done, all_done) = mpsc::channel();
    std::thread::spawn(move || {
        let statuses = children.into_iter().map(|mut child| child.wait()).collect::<Vec<_>>();
        let _ = done.send(statuses);
    });
    loop {
        match all_done.recv_timeout(HEARTBEAT) {
            Ok(statuses) => return statuses,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                let line = last_line(log);
                say(&format!("    {:.0} s: {line}", began.elapsed().as_secs_f64()));
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                return vec![Err(io::Error::other("the waiting thread ended"))];
            }
        }
    }
}

/// The last lines of a log, as text.
pub fn tail(path: &Path, bytes_max: u64) -> String {
    let read = || -> io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(bytes_max)))?;
        let mut bytes = Vec::new();
        file.take(bytes_max).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    String::from_utf8_lossy(&read().unwrap_or_default()).into_owned()
}

fn last_line(path: &Path) -> String {
    let end = tail(path, 1024);
    let line = end.trim_end().rsplit(['\n', '\r']).next().unwrap_or_default();
    line.trim().chars().take(HEARTBEAT_CHARS_MAX).collect()
}

/// Prints the end of a log of something that failed.
pub fn show(path: &Path) {
    let text = without_progress(&tail(path, SHOWN_BYTES_MAX));
    say(&format!("--- {}\n{}\n---", path.display(), text.trim_end()));
}

/// Leaves out cargo's lines about crates that gave no trouble.
fn without_progress(log: &str) -> String {
    const PROGRESS: [&str; 5] = ["Compiling", "Checking", "Fresh", "Downloaded", "Downloading"];
    let matters = |line: &&str| {
        let first = line.split_whitespace().next().unwrap_or_default();
        !(line.starts_with("  ") && PROGRESS.contains(&first))
    };
    log.lines().filter(matters).map(|line| format!("{line}\n")).collect()
}

/// What a quick command printed; its failure is an error with what it complained of.
pub fn output(command: &mut Command) -> Result<String, Error> {
    let done = command.stdin(Stdio::null()).output().map_err(|source| cannot_start(command, source))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if done.status.success() {
        return Ok(text(&done.stdout));
    }
    let what = format!("{:?}", command).replace('"', "");
    Err(Error::Command { what, message: text(&done.stderr) })
}

fn cannot_start(command: &Command, source: io::Error) -> Error {
    Error::Start { program: command.get_program().to_string_lossy().into_owned(), source }
}

fn slug(step: &str) -> String {
    let words = step.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(dir: &tempfile::TempDir) -> Steps {
        Steps { logs: dir.path().join("logs"), began: Instant::now() }
    }

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_step_logs_both_streams_and_its_failure_names_the_log() {
        let dir = tempfile::tempdir().unwrap();
        let steps = steps(&dir);
        steps.run("one", &mut [&mut shell("echo out; echo err >&2")]).unwrap();
        assert_eq!(tail(&steps.log_of("one"), 99), "out\nerr\n");
        let error = steps.run("two: it fails", &mut [&mut shell("echo why; exit 3")]).unwrap_err();
        assert!(error.to_string().contains("two-it-fails.log"), "{error}");
    }

    #[test]
    fn a_pipeline_fails_if_any_part_of_it_does() {
        let dir = tempfile::tempdir().unwrap();
        let steps = steps(&dir);
        let good = steps.attempt("good", &mut [&mut shell("echo 1"), &mut shell("cat")]).unwrap();
        assert!(good.ok);
        assert_eq!(tail(&good.log, 99), "1\n");
        let bad = steps.attempt("bad", &mut [&mut shell("exit 1"), &mut shell("cat")]).unwrap();
        assert!(!bad.ok);
    }

    #[test]
    fn a_missing_program_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let mut command = Command::new("/no/such/program");
        let error = steps(&dir).run("none", &mut [&mut command]).unwrap_err();
        assert!(error.to_string().contains("/no/such/program"), "{error}");
    }

    #[test]
    fn the_heartbeat_shows_the_last_line_only() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "Compiling a\nCompiling b v1\n\n").unwrap();
        assert_eq!(last_line(file.path()), "Compiling b v1");
        assert_eq!(last_line(Path::new("/no/such/file")), "");
    }

    #[test]
    fn what_is_shown_of_a_failure_has_no_progress_in_it() {
        let log = "   Compiling a v1\n    Checking b v1\nerror: no\n  --> src/a.rs\nChecking is fine here\n";
        assert_eq!(without_progress(log), "error: no\n  --> src/a.rs\nChecking is fine here\n");
    }

    #[test]
    fn a_quick_command_gives_its_words_or_its_complaint() {
        assert_eq!(output(&mut shell("echo ' hi '")).unwrap(), "hi");
        let error = output(&mut shell("echo no way >&2; exit 1")).unwrap_err();
        assert!(error.to_string().contains("no way"), "{error}");
    }
}
