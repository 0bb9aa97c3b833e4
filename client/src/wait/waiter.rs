//! The loop, and one turn of it.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use reqwest::StatusCode;
use tracing::debug;

use super::goal::{Goal, Meaning, Table};
use super::pace::{DEFAULT_TIMEOUT, Pace};
use super::resource::Resource;
use super::resource::internal::Described;
use super::seen::{Observation, Progress, WaitStep};
use crate::error::{CallContext, Waited};
use crate::{Client, Error, ErrorKind};

type OnStep<'a, R> = Box<dyn FnMut(&WaitStep<'_, R>) + Send + 'a>;

/// Waits for a resource, when it is awaited; made by
/// [`Client::wait_for_connection`] and [`Client::wait_for_interface_endpoint`].
///
/// It looks at once, and then after pauses of 1, 2, 4, 8 and from then on 15 seconds. A program with a
/// loop of its own takes single steps with [`poll`](Self::poll):
///
/// ```no_run
/// use std::time::Duration;
/// use atlas_private_endpoint::wait::{Available, Progress};
/// # use atlas_private_endpoint::{Client, Error, PrivateLinkId, ProjectId};
///
/// # async fn example(client: Client, project: ProjectId, id: PrivateLinkId) -> Result<(), Error> {
/// let mut waiter = client
///     .wait_for_connection(&project, &id, Available)
///     .timeout(Duration::from_secs(600));
/// let connection = loop {
///     match waiter.poll().await? {
///         Progress::Done(connection) => break connection,
///         Progress::Pending { state, changed: true } => println!("now it is {state}"),
///         _ => {}
///     }
///     waiter.pause().await?;
/// };
/// println!("{} is available", connection.id);
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is waited for until it is awaited or polled"]
pub struct Waiter<'a, R: Resource, G: Goal<R>> {
    client: Client,
    values: Vec<(&'static str, String)>,
    table: &'static Table<R::Status>,
    timeout: Duration,
    on_step: Option<OnStep<'a, R>>,
    pace: Option<Pace>,
    last: Option<Observation<R>>,
    /// The state in which it was seen last.
    known: Option<String>,
    /// The states in which it was seen; what a state means may depend on them.
    passed: Vec<R::Status>,
    goal: PhantomData<fn() -> G>,
}

