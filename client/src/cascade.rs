//! Deletes a private endpoint connection with its interface endpoints.
//!
//! Atlas refuses to delete a connection that has interface endpoints, even while it is deleting them.

use std::fmt;

use crate::operation::CallContext;
use crate::types::{ErrorCode, PrivateEndpointConnection};
use crate::wait::{
    ConnectionGoal, DEFAULT_TIMEOUT, InterfaceEndpointGoal, Observer, Poll, PollSchedule, TimedOut,
    impl_polled_builder, seconds,
};
use crate::{Client, Error, ErrorKind, InterfaceEndpointId, PrivateLinkId, ProjectId, operations};

/// Deletes a private endpoint connection with its interface endpoints when awaited; returned by
/// [`Client::delete_connection_cascade`].
#[derive(Debug)]
#[must_use = "nothing is deleted until this is awaited"]
pub struct CascadeDeletion<'a> {
    client: Client,
    project: ProjectId,
    connection: PrivateLinkId,
    until_deleted: bool,
    /// The only interface endpoints to delete; `None` for all.
    expected: Option<Vec<InterfaceEndpointId>>,
    schedule: PollSchedule,
    existed: bool,
    /// Atlas' latest refusal to delete the connection.
    refusal: Option<Error>,
    observer: Observer<'a, DeletionStep>,
}

/// The result of a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deletion {
    /// Atlas has accepted the deletion and is working on it.
    InProgress,
    /// The connection is deleted.
    Done,
    /// The connection did not exist.
    NotFound,
}

/// A step of a deletion. Displayed, it is a phrase for people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeletionStep {
    /// The deletion of this interface endpoint is requested.
    DeletingInterfaceEndpoint(InterfaceEndpointId),
    /// This interface endpoint was observed in this state.
    InterfaceEndpointObserved(InterfaceEndpointId, String),
    /// This interface endpoint is deleted.
    InterfaceEndpointDeleted(InterfaceEndpointId),
    /// The deletion of the connection is requested.
    DeletingConnection,
    /// Atlas refused, since the connection has interface endpoints again or still. They are looked up.
    HasInterfaceEndpoints,
    /// The connection was observed in this state.
    ConnectionObserved(String),
    /// The connection is deleted.
    ConnectionDeleted,
}

impl Client {
    /// Deletes a private endpoint connection with all its interface endpoints.
    ///
    /// Deletes the interface endpoints, waits until they are deleted, and deletes the connection. The
    /// interface endpoints in your AWS account are not touched. Resources that are being deleted are only
    /// waited for, and missing ones are skipped, so that an interrupted run can be repeated. Interface
    /// endpoints that are added meanwhile are deleted, too, unless [`only`](CascadeDeletion::only) excludes
    /// them.
    ///
    /// ```no_run
    /// # use atlas_private_endpoint::{Client, Error, PrivateLinkId, ProjectId};
    /// # async fn example(client: Client, project: ProjectId, id: PrivateLinkId) -> Result<(), Error> {
    /// client
    ///     .delete_connection_cascade(&project, &id)
    ///     .until_deleted(true)
    ///     .on_step(|step| println!("{step}"))
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When it is awaited: those of the operations and of the waits. It ends with the first error; deletions
    /// that Atlas has accepted continue.
    pub fn delete_connection_cascade<'a>(
        &self,
        project: &ProjectId,
        connection: &PrivateLinkId,
    ) -> CascadeDeletion<'a> {
        CascadeDeletion {
            client: self.clone(),
            project: project.clone(),
            connection: connection.clone(),
            until_deleted: false,
            expected: None,
            schedule: PollSchedule::new(self.clock(), DEFAULT_TIMEOUT),
            existed: false,
            refusal: None,
            observer: Observer::none(),
        }
    }
}

impl_polled_builder!(CascadeDeletion, DeletionStep, Deletion);

