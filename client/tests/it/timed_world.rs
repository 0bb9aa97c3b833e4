//! A world in which waiting takes no time: sleeping advances the sandbox's clock.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use atlas_pe_sandbox::{Clock as SandboxClock, PinnedStatus, Sandbox, testing};
use atlas_private_endpoint::types::{
    CreatePrivateEndpointConnection, InterfaceEndpoint, PrivateEndpointConnection,
};
use atlas_private_endpoint::wait::{ConnectionGoal, InterfaceEndpointGoal, Waiter};
use atlas_private_endpoint::{
    CascadeDeletion, Client, ClientBuilder, Clock, Credentials, EnsureConnection, ProjectId,
};

use crate::world::vpce;

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

    /// Returns the sleeps in whole seconds.
    pub(crate) fn slept(&self) -> Vec<u64> {
        let slept = self.slept.lock().unwrap();
        assert!(
            slept.iter().all(|time| time.subsec_nanos() == 0),
            "{slept:?}"
        );
        slept.iter().map(Duration::as_secs).collect()
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

pub(crate) struct TimedWorld {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) project: ProjectId,
    pub(crate) time: SharedClock,
}

impl TimedWorld {
    /// Returns a sandbox in which every change of state takes `seconds`.
    pub(crate) fn with_steps_of(seconds: u64) -> Self {
        let clock = SandboxClock::manual();
        let builder = testing::builder().clock(clock.clone());
        let builder = builder.step(Duration::from_secs(seconds));
        let sandbox = builder.start().unwrap();
        let time = SharedClock::new(&clock);
        let builder = client_of(&sandbox).clock(time.clone());
        Self {
            client: builder.build().unwrap(),
            project: ProjectId::new(sandbox.project_id()).unwrap(),
            sandbox,
            time,
        }
    }

    pub(crate) async fn create(&self, region: &str) -> PrivateEndpointConnection {
        let request = CreatePrivateEndpointConnection::aws(region);
        let created = self
            .client
            .create_private_endpoint_connection(&self.project, &request);
        created.await.unwrap()
    }

    /// Creates a connection that is waiting for the user.
    pub(crate) async fn ready(&self, region: &str) -> PrivateEndpointConnection {
        let created = self.create(region).await;
        self.time.advance(crate::world::LONG);
        created
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
    let key = Credentials::api_key(sandbox.public_key(), sandbox.private_key());
    Client::builder(key).base_url(sandbox.origin())
}
