//! API keys and service accounts, their roles and their access lists.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The default public API key. It works with sandboxes only.
pub const DEFAULT_PUBLIC_KEY: &str = "sandboxk";

/// The default private API key. It works with sandboxes only.
pub const DEFAULT_PRIVATE_KEY: &str = "00000000-0000-4000-8000-000000000000";

/// The default client id of the service account. It works with sandboxes only.
pub const DEFAULT_CLIENT_ID: &str = "mdb_sa_id_5a4db0c55a4db0c55a4db0c5";

/// The default client secret of the service account. It works with sandboxes only.
pub const DEFAULT_CLIENT_SECRET: &str = "mdb_sa_sk_0000000000000000000000000000000000000000";

/// An API key, which signs requests with a digest. The default is the default key, which may do everything.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct ApiKey {
    /// The user name of the digest.
    pub public_key: String,
    /// The password of the digest.
    pub private_key: String,
    /// The roles. The default in JSON is Organization Owner.
    #[serde(default = "owner")]
    pub roles: Vec<Role>,
    /// The addresses and CIDR ranges that requests are accepted from. An empty list accepts every address.
    #[serde(default)]
    pub access_list: Vec<String>,
}

/// A service account, which requests access tokens. The default is the default account, which may do
/// everything.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct ServiceAccount {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: String,
    /// The roles. The default in JSON is Organization Owner.
    #[serde(default = "owner")]
    pub roles: Vec<Role>,
    /// The addresses and CIDR ranges that requests to the API are accepted from. An empty list accepts every
    /// address. Tokens are issued to every address.
    #[serde(default)]
    pub access_list: Vec<String>,
}

/// A role of an API key or service account, such as `{"role": "GROUP_OWNER", "project": "5a4d…"}` in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RoleJson", into = "RoleJson")]
#[non_exhaustive]
pub enum Role {
    /// Organization Owner, `ORG_OWNER`: may do everything in all projects.
    OrgOwner,
    /// Project Owner, `GROUP_OWNER`: may do everything in the project with this id.
    GroupOwner(String),
    /// Project Read Only, `GROUP_READ_ONLY`: belongs to the project with this id. No operation of the
    /// private endpoints is open to it.
    GroupReadOnly(String),
}

fn owner() -> Vec<Role> {
    vec![Role::OrgOwner]
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RoleJson {
    role: RoleName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    project: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum RoleName {
    OrgOwner,
    GroupOwner,
    GroupReadOnly,
}

impl TryFrom<RoleJson> for Role {
    type Error = &'static str;

    fn try_from(RoleJson { role, project }: RoleJson) -> Result<Self, Self::Error> {
        match (role, project) {
            (RoleName::OrgOwner, None) => Ok(Self::OrgOwner),
            (RoleName::GroupOwner, Some(project)) => Ok(Self::GroupOwner(project)),
            (RoleName::GroupReadOnly, Some(project)) => Ok(Self::GroupReadOnly(project)),
            (RoleName::OrgOwner, Some(_)) => Err("the role ORG_OWNER has no project; remove it"),
            (RoleName::GroupOwner | RoleName::GroupReadOnly, None) => {
                Err("a project is required for the roles GROUP_OWNER and GROUP_READ_ONLY")
            }
        }
    }
}

impl From<Role> for RoleJson {
    fn from(role: Role) -> Self {
        let (role, project) = match role {
            Role::OrgOwner => (RoleName::OrgOwner, None),
            Role::GroupOwner(project) => (RoleName::GroupOwner, Some(project)),
            Role::GroupReadOnly(project) => (RoleName::GroupReadOnly, Some(project)),
        };
        Self { role, project }
    }
}

impl ApiKey {
    /// Makes a key with the role Organization Owner and without an access list.
    pub fn new(public_key: impl Into<String>, private_key: impl Into<String>) -> Self {
        Self {
            public_key: public_key.into(),
            private_key: private_key.into(),
            roles: owner(),
            access_list: Vec::new(),
        }
    }

    /// Replaces the roles.
    #[must_use]
    pub fn with_roles(mut self, roles: impl IntoIterator<Item = Role>) -> Self {
        self.roles = roles.into_iter().collect();
        self
    }

    /// Replaces the access list with these addresses and CIDR ranges.
    #[must_use]
    pub fn with_access_list<T: Into<String>>(mut self, list: impl IntoIterator<Item = T>) -> Self {
        self.access_list = list.into_iter().map(Into::into).collect();
        self
    }
}

impl ServiceAccount {
    /// Makes an account with the role Organization Owner and without an access list.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            roles: owner(),
            access_list: Vec::new(),
        }
    }

    /// Replaces the roles.
    #[must_use]
    pub fn with_roles(mut self, roles: impl IntoIterator<Item = Role>) -> Self {
        self.roles = roles.into_iter().collect();
        self
    }

    /// Replaces the access list with these addresses and CIDR ranges.
    #[must_use]
    pub fn with_access_list<T: Into<String>>(mut self, list: impl IntoIterator<Item = T>) -> Self {
        self.access_list = list.into_iter().map(Into::into).collect();
        self
    }
}

