//! The attempt loop of one call.

use std::time::{Duration, Instant, SystemTime};

use futures_util::future::BoxFuture;
use reqwest::StatusCode;
use tracing::{Instrument, Span, debug_span, field, info};

use super::request::Request;
use super::retry::{FailureClass, NextStep, classify, next_step};
use super::trace::{TARGET, decrement, increment};
use super::transport::{Attempt, Response, Transport};
use crate::clock::Deadline;
use crate::error::UnknownOutcome;
use crate::operation::CallContext;
use crate::{Error, ErrorKind};

/// Sends a request until it succeeds, fails permanently, or runs out of attempts or time.
///
/// Dropping the future cancels the call; a request in flight may still be applied.
///
/// # Errors
///
/// That of the last attempt, with the number of attempts, and marked when the outcome is unknown.
pub(super) async fn run(
    transport: &Transport,
    request: &Request,
    reconcile: Reconcile,
) -> Result<Response, Error> {
    let operation = request.context.operation;
    let span = debug_span!(
        target: TARGET,
        "atlas_call",
        operation = operation.id,
        method = %operation.method,
        path = operation.path,
        attempts = field::Empty,
        status = field::Empty,
    );
    increment(&transport.counters.calls);
    let mut attempts = Attempts::new(transport, request, reconcile);
    let result = attempts.run().instrument(span.clone()).await;
    span.record("attempts", attempts.count);
    match &result {
        Ok(response) => record_status(&span, Some(response.status)),
        Err(error) => record_status(&span, error.status()),
    }
    let elapsed = attempts.elapsed();
    result.map_err(|error| {
        error
            .with_progress(attempts.count, elapsed)
            .with_call(request.context.clone())
    })
}

fn record_status(span: &Span, status: Option<StatusCode>) {
    if let Some(status) = status {
        span.record("status", status.as_u16());
    }
}

/// Determines whether a request was applied whose response was lost. Defined above this layer, with the
/// operations.
pub(crate) type Reconcile = for<'a> fn(LostRequest<'a>) -> BoxFuture<'a, Reconciled>;

/// The result of reconciling.
pub(crate) enum Reconciled {
    /// The request was applied; this is the body of its response.
    Applied(Vec<u8>),
    /// The request was not applied.
    NotApplied,
    /// The request may have been applied, and sending it again is safe.
    Ambiguous(UnknownOutcome),
    /// It could not be determined, and sending it again is not safe.
    Unknown(UnknownOutcome),
}

/// A request that may have been applied, although no attempt has succeeded.
pub(crate) struct LostRequest<'a> {
    attempts: &'a Attempts<'a>,
    pub(crate) request: &'a Request,
    /// The error of the latest attempt.
    pub(crate) error: &'a Error,
}

impl LostRequest<'_> {
    /// Sends another request with its own attempts, within the remaining time of the call. Returns `None`
    /// after that.
    pub(crate) async fn look_up(&self, context: CallContext) -> Option<Result<Response, Error>> {
        let attempts = self.attempts;
        let request = match Request::new(attempts.transport.origin(), context) {
            Ok(request) => request,
            Err(error) => return Some(Err(error)),
        };
        let response = Box::pin(run(attempts.transport, &request, attempts.reconcile));
        tokio::time::timeout(attempts.remaining(), response)
            .await
            .ok()
    }

    /// Returns the server's time when the call began, computed from the `Date` of a later response.
    pub(crate) fn server_time_at_start(&self, response: &Response) -> Option<SystemTime> {
        response.date?.checked_sub(self.attempts.elapsed())
    }
}

/// The attempts of one call.
struct Attempts<'a> {
    transport: &'a Transport,
    request: &'a Request,
    reconcile: Reconcile,
    started: Instant,
    count: u32,
    /// An attempt failed after which the request may have been applied.
    maybe_applied: bool,
    /// The unknown outcome of the request, until it is determined.
    unknown: Option<UnknownOutcome>,
}

