//! One attempt at a call: signed, sent and read.

use std::error::Error as StdError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use diqwest::error::Error as DigestError;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{RequestBuilder, StatusCode, Url};
use serde::de::DeserializeOwned;

use super::body::{self, Body, End};
use super::digest::{DigestPool, SendError, Sent};
use super::rate_limit::{NoPermit, Permits, RateLimiter};
use super::request::Request;
use super::retry::{RetryPolicy, date, server_delay};
use super::token::{Token, TokenError, TokenSource};
use super::trace::{self, AtomicCounters};
use crate::clock::Deadline;
use crate::credentials::Scheme;
use crate::error::{ErrorResponse, short};
use crate::{Clock, Credentials, Error, ErrorKind};

/// The response to a request that succeeded.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
    /// The server's time.
    pub(crate) date: Option<SystemTime>,
    pub(super) content_type: Option<HeaderValue>,
}

/// The result of one attempt.
pub(super) struct Attempt {
    pub(super) result: Result<Response, Error>,
    /// True once a permit was acquired.
    pub(super) permitted: bool,
    /// The status of the response, even if its body could not be read.
    pub(super) status: Option<StatusCode>,
    pub(super) nonce_reused: Option<bool>,
}

/// The limits on a call: its time, its attempts, and the requests to its project.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) rate: Option<RateLimiter>,
    pub(crate) deadline: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) clock: Arc<dyn Clock>,
}

/// The server, and the way to it.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) origin: Url,
    /// The URL of the proxy that the environment sets, without its credentials.
    pub(crate) proxy: Option<String>,
}

impl Route {
    /// Returns why a proxy has responded with 407, and what to do.
    fn proxy_authentication_required(&self) -> String {
        let proxy = self.proxy.as_deref();
        let proxy = proxy.map_or("a proxy".to_owned(), |proxy| format!("the proxy {proxy}"));
        format!("{proxy} requires authentication; add its user name and password to its URL")
    }
}

/// The connections to the server, and the means to sign requests.
#[derive(Debug)]
pub(crate) struct Transport {
    http: reqwest::Client,
    route: Route,
    signing: Signing,
    pub(crate) limits: Limits,
    pub(crate) counters: Arc<AtomicCounters>,
    responded: AtomicBool,
}

#[derive(Debug)]
enum Signing {
    Digest(DigestPool),
    Token(Arc<TokenSource>),
}

impl Transport {
    pub(crate) fn new(
        http: reqwest::Client,
        route: Route,
        credentials: Credentials,
        limits: Limits,
    ) -> Self {
        let counters = Arc::<AtomicCounters>::default();
        let signing = match credentials.scheme() {
            Scheme::ApiKey => {
                let host = route.origin.host_str().unwrap_or_default();
                Signing::Digest(DigestPool::new(credentials, host))
            }
            Scheme::ServiceAccount => {
                let source = TokenSource::new(credentials, &route.origin, counters.clone());
                Signing::Token(Arc::new(source))
            }
        };
        Self {
            http,
            route,
            signing,
            limits,
            counters,
            responded: AtomicBool::new(false),
        }
    }

    /// Returns the base URL, which the base path of each operation extends.
    pub(super) fn origin(&self) -> &Url {
        &self.route.origin
    }

    /// Returns true once the server has responded to any request.
    pub(crate) fn has_responded(&self) -> bool {
        self.responded.load(Ordering::Relaxed)
    }

