//! The way to the network: one attempt at a call, signed, sent and read.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use diqwest::error::Error as DigestError;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use reqwest::{RequestBuilder, Response, StatusCode, Url};
use serde::de::DeserializeOwned;

use crate::body::{self, Body, End};
use crate::clock::Clock;
use crate::counters::AtomicCounters;
use crate::credentials::Scheme;
use crate::digest::{DigestPool, SendError, Signed};
use crate::error::{CallContext, FailedAnswer};
use crate::rate::{RateLimiter, TooLate, Turns};
use crate::retry::RetryPolicy;
use crate::retry_after::{date, retry_after};
use crate::token::{NoToken, Token, TokenSource};
use crate::{Credentials, Error, ErrorKind, exchange};

const JSON: &str = "application/json";

/// A request, complete but for its signature, so that each attempt can be signed anew.
pub(crate) struct Request {
    pub(crate) context: CallContext,
    pub(crate) url: Url,
    /// Those of the operation; the transport adds its own.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
}

/// The answer to a request that succeeded.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
    /// The server's time, if it told.
    pub(crate) date: Option<SystemTime>,
}

/// What an attempt was like, for those who watch.
#[derive(Debug, Default)]
pub(crate) struct Attempt {
    pub(crate) status: Option<StatusCode>,
    pub(crate) nonce_reused: Option<bool>,
    /// It has not come to a request, since there were too many for the project.
    pub(crate) waits_for_turn: bool,
    /// The server may have acted: what it got was signed.
    pub(crate) signed: AtomicBool,
}

/// How long a call goes on, how often it is attempted, and how many requests there are for a project.
pub(crate) struct Limits {
    pub(crate) rate: Option<RateLimiter>,
    pub(crate) deadline: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Where requests go, and how they are signed.
pub(crate) struct Transport {
    http: reqwest::Client,
    origin: Url,
    signing: Signing,
    pub(crate) limits: Limits,
    pub(crate) counters: Arc<AtomicCounters>,
    /// Something has answered a request.
    pub(crate) answered: AtomicBool,
}

#[derive(Debug)]
enum Signing {
    Digest(DigestPool),
    Token(TokenSource),
}

impl Transport {
    pub(crate) fn new(
        http: reqwest::Client,
        origin: Url,
        credentials: Credentials,
        limits: Limits,
    ) -> Self {
        let counters = Arc::<AtomicCounters>::default();
        let signing = match credentials.scheme() {
            Scheme::ApiKey => Signing::Digest(DigestPool::new(credentials)),
            Scheme::ServiceAccount => {
                Signing::Token(TokenSource::new(credentials, &origin, counters.clone()))
            }
        };
        Self {
            http,
            origin,
            signing,
            limits,
            counters,
            answered: AtomicBool::new(false),
        }
    }

    /// Where every operation's own base path begins.
    pub(crate) fn origin(&self) -> &Url {
        &self.origin
    }

    /// Sends a request once, and reads its answer. `seen` is filled in as things become known.
    ///
    /// # Errors
    ///
    /// Every failure but those of decoding.
    pub(crate) async fn attempt(
        &self,
        request: &Request,
        until: Instant,
        seen: &mut Attempt,
    ) -> Result<Answer, Error> {
        let mut turns = Turns {
            counters: &self.counters,
            limited: self.limits.rate.as_ref().zip(request.context.project()),
            until,
            waiting: &mut seen.waits_for_turn,
            signed: &seen.signed,
        };
        let method = request.context.operation.method.clone();
        let mut builder = self
            .http
            .request(method, request.url.clone())
            .headers(request.headers.clone())
            .header(ACCEPT, JSON);
        if let Some(body) = &request.body {
            builder = builder.header(CONTENT_TYPE, JSON).body(body.clone());
        }
        exchange::sending(&builder);
        let began = self.limits.clock.now();
        let response = match &self.signing {
            Signing::Digest(pool) => {
                let signed = pool.send(&builder, &mut turns).await;
                let signed = signed.map_err(|error| match error {
                    SendError::Digest(error) => self.digest_error(error),
                    SendError::TooLate(TooLate) => self.no_turn(),
                })?;
                let Signed {
                    response,
                    nonce_reused,
                } = signed;
                seen.nonce_reused = Some(nonce_reused);
                response
            }
            Signing::Token(source) => self.send_with_token(source, builder, &mut turns).await?,
        };
        seen.status = Some(response.status());
        self.answered.store(true, Ordering::Relaxed);
        let elapsed = self.limits.clock.now().duration_since(began);
        exchange::answered(response.status(), response.headers(), elapsed);
        self.receive(response).await
    }

