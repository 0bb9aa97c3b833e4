//! An interface endpoint of a connection, new or not.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use super::{Course, EnsureStep, Ensured, Next, Turn, late};
use crate::types::{ErrorCode, InterfaceEndpoint, InterfaceEndpointStatus};
use crate::wait::{DEFAULT_TIMEOUT, Deleted, Pace, out_of_time, seconds};
use crate::watcher::Watcher;
use crate::{Client, Error, InterfaceEndpointId, PrivateLinkId, ProjectId};

/// Sees to it that a private endpoint connection has an interface endpoint, when it is awaited; made by
/// [`Client::ensure_interface_endpoint`].
#[must_use = "nothing is done until it is awaited"]
pub struct EnsureInterfaceEndpoint<'a> {
    client: Client,
    project: ProjectId,
    connection: PrivateLinkId,
    id: InterfaceEndpointId,
    timeout: Duration,
    watcher: Watcher<'a, EnsureStep>,
}

impl Client {
    /// Adds an interface endpoint to a private endpoint connection, unless it has it.
    ///
    /// One that is being deleted from the connection is waited for until it is gone, and then added. One
    /// that is `REJECTED` is what there is, and is returned.
    ///
    /// ```no_run
    /// # use atlas_private_endpoint::{Client, Error, InterfaceEndpointId, PrivateLinkId, ProjectId};
    /// # async fn example(
    /// #     client: Client, project: ProjectId, connection: PrivateLinkId, vpce: InterfaceEndpointId,
    /// # ) -> Result<(), Error> {
    /// let ensured = client.ensure_interface_endpoint(&project, &connection, &vpce).await?;
    /// println!("it is {}", ensured.get().connection_status);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When it is awaited: those of [`Client::get_interface_endpoint`] and
    /// [`Client::add_interface_endpoint`], of which one says that the connection is not ready; and one of
    /// kind [`WaitTimeout`](crate::ErrorKind::WaitTimeout) when the waiting takes too long.
    pub fn ensure_interface_endpoint<'a>(
        &self,
        project: &ProjectId,
        connection: &PrivateLinkId,
        interface_endpoint: &InterfaceEndpointId,
    ) -> EnsureInterfaceEndpoint<'a> {
        EnsureInterfaceEndpoint {
            client: self.clone(),
            project: project.clone(),
            connection: connection.clone(),
            id: interface_endpoint.clone(),
            timeout: DEFAULT_TIMEOUT,
            watcher: Watcher::nobody(),
        }
    }
}

impl<'a> EnsureInterfaceEndpoint<'a> {
    /// How long all of it may take. The default is [an hour](DEFAULT_TIMEOUT).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// What to call with each step as it is taken.
    pub fn on_step(mut self, on_step: impl FnMut(&EnsureStep) + Send + 'a) -> Self {
        self.watcher.set(on_step);
        self
    }

    async fn run(mut self) -> Result<Ensured<InterfaceEndpoint>, Error> {
        let mut course = Course::begin(&self.client, self.timeout);
        loop {
            let turn = self.turn(&mut course).await;
            match course.after(turn).await? {
                Next::Have(ensured) => return Ok(ensured),
                Next::Again => {}
                Next::Late => return Err(self.timed_out(&course.pace)),
            }
        }
    }

    async fn turn(&mut self, course: &mut Course) -> Result<Turn<InterfaceEndpoint>, Error> {
        let pace = &course.pace;
        let found = pace.within(self.find()).await;
        match found.unwrap_or_else(|| Err(self.timed_out(pace)))? {
            Some(found) if is_being_deleted(&found) => {
                self.wait_until_gone(pace.left()).await?;
                return Ok(Turn::Gone);
            }
            Some(found) => return Ok(Turn::Have(Ensured::Existing(found))),
            None => {}
        }
        match self.add(pace).await {
            Ok(added) => Ok(Turn::Have(Ensured::Created(added))),
            Err(error) if is_taken(&error) => {
                self.watcher.tell(EnsureStep::AlreadyExists);
                Ok(Turn::Contradiction(error))
            }
            Err(error) => Err(error),
        }
    }

    async fn find(&mut self) -> Result<Option<InterfaceEndpoint>, Error> {
        let found = self
            .client
            .get_interface_endpoint(&self.project, &self.connection, &self.id)
            .await;
        match found {
            Ok(found) => Ok(Some(found)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn add(&mut self, pace: &Pace) -> Result<InterfaceEndpoint, Error> {
        self.watcher.tell(EnsureStep::Creating);
        let request = self.id.clone().into();
        let call = self
            .client
            .add_interface_endpoint(&self.project, &self.connection, &request);
        let added = pace.in_time(call).await;
        added.unwrap_or_else(|when| Err(late(self.timed_out(pace), when)))
    }

    async fn wait_until_gone(&mut self, left: Duration) -> Result<(), Error> {
        self.watcher.tell(EnsureStep::WaitingForDeletion);
        self.client
            .wait_for_interface_endpoint(&self.project, &self.connection, &self.id, Deleted)
            .timeout(left)
            .await
    }

    fn timed_out(&self, pace: &Pace) -> Error {
        let (id, connection, project) = (&self.id, &self.connection, &self.project);
        out_of_time(
            format!(
                "private endpoint connection {connection} of project {project} to have interface \
                 endpoint {id}"
            ),
            format!("it was not there after {}", seconds(pace.elapsed())),
            pace,
        )
    }
}

fn is_taken(error: &Error) -> bool {
    error.code() == Some(&ErrorCode::PrivatelinkInterfaceEndpointAlreadyExists)
}

fn is_missing(error: &Error) -> bool {
    error.code() == Some(&ErrorCode::PrivatelinkInterfaceEndpointNotFound)
}

/// Atlas was asked to, or does it.
pub(crate) fn is_being_deleted(endpoint: &InterfaceEndpoint) -> bool {
    endpoint.delete_requested || endpoint.connection_status == InterfaceEndpointStatus::Deleting
}

impl<'a> IntoFuture for EnsureInterfaceEndpoint<'a> {
    type Output = Result<Ensured<InterfaceEndpoint>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for EnsureInterfaceEndpoint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnsureInterfaceEndpoint")
            .field("project", &self.project)
            .field("connection", &self.connection)
            .field("id", &self.id)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
