#![doc = include_str!("testing.md")]
//!
//! ```rust,no_run
#![doc = include_str!("../examples/testing.rs")]
//! ```

use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::StatusCode;

use crate::error::{ErrorResponse, UnknownOutcome, WaitContext};
use crate::operation::CallContext;
use crate::types::{ApiError, ErrorCode};
use crate::{Clock, Error, ErrorKind, Operation, PrivateLinkId};

/// A clock on which a sleep takes no time: it advances the clock, and calls a function with its duration.
///
/// The function can advance another clock, such as that of a sandbox. The clock's randomness is constant, so
/// that delays are the same each time.
pub struct AutoAdvanceClock {
    start: Instant,
    slept: Mutex<Duration>,
    on_sleep: Box<dyn Fn(Duration) + Send + Sync>,
}

impl AutoAdvanceClock {
    /// Returns a clock that calls `on_sleep` with the duration of each sleep.
    pub fn new(on_sleep: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        Self {
            start: Instant::now(),
            slept: Mutex::default(),
            on_sleep: Box::new(on_sleep),
        }
    }
}

impl Clock for AutoAdvanceClock {
    fn now(&self) -> Instant {
        self.start + *self.slept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        *self.slept.lock().unwrap_or_else(PoisonError::into_inner) += time;
        (self.on_sleep)(time);
        Box::pin(ready(()))
    }

    fn random(&self) -> f64 {
        0.5
    }
}

impl fmt::Debug for AutoAdvanceClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AutoAdvanceClock")
            .field("slept", &self.slept)
            .finish_non_exhaustive()
    }
}

/// Returns the error of a response with this status and Atlas' error code. A proxy's response has no code.
///
/// ```
/// use atlas_private_endpoint::types::ErrorCode;
/// use atlas_private_endpoint::{StatusCode, operations, testing};
///
/// let get = &operations::GET_PRIVATE_ENDPOINT_CONNECTION;
/// let error = testing::status_error(get, StatusCode::NOT_FOUND, ErrorCode::PrivatelinkNotFound);
/// assert!(error.is_not_found() && !error.is_transient());
/// let error = testing::status_error(get, StatusCode::BAD_GATEWAY, None);
/// assert!(error.is_transient());
/// ```
pub fn status_error(
    operation: &'static Operation,
    status: StatusCode,
    code: impl Into<Option<ErrorCode>>,
) -> Error {
    let api_error = code.into().map(|code| ApiError {
        error: Some(status.as_u16().into()),
        error_code: Some(code),
        reason: status.canonical_reason().map(str::to_owned),
        ..ApiError::default()
    });
    of_call(ErrorKind::Status, "", operation).with_response(ErrorResponse {
        status,
        api_error,
        ..ErrorResponse::default()
    })
}

/// Returns the error of a connection that was refused: [`ErrorKind::Connect`].
pub fn connect_error(operation: &'static Operation) -> Error {
    of_call(ErrorKind::Connect, "could not connect", operation)
}

/// Returns the error of a response that did not arrive in time: [`ErrorKind::Timeout`].
pub fn timeout_error(operation: &'static Operation) -> Error {
    of_call(ErrorKind::Timeout, "no response in time", operation)
}

/// Returns the error of a POST whose response was lost, and which may have created `candidates`; see
/// [`Error::is_outcome_unknown`].
pub fn unknown_outcome_error(
    operation: &'static Operation,
    candidates: impl IntoIterator<Item = PrivateLinkId>,
) -> Error {
    timeout_error(operation).with_unknown_outcome(UnknownOutcome {
        candidates: candidates.into_iter().collect(),
        ..UnknownOutcome::because("the response was lost")
    })
}

/// Returns the error of a wait whose resource was in the state `last_state` at its timeout; see
/// [`Error::is_wait_timeout`].
///
/// The operation is that of the polls: [`operations`](crate::operations)`::GET_PRIVATE_ENDPOINT_CONNECTION` or
/// `GET_INTERFACE_ENDPOINT`.
pub fn wait_timeout_error(operation: &'static Operation, last_state: impl Into<String>) -> Error {
    let wait = WaitContext {
        goal: "a goal".to_owned(),
        state: Some(last_state.into()),
    };
    of_call(ErrorKind::WaitTimeout, "the timeout passed", operation).with_wait(wait, Duration::ZERO)
}

fn of_call(kind: ErrorKind, message: &str, operation: &'static Operation) -> Error {
    Error::new(kind, message)
        .sent(kind != ErrorKind::Connect)
        .with_call(CallContext::new(operation, Vec::new()))
        .with_progress(1, Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::operations::{CREATE_PRIVATE_ENDPOINT_CONNECTION, GET_PRIVATE_ENDPOINT_CONNECTION};

    #[test]
    fn constructed_errors_have_the_predicates_of_real_ones() {
        let (create, get) = (
            &CREATE_PRIVATE_ENDPOINT_CONNECTION,
            &GET_PRIVATE_ENDPOINT_CONNECTION,
        );
        let error = connect_error(create);
        assert!(error.is_transient() && error.is_retryable());
        let error = timeout_error(create);
        assert!(error.is_timeout() && error.is_transient() && !error.is_retryable());
        assert!(timeout_error(get).is_retryable());

        let id = PrivateLinkId::new("5f7cb1a3e3b4aa3b8ba3fb44").unwrap();
        let error = unknown_outcome_error(create, [id.clone()]);
        assert!(error.is_outcome_unknown() && !error.is_retryable());
        assert_eq!(error.candidates(), [id]);

        let error = wait_timeout_error(get, "INITIATING");
        assert!(error.is_wait_timeout());
        assert_eq!(error.last_state(), Some("INITIATING"));
        assert_eq!(error.operation(), Some(get));
    }

    #[test]
    fn sleep_advances_the_clock() {
        let total = Arc::new(Mutex::new(Duration::ZERO));
        let counted = Arc::clone(&total);
        let clock = AutoAdvanceClock::new(move |time| *counted.lock().unwrap() += time);
        let start = clock.now();
        let hour = Duration::from_secs(3600);
        drop(clock.sleep(hour));
        assert_eq!((clock.now(), *total.lock().unwrap()), (start + hour, hour));
    }
}
