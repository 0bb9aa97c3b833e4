//! What is waited for, and what each state means for it: one table per resource and goal.

use crate::types::{
    InterfaceEndpoint, InterfaceEndpointStatus as Endpoint, PrivateEndpointConnection,
    PrivateEndpointConnectionStatus as Connection,
};
use internal::Judge;

use super::resource::Resource;

/// What an `R` can be waited for: [`Ready`], [`Available`], [`Deleted`], or one that is known when the
/// program runs only, as a [`ConnectionGoal`] or an [`InterfaceEndpointGoal`].
pub trait Goal<R: Resource>: Judge<R> {}

impl<R: Resource, G: Judge<R>> Goal<R> for G {}

/// A private endpoint connection takes interface endpoints. It gives the connection.
///
/// That is so when it is `WAITING_FOR_USER`, after its creation, and when it is `AVAILABLE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready;

/// A private endpoint connection, or an interface endpoint, is connected. It gives the resource.
///
/// A connection that is `WAITING_FOR_USER` becomes so only after somebody has added an interface
/// endpoint to it; [`Observation::is_waiting_for_user`](super::Observation::is_waiting_for_user) tells that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Available;

/// A resource is gone. It gives nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deleted;

/// What a private endpoint connection can be waited for, as a value. It gives the connection, or `None`
/// when that was to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionGoal {
    /// Like [`Ready`].
    Ready,
    /// Like [`Available`].
    Available,
    /// Like [`Deleted`].
    Deleted,
}

/// What an interface endpoint can be waited for, as a value. It gives the interface endpoint, or `None`
/// when that was to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InterfaceEndpointGoal {
    /// Like [`Available`].
    Available,
    /// Like [`Deleted`].
    Deleted,
}

/// What a state means to who waits.
#[derive(Debug)]
pub(super) enum Meaning {
    Pending,
    Done,
    /// It will never be done; with what to do about that.
    Failed(&'static str),
    /// As `Failed` once the resource was seen in another state, and pending before.
    FailedAfterAnother(&'static str),
}

/// What all states mean for one goal. A state that has no row is pending.
#[derive(Debug)]
pub struct Table<S: 'static> {
    /// The goal as the end of a sentence.
    pub(super) goal: &'static str,
    pub(super) states: &'static [(S, Meaning)],
    /// Being gone is the goal. Where it is not, the answer 404 is the end.
    pub(super) gone_is_done: bool,
}

impl<S: PartialEq> Table<S> {
    pub(super) fn meaning(&self, status: &S) -> &Meaning {
        let row = self.states.iter().find(|(state, _)| state == status);
        row.map_or(&Meaning::Pending, |(_, meaning)| meaning)
    }
}

const FAILED: &str = "delete it, and create another one";
const BEING_DELETED: &str = "somebody is deleting it";
const REJECTED: &str = "delete it from the connection, and add a new one";
const NOT_DELETED: &str = "try to delete it again";

static CONNECTION_READY: Table<Connection> = Table {
    goal: "to be ready",
    states: &[
        (Connection::Initiating, Meaning::Pending),
        (Connection::WaitingForUser, Meaning::Done),
        (Connection::Available, Meaning::Done),
        (Connection::Failed, Meaning::Failed(FAILED)),
        (Connection::Deleting, Meaning::Failed(BEING_DELETED)),
    ],
    gone_is_done: false,
};

static CONNECTION_AVAILABLE: Table<Connection> = Table {
    goal: "to be available",
    states: &[
        (Connection::Initiating, Meaning::Pending),
        (Connection::WaitingForUser, Meaning::Pending),
        (Connection::Available, Meaning::Done),
        (Connection::Failed, Meaning::Failed(FAILED)),
        (Connection::Deleting, Meaning::Failed(BEING_DELETED)),
    ],
    gone_is_done: false,
};

static CONNECTION_DELETED: Table<Connection> = Table {
    goal: "to be gone",
    states: &[
        (Connection::Initiating, Meaning::Pending),
        (Connection::WaitingForUser, Meaning::Pending),
        (Connection::Available, Meaning::Pending),
        // The deletion of one that is FAILED begins in that state.
        (Connection::Failed, Meaning::FailedAfterAnother(NOT_DELETED)),
        (Connection::Deleting, Meaning::Pending),
    ],
    gone_is_done: true,
};

static ENDPOINT_AVAILABLE: Table<Endpoint> = Table {
    goal: "to be available",
    states: &[
        (Endpoint::None, Meaning::Pending),
        (Endpoint::PendingAcceptance, Meaning::Pending),
        (Endpoint::Pending, Meaning::Pending),
        (Endpoint::Available, Meaning::Done),
        (Endpoint::Rejected, Meaning::Failed(REJECTED)),
        (Endpoint::Deleting, Meaning::Failed(BEING_DELETED)),
    ],
    gone_is_done: false,
};

static ENDPOINT_DELETED: Table<Endpoint> = Table {
    goal: "to be gone",
    states: &[
        (Endpoint::None, Meaning::Pending),
        (Endpoint::PendingAcceptance, Meaning::Pending),
        (Endpoint::Pending, Meaning::Pending),
        (Endpoint::Available, Meaning::Pending),
        // To disconnect it may mean to reject it.
        (Endpoint::Rejected, Meaning::Pending),
        (Endpoint::Deleting, Meaning::Pending),
    ],
    gone_is_done: true,
};

pub(super) mod internal {
    use super::{Resource, Table};

