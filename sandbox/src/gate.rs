//! Who may ask: the API key by its digest, and the service account by its tokens.

use hyper::Response;
use hyper::body::Bytes;
use hyper::header::AUTHORIZATION;
use hyper::http::request::Parts;
use rand::RngExt as _;
use rand::rngs::StdRng;

use crate::clock::Moment;
use crate::digest::{Signed, Verdict, Verifier};
use crate::oauth::{self, Tokens};

/// Everything that authentication depends on.
pub(crate) struct Gate {
    verifier: Verifier,
    tokens: Tokens,
    rng: StdRng,
}

/// What a refused request is told.
pub(crate) struct Refused {
    pub(crate) detail: &'static str,
    /// One per `WWW-Authenticate` header.
    pub(crate) challenges: Vec<String>,
}

impl Gate {
    pub(crate) fn new(verifier: Verifier, tokens: Tokens, rng: StdRng) -> Self {
        Self {
            verifier,
            tokens,
            rng,
        }
    }

    /// Lets a request to the API through, or not.
    pub(crate) fn admit(&mut self, parts: &Parts, now: Moment) -> Result<(), Refused> {
        let authorization = authorization(parts);
        if let Some(token) = authorization.and_then(oauth::bearer) {
            return self.admit_bearer(token, now);
        }
        let target = parts.uri.path_and_query();
        let signed = Signed {
            method: parts.method.as_str(),
            target: target.map_or("", |it| it.as_str()),
            authorization,
        };
        match self.verifier.check(&signed, now) {
            Verdict::Accepted => Ok(()),
            Verdict::Refused { stale } => Err(self.refuse(stale, now)),
        }
    }

    /// Who came with a token has no use for a nonce.
    fn admit_bearer(&self, token: &str, now: Moment) -> Result<(), Refused> {
        if self.tokens.is_valid(token, now) {
            return Ok(());
        }
        Err(Refused {
            detail: "The access token is not valid, or no longer.",
            challenges: vec!["Bearer error=\"invalid_token\"".to_owned()],
        })
    }

    /// Hands out a new nonce.
    pub(crate) fn refuse(&mut self, stale: bool, now: Moment) -> Refused {
        let random = self.rng.random();
        Refused {
            detail: "The request carries no valid digest of the API key.",
            challenges: self.verifier.challenges(random, stale, now),
        }
    }

    /// Whether a request to the token endpoint comes from the service account.
    pub(crate) fn knows_client(&self, parts: &Parts) -> bool {
        self.tokens.knows(authorization(parts))
    }

    /// Answers a request of the service account to the token endpoint.
    pub(crate) fn token(
        &mut self,
        parts: &Parts,
        body: Option<&Bytes>,
        now: Moment,
    ) -> Response<Bytes> {
        self.tokens.answer(parts, body, self.rng.random(), now)
    }
}

/// `None` when there is no such header, or more than one.
fn authorization(parts: &Parts) -> Option<&[u8]> {
    let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
    match (headers.next(), headers.next()) {
        (Some(only), None) => Some(only.as_bytes()),
        _ => None,
    }
}
