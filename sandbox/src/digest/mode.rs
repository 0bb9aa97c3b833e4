//! What the digest authentication is like, where servers differ.

/// How often a nonce may be used while it lives. What comes after that meets a 401 with `stale=true`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoncePolicy {
    /// Any number of times, and the count `nc` of a request may be any. As lenient as the RFC lets a
    /// server be.
    #[default]
    AnyCount,
    /// As long as each request has a higher `nc` than the one before it. The first may have 1.
    IncreasingCount,
    /// This many times, with any `nc`. With 0 every request is stale.
    MaxUses(u32),
}

/// How the digest is computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// What Atlas uses.
    #[default]
    Md5,
    /// MD5 with the nonce and the client's nonce in the hash of the user. Each request is expected to
    /// use its own client nonce there, not that of the session's first request.
    Md5Sess,
    /// What RFC 7616 recommends.
    Sha256,
    /// SHA-256 in the way of [`Md5Sess`](Self::Md5Sess).
    Sha256Sess,
}

/// What a 401 of the API asks for, as one `WWW-Authenticate` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Challenge {
    /// A digest by this algorithm.
    Digest(Algorithm),
    /// A digest by an algorithm that does not exist. Nothing fulfils it.
    UnknownAlgorithm,
    /// User name and password in the clear. Not accepted even so: the sandbox wants to see what a
    /// client makes of the challenge.
    Basic,
}

impl Algorithm {
    /// As it stands in a header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Md5Sess => "MD5-sess",
            Self::Sha256 => "SHA-256",
            Self::Sha256Sess => "SHA-256-sess",
        }
    }

    pub(super) fn is_session(self) -> bool {
        matches!(self, Self::Md5Sess | Self::Sha256Sess)
    }

    /// The hash of the parts with colons between them, in hexadecimal digits.
    pub(super) fn hash(self, parts: &[&str]) -> String {
        use md5::Digest as _;

        let text = parts.join(":");
        match self {
            Self::Md5 | Self::Md5Sess => hex(&md5::Md5::digest(text)),
            Self::Sha256 | Self::Sha256Sess => hex(&sha2::Sha256::digest(text)),
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
