//! A sandbox with faults, and a client that retries without waiting.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use atlas_pe_sandbox::{Sandbox, testing};
use atlas_private_endpoint::types::{CreatePrivateEndpointConnection, Region};
use atlas_private_endpoint::{Client, Clock, Credentials, Error, ProjectId};

/// The timeout of a request. Long enough for a busy machine, since only stalled requests reach it.
const TIMEOUT: Duration = Duration::from_secs(4);

/// A clock that records its sleeps and returns from them at once.
#[derive(Clone, Debug, Default)]
struct NoSleep(Arc<Mutex<Vec<Duration>>>);

impl Clock for NoSleep {
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.0.lock().unwrap().push(time);
        Box::pin(ready(()))
    }

    fn random(&self) -> f64 {
        0.5
    }
}

fn client(sandbox: &Sandbox, clock: &NoSleep) -> Client {
    let key = Credentials::api_key(sandbox.public_key(), sandbox.private_key());
    Client::builder(key)
        .base_url(sandbox.origin())
        .timeout(TIMEOUT)
        .clock(clock.clone())
        .build()
        .unwrap()
}

pub(crate) struct RetryWorld {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) project: ProjectId,
    clock: NoSleep,
}

impl RetryWorld {
    /// Returns a world whose client knows a nonce already, so that a call is one request.
    pub(crate) async fn new() -> Self {
        Self::with_steps_of(Duration::from_secs(2)).await
    }

    pub(crate) async fn with_steps_of(step: Duration) -> Self {
        let sandbox = testing::builder().step(step).start().unwrap();
        let clock = NoSleep::default();
        let client = client(&sandbox, &clock);
        let project = ProjectId::new(sandbox.project_id()).unwrap();
        client
            .list_private_endpoint_connections(&project)
            .await
            .unwrap();
        Self {
            sandbox,
            client,
            project,
            clock,
        }
    }

    /// Returns a client without a connection and a nonce.
    pub(crate) fn another_client(&self) -> Client {
        client(&self.sandbox, &self.clock)
    }

    pub(crate) async fn create(&self, region: Region) -> Result<String, Error> {
        let request = CreatePrivateEndpointConnection::aws(region);
        let created = self
            .client
            .create_private_endpoint_connection(&self.project, &request);
        Ok(created.await?.id.to_string())
    }

    pub(crate) async fn list(&self) -> Result<usize, Error> {
        let list = self
            .client
            .list_private_endpoint_connections(&self.project)
            .await?;
        Ok(list.len())
    }

    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.clock.0.lock().unwrap().clone()
    }

    pub(crate) fn resources(&self) -> usize {
        self.sandbox.connections(self.project.as_str()).len()
    }
}
