//! What is told of requests and answers, for those who look for a fault: never a key, a token or a signature.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{RequestBuilder, StatusCode};
use tracing::{Level, debug, enabled, trace};

/// The target of these events, by which a subscriber finds them. It is told in the crate's documentation.
const TARGET: &str = "atlas_private_endpoint::http";

/// What stands in the place of a value that must not be told.
const NOT_SHOWN: &str = "(not shown)";

/// The signature of a digest, by the client or by the server, or a token.
const SECRET: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "set-cookie",
    "authentication-info",
    "proxy-authentication-info",
];

/// An attempt begins.
pub(crate) fn sending(builder: &RequestBuilder) {
    if !enabled!(target: TARGET, Level::DEBUG) {
        return;
    }
    let Some(Ok(request)) = builder.try_clone().map(RequestBuilder::build) else {
        return;
    };
    debug!(target: TARGET, method = %request.method(), url = %request.url(), ">");
    headers(">", request.headers());
}

/// A request is sent without a signature, to get a challenge.
pub(crate) fn asking_for_a_challenge() {
    debug!(target: TARGET, "* sent without a signature, to get a challenge");
}

/// A request is signed and sent.
pub(crate) fn signed(scheme: &str) {
    debug!(target: TARGET, "* sent, signed with {scheme}");
    trace!(target: TARGET, name = AUTHORIZATION.as_str(), value = NOT_SHOWN, ">");
}

/// The answer to an attempt has come, as far as its head.
pub(crate) fn answered(status: StatusCode, found: &HeaderMap, elapsed: Duration) {
    let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    debug!(target: TARGET, status = %status, milliseconds, "<");
    headers("<", found);
}

fn headers(direction: &str, headers: &HeaderMap) {
    if !enabled!(target: TARGET, Level::TRACE) {
        return;
    }
    for (name, value) in headers {
        let value = shown(name, value);
        trace!(target: TARGET, name = name.as_str(), value = &*value, "{direction}");
    }
}

fn shown(name: &HeaderName, value: &HeaderValue) -> String {
    if value.is_sensitive() || SECRET.contains(&name.as_str()) {
        return NOT_SHOWN.to_owned();
    }
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        let value = HeaderValue::from_static("secret");
        for name in SECRET {
            assert_eq!(shown(&HeaderName::from_static(name), &value), NOT_SHOWN);
        }
        let name = HeaderName::from_static("x-own");
        assert_eq!(shown(&name, &value), "secret");
        let mut value = value;
        value.set_sensitive(true);
        assert_eq!(shown(&name, &value), NOT_SHOWN);
    }
}