    /// Sends a request once and reads the response, until the deadline.
    pub(super) async fn attempt(
        &self,
        request: &Request,
        number: u32,
        deadline: Deadline,
    ) -> Attempt {
        let permits = Permits {
            counters: &self.counters,
            limit: self.limits.rate.as_ref().zip(request.context.project()),
            attempt: number,
            deadline,
            acquired: AtomicBool::new(false),
        };
        let builder = self.builder(request);
        trace::sending(&builder);
        let started = self.limits.clock.now();
        let sent = match &self.signing {
            Signing::Digest(pool) => {
                let sent = pool.send(&builder, &permits).await;
                sent.map_err(|error| self.send_error(error))
            }
            Signing::Token(source) => self.send_with_token(source, builder, &permits).await,
        };
        let Sent {
            response,
            signed,
            nonce_reused,
        } = match sent {
            Ok(sent) => sent,
            Err(error) => {
                return Attempt {
                    result: Err(error),
                    permitted: permits.acquired.into_inner(),
                    status: None,
                    nonce_reused: None,
                };
            }
        };
        self.responded.store(true, Ordering::Relaxed);
        let status = response.status();
        let elapsed = self.limits.clock.now().duration_since(started);
        trace::received(status, response.headers(), elapsed);
        let delay = server_delay(status, response.headers(), &*self.limits.clock);
        if let (StatusCode::TOO_MANY_REQUESTS, Some((limiter, project)), Some(delay)) =
            (status, permits.limit, delay)
        {
            limiter.close(project, self.limits.retry.limited(delay));
        }
        let read = deadline.limit(self.read(response)).await;
        let result = read.unwrap_or_else(|_| Err(self.deadline_elapsed()));
        Attempt {
            result: result.map_err(|error| error.sent(signed).with_retry_after(delay)),
            permitted: true,
            status: Some(status),
            nonce_reused,
        }
    }

