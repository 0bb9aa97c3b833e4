//! The server side of HTTP digest authentication (RFC 7616, RFC 2617) with qop `auth`, as Atlas does it
//! and as other servers do.
//!
//! [`Verifier`] reads no clock and draws no random numbers: both come in as parameters.

mod header;
mod mode;

use std::collections::VecDeque;
use std::time::Duration;

use subtle::{Choice, ConstantTimeEq as _};

use crate::clock::Moment;
use header::Credentials;
pub(crate) use mode::hex;
pub use mode::{Algorithm, Challenge, NoncePolicy};

/// How many nonces are remembered. A client whose nonce was pushed out is told that it is stale, which
/// costs it one more round trip.
const REMEMBERED_NONCES: usize = 4096;

/// The parts of a request that its digest speaks for.
pub(crate) struct Signed<'a> {
    pub(crate) method: &'a str,
    /// Path and query, byte for byte as they stand in the request line.
    pub(crate) target: &'a str,
    /// `None` when there is no such header, or more than one.
    pub(crate) authorization: Option<&'a [u8]>,
}

/// What the verifier thinks of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Accepted,
    /// `stale` says that nothing but the nonce was wrong: the same keys will do with a new one.
    Refused {
        stale: bool,
    },
}

/// Whom the verifier knows, and how strict it is.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) realm: String,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) nonce_lifetime: Duration,
    pub(crate) mode: NoncePolicy,
    /// What is asked for. No other digest is accepted.
    pub(crate) challenges: Vec<Challenge>,
}

/// Knows the one user and the nonces that are out.
pub(crate) struct Verifier {
    settings: Settings,
    /// Oldest first.
    nonces: VecDeque<Nonce>,
}

struct Nonce {
    value: String,
    dies: Moment,
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

    /// Makes a nonce of the random bytes, remembers it, and returns the values of the
    /// `WWW-Authenticate` headers that hand it out.
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
        self.remember(nonce, now);
        headers
    }

    fn remember(&mut self, value: String, now: Moment) {
        while self.nonces.front().is_some_and(|oldest| oldest.dies <= now)
            || self.nonces.len() >= REMEMBERED_NONCES
        {
            self.nonces.pop_front();
        }
        self.nonces.push_back(Nonce {
            value,
            dies: now.after(self.settings.nonce_lifetime),
            uses: 0,
            highest_count: 0,
        });
    }

    /// Checks a request. One that is accepted uses its nonce.
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
        // A count that is no number is not signed.
        let count = u32::from_str_radix(text(credentials.nc.as_ref()), 16).unwrap_or_default();
        if self.use_nonce(text(credentials.nonce.as_ref()), count, now) {
            return Verdict::Accepted;
        }
        Verdict::Refused { stale: true }
    }

    /// Whether the nonce can be used (once more); if so, it has been.
    fn use_nonce(&mut self, nonce: &str, count: u32, now: Moment) -> bool {
        let mode = self.settings.mode;
        let mut known = self.nonces.iter_mut();
        let Some(nonce) = known.find(|it| now < it.dies && it.value == nonce) else {
            return false;
        };
        let good = match mode {
            NoncePolicy::AnyCount => true,
            NoncePolicy::IncreasingCount => count > nonce.highest_count,
            NoncePolicy::MaxUses(uses) => nonce.uses < uses,
        };
        if good {
            nonce.uses = nonce.uses.saturating_add(1);
            nonce.highest_count = nonce.highest_count.max(count);
        }
        good
    }

    /// Does all of its work whichever part is wrong, so that the time it takes does not tell a wrong
    /// user name from a wrong password.
    fn is_signed(&self, sent: &Credentials, request: &Signed<'_>) -> bool {
        let nonce = text(sent.nonce.as_ref());
        let nc = text(sent.nc.as_ref());
        let cnonce = text(sent.cnonce.as_ref());
        let offered = self.offered(sent.algorithm.as_deref());
        let algorithm = offered.unwrap_or_default();
        let expected = self.response(algorithm, request, nonce, nc, cnonce);
        let right = same(text(sent.response.as_ref()), &expected)
            & same(text(sent.username.as_ref()), &self.settings.username)
            & same(text(sent.realm.as_ref()), &self.settings.realm)
            & same(text(sent.uri.as_ref()), request.target)
            & same(text(sent.qop.as_ref()), "auth")
            & choice(is_count(nc))
            & choice(!cnonce.is_empty())
            & choice(offered.is_some())
            & choice(!is_true(sent.userhash.as_deref()));
        right.into()
    }

    /// The algorithm of this name, if it was asked for. MD5 is what a missing name means.
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
        let asked = algorithm.hash(&[request.method, request.target]);
        algorithm.hash(&[&user, nonce, nc, cnonce, "auth", &asked])
    }
}

fn text(value: Option<&String>) -> &str {
    value.map_or("", String::as_str)
}

fn same(sent: &str, wanted: &str) -> Choice {
    sent.as_bytes().ct_eq(wanted.as_bytes())
}

fn choice(right: bool) -> Choice {
    Choice::from(u8::from(right))
}

fn is_count(nc: &str) -> bool {
    nc.len() == 8 && nc.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// A hashed user name was not offered, so it cannot be taken.
fn is_true(userhash: Option<&str>) -> bool {
    userhash.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

#[cfg(test)]
mod tests;