impl<'a, R: Resource, G: Goal<R>> Waiter<'a, R, G> {
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a goal is a name, given as such"
    )]
    pub(super) fn new(client: &Client, values: Vec<(&'static str, String)>, goal: G) -> Self {
        Self {
            client: client.clone(),
            values,
            table: goal.table(),
            timeout: DEFAULT_TIMEOUT,
            on_step: None,
            pace: None,
            last: None,
            known: None,
            passed: Vec::new(),
            goal: PhantomData,
        }
    }

    /// How long to wait, from the first look on. The default is [`DEFAULT_TIMEOUT`], an hour. There is
    /// a look at the end of that time, too, which may take 5 seconds; with no time at all it is the only one.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        if let Some(pace) = &mut self.pace {
            pace.set_timeout(timeout);
        }
        self
    }

    /// What to call with each change as it is seen: with what the first look shows, and with whatever
    /// ends the waiting, too.
    pub fn on_step(mut self, on_step: impl FnMut(&WaitStep<'_, R>) + Send + 'a) -> Self {
        self.on_step = Some(Box::new(on_step));
        self
    }

    /// What the latest look has shown; `None` before the first.
    pub fn last_observation(&self) -> Option<&Observation<R>> {
        self.last.as_ref()
    }

    /// Looks once, and does not wait.
    ///
    /// # Errors
    ///
    /// - Of kind [`ErrorKind::WaitFailed`] when it will never be where it should.
    /// - Of kind [`ErrorKind::WaitTimeout`] when the time is over before the look has shown anything, or the
    ///   look at its end has been.
    /// - The call's, when that will not change by itself.
    pub async fn poll(&mut self) -> Result<Progress<G::Output>, Error> {
        if !self.pace().may_look() {
            return Err(self.timed_out());
        }
        let look = look::<R>(self.client.clone(), self.values.clone());
        let Some(looked) = self.pace().within(look).await else {
            // What was seen before may not be so any more.
            self.last = None;
            return Err(self.timed_out());
        };
        let seen = self.sort(looked)?;
        let changed = self.take_note(seen);
        self.judge(changed)
    }

    /// Waits until it is time for the next look.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::WaitTimeout`] when the time is over and the last look has been.
    pub async fn pause(&mut self) -> Result<(), Error> {
        let asked = match &self.last {
            Some(Observation::Unknown(error)) => error.retry_after(),
            _ => None,
        };
        if self.pace().pause_for(asked.unwrap_or_default()).await {
            return Ok(());
        }
        Err(self.timed_out())
    }

    async fn run(mut self) -> Result<G::Output, Error> {
        loop {
            if let Progress::Done(output) = self.poll().await? {
                return Ok(output);
            }
            self.pause().await?;
        }
    }

    /// The time begins with the first look.
    fn pace(&mut self) -> &mut Pace {
        let (client, timeout) = (&self.client, self.timeout);
        self.pace
            .get_or_insert_with(|| Pace::begin(client.clock(), timeout))
    }

    fn elapsed(&self) -> Duration {
        self.pace.as_ref().map(Pace::elapsed).unwrap_or_default()
    }

    /// Tells what a look has shown from what ends the waiting.
    fn sort(&self, looked: Result<R, Error>) -> Result<Observation<R>, Error> {
        match looked {
            Ok(resource) => Ok(Observation::Found(resource)),
            Err(error) if self.table.gone_is_done && says_gone::<R>(&error) => {
                Ok(Observation::NotFound)
            }
            // A host that was never reached is more likely wrong than away for a while.
            Err(error) if error.kind() == ErrorKind::Connect && !self.client.was_answered() => {
                Err(error)
            }
            Err(error) if may_pass(&error) => Ok(Observation::Unknown(error)),
            Err(error) => Err(error),
        }
    }

    /// Keeps what was seen, and tells whether it is a change.
    fn take_note(&mut self, seen: Observation<R>) -> bool {
        if let Observation::Found(resource) = &seen {
            self.known = Some(resource.state().to_owned());
        }
        let last = self.last.replace(seen);
        let seen = self.last.as_ref();
        let same = last
            .zip(seen)
            .is_some_and(|(last, seen)| last.is_same_as(seen));
        if same {
            return false;
        }
        let elapsed = self.elapsed();
        if let Some(seen) = &self.last {
            debug!(
                state = seen.state(),
                elapsed = elapsed.as_secs(),
                "seen while waiting"
            );
            if let Some(on_step) = &mut self.on_step {
                on_step(&WaitStep {
                    observation: seen,
                    elapsed,
                });
            }
        }
        true
    }

    /// What it means to have seen the last that was seen.
    fn judge(&mut self, changed: bool) -> Result<Progress<G::Output>, Error> {
        let pending = Progress::Pending {
            state: self.last.as_ref().map_or("", Observation::state).to_owned(),
            changed,
        };
        let resource = match &self.last {
            Some(Observation::Found(resource)) => resource,
            Some(Observation::NotFound) => return Ok(G::gone().map_or(pending, Progress::Done)),
            Some(Observation::Unknown(_)) | None => return Ok(pending),
        };
        let hint = match self.table.meaning(resource.status()) {
            Meaning::Pending => None,
            Meaning::Done => {
                let output = G::found(resource.clone());
                return Ok(output.map_or(pending, Progress::Done));
            }
            Meaning::Failed(hint) => Some(*hint),
            Meaning::FailedAfterAnother(hint) => {
                let is_another = |before: &R::Status| before != resource.status();
                self.passed.iter().any(is_another).then_some(*hint)
            }
        };
        if let Some(hint) = hint {
            return Err(self.failed(resource, hint));
        }
        let status = resource.status().clone();
        if !self.passed.contains(&status) {
            self.passed.push(status);
        }
        Ok(pending)
    }

    fn failed(&self, resource: &R, hint: &str) -> Error {
        let state = resource.state();
        let reason = match resource.message() {
            Some(message) => format!("it is {state}, and Atlas says: {message}; {hint}"),
            None => format!("it is {state}; {hint}"),
        };
        let error = Error::new(ErrorKind::WaitFailed, reason);
        self.tell(error, Some(state.to_owned()))
    }

    fn timed_out(&mut self) -> Error {
        let elapsed = seconds(self.elapsed());
        let reason = match (&self.last, &self.known) {
            (Some(Observation::Unknown(_)) | None, None) => {
                format!("its state could not be found out before {elapsed} had passed")
            }
            (Some(Observation::Unknown(_)) | None, Some(known)) => {
                format!(
                    "it was {known} when it was last seen, and nothing is known of it after {elapsed}"
                )
            }
            (seen, known) => {
                let known = known.as_deref().unwrap_or("gone");
                let message = seen.as_ref().and_then(Observation::resource);
                let said = match message.and_then(Described::message) {
                    Some(message) => format!(", and Atlas says: {message}"),
                    None => String::new(),
                };
                format!("it was still {known} after {elapsed}{said}; it may come there yet")
            }
        };
        let mut error = Error::new(ErrorKind::WaitTimeout, reason);
        if let Some(Observation::Unknown(cause)) = self
            .last
            .take_if(|seen| matches!(seen, Observation::Unknown(_)))
        {
            error = error.with_source(cause);
        }
        self.tell(error, self.known.clone())
    }

    fn tell(&self, error: Error, state: Option<String>) -> Error {
        let context = context::<R>(self.values.clone());
        let goal = format!("{} {}", context.resource(), self.table.goal);
        error
            .with_call(context)
            .with_progress(0, self.elapsed())
            .with_wait(Waited { goal, state })
    }
}

