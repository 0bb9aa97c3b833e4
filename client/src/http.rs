//! The HTTP layer: one call of an operation, its attempts, and how each is signed, sent and read.
//!
//! It handles the authentication, limits and failures of Atlas, and has no reference to private endpoints.
//! The layer above passes in a [`Reconcile`](attempts::Reconcile) function, which determines whether a lost
//! request was applied.

#[cfg(test)]
mod any_response;
mod attempts;
mod body;
mod call;
mod challenge;
mod digest;
mod rate_limit;
mod request;
mod retry;
mod token;
mod trace;
mod transport;

pub(crate) use attempts::{LostRequest, Reconciled};
pub(crate) use call::Call;
pub(crate) use rate_limit::{ATLAS_LIMIT, RateLimiter};
pub(crate) use request::CallLimits;
pub use retry::RetryPolicy;
pub use trace::Counters;
pub(crate) use transport::{Limits, Response, Route, Transport};
