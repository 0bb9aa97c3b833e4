//! Authentication: the API key by its digest, and the service account by its tokens.

mod digest;
mod header;
mod principal;
mod token;

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
use digest::{Signed, Verdict, Verifier};
pub use principal::{
    ApiKey, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_PRIVATE_KEY, DEFAULT_PUBLIC_KEY,
    Role, ServiceAccount,
};
pub(crate) use token::TOKEN_PATH;
use token::Tokens;

/// The API key and the service account of the sandbox.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) digest: DigestSettings,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
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
                username: DEFAULT_PUBLIC_KEY.to_owned(),
                password: DEFAULT_PRIVATE_KEY.to_owned(),
                nonce_lifetime: DEFAULT_NONCE_LIFETIME,
                nonce_policy: NoncePolicy::default(),
                challenges: vec![Challenge::Digest(Algorithm::default())],
            },
            client_id: DEFAULT_CLIENT_ID.to_owned(),
            client_secret: DEFAULT_CLIENT_SECRET.to_owned(),
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
    pub(crate) fn new(settings: Settings, rng: StdRng) -> Self {
        Self {
            verifier: Verifier::new(settings.digest),
            tokens: Tokens::new(
                settings.client_id,
                settings.client_secret,
                settings.token_lifetime,
            ),
            rng,
        }
    }

    /// Checks the authorization of a request to the API, and returns the public key or client id.
    pub(crate) fn check(&mut self, parts: &Parts, now: Moment) -> Result<String> {
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
        match self.verifier.check(&signed, now) {
            Verdict::Accepted => Ok(self.verifier.username().to_owned()),
            Verdict::Refused { stale } => Err(self.challenge(stale, now)),
        }
    }

    /// The challenge for a token has no nonce, as the client has no use for one.
    fn check_token(&self, token: &str, now: Moment) -> Result<String> {
        if self.tokens.is_valid(token, now) {
            return Ok(self.tokens.client_id().to_owned());
        }
        let detail = "The access token is unknown or has expired.";
        let challenge = "Bearer error=\"invalid_token\"";
        Err(ApiError::new(Code::UserUnauthorized, detail).with_header(WWW_AUTHENTICATE, challenge))
    }

    /// Returns a 401 with a new nonce.
    pub(crate) fn challenge(&mut self, stale: bool, now: Moment) -> ApiError {
        let detail = "The request has no valid digest of the API key.";
        let challenges = self.verifier.challenges(self.rng.random(), stale, now);
        challenges.into_iter().fold(
            ApiError::new(Code::UserUnauthorized, detail),
            |error, challenge| error.with_header(WWW_AUTHENTICATE, challenge),
        )
    }

    /// Returns the client id if a request to the token endpoint comes from the service account.
    pub(crate) fn service_account(&self, parts: &Parts) -> Option<String> {
        let is_client = self.tokens.is_client(authorization(parts));
        is_client.then(|| self.tokens.client_id().to_owned())
    }

    /// Responds to a request to the token endpoint.
    pub(crate) fn token(
        &mut self,
        parts: &Parts,
        body: Option<&Bytes>,
        now: Moment,
    ) -> Response<Bytes> {
        if self.service_account(parts).is_none() {
            return token::invalid_client(REALM);
        }
        self.tokens.respond(parts, body, self.rng.random(), now)
    }
}

/// Returns the value of the header, unless it is missing or repeated.
fn authorization(parts: &Parts) -> Option<&[u8]> {
    let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
    match (headers.next(), headers.next()) {
        (Some(only), None) => Some(only.as_bytes()),
        _ => None,
    }
}
