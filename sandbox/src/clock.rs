//! The time that the sandbox lives in.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Where every manual clock starts: 2021-01-01 00:00:00 UTC, so that what a test sees does not depend on
/// the day it runs.
const MANUAL_START: Duration = Duration::from_secs(1_609_459_200);

/// The last second of the year 9999: an HTTP date has four digits for the year.
const LAST_HTTP_DATE: Duration = Duration::from_secs(253_402_300_799);

/// A point in the sandbox's time, counted from the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(Duration);

impl Moment {
    #[cfg(test)]
    pub(crate) const fn from_epoch(since: Duration) -> Self {
        Self(since)
    }

    /// Saturates, so that a step of `Duration::MAX` means "never" instead of a panic.
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

/// The clock of a sandbox. It decides when a resource takes its next step, when a nonce dies, and what
/// the `Date` header says. Clones show the same time.
#[derive(Clone)]
pub struct Clock {
    /// `None` for a clock that stands still.
    running_since: Option<Instant>,
    start: Duration,
    skipped: Arc<Mutex<Duration>>,
}

impl Clock {
    /// A clock that runs by itself, from the current time.
    ///
    /// It never goes back, not even when the computer's clock is set back.
    pub fn system() -> Self {
        let start = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self::new(Some(Instant::now()), start)
    }

    /// A clock that stands at 2021-01-01 00:00:00 UTC until [`advance`](Self::advance) moves it.
    ///
    /// With it a test needs no sleep, and a resource never takes a step that the test did not ask for.
    pub fn manual() -> Self {
        Self::new(None, MANUAL_START)
    }

    /// A clock that stands at a moment of your choice until [`advance`](Self::advance) moves it.
    ///
    /// A moment before 1970 counts as the first of January 1970.
    pub fn manual_at(start: SystemTime) -> Self {
        Self::new(None, start.duration_since(UNIX_EPOCH).unwrap_or_default())
    }

    fn new(running_since: Option<Instant>, start: Duration) -> Self {
        Self {
            running_since,
            start,
            skipped: Arc::default(),
        }
    }

    /// Moves the time forward. A clock that runs by itself skips ahead and runs on from there.
    pub fn advance(&self, by: Duration) {
        let mut skipped = self.skipped.lock().unwrap_or_else(PoisonError::into_inner);
        *skipped = skipped.saturating_add(by);
    }

    /// The time that the clock shows. It stops at the end of the year 9999.
    pub fn now(&self) -> SystemTime {
        self.moment().system_time()
    }

    pub(crate) fn moment(&self) -> Moment {
        let skipped = *self.skipped.lock().unwrap_or_else(PoisonError::into_inner);
        let run = self
            .running_since
            .map_or(Duration::ZERO, |since| since.elapsed());
        Moment(self.start.saturating_add(run).saturating_add(skipped))
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
    fn a_manual_clock_stands_still_until_it_is_moved() {
        let clock = Clock::manual();
        let clone = clock.clone();
        let before = clock.now();
        assert_eq!(clone.now(), before);
        clone.advance(Duration::from_secs(61));
        assert_eq!(clock.now(), before + Duration::from_secs(61));
        assert_eq!(clock.moment().http_date(), "Fri, 01 Jan 2021 00:01:01 GMT");
    }

    #[test]
    fn a_running_clock_skips_ahead() {
        let clock = Clock::system();
        let before = clock.now();
        clock.advance(Duration::from_secs(3600));
        assert!(clock.now() >= before + Duration::from_secs(3600));
    }

    #[test]
    fn no_time_is_too_far_away() {
        let clock = Clock::manual_at(UNIX_EPOCH - Duration::from_secs(1));
        assert_eq!(clock.now(), UNIX_EPOCH);
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert_eq!(clock.moment().http_date(), "Fri, 31 Dec 9999 23:59:59 GMT");
        assert_eq!(clock.moment().after(Duration::MAX), clock.moment());
    }
}
