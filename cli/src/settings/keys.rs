//! Resolves the keys: an API key or a service account.

use std::fmt;
use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::{
    BYTE_ORDER_MARK, Resolved, STANDARD_INPUT, Setting, Source, Sources, warn_if_readable,
};
use crate::args::Globals;
use crate::failure::Failure;

pub(crate) const PUBLIC_KEY: Setting = Setting {
    name: "public API key",
    option: Some("--public-api-key"),
    variables: &["MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PUBLIC_KEY"],
    keys: &["public_api_key"],
};

pub(crate) const PRIVATE_KEY: Setting = Setting {
    name: "private API key",
    option: Some("--private-key-file"),
    variables: &["MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_PRIVATE_KEY"],
    keys: &["private_api_key"],
};

pub(crate) const CLIENT_ID: Setting = Setting {
    name: "client id",
    option: None,
    variables: &["MONGODB_ATLAS_CLIENT_ID"],
    keys: &["client_id"],
};

pub(crate) const CLIENT_SECRET: Setting = Setting {
    name: "client secret",
    option: None,
    variables: &["MONGODB_ATLAS_CLIENT_SECRET"],
    keys: &["client_secret"],
};

/// The text that replaces a secret, whatever its length.
pub(crate) const MASK: &str = "********";

/// The maximum size of a key file. Every key is shorter.
const MAX_KEY_FILE: u64 = 4096;

/// A private key or a client secret. It is zeroed on drop, and `Debug` masks it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Returns the secret, for the client's credentials only.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// The kinds of keys. Either half can be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    ApiKey {
        public: Option<Resolved<String>>,
        private: Option<Resolved<Secret>>,
    },
    ServiceAccount {
        id: Option<Resolved<String>>,
        secret: Option<Resolved<Secret>>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    ApiKey,
    ServiceAccount,
}

impl Keys {
    /// Resolves the keys. The first of options, environment and profile with any key decides on the kind;
    /// each half can come from a later one.
    pub(crate) fn resolve(globals: &Globals, sources: &Sources<'_>) -> Result<Self, Failure> {
        match kind(globals, sources)? {
            Kind::ApiKey => {
                let option = globals.public_api_key.as_deref();
                let public = sources.find(&PUBLIC_KEY, option)?;
                let private = match &globals.private_key_file {
                    Some(file) => Some(read_key(file)?),
                    None => find_secret(&PRIVATE_KEY, sources)?,
                };
                Ok(Self::ApiKey { public, private })
            }
            Kind::ServiceAccount => Ok(Self::ServiceAccount {
                id: sources.find(&CLIENT_ID, None)?,
                secret: find_secret(&CLIENT_SECRET, sources)?,
            }),
        }
    }

    /// Returns a phrase with the source of each half.
    pub(crate) fn sources(&self) -> String {
        fn half<T>(setting: &Setting, resolved: Option<&Resolved<T>>) -> Option<String> {
            Some(format!("the {} is from {}", setting.name, resolved?.source))
        }
        let (first, second) = match self {
            Self::ApiKey { public, private } => (
                half(&PUBLIC_KEY, public.as_ref()),
                half(&PRIVATE_KEY, private.as_ref()),
            ),
            Self::ServiceAccount { id, secret } => (
                half(&CLIENT_ID, id.as_ref()),
                half(&CLIENT_SECRET, secret.as_ref()),
            ),
        };
        let halves: Vec<String> = first.into_iter().chain(second).collect();
        halves.join(", ")
    }
}

fn find_secret(
    setting: &Setting,
    sources: &Sources<'_>,
) -> Result<Option<Resolved<Secret>>, Failure> {
    let resolved = sources.find(setting, None)?;
    Ok(resolved.map(|text| text.map(Secret::new)))
}

fn kind(globals: &Globals, sources: &Sources<'_>) -> Result<Kind, Failure> {
    if globals.public_api_key.is_some() || globals.private_key_file.is_some() {
        return Ok(Kind::ApiKey);
    }
    let has = |setting| sources.variable(setting).is_some();
    let api_key = has(&PUBLIC_KEY) || has(&PRIVATE_KEY);
    let service_account = has(&CLIENT_ID) || has(&CLIENT_SECRET);
    if api_key && service_account {
        return Err(Failure::usage(
            "expected an API key (MONGODB_ATLAS_PUBLIC_API_KEY, MONGODB_ATLAS_PRIVATE_API_KEY) or a \
             service account (MONGODB_ATLAS_CLIENT_ID, MONGODB_ATLAS_CLIENT_SECRET) but found both; unset \
             one of them",
        ));
    }
    if api_key || service_account {
        return Ok(if api_key {
            Kind::ApiKey
        } else {
            Kind::ServiceAccount
        });
    }
    let has = |setting| Ok(sources.in_profile(setting)?.is_some());
    let api_key = has(&PUBLIC_KEY)? || has(&PRIVATE_KEY)?;
    let service_account = has(&CLIENT_ID)? || has(&CLIENT_SECRET)?;
    if api_key && service_account {
        return Err(Failure::usage(
            "expected an API key (public_api_key, private_api_key) or a service account (client_id, \
             client_secret) but found both; remove one from the profile, or set variables for one",
        ));
    }
    Ok(if service_account {
        Kind::ServiceAccount
    } else {
        Kind::ApiKey
    })
}

/// Reads the private API key from a file or from standard input.
fn read_key(file: &Path) -> Result<Resolved<Secret>, Failure> {
    let (text, source) = if file == Path::new(STANDARD_INPUT) {
        if io::stdin().is_terminal() {
            return Err(Failure::usage(
                "could not read the private API key: standard input is a terminal, which would display it",
            )
            .with_hint("pipe it from a password manager, or read it from a file"));
        }
        (read_all(io::stdin().lock()), Source::StandardInput)
    } else {
        warn_if_readable(file, "the private API key");
        let text = fs::File::open(file).and_then(read_all);
        (text, Source::File(file.to_owned()))
    };
    let text = text.map_err(|error| {
        Failure::usage(format!(
            "could not read the private API key from {source}: {error}"
        ))
    })?;
    let key = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
    let key = key.trim_end_matches(['\r', '\n']);
    if key.is_empty() || key.contains(['\r', '\n']) || text.len() as u64 >= MAX_KEY_FILE {
        return Err(Failure::usage(format!(
            "expected the private API key and nothing else in {source}"
        )));
    }
    Ok(Resolved::new(Secret::new(key.to_owned()), source))
}

fn read_all(reader: impl Read) -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    reader.take(MAX_KEY_FILE).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_masks_a_secret() {
        let secret = Secret::new("hunter2".to_owned());
        assert_eq!(format!("{secret:?}"), MASK);
    }
}
