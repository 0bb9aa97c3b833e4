//! Keeping Atlas' limit on the requests of a project, without being told by 429.
//!
//! The requests that count are those that are really sent: the attempts at a call, and those that fetch a
//! challenge. How many an attempt will send is not known before, so it takes as many places as it may need
//! and gives back those that it did not use.

mod window;

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use futures_util::future::{Either, select};
use tokio::sync::{Mutex as Queue, Notify};
use tracing::info;

use crate::Clock;
use crate::counters::AtomicCounters;
use window::{Full, Window};

/// How many requests Atlas takes for a project in each minute.
pub(crate) const ATLAS_LIMIT: NonZeroU32 = NonZeroU32::new(100).unwrap();

/// The counts of all projects.
pub(crate) struct RateLimiter {
    limit: NonZeroU32,
    clock: Arc<dyn Clock>,
    /// By project id in lower case.
    projects: Mutex<HashMap<String, Arc<Project>>>,
}

struct Project {
    /// Held by the one whose turn is next, so that calls go in the order in which they came.
    next: Queue<()>,
    /// Places were given back.
    freed: Notify,
    window: Mutex<Window>,
}

impl RateLimiter {
    pub(crate) fn new(limit: NonZeroU32, clock: Arc<dyn Clock>) -> Self {
        Self {
            limit,
            clock,
            projects: Mutex::default(),
        }
    }

    /// The limit, for sentences.
    pub(crate) fn limit(&self) -> NonZeroU32 {
        self.limit
    }

    /// Waits until as many places are free as are wanted, but at most all that there are.
    ///
    /// Dropping the future gives up the wait, and the place in the queue.
    ///
    /// # Errors
    ///
    /// When it is known that the wait would go on until after `until`. That is not known of a request
    /// that is on its way.
    async fn take(&self, project: &str, wanted: u32, until: Instant) -> Result<Places, TooLate> {
        let project = self.project(project);
        let wanted = wanted.min(self.limit.get());
        let turn = project.next.lock().await;
        let mut now = self.clock.now();
        loop {
            let full = match lock(&project.window).take(wanted, now) {
                Ok(()) => break,
                Err(full) => full,
            };
            let freed = project.freed.notified();
            let Full::For(wait) = full else {
                freed.await;
                now = self.clock.now();
                continue;
            };
            let due = now + wait;
            if due > until {
                return Err(TooLate);
            }
            let milliseconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
            info!(
                limit = self.limit,
                milliseconds, "the project's requests of this minute are used up; waiting"
            );
            let freed = pin!(freed);
            let slept = matches!(select(self.clock.sleep(wait), freed).await, Either::Left(_));
            now = self.clock.now();
            if slept {
                // Whatever a clock of one's own says: it has slept that long.
                now = now.max(due);
            }
        }
        drop(turn);
        Ok(Places {
            project,
            clock: Arc::clone(&self.clock),
            taken: wanted,
            sent: AtomicU32::new(0),
        })
    }

    fn project(&self, id: &str) -> Arc<Project> {
        let id = id.to_ascii_lowercase();
        let mut projects = lock(&self.projects);
        if let Some(project) = projects.get(&id) {
            return Arc::clone(project);
        }
        // Now and then, those that have nothing left to count are forgotten.
        if projects.len().is_power_of_two() {
            let now = self.clock.now();
            projects.retain(|_, project| {
                Arc::strong_count(project) > 1 || !lock(&project.window).is_empty(now)
            });
        }
        let project = Arc::new(Project {
            next: Queue::default(),
            freed: Notify::new(),
            window: Mutex::new(Window::new(self.limit)),
        });
        projects.insert(id, Arc::clone(&project));
        project
    }
}

/// Takes a lock whose data every holder leaves whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The call's time would be over before its turn comes.
#[derive(Debug)]
pub(crate) struct TooLate;

/// Places that were taken, until they are dropped. From then on, those that were used count for a minute:
/// when the server has counted them is not known, but it was before that.
struct Places {
    project: Arc<Project>,
    clock: Arc<dyn Clock>,
    taken: u32,
    sent: AtomicU32,
}

impl Drop for Places {
    fn drop(&mut self) {
        let now = self.clock.now();
        let sent = *self.sent.get_mut();
        lock(&self.project.window).give_back(self.taken, sent, now);
        self.project.freed.notify_one();
    }
}

/// What the requests of one attempt are counted with, and wait for.
pub(crate) struct Turns<'a> {
    pub(crate) counters: &'a AtomicCounters,
    /// `None` when there is no limit, or no project that it would be for.
    pub(crate) limited: Option<(&'a RateLimiter, &'a str)>,
    /// The end of the call's time.
    pub(crate) until: Instant,
    /// Set while it waits, for who gives up on it meanwhile.
    pub(crate) waiting: &'a mut bool,
    /// Set while a request is on its way on which the server may act.
    pub(crate) signed: &'a AtomicBool,
}

