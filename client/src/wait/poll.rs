//! The polling schedule, and the loop that all waits share.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::debug;

use crate::error::WaitContext;
use crate::http::CallLimits;
use crate::operation::CallContext;
use crate::{Clock, Error, ErrorKind};

/// The default timeout of a wait. Atlas' deletions alone can take longer than 20 minutes.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(3600);

const MIN_INTERVAL: Duration = Duration::from_secs(1);
const MAX_INTERVAL: Duration = Duration::from_secs(15);

/// The timeout of a poll that begins at the end of the wait.
const LAST_POLL: Duration = Duration::from_secs(5);

/// Something that is polled until it is done.
pub(crate) trait Poll {
    type Output;

    fn schedule(&mut self) -> &mut PollSchedule;

    /// Polls once. `None` means to poll again.
    fn poll_once(&mut self) -> impl Future<Output = Result<Option<Self::Output>, Error>> + Send;

    /// Returns the error of a wait that has timed out.
    fn timed_out(&mut self) -> Error;

    /// Returns true when polling continues after an error. A wait that has begun survives transient failures,
    /// but not a POST that may have been applied.
    fn tolerates(&mut self, error: &Error) -> bool {
        self.schedule().waiting && error.is_transient() && !error.is_outcome_unknown()
    }

    /// Returns the least time until the next poll.
    fn min_pause(&self) -> Duration {
        Duration::ZERO
    }
}

/// Polls until there is a result, an error that ends the wait, or no time left.
pub(crate) async fn poll_until<P: Poll>(poll: &mut P) -> Result<P::Output, Error> {
    poll.schedule().start();
    loop {
        match poll.poll_once().await {
            Ok(Some(output)) => return Ok(output),
            Ok(None) => {}
            Err(error) if poll.tolerates(&error) => {}
            Err(error) => return Err(error),
        }
        let min_pause = poll.min_pause();
        let schedule = poll.schedule();
        schedule.waiting = true;
        if !schedule.pause(min_pause).await {
            return Err(poll.timed_out());
        }
    }
}

/// A wait ended before the work was complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimedOut {
    /// Nothing was sent.
    BeforeStart,
    /// A request was in flight, and may have been applied.
    InFlight,
}

/// The intervals and the timeout of polling.
#[derive(Clone, Debug)]
pub(crate) struct PollSchedule {
    clock: Arc<dyn Clock>,
    timeout: Duration,
    /// `None` before the first poll.
    started: Option<Instant>,
    paused: Duration,
    interval: Duration,
    polled_last: bool,
    /// True once a poll was not the last.
    waiting: bool,
}

impl PollSchedule {
    pub(crate) fn new(clock: Arc<dyn Clock>, timeout: Duration) -> Self {
        Self {
            clock,
            timeout,
            started: None,
            paused: Duration::ZERO,
            interval: MIN_INTERVAL,
            polled_last: false,
            waiting: false,
        }
    }

    /// Starts the timeout, if it has not started.
    pub(crate) fn start(&mut self) {
        let now = self.clock.now();
        self.started.get_or_insert(now);
    }

    pub(crate) fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    /// Records that the wait has begun, before the first pause.
    pub(crate) fn set_waiting(&mut self) {
        self.waiting = true;
    }

    /// Returns the time since the start: at least that of the pauses, since a custom clock can sleep without
    /// advancing.
    pub(crate) fn elapsed(&self) -> Duration {
        let passed = self
            .started
            .map(|started| self.clock.now().duration_since(started));
        passed.unwrap_or_default().max(self.paused)
    }

    pub(crate) fn remaining(&self) -> Duration {
        self.timeout.saturating_sub(self.elapsed())
    }

    /// Returns true while there is time for another poll, and once at the end.
    pub(super) fn may_poll(&mut self) -> bool {
        !self.remaining().is_zero() || !std::mem::replace(&mut self.polled_last, true)
    }

    /// Sleeps until the next poll, or until the end before the last one. Returns false after the last, which is
    /// omitted if the server asks for a longer pause.
    ///
    /// The intervals are 1, 2, 4, 8 and then 15 seconds, without jitter.
    pub(super) async fn pause(&mut self, min_pause: Duration) -> bool {
        let remaining = self.remaining();
        if remaining.is_zero() {
            return false;
        }
        if min_pause > remaining {
            self.polled_last = true;
        }
        let pause = self.interval.max(min_pause).min(remaining);
        self.interval = (self.interval * 2).min(MAX_INTERVAL);
        self.clock.sleep(pause).await;
        self.paused += pause;
        true
    }

