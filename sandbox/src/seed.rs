//! The seed: what a sandbox has when it starts and after a reset.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::auth::{ApiKey, Principal, ServiceAccount};
use crate::fault::Fault;
use crate::request::regions;
use crate::state::{is_interface_endpoint_id, is_object_id};

/// The projects with their resources, and the settings that belong to them.
///
/// As JSON, names are in camel case and durations are texts such as `500ms`, `2s` or `never`:
///
/// ```
/// use atlas_pe_sandbox::{Sandbox, Seed};
///
/// let seed = Seed::from_json(
///     r#"{
///         "projects": [{
///             "id": "0123456789abcdef01234567",
///             "connections": [{
///                 "region": "eu-west-1",
///                 "interfaceEndpoints": [{ "id": "vpce-1", "status": "PENDING_ACCEPTANCE" }]
///             }]
///         }],
///         "durations": { "acceptInterfaceEndpoint": "5m" }
///     }"#,
/// )?;
/// let sandbox = Sandbox::builder().seed(seed).start()?;
/// assert_eq!(sandbox.connections(sandbox.project_id())[0].status, "WAITING_FOR_USER");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Seed {
    /// The URL or path of the JSON Schema, for editors. It has no effect.
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// What the seed is for. It has no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The projects. Without one, the sandbox has its default project.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub projects: Vec<ProjectSeed>,
    /// The API keys. Without one, the sandbox has its default key.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub api_keys: Vec<ApiKey>,
    /// The service accounts. Without one, the sandbox has its default account.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub service_accounts: Vec<ServiceAccount>,
    /// The regions in which connections can be created. Without one, they are those of the spec.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// How long changes of a status take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub durations: Option<Durations>,
    /// The maximum number of requests per project in each minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<u32>,
    /// Whether requests without valid credentials count towards the rate limit.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rate_limit_counts_challenges: bool,
    /// The faults.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
}

/// A project of a [`Seed`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProjectSeed {
    /// 24 hexadecimal digits.
    pub id: String,
    /// The private endpoint connections, at most one per region.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub connections: Vec<ConnectionSeed>,
}

/// A private endpoint connection of a [`Seed`].
///
/// It begins with its status and goes on changing from there: one that is `INITIATING` is created when the
/// sandbox starts, and a deletion begins then. Without a status it is ready. A status that a connection does
/// not reach by itself, or that has an error message, is pinned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConnectionSeed {
    /// 24 hexadecimal digits. The sandbox assigns an id when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The AWS region, such as `us-east-1`.
    pub region: String,
    /// The status, which can be any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The error message, which requires a status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// The interface endpoints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interface_endpoints: Vec<InterfaceEndpointSeed>,
}

/// An interface endpoint of a [`Seed`].
///
/// It begins with its status and goes on changing from there, like a [`ConnectionSeed`]. Without a status it
/// is `AVAILABLE`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InterfaceEndpointSeed {
    /// `vpce-` followed by letters and digits.
    pub id: String,
    /// The status, which can be any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The error message, which requires a status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
}

/// How long each change of a status takes. The default is one second.
///
/// With [`Duration::ZERO`] a change is immediate; with [`Duration::MAX`], in JSON `never`, it never
/// completes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Durations {
    /// From the creation of a connection until it is `WAITING_FOR_USER`.
    #[serde(with = "crate::duration")]
    pub create_connection: Duration,
    /// From the addition of an interface endpoint until it is `PENDING`.
    #[serde(with = "crate::duration")]
    pub accept_interface_endpoint: Duration,
    /// From `PENDING` until the interface endpoint is `AVAILABLE`.
    #[serde(with = "crate::duration")]
    pub connect_interface_endpoint: Duration,
    /// From the request to delete a connection until it is deleted.
    #[serde(with = "crate::duration")]
    pub delete_connection: Duration,
    /// From the request to delete an interface endpoint until it is deleted.
    #[serde(with = "crate::duration")]
    pub delete_interface_endpoint: Duration,
}

impl Durations {
    /// Uses one duration for every change.
    pub const fn all(step: Duration) -> Self {
        Self {
            create_connection: step,
            accept_interface_endpoint: step,
            connect_interface_endpoint: step,
            delete_connection: step,
            delete_interface_endpoint: step,
        }
    }
}

impl Default for Durations {
    fn default() -> Self {
        Self::all(crate::builder::DEFAULT_STEP)
    }
}

/// A mistake in a seed, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedError(String);

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SeedError {}

