//! What can go wrong for a caller, with its service code.

use std::io;

use carrel_proto::code::{Problem, ServiceCode};
use tonic::Status;

/// A failed operation: the code a program acts on and the sentence a person reads.
pub type Failure = Problem;

/// Shorthand for a failure.
pub fn fail(code: ServiceCode, message: impl Into<String>) -> Failure {
    Problem::new(code, message)
}

/// A failure as a gRPC status; the JSON mirror turns it into its HTTP answer.
pub fn status(failure: Failure) -> Status {
    failure.status()
}

/// Walks the chain of causes into one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

/// A failed file operation as its caller should see it.
pub fn file_failure(what: &str, path: &str, error: &io::Error) -> Failure {
    use rustix::io::Errno;
    let errno = error.raw_os_error().map(Errno::from_raw_os_error);
    let (code, why) = match errno {
        Some(Errno::NOENT) => (ServiceCode::NotFound, "there is no such file or folder"),
        Some(Errno::EXIST) => (ServiceCode::AlreadyExists, "it is there already"),
        Some(Errno::NOTEMPTY) => {
            (ServiceCode::FailedPrecondition, "the folder is not empty; delete it with \"recursive\"")
        }
        Some(Errno::NOTDIR) => (ServiceCode::FailedPrecondition, "a part of the path is not a folder"),
        Some(Errno::ISDIR) => (ServiceCode::FailedPrecondition, "it is a folder"),
        Some(Errno::XDEV | Errno::LOOP) => {
            (ServiceCode::PermissionDenied, "the path leads out of the workspace")
        }
        Some(Errno::ACCESS | Errno::PERM) => {
            (ServiceCode::PermissionDenied, "the file's permissions do not allow it")
        }
        Some(Errno::NAMETOOLONG) => {
            (ServiceCode::InvalidArgument, "a name is longer than 255 bytes or the path than 4,096")
        }
        Some(Errno::INVAL) => (ServiceCode::InvalidArgument, "the file system does not allow that"),
        Some(Errno::NOSPC | Errno::DQUOT) => {
            (ServiceCode::ResourceExhausted, "the disk of this session is full; delete something first")
        }
        Some(Errno::ROFS) => (ServiceCode::PermissionDenied, "this place can only be read"),
        Some(Errno::MFILE | Errno::NFILE | Errno::NOMEM | Errno::AGAIN) => {
            (ServiceCode::ResourceExhausted, "the session is out of file handles or memory; close something")
        }
        _ => return fail(ServiceCode::Internal, format!("{what} {path:?}: {error}")),
    };
    fail(code, format!("{what} {path:?}: {why}"))
}

/// One line on standard error, which s6 keeps.
pub fn log(message: &str) {
    eprintln!("carrel-session-agent: {message}");
}
