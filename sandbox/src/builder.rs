//! The settings of a sandbox and its start.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
#[cfg(feature = "data")]
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use rand::rngs::{StdRng, SysRng};
use rand::{RngExt as _, SeedableRng as _};

use crate::auth::{
    Algorithm, ApiKey, Authenticator, Challenge, NoncePolicy, ServiceAccount, Settings,
};
use crate::clock::Clock;
use crate::console::{self, Console};
use crate::fault::{Fault, Script};
use crate::operations::OPERATIONS;
use crate::routes::Routes;
use crate::sandbox::Sandbox;
use crate::scenario::Scenario;
use crate::seed::{Durations, ProjectSeed, Seed, SeedError};
use crate::server::{self, Server};
use crate::service::Service;
use crate::state::{Ids, State};
#[cfg(feature = "data")]
use crate::store::Store;

/// The default project.
pub const DEFAULT_PROJECT_ID: &str = "5a4db0c55a4db0c55a4db0c5";

/// The default duration of each change of a status.
pub const DEFAULT_STEP: Duration = Duration::from_secs(1);

/// The settings of a [`Sandbox`]. Each has a default.
#[derive(Clone)]
#[must_use]
pub struct SandboxBuilder {
    seed: Seed,
    address: SocketAddr,
    console: console::Settings,
    auth: Settings,
    clock: Option<Clock>,
    fault_seed: u64,
    id_seed: Option<u64>,
    scenario: Option<Scenario>,
    #[cfg(feature = "data")]
    data: Option<PathBuf>,
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
            address: SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0),
            console: console::Settings::default(),
            auth: Settings::default(),
            clock: None,
            fault_seed: 0,
            id_seed: None,
            scenario: None,
            #[cfg(feature = "data")]
            data: None,
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
        self.address.set_port(port);
        self
    }

    /// Sets the address to listen on. The default is `127.0.0.1`; with `0.0.0.0`, other computers can connect.
    pub fn address(mut self, address: IpAddr) -> Self {
        self.address.set_ip(address);
        self
    }

    /// Adds a name in the `Host` header with which the page and the control API can be used, beside those of
    /// the loopback interface. The API itself accepts any name.
    pub fn host(mut self, name: impl Into<String>) -> Self {
        self.console.hosts.push(name.into());
        self
    }

    /// Serves the control API under `/_sandbox/`. The default is `false`.
    pub fn control(mut self, control: bool) -> Self {
        self.console.control = control;
        self
    }

    /// Serves a page at `/`, on which a person sees and changes the state of the sandbox, the API reference
    /// at `/docs` and the OpenAPI document at `/openapi.yaml`. The default is `false`.
    #[cfg(feature = "page")]
    pub fn page(mut self, page: bool) -> Self {
        self.console.page = page;
        self
    }

    /// Adds an API key. The first one replaces the default key.
    pub fn api_key(mut self, key: ApiKey) -> Self {
        self.seed.api_keys.push(key);
        self
    }

    /// Sets the public key of the first API key.
    pub fn public_key(mut self, key: impl Into<String>) -> Self {
        first(&mut self.seed.api_keys).public_key = key.into();
        self
    }

    /// Sets the private key of the first API key.
    pub fn private_key(mut self, key: impl Into<String>) -> Self {
        first(&mut self.seed.api_keys).private_key = key.into();
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

    /// Adds an `opaque` to the challenges of a 401, and requires it in requests. Atlas sends none, and by
    /// default a request with one is refused.
    pub fn opaque(mut self, opaque: impl Into<String>) -> Self {
        self.auth.digest.opaque = Some(opaque.into());
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

    /// Adds a service account. The first one replaces the default account.
    pub fn service_account(mut self, account: ServiceAccount) -> Self {
        self.seed.service_accounts.push(account);
        self
    }

    /// Sets the client id of the first service account.
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        first(&mut self.seed.service_accounts).client_id = id.into();
        self
    }

    /// Sets the client secret of the first service account.
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        first(&mut self.seed.service_accounts).client_secret = secret.into();
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

    /// Sets whether requests without valid credentials, such as those that fetch a digest challenge, count
    /// towards the rate limit. By default they do not.
    pub fn rate_limit_counts_challenges(mut self, counts: bool) -> Self {
        self.seed.rate_limit_counts_challenges = counts;
        self
    }

    /// Sets the clock. The default is [`Clock::system`]; tests should use [`Clock::manual`].
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Adds a [fault](crate::fault), which is there from the start and after a reset.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.seed.faults.push(fault);
        self
    }

    /// Lays a scenario over the other settings when the sandbox starts.
    pub fn scenario(mut self, scenario: Scenario) -> Self {
        self.scenario = Some(scenario);
        self
    }

    /// Sets the number on which the random choices of [faults](crate::fault) depend. The default is 0.
    pub fn fault_seed(mut self, seed: u64) -> Self {
        self.fault_seed = seed;
        self
    }

    /// Makes the ids of connections and the names of their endpoint services depend on this number alone, for
    /// snapshots. They are random by default.
    ///
    /// The first eight digits of such an id are not the time of its creation, but one after 2038.
    pub fn id_seed(mut self, seed: u64) -> Self {
        self.id_seed = Some(seed);
        self
    }

    /// Keeps projects with their resources and the time by which the clock was advanced in this file. It is
    /// created if it does not exist. By default they are in memory only.
    ///
    /// A change is durable before its response is sent, so changes wait for the disk, one after the other. The
    /// projects of an existing file have precedence over those of the [seed](Self::seed) with the same ids.
    ///
    /// [`Clock::advance`] does not write the file: call [`Sandbox::advance`], or the time is kept with the next
    /// change.
    #[cfg(feature = "data")]
    pub fn data(mut self, path: impl Into<PathBuf>) -> Self {
        self.data = Some(path.into());
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
        if let Some(scenario) = self.scenario {
            scenario.lay_over(&mut self.seed);
        }
        let api_key = first(&mut self.seed.api_keys).clone();
        let service_account = first(&mut self.seed.service_accounts).clone();
        self.seed.check().map_err(StartError::Seed)?;
        self.check()?;
        let service = Arc::new(self.service()?);
        let (listener, origin) = self.listen()?;
        let server = Server::start(listener, Arc::clone(&service)).map_err(StartError::Thread)?;
        Ok(Sandbox {
            _server: server,
            service,
            origin,
            api_key,
            service_account,
            project_id: self.seed.projects.swap_remove(0).id,
        })
    }

    fn check(&self) -> Result<(), StartError> {
        let opaque = self.auth.digest.opaque.as_ref();
        if opaque.is_some_and(|it| it.is_empty() || it.contains(char::is_control)) {
            return Err(StartError::InvalidOpaque);
        }
        Ok(())
    }

    fn service(&self) -> Result<Service, StartError> {
        let rng = || StdRng::try_from_rng(&mut SysRng).map_err(|_| StartError::Randomness);
        let (keys, accounts) = self.seed.principals().map_err(StartError::Seed)?;
        let clock = self.clock.clone().unwrap_or_else(Clock::system);
        let ids = match self.id_seed {
            Some(seed) => Ids::fixed(seed),
            None => Ids::random(rng()?.random()),
        };
        #[cfg(feature = "data")]
        let state = match &self.data {
            Some(path) => self.stored_state(path, ids, &clock)?,
            None => State::new(&self.seed, ids, clock.moment()),
        };
        #[cfg(not(feature = "data"))]
        let state = State::new(&self.seed, ids, clock.moment());
        Ok(Service::new(
            Routes::new(OPERATIONS),
            clock,
            self.seed.clone(),
            state,
            Authenticator::new(self.auth.clone(), keys, accounts, rng()?),
            Console::new(self.console.clone(), rng()?),
            Script::new(self.fault_seed, &self.seed.faults),
        ))
    }

    /// Returns the state in the file, and that of the seed where the file has none.
    #[cfg(feature = "data")]
    fn stored_state(&self, path: &Path, mut ids: Ids, clock: &Clock) -> Result<State, StartError> {
        let failed = |reason| StartError::Data {
            path: path.to_owned(),
            reason,
        };
        let opened = Store::open(path, clock.clone());
        let (store, saved) = opened.map_err(|error| failed(error.to_string()))?;
        ids.skip(saved.ids);
        let now = clock.moment();
        let mut state = State::new(&self.seed, ids, now);
        let stored = state.store(Box::new(store), saved, now);
        stored.map_err(failed)?;
        Ok(state)
    }

    fn listen(&self) -> Result<(TcpListener, String), StartError> {
        let failed = |source| StartError::Listen {
            address: self.address,
            source,
        };
        let listener = server::bind(self.address).map_err(failed)?;
        let mut address = listener.local_addr().map_err(failed)?;
        // A client on this computer cannot connect to the unspecified address.
        if address.ip().is_unspecified() {
            address.set_ip(match address {
                SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        Ok((listener, format!("http://{address}")))
    }
}

/// Returns the first item, which is the default when there was none.
fn first<T: Default>(items: &mut Vec<T>) -> &mut T {
    if items.is_empty() {
        items.push(T::default());
    }
    &mut items[0]
}

impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("seed", &self.seed)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Why a sandbox could not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The seed, or a setting that is part of it, is invalid.
    Seed(SeedError),
    /// The `opaque` of the digest is empty or has control characters.
    InvalidOpaque,
    /// The address cannot be listened on, most often because the port is taken.
    Listen {
        /// The requested address; port 0 means any free port.
        address: SocketAddr,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file with the data cannot be used.
    Data {
        /// The file.
        path: PathBuf,
        /// Why it cannot be used, and what to do.
        reason: String,
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
            Self::InvalidOpaque => f.write_str("the opaque is empty or has control characters"),
            Self::Listen { address, .. } if address.port() == 0 => {
                write!(f, "could not listen on a free port of {}", address.ip())
            }
            Self::Listen { address, .. } => write!(f, "could not listen on {address}"),
            Self::Data { path, reason } => {
                write!(f, "could not use {}: {reason}", path.display())
            }
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
