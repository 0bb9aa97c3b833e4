//! What who waits gets to see.

use std::fmt;
use std::time::Duration;

use super::resource::Resource;
use super::resource::internal::Described;
use crate::Error;

/// What a look at a resource has shown. Displayed, it is the state, with Atlas' message if there is one.
#[derive(Debug)]
#[non_exhaustive]
pub enum Observation<R> {
    /// It is there.
    Found(R),
    /// It is not there, or no longer.
    NotFound,
    /// The look failed in a way that may pass, so that nobody knows.
    Unknown(Error),
}

impl<R: Resource> Observation<R> {
    /// The state as the API writes it; `gone` or `unknown` where there is none.
    ///
    /// An interface endpoint that Atlas was asked to delete is `DELETING`.
    pub fn state(&self) -> &str {
        match self {
            Self::Found(resource) => resource.state(),
            Self::NotFound => "gone",
            Self::Unknown(_) => "unknown",
        }
    }

    /// The resource, if it is there.
    pub fn resource(&self) -> Option<&R> {
        match self {
            Self::Found(resource) => Some(resource),
            Self::NotFound | Self::Unknown(_) => None,
        }
    }

    /// Whether it stays as it is until the user does something: a private endpoint connection that is
    /// `WAITING_FOR_USER` and has no interface endpoint yet.
    pub fn is_waiting_for_user(&self) -> bool {
        self.resource().is_some_and(Described::is_waiting_for_user)
    }

    /// Whether nothing has changed since another look. Looks that failed are all the same.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Found(resource), Self::Found(other)) => resource == other,
            (Self::NotFound, Self::NotFound) | (Self::Unknown(_), Self::Unknown(_)) => true,
            _ => false,
        }
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

/// Something that was seen and had not been seen at the look before.
#[derive(Debug)]
#[non_exhaustive]
pub struct WaitStep<'s, R> {
    /// What was seen. Any field of the resource may have changed.
    pub observation: &'s Observation<R>,
    /// How long the waiting has taken until then.
    pub elapsed: Duration,
}

/// What one look has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress<T> {
    /// It is not there yet. Look again after a while.
    Pending {
        /// The state that was seen, as [`Observation::state`] tells it.
        state: String,
        /// Whether what was seen differs from what the look before showed.
        changed: bool,
    },
    /// It is where it should be.
    Done(T),
}
