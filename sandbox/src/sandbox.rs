//! [`Sandbox`] and how to start it.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng as _;
use rand::rngs::{StdRng, SysRng};

use crate::clock::Clock;
use crate::digest::Verifier;
use crate::fault::{Fault, TOKEN};
use crate::ids::is_object_id;
use crate::record::RequestRecord;
use crate::routes::Routes;
use crate::server::{self, Server};
use crate::service::Service;
use crate::spec::{DOCUMENT, Spec};
use crate::start_error::StartError;
use crate::state::{ConnectionSnapshot, PinnedStatus, State};

/// The public API key of a sandbox that was given none. It is the same everywhere, and opens nothing else.
pub const DEFAULT_PUBLIC_KEY: &str = "sandboxk";

/// The private API key of a sandbox that was given none. It is the same everywhere, and opens nothing
/// else.
pub const DEFAULT_PRIVATE_KEY: &str = "00000000-0000-4000-8000-000000000000";

/// The project of a sandbox that was given none.
pub const DEFAULT_PROJECT_ID: &str = "5a4db0c55a4db0c55a4db0c5";

/// How long each change of a status takes, unless the sandbox was told otherwise.
pub const DEFAULT_STEP: Duration = Duration::from_secs(1);

/// How long a nonce lives, unless the sandbox was told otherwise. Atlas' live about as long.
pub const DEFAULT_NONCE_LIFETIME: Duration = Duration::from_secs(60);

const REALM: &str = "MMS Public API";

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
    project_id: String,
}

/// What a [`Sandbox`] shall be like. Everything has a default.
#[derive(Clone)]
#[must_use]
pub struct SandboxBuilder {
    projects: Vec<String>,
    step: Duration,
    port: u16,
    public_key: String,
    private_key: String,
    nonce_lifetime: Duration,
    clock: Option<Clock>,
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
        SandboxBuilder {
            projects: Vec::new(),
            step: DEFAULT_STEP,
            port: 0,
            public_key: DEFAULT_PUBLIC_KEY.to_owned(),
            private_key: DEFAULT_PRIVATE_KEY.to_owned(),
            nonce_lifetime: DEFAULT_NONCE_LIFETIME,
            clock: None,
        }
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

    /// The first project.
    pub fn project_id(&self) -> &str {
        &self.project_id
    }

    /// The environment variables that point a client at this sandbox, in the order in which the program
    /// prints them.
    pub fn env(&self) -> Vec<(&'static str, String)> {
        vec![
            ("MONGODB_ATLAS_BASE_URL", self.origin.clone()),
            ("MONGODB_ATLAS_PUBLIC_API_KEY", self.public_key.clone()),
            ("MONGODB_ATLAS_PRIVATE_API_KEY", self.private_key.clone()),
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

impl SandboxBuilder {
    /// Adds a project. The first one that is added takes the place of the default one.
    pub fn project(mut self, id: impl Into<String>) -> Self {
        self.projects.push(id.into());
        self
    }

    /// Sets how long each change of a status takes.
    ///
    /// With [`Duration::ZERO`] everything is done the moment it is asked for, and with [`Duration::MAX`]
    /// nothing ever is.
    pub fn step(mut self, step: Duration) -> Self {
        self.step = step;
        self
    }

    /// Sets the port. 0, the default, stands for a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the public API key.
    pub fn public_key(mut self, key: impl Into<String>) -> Self {
        self.public_key = key.into();
        self
    }

    /// Sets the private API key.
    pub fn private_key(mut self, key: impl Into<String>) -> Self {
        self.private_key = key.into();
        self
    }

    /// Sets how long a nonce may be used.
    pub fn nonce_lifetime(mut self, lifetime: Duration) -> Self {
        self.nonce_lifetime = lifetime;
        self
    }

    /// Sets the clock. The default is [`Clock::system`]; tests want [`Clock::manual`].
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Starts the sandbox. When this returns, the port takes connections.
    ///
    /// # Errors
    ///
    /// When a setting cannot be, when the port is taken, or when there is no thread or randomness to be
    /// had.
    pub fn start(mut self) -> Result<Sandbox, StartError> {
        if self.projects.is_empty() {
            self.projects.push(DEFAULT_PROJECT_ID.to_owned());
        }
        self.check()?;
        let service = Arc::new(self.service()?);
        let (listener, origin) = self.listen()?;
        let server = Server::start(listener, Arc::clone(&service)).map_err(StartError::Thread)?;
        Ok(Sandbox {
            _server: server,
            service,
            origin,
            public_key: self.public_key,
            private_key: self.private_key,
            project_id: self.projects.swap_remove(0),
        })
    }

    fn check(&self) -> Result<(), StartError> {
        if let Some(id) = self.projects.iter().find(|id| !is_object_id(id)) {
            return Err(StartError::InvalidProject(id.clone()));
        }
        for (name, key) in [("public", &self.public_key), ("private", &self.private_key)] {
            if key.is_empty() || key.contains(char::is_control) {
                return Err(StartError::InvalidKey(name));
            }
        }
        Ok(())
    }

    fn service(&self) -> Result<Service, StartError> {
        let spec = Spec::parse(DOCUMENT).map_err(|error| StartError::Spec(error.to_string()))?;
        let routes = Routes::new(spec).map_err(StartError::NoHandler)?;
        let seed = || StdRng::try_from_rng(&mut SysRng).map_err(|_| StartError::Randomness);
        let projects = self.projects.iter().map(String::as_str);
        let state = State::new(projects, self.step, seed()?);
        let verifier = Verifier::new(
            REALM,
            &self.public_key,
            &self.private_key,
            self.nonce_lifetime,
        );
        let clock = self.clock.clone().unwrap_or_else(Clock::system);
        Ok(Service::new(routes, clock, state, verifier, seed()?))
    }

    fn listen(&self) -> Result<(TcpListener, String), StartError> {
        let failed = |source| StartError::Listen {
            port: self.port,
            source,
        };
        let listener = server::bind(self.port).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok((listener, format!("http://{address}")))
    }
}

impl std::fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("projects", &self.projects)
            .field("step", &self.step)
            .field("port", &self.port)
            .field("nonce_lifetime", &self.nonce_lifetime)
            .finish_non_exhaustive()
    }
}
