//! When a request is sent again, and when it must not be.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use reqwest::StatusCode;

use crate::types::ErrorCode;
use crate::{Error, ErrorKind, Operation};

/// How often a call is attempted, and how long is waited between attempts.
///
/// The delay before attempt *n* is chosen at random between nothing and `base_delay` · 2ⁿ⁻², at most
/// `max_delay`. Where the server names a time with `Retry-After`, that is waited instead; when it is
/// longer than [`retry_after_limit`](Self::retry_after_limit) or than what is left of the call's deadline,
/// the call ends at once with the server's error.
///
/// GET and DELETE are repeated after a failed or broken connection, a timeout, the statuses 408, 429, 500,
/// 502, 503 and 504, and when Atlas takes no changes during an upgrade. A POST is repeated only where
/// the server surely did not act: no connection was made, 429, or an upgrade. After any other of these
/// failures the client looks whether the POST was carried out, and repeats it only when it was not, or when
/// that makes nothing twice: Atlas keeps one private endpoint connection for each region.
///
/// ```
/// use std::time::Duration;
/// use atlas_private_endpoint::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_attempts(8).max_delay(Duration::from_secs(30));
/// let never = RetryPolicy::never();
/// # let _ = (patient, never);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    max_attempts: u32,
    base_delay: Duration,
    max_delay: Duration,
    retry_after_limit: Duration,
}

impl Default for RetryPolicy {
    /// 4 attempts, delays of up to 0.5 s, 1 s and 2 s, and `Retry-After` obeyed up to a minute.
    fn default() -> Self {
        Self {
            max_attempts: 4,
            base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(10),
            retry_after_limit: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// One attempt.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// How often a call is attempted at most, the first time included. 0 counts as 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The longest that is waited before the second attempt.
    pub fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// The longest that is waited before any attempt.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// The longest `Retry-After` that is obeyed.
    pub fn retry_after_limit(mut self, limit: Duration) -> Self {
        self.retry_after_limit = limit;
        self
    }

    pub(crate) fn allows_another(&self, attempts: u32) -> bool {
        attempts < self.max_attempts
    }

    /// The upper bounds of the delays, one after the other.
    pub(crate) fn delays(&self) -> ExponentialBackoff {
        ExponentialBuilder::new()
            .with_factor(2.0)
            .with_min_delay(self.base_delay)
            .with_max_delay(self.max_delay)
            .without_max_times()
            .build()
    }

    /// How long to wait before the next attempt: what the server asks for, else a random part of `bound`.
    /// `None` when the server asks for more than the policy grants.
    pub(crate) fn delay(
        &self,
        bound: Duration,
        retry_after: Option<Duration>,
        random: f64,
    ) -> Option<Duration> {
        match retry_after {
            Some(asked) if asked > self.retry_after_limit => None,
            Some(asked) => Some(asked),
            None => Some(bound.mul_f64(random.clamp(0.0, 1.0))),
        }
    }
}

/// What a failure says of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Another attempt would fail in the same way.
    Permanent,
    /// The server surely did not act, and may do so later.
    NotActed,
    /// The server may have acted.
    InTheDark,
}

/// Sorts a failed attempt.
pub(crate) fn classify(error: &Error) -> Class {
    match classify_kind(error) {
        // The request for an access token failed, for instance.
        Class::InTheDark if error.was_not_sent() => Class::NotActed,
        class => class,
    }
}

fn classify_kind(error: &Error) -> Class {
    match error.kind() {
        _ if error.is_lasting() => Class::Permanent,
        ErrorKind::Connect | ErrorKind::RateLimit => Class::NotActed,
        ErrorKind::Timeout | ErrorKind::Connection => Class::InTheDark,
        ErrorKind::Status => classify_status(error),
        _ => Class::Permanent,
    }
}

fn classify_status(error: &Error) -> Class {
    if error.code() == Some(&ErrorCode::WritesNotAllowedDuringAppUpgrades) {
        return Class::NotActed;
    }
    match error.status() {
        Some(StatusCode::TOO_MANY_REQUESTS) => Class::NotActed,
        Some(
            StatusCode::REQUEST_TIMEOUT
            | StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT,
        ) => Class::InTheDark,
        _ => Class::Permanent,
    }
}

/// What comes after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The failure is the call's.
    GiveUp,
    /// The request may be sent again.
    Repeat,
    /// Whether the server acted must be found out first.
    FindOut,
    /// What the call should bring about is so: an earlier attempt did it.
    Done,
}

/// Decides what comes after a failed attempt. `in_the_dark` says that an earlier one may have acted.
pub(crate) fn next(operation: &Operation, error: &Error, in_the_dark: bool) -> Next {
    match (classify(error), operation.idempotent) {
        (Class::NotActed, _) | (Class::InTheDark, true) => Next::Repeat,
        (Class::InTheDark, false) => Next::FindOut,
        (Class::Permanent, true) if in_the_dark && is_gone(operation, error) => Next::Done,
        (Class::Permanent, false) if in_the_dark && error.is_conflict() => Next::FindOut,
        (Class::Permanent, _) => Next::GiveUp,
    }
}

