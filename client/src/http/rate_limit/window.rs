//! The sliding window of one project's requests: pure, with time as a parameter.
//!
//! The second at which Atlas starts its count of each minute is unknown. A client that never sends more than
//! the limit in any 60 seconds never exceeds it in Atlas' minute either.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

/// The time for which a request counts.
pub(in crate::http) const PERIOD: Duration = Duration::from_secs(60);

/// The window has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// It has room after this time.
    For(Duration),
    /// It has room once requests in flight finish.
    UntilReleased,
}

/// The requests of one project: reserved, and then counted for a while if they were sent.
#[derive(Debug)]
pub(super) struct Window {
    limit: usize,
    reserved: usize,
    /// When each request that still counts finished, the oldest first.
    finished: VecDeque<Instant>,
    /// The end of the time in which no request is permitted, since the server has refused one.
    closed_until: Option<Instant>,
}

impl Window {
    pub(super) fn new(limit: NonZeroU32) -> Self {
        Self {
            limit: size(limit.get()),
            reserved: 0,
            finished: VecDeque::new(),
            closed_until: None,
        }
    }

    /// Reserves all `requests` or none.
    pub(super) fn reserve(&mut self, requests: u32, now: Instant) -> Result<(), Full> {
        self.expire(now);
        let requests = size(requests).min(self.limit);
        let used = self.reserved + self.finished.len();
        let missing = (used + requests).saturating_sub(self.limit);
        let mut wait = self.closed_for(now);
        if missing > 0 {
            let finished = self.finished.get(missing - 1).ok_or(Full::UntilReleased)?;
            wait = wait.max(PERIOD.saturating_sub(now.duration_since(*finished)));
        }
        if !wait.is_zero() {
            return Err(Full::For(wait));
        }
        self.reserved += requests;
        Ok(())
    }

    /// Permits no request until `end`.
    pub(super) fn close(&mut self, end: Instant) {
        self.closed_until = self.closed_until.max(Some(end));
    }

    fn closed_for(&self, now: Instant) -> Duration {
        self.closed_until
            .map_or(Duration::ZERO, |end| end.duration_since(now))
    }

    /// Releases a reservation. The requests that were sent count for a while from now on.
    pub(super) fn release(&mut self, reserved: u32, sent: u32, now: Instant) {
        self.reserved = self.reserved.saturating_sub(size(reserved));
        // Another thread may have read the clock later and released earlier.
        let finished = self.finished.back().map_or(now, |last| now.max(*last));
        self.finished.extend((0..sent).map(|_| finished));
    }

    pub(super) fn is_empty(&mut self, now: Instant) -> bool {
        self.expire(now);
        self.reserved == 0 && self.finished.is_empty() && self.closed_for(now).is_zero()
    }

    fn expire(&mut self, now: Instant) {
        let counts = |finished: &Instant| now.duration_since(*finished) < PERIOD;
        while self.finished.front().is_some_and(|it| !counts(it)) {
            self.finished.pop_front();
        }
    }
}

