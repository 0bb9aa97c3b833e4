//! The limit on the requests to a project, kept by the client before Atlas returns 429.
//!
//! Every request that is sent counts: the attempts at a call, and the requests that fetch a challenge. An
//! attempt does not know in advance how many it will send, so it acquires a permit for as many as it can
//! need; the requests that it did not send are released. A 429 closes the project's window for all calls.

mod window;

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};
use tokio::sync::{Mutex as Queue, Notify};
use tracing::{field, info};

use super::trace::{AtomicCounters, TARGET, increment};
use crate::Clock;
use crate::clock::Deadline;
pub(super) use window::PERIOD;
use window::{Full, Window};

/// The number of requests to a project that Atlas accepts per minute.
pub(crate) const ATLAS_LIMIT: NonZeroU32 = NonZeroU32::new(100).unwrap();

/// The request counts of all projects.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    limit: NonZeroU32,
    clock: Arc<dyn Clock>,
    /// By project id in lower case.
    projects: Mutex<HashMap<String, Arc<Project>>>,
}

#[derive(Debug)]
struct Project {
    /// Held by the next in line, so that permits are granted in the order of the calls.
    queue: Queue<()>,
    /// Notified when a reservation is released.
    released: Notify,
    window: Mutex<Window>,
}

/// No permit is free before the deadline.
#[derive(Debug)]
pub(super) struct NoPermit {
    /// The time until a permit is free, if it is known.
    pub(super) wait: Option<Duration>,
}

impl RateLimiter {
    pub(crate) fn new(limit: NonZeroU32, clock: Arc<dyn Clock>) -> Self {
        Self {
            limit,
            clock,
            projects: Mutex::default(),
        }
    }

    pub(super) fn limit(&self) -> NonZeroU32 {
        self.limit
    }

    /// Permits no request for a project for some time, since the server has refused one.
    pub(super) fn close(&self, project: &str, time: Duration) {
        let end = self.clock.now().checked_add(time);
        if let Some(end) = end {
            lock(&self.project(project).window).close(end);
        }
    }

    /// Waits until `requests` are free, at most the whole limit, and reserves them.
    ///
    /// The call that is next in line reports its wait, once for each cause. Dropping the future gives up the
    /// wait and the place in the queue.
    ///
    /// # Errors
    ///
    /// [`NoPermit`] when the wait is known to last until after `until`. That is not known while requests are
    /// in flight.
    async fn reserve(
        &self,
        project: &str,
        requests: u32,
        attempt: u32,
        until: Instant,
    ) -> Result<Reservation, NoPermit> {
        let project = self.project(project);
        let requests = requests.min(self.limit.get());
        let next_in_line = project.queue.lock().await;
        let mut now = self.clock.now();
        let mut reported = None;
        let mut report = |cause: &'static str, delay: Option<Duration>| {
            if reported.replace(cause) != Some(cause) {
                let delay = delay.map(field::debug);
                info!(target: TARGET, limit = self.limit, attempt, cause, delay, "waiting for a permit");
            }
        };
        loop {
            let full = match lock(&project.window).reserve(requests, now) {
                Ok(()) => break,
                Err(full) => full,
            };
            let released = project.released.notified();
            let Full::For(wait) = full else {
                report("all permits are held by requests in flight", None);
                released.await;
                now = self.clock.now();
                continue;
            };
            let due = now.checked_add(wait).filter(|due| *due <= until);
            let due = due.ok_or(NoPermit { wait: Some(wait) })?;
            report("the rate limit of the project is reached", Some(wait));
            let released = pin!(released);
            let slept = matches!(
                select(self.clock.sleep(wait), released).await,
                Either::Left(_)
            );
            now = self.clock.now();
            if slept {
                // A custom clock can sleep without advancing.
                now = now.max(due);
            }
        }
        drop(next_in_line);
        Ok(Reservation {
            project,
            clock: Arc::clone(&self.clock),
            reserved: requests,
            sent: AtomicU32::new(0),
        })
    }

    fn project(&self, id: &str) -> Arc<Project> {
        let id = id.to_ascii_lowercase();
        let mut projects = lock(&self.projects);
        if let Some(project) = projects.get(&id) {
            return Arc::clone(project);
        }
        // Projects without a request that counts are removed now and then.
        if projects.len().is_power_of_two() {
            let now = self.clock.now();
            projects.retain(|_, project| {
                Arc::strong_count(project) > 1 || !lock(&project.window).is_empty(now)
            });
        }
        let project = Arc::new(Project {
            queue: Queue::default(),
            released: Notify::new(),
            window: Mutex::new(Window::new(self.limit)),
        });
        projects.insert(id, Arc::clone(&project));
        project
    }
}

/// Locks data that is consistent whenever it is unlocked, even by a panic.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Requests in a project's window. Once dropped, the requests that were sent count for another minute: the server
/// counted them at an unknown time before.
struct Reservation {
    project: Arc<Project>,
    clock: Arc<dyn Clock>,
    reserved: u32,
    sent: AtomicU32,
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let now = self.clock.now();
        let sent = *self.sent.get_mut();
        lock(&self.project.window).release(self.reserved, sent, now);
        self.project.released.notify_one();
    }
}

