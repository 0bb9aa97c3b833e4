//! Ensures that a resource exists, so that a program can run twice.

use std::fmt;
use std::time::SystemTime;

use crate::error::UnknownOutcome;
use crate::operation::CallContext;
use crate::reconcile::is_new;
use crate::region_lookup::RegionLookup;
use crate::types::{
    CreatePrivateEndpointConnection, ErrorCode, InterfaceEndpoint, PrivateEndpointConnection,
    PrivateEndpointConnectionStatus, Region,
};
use crate::wait::{
    ConnectionGoal, DEFAULT_TIMEOUT, InterfaceEndpointGoal, Observer, Poll, PollSchedule, TimedOut,
    impl_polled_builder, seconds,
};
use crate::{Client, Error, InterfaceEndpointId, PrivateLinkId, ProjectId, operations};

/// A resource that exists, in any state.
///
/// A program that undoes what it has created deletes only what is [`Created`](Self::Created). Atlas does not
/// report who created a resource, so that two limits remain:
///
/// - When the response to a POST was lost and the resource exists afterwards, this call may have created it, or
///   another program at the same time. That is [`MaybeCreated`](Self::MaybeCreated).
/// - When the resource does not exist after a lost response, the POST counts as not applied and is sent again. If
///   Atlas applies the first one after all, as it can behind a gateway that has timed out, the second is refused,
///   and the resource is [`Existing`](Self::Existing).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ensured<T> {
    /// This call created it: Atlas reported the success of its POST.
    Created(T),
    /// It existed before, or another program created it.
    Existing(T),
    /// This call may have created it: the response to its POST was lost.
    MaybeCreated(T),
}

impl<T> Ensured<T> {
    /// Returns a reference to the resource.
    pub fn get(&self) -> &T {
        match self {
            Self::Created(resource) | Self::Existing(resource) | Self::MaybeCreated(resource) => {
                resource
            }
        }
    }

    /// Returns the resource.
    pub fn into_inner(self) -> T {
        match self {
            Self::Created(resource) | Self::Existing(resource) | Self::MaybeCreated(resource) => {
                resource
            }
        }
    }

    /// Returns true when this call certainly created the resource.
    pub fn is_created(&self) -> bool {
        matches!(self, Self::Created(_))
    }
}

/// A step of ensuring that a resource exists. Displayed, it is a phrase for people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnsureStep {
    /// The resource is created, since it was not found.
    Creating,
    /// Atlas reports that the resource exists. It is looked up.
    AlreadyExists,
    /// The response to the POST was lost, so that its outcome is unknown. The resource is looked up.
    ResponseLost,
    /// The resource is one of these, whose regions are still unknown.
    WaitingForRegion(Vec<PrivateLinkId>),
    /// The resource is being deleted. Another is created after that.
    WaitingForDeletion,
}

impl fmt::Display for EnsureStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Creating => f.write_str("creating it"),
            Self::AlreadyExists => {
                f.write_str("Atlas reports that it already exists; looking it up")
            }
            Self::ResponseLost => f.write_str("the response was lost; looking it up"),
            Self::WaitingForRegion(ids) => {
                let ids: Vec<&str> = ids.iter().map(PrivateLinkId::as_str).collect();
                let ids = ids.join(", ");
                write!(f, "waiting until Atlas reports the region of {ids}")
            }
            Self::WaitingForDeletion => f.write_str("waiting until the one being deleted is gone"),
        }
    }
}

/// Ensures that a region has a private endpoint connection when awaited; returned by
/// [`Client::ensure_connection`].
#[derive(Debug)]
#[must_use = "nothing is ensured until this is awaited"]
pub struct EnsureConnection<'a> {
    client: Client,
    project: ProjectId,
    region: Region,
    schedule: PollSchedule,
    /// The first POST whose response was lost.
    lost: Option<LostCreate>,
    /// How often Atlas reported that the resource exists, and it could not be found.
    contradictions: u32,
    observer: Observer<'a, EnsureStep>,
}

