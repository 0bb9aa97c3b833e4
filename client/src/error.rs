//! The one error type of the crate.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;

use crate::retry::{Class, classify};
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
    lasting: bool,
    call: Option<CallContext>,
    wait: Option<Waited>,
    answer: Option<FailedAnswer>,
    attempts: u32,
    elapsed: Duration,
    unknown_outcome: Option<UnknownOutcome>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What was on its way when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    /// The request, which the server may have acted on.
    Signed,
    /// Nothing that a server acts on.
    Unsigned,
    /// The request for an access token.
    Token,
}

/// What was tried: the operation, and the values of its path and query. Those of headers are kept out, since
/// they may be secrets.
#[derive(Clone, Debug)]
pub(crate) struct CallContext {
    pub(crate) operation: &'static Operation,
    pub(crate) values: Vec<(&'static str, String)>,
    pub(crate) query: Vec<(&'static str, String)>,
}

/// What was waited for, when it was not for one answer.
#[derive(Debug)]
pub(crate) struct Waited {
    /// What, and to be what, as the end of a sentence that begins with "waiting for".
    pub(crate) goal: String,
    /// The state that was seen last.
    pub(crate) state: Option<String>,
}

/// What came back instead of a result.
#[derive(Debug)]
pub(crate) struct FailedAnswer {
    pub(crate) status: StatusCode,
    pub(crate) excerpt: String,
    pub(crate) api_error: Option<ApiError>,
    pub(crate) retry_after: Option<Duration>,
}

/// Why nobody knows whether a POST was carried out, and what it may have made.
#[derive(Debug)]
pub(crate) struct UnknownOutcome {
    pub(crate) because: String,
    pub(crate) candidates: Vec<PrivateLinkId>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            timed_out: kind == ErrorKind::Timeout,
            sent: Sent::Signed,
            lasting: false,
            call: None,
            wait: None,
            answer: None,
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

    pub(crate) fn with_answer(mut self, answer: FailedAnswer) -> Self {
        self.0.answer = Some(answer);
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

    pub(crate) fn with_wait(mut self, wait: Waited) -> Self {
        self.0.wait = Some(wait);
        self
    }

    pub(crate) fn with_unknown_outcome(mut self, unknown: UnknownOutcome) -> Self {
        self.0.unknown_outcome = Some(unknown);
        self
    }

    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.0.answer.as_ref()?.retry_after
    }

    /// Says that the request itself was not sent with a signature, whatever failed before it.
    pub(crate) fn not_sent(mut self) -> Self {
        if self.0.sent == Sent::Signed {
            self.0.sent = Sent::Unsigned;
        }
        self
    }

    /// Says that it was the request for an access token that failed.
    pub(crate) fn of_token(mut self) -> Self {
        self.0.sent = Sent::Token;
        self
    }

    /// Says that another connection would fail in the same way.
    pub(crate) fn lasting(mut self, lasting: bool) -> Self {
        self.0.lasting = lasting;
        self
    }

    pub(crate) fn is_lasting(&self) -> bool {
        self.0.lasting
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
        self.0.answer.as_ref().map(|answer| answer.status)
    }

    /// The error that Atlas answered, when the body was one.
    pub fn api_error(&self) -> Option<&ApiError> {
        self.0.answer.as_ref()?.api_error.as_ref()
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
        self.0.answer.as_ref().map(|answer| answer.excerpt.as_str())
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

    /// The same call may succeed later, and can be sent again without doing anything twice.
    ///
    /// The client has done so already as often as its [`RetryPolicy`](crate::RetryPolicy) says.
    pub fn is_retryable(&self) -> bool {
        let idempotent = self
            .operation()
            .is_some_and(|operation| operation.idempotent);
        match classify(self) {
            Class::Permanent => false,
            Class::NotActed => !self.is_outcome_unknown(),
            Class::InTheDark => idempotent,
        }
    }

    /// What happened, without what was tried.
    ///
    /// For a program that has words of its own for what it tried; `Display` gives both.
    pub fn reason(&self) -> String {
        let mut reason = match &self.0.answer {
            Some(answer) if self.0.kind == ErrorKind::Status && self.0.sent == Sent::Token => {
                format!("no access token was issued: {}", status_reason(answer))
            }
            Some(answer) if self.0.kind == ErrorKind::Status => status_reason(answer),
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

fn status_reason(answer: &FailedAnswer) -> String {
    let api_error = answer.api_error.as_ref();
    let code = api_error.and_then(|error| error.error_code.as_ref());
    let detail = api_error.and_then(|error| error.detail.as_deref());
    match (code, detail) {
        (Some(code), Some(detail)) => format!("Atlas answered {}, {code}: {detail}", answer.status),
        (Some(code), None) => format!("Atlas answered {}, {code}", answer.status),
        (None, Some(detail)) => format!("Atlas answered {}: {detail}", answer.status),
        (None, None) if answer.excerpt.is_empty() => {
            format!("the answer was {} with an empty body", answer.status)
        }
        (None, None) => {
            let shown: String = answer.excerpt.chars().take(SHOWN_CHARACTERS).collect();
            format!(
                "the answer was {}, not in the API's form: {shown}",
                answer.status
            )
        }
    }
}

impl UnknownOutcome {
    pub(crate) fn because(because: impl Into<String>) -> Self {
        Self {
            because: because.into(),
            candidates: Vec::new(),
        }
    }
}

impl fmt::Display for UnknownOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let because = &self.because;
        write!(
            f,
            "whether it was carried out is not known, because {because}"
        )?;
        let ids: Vec<&str> = self.candidates.iter().map(PrivateLinkId::as_str).collect();
        if !ids.is_empty() {
            write!(f, ": {}", ids.join(", "))?;
        }
        f.write_str("; look before you send it again")
    }
}

/// A value as it is, unless it would break the line.
fn on_one_line(value: &str) -> Cow<'_, str> {
    if value.contains(char::is_control) {
        return Cow::Owned(value.escape_debug().to_string());
    }
    Cow::Borrowed(value)
}

/// What the values of a path are called in sentences.
fn noun(parameter: &str) -> &str {
    match parameter {
        "groupId" => "project",
        "privateLinkId" => "private endpoint connection",
        "interfaceEndpointId" => "interface endpoint",
        other => other,
    }
}

impl CallContext {
    /// The id of the project that the call is for, if its path has one.
    pub(crate) fn project(&self) -> Option<&str> {
        let group = self.values.iter().find(|(name, _)| *name == "groupId");
        group.map(|(_, id)| id.as_str())
    }

    /// The resource that the values of the path lead to, and what it belongs to: `interface endpoint
    /// vpce-… of private endpoint connection … of project …`.
    pub(crate) fn resource(&self) -> String {
        let parts: Vec<String> = self
            .values
            .iter()
            .rev()
            .map(|(name, value)| format!("{} {value}", noun(name)))
            .collect();
        parts.join(" of ")
    }
}

impl fmt::Display for CallContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation.id)?;
        for (index, (name, value)) in self.values.iter().chain(&self.query).enumerate() {
            let lead = if index == 0 { " for" } else { "," };
            write!(f, "{lead} {} {}", noun(name), on_one_line(value))?;
        }
        Ok(())
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
