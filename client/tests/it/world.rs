//! A sandbox, and a client whose sleeps take no time: they advance the sandbox's clock.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

pub(crate) use atlas_pe_sandbox::testing::LONG;
use atlas_pe_sandbox::testing::{self, VPCE};
use atlas_pe_sandbox::{Clock as SandboxClock, PinnedStatus, Sandbox, SandboxBuilder};
use atlas_private_endpoint::types::{
    CreatePrivateEndpointConnection, InterfaceEndpoint, PrivateEndpointConnection, Region,
};
use atlas_private_endpoint::wait::{ConnectionGoal, InterfaceEndpointGoal, Waiter};
use atlas_private_endpoint::{
    CascadeDeletion, Client, ClientBuilder, Clock, Credentials, EnsureConnection, Error,
    InterfaceEndpointId, ProjectId,
};

use crate::log;

/// The timeout of a request that stalls. Long enough for a busy machine.
const STALL_TIMEOUT: Duration = Duration::from_secs(4);

/// A client's clock that is the sandbox's, and records its sleeps.
#[derive(Clone, Debug)]
pub(crate) struct SharedClock {
    clock: SandboxClock,
    start: (SystemTime, Instant),
    slept: Arc<Mutex<Vec<Duration>>>,
}

impl SharedClock {
    pub(crate) fn new(clock: &SandboxClock) -> Self {
        Self {
            clock: clock.clone(),
            start: (clock.now(), Instant::now()),
            slept: Arc::default(),
        }
    }

    pub(crate) fn sleeps(&self) -> Vec<Duration> {
        self.slept.lock().unwrap().clone()
    }

    /// Returns the sleeps in whole seconds.
    pub(crate) fn slept(&self) -> Vec<u64> {
        let sleeps = self.sleeps();
        assert!(
            sleeps.iter().all(|time| time.subsec_nanos() == 0),
            "{sleeps:?}"
        );
        sleeps.iter().map(Duration::as_secs).collect()
    }

    pub(crate) fn advance(&self, time: Duration) {
        self.clock.advance(time);
    }
}

impl Clock for SharedClock {
    fn now(&self) -> Instant {
        let (start, begun) = self.start;
        begun + self.clock.now().duration_since(start).unwrap()
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.slept.lock().unwrap().push(time);
        self.clock.advance(time);
        Box::pin(ready(()))
    }

