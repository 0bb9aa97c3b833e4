//! The failures after which a call is repeated, and the delays.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Method, StatusCode};

use super::rate_limit::PERIOD;
use crate::clock::random_part;
use crate::types::ErrorCode;
use crate::{Clock, Error, ErrorKind, Operation};

/// The longest random addition to the wait for the server's next minute, so that its clients do not all come
/// back at once.
const JITTER: Duration = Duration::from_secs(2);

/// The number of attempts at a call and the delays between them.
///
/// The delay before attempt *n* is random between zero and `base_delay` · 2ⁿ⁻², capped at
/// `max_delay`. A `Retry-After` from the server replaces it; after a 429 without one, the rest of the server's
/// minute does, since Atlas counts requests by the minute. When that is longer than
/// [`retry_after_limit`](Self::retry_after_limit) or than the rest of the call's deadline, the call ends at
/// once with the server's error, whose [`retry_after`](Error::retry_after) is the delay.
///
/// GET and DELETE are repeated after a failed or broken connection, a timeout, the statuses 408, 429, 500,
/// 502, 503 and 504, and when Atlas accepts no changes during an upgrade. A POST is repeated only when the
/// server certainly did not act: no connection was made, 429, or an upgrade. After any other of these
/// failures the client looks up whether the POST was applied, and repeats it only when it was not, or
/// when repeating it is safe: Atlas keeps one private endpoint connection for each region.
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
    /// Returns a policy of 4 attempts, delays of up to 0.5 s, 1 s and 2 s, and `Retry-After` obeyed up to a
    /// minute.
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
    /// Returns a policy of one attempt.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// Sets the maximum number of attempts, including the first. 0 counts as 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Sets the maximum delay before the second attempt; [`max_delay`](Self::max_delay) is an upper bound of
    /// this one, too.
    pub fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// Sets the maximum delay before any attempt, unless the server sets the delay.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Sets the longest delay from the server that is obeyed.
    pub fn retry_after_limit(mut self, limit: Duration) -> Self {
        self.retry_after_limit = limit;
        self
    }

    /// Returns the part of a delay from the server that is obeyed.
    pub(super) fn limited(&self, retry_after: Duration) -> Duration {
        retry_after.min(self.retry_after_limit)
    }

    pub(crate) fn allows_another(&self, attempts: u32) -> bool {
        attempts < self.max_attempts
    }

    /// Returns the delay after `attempts`: that of the server, or a random one. `None` when the server's delay
    /// exceeds the limit of the policy.
    pub(super) fn delay(
        &self,
        attempts: u32,
        retry_after: Option<Duration>,
        random: f64,
    ) -> Option<Duration> {
        if let Some(delay) = retry_after {
            return (delay <= self.retry_after_limit).then_some(delay);
        }
        let factor = 2_u32.saturating_pow(attempts.saturating_sub(1));
        let bound = self.base_delay.saturating_mul(factor).min(self.max_delay);
        Some(random_part(bound, random))
    }
}

/// The effect of a failed attempt, and whether another may succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FailureClass {
    /// Another attempt would fail in the same way.
    Permanent,
    /// The condition is temporary, but outlasts the attempts of a call: a later call may succeed.
    Transient,
    /// The server did not act on the request; another attempt may succeed.
    NotApplied,
    /// The server may have acted on the request; another attempt may succeed.
    MaybeApplied,
}

/// Classifies the failure of an attempt.
pub(super) fn classify(error: &Error) -> FailureClass {
    let class = match error.kind() {
        _ if error.is_permanent() => FailureClass::Permanent,
        ErrorKind::Connect | ErrorKind::RateLimit => FailureClass::NotApplied,
        ErrorKind::Timeout | ErrorKind::Connection => FailureClass::MaybeApplied,
        ErrorKind::Status => classify_status(error),
        _ => FailureClass::Permanent,
    };
    match class {
        // The request for an access token failed, for instance.
        FailureClass::MaybeApplied if !error.was_sent() => FailureClass::NotApplied,
        class => class,
    }
}

fn classify_status(error: &Error) -> FailureClass {
    if error.code() == Some(&ErrorCode::WritesNotAllowedDuringAppUpgrades) {
        return FailureClass::NotApplied;
    }
    match error.status() {
        Some(StatusCode::TOO_MANY_REQUESTS) => FailureClass::NotApplied,
        Some(
            StatusCode::REQUEST_TIMEOUT
            | StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT,
        ) => FailureClass::MaybeApplied,
        Some(StatusCode::NOT_IMPLEMENTED) => FailureClass::Permanent,
        // Proxies have statuses of their own for a server that is unavailable, such as 522.
        Some(status) if status.is_server_error() || status == StatusCode::TOO_EARLY => {
            FailureClass::Transient
        }
        _ => FailureClass::Permanent,
    }
}

