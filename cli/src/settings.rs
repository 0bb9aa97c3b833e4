//! Resolves settings from options, then the environment, then a profile of the Atlas CLI, whose keys
//! can be in a keyring.

mod keyring;
pub(crate) mod keys;
mod profile;
pub(crate) mod source;

use std::path::Path;

use atlas_private_endpoint::{ProjectId, system_proxy};

use crate::args::{Format, Globals};
use crate::failure::Failure;
use crate::output;
pub(crate) use source::{Environment, Resolved, Source, Sources};

const CLOUD: &str = "https://cloud.mongodb.com";
const CLOUD_GOV: &str = "https://cloud.mongodbgov.com";

/// Some editors write it at the start of a file. No id and no key begins with it.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// The file name that means standard input.
pub(crate) const STANDARD_INPUT: &str = "-";

const DEFAULT_MAX_ATTEMPTS: u32 = 4;

/// The names of a setting.
#[derive(Debug)]
pub(crate) struct Setting {
    /// The name in messages.
    pub(crate) name: &'static str,
    /// The option. There is none for a secret, because options are visible in the list of processes.
    pub(crate) option: Option<&'static str>,
    /// The environment variables by precedence: those of the Atlas CLI, then those of MongoDB's Terraform
    /// provider.
    pub(crate) variables: &'static [&'static str],
    /// The keys in a profile of the Atlas CLI by precedence.
    pub(crate) keys: &'static [&'static str],
}

pub(crate) const PROFILE: Setting = Setting {
    name: "profile",
    option: Some("--profile"),
    variables: &["MONGODB_ATLAS_PROFILE"],
    keys: &[],
};

pub(crate) const PROJECT_ID: Setting = Setting {
    name: "project",
    option: Some("--project-id"),
    variables: &["MONGODB_ATLAS_PROJECT_ID"],
    keys: &["project_id"],
};

pub(crate) const BASE_URL: Setting = Setting {
    name: "base URL",
    option: Some("--base-url"),
    variables: &["MONGODB_ATLAS_BASE_URL", "MONGODB_ATLAS_OPS_MANAGER_URL"],
    keys: &["ops_manager_url", "base_url"],
};

/// The variant of Atlas, if there is no base URL.
const SERVICE: Setting = Setting {
    name: "service",
    option: None,
    variables: &["MONGODB_ATLAS_SERVICE"],
    keys: &["service"],
};

pub(crate) const OUTPUT: Setting = Setting {
    name: "output",
    option: Some("--output"),
    variables: &["MONGODB_ATLAS_OUTPUT"],
    keys: &["output"],
};

impl Setting {
    /// Returns the failure of a command that needs this setting.
    pub(crate) fn missing(&self) -> Failure {
        let (name, variable) = (self.name, self.variables[0]);
        Failure::usage(match self.option {
            Some(option) => format!("a {name} is required: use {option} or set {variable}"),
            None => format!("a {name} is required: set {variable}"),
        })
    }
}

/// The resolved settings of a command. Keys are not among them: the context resolves those when it makes the
/// client, and `config show` to mask them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) projects: Vec<Resolved<ProjectId>>,
    pub(crate) base_url: Resolved<String>,
    pub(crate) max_attempts: Resolved<u32>,
}

impl Settings {
    pub(crate) fn resolve(globals: &Globals, sources: &Sources<'_>) -> Result<Self, Failure> {
        if globals.profile.is_some() {
            // A profile that is named must exist, even if no setting comes from it.
            let _ = sources.profile()?;
        }
        Ok(Self {
            projects: projects(globals, sources)?,
            base_url: base_url(globals, sources)?,
            max_attempts: max_attempts(globals),
        })
    }

    /// Returns the project of a command that takes exactly one.
    pub(crate) fn project(&self) -> Result<&Resolved<ProjectId>, Failure> {
        match &self.projects[..] {
            [project] => Ok(project),
            [] => Err(PROJECT_ID.missing()),
            projects => Err(Failure::usage(format!(
                "expected one project but found {}; only list accepts more",
                projects.len()
            ))),
        }
    }
}

/// Returns the selected projects, if any.
pub(crate) fn projects(
    globals: &Globals,
    sources: &Sources<'_>,
) -> Result<Vec<Resolved<ProjectId>>, Failure> {
    if !globals.project_ids.is_empty() {
        let projects = globals.project_ids.iter().cloned();
        let projects = projects.map(|id| Resolved::new(id, Source::Option("--project-id")));
        return Ok(projects.collect());
    }
    let Some(Resolved { value, source }) = sources.find(&PROJECT_ID, None)? else {
        return Ok(Vec::new());
    };
    let project =
        ProjectId::new(value).map_err(|error| Failure::usage(format!("{source}: {error}")))?;
    Ok(vec![Resolved::new(project, source)])
}

