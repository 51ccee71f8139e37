//! Files of the built app: which one, in which encoding, for how long.

use std::io;
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use tokio::fs::File;
use tokio_util::io::ReaderStream;
use tracing::warn;

use crate::pages::{asset, is_page, root_file};

/// The document that is every page.
const INDEX: &str = "index.html";
/// Hashed names never change their content.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Asked for again each time, answered without a body when unchanged.
const REVALIDATE: &str = "no-cache";
/// Larger than any file of the app by far; a folder that holds larger ones is not the app.
const FILE_MAX: u64 = 32 * 1024 * 1024;

/// Compressed neighbours made at build time, best first.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

/// What a master without the app shows.
const NO_APP: &str = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
    <meta name=\"color-scheme\" content=\"light dark\">\n<title>Carrel</title>\n</head>\n<body>\n<main>\n\
    <h1>Carrel</h1>\n<p>This rack runs without its web pages. Its owner sets <code>web_root</code> to the folder \
    of the built app; until then the <code>carrel</code> command does everything.</p>\n</main>\n</body>\n</html>\n";

/// The folder, resolved once.
pub(crate) struct Root(Option<PathBuf>);

impl Root {
    /// A folder that can't be resolved is none, and the log says so.
    pub(crate) fn new(web_root: Option<PathBuf>) -> Self {
        let resolved = web_root.and_then(|folder| match folder.canonicalize() {
            Ok(folder) => Some(folder),
            Err(error) => {
                warn!(folder = %folder.display(), %error, "no web pages: open web_root");
                None
            }
        });
        Self(resolved)
    }
}

/// Answers one request.
pub(crate) async fn answer(root: &Root, request: &Parts) -> Response {
    if !matches!(request.method, Method::GET | Method::HEAD) {
        let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "pages are only read\n");
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let path = request.uri.path();
    let (name, lifetime) = match (is_page(path), asset(path), root_file(path)) {
        (true, ..) => (INDEX.to_owned(), REVALIDATE),
        (_, Some(name), _) => (format!("assets/{name}"), FOREVER),
        (.., Some(name)) => (name.to_owned(), REVALIDATE),
        _ => return text(StatusCode::NOT_FOUND, "there is nothing at this address\n"),
    };
    let Some(folder) = &root.0 else {
        return if name == INDEX { no_app() } else { text(StatusCode::NOT_FOUND, "there is no web_root\n") };
    };
    match open(folder, &name, &request.headers).await {
        Ok(Some(found)) => found.into_response(&name, lifetime, request),
        Ok(None) if name == INDEX => no_app(),
        Ok(None) => text(StatusCode::NOT_FOUND, "there is nothing at this address\n"),
        Err(error) => {
            warn!(file = %name, %error, "read a file of the app");
            text(StatusCode::INTERNAL_SERVER_ERROR, "the page could not be read; the log says why\n")
        }
    }
}

struct Found {
    file: File,
    size: u64,
    tag: String,
    encoding: Option<&'static str>,
}

impl Found {
    fn into_response(self, name: &str, lifetime: &'static str, request: &Parts) -> Response {
        let known = request.headers.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
        let unchanged = known.is_some_and(|known| known.split(',').any(|tag| tag.trim() == self.tag));
        let mut response = if unchanged {
            StatusCode::NOT_MODIFIED.into_response()
        } else if request.method == Method::HEAD {
            Body::empty().into_response()
        } else {
            Body::from_stream(ReaderStream::new(self.file)).into_response()
        };
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(lifetime));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(tag) = HeaderValue::from_str(&self.tag) {
            headers.insert(header::ETAG, tag);
        }
        if !unchanged {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(self.size));
            if let Some(encoding) = self.encoding {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
        }
        response
    }
}

/// The file in the best encoding that the browser takes and the build made.
async fn open(folder: &Path, name: &str, headers: &HeaderMap) -> io::Result<Option<Found>> {
    for (encoding, suffix) in ENCODINGS {
        if accepts(headers, encoding)
            && let Some(found) = open_one(folder, &format!("{name}.{suffix}"), Some(encoding)).await?
        {
            return Ok(Some(found));
        }
    }
    open_one(folder, name, None).await
}

async fn open_one(folder: &Path, name: &str, encoding: Option<&'static str>) -> io::Result<Option<Found>> {
    // Resolved before it is opened: a link out of the folder is no file of the app.
    let path = match tokio::fs::canonicalize(folder.join(name)).await {
        Ok(path) if path.starts_with(folder) => path,
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let file = File::open(path).await?;
    let facts = file.metadata().await?;
    if !facts.is_file() || facts.len() > FILE_MAX {
        return Ok(None);
    }
    let since = facts.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    let stamp = since.map_or(0, |since| since.as_nanos());
    let tag = format!("\"{stamp:x}-{:x}{}\"", facts.len(), encoding.unwrap_or_default());
    Ok(Some(Found { file, size: facts.len(), tag, encoding }))
}

/// Whether `accept-encoding` names it without refusing it.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|offer| {
        let (name, weight) = offer.split_once(';').unwrap_or((offer, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse() == Ok(0.0_f32));
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "json" | "map" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        "ico" => "image/x-icon",
        _ => "application/octet-stream",
    }
}

fn no_app() -> Response {
    let mut response = (StatusCode::OK, NO_APP).into_response();
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, html);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn text(status: StatusCode, text: &'static str) -> Response {
    let mut response = (status, text).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
