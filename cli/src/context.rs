//! What a command needs: a client and a project, made of the settings.

use std::fs;
use std::path::PathBuf;

use atlas_private_endpoint::{Client, Error, ProjectId, RetryPolicy};

use crate::args::globals::Globals;
use crate::aws::quoted;
use crate::failure::{Failure, Reason};
use crate::hint;
use crate::settings::Settings;
use crate::settings::origin::{Found, Origin};

/// A client and the project that the command is about, with what hints have to say of both.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) client: Client,
    pub(crate) project: ProjectId,
    pub(crate) project_origin: Origin,
    pub(crate) base_url_origin: Origin,
    pub(crate) keys_origins: String,
    /// The options that a further command needs to be about the same, each with a space before it.
    pub(crate) options: String,
    /// Those of them that are the same for each project.
    shared_options: String,
}

impl Context {
    /// # Errors
    ///
    /// [`Failure::usage`] that names what is missing or wrong, and where to give it.
    pub(crate) fn new(
        globals: &Globals,
        settings: &Settings,
        project: &Found<ProjectId>,
    ) -> Result<Self, Failure> {
        let shared_options = shared_options(globals);
        let projects = globals.project_ids.iter().map(project_option);
        Ok(Self {
            client: client(globals, settings)?,
            project: project.value.clone(),
            project_origin: project.origin.clone(),
            base_url_origin: settings.base_url.origin.clone(),
            keys_origins: settings.keys.origins(),
            options: projects.chain([shared_options.clone()]).collect(),
            shared_options,
        })
    }

    /// The same for another project.
    pub(crate) fn for_project(&self, project: &Found<ProjectId>) -> Self {
        Self {
            client: self.client.clone(),
            project: project.value.clone(),
            project_origin: project.origin.clone(),
            base_url_origin: self.base_url_origin.clone(),
            keys_origins: self.keys_origins.clone(),
            options: project_option(&project.value) + &self.shared_options,
            shared_options: self.shared_options.clone(),
        }
    }

    /// Says what was tried, beside why it failed and what to do.
    pub(crate) fn failed(&self, action: impl Into<String>) -> impl FnOnce(Error) -> Failure {
        let action = action.into();
        move |error| {
            let hint = hint::of(&error, self);
            let failure = Failure::new(Reason::Call { action, error });
            match hint {
                Some(hint) => failure.with_hint(hint),
                None => failure,
            }
        }
    }
}

/// A client with the credentials in force. Nothing is connected before the first call.
///
/// # Errors
///
/// [`Failure::usage`] that names what is missing or wrong.
pub(crate) fn client(globals: &Globals, settings: &Settings) -> Result<Client, Failure> {
    let mut builder = Client::builder(settings.keys.credentials()?)
        .base_url(settings.base_url.value.clone())
        .retry(RetryPolicy::default().max_attempts(settings.max_attempts.value))
        .user_agent(concat!("atlas-pe/", env!("CARGO_PKG_VERSION")));
    if let Some(file) = &globals.ca_file {
        let shown = file.display();
        let pem = fs::read(file)
            .map_err(|error| Failure::usage(format!("cannot read {shown}: {error}")))?;
        builder = builder
            .ca_certificates(&pem)
            .map_err(|error| Failure::usage(format!("{shown}: {error}")))?;
    }
    builder.build().map_err(|error| {
        let origin = &settings.base_url.origin;
        let said = error.to_string();
        let hint = said
            .contains("base URL")
            .then(|| format!("the base URL is from {origin}"));
        let failure = Failure::usage(said);
        match hint {
            Some(hint) => failure.with_hint(hint),
            None => failure,
        }
    })
}

fn project_option(project: &ProjectId) -> String {
    format!(" --project-id {project}")
}

/// What was given on the command line and is not remembered elsewhere: without it, the next command would
/// be sent to another Atlas, or signed with another key.
fn shared_options(globals: &Globals) -> String {
    let path = |path: &PathBuf| path.display().to_string();
    let given = [
        ("--profile", globals.profile.clone()),
        ("--public-api-key", globals.public_api_key.clone()),
        (
            "--private-key-file",
            // Standard input has nothing more to give to the next command.
            globals
                .private_key_file
                .as_ref()
                .map(path)
                .filter(|path| path != "-"),
        ),
        ("--base-url", globals.base_url.clone()),
        ("--ca-file", globals.ca_file.as_ref().map(path)),
    ];
    given
        .into_iter()
        .filter_map(|(name, value)| Some(format!(" {name} {}", quoted(&value?))))
        .collect()
}