pub(crate) fn base_url(
    globals: &Globals,
    sources: &Sources<'_>,
) -> Result<Resolved<String>, Failure> {
    let option = globals.base_url.clone();
    let option = option.map(|url| Resolved::new(url, Source::Option("--base-url")));
    if let Some(resolved) = option.or_else(|| sources.variable(&BASE_URL)) {
        return Ok(resolved);
    }
    // A service of the environment takes precedence over a URL of the profile.
    let service = match sources.variable(&SERVICE) {
        Some(service) => Some(service),
        None => match sources.in_profile(&BASE_URL)? {
            Some(resolved) => return Ok(resolved),
            None => sources.in_profile(&SERVICE)?,
        },
    };
    let Some(Resolved { value, source }) = service else {
        return Ok(Resolved::new(CLOUD.to_owned(), Source::Default));
    };
    let url = match value.as_str() {
        "cloud" => CLOUD,
        "cloudgov" => CLOUD_GOV,
        other => {
            return Err(Failure::usage(format!(
                "{source}: unknown service {other:?}; expected cloud or cloudgov"
            )));
        }
    };
    Ok(Resolved::new(url.to_owned(), source))
}

/// Returns the URL of the proxy for a base URL, without its password, with the variable that sets it. The URL is
/// `None` if that variable has no effect.
pub(crate) fn proxy(sources: &Sources<'_>, base_url: &str) -> Option<Proxy> {
    let variables = if base_url.trim_start().starts_with("http://") {
        ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
    } else {
        ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
    };
    let is_set = |name: &&str| sources.variable_named(name).is_some();
    let variable = variables.into_iter().find(is_set);
    match (system_proxy(base_url), variable) {
        (None, None) => None,
        (Some(url), variable) => Some(Proxy {
            url: Some(url),
            source: variable.unwrap_or("the system").to_owned(),
        }),
        (None, Some(variable)) => Some(Proxy {
            url: None,
            source: format!(
                "{variable}, which is not used for this base URL or is not a valid URL"
            ),
        }),
    }
}

/// The proxy of the environment or the system.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    pub(crate) url: Option<String>,
    pub(crate) source: String,
}

pub(crate) fn max_attempts(globals: &Globals) -> Resolved<u32> {
    match globals.max_attempts {
        Some(attempts) => Resolved::new(attempts, Source::Option("--max-attempts")),
        None => Resolved::new(DEFAULT_MAX_ATTEMPTS, Source::Default),
    }
}

/// Returns the output format. A format of the Atlas CLI that does not exist here becomes a table.
pub(crate) fn output(
    globals: &Globals,
    sources: &Sources<'_>,
) -> Result<Resolved<Format>, Failure> {
    if let Some(format) = globals.output {
        return Ok(Resolved::new(format, Source::Option("--output")));
    }
    let Some(Resolved { value, source }) = sources.find(&OUTPUT, None)? else {
        return Ok(Resolved::new(Format::Table, Source::Default));
    };
    let format = Format::named(&value).unwrap_or_else(|| {
        output::warn(&format!(
            "{source}: unknown output format {value:?}; using table"
        ));
        Format::Table
    });
    Ok(Resolved::new(format, source))
}

/// Returns the output format of the environment, for failures before the settings are resolved.
pub(crate) fn output_variable(environment: Environment<'_>) -> Option<Format> {
    let value = OUTPUT.variables.iter().find_map(|name| environment(name))?;
    Format::named(&value)
}

/// Returns the profile that settings come from, with its file.
pub(crate) fn profile(sources: &Sources<'_>) -> Result<Option<Resolved<String>>, Failure> {
    let Ok(profile) = sources.profile()? else {
        return Ok(None);
    };
    let named = sources.profile_name();
    let source = named.map_or(Source::Default, |resolved| resolved.source);
    let text = format!("{} in {}", profile.name, profile.file.display());
    Ok(Some(Resolved::new(text, source)))
}

/// Warns if others on this machine can read a file with keys.
#[cfg(unix)]
fn warn_if_readable(file: &Path, content: &str) {
    use std::os::unix::fs::PermissionsExt;
    const READABLE_BY_OTHERS: u32 = 0o044;
    let Ok(metadata) = file.metadata() else {
        return;
    };
    if metadata.is_file() && metadata.permissions().mode() & READABLE_BY_OTHERS != 0 {
        let file = file.display();
        output::warn(&format!(
            "other users can read {content} in {file}; run chmod 600 {file}"
        ));
    }
}

#[cfg(not(unix))]
fn warn_if_readable(_file: &Path, _content: &str) {}
