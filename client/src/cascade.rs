//! Deleting a private endpoint connection with what belongs to it.
//!
//! Atlas refuses to delete a connection that has interface endpoints, also while those are being deleted.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use crate::ensure::is_being_deleted;
use crate::types::{
    ErrorCode, PrivateEndpointConnection, PrivateEndpointConnectionStatus as Status,
};
use crate::wait::{DEFAULT_TIMEOUT, Deleted, Pace, may_pass, out_of_time, seconds};
use crate::watcher::Watcher;
use crate::{Client, Error, ErrorKind, InterfaceEndpointId, PrivateLinkId, ProjectId};

/// Deletes a private endpoint connection with its interface endpoints, when it is awaited; made by
/// [`Client::delete_connection_cascade`].
#[must_use = "nothing is deleted until it is awaited"]
pub struct CascadeDeletion<'a> {
    client: Client,
    project: ProjectId,
    connection: PrivateLinkId,
    timeout: Duration,
    until_deleted: bool,
    /// The only interface endpoints that it may have; `None` for whatever it has.
    expected: Option<Vec<InterfaceEndpointId>>,
    existed: bool,
    /// Atlas' latest refusal to delete the connection.
    refused: Option<Error>,
    watcher: Watcher<'a, DeletionStep>,
}

/// How far a deletion has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deletion {
    /// Atlas was asked to delete the connection, and does so.
    InProgress,
    /// The connection is gone.
    Done,
    /// There was no such connection to begin with.
    NotFound,
}

/// What is done to delete a connection, or seen on the way. Displayed, it is a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeletionStep {
    /// Atlas is asked to delete this interface endpoint.
    DeletingInterfaceEndpoint(InterfaceEndpointId),
    /// This interface endpoint was seen in this state, and is waited for.
    InterfaceEndpointObserved(InterfaceEndpointId, String),
    /// This interface endpoint is gone.
    InterfaceEndpointDeleted(InterfaceEndpointId),
    /// Atlas is asked to delete the connection.
    DeletingConnection,
    /// Atlas says that the connection has interface endpoints again, or still. They are looked for.
    HasInterfaceEndpoints,
    /// The connection was seen in this state, and is waited for.
    ConnectionObserved(String),
    /// The connection is gone.
    ConnectionDeleted,
}

impl Client {
    /// Deletes a private endpoint connection with all its interface endpoints.
    ///
    /// Asks Atlas to delete the interface endpoints, waits until they are gone, and asks it to delete the
    /// connection. The interface endpoints in your AWS account are not touched. Whatever is being deleted
    /// already is waited for only, and what is gone is fine, so that a run that was interrupted can be
    /// run again. Interface endpoints that are added meanwhile are deleted, too, unless it is said which
    /// [`only`](CascadeDeletion::only).
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
    /// When it is awaited: those of the operations and of the waiting. It ends with the first; what was
    /// asked for until then goes on.
    pub fn delete_connection_cascade<'a>(
        &self,
        project: &ProjectId,
        connection: &PrivateLinkId,
    ) -> CascadeDeletion<'a> {
        CascadeDeletion {
            client: self.clone(),
            project: project.clone(),
            connection: connection.clone(),
            timeout: DEFAULT_TIMEOUT,
            until_deleted: false,
            expected: None,
            existed: false,
            refused: None,
            watcher: Watcher::nobody(),
        }
    }
}

impl<'a> CascadeDeletion<'a> {
    /// How long all of it may take. The default is [an hour](DEFAULT_TIMEOUT).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Whether to wait until the connection is gone, too. The default is no: it ends when Atlas has
    /// agreed to delete it.
    pub fn until_deleted(mut self, until_deleted: bool) -> Self {
        self.until_deleted = until_deleted;
        self
    }

    /// What to call with each step as it is taken.
    pub fn on_step(mut self, on_step: impl FnMut(&DeletionStep) + Send + 'a) -> Self {
        self.watcher.set(on_step);
        self
    }

