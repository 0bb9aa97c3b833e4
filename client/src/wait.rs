#![doc = include_str!("wait.md")]

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
    /// After a creation, wait until it is [`Ready`](ConnectionGoal::Ready). See [`wait`](crate::wait) for the
    /// errors that end the wait.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use atlas_private_endpoint::wait::ConnectionGoal;
    /// # use atlas_private_endpoint::{Client, Error, PrivateLinkId, ProjectId};
    ///
    /// # async fn example(client: Client, project: ProjectId, id: PrivateLinkId) -> Result<(), Error> {
    /// let ready = client
    ///     .wait_for_connection(&project, &id, ConnectionGoal::Ready)
    ///     .timeout(Duration::from_secs(1800))
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
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