    /// Returns the limits of a poll: the end of the wait, or [`LAST_POLL`] and one attempt if it begins there.
    pub(super) fn limits(&self) -> CallLimits {
        let remaining = self.remaining();
        let is_last = remaining.is_zero();
        CallLimits {
            deadline: if is_last { LAST_POLL } else { remaining },
            retries: !is_last,
        }
    }

    /// Awaits a poll of several calls for the same time.
    pub(crate) async fn poll<T>(&self, poll: impl Future<Output = T>) -> Option<T> {
        tokio::time::timeout(self.limits().deadline, poll)
            .await
            .ok()
    }

    /// Awaits a change until the end of the wait. It is not sent at the end.
    pub(crate) async fn send<T>(&self, change: impl Future<Output = T>) -> Result<T, TimedOut> {
        let remaining = self.remaining();
        if remaining.is_zero() {
            return Err(TimedOut::BeforeStart);
        }
        let sent = tokio::time::timeout(remaining, change).await;
        sent.map_err(|_| TimedOut::InFlight)
    }

    /// Returns the error of a wait for `goal`, which follows "waiting for" in the message.
    pub(crate) fn error(&self, call: CallContext, goal: String, reason: String) -> Error {
        let wait = WaitContext { goal, state: None };
        Error::new(ErrorKind::WaitTimeout, reason)
            .with_call(call)
            .with_wait(wait, self.elapsed())
    }

    /// Returns the error of a wait for `goal` that ended during a poll.
    pub(crate) fn unanswered(&self, call: CallContext, goal: String) -> Error {
        let reason = format!("Atlas did not respond within {}", seconds(self.elapsed()));
        self.error(call, goal, reason).timed_out(!self.waiting)
    }
}

/// Formats a duration for messages, to a tenth of a second. No time is 0.
pub(crate) fn seconds(time: Duration) -> String {
    let tenths = (time.as_secs_f64() * 10.0).round();
    if tenths < 1.0 {
        return format!("{} ms", time.as_millis().max(1));
    }
    format!("{} s", tenths / 10.0)
}

/// Implements the settings and `IntoFuture` of a [`Poll`] with a `schedule` and an `observer`.
macro_rules! impl_polled_builder {
    ($builder:ident, $step:ident, $output:ty) => {
        impl<'a> $builder<'a> {
            /// Sets the timeout of the whole operation. The default is
            /// [an hour](crate::wait::DEFAULT_TIMEOUT).
            pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
                self.schedule.set_timeout(timeout);
                self
            }

            /// Sets the function that is called with each step.
            pub fn on_step(mut self, on_step: impl FnMut(&$step) + Send + 'a) -> Self {
                self.observer.set(on_step);
                self
            }
        }

        impl<'a> std::future::IntoFuture for $builder<'a> {
            type Output = Result<$output, crate::Error>;
            type IntoFuture = futures_util::future::BoxFuture<'a, Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                let mut poll = self;
                Box::pin(async move { crate::wait::poll_until(&mut poll).await })
            }
        }
    };
}
pub(crate) use impl_polled_builder;

type OnStep<'a, S> = Box<dyn FnMut(&S) + Send + 'a>;

/// The user's function that is called with each step.
pub(crate) struct Observer<'a, S> {
    on_step: Option<OnStep<'a, S>>,
    last: Option<S>,
}

impl<S: fmt::Debug> fmt::Debug for Observer<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Observer({:?})", self.last)
    }
}

impl<'a, S: PartialEq + fmt::Display> Observer<'a, S> {
    pub(crate) fn none() -> Self {
        Self {
            on_step: None,
            last: None,
        }
    }

    pub(crate) fn set(&mut self, on_step: impl FnMut(&S) + Send + 'a) {
        self.on_step = Some(Box::new(on_step));
    }

    /// Reports a step unless it equals the one before.
    pub(crate) fn notify(&mut self, step: S) {
        if self.last.as_ref() == Some(&step) {
            return;
        }
        debug!(%step, "step");
        if let Some(on_step) = &mut self.on_step {
            on_step(&step);
        }
        self.last = Some(step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_duration_is_rounded_to_zero() {
        let formatted = |millis| seconds(Duration::from_millis(millis));
        assert_eq!(
            [0, 30, 900, 8_300, 20_000].map(formatted),
            ["1 ms", "30 ms", "0.9 s", "8.3 s", "20 s"]
        );
    }
}