    /// Finds the table of a goal, and makes what it gives. Nobody else can implement it.
    pub trait Judge<R: Resource>: Send + Sync + 'static {
        /// What there is at the end.
        type Output: Send + 'static;

        /// What the states mean.
        fn table(&self) -> &'static Table<R::Status>;

        /// What it gives when the resource's state is done; `None` where a table cannot say so.
        fn found(resource: R) -> Option<Self::Output>;

        /// What it gives when being gone is done; `None` where a table cannot say so.
        fn gone() -> Option<Self::Output>;
    }
}

/// Goals that give the resource.
macro_rules! gives_the_resource {
    ($($goal:ty: $resource:ty => $table:ident;)*) => {$(
        impl Judge<$resource> for $goal {
            type Output = $resource;

            fn table(&self) -> &'static Table<<$resource as super::resource::internal::Described>::Status> {
                &$table
            }

            fn found(resource: $resource) -> Option<$resource> {
                Some(resource)
            }

            fn gone() -> Option<$resource> {
                None
            }
        }
    )*};
}

gives_the_resource! {
    Ready: PrivateEndpointConnection => CONNECTION_READY;
    Available: PrivateEndpointConnection => CONNECTION_AVAILABLE;
    Available: InterfaceEndpoint => ENDPOINT_AVAILABLE;
}

impl Judge<PrivateEndpointConnection> for Deleted {
    type Output = ();

    fn table(&self) -> &'static Table<Connection> {
        &CONNECTION_DELETED
    }

    fn found(_: PrivateEndpointConnection) -> Option<()> {
        None
    }

    fn gone() -> Option<()> {
        Some(())
    }
}

impl Judge<InterfaceEndpoint> for Deleted {
    type Output = ();

    fn table(&self) -> &'static Table<Endpoint> {
        &ENDPOINT_DELETED
    }

    fn found(_: InterfaceEndpoint) -> Option<()> {
        None
    }

    fn gone() -> Option<()> {
        Some(())
    }
}

impl Judge<PrivateEndpointConnection> for ConnectionGoal {
    type Output = Option<PrivateEndpointConnection>;

    fn table(&self) -> &'static Table<Connection> {
        match self {
            Self::Ready => &CONNECTION_READY,
            Self::Available => &CONNECTION_AVAILABLE,
            Self::Deleted => &CONNECTION_DELETED,
        }
    }

    fn found(resource: PrivateEndpointConnection) -> Option<Self::Output> {
        Some(Some(resource))
    }

    fn gone() -> Option<Self::Output> {
        Some(None)
    }
}

impl Judge<InterfaceEndpoint> for InterfaceEndpointGoal {
    type Output = Option<InterfaceEndpoint>;

    fn table(&self) -> &'static Table<Endpoint> {
        match self {
            Self::Available => &ENDPOINT_AVAILABLE,
            Self::Deleted => &ENDPOINT_DELETED,
        }
    }

    fn found(resource: InterfaceEndpoint) -> Option<Self::Output> {
        Some(Some(resource))
    }

    fn gone() -> Option<Self::Output> {
        Some(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<S: PartialEq + std::fmt::Debug>(table: &Table<S>, known: &[S]) {
        for status in known {
            let rows = table.states.iter().filter(|(state, _)| state == status);
            assert_eq!(rows.count(), 1, "{status:?} for {}", table.goal);
        }
        // What a goal gives fits its table: a deletion never ends with a resource.
        let ends_found = table
            .states
            .iter()
            .any(|(_, meaning)| matches!(meaning, Meaning::Done));
        assert_ne!(ends_found, table.gone_is_done, "{}", table.goal);
    }

    #[test]
    fn every_known_state_has_its_row_in_every_table() {
        for table in [
            &CONNECTION_READY,
            &CONNECTION_AVAILABLE,
            &CONNECTION_DELETED,
        ] {
            check(table, Connection::KNOWN);
        }
        for table in [&ENDPOINT_AVAILABLE, &ENDPOINT_DELETED] {
            check(table, Endpoint::KNOWN);
        }
    }

    #[test]
    fn an_unknown_state_is_pending() {
        let future = Connection::from("HIBERNATING");
        assert!(matches!(
            CONNECTION_READY.meaning(&future),
            Meaning::Pending
        ));
    }
}
