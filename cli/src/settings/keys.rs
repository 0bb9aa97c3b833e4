//! The credentials: an API key, or a service account.

use atlas_private_endpoint::Credentials;

use super::origin::{Found, Origin};
use super::secret::{self, Secret};
use super::sources::Sources;
use crate::args::globals::Globals;
use crate::args::names::{CLIENT_ID, CLIENT_SECRET, Names, PRIVATE_KEY, PUBLIC_KEY};
use crate::failure::Failure;

/// The credentials in force, as far as they are given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    ApiKey {
        public: Option<Found<String>>,
        private: Option<Found<Secret>>,
    },
    ServiceAccount {
        id: Option<Found<String>>,
        secret: Option<Found<Secret>>,
    },
}

/// What can hold credentials, in the order in which they are asked.
#[derive(Clone, Copy)]
enum Level {
    Options,
    Environment,
    Profile,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    ApiKey,
    ServiceAccount,
}

impl Keys {
    /// Finds the credentials. The first of options, environment and profile that holds any decides of which
    /// kind they are; each half may come from further back.
    ///
    /// # Errors
    ///
    /// [`Failure::usage`] when one place holds both kinds, since which was meant cannot be told.
    pub(crate) fn find(globals: &Globals, sources: &Sources<'_>) -> Result<Self, Failure> {
        let mut kind = Kind::ApiKey;
        for level in [Level::Options, Level::Environment, Level::Profile] {
            if let Some(found) = kind_at(level, globals, sources)? {
                kind = found;
                break;
            }
        }
        match kind {
            Kind::ApiKey => {
                let option = globals.public_api_key.as_deref();
                let public = sources.find(&PUBLIC_KEY, option)?;
                let private = match &globals.private_key_file {
                    Some(file) => Some(secret::read(file)?),
                    None => sources.find(&PRIVATE_KEY, None)?.map(hide),
                };
                Ok(Self::ApiKey { public, private })
            }
            Kind::ServiceAccount => {
                let id = sources.find(&CLIENT_ID, None)?;
                let secret = sources.find(&CLIENT_SECRET, None)?.map(hide);
                Ok(Self::ServiceAccount { id, secret })
            }
        }
    }

    /// The credentials for the client.
    ///
    /// # Errors
    ///
    /// [`Failure::usage`] that names the half which is missing, and where to give it.
    pub(crate) fn credentials(&self) -> Result<Credentials, Failure> {
        match self {
            Self::ApiKey { public, private } => {
                let private_origin = private.as_ref().map(|found| &found.origin);
                let public = given(public.as_ref(), &PUBLIC_KEY, private_origin)?;
                let public_origin = Some(&public.origin);
                let private = given(private.as_ref(), &PRIVATE_KEY, public_origin)?;
                Ok(Credentials::api_key(
                    public.value.clone(),
                    private.value.expose(),
                ))
            }
            Self::ServiceAccount { id, secret } => {
                let secret_origin = secret.as_ref().map(|found| &found.origin);
                let id = given(id.as_ref(), &CLIENT_ID, secret_origin)?;
                let secret = given(secret.as_ref(), &CLIENT_SECRET, Some(&id.origin))?;
                Ok(Credentials::service_account(
                    id.value.clone(),
                    secret.value.expose(),
                ))
            }
        }
    }

    /// Where the two halves came from, for those who look for the wrong one.
    pub(crate) fn origins(&self) -> String {
        fn from<T>(what: &str, found: Option<&Found<T>>) -> Option<String> {
            Some(format!("the {what} is from {}", found?.origin))
        }
        let (first, second) = match self {
            Self::ApiKey { public, private } => (
                from(PUBLIC_KEY.what, public.as_ref()),
                from(PRIVATE_KEY.what, private.as_ref()),
            ),
            Self::ServiceAccount { id, secret } => (
                from(CLIENT_ID.what, id.as_ref()),
                from(CLIENT_SECRET.what, secret.as_ref()),
            ),
        };
        let halves: Vec<String> = [first, second].into_iter().flatten().collect();
        halves.join(", ")
    }
}

fn hide(found: Found<String>) -> Found<Secret> {
    found.map(Secret::new)
}

fn kind_at(
    level: Level,
    globals: &Globals,
    sources: &Sources<'_>,
) -> Result<Option<Kind>, Failure> {
    let has = |names: &Names| match level {
        Level::Options => Ok(false),
        Level::Environment => Ok(sources.variable(names).is_some()),
        Level::Profile => Ok(sources.in_profile(names)?.is_some()),
    };
    let by_option = matches!(level, Level::Options)
        && (globals.public_api_key.is_some() || globals.private_key_file.is_some());
    let api_key = by_option || has(&PUBLIC_KEY)? || has(&PRIVATE_KEY)?;
    let service_account = has(&CLIENT_ID)? || has(&CLIENT_SECRET)?;
    match (api_key, service_account) {
        (true, true) => Err(both(level)),
        (true, false) => Ok(Some(Kind::ApiKey)),
        (false, true) => Ok(Some(Kind::ServiceAccount)),
        (false, false) => Ok(None),
    }
}

fn both(level: Level) -> Failure {
    let (api_key, service_account, remedy) = if matches!(level, Level::Profile) {
        (
            "public_api_key, private_api_key",
            "client_id, client_secret",
            "take one of them out of the profile, or set variables for the other",
        )
    } else {
        (
            "MONGODB_ATLAS_PUBLIC_API_KEY, MONGODB_ATLAS_PRIVATE_API_KEY",
            "MONGODB_ATLAS_CLIENT_ID, MONGODB_ATLAS_CLIENT_SECRET",
            "unset one of them",
        )
    };
    Failure::usage(format!(
        "an API key ({api_key}) and a service account ({service_account}) are given: {remedy}"
    ))
}

fn given<'a, T>(
    found: Option<&'a Found<T>>,
    names: &Names,
    other_half: Option<&Origin>,
) -> Result<&'a Found<T>, Failure> {
    found.ok_or_else(|| {
        let missing = Failure::usage(missing(names));
        match other_half {
            // Since 2025, the Atlas CLI keeps keys out of the file where the system offers a place for them.
            Some(Origin::Profile { profile, .. }) => missing.with_hint(format!(
                "profile {profile} does not hold it; the Atlas CLI may keep it in the keychain of the \
                 system, which atlas-pe does not read"
            )),
            _ => missing,
        }
    })
}

/// The sentence for a setting that is needed and given nowhere.
pub(crate) fn missing(names: &Names) -> String {
    let Names {
        what, variables, ..
    } = names;
    let variable = variables[0];
    match names.option {
        Some(option) => format!("no {what} is given: use {option} or set {variable}"),
        None => format!("no {what} is given: set {variable}"),
    }
}