    fn builder(&self, request: &Request) -> RequestBuilder {
        let operation = request.context.operation;
        let mut builder = self
            .http
            .request(operation.method.clone(), request.url.clone())
            .headers(request.headers.clone())
            .header(ACCEPT, HeaderValue::from_static(operation.accept));
        if let Some(media_type) = operation.content_type {
            builder = builder.header(CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        match &request.body {
            Some(body) => builder.body(body.clone()),
            None => builder,
        }
    }

    /// Sends a request with an access token. A refused token is replaced once, since it may have been revoked. If
    /// the new one is refused, too, the account lacks a role, and tokens are not replaced for a while.
    async fn send_with_token(
        &self,
        source: &Arc<TokenSource>,
        builder: RequestBuilder,
        permits: &Permits<'_>,
    ) -> Result<Sent, Error> {
        let sent = |response| Sent {
            response,
            signed: true,
            nonce_reused: None,
        };
        let again = builder.try_clone();
        let token = self.token(source, None, permits).await?;
        let response = self.send_signed(builder, &token, permits).await?;
        let Some(builder) = again.filter(|_| response.status() == StatusCode::UNAUTHORIZED) else {
            return Ok(sent(response));
        };
        let now = self.limits.clock.now();
        if source.is_trusted(now) {
            return Ok(sent(response));
        }
        let token = self.token(source, Some(&token), permits).await?;
        let response = self.send_signed(builder, &token, permits).await?;
        if response.status() == StatusCode::UNAUTHORIZED {
            source.trust(now);
        }
        Ok(sent(response))
    }

    async fn token(
        &self,
        source: &Arc<TokenSource>,
        refused: Option<&Token>,
        permits: &Permits<'_>,
    ) -> Result<Token, Error> {
        let token = source.token(&self.http, self.limits.clock.now(), refused);
        match permits.deadline.limit(token).await {
            Ok(token) => token.map_err(|error| self.token_error(error).sent(false)),
            Err(_) => Err(self.deadline_elapsed().sent(false)),
        }
    }

    async fn send_signed(
        &self,
        builder: RequestBuilder,
        token: &Token,
        permits: &Permits<'_>,
    ) -> Result<reqwest::Response, Error> {
        let header = token.header().ok_or_else(|| {
            let message = "the access token is not a valid header value";
            Error::new(ErrorKind::Challenge, message)
        })?;
        let permit = permits.acquire(1).await;
        let permit = permit.map_err(|none| self.no_permit(&none))?;
        permit.count_signed();
        trace::signed("an access token");
        let response = builder.header(AUTHORIZATION, header).send();
        match permits.deadline.limit(response).await {
            Ok(response) => response.map_err(|error| self.reqwest_error(error)),
            Err(_) => Err(self.deadline_elapsed()),
        }
    }

    async fn read(&self, response: reqwest::Response) -> Result<Response, Error> {
        let status = response.status();
        let date = date(response.headers());
        let content_type = response.headers().get(CONTENT_TYPE).cloned();
        if !status.is_success() {
            let body = body::read(response, body::ERROR_LIMIT).await;
            let reason = match status {
                StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                    self.route.proxy_authentication_required() + ": "
                }
                _ => String::new(),
            };
            return Err(status_error(reason, status, &body));
        }
        let body = body::read(response, body::SUCCESS_LIMIT).await;
        match body.end {
            End::Complete => Ok(Response {
                status,
                body: body.bytes,
                date,
                content_type,
            }),
            End::TooLong { limit } => Err(unexpected_response(
                format!("the response is longer than {limit} bytes"),
                status,
                &body.bytes,
            )),
            End::Broken(error) => {
                let response = error_response(status, &body.bytes);
                Err(self.reqwest_error(error).with_response(response))
            }
        }
    }

    fn send_error(&self, error: SendError) -> Error {
        match error {
            SendError::NoPermit(none) => self.no_permit(&none),
            SendError::Unsupported => self.unsupported().sent(false),
            SendError::DeadlineElapsed { signed } => self.deadline_elapsed().sent(signed),
            SendError::Failed { cause, signed } => self.digest_error(cause).sent(signed),
        }
    }

    fn digest_error(&self, error: DigestError) -> Error {
        match error {
            DigestError::Reqwest(error) => self.reqwest_error(error),
            DigestError::InvalidHeaderValue(error) => {
                let message = "the API key is not a valid header value";
                Error::new(ErrorKind::InvalidArgument, message).with_source(error)
            }
            error => self.unsupported().with_source(error),
        }
    }

    fn unsupported(&self) -> Error {
        let host = self.host();
        let message =
            format!("{host} requires an authentication that this client does not support");
        Error::new(ErrorKind::Challenge, message)
    }

    /// Returns the error of a call for which no permit is free before its deadline.
    fn no_permit(&self, none: &NoPermit) -> Error {
        let limit = self.limits.rate.as_ref();
        let limit = limit.map_or(0, |rate| rate.limit().get());
        let message = format!(
            "the limit of {limit} requests per minute for the project is reached, and no permit is free before \
             the call's deadline"
        );
        let error = Error::new(ErrorKind::RateLimit, message).sent(false);
        error.with_retry_after(none.wait)
    }

    fn deadline_elapsed(&self) -> Error {
        let host = self.host();
        let message = format!("the call's deadline passed before {host} responded");
        Error::new(ErrorKind::Timeout, message)
    }

    fn token_error(&self, error: TokenError) -> Error {
        match error {
            TokenError::Request(error) => self.request_error(&error).with_source(error),
            TokenError::Refused {
                status,
                excerpt,
                retry_after,
            } => {
                let response = ErrorResponse {
                    status,
                    excerpt,
                    ..ErrorResponse::default()
                };
                Error::new(ErrorKind::Status, "could not get an access token: ")
                    .with_response(response)
                    .with_retry_after(retry_after)
            }
            TokenError::Malformed { status } => unexpected_response(
                format!("the response to the request for an access token, {status}, has none"),
                status,
                &[],
            ),
        }
    }

    fn reqwest_error(&self, error: reqwest::Error) -> Error {
        // The operation and its values identify the URL.
        let error = error.without_url();
        self.request_error(&error).with_source(error)
    }

    /// Returns the error for a failed request, without its source.
    fn request_error(&self, error: &reqwest::Error) -> Error {
        let timed_out = error.is_timeout();
        let host = self.host();
        let mut permanent = false;
        let (kind, message) = if error.is_connect() {
            let (message, is_permanent) = connect_message(error, host, &self.route);
            permanent = is_permanent;
            (ErrorKind::Connect, message)
        } else if error.is_builder() {
            (
                ErrorKind::InvalidArgument,
                "could not build the request".to_owned(),
            )
        } else if timed_out {
            (
                ErrorKind::Timeout,
                format!("{host} did not respond in time"),
            )
        } else if causes(error).contains("invalid HTTP version") {
            // It may be another server that speaks TLS, unless it has responded before.
            permanent = !self.has_responded();
            (
                ErrorKind::Connection,
                format!("{host} did not respond with HTTP; check the scheme and port"),
            )
        } else {
            (
                ErrorKind::Connection,
                format!("the connection to {host} broke before the response was complete"),
            )
        };
        Error::new(kind, message)
            .timed_out(timed_out)
            .permanent(permanent)
    }

    fn host(&self) -> &str {
        self.route.origin.host_str().unwrap_or_default()
    }
}

/// Returns the texts of all causes of an error: the types of the libraries below are not public.
fn causes(error: &reqwest::Error) -> String {
    let mut causes = String::new();
    let mut source = error.source();
    while let Some(cause) = source {
        causes.push_str(&cause.to_string());
        source = cause.source();
    }
    causes
}

/// Returns the message for a failure to connect, and whether another attempt would fail in the same way.
fn connect_message(error: &reqwest::Error, host: &str, route: &Route) -> (String, bool) {
    let proxy = route.proxy.as_deref();
    let causes = causes(error);
    let through = proxy.map_or(String::new(), |proxy| format!(" through the proxy {proxy}"));
    if causes.contains("dns error") {
        // The proxy resolves the name of the server.
        let name = proxy.map_or(host.to_owned(), |proxy| format!("the proxy {proxy}"));
        return (format!("could not resolve {name}"), false);
    }
    if causes.contains("certificate") {
        let message = format!("the TLS certificate of {host}{through} is not trusted");
        return (message, true);
    }
    // The texts of rustls and of OpenSSL.
    if causes.contains("InvalidContentType") || causes.contains("wrong version number") {
        let message =
            format!("{host}{through} did not respond with TLS; check the scheme and port");
        return (message, true);
    }
    if causes.contains("proxy authorization required") {
        let reason = route.proxy_authentication_required();
        return (format!("could not connect to {host}: {reason}"), true);
    }
    let late = if error.is_timeout() { " in time" } else { "" };
    (format!("could not connect to {host}{through}{late}"), false)
}

impl Response {
    /// Returns the response, without content, to a call that was applied although its own response was lost.
    pub(super) fn reconstructed() -> Self {
        Self {
            status: StatusCode::OK,
            body: Vec::new(),
            date: None,
            content_type: None,
        }
    }

