//! What the client authenticates with.

use std::fmt;

use zeroize::Zeroizing;

/// What a client signs its requests with: an Atlas API key, or a service account.
///
/// `Debug` shows the public part alone, and the secret is overwritten in memory when the last copy is
/// dropped.
///
/// ```
/// use atlas_private_endpoint::Credentials;
///
/// let credentials = Credentials::api_key("abcdefgh", "11111111-2222-3333-4444-555555555555");
/// assert!(!format!("{credentials:?}").contains("1111"));
/// ```
#[derive(Clone)]
pub struct Credentials {
    scheme: Scheme,
    name: String,
    secret: Zeroizing<String>,
}

/// How credentials are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// HTTP digest with the public key as user name and the private key as password.
    ApiKey,
    /// OAuth 2 client credentials, which get a bearer token.
    ServiceAccount,
}

impl Credentials {
    /// A public and a private API key of Atlas.
    ///
    /// Whether they can be used is checked by [`ClientBuilder::build`](crate::ClientBuilder::build),
    /// whether they are right only by Atlas.
    pub fn api_key(public_key: impl Into<String>, private_key: impl Into<String>) -> Self {
        Self::new(Scheme::ApiKey, public_key.into(), private_key.into())
    }

    /// The client id and the client secret of an Atlas service account.
    ///
    /// The client gets an access token for them from the base URL's `/api/oauth/token`, and a new one
    /// before that ends.
    pub fn service_account(client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        Self::new(
            Scheme::ServiceAccount,
            client_id.into(),
            client_secret.into(),
        )
    }

    fn new(scheme: Scheme, name: String, secret: String) -> Self {
        Self {
            scheme,
            name,
            secret: Zeroizing::new(secret),
        }
    }

    pub(crate) fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The public API key or the client id, which is no secret.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// Says what makes these unusable in an HTTP header, without showing them.
    pub(crate) fn problem(&self) -> Option<String> {
        let (name, secret) = match self.scheme {
            Scheme::ApiKey => ("public API key", "private API key"),
            Scheme::ServiceAccount => ("client id", "client secret"),
        };
        for (what, value) in [(name, &self.name), (secret, &*self.secret)] {
            if value.is_empty() {
                return Some(format!("the {what} is empty"));
            }
            if value.chars().any(char::is_control) {
                return Some(format!(
                    "the {what} contains a control character, such as a line break"
                ));
            }
        }
        None
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("scheme", &self.scheme)
            .field("name", &self.name)
            .field("secret", &"[redacted]")
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
                problem.as_ref().is_some_and(|text| text.contains(word)),
                "{problem:?}"
            );
        }
    }
}
