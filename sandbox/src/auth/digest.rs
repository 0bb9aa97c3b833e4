//! The server side of HTTP digest authentication (RFC 7616, RFC 2617) with qop `auth`, as Atlas and other
//! servers implement it.
//!
//! [`Verifier`] reads no clock and draws no random numbers: both are parameters.
//!
//! Where the RFCs leave a choice, or clients deviate from them:
//!
//! * Username and key are hashed as UTF-8, and no `charset` is sent. Keys of Atlas are ASCII.
//! * `username*` and `userhash` are refused, since no challenge offers them. So is `qop=auth-int`, and a
//!   request without `qop`.
//! * `uri` must be the target of the request byte for byte, without normalization.
//! * The hexadecimal digits of `response` must be in lower case, as in the grammar. Those of `nc` can be in
//!   either, since widespread servers accept both. `nc` begins with 1.
//! * An empty `opaque` counts as a missing one.
//! * Unknown parameters are ignored, as the RFCs require.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use subtle::{Choice, ConstantTimeEq as _};

use super::header::{Credentials, hex};
use super::principal::Principal;
use crate::clock::Moment;

/// The number of stored nonces. A dropped nonce counts as stale, which costs its client a round trip.
const MAX_NONCES: usize = 4096;

/// How often a nonce can be used before it expires. Further requests get a 401 with `stale=true`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoncePolicy {
    /// Any number of times, with each request count `nc` once, so that a replayed request is refused.
    ///
    /// The counts can arrive in any order, as those of parallel requests do. A count is also refused when it
    /// is lower than 1,024 counts that arrived before it and were not consecutive.
    #[default]
    UniqueCount,
    /// Any number of times, with any `nc`: as lenient as the RFC allows.
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

/// A request without a valid digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// True when only the nonce is wrong: the same key succeeds with a new one.
    pub(crate) stale: bool,
}

/// How strictly digests are checked.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) realm: String,
    pub(crate) nonce_lifetime: Duration,
    pub(crate) nonce_policy: NoncePolicy,
    /// The challenges of a 401. No other digest is accepted.
    pub(crate) challenges: Vec<Challenge>,
    /// Part of the challenges, and required in requests. Atlas sends none.
    pub(crate) opaque: Option<String>,
}

/// Checks digests of API keys.
pub(crate) struct Verifier {
    settings: Settings,
    keys: Vec<Arc<Principal>>,
    /// Oldest first. They are compared in variable time, since a nonce is sent in the clear and is of no use
    /// without a key.
    nonces: VecDeque<Nonce>,
}

struct Nonce {
    value: String,
    expires: Moment,
    uses: u32,
    highest_count: u32,
    counts: Counts,
}

/// The request counts of a nonce that have been used.
#[derive(Default)]
struct Counts {
    /// All counts up to this one have been used or given up.
    floor: u32,
    /// The used counts above the floor. It is empty when all counts so far arrived in order.
    above: BTreeSet<u32>,
}

impl Counts {
    /// The maximum number of stored counts.
    const MAX: usize = 1024;

    /// Uses a count, or returns false when it may have been used before.
    fn insert(&mut self, count: u32) -> bool {
        if count <= self.floor || !self.above.insert(count) {
            return false;
        }
        while let Some(&lowest) = self.above.first()
            && (lowest - self.floor == 1 || self.above.len() > Self::MAX)
        {
            self.floor = lowest;
            self.above.pop_first();
        }
        true
    }
}

impl Verifier {
    pub(crate) fn new(settings: Settings, keys: Vec<Arc<Principal>>) -> Self {
        Self {
            settings,
            keys,
            nonces: VecDeque::new(),
        }
    }

    /// Stores a nonce made of the random bytes, and returns the `WWW-Authenticate` headers with it.
    pub(crate) fn challenges(&mut self, random: [u8; 16], stale: bool, now: Moment) -> Vec<String> {
        let nonce = hex(&random);
        let realm = &self.settings.realm;
        let opaque = self.settings.opaque.as_ref();
        let opaque = opaque.map(|it| it.replace('\\', "\\\\").replace('"', "\\\""));
        let opaque = opaque.map_or_else(String::new, |it| format!(", opaque=\"{it}\""));
        let digest = |algorithm: &str| {
            format!(
                "Digest realm=\"{realm}\", domain=\"\", nonce=\"{nonce}\", algorithm={algorithm}, \
                 qop=\"auth\", stale={stale}{opaque}"
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
            counts: Counts::default(),
        });
    }

