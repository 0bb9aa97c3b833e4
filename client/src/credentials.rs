//! What the client authenticates with.

use std::fmt;

use zeroize::Zeroizing;

/// An Atlas API key: the public key is the user name of the digest, the private key the password.
///
/// `Debug` shows the public key alone, and the private key is overwritten in memory when the last copy
/// is dropped.
///
/// ```
/// use atlas_private_endpoint::Credentials;
///
/// let credentials = Credentials::api_key("abcdefgh", "11111111-2222-3333-4444-555555555555");
/// assert!(!format!("{credentials:?}").contains("1111"));
/// ```
#[derive(Clone)]
pub struct Credentials {
    public_key: String,
    private_key: Zeroizing<String>,
}

impl Credentials {
    /// A public and a private API key of Atlas.
    ///
    /// Whether they can be used is checked by [`ClientBuilder::build`](crate::ClientBuilder::build),
    /// whether they are right only by Atlas.
    pub fn api_key(public_key: impl Into<String>, private_key: impl Into<String>) -> Self {
        Self {
            public_key: public_key.into(),
            private_key: Zeroizing::new(private_key.into()),
        }
    }

    /// The public API key, which is no secret.
    pub fn public_key(&self) -> &str {
        &self.public_key
    }

    pub(crate) fn private_key(&self) -> &str {
        &self.private_key
    }

    /// Says what makes these unusable in an HTTP header, without showing them.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        if self.public_key.is_empty() {
            return Some("the public API key is empty");
        }
        if self.private_key.is_empty() {
            return Some("the private API key is empty");
        }
        if self.public_key.chars().any(char::is_control) {
            return Some("the public API key contains a control character, such as a line break");
        }
        if self.private_key.chars().any(char::is_control) {
            return Some("the private API key contains a control character, such as a line break");
        }
        None
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("public_key", &self.public_key)
            .field("private_key", &"[redacted]")
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_private_key() {
        let text = format!("{:#?}", Credentials::api_key("public", "the-secret"));
        assert!(text.contains("public"), "{text}");
        assert!(!text.contains("the-secret"), "{text}");
    }

    #[test]
    fn keys_that_no_header_can_carry_are_named() {
        assert_eq!(Credentials::api_key("a", "b").problem(), None);
        for (public, private, word) in [
            ("", "b", "public"),
            ("a", "", "private"),
            ("a\n", "b", "public"),
            ("a", "b\n", "private"),
        ] {
            let problem = Credentials::api_key(public, private).problem();
            assert!(
                problem.is_some_and(|text| text.contains(word)),
                "{problem:?}"
            );
        }
    }
}
