//! The server side of HTTP digest authentication (RFC 7616, RFC 2617) with qop `auth`, as Atlas and other
//! servers implement it.
//!
//! [`Verifier`] reads no clock and draws no random numbers: both are parameters.

use std::collections::VecDeque;
use std::time::Duration;

use subtle::{Choice, ConstantTimeEq as _};

use super::header::{Credentials, hex};
use crate::clock::Moment;

/// The number of stored nonces. A dropped nonce counts as stale, which costs its client a round trip.
const MAX_NONCES: usize = 4096;

/// How often a nonce can be used before it expires. Further requests get a 401 with `stale=true`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoncePolicy {
    /// Any number of times, with any request count `nc`: as lenient as the RFC allows.
    #[default]
    AnyCount,
    /// Any number of times, with a higher `nc` in each request. The first may be 1.
    IncreasingCount,
    /// This many times, with any `nc`. With 0 every request is stale.
    MaxUses(u32),
}

/// The algorithm of a digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// MD5, which Atlas uses.
    #[default]
    Md5,
    /// MD5 with the nonce and the client nonce in the hash of the user. Each request must use its own
    /// client nonce there, not that of the first request of a session.
    Md5Sess,
    /// SHA-256, which RFC 7616 recommends.
    Sha256,
    /// SHA-256 with both nonces, like [`Md5Sess`](Self::Md5Sess).
    Sha256Sess,
}

/// A challenge of a 401: one `WWW-Authenticate` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Challenge {
    /// A digest with this algorithm.
    Digest(Algorithm),
    /// A digest with an algorithm that does not exist.
    UnknownAlgorithm,
    /// User name and password in clear text. The sandbox does not accept them: the challenge is for tests
    /// that check that a client does not send them.
    Basic,
}

impl Algorithm {
    /// Returns the name that headers use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Md5Sess => "MD5-sess",
            Self::Sha256 => "SHA-256",
            Self::Sha256Sess => "SHA-256-sess",
        }
    }

    fn is_session(self) -> bool {
        matches!(self, Self::Md5Sess | Self::Sha256Sess)
    }

    /// Returns the hash of the parts, joined by colons, in hexadecimal digits.
    fn hash(self, parts: &[&str]) -> String {
        use md5::Digest as _;

        let text = parts.join(":");
        match self {
            Self::Md5 | Self::Md5Sess => hex(&md5::Md5::digest(text)),
            Self::Sha256 | Self::Sha256Sess => hex(&sha2::Sha256::digest(text)),
        }
    }
}

/// The parts of a request that its digest covers.
pub(crate) struct Signed<'a> {
    pub(crate) method: &'a str,
    /// Path and query, byte for byte as in the request line.
    pub(crate) target: &'a str,
    /// `None` when the header is missing or repeated.
    pub(crate) authorization: Option<&'a [u8]>,
}

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Accepted,
    /// When only the nonce is wrong, the request is stale: the same key succeeds with a new nonce.
    Refused {
        stale: bool,
    },
}

/// The accepted API key, and how strictly its digest is checked.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) realm: String,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) nonce_lifetime: Duration,
    pub(crate) nonce_policy: NoncePolicy,
    /// The challenges of a 401. No other digest is accepted.
    pub(crate) challenges: Vec<Challenge>,
}

/// Checks digests of one user.
pub(crate) struct Verifier {
    settings: Settings,
    /// Oldest first.
    nonces: VecDeque<Nonce>,
}

struct Nonce {
    value: String,
    expires: Moment,
    uses: u32,
    highest_count: u32,
}

