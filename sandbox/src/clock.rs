//! The clock of a sandbox.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// The start of a manual clock, 2021-01-01 00:00:00 UTC, so that tests do not depend on the current date.
const MANUAL_START: Duration = Duration::from_secs(1_609_459_200);

/// The last second of the year 9999, as an HTTP date has four digits for the year.
const LAST_HTTP_DATE: Duration = Duration::from_secs(253_402_300_799);

/// A point in the sandbox's time, counted from the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

    pub(crate) fn unix_seconds(self) -> u64 {
        self.0.as_secs()
    }

    fn system_time(self) -> SystemTime {
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
    /// `None` for a manual clock.
    running_since: Option<Instant>,
    start: Duration,
    skipped: Arc<watch::Sender<Duration>>,
}

impl Clock {
    /// Makes a clock that runs from the current time.
    ///
    /// It is monotonic, even when the clock of the computer is set back.
    pub fn system() -> Self {
        let start = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self::new(Some(Instant::now()), start)
    }

    /// Makes a clock that stops at 2021-01-01 00:00:00 UTC until [`advance`](Self::advance) moves it.
    ///
    /// A test with this clock needs no sleep, and the status of a resource changes only when the test
    /// advances it.
    pub fn manual() -> Self {
        Self::new(None, MANUAL_START)
    }

    fn new(running_since: Option<Instant>, start: Duration) -> Self {
        Self {
            running_since,
            start,
            skipped: Arc::default(),
        }
    }

    /// Moves the time forward. A running clock continues from there.
    pub fn advance(&self, by: Duration) {
        self.skipped
            .send_modify(|skipped| *skipped = skipped.saturating_add(by));
    }

    /// Returns the current time, at most the end of the year 9999.
    pub fn now(&self) -> SystemTime {
        self.moment().system_time()
    }

    pub(crate) fn moment(&self) -> Moment {
        let skipped = *self.skipped.borrow();
        let run = self
            .running_since
            .map_or(Duration::ZERO, |since| since.elapsed());
        Moment(self.start.saturating_add(run).saturating_add(skipped))
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
                match self.running_since {
                    Some(_) => tokio::time::sleep(missing).await,
                    None => std::future::pending().await,
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
            .field("manual", &self.running_since.is_none())
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
