//! Credentials, which are redacted wherever they could be printed.

use std::fmt;

use zeroize::Zeroizing;

/// The credentials of a client: an Atlas API key or a service account.
///
/// `Debug` prints only the public part, and the secret is overwritten in memory when the last copy is
/// dropped.
///
/// ```
/// use atlas_private_endpoint::Credentials;
///
/// let credentials = Credentials::api_key("abcdefgh", "11111111-2222-3333-4444-555555555555");
/// assert!(!format!("{credentials:?}").contains("1111"));
///
/// let account = Credentials::service_account("mdb_sa_id_5f7cb1a3e3b4aa3b8ba3fb44", "mdb_sa_sk_secret");
/// assert!(!format!("{account:?}").contains("mdb_sa_sk_secret"));
/// ```
#[derive(Clone)]
pub struct Credentials {
    scheme: Scheme,
    name: String,
    secret: Zeroizing<String>,
}

/// The authentication scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// HTTP digest with the public key as user name and the private key as password.
    ApiKey,
    /// OAuth 2 client credentials, exchanged for a bearer token.
    ServiceAccount,
}

impl Credentials {
    /// Returns the credentials of a public and a private API key.
    ///
    /// [`ClientBuilder::build`](crate::ClientBuilder::build) checks their form; only Atlas checks whether they
    /// are valid.
    pub fn api_key(public_key: impl Into<String>, private_key: impl Into<String>) -> Self {
        Self::new(Scheme::ApiKey, public_key.into(), private_key.into())
    }

    /// Returns the credentials of the client id and client secret of a service account.
    ///
    /// The client fetches an access token from `/api/oauth/token` below the base URL, and a new one before
    /// that expires.
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

    /// Returns the public API key or the client id, which is not secret.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// Checks that both parts can be used in an HTTP header. The error does not contain them.
    pub(crate) fn check(&self) -> Result<(), String> {
        let (name, secret) = match self.scheme {
            Scheme::ApiKey => ("public API key", "private API key"),
            Scheme::ServiceAccount => ("client id", "client secret"),
        };
        for (what, value) in [(name, &self.name), (secret, &*self.secret)] {
            if value.is_empty() {
                return Err(format!("the {what} is empty"));
            }
            if value.chars().any(char::is_control) {
                return Err(format!(
                    "the {what} contains a control character, such as a line break"
                ));
            }
        }
        Ok(())
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
