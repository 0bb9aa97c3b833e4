//! Waiting for a resource to come where it should be.
//!
//! Atlas answers a creation or a deletion at once and goes on working for minutes. A [`Waiter`] looks at
//! the resource until it is [`Ready`], [`Available`] or [`Deleted`], until it is plain that it never will
//! be, or until its time is over.
//!
//! ```no_run
//! use atlas_private_endpoint::types::CreatePrivateEndpointConnection;
//! use atlas_private_endpoint::wait::Ready;
//! # use atlas_private_endpoint::{Client, Error, ProjectId};
//!
//! # async fn example(client: Client, project: ProjectId) -> Result<(), Error> {
//! let request = CreatePrivateEndpointConnection::aws("us-east-1");
//! let created = client.create_private_endpoint_connection(&project, &request).await?;
//! let ready = client
//!     .wait_for_connection(&project, &created.id, Ready)
//!     .on_step(|step| println!("{} s: {}", step.elapsed.as_secs(), step.observation))
//!     .await?;
//! println!("create an interface endpoint for {:?}", ready.endpoint_service_name);
//! # Ok(())
//! # }
//! ```
//!
//! # What the states mean
//!
//! | waiting for | done | pending | failed |
//! | --- | --- | --- | --- |
//! | a connection to be [`Ready`] | `WAITING_FOR_USER`, `AVAILABLE` | `INITIATING` | `FAILED`, `DELETING` |
//! | a connection to be [`Available`] | `AVAILABLE` | `INITIATING`, `WAITING_FOR_USER` | `FAILED`, `DELETING` |
//! | an interface endpoint to be [`Available`] | `AVAILABLE` | `NONE`, `PENDING_ACCEPTANCE`, `PENDING` | `REJECTED`, `DELETING` |
//! | a connection to be [`Deleted`] | not found | every state | `FAILED` after another state |
//! | an interface endpoint to be [`Deleted`] | not found | every state | |
//!
//! A state that this version does not know is pending. An interface endpoint that Atlas was asked to delete
//! counts as `DELETING` whatever its status says. A deletion may find a connection `FAILED`, which is then
//! what it still is until it turns `DELETING`; `FAILED` after another state means that the deletion failed.
//! An interface endpoint may well be `REJECTED` as a part of its deletion.
//!
//! # What ends it, and what does not
//!
//! A look that fails for a while, because Atlas cannot be reached for instance, is [`Observation::Unknown`], and
//! the waiting goes on, unless the client has never reached it; it pauses for as long as a `Retry-After` asks. A certificate that is not trusted will
//! not be trusted later, so that ends it. An answer that will not change by itself, like 401 or 403, ends it with that answer,
//! and so does a 404 unless the resource was to be deleted. When the time is over, which by default is
//! after [`DEFAULT_TIMEOUT`], the error is one of [`is_wait_timeout`](crate::Error::is_wait_timeout), and
//! it tells what was seen last.
//!
//! Nothing runs in the background. Dropping a waiter or its future ends the waiting and leaves nothing
//! behind.

mod goal;
mod pace;
mod resource;
mod seen;
mod waiter;

pub use goal::{Available, ConnectionGoal, Deleted, Goal, InterfaceEndpointGoal, Ready};
pub use pace::DEFAULT_TIMEOUT;
pub(crate) use pace::{Late, Pace};
pub use resource::Resource;
pub use seen::{Observation, Progress, WaitStep};
pub use waiter::Waiter;
pub(crate) use waiter::{may_pass, out_of_time, seconds};

use crate::types::{InterfaceEndpoint, PrivateEndpointConnection};
use crate::{Client, InterfaceEndpointId, PrivateLinkId, ProjectId};

impl Client {
    /// Waits until a private endpoint connection is [`Ready`], [`Available`] or [`Deleted`].
    ///
    /// After a creation, wait until it is [`Ready`]: then it is your turn. See [`wait`](crate::wait) for an
    /// example and for what ends it.
    pub fn wait_for_connection<'a, G>(
        &self,
        project: &ProjectId,
        connection: &PrivateLinkId,
        goal: G,
    ) -> Waiter<'a, PrivateEndpointConnection, G>
    where
        G: Goal<PrivateEndpointConnection>,
    {
        let values = vec![
            ("groupId", project.to_string()),
            ("privateLinkId", connection.to_string()),
        ];
        Waiter::new(self, values, goal)
    }

    /// Waits until an interface endpoint of a private endpoint connection is [`Available`] or [`Deleted`].
    ///
    /// ```no_run
    /// use atlas_private_endpoint::wait::Deleted;
    /// # use atlas_private_endpoint::{Client, Error, InterfaceEndpointId, PrivateLinkId, ProjectId};
    ///
    /// # async fn example(
    /// #     client: Client, project: ProjectId, connection: PrivateLinkId, vpce: InterfaceEndpointId,
    /// # ) -> Result<(), Error> {
    /// client.delete_interface_endpoint(&project, &connection, &vpce).await?;
    /// client.wait_for_interface_endpoint(&project, &connection, &vpce, Deleted).await?;
    /// client.delete_private_endpoint_connection(&project, &connection).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_interface_endpoint<'a, G>(
        &self,
        project: &ProjectId,
        connection: &PrivateLinkId,
        interface_endpoint: &InterfaceEndpointId,
        goal: G,
    ) -> Waiter<'a, InterfaceEndpoint, G>
    where
        G: Goal<InterfaceEndpoint>,
    {
        let values = vec![
            ("groupId", project.to_string()),
            ("privateLinkId", connection.to_string()),
            ("interfaceEndpointId", interface_endpoint.to_string()),
        ];
        Waiter::new(self, values, goal)
    }
}