impl CascadeDeletion<'_> {
    /// Sets whether to wait until the connection is deleted. By default the deletion ends when Atlas has
    /// accepted it.
    pub fn until_deleted(mut self, until_deleted: bool) -> Self {
        self.until_deleted = until_deleted;
        self
    }

    /// Limits the deletion to these interface endpoints, such as those that a user has confirmed. When the
    /// connection has another, no more is deleted, and the error is
    /// [`UnexpectedInterfaceEndpoint`](ErrorKind::UnexpectedInterfaceEndpoint).
    ///
    /// ```no_run
    /// # use atlas_private_endpoint::{Client, Error, PrivateLinkId, ProjectId};
    /// # async fn example(client: Client, project: ProjectId, id: PrivateLinkId) -> Result<(), Error> {
    /// let connection = client.get_private_endpoint_connection(&project, &id).await?;
    /// println!("deleting {id} with {:?}", connection.interface_endpoints);
    /// let confirmed = connection.interface_endpoints;
    /// client.delete_connection_cascade(&project, &id).only(confirmed).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn only(mut self, expected: impl IntoIterator<Item = InterfaceEndpointId>) -> Self {
        self.expected = Some(expected.into_iter().collect());
        self
    }

    async fn accepted(&mut self) -> Result<Deletion, Error> {
        if self.until_deleted {
            self.wait_for_connection().await?;
            return Ok(Deletion::Done);
        }
        Ok(Deletion::InProgress)
    }

    fn deleted(&mut self) -> Deletion {
        self.observer.notify(DeletionStep::ConnectionDeleted);
        if self.existed {
            Deletion::Done
        } else {
            Deletion::NotFound
        }
    }

    fn check_expected(&self, connection: &PrivateEndpointConnection) -> Result<(), Error> {
        let Some(expected) = &self.expected else {
            return Ok(());
        };
        let others: Vec<&str> = connection
            .interface_endpoints
            .iter()
            .filter(|id| !expected.contains(id))
            .map(InterfaceEndpointId::as_str)
            .collect();
        if others.is_empty() {
            return Ok(());
        }
        let reason = format!(
            "it has {}, which must not be deleted; it may have been added meanwhile",
            others.join(", ")
        );
        let error = Error::new(ErrorKind::UnexpectedInterfaceEndpoint, reason);
        Err(error.with_call(self.call()))
    }

    fn goal(&self) -> String {
        let (connection, project) = (&self.connection, &self.project);
        format!(
            "private endpoint connection {connection} of project {project} to have no interface endpoints"
        )
    }

    fn call(&self) -> CallContext {
        let values = vec![
            ("groupId", self.project.to_string()),
            ("privateLinkId", self.connection.to_string()),
        ];
        CallContext::new(&operations::DELETE_PRIVATE_ENDPOINT_CONNECTION, values)
    }

    /// Requests the deletion of all interface endpoints before it waits for the first, since Atlas deletes them
    /// concurrently.
    async fn delete_interface_endpoints(
        &mut self,
        connection: &PrivateEndpointConnection,
    ) -> Result<(), Error> {
        for id in &connection.interface_endpoints {
            self.delete_interface_endpoint(id).await?;
        }
        for id in &connection.interface_endpoints {
            self.wait_for_interface_endpoint(id).await?;
        }
        Ok(())
    }

    async fn delete_interface_endpoint(&mut self, id: &InterfaceEndpointId) -> Result<(), Error> {
        let (project, connection) = (&self.project, &self.connection);
        let call = self.client.get_interface_endpoint(project, connection, id);
        let found = self.schedule.send(call).await;
        let found = unless_not_found(self.in_time(found)?, ENDPOINT_NOT_FOUND)?;
        if found.is_none_or(|endpoint| endpoint.is_being_deleted()) {
            return Ok(());
        }
        self.observer
            .notify(DeletionStep::DeletingInterfaceEndpoint(id.clone()));
        let (project, connection) = (&self.project, &self.connection);
        let call = self
            .client
            .delete_interface_endpoint(project, connection, id);
        let deleted = self.schedule.send(call).await;
        unless_not_found(self.in_time(deleted)?, ENDPOINT_NOT_FOUND).map(drop)
    }

    async fn wait_for_interface_endpoint(&mut self, id: &InterfaceEndpointId) -> Result<(), Error> {
        let observer = &mut self.observer;
        let deleted = InterfaceEndpointGoal::Deleted;
        self.client
            .wait_for_interface_endpoint(&self.project, &self.connection, id, deleted)
            .timeout(self.schedule.remaining())
            .on_step(|step| {
                if let Some(endpoint) = step.observation.resource() {
                    let id = endpoint.interface_endpoint_id.clone();
                    let state = step.observation.to_string();
                    observer.notify(DeletionStep::InterfaceEndpointObserved(id, state));
                }
            })
            .await?;
        self.observer
            .notify(DeletionStep::InterfaceEndpointDeleted(id.clone()));
        Ok(())
    }

    async fn wait_for_connection(&mut self) -> Result<(), Error> {
        let observer = &mut self.observer;
        self.client
            .wait_for_connection(&self.project, &self.connection, ConnectionGoal::Deleted)
            .timeout(self.schedule.remaining())
            .on_step(|step| {
                if step.observation.resource().is_some() {
                    let state = step.observation.to_string();
                    observer.notify(DeletionStep::ConnectionObserved(state));
                }
            })
            .await?;
        self.observer.notify(DeletionStep::ConnectionDeleted);
        Ok(())
    }

    fn in_time<T>(&mut self, sent: Result<T, TimedOut>) -> Result<T, Error> {
        sent.map_err(|_| self.timed_out())
    }
}

