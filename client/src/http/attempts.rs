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
    /// The request was applied; its response has no content.
    Applied,
    /// No attempt was applied.
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

    /// Returns the server's time when the earliest attempt began that may have been applied, computed from the
    /// `Date` of a later response.
    pub(crate) fn server_time_of_doubt(&self, response: &Response) -> Option<SystemTime> {
        let now = self.attempts.transport.limits.clock.now();
        let since = self.attempts.in_doubt_since?;
        response.date?.checked_sub(now.duration_since(since))
    }
}

/// The attempts of one call.
struct Attempts<'a> {
    transport: &'a Transport,
    request: &'a Request,
    reconcile: Reconcile,
    started: Instant,
    count: u32,
    /// When the earliest attempt began that may have been applied. `None` once it is known that none was.
    in_doubt_since: Option<Instant>,
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
            in_doubt_since: None,
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
            let started = self.transport.limits.clock.now();
            let error = match self.attempt().await {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            let class = classify(&error);
            let lost = matches!(class, FailureClass::MaybeApplied | FailureClass::Transient)
                && error.was_sent();
            if lost {
                self.in_doubt_since.get_or_insert(started);
            }
            let in_doubt = self.in_doubt_since.is_some();
            match next_step(self.request.context.operation, &error, in_doubt) {
                NextStep::GiveUp => return Err(error),
                NextStep::Retry => self.back_off(error).await?,
                NextStep::Reconcile => {
                    // A lookup is a request, too, which must not be sent before.
                    let waited = lost && error.retry_after().is_some();
                    if waited && !self.pause(&error).await {
                        self.unknown = Some(UnknownOutcome::because(
                            "the server asks to wait for longer than the call may take",
                        ));
                        return Err(error);
                    }
                    let request = LostRequest {
                        attempts: &*self,
                        request: self.request,
                        error: &error,
                    };
                    match (self.reconcile)(request).await {
                        Reconciled::Applied => return Ok(Response::reconstructed()),
                        Reconciled::NotApplied => {
                            self.in_doubt_since = None;
                            self.unknown = None;
                        }
                        Reconciled::Ambiguous(unknown) => self.unknown = Some(unknown),
                        Reconciled::Unknown(unknown) => {
                            self.unknown = Some(unknown);
                            return Err(error);
                        }
                    }
                    // The conflict may be with a resource that this call did not create.
                    if class != FailureClass::MaybeApplied {
                        return Err(error);
                    }
                    if !waited {
                        self.back_off(error).await?;
                    } else if !self.allows_another(&error) {
                        return Err(error);
                    }
                }
            }
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
        let end = self.started.checked_add(self.deadline());
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
        if self.allows_another(&error) && self.pause(&error).await {
            return Ok(());
        }
        Err(error)
    }

    fn allows_another(&self, error: &Error) -> bool {
        !lacks_permit(error)
            && self.request.limits.is_none_or(|limits| limits.retries)
            && self.transport.limits.retry.allows_another(self.count)
    }

    /// Waits for the delay after `error`. Returns false without waiting when the delay is too long.
    async fn pause(&mut self, error: &Error) -> bool {
        let limits = &self.transport.limits;
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
                true
            }
            _ => false,
        }
    }

    fn elapsed(&self) -> Duration {
        let now = self.transport.limits.clock.now();
        now.duration_since(self.started)
    }

    fn remaining(&self) -> Duration {
        self.deadline().saturating_sub(self.elapsed())
    }

    fn deadline(&self) -> Duration {
        let deadline = self.transport.limits.deadline;
        let limits = self.request.limits;
        limits.map_or(deadline, |limits| limits.deadline.min(deadline))
    }
}

/// Returns true when the request was not sent, since no permit is free before the deadline.
fn lacks_permit(error: &Error) -> bool {
    error.kind() == ErrorKind::RateLimit
}
