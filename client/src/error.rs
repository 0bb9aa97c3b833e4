//! The one error type of the crate.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;

use crate::operation::CallContext;
use crate::types::{ApiError, ErrorCode};
use crate::{Operation, PrivateLinkId};

/// Why a call or the building of a client failed.
///
/// [`kind`](Error::kind) tells the sort of failure, the predicates answer what programs usually ask, and
/// the accessors give what is known: the operation, the values of its path, the HTTP status, Atlas' own
/// error and an excerpt of the raw body. `Display` is one line; what lies beneath is its
/// [`source`](StdError::source) and is not repeated in that line.
///
/// ```no_run
/// # async fn example(client: atlas_private_endpoint::Client) {
/// # let project = atlas_private_endpoint::ProjectId::new("5356823b3004dee37132bb7b").unwrap();
/// # let connection = atlas_private_endpoint::PrivateLinkId::new("5f7cb1a3e3b4aa3b8ba3fb44").unwrap();
/// match client.get_private_endpoint_connection(&project, &connection).await {
///     Ok(connection) => println!("{}", connection.status),
///     Err(error) if error.is_not_found() => println!("it is gone"),
///     Err(error) => eprintln!("{error}"),
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Error(Box<Inner>);

/// The sorts of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client cannot be built from what it was given. Nothing was sent.
    Configuration,
    /// A value cannot be part of a request. Nothing was sent.
    InvalidArgument,
    /// No connection was made: the name is not known, nobody listens, TLS failed, or it took too long.
    /// Atlas has not seen the request.
    Connect,
    /// The answer did not come in time. Atlas may have acted on the request.
    Timeout,
    /// The connection broke before the answer was complete. Atlas may have acted on the request.
    Connection,
    /// The server asks for an authentication that this client cannot give. Atlas has not acted.
    Challenge,
    /// Atlas, or something in front of it, answered with a status other than success.
    Status,
    /// The status says success, and the body is not what the API describes.
    Response,
    /// This client has used up the project's requests of this minute, and the call's turn would have come
    /// after its deadline. The request was not sent. See
    /// [`ClientBuilder::rate_limit`](crate::ClientBuilder::rate_limit).
    RateLimit,
    /// What was waited for will never be so: the resource is in a state from which it does not come
    /// there.
    WaitFailed,
    /// What was waited for was not so when the time was over. It may come to be so yet.
    WaitTimeout,
    /// There is more than was to be deleted, so nothing more was. See
    /// [`CascadeDeletion::only`](crate::CascadeDeletion::only).
    UnexpectedInterfaceEndpoint,
}

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    timed_out: bool,
    sent: Sent,
    permanent: bool,
    call: Option<CallContext>,
    wait: Option<WaitContext>,
    response: Option<ErrorResponse>,
    attempts: u32,
    elapsed: Duration,
    unknown_outcome: Option<UnknownOutcome>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The request that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    /// The request of the call, which the server may have acted on.
    Signed,
    /// None, or one without a signature, which no server acts on.
    Unsigned,
    /// The request for an access token.
    Token,
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
#[derive(Debug)]
pub(crate) struct ErrorResponse {
    pub(crate) status: StatusCode,
    pub(crate) excerpt: String,
    pub(crate) api_error: Option<ApiError>,
    pub(crate) retry_after: Option<Duration>,
}

/// Why it is unknown whether a POST was applied, and what it may have created.
#[derive(Debug)]
pub(crate) struct UnknownOutcome {
    pub(crate) reason: String,
    pub(crate) candidates: Vec<PrivateLinkId>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            timed_out: kind == ErrorKind::Timeout,
            sent: Sent::Signed,
            permanent: false,
            call: None,
            wait: None,
            response: None,
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

    pub(crate) fn with_wait(mut self, wait: WaitContext) -> Self {
        self.0.wait = Some(wait);
        self
    }

