//! What the sandbox remembers of each request, for tests that count them.

use hyper::header::AUTHORIZATION;
use hyper::http::request::Parts;

use crate::fault::Effect;

/// One HTTP request that the sandbox received, whether it answered or not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestRecord {
    /// `GET`, for example. Empty for a connection that was reset before anything was read from it.
    pub method: String,
    /// The path as it was sent, without the query.
    pub path: String,
    /// The query as it was sent, without the question mark.
    pub query: Option<String>,
    /// The operation of the spec that the method and the path stand for, even if the request got no
    /// further than a 401; `token` at the token endpoint.
    pub operation: Option<String>,
    /// The HTTP status of the answer, even of one that was sent in part only; 200 for everything in an
    /// envelope, and 0 when no byte was sent.
    pub status: u16,
    /// Whether there was an `Authorization` header, right or wrong.
    pub has_authorization: bool,
    /// The effect of the [fault](crate::fault) that befell it, as [`Effect`] is
    /// displayed.
    pub fault: Option<String>,
}

impl RequestRecord {
    pub(crate) fn new(
        parts: &Parts,
        operation: Option<String>,
        status: u16,
        fault: Option<&Effect>,
    ) -> Self {
        Self {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            operation,
            status,
            has_authorization: parts.headers.contains_key(AUTHORIZATION),
            fault: fault.map(Effect::to_string),
        }
    }

    /// A connection of which no more is known than that it was there.
    pub(crate) fn connection(fault: &Effect) -> Self {
        Self {
            method: String::new(),
            path: String::new(),
            query: None,
            operation: None,
            status: 0,
            has_authorization: false,
            fault: Some(fault.to_string()),
        }
    }
}
