//! Creating what does not exist yet, so that a program can run twice.

mod connection;
mod interface_endpoint;

use std::fmt;

use crate::error::UnknownOutcome;
use crate::wait::{PollSchedule, TimedOut};
use crate::{Error, PrivateLinkId};
pub use connection::EnsureConnection;
pub use interface_endpoint::EnsureInterfaceEndpoint;

/// How often Atlas may report that a resource exists that cannot be found.
const MAX_CONTRADICTIONS: u32 = 3;

/// Counts how often Atlas reported that a resource exists that could not be found.
#[derive(Debug, Default)]
struct Contradictions(u32);

impl Contradictions {
    /// Polls again, or returns Atlas' `refusal` when there were too many or no time is left.
    fn again<T>(&mut self, refusal: Error, schedule: &PollSchedule) -> Result<Option<T>, Error> {
        self.0 += 1;
        if self.0 == MAX_CONTRADICTIONS || schedule.remaining().is_zero() {
            return Err(refusal);
        }
        Ok(None)
    }
}

/// Marks the outcome of a POST as unknown that was in flight when the wait timed out.
fn timed_out(error: Error, when: TimedOut) -> Error {
    match when {
        TimedOut::BeforeStart => error,
        TimedOut::InFlight => error.with_unknown_outcome(UnknownOutcome::because(
            "the time was over before Atlas had answered",
        )),
    }
}

/// A resource that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ensured<T> {
    /// It was created now.
    Created(T),
    /// It existed before, in whatever state it is.
    Existing(T),
}

impl<T> Ensured<T> {
    /// Returns a reference to the resource.
    pub fn get(&self) -> &T {
        match self {
            Self::Created(resource) | Self::Existing(resource) => resource,
        }
    }

    /// Returns the resource.
    pub fn into_inner(self) -> T {
        match self {
            Self::Created(resource) | Self::Existing(resource) => resource,
        }
    }

    /// Returns true when the resource was created now.
    pub fn is_created(&self) -> bool {
        matches!(self, Self::Created(_))
    }
}

/// A step on the way to an existing resource. Displayed, it is a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnsureStep {
    /// The resource is created, since none is known to be it.
    Creating,
    /// Atlas reports that the resource exists. It is looked up.
    AlreadyExists,
    /// The resource is one of these, whose regions are not known yet.
    WaitingForRegion(Vec<PrivateLinkId>),
    /// The resource is being deleted. Another is created after that.
    WaitingForDeletion,
}

impl fmt::Display for EnsureStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Creating => f.write_str("creating it"),
            Self::AlreadyExists => {
                f.write_str("Atlas says that there is one already; looking for it")
            }
            Self::WaitingForRegion(ids) => {
                let ids: Vec<&str> = ids.iter().map(PrivateLinkId::as_str).collect();
                let ids = ids.join(", ");
                write!(f, "waiting until Atlas tells the region of {ids}")
            }
            Self::WaitingForDeletion => {
                f.write_str("waiting until the one that is being deleted is gone")
            }
        }
    }
}
