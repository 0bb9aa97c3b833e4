//! What the library returns of a resource, and the status that it pins one to.

use serde::{Deserialize, Serialize};

/// A private endpoint connection at the time of the snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConnectionSnapshot {
    /// 24 hexadecimal digits; the first eight are the time of creation in seconds.
    pub id: String,
    /// The AWS region, such as `us-east-1`.
    pub region: String,
    /// The status that a client sees.
    pub status: String,
    /// The name of the VPC endpoint service, once it exists.
    pub endpoint_service_name: Option<String>,
    /// The error message that was pinned with the status.
    pub error_message: Option<String>,
    /// The interface endpoints, in the order in which they were added.
    pub interface_endpoints: Vec<InterfaceEndpointSnapshot>,
}

/// An interface endpoint at the time of the snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InterfaceEndpointSnapshot {
    /// `vpce-` followed by letters and digits.
    pub id: String,
    /// The status that a client sees.
    pub status: String,
    /// True while a deletion is in progress.
    pub delete_requested: bool,
    /// The error message that was pinned with the status.
    pub error_message: Option<String>,
}

/// A status to pin a resource to, with an optional error message.
///
/// Any text is accepted, so that tests can use statuses that no reference lists. A string converts to a
/// status without an error message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PinnedStatus {
    pub(super) status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) error_message: Option<String>,
}

impl PinnedStatus {
    /// Makes a status without an error message.
    pub fn new(status: impl Into<String>) -> Self {
        Self {
            status: status.into(),
            error_message: None,
        }
    }

    pub(crate) fn status(&self) -> &str {
        &self.status
    }

    /// Adds an error message, as `FAILED` and `REJECTED` have one.
    #[must_use]
    pub fn with_error(mut self, message: impl Into<String>) -> Self {
        self.error_message = Some(message.into());
        self
    }
}

impl<T: Into<String>> From<T> for PinnedStatus {
    fn from(status: T) -> Self {
        Self::new(status)
    }
}
