//! The context of a command: a client and a project.
//!
//! Only this module exposes keys: it passes them to the client.

use std::fs;
use std::future::IntoFuture;
use std::path::PathBuf;

use atlas_private_endpoint::{
    Client, Credentials, Error, InterfaceEndpointId, PrivateLinkId, ProjectId, RetryPolicy,
};

use crate::args::Globals;
use crate::failure::Failure;
use crate::hint::{self, Origins};
use crate::interrupt::interruptible;
use crate::output::Messages;
use crate::render::escaped_line;
use crate::settings::keys::{Keys, Kind};
use crate::settings::{self, Resolved, STANDARD_INPUT, Settings, Sources};

/// How to authenticate, for a user without any configuration.
const GUIDE: &str = "\
To authenticate, do one of the following:
  API key            set MONGODB_ATLAS_PUBLIC_API_KEY and
                     MONGODB_ATLAS_PRIVATE_API_KEY
  service account    set MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET
  Atlas CLI profile  run atlas auth login, and choose an API key or a service
                     account; --profile selects one of several profiles
An owner of the project creates an API key or a service account in Atlas: in the
settings of the project or the organization, under Access Manager (API Keys) or
Applications. It needs the role Project Owner.

To try atlas-pe without an account, run atlas-pe-sandbox, which simulates Atlas
on this machine, and set the variables that it prints.";

/// A client, a project and the sources of the settings behind them.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) client: Client,
    pub(crate) project: ProjectId,
    pub(crate) origins: Origins,
    pub(crate) messages: Messages,
    /// The options of a further command, without those that name the project.
    shared_options: String,
}

impl Context {
    /// Makes the context of `project`, or else of the one project of the settings.
    pub(crate) fn new(
        globals: &Globals,
        sources: &Sources<'_>,
        settings: &Settings,
        project: Option<&Resolved<ProjectId>>,
        messages: Messages,
    ) -> Result<Self, Failure> {
        let keys = Keys::resolve(globals, sources)?;
        let project = project.map_or_else(|| settings.project(), Ok);
        let (project, credentials) = match (project, credentials(&keys, sources)) {
            (Ok(project), Ok(credentials)) => (project, credentials),
            (Err(project), Err(keys)) => return Err(keys.preceded_by(&project)),
            (Err(failure), Ok(_)) | (Ok(_), Err(failure)) => return Err(failure),
        };
        let shared_options = shared_options(globals);
        let projects = globals.project_ids.iter().map(project_option);
        Ok(Self {
            client: client(globals, settings, credentials)?,
            project: project.value.clone(),
            origins: Origins {
                project: project.source.clone(),
                base_url: settings.base_url.source.clone(),
                keys: keys.sources(),
                proxy: settings::proxy(sources, &settings.base_url.value),
                ca_file: globals.ca_file.clone(),
                options: projects.chain([shared_options.clone()]).collect(),
            },
            messages,
            shared_options,
        })
    }

    pub(crate) fn for_project(&self, project: &Resolved<ProjectId>) -> Self {
        Self {
            project: project.value.clone(),
            origins: Origins {
                project: project.source.clone(),
                options: project_option(&project.value) + &self.shared_options,
                ..self.origins.clone()
            },
            ..self.clone()
        }
    }

    /// Returns the name of a connection in messages.
    pub(crate) fn connection(&self, id: &PrivateLinkId) -> String {
        format!(
            "private endpoint connection {id} of project {}",
            self.project
        )
    }

    /// Returns the name of an interface endpoint in messages.
    pub(crate) fn interface_endpoint(
        &self,
        id: &PrivateLinkId,
        vpce: &InterfaceEndpointId,
    ) -> String {
        format!("interface endpoint {vpce} of {}", self.connection(id))
    }

    /// Returns a function that converts an error to a failure, with the attempted action and a hint.
    pub(crate) fn failed_to(&self, action: impl Into<String>) -> impl FnOnce(Error) -> Failure {
        let action = action.into();
        move |error| {
            let hint = hint::for_error(&error, &self.origins);
            let failure = Failure::call(action, error);
            match hint {
                Some(hint) => failure.with_hint(hint),
                None => failure,
            }
        }
    }

    /// Awaits a request that changes something. After Control-C its outcome is unknown.
    pub(crate) async fn change<T>(
        &self,
        action: &str,
        request: impl IntoFuture<Output = Result<T, Error>>,
    ) -> Result<T, Failure> {
        let request = async { request.await.map_err(self.failed_to(action)) };
        let interrupted = || {
            let failure = Failure::interrupted(format!("Atlas may still {action}"));
            Err(failure.with_hint(hint::list(&self.origins)))
        };
        interruptible(request, interrupted).await
    }

