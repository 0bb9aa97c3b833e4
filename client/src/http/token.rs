//! Access tokens of service accounts: OAuth 2 client credentials.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use super::body::{self, End};
use super::trace::{AtomicCounters, increment};
use crate::Credentials;

/// The path of the token endpoint.
const PATH: &str = "/api/oauth/token";

/// A token is renewed this long before it expires, or at nine tenths of a shorter life.
const MARGIN: Duration = Duration::from_secs(60);

/// The maximum lifetime of a token, whatever its `expires_in`.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);

/// The time for which tokens are trusted after a new one was refused.
const TRUST: Duration = Duration::from_secs(60);

/// The access token that all calls of a client share.
pub(super) struct TokenSource {
    credentials: Credentials,
    url: Url,
    counters: Arc<AtomicCounters>,
    /// Locked while a token is fetched, so that concurrent calls wait for the same token.
    current: Mutex<Option<Token>>,
    /// Until then, a 401 is no reason to fetch another token: a new token was refused, too.
    trusted_until: Mutex<Option<Instant>>,
}

/// An access token, and when to renew it.
#[derive(Clone)]
pub(super) struct Token {
    value: Zeroizing<String>,
    renew_at: Instant,
}

/// The reason for a missing token.
pub(super) enum TokenError {
    /// The request failed.
    Request(reqwest::Error),
    /// The server returned an error.
    Refused { status: StatusCode, excerpt: String },
    /// The response has no token. Its body is not kept, since it can hold a part of one.
    Malformed { status: StatusCode },
}

#[derive(Deserialize)]
struct Issued {
    access_token: String,
    #[serde(default)]
    expires_in: Option<u64>,
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
            current: Mutex::new(None),
            trusted_until: Mutex::new(None),
        }
    }

    /// Returns the current token, or fetches one when there is none, when it is about to expire, or when it
    /// is the one that was `refused`.
    pub(super) async fn token(
        &self,
        http: &reqwest::Client,
        now: Instant,
        refused: Option<&Token>,
    ) -> Result<Token, TokenError> {
        let mut current = self.current.lock().await;
        if let Some(token) = &*current
            && now < token.renew_at
            && refused.is_none_or(|refused| refused.value != token.value)
        {
            return Ok(token.clone());
        }
        *current = None;
        let token = self.fetch(http, now).await?;
        *current = Some(token.clone());
        Ok(token)
    }

    /// Records that a new token was refused, so that the token is not the cause: the account lacks a role,
    /// for instance.
    pub(super) async fn trust(&self, now: Instant) {
        *self.trusted_until.lock().await = Some(now + TRUST);
    }

    /// Returns true while the token is not the cause of a refusal.
    pub(super) async fn is_trusted(&self, now: Instant) -> bool {
        let until = *self.trusted_until.lock().await;
        until.is_some_and(|until| now < until)
    }

    async fn fetch(&self, http: &reqwest::Client, now: Instant) -> Result<Token, TokenError> {
        increment(&self.counters.requests);
        let request = http
            .post(self.url.clone())
            .header(ACCEPT, "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .basic_auth(self.credentials.name(), Some(self.credentials.secret()))
            .body("grant_type=client_credentials");
        let response = request.send().await.map_err(TokenError::Request)?;
        read(response, now).await
    }
}

async fn read(response: reqwest::Response, requested_at: Instant) -> Result<Token, TokenError> {
    let status = response.status();
    let body = body::read(response, body::ERROR_LIMIT).await;
    if !status.is_success() {
        let excerpt = body::excerpt(&body.bytes);
        return Err(TokenError::Refused { status, excerpt });
    }
    if let End::Broken(error) = body.end {
        return Err(TokenError::Request(error));
    }
    let bytes = Zeroizing::new(body.bytes);
    let Ok(issued) = serde_json::from_slice::<Issued>(&bytes) else {
        return Err(TokenError::Malformed { status });
    };
    // RFC 6749 makes the lifetime optional; Atlas' tokens live an hour.
    let life = Duration::from_secs(issued.expires_in.unwrap_or(3600)).min(LONGEST_LIFE);
    Ok(Token {
        value: Zeroizing::new(issued.access_token),
        renew_at: requested_at + usable(life),
    })
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
    fn token_is_renewed_before_it_expires() {
        let seconds = |life| usable(Duration::from_secs(life)).as_secs();
        assert_eq!(seconds(3600), 3540);
        assert_eq!(seconds(100), 90);
        assert_eq!(seconds(0), 0);
    }
}
