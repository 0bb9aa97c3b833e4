//! What each setting is called: as an option, in the environment, and in a profile.

/// The names of one setting. Where more than one variable is set, the first of the list counts.
#[derive(Debug)]
pub(crate) struct Names {
    /// What it is, in sentences.
    pub(crate) what: &'static str,
    /// The option; none for what must not be seen in a process list.
    pub(crate) option: Option<&'static str>,
    /// The environment variables, those of the Atlas CLI first, then those of MongoDB's Terraform provider.
    pub(crate) variables: &'static [&'static str],
    /// The key in a profile of the Atlas CLI.
    pub(crate) key: Option<&'static str>,
}

pub(crate) const PROFILE: Names = Names {
    what: "profile",
    option: Some("--profile"),
    variables: &["MONGODB_ATLAS_PROFILE"],
    key: None,
};

pub(crate) const PROJECT_ID: Names = Names {
    what: "project",
    option: Some("--project-id"),
    variables: &["MONGODB_ATLAS_PROJECT_ID"],
    key: Some("project_id"),
};

pub(crate) const PUBLIC_KEY: Names = Names {
    what: "public API key",
    option: Some("--public-api-key"),
    variables: &["MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_PUBLIC_KEY"],
    key: Some("public_api_key"),
};

pub(crate) const PRIVATE_KEY: Names = Names {
    what: "private API key",
    option: Some("--private-key-file"),
    variables: &["MONGODB_ATLAS_PRIVATE_API_KEY", "MONGODB_ATLAS_PRIVATE_KEY"],
    key: Some("private_api_key"),
};

pub(crate) const CLIENT_ID: Names = Names {
    what: "client id",
    option: None,
    variables: &["MONGODB_ATLAS_CLIENT_ID"],
    key: Some("client_id"),
};

pub(crate) const CLIENT_SECRET: Names = Names {
    what: "client secret",
    option: None,
    variables: &["MONGODB_ATLAS_CLIENT_SECRET"],
    key: Some("client_secret"),
};

pub(crate) const BASE_URL: Names = Names {
    what: "base URL",
    option: Some("--base-url"),
    variables: &["MONGODB_ATLAS_BASE_URL", "MONGODB_ATLAS_OPS_MANAGER_URL"],
    key: Some("ops_manager_url"),
};

/// Which Atlas, when there is no base URL.
pub(crate) const SERVICE: Names = Names {
    what: "service",
    option: None,
    variables: &["MONGODB_ATLAS_SERVICE"],
    key: Some("service"),
};

pub(crate) const OUTPUT: Names = Names {
    what: "output",
    option: Some("--output"),
    variables: &["MONGODB_ATLAS_OUTPUT"],
    key: Some("output"),
};
