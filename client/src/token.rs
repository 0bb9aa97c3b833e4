//! Access tokens of service accounts: OAuth 2 client credentials.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::{Response, StatusCode, Url};
use serde::Deserialize;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use crate::Credentials;
use crate::body::{self, End};
use crate::counters::AtomicCounters;

/// Where tokens are issued, below the base URL.
const PATH: &str = "/api/oauth/token";

/// A token is replaced this long before it ends, or at nine tenths of a shorter life.
const MARGIN: Duration = Duration::from_secs(60);

/// How long a token is used at most, whatever its server says.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);

/// For how long a new token that was refused is the reason to look for the fault elsewhere.
const TRUST: Duration = Duration::from_secs(60);

/// The one token that all calls of a client share.
pub(crate) struct TokenSource {
    credentials: Credentials,
    url: Url,
    counters: Arc<AtomicCounters>,
    /// Held while a token is fetched, so that calls that need one at the same time wait for the same.
    current: Mutex<Option<Token>>,
    /// A new token was refused as well, so it is not the token that is refused; until then, nobody asks for
    /// another because of a refusal.
    trusted_until: Mutex<Option<Instant>>,
}

/// An access token, and until when it is used.
#[derive(Clone)]
pub(crate) struct Token {
    value: Zeroizing<String>,
    renew_at: Instant,
}

/// Why there is no token.
pub(crate) enum NoToken {
    /// The request failed.
    Request(reqwest::Error),
    /// The server refused.
    Refused { status: StatusCode, excerpt: String },
    /// The answer holds no token. What it holds instead is not kept, since it may be part of one.
    Malformed { status: StatusCode },
}

#[derive(Deserialize)]
struct Issued {
    access_token: String,
    #[serde(default)]
    expires_in: Option<u64>,
}

impl TokenSource {
    pub(crate) fn new(
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

    /// The current token, or a new one when there is none or it is about to end at `now`.
    pub(crate) async fn token(
        &self,
        http: &reqwest::Client,
        now: Instant,
    ) -> Result<Token, NoToken> {
        let mut current = self.current.lock().await;
        if let Some(token) = &*current
            && now < token.renew_at
        {
            return Ok(token.clone());
        }
        let token = self.fetch(http, now).await?;
        *current = Some(token.clone());
        Ok(token)
    }

    /// Forgets a token that was refused, unless another has taken its place.
    pub(crate) async fn forget(&self, refused: &Token) {
        let mut current = self.current.lock().await;
        if current
            .as_ref()
            .is_some_and(|token| token.value == refused.value)
        {
            *current = None;
        }
    }

    /// A token that had just been issued was refused: the account has no role there, for instance.
    pub(crate) async fn trust(&self, now: Instant) {
        *self.trusted_until.lock().await = Some(now + TRUST);
    }

    /// Whether a refusal says nothing of the token.
    pub(crate) async fn is_trusted(&self, now: Instant) -> bool {
        let until = *self.trusted_until.lock().await;
        until.is_some_and(|until| now < until)
    }

    async fn fetch(&self, http: &reqwest::Client, now: Instant) -> Result<Token, NoToken> {
        self.counters.request();
        let request = http
            .post(self.url.clone())
            .header(ACCEPT, "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .basic_auth(self.credentials.name(), Some(self.credentials.secret()))
            .body("grant_type=client_credentials");
        let response = request.send().await.map_err(NoToken::Request)?;
        read(response, now).await
    }
}

async fn read(response: Response, asked: Instant) -> Result<Token, NoToken> {
    let status = response.status();
    let body = body::read(response, body::ERROR_LIMIT).await;
    if !status.is_success() {
        let excerpt = body::excerpt(&body.bytes);
        return Err(NoToken::Refused { status, excerpt });
    }
    if let End::Broken(error) = body.end {
        return Err(NoToken::Request(error));
    }
    let bytes = Zeroizing::new(body.bytes);
    let Ok(issued) = serde_json::from_slice::<Issued>(&bytes) else {
        return Err(NoToken::Malformed { status });
    };
    // RFC 6749 lets the lifetime be left out; Atlas' tokens live an hour.
    let life = Duration::from_secs(issued.expires_in.unwrap_or(3600)).min(LONGEST_LIFE);
    Ok(Token {
        value: Zeroizing::new(issued.access_token),
        renew_at: asked + usable(life),
    })
}

fn usable(life: Duration) -> Duration {
    life.saturating_sub(MARGIN.min(life / 10))
}

impl Token {
    /// The value of an `Authorization` header; `None` when the token has characters that none can carry.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
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
    fn a_token_is_replaced_before_it_ends() {
        let seconds = |life| usable(Duration::from_secs(life)).as_secs();
        assert_eq!(seconds(3600), 3540);
        assert_eq!(seconds(100), 90);
        assert_eq!(seconds(0), 0);
    }
}
