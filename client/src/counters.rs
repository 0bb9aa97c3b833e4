//! How many requests the calls of a client took.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a client has done so far; see [`Client::counters`](crate::Client::counters).
///
/// With a digest, a call takes one request once a challenge is known, and two before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Calls of an operation, those that the client made to find out about a lost answer included.
    pub calls: u64,
    /// Attempts at these calls: more than calls when some were repeated.
    pub attempts: u64,
    /// HTTP requests: more than attempts when challenges or access tokens had to be fetched.
    pub requests: u64,
}

#[derive(Debug, Default)]
pub(crate) struct AtomicCounters {
    calls: AtomicU64,
    attempts: AtomicU64,
    requests: AtomicU64,
}

impl AtomicCounters {
    pub(crate) fn call(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn attempt(&self) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Counters {
        Counters {
            calls: self.calls.load(Ordering::Relaxed),
            attempts: self.attempts.load(Ordering::Relaxed),
            requests: self.requests.load(Ordering::Relaxed),
        }
    }
}
