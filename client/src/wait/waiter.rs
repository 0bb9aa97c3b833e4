//! Waits for one resource.

use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tracing::debug;

use super::goal::GoalTable;
use super::observation::{Observation, Progress, Resource, WaitStep};
use super::poll::{DEFAULT_TIMEOUT, Poll, PollSchedule, poll_until, seconds};
use crate::error::WaitContext;
use crate::http::CallLimits;
use crate::operation::CallContext;
use crate::{Client, Error, ErrorKind};

type OnStep<'a, R> = Box<dyn FnMut(&WaitStep<'_, R>) + Send + 'a>;

/// Waits for a resource when awaited; returned by [`Client::wait_for_connection`] and
/// [`Client::wait_for_interface_endpoint`].
///
/// The output is the resource, or `None` when the goal was its deletion.
///
/// It polls at once and then after intervals of 1, 2, 4, 8 and from then on 15 seconds. A program with its
/// own loop calls [`poll`](Self::poll):
///
/// ```no_run
/// use std::time::Duration;
/// use atlas_private_endpoint::wait::{ConnectionGoal, Progress};
/// # use atlas_private_endpoint::{Client, Error, PrivateLinkId, ProjectId};
///
/// # async fn example(client: Client, project: ProjectId, id: PrivateLinkId) -> Result<(), Error> {
/// let mut waiter = client
///     .wait_for_connection(&project, &id, ConnectionGoal::Available)
///     .timeout(Duration::from_secs(600));
/// loop {
///     match waiter.poll().await? {
///         Progress::Done(_) => break,
///         Progress::Pending { state, changed: true } => println!("{state}"),
///         _ => {}
///     }
///     waiter.pause().await?;
/// }
/// println!("{id} is available");
/// # Ok(())
/// # }
/// ```
#[must_use = "a waiter does nothing until it is awaited or polled"]
pub struct Waiter<'a, R: Resource> {
    client: Client,
    values: Vec<(&'static str, String)>,
    table: &'static GoalTable<R::Status>,
    schedule: PollSchedule,
    on_step: Option<OnStep<'a, R>>,
    last: Option<Observation<R>>,
    /// The last known state.
    known: Option<String>,
    /// The states that were observed, on which the meaning of a state may depend.
    observed: Vec<R::Status>,
}

impl<'a, R: Resource> Waiter<'a, R> {
    pub(super) fn new(
        client: &Client,
        values: Vec<(&'static str, String)>,
        table: &'static GoalTable<R::Status>,
    ) -> Self {
        Self {
            client: client.clone(),
            values,
            table,
            schedule: PollSchedule::new(client.clock(), DEFAULT_TIMEOUT),
            on_step: None,
            last: None,
            known: None,
            observed: Vec::new(),
        }
    }

    /// Sets the timeout, from the first poll on. The default is [`DEFAULT_TIMEOUT`], an hour. There is a last
    /// poll at its end, of one attempt that can take 5 seconds; with a timeout of zero it is the only one.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.schedule.set_timeout(timeout);
        self
    }

