//! OAuth 2 client credentials (RFC 6749, section 4.4): the access tokens of service accounts.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hyper::body::Bytes;
use hyper::header::{CACHE_CONTROL, HeaderValue, WWW_AUTHENTICATE};
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

use super::header::hex;
use super::principal::Principal;
use crate::clock::Moment;
use crate::request::{FORM, media_type};
use crate::response;
use crate::spec::JSON;

/// The path of the token endpoint, which accepts POST only.
pub(crate) const TOKEN_PATH: &str = "/api/oauth/token";

/// The number of stored tokens. A dropped token is no longer valid.
const MAX_TOKENS: usize = 4096;

/// The service accounts and their tokens.
pub(crate) struct Tokens {
    accounts: Vec<Arc<Principal>>,
    lifetime: Duration,
    /// Oldest first.
    issued: VecDeque<Issued>,
}

struct Issued {
    /// The SHA-256 of the token. The time of a comparison reveals at most a part of it, from which no token
    /// can be derived.
    hash: Hash,
    expires: Moment,
    account: Arc<Principal>,
}

type Hash = [u8; 32];

fn hash(token: &str) -> Hash {
    Sha256::digest(token).into()
}

impl Tokens {
    pub(crate) fn new(accounts: Vec<Arc<Principal>>, lifetime: Duration) -> Self {
        Self {
            accounts,
            lifetime,
            issued: VecDeque::new(),
        }
    }

    /// Returns the service account whose id and secret the header has.
    pub(crate) fn client(&self, authorization: Option<&[u8]>) -> Option<&Arc<Principal>> {
        let (id, secret) = authorization.and_then(basic)?;
        let mut accounts = self.accounts.iter();
        accounts.find(|it| (same(&id, &it.name) & same(&secret, &it.secret)).into())
    }

    /// Responds to a request of a service account.
    pub(crate) fn respond(
        &mut self,
        account: &Arc<Principal>,
        parts: &Parts,
        body: Option<&Bytes>,
        random: [u8; 16],
        now: Moment,
    ) -> Response<Bytes> {
        if let Err((error, description)) = check(parts, body) {
            return error_response(StatusCode::BAD_REQUEST, error, description);
        }
        let token = self.issue(account, random, now);
        let body = json!({
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": self.lifetime.as_secs(),
        });
        uncached(StatusCode::OK, &body)
    }

    fn issue(&mut self, account: &Arc<Principal>, random: [u8; 16], now: Moment) -> String {
        while self
            .issued
            .front()
            .is_some_and(|oldest| oldest.expires <= now)
            || self.issued.len() >= MAX_TOKENS
        {
            self.issued.pop_front();
        }
        let token = format!("sandbox-{}", hex(&random));
        self.issued.push_back(Issued {
            hash: hash(&token),
            expires: now.after(self.lifetime),
            account: Arc::clone(account),
        });
        token
    }

    /// Returns the service account of a valid token.
    pub(crate) fn account(&self, token: &str, now: Moment) -> Option<&Arc<Principal>> {
        let hash = hash(token);
        let mut issued = self.issued.iter();
        let found = issued.find(|it| now < it.expires && it.hash == hash)?;
        Some(&found.account)
    }

    pub(crate) fn revoke_all(&mut self) {
        self.issued.clear();
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
    use crate::auth::ServiceAccount;

    const START: Moment = Moment::from_epoch(Duration::from_secs(1_000_000));

    fn tokens() -> Tokens {
        let accounts = [("me", "a+b%20c:d"), ("other", "x")].map(|(id, secret)| {
            let account = ServiceAccount::new(id, secret).principal();
            Arc::new(account.expect("the account is valid"))
        });
        Tokens::new(accounts.into(), Duration::from_secs(60))
    }

    fn issue(tokens: &mut Tokens, random: [u8; 16]) -> String {
        let account = Arc::clone(&tokens.accounts[0]);
        tokens.issue(&account, random, START)
    }

    fn client(authorization: Option<&str>) -> Option<String> {
        let tokens = tokens();
        let client = tokens.client(authorization.map(str::as_bytes));
        client.map(|it| it.name.clone())
    }

    fn account(tokens: &Tokens, token: &str, now: Moment) -> Option<String> {
        tokens.account(token, now).map(|it| it.name.clone())
    }

    fn header(pair: &str) -> String {
        format!("Basic {}", BASE64_STANDARD.encode(pair))
    }

    #[test]
    fn id_and_secret_can_be_form_encoded() {
        for pair in ["me:a+b%20c:d", "me:a%2Bb%2520c%3Ad", "%6de:a+b%20c:d"] {
            let client = client(Some(&header(pair)));
            assert_eq!(client.as_deref(), Some("me"), "{pair}");
        }
        assert_eq!(client(Some(&header("other:x"))).as_deref(), Some("other"));
    }

    #[test]
    fn other_credentials_are_refused() {
        for pair in ["me:a+b", "you:a+b%20c:d", "other:a+b%20c:d", "me", ":", ""] {
            assert_eq!(client(Some(&header(pair))), None, "{pair}");
        }
        for header in ["", "Basic", "Basic ?", "Basic /w==", "Digest bWU6eA=="] {
            assert_eq!(client(Some(header)), None, "{header}");
        }
        assert_eq!(client(None), None);
    }

    #[test]
    fn token_is_valid_until_it_expires() {
        let mut tokens = tokens();
        let token = issue(&mut tokens, [0xab; 16]);
        assert_eq!(token, format!("sandbox-{}", "ab".repeat(16)));
        let last = START.after(Duration::from_nanos(59_999_999_999));
        assert_eq!(account(&tokens, &token, last).as_deref(), Some("me"));
        let expired = START.after(Duration::from_secs(60));
        assert_eq!(account(&tokens, &token, expired), None);
        assert_eq!(account(&tokens, "", START), None);
    }

    #[test]
    fn token_belongs_to_its_account_until_it_is_revoked() {
        let mut tokens = tokens();
        let other = Arc::clone(&tokens.accounts[1]);
        let token = tokens.issue(&other, [1; 16], START);
        issue(&mut tokens, [2; 16]);
        assert_eq!(account(&tokens, &token, START).as_deref(), Some("other"));
        tokens.revoke_all();
        assert_eq!(account(&tokens, &token, START), None);
    }

    #[test]
    fn number_of_stored_tokens_is_bounded() {
        let mut tokens = tokens();
        let first = issue(&mut tokens, [0; 16]);
        for _ in 0..MAX_TOKENS {
            issue(&mut tokens, [1; 16]);
        }
        assert_eq!(tokens.issued.len(), MAX_TOKENS);
        assert_eq!(account(&tokens, &first, START), None);
    }
}