/// A POST that may have created a connection.
#[derive(Debug)]
struct LostCreate {
    /// The connections that existed before and may have been in the region.
    before: Vec<PrivateLinkId>,
    /// The server's time before which the POST was not applied, if that is known.
    since: Option<SystemTime>,
}

impl LostCreate {
    fn may_have_created(&self, id: &PrivateLinkId) -> bool {
        !self.before.contains(id) && self.since.is_none_or(|since| is_new(id, since))
    }
}

impl Client {
    /// Creates a private endpoint connection in a region, unless the project has one there.
    ///
    /// Two runs, even concurrent ones, create one connection: the second run finds it, and at most one of them
    /// returns [`Created`](Ensured::Created). While Atlas is still creating it, the second run waits until its
    /// region is known. When the response to the POST is lost, the run finds out whether the region has a
    /// connection; [`Ensured`] describes what it cannot know. If the connection is being deleted,
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
    /// [`Client::list_private_endpoint_connections`], and [`WaitTimeout`](crate::ErrorKind::WaitTimeout)
    /// after the timeout. When Atlas reports that the region has a connection and none is found, the error is
    /// that response. [`Error::is_outcome_unknown`] is true if the response to a POST was lost before.
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
            lost: None,
            contradictions: 0,
            observer: Observer::none(),
        }
    }
}

impl_polled_builder!(
    EnsureConnection,
    EnsureStep,
    Ensured<PrivateEndpointConnection>
);

impl EnsureConnection<'_> {
    fn call_and_goal(&self) -> (CallContext, String) {
        let (project, region) = (&self.project, &self.region);
        let values = vec![("groupId", project.to_string())];
        (
            CallContext::new(&operations::CREATE_PRIVATE_ENDPOINT_CONNECTION, values),
            format!("project {project} to have a private endpoint connection in region {region}"),
        )
    }

    fn unanswered(&self) -> Error {
        let (call, goal) = self.call_and_goal();
        self.schedule.unanswered(call, goal)
    }

    async fn create(&mut self) -> Result<PrivateEndpointConnection, Error> {
        self.observer.notify(EnsureStep::Creating);
        let request = CreatePrivateEndpointConnection::aws(self.region.clone());
        let call = self
            .client
            .create_private_endpoint_connection(&self.project, &request);
        match self.schedule.send(call).await {
            Ok(created) => created,
            Err(when) => Err(with_outcome(self.timed_out(), when)),
        }
    }

    /// Finds the connection of the region, once its region is known.
    async fn find(&mut self) -> Result<Option<PrivateEndpointConnection>, Error> {
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
    /// when Atlas reports that the region has one, and no other connection can be.
    async fn find_failed(&mut self) -> Result<Option<PrivateEndpointConnection>, Error> {
        let call = self.client.list_private_endpoint_connections(&self.project);
        let list = self.schedule.poll(call).await;
        let list = list.unwrap_or_else(|| Err(self.unanswered()))?;
        let mut without_region = list.into_iter().filter(|it| it.region().is_none());
        Ok(match (without_region.next(), without_region.next()) {
            (Some(only), None) if only.status == PrivateEndpointConnectionStatus::Failed => {
                Some(only)
            }
            _ => None,
        })
    }

    async fn find_or_create(
        &mut self,
    ) -> Result<Option<Ensured<PrivateEndpointConnection>>, Error> {
        let search = self
            .client
            .connection_in_region(&self.project, self.region.clone());
        let lookup = self.schedule.poll(search.look_up()).await;
        let before = match lookup.unwrap_or_else(|| Err(self.unanswered()))? {
            RegionLookup::Found(found) => return self.accept(found).await,
            RegionLookup::NotFound => Vec::new(),
            RegionLookup::Undecided(list) => list.into_iter().map(|it| it.id).collect(),
        };
        let error = match self.create().await {
            Ok(created) => return Ok(Some(Ensured::Created(created))),
            Err(error) => error,
        };
        let exists = has_code(
            &error,
            &ErrorCode::PrivatelinkEndpointServiceAlreadyExistsForRegion,
        );
        if let Some(unknown) = error.unknown_outcome() {
            self.observer.notify(EnsureStep::ResponseLost);
            let since = unknown.since;
            self.lost.get_or_insert(LostCreate { before, since });
        } else if exists {
            self.observer.notify(EnsureStep::AlreadyExists);
        } else {
            return Err(error);
        }
        self.schedule.set_waiting();
        let mut found = self.find().await?;
        if found.is_none() && exists {
            found = self.find_failed().await?;
        }
        match found {
            Some(found) => self.accept(found).await,
            None => tolerate_contradiction(&mut self.contradictions, error, &self.schedule),
        }
    }

    /// Returns a connection of the region, or waits until it is deleted.
    async fn accept(
        &mut self,
        found: PrivateEndpointConnection,
    ) -> Result<Option<Ensured<PrivateEndpointConnection>>, Error> {
        if found.is_being_deleted() {
            self.wait_until_deleted(&found).await?;
            return Ok(None);
        }
        Ok(Some(match &self.lost {
            Some(lost) if lost.may_have_created(&found.id) => Ensured::MaybeCreated(found),
            _ => Ensured::Existing(found),
        }))
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
}

impl Poll for EnsureConnection<'_> {
    type Output = Ensured<PrivateEndpointConnection>;

    fn schedule(&mut self) -> &mut PollSchedule {
        &mut self.schedule
    }

    async fn poll_once(&mut self) -> Result<Option<Self::Output>, Error> {
        match self.find_or_create().await {
            Err(error) if self.lost.is_some() && !self.tolerates(&error) => Err(after_lost(error)),
            result => result,
        }
    }

    fn timed_out(&mut self) -> Error {
        let (call, goal) = self.call_and_goal();
        let reason = format!("there was none after {}", seconds(self.schedule.elapsed()));
        let error = self.schedule.error(call, goal, reason);
        match self.lost {
            Some(_) => after_lost(error),
            None => error,
        }
    }
}

