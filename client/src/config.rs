//! Building a client.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::redirect;

use crate::clock::SystemClock;
use crate::generated::DEFAULT_ORIGIN;
use crate::http::{ATLAS_LIMIT, Limits, RateLimiter, Transport};
use crate::{Client, Clock, Credentials, Error, ErrorKind, RetryPolicy};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(30);
const DEADLINE: Duration = Duration::from_secs(120);

/// A clock can be asked for a time as far ahead as this.
const LONGEST_DEADLINE: Duration = Duration::from_secs(365 * 24 * 3600);
const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// Settings of a [`Client`], each with a default but the credentials.
///
/// ```
/// use std::time::Duration;
/// use atlas_private_endpoint::{Client, Credentials};
///
/// let credentials = Credentials::api_key("abcdefgh", "11111111-2222-3333-4444-555555555555");
/// let client = Client::builder(credentials)
///     .base_url("https://cloud.mongodbgov.com")
///     .timeout(Duration::from_secs(60))
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

    /// Returns a builder, to change settings.
    pub fn builder(credentials: Credentials) -> ClientBuilder {
        ClientBuilder::new(credentials)
    }
}

impl ClientBuilder {
    fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            base_url: DEFAULT_ORIGIN.to_owned(),
            connect_timeout: CONNECT_TIMEOUT,
            timeout: TIMEOUT,
            deadline: DEADLINE,
            retry: RetryPolicy::default(),
            rate_limit: Some(ATLAS_LIMIT),
            clock: Arc::new(SystemClock),
            user_agent: USER_AGENT.to_owned(),
            allow_plain_http: false,
            certificates: Vec::new(),
        }
    }

    /// Where Atlas is: scheme, host and port alone, since the path below is the API's own. The default is
    /// `https://cloud.mongodb.com`; Atlas for Government is `https://cloud.mongodbgov.com`.
    pub fn base_url(mut self, origin: impl Into<String>) -> Self {
        self.base_url = origin.into();
        self
    }

    /// How long a connection may take to be made, TLS included. The default is 10 seconds.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long one request may take, from connecting to the end of the answer. The default is 30
    /// seconds. A call whose challenge is not known yet takes two requests.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// How long a call may take, all its attempts and the time between them included. The default is two
    /// minutes, and more than a year counts as a year. A POST whose answer was lost is looked for within that
    /// time, too.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = limit;
        self
    }

    /// How often, and after what delays, a call is attempted again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How many requests to send in any 60 seconds for one project; `None` for no limit. The default is 100,
    /// which is what Atlas takes. What would be more waits for its turn, in the order of the calls.
    ///
    /// Everything that is sent for a project counts: each attempt at a call, and each request that
    /// fetches a digest challenge. A call takes three places while it is on its way, since it may need
    /// so many, and gives back those that it did not use; a limit below three is not kept. The time until its turn is a part of the call's
    /// [`deadline`](Self::deadline); a call whose turn would come later than that fails at once, with
    /// [`ErrorKind::RateLimit`]. For bursts of several hundred calls to one project, set a longer deadline.
    ///
    /// Only the requests of this client and its clones are counted. Where several programs use the same
    /// project, give each a part of the limit; a 429 is obeyed in any case, as the
    /// [`RetryPolicy`] says.
    ///
    /// ```
    /// use std::num::NonZeroU32;
    /// use atlas_private_endpoint::{Client, Credentials};
    ///
    /// let credentials = Credentials::api_key("abcdefgh", "11111111-2222-3333-4444-555555555555");
    /// let half = Client::builder(credentials).rate_limit(NonZeroU32::new(50)).build()?;
    /// # Ok::<(), atlas_private_endpoint::Error>(())
    /// ```
    pub fn rate_limit(mut self, per_minute: Option<NonZeroU32>) -> Self {
        self.rate_limit = per_minute;
        self
    }

    /// What to take time and chance from instead of the system's, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Trusts the certificate authorities in a PEM file's content, beside those of the system.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when it holds no certificate, or one that cannot be read.
    pub fn ca_certificates(mut self, pem: &[u8]) -> Result<Self, Error> {
        let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|error| {
            configuration("the CA certificates cannot be read").with_source(error)
        })?;
        if certificates.is_empty() {
            return Err(configuration(
                "there is no CA certificate in what was given",
            ));
        }
        self.certificates.extend(certificates);
        Ok(self)
    }

    /// What the client calls itself. The default is the name and version of this crate.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Whether a base URL may be `http://` to a host that is not this machine. The default is no: whoever
    /// is on the way could read and change what is sent. Loopback addresses are always allowed.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when the base URL is no origin or is `http://` to another machine, when
    /// a key is empty or cannot be put into a header, or when TLS cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        if let Some(problem) = self.credentials.problem() {
            return Err(configuration(problem));
        }
        let origin = parse_origin(&self.base_url)?;
        let local = is_loopback(&origin);
        if origin.scheme() == "http" && !local && !self.allow_plain_http {
            return Err(configuration(format!(
                "the base URL {} is not encrypted; use https://",
                shown(&origin)
            )));
        }
        let mut http = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            .timeout(self.timeout)
            .user_agent(self.user_agent)
            .tls_version_min(reqwest::tls::Version::TLS_1_2)
            // A redirect would carry the signature of another URL, and the signature to another host.
            .redirect(redirect::Policy::none())
            // Whether a request may be sent again is for this crate to say.
            .retry(reqwest::retry::never());
        if local {
            // What is meant for this machine must not leave it.
            http = http.no_proxy();
        }
        // To read the system's certificates takes as long as a call to this machine, which needs none of
        // them where it is not encrypted and no proxy is between.
        http = if local && origin.scheme() == "http" {
            http.tls_certs_only(self.certificates)
        } else {
            http.tls_certs_merge(self.certificates)
        };
        let http = http.build().map_err(|error| {
            configuration("the HTTP client cannot be set up").with_source(error)
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
            origin,
            self.credentials,
            limits,
        )))
    }
}