/// The source of an attempt's permits.
pub(super) struct Permits<'a> {
    pub(super) counters: &'a AtomicCounters,
    /// The limiter and the project; `None` without a limit, or for a call without a project.
    pub(super) limit: Option<(&'a RateLimiter, &'a str)>,
    /// The number of the attempt.
    pub(super) attempt: u32,
    /// The end of the attempt.
    pub(super) deadline: Deadline,
    /// True once a permit was acquired.
    pub(super) acquired: AtomicBool,
}

impl<'a> Permits<'a> {
    /// Waits for the permit to send up to `requests`.
    ///
    /// # Errors
    ///
    /// [`NoPermit`] when the deadline passes first.
    pub(super) async fn acquire(&self, requests: u32) -> Result<Permit<'a>, NoPermit> {
        let reservation = match self.limit {
            Some((limiter, project)) => {
                let until = self.deadline.instant();
                let reserve = limiter.reserve(project, requests, self.attempt, until);
                let reserved = self.deadline.limit(reserve).await;
                Some(reserved.unwrap_or(Err(NoPermit { wait: None }))?)
            }
            None => None,
        };
        self.acquired.store(true, Ordering::Relaxed);
        Ok(Permit {
            counters: self.counters,
            signed: AtomicBool::new(false),
            reservation,
        })
    }
}

/// The permission to send some requests, and the count of those that were sent. Drop it when the last response
/// has arrived.
pub(super) struct Permit<'a> {
    counters: &'a AtomicCounters,
    signed: AtomicBool,
    reservation: Option<Reservation>,
}

impl Permit<'_> {
    /// Counts a request that is about to be sent without a signature. The server does not act on it, and has
    /// refused the one before it.
    pub(super) fn count_unsigned(&self) {
        self.signed.store(false, Ordering::Relaxed);
        self.count();
    }

    /// Counts a request that is about to be sent with a signature.
    pub(super) fn count_signed(&self) {
        self.signed.store(true, Ordering::Relaxed);
        self.count();
    }

    /// Returns true when the latest request was signed, so that the server may have acted on it.
    pub(super) fn is_signed(&self) -> bool {
        self.signed.load(Ordering::Relaxed)
    }

    fn count(&self) {
        increment(&self.counters.requests);
        if let Some(reservation) = &self.reservation {
            reservation.sent.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[cfg(test)]
    pub(super) fn unlimited(counters: &AtomicCounters) -> Permit<'_> {
        Permit {
            counters,
            signed: AtomicBool::new(false),
            reservation: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{Future, ready};
    use std::pin::Pin;

    use super::*;

    /// A clock that stands still and records its sleeps.
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

    async fn reserve(
        limiter: &RateLimiter,
        project: &str,
        seconds: u64,
    ) -> Result<Reservation, NoPermit> {
        let until = limiter.clock.now() + Duration::from_secs(seconds);
        limiter.reserve(project, 1, 1, until).await
    }

    fn use_up(reservation: &Reservation) {
        reservation
            .sent
            .store(reservation.reserved, Ordering::Relaxed);
    }

    #[tokio::test]
    async fn project_ids_are_counted_regardless_of_case() {
        let (limiter, clock) = limiter(1);
        use_up(&reserve(&limiter, "a", 0).await.unwrap());
        use_up(&reserve(&limiter, "b", 0).await.unwrap());
        assert!(reserve(&limiter, "A", 59).await.is_err());
        assert!(lock(&clock.1).is_empty(), "it fails at once");
        assert!(reserve(&limiter, "A", 60).await.is_ok());
        assert_eq!(*lock(&clock.1), [Duration::from_secs(60)]);
    }

    #[tokio::test]
    async fn reservation_above_the_limit_is_the_whole_limit() {
        let (limiter, _) = limiter(2);
        let reservation = limiter.reserve("a", 3, 1, Instant::now()).await.unwrap();
        assert_eq!(reservation.reserved, 2);
    }

    #[tokio::test]
    async fn waiter_resumes_when_in_flight_requests_finish() {
        let (limiter, clock) = limiter(1);
        let first = reserve(&limiter, "a", 0).await.unwrap();
        let second = reserve(&limiter, "a", 0);
        let release = async {
            tokio::task::yield_now().await;
            // It was not sent.
            drop(first);
        };
        let (second, ()) = futures_util::future::join(second, release).await;
        assert!(second.is_ok());
        assert!(lock(&clock.1).is_empty());
    }

    #[tokio::test]
    async fn small_reservation_does_not_overtake_a_large_one() {
        let (limiter, _) = limiter(3);
        let until = Instant::now();
        let one = limiter.reserve("a", 1, 1, until).await.unwrap();
        let two = limiter.reserve("a", 1, 1, until).await.unwrap();
        let order = Mutex::new(Vec::new());
        let large = async {
            let reservation = limiter.reserve("a", 3, 1, until).await.unwrap();
            lock(&order).push("large");
            drop(reservation);
        };
        let small = async {
            let reservation = limiter.reserve("a", 1, 1, until).await.unwrap();
            lock(&order).push("small");
            drop(reservation);
        };
        let release = async {
            tokio::task::yield_now().await;
            drop((one, two));
        };
        futures_util::future::join3(large, small, release).await;
        assert_eq!(*lock(&order), ["large", "small"]);
    }

    #[tokio::test]
    async fn idle_projects_are_removed() {
        let (limiter, _) = limiter(1);
        for project in 0..1000 {
            drop(reserve(&limiter, &project.to_string(), 0).await.unwrap());
        }
        assert!(lock(&limiter.projects).len() < 3);
    }
}