impl Verifier {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            settings,
            nonces: VecDeque::new(),
        }
    }

    pub(crate) fn username(&self) -> &str {
        &self.settings.username
    }

    /// Stores a nonce made of the random bytes, and returns the `WWW-Authenticate` headers with it.
    pub(crate) fn challenges(&mut self, random: [u8; 16], stale: bool, now: Moment) -> Vec<String> {
        let nonce = hex(&random);
        let realm = &self.settings.realm;
        let digest = |algorithm: &str| {
            format!(
                "Digest realm=\"{realm}\", domain=\"\", nonce=\"{nonce}\", algorithm={algorithm}, \
                 qop=\"auth\", stale={stale}"
            )
        };
        let challenges = self.settings.challenges.iter();
        let headers = challenges
            .map(|challenge| match challenge {
                Challenge::Digest(algorithm) => digest(algorithm.name()),
                Challenge::UnknownAlgorithm => digest("SANDBOX-UNKNOWN"),
                Challenge::Basic => format!("Basic realm=\"{realm}\""),
            })
            .collect();
        self.store(nonce, now);
        headers
    }

    fn store(&mut self, value: String, now: Moment) {
        while self
            .nonces
            .front()
            .is_some_and(|oldest| oldest.expires <= now)
            || self.nonces.len() >= MAX_NONCES
        {
            self.nonces.pop_front();
        }
        self.nonces.push_back(Nonce {
            value,
            expires: now.after(self.settings.nonce_lifetime),
            uses: 0,
            highest_count: 0,
        });
    }

    /// Checks a request. An accepted one uses its nonce.
    pub(crate) fn check(&mut self, request: &Signed<'_>, now: Moment) -> Verdict {
        let credentials = request
            .authorization
            .and_then(|header| std::str::from_utf8(header).ok())
            .and_then(Credentials::parse);
        let Some(credentials) = credentials else {
            return Verdict::Refused { stale: false };
        };
        if !self.is_signed(&credentials, request) {
            return Verdict::Refused { stale: false };
        }
        // `is_signed` has checked that the count is a number.
        let count =
            u32::from_str_radix(credentials.get("nc").unwrap_or_default(), 16).unwrap_or_default();
        if self.use_nonce(credentials.get("nonce").unwrap_or_default(), count, now) {
            return Verdict::Accepted;
        }
        Verdict::Refused { stale: true }
    }

    /// Uses the nonce, or returns false when it is unknown, expired or used up.
    fn use_nonce(&mut self, nonce: &str, count: u32, now: Moment) -> bool {
        let policy = self.settings.nonce_policy;
        let mut known = self.nonces.iter_mut();
        let Some(nonce) = known.find(|it| now < it.expires && it.value == nonce) else {
            return false;
        };
        let usable = match policy {
            NoncePolicy::AnyCount => true,
            NoncePolicy::IncreasingCount => count > nonce.highest_count,
            NoncePolicy::MaxUses(uses) => nonce.uses < uses,
        };
        if usable {
            nonce.uses = nonce.uses.saturating_add(1);
            nonce.highest_count = nonce.highest_count.max(count);
        }
        usable
    }

    /// Compares every part even after a mismatch, so that the time it takes does not reveal which part is
    /// wrong.
    fn is_signed(&self, sent: &Credentials, request: &Signed<'_>) -> bool {
        let param = |name| sent.get(name).unwrap_or_default();
        let (nonce, nc, cnonce) = (param("nonce"), param("nc"), param("cnonce"));
        let offered = self.offered(sent.get("algorithm"));
        let algorithm = offered.unwrap_or_default();
        let expected = self.response(algorithm, request, nonce, nc, cnonce);
        let matches = same(param("response"), &expected)
            & same(param("username"), &self.settings.username)
            & same(param("realm"), &self.settings.realm)
            & same(param("uri"), request.target)
            & same(param("qop"), "auth")
            & choice(nc.len() == 8 && nc.bytes().all(|digit| digit.is_ascii_hexdigit()))
            & choice(!cnonce.is_empty())
            & choice(offered.is_some())
            // No challenge offers to hash the user name.
            & choice(!param("userhash").eq_ignore_ascii_case("true"));
        matches.into()
    }

    /// Returns the algorithm with this name if a challenge has it. A missing name means MD5.
    fn offered(&self, name: Option<&str>) -> Option<Algorithm> {
        let name = name.unwrap_or(Algorithm::Md5.name());
        let offered = self.settings.challenges.iter();
        offered
            .filter_map(|challenge| match challenge {
                Challenge::Digest(algorithm) => Some(*algorithm),
                Challenge::UnknownAlgorithm | Challenge::Basic => None,
            })
            .find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    fn response(
        &self,
        algorithm: Algorithm,
        request: &Signed<'_>,
        nonce: &str,
        nc: &str,
        cnonce: &str,
    ) -> String {
        let Settings {
            realm,
            username,
            password,
            ..
        } = &self.settings;
        let mut user = algorithm.hash(&[username, realm, password]);
        if algorithm.is_session() {
            user = algorithm.hash(&[&user, nonce, cnonce]);
        }
        let request_hash = algorithm.hash(&[request.method, request.target]);
        algorithm.hash(&[&user, nonce, nc, cnonce, "auth", &request_hash])
    }
}

fn same(sent: &str, expected: &str) -> Choice {
    sent.as_bytes().ct_eq(expected.as_bytes())
}

fn choice(value: bool) -> Choice {
    Choice::from(u8::from(value))
}

#[cfg(test)]
mod tests;