    /// Awaits a wait for `what`. A timeout or Control-C ends the wait only; `again` is the command that resumes it.
    pub(crate) async fn wait<T>(
        &self,
        action: &str,
        what: &str,
        again: &str,
        wait: impl IntoFuture<Output = Result<T, Error>>,
    ) -> Result<T, Failure> {
        let resume = || format!("{again}{} resumes the wait", self.origins.options);
        let wait = async {
            wait.await.map_err(|error| {
                let is_timeout = error.is_wait_timeout();
                let failure = self.failed_to(action)(error);
                if is_timeout {
                    return failure.or_hint(resume());
                }
                failure
            })
        };
        let interrupted = || {
            let failure = Failure::interrupted(format!("Atlas continues with {what}"));
            Err(failure.with_hint(resume()))
        };
        interruptible(wait, interrupted).await
    }
}

/// Returns a client. It connects with the first call.
fn client(
    globals: &Globals,
    settings: &Settings,
    credentials: Credentials,
) -> Result<Client, Failure> {
    let mut builder = Client::builder(credentials)
        .base_url(settings.base_url.value.clone())
        .retry(RetryPolicy::default().max_attempts(settings.max_attempts.value))
        .user_agent(concat!("atlas-pe/", env!("CARGO_PKG_VERSION")));
    if let Some(file) = &globals.ca_file {
        let path = file.display();
        let pem = fs::read(file)
            .map_err(|error| Failure::usage(format!("could not read {path}: {error}")))?;
        builder = builder
            .ca_certificates(&pem)
            .map_err(|error| Failure::usage(format!("{path}: {error}")))?;
    }
    builder.build().map_err(|error| {
        let message = error.to_string();
        let is_base_url = message.contains("base URL");
        let failure = Failure::usage(message);
        if is_base_url {
            return failure.with_hint(hint::source_of_base_url(&settings.base_url.source));
        }
        failure
    })
}

/// Returns the credentials, or a failure with what is missing, why, and the remedies.
fn credentials(keys: &Keys, sources: &Sources<'_>) -> Result<Credentials, Failure> {
    let (id_setting, secret_setting) = keys.kind.settings();
    let missing = match (&keys.id, &keys.secret) {
        (Some(id), Some(secret)) => {
            let (id, secret) = (id.value.clone(), secret.value.expose());
            return Ok(match keys.kind {
                Kind::ApiKey => Credentials::api_key(id, secret),
                Kind::ServiceAccount => Credentials::service_account(id, secret),
            });
        }
        (None, None) => {
            let reason = keys.unavailable.as_deref().unwrap_or("none are set");
            let failure = Failure::usage(format!("keys are required: {reason}"));
            return Err(match sources.profile()? {
                Ok(_) => failure.with_hint(
                    "set the variables MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY, or \
                     MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET of a service account",
                ),
                Err(_) => failure.with_guide(GUIDE),
            });
        }
        (None, Some(_)) => id_setting.missing(),
        (Some(_), None) => secret_setting.missing(),
    };
    Err(match &keys.unavailable {
        Some(reason) => missing.with_hint(reason),
        None => missing,
    })
}

fn project_option(project: &ProjectId) -> String {
    format!(" --project-id {project}")
}

/// Returns the options without which a further command would reach another Atlas or use another key.
fn shared_options(globals: &Globals) -> String {
    let path = |path: &PathBuf| path.display().to_string();
    let key_file = globals.private_key_file.as_ref().map(path);
    let options = [
        ("--profile", globals.profile.clone()),
        ("--public-api-key", globals.public_api_key.clone()),
        // Standard input is read to its end.
        (
            "--private-key-file",
            key_file.filter(|path| path != STANDARD_INPUT),
        ),
        ("--base-url", globals.base_url.clone()),
        ("--ca-file", globals.ca_file.as_ref().map(path)),
    ];
    options
        .into_iter()
        .filter_map(|(name, value)| Some(format!(" {name} {}", shell_word(&value?))))
        .collect()
}

/// Quotes a text, such as one from a server, as one word of a shell.
pub(crate) fn shell_word(text: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "-._/:".contains(character);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", escaped_line(text).replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shell_word_is_one_word() {
        assert_eq!(shell_word("us-east-1"), "us-east-1");
        assert_eq!(shell_word("$(rm -rf ~)"), "'$(rm -rf ~)'");
        assert_eq!(shell_word("it's\n"), r"'it'\''s '");
        assert_eq!(shell_word(""), "''");
    }
}
