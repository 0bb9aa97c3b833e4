//! Time and chance, which tests want to hold in their own hands.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

/// What a client takes time and chance from, in place of the system's.
///
/// It decides how long the client waits between attempts. How long one request may take is measured by
/// tokio's clock, whatever this says.
///
/// ```
/// use std::future::{Future, ready};
/// use std::pin::Pin;
/// use std::time::Duration;
/// use atlas_private_endpoint::Clock;
///
/// /// Waits for nothing.
/// #[derive(Debug)]
/// struct Impatient;
///
/// impl Clock for Impatient {
///     fn sleep(&self, _time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
///         Box::pin(ready(()))
///     }
/// }
/// ```
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Now, on a clock that never goes back.
    fn now(&self) -> Instant {
        Instant::now()
    }

    /// Ends after `time`.
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;

    /// A number from 0 up to, but not including, 1, by which a delay is multiplied.
    fn random(&self) -> f64 {
        fastrand::f64()
    }
}

/// tokio's clock, and the system's randomness.
#[derive(Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(time))
    }
}
