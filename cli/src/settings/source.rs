//! The sources of settings, and the lookup of a setting in them.

use std::cell::OnceCell;
use std::fmt;
use std::path::PathBuf;

use super::profile::{self, Profile, Value};
use super::{PROFILE, Setting};
use crate::failure::Failure;

/// The source of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Option(&'static str),
    /// A file that an option names.
    File(PathBuf),
    StandardInput,
    Variable(&'static str),
    Profile {
        key: &'static str,
        profile: String,
    },
    /// A value at the top of the file with the profiles.
    AllProfiles(&'static str),
    Keyring {
        key: &'static str,
        profile: String,
    },
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option(name) | Self::Variable(name) => f.write_str(name),
            Self::File(path) => path.display().fmt(f),
            Self::StandardInput => f.write_str("standard input"),
            Self::Profile { key, profile } => write!(f, "{key} of profile {profile}"),
            Self::AllProfiles(key) => write!(f, "{key} of all profiles"),
            Self::Keyring { key, profile } => {
                write!(f, "{key} of profile {profile} in the keyring")
            }
            Self::Default => f.write_str("the default"),
        }
    }
}

/// A value with its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resolved<T> {
    pub(crate) value: T,
    pub(crate) source: Source,
}

impl<T> Resolved<T> {
    pub(crate) fn new(value: T, source: Source) -> Self {
        Self { value, source }
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Resolved<U> {
        Resolved::new(change(self.value), self.source)
    }
}

/// Reads an environment variable.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The environment and the profile. The profile is read when a lookup first needs it.
pub(crate) struct Sources<'a> {
    environment: Environment<'a>,
    profile_option: Option<&'a str>,
    /// The profile, or why there is none.
    profile: OnceCell<Result<Profile, String>>,
}

impl<'a> Sources<'a> {
    pub(crate) fn new(environment: Environment<'a>, profile_option: Option<&'a str>) -> Self {
        Self {
            environment,
            profile_option,
            profile: OnceCell::new(),
        }
    }

    /// Returns a variable that is no setting of this program. An empty one counts as missing.
    pub(super) fn variable_named(&self, name: &str) -> Option<String> {
        (self.environment)(name).filter(|value| !value.is_empty())
    }

    /// Returns the value of the option, else of a variable, else of the profile.
    pub(crate) fn find(
        &self,
        setting: &Setting,
        option: Option<&str>,
    ) -> Result<Option<Resolved<String>>, Failure> {
        if let Some((value, name)) = option.zip(setting.option) {
            return Ok(Some(Resolved::new(value.to_owned(), Source::Option(name))));
        }
        match self.variable(setting) {
            Some(resolved) => Ok(Some(resolved)),
            None => self.in_profile(setting),
        }
    }

    pub(crate) fn variable(&self, setting: &Setting) -> Option<Resolved<String>> {
        setting.variables.iter().find_map(|name| {
            let value = self.environment(name)?;
            Some(Resolved::new(value, Source::Variable(name)))
        })
    }

    /// Ignores an empty variable, which is how scripts unset one.
    fn environment(&self, name: &str) -> Option<String> {
        (self.environment)(name).filter(|value| !value.is_empty())
    }

    pub(crate) fn in_profile(
        &self,
        setting: &Setting,
    ) -> Result<Option<Resolved<String>>, Failure> {
        let Ok(profile) = self.profile()? else {
            return Ok(None);
        };
        let value = profile.get(setting.keys)?;
        Ok(value.map(
            |Value {
                 key,
                 text,
                 is_shared,
             }| {
                let source = if is_shared {
                    Source::AllProfiles(key)
                } else {
                    let profile = profile.name.clone();
                    Source::Profile { key, profile }
                };
                Resolved::new(text.to_owned(), source)
            },
        ))
    }

    /// Returns the name of the profile, unless it is the default.
    pub(crate) fn profile_name(&self) -> Option<Resolved<String>> {
        match self.profile_option {
            Some(name) => Some(Resolved::new(name.to_owned(), Source::Option("--profile"))),
            None => self.variable(&PROFILE),
        }
    }

    /// Returns the names of all profiles.
    pub(crate) fn profile_names(&self) -> Vec<String> {
        let file = profile::file(&|name| self.environment(name));
        file.as_deref().map(profile::all_names).unwrap_or_default()
    }

    /// Returns the profile, or why there is none.
    pub(crate) fn profile(&self) -> Result<Result<&Profile, &str>, Failure> {
        if let Some(profile) = self.profile.get() {
            return Ok(profile.as_ref().map_err(String::as_str));
        }
        let file = profile::file(&|name| self.environment(name));
        let name = self.profile_name().map(|resolved| resolved.value);
        let profile = Profile::read(file.as_deref(), name.as_deref())?;
        let profile = self.profile.get_or_init(|| profile);
        Ok(profile.as_ref().map_err(String::as_str))
    }
}
