//! What a command needs: a client and a project, from options and the environment.

use atlas_private_endpoint::{Client, Credentials, ProjectId};

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
        let public_key = globals
            .public_api_key
            .clone()
            .or_else(|| environment(variable::PUBLIC_KEY))
            .ok_or_else(|| missing("public API key", "--public-api-key", variable::PUBLIC_KEY))?;
        let private_key = environment(variable::PRIVATE_KEY).ok_or_else(|| {
            Failure::Usage(format!(
                "no private API key is given: set {}",
                variable::PRIVATE_KEY
            ))
        })?;
        let mut builder = Client::builder(Credentials::api_key(public_key, private_key))
            .user_agent(concat!("atlas-pe/", env!("CARGO_PKG_VERSION")));
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
