//! The JSON mirror: `POST /<Method>` with a proto3 JSON body calls the same handler as gRPC does.
//!
//! Request extensions (the caller's identity among them) travel along, so a handler can't tell the two apart.

use std::future::Future;

use axum::body::Bytes;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use http::{HeaderValue, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tonic::Status;

use crate::code::{Problem, ServiceCode};

#[allow(clippy::wildcard_imports)]
#[allow(missing_docs, clippy::too_many_lines)]
mod generated {
    include!("gen/json_mirror.rs");
}
pub use generated::*;

/// The largest JSON body read: a 4 MiB file in base64 and its envelope.
pub const BODY_MAX: usize = 6 * 1024 * 1024;

/// A route that calls one unary method.
fn unary<Q, R, F, Fut>(call: F) -> MethodRouter
where
    Q: DeserializeOwned + Default + Send + 'static,
    R: Serialize + Send + 'static,
    F: Fn(tonic::Request<Q>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<tonic::Response<R>, Status>> + Send + 'static,
{
    post(move |request: Request| {
        let call = call.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = match axum::body::to_bytes(body, BODY_MAX).await {
                Ok(body) => body,
                Err(_) => {
                    let message = format!("the body must arrive whole and be at most {BODY_MAX} bytes");
                    return problem(&Problem::new(ServiceCode::TooLarge, message));
                }
            };
            let message = match decode(&body) {
                Ok(message) => message,
                Err(error) => {
                    let text = format!("the body is not the JSON this method takes: {error}");
                    return problem(&Problem::new(ServiceCode::InvalidArgument, text));
                }
            };
            let metadata = tonic::metadata::MetadataMap::from_headers(parts.headers);
            let request = tonic::Request::from_parts(metadata, parts.extensions, message);
            match call(request).await {
                Ok(reply) => encode(reply.get_ref()),
                Err(status) => problem(&Problem::from(&status)),
            }
        }
    })
}

/// An empty body stands for an empty message.
fn decode<Q: DeserializeOwned + Default>(body: &Bytes) -> Result<Q, serde_json::Error> {
    if body.is_empty() { Ok(Q::default()) } else { serde_json::from_slice(body) }
}

fn encode<R: Serialize>(reply: &R) -> Response {
    match serde_json::to_vec(reply) {
        Ok(body) => {
            let json = HeaderValue::from_static("application/json");
            ([(header::CONTENT_TYPE, json)], body).into_response()
        }
        Err(_) => problem(&Problem::new(ServiceCode::Internal, "the reply could not be written as JSON")),
    }
}

/// A failed answer in the one JSON shape.
pub fn problem(problem: &Problem) -> Response {
    (problem.code.http(), axum::Json(problem)).into_response()
}