impl Default for ApiKey {
    fn default() -> Self {
        Self::new(DEFAULT_PUBLIC_KEY, DEFAULT_PRIVATE_KEY)
    }
}

impl Default for ServiceAccount {
    fn default() -> Self {
        Self::new(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("public_key", &self.public_key)
            .field("roles", &self.roles)
            .field("access_list", &self.access_list)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAccount")
            .field("client_id", &self.client_id)
            .field("roles", &self.roles)
            .field("access_list", &self.access_list)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_of_json_has_roles_and_access_list() {
        let json = r#"{
            "publicKey": "p",
            "privateKey": "s",
            "roles": [{"role": "ORG_OWNER"}, {"role": "GROUP_READ_ONLY", "project": "a"}],
            "accessList": ["10.0.0.0/8"]
        }"#;
        let key: ApiKey = serde_json::from_str(json).expect("the key is valid");
        let expected = ApiKey::new("p", "s")
            .with_roles([Role::OrgOwner, Role::GroupReadOnly("a".to_owned())])
            .with_access_list(["10.0.0.0/8"]);
        assert_eq!(key, expected);
        let text = serde_json::to_string(&key).expect("the key can be written");
        let again: ApiKey = serde_json::from_str(&text).expect("the key is valid");
        assert_eq!(again, key);
    }

    #[test]
    fn account_of_json_is_an_owner_by_default() {
        let json = r#"{"clientId": "p", "clientSecret": "s"}"#;
        let account: ServiceAccount = serde_json::from_str(json).expect("the account is valid");
        assert_eq!(account, ServiceAccount::new("p", "s"));
        assert_eq!(account.roles, [Role::OrgOwner]);
    }

    #[test]
    fn invalid_role_is_an_error() {
        for (json, message) in [
            (
                r#"{"role": "ORG_OWNER", "project": "a"}"#,
                "the role ORG_OWNER has no project; remove it",
            ),
            (
                r#"{"role": "GROUP_OWNER"}"#,
                "a project is required for the roles GROUP_OWNER and GROUP_READ_ONLY",
            ),
            (r#"{"role": "OWNER"}"#, "unknown variant `OWNER`"),
            (
                r#"{"role": "ORG_OWNER", "group": 1}"#,
                "unknown field `group`",
            ),
        ] {
            let error = serde_json::from_str::<Role>(json).expect_err("the role is invalid");
            assert!(error.to_string().starts_with(message), "{error}");
        }
    }

    #[test]
    fn debug_output_has_no_secret() {
        let text = format!(
            "{:?} {:?}",
            ApiKey::new("public", "secret"),
            ServiceAccount::new("id", "secret")
        );
        assert!(text.contains("public") && text.contains("id"), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }
}
