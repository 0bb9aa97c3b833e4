//! The settings of a client.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;
use reqwest::redirect;

use crate::clock::SystemClock;
use crate::generated::DEFAULT_ORIGIN;
use crate::http::{ATLAS_LIMIT, Limits, RateLimiter, Route, Transport};
use crate::{Client, Clock, Credentials, Error, ErrorKind, RetryPolicy};

/// The longest deadline, so that adding it to the current time cannot overflow.
const LONGEST_DEADLINE: Duration = Duration::from_secs(365 * 24 * 3600);
const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// A builder for a [`Client`]. Every setting except the credentials has a default.
///
/// ```
/// use std::num::NonZero;
/// use std::time::Duration;
/// use atlas_private_endpoint::{Client, Credentials, RetryPolicy};
///
/// let credentials = Credentials::api_key("abcdefgh", "11111111-2222-3333-4444-555555555555");
/// let client = Client::builder(credentials)
///     .base_url("https://cloud.mongodbgov.com")
///     .timeout(Duration::from_secs(60))
///     .deadline(Duration::from_secs(300))
///     .retry(RetryPolicy::default().max_attempts(6))
///     // Another program uses the other half.
///     .rate_limit(NonZero::new(50))
///     .build()?;
/// # Ok::<(), atlas_private_endpoint::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientBuilder {
    credentials: Credentials,
    base_url: String,
    connect_timeout: Duration,
    timeout: Duration,
    deadline: Duration,
    retry: RetryPolicy,
    rate_limit: Option<NonZeroU32>,
    clock: Arc<dyn Clock>,
    user_agent: String,
    allow_plain_http: bool,
    certificates: Vec<reqwest::Certificate>,
    configure_http: Option<ConfigureHttp>,
}

/// A function that changes the settings of the HTTP client.
#[derive(Clone)]
struct ConfigureHttp(Arc<dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>);

impl fmt::Debug for ConfigureHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConfigureHttp")
    }
}

impl Client {
    /// Returns a client for `https://cloud.mongodb.com` with default settings.
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::build`].
    pub fn with_credentials(credentials: Credentials) -> Result<Self, Error> {
        Self::builder(credentials).build()
    }

    /// Returns a builder with the default settings.
    pub fn builder(credentials: Credentials) -> ClientBuilder {
        ClientBuilder::new(credentials)
    }
}

impl ClientBuilder {
    fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            base_url: DEFAULT_ORIGIN.to_owned(),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            deadline: Duration::from_secs(120),
            retry: RetryPolicy::default(),
            rate_limit: Some(ATLAS_LIMIT),
            clock: Arc::new(SystemClock),
            user_agent: USER_AGENT.to_owned(),
            allow_plain_http: false,
            certificates: Vec::new(),
            configure_http: None,
        }
    }

    /// Sets the base URL: scheme, host and port alone, since each operation adds the path of its API. The
    /// default is `https://cloud.mongodb.com`; Atlas for Government is `https://cloud.mongodbgov.com`.
    pub fn base_url(mut self, origin: impl Into<String>) -> Self {
        self.base_url = origin.into();
        self
    }

