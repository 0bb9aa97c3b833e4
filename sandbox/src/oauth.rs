//! OAuth 2 client credentials (RFC 6749, section 4.4): how a service account comes by its tokens.

use std::collections::VecDeque;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hyper::body::Bytes;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use subtle::{Choice, ConstantTimeEq as _};

use crate::clock::Moment;
use crate::digest::hex;
use crate::response;

/// Where tokens are asked for, at the origin and with POST only.
pub(crate) const PATH: &str = "/api/oauth/token";

/// How many tokens are remembered. One that was pushed out is no longer valid.
const REMEMBERED_TOKENS: usize = 4096;

const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

/// Knows the one service account and the tokens that are out.
pub(crate) struct Tokens {
    client_id: String,
    client_secret: String,
    lifetime: Duration,
    /// Oldest first.
    issued: VecDeque<(String, Moment)>,
}

impl Tokens {
    pub(crate) fn new(client_id: &str, client_secret: &str, lifetime: Duration) -> Self {
        Self {
            client_id: client_id.to_owned(),
            client_secret: client_secret.to_owned(),
            lifetime,
            issued: VecDeque::new(),
        }
    }

    /// Whether the header has the service account's id and secret.
    pub(crate) fn knows(&self, authorization: Option<&[u8]>) -> bool {
        let Some((id, secret)) = authorization.and_then(basic) else {
            return false;
        };
        let right = same(&id, &self.client_id) & same(&secret, &self.client_secret);
        right.into()
    }

    /// Answers a request of the service account.
    pub(crate) fn answer(
        &mut self,
        parts: &Parts,
        body: Option<&Bytes>,
        random: [u8; 16],
        now: Moment,
    ) -> Response<Bytes> {
        if let Err((error, description)) = check(parts, body) {
            return refusal(StatusCode::BAD_REQUEST, error, description);
        }
        let token = self.issue(random, now);
        let body = json!({
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": self.lifetime.as_secs(),
        });
        answer(StatusCode::OK, &body)
    }

    fn issue(&mut self, random: [u8; 16], now: Moment) -> String {
        while self.issued.front().is_some_and(|(_, dies)| *dies <= now)
            || self.issued.len() >= REMEMBERED_TOKENS
        {
            self.issued.pop_front();
        }
        let token = format!("sandbox-{}", hex(&random));
        let dies = now.after(self.lifetime);
        self.issued.push_back((token.clone(), dies));
        token
    }

    pub(crate) fn is_valid(&self, token: &str, now: Moment) -> bool {
        self.issued
            .iter()
            .any(|(known, dies)| now < *dies && known == token)
    }
}

/// The token of a header with this scheme, right or wrong.
pub(crate) fn bearer(authorization: &[u8]) -> Option<&str> {
    credentials(authorization, "Bearer")
}

/// Answers a request of anybody else.
pub(crate) fn unknown_client() -> Response<Bytes> {
    let description = "The client id or the client secret is wrong.";
    let mut response = refusal(StatusCode::UNAUTHORIZED, "invalid_client", description);
    let challenge = HeaderValue::from_static("Basic realm=\"MMS Public API\"");
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

fn credentials<'a>(authorization: &'a [u8], wanted: &str) -> Option<&'a str> {
    let (scheme, rest) = std::str::from_utf8(authorization).ok()?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case(wanted)
        .then_some(rest.trim_matches(' '))
}

/// Id and secret as they were sent.
fn basic(authorization: &[u8]) -> Option<(String, String)> {
    let encoded = credentials(authorization, "Basic")?;
    let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

/// The RFC has both encoded like the values of a form first. Many clients leave that out, which shows
/// only in unusual characters, so both ways are accepted.
fn same(sent: &str, wanted: &str) -> Choice {
    let spaced = sent.replace('+', " ");
    let decoded: Vec<u8> = percent_decode_str(&spaced).collect();
    sent.as_bytes().ct_eq(wanted.as_bytes()) | decoded.ct_eq(wanted.as_bytes())
}

/// Fails with the error's name and a sentence about it. Parameters other than the grant type, such as a
/// scope, are overlooked.
fn check(parts: &Parts, body: Option<&Bytes>) -> Result<(), (&'static str, &'static str)> {
    let declared = parts.headers.get(CONTENT_TYPE);
    let declared = declared.and_then(|value| value.to_str().ok());
    let essence = declared.unwrap_or_default().split(';').next();
    if !essence
        .unwrap_or_default()
        .trim()
        .eq_ignore_ascii_case(MEDIA_TYPE)
    {
        return Err(("invalid_request", "The request body is not a form."));
    }
    let Some(body) = body else {
        return Err(("invalid_request", "The request body is too large."));
    };
    let mut grants = form_urlencoded::parse(body).filter(|(name, _)| name == "grant_type");
    match (grants.next(), grants.next()) {
        (Some((_, grant)), None) if grant == "client_credentials" => Ok(()),
        (Some(_), None) => Err((
            "unsupported_grant_type",
            "The grant type is not client_credentials.",
        )),
        _ => Err(("invalid_request", "There is not exactly one grant type.")),
    }
}

fn refusal(status: StatusCode, error: &str, description: &str) -> Response<Bytes> {
    let body = json!({ "error": error, "error_description": description });
    answer(status, &body)
}

fn answer(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = response::json_response(status, body, false);
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, no_store);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment::from_epoch(Duration::from_secs(1_000_000));

    fn tokens() -> Tokens {
        Tokens::new("me", "a+b%20c:d", Duration::from_secs(60))
    }

    fn header(pair: &str) -> String {
        format!("Basic {}", BASE64_STANDARD.encode(pair))
    }

    #[test]
    fn id_and_secret_may_be_encoded_or_not() {
        for pair in ["me:a+b%20c:d", "me:a%2Bb%2520c%3Ad", "%6de:a+b%20c:d"] {
            assert!(tokens().knows(Some(header(pair).as_bytes())), "{pair}");
        }
    }

    #[test]
    fn anything_else_is_nobody() {
        for pair in ["me:a+b", "you:a+b%20c:d", "me", ":", ""] {
            assert!(!tokens().knows(Some(header(pair).as_bytes())), "{pair}");
        }
        for header in ["", "Basic", "Basic ?", "Basic /w==", "Digest bWU6eA=="] {
            assert!(!tokens().knows(Some(header.as_bytes())), "{header}");
        }
        assert!(!tokens().knows(None));
    }

    #[test]
    fn a_token_is_valid_until_its_life_ends() {
        let mut tokens = tokens();
        let token = tokens.issue([0xab; 16], START);
        assert_eq!(token, format!("sandbox-{}", "ab".repeat(16)));
        let last = START.after(Duration::from_nanos(59_999_999_999));
        assert!(tokens.is_valid(&token, last));
        assert!(!tokens.is_valid(&token, START.after(Duration::from_secs(60))));
        assert!(!tokens.is_valid("", START));
    }

    #[test]
    fn the_number_of_remembered_tokens_is_bounded() {
        let mut tokens = tokens();
        let first = tokens.issue([0; 16], START);
        for _ in 0..REMEMBERED_TOKENS {
            tokens.issue([1; 16], START);
        }
        assert_eq!(tokens.issued.len(), REMEMBERED_TOKENS);
        assert!(!tokens.is_valid(&first, START));
    }
}
