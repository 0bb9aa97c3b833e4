//! What the sandbox remembers of each request, for tests that count them.

use hyper::StatusCode;
use hyper::header::AUTHORIZATION;
use hyper::http::request::Parts;

/// One HTTP request that the sandbox received and answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestRecord {
    /// `GET`, for example.
    pub method: String,
    /// The path as it was sent, without the query.
    pub path: String,
    /// The query as it was sent, without the question mark.
    pub query: Option<String>,
    /// The operation of the spec that the method and the path stand for, even if the request got no
    /// further than a 401.
    pub operation: Option<String>,
    /// The HTTP status of the answer; 200 for everything in an envelope.
    pub status: u16,
    /// Whether there was an `Authorization` header, right or wrong.
    pub authorization: bool,
}

impl RequestRecord {
    pub(crate) fn new(parts: &Parts, operation: Option<String>, status: StatusCode) -> Self {
        Self {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            operation,
            status: status.as_u16(),
            authorization: parts.headers.contains_key(AUTHORIZATION),
        }
    }
}
