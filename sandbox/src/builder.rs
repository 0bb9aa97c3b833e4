//! The settings of a sandbox and its start.

use std::error::Error;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use rand::SeedableRng as _;
use rand::rngs::{StdRng, SysRng};

use crate::auth::{Algorithm, Authenticator, Challenge, NoncePolicy, Settings};
use crate::clock::Clock;
use crate::operations::OPERATIONS;
use crate::request::RateLimit;
use crate::routes::Routes;
use crate::sandbox::Sandbox;
use crate::seed::{Durations, ProjectSeed, Seed, SeedError};
use crate::server::{self, Server};
use crate::service::Service;
use crate::state::State;

/// The default project.
pub const DEFAULT_PROJECT_ID: &str = "5a4db0c55a4db0c55a4db0c5";

/// The default duration of each change of a status.
pub const DEFAULT_STEP: Duration = Duration::from_secs(1);

/// The settings of a [`Sandbox`]. Each has a default.
#[derive(Clone)]
#[must_use]
pub struct SandboxBuilder {
    seed: Seed,
    port: u16,
    auth: Settings,
    clock: Option<Clock>,
}

impl Sandbox {
    /// Starts a sandbox with the default settings on a free port.
    ///
    /// # Errors
    ///
    /// Returns an error when no port, thread or randomness is available.
    pub fn start() -> Result<Self, StartError> {
        Self::builder().start()
    }

    /// Returns a builder with the default settings.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder {
            seed: Seed::default(),
            port: 0,
            auth: Settings::default(),
            clock: None,
        }
    }
}

impl SandboxBuilder {
    /// Sets what the sandbox has when it starts, which replaces the settings so far that are part of a
    /// seed.
    pub fn seed(mut self, seed: Seed) -> Self {
        self.seed = seed;
        self
    }

    /// Adds a project. The first one replaces the default project.
    pub fn project(mut self, id: impl Into<String>) -> Self {
        self.seed.projects.push(ProjectSeed {
            id: id.into(),
            ..ProjectSeed::default()
        });
        self
    }

    /// Sets how long each change of a status takes.
    pub fn durations(mut self, durations: Durations) -> Self {
        self.seed.durations = Some(durations);
        self
    }

    /// Sets how long each change of a status takes to one duration.
    ///
    /// With [`Duration::ZERO`] every change is immediate; with [`Duration::MAX`] no change ever completes.
    pub fn step(self, step: Duration) -> Self {
        self.durations(Durations::all(step))
    }

    /// Sets the port. The default, 0, selects a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the public API key.
    pub fn public_key(mut self, key: impl Into<String>) -> Self {
        self.auth.digest.username = key.into();
        self
    }

    /// Sets the private API key.
    pub fn private_key(mut self, key: impl Into<String>) -> Self {
        self.auth.digest.password = key.into();
        self
    }

    /// Sets the lifetime of a nonce.
    pub fn nonce_lifetime(mut self, lifetime: Duration) -> Self {
        self.auth.digest.nonce_lifetime = lifetime;
        self
    }

    /// Sets how often a nonce can be used.
    pub fn nonce_policy(mut self, policy: NoncePolicy) -> Self {
        self.auth.digest.nonce_policy = policy;
        self
    }

    /// Challenges for a digest with this algorithm only.
    pub fn algorithm(self, algorithm: Algorithm) -> Self {
        self.challenges([Challenge::Digest(algorithm)])
    }

    /// Sets the challenges of a 401, in this order. A digest is accepted only if a challenge has its
    /// algorithm. Without challenges a 401 has no `WWW-Authenticate` header.
    pub fn challenges(mut self, challenges: impl IntoIterator<Item = Challenge>) -> Self {
        self.auth.digest.challenges = challenges.into_iter().collect();
        self
    }

    /// Sets the client id of the service account.
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.auth.client_id = id.into();
        self
    }

    /// Sets the client secret of the service account.
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.auth.client_secret = secret.into();
        self
    }

    /// Sets the lifetime of an access token.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.auth.token_lifetime = lifetime;
        self
    }

    /// Sets the maximum number of requests per project in each minute. Atlas allows 100; the default is no
    /// limit. Further requests get a 429 with the seconds until the next minute.
    pub fn rate_limit(mut self, per_minute: u32) -> Self {
        self.seed.rate_limit = Some(per_minute);
        self
    }

    /// Sets the clock. The default is [`Clock::system`]; tests should use [`Clock::manual`].
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Starts the sandbox. Its port accepts connections when this method returns.
    ///
    /// # Errors
    ///
    /// Returns an error when a setting is invalid, when the port is taken, or when no thread or randomness
    /// is available.
    pub fn start(mut self) -> Result<Sandbox, StartError> {
        if self.seed.projects.is_empty() {
            self = self.project(DEFAULT_PROJECT_ID);
        }
        self.seed.check().map_err(StartError::Seed)?;
        self.check()?;
        let service = Arc::new(self.service()?);
        let (listener, origin) = self.listen()?;
        let server = Server::start(listener, Arc::clone(&service)).map_err(StartError::Thread)?;
        Ok(Sandbox {
            _server: server,
            service,
            origin,
            auth: self.auth,
            project_id: self.seed.projects.swap_remove(0).id,
        })
    }

    fn check(&self) -> Result<(), StartError> {
        for (name, key) in [
            ("public key", &self.auth.digest.username),
            ("private key", &self.auth.digest.password),
            ("client id", &self.auth.client_id),
            ("client secret", &self.auth.client_secret),
        ] {
            if key.is_empty() || key.contains(char::is_control) {
                return Err(StartError::InvalidKey(name));
            }
        }
        Ok(())
    }

    fn service(&self) -> Result<Service, StartError> {
        let rng = || StdRng::try_from_rng(&mut SysRng).map_err(|_| StartError::Randomness);
        Ok(Service::new(
            Routes::new(OPERATIONS),
            self.clock.clone().unwrap_or_else(Clock::system),
            State::new(&self.seed, rng()?),
            Authenticator::new(self.auth.clone(), rng()?),
            RateLimit::new(self.seed.rate_limit),
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

impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("seed", &self.seed)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// Why a sandbox could not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The seed, or a setting that is part of it, is invalid.
    Seed(SeedError),
    /// The named key, client id or client secret is empty or has control characters.
    InvalidKey(&'static str),
    /// The port cannot be listened on, most often because it is taken.
    Listen {
        /// The requested port; 0 means any free port.
        port: u16,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The thread of the server cannot be started.
    Thread(io::Error),
    /// The operating system provides no random numbers.
    Randomness,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seed(error) => write!(f, "the seed is invalid: {error}"),
            Self::InvalidKey(name) => {
                write!(f, "the {name} is empty or has control characters")
            }
            Self::Listen { port: 0, .. } => {
                f.write_str("could not listen on a free port of 127.0.0.1")
            }
            Self::Listen { port, .. } => write!(f, "could not listen on 127.0.0.1:{port}"),
            Self::Thread(_) => f.write_str("could not start the thread of the server"),
            Self::Randomness => f.write_str("the operating system provides no random numbers"),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Listen { source, .. } | Self::Thread(source) => Some(source),
            _ => None,
        }
    }
}
