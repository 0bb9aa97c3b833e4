//! Waiting for a resource to reach a state.
//!
//! Atlas answers a creation or a deletion at once and goes on working for minutes. A [`Waiter`] polls the
//! resource until it reaches its goal, a [`ConnectionGoal`] or an [`InterfaceEndpointGoal`], until it cannot
//! reach it any more, or until the timeout.
//!
//! ```no_run
//! use atlas_private_endpoint::types::CreatePrivateEndpointConnection;
//! use atlas_private_endpoint::wait::ConnectionGoal;
//! # use atlas_private_endpoint::{Client, Error, ProjectId};
//!
//! # async fn example(client: Client, project: ProjectId) -> Result<(), Error> {
//! let request = CreatePrivateEndpointConnection::aws("us-east-1");
//! let created = client.create_private_endpoint_connection(&project, &request).await?;
//! let ready = client
//!     .wait_for_connection(&project, &created.id, ConnectionGoal::Ready)
//!     .on_step(|step| println!("{} s: {}", step.elapsed.as_secs(), step.observation))
//!     .await?;
//! let service = ready.and_then(|connection| connection.endpoint_service_name);
//! println!("create an interface endpoint for {service:?}");
//! # Ok(())
//! # }
//! ```
//!
//! # The meaning of each state
//!
//! | resource and goal | done | pending | failed |
//! | --- | --- | --- | --- |
//! | connection, [`Ready`](ConnectionGoal::Ready) | `WAITING_FOR_USER`, `AVAILABLE` | `INITIATING` | `FAILED`, `DELETING` |
//! | connection, [`Available`](ConnectionGoal::Available) | `AVAILABLE` | `INITIATING`, `WAITING_FOR_USER` | `FAILED`, `DELETING` |
//! | interface endpoint, [`Available`](InterfaceEndpointGoal::Available) | `AVAILABLE` | `NONE`, `PENDING_ACCEPTANCE`, `PENDING` | `REJECTED`, `DELETING` |
//! | connection, [`Deleted`](ConnectionGoal::Deleted) | not found | every state | `FAILED` after another state |
//! | interface endpoint, [`Deleted`](InterfaceEndpointGoal::Deleted) | not found | every state | |
//!
//! A state that this version does not know is pending. An interface endpoint that Atlas was asked to delete
//! counts as `DELETING` whatever its status. The deletion of a `FAILED` connection begins in that state and
//! goes on to `DELETING`; `FAILED` after another state means that the deletion failed. Atlas may report an
//! interface endpoint as `REJECTED` while it deletes it.
//!
//! # Errors that end a wait
//!
//! A poll that fails with a [transient](crate::Error::is_transient) error is an [`Observation::Unknown`], and the
//! wait goes on, after the delay that a `Retry-After` asks for. If the client never reached the host, the wait
//! ends, since the host is more likely wrong than unavailable. A permanent error ends the wait, such as 401,
//! 403, or a certificate that is not trusted; so does a 404, unless the goal is a deletion. After the timeout,
//! [`DEFAULT_TIMEOUT`] by default, the error is [`is_wait_timeout`](crate::Error::is_wait_timeout) and has the
//! last known state.
//!
//! Nothing runs in the background. Dropping a waiter or its future ends the wait.

mod goal;
mod observation;
mod poll;
mod waiter;

pub use goal::{ConnectionGoal, InterfaceEndpointGoal};
pub use observation::{Observation, Progress, Resource, WaitStep};
pub use poll::DEFAULT_TIMEOUT;
pub(crate) use poll::{
    Observer, Poll, PollSchedule, TimedOut, impl_polled_builder, poll_until, seconds,
};
pub use waiter::Waiter;

use crate::types::{InterfaceEndpoint, PrivateEndpointConnection};
use crate::{Client, InterfaceEndpointId, PrivateLinkId, ProjectId};

impl Client {
    /// Waits until a private endpoint connection reaches a [`ConnectionGoal`].
    ///
    /// After a creation, wait until it is [`Ready`](ConnectionGoal::Ready). See [`wait`](crate::wait) for an
    /// example and for the errors that end the wait.
    pub fn wait_for_connection<'a>(
        &self,
        project: &ProjectId,
        connection: &PrivateLinkId,
        goal: ConnectionGoal,
    ) -> Waiter<'a, PrivateEndpointConnection> {
        let values = vec![
            ("groupId", project.to_string()),
            ("privateLinkId", connection.to_string()),
        ];
        Waiter::new(self, values, goal.table())
    }

    /// Waits until an interface endpoint of a private endpoint connection reaches an
    /// [`InterfaceEndpointGoal`].
    ///
    /// ```no_run
    /// use atlas_private_endpoint::wait::InterfaceEndpointGoal;
    /// # use atlas_private_endpoint::{Client, Error, InterfaceEndpointId, PrivateLinkId, ProjectId};
    ///
    /// # async fn example(
    /// #     client: Client, project: ProjectId, connection: PrivateLinkId, vpce: InterfaceEndpointId,
    /// # ) -> Result<(), Error> {
    /// client.delete_interface_endpoint(&project, &connection, &vpce).await?;
    /// let deleted = InterfaceEndpointGoal::Deleted;
    /// client.wait_for_interface_endpoint(&project, &connection, &vpce, deleted).await?;
    /// client.delete_private_endpoint_connection(&project, &connection).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_interface_endpoint<'a>(
        &self,
        project: &ProjectId,
        connection: &PrivateLinkId,
        interface_endpoint: &InterfaceEndpointId,
        goal: InterfaceEndpointGoal,
    ) -> Waiter<'a, InterfaceEndpoint> {
        let values = vec![
            ("groupId", project.to_string()),
            ("privateLinkId", connection.to_string()),
            ("interfaceEndpointId", interface_endpoint.to_string()),
        ];
        Waiter::new(self, values, goal.table())
    }
}