fn configuration(problem: impl Into<String>) -> Error {
    Error::new(ErrorKind::Configuration, problem)
}

/// Reads a base URL that is an origin.
///
/// The text is shown in no error before it is known to hold no password.
fn parse_origin(text: &str) -> Result<Url, Error> {
    let url = Url::parse(text.trim()).map_err(|error| {
        configuration("the base URL cannot be read; it should look like https://cloud.mongodb.com")
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
            shown(&url)
        )));
    }
    Ok(url)
}

fn shown(url: &Url) -> &str {
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

    fn build(base_url: &str) -> Result<Client, Error> {
        Client::builder(Credentials::api_key("public", "private"))
            .base_url(base_url)
            .build()
    }

    #[test]
    fn an_origin_is_taken_with_or_without_a_slash() {
        for good in [
            "https://cloud.mongodb.com",
            "https://cloud.mongodb.com/",
            "https://ops.example:8443",
            "http://127.0.0.1:8080",
            "http://127.7.7.7",
            "http://[::1]:8080",
            "http://localhost:8080",
        ] {
            build(good).unwrap();
        }
    }

    #[test]
    fn what_is_no_origin_is_refused_with_a_reason() {
        for (bad, word) in [
            ("", "cannot be read"),
            ("cloud.mongodb.com", "cannot be read"),
            ("localhost:8080", "must begin with https://"),
            ("ftp://cloud.mongodb.com", "must begin with https://"),
            ("https://cloud.mongodb.com/api/atlas/v1.0", "must end after"),
            ("https://cloud.mongodb.com?x", "must end after"),
            ("http://cloud.mongodb.com", "is not encrypted"),
            ("http://127.0.0.1.example", "is not encrypted"),
            ("http://localhost.example", "is not encrypted"),
        ] {
            let error = build(bad).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.to_string().contains(word), "{bad}: {error}");
        }
    }

    #[test]
    fn a_password_in_the_base_url_is_refused_and_not_shown() {
        let error = build("https://me:hunter2@cloud.mongodb.com").unwrap_err();
        assert!(
            !format!("{error} {error:?}").contains("hunter2"),
            "{error:?}"
        );
    }

    #[test]
    fn plain_http_can_be_asked_for() {
        let client = Client::builder(Credentials::api_key("public", "private"))
            .base_url("http://atlas.internal")
            .allow_plain_http(true)
            .build();
        client.unwrap();
    }

    #[test]
    fn nothing_shows_the_private_key() {
        let builder = Client::builder(Credentials::api_key("public", "the-secret"));
        assert!(!format!("{builder:?}").contains("the-secret"));
        let client = builder.build().unwrap();
        assert!(!format!("{client:?}").contains("the-secret"));
    }
}