    /// Deletes no interface endpoints but these, which a person has agreed to for instance. When the
    /// connection has another, nothing is deleted from then on, and the error is of kind
    /// [`UnexpectedInterfaceEndpoint`](ErrorKind::UnexpectedInterfaceEndpoint).
    pub fn only(mut self, expected: impl IntoIterator<Item = InterfaceEndpointId>) -> Self {
        self.expected = Some(expected.into_iter().collect());
        self
    }

    async fn run(mut self) -> Result<Deletion, Error> {
        let mut pace = Pace::begin(self.client.clock(), self.timeout);
        let mut waits = false;
        loop {
            match self.turn(&pace).await {
                Ok(Turn::Gone) => {
                    self.watcher.tell(DeletionStep::ConnectionDeleted);
                    return Ok(self.gone());
                }
                Ok(Turn::Asked) => break,
                Ok(Turn::Refused(refused)) => {
                    self.refused = Some(refused);
                    self.watcher.tell(DeletionStep::HasInterfaceEndpoints);
                }
                // Once it waits, a failure that may pass does not end it.
                Err(error) if waits && may_pass(&error) => {}
                Err(error) => return Err(error),
            }
            waits = true;
            if !pace.pause().await {
                return Err(self.timed_out(&pace));
            }
        }
        if !self.until_deleted {
            return Ok(Deletion::InProgress);
        }
        self.wait_for_connection(pace.left()).await?;
        Ok(Deletion::Done)
    }

    fn gone(&self) -> Deletion {
        if self.existed {
            Deletion::Done
        } else {
            Deletion::NotFound
        }
    }

    async fn turn(&mut self, pace: &Pace) -> Result<Turn, Error> {
        let look = pace.within(self.look()).await;
        let Some(connection) = look.unwrap_or_else(|| Err(self.timed_out(pace)))? else {
            return Ok(Turn::Gone);
        };
        self.existed = true;
        self.must_be_expected(&connection)?;
        self.delete_interface_endpoints(&connection, pace).await?;
        if connection.status == Status::Deleting {
            return Ok(Turn::Asked);
        }
        self.watcher.tell(DeletionStep::DeletingConnection);
        match self.delete_connection(pace).await {
            Ok(Some(())) => Ok(Turn::Asked),
            Ok(None) => Ok(Turn::Gone),
            Err(error) if has_interface_endpoints(&error) => Ok(Turn::Refused(error)),
            Err(error) => Err(error),
        }
    }