impl<'a> Turns<'a> {
    /// Waits for the turn of as many requests as may be sent at most.
    ///
    /// # Errors
    ///
    /// When it is known to come too late.
    pub(crate) async fn next(&mut self, most: u32) -> Result<Turn<'a>, TooLate> {
        let places = match self.limited {
            Some((limiter, project)) => {
                *self.waiting = true;
                Some(limiter.take(project, most, self.until).await?)
            }
            None => None,
        };
        *self.waiting = false;
        Ok(Turn {
            counters: self.counters,
            signed: self.signed,
            places,
        })
    }
}

/// The permission to send some requests. Drop it when the last answer has come.
pub(crate) struct Turn<'a> {
    counters: &'a AtomicCounters,
    signed: &'a AtomicBool,
    places: Option<Places>,
}

impl Turn<'_> {
    /// Counts a request that is about to be sent without a signature: the server does not act on it, nor did
    /// it on one before, which it refused.
    pub(crate) fn unsigned_request(&self) {
        self.signed.store(false, Ordering::Relaxed);
        self.count();
    }

    /// Counts a request that is about to be sent with a signature.
    pub(crate) fn signed_request(&self) {
        self.signed.store(true, Ordering::Relaxed);
        self.count();
    }

    fn count(&self) {
        self.counters.request();
        if let Some(places) = &self.places {
            places.sent.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
impl<'a> Turn<'a> {
    /// The turn of requests that nothing limits.
    pub(crate) fn unlimited(counters: &'a AtomicCounters, signed: &'a AtomicBool) -> Self {
        Self {
            counters,
            signed,
            places: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{Future, ready};
    use std::pin::Pin;
    use std::time::Duration;

    use super::*;

    /// Stands still, and remembers for how long it should have slept.
    #[derive(Debug)]
    struct Still(Instant, Mutex<Vec<Duration>>);

    impl Clock for Still {
        fn now(&self) -> Instant {
            self.0
        }

        fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
            lock(&self.1).push(time);
            Box::pin(ready(()))
        }
    }

    fn limiter(limit: u32) -> (RateLimiter, Arc<Still>) {
        let clock = Arc::new(Still(Instant::now(), Mutex::default()));
        let limit = NonZeroU32::new(limit).unwrap();
        (RateLimiter::new(limit, clock.clone()), clock)
    }

    async fn take(limiter: &RateLimiter, project: &str, seconds: u64) -> Result<Places, TooLate> {
        let until = limiter.clock.now() + Duration::from_secs(seconds);
        limiter.take(project, 1, until).await
    }

    fn use_up(places: &Places) {
        places.sent.store(places.taken, Ordering::Relaxed);
    }

    #[tokio::test]
    async fn each_project_has_its_own_count_however_its_id_is_written() {
        let (limiter, clock) = limiter(1);
        use_up(&take(&limiter, "a", 0).await.unwrap());
        use_up(&take(&limiter, "b", 0).await.unwrap());
        assert!(take(&limiter, "A", 59).await.is_err());
        assert!(
            lock(&clock.1).is_empty(),
            "what is too late is known at once"
        );
        assert!(take(&limiter, "A", 60).await.is_ok());
        assert_eq!(*lock(&clock.1), [Duration::from_secs(60)]);
    }

    #[tokio::test]
    async fn more_places_than_there_are_means_all_of_them() {
        let (limiter, _) = limiter(2);
        let places = limiter.take("a", 3, Instant::now()).await.unwrap();
        assert_eq!(places.taken, 2);
    }

    #[tokio::test]
    async fn who_waits_for_requests_on_their_way_goes_on_when_they_end() {
        let (limiter, clock) = limiter(1);
        let first = take(&limiter, "a", 0).await.unwrap();
        let second = take(&limiter, "a", 0);
        let free = async {
            tokio::task::yield_now().await;
            // It was not sent after all.
            drop(first);
        };
        let (second, ()) = futures_util::future::join(second, free).await;
        assert!(second.is_ok());
        assert!(lock(&clock.1).is_empty());
    }

    #[tokio::test]
    async fn a_call_that_needs_little_does_not_overtake_one_that_needs_more() {
        let (limiter, _) = limiter(3);
        let until = Instant::now();
        let (one, two) = (
            limiter.take("a", 1, until).await.unwrap(),
            limiter.take("a", 1, until).await.unwrap(),
        );
        let order = Mutex::new(Vec::new());
        let large = async {
            let places = limiter.take("a", 3, until).await.unwrap();
            lock(&order).push("large");
            drop(places);
        };
        let small = async {
            let places = limiter.take("a", 1, until).await.unwrap();
            lock(&order).push("small");
            drop(places);
        };
        let free = async {
            tokio::task::yield_now().await;
            drop((one, two));
        };
        futures_util::future::join3(large, small, free).await;
        assert_eq!(*lock(&order), ["large", "small"]);
    }

    #[tokio::test]
    async fn projects_that_have_nothing_to_count_are_forgotten() {
        let (limiter, _) = limiter(1);
        for project in 0..1000 {
            drop(take(&limiter, &project.to_string(), 0).await.unwrap());
        }
        assert!(lock(&limiter.projects).len() < 3);
    }
}