    /// Decodes the body as a `T`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Response`] when the body is malformed, with the status and an excerpt.
    pub(crate) fn decode<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let problem = if self.body.is_empty() {
                "has an empty body".to_owned()
            } else if error.is_data() {
                "does not match the API's schema".to_owned()
            } else {
                self.not_json()
            };
            let message = format!("the response, {}, {problem}", self.status);
            unexpected_response(message, self.status, &self.body).with_source(error)
        })
    }
}

impl Response {
    /// Describes a body that is not JSON, such as a page of a proxy.
    fn not_json(&self) -> String {
        let content_type = self.content_type.as_ref();
        let content_type = content_type.and_then(|it| it.to_str().ok());
        let excerpt = body::excerpt(&self.body);
        format!(
            "is not JSON, but {}: {}",
            content_type.unwrap_or("has no content type"),
            short(&excerpt)
        )
    }
}

fn unexpected_response(message: String, status: StatusCode, body: &[u8]) -> Error {
    Error::new(ErrorKind::Response, message).with_response(error_response(status, body))
}

/// Returns the error of a status; `reason` is the beginning of its message.
pub(super) fn status_error(reason: String, status: StatusCode, body: &Body) -> Error {
    Error::new(ErrorKind::Status, reason).with_response(ErrorResponse {
        api_error: body::api_error(&body.bytes),
        ..error_response(status, &body.bytes)
    })
}

fn error_response(status: StatusCode, body: &[u8]) -> ErrorResponse {
    ErrorResponse {
        status,
        excerpt: body::excerpt(body),
        ..ErrorResponse::default()
    }
}
