//! The goals of waits, and what each state means for them: one table per goal.

use crate::types::{
    InterfaceEndpointStatus as Endpoint, PrivateEndpointConnectionStatus as Connection,
};

/// The state that a private endpoint connection is waited for to reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionGoal {
    /// The connection accepts interface endpoints: it is `WAITING_FOR_USER`, as after its creation, or
    /// `AVAILABLE`.
    Ready,
    /// The connection is `AVAILABLE`.
    ///
    /// A connection that is `WAITING_FOR_USER` becomes available only after the user has added an interface
    /// endpoint; see [`Observation::is_waiting_for_user`](super::Observation::is_waiting_for_user).
    Available,
    /// The connection does not exist.
    Deleted,
}

/// The state that an interface endpoint is waited for to reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InterfaceEndpointGoal {
    /// The interface endpoint is `AVAILABLE`.
    Available,
    /// The interface endpoint does not exist.
    Deleted,
}

/// The meaning of a state for a goal.
#[derive(Debug)]
pub(super) enum Meaning {
    Pending,
    Done,
    /// The goal will not be reached; with a remedy.
    Failed(&'static str),
    /// As `Failed` after the resource was observed in another state, and pending before.
    FailedAfterAnother(&'static str),
}

/// The meanings of all states for one goal. A state without a row is pending.
#[derive(Debug)]
pub(super) struct GoalTable<S: 'static> {
    /// The goal in messages, after the resource.
    pub(super) goal: &'static str,
    pub(super) states: &'static [(S, Meaning)],
    /// Whether a resource that does not exist has reached the goal. Otherwise a 404 ends the wait.
    pub(super) done_when_deleted: bool,
}

impl<S: PartialEq> GoalTable<S> {
    pub(super) fn meaning(&self, status: &S) -> &Meaning {
        let row = self.states.iter().find(|(state, _)| state == status);
        row.map_or(&Meaning::Pending, |(_, meaning)| meaning)
    }
}

const FAILED: &str = "delete it, and create another one";
const BEING_DELETED: &str = "somebody is deleting it";
const REJECTED: &str = "delete it from the connection, and add a new one";
const NOT_DELETED: &str = "try to delete it again";

static CONNECTION_READY: GoalTable<Connection> = GoalTable {
    goal: "to be ready",
    states: &[
        (Connection::Initiating, Meaning::Pending),
        (Connection::WaitingForUser, Meaning::Done),
        (Connection::Available, Meaning::Done),
        (Connection::Failed, Meaning::Failed(FAILED)),
        (Connection::Deleting, Meaning::Failed(BEING_DELETED)),
    ],
    done_when_deleted: false,
};

static CONNECTION_AVAILABLE: GoalTable<Connection> = GoalTable {
    goal: "to be available",
    states: &[
        (Connection::Initiating, Meaning::Pending),
        (Connection::WaitingForUser, Meaning::Pending),
        (Connection::Available, Meaning::Done),
        (Connection::Failed, Meaning::Failed(FAILED)),
        (Connection::Deleting, Meaning::Failed(BEING_DELETED)),
    ],
    done_when_deleted: false,
};

static CONNECTION_DELETED: GoalTable<Connection> = GoalTable {
    goal: "to be gone",
    states: &[
        (Connection::Initiating, Meaning::Pending),
        (Connection::WaitingForUser, Meaning::Pending),
        (Connection::Available, Meaning::Pending),
        // The deletion of a connection that is FAILED begins in that state.
        (Connection::Failed, Meaning::FailedAfterAnother(NOT_DELETED)),
        (Connection::Deleting, Meaning::Pending),
    ],
    done_when_deleted: true,
};

static ENDPOINT_AVAILABLE: GoalTable<Endpoint> = GoalTable {
    goal: "to be available",
    states: &[
        (Endpoint::None, Meaning::Pending),
        (Endpoint::PendingAcceptance, Meaning::Pending),
        (Endpoint::Pending, Meaning::Pending),
        (Endpoint::Available, Meaning::Done),
        (Endpoint::Rejected, Meaning::Failed(REJECTED)),
        (Endpoint::Deleting, Meaning::Failed(BEING_DELETED)),
    ],
    done_when_deleted: false,
};

static ENDPOINT_DELETED: GoalTable<Endpoint> = GoalTable {
    goal: "to be gone",
    states: &[
        (Endpoint::None, Meaning::Pending),
        (Endpoint::PendingAcceptance, Meaning::Pending),
        (Endpoint::Pending, Meaning::Pending),
        (Endpoint::Available, Meaning::Pending),
        // Atlas may reject an interface endpoint to disconnect it.
        (Endpoint::Rejected, Meaning::Pending),
        (Endpoint::Deleting, Meaning::Pending),
    ],
    done_when_deleted: true,
};

impl ConnectionGoal {
    pub(super) fn table(self) -> &'static GoalTable<Connection> {
        match self {
            Self::Ready => &CONNECTION_READY,
            Self::Available => &CONNECTION_AVAILABLE,
            Self::Deleted => &CONNECTION_DELETED,
        }
    }
}

impl InterfaceEndpointGoal {
    pub(super) fn table(self) -> &'static GoalTable<Endpoint> {
        match self {
            Self::Available => &ENDPOINT_AVAILABLE,
            Self::Deleted => &ENDPOINT_DELETED,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<S: PartialEq + std::fmt::Debug>(table: &GoalTable<S>, known: &[S]) {
        for status in known {
            let rows = table.states.iter().filter(|(state, _)| state == status);
            assert_eq!(rows.count(), 1, "{status:?} for {}", table.goal);
        }
        // A wait for a deletion never ends with a resource, and any other always does.
        let ends_found = table
            .states
            .iter()
            .any(|(_, meaning)| matches!(meaning, Meaning::Done));
        assert_ne!(ends_found, table.done_when_deleted, "{}", table.goal);
    }

    #[test]
    fn every_known_state_has_a_row_in_every_table() {
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
    fn unknown_state_is_pending() {
        let future = Connection::from("HIBERNATING");
        assert!(matches!(
            CONNECTION_READY.meaning(&future),
            Meaning::Pending
        ));
    }
}
