//! States observed while waiting.

use std::fmt;
use std::time::Duration;

use self::internal::Described;
use crate::types::{
    ErrorCode, InterfaceEndpoint, InterfaceEndpointStatus, PrivateEndpointConnection,
    PrivateEndpointConnectionStatus,
};
use crate::{Error, Operation, operations};

/// The result of polling a resource. Displayed, it is the state, with Atlas' error message if there is one.
#[derive(Debug)]
#[non_exhaustive]
pub enum Observation<R> {
    /// The resource exists.
    Found(R),
    /// The resource does not exist.
    NotFound,
    /// The state is unknown, since the poll failed with a transient error, or the first one found nothing.
    Unknown(Error),
}

impl<R: Resource> Observation<R> {
    /// Returns the state as the API writes it; `gone` or `unknown` where there is none.
    ///
    /// An interface endpoint whose deletion was requested is `DELETING`.
    pub fn state(&self) -> &str {
        match self {
            Self::Found(resource) => resource.state(),
            Self::NotFound => "gone",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Returns the resource, if it exists.
    pub fn resource(&self) -> Option<&R> {
        match self {
            Self::Found(resource) => Some(resource),
            Self::NotFound | Self::Unknown(_) => None,
        }
    }

    /// Returns true when nothing has changed between two observations. All failures are equal.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Found(resource), Self::Found(other)) => resource == other,
            (Self::NotFound, Self::NotFound) | (Self::Unknown(_), Self::Unknown(_)) => true,
            _ => false,
        }
    }
}

impl Observation<PrivateEndpointConnection> {
    /// Returns true when the state does not change until the user acts: the connection is `WAITING_FOR_USER` and
    /// has no interface endpoint yet.
    pub fn is_waiting_for_user(&self) -> bool {
        self.resource().is_some_and(|connection| {
            connection.status == PrivateEndpointConnectionStatus::WaitingForUser
                && connection.interface_endpoints.is_empty()
        })
    }
}

impl<R: Resource> fmt::Display for Observation<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Found(resource) => match resource.message() {
                Some(message) => write!(f, "{}: {message}", resource.state()),
                None => f.write_str(resource.state()),
            },
            Self::NotFound => f.write_str("gone"),
            Self::Unknown(error) => write!(f, "unknown: {error}"),
        }
    }
}

/// An observation that differs from the one before.
#[derive(Debug)]
#[non_exhaustive]
pub struct WaitStep<'s, R> {
    /// The observation. Any field of the resource may have changed.
    pub observation: &'s Observation<R>,
    /// The time since the wait began.
    pub elapsed: Duration,
}

/// The progress of a wait after one poll.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress<R> {
    /// The goal is not reached. Poll again after a while.
    Pending {
        /// The observed state, as [`Observation::state`] returns it.
        state: String,
        /// True if the observation differs from the one before.
        changed: bool,
    },
    /// The goal is reached; `None` when the resource was deleted.
    Done(Option<R>),
}

/// A resource that can be waited for: a [`PrivateEndpointConnection`] or an [`InterfaceEndpoint`].
pub trait Resource: Described {}

impl Resource for PrivateEndpointConnection {}

impl Resource for InterfaceEndpoint {}

pub(super) mod internal {
    use std::fmt;

    use serde::de::DeserializeOwned;

    use super::{ErrorCode, Operation};

    /// The properties of a resource that a waiter uses. Other crates cannot implement it.
    pub trait Described:
        Clone + PartialEq + fmt::Debug + DeserializeOwned + Send + Sync + 'static
    {
        /// The type of its state.
        type Status: Clone + PartialEq + fmt::Debug + Send + Sync + 'static;

        /// The codes of a 404 for a missing resource. A missing project has another code.
        const NOT_FOUND: &'static [ErrorCode];

        /// Returns the operation that fetches it.
        fn operation() -> &'static Operation;

        /// Returns its state as the API writes it.
        fn state(&self) -> &str;

        /// Returns its state.
        fn status(&self) -> &Self::Status;

        /// Returns Atlas' error message.
        fn message(&self) -> Option<&str>;
    }
}

/// Atlas may return an empty message instead of none.
fn non_empty(message: Option<&str>) -> Option<&str> {
    message.filter(|message| !message.is_empty())
}

impl Described for PrivateEndpointConnection {
    type Status = PrivateEndpointConnectionStatus;

    const NOT_FOUND: &'static [ErrorCode] = &[ErrorCode::PrivatelinkNotFound];

    fn operation() -> &'static Operation {
        &operations::GET_PRIVATE_ENDPOINT_CONNECTION
    }

    fn state(&self) -> &str {
        self.status.as_str()
    }

    fn status(&self) -> &Self::Status {
        &self.status
    }

    fn message(&self) -> Option<&str> {
        non_empty(self.error_message.as_deref())
    }
}

impl Described for InterfaceEndpoint {
    type Status = InterfaceEndpointStatus;

    /// An interface endpoint does not exist without its connection.
    const NOT_FOUND: &'static [ErrorCode] = &[
        ErrorCode::PrivatelinkInterfaceEndpointNotFound,
        ErrorCode::PrivatelinkNotFound,
    ];

    fn operation() -> &'static Operation {
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
        non_empty(self.error_message.as_deref())
    }
}
