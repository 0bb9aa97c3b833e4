//! Looking a setting up: options first, then the environment, then the profile.

use std::cell::OnceCell;

use super::origin::{Found, Origin};
use super::profile::{self, Profile};
use crate::args::names::{Names, PROFILE};
use crate::failure::Failure;

/// Reads an environment variable.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Everything that settings come from. The profile is read when a lookup first gets there.
pub(crate) struct Sources<'a> {
    environment: Environment<'a>,
    profile_option: Option<&'a str>,
    profile: OnceCell<Option<Profile>>,
}

impl<'a> Sources<'a> {
    pub(crate) fn new(environment: Environment<'a>, profile_option: Option<&'a str>) -> Self {
        Self {
            environment,
            profile_option,
            profile: OnceCell::new(),
        }
    }

    /// A setting, from wherever it is found first.
    ///
    /// # Errors
    ///
    /// [`Failure::usage`] when the profile cannot be read.
    pub(crate) fn find(
        &self,
        names: &Names,
        option: Option<&str>,
    ) -> Result<Option<Found<String>>, Failure> {
        let given = option.zip(names.option);
        if let Some((value, name)) = given {
            return Ok(Some(Found::new(value.to_owned(), Origin::Option(name))));
        }
        if let Some(found) = self.variable(names) {
            return Ok(Some(found));
        }
        self.in_profile(names)
    }

    /// A variable that is set to nothing is how scripts unset one.
    pub(crate) fn variable(&self, names: &Names) -> Option<Found<String>> {
        names.variables.iter().find_map(|name| {
            let value = (self.environment)(name).filter(|value| !value.is_empty())?;
            Some(Found::new(value, Origin::Variable(name)))
        })
    }

    /// # Errors
    ///
    /// [`Failure::usage`] when the profile cannot be read.
    pub(crate) fn in_profile(&self, names: &Names) -> Result<Option<Found<String>>, Failure> {
        let (Some(key), Some(profile)) = (names.key, self.profile()?) else {
            return Ok(None);
        };
        let origin = Origin::Profile {
            key,
            profile: profile.name.clone(),
        };
        let value = profile.get(key)?;
        Ok(value.map(|value| Found::new(value.to_owned(), origin)))
    }

    /// The name of the profile that is asked for.
    pub(crate) fn profile_name(&self) -> Option<Found<String>> {
        match self.profile_option {
            Some(name) => Some(Found::new(name.to_owned(), Origin::Option("--profile"))),
            None => self.variable(&PROFILE),
        }
    }

    /// The profile that is in force, if there is one.
    ///
    /// # Errors
    ///
    /// [`Failure::usage`] when it cannot be read.
    pub(crate) fn profile(&self) -> Result<Option<&Profile>, Failure> {
        if let Some(profile) = self.profile.get() {
            return Ok(profile.as_ref());
        }
        let file =
            profile::file(&|name| (self.environment)(name).filter(|value| !value.is_empty()));
        let name = self.profile_name();
        let name = name.as_ref().map(|found| found.value.as_str());
        let profile = Profile::read(file.as_deref(), name)?;
        Ok(self.profile.get_or_init(|| profile).as_ref())
    }
}
