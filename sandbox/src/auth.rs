//! Authentication: API keys by their digests, and service accounts by their tokens.

mod digest;
mod header;
mod principal;
mod token;

use std::sync::Arc;
use std::time::Duration;

use hyper::Response;
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use hyper::http::request::Parts;
use rand::RngExt as _;
use rand::rngs::StdRng;

use crate::clock::Moment;
use crate::error::{ApiError, Code, Result};
pub(crate) use digest::Settings as DigestSettings;
pub use digest::{Algorithm, Challenge, NoncePolicy};
use digest::{Signed, Verifier};
pub(crate) use principal::Principal;
pub use principal::{
    ApiKey, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_PRIVATE_KEY, DEFAULT_PUBLIC_KEY,
    Role, ServiceAccount,
};
pub(crate) use token::TOKEN_PATH;
use token::Tokens;

/// How requests are authenticated.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) digest: DigestSettings,
    pub(crate) token_lifetime: Duration,
}

const REALM: &str = "MMS Public API";

/// The default lifetime of a nonce, which is about that of Atlas.
pub const DEFAULT_NONCE_LIFETIME: Duration = Duration::from_secs(60);

/// The default lifetime of an access token, which is that of Atlas.
pub const DEFAULT_TOKEN_LIFETIME: Duration = Duration::from_secs(3600);

impl Default for Settings {
    fn default() -> Self {
        Self {
            digest: DigestSettings {
                realm: REALM.to_owned(),
                nonce_lifetime: DEFAULT_NONCE_LIFETIME,
                nonce_policy: NoncePolicy::default(),
                challenges: vec![Challenge::Digest(Algorithm::default())],
                opaque: None,
            },
            token_lifetime: DEFAULT_TOKEN_LIFETIME,
        }
    }
}

/// The keys, nonces and tokens of the sandbox.
pub(crate) struct Authenticator {
    verifier: Verifier,
    tokens: Tokens,
    rng: StdRng,
}

impl Authenticator {
    pub(crate) fn new(
        settings: Settings,
        keys: Vec<Arc<Principal>>,
        accounts: Vec<Arc<Principal>>,
        rng: StdRng,
    ) -> Self {
        Self {
            verifier: Verifier::new(settings.digest, keys),
            tokens: Tokens::new(accounts, settings.token_lifetime),
            rng,
        }
    }

    /// Checks the authorization of a request to the API, and returns its API key or service account.
    pub(crate) fn check(&mut self, parts: &Parts, now: Moment) -> Result<Arc<Principal>> {
        let authorization = authorization(parts);
        if let Some(token) = authorization.and_then(token::bearer) {
            return self.check_token(token, now);
        }
        let target = parts.uri.path_and_query();
        let signed = Signed {
            method: parts.method.as_str(),
            target: target.map_or("", |it| it.as_str()),
            authorization,
        };
        let checked = self.verifier.check(&signed, now);
        checked.map_err(|refused| self.challenge(refused.stale, now))
    }

    /// The challenge for a token has no nonce, as the client has no use for one.
    fn check_token(&self, token: &str, now: Moment) -> Result<Arc<Principal>> {
        if let Some(account) = self.tokens.account(token, now) {
            return Ok(Arc::clone(account));
        }
        let detail = "The access token is unknown or has expired.";
        let challenge = "Bearer error=\"invalid_token\"";
        Err(ApiError::new(Code::UserUnauthorized, detail).with_header(WWW_AUTHENTICATE, challenge))
    }

    /// Returns a 401 when no role allows the operations in the project. Every 401 has a challenge.
    pub(crate) fn check_role(
        &mut self,
        principal: &Principal,
        project: &str,
        now: Moment,
    ) -> Result<()> {
        let checked = principal.check_role(project);
        checked.map_err(|error| self.with_challenges(error, false, now))
    }

    /// Returns a 401 with a new nonce.
    pub(crate) fn challenge(&mut self, stale: bool, now: Moment) -> ApiError {
        let detail = "The request has no valid digest of the API key.";
        self.with_challenges(ApiError::new(Code::UserUnauthorized, detail), stale, now)
    }

    fn with_challenges(&mut self, error: ApiError, stale: bool, now: Moment) -> ApiError {
        let challenges = self.verifier.challenges(self.rng.random(), stale, now);
        challenges.into_iter().fold(error, |error, challenge| {
            error.with_header(WWW_AUTHENTICATE, challenge)
        })
    }

    /// Returns the service account of a request to the token endpoint.
    pub(crate) fn service_account(&self, parts: &Parts) -> Option<Arc<Principal>> {
        self.tokens.client(authorization(parts)).cloned()
    }

    /// Responds to a request of a service account, or of an unknown client, to the token endpoint.
    pub(crate) fn token(
        &mut self,
        account: Option<&Arc<Principal>>,
        parts: &Parts,
        body: Option<&Bytes>,
        now: Moment,
    ) -> Response<Bytes> {
        match account {
            Some(account) => {
                let random = self.rng.random();
                self.tokens.respond(account, parts, body, random, now)
            }
            None => token::invalid_client(REALM),
        }
    }

    /// Revokes all access tokens.
    pub(crate) fn revoke_tokens(&mut self) {
        self.tokens.revoke_all();
    }
}

/// Returns true if the request has a token, valid or not.
pub(crate) fn has_token(parts: &Parts) -> bool {
    authorization(parts).and_then(token::bearer).is_some()
}

/// Returns the value of the header, unless it is missing or repeated.
fn authorization(parts: &Parts) -> Option<&[u8]> {
    let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
    match (headers.next(), headers.next()) {
        (Some(only), None) => Some(only.as_bytes()),
        _ => None,
    }
}
