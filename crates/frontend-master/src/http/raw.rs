//! `GET /raw/<owner>/<name>?at=<revision>&file=<path>`: one file of a repository, as a download and as nothing else.
//!
//! Invariant: whatever is in the file, a browser saves it: it is an attachment of no type, in a sandbox.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::response::{IntoResponse, Response};
use carrel_proto::code::{Problem, ServiceCode};
use carrel_service::error::status;
use carrel_service::identity::Principal;
use futures::StreamExt as _;
use http::{HeaderName, HeaderValue, header};
use serde::Deserialize;
use tokio::time::Instant;
use tokio_util::io::ReaderStream;
use tonic::Status;

use crate::browse::RawFile;
use crate::browse::path::{TreePath, encode};
use crate::git::GitError;
use crate::git::access::{Right, require, right};
use crate::names::RepositoryPath;
use crate::state::SharedState;

/// How long a download may take: as long as a clone.
const TIME_MAX: Duration = Duration::from_secs(900);

/// What a download may do in a browser: nothing.
const SANDBOX: &str = "default-src 'none'; sandbox";

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    at: String,
    #[serde(default)]
    file: String,
}

/// The route.
pub(super) async fn serve(
    State(state): State<SharedState>,
    Path((owner, name)): Path<(String, String)>,
    query: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
    request: Request,
) -> Response {
    let Ok(Query(asked)) = query else {
        let message = "say which file: ?at=<branch>&file=<path>";
        return carrel_proto::json::problem(&Problem::new(ServiceCode::InvalidArgument, message));
    };
    let (parts, _body) = request.into_parts();
    match find(&state, &format!("{owner}/{name}"), &asked, &parts.extensions).await {
        Ok(file) => attachment(file),
        Err(refused) => carrel_proto::json::problem(&Problem::from(&refused)),
    }
}

async fn find(
    state: &SharedState,
    path: &str,
    asked: &Asked,
    extensions: &http::Extensions,
) -> Result<RawFile, Status> {
    let principal = Principal::of(extensions)?;
    let caller = state.accounts.own(principal).await.map_err(|error| status(&error, "find the caller"))?;
    let path: RepositoryPath = carrel_proto::convert::parse("path", path)?;
    let found = state.repositories.find(&path).await.map_err(|error| status(&error, "find a repository"))?;
    let missing = || GitError::Missing { path: path.to_string() };
    let record = found.ok_or_else(missing).map_err(|error| status(&error, "find a repository"))?;
    let held = right(&record, &caller.name, caller.role);
    require(&path, held, Right::Read).map_err(|error| status(&error, "read a repository"))?;
    let file = TreePath::parse("file", &asked.file)?;
    let file = file.ok_or_else(|| carrel_proto::convert::InvalidField::new("file", "must name a file"))?;
    let look = state.browser.look(&state.repositories, &path).await;
    let look = look.map_err(|error| status(&error, "look into a repository"))?;
    look.raw(&asked.at, &file).await.map_err(|error| status(&error, "read a file"))
}

fn attachment(file: RawFile) -> Response {
    let RawFile { name, size, stdout, child, turn } = file;
    let deadline = Instant::now() + TIME_MAX;
    // Git ends with the download, also with one that breaks off or whose reader is too slow.
    let start = (ReaderStream::new(stdout), child, turn);
    let stream = futures::stream::unfold(start, move |(mut chunks, child, turn)| async move {
        let chunk = tokio::time::timeout_at(deadline, chunks.next()).await;
        let late = || Some(Err(std::io::Error::other("the download took too long")));
        chunk.unwrap_or_else(|_| late()).map(|chunk| (chunk, (chunks, child, turn)))
    });
    let mut response = Body::from_stream(stream).into_response();
    let headers = response.headers_mut();
    let disposition = format!("attachment; filename*=UTF-8''{}", encode(&name));
    for (name, value) in [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::CONTENT_SECURITY_POLICY, SANDBOX),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::CONTENT_DISPOSITION, disposition.as_str()),
        (header::CONTENT_LENGTH, size.to_string().as_str()),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    response
}
