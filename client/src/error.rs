//! The error type of the crate.

use std::error::Error as StdError;
use std::fmt;
use std::time::{Duration, SystemTime};

use reqwest::StatusCode;

use crate::operation::{CallContext, escaped};
use crate::types::{ApiError, ErrorCode};
use crate::{Operation, PrivateLinkId};

/// The failure of a call, or of building a client.
///
/// [`kind`](Error::kind) returns the kind of failure, and predicates such as
/// [`is_not_found`](Error::is_not_found) cover common cases. Accessors return the details: the operation, the
/// values of its path, the HTTP status, Atlas' own error and an excerpt of the raw body. `Display` is one line,
/// which does not repeat the [`source`](StdError::source).
///
/// ```no_run
/// # async fn example(client: atlas_private_endpoint::Client) {
/// # let project = atlas_private_endpoint::ProjectId::new("5356823b3004dee37132bb7b").unwrap();
/// # let connection = atlas_private_endpoint::PrivateLinkId::new("5f7cb1a3e3b4aa3b8ba3fb44").unwrap();
/// match client.get_private_endpoint_connection(&project, &connection).await {
///     Ok(connection) => println!("{}", connection.status),
///     Err(error) if error.is_not_found() => println!("not found"),
///     Err(error) => eprintln!("{error}"),
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Error(Box<Inner>);

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client cannot be built with these settings. Nothing was sent.
    Configuration,
    /// A value cannot be part of a request. Nothing was sent.
    InvalidArgument,
    /// No connection was made: the name was not resolved, the connection was refused, TLS failed, or it took
    /// too long. Atlas did not receive the request.
    Connect,
    /// The response did not arrive in time. Atlas may have acted on the request.
    Timeout,
    /// The connection broke before the response was complete. Atlas may have acted on the request.
    Connection,
    /// The server requires an authentication that this client does not support. Atlas did not act.
    Challenge,
    /// Atlas, or a proxy in front of it, returned a status other than success.
    Status,
    /// The status is a success, but the body does not match the API's schema.
    Response,
    /// This client has used up the project's requests of this minute, and no permit is free before the call's
    /// deadline. The request was not sent. See
    /// [`ClientBuilder::rate_limit`](crate::ClientBuilder::rate_limit).
    RateLimit,
    /// The goal of a wait will not be reached: the resource is in a state that does not lead to it.
    WaitFailed,
    /// The goal of a wait was not reached before the timeout. It may still be reached.
    WaitTimeout,
    /// The connection has an interface endpoint that must not be deleted, so the deletion has ended. See
    /// [`CascadeDeletion::only`](crate::CascadeDeletion::only).
    UnexpectedInterfaceEndpoint,
}

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    timed_out: bool,
    /// The request was sent with a signature, so that the server may have acted on it.
    sent: bool,
    permanent: bool,
    call: Option<CallContext>,
    wait: Option<WaitContext>,
    response: Option<ErrorResponse>,
    retry_after: Option<Duration>,
    attempts: u32,
    elapsed: Duration,
    unknown_outcome: Option<UnknownOutcome>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The goal of a wait that failed.
#[derive(Debug)]
pub(crate) struct WaitContext {
    /// The resource and its goal, to follow "waiting for".
    pub(crate) goal: String,
    /// The last observed state.
    pub(crate) state: Option<String>,
}

/// A response other than the expected one.
#[derive(Debug, Default)]
pub(crate) struct ErrorResponse {
    pub(crate) status: StatusCode,
    pub(crate) excerpt: String,
    pub(crate) api_error: Option<ApiError>,
}

