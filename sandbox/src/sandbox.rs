//! [`Sandbox`], seen from the test or program that runs it.

mod builder;
mod defaults;

use std::sync::Arc;
use std::time::Duration;

use crate::fault::{Fault, TOKEN};
use crate::record::RequestRecord;
use crate::server::Server;
use crate::service::Service;
use crate::start_error::StartError;
use crate::state::{ConnectionSnapshot, PinnedStatus};
pub use builder::SandboxBuilder;
pub use defaults::{
    DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_NONCE_LIFETIME, DEFAULT_PRIVATE_KEY,
    DEFAULT_PROJECT_ID, DEFAULT_PUBLIC_KEY, DEFAULT_STEP, DEFAULT_TOKEN_LIFETIME,
};

/// A running simulation of the API on a port of the loopback interface. It stops when it is dropped.
///
/// It has a thread of its own, so it can be started and used inside of an asynchronous runtime and
/// outside.
///
/// ```
/// use std::time::Duration;
///
/// use atlas_pe_sandbox::{Clock, Sandbox};
///
/// # fn main() -> Result<(), atlas_pe_sandbox::StartError> {
/// let sandbox = Sandbox::builder().clock(Clock::manual()).start()?;
/// assert!(sandbox.origin().starts_with("http://127.0.0.1:"));
/// sandbox.advance(Duration::from_secs(1));
/// assert_eq!(sandbox.request_count(), 0);
/// # Ok(())
/// # }
/// ```
pub struct Sandbox {
    /// Comes first so that the server is gone before what it serves.
    _server: Server,
    service: Arc<Service>,
    origin: String,
    public_key: String,
    private_key: String,
    client_id: String,
    client_secret: String,
    project_id: String,
}

/// A project, private endpoint connection or interface endpoint that the sandbox does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownResource;

impl std::fmt::Display for UnknownResource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the sandbox has no such resource")
    }
}

impl std::error::Error for UnknownResource {}

impl Sandbox {
    /// Starts a sandbox with all defaults on a free port.
    ///
    /// # Errors
    ///
    /// When there is no port, thread or randomness to be had.
    pub fn start() -> Result<Self, StartError> {
        Self::builder().start()
    }

    /// Starts from the defaults.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
    }

    /// Scheme, address and port, `http://127.0.0.1:49152` for example: what takes the place of
    /// `https://cloud.mongodb.com`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The public API key, which is the user name of the digest.
    pub fn public_key(&self) -> &str {
        &self.public_key
    }

    /// The private API key, which is the password of the digest.
    pub fn private_key(&self) -> &str {
        &self.private_key
    }

    /// The id of the service account.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The secret of the service account.
    pub fn client_secret(&self) -> &str {
        &self.client_secret
    }

    /// The first project.
    pub fn project_id(&self) -> &str {
        &self.project_id
    }

    /// The environment variables that point a client at this sandbox by its API key, in the order in which the program
    /// prints them.
    pub fn env(&self) -> Vec<(&'static str, String)> {
        vec![
            ("MONGODB_ATLAS_BASE_URL", self.origin.clone()),
            ("MONGODB_ATLAS_PUBLIC_API_KEY", self.public_key.clone()),
            ("MONGODB_ATLAS_PRIVATE_API_KEY", self.private_key.clone()),
            ("MONGODB_ATLAS_PROJECT_ID", self.project_id.clone()),
        ]
    }

    /// The environment variables that point a client at this sandbox as its service account, in place of
    /// those of [`env`](Self::env).
    pub fn service_account_env(&self) -> Vec<(&'static str, String)> {
        vec![
            ("MONGODB_ATLAS_BASE_URL", self.origin.clone()),
            ("MONGODB_ATLAS_CLIENT_ID", self.client_id.clone()),
            ("MONGODB_ATLAS_CLIENT_SECRET", self.client_secret.clone()),
            ("MONGODB_ATLAS_PROJECT_ID", self.project_id.clone()),
        ]
    }

    /// Moves the sandbox's time forward. A sandbox whose clock runs by itself skips ahead.
    pub fn advance(&self, by: Duration) {
        self.service.clock().advance(by);
    }

    /// Every HTTP request so far, in the order of the answers, those included that met a 401 or were not
    /// answered because of a [fault](crate::fault). So is each connection that a fault reset before a
    /// request could be read.
    ///
    /// A request is listed before its answer goes out, so a client that has the answer finds it here.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.service.world().records.clone()
    }

    /// How many HTTP requests there were so far.
    pub fn request_count(&self) -> usize {
        self.service.world().records.len()
    }

    /// Holds a private endpoint connection at a status until it is deleted or held at another one.
    ///
    /// Any text will do. To give an error message with it, see [`PinnedStatus`]. A deletion that is under
    /// way stops.
    ///
    /// # Errors
    ///
    /// When there is no such project or connection.
    pub fn set_connection_status(
        &self,
        project: &str,
        id: &str,
        status: impl Into<PinnedStatus>,
    ) -> Result<(), UnknownResource> {
        let now = self.service.clock().moment();
        let state = &mut self.service.world().state;
        let pinned = state.pin_connection(project, id, status.into(), now);
        pinned.map_err(|_| UnknownResource)
    }

    /// Holds an interface endpoint at a status, as
    /// [`set_connection_status`](Self::set_connection_status) does with a connection.
    ///
    /// # Errors
    ///
    /// When there is no such project, connection or interface endpoint.
    pub fn set_interface_endpoint_status(
        &self,
        project: &str,
        id: &str,
        interface_endpoint: &str,
        status: impl Into<PinnedStatus>,
    ) -> Result<(), UnknownResource> {
        let now = self.service.clock().moment();
        let status = status.into();
        let state = &mut self.service.world().state;
        let pinned = state.pin_interface_endpoint(project, id, interface_endpoint, status, now);
        pinned.map_err(|_| UnknownResource)
    }

    /// The private endpoint connections of a project as they are now, in the order of their creation.
    /// None for a project that the sandbox does not have.
    pub fn connections(&self, project: &str) -> Vec<ConnectionSnapshot> {
        let now = self.service.clock().moment();
        let listed = self.service.world().state.list(project, now);
        listed.unwrap_or_default()
    }

    /// Lets a fault have its effect from now on.
    ///
    /// # Panics
    ///
    /// When the fault is for an operation that the sandbox does not have, as a test with a misspelt
    /// operation would test nothing.
    #[track_caller]
    pub fn inject(&self, fault: Fault) {
        if let Some(wanted) = fault.operation() {
            let known = wanted == TOKEN || self.operations().contains(&wanted);
            assert!(
                known,
                "there is no operation {wanted:?} to inject a fault into"
            );
        }
        self.service.world().faults.inject(fault);
    }

    /// Takes all faults back. Requests that they have stalled stay so.
    pub fn clear_faults(&self) {
        self.service.world().faults.clear();
    }

    /// The ids of all operations that the sandbox serves, as the spec has them.
    pub fn operations(&self) -> Vec<&str> {
        self.service.routes().operation_ids().collect()
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox")
            .field("origin", &self.origin)
            .field("project_id", &self.project_id)
            .finish_non_exhaustive()
    }
}