impl<'a> Attempts<'a> {
    fn new(transport: &'a Transport, request: &'a Request, reconcile: Reconcile) -> Self {
        Self {
            transport,
            request,
            reconcile,
            started: transport.limits.clock.now(),
            count: 0,
            maybe_applied: false,
            unknown: None,
        }
    }

    async fn run(&mut self) -> Result<Response, Error> {
        let result = self.repeat().await;
        result.map_err(|error| match self.unknown.take() {
            Some(unknown) => error.with_unknown_outcome(unknown),
            None => error,
        })
    }

    async fn repeat(&mut self) -> Result<Response, Error> {
        loop {
            let error = match self.attempt().await {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            let class = classify(&error);
            match next_step(self.request.context.operation, &error, self.maybe_applied) {
                NextStep::GiveUp => return Err(error),
                NextStep::Retry => {}
                NextStep::Reconcile => {
                    let lost = LostRequest {
                        attempts: &*self,
                        request: self.request,
                        error: &error,
                    };
                    match (self.reconcile)(lost).await {
                        Reconciled::Applied(body) => return Ok(Response::reconstructed(body)),
                        Reconciled::NotApplied => self.unknown = None,
                        Reconciled::Ambiguous(unknown) => self.unknown = Some(unknown),
                        Reconciled::Unknown(unknown) => {
                            self.unknown = Some(unknown);
                            return Err(error);
                        }
                    }
                    // The conflict may be with a resource that this call did not create.
                    if class == FailureClass::Permanent {
                        return Err(error);
                    }
                }
            }
            self.maybe_applied |= class == FailureClass::MaybeApplied;
            self.back_off(error).await?;
        }
    }

    async fn attempt(&mut self) -> Result<Response, Error> {
        self.count += 1;
        increment(&self.transport.counters.attempts);
        let span = debug_span!(
            target: TARGET,
            "atlas_attempt",
            attempt = self.count,
            status = field::Empty,
            nonce_reused = field::Empty,
            milliseconds = field::Empty,
        );
        let started = Instant::now();
        let end = self.started.checked_add(self.transport.limits.deadline);
        let deadline = Deadline::new(end.unwrap_or(self.started), self.remaining());
        let attempt = self.transport.attempt(self.request, self.count, deadline);
        let Attempt {
            result,
            permitted,
            status,
            nonce_reused,
        } = attempt.instrument(span.clone()).await;
        record_status(&span, status);
        if let Some(reused) = nonce_reused {
            span.record("nonce_reused", reused);
        }
        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        span.record("milliseconds", milliseconds);
        if !permitted && result.as_ref().is_err_and(lacks_permit) {
            self.count -= 1;
            decrement(&self.transport.counters.attempts);
        }
        result
    }

    /// Waits before the next attempt, or returns the error when there is none.
    async fn back_off(&mut self, error: Error) -> Result<(), Error> {
        let limits = &self.transport.limits;
        if lacks_permit(&error) || !limits.retry.allows_another(self.count) {
            return Err(error);
        }
        let delay = limits
            .retry
            .delay(self.count, error.retry_after(), limits.clock.random());
        match delay {
            Some(delay) if delay < self.remaining() => {
                info!(
                    target: TARGET,
                    operation = self.request.context.operation.id,
                    attempt = self.count + 1,
                    cause = error.reason(),
                    ?delay,
                    "waiting before the next attempt"
                );
                limits.clock.sleep(delay).await;
                Ok(())
            }
            _ => Err(error),
        }
    }

    fn elapsed(&self) -> Duration {
        let now = self.transport.limits.clock.now();
        now.duration_since(self.started)
    }

    fn remaining(&self) -> Duration {
        self.transport
            .limits
            .deadline
            .saturating_sub(self.elapsed())
    }
}

/// Returns true when the request was not sent, since no permit is free before the deadline.
fn lacks_permit(error: &Error) -> bool {
    error.kind() == ErrorKind::RateLimit
}
