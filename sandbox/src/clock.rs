//! The clock of a sandbox.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// The start of a manual clock, 2021-01-01 00:00:00 UTC, so that tests do not depend on the current date.
const MANUAL_START: Duration = Duration::from_secs(1_609_459_200);

/// The last second of the year 9999, as an HTTP date has four digits for the year.
const LAST_HTTP_DATE: Duration = Duration::from_secs(253_402_300_799);

/// How often a clock that follows a function is looked at while a request waits for it.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// A point in the sandbox's time, counted from the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Moment(Duration);

impl Moment {
    #[cfg(test)]
    pub(crate) const fn from_epoch(since: Duration) -> Self {
        Self(since)
    }

    /// Adds a duration. It saturates, so that a step of `Duration::MAX` means "never".
    pub(crate) fn after(self, wait: Duration) -> Self {
        Self(self.0.saturating_add(wait))
    }

    /// Subtracts a duration, down to the Unix epoch.
    pub(crate) fn before(self, ago: Duration) -> Self {
        Self(self.0.saturating_sub(ago))
    }

    pub(crate) fn unix_seconds(self) -> u64 {
        self.0.as_secs()
    }

    pub(crate) fn system_time(self) -> SystemTime {
        UNIX_EPOCH + self.0.min(LAST_HTTP_DATE)
    }

    pub(crate) fn http_date(self) -> String {
        httpdate::fmt_http_date(self.system_time())
    }
}

/// The clock of a sandbox. It determines the status of resources, the expiry of nonces and tokens, and the
/// `Date` header. Clones share the same time.
#[derive(Clone)]
pub struct Clock {
    start: Duration,
    source: Source,
    skipped: Arc<watch::Sender<Duration>>,
}

/// How a clock moves by itself.
#[derive(Clone)]
enum Source {
    Stopped,
    Running(Instant),
    Function(Arc<dyn Fn() -> Duration + Send + Sync>),
}

impl Source {
    fn elapsed(&self) -> Duration {
        match self {
            Self::Stopped => Duration::ZERO,
            Self::Running(since) => since.elapsed(),
            Self::Function(elapsed) => elapsed(),
        }
    }
}

impl Clock {
    /// Makes a clock that runs from the current time.
    ///
    /// It is monotonic, even when the clock of the computer is set back.
    pub fn system() -> Self {
        let start = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self::new(start, Source::Running(Instant::now()))
    }

    /// Makes a clock that stops at 2021-01-01 00:00:00 UTC until [`advance`](Self::advance) moves it.
    ///
    /// A test with this clock needs no sleep, and the status of a resource changes only when the test
    /// advances it.
    pub fn manual() -> Self {
        Self::new(MANUAL_START, Source::Stopped)
    }

    /// Makes a clock that follows another one: the function returns how much time has passed since any fixed
    /// point. It should not return less than before. The clock begins at 2021-01-01 00:00:00 UTC.
    ///
    /// # Paused time of tokio
    ///
    /// In a test with `start_paused`, a sleep takes no time, and this clock makes the sandbox follow it:
    ///
    /// ```
    /// use atlas_pe_sandbox::Clock;
    /// use tokio::runtime::Handle;
    /// use tokio::time::Instant;
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
    /// let (runtime, start) = (Handle::current(), Instant::now());
    /// let clock = Clock::from_fn(move || {
    ///     // The sandbox asks for the time in its own thread.
    ///     let _inside = runtime.enter();
    ///     start.elapsed()
    /// });
    /// # let _ = clock;
    /// # });
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// But tokio also advances a paused clock to its next timer while a request waits for its socket, and
    /// the timer can be the timeout of that request. It does not while a task of `spawn_blocking` runs, so the
    /// program under test has to run one during each request, and end it after the response. Where this is
    /// not possible, do not pause the time, and use short durations instead. The crate
    /// `atlas-private-endpoint` needs neither: the clock of its module `testing` advances the sandbox's clock by
    /// each pause.
    pub fn from_fn(elapsed: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self::new(MANUAL_START, Source::Function(Arc::new(elapsed)))
    }

    fn new(start: Duration, source: Source) -> Self {
        Self {
            start,
            source,
            skipped: Arc::default(),
        }
    }

    /// Moves the time forward. A running clock continues from there.
    pub fn advance(&self, by: Duration) {
        self.skipped
            .send_modify(|skipped| *skipped = skipped.saturating_add(by));
    }

    /// Returns by how much the clock was advanced.
    #[cfg(feature = "data")]
    pub(crate) fn skipped(&self) -> Duration {
        *self.skipped.borrow()
    }

    /// Advances the clock until it has been advanced by as much in total.
    #[cfg(feature = "data")]
    pub(crate) fn advance_to(&self, total: Duration) {
        self.skipped
            .send_modify(|skipped| *skipped = total.max(*skipped));
    }

    /// Returns the current time, at most the end of the year 9999.
    pub fn now(&self) -> SystemTime {
        self.moment().system_time()
    }

    pub(crate) fn moment(&self) -> Moment {
        let skipped = *self.skipped.borrow();
        let elapsed = self.source.elapsed();
        Moment(self.start.saturating_add(elapsed).saturating_add(skipped))
    }
}

impl Clock {
    /// Waits until the clock reaches the moment, by itself or because it is advanced.
    pub(crate) async fn wait_until(&self, moment: Moment) {
        let mut skipped = self.skipped.subscribe();
        loop {
            let missing = moment.0.saturating_sub(self.moment().0);
            if missing.is_zero() {
                return;
            }
            let run = async {
                match self.source {
                    Source::Stopped => std::future::pending().await,
                    Source::Running(_) => tokio::time::sleep(missing).await,
                    Source::Function(_) => tokio::time::sleep(missing.min(POLL_INTERVAL)).await,
                }
            };
            tokio::select! {
                () = run => {}
                // This clock owns a sender, so the channel stays open.
                _ = skipped.changed() => {}
            }
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock")
            .field("now", &self.moment().http_date())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manual_clock_moves_only_when_advanced() {
        let clock = Clock::manual();
        let clone = clock.clone();
        let before = clock.now();
        assert_eq!(clone.now(), before);
        clone.advance(Duration::from_secs(61));
        assert_eq!(clock.now(), before + Duration::from_secs(61));
        assert_eq!(clock.moment().http_date(), "Fri, 01 Jan 2021 00:01:01 GMT");
    }

    #[test]
    fn running_clock_can_be_advanced() {
        let clock = Clock::system();
        let before = clock.now();
        clock.advance(Duration::from_secs(3600));
        assert!(clock.now() >= before + Duration::from_secs(3600));
    }

    #[test]
    fn time_saturates_at_the_end_of_9999() {
        let clock = Clock::manual();
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert_eq!(clock.moment().http_date(), "Fri, 31 Dec 9999 23:59:59 GMT");
        assert_eq!(clock.moment().after(Duration::MAX), clock.moment());
    }
}
