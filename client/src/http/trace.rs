//! Observability: events of HTTP requests, which hold no key, token or signature, and counters.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{RequestBuilder, StatusCode};
use tracing::{Level, debug, enabled, trace};

/// The target of the spans of calls and of events about them.
pub(super) const TARGET: &str = "atlas_private_endpoint";

/// The target of the events of requests, which the crate's documentation names.
const HTTP_TARGET: &str = "atlas_private_endpoint::http";

/// Replaces a secret value.
const NOT_SHOWN: &str = "(not shown)";

/// Headers that carry a token, or a digest signature of the client or the server.
const SECRET: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "set-cookie",
    "authentication-info",
    "proxy-authentication-info",
];

/// Logs the request of an attempt.
pub(super) fn sending(builder: &RequestBuilder) {
    if !enabled!(target: HTTP_TARGET, Level::DEBUG) {
        return;
    }
    let Some(Ok(request)) = builder.try_clone().map(RequestBuilder::build) else {
        return;
    };
    debug!(target: HTTP_TARGET, method = %request.method(), url = %request.url(), ">");
    headers(">", request.headers());
}

/// Logs that a request is sent without a signature, to get a challenge.
pub(super) fn requesting_challenge() {
    debug!(target: HTTP_TARGET, "* sent without a signature, to get a challenge");
}

/// Logs that a request is signed and sent.
pub(super) fn signed(scheme: &str) {
    debug!(target: HTTP_TARGET, "* sent, signed with {scheme}");
    trace!(target: HTTP_TARGET, name = AUTHORIZATION.as_str(), value = NOT_SHOWN, ">");
}

/// Logs the head of a response.
pub(super) fn received(status: StatusCode, head: &HeaderMap, elapsed: Duration) {
    let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    debug!(target: HTTP_TARGET, status = %status, milliseconds, "<");
    headers("<", head);
}

fn headers(direction: &str, headers: &HeaderMap) {
    if !enabled!(target: HTTP_TARGET, Level::TRACE) {
        return;
    }
    for (name, value) in headers {
        let value = redacted(name, value);
        trace!(target: HTTP_TARGET, name = name.as_str(), value = &*value, "{direction}");
    }
}

fn redacted(name: &HeaderName, value: &HeaderValue) -> String {
    if value.is_sensitive() || SECRET.contains(&name.as_str()) {
        return NOT_SHOWN.to_owned();
    }
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// The calls, attempts and requests of a client; returned by
/// [`Client::counters`](crate::Client::counters).
///
/// With digest authentication, a call takes one request once a challenge is known, and two before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Calls of an operation, including those that the client made to reconcile a lost response.
    pub calls: u64,
    /// Attempts at these calls: more than calls when some were repeated. An attempt that did not get a permit
    /// of the rate limit does not count.
    pub attempts: u64,
    /// HTTP requests: more than attempts when challenges or access tokens were fetched.
    pub requests: u64,
}

#[derive(Debug, Default)]
pub(crate) struct AtomicCounters {
    pub(super) calls: AtomicU64,
    pub(super) attempts: AtomicU64,
    pub(super) requests: AtomicU64,
}

pub(super) fn increment(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// Takes back an increment.
pub(super) fn decrement(counter: &AtomicU64) {
    counter.fetch_sub(1, Ordering::Relaxed);
}

impl AtomicCounters {
    pub(crate) fn read(&self) -> Counters {
        Counters {
            calls: self.calls.load(Ordering::Relaxed),
            attempts: self.attempts.load(Ordering::Relaxed),
            requests: self.requests.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_headers_are_redacted() {
        let value = HeaderValue::from_static("secret");
        for name in SECRET {
            assert_eq!(redacted(&HeaderName::from_static(name), &value), NOT_SHOWN);
        }
        let name = HeaderName::from_static("x-own");
        assert_eq!(redacted(&name, &value), "secret");
        let mut value = value;
        value.set_sensitive(true);
        assert_eq!(redacted(&name, &value), NOT_SHOWN);
    }
}
