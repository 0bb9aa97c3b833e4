//! The loop around the attempts of one call.

use std::time::{Duration, Instant};

use backon::ExponentialBackoff;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use tracing::{Instrument, Span, debug_span, field};

use crate::call::url_of;
use crate::ensure::is_being_deleted;
use crate::error::UnknownOutcome;
use crate::find_out::{Finding, Lookup, Wanted, lookup, pick};
use crate::retry::{Class, Next, classify, next};
use crate::transport::{Answer, Attempt, Request, Transport, server_time_at};
use crate::types::{
    CreatePrivateEndpointConnection, ErrorCode, InterfaceEndpoint, PrivateEndpointConnection,
};
use crate::{Error, ErrorKind};

/// Sends a request until it succeeds, fails for good, or runs out of attempts or time.
///
/// Dropping the future at any point leaves nothing behind here; a request that is on its way may still
/// be carried out.
///
/// # Errors
///
/// The last attempt's, with how many there were; or that the outcome is unknown.
pub(crate) async fn run(transport: &Transport, request: &Request) -> Result<Answer, Error> {
    let operation = request.context.operation;
    let span = debug_span!(
        "atlas_call",
        operation = operation.id,
        method = %operation.method,
        path = operation.path,
        attempts = field::Empty,
        status = field::Empty,
    );
    transport.counters.call();
    let mut call = Running::new(transport, request);
    let result = call.run().instrument(span.clone()).await;
    span.record("attempts", call.attempts);
    match &result {
        Ok(answer) => record_status(&span, Some(answer.status)),
        Err(error) => record_status(&span, error.status()),
    }
    let elapsed = call.elapsed();
    result.map_err(|error| {
        error
            .with_progress(call.attempts, elapsed)
            .with_call(request.context.clone())
    })
}

fn record_status(span: &Span, status: Option<StatusCode>) {
    if let Some(status) = status {
        span.record("status", status.as_u16());
    }
}

/// A call between its first attempt and its end.
struct Running<'a> {
    transport: &'a Transport,
    request: &'a Request,
    began: Instant,
    attempts: u32,
    delays: ExponentialBackoff,
    /// An attempt failed after which the server may have acted.
    in_the_dark: bool,
    /// What an attempt may have made, as long as that is not known.
    open: Option<UnknownOutcome>,
}

impl<'a> Running<'a> {
    fn new(transport: &'a Transport, request: &'a Request) -> Self {
        Self {
            transport,
            request,
            began: transport.limits.clock.now(),
            attempts: 0,
            delays: transport.limits.retry.delays(),
            in_the_dark: false,
            open: None,
        }
    }

    /// As [`turns`](Self::turns), and says what is not known at the end.
    async fn run(&mut self) -> Result<Answer, Error> {
        self.turns().await.map_err(|error| match self.open.take() {
            Some(unknown) => error.with_unknown_outcome(unknown),
            None => error,
        })
    }

    async fn turns(&mut self) -> Result<Answer, Error> {
        loop {
            let error = match self.attempt().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match next(self.request.context.operation, &error, self.in_the_dark) {
                Next::GiveUp => return Err(error),
                Next::Done => return Ok(nothing()),
                Next::Repeat => {}
                Next::FindOut => {
                    match self.find_out(&error).await {
                        Found::Made(answer) => return Ok(answer),
                        Found::Nothing => self.open = None,
                        // Sending it again makes nothing twice: Atlas keeps one for each region.
                        Found::Open(unknown) => self.open = Some(unknown),
                        Found::Unknown(unknown) => {
                            self.open = Some(unknown);
                            return Err(error);
                        }
                    }
                    // What is in the way is somebody else's, or may be.
                    if error.is_conflict() {
                        return Err(error);
                    }
                }
            }
            self.in_the_dark |= classify(&error) == Class::InTheDark;
            self.wait(error).await?;
        }
    }

    async fn attempt(&mut self) -> Result<Answer, Error> {
        self.attempts += 1;
        self.transport.counters.attempt();
        let span = debug_span!(
            "atlas_attempt",
            attempt = self.attempts,
            status = field::Empty,
            nonce_reused = field::Empty,
            milliseconds = field::Empty,
        );
        let mut seen = Attempt::default();
        let began = Instant::now();
        let until = self.began + self.transport.limits.deadline;
        let attempt = self.transport.attempt(self.request, until, &mut seen);
        let result = tokio::time::timeout(self.left(), attempt.instrument(span.clone())).await;
        record_status(&span, seen.status);
        if let Some(reused) = seen.nonce_reused {
            span.record("nonce_reused", reused);
        }
        let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        span.record("milliseconds", milliseconds);
        let result = result.unwrap_or_else(|_| Err(self.too_late(&seen)));
        let result = result.map_err(|error| {
            if seen.signed.into_inner() {
                error
            } else {
                error.not_sent()
            }
        });
        if result.as_ref().is_err_and(is_without_turn) {
            self.attempts -= 1;
        }
        result
    }

