//! API keys and service accounts, their roles and their access lists.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::error::{ApiError, Code, Result};
use crate::state::is_object_id;

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

/// What a key or account is checked for.
pub(crate) struct Principal {
    /// The public key or client id.
    pub(super) name: String,
    /// The private key or client secret.
    pub(super) secret: String,
    roles: Vec<Role>,
    access_list: Vec<IpNet>,
}

impl Principal {
    /// Returns the invalid member and the reason for an empty or unprintable key, a malformed project id and
    /// a malformed entry of the access list. The members have the names of the JSON.
    fn new(
        [name, secret]: [(&str, &str); 2],
        roles: &[Role],
        access_list: &[String],
    ) -> Result<Self, String> {
        for (member, value) in [name, secret] {
            if value.is_empty() || value.contains(char::is_control) {
                return Err(format!("{member}: it is empty or has control characters"));
            }
        }
        for role in roles {
            if let Role::GroupOwner(id) | Role::GroupReadOnly(id) = role
                && !is_object_id(id)
            {
                return Err(format!(
                    "roles: expected a project of 24 hexadecimal digits but found {id:?}"
                ));
            }
        }
        let access_list = access_list.iter().map(|entry| {
            let address = entry.parse().map(IpAddr::into);
            address.or_else(|_| entry.parse()).map_err(|_| {
                format!("accessList: expected an address or a CIDR range but found {entry:?}")
            })
        });
        Ok(Self {
            name: name.1.to_owned(),
            secret: secret.1.to_owned(),
            roles: roles.to_vec(),
            access_list: access_list.collect::<Result<_, _>>()?,
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns an error when the access list lacks the address.
    pub(crate) fn check_address(&self, address: IpAddr) -> Result<()> {
        let address = address.to_canonical();
        let mut listed = self.access_list.iter();
        if self.access_list.is_empty() || listed.any(|it| it.contains(&address)) {
            return Ok(());
        }
        let name = &self.name;
        let detail = format!("The address {address} is not on the access list of {name}.");
        Err(ApiError::new(Code::IpAddressNotOnWhitelist, detail).about(address.to_string()))
    }

    /// Returns an error when no role allows the operations in this project.
    pub(super) fn check_role(&self, project: &str) -> Result<()> {
        let is_project = |id: &String| id.eq_ignore_ascii_case(project);
        let mut is_member = false;
        for role in &self.roles {
            match role {
                Role::OrgOwner => return Ok(()),
                Role::GroupOwner(id) if is_project(id) => return Ok(()),
                Role::GroupReadOnly(id) if is_project(id) => is_member = true,
                Role::GroupOwner(_) | Role::GroupReadOnly(_) => {}
            }
        }
        let name = &self.name;
        let (code, detail) = if is_member {
            let detail = format!("The role of {name} in project {project} does not allow this.");
            (Code::UserUnauthorized, detail)
        } else {
            let detail = format!("{name} has no role in project {project}.");
            (Code::NotInGroup, detail)
        };
        Err(ApiError::new(code, detail).about(project))
    }
}

impl ApiKey {
    pub(crate) fn principal(&self) -> Result<Principal, String> {
        let public = ("publicKey", self.public_key.as_str());
        let private = ("privateKey", self.private_key.as_str());
        Principal::new([public, private], &self.roles, &self.access_list)
    }
}

impl ServiceAccount {
    pub(crate) fn principal(&self) -> Result<Principal, String> {
        let id = ("clientId", self.client_id.as_str());
        let secret = ("clientSecret", self.client_secret.as_str());
        Principal::new([id, secret], &self.roles, &self.access_list)
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

    const PROJECT: &str = "5a4db0c55a4db0c55a4db0c5";

    fn principal(key: &ApiKey) -> Principal {
        key.principal().expect("the key is valid")
    }

    #[test]
    fn invalid_member_is_an_error() {
        let key = || ApiKey::new("p", "s");
        let account = ServiceAccount::new("i", "a\nb");
        for (principal, message) in [
            (
                ApiKey::new("", "s").principal(),
                "publicKey: it is empty or has control characters",
            ),
            (
                account.principal(),
                "clientSecret: it is empty or has control characters",
            ),
            (
                key()
                    .with_roles([Role::GroupReadOnly("abc".to_owned())])
                    .principal(),
                "roles: expected a project of 24 hexadecimal digits but found \"abc\"",
            ),
            (
                key().with_access_list(["10.0.0.0/8", "10.0.0"]).principal(),
                "accessList: expected an address or a CIDR range but found \"10.0.0\"",
            ),
        ] {
            assert_eq!(principal.err().as_deref(), Some(message));
        }
    }

    #[test]
    fn access_list_has_addresses_and_ranges() {
        let listed = ["203.0.113.7", "198.51.100.0/24", "2001:db8::/32"];
        let key = principal(&ApiKey::new("p", "s").with_access_list(listed));
        for (address, is_listed) in [
            ("203.0.113.7", true),
            ("203.0.113.8", false),
            ("198.51.100.255", true),
            ("198.51.101.0", false),
            ("::ffff:203.0.113.7", true),
            ("2001:db8::1", true),
            ("2001:db9::1", false),
        ] {
            let address: IpAddr = address.parse().expect("an address");
            let code = key.check_address(address).err().map(|error| error.code);
            let expected = (!is_listed).then_some(Code::IpAddressNotOnWhitelist);
            assert_eq!(code, expected, "{address}");
        }
        let address = IpAddr::from([192, 0, 2, 1]);
        let unlimited = principal(&ApiKey::new("p", "s"));
        assert_eq!(unlimited.check_address(address), Ok(()));
    }

    #[test]
    fn role_allows_everything_or_nothing_in_a_project() {
        let owner = || Role::GroupOwner(PROJECT.to_uppercase());
        let reader = || Role::GroupReadOnly(PROJECT.to_owned());
        let elsewhere = || Role::GroupOwner("0123456789abcdef01234567".to_owned());
        for (roles, code) in [
            (vec![], Some(Code::NotInGroup)),
            (vec![elsewhere()], Some(Code::NotInGroup)),
            (vec![elsewhere(), reader()], Some(Code::UserUnauthorized)),
            (vec![reader(), owner()], None),
            (vec![elsewhere(), Role::OrgOwner], None),
        ] {
            let key = principal(&ApiKey::new("p", "s").with_roles(roles.clone()));
            let found = key.check_role(PROJECT).err().map(|error| error.code);
            assert_eq!(found, code, "{roles:?}");
        }
    }
}