    fn must_be_expected(&self, connection: &PrivateEndpointConnection) -> Result<(), Error> {
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
            "it has {}, which was not to be deleted; it may have been added meanwhile",
            others.join(", ")
        );
        Err(Error::new(ErrorKind::UnexpectedInterfaceEndpoint, reason))
    }

    async fn look(&mut self) -> Result<Option<PrivateEndpointConnection>, Error> {
        let found = self
            .client
            .get_private_endpoint_connection(&self.project, &self.connection)
            .await;
        unless_gone(found, &[ErrorCode::PrivatelinkNotFound])
    }

    /// All of them are asked for before the first is waited for, since Atlas deletes them side by side.
    async fn delete_interface_endpoints(
        &mut self,
        connection: &PrivateEndpointConnection,
        pace: &Pace,
    ) -> Result<(), Error> {
        for id in &connection.interface_endpoints {
            let done = pace.in_time(self.delete_interface_endpoint(id)).await;
            done.unwrap_or_else(|_| Err(self.timed_out(pace)))?;
        }
        for id in &connection.interface_endpoints {
            self.wait_for_interface_endpoint(id, pace.left()).await?;
        }
        Ok(())
    }

    async fn delete_interface_endpoint(&mut self, id: &InterfaceEndpointId) -> Result<(), Error> {
        let found = self
            .client
            .get_interface_endpoint(&self.project, &self.connection, id)
            .await;
        let found = unless_gone(found, GONE)?;
        if found.is_none_or(|endpoint| is_being_deleted(&endpoint)) {
            return Ok(());
        }
        self.watcher
            .tell(DeletionStep::DeletingInterfaceEndpoint(id.clone()));
        let deleted = self
            .client
            .delete_interface_endpoint(&self.project, &self.connection, id)
            .await;
        unless_gone(deleted, GONE).map(drop)
    }

    async fn delete_connection(&mut self, pace: &Pace) -> Result<Option<()>, Error> {
        let call = self
            .client
            .delete_private_endpoint_connection(&self.project, &self.connection);
        let deleted = pace.in_time(call).await;
        let deleted = deleted.unwrap_or_else(|_| Err(self.timed_out(pace)));
        unless_gone(deleted, &[ErrorCode::PrivatelinkNotFound])
    }

    async fn wait_for_interface_endpoint(
        &mut self,
        id: &InterfaceEndpointId,
        left: Duration,
    ) -> Result<(), Error> {
        let watcher = &mut self.watcher;
        self.client
            .wait_for_interface_endpoint(&self.project, &self.connection, id, Deleted)
            .timeout(left)
            .on_step(|step| {
                if let Some(endpoint) = step.observation.resource() {
                    let id = endpoint.interface_endpoint_id.clone();
                    let state = step.observation.to_string();
                    watcher.tell(DeletionStep::InterfaceEndpointObserved(id, state));
                }
            })
            .await?;
        self.watcher
            .tell(DeletionStep::InterfaceEndpointDeleted(id.clone()));
        Ok(())
    }

    async fn wait_for_connection(&mut self, left: Duration) -> Result<(), Error> {
        let watcher = &mut self.watcher;
        self.client
            .wait_for_connection(&self.project, &self.connection, Deleted)
            .timeout(left)
            .on_step(|step| {
                if step.observation.resource().is_some() {
                    watcher.tell(DeletionStep::ConnectionObserved(
                        step.observation.to_string(),
                    ));
                }
            })
            .await?;
        self.watcher.tell(DeletionStep::ConnectionDeleted);
        Ok(())
    }

    fn timed_out(&mut self, pace: &Pace) -> Error {
        let (connection, project) = (&self.connection, &self.project);
        let goal = format!(
            "private endpoint connection {connection} of project {project} to have no interface endpoints"
        );
        let after = seconds(pace.elapsed());
        // Somebody adds interface endpoints faster than they are deleted, or Atlas does not list one.
        if let Some(refused) = self.refused.take() {
            let reason = format!(
                "Atlas still said after {after} that it has interface endpoints; see who adds them"
            );
            return out_of_time(goal, reason, pace).with_source(refused);
        }
        let reason = format!("that was not so after {after}, and it is not deleted");
        out_of_time(goal, reason, pace)
    }
}

/// What one turn of the loop has come to.
enum Turn {
    /// There is no connection, or not any more.
    Gone,
    /// Atlas deletes it.
    Asked,
    /// It has interface endpoints still, or again.
    Refused(Error),
}

/// What a 404 names when an interface endpoint is gone, alone or with its connection.
const GONE: &[ErrorCode] = &[
    ErrorCode::PrivatelinkInterfaceEndpointNotFound,
    ErrorCode::PrivatelinkNotFound,
];

fn unless_gone<T>(result: Result<T, Error>, gone: &[ErrorCode]) -> Result<Option<T>, Error> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code().is_some_and(|code| gone.contains(code)) => Ok(None),
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
                "Atlas says that the private endpoint connection has interface endpoints; looking again",
            ),
            Self::ConnectionObserved(state) => write!(f, "the private endpoint connection is {state}"),
            Self::ConnectionDeleted => f.write_str("the private endpoint connection is gone"),
        }
    }
}

impl<'a> IntoFuture for CascadeDeletion<'a> {
    type Output = Result<Deletion, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for CascadeDeletion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CascadeDeletion")
            .field("project", &self.project)
            .field("connection", &self.connection)
            .field("timeout", &self.timeout)
            .field("until_deleted", &self.until_deleted)
            .finish_non_exhaustive()
    }
}
