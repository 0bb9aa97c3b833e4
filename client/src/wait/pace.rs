//! How long is waited in all, and how long between two looks.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

use crate::Clock;

/// How long is waited in all unless told otherwise. Atlas' deletions alone can take longer than 20
/// minutes.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(3600);

const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// How long the look at the end may take, when there is no time left.
const LAST_LOOK: Duration = Duration::from_secs(5);

/// The time was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Late {
    /// Nothing was sent.
    NotBegun,
    /// What was sent may be carried out.
    GivenUp,
}

/// The time that something takes which looks again and again.
pub(crate) struct Pace {
    clock: Arc<dyn Clock>,
    began: Instant,
    paused: Duration,
    timeout: Duration,
    pauses: ExponentialBackoff,
    last_look_taken: bool,
}

impl Pace {
    /// Begins now. The pauses are the same each time: 1, 2, 4, 8 and then 15 seconds.
    pub(crate) fn begin(clock: Arc<dyn Clock>, timeout: Duration) -> Self {
        let pauses = ExponentialBuilder::new()
            .with_factor(2.0)
            .with_min_delay(SHORTEST_PAUSE)
            .with_max_delay(LONGEST_PAUSE)
            .without_max_times()
            .build();
        Self {
            began: clock.now(),
            clock,
            paused: Duration::ZERO,
            timeout,
            pauses,
            last_look_taken: false,
        }
    }

    /// Changes when the time is over.
    pub(super) fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    /// Whether there is time for another look. There is one at the end, too.
    pub(super) fn may_look(&mut self) -> bool {
        !self.left().is_zero() || !std::mem::replace(&mut self.last_look_taken, true)
    }

    /// How long it has taken so far: the pauses at least, also with a clock that does not make them.
    pub(crate) fn elapsed(&self) -> Duration {
        let passed = self.clock.now().duration_since(self.began);
        passed.max(self.paused)
    }

    /// How much time there is left.
    pub(crate) fn left(&self) -> Duration {
        self.timeout.saturating_sub(self.elapsed())
    }

    /// Pauses until the next look is due, or until the time is over for a last one. Says no when that
    /// has been.
    pub(crate) async fn pause(&mut self) -> bool {
        self.pause_for(Duration::ZERO).await
    }

    /// Like [`pause`](Self::pause), for at least so long.
    pub(super) async fn pause_for(&mut self, shortest: Duration) -> bool {
        let left = self.left();
        if left.is_zero() {
            return false;
        }
        let pause = self.pauses.next().unwrap_or(LONGEST_PAUSE);
        let pause = pause.max(shortest).min(left);
        self.clock.sleep(pause).await;
        self.paused += pause;
        true
    }

    /// Looks, and gives up when the time is over before it has seen anything. A look at the end gets a little
    /// time.
    pub(crate) async fn within<T>(&self, look: impl Future<Output = T>) -> Option<T> {
        let left = self.left();
        let limit = if left.is_zero() { LAST_LOOK } else { left };
        tokio::time::timeout(limit, look).await.ok()
    }

    /// Does something else than to look: it is not begun when the time is over, and given up when it comes
    /// to be.
    pub(crate) async fn in_time<T>(&self, work: impl Future<Output = T>) -> Result<T, Late> {
        let left = self.left();
        if left.is_zero() {
            return Err(Late::NotBegun);
        }
        let done = tokio::time::timeout(left, work).await;
        done.map_err(|_| Late::GivenUp)
    }
}
