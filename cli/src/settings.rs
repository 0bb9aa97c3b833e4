//! What is in force: options, then the environment, then a profile of the Atlas CLI.

pub(crate) mod keys;
pub(crate) mod origin;
pub(crate) mod profile;
pub(crate) mod secret;
pub(crate) mod sources;

use std::path::Path;

use atlas_private_endpoint::ProjectId;

use crate::args::globals::{Format, Globals};
use crate::args::names::{BASE_URL, OUTPUT, PROJECT_ID, SERVICE};
use crate::failure::Failure;
use crate::output;
use keys::{Keys, missing};
use origin::{Found, Origin};
use sources::Sources;

/// Atlas, and Atlas for Government.
const CLOUD: &str = "https://cloud.mongodb.com";
const CLOUD_GOV: &str = "https://cloud.mongodbgov.com";

/// What some editors write at the start of a text file; no id and no key begins with it.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// How often a call is attempted, unless it is said.
const MAX_ATTEMPTS: u32 = 4;

/// Every setting that a command may need, each with where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) projects: Vec<Found<ProjectId>>,
    pub(crate) keys: Keys,
    pub(crate) base_url: Found<String>,
    pub(crate) output: Found<Format>,
    pub(crate) max_attempts: Found<u32>,
}

impl Settings {
    /// Resolves options, environment and profile. This is the only place that reads keys. The output comes
    /// first and from [`output()`], since it says how to tell what is wrong with the others.
    ///
    /// # Errors
    ///
    /// [`Failure::usage`] that names what cannot be read or is wrong, and where it is.
    pub(crate) fn resolve(
        globals: &Globals,
        sources: &Sources<'_>,
        output: Found<Format>,
    ) -> Result<Self, Failure> {
        if globals.profile.is_some() {
            // One that is asked for must be there, even when nothing is missing without it.
            sources.profile()?;
        }
        Ok(Self {
            output,
            projects: projects(globals, sources)?,
            keys: Keys::find(globals, sources)?,
            base_url: base_url(globals, sources)?,
            max_attempts: max_attempts(globals),
        })
    }

    /// The one project that a command is about.
    ///
    /// # Errors
    ///
    /// [`Failure::usage`] when there is none, or more than one.
    pub(crate) fn project(&self) -> Result<&Found<ProjectId>, Failure> {
        match &self.projects[..] {
            [project] => Ok(project),
            [] => Err(Failure::usage(missing(&PROJECT_ID))),
            projects => Err(Failure::usage(format!(
                "{} projects are given: this command is about one, only list takes more",
                projects.len()
            ))),
        }
    }
}

/// The projects that are given; none is no failure here.
///
/// # Errors
///
/// [`Failure::usage`] when one is no id.
pub(crate) fn projects(
    globals: &Globals,
    sources: &Sources<'_>,
) -> Result<Vec<Found<ProjectId>>, Failure> {
    if !globals.project_ids.is_empty() {
        let option = Origin::Option("--project-id");
        let projects = globals.project_ids.iter().cloned();
        return Ok(projects
            .map(|project| Found::new(project, option.clone()))
            .collect());
    }
    let Some(Found { value, origin }) = sources.find(&PROJECT_ID, None)? else {
        return Ok(Vec::new());
    };
    let project =
        ProjectId::new(value).map_err(|error| Failure::usage(format!("{origin}: {error}")))?;
    Ok(vec![Found::new(project, origin)])
}

/// Where Atlas is.
///
/// # Errors
///
/// [`Failure::usage`] when the service is not known.
pub(crate) fn base_url(globals: &Globals, sources: &Sources<'_>) -> Result<Found<String>, Failure> {
    // A service of the environment goes before a URL of the profile.
    let named = globals.base_url.clone();
    let by_option = named.map(|url| Found::new(url, Origin::Option("--base-url")));
    if let Some(found) = by_option.or_else(|| sources.variable(&BASE_URL)) {
        return Ok(found);
    }
    let service = match sources.variable(&SERVICE) {
        Some(service) => Some(service),
        None => match sources.in_profile(&BASE_URL)? {
            Some(found) => return Ok(found),
            None => sources.in_profile(&SERVICE)?,
        },
    };
    let Some(Found { value, origin }) = service else {
        return Ok(Found::new(CLOUD.to_owned(), Origin::Default));
    };
    let url = match value.as_str() {
        "cloud" => CLOUD,
        "cloudgov" => CLOUD_GOV,
        other => {
            return Err(Failure::usage(format!(
                "{origin}: the service {other:?} is not known; there are cloud and cloudgov"
            )));
        }
    };
    Ok(Found::new(url.to_owned(), origin))
}

/// How often a call is attempted.
pub(crate) fn max_attempts(globals: &Globals) -> Found<u32> {
    match globals.max_attempts {
        Some(attempts) => Found::new(attempts, Origin::Option("--max-attempts")),
        None => Found::new(MAX_ATTEMPTS, Origin::Default),
    }
}

/// What to print. The Atlas CLI knows formats that this program has not: with those, a person gets a table.
///
/// # Errors
///
/// [`Reason::Usage`](crate::failure::Reason::Usage) when the profile cannot be read.
pub(crate) fn output(globals: &Globals, sources: &Sources<'_>) -> Result<Found<Format>, Failure> {
    if let Some(format) = globals.output {
        return Ok(Found::new(format, Origin::Option("--output")));
    }
    let Some(Found { value, origin }) = sources.find(&OUTPUT, None)? else {
        return Ok(Found::new(Format::Table, Origin::Default));
    };
    let format = Format::named(&value).unwrap_or_else(|| {
        output::warn(&format!(
            "{origin}: there is no output {value:?} here; a table is shown"
        ));
        Format::Table
    });
    Ok(Found::new(format, origin))
}

/// The profile that settings are taken from, with its file.
///
/// # Errors
///
/// [`Failure::usage`] when it cannot be read.
pub(crate) fn profile_in_force(sources: &Sources<'_>) -> Result<Option<Found<String>>, Failure> {
    let Some(profile) = sources.profile()? else {
        return Ok(None);
    };
    let asked = sources.profile_name();
    let origin = asked.map_or(Origin::Default, |found| found.origin);
    let shown = format!("{} in {}", profile.name, profile.file().display());
    Ok(Some(Found::new(shown, origin)))
}

/// Warns when others on this machine can read a file with keys.
#[cfg(unix)]
fn warn_if_readable(file: &Path, what: &str) {
    use std::os::unix::fs::PermissionsExt;
    const OTHERS_CAN_READ: u32 = 0o044;
    let Ok(metadata) = file.metadata() else {
        return;
    };
    if metadata.is_file() && metadata.permissions().mode() & OTHERS_CAN_READ != 0 {
        let file = file.display();
        output::warn(&format!(
            "others on this machine can read {what} in {file}; chmod 600 {file} keeps them to you"
        ));
    }
}

#[cfg(not(unix))]
fn warn_if_readable(_file: &Path, _what: &str) {}
