//! A private endpoint connection in a region, new or not.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use super::{Course, EnsureStep, Ensured, Next, Turn, late};
use crate::region_lookup::{RegionLookup, RegionSearch};
use crate::types::{
    CreatePrivateEndpointConnection, ErrorCode, PrivateEndpointConnection,
    PrivateEndpointConnectionStatus, Region,
};
use crate::wait::{DEFAULT_TIMEOUT, Deleted, Pace, out_of_time, seconds};
use crate::watcher::Watcher;
use crate::{Client, Error, ProjectId};

/// Sees to it that a region has a private endpoint connection, when it is awaited; made by
/// [`Client::ensure_connection`].
#[must_use = "nothing is done until it is awaited"]
pub struct EnsureConnection<'a> {
    client: Client,
    project: ProjectId,
    region: Region,
    timeout: Duration,
    watcher: Watcher<'a, EnsureStep>,
}

impl Client {
    /// Creates a private endpoint connection in a region, unless the project has one there.
    ///
    /// Running it twice, or in two places at the same time, makes one connection: the second run finds
    /// what the first has made. While Atlas is still creating that, the second run waits until it tells
    /// its region. A connection that is being deleted is waited for until it is gone, and then another is
    /// created. One that is `FAILED` is what there is, and is returned, as far as it can be told that it is the
    /// region's.
    ///
    /// A connection that is new is not ready yet:
    ///
    /// ```no_run
    /// use atlas_private_endpoint::wait::Ready;
    /// # use atlas_private_endpoint::{Client, Error, ProjectId};
    /// # async fn example(client: Client, project: ProjectId) -> Result<(), Error> {
    /// let ensured = client.ensure_connection(&project, "eu-west-1").await?;
    /// if ensured.is_created() {
    ///     println!("{} is new", ensured.get().id);
    /// }
    /// let ready = client.wait_for_connection(&project, &ensured.get().id, Ready).await?;
    /// # let _ = ready;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When it is awaited: those of [`Client::create_private_endpoint_connection`] and
    /// [`Client::list_private_endpoint_connections`], and one of kind
    /// [`WaitTimeout`](crate::ErrorKind::WaitTimeout) when the waiting takes too long. When Atlas says that the
    /// region has a connection and none can be it, the error is that answer of Atlas.
    pub fn ensure_connection<'a>(
        &self,
        project: &ProjectId,
        region: impl Into<Region>,
    ) -> EnsureConnection<'a> {
        EnsureConnection {
            client: self.clone(),
            project: project.clone(),
            region: region.into(),
            timeout: DEFAULT_TIMEOUT,
            watcher: Watcher::nobody(),
        }
    }
}

impl<'a> EnsureConnection<'a> {
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

    async fn run(mut self) -> Result<Ensured<PrivateEndpointConnection>, Error> {
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

    async fn turn(
        &mut self,
        course: &mut Course,
    ) -> Result<Turn<PrivateEndpointConnection>, Error> {
        let pace = &course.pace;
        let search = self
            .client
            .connection_in_region(&self.project, self.region.clone());
        let look = pace.within(search.poll()).await;
        let found = match look.unwrap_or_else(|| Err(self.timed_out(pace)))? {
            RegionLookup::Found(found) => found,
            RegionLookup::NotFound | RegionLookup::Undecided(_) => {
                let refused = match self.create(pace).await {
                    Ok(created) => return Ok(Turn::Have(Ensured::Created(created))),
                    Err(error) if is_taken(&error) || error.is_outcome_unknown() => error,
                    Err(error) => return Err(error),
                };
                course.waits = true;
                match self.find(search.timeout(pace.left())).await? {
                    Some(found) => found,
                    None => return self.find_failed(pace, refused).await,
                }
            }
        };
        if !is_being_deleted(&found) {
            return Ok(Turn::Have(Ensured::Existing(found)));
        }
        self.wait_until_gone(&found, pace.left()).await?;
        Ok(Turn::Gone)
    }

    async fn create(&mut self, pace: &Pace) -> Result<PrivateEndpointConnection, Error> {
        self.watcher.tell(EnsureStep::Creating);
        let request = CreatePrivateEndpointConnection::aws(self.region.clone());
        let call = self
            .client
            .create_private_endpoint_connection(&self.project, &request);
        let created = pace.in_time(call).await;
        created.unwrap_or_else(|when| Err(late(self.timed_out(pace), when)))
    }

    /// Finds the one that was in the way.
    async fn find(
        &mut self,
        search: RegionSearch,
    ) -> Result<Option<PrivateEndpointConnection>, Error> {
        self.watcher.tell(EnsureStep::AlreadyExists);
        let watcher = &mut self.watcher;
        let found = search.run(|open| {
            let ids = open.iter().map(|it| it.id.clone()).collect();
            watcher.tell(EnsureStep::WaitingForRegion(ids));
        });
        found.await
    }

    /// One that failed while it was created never tells its region. It was in the way when no other can be.
    async fn find_failed(
        &mut self,
        pace: &Pace,
        refused: Error,
    ) -> Result<Turn<PrivateEndpointConnection>, Error> {
        let call = self.client.list_private_endpoint_connections(&self.project);
        let list = pace.within(call).await;
        let list = list.unwrap_or_else(|| Err(self.timed_out(pace)))?;
        let mut nameless = list.into_iter().filter(|it| it.region().is_none());
        Ok(match (nameless.next(), nameless.next()) {
            (Some(only), None) if only.status == PrivateEndpointConnectionStatus::Failed => {
                Turn::Have(Ensured::Existing(only))
            }
            _ => Turn::Contradiction(refused),
        })
    }

    async fn wait_until_gone(
        &mut self,
        connection: &PrivateEndpointConnection,
        left: Duration,
    ) -> Result<(), Error> {
        self.watcher.tell(EnsureStep::WaitingForDeletion);
        self.client
            .wait_for_connection(&self.project, &connection.id, Deleted)
            .timeout(left)
            .await
    }

    fn timed_out(&self, pace: &Pace) -> Error {
        let (project, region) = (&self.project, &self.region);
        out_of_time(
            format!("project {project} to have a private endpoint connection in region {region}"),
            format!("there was none after {}", seconds(pace.elapsed())),
            pace,
        )
    }
}

fn is_taken(error: &Error) -> bool {
    error.code() == Some(&ErrorCode::PrivatelinkEndpointServiceAlreadyExistsForRegion)
}

fn is_being_deleted(connection: &PrivateEndpointConnection) -> bool {
    connection.status == PrivateEndpointConnectionStatus::Deleting
}

impl<'a> IntoFuture for EnsureConnection<'a> {
    type Output = Result<Ensured<PrivateEndpointConnection>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for EnsureConnection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnsureConnection")
            .field("project", &self.project)
            .field("region", &self.region)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
