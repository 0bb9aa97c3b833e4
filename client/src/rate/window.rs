//! The requests of one project that count: pure, with time as a parameter.
//!
//! Atlas starts its count anew each minute, and when is not known. What never has more than the limit in
//! any 60 seconds has never more in Atlas' minute either.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

/// How long a request counts.
const PERIOD: Duration = Duration::from_secs(60);

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// There will be one after this time.
    For(Duration),
    /// There will be one when requests that are on their way have ended.
    Busy,
}

/// The places for requests of one project. Each is free, taken, or counts for a while after that.
#[derive(Debug)]
pub(super) struct Window {
    limit: usize,
    taken: usize,
    /// When the requests ended that still count, the oldest first.
    ended: VecDeque<Instant>,
}

impl Window {
    pub(super) fn new(limit: NonZeroU32) -> Self {
        Self {
            limit: size(limit.get()),
            taken: 0,
            ended: VecDeque::new(),
        }
    }

    /// Takes places, all that are wanted or none.
    pub(super) fn take(&mut self, wanted: u32, now: Instant) -> Result<(), Full> {
        self.forget(now);
        let wanted = size(wanted).min(self.limit);
        let missing = (self.taken + self.ended.len() + wanted).saturating_sub(self.limit);
        if missing == 0 {
            self.taken += wanted;
            return Ok(());
        }
        match self.ended.get(missing - 1) {
            Some(ended) => Err(Full::For((*ended + PERIOD).duration_since(now))),
            None => Err(Full::Busy),
        }
    }

    /// Gives places back. Those with which requests were sent count from now on for a while.
    pub(super) fn give_back(&mut self, taken: u32, sent: u32, now: Instant) {
        self.taken = self.taken.saturating_sub(size(taken));
        // Two threads may have read the clock the other way round.
        let ended = self.ended.back().map_or(now, |last| now.max(*last));
        self.ended.extend((0..sent).map(|_| ended));
    }

    pub(super) fn is_empty(&mut self, now: Instant) -> bool {
        self.forget(now);
        self.taken == 0 && self.ended.is_empty()
    }

    fn forget(&mut self, now: Instant) {
        let counts = |ended: &Instant| now.duration_since(*ended) < PERIOD;
        while self.ended.front().is_some_and(|ended| !counts(ended)) {
            self.ended.pop_front();
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
    fn what_was_not_sent_does_not_count_and_what_was_counts_for_a_minute() {
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let mut window = window(3);
        assert_eq!(window.take(3, at(0)), Ok(()));
        assert_eq!(window.take(1, at(1)), Err(Full::Busy));
        window.give_back(3, 1, at(2));
        assert_eq!(
            window.take(3, at(2)),
            Err(Full::For(Duration::from_secs(60)))
        );
        assert_eq!(window.take(2, at(2)), Ok(()));
        window.give_back(2, 2, at(12));
        assert_eq!(
            window.take(1, at(12)),
            Err(Full::For(Duration::from_secs(50)))
        );
        assert_eq!(
            window.take(2, at(12)),
            Err(Full::For(Duration::from_secs(60)))
        );
        assert_eq!(window.take(1, at(62)), Ok(()));
        window.give_back(1, 0, at(62));
        assert!(!window.is_empty(at(71)));
        assert!(window.is_empty(at(72)));
    }

    /// An attempt that somebody wants to make.
    #[derive(Clone, Debug)]
    struct Wish {
        /// How long after the one before.
        after: u64,
        wanted: u32,
        sent: u32,
        /// How long it takes, and how far into that each request reaches the server.
        takes: u64,
        reaches: Vec<u64>,
    }

    fn wish() -> impl Strategy<Value = Wish> {
        (
            prop_oneof![Just(0), 0..2000_u64, 0..40_000_u64],
            1..=3_u32,
            0..=3_u32,
            0..9000_u64,
        )
            .prop_flat_map(|(after, wanted, sent, takes)| {
                let sent = sent.min(wanted);
                let count = usize::try_from(sent).unwrap();
                let reaches = proptest::collection::vec(0..=takes, count);
                reaches.prop_map(move |reaches| Wish {
                    after,
                    wanted,
                    sent,
                    takes,
                    reaches,
                })
            })
    }

    /// Plays the wishes, in milliseconds, and returns when the server saw requests.
    fn play(limit: u32, wishes: &[Wish]) -> Vec<u64> {
        let begin = Instant::now();
        let at = |now: u64| begin + Duration::from_millis(now);
        let mut window = window(limit);
        let (mut now, mut seen) = (0, Vec::new());
        // When, and what, with the earliest last.
        let mut on_their_way: Vec<(u64, u32, u32)> = Vec::new();
        for wish in wishes {
            let wanted = wish.wanted.min(limit);
            now += wish.after;
            loop {
                while on_their_way.last().is_some_and(|(end, ..)| *end <= now) {
                    let (end, taken, sent) = on_their_way.pop().unwrap();
                    window.give_back(taken, sent, at(end));
                }
                match window.take(wanted, at(now)) {
                    Ok(()) => break,
                    // Whoever waits tries again when something ends, too.
                    Err(full) => {
                        let due = match full {
                            Full::For(wait) => now + u64::try_from(wait.as_millis()).unwrap(),
                            Full::Busy => u64::MAX,
                        };
                        let end = on_their_way.last().map_or(u64::MAX, |(end, ..)| *end);
                        assert!(due.min(end) > now, "it would wait for nothing, or for ever");
                        now = due.min(end);
                    }
                }
            }
            let sent = wish.sent.min(wanted);
            let reaches = wish.reaches.iter().take(usize::try_from(sent).unwrap());
            seen.extend(reaches.map(|reach| now + reach));
            on_their_way.push((now + wish.takes, wanted, sent));
            on_their_way.sort_by(|one, two| two.cmp(one));
        }
        seen.sort_unstable();
        seen
    }

    proptest! {
        #[test]
        fn no_sixty_seconds_have_more_than_the_limit(
            limit in prop_oneof![1..6_u32, Just(100)],
            wishes in proptest::collection::vec(wish(), 0..300),
        ) {
            let seen = play(limit, &wishes);
            let limit = usize::try_from(limit).unwrap();
            for (first, too_many) in seen.iter().zip(seen.iter().skip(limit)) {
                prop_assert!(too_many - first >= 60_000, "{first} {too_many}: {seen:?}");
            }
        }
    }

    #[test]
    fn what_is_sent_at_once_comes_in_portions_of_the_limit() {
        let wish = Wish {
            after: 0,
            wanted: 1,
            sent: 1,
            takes: 0,
            reaches: vec![0],
        };
        let seen = play(100, &vec![wish; 250]);
        let count = |from: u64| seen.iter().filter(|at| **at / 60_000 == from).count();
        assert_eq!([count(0), count(1), count(2)], [100, 100, 50]);
    }
}