/// The reason why the outcome of a POST is unknown, and the resources that it may have created.
#[derive(Debug)]
pub(crate) struct UnknownOutcome {
    pub(crate) reason: String,
    pub(crate) candidates: Vec<PrivateLinkId>,
    /// The server's time before which the POST was not applied, if that is known.
    pub(crate) since: Option<SystemTime>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            timed_out: kind == ErrorKind::Timeout,
            sent: true,
            permanent: false,
            call: None,
            wait: None,
            response: None,
            retry_after: None,
            attempts: 0,
            elapsed: Duration::ZERO,
            unknown_outcome: None,
            source: None,
        }))
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn with_response(mut self, response: ErrorResponse) -> Self {
        self.0.response = Some(response);
        self
    }

    pub(crate) fn with_call(mut self, call: CallContext) -> Self {
        self.0.call = Some(call);
        self
    }

    pub(crate) fn with_progress(mut self, attempts: u32, elapsed: Duration) -> Self {
        self.0.attempts = attempts;
        self.0.elapsed = elapsed;
        self
    }

    pub(crate) fn with_wait(mut self, wait: WaitContext, elapsed: Duration) -> Self {
        self.0.wait = Some(wait);
        self.0.elapsed = elapsed;
        self
    }

    pub(crate) fn with_unknown_outcome(mut self, unknown: UnknownOutcome) -> Self {
        self.0.unknown_outcome = Some(unknown);
        self
    }

    pub(crate) fn with_retry_after(mut self, delay: Option<Duration>) -> Self {
        self.0.retry_after = delay;
        self
    }

    pub(crate) fn unknown_outcome(&self) -> Option<&UnknownOutcome> {
        self.0.unknown_outcome.as_ref()
    }

    /// Records whether the request of the call was sent with a signature.
    pub(crate) fn sent(mut self, signed: bool) -> Self {
        self.0.sent &= signed;
        self
    }

    /// Records that another connection would fail in the same way.
    pub(crate) fn permanent(mut self, permanent: bool) -> Self {
        self.0.permanent = permanent;
        self
    }

    pub(crate) fn is_permanent(&self) -> bool {
        self.0.permanent
    }

    pub(crate) fn was_sent(&self) -> bool {
        self.0.sent
    }

    pub(crate) fn timed_out(mut self, timed_out: bool) -> Self {
        self.0.timed_out = timed_out;
        self
    }

    /// Returns the kind of failure.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the operation that failed; `None` when a client could not be built.
    pub fn operation(&self) -> Option<&'static Operation> {
        Some(self.0.call.as_ref()?.operation)
    }

    /// Returns the ids that the call is about, by the names of path parameters: `groupId` is the project.
    pub fn path_values(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let values = self.0.call.as_ref().map_or(&[][..], |call| &call.values);
        values.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// Returns the HTTP status; `None` without a response.
    pub fn status(&self) -> Option<StatusCode> {
        Some(self.0.response.as_ref()?.status)
    }

    /// Returns Atlas' error, if the body is one.
    pub fn api_error(&self) -> Option<&ApiError> {
        self.0.response.as_ref()?.api_error.as_ref()
    }

    /// Returns Atlas' error code, if the body has one.
    pub fn code(&self) -> Option<&ErrorCode> {
        self.api_error()?.error_code.as_ref()
    }

    /// Returns Atlas' error message, if the body has one.
    pub fn detail(&self) -> Option<&str> {
        self.api_error()?.detail.as_deref()
    }

    /// Returns the beginning of the raw body, whatever its form, on one line. `None` without a response.
    pub fn excerpt(&self) -> Option<&str> {
        Some(&self.0.response.as_ref()?.excerpt)
    }

    /// Returns true for the status 404.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Returns true for the status 409: the state of the resource does not allow the operation.
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(StatusCode::CONFLICT)
    }

    /// Returns true for the status 401, and for an unsupported challenge: the credentials are wrong or have
    /// no role in the project.
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED) || self.kind() == ErrorKind::Challenge
    }

    /// Returns true for the status 403: the credentials do not allow the operation, or not from this address.
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(StatusCode::FORBIDDEN)
    }

    /// Returns true for the status 429, and when this client did not send the request to stay below the limit
    /// on the project's requests.
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS) || self.kind() == ErrorKind::RateLimit
    }

    /// Returns the time to wait before another request, counted from this failure.
    ///
    /// It is the server's `Retry-After`, or the rest of the server's minute after a 429 without one. For
    /// [`ErrorKind::RateLimit`] it is the time until this client has a permit, unless that depends on requests in
    /// flight. `None` otherwise.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns true when connecting or the response took too long.
    pub fn is_timeout(&self) -> bool {
        self.0.timed_out
    }

    /// Returns true when the goal of a wait will not be reached; [`last_state`](Self::last_state) is the
    /// state of the resource.
    pub fn is_wait_failed(&self) -> bool {
        self.kind() == ErrorKind::WaitFailed
    }

    /// Returns true when the goal of a wait was not reached before the timeout.
    pub fn is_wait_timeout(&self) -> bool {
        self.kind() == ErrorKind::WaitTimeout
    }

    /// Returns the last state that a wait observed, as the API writes it. `None` without one, or for another
    /// kind of failure.
    pub fn last_state(&self) -> Option<&str> {
        self.0.wait.as_ref()?.state.as_deref()
    }

    /// Returns the number of attempts at the call; 0 when nothing was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns the duration of the call, including the delays between attempts.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// Returns true when it is unknown whether the server acted: the response to a POST was lost, and it could
    /// not be looked up, or a resource exists that this call may have created. Another program may have created
    /// it at the same time, and Atlas does not report which.
    ///
    /// Check the project before sending the POST again; [`candidates`](Self::candidates) are the connections
    /// that it may have created.
    ///
    /// ```no_run
    /// # use atlas_private_endpoint::{Client, ProjectId, types::CreatePrivateEndpointConnection};
    /// # async fn example(client: Client, project: ProjectId, request: CreatePrivateEndpointConnection) {
    /// match client.create_private_endpoint_connection(&project, &request).await {
    ///     Ok(connection) => println!("created {}", connection.id),
    ///     Err(error) if error.is_outcome_unknown() => println!("check {:?}", error.candidates()),
    ///     Err(error) => eprintln!("nothing was created: {error}"),
    /// }
    /// # }
    /// ```
    pub fn is_outcome_unknown(&self) -> bool {
        self.0.unknown_outcome.is_some()
    }

    /// Returns the private endpoint connections that exist and that the call may have created, when its outcome
    /// is unknown.
    pub fn candidates(&self) -> &[PrivateLinkId] {
        let unknown = self.0.unknown_outcome.as_ref();
        unknown.map_or(&[], |unknown| &unknown.candidates)
    }

    /// Returns the message without the operation and its values, for programs that report these themselves.
    pub fn reason(&self) -> String {
        let mut reason = self.0.message.clone();
        if let (ErrorKind::Status, Some(response)) = (self.0.kind, &self.0.response) {
            reason.push_str(&status_reason(response));
        }
        let (attempts, seconds) = (self.0.attempts, self.0.elapsed.as_secs_f64());
        let mut append = |text: String| {
            // What precedes can be a sentence of Atlas.
            reason.truncate(reason.trim_end_matches('.').len());
            reason.push_str(&text);
        };
        if attempts > 1 {
            append(format!(", after {attempts} attempts in {seconds:.1} s"));
        }
        if let Some(delay) = self.0.retry_after.filter(|delay| !delay.is_zero()) {
            let rounded_up = delay.saturating_add(Duration::from_nanos(999_999_999));
            append(format!("; retry after {} s", rounded_up.as_secs()));
        }
        if let Some(unknown) = &self.0.unknown_outcome {
            append(format!("; {unknown}"));
        }
        // It can contain texts of the server.
        escaped(&reason)
    }
}

