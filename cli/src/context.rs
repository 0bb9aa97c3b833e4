//! What a command needs: a client and a project, from options and the environment.

use std::fs;

use atlas_private_endpoint::{Client, Credentials, ProjectId, RetryPolicy};

use crate::args::{Globals, variable};
use crate::failure::Failure;

/// A client and the project that the command is about.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) client: Client,
    pub(crate) project: ProjectId,
}

impl Context {
    /// Resolves options and environment. This is the only place that reads keys.
    ///
    /// # Errors
    ///
    /// [`Failure::Usage`] that names what is missing or wrong, and where to give it.
    pub(crate) fn resolve(
        globals: &Globals,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Failure> {
        // A variable that is set to nothing is how scripts unset one.
        let environment = |name: &str| environment(name).filter(|value| !value.is_empty());
        let project = match (&globals.project_id, environment(variable::PROJECT_ID)) {
            (Some(project), _) => project.clone(),
            (None, Some(text)) => ProjectId::new(text)
                .map_err(|error| Failure::Usage(format!("{}: {error}", variable::PROJECT_ID)))?,
            (None, None) => return Err(missing("project", "--project-id", variable::PROJECT_ID)),
        };
        let mut builder = Client::builder(credentials(globals, environment)?)
            .retry(RetryPolicy::default().max_attempts(globals.max_attempts))
            .user_agent(concat!("atlas-pe/", env!("CARGO_PKG_VERSION")));
        if let Some(file) = &globals.ca_file {
            let shown = file.display();
            let pem = fs::read(file)
                .map_err(|error| Failure::Usage(format!("cannot read {shown}: {error}")))?;
            builder = builder
                .ca_certificates(&pem)
                .map_err(|error| Failure::Usage(format!("{shown}: {error}")))?;
        }
        let base_url = globals.base_url.clone();
        if let Some(base_url) = base_url.or_else(|| environment(variable::BASE_URL)) {
            builder = builder.base_url(base_url);
        }
        let client = builder
            .build()
            .map_err(|error| Failure::Usage(error.to_string()))?;
        Ok(Self { client, project })
    }
}

/// An API key, or a service account, but not both: which one was meant cannot be told.
fn credentials(
    globals: &Globals,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Credentials, Failure> {
    let public_key = globals.public_api_key.clone();
    let public_key = public_key.or_else(|| environment(variable::PUBLIC_KEY));
    let private_key = environment(variable::PRIVATE_KEY);
    let client_id = environment(variable::CLIENT_ID);
    let client_secret = environment(variable::CLIENT_SECRET);
    let api_key = public_key.is_some() || private_key.is_some();
    let service_account = client_id.is_some() || client_secret.is_some();
    if api_key && service_account {
        return Err(Failure::Usage(format!(
            "an API key ({}, {}) and a service account ({}, {}) are given: unset one of them",
            variable::PUBLIC_KEY,
            variable::PRIVATE_KEY,
            variable::CLIENT_ID,
            variable::CLIENT_SECRET
        )));
    }
    let unset =
        |what: &str, variable: &str| Failure::Usage(format!("no {what} is given: set {variable}"));
    if service_account {
        let id = client_id.ok_or_else(|| unset("client id", variable::CLIENT_ID))?;
        let secret =
            client_secret.ok_or_else(|| unset("client secret", variable::CLIENT_SECRET))?;
        return Ok(Credentials::service_account(id, secret));
    }
    let public = public_key
        .ok_or_else(|| missing("public API key", "--public-api-key", variable::PUBLIC_KEY))?;
    let private = private_key.ok_or_else(|| unset("private API key", variable::PRIVATE_KEY))?;
    Ok(Credentials::api_key(public, private))
}

fn missing(what: &str, option: &str, variable: &str) -> Failure {
    Failure::Usage(format!(
        "no {what} is given: use {option} or set {variable}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Format;

    const PROJECT: &str = "5356823b3004dee37132bb7b";
    const OTHER: &str = "5356823b3004dee37132bb7c";

    fn globals() -> Globals {
        Globals {
            project_id: None,
            public_api_key: None,
            base_url: None,
            ca_file: None,
            max_attempts: 1,
            output: Format::Table,
        }
    }

    fn environment(name: &str) -> Option<String> {
        let value = match name {
            variable::PROJECT_ID => PROJECT,
            variable::PUBLIC_KEY => "public",
            variable::PRIVATE_KEY => "the-secret",
            _ => return None,
        };
        Some(value.to_owned())
    }

    #[test]
    fn an_option_goes_before_the_environment() {
        let context = Context::resolve(&globals(), environment).unwrap();
        assert_eq!(context.project.as_str(), PROJECT);
        let globals = Globals {
            project_id: Some(ProjectId::new(OTHER).unwrap()),
            ..globals()
        };
        let context = Context::resolve(&globals, environment).unwrap();
        assert_eq!(context.project.as_str(), OTHER);
    }

    #[test]
    fn both_kinds_of_credentials_are_one_too_many() {
        let both = |name: &str| match name {
            variable::CLIENT_ID => Some("mdb_sa_id_1".to_owned()),
            _ => environment(name),
        };
        let text = Context::resolve(&globals(), both).unwrap_err().to_string();
        for name in [variable::PUBLIC_KEY, variable::CLIENT_ID] {
            assert!(text.contains(name), "{text}");
        }
    }

    #[test]
    fn what_is_missing_or_empty_is_named() {
        for name in [
            variable::PROJECT_ID,
            variable::PUBLIC_KEY,
            variable::PRIVATE_KEY,
        ] {
            for gap in [None, Some(String::new())] {
                let environment = |asked: &str| {
                    if asked == name {
                        gap.clone()
                    } else {
                        environment(asked)
                    }
                };
                let failure = Context::resolve(&globals(), environment).unwrap_err();
                let text = failure.to_string();
                assert!(text.contains(name), "{text}");
                assert!(!text.contains("the-secret"), "{text}");
            }
        }
    }
}
