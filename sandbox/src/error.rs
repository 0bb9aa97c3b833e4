//! The errors that Atlas answers with.
//!
//! Codes and statuses are Atlas'; the sentences are the sandbox's own.

use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use crate::state::Refusal;

/// An error code. All but the last three stand in the spec, and a test holds the statuses against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    PrivatelinkNotFound,
    InterfaceEndpointNotFound,
    InterfaceEndpointIdMalformed,
    AlreadyExistsForRegion,
    InterfaceEndpointAlreadyExists,
    CannotAcceptEndpoints,
    CannotDeleteWithEndpoints,
    InvalidRegion,
    InvalidProvider,
    MalformedJson,
    InvalidJson,
    InvalidJsonAttribute,
    InvalidAttribute,
    MissingAttribute,
    MissingAttributes,
    InvalidQueryParameter,
    UserUnauthorized,
    InvalidGroupId,
    GroupNotFound,
    ResourceNotFound,
    WritesOff,
    RateLimited,
    /// The sandbox's own, as Atlas' table has none that fits: its only 405 means "try again later".
    MethodNotAllowed,
    /// The sandbox's own.
    UnsupportedMediaType,
    /// The sandbox's own.
    RequestTooLarge,
}

impl Code {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 25] = [
        Self::PrivatelinkNotFound,
        Self::InterfaceEndpointNotFound,
        Self::InterfaceEndpointIdMalformed,
        Self::AlreadyExistsForRegion,
        Self::InterfaceEndpointAlreadyExists,
        Self::CannotAcceptEndpoints,
        Self::CannotDeleteWithEndpoints,
        Self::InvalidRegion,
        Self::InvalidProvider,
        Self::MalformedJson,
        Self::InvalidJson,
        Self::InvalidJsonAttribute,
        Self::InvalidAttribute,
        Self::MissingAttribute,
        Self::MissingAttributes,
        Self::InvalidQueryParameter,
        Self::UserUnauthorized,
        Self::InvalidGroupId,
        Self::GroupNotFound,
        Self::ResourceNotFound,
        Self::WritesOff,
        Self::RateLimited,
        Self::MethodNotAllowed,
        Self::UnsupportedMediaType,
        Self::RequestTooLarge,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PrivatelinkNotFound => "PRIVATELINK_NOT_FOUND",
            Self::InterfaceEndpointNotFound => "PRIVATELINK_INTERFACE_ENDPOINT_NOT_FOUND",
            Self::InterfaceEndpointIdMalformed => "PRIVATELINK_INTERFACE_ENDPOINT_ID_MALFORMED",
            Self::AlreadyExistsForRegion => {
                "PRIVATELINK_ENDPOINT_SERVICE_ALREADY_EXISTS_FOR_REGION"
            }
            Self::InterfaceEndpointAlreadyExists => "PRIVATELINK_INTERFACE_ENDPOINT_ALREADY_EXISTS",
            Self::CannotAcceptEndpoints => "PRIVATELINK_CANNOT_ACCEPT_ENDPOINTS",
            Self::CannotDeleteWithEndpoints => "CANNOT_DELETE_PRIVATELINK_WITH_ENDPOINTS",
            Self::InvalidRegion => "INVALID_REGION",
            Self::InvalidProvider => "INVALID_PROVIDER",
            Self::MalformedJson => "MALFORMED_JSON",
            Self::InvalidJson => "INVALID_JSON",
            Self::InvalidJsonAttribute => "INVALID_JSON_ATTRIBUTE",
            Self::InvalidAttribute => "INVALID_ATTRIBUTE",
            Self::MissingAttribute => "MISSING_ATTRIBUTE",
            Self::MissingAttributes => "MISSING_ATTRIBUTES",
            Self::InvalidQueryParameter => "INVALID_QUERY_PARAMETER",
            Self::UserUnauthorized => "USER_UNAUTHORIZED",
            Self::InvalidGroupId => "INVALID_GROUP_ID",
            Self::GroupNotFound => "GROUP_NOT_FOUND",
            Self::ResourceNotFound => "RESOURCE_NOT_FOUND",
            Self::WritesOff => "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES",
            Self::RateLimited => "RATE_LIMITED",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::RequestTooLarge => "REQUEST_TOO_LARGE",
        }
    }

    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::PrivatelinkNotFound
            | Self::InterfaceEndpointNotFound
            | Self::InterfaceEndpointIdMalformed
            | Self::InvalidGroupId
            | Self::GroupNotFound
            | Self::ResourceNotFound => StatusCode::NOT_FOUND,
            Self::AlreadyExistsForRegion
            | Self::InterfaceEndpointAlreadyExists
            | Self::CannotAcceptEndpoints
            | Self::CannotDeleteWithEndpoints => StatusCode::CONFLICT,
            Self::InvalidRegion
            | Self::InvalidProvider
            | Self::MalformedJson
            | Self::InvalidJson
            | Self::InvalidJsonAttribute
            | Self::InvalidAttribute
            | Self::MissingAttribute
            | Self::MissingAttributes
            | Self::InvalidQueryParameter => StatusCode::BAD_REQUEST,
            Self::UserUnauthorized => StatusCode::UNAUTHORIZED,
            Self::WritesOff | Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::RequestTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }
}

