//! Creating what is not there yet, so that a program can be run twice.

mod connection;
mod interface_endpoint;

use std::fmt;
use std::time::Duration;

use crate::error::UnknownOutcome;
use crate::wait::{Late, Pace, may_pass};
use crate::{Client, Error, PrivateLinkId};
pub use connection::EnsureConnection;
pub use interface_endpoint::EnsureInterfaceEndpoint;
pub(crate) use interface_endpoint::is_being_deleted;

/// How often Atlas may say that there is one already while none is to be found.
const CONTRADICTIONS: u32 = 3;

/// What one turn of the loop has come to.
enum Turn<T> {
    /// It is there.
    Have(Ensured<T>),
    /// The one that was being deleted is gone.
    Gone,
    /// Atlas says that there is one, and none is to be found.
    Contradiction(Error),
}

/// The turns that were taken, and the time for more.
struct Course {
    pace: Pace,
    contradictions: u32,
    /// It has begun to wait for something.
    waits: bool,
}

impl Course {
    fn begin(client: &Client, timeout: Duration) -> Self {
        Self {
            pace: Pace::begin(client.clock(), timeout),
            contradictions: 0,
            waits: false,
        }
    }

    /// What comes after a turn. Before another, it pauses.
    ///
    /// # Errors
    ///
    /// What the turn has come to, when another would come to the same.
    async fn after<T>(&mut self, turn: Result<Turn<T>, Error>) -> Result<Next<T>, Error> {
        match turn {
            Ok(Turn::Have(ensured)) => return Ok(Next::Have(ensured)),
            Ok(Turn::Gone) => {}
            Ok(Turn::Contradiction(refused)) => {
                self.contradictions += 1;
                if self.contradictions == CONTRADICTIONS || self.pace.left().is_zero() {
                    return Err(refused);
                }
            }
            // Once it waits, a failure that may pass does not end it.
            Err(error) if self.waits && may_pass(&error) => {}
            Err(error) => return Err(error),
        }
        self.waits = true;
        if self.pace.pause().await {
            return Ok(Next::Again);
        }
        Ok(Next::Late)
    }
}

/// What comes after a turn.
enum Next<T> {
    /// Nothing: it is there.
    Have(Ensured<T>),
    /// Another turn.
    Again,
    /// Nothing: the time is over.
    Late,
}

/// A POST whose answer did not come before the time was over.
fn late(error: Error, late: Late) -> Error {
    match late {
        Late::NotBegun => error,
        Late::GivenUp => error.with_unknown_outcome(UnknownOutcome::because(
            "the time was over before Atlas had answered",
        )),
    }
}

/// A resource, and whether it is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ensured<T> {
    /// It was made now.
    Created(T),
    /// It was there before, in whatever state it is.
    Existing(T),
}

impl<T> Ensured<T> {
    /// The resource.
    pub fn get(&self) -> &T {
        match self {
            Self::Created(resource) | Self::Existing(resource) => resource,
        }
    }

    /// The resource, for good.
    pub fn into_inner(self) -> T {
        match self {
            Self::Created(resource) | Self::Existing(resource) => resource,
        }
    }

    /// Whether it was made now.
    pub fn is_created(&self) -> bool {
        matches!(self, Self::Created(_))
    }
}

/// What is done to have a resource. Displayed, it is a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnsureStep {
    /// There is none that is known to be it, so Atlas is asked to create it.
    Creating,
    /// Atlas says that there is one already. It is looked for.
    AlreadyExists,
    /// It is one of these, which do not tell their region yet.
    WaitingForRegion(Vec<PrivateLinkId>),
    /// There is one that is being deleted. Another is created when it is gone.
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
