//! What git complains about, as a code for programs and a sentence for people that says what to do next.

use carrel_proto::code::ServiceCode;

use super::run::Done;
use crate::environment::last_lines;
use crate::error::{Failure, fail};

/// Part of git's complaint about a lock.
pub const LOCKED: &str = ".lock': File exists";
/// Git's own words that follow ours.
const SHOWN_LINES: usize = 8;

/// Sign in git's words (lower case), the code, what to do.
const KNOWN: [(&[&str], ServiceCode, &str); 18] = [
    (
        &[".lock': file exists"],
        ServiceCode::Aborted,
        "another git is at work in this session, or one was killed and left its lock; wait until it has ended, or remove the lock",
    ),
    (
        &["(fetch first)", "(non-fast-forward)"],
        ServiceCode::Aborted,
        "the other side has commits that are not here yet; pull first, then push again",
    ),
    (
        &["would be overwritten by"],
        ServiceCode::FailedPrecondition,
        "uncommitted changes would be overwritten; commit or discard them first",
    ),
    (
        &["cannot pull with rebase", "cannot rebase:"],
        ServiceCode::FailedPrecondition,
        "commit or discard your changes first, then try again",
    ),
    (
        &["you have not concluded your merge", "you need to resolve your current index", "unmerged files"],
        ServiceCode::FailedPrecondition,
        "a merge is under way; resolve its conflicts and commit, or abort it",
    ),
    (
        &["protected branch", "pre-receive hook declined", "deny updating"],
        ServiceCode::PermissionDenied,
        "the server's rules refuse this push; push to a branch of your own",
    ),
    (
        &["error: 401", "error: 403", "could not read username", "access denied"],
        ServiceCode::PermissionDenied,
        "this session may not do that with the repository; ask its owner for write access",
    ),
    (
        &["error: 404", "repository not found", "does not appear to be a git repository"],
        ServiceCode::NotFound,
        "there is no such repository on the server any more; check whether it was renamed or deleted",
    ),
    (
        &["no space left", "quota exceeded"],
        ServiceCode::ResourceExhausted,
        "the disk of this session is full; delete something first",
    ),
    (
        &["tell me who you are", "empty ident name", "unable to auto-detect email"],
        ServiceCode::FailedPrecondition,
        "git does not know your name; run: git config --global user.name \"…\" and user.email",
    ),
    (
        &["nothing to commit", "no changes added to commit", "nothing added to commit"],
        ServiceCode::FailedPrecondition,
        "nothing is staged; stage what the commit shall hold",
    ),
    (
        &["a branch named", "already exists"],
        ServiceCode::AlreadyExists,
        "there is a branch of this name; choose another name",
    ),
    (
        &["not a valid branch name"],
        ServiceCode::InvalidArgument,
        "that can't be a branch's name: no spaces, \"..\", \"~\", \"^\", \":\" or a dash at the beginning",
    ),
    (&["invalid reference"], ServiceCode::NotFound, "there is no such branch"),
    (
        &["ignored by one of your .gitignore"],
        ServiceCode::FailedPrecondition,
        "a .gitignore names this file; change that first",
    ),
    (
        &["refusing to merge unrelated histories"],
        ServiceCode::FailedPrecondition,
        "the two sides have no commit in common; someone replaced the history on the server",
    ),
    (&["not a git repository"], ServiceCode::FailedPrecondition, "the workspace is no git repository"),
    (
        &["cannot allocate memory", "resource temporarily unavailable"],
        ServiceCode::ResourceExhausted,
        "the session is out of processes or memory; close something first",
    ),
];

/// A failed command as its caller should see it.
pub fn explain(what: &str, done: &Done) -> Failure {
    if done.timed_out {
        let text = format!("{what}: git did not end in time and was stopped; try it in a terminal");
        return fail(ServiceCode::DeadlineExceeded, text);
    }
    // Some complaints are told on standard output.
    let mut said = done.stderr.clone();
    said.extend_from_slice(&done.stdout[..done.stdout.len().min(4_096)]);
    let lower = String::from_utf8_lossy(&said).to_ascii_lowercase();
    let known = KNOWN.iter().find(|(signs, ..)| signs.iter().any(|sign| lower.contains(sign)));
    if let Some((_, code, advice)) = known {
        return fail(*code, format!("{what}: {advice}"));
    }
    if super::is_passing(&said) {
        let text = format!("{what}: the git server does not answer; nothing is lost, try again in a minute");
        return fail(ServiceCode::Unavailable, text);
    }
    fail(ServiceCode::FailedPrecondition, format!("{what}: git refused.\n{}", last_lines(&said, SHOWN_LINES)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_says_what_to_do_next() {
        let said = |stderr: &str| {
            let done = Done { code: 1, stderr: stderr.into(), ..Done::default() };
            explain("push", &done)
        };
        let locked = said("fatal: Unable to create '/w/.git/index.lock': File exists.");
        assert_eq!(locked.code, ServiceCode::Aborted);
        assert!(locked.message.contains("remove the lock"));
        let behind = said(" ! [rejected]        main -> main (fetch first)");
        assert_eq!(behind.code, ServiceCode::Aborted);
        assert!(behind.message.contains("pull first"));
        assert_eq!(said("The requested URL returned error: 503").code, ServiceCode::Unavailable);
        assert_eq!(said("The requested URL returned error: 403").code, ServiceCode::PermissionDenied);
        assert!(said("fatal: something else").message.contains("something else"));
    }
}
