//! Errors that the API returns: Atlas' codes and statuses, and the sandbox's own wording.

use hyper::StatusCode;
use hyper::header::HeaderName;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(crate) type Result<T, E = ApiError> = std::result::Result<T, E>;

macro_rules! codes {
    ($($(#[$attribute:meta])* $variant:ident $status:ident $name:literal)+) => {
        /// An error code of Atlas, or one of the few that are the sandbox's own.
        // A test compares the codes and statuses with those of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Code {
            $(
                #[doc = concat!("`", $name, "`")]
                $(#[$attribute])*
                #[serde(rename = $name)]
                $variant,
            )+
        }

        impl Code {
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the code as it is sent.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            pub(crate) fn status(self) -> StatusCode {
                match self {
                    $(Self::$variant => StatusCode::$status,)+
                }
            }
        }
    };
}

codes! {
    PrivatelinkNotFound NOT_FOUND "PRIVATELINK_NOT_FOUND"
    InterfaceEndpointNotFound NOT_FOUND "PRIVATELINK_INTERFACE_ENDPOINT_NOT_FOUND"
    InterfaceEndpointIdMalformed NOT_FOUND "PRIVATELINK_INTERFACE_ENDPOINT_ID_MALFORMED"
    AlreadyExistsForRegion CONFLICT "PRIVATELINK_ENDPOINT_SERVICE_ALREADY_EXISTS_FOR_REGION"
    InterfaceEndpointAlreadyExists CONFLICT "PRIVATELINK_INTERFACE_ENDPOINT_ALREADY_EXISTS"
    CannotAcceptEndpoints CONFLICT "PRIVATELINK_CANNOT_ACCEPT_ENDPOINTS"
    CannotDeleteWithEndpoints CONFLICT "CANNOT_DELETE_PRIVATELINK_WITH_ENDPOINTS"
    TooManyNodes CONFLICT "PRIVATELINK_INCOMPATIBLE_TOO_MANY_NODES"
    ClusterIncompatible CONFLICT "CLUSTER_INCOMPATIBLE_WITH_EXISTING_PRIVATELINK"
    RestrictedToSingleRegion CONFLICT "MULTIPLE_PRIVATE_ENDPOINTS_RESTRICTED_TO_SINGLE_REGION"
    RegionUnavailable CONFLICT "REGION_UNAVAILABLE"
    InvalidRegion BAD_REQUEST "INVALID_REGION"
    InvalidProvider BAD_REQUEST "INVALID_PROVIDER"
    MalformedJson BAD_REQUEST "MALFORMED_JSON"
    InvalidJson BAD_REQUEST "INVALID_JSON"
    InvalidJsonAttribute BAD_REQUEST "INVALID_JSON_ATTRIBUTE"
    InvalidAttribute BAD_REQUEST "INVALID_ATTRIBUTE"
    MissingAttribute BAD_REQUEST "MISSING_ATTRIBUTE"
    MissingAttributes BAD_REQUEST "MISSING_ATTRIBUTES"
    InvalidPathParameter BAD_REQUEST "INVALID_PATH_PARAMETER"
    InvalidQueryParameter BAD_REQUEST "INVALID_QUERY_PARAMETER"
    UserUnauthorized UNAUTHORIZED "USER_UNAUTHORIZED"
    NotInGroup UNAUTHORIZED "NOT_IN_GROUP"
    UserCannotAccessGroup UNAUTHORIZED "USER_CANNOT_ACCESS_GROUP"
    AccessForbidden FORBIDDEN "ACCESS_FORBIDDEN"
    IpAddressNotOnWhitelist FORBIDDEN "IP_ADDRESS_NOT_ON_WHITELIST"
    ResourceRequiresWhitelist FORBIDDEN "RESOURCE_REQUIRES_WHITELIST"
    InvalidGroupId NOT_FOUND "INVALID_GROUP_ID"
    GroupNotFound NOT_FOUND "GROUP_NOT_FOUND"
    ResourceNotFound NOT_FOUND "RESOURCE_NOT_FOUND"
    WritesNotAllowed METHOD_NOT_ALLOWED "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES"
    RateLimited TOO_MANY_REQUESTS "RATE_LIMITED"
    UnexpectedError INTERNAL_SERVER_ERROR "UNEXPECTED_ERROR"
    ///
    /// The sandbox's own: Atlas' only 405 means "try again later".
    MethodNotAllowed METHOD_NOT_ALLOWED "METHOD_NOT_ALLOWED"
    ///
    /// The sandbox's own.
    UnsupportedMediaType UNSUPPORTED_MEDIA_TYPE "UNSUPPORTED_MEDIA_TYPE"
    ///
    /// The sandbox's own.
    RequestTooLarge PAYLOAD_TOO_LARGE "REQUEST_TOO_LARGE"
    ///
    /// The sandbox's own, for an operation of the spec without a handler.
    NotImplemented NOT_IMPLEMENTED "NOT_IMPLEMENTED"
}

/// An error response, before it is written as JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) code: Code,
    pub(crate) detail: String,
    parameters: Vec<String>,
    pub(crate) headers: Vec<(HeaderName, String)>,
}

impl ApiError {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            parameters: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// Adds a value that the detail is about.
    pub(crate) fn about(mut self, value: impl Into<String>) -> Self {
        self.parameters.push(value.into());
        self
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn detail(&self) -> &str {
        &self.detail
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
