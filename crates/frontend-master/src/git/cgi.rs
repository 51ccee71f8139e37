//! `git http-backend` as a CGI child: environment in, streamed bodies both ways, limits on everything.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use carrel_service::{Chain, TaskGuard, Tasks};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::Instant;
use tracing::{Instrument as _, debug, warn};

use super::body::{Fed, Group, drain, feed, listen};
use super::path::Operation;
use super::program::GitProgram;
use super::{GitError, plumbing};
use crate::config::GitConfig;
use crate::names::RepositoryPath;

/// What a client may send to ask for objects: some 100,000 "have" lines.
const ASK_MAX: u64 = 16 * 1024 * 1024;

/// The head of http-backend's answer has about six short lines.
const HEAD_MAX: usize = 8 * 1024;

/// What is held back while a push is still arriving, so that a push beyond the limit gets its status.
const HELD_MAX: usize = 64 * 1024;

/// How long a request waits for its turn before it is told to come back.
const TURN_MAX: Duration = Duration::from_secs(10);

/// One request for git's backend, its caller already admitted.
pub struct CgiRequest {
    /// The repository.
    pub repository: RepositoryPath,
    /// What to do with it.
    pub operation: Operation,
    /// Of the client; only those that git reads are passed on.
    pub headers: HeaderMap,
    /// Who asks, for git's own log of reference changes.
    pub user: String,
    /// The body.
    pub body: Body,
}

/// Serves repositories through git's own backend.
pub struct GitServer {
    git: GitProgram,
    root: PathBuf,
    push_max: u64,
    time_limit: Duration,
    running: Arc<Semaphore>,
    tasks: Tasks,
}

/// A running exchange; dropping it stops the child.
struct Exchange {
    group: Group,
    fed: Option<oneshot::Receiver<Fed>>,
    said: Option<oneshot::Receiver<String>>,
    limit: u64,
    deadline: Instant,
    time_limit: Duration,
    _tasks: [TaskGuard; 2],
    _permit: OwnedSemaphorePermit,
}

/// The parsed head of the backend's answer.
struct Head {
    status: StatusCode,
    headers: HeaderMap,
    /// What was read beyond it.
    rest: BytesMut,
}

impl GitServer {
    /// A server over one root folder.
    pub(super) fn new(git: GitProgram, root: PathBuf, config: &GitConfig, tasks: Tasks) -> Self {
        let running = Arc::new(Semaphore::new(config.concurrent_max));
        Self { git, root, push_max: config.push_max_bytes, time_limit: config.time_limit(), running, tasks }
    }

    /// Runs one request to the point where its answer starts; the rest streams.
    pub async fn serve(&self, request: CgiRequest) -> Result<Response<Body>, GitError> {
        let operation = request.operation;
        let folder = self.root.join(format!("{}.git", request.repository));
        let mut exchange = self.start(request).await?;
        let deadline = exchange.deadline;
        let head = match tokio::time::timeout_at(deadline, exchange.answer(operation)).await {
            Ok(head) => head?,
            Err(_) => return Err(GitError::TimeLimit { seconds: exchange.time_limit.as_secs() }),
        };
        let finish = (operation == Operation::Push).then(|| (self.git.clone(), folder));
        let mut response = Response::new(exchange.into_body(head.rest.freeze(), finish));
        *response.status_mut() = head.status;
        *response.headers_mut() = head.headers;
        Ok(response)
    }

