//! OAuth 2 client credentials (RFC 6749, section 4.4): the access tokens of the service account.

use std::collections::VecDeque;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hyper::body::Bytes;
use hyper::header::{CACHE_CONTROL, HeaderValue, WWW_AUTHENTICATE};
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use subtle::{Choice, ConstantTimeEq as _};

use super::header::hex;
use crate::clock::Moment;
use crate::request::{FORM, media_type};
use crate::response;
use crate::spec::JSON;

/// The path of the token endpoint, which accepts POST only.
pub(crate) const TOKEN_PATH: &str = "/api/oauth/token";

/// The number of stored tokens. A dropped token is no longer valid.
const MAX_TOKENS: usize = 4096;

/// The service account and its tokens.
pub(crate) struct Tokens {
    client_id: String,
    client_secret: String,
    lifetime: Duration,
    /// With their expiry; oldest first.
    issued: VecDeque<(String, Moment)>,
}

impl Tokens {
    pub(crate) fn new(client_id: String, client_secret: String, lifetime: Duration) -> Self {
        Self {
            client_id,
            client_secret,
            lifetime,
            issued: VecDeque::new(),
        }
    }

    pub(crate) fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Returns true if the header has the id and secret of the service account.
    pub(crate) fn is_client(&self, authorization: Option<&[u8]>) -> bool {
        let Some((id, secret)) = authorization.and_then(basic) else {
            return false;
        };
        let matches = same(&id, &self.client_id) & same(&secret, &self.client_secret);
        matches.into()
    }

    /// Responds to a request of the service account.
    pub(crate) fn respond(
        &mut self,
        parts: &Parts,
        body: Option<&Bytes>,
        random: [u8; 16],
        now: Moment,
    ) -> Response<Bytes> {
        if let Err((error, description)) = check(parts, body) {
            return error_response(StatusCode::BAD_REQUEST, error, description);
        }
        let token = self.issue(random, now);
        let body = json!({
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": self.lifetime.as_secs(),
        });
        uncached(StatusCode::OK, &body)
    }

    fn issue(&mut self, random: [u8; 16], now: Moment) -> String {
        while self
            .issued
            .front()
            .is_some_and(|(_, expiry)| *expiry <= now)
            || self.issued.len() >= MAX_TOKENS
        {
            self.issued.pop_front();
        }
        let token = format!("sandbox-{}", hex(&random));
        let expiry = now.after(self.lifetime);
        self.issued.push_back((token.clone(), expiry));
        token
    }

    pub(crate) fn is_valid(&self, token: &str, now: Moment) -> bool {
        let mut issued = self.issued.iter();
        issued.any(|(known, expiry)| now < *expiry && known == token)
    }
}

/// Returns the token of a header with this scheme, valid or not.
pub(crate) fn bearer(authorization: &[u8]) -> Option<&str> {
    credentials(authorization, "Bearer")
}

/// Responds to a request of an unknown client.
pub(crate) fn invalid_client(realm: &str) -> Response<Bytes> {
    let description = "The client id or the client secret is wrong.";
    let mut response = error_response(StatusCode::UNAUTHORIZED, "invalid_client", description);
    let challenge = format!("Basic realm=\"{realm}\"");
    response::append_header(&mut response, WWW_AUTHENTICATE, challenge);
    response
}

fn credentials<'a>(authorization: &'a [u8], expected: &str) -> Option<&'a str> {
    let (scheme, rest) = std::str::from_utf8(authorization).ok()?.split_once(' ')?;
    let is_expected = scheme.eq_ignore_ascii_case(expected);
    is_expected.then_some(rest.trim_matches(' '))
}

/// Returns id and secret as they were sent.
fn basic(authorization: &[u8]) -> Option<(String, String)> {
    let encoded = credentials(authorization, "Basic")?;
    let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

/// Compares id or secret. The RFC requires them to be form-encoded first, which many clients omit; both
/// are accepted.
fn same(sent: &str, expected: &str) -> Choice {
    let spaced = sent.replace('+', " ");
    let decoded: Vec<u8> = percent_decode_str(&spaced).collect();
    sent.as_bytes().ct_eq(expected.as_bytes()) | decoded.ct_eq(expected.as_bytes())
}

/// Returns the error code and its description. Parameters other than the grant type, such as a scope, are
/// ignored.
fn check(parts: &Parts, body: Option<&Bytes>) -> Result<(), (&'static str, &'static str)> {
    if !media_type(&parts.headers).eq_ignore_ascii_case(FORM) {
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
        _ => Err(("invalid_request", "Exactly one grant type is required.")),
    }
}

fn error_response(status: StatusCode, error: &str, description: &str) -> Response<Bytes> {
    let body = json!({ "error": error, "error_description": description });
    uncached(status, &body)
}

fn uncached(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = response::json_response(status, body, JSON, false);
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, no_store);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment::from_epoch(Duration::from_secs(1_000_000));

    fn tokens() -> Tokens {
        Tokens::new(
            "me".to_owned(),
            "a+b%20c:d".to_owned(),
            Duration::from_secs(60),
        )
    }

    fn header(pair: &str) -> String {
        format!("Basic {}", BASE64_STANDARD.encode(pair))
    }

    #[test]
    fn id_and_secret_can_be_form_encoded() {
        for pair in ["me:a+b%20c:d", "me:a%2Bb%2520c%3Ad", "%6de:a+b%20c:d"] {
            assert!(tokens().is_client(Some(header(pair).as_bytes())), "{pair}");
        }
    }

    #[test]
    fn other_credentials_are_refused() {
        for pair in ["me:a+b", "you:a+b%20c:d", "me", ":", ""] {
            assert!(!tokens().is_client(Some(header(pair).as_bytes())), "{pair}");
        }
        for header in ["", "Basic", "Basic ?", "Basic /w==", "Digest bWU6eA=="] {
            assert!(!tokens().is_client(Some(header.as_bytes())), "{header}");
        }
        assert!(!tokens().is_client(None));
    }

    #[test]
    fn token_is_valid_until_it_expires() {
        let mut tokens = tokens();
        let token = tokens.issue([0xab; 16], START);
        assert_eq!(token, format!("sandbox-{}", "ab".repeat(16)));
        let last = START.after(Duration::from_nanos(59_999_999_999));
        assert!(tokens.is_valid(&token, last));
        assert!(!tokens.is_valid(&token, START.after(Duration::from_secs(60))));
        assert!(!tokens.is_valid("", START));
    }

    #[test]
    fn number_of_stored_tokens_is_bounded() {
        let mut tokens = tokens();
        let first = tokens.issue([0; 16], START);
        for _ in 0..MAX_TOKENS {
            tokens.issue([1; 16], START);
        }
        assert_eq!(tokens.issued.len(), MAX_TOKENS);
        assert!(!tokens.is_valid(&first, START));
    }
}
