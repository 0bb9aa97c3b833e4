//! Resolves the keys: an API key or a service account.

use std::fmt;
use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::{
    BYTE_ORDER_MARK, Resolved, STANDARD_INPUT, Setting, Source, Sources, keyring, warn_if_readable,
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

/// How the Atlas CLI authenticates with a profile.
const AUTH_TYPE: Setting = Setting {
    name: "authentication type",
    option: None,
    variables: &[],
    keys: &["auth_type"],
};

// The types without keys.
const USER_ACCOUNT: &str = "user_account";
const NO_AUTH: &str = "no_auth";

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

    fn resolved(text: Resolved<String>) -> Resolved<Self> {
        text.map(Self::new)
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

/// The resolved keys. Either half can be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keys {
    pub(crate) kind: Kind,
    /// The public API key or the client id.
    pub(crate) id: Option<Resolved<String>>,
    pub(crate) secret: Option<Resolved<Secret>>,
    /// Why the profile and the keyring have not provided what is missing.
    pub(crate) unavailable: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    ApiKey,
    ServiceAccount,
}

impl Kind {
    /// Returns the settings of both halves.
    pub(crate) fn settings(self) -> (&'static Setting, &'static Setting) {
        match self {
            Self::ApiKey => (&PUBLIC_KEY, &PRIVATE_KEY),
            Self::ServiceAccount => (&CLIENT_ID, &CLIENT_SECRET),
        }
    }
}

impl Keys {
    /// Resolves the keys. The first of options, environment and profile with any key decides on the kind;
    /// each half can come from a later one. The keyring is read for what is missing in a profile.
    pub(crate) fn resolve(globals: &Globals, sources: &Sources<'_>) -> Result<Self, Failure> {
        let Some(kind) = given_kind(globals, sources)? else {
            return Self::of_profile(sources);
        };
        let (id, secret) = kind.settings();
        Ok(Self {
            kind,
            id: sources.find(id, globals.public_api_key.as_deref())?,
            secret: match &globals.private_key_file {
                Some(file) => Some(read_key(file)?),
                None => sources.find(secret, None)?.map(Secret::resolved),
            },
            unavailable: None,
        })
    }

    fn of_profile(sources: &Sources<'_>) -> Result<Self, Failure> {
        let mut keys = Self {
            kind: Kind::ApiKey,
            id: None,
            secret: None,
            unavailable: None,
        };
        let profile = match sources.profile()? {
            Ok(profile) => profile,
            Err(reason) => {
                keys.unavailable = Some(format!("none are set, and {reason}"));
                return Ok(keys);
            }
        };
        let name = &profile.name;
        let auth_type = sources.in_profile(&AUTH_TYPE)?;
        let auth_type = auth_type.as_ref().map(|resolved| resolved.value.as_str());
        let kinds = profile_kinds(auth_type, sources)?;
        keys.unavailable = match auth_type {
            Some(USER_ACCOUNT) if kinds.is_empty() => Some(format!(
                "profile {name} has a login in the browser (auth_type {USER_ACCOUNT}), which only the Atlas \
                 CLI can use"
            )),
            Some(NO_AUTH) if kinds.is_empty() => {
                Some(format!("profile {name} has none (auth_type {NO_AUTH})"))
            }
            _ => None,
        };
        for kind in kinds {
            let (id, secret) = kind.settings();
            keys.kind = *kind;
            keys.id = sources.in_profile(id)?;
            keys.secret = sources.in_profile(secret)?.map(Secret::resolved);
            keys.unavailable = keys.complete_from_keyring(name).err();
            if keys.id.is_some() || keys.secret.is_some() || keys.unavailable.is_some() {
                break;
            }
        }
        if keys.unavailable.is_none() && (keys.id.is_none() || keys.secret.is_none()) {
            let service = keyring::service(name);
            keys.unavailable = Some(format!(
                "profile {name} has none in its file, and none in the keyring (service {service})"
            ));
        }
        Ok(keys)
    }

    /// Reads what is missing from the keyring. Returns why it could not be read.
    fn complete_from_keyring(&mut self, profile: &str) -> Result<(), String> {
        let read = |setting: &Setting| -> Result<Option<Resolved<String>>, String> {
            let key = setting.keys[0];
            let found = keyring::read(profile, key).map_err(|reason| {
                format!("could not read {key} of profile {profile} from the keyring: {reason}")
            })?;
            let profile = profile.to_owned();
            let source = Source::Keyring { key, profile };
            Ok(found.map(|text| Resolved::new(text.to_string(), source)))
        };
        let (id, secret) = self.kind.settings();
        if self.id.is_none() {
            self.id = read(id)?;
        }
        if self.secret.is_none() {
            self.secret = read(secret)?.map(Secret::resolved);
        }
        Ok(())
    }

    /// Returns a phrase with the source of each half.
    pub(crate) fn sources(&self) -> String {
        fn half<T>(setting: &Setting, resolved: Option<&Resolved<T>>) -> Option<String> {
            Some(format!("the {} is from {}", setting.name, resolved?.source))
        }
        let (id, secret) = self.kind.settings();
        let halves = [
            half(id, self.id.as_ref()),
            half(secret, self.secret.as_ref()),
        ];
        let halves: Vec<String> = halves.into_iter().flatten().collect();
        halves.join(", ")
    }
}

/// Returns the kind of the keys that options or the environment give, if any.
fn given_kind(globals: &Globals, sources: &Sources<'_>) -> Result<Option<Kind>, Failure> {
    if globals.public_api_key.is_some() || globals.private_key_file.is_some() {
        return Ok(Some(Kind::ApiKey));
    }
    let has = |kind: Kind| {
        let (id, secret) = kind.settings();
        sources.variable(id).is_some() || sources.variable(secret).is_some()
    };
    match (has(Kind::ApiKey), has(Kind::ServiceAccount)) {
        (true, true) => Err(Failure::usage(
            "expected an API key (MONGODB_ATLAS_PUBLIC_API_KEY, MONGODB_ATLAS_PRIVATE_API_KEY) or a \
             service account (MONGODB_ATLAS_CLIENT_ID, MONGODB_ATLAS_CLIENT_SECRET) but found both; unset \
             one of them",
        )),
        (true, false) => Ok(Some(Kind::ApiKey)),
        (false, true) => Ok(Some(Kind::ServiceAccount)),
        (false, false) => Ok(None),
    }
}

/// Returns the kinds of keys that a profile can have: that of the keys in its file, or else by its `auth_type`.
fn profile_kinds(
    auth_type: Option<&str>,
    sources: &Sources<'_>,
) -> Result<&'static [Kind], Failure> {
    let has = |kind: Kind| -> Result<bool, Failure> {
        let (id, secret) = kind.settings();
        Ok(sources.in_profile(id)?.is_some() || sources.in_profile(secret)?.is_some())
    };
    let of_type: Option<&'static [Kind]> = match auth_type {
        Some("api_keys") => Some(&[Kind::ApiKey]),
        Some("service_account") => Some(&[Kind::ServiceAccount]),
        // The token of a login expires within hours, and only the Atlas CLI renews it.
        Some(USER_ACCOUNT | NO_AUTH) => Some(&[]),
        _ => None,
    };
    match (has(Kind::ApiKey)?, has(Kind::ServiceAccount)?) {
        (true, false) => Ok(&[Kind::ApiKey]),
        (false, true) => Ok(&[Kind::ServiceAccount]),
        (true, true) => of_type.filter(|kinds| !kinds.is_empty()).ok_or_else(|| {
            Failure::usage(
                "expected an API key (public_api_key, private_api_key) or a service account (client_id, \
                 client_secret) but found both; remove one from the profile, or set variables for one",
            )
        }),
        (false, false) => Ok(of_type.unwrap_or(&[Kind::ApiKey, Kind::ServiceAccount])),
    }
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
