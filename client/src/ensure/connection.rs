//! Ensuring that a region has a private endpoint connection.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use super::{Contradictions, EnsureStep, Ensured, timed_out};
use crate::region_lookup::RegionLookup;
use crate::types::{
    CreatePrivateEndpointConnection, ErrorCode, PrivateEndpointConnection,
    PrivateEndpointConnectionStatus, Region,
};
use crate::wait::{
    ConnectionGoal, DEFAULT_TIMEOUT, Observer, Poll, PollSchedule, poll_until, seconds,
};
use crate::{Client, Error, ProjectId};

/// Ensures that a region has a private endpoint connection when awaited; returned by
/// [`Client::ensure_connection`].
#[must_use = "nothing is ensured until this is awaited"]
pub struct EnsureConnection<'a> {
    client: Client,
    project: ProjectId,
    region: Region,
    schedule: PollSchedule,
    contradictions: Contradictions,
    observer: Observer<'a, EnsureStep>,
}

impl Client {
    /// Creates a private endpoint connection in a region, unless the project has one there.
    ///
    /// Two runs, even concurrent ones, create one connection: the second run finds it. While Atlas is
    /// still creating it, the second run waits until its region is known. If the connection is being deleted,
    /// the run waits until it is deleted and creates another. A `FAILED` connection is returned, if it is
    /// known to be the region's.
    ///
    /// A new connection is not ready yet:
    ///
    /// ```no_run
    /// use atlas_private_endpoint::wait::ConnectionGoal;
    /// # use atlas_private_endpoint::{Client, Error, ProjectId};
    /// # async fn example(client: Client, project: ProjectId) -> Result<(), Error> {
    /// let ensured = client.ensure_connection(&project, "eu-west-1").await?;
    /// let id = &ensured.get().id;
    /// if ensured.is_created() {
    ///     println!("{id} is new");
    /// }
    /// client.wait_for_connection(&project, id, ConnectionGoal::Ready).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When it is awaited: those of [`Client::create_private_endpoint_connection`] and
    /// [`Client::list_private_endpoint_connections`], and
    /// [`WaitTimeout`](crate::ErrorKind::WaitTimeout) after the timeout. When Atlas reports that the region
    /// has a connection and none can be it, the error is that response of Atlas.
    pub fn ensure_connection<'a>(
        &self,
        project: &ProjectId,
        region: impl Into<Region>,
    ) -> EnsureConnection<'a> {
        EnsureConnection {
            client: self.clone(),
            project: project.clone(),
            region: region.into(),
            schedule: PollSchedule::new(self.clock(), DEFAULT_TIMEOUT),
            contradictions: Contradictions::default(),
            observer: Observer::none(),
        }
    }
}

impl<'a> EnsureConnection<'a> {
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

    async fn create(&mut self) -> Result<PrivateEndpointConnection, Error> {
        self.observer.notify(EnsureStep::Creating);
        let request = CreatePrivateEndpointConnection::aws(self.region.clone());
        let call = self
            .client
            .create_private_endpoint_connection(&self.project, &request);
        match self.schedule.send(call).await {
            Ok(created) => created,
            Err(when) => Err(timed_out(self.timeout_error(), when)),
        }
    }

    /// Finds the connection that exists according to Atlas.
    async fn find(&mut self) -> Result<Option<PrivateEndpointConnection>, Error> {
        self.observer.notify(EnsureStep::AlreadyExists);
        let observer = &mut self.observer;
        self.client
            .connection_in_region(&self.project, self.region.clone())
            .timeout(self.schedule.remaining())
            .run(|undecided| {
                let ids = undecided.iter().map(|it| it.id.clone()).collect();
                observer.notify(EnsureStep::WaitingForRegion(ids));
            })
            .await
    }

    /// Finds a connection that failed during its creation, so that its region stays unknown. It is the region's
    /// when no other connection can be.
    async fn find_failed(&mut self) -> Result<Option<PrivateEndpointConnection>, Error> {
        let call = self.client.list_private_endpoint_connections(&self.project);
        let list = self.schedule.poll(call).await;
        let list = list.unwrap_or_else(|| Err(self.timeout_error()))?;
        let mut without_region = list.into_iter().filter(|it| it.region().is_none());
        Ok(match (without_region.next(), without_region.next()) {
            (Some(only), None) if only.status == PrivateEndpointConnectionStatus::Failed => {
                Some(only)
            }
            _ => None,
        })
    }

    async fn wait_until_deleted(
        &mut self,
        connection: &PrivateEndpointConnection,
    ) -> Result<(), Error> {
        self.observer.notify(EnsureStep::WaitingForDeletion);
        let deleted = ConnectionGoal::Deleted;
        self.client
            .wait_for_connection(&self.project, &connection.id, deleted)
            .timeout(self.schedule.remaining())
            .await
            .map(drop)
    }

    fn timeout_error(&self) -> Error {
        let (project, region) = (&self.project, &self.region);
        self.schedule.error(
            format!("project {project} to have a private endpoint connection in region {region}"),
            format!("there was none after {}", seconds(self.schedule.elapsed())),
        )
    }
}

impl Poll for EnsureConnection<'_> {
    type Output = Ensured<PrivateEndpointConnection>;

    fn schedule(&mut self) -> &mut PollSchedule {
        &mut self.schedule
    }

    async fn poll_once(&mut self) -> Result<Option<Self::Output>, Error> {
        let search = self
            .client
            .connection_in_region(&self.project, self.region.clone());
        let lookup = self.schedule.poll(search.poll()).await;
        let found = match lookup.unwrap_or_else(|| Err(self.timeout_error()))? {
            RegionLookup::Found(found) => found,
            RegionLookup::NotFound | RegionLookup::Undecided(_) => {
                let refusal = match self.create().await {
                    Ok(created) => return Ok(Some(Ensured::Created(created))),
                    Err(error) if already_exists(&error) || error.is_outcome_unknown() => error,
                    Err(error) => return Err(error),
                };
                self.schedule.set_waiting();
                if let Some(found) = self.find().await? {
                    found
                } else if let Some(failed) = self.find_failed().await? {
                    return Ok(Some(Ensured::Existing(failed)));
                } else {
                    return self.contradictions.again(refusal, &self.schedule);
                }
            }
        };
        if !found.is_being_deleted() {
            return Ok(Some(Ensured::Existing(found)));
        }
        self.wait_until_deleted(&found).await?;
        Ok(None)
    }

    fn timed_out(&mut self) -> Error {
        self.timeout_error()
    }
}

fn already_exists(error: &Error) -> bool {
    error.code() == Some(&ErrorCode::PrivatelinkEndpointServiceAlreadyExistsForRegion)
}

impl<'a> IntoFuture for EnsureConnection<'a> {
    type Output = Result<Ensured<PrivateEndpointConnection>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move { poll_until(&mut self).await })
    }
}

impl fmt::Debug for EnsureConnection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnsureConnection")
            .field("project", &self.project)
            .field("region", &self.region)
            .field("timeout", &self.schedule.timeout())
            .finish_non_exhaustive()
    }
}
