//! Time and randomness, which tests can replace.

use std::fmt;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::time::{Duration, Instant};

use tokio::time::Timeout;

/// The source of time and randomness of a client, for tests that replace the system's.
///
/// It decides how long the client waits between attempts. The time that a single request takes is
/// always measured with tokio's clock.
///
/// ```
/// use std::future::{Future, ready};
/// use std::pin::Pin;
/// use std::time::Duration;
/// use atlas_private_endpoint::Clock;
///
/// /// Returns from every sleep at once.
/// #[derive(Debug)]
/// struct Sleepless;
///
/// impl Clock for Sleepless {
///     fn sleep(&self, _time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
///         Box::pin(ready(()))
///     }
/// }
/// ```
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Returns the current time of a monotonic clock.
    fn now(&self) -> Instant {
        Instant::now()
    }

    /// Waits for `time`.
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;

    /// Returns a random number from 0 up to, but not including, 1, by which a delay is multiplied. Any other
    /// number counts as 1.
    fn random(&self) -> f64 {
        // Each state has keys of its own, which are random, so a hash of nothing is a random number.
        let hash = RandomState::new().hash_one(());
        f64::from((hash >> 32) as u32) / f64::from(1 << 16).powi(2)
    }
}

/// tokio's clock and the system's randomness.
#[derive(Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// Returns a part of `time`: `random`, if it is from 0 to 1, or else all of it.
pub(crate) fn random_part(time: Duration, random: f64) -> Duration {
    if !(0.0..1.0).contains(&random) {
        return time;
    }
    let part = Duration::try_from_secs_f64(time.as_secs_f64() * random);
    // A long time is rounded, maybe up.
    part.map_or(time, |part| part.min(time))
}

/// The end of a call's time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    /// By the client's [`Clock`].
    instant: Instant,
    /// By tokio's clock, which ends requests.
    tokio: tokio::time::Instant,
}

impl Deadline {
    /// Returns the deadline `remaining` from now, which is `instant` by the client's clock.
    pub(crate) fn new(instant: Instant, remaining: Duration) -> Self {
        Self {
            instant,
            tokio: tokio::time::Instant::now() + remaining,
        }
    }

    pub(crate) fn instant(&self) -> Instant {
        self.instant
    }

    /// Runs `work` until it completes or the deadline passes.
    pub(crate) fn limit<F: Future>(&self, work: F) -> Timeout<F> {
        tokio::time::timeout_at(self.tokio, work)
    }
}
