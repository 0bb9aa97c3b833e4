//! What an operation of the API is.

use reqwest::Method;

/// One operation of the API, as a row of [`operations`](crate::operations).
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The operation id of the description, unique and in camel case: `listPrivateEndpointConnections`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below which all operations of its description lie: `/api/atlas/v1.0`.
    pub base_path: &'static str,
    /// The path below that, with its parameters in braces: `/groups/{groupId}/privateEndpoint`.
    pub path: &'static str,
    /// Whether sending it twice leaves the same state as sending it once.
    pub idempotent: bool,
    /// What it does, as a sentence.
    pub summary: &'static str,
    /// The Atlas roles of which the caller needs one.
    pub roles: &'static [&'static str],
}