fn size(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn window(limit: u32) -> Window {
        Window::new(NonZeroU32::new(limit).unwrap())
    }

    #[test]
    fn only_sent_requests_count_for_a_minute() {
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let full = |seconds| Err(Full::For(Duration::from_secs(seconds)));
        let mut window = window(3);
        assert_eq!(window.reserve(3, at(0)), Ok(()));
        assert_eq!(window.reserve(1, at(1)), Err(Full::UntilReleased));
        window.release(3, 1, at(2));
        assert_eq!(window.reserve(3, at(2)), full(60));
        assert_eq!(window.reserve(2, at(2)), Ok(()));
        window.release(2, 2, at(12));
        assert_eq!(window.reserve(1, at(12)), full(50));
        assert_eq!(window.reserve(2, at(12)), full(60));
        assert_eq!(window.reserve(1, at(62)), Ok(()));
        window.release(1, 0, at(62));
        assert!(!window.is_empty(at(71)));
        assert!(window.is_empty(at(72)));
    }

    #[test]
    fn closed_window_permits_nothing() {
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let mut window = window(2);
        window.close(at(40));
        window.close(at(30));
        assert_eq!(
            window.reserve(1, at(0)),
            Err(Full::For(Duration::from_secs(40)))
        );
        assert!(!window.is_empty(at(39)));
        assert!(window.is_empty(at(40)));
        assert_eq!(window.reserve(1, at(40)), Ok(()));
    }

    /// An attempt of a generated schedule, in milliseconds.
    #[derive(Clone, Debug)]
    struct Planned {
        /// Time since the previous attempt.
        after: u64,
        requests: u32,
        sent: u32,
        duration: u64,
        /// When within the duration each request arrives at the server.
        arrivals: [u64; 3],
    }

    fn planned() -> impl Strategy<Value = Planned> {
        let after = prop_oneof![Just(0), 0..2000_u64, 0..40_000_u64];
        let schedule = (after, 1..=3_u32, 0..=3_u32, 0..9000_u64);
        schedule.prop_flat_map(|(after, requests, sent, duration)| {
            proptest::array::uniform3(0..=duration).prop_map(move |arrivals| Planned {
                after,
                requests,
                sent,
                duration,
                arrivals,
            })
        })
    }

    /// Runs a schedule and returns when requests arrived at the server.
    fn run(limit: u32, schedule: &[Planned]) -> Vec<u64> {
        let begin = Instant::now();
        let at = |now: u64| begin + Duration::from_millis(now);
        let mut window = window(limit);
        let (mut now, mut arrived) = (0, Vec::new());
        // When each ends, and its counts; the earliest last.
        let mut in_flight: Vec<(u64, u32, u32)> = Vec::new();
        for attempt in schedule {
            let requests = attempt.requests.min(limit);
            now += attempt.after;
            loop {
                while let Some((end, reserved, sent)) = in_flight.pop_if(|(end, ..)| *end <= now) {
                    window.release(reserved, sent, at(end));
                }
                let due = match window.reserve(requests, at(now)) {
                    Ok(()) => break,
                    Err(Full::For(wait)) => now + u64::try_from(wait.as_millis()).unwrap(),
                    Err(Full::UntilReleased) => u64::MAX,
                };
                // A waiter also tries again when an attempt ends.
                let end = in_flight.last().map_or(u64::MAX, |(end, ..)| *end);
                assert!(due.min(end) > now, "it would not wait, or wait forever");
                now = due.min(end);
            }
            let sent = attempt.sent.min(requests);
            let arrivals = attempt.arrivals.iter().take(size(sent));
            arrived.extend(arrivals.map(|arrival| now + arrival));
            in_flight.push((now + attempt.duration, requests, sent));
            in_flight.sort_by(|one, two| two.cmp(one));
        }
        arrived.sort_unstable();
        arrived
    }

    proptest! {
        #[test]
        fn limit_holds_in_any_sixty_seconds(
            limit in prop_oneof![1..6_u32, Just(100)],
            schedule in proptest::collection::vec(planned(), 0..300),
        ) {
            let arrived = run(limit, &schedule);
            for (first, beyond) in arrived.iter().zip(arrived.iter().skip(size(limit))) {
                prop_assert!(beyond - first >= 60_000, "{first} {beyond}: {arrived:?}");
            }
        }
    }

    #[test]
    fn burst_is_sent_in_portions_of_the_limit() {
        let attempt = Planned {
            after: 0,
            requests: 1,
            sent: 1,
            duration: 0,
            arrivals: [0; 3],
        };
        let arrived = run(100, &vec![attempt; 250]);
        let count = |from: u64| arrived.iter().filter(|at| **at / 60_000 == from).count();
        assert_eq!([count(0), count(1), count(2)], [100, 100, 50]);
    }
}