fn context<R: Resource>(values: Vec<(&'static str, String)>) -> CallContext {
    CallContext {
        operation: R::look(),
        values,
        query: Vec::new(),
    }
}

async fn look<R: Resource>(
    client: Client,
    values: Vec<(&'static str, String)>,
) -> Result<R, Error> {
    let mut call = client.call(R::look());
    for (name, value) in &values {
        call = call.path(name, value);
    }
    call.fetch().await
}

/// Whether a look at a later time may show what this one has not: things in front of Atlas have statuses of
/// their own for that.
pub(crate) fn may_pass(error: &Error) -> bool {
    let is_passing = |status: StatusCode| {
        status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
            || status == StatusCode::TOO_EARLY
    };
    error.is_retryable() || error.status().is_some_and(is_passing)
}

/// Whether it is the resource that is not there. A 404 may also mean that the project is not, or come
/// from something in front of Atlas.
fn says_gone<R: Resource>(error: &Error) -> bool {
    error.is_not_found() && error.code().is_some_and(|code| R::GONE.contains(code))
}

/// The time for something is over; `goal` ends a sentence that begins with "waiting for".
pub(crate) fn out_of_time(goal: String, reason: String, pace: &Pace) -> Error {
    Error::new(ErrorKind::WaitTimeout, reason)
        .with_progress(0, pace.elapsed())
        .with_wait(Waited { goal, state: None })
}

/// A time for a sentence.
pub(crate) fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs())
}

impl<'a, R: Resource, G: Goal<R>> IntoFuture for Waiter<'a, R, G> {
    type Output = Result<G::Output, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<R: Resource, G: Goal<R>> fmt::Debug for Waiter<'_, R, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiter")
            .field("values", &self.values)
            .field("goal", &self.table.goal)
            .field("timeout", &self.timeout)
            .field("last", &self.last)
            .finish_non_exhaustive()
    }
}