    /// A token that is refused is replaced once: it may have been revoked. Where that does not help, the
    /// account lacks a role, which is no reason to replace the token for each further call.
    async fn send_with_token(
        &self,
        source: &TokenSource,
        builder: RequestBuilder,
        turns: &mut Turns<'_>,
    ) -> Result<Response, Error> {
        let again = builder.try_clone();
        let token = self.token(source).await?;
        let response = self.send_signed(builder, &token, turns).await?;
        let Some(builder) = again.filter(|_| response.status() == StatusCode::UNAUTHORIZED) else {
            return Ok(response);
        };
        let now = self.limits.clock.now();
        if source.is_trusted(now).await {
            return Ok(response);
        }
        source.forget(&token).await;
        let token = self.token(source).await?;
        let response = self.send_signed(builder, &token, turns).await?;
        if response.status() == StatusCode::UNAUTHORIZED {
            source.trust(now).await;
        }
        Ok(response)
    }

    async fn token(&self, source: &TokenSource) -> Result<Token, Error> {
        let token = source.token(&self.http, self.limits.clock.now()).await;
        token.map_err(|reason| self.no_token(reason).of_token())
    }

    async fn send_signed(
        &self,
        builder: RequestBuilder,
        token: &Token,
        turns: &mut Turns<'_>,
    ) -> Result<Response, Error> {
        let header = token.header().ok_or_else(|| {
            Error::new(
                ErrorKind::Challenge,
                "the access token cannot be put into a header",
            )
        })?;
        let turn = turns.next(1).await.map_err(|TooLate| self.no_turn())?;
        turn.signed_request();
        exchange::signed("an access token");
        let sent = builder.header(AUTHORIZATION, header).send().await;
        sent.map_err(|error| self.reqwest_error(error))
    }

    async fn receive(&self, response: Response) -> Result<Answer, Error> {
        let status = response.status();
        let retry_after = retry_after(response.headers());
        let date = date(response.headers());
        if !status.is_success() {
            let body = body::read(response, body::ERROR_LIMIT).await;
            return Err(refused(status, &body, retry_after));
        }
        let body = body::read(response, body::SUCCESS_LIMIT).await;
        match body.end {
            End::Complete => Ok(Answer {
                status,
                body: body.bytes,
                date,
            }),
            End::TooLong { limit } => Err(undescribed(
                format!("the answer is longer than {limit} bytes"),
                status,
                &body.bytes,
            )),
            End::Broken(error) => {
                let answer = failed_answer(status, &body.bytes);
                Err(self.reqwest_error(error).with_answer(answer))
            }
        }
    }

    fn digest_error(&self, error: DigestError) -> Error {
        match error {
            DigestError::Reqwest(error) => self.reqwest_error(error),
            DigestError::InvalidHeaderValue(error) => Error::new(
                ErrorKind::InvalidArgument,
                "the API key cannot be put into a header",
            )
            .with_source(error),
            error => Error::new(
                ErrorKind::Challenge,
                format!(
                    "{} asks for an authentication other than the digest that this client can give",
                    self.host()
                ),
            )
            .with_source(error),
        }
    }

    /// There are too many requests for the project to send another one in the call's time.
    pub(crate) fn no_turn(&self) -> Error {
        let limit = self
            .limits
            .rate
            .as_ref()
            .map_or(0, |rate| rate.limit().get());
        Error::new(
            ErrorKind::RateLimit,
            format!(
                "the {limit} requests per minute that this client sends for a project are used up, and the \
                 next turn would come after the call's deadline"
            ),
        )
        .not_sent()
    }

    fn no_token(&self, reason: NoToken) -> Error {
        match reason {
            NoToken::Request(error) => self.reqwest_error(error),
            NoToken::Refused { status, excerpt } => {
                Error::new(ErrorKind::Status, "no access token was issued").with_answer(
                    FailedAnswer {
                        status,
                        excerpt,
                        api_error: None,
                        retry_after: None,
                    },
                )
            }
            NoToken::Malformed { status } => undescribed(
                format!("the answer to the request for an access token, {status}, holds none"),
                status,
                &[],
            ),
        }
    }

