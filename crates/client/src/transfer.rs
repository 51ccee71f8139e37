//! Files up and down, streamed.

use futures::TryStreamExt as _;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use http_body::Frame;
use http_body_util::{BodyStream, StreamBody};
use hyper::body::Incoming;
use tokio::io::AsyncRead;
use tokio_util::io::{ReaderStream, StreamReader};

use crate::error::ClientError;
use crate::http_client::{Body, Http, accepted, get, without_query};

/// What is read at once: fills a packet many times over and keeps memory small.
const CHUNK_BYTES: usize = 64 * 1024;

impl Http {
    /// Starts a download: the answer's head, and its body as a reader.
    pub async fn download(
        &self,
        path: &str,
    ) -> Result<(http::response::Parts, impl AsyncRead + Send + Unpin + use<>), ClientError> {
        let response = accepted(self.send(get(path)?).await?, path).await?;
        let (parts, body) = response.into_parts();
        let frames = BodyStream::new(body).map_err(std::io::Error::other);
        let chunks = frames.try_filter_map(|frame| std::future::ready(Ok(frame.into_data().ok())));
        Ok((parts, StreamReader::new(Box::pin(chunks))))
    }

    /// Uploads what a reader gives. With a length the server can refuse at once what is too large.
    pub async fn upload<R>(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        length: Option<u64>,
        content: R,
    ) -> Result<Response<Incoming>, ClientError>
    where
        R: AsyncRead + Send + 'static,
    {
        let chunks = ReaderStream::with_capacity(content, CHUNK_BYTES).map_ok(Frame::data);
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::new(StreamBody::new(chunks)))
            .map_err(|source| ClientError::Request { path: without_query(path), source })?;
        *request.headers_mut() = headers;
        if let Some(length) = length {
            request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        accepted(self.send(request).await?, path).await
    }
}
