//! How long is waited in all, and how long between two looks.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

use crate::Timer;

/// How long is waited in all unless told otherwise. Atlas' deletions alone can take longer than 20
/// minutes.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(3600);

const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// What the first look and the last may take at least, however little time is left.
const ONE_LOOK: Duration = Duration::from_secs(10);

/// The time that something takes which looks again and again.
pub(crate) struct Pace {
    timer: Arc<dyn Timer>,
    began: Instant,
    paused: Duration,
    timeout: Duration,
    pauses: ExponentialBackoff,
}

impl Pace {
    /// Begins now. The pauses are the same each time: 1, 2, 4, 8 and then 15 seconds.
    pub(crate) fn begin(timer: Arc<dyn Timer>, timeout: Duration) -> Self {
        let pauses = ExponentialBuilder::new()
            .with_factor(2.0)
            .with_min_delay(SHORTEST_PAUSE)
            .with_max_delay(LONGEST_PAUSE)
            .without_max_times()
            .build();
        Self {
            began: timer.now(),
            timer,
            paused: Duration::ZERO,
            timeout,
            pauses,
        }
    }

    /// How long it has taken so far: the pauses at least, also with a timer that does not make them.
    pub(crate) fn elapsed(&self) -> Duration {
        let passed = self.timer.now().duration_since(self.began);
        passed.max(self.paused)
    }

    /// How much time there is left.
    pub(crate) fn left(&self) -> Duration {
        self.timeout.saturating_sub(self.elapsed())
    }

    /// Pauses until the next look is due, or until the time is over for a last one. Says no when that
    /// has been.
    pub(crate) async fn pause(&mut self) -> bool {
        let left = self.left();
        if left.is_zero() {
            return false;
        }
        let pause = self.pauses.next().unwrap_or(LONGEST_PAUSE).min(left);
        self.timer.sleep(pause).await;
        self.paused += pause;
        true
    }

    /// Looks, and gives up when the time is over before it has seen anything.
    pub(crate) async fn within<T>(&self, look: impl Future<Output = T>) -> Option<T> {
        let limit = self.left().max(ONE_LOOK);
        tokio::time::timeout(limit, look).await.ok()
    }
}
