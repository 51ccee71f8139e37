//! Files and artefacts as plain bytes, of any size down and up to 64 MiB up.

use std::io::Write;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;
use futures::StreamExt;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

use super::answer;
use crate::agent::Agent;
use crate::error::{Failure, fail, file_failure};
use crate::files::{Condition, Upload};

/// The largest upload.
const UPLOAD_MAX: u64 = 64 * 1024 * 1024;
/// One read of a download.
const PIECE: usize = 64 * 1024;

#[derive(Debug, Deserialize)]
pub(super) struct Path {
    path: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Name {
    name: String,
}

/// A query that may be missing something, with the answer for that.
type Asked<T> = Result<Query<T>, axum::extract::rejection::QueryRejection>;

fn asked<T>(query: Asked<T>, what: &str) -> Result<T, Failure> {
    query
        .map(|Query(asked)| asked)
        .map_err(|_| fail(ServiceCode::InvalidArgument, format!("add ?{what}=… to the address")))
}

/// `GET raw?path=`
pub(super) async fn download(
    State(agent): State<Arc<Agent>>,
    query: Asked<Path>,
    headers: HeaderMap,
) -> Response {
    let sent = async {
        let path = asked(query, "path")?.path;
        let (file, entry) = agent.files.blocking(move |files| files.open(&path)).await?;
        let tag = quoted(&entry.etag);
        if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
            return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
        }
        let mut response = attachment(file, entry.size, &entry.path);
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        Ok(response)
    };
    sent.await.unwrap_or_else(answer)
}

/// `GET artefact?name=`
pub(super) async fn artefact(State(agent): State<Arc<Agent>>, query: Asked<Name>) -> Response {
    let sent = async {
        let name = asked(query, "name")?.name;
        let (places, wanted) = (agent.places(), name.clone());
        let file = agent.files.blocking(move |_| places.open(&wanted)).await?;
        let size = file.metadata().map_err(|error| file_failure("read the artefact", &name, &error))?.len();
        Ok::<_, Failure>(attachment(file, size, &name))
    };
    sent.await.unwrap_or_else(answer)
}

fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}

/// Exactly as many bytes as the file had: one that grows meanwhile must not outrun its announced length.
fn attachment(file: std::fs::File, size: u64, path: &str) -> Response {
    let content = ReaderStream::with_capacity(tokio::fs::File::from_std(file).take(size), PIECE);
    let mut response = Body::from_stream(content).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    let name = path.rsplit('/').next().unwrap_or_default();
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{}", percent(name))) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// A name in a header: all but plain characters as their bytes.
fn percent(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// `PUT raw?path=`
pub(super) async fn upload(
    State(agent): State<Arc<Agent>>,
    query: Asked<Path>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let stored = async {
        let path = asked(query, "path")?.path;
        let condition = condition(&headers)?;
        let announced =
            headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        if announced.is_some_and(|length: u64| length > UPLOAD_MAX) {
            return Err(too_large());
        }
        store(&agent, path, condition, body).await
    };
    match stored.await {
        Ok(entry) => ([(header::ETAG, quoted(&entry.etag))], axum::Json(entry)).into_response(),
        // Asked for by a header, HTTP has its own status for this.
        Err(failure) if failure.code == ServiceCode::Aborted => {
            (StatusCode::PRECONDITION_FAILED, axum::Json(failure)).into_response()
        }
        Err(failure) => answer(failure),
    }
}

fn too_large() -> Failure {
    fail(
        ServiceCode::TooLarge,
        format!("an upload has at most {UPLOAD_MAX} bytes; split the file or use git"),
    )
}

fn condition(headers: &HeaderMap) -> Result<Condition, Failure> {
    let text = |name| headers.get(&name).map(|value: &HeaderValue| value.to_str().unwrap_or_default().trim());
    let tag = |text: &str| text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).map(str::to_owned);
    match (text(header::IF_MATCH), text(header::IF_NONE_MATCH)) {
        (None, None) => Ok(Condition::Any),
        (Some("*"), None) => Ok(Condition::Present),
        (None, Some("*")) => Ok(Condition::Absent),
        (Some(wanted), None) => tag(wanted).map(Condition::Matches).ok_or(wanted),
        (_, Some(wanted)) => Err(wanted),
    }
    .map_err(|wanted| {
        let text =
            format!("the condition {wanted:?} is not taken; send If-Match: \"<etag>\" or If-None-Match: *");
        fail(ServiceCode::InvalidArgument, text)
    })
}

async fn store(
    agent: &Agent,
    path: String,
    condition: Condition,
    body: Body,
) -> Result<pb::FileEntry, Failure> {
    let text = path.clone();
    let mut upload = agent.files.blocking(move |files| files.upload(&text)).await?;
    let mut pieces = body.into_data_stream();
    let mut received = 0;
    while let Some(piece) = pieces.next().await {
        let piece =
            piece.map_err(|_| fail(ServiceCode::InvalidArgument, "the upload ended early; send it again"))?;
        received += piece.len() as u64;
        if received > UPLOAD_MAX {
            return Err(too_large());
        }
        upload = append(agent, upload, piece, path.clone()).await?;
    }
    agent.files.blocking(move |_| upload.place(&condition)).await
}

async fn append(agent: &Agent, mut upload: Upload, piece: Bytes, path: String) -> Result<Upload, Failure> {
    let write = move |_: &crate::files::Files| {
        upload.file().write_all(&piece).map_err(|error| file_failure("write", &path, &error))?;
        Ok(upload)
    };
    agent.files.blocking(write).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read() {
        let read = |pairs: &[(&'static str, &'static str)]| {
            condition(&pairs.iter().map(|(n, v)| (n.parse().unwrap(), HeaderValue::from_static(v))).collect())
        };
        assert_eq!(read(&[]), Ok(Condition::Any));
        assert_eq!(read(&[("if-match", "\"a-b\"")]), Ok(Condition::Matches("a-b".to_owned())));
        assert_eq!(read(&[("if-match", "*")]), Ok(Condition::Present));
        assert_eq!(read(&[("if-none-match", "*")]), Ok(Condition::Absent));
        assert!(read(&[("if-match", "a-b")]).is_err());
        assert!(read(&[("if-none-match", "\"x\"")]).is_err());
        assert!(read(&[("if-match", "*"), ("if-none-match", "*")]).is_err());
    }

    #[test]
    fn a_file_name_cannot_break_the_header() {
        assert_eq!(percent("a\"\r\n;ß"), "a%22%0D%0A%3B%C3%9F");
    }
}