    fn reqwest_error(&self, error: reqwest::Error) -> Error {
        // The URL is told by the operation and its values.
        let error = error.without_url();
        let timed_out = error.is_timeout();
        let host = self.host();
        let mut lasting = false;
        let (kind, message) = if error.is_connect() {
            let (message, stays) = connect_message(&error, host, timed_out);
            lasting = stays;
            (ErrorKind::Connect, message)
        } else if error.is_builder() {
            (
                ErrorKind::InvalidArgument,
                "the request cannot be built".to_owned(),
            )
        } else if timed_out {
            (ErrorKind::Timeout, format!("{host} did not answer in time"))
        } else {
            (
                ErrorKind::Connection,
                format!("the connection to {host} broke before the answer was complete"),
            )
        };
        Error::new(kind, message)
            .timed_out(timed_out)
            .lasting(lasting)
            .with_source(error)
    }

    /// The host of the base URL, for sentences.
    pub(crate) fn host(&self) -> &str {
        self.origin.host_str().unwrap_or_default()
    }
}

/// Tells a name that is not known and a certificate that is not trusted from other failures to connect, and
/// whether it will be so the next time, too.
///
/// The libraries below have types of their own for these; what they say is all that is needed here.
fn connect_message(error: &reqwest::Error, host: &str, timed_out: bool) -> (String, bool) {
    let mut said = String::new();
    let mut source = error.source();
    while let Some(cause) = source {
        said.push_str(&cause.to_string());
        source = cause.source();
    }
    if said.contains("dns error") {
        return (format!("the name {host} cannot be resolved"), false);
    }
    if said.contains("certificate") {
        let message = format!("the TLS certificate of {host} is not to be trusted");
        return (message, true);
    }
    if said.contains("InvalidContentType") {
        let message =
            format!("what answers at {host} does not speak TLS; is it http, or another port?");
        return (message, true);
    }
    let late = if timed_out { " in time" } else { "" };
    (
        format!("no connection to {host} could be made{late}"),
        false,
    )
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("origin", &self.origin.as_str())
            .field("signing", &self.signing)
            .field("deadline", &self.limits.deadline)
            .field("retry", &self.limits.retry)
            .finish_non_exhaustive()
    }
}

impl Answer {
    /// Reads the body as a `T`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Response`] when it is none, with the status and an excerpt.
    pub(crate) fn decode<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let message = if self.body.is_empty() {
                format!("the answer, {}, has an empty body", self.status)
            } else {
                format!("the answer, {}, is not what the API describes", self.status)
            };
            undescribed(message, self.status, &self.body).with_source(error)
        })
    }
}

/// The server's time when a call began, told from its time in an answer and how long ago that was here.
pub(crate) fn server_time_at(answer: &Answer, began: Instant, now: Instant) -> Option<SystemTime> {
    answer.date?.checked_sub(now.duration_since(began))
}

fn undescribed(message: String, status: StatusCode, body: &[u8]) -> Error {
    Error::new(ErrorKind::Response, message).with_answer(failed_answer(status, body))
}

fn refused(status: StatusCode, body: &Body, retry_after: Option<Duration>) -> Error {
    Error::new(ErrorKind::Status, status.to_string()).with_answer(FailedAnswer {
        // An answer in another form than Atlas', from a proxy for instance, is told by its excerpt.
        api_error: serde_json::from_slice(&body.bytes).ok(),
        retry_after,
        ..failed_answer(status, &body.bytes)
    })
}

fn failed_answer(status: StatusCode, body: &[u8]) -> FailedAnswer {
    FailedAnswer {
        status,
        excerpt: body::excerpt(body),
        api_error: None,
        retry_after: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::PrivateEndpointConnection;

    proptest::proptest! {
        #[test]
        fn no_body_makes_decoding_panic(body: Vec<u8>) {
            let answer = Answer { status: StatusCode::OK, body, date: None };
            if let Err(error) = answer.decode::<Vec<PrivateEndpointConnection>>() {
                assert_eq!(error.kind(), ErrorKind::Response);
                assert_eq!(error.status(), Some(StatusCode::OK));
                assert_eq!(error.to_string().lines().count(), 1);
            }
            let body = Body { bytes: answer.body, end: End::Complete };
            let error = refused(StatusCode::BAD_GATEWAY, &body, None);
            assert_eq!(error.to_string().lines().count(), 1);
        }
    }
}