    pub(crate) fn with_unknown_outcome(mut self, unknown: UnknownOutcome) -> Self {
        self.0.unknown_outcome = Some(unknown);
        self
    }

    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.0.response.as_ref()?.retry_after
    }

    /// Records whether the request of the call was sent with a signature.
    pub(crate) fn sent(mut self, signed: bool) -> Self {
        if !signed && self.0.sent == Sent::Signed {
            self.0.sent = Sent::Unsigned;
        }
        self
    }

    /// Records that the request for an access token failed.
    pub(crate) fn of_token(mut self) -> Self {
        self.0.sent = Sent::Token;
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

    pub(crate) fn was_not_sent(&self) -> bool {
        self.0.sent != Sent::Signed
    }

    pub(crate) fn timed_out(mut self, timed_out: bool) -> Self {
        self.0.timed_out = timed_out;
        self
    }

    /// The sort of failure.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that failed; `None` when a client could not be built.
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.call.as_ref().map(|call| call.operation)
    }

    /// The values of the operation's path, by the names in its template: `groupId` is the project.
    pub fn path_values(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let values = self.0.call.as_ref().map_or(&[][..], |call| &call.values);
        values.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// The HTTP status, when an answer came.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.response.as_ref().map(|response| response.status)
    }

    /// The error that Atlas answered, when the body was one.
    pub fn api_error(&self) -> Option<&ApiError> {
        self.0.response.as_ref()?.api_error.as_ref()
    }

    /// Atlas' error code, when the body named one.
    pub fn code(&self) -> Option<&ErrorCode> {
        self.api_error()?.error_code.as_ref()
    }

    /// Atlas' own sentence on what went wrong, when the body had one.
    pub fn detail(&self) -> Option<&str> {
        self.api_error()?.detail.as_deref()
    }

    /// The beginning of the raw body, whatever it was, on one line; empty when the body was. `None` when
    /// no answer came.
    pub fn excerpt(&self) -> Option<&str> {
        self.0
            .response
            .as_ref()
            .map(|response| response.excerpt.as_str())
    }

    /// What does not exist: the answer was 404.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// The state of the resource does not allow it: the answer was 409.
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(StatusCode::CONFLICT)
    }

    /// The API key is wrong, or has no role in the project: the answer was 401, or its challenge could not
    /// be answered.
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED) || self.kind() == ErrorKind::Challenge
    }

    /// The API key may not do this, or not from here: the answer was 403.
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(StatusCode::FORBIDDEN)
    }

    /// Too many requests for the project in this minute: the answer was 429, or this client did not send
    /// the request because it would have been one too many.
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS) || self.kind() == ErrorKind::RateLimit
    }

    /// It took too long, to connect or to answer.
    pub fn is_timeout(&self) -> bool {
        self.0.timed_out
    }

    /// The resource will never be in the state that was waited for; [`last_state`](Self::last_state) is
    /// the one that it is in.
    pub fn is_wait_failed(&self) -> bool {
        self.kind() == ErrorKind::WaitFailed
    }

    /// The time for waiting was over before the resource was in the state that was waited for.
    pub fn is_wait_timeout(&self) -> bool {
        self.kind() == ErrorKind::WaitTimeout
    }

    /// The state that was seen last while waiting, as the API writes it. `None` when none was seen, or
    /// when this is no error of waiting.
    pub fn last_state(&self) -> Option<&str> {
        self.0.wait.as_ref()?.state.as_deref()
    }

    /// How often the call was attempted; 0 when nothing was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the call took, waiting between attempts included.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// Nobody knows whether the server acted: the answer to a POST was lost, and looking for its traces
    /// did not tell.
    ///
    /// Look at the resource before sending it again; [`candidates`](Self::candidates) are what it may have
    /// made.
    pub fn is_outcome_unknown(&self) -> bool {
        self.0.unknown_outcome.is_some()
    }

    /// The private endpoint connections of which one may be what the call made, when its outcome is
    /// unknown.
    pub fn candidates(&self) -> &[PrivateLinkId] {
        let unknown = self.0.unknown_outcome.as_ref();
        unknown.map_or(&[], |unknown| &unknown.candidates)
    }

    /// What happened, without what was tried.
    ///
    /// For a program that has words of its own for what it tried; `Display` gives both.
    pub fn reason(&self) -> String {
        let mut reason = match &self.0.response {
            Some(response) if self.0.kind == ErrorKind::Status && self.0.sent == Sent::Token => {
                format!("no access token was issued: {}", status_reason(response))
            }
            Some(response) if self.0.kind == ErrorKind::Status => status_reason(response),
            _ => self.0.message.clone(),
        };
        if self.0.attempts > 1 {
            let seconds = self.0.elapsed.as_secs_f64();
            reason.push_str(&format!(
                ", after {} attempts in {seconds:.1} s",
                self.0.attempts
            ));
        }
        if let Some(unknown) = &self.0.unknown_outcome {
            reason.push_str(&format!("; {unknown}"));
        }
        reason
    }
}

/// How much of a body that is no Atlas error goes into the line that people read.
const SHOWN_CHARACTERS: usize = 160;

fn status_reason(response: &ErrorResponse) -> String {
    let api_error = response.api_error.as_ref();
    let code = api_error.and_then(|error| error.error_code.as_ref());
    let detail = api_error.and_then(|error| error.detail.as_deref());
    match (code, detail) {
        (Some(code), Some(detail)) => {
            format!("Atlas answered {}, {code}: {detail}", response.status)
        }
        (Some(code), None) => format!("Atlas answered {}, {code}", response.status),
        (None, Some(detail)) => format!("Atlas answered {}: {detail}", response.status),
        (None, None) if response.excerpt.is_empty() => {
            format!("the answer was {} with an empty body", response.status)
        }
        (None, None) => {
            let shown: String = response.excerpt.chars().take(SHOWN_CHARACTERS).collect();
            format!(
                "the answer was {}, not in the API's form: {shown}",
                response.status
            )
        }
    }
}

impl UnknownOutcome {
    pub(crate) fn because(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            candidates: Vec::new(),
        }
    }
}

impl fmt::Display for UnknownOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = &self.reason;
        write!(
            f,
            "whether it was carried out is not known, because {reason}"
        )?;
        let ids: Vec<&str> = self.candidates.iter().map(PrivateLinkId::as_str).collect();
        if !ids.is_empty() {
            write!(f, ": {}", ids.join(", "))?;
        }
        f.write_str("; look before you send it again")
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
