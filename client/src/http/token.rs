//! Access tokens of service accounts: OAuth 2 client credentials.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, WeakShared};
use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use super::body::{self, End};
use super::rate_limit::lock;
use super::retry::retry_after;
use super::trace::{AtomicCounters, increment};
use crate::Credentials;

/// The path of the token endpoint.
const PATH: &str = "/api/oauth/token";

/// A token is renewed this long before it expires, or at nine tenths of a shorter life.
const MARGIN: Duration = Duration::from_secs(60);

/// The lifetime of a token without a readable `expires_in`: RFC 6749 makes it optional, and Atlas' tokens live
/// an hour.
const DEFAULT_LIFE: Duration = Duration::from_secs(3600);

/// The maximum lifetime of a token, whatever its `expires_in`.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);

/// The time for which tokens are trusted after a new one was refused.
const TRUST: Duration = Duration::from_secs(60);

/// The access token that all calls of a client share.
pub(super) struct TokenSource {
    credentials: Credentials,
    url: Url,
    counters: Arc<AtomicCounters>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<Token>,
    /// The request for the next token, and its result, which all calls that wait for it share. It ends when the
    /// last of them is dropped.
    pending: Option<WeakShared<Fetch>>,
    /// Until then, a 401 is no reason to fetch another token: a new token was refused, too.
    trusted_until: Option<Instant>,
}

type Fetch = BoxFuture<'static, Result<Token, TokenError>>;

/// An access token, and when to renew it.
#[derive(Clone)]
pub(super) struct Token {
    value: Zeroizing<String>,
    renew_at: Instant,
}

/// The reason for a missing token.
#[derive(Clone)]
pub(super) enum TokenError {
    /// The request failed.
    Request(Arc<reqwest::Error>),
    /// The server returned an error.
    Refused {
        status: StatusCode,
        excerpt: String,
        retry_after: Option<Duration>,
    },
    /// The response has no token. Its body is not kept, since it can hold a part of one.
    Malformed { status: StatusCode },
}

#[derive(Deserialize)]
struct Issued {
    access_token: String,
    #[serde(default)]
    expires_in: Value,
}

impl TokenSource {
    pub(super) fn new(
        credentials: Credentials,
        origin: &Url,
        counters: Arc<AtomicCounters>,
    ) -> Self {
        let mut url = origin.clone();
        url.set_path(PATH);
        Self {
            credentials,
            url,
            counters,
            state: Mutex::default(),
        }
    }

    /// Returns the current token, or fetches one when there is none, when it is about to expire, or when it
    /// is the one that was `refused`. One request serves all calls that wait for a token, and so does its failure.
    pub(super) async fn token(
        self: &Arc<Self>,
        http: &reqwest::Client,
        now: Instant,
        refused: Option<&Token>,
    ) -> Result<Token, TokenError> {
        let fetch = {
            let mut state = lock(&self.state);
            if let Some(token) = &state.current
                && now < token.renew_at
                && refused.is_none_or(|refused| refused.value != token.value)
            {
                return Ok(token.clone());
            }
            let pending = state.pending.as_ref().and_then(WeakShared::upgrade);
            pending.unwrap_or_else(|| {
                let source = Arc::clone(self);
                let fetch = source.replace(http.clone(), now).boxed().shared();
                state.pending = fetch.downgrade();
                fetch
            })
        };
        fetch.await
    }

    /// Records that a new token was refused, so that the token is not the cause: the account lacks a role,
    /// for instance.
    pub(super) fn trust(&self, now: Instant) {
        lock(&self.state).trusted_until = now.checked_add(TRUST);
    }

    /// Returns true while the token is not the cause of a refusal.
    pub(super) fn is_trusted(&self, now: Instant) -> bool {
        let until = lock(&self.state).trusted_until;
        until.is_some_and(|until| now < until)
    }

    /// Replaces the current token.
    async fn replace(
        self: Arc<Self>,
        http: reqwest::Client,
        now: Instant,
    ) -> Result<Token, TokenError> {
        let result = self.fetch(&http, now).await;
        let mut state = lock(&self.state);
        state.pending = None;
        state.current = result.as_ref().ok().cloned();
        result
    }

    async fn fetch(&self, http: &reqwest::Client, now: Instant) -> Result<Token, TokenError> {
        increment(&self.counters.requests);
        let request = http
            .post(self.url.clone())
            .header(ACCEPT, "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .basic_auth(self.credentials.name(), Some(self.credentials.secret()))
            .body("grant_type=client_credentials");
        let response = request.send().await.map_err(failed)?;
        read(response, now).await
    }
}

fn failed(error: reqwest::Error) -> TokenError {
    TokenError::Request(Arc::new(error.without_url()))
}

async fn read(response: reqwest::Response, requested_at: Instant) -> Result<Token, TokenError> {
    let status = response.status();
    let retry_after = retry_after(response.headers());
    let body = body::read(response, body::ERROR_LIMIT).await;
    if !status.is_success() {
        let excerpt = body::excerpt(&body.bytes);
        return Err(TokenError::Refused {
            status,
            excerpt,
            retry_after,
        });
    }
    if let End::Broken(error) = body.end {
        return Err(failed(error));
    }
    let bytes = Zeroizing::new(body.bytes);
    let Ok(issued) = serde_json::from_slice::<Issued>(&bytes) else {
        return Err(TokenError::Malformed { status });
    };
    let usable = usable(lifetime(&issued.expires_in));
    Ok(Token {
        value: Zeroizing::new(issued.access_token),
        renew_at: requested_at.checked_add(usable).unwrap_or(requested_at),
    })
}

/// Reads an `expires_in`: a number, or a number as text.
fn lifetime(expires_in: &Value) -> Duration {
    let seconds = match expires_in {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_f64(),
    };
    match seconds {
        Some(seconds) if seconds >= 0.0 => {
            Duration::from_secs_f64(LONGEST_LIFE.as_secs_f64().min(seconds))
        }
        _ => DEFAULT_LIFE,
    }
}

fn usable(life: Duration) -> Duration {
    life.saturating_sub(MARGIN.min(life / 10))
}

impl Token {
    /// Returns the value of an `Authorization` header; `None` when the token has characters that a header
    /// cannot carry.
    pub(super) fn header(&self) -> Option<HeaderValue> {
        let text = Zeroizing::new(format!("Bearer {}", &*self.value));
        let mut value = HeaderValue::from_str(&text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource")
            .field("credentials", &self.credentials)
            .field("url", &self.url.as_str())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetime_is_read_from_a_number_or_text() {
        let life = |json| lifetime(&serde_json::from_str(json).unwrap());
        assert_eq!(life("120"), Duration::from_secs(120));
        assert_eq!(life("119.5"), Duration::from_millis(119_500));
        assert_eq!(life("\" 120 \""), Duration::from_secs(120));
        for longest in ["1e99", "\"inf\"", "18446744073709551615"] {
            assert_eq!(life(longest), LONGEST_LIFE, "{longest}");
        }
        for unreadable in ["null", "-1", "\"NaN\"", "\"soon\"", "true", "[120]"] {
            assert_eq!(life(unreadable), DEFAULT_LIFE, "{unreadable}");
        }
    }

    #[test]
    fn token_is_renewed_before_it_expires() {
        let seconds = |life| usable(Duration::from_secs(life)).as_secs();
        assert_eq!(seconds(3600), 3540);
        assert_eq!(seconds(100), 90);
        assert_eq!(seconds(0), 0);
    }
}