    fn too_late(&self, seen: &Attempt) -> Error {
        if seen.waits_for_turn {
            return self.transport.no_turn();
        }
        let host = self.transport.host();
        Error::new(
            ErrorKind::Timeout,
            format!("the call's deadline passed before {host} had answered"),
        )
    }

    /// Waits before the next attempt, or fails when there is none.
    async fn wait(&mut self, error: Error) -> Result<(), Error> {
        let limits = &self.transport.limits;
        if is_without_turn(&error) || !limits.retry.allows_another(self.attempts) {
            return Err(error);
        }
        let bound = self.delays.next().unwrap_or_default();
        let delay = limits
            .retry
            .delay(bound, error.retry_after(), limits.clock.random());
        match delay {
            Some(delay) if delay < self.left() => {
                limits.clock.sleep(delay).await;
                Ok(())
            }
            _ => Err(error),
        }
    }

    /// Looks for what a POST has made whose answer was lost.
    async fn find_out(&self, error: &Error) -> Found {
        match self.look(is_region_taken(error)).await {
            Ok(Finding::Made(body)) => Found::Made(Answer { body, ..nothing() }),
            Ok(Finding::Nothing) => Found::Nothing,
            Ok(Finding::Open(candidates)) => Found::Open(UnknownOutcome {
                because: "what is as new as it does not tell its region yet".to_owned(),
                candidates,
            }),
            Err(because) => Found::Unknown(UnknownOutcome::because(because)),
        }
    }

    /// # Errors
    ///
    /// Why looking did not tell.
    async fn look(&self, taken: bool) -> Result<Finding, String> {
        let found = lookup(&self.request.context, self.request.body.as_deref());
        let Some(Lookup { context, wanted }) = found else {
            return Err("nothing is known of how to find out".to_owned());
        };
        let url = url_of(self.transport.origin(), &context).map_err(|error| error.to_string())?;
        let lookup = Request {
            context,
            url,
            headers: HeaderMap::new(),
            body: None,
        };
        // The lookup is a call of its own, with attempts of its own, within this one's time.
        let answer = Box::pin(run(self.transport, &lookup));
        let answer = tokio::time::timeout(self.left(), answer).await;
        let Ok(answer) = answer else {
            return Err("the call's deadline passed while looking for it".to_owned());
        };
        match (answer, wanted) {
            (Ok(answer), Wanted::InterfaceEndpoint) => Ok(not_being_deleted(answer)),
            (Err(missing), Wanted::InterfaceEndpoint) if missing.is_not_found() => {
                Ok(Finding::Nothing)
            }
            (Ok(answer), Wanted::Connection(asked)) => self.pick_from(&answer, &asked, taken),
            (Err(failed), _) => Err(format!("looking for it failed too ({})", failed.reason())),
        }
    }

    fn pick_from(
        &self,
        answer: &Answer,
        asked: &CreatePrivateEndpointConnection,
        taken: bool,
    ) -> Result<Finding, String> {
        let now = self.transport.limits.clock.now();
        let Some(since) = server_time_at(answer, self.began, now) else {
            return Err("the server does not tell its time".to_owned());
        };
        let list: Vec<PrivateEndpointConnection> =
            answer.decode().map_err(|error| error.reason())?;
        Ok(pick(asked, list, since, taken))
    }

    fn elapsed(&self) -> Duration {
        let now = self.transport.limits.clock.now();
        now.duration_since(self.began)
    }

    /// How much of the call's time is left.
    fn left(&self) -> Duration {
        self.transport
            .limits
            .deadline
            .saturating_sub(self.elapsed())
    }
}

/// One that is being deleted is not what a POST has just made.
fn not_being_deleted(answer: Answer) -> Finding {
    match answer.decode::<InterfaceEndpoint>() {
        Ok(endpoint) if is_being_deleted(&endpoint) => Finding::Nothing,
        _ => Finding::Made(answer.body),
    }
}

/// What looking for the traces of a POST has come to.
enum Found {
    Made(Answer),
    Nothing,
    /// There is what it may have made.
    Open(UnknownOutcome),
    /// Looking did not tell.
    Unknown(UnknownOutcome),
}

fn is_region_taken(error: &Error) -> bool {
    error.code() == Some(&ErrorCode::PrivatelinkEndpointServiceAlreadyExistsForRegion)
}

/// The call's time does not last until its next attempt may be made.
fn is_without_turn(error: &Error) -> bool {
    error.kind() == ErrorKind::RateLimit
}

/// The answer to a call that brought about what it should although its answer was lost.
fn nothing() -> Answer {
    Answer {
        status: StatusCode::OK,
        body: Vec::new(),
        date: None,
    }
}