impl Seed {
    /// Parses a seed.
    ///
    /// # Errors
    ///
    /// Returns an error with its place when the text is not JSON, when a member is unknown or missing or has
    /// an invalid value, and when two resources conflict.
    pub fn from_json(text: &str) -> Result<Self, SeedError> {
        let mut json = serde_json::Deserializer::from_str(text);
        let seed: Self = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let place = error.path().to_string();
            let cause = error.into_inner();
            // The path of the whole is a dot.
            SeedError(match place.as_str() {
                "." => cause.to_string(),
                _ => format!("{place}: {cause}"),
            })
        })?;
        json.end().map_err(|error| SeedError(error.to_string()))?;
        seed.check()?;
        Ok(seed)
    }

    /// Returns an error for an invalid or repeated id, and for a second connection in a region.
    pub(crate) fn check(&self) -> Result<(), SeedError> {
        for (index, fault) in self.faults.iter().enumerate() {
            let in_seed = |reason| SeedError(format!("faults[{index}]: {reason}"));
            fault.check().map_err(in_seed)?;
        }
        let mut projects = BTreeSet::new();
        let mut connections = BTreeSet::new();
        for (index, project) in self.projects.iter().enumerate() {
            let place = format!("projects[{index}]");
            check_object_id(&place, &project.id)?;
            check_unique(&mut projects, &place, "id", &project.id)?;
            let mut regions = BTreeSet::new();
            for (index, connection) in project.connections.iter().enumerate() {
                let place = format!("{place}.connections[{index}]");
                if let Some(id) = &connection.id {
                    check_object_id(&place, id)?;
                    check_unique(&mut connections, &place, "id", id)?;
                }
                self.check_region(&place, &connection.region)?;
                check_unique(&mut regions, &place, "region", &connection.region)?;
                check_status(
                    &place,
                    connection.status.as_ref(),
                    connection.error_message.as_ref(),
                )?;
                check_interface_endpoints(&place, &connection.interface_endpoints)?;
            }
        }
        self.principals().map(|_| ())
    }

    /// Returns the API keys and the service accounts, or an error for an invalid or repeated one.
    pub(crate) fn principals(&self) -> Result<(Principals, Principals), SeedError> {
        Ok((
            principals("apiKeys", &self.api_keys, ApiKey::principal)?,
            principals(
                "serviceAccounts",
                &self.service_accounts,
                ServiceAccount::principal,
            )?,
        ))
    }

    fn check_region(&self, place: &str, region: &str) -> Result<(), SeedError> {
        let own: Vec<&str> = self.regions.iter().map(String::as_str).collect();
        let accepted = if own.is_empty() { regions() } else { &own };
        if accepted.contains(&region) {
            return Ok(());
        }
        Err(SeedError(format!(
            "{place}.region: expected one of {} but found {region:?}; add it to `regions` if it is meant",
            accepted.join(", ")
        )))
    }
}

type Principals = Vec<Arc<Principal>>;

fn principals<T>(
    member: &str,
    items: &[T],
    principal: impl Fn(&T) -> Result<Principal, String>,
) -> Result<Principals, SeedError> {
    let mut principals = Principals::new();
    for (index, item) in items.iter().enumerate() {
        let place = format!("{member}[{index}]");
        let principal = principal(item).map_err(|error| SeedError(format!("{place}.{error}")))?;
        let name = principal.name();
        if principals.iter().any(|it| it.name() == name) {
            return Err(SeedError(format!("{place}: {name:?} is repeated")));
        }
        principals.push(Arc::new(principal));
    }
    Ok(principals)
}

fn check_interface_endpoints(
    place: &str,
    endpoints: &[InterfaceEndpointSeed],
) -> Result<(), SeedError> {
    let mut ids = BTreeSet::new();
    for (index, endpoint) in endpoints.iter().enumerate() {
        let place = format!("{place}.interfaceEndpoints[{index}]");
        let id = &endpoint.id;
        if !is_interface_endpoint_id(id) {
            return Err(SeedError(format!(
                "{place}.id: expected vpce- with letters and digits but found {id:?}"
            )));
        }
        // Unlike other ids, these distinguish upper and lower case.
        if !ids.insert(id) {
            return Err(SeedError(format!("{place}.id: {id:?} is repeated")));
        }
        check_status(
            &place,
            endpoint.status.as_ref(),
            endpoint.error_message.as_ref(),
        )?;
    }
    Ok(())
}

fn check_object_id(place: &str, id: &str) -> Result<(), SeedError> {
    if is_object_id(id) {
        return Ok(());
    }
    Err(SeedError(format!(
        "{place}.id: expected 24 hexadecimal digits but found {id:?}"
    )))
}

fn check_unique(
    known: &mut BTreeSet<String>,
    place: &str,
    member: &str,
    value: &str,
) -> Result<(), SeedError> {
    if known.insert(value.to_ascii_lowercase()) {
        return Ok(());
    }
    Err(SeedError(format!(
        "{place}.{member}: {value:?} is repeated"
    )))
}

fn check_status(
    place: &str,
    status: Option<&String>,
    error_message: Option<&String>,
) -> Result<(), SeedError> {
    if error_message.is_some() && status.is_none() {
        return Err(SeedError(format!(
            "{place}.errorMessage: a status is required, such as FAILED or REJECTED"
        )));
    }
    Ok(())
}
