//! Waiting for a session to be ready, with a line that says what it is doing.

use std::time::Duration;

use carrel_proto::agent::v1::{Phase, Status, WaitStatusRequest};
use indicatif::ProgressBar;

use super::WaitArg;
use super::workspace::Workspace;
use crate::error::CliError;
use crate::out::Out;
use crate::progress::spinner;

/// One question: the line changes at least this often.
const ASK_MS: u32 = 1_000;
/// The server gives up preparing after 300 s; a little more, so that its own answer is the one shown.
const WAIT_MAX: Duration = Duration::from_secs(330);
/// Answers in a row that may fail while a daemon restarts.
const FAILURES_MAX: u32 = 10;
/// Between two failed questions.
const RETRY_AFTER: Duration = Duration::from_millis(500);

/// Waits until the wanted phase or a failure; returns the status either way.
pub async fn until(workspace: &Workspace, wait: WaitArg, out: &Out) -> Result<Status, CliError> {
    let line = spinner(out, "starting…");
    let status = poll(workspace, wait, &line).await;
    line.finish_and_clear();
    status
}

async fn poll(workspace: &Workspace, wait: WaitArg, line: &ProgressBar) -> Result<Status, CliError> {
    let started = tokio::time::Instant::now();
    let wanted = match wait {
        WaitArg::Nothing => Phase::Warm,
        WaitArg::Repository => Phase::Environment,
        WaitArg::Environment => Phase::Ready,
    };
    let mut failures = 0;
    loop {
        let request = WaitStatusRequest { phase: wanted.into(), timeout_ms: ASK_MS };
        let answer: Result<Status, CliError> =
            workspace.call("WaitStatus", &request, "wait for the session").await;
        match answer {
            Ok(status) if is_over(&status, wanted) => return Ok(status),
            Ok(status) => {
                failures = 0;
                line.set_message(doing(&status));
            }
            Err(error) if !may_pass(&error) || failures >= FAILURES_MAX => return Err(error),
            Err(_) => {
                failures += 1;
                tokio::time::sleep(RETRY_AFTER).await;
            }
        }
        if started.elapsed() > WAIT_MAX {
            return Err(CliError::failed(
                format!("{} was not ready within {} s", workspace.session.id, WAIT_MAX.as_secs()),
                "look inside with `carrel session shell --wait nothing`",
            ));
        }
    }
}

fn is_over(status: &Status, wanted: Phase) -> bool {
    status.phase() == Phase::Failed || (status.phase() as i32) >= (wanted as i32)
}

fn may_pass(error: &CliError) -> bool {
    use carrel_proto::code::ServiceCode::{DeadlineExceeded, Unavailable};
    match error {
        CliError::Unreachable { .. } => true,
        CliError::Refused { problem, .. } => matches!(problem.code, Unavailable | DeadlineExceeded),
        _ => false,
    }
}

/// What a status says is going on.
pub fn doing(status: &Status) -> String {
    let phase = match status.phase() {
        Phase::Unspecified | Phase::Warm => "starting…",
        Phase::Cloning => "cloning…",
        Phase::Environment => "nix environment…",
        Phase::Ready => "ready",
        Phase::Failed => "failed",
    };
    if status.detail.is_empty() { phase.to_owned() } else { format!("{phase} {}", status.detail) }
}

/// How much is said about an environment that is not active.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// All that nix said: to a person who opens a session or a shell.
    Whole,
    /// One line: beside a command's own output.
    Line,
}

/// Says what a person should know about a status that waiting ended with. True if the session can be worked in.
pub fn report(status: &Status, detail: Detail, out: &Out) -> bool {
    if status.phase() == Phase::Failed {
        out.warn(if status.detail.is_empty() { "preparing the session failed" } else { &status.detail });
        return false;
    }
    if let Some(environment) = status.environment.as_ref().filter(|found| !found.problem.is_empty()) {
        let file = if environment.file.is_empty() { "the environment" } else { &environment.file };
        let problem = match detail {
            Detail::Whole => environment.problem.as_str(),
            Detail::Line => environment.problem.lines().next().unwrap_or_default().trim_end_matches(':'),
        };
        out.warn(format!("{file} is not active: {problem}"));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_ends_at_the_phase_or_at_a_failure() {
        let status = |phase: Phase| Status { phase: phase.into(), ..Status::default() };
        assert!(!is_over(&status(Phase::Cloning), Phase::Environment));
        assert!(is_over(&status(Phase::Environment), Phase::Environment));
        assert!(is_over(&status(Phase::Ready), Phase::Environment));
        assert!(is_over(&status(Phase::Failed), Phase::Ready));
        assert_eq!(doing(&status(Phase::Cloning)), "cloning…");
    }
}