    /// Sets the function that is called with each changed observation: with the first, and with the one that
    /// ends the wait, too.
    pub fn on_step(mut self, on_step: impl FnMut(&WaitStep<'_, R>) + Send + 'a) -> Self {
        self.on_step = Some(Box::new(on_step));
        self
    }

    /// Returns the latest observation; `None` before the first.
    pub fn last_observation(&self) -> Option<&Observation<R>> {
        self.last.as_ref()
    }

    /// Polls once, without a pause.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::WaitFailed`] when the goal will not be reached.
    /// - [`ErrorKind::WaitTimeout`] after the last poll.
    /// - The error of the call, when that is not transient. The first poll can find nothing right after a
    ///   creation.
    pub async fn poll(&mut self) -> Result<Progress<R>, Error> {
        self.schedule.start();
        if !self.schedule.may_poll() {
            return Err(self.timed_out());
        }
        let limits = self.schedule.limits();
        let result = fetch::<R>(self.client.clone(), self.values.clone(), limits).await;
        let observation = self.observe(result)?;
        let changed = self.record(observation);
        self.evaluate(changed)
    }

    /// Waits until it is time for the next poll, or for the delay of a `Retry-After`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WaitTimeout`] when the timeout has passed and the last poll is complete.
    pub async fn pause(&mut self) -> Result<(), Error> {
        self.schedule.start();
        let min_pause = self.min_pause();
        if self.schedule.pause(min_pause).await {
            return Ok(());
        }
        Err(self.timed_out())
    }

    /// Separates observations from errors that end the wait.
    fn observe(&self, result: Result<R, Error>) -> Result<Observation<R>, Error> {
        match result {
            Ok(resource) => Ok(Observation::Found(resource)),
            Err(error) if self.table.done_when_deleted && is_not_found::<R>(&error) => {
                Ok(Observation::NotFound)
            }
            // A read may lag behind the creation.
            Err(error)
                if self.last.is_none()
                    && is_not_found::<R>(&error)
                    && !self.schedule.remaining().is_zero() =>
            {
                Ok(Observation::Unknown(error))
            }
            // A host that was never reached is more likely wrong than temporarily unavailable.
            Err(error) if error.kind() == ErrorKind::Connect && !self.client.has_responded() => {
                Err(error)
            }
            Err(error) if error.is_transient() => Ok(Observation::Unknown(error)),
            Err(error) => Err(error),
        }
    }

    /// Records and reports an observation. Returns true when it has changed.
    fn record(&mut self, observation: Observation<R>) -> bool {
        if let Observation::Found(resource) = &observation {
            self.known = Some(resource.state().to_owned());
        }
        let last = self.last.take();
        let changed = last.is_none_or(|last| !last.is_same_as(&observation));
        if changed {
            let elapsed = self.schedule.elapsed();
            debug!(
                state = observation.state(),
                elapsed = elapsed.as_secs(),
                "observed while waiting"
            );
            if let Some(on_step) = &mut self.on_step {
                on_step(&WaitStep {
                    observation: &observation,
                    elapsed,
                });
            }
        }
        self.last = Some(observation);
        changed
    }

    /// Applies the goal's table to the latest observation.
    fn evaluate(&mut self, changed: bool) -> Result<Progress<R>, Error> {
        let pending = Progress::Pending {
            state: self.last.as_ref().map_or("", Observation::state).to_owned(),
            changed,
        };
        let resource = match &self.last {
            Some(Observation::Found(resource)) => resource,
            Some(Observation::NotFound) => return Ok(Progress::Done(None)),
            Some(Observation::Unknown(_)) | None => return Ok(pending),
        };
        let status = resource.status();
        if self.table.done.contains(status) {
            return Ok(Progress::Done(Some(resource.clone())));
        }
        let another = self.observed.iter().any(|observed| observed != status);
        let failed_after_another = self.table.failed_after_another.iter().filter(|_| another);
        let mut failed = self.table.failed.iter().chain(failed_after_another);
        if let Some((_, remedy)) = failed.find(|(state, _)| state == status) {
            return Err(self.failure(resource, remedy));
        }
        if !self.observed.contains(status) {
            self.observed.push(status.clone());
        }
        Ok(pending)
    }

    fn failure(&self, resource: &R, remedy: &str) -> Error {
        let state = resource.state();
        let reason = match resource.message() {
            Some(message) => {
                let message = message.trim_end_matches('.');
                format!("it is {state}, and Atlas reports: {message}; {remedy}")
            }
            None => format!("it is {state}; {remedy}"),
        };
        let error = Error::new(ErrorKind::WaitFailed, reason);
        self.with_context(error, Some(state.to_owned()))
    }

    fn with_context(&self, error: Error, state: Option<String>) -> Error {
        let context = CallContext::new(R::operation(), self.values.clone());
        let goal = format!("{} {}", context.resource(), self.table.goal);
        error
            .with_call(context)
            .with_wait(WaitContext { goal, state }, self.schedule.elapsed())
    }
}

async fn fetch<R: Resource>(
    client: Client,
    values: Vec<(&'static str, String)>,
    limits: CallLimits,
) -> Result<R, Error> {
    let mut call = client.call(R::operation()).limits(limits);
    for (name, value) in &values {
        call = call.path(name, value);
    }
    call.fetch().await
}

/// Returns true when the resource does not exist. Other 404s are those of a missing project or of a proxy.
fn is_not_found<R: Resource>(error: &Error) -> bool {
    error.is_not_found() && error.code().is_some_and(|code| R::NOT_FOUND.contains(code))
}

impl<R: Resource> Poll for Waiter<'_, R> {
    type Output = Option<R>;

    fn schedule(&mut self) -> &mut PollSchedule {
        &mut self.schedule
    }

    async fn poll_once(&mut self) -> Result<Option<Option<R>>, Error> {
        match self.poll().await? {
            Progress::Done(resource) => Ok(Some(resource)),
            Progress::Pending { .. } => Ok(None),
        }
    }

    fn timed_out(&mut self) -> Error {
        let elapsed = seconds(self.schedule.elapsed());
        let reason = match (&self.last, &self.known) {
            (Some(Observation::Found(resource)), _) => {
                let message = resource
                    .message()
                    .map(|it| format!(", and Atlas reports: {}", it.trim_end_matches('.')));
                let (state, message) = (resource.state(), message.unwrap_or_default());
                format!("it was still {state} after {elapsed}{message}; try waiting longer")
            }
            (_, Some(known)) => {
                format!("its state is unknown after {elapsed}; it was {known} before")
            }
            (_, None) => format!("could not determine its state within {elapsed}"),
        };
        let mut error = Error::new(ErrorKind::WaitTimeout, reason);
        if let Some(Observation::Unknown(cause)) = self
            .last
            .take_if(|last| matches!(last, Observation::Unknown(_)))
        {
            error = error.with_source(cause);
        }
        self.with_context(error, self.known.clone())
    }

    /// A transient failure is an observation, so every error ends the wait.
    fn tolerates(&mut self, _error: &Error) -> bool {
        false
    }

    fn min_pause(&self) -> Duration {
        match &self.last {
            Some(Observation::Unknown(error)) => error.retry_after().unwrap_or_default(),
            _ => Duration::ZERO,
        }
    }
}

impl<'a, R: Resource> IntoFuture for Waiter<'a, R> {
    type Output = Result<Option<R>, Error>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move { poll_until(&mut self).await })
    }
}

impl<R: Resource> fmt::Debug for Waiter<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiter")
            .field("values", &self.values)
            .field("goal", &self.table.goal)
            .field("schedule", &self.schedule)
            .field("last", &self.last)
            .finish_non_exhaustive()
    }
}