/// Ensures that a private endpoint connection has an interface endpoint when awaited; returned by
/// [`Client::ensure_interface_endpoint`].
#[derive(Debug)]
#[must_use = "nothing is ensured until this is awaited"]
pub struct EnsureInterfaceEndpoint<'a> {
    client: Client,
    project: ProjectId,
    connection: PrivateLinkId,
    id: InterfaceEndpointId,
    schedule: PollSchedule,
    /// The response to a POST was lost.
    lost: bool,
    /// How often Atlas reported that the resource exists, and it could not be found.
    contradictions: u32,
    observer: Observer<'a, EnsureStep>,
}

impl Client {
    /// Adds an interface endpoint to a private endpoint connection, unless the connection has it.
    ///
    /// If it is being deleted from the connection, the run waits until it is deleted and adds it again. A
    /// `REJECTED` interface endpoint is returned. When the response to the POST is lost, the run finds out whether
    /// the connection has the interface endpoint; [`Ensured`] describes what it cannot know.
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
    /// [`WaitTimeout`](crate::ErrorKind::WaitTimeout) after the timeout. [`Error::is_outcome_unknown`] is true if
    /// the response to a POST was lost before.
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
            lost: false,
            contradictions: 0,
            observer: Observer::none(),
        }
    }
}

impl_polled_builder!(
    EnsureInterfaceEndpoint,
    EnsureStep,
    Ensured<InterfaceEndpoint>
);

