//! The client, to which the generated code adds a method for each operation.

use std::sync::Arc;

use futures_util::Stream;
use futures_util::stream::{self, StreamExt};

use crate::http::{Call, Transport};
use crate::reconcile::reconcile;
use crate::types::PrivateEndpointConnection;
use crate::{Clock, Counters, Error, Operation, ProjectId};

/// The recommended concurrency of [`Client::list_in_projects`]. Each concurrent project needs its own
/// connection and digest challenge.
pub const DEFAULT_CONCURRENCY: usize = 16;

/// A client for the operations of the API, one method each.
///
/// A clone is cheap and shares connections and nonces with the original; use one client for all calls.
///
/// ```no_run
/// use atlas_private_endpoint::types::CreatePrivateEndpointConnection;
/// # use atlas_private_endpoint::{Client, Error, InterfaceEndpointId, ProjectId};
///
/// # async fn example(
/// #     client: Client, project: ProjectId, vpce: InterfaceEndpointId,
/// # ) -> Result<(), Error> {
/// let request = CreatePrivateEndpointConnection::aws("us-east-1");
/// let created = client.create_private_endpoint_connection(&project, &request).await?;
/// let id = &created.id;
/// let connections = client.list_private_endpoint_connections(&project).await?;
/// let connection = client.get_private_endpoint_connection(&project, id).await?;
///
/// // The connection must be ready for the first of these.
/// client.add_interface_endpoint(&project, id, &vpce.clone().into()).await?;
/// let endpoint = client.get_interface_endpoint(&project, id, &vpce).await?;
/// client.delete_interface_endpoint(&project, id, &vpce).await?;
///
/// // The interface endpoint must be deleted before.
/// client.delete_private_endpoint_connection(&project, id).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    transport: Arc<Transport>,
}

impl Client {
    /// Returns how many calls, attempts and requests this client and its clones have made.
    ///
    /// ```
    /// # use atlas_private_endpoint::{Client, Credentials};
    /// # let client = Client::with_credentials(Credentials::api_key("abcdefgh", "secret"))?;
    /// let counters = client.counters();
    /// println!("{} repeated attempts", counters.attempts - counters.calls);
    /// # Ok::<(), atlas_private_endpoint::Error>(())
    /// ```
    pub fn counters(&self) -> Counters {
        self.transport.counters.read()
    }

    /// Returns the URL of an operation with these values in its path, for a dry run. No request is sent.
    ///
    /// Hidden, since the values are untyped: the CLI names the operation of its dry run by the same table.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) when a value is missing or cannot be
    /// part of a path.
    #[doc(hidden)]
    pub fn url(
        &self,
        operation: &'static Operation,
        values: &[(&'static str, &str)],
    ) -> Result<String, Error> {
        let call = values
            .iter()
            .fold(self.call(operation), |call, (name, value)| {
                call.path(name, value)
            });
        call.into_url()
    }

    /// Lists the private endpoint connections of many projects, up to `concurrency` of them at a time; 0
    /// counts as 1. [`DEFAULT_CONCURRENCY`] suits most programs.
    ///
    /// Each project is returned with its list or its error as soon as that arrives, not in the order of
    /// `projects`. An error does not end the stream. The iterator is advanced only when a project can be
    /// listed, and no request is sent before the stream is polled; dropping the stream cancels its requests.
    ///
    /// Requests make progress only while the stream is polled, and their timeouts run all the same. Move long
    /// work on a project to its own task, or defer it until the last list has arrived.
    ///
    /// ```no_run
    /// use std::pin::pin;
    /// use futures_util::StreamExt;
    /// use atlas_private_endpoint::DEFAULT_CONCURRENCY;
    /// # use atlas_private_endpoint::{Client, ProjectId};
    ///
    /// # async fn example(client: Client, projects: Vec<ProjectId>) {
    /// let mut lists = pin!(client.list_in_projects(projects, DEFAULT_CONCURRENCY));
    /// while let Some((project, list)) = lists.next().await {
    ///     match list {
    ///         Ok(connections) => println!("{project} has {}", connections.len()),
    ///         Err(error) => eprintln!("{error}"),
    ///     }
    /// }
    /// # }
    /// ```
    pub fn list_in_projects<I>(
        &self,
        projects: I,
        concurrency: usize,
    ) -> impl Stream<Item = (ProjectId, Result<Vec<PrivateEndpointConnection>, Error>)> + use<I>
    where
        I: IntoIterator<Item = ProjectId>,
    {
        let client = self.clone();
        stream::iter(projects)
            .map(move |project| {
                let client = client.clone();
                async move {
                    let list = client.list_private_endpoint_connections(&project).await;
                    (project, list)
                }
            })
            .buffer_unordered(concurrency.max(1))
    }

    pub(crate) fn new(transport: Transport) -> Self {
        Self {
            transport: Arc::new(transport),
        }
    }

    /// Returns true once the server has responded to any request.
    pub(crate) fn has_responded(&self) -> bool {
        self.transport.has_responded()
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.transport.limits.clock)
    }

    /// Starts a call of `operation`. All generated methods use it.
    pub(crate) fn call(&self, operation: &'static Operation) -> Call<'_> {
        Call::new(&self.transport, operation, reconcile)
    }
}