    /// Checks a request, and returns the key that it is signed with. An accepted request uses its nonce.
    pub(crate) fn check(
        &mut self,
        request: &Signed<'_>,
        now: Moment,
    ) -> Result<Arc<Principal>, Refused> {
        let wrong = Refused { stale: false };
        let credentials = request
            .authorization
            .and_then(|header| std::str::from_utf8(header).ok())
            .and_then(Credentials::parse)
            .ok_or(wrong)?;
        let count = credentials.get("nc").and_then(request_count);
        let count = count.ok_or(wrong)?;
        let key = Arc::clone(self.signer(&credentials, request).ok_or(wrong)?);
        if self.use_nonce(credentials.get("nonce").unwrap_or_default(), count, now) {
            return Ok(key);
        }
        Err(Refused { stale: true })
    }

    /// Uses the nonce, or returns false when it is unknown, expired or used up.
    fn use_nonce(&mut self, nonce: &str, count: u32, now: Moment) -> bool {
        let policy = self.settings.nonce_policy;
        let mut known = self.nonces.iter_mut();
        let Some(nonce) = known.find(|it| now < it.expires && it.value == nonce) else {
            return false;
        };
        let usable = match policy {
            NoncePolicy::UniqueCount => nonce.counts.insert(count),
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

    /// Returns the key that the request is signed with.
    ///
    /// It compares every part even after a mismatch, so that the time it takes does not reveal which part is
    /// wrong. Public keys are no secrets, and yet a request with an unknown one takes as long as others.
    fn signer(&self, sent: &Credentials, request: &Signed<'_>) -> Option<&Arc<Principal>> {
        let param = |name| sent.get(name).unwrap_or_default();
        let (nonce, nc, cnonce) = (param("nonce"), param("nc"), param("cnonce"));
        let username = param("username");
        let named = self.keys.iter().find(|it| it.name == username);
        let key = named.or(self.keys.first())?;
        let offered = self.offered(sent.get("algorithm"));
        let algorithm = offered.unwrap_or_default();
        let expected = self.response(algorithm, key, request, nonce, nc, cnonce);
        let opaque = self.settings.opaque.as_deref().unwrap_or_default();
        let matches = same(param("response"), &expected)
            & choice(named.is_some())
            & same(param("realm"), &self.settings.realm)
            & same(param("uri"), request.target)
            & same(param("qop"), "auth")
            & same(param("opaque"), opaque)
            & choice(!cnonce.is_empty())
            & choice(offered.is_some())
            & choice(sent.get("username*").is_none())
            & choice(!param("userhash").eq_ignore_ascii_case("true"));
        bool::from(matches).then_some(key)
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
        key: &Principal,
        request: &Signed<'_>,
        nonce: &str,
        nc: &str,
        cnonce: &str,
    ) -> String {
        let mut user = algorithm.hash(&[&key.name, &self.settings.realm, &key.secret]);
        if algorithm.is_session() {
            user = algorithm.hash(&[&user, nonce, cnonce]);
        }
        let request_hash = algorithm.hash(&[request.method, request.target]);
        algorithm.hash(&[&user, nonce, nc, cnonce, "auth", &request_hash])
    }
}

/// Parses `nc`, which begins with 1.
fn request_count(nc: &str) -> Option<u32> {
    let is_hexadecimal = nc.len() == 8 && nc.bytes().all(|digit| digit.is_ascii_hexdigit());
    let count = u32::from_str_radix(nc, 16).ok()?;
    (is_hexadecimal && count > 0).then_some(count)
}

fn same(sent: &str, expected: &str) -> Choice {
    sent.as_bytes().ct_eq(expected.as_bytes())
}

fn choice(value: bool) -> Choice {
    Choice::from(u8::from(value))
}

#[cfg(test)]
mod tests;