impl EnsureInterfaceEndpoint<'_> {
    fn call_and_goal(&self) -> (CallContext, String) {
        let (id, connection, project) = (&self.id, &self.connection, &self.project);
        let values = vec![
            ("groupId", project.to_string()),
            ("privateLinkId", connection.to_string()),
            ("interfaceEndpointId", id.to_string()),
        ];
        (
            CallContext::new(&operations::ADD_INTERFACE_ENDPOINT, values),
            format!(
                "private endpoint connection {connection} of project {project} to have interface \
                 endpoint {id}"
            ),
        )
    }

    fn unanswered(&self) -> Error {
        let (call, goal) = self.call_and_goal();
        self.schedule.unanswered(call, goal)
    }

    async fn find(&mut self) -> Result<Option<InterfaceEndpoint>, Error> {
        let call = self
            .client
            .get_interface_endpoint(&self.project, &self.connection, &self.id);
        let found = self.schedule.poll(call).await;
        match found.unwrap_or_else(|| Err(self.unanswered())) {
            Ok(found) => Ok(Some(found)),
            Err(error) if has_code(&error, &ErrorCode::PrivatelinkInterfaceEndpointNotFound) => {
                Ok(None)
            }
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
            Err(when) => Err(with_outcome(self.timed_out(), when)),
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

    async fn find_or_add(&mut self) -> Result<Option<Ensured<InterfaceEndpoint>>, Error> {
        match self.find().await? {
            Some(found) if found.is_being_deleted() => {
                self.wait_until_deleted().await?;
                return Ok(None);
            }
            Some(found) if self.lost => return Ok(Some(Ensured::MaybeCreated(found))),
            Some(found) => return Ok(Some(Ensured::Existing(found))),
            None => {}
        }
        let error = match self.add().await {
            Ok(added) => return Ok(Some(Ensured::Created(added))),
            Err(error) => error,
        };
        if error.is_outcome_unknown() {
            self.observer.notify(EnsureStep::ResponseLost);
            self.lost = true;
        } else if has_code(
            &error,
            &ErrorCode::PrivatelinkInterfaceEndpointAlreadyExists,
        ) {
            self.observer.notify(EnsureStep::AlreadyExists);
        } else {
            return Err(error);
        }
        tolerate_contradiction(&mut self.contradictions, error, &self.schedule)
    }
}

impl Poll for EnsureInterfaceEndpoint<'_> {
    type Output = Ensured<InterfaceEndpoint>;

    fn schedule(&mut self) -> &mut PollSchedule {
        &mut self.schedule
    }

    async fn poll_once(&mut self) -> Result<Option<Self::Output>, Error> {
        match self.find_or_add().await {
            Err(error) if self.lost && !self.tolerates(&error) => Err(after_lost(error)),
            result => result,
        }
    }

    fn timed_out(&mut self) -> Error {
        let (call, goal) = self.call_and_goal();
        let elapsed = seconds(self.schedule.elapsed());
        let reason = format!("it was not there after {elapsed}");
        let error = self.schedule.error(call, goal, reason);
        if self.lost { after_lost(error) } else { error }
    }
}

/// The limit of contradictions, at which Atlas' refusal is the error.
const MAX_CONTRADICTIONS: u32 = 3;

/// Polls again, or returns Atlas' `refusal` when there were too many or no time is left.
fn tolerate_contradiction<T>(
    contradictions: &mut u32,
    refusal: Error,
    schedule: &PollSchedule,
) -> Result<Option<T>, Error> {
    *contradictions += 1;
    if *contradictions == MAX_CONTRADICTIONS || schedule.remaining().is_zero() {
        return Err(refusal);
    }
    Ok(None)
}

/// Marks the outcome of a POST as unknown if it was in flight when the wait timed out.
fn with_outcome(error: Error, when: TimedOut) -> Error {
    match when {
        TimedOut::BeforeStart => error,
        TimedOut::InFlight => error.with_unknown_outcome(UnknownOutcome::because(
            "the timeout passed before Atlas responded",
        )),
    }
}

/// Marks the outcome as unknown in an error that ends the work after the response to a POST was lost.
fn after_lost(error: Error) -> Error {
    if error.is_outcome_unknown() {
        return error;
    }
    let reason = "the response to an earlier POST was lost";
    error.with_unknown_outcome(UnknownOutcome::because(reason))
}

fn has_code(error: &Error, code: &ErrorCode) -> bool {
    error.code() == Some(code)
}
