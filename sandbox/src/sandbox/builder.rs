//! How a sandbox is started.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng as _;
use rand::rngs::{StdRng, SysRng};

use super::Sandbox;
use super::defaults::{
    DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_NONCE_LIFETIME, DEFAULT_PRIVATE_KEY,
    DEFAULT_PROJECT_ID, DEFAULT_PUBLIC_KEY, DEFAULT_STEP, DEFAULT_TOKEN_LIFETIME,
};
use crate::clock::Clock;
use crate::digest::{Algorithm, Challenge, NoncePolicy, Settings, Verifier};
use crate::gate::Gate;
use crate::ids::is_object_id;
use crate::oauth::Tokens;
use crate::rate::RateLimit;
use crate::routes::Routes;
use crate::server::{self, Server};
use crate::service::Service;
use crate::spec::{DOCUMENT, Spec};
use crate::start_error::StartError;
use crate::state::State;

const REALM: &str = "MMS Public API";

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
    nonce_policy: NoncePolicy,
    challenges: Vec<Challenge>,
    client_id: String,
    client_secret: String,
    token_lifetime: Duration,
    rate_limit: Option<u32>,
    clock: Option<Clock>,
}

impl SandboxBuilder {
    pub(super) fn new() -> Self {
        Self {
            projects: Vec::new(),
            step: DEFAULT_STEP,
            port: 0,
            public_key: DEFAULT_PUBLIC_KEY.to_owned(),
            private_key: DEFAULT_PRIVATE_KEY.to_owned(),
            nonce_lifetime: DEFAULT_NONCE_LIFETIME,
            nonce_policy: NoncePolicy::default(),
            challenges: vec![Challenge::Digest(Algorithm::default())],
            client_id: DEFAULT_CLIENT_ID.to_owned(),
            client_secret: DEFAULT_CLIENT_SECRET.to_owned(),
            token_lifetime: DEFAULT_TOKEN_LIFETIME,
            rate_limit: None,
            clock: None,
        }
    }

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

    /// Sets how often a nonce may be used.
    pub fn nonce_policy(mut self, policy: NoncePolicy) -> Self {
        self.nonce_policy = policy;
        self
    }

    /// Asks for a digest by this algorithm. Short for [`challenges`](Self::challenges) with that alone.
    pub fn algorithm(self, algorithm: Algorithm) -> Self {
        self.challenges([Challenge::Digest(algorithm)])
    }

    /// Sets what a 401 asks for, in this order. Only a digest that is asked for is accepted. With none,
    /// a 401 has no `WWW-Authenticate` header.
    pub fn challenges(mut self, challenges: impl IntoIterator<Item = Challenge>) -> Self {
        self.challenges = challenges.into_iter().collect();
        self
    }

    /// Sets the id of the service account, which is the user name at `/api/oauth/token`.
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.client_id = id.into();
        self
    }

    /// Sets the secret of the service account.
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.client_secret = secret.into();
        self
    }

    /// Sets how long an access token may be used, by the sandbox's clock.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// Sets how many requests a project may have in each minute of the sandbox's clock. Atlas allows 100;
    /// the default is no limit. What comes after that meets a 429 with the seconds until the next minute.
    pub fn rate_limit(mut self, per_minute: u32) -> Self {
        self.rate_limit = Some(per_minute);
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
            client_id: self.client_id,
            client_secret: self.client_secret,
            project_id: self.projects.swap_remove(0),
        })
    }

    fn check(&self) -> Result<(), StartError> {
        if let Some(id) = self.projects.iter().find(|id| !is_object_id(id)) {
            return Err(StartError::InvalidProject(id.clone()));
        }
        for (name, key) in [
            ("public key", &self.public_key),
            ("private key", &self.private_key),
            ("client id", &self.client_id),
            ("client secret", &self.client_secret),
        ] {
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
        let verifier = Verifier::new(Settings {
            realm: REALM.to_owned(),
            username: self.public_key.clone(),
            password: self.private_key.clone(),
            nonce_lifetime: self.nonce_lifetime,
            mode: self.nonce_policy,
            challenges: self.challenges.clone(),
        });
        let tokens = Tokens::new(&self.client_id, &self.client_secret, self.token_lifetime);
        let gate = Gate::new(verifier, tokens, seed()?);
        let clock = self.clock.clone().unwrap_or_else(Clock::system);
        Ok(Service::new(
            routes,
            clock,
            state,
            gate,
            RateLimit::new(self.rate_limit),
        ))
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