impl Error {
    /// Returns true when the cause is temporary, so that the same call may succeed later.
    ///
    /// A wait continues after such an error. [`is_retryable`](Self::is_retryable) returns whether the call
    /// can be sent again without applying it twice.
    pub fn is_transient(&self) -> bool {
        classify(self) != FailureClass::Permanent
    }

    /// Returns true when the same call may succeed later and can be sent again without applying it twice.
    ///
    /// The client has already repeated it as often as its [`RetryPolicy`] allows.
    pub fn is_retryable(&self) -> bool {
        match classify(self) {
            FailureClass::Permanent | FailureClass::Transient => false,
            FailureClass::NotApplied => !self.is_outcome_unknown(),
            FailureClass::MaybeApplied => self
                .operation()
                .is_some_and(|operation| operation.idempotent),
        }
    }
}

/// The reaction to a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NextStep {
    /// Return the error.
    GiveUp,
    /// Send the request again.
    Retry,
    /// Determine whether the request was applied.
    Reconcile,
}

/// Decides on the reaction to a failed attempt. `maybe_applied` is true when an earlier attempt may have been
/// applied.
pub(super) fn next_step(operation: &Operation, error: &Error, maybe_applied: bool) -> NextStep {
    match (classify(error), operation.idempotent) {
        (FailureClass::NotApplied, _) | (FailureClass::MaybeApplied, true) => NextStep::Retry,
        (FailureClass::MaybeApplied, false) => NextStep::Reconcile,
        // A proxy that gave up may have passed the request on.
        (FailureClass::Transient, false) if error.was_sent() => NextStep::Reconcile,
        // The earlier attempt may have created what is in conflict, or deleted what is not found.
        _ if maybe_applied && contradicts(operation, error) => NextStep::Reconcile,
        _ => NextStep::GiveUp,
    }
}

fn contradicts(operation: &Operation, error: &Error) -> bool {
    if operation.idempotent {
        return operation.method == Method::DELETE && error.is_not_found();
    }
    error.is_conflict()
}

/// Returns the delay that a response demands before the next request: that of its `Retry-After`, or after a 429
/// without one, the rest of the server's minute.
pub(super) fn server_delay(
    status: StatusCode,
    headers: &HeaderMap,
    clock: &dyn Clock,
) -> Option<Duration> {
    retry_after(headers).or_else(|| {
        (status == StatusCode::TOO_MANY_REQUESTS)
            .then(|| until_next_minute(date(headers), clock.random()))
    })
}

/// Returns the time until the server's next minute, with a random addition; a whole minute if its time is not
/// known.
fn until_next_minute(date: Option<SystemTime>, random: f64) -> Duration {
    let since_epoch = date.and_then(|date| date.duration_since(UNIX_EPOCH).ok());
    let seconds = since_epoch.unwrap_or_default().as_secs() % PERIOD.as_secs();
    let rest = PERIOD.saturating_sub(Duration::from_secs(seconds));
    (rest + random_part(JITTER, random)).min(PERIOD)
}

/// Returns the delay of a `Retry-After` header, in seconds or until a date.
///
/// A date is compared with the server's own `Date`, so that a wrong clock here does not matter. `None`
/// without the header, or when it is malformed.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    let now = date(headers).unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default())
}