    async fn start(&self, request: CgiRequest) -> Result<Exchange, GitError> {
        let limit = match request.operation {
            Operation::Push => self.push_max,
            Operation::Fetch => ASK_MAX,
            Operation::AdvertiseFetch | Operation::AdvertisePush => 0,
        };
        let length = content_length(&request.headers);
        if length.is_some_and(|length| length > limit) && limit > 0 {
            drain(request.body.into_data_stream(), limit).await;
            return Err(GitError::TooLarge { limit });
        }
        let turn = tokio::time::timeout(TURN_MAX, self.running.clone().acquire_owned()).await;
        let permit = turn.ok().and_then(Result::ok).ok_or(GitError::Busy)?;
        let mut child = self
            .command(&request, length)
            .spawn()
            .map_err(|source| GitError::Start { program: self.git.program().to_owned(), source })?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            let source = std::io::Error::other("it has no pipes");
            return Err(GitError::Start { program: self.git.program().to_owned(), source });
        };
        let body = if limit > 0 { request.body } else { Body::empty() };
        let (fed_in, fed) = oneshot::channel();
        let (said_in, said) = oneshot::channel();
        let span = tracing::Span::current();
        let feeder = self.tasks.guard("git body", feed(body, stdin, limit, fed_in).instrument(span.clone()));
        let listener = self.tasks.guard("git stderr", listen(stderr, said_in).instrument(span));
        Ok(Exchange {
            group: Group::new(child, stdout, request.operation == Operation::Push, self.tasks.clone()),
            fed: Some(fed),
            said: Some(said),
            limit,
            deadline: Instant::now() + self.time_limit,
            time_limit: self.time_limit,
            _tasks: [feeder, listener],
            _permit: permit,
        })
    }

    fn command(&self, request: &CgiRequest, length: Option<u64>) -> tokio::process::Command {
        let operation = request.operation;
        let settings = [("receive.maxInputSize", self.push_max.to_string())];
        let mut command = self.git.command(&settings);
        command
            .arg("http-backend")
            .env("GIT_PROJECT_ROOT", &self.root)
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("PATH_INFO", format!("/{}.git/{}", request.repository, operation.tail()))
            .env("QUERY_STRING", operation.query())
            .env("REMOTE_USER", &request.user)
            .env("GIT_COMMITTER_NAME", &request.user)
            .env("GIT_COMMITTER_EMAIL", format!("{}@users.carrel.invalid", request.user))
            .env("REQUEST_METHOD", if operation.tail() == "info/refs" { "GET" } else { "POST" })
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let passed = [
            ("CONTENT_TYPE", http::header::CONTENT_TYPE),
            ("HTTP_CONTENT_ENCODING", http::header::CONTENT_ENCODING),
            ("GIT_PROTOCOL", HeaderName::from_static("git-protocol")),
        ];
        for (variable, name) in passed {
            if let Some(value) = request.headers.get(&name).and_then(plain) {
                command.env(variable, value);
            }
        }
        if let Some(length) = length {
            command.env("CONTENT_LENGTH", length.to_string());
        }
        command
    }
}

impl Exchange {
    /// The answer's head, once it is certain that it is an answer.
    async fn answer(&mut self, operation: Operation) -> Result<Head, GitError> {
        let mut head = self.head().await?;
        if matches!(operation, Operation::Push | Operation::Fetch) && head.status == StatusCode::OK {
            self.hold(&mut head.rest, operation == Operation::Push).await?;
        }
        Ok(head)
    }

    async fn head(&mut self) -> Result<Head, GitError> {
        let mut read = BytesMut::new();
        loop {
            if let Some(end) = head_end(&read) {
                let rest = read.split_off(end);
                let (status, headers) = parse_head(&read)?;
                return Ok(Head { status, headers, rest });
            }
            if read.len() > HEAD_MAX {
                return Err(GitError::BadAnswer { what: "with a head beyond 8 KiB" });
            }
            match self.next().await? {
                Some(chunk) => read.extend_from_slice(&chunk),
                None => return Err(self.complaint("without a head").await),
            }
        }
    }

    /// Waits for the first byte of the answer, and of a push also until it has arrived whole: only then is it
    /// known whether it was too large or no git request at all.
    async fn hold(&mut self, held: &mut BytesMut, whole: bool) -> Result<(), GitError> {
        while held.is_empty() || (whole && self.fed.is_some() && held.len() < HELD_MAX) {
            match self.next().await? {
                Some(chunk) => held.extend_from_slice(&chunk),
                None if held.is_empty() => {
                    // The backend ends well also where it could not unpack the body: only its words tell.
                    let ended_well = self.group.wait().await?.success();
                    let stderr = self.said().await;
                    let refused = !ended_well || stderr.contains("fatal:");
                    return if refused { Err(refusal(&stderr)) } else { Ok(()) };
                }
                None if whole => return self.fed().await,
                None => return Ok(()),
            }
        }
        Ok(())
    }

    /// How the request's body ended, once it has.
    async fn fed(&mut self) -> Result<(), GitError> {
        let Some(fed) = self.fed.take() else { return Ok(()) };
        self.body_ended(fed.await.unwrap_or(Fed::Lost))
    }

    const fn body_ended(&self, fed: Fed) -> Result<(), GitError> {
        match fed {
            Fed::Whole => Ok(()),
            Fed::TooLarge => Err(GitError::TooLarge { limit: self.limit }),
            Fed::Lost => Err(GitError::BodyLost),
        }
    }

    /// The next piece of the answer; fails as soon as the request's body turns out to be bad.
    async fn next(&mut self) -> Result<Option<Bytes>, GitError> {
        loop {
            let Some(fed) = self.fed.as_mut() else {
                return self.group.read().await;
            };
            tokio::select! {
                outcome = fed => {
                    self.fed = None;
                    self.body_ended(outcome.unwrap_or(Fed::Lost))?;
                }
                chunk = self.group.read() => return chunk,
            }
        }
    }

