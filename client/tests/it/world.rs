//! A sandbox with a manual clock, and a client.

use std::time::Duration;

use atlas_pe_sandbox::Sandbox;
pub(crate) use atlas_pe_sandbox::testing::LONG;
use atlas_pe_sandbox::testing::{self, VPCE};
use atlas_private_endpoint::types::{
    CreatePrivateEndpointConnection, PrivateEndpointConnection, Region,
};
use atlas_private_endpoint::{Client, Credentials, InterfaceEndpointId, ProjectId};

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) project: ProjectId,
}

impl World {
    pub(crate) fn new() -> Self {
        // By default nonces outlive every advance of the clock.
        Self::with_nonces_of(Duration::MAX)
    }

    pub(crate) fn with_nonces_of(lifetime: Duration) -> Self {
        let builder = testing::builder().nonce_lifetime(lifetime);
        let sandbox = builder.start().unwrap();
        let key = Credentials::api_key(sandbox.public_key(), sandbox.private_key());
        Self {
            client: client(sandbox.origin(), key),
            project: ProjectId::new(sandbox.project_id()).unwrap(),
            sandbox,
        }
    }

    pub(crate) async fn create(&self, region: Region) -> PrivateEndpointConnection {
        let request = CreatePrivateEndpointConnection::aws(region);
        let created = self
            .client
            .create_private_endpoint_connection(&self.project, &request);
        created.await.unwrap()
    }

    /// Creates a connection that is waiting for the user.
    pub(crate) async fn ready(&self) -> PrivateEndpointConnection {
        let created = self.create(Region::UsEast1).await;
        self.sandbox.advance(LONG);
        created
    }
}

pub(crate) fn client(origin: &str, key: Credentials) -> Client {
    Client::builder(key).base_url(origin).build().unwrap()
}

pub(crate) fn vpce() -> InterfaceEndpointId {
    InterfaceEndpointId::new(VPCE).unwrap()
}
