//! What can be waited for.

use crate::types::{
    ErrorCode, InterfaceEndpoint, InterfaceEndpointStatus, PrivateEndpointConnection,
    PrivateEndpointConnectionStatus,
};
use crate::{Operation, operations};

/// What can be waited for: a [`PrivateEndpointConnection`] or an [`InterfaceEndpoint`].
pub trait Resource: internal::Described {}

impl Resource for PrivateEndpointConnection {}

impl Resource for InterfaceEndpoint {}

pub(super) mod internal {
    use std::fmt;

    use serde::de::DeserializeOwned;

    use super::{ErrorCode, Operation};

    /// What a waiter has to know of a resource. Nobody else can implement it.
    pub trait Described:
        Clone + PartialEq + fmt::Debug + DeserializeOwned + Send + Sync + 'static
    {
        /// The states that it can be in.
        type Status: Clone + PartialEq + fmt::Debug + Send + Sync + 'static;

        /// What a 404 names that means that it is gone, and not that the project is.
        const GONE: &'static [ErrorCode];

        /// The operation that looks at it.
        fn look() -> &'static Operation;

        /// Its state as the API writes it.
        fn state(&self) -> &str;

        /// What its state comes to.
        fn status(&self) -> &Self::Status;

        /// Atlas' own words on what went wrong.
        fn message(&self) -> Option<&str>;

        /// It waits for the user, and not for Atlas.
        fn is_waiting_for_user(&self) -> bool;
    }
}

/// Atlas may give a message that it has not as an empty one.
fn said(message: Option<&str>) -> Option<&str> {
    message.filter(|message| !message.is_empty())
}

impl internal::Described for PrivateEndpointConnection {
    type Status = PrivateEndpointConnectionStatus;

    const GONE: &'static [ErrorCode] = &[ErrorCode::PrivatelinkNotFound];

    fn look() -> &'static Operation {
        &operations::GET_PRIVATE_ENDPOINT_CONNECTION
    }

    fn state(&self) -> &str {
        self.status.as_str()
    }

    fn status(&self) -> &Self::Status {
        &self.status
    }

    fn message(&self) -> Option<&str> {
        said(self.error_message.as_deref())
    }

    fn is_waiting_for_user(&self) -> bool {
        self.status == PrivateEndpointConnectionStatus::WaitingForUser
            && self.interface_endpoints.is_empty()
    }
}

impl internal::Described for InterfaceEndpoint {
    type Status = InterfaceEndpointStatus;

    /// Nothing is left of it either when its connection is gone.
    const GONE: &'static [ErrorCode] = &[
        ErrorCode::PrivatelinkInterfaceEndpointNotFound,
        ErrorCode::PrivatelinkNotFound,
    ];

    fn look() -> &'static Operation {
        &operations::GET_INTERFACE_ENDPOINT
    }

    fn state(&self) -> &str {
        self.status().as_str()
    }

    fn status(&self) -> &Self::Status {
        if self.delete_requested {
            return &InterfaceEndpointStatus::Deleting;
        }
        &self.connection_status
    }

    fn message(&self) -> Option<&str> {
        said(self.error_message.as_deref())
    }

    fn is_waiting_for_user(&self) -> bool {
        false
    }
}