/// Returns the server's time of a response.
pub(super) fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::tests::status;
    use crate::operations;

    #[test]
    fn failure_decides_the_next_step() {
        use NextStep::{GiveUp, Reconcile, Retry};
        let kind = |kind| Error::new(kind, "");
        let upgrade = status(405, Some("WRITES_NOT_ALLOWED_DURING_APP_UPGRADES"));
        let table = [
            (kind(ErrorKind::Connect), Retry, Retry, true),
            (kind(ErrorKind::Timeout), Retry, Reconcile, true),
            (kind(ErrorKind::Connection), Retry, Reconcile, true),
            (kind(ErrorKind::Response), GiveUp, GiveUp, false),
            (kind(ErrorKind::Challenge), GiveUp, GiveUp, false),
            (kind(ErrorKind::InvalidArgument), GiveUp, GiveUp, false),
            (status(408, None), Retry, Reconcile, true),
            (status(429, None), Retry, Retry, true),
            (status(500, None), Retry, Reconcile, true),
            (status(502, None), Retry, Reconcile, true),
            (status(503, None), Retry, Reconcile, true),
            (status(504, None), Retry, Reconcile, true),
            (upgrade, Retry, Retry, true),
            (status(405, None), GiveUp, GiveUp, false),
            (status(425, None), GiveUp, Reconcile, true),
            (status(501, None), GiveUp, GiveUp, false),
            (status(522, None), GiveUp, Reconcile, true),
            (status(400, None), GiveUp, GiveUp, false),
            (status(401, None), GiveUp, GiveUp, false),
            (status(403, None), GiveUp, GiveUp, false),
            (status(404, None), GiveUp, GiveUp, false),
            (status(409, None), GiveUp, GiveUp, false),
            (status(302, None), GiveUp, GiveUp, false),
        ];
        for (error, idempotent, post, transient) in &table {
            let get = &operations::GET_INTERFACE_ENDPOINT;
            let add = &operations::ADD_INTERFACE_ENDPOINT;
            assert_eq!(next_step(get, error, false), *idempotent, "{error:?}");
            assert_eq!(next_step(add, error, false), *post, "{error:?}");
            assert_eq!(error.is_transient(), *transient, "{error:?}");
        }
    }

    #[test]
    fn contradiction_after_a_lost_response_is_reconciled() {
        let conflict = status(409, Some("PRIVATELINK_INTERFACE_ENDPOINT_ALREADY_EXISTS"));
        let add = &operations::ADD_INTERFACE_ENDPOINT;
        assert_eq!(next_step(add, &conflict, true), NextStep::Reconcile);
        let not_found = status(404, Some("PRIVATELINK_NOT_FOUND"));
        let delete = &operations::DELETE_PRIVATE_ENDPOINT_CONNECTION;
        assert_eq!(next_step(delete, &not_found, true), NextStep::Reconcile);
        assert_eq!(next_step(delete, &not_found, false), NextStep::GiveUp);
        let get = &operations::GET_PRIVATE_ENDPOINT_CONNECTION;
        assert_eq!(next_step(get, &not_found, true), NextStep::GiveUp);
    }

    #[test]
    fn delays_double_up_to_the_maximum() {
        let seconds = |base_delay, max_delay| {
            let policy = RetryPolicy::default()
                .base_delay(Duration::from_secs(base_delay))
                .max_delay(Duration::from_secs(max_delay));
            [1, 2, 3, 4, 5].map(|attempts| policy.delay(attempts, None, 1.0).unwrap().as_secs())
        };
        assert_eq!(seconds(1, 5), [1, 2, 4, 5, 5]);
        assert_eq!(seconds(7, 5), [5; 5]);
        assert_eq!(seconds(0, 5), [0; 5]);
    }

    #[test]
    fn retry_after_overrides_jitter() {
        let second = Duration::from_secs(1);
        let policy = RetryPolicy::default().base_delay(second);
        let delay = |retry_after, random| policy.delay(1, retry_after, random);
        assert_eq!(delay(None, 0.0), Some(Duration::ZERO));
        assert_eq!(delay(None, 0.25), Some(Duration::from_millis(250)));
        assert_eq!(delay(Some(second * 7), 0.0), Some(second * 7));
        assert_eq!(delay(Some(second * 61), 0.0), None);
    }

    fn any_duration() -> impl Strategy<Value = Duration> {
        prop_oneof![Just(Duration::ZERO), Just(Duration::MAX), any::<Duration>()]
    }

    proptest! {
        #[test]
        fn delay_is_at_most_the_maximum_for_any_policy_and_random_value(
            base_delay in any_duration(), max_delay in any_duration(), random: f64, attempts: u32,
        ) {
            let policy = RetryPolicy::default().base_delay(base_delay).max_delay(max_delay);
            for random in [random, f64::NAN, 1.0] {
                let delay = policy.delay(attempts, None, random).unwrap();
                prop_assert!(delay <= max_delay);
            }
        }

        #[test]
        fn wait_for_the_next_minute_is_at_most_a_minute(since_epoch: u32, random: f64) {
            let date = UNIX_EPOCH + Duration::from_secs(since_epoch.into());
            let wait = until_next_minute(Some(date), random);
            prop_assert!(wait > Duration::ZERO && wait <= PERIOD);
            prop_assert_eq!(until_next_minute(None, random), PERIOD);
        }
    }

    #[test]
    fn retry_after_is_parsed_as_seconds_or_a_date() {
        let parse = |header: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(DATE, "Sun, 06 Nov 1994 08:49:37 GMT".parse().unwrap());
            headers.insert(RETRY_AFTER, header.parse().unwrap());
            retry_after(&headers).map(|time| time.as_secs())
        };
        assert_eq!(parse("0"), Some(0));
        assert_eq!(parse(" 120 "), Some(120));
        assert_eq!(parse("Sun, 06 Nov 1994 08:50:07 GMT"), Some(30));
        assert_eq!(parse("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0));
        for malformed in ["", "-1", "soon", "1.5", "99999999999999999999999"] {
            assert_eq!(parse(malformed), None, "{malformed}");
        }
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