/// The length of the excerpt in a message, for a body that is not an error of Atlas.
const MESSAGE_EXCERPT_CHARACTERS: usize = 160;

/// Returns the beginning of an excerpt for a message.
pub(crate) fn short(excerpt: &str) -> String {
    excerpt.chars().take(MESSAGE_EXCERPT_CHARACTERS).collect()
}

fn status_reason(response: &ErrorResponse) -> String {
    let api_error = response.api_error.as_ref();
    let code = api_error.and_then(|error| error.error_code.as_ref());
    let detail = api_error.and_then(|error| error.detail.as_deref());
    let (status, excerpt) = (response.status, short(&response.excerpt));
    match (code, detail) {
        (Some(code), Some(detail)) => format!("Atlas returned {status}, {code}: {detail}"),
        (Some(code), None) => format!("Atlas returned {status}, {code}"),
        (None, Some(detail)) => format!("Atlas returned {status}: {detail}"),
        (None, None) if excerpt.is_empty() => {
            format!("unexpected response {status} with an empty body")
        }
        (None, None) => format!("unexpected response {status}: {excerpt}"),
    }
}

impl UnknownOutcome {
    pub(crate) fn because(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            candidates: Vec::new(),
            since: None,
        }
    }
}

impl fmt::Display for UnknownOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = &self.reason;
        write!(f, "the outcome is unknown, because {reason}")?;
        let ids: Vec<&str> = self.candidates.iter().map(PrivateLinkId::as_str).collect();
        if !ids.is_empty() {
            write!(f, ": {}", ids.join(", "))?;
        }
        f.write_str("; check the project before you send it again")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0.wait, &self.0.call) {
            (Some(wait), _) => write!(f, "waiting for {}: {}", wait.goal, self.reason()),
            (None, Some(call)) => write!(f, "{call}: {}", self.reason()),
            (None, None) => f.write_str(&self.reason()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.source.as_ref()?;
        Some(source.as_ref())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Returns the error of a response with a status and an error code.
    pub(crate) fn status(status: u16, code: Option<&str>) -> Error {
        let api_error = code
            .map(|code| serde_json::from_value(serde_json::json!({ "errorCode": code })).unwrap());
        Error::new(ErrorKind::Status, "").with_response(ErrorResponse {
            status: StatusCode::from_u16(status).unwrap(),
            api_error,
            ..ErrorResponse::default()
        })
    }

    #[test]
    fn sentence_of_atlas_ends_without_a_full_stop_when_more_follows() {
        let body = serde_json::json!({ "errorCode": "RATE_LIMITED", "detail": "Too many." });
        let mut error = Error::new(ErrorKind::Status, "").with_response(ErrorResponse {
            status: StatusCode::TOO_MANY_REQUESTS,
            api_error: Some(serde_json::from_value(body).unwrap()),
            ..ErrorResponse::default()
        });
        let reason = "Atlas returned 429 Too Many Requests, RATE_LIMITED: Too many";
        assert_eq!(error.reason(), format!("{reason}."));
        error.0.attempts = 2;
        error.0.retry_after = Some(Duration::from_secs(3));
        let end = ", after 2 attempts in 0.0 s; retry after 3 s";
        assert_eq!(error.reason(), format!("{reason}{end}"));
    }
}