    /// What git said on standard error, logged with the request's span.
    async fn said(&mut self) -> String {
        let Some(said) = self.said.take() else { return String::new() };
        let said = said.await.unwrap_or_default();
        if !said.is_empty() {
            debug!(stderr = %said, "git said");
        }
        said
    }

    async fn complaint(&mut self, what: &'static str) -> GitError {
        let stderr = self.said().await;
        warn!(%stderr, "git http-backend gave no answer");
        GitError::BadAnswer { what }
    }

    /// The rest of the answer as a body. A push ends with HEAD pointing at a branch that exists.
    fn into_body(self, held: Bytes, finish: Option<(GitProgram, PathBuf)>) -> Body {
        let span = tracing::Span::current();
        let start = (Some(self), Some(held).filter(|held| !held.is_empty()), finish);
        Body::from_stream(futures::stream::unfold(start, move |(exchange, held, finish)| {
            let span = span.clone();
            async move {
                let mut exchange = exchange?;
                if let Some(held) = held {
                    return Some((Ok(held), (Some(exchange), None, finish)));
                }
                let deadline = exchange.deadline;
                match tokio::time::timeout_at(deadline, exchange.next()).await {
                    Ok(Ok(Some(chunk))) => Some((Ok(chunk), (Some(exchange), None, finish))),
                    Ok(Ok(None)) => {
                        exchange.end(finish).await;
                        None
                    }
                    Ok(Err(error)) => Some((Err(error), (None, None, None))),
                    Err(_) => {
                        let seconds = exchange.time_limit.as_secs();
                        Some((Err(GitError::TimeLimit { seconds }), (None, None, None)))
                    }
                }
            }
            .instrument(span)
        }))
    }

    async fn end(mut self, finish: Option<(GitProgram, PathBuf)>) {
        match self.group.wait().await {
            Ok(status) if status.success() => {}
            Ok(status) => debug!(%status, "git http-backend ended"),
            Err(error) => warn!(error = %Chain(&error), "wait for git http-backend"),
        }
        self.said().await;
        // The client has its answer when this is done: a clone right after finds the branch.
        if let Some((git, folder)) = finish
            && let Err(error) = plumbing::settle_head(&git, &folder).await
        {
            warn!(error = %Chain(&error), "point HEAD at a pushed branch");
        }
    }
}

/// Git could not read what the client sent.
fn refusal(stderr: &str) -> GitError {
    warn!(%stderr, "git refused a request");
    GitError::Refused { stderr: stderr.lines().last().unwrap_or("no reason given").to_owned() }
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(http::header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A header value that may become an environment variable.
fn plain(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok().filter(|text| text.len() <= 256)
}

/// Where the body starts.
fn head_end(read: &[u8]) -> Option<usize> {
    let crlf = read.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4);
    crlf.or_else(|| read.windows(2).position(|window| window == b"\n\n").map(|at| at + 2))
}

fn parse_head(head: &[u8]) -> Result<(StatusCode, HeaderMap), GitError> {
    const BAD: GitError = GitError::BadAnswer { what: "with a head that is not CGI" };
    let text = std::str::from_utf8(head).map_err(|_| BAD)?;
    let mut status = StatusCode::OK;
    let mut headers = HeaderMap::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').ok_or(BAD)?;
        let value = value.trim();
        if name.eq_ignore_ascii_case("status") {
            status = value.split(' ').next().and_then(|code| code.parse().ok()).ok_or(BAD)?;
        } else {
            let name: HeaderName = name.parse().map_err(|_| BAD)?;
            headers.append(name, value.parse().map_err(|_| BAD)?);
        }
    }
    Ok((status, headers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_cgi_answers() {
        let (status, headers) =
            parse_head(b"Status: 404 Not Found\r\nContent-Type: text/plain\r\n\r\n").expect("parses");
        assert_eq!((status, headers.len()), (StatusCode::NOT_FOUND, 1));
        assert_eq!(parse_head(b"A: b\n\n").expect("parses").0, StatusCode::OK);
        for bad in [&b"no colon\r\n\r\n"[..], b"Status: x\r\n\r\n", b"a b: c\r\n\r\n", b"\xff: c\r\n\r\n"] {
            assert!(parse_head(bad).is_err(), "{bad:?}");
        }
        assert_eq!(head_end(b"a: b\r\n\r\nrest"), Some(8));
        assert_eq!(head_end(b"a: b\r\n"), None);
    }
}