/// Whether a deletion finds nothing to delete.
fn is_gone(operation: &Operation, error: &Error) -> bool {
    operation.method == reqwest::Method::DELETE
        && matches!(
            error.code(),
            Some(ErrorCode::PrivatelinkNotFound | ErrorCode::PrivatelinkInterfaceEndpointNotFound)
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FailedAnswer;
    use crate::operations;

    fn status(status: u16, code: Option<&str>) -> Error {
        let api_error = code
            .map(|code| serde_json::from_value(serde_json::json!({ "errorCode": code })).unwrap());
        Error::new(ErrorKind::Status, "").with_answer(FailedAnswer {
            status: StatusCode::from_u16(status).unwrap(),
            excerpt: String::new(),
            api_error,
            retry_after: None,
        })
    }

    #[test]
    fn each_failure_has_its_consequence() {
        const UPGRADE: Option<&str> = Some("WRITES_NOT_ALLOWED_DURING_APP_UPGRADES");
        let table = [
            (
                Error::new(ErrorKind::Connect, ""),
                Next::Repeat,
                Next::Repeat,
            ),
            (
                Error::new(ErrorKind::Timeout, ""),
                Next::Repeat,
                Next::FindOut,
            ),
            (
                Error::new(ErrorKind::Connection, ""),
                Next::Repeat,
                Next::FindOut,
            ),
            (
                Error::new(ErrorKind::Response, ""),
                Next::GiveUp,
                Next::GiveUp,
            ),
            (
                Error::new(ErrorKind::Challenge, ""),
                Next::GiveUp,
                Next::GiveUp,
            ),
            (
                Error::new(ErrorKind::InvalidArgument, ""),
                Next::GiveUp,
                Next::GiveUp,
            ),
            (status(408, None), Next::Repeat, Next::FindOut),
            (status(429, None), Next::Repeat, Next::Repeat),
            (status(500, None), Next::Repeat, Next::FindOut),
            (status(502, None), Next::Repeat, Next::FindOut),
            (status(503, None), Next::Repeat, Next::FindOut),
            (status(504, None), Next::Repeat, Next::FindOut),
            (status(405, UPGRADE), Next::Repeat, Next::Repeat),
            (status(405, None), Next::GiveUp, Next::GiveUp),
            (status(501, None), Next::GiveUp, Next::GiveUp),
            (status(400, None), Next::GiveUp, Next::GiveUp),
            (status(401, None), Next::GiveUp, Next::GiveUp),
            (status(403, None), Next::GiveUp, Next::GiveUp),
            (status(404, None), Next::GiveUp, Next::GiveUp),
            (status(409, None), Next::GiveUp, Next::GiveUp),
            (status(302, None), Next::GiveUp, Next::GiveUp),
        ];
        for (error, idempotent, post) in &table {
            let get = &operations::GET_INTERFACE_ENDPOINT;
            let add = &operations::ADD_INTERFACE_ENDPOINT;
            assert_eq!(next(get, error, false), *idempotent, "{error:?}");
            assert_eq!(next(add, error, false), *post, "{error:?}");
        }
    }

    #[test]
    fn after_an_attempt_in_the_dark_its_traces_are_looked_for() {
        let conflict = status(409, Some("PRIVATELINK_INTERFACE_ENDPOINT_ALREADY_EXISTS"));
        let add = &operations::ADD_INTERFACE_ENDPOINT;
        assert_eq!(next(add, &conflict, true), Next::FindOut);
        let gone = status(404, Some("PRIVATELINK_NOT_FOUND"));
        let delete = &operations::DELETE_PRIVATE_ENDPOINT_CONNECTION;
        assert_eq!(next(delete, &gone, true), Next::Done);
        assert_eq!(next(delete, &gone, false), Next::GiveUp);
        let no_project = status(404, Some("GROUP_NOT_FOUND"));
        assert_eq!(next(delete, &no_project, true), Next::GiveUp);
        let get = &operations::GET_PRIVATE_ENDPOINT_CONNECTION;
        assert_eq!(next(get, &gone, true), Next::GiveUp);
    }

    #[test]
    fn delays_double_up_to_the_longest() {
        let policy = RetryPolicy::default()
            .base_delay(Duration::from_secs(1))
            .max_delay(Duration::from_secs(5));
        let seconds: Vec<u64> = policy
            .delays()
            .take(5)
            .map(|delay| delay.as_secs())
            .collect();
        assert_eq!(seconds, [1, 2, 4, 5, 5]);
    }

    #[test]
    fn jitter_is_full_and_retry_after_goes_first() {
        let policy = RetryPolicy::default();
        let second = Duration::from_secs(1);
        assert_eq!(policy.delay(second, None, 0.0), Some(Duration::ZERO));
        assert_eq!(
            policy.delay(second, None, 0.25),
            Some(Duration::from_millis(250))
        );
        assert_eq!(
            policy.delay(second, Some(second * 7), 0.0),
            Some(second * 7)
        );
        assert_eq!(policy.delay(second, Some(second * 61), 0.0), None);
    }
}