    fn random(&self) -> f64 {
        1.0
    }
}

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) project: ProjectId,
    pub(crate) time: SharedClock,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(testing::builder())
    }

    /// Returns a world in which every change of state takes `seconds`.
    pub(crate) fn with_steps_of(seconds: u64) -> Self {
        Self::with(testing::builder().step(Duration::from_secs(seconds)))
    }

    pub(crate) fn with(builder: SandboxBuilder) -> Self {
        let clock = SandboxClock::manual();
        let sandbox = builder.clock(clock.clone()).start().unwrap();
        let time = SharedClock::new(&clock);
        let builder = client_of(&sandbox).clock(time.clone());
        Self {
            client: builder.build().unwrap(),
            project: ProjectId::new(sandbox.project_id()).unwrap(),
            sandbox,
            time,
        }
    }

    /// Returns a world whose client has a nonce, so that a call is one request, and a short timeout.
    pub(crate) async fn with_nonce() -> Self {
        // Delays between attempts do not complete a creation.
        Self::with_nonce_and_steps_of(100).await
    }

    pub(crate) async fn with_nonce_and_steps_of(seconds: u64) -> Self {
        let mut world = Self::with_steps_of(seconds);
        world.client = world.another_client();
        world.list().await.unwrap();
        world
    }

    /// Returns a client without a connection and a nonce, and with a short timeout.
    pub(crate) fn another_client(&self) -> Client {
        let builder = client_of(&self.sandbox).clock(self.time.clone());
        builder.timeout(STALL_TIMEOUT).build().unwrap()
    }

    pub(crate) async fn try_create(
        &self,
        region: impl Into<Region>,
    ) -> Result<PrivateEndpointConnection, Error> {
        let request = CreatePrivateEndpointConnection::aws(region);
        self.client
            .create_private_endpoint_connection(&self.project, &request)
            .await
    }

    pub(crate) async fn create(&self, region: impl Into<Region>) -> PrivateEndpointConnection {
        self.try_create(region).await.unwrap()
    }

    /// Creates a connection that is waiting for the user.
    pub(crate) async fn ready(&self, region: impl Into<Region>) -> PrivateEndpointConnection {
        let created = self.create(region).await;
        self.sandbox.advance(LONG);
        created
    }

    /// Returns the number of listed connections.
    pub(crate) async fn list(&self) -> Result<usize, Error> {
        let list = self.client.list_private_endpoint_connections(&self.project);
        Ok(list.await?.len())
    }

    /// Returns the number of connections in the sandbox.
    pub(crate) fn count_connections(&self) -> usize {
        self.sandbox.connections(self.project.as_str()).len()
    }

    /// Returns the number of requests for an operation that have an `Authorization` header.
    pub(crate) fn count_requests(&self, operation: &str) -> usize {
        let requests = self.sandbox.requests();
        let matching = requests
            .iter()
            .filter(|it| it.operation.as_deref() == Some(operation) && it.has_authorization);
        matching.count()
    }

    pub(crate) async fn delete(&self, connection: &PrivateEndpointConnection) {
        let call = self
            .client
            .delete_private_endpoint_connection(&self.project, &connection.id);
        call.await.unwrap();
    }

    pub(crate) async fn delete_endpoint(&self, connection: &PrivateEndpointConnection) {
        self.client
            .delete_interface_endpoint(&self.project, &connection.id, &vpce())
            .await
            .unwrap();
    }

    pub(crate) fn wait<'a>(
        &self,
        connection: &PrivateEndpointConnection,
        goal: ConnectionGoal,
    ) -> Waiter<'a, PrivateEndpointConnection> {
        self.client
            .wait_for_connection(&self.project, &connection.id, goal)
    }

    pub(crate) fn wait_for_endpoint<'a>(
        &self,
        connection: &PrivateEndpointConnection,
        goal: InterfaceEndpointGoal,
    ) -> Waiter<'a, InterfaceEndpoint> {
        self.client
            .wait_for_interface_endpoint(&self.project, &connection.id, &vpce(), goal)
    }

    pub(crate) fn ensure<'a>(&self, region: &str) -> EnsureConnection<'a> {
        self.client.ensure_connection(&self.project, region)
    }

    pub(crate) fn cascade<'a>(
        &self,
        connection: &PrivateEndpointConnection,
    ) -> CascadeDeletion<'a> {
        self.client
            .delete_connection_cascade(&self.project, &connection.id)
    }

    /// Pins a connection to a status.
    pub(crate) fn pin(
        &self,
        connection: &PrivateEndpointConnection,
        status: impl Into<PinnedStatus>,
    ) {
        self.sandbox
            .set_connection_status(self.project.as_str(), connection.id.as_str(), status)
            .unwrap();
    }

    /// Adds an interface endpoint.
    pub(crate) async fn add(&self, connection: &PrivateEndpointConnection) {
        self.client
            .add_interface_endpoint(&self.project, &connection.id, &vpce().into())
            .await
            .unwrap();
    }
}

pub(crate) fn client_of(sandbox: &Sandbox) -> ClientBuilder {
    log::start();
    let key = Credentials::api_key(sandbox.public_key(), sandbox.private_key());
    Client::builder(key).base_url(sandbox.origin())
}

pub(crate) fn client(origin: &str, key: Credentials) -> Client {
    log::start();
    Client::builder(key).base_url(origin).build().unwrap()
}

pub(crate) fn vpce() -> InterfaceEndpointId {
    InterfaceEndpointId::new(VPCE).unwrap()
}