/// An error answer.
#[derive(Debug)]
pub(crate) struct ApiError {
    pub(crate) code: Code,
    detail: String,
    parameters: Vec<String>,
    /// What the `Allow` header of a 405 lists.
    pub(crate) allowed: Vec<Method>,
    /// The seconds that the `Retry-After` header of a 429 has.
    pub(crate) retry_after: Option<u64>,
}

impl ApiError {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            parameters: Vec::new(),
            allowed: Vec::new(),
            retry_after: None,
        }
    }

    /// Adds a value that the sentence speaks of.
    pub(crate) fn about(mut self, value: impl Into<String>) -> Self {
        self.parameters.push(value.into());
        self
    }

    pub(crate) fn method_not_allowed(method: &Method, allowed: Vec<Method>) -> Self {
        let detail = format!("{method} is not possible here.");
        Self {
            allowed,
            ..Self::new(Code::MethodNotAllowed, detail).about(method.as_str())
        }
    }

    pub(crate) fn rate_limited(project: &str, seconds: u64) -> Self {
        let detail = format!("Too many requests for project {project} in this minute.");
        Self {
            retry_after: Some(seconds),
            ..Self::new(Code::RateLimited, detail).about(project)
        }
    }

    pub(crate) fn body(&self) -> Value {
        let status = self.code.status();
        json!({
            "detail": self.detail,
            "error": status.as_u16(),
            "errorCode": self.code.name(),
            "parameters": self.parameters,
            "reason": status.canonical_reason(),
        })
    }
}

/// What a refusal of the state machine was about.
#[derive(Clone, Copy, Default)]
pub(crate) struct Subject<'a> {
    pub(crate) project: &'a str,
    pub(crate) connection: &'a str,
    pub(crate) interface_endpoint: &'a str,
    pub(crate) region: &'a str,
}

impl Subject<'_> {
    pub(crate) fn refused(&self, refusal: Refusal) -> ApiError {
        let (code, value, detail) = match refusal {
            Refusal::NoSuchProject => (
                Code::GroupNotFound,
                self.project,
                format!("There is no project {}.", self.project),
            ),
            Refusal::NoSuchConnection => (
                Code::PrivatelinkNotFound,
                self.connection,
                format!(
                    "The project has no private endpoint connection {}.",
                    self.connection
                ),
            ),
            Refusal::NoSuchInterfaceEndpoint => (
                Code::InterfaceEndpointNotFound,
                self.interface_endpoint,
                format!(
                    "The connection has no interface endpoint {}.",
                    self.interface_endpoint
                ),
            ),
            Refusal::RegionTaken => (
                Code::AlreadyExistsForRegion,
                self.region,
                format!(
                    "The project has a private endpoint connection in {}.",
                    self.region
                ),
            ),
            Refusal::AlreadyAdded => (
                Code::InterfaceEndpointAlreadyExists,
                self.interface_endpoint,
                format!(
                    "The connection has interface endpoint {} already.",
                    self.interface_endpoint
                ),
            ),
            Refusal::NotReady => (
                Code::CannotAcceptEndpoints,
                self.connection,
                format!(
                    "Private endpoint connection {} is not ready.",
                    self.connection
                ),
            ),
            Refusal::HasInterfaceEndpoints => (
                Code::CannotDeleteWithEndpoints,
                self.connection,
                format!(
                    "Private endpoint connection {} has interface endpoints.",
                    self.connection
                ),
            ),
        };
        ApiError::new(code, detail).about(value)
    }
}
