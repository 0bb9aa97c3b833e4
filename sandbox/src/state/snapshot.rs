//! What the state looked like at one moment.

/// A private endpoint connection as it was when the snapshot was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionSnapshot {
    /// 24 hexadecimal digits; the first eight are the time of creation in seconds.
    pub id: String,
    /// The AWS region, `us-east-1` for example.
    pub region: String,
    /// The status that a client is shown.
    pub status: String,
    /// The name of the VPC endpoint service, once there is one.
    pub endpoint_service_name: Option<String>,
    /// The error that was pinned with the status.
    pub error_message: Option<String>,
    /// In the order in which they were added.
    pub interface_endpoints: Vec<InterfaceEndpointSnapshot>,
}

/// An interface endpoint as it was when the snapshot was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InterfaceEndpointSnapshot {
    /// `vpce-` and then letters and digits.
    pub id: String,
    /// The status that a client is shown.
    pub status: String,
    /// Whether its deletion is under way.
    pub delete_requested: bool,
    /// The error that was pinned with the status.
    pub error_message: Option<String>,
}

/// A status to hold a resource at, with or without an error message.
///
/// Any text will do, so that a status from the future can be tried, too. Where one is asked for, a string
/// is enough when there is no error message to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinnedStatus {
    pub(super) status: String,
    pub(super) error_message: Option<String>,
}

impl PinnedStatus {
    /// A status without an error message.
    pub fn new(status: impl Into<String>) -> Self {
        Self {
            status: status.into(),
            error_message: None,
        }
    }

    /// Adds the error message, as `FAILED` and `REJECTED` have one.
    #[must_use]
    pub fn with_error(mut self, message: impl Into<String>) -> Self {
        self.error_message = Some(message.into());
        self
    }
}

impl From<&str> for PinnedStatus {
    fn from(status: &str) -> Self {
        Self::new(status)
    }
}

impl From<String> for PinnedStatus {
    fn from(status: String) -> Self {
        Self::new(status)
    }
}