    /// Sets the timeout for connecting, including TLS. The default is 10 seconds.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// Sets the timeout of one request, from connecting to the end of the response. The default is 30
    /// seconds. A call without a known challenge takes two requests.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// Sets the maximum duration of a call, including all attempts and the delays between them. The default
    /// is two minutes; more than a year counts as a year. Reconciling a POST whose response was lost is part
    /// of that time.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = limit;
        self
    }

    /// Sets how often and after what delays a call is repeated.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets the number of requests to send in any 60 seconds for one project; `None` for no limit. The default
    /// is 100, which is Atlas' limit. Further calls wait for a permit, in their order.
    ///
    /// Every request for a project counts: each attempt at a call, and each request that fetches a digest
    /// challenge. A call with digest authentication acquires a permit for three requests, since it can need
    /// as many, and releases those that it did not send; a limit below three is not kept. Waiting for a
    /// permit is part of the call's [`deadline`](Self::deadline); when no permit is free before that, the
    /// call fails at once with [`ErrorKind::RateLimit`]. For bursts of several hundred calls to one project,
    /// set a longer deadline.
    ///
    /// Only the requests of this client and its clones are counted. If several programs use a project,
    /// give each a part of the limit. After a 429, no call for the project is sent until the time of its
    /// `Retry-After`, or without one until the server's next minute, for at most
    /// [`RetryPolicy::retry_after_limit`].
    pub fn rate_limit(mut self, per_minute: Option<NonZeroU32>) -> Self {
        self.rate_limit = per_minute;
        self
    }

    /// Replaces the system's clock and randomness, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Trusts the certificate authorities of a PEM bundle in addition to those of the system.
    ///
    /// ```no_run
    /// # use atlas_private_endpoint::{Client, Credentials};
    /// # fn example(credentials: Credentials) -> Result<(), Box<dyn std::error::Error>> {
    /// let pem = std::fs::read("proxy-ca.pem")?;
    /// let client = Client::builder(credentials).ca_certificates(&pem)?.build()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when the bundle has no certificate or a malformed one.
    pub fn ca_certificates(mut self, pem: &[u8]) -> Result<Self, Error> {
        let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|error| {
            configuration("could not parse the CA certificates").with_source(error)
        })?;
        if certificates.is_empty() {
            return Err(configuration("the bundle has no CA certificate"));
        }
        self.certificates.extend(certificates);
        Ok(self)
    }

    /// Sets the `User-Agent` header. The default is the name and version of this crate.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Sets whether the base URL can be `http://` to another machine. By default it cannot, since others
    /// could read and change the requests. Loopback addresses are always allowed.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// Sets a function that configures the HTTP client: its proxy, client certificate, name resolution or
    /// connection pool.
    ///
    /// The function gets a builder with all other settings applied, and what it changes has precedence over
    /// them. Two settings cannot be changed: redirects are not followed, and only the [`RetryPolicy`] repeats
    /// requests. The caller is responsible for the rest, such as the security of the connection when
    /// certificates are not verified, and the trust in a proxy. By default, the client uses the proxy that the
    /// environment variables `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` name, and none for a
    /// loopback address. Errors name that proxy, but not one that the function sets.
    ///
    /// [`reqwest`](crate::reqwest) is exported by this crate, so that versions agree.
    ///
    /// ```
    /// use atlas_private_endpoint::{Client, Credentials, reqwest};
    ///
    /// let proxy = reqwest::Proxy::https("http://proxy.example:3128")?.basic_auth("me", "secret");
    /// let credentials = Credentials::api_key("abcdefgh", "11111111-2222-3333-4444-555555555555");
    /// let client = Client::builder(credentials)
    ///     .configure_http(move |http| http.proxy(proxy.clone()).pool_max_idle_per_host(4))
    ///     .build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn configure_http(
        mut self,
        configure: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.configure_http = Some(ConfigureHttp(Arc::new(configure)));
        self
    }

    /// Builds the client, without sending anything.
    ///
    /// With the features `rustls` and `ring`, and without `aws-lc-rs`, the first client of a process installs
    /// ring as the process's default crypto provider of rustls, unless there is one. A program that installs
    /// another provider does so before.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when the base URL is not an origin or is `http://` to another machine, when
    /// a key is empty or cannot be part of a header, or when TLS cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        self.credentials.check().map_err(configuration)?;
        let origin = parse_origin(&self.base_url)?;
        let local = is_loopback(&origin);
        if origin.scheme() == "http" && !local && !self.allow_plain_http {
            return Err(configuration(format!(
                "the base URL {} is not encrypted; use https://",
                without_slash(&origin)
            )));
        }
        let mut http = select_tls(reqwest::Client::builder())?
            .connect_timeout(self.connect_timeout)
            .timeout(self.timeout)
            .user_agent(self.user_agent)
            .tls_version_min(reqwest::tls::Version::TLS_1_2);
        if local {
            // Requests to this machine must not leave it.
            http = http.no_proxy();
        }
        // Loading the system's certificates takes as long as a call to this machine, which needs none of them
        // without TLS and without a proxy.
        http = if local && origin.scheme() == "http" {
            http.tls_certs_only(self.certificates)
        } else {
            http.tls_certs_merge(self.certificates)
        };
        let proxy = match self.configure_http {
            Some(ConfigureHttp(configure)) => {
                http = configure(http);
                None
            }
            None if local => None,
            None => proxy_of(&Matcher::from_system(), &origin),
        };
        let http = http
            // A redirected request would carry the signature of another URL, and take it to another host.
            .redirect(redirect::Policy::none())
            // This crate decides which requests are repeated.
            .retry(reqwest::retry::never())
            .build()
            .map_err(|error| {
                configuration("could not set up the HTTP client").with_source(error)
            })?;
        let clock = Arc::clone(&self.clock);
        let rate = self.rate_limit.map(|limit| RateLimiter::new(limit, clock));
        let limits = Limits {
            deadline: self.deadline.min(LONGEST_DEADLINE),
            retry: self.retry,
            rate,
            clock: self.clock,
        };
        Ok(Client::new(Transport::new(
            http,
            Route { origin, proxy },
            self.credentials,
            limits,
        )))
    }
}

