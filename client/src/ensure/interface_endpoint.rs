//! Ensuring that a private endpoint connection has an interface endpoint.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use super::{Contradictions, EnsureStep, Ensured, timed_out};
use crate::types::{ErrorCode, InterfaceEndpoint};
use crate::wait::{
    DEFAULT_TIMEOUT, InterfaceEndpointGoal, Observer, Poll, PollSchedule, poll_until, seconds,
};
use crate::{Client, Error, InterfaceEndpointId, PrivateLinkId, ProjectId};

/// Ensures that a private endpoint connection has an interface endpoint when awaited; returned by
/// [`Client::ensure_interface_endpoint`].
#[must_use = "nothing is ensured until this is awaited"]
pub struct EnsureInterfaceEndpoint<'a> {
    client: Client,
    project: ProjectId,
    connection: PrivateLinkId,
    id: InterfaceEndpointId,
    schedule: PollSchedule,
    contradictions: Contradictions,
    observer: Observer<'a, EnsureStep>,
}

impl Client {
    /// Adds an interface endpoint to a private endpoint connection, unless the connection has it.
    ///
    /// If it is being deleted from the connection, the run waits until it is deleted and adds it again. A
    /// `REJECTED` interface endpoint is returned.
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
    /// [`Client::add_interface_endpoint`], such as a connection that is not ready, and
    /// [`WaitTimeout`](crate::ErrorKind::WaitTimeout) after the timeout.
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
            schedule: PollSchedule::new(self.clock(), DEFAULT_TIMEOUT),
            contradictions: Contradictions::default(),
            observer: Observer::none(),
        }
    }
}

impl<'a> EnsureInterfaceEndpoint<'a> {
    /// Sets the timeout of the whole operation. The default is [an hour](DEFAULT_TIMEOUT).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.schedule.set_timeout(timeout);
        self
    }

    /// Sets the function that is called with each step.
    pub fn on_step(mut self, on_step: impl FnMut(&EnsureStep) + Send + 'a) -> Self {
        self.observer.set(on_step);
        self
    }

    async fn find(&mut self) -> Result<Option<InterfaceEndpoint>, Error> {
        let call = self
            .client
            .get_interface_endpoint(&self.project, &self.connection, &self.id);
        let found = self.schedule.poll(call).await;
        match found.unwrap_or_else(|| Err(self.timeout_error())) {
            Ok(found) => Ok(Some(found)),
            Err(error) if is_not_found(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn add(&mut self) -> Result<InterfaceEndpoint, Error> {
        self.observer.notify(EnsureStep::Creating);
        let request = self.id.clone().into();
        let call = self
            .client
            .add_interface_endpoint(&self.project, &self.connection, &request);
        match self.schedule.send(call).await {
            Ok(added) => added,
            Err(when) => Err(timed_out(self.timeout_error(), when)),
        }
    }

    async fn wait_until_deleted(&mut self) -> Result<(), Error> {
        self.observer.notify(EnsureStep::WaitingForDeletion);
        let deleted = InterfaceEndpointGoal::Deleted;
        self.client
            .wait_for_interface_endpoint(&self.project, &self.connection, &self.id, deleted)
            .timeout(self.schedule.remaining())
            .await
            .map(drop)
    }

    fn timeout_error(&self) -> Error {
        let (id, connection, project) = (&self.id, &self.connection, &self.project);
        self.schedule.error(
            format!(
                "private endpoint connection {connection} of project {project} to have interface \
                 endpoint {id}"
            ),
            format!(
                "it was not there after {}",
                seconds(self.schedule.elapsed())
            ),
        )
    }
}

impl Poll for EnsureInterfaceEndpoint<'_> {
    type Output = Ensured<InterfaceEndpoint>;

    fn schedule(&mut self) -> &mut PollSchedule {
        &mut self.schedule
    }

    async fn poll_once(&mut self) -> Result<Option<Self::Output>, Error> {
        match self.find().await? {
            Some(found) if found.is_being_deleted() => {
                self.wait_until_deleted().await?;
                return Ok(None);
            }
            Some(found) => return Ok(Some(Ensured::Existing(found))),
            None => {}
        }
        match self.add().await {
            Ok(added) => Ok(Some(Ensured::Created(added))),
            Err(error) if already_exists(&error) => {
                self.observer.notify(EnsureStep::AlreadyExists);
                self.contradictions.again(error, &self.schedule)
            }
            Err(error) => Err(error),
        }
    }

    fn timed_out(&mut self) -> Error {
        self.timeout_error()
    }
}

fn already_exists(error: &Error) -> bool {
    error.code() == Some(&ErrorCode::PrivatelinkInterfaceEndpointAlreadyExists)
}

fn is_not_found(error: &Error) -> bool {
    error.code() == Some(&ErrorCode::PrivatelinkInterfaceEndpointNotFound)
}

impl<'a> IntoFuture for EnsureInterfaceEndpoint<'a> {
    type Output = Result<Ensured<InterfaceEndpoint>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move { poll_until(&mut self).await })
    }
}

impl fmt::Debug for EnsureInterfaceEndpoint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnsureInterfaceEndpoint")
            .field("project", &self.project)
            .field("connection", &self.connection)
            .field("id", &self.id)
            .field("timeout", &self.schedule.timeout())
            .finish_non_exhaustive()
    }
}
