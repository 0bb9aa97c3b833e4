//! The server side of HTTP digest authentication (RFC 7616, RFC 2617): MD5 and qop `auth`, as Atlas does.
//!
//! [`Verifier`] reads no clock and draws no random numbers: both come in as parameters.

mod header;

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::time::Duration;

use md5::{Digest as _, Md5};
use subtle::{Choice, ConstantTimeEq as _};

use crate::clock::Moment;
use header::Credentials;

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

/// Knows the one user and the nonces that are out.
pub(crate) struct Verifier {
    realm: String,
    username: String,
    password: String,
    nonce_lifetime: Duration,
    /// Oldest first.
    nonces: VecDeque<Nonce>,
}

struct Nonce {
    value: String,
    dies: Moment,
}

impl Verifier {
    pub(crate) fn new(
        realm: &str,
        username: &str,
        password: &str,
        nonce_lifetime: Duration,
    ) -> Self {
        Self {
            realm: realm.to_owned(),
            username: username.to_owned(),
            password: password.to_owned(),
            nonce_lifetime,
            nonces: VecDeque::new(),
        }
    }

    /// Makes a nonce of the random bytes, remembers it, and returns the value of the
    /// `WWW-Authenticate` header that hands it out.
    pub(crate) fn challenge(&mut self, random: [u8; 16], stale: bool, now: Moment) -> String {
        let nonce = hex(&random);
        let header = format!(
            "Digest realm=\"{realm}\", domain=\"\", nonce=\"{nonce}\", algorithm=MD5, qop=\"auth\", stale={stale}",
            realm = self.realm,
        );
        self.remember(nonce, now);
        header
    }

    fn remember(&mut self, value: String, now: Moment) {
        while self.nonces.front().is_some_and(|oldest| oldest.dies <= now)
            || self.nonces.len() >= REMEMBERED_NONCES
        {
            self.nonces.pop_front();
        }
        self.nonces.push_back(Nonce {
            value,
            dies: now.after(self.nonce_lifetime),
        });
    }

    /// Checks a request. A nonce may be used again while it lives, with any count.
    pub(crate) fn check(&self, request: &Signed<'_>, now: Moment) -> Verdict {
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
        if self.is_alive(credentials.nonce.as_deref().unwrap_or_default(), now) {
            return Verdict::Accepted;
        }
        Verdict::Refused { stale: true }
    }

    fn is_alive(&self, nonce: &str, now: Moment) -> bool {
        self.nonces
            .iter()
            .any(|known| now < known.dies && known.value == nonce)
    }

    /// Does all of its work whichever part is wrong, so that the time it takes does not tell a wrong
    /// user name from a wrong password.
    fn is_signed(&self, sent: &Credentials, request: &Signed<'_>) -> bool {
        let nonce = text(sent.nonce.as_ref());
        let nc = text(sent.nc.as_ref());
        let cnonce = text(sent.cnonce.as_ref());
        let expected = self.response(request, nonce, nc, cnonce);
        let right = same(text(sent.response.as_ref()), &expected)
            & same(text(sent.username.as_ref()), &self.username)
            & same(text(sent.realm.as_ref()), &self.realm)
            & same(text(sent.uri.as_ref()), request.target)
            & same(text(sent.qop.as_ref()), "auth")
            & choice(is_count(nc))
            & choice(!cnonce.is_empty())
            & choice(is_md5(sent.algorithm.as_deref()))
            & choice(!is_true(sent.userhash.as_deref()));
        right.into()
    }

    fn response(&self, request: &Signed<'_>, nonce: &str, nc: &str, cnonce: &str) -> String {
        let user = md5_hex(&[&self.username, &self.realm, &self.password]);
        let asked = md5_hex(&[request.method, request.target]);
        md5_hex(&[&user, nonce, nc, cnonce, "auth", &asked])
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

/// MD5 is what a missing algorithm means.
fn is_md5(algorithm: Option<&str>) -> bool {
    algorithm.is_none_or(|name| name.eq_ignore_ascii_case("MD5"))
}

/// A hashed user name was not offered, so it cannot be taken.
fn is_true(userhash: Option<&str>) -> bool {
    userhash.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

fn md5_hex(parts: &[&str]) -> String {
    hex(&Md5::digest(parts.join(":")))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;