impl Poll for CascadeDeletion<'_> {
    type Output = Deletion;

    fn schedule(&mut self) -> &mut PollSchedule {
        &mut self.schedule
    }

    async fn poll_once(&mut self) -> Result<Option<Deletion>, Error> {
        let call = self
            .client
            .get_private_endpoint_connection(&self.project, &self.connection);
        let found = self.schedule.poll(call).await;
        let found =
            found.unwrap_or_else(|| Err(self.schedule.unanswered(self.call(), self.goal())));
        let Some(connection) = unless_not_found(found, CONNECTION_NOT_FOUND)? else {
            return Ok(Some(self.deleted()));
        };
        self.existed = true;
        self.check_expected(&connection)?;
        self.delete_interface_endpoints(&connection).await?;
        if connection.is_being_deleted() {
            return self.accepted().await.map(Some);
        }
        self.observer.notify(DeletionStep::DeletingConnection);
        let call = self
            .client
            .delete_private_endpoint_connection(&self.project, &self.connection);
        let sent = self.schedule.send(call).await;
        match unless_not_found(self.in_time(sent)?, CONNECTION_NOT_FOUND) {
            Ok(Some(())) => self.accepted().await.map(Some),
            Ok(None) => Ok(Some(self.deleted())),
            Err(error) if has_interface_endpoints(&error) => {
                self.refusal = Some(error);
                self.observer.notify(DeletionStep::HasInterfaceEndpoints);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn timed_out(&mut self) -> Error {
        let goal = self.goal();
        let after = seconds(self.schedule.elapsed());
        // Interface endpoints are added faster than they are deleted, or Atlas does not list one.
        if let Some(refusal) = self.refusal.take() {
            let reason = format!(
                "Atlas still reported interface endpoints after {after}; check what adds them"
            );
            let error = self.schedule.error(self.call(), goal, reason);
            return error.with_source(refusal);
        }
        let reason = format!("it still had some after {after}, and it is not deleted");
        self.schedule.error(self.call(), goal, reason)
    }
}

const CONNECTION_NOT_FOUND: &[ErrorCode] = &[ErrorCode::PrivatelinkNotFound];

/// The codes of a 404 for an interface endpoint that does not exist, alone or with its connection.
const ENDPOINT_NOT_FOUND: &[ErrorCode] = &[
    ErrorCode::PrivatelinkInterfaceEndpointNotFound,
    ErrorCode::PrivatelinkNotFound,
];

fn unless_not_found<T>(
    result: Result<T, Error>,
    not_found: &[ErrorCode],
) -> Result<Option<T>, Error> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code().is_some_and(|it| not_found.contains(it)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn has_interface_endpoints(error: &Error) -> bool {
    error.code() == Some(&ErrorCode::CannotDeletePrivatelinkWithEndpoints)
}

impl fmt::Display for DeletionStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DeletingInterfaceEndpoint(id) => write!(f, "deleting interface endpoint {id}"),
            Self::InterfaceEndpointObserved(id, state) => write!(f, "interface endpoint {id} is {state}"),
            Self::InterfaceEndpointDeleted(id) => write!(f, "interface endpoint {id} is gone"),
            Self::DeletingConnection => f.write_str("deleting the private endpoint connection"),
            Self::HasInterfaceEndpoints => f.write_str(
                "Atlas reports that the private endpoint connection has interface endpoints; looking them up",
            ),
            Self::ConnectionObserved(state) => write!(f, "the private endpoint connection is {state}"),
            Self::ConnectionDeleted => f.write_str("the private endpoint connection is gone"),
        }
    }
}