/// Selects the TLS library, which the features of other crates would decide otherwise.
#[cfg(feature = "native-tls")]
#[allow(clippy::unnecessary_wraps, reason = "rustls can lack a provider")]
fn select_tls(http: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
    Ok(http.tls_backend_native())
}

/// Selects the TLS library and its crypto provider. The default provider of the process has precedence.
#[cfg(not(feature = "native-tls"))]
#[allow(clippy::unnecessary_wraps, reason = "rustls can lack a provider")]
fn select_tls(http: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
    // With `aws-lc-rs`, reqwest has a provider of its own.
    if cfg!(not(feature = "aws-lc-rs")) && rustls::crypto::CryptoProvider::get_default().is_none() {
        #[cfg(feature = "ring")]
        // It fails when another thread has just installed one, which is used then.
        let _ = rustls::crypto::ring::default_provider().install_default();
        #[cfg(not(feature = "ring"))]
        return Err(configuration(
            "rustls has no crypto provider; install one, or enable the feature ring or aws-lc-rs",
        ));
    }
    Ok(http.tls_backend_rustls())
}

/// Returns the URL of the proxy that the environment or the system sets for a base URL, without its user name and
/// password.
///
/// `None` without one, for a loopback address, which needs none, and for a base URL that is no origin.
pub fn system_proxy(base_url: &str) -> Option<String> {
    let origin = parse_origin(base_url).ok()?;
    if is_loopback(&origin) {
        return None;
    }
    proxy_of(&Matcher::from_system(), &origin)
}

fn proxy_of(proxies: &Matcher, origin: &Url) -> Option<String> {
    let proxy = proxies.intercept(&origin.as_str().parse().ok()?)?;
    Some(proxy.uri().to_string().trim_end_matches('/').to_owned())
}

fn configuration(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

/// Parses a base URL that is an origin.
///
/// The text appears in no error before it is certain to contain no password.
fn parse_origin(text: &str) -> Result<Url, Error> {
    let url = Url::parse(text.trim()).map_err(|error| {
        configuration("could not parse the base URL; expected a URL like https://cloud.mongodb.com")
            .with_source(error)
    })?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(configuration(
            "the base URL must begin with https:// and name a host, like https://cloud.mongodb.com",
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(configuration(
            "the base URL must not contain a user name or a password",
        ));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(configuration(format!(
            "the base URL {} must end after the host and port; each operation adds the path of its API",
            without_slash(&url)
        )));
    }
    Ok(url)
}

fn without_slash(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}

fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    if host.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let address = host.trim_start_matches('[').trim_end_matches(']');
    address
        .parse()
        .is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxy_is_named_without_its_password() {
        let proxies = Matcher::builder()
            .https("http://me:hunter2@proxy.example:3128/")
            .no("example.net")
            .build();
        let proxy = |origin| proxy_of(&proxies, &Url::parse(origin).unwrap());
        let named = Some("http://proxy.example:3128".to_owned());
        assert_eq!(proxy("https://cloud.mongodb.com"), named);
        assert_eq!(proxy("https://atlas.example.net"), None);
        assert_eq!(proxy("http://cloud.mongodb.com"), None);
    }
}
