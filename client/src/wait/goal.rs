//! The goals of waits, and the meaning of each state for them: one table per goal.

use crate::types::{
    InterfaceEndpointStatus as Endpoint, PrivateEndpointConnectionStatus as Connection,
};

/// The goal of a wait for a private endpoint connection.
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

/// The goal of a wait for an interface endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InterfaceEndpointGoal {
    /// The interface endpoint is `AVAILABLE`.
    Available,
    /// The interface endpoint does not exist.
    Deleted,
}

/// The meaning of each state for one goal. A state that is not listed is pending.
#[derive(Debug)]
pub(super) struct GoalTable<S: 'static> {
    /// The goal in messages, after the resource.
    pub(super) goal: &'static str,
    pub(super) done: &'static [S],
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "a test requires that every known state is listed")
    )]
    pub(super) pending: &'static [S],
    /// The states from which the goal cannot be reached, each with a remedy.
    pub(super) failed: &'static [(S, &'static str)],
    /// As `failed` after the resource was observed in another state, and pending before.
    pub(super) failed_after_another: &'static [(S, &'static str)],
    /// True if a resource that does not exist has reached the goal. Otherwise a 404 ends the wait.
    pub(super) done_when_deleted: bool,
}

const FAILED: &str = "delete it, and create another one";
const BEING_DELETED: &str = "it is being deleted";
const REJECTED: &str = "delete it from the connection, and add a new one";
const NOT_DELETED: &str = "delete it again";

static CONNECTION_READY: GoalTable<Connection> = GoalTable {
    goal: "to be ready",
    done: &[Connection::WaitingForUser, Connection::Available],
    pending: &[Connection::Initiating],
    failed: &[
        (Connection::Failed, FAILED),
        (Connection::Deleting, BEING_DELETED),
    ],
    failed_after_another: &[],
    done_when_deleted: false,
};

static CONNECTION_AVAILABLE: GoalTable<Connection> = GoalTable {
    goal: "to be available",
    done: &[Connection::Available],
    pending: &[Connection::Initiating, Connection::WaitingForUser],
    ..CONNECTION_READY
};

static CONNECTION_DELETED: GoalTable<Connection> = GoalTable {
    goal: "to be deleted",
    done: &[],
    pending: &[
        Connection::Initiating,
        Connection::WaitingForUser,
        Connection::Available,
        Connection::Deleting,
    ],
    failed: &[],
    // The deletion of a connection that is FAILED begins in that state.
    failed_after_another: &[(Connection::Failed, NOT_DELETED)],
    done_when_deleted: true,
};

static ENDPOINT_AVAILABLE: GoalTable<Endpoint> = GoalTable {
    goal: "to be available",
    done: &[Endpoint::Available],
    pending: &[
        Endpoint::NotCreated,
        Endpoint::PendingAcceptance,
        Endpoint::Pending,
    ],
    failed: &[
        (Endpoint::Rejected, REJECTED),
        (Endpoint::Deleting, BEING_DELETED),
    ],
    failed_after_another: &[],
    done_when_deleted: false,
};

static ENDPOINT_DELETED: GoalTable<Endpoint> = GoalTable {
    goal: "to be deleted",
    done: &[],
    pending: &[
        Endpoint::NotCreated,
        Endpoint::PendingAcceptance,
        Endpoint::Pending,
        Endpoint::Available,
        // Atlas may reject an interface endpoint to disconnect it.
        Endpoint::Rejected,
        Endpoint::Deleting,
    ],
    failed: &[],
    failed_after_another: &[],
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
        let failed = table.failed.iter().chain(table.failed_after_another);
        let failed: Vec<&S> = failed.map(|(state, _)| state).collect();
        let listed = table.done.iter().chain(table.pending).chain(failed);
        let listed: Vec<&S> = listed.collect();
        for status in known {
            let count = listed.iter().filter(|state| **state == status).count();
            assert_eq!(count, 1, "{status:?} for {}", table.goal);
        }
        // A wait for a deletion never ends with a resource, and any other always does.
        assert_eq!(table.done.is_empty(), table.done_when_deleted);
    }

    #[test]
    fn every_known_state_has_a_row_in_every_table() {
        for goal in [
            ConnectionGoal::Ready,
            ConnectionGoal::Available,
            ConnectionGoal::Deleted,
        ] {
            check(goal.table(), Connection::KNOWN);
        }
        for goal in [
            InterfaceEndpointGoal::Available,
            InterfaceEndpointGoal::Deleted,
        ] {
            check(goal.table(), Endpoint::KNOWN);
        }
    }
}
