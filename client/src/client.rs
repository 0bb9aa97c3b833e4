//! The client, on which the generated operations are methods.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::call::Call;
use crate::transport::Transport;
use crate::{ClientBuilder, Clock, Counters, Credentials, Error, Operation};

/// The seven operations of the API, one method each.
///
/// A clone is cheap and shares connections and nonces with the original; use one client for all calls.
///
/// ```no_run
/// use atlas_private_endpoint::{Client, Credentials, ProjectId};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::with_credentials(Credentials::api_key("abcdefgh", "11111111-2222-3333-4444-555555555555"))?;
/// let project = ProjectId::new("5356823b3004dee37132bb7b")?;
/// for connection in client.list_private_endpoint_connections(&project).await? {
///     println!("{} {}", connection.id, connection.status);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    transport: Arc<Transport>,
}

impl Client {
    /// A client for `https://cloud.mongodb.com` with every setting at its default.
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::build`].
    pub fn with_credentials(credentials: Credentials) -> Result<Self, Error> {
        Self::builder(credentials).build()
    }

    /// A client with settings of your own.
    pub fn builder(credentials: Credentials) -> ClientBuilder {
        ClientBuilder::new(credentials)
    }

    /// How many calls, attempts and requests this client and its clones have made so far.
    pub fn counters(&self) -> Counters {
        self.transport.counters.read()
    }

    /// The URL that a call of an operation goes to, with these values in its path, for programs that show
    /// what they would do. Nothing is sent.
    ///
    /// ```
    /// use atlas_private_endpoint::{Client, Credentials, operations};
    ///
    /// let credentials = Credentials::api_key("abcdefgh", "11111111-2222-3333-4444-555555555555");
    /// let client = Client::with_credentials(credentials)?;
    /// let list = &operations::LIST_PRIVATE_ENDPOINT_CONNECTIONS;
    /// assert_eq!(
    ///     client.url(list, &[("groupId", "5356823b3004dee37132bb7b")])?,
    ///     "https://cloud.mongodb.com/api/atlas/v1.0/groups/5356823b3004dee37132bb7b/privateEndpoint"
    /// );
    /// # Ok::<(), atlas_private_endpoint::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) when a value is missing, or
    /// is none that a path can have.
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

    pub(crate) fn new(transport: Transport) -> Self {
        Self {
            transport: Arc::new(transport),
        }
    }

    /// Whether any of its requests was ever answered.
    pub(crate) fn was_answered(&self) -> bool {
        self.transport.answered.load(Ordering::Relaxed)
    }

    /// What time is taken from.
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.transport.limits.clock)
    }

    /// Begins a call of `operation`. The generated methods come here, each from one place.
    pub(crate) fn call(&self, operation: &'static Operation) -> Call<'_> {
        Call::new(&self.transport, operation)
    }
}
