//! Hand-written methods of the generated types.

use crate::InterfaceEndpointId;
use crate::types::{
    AddInterfaceEndpoint, CreatePrivateEndpointConnection, InterfaceEndpoint,
    InterfaceEndpointStatus, PrivateEndpointConnection, PrivateEndpointConnectionStatus, Provider,
    Region,
};

const SERVICE_NAME_PREFIX: &str = "com.amazonaws.vpce.";

/// The parts of the name of an AWS region: us-gov-west-1 is an area, a partition, a direction and a number.
const AREAS: &[&str] = &["af", "ap", "ca", "cn", "eu", "il", "me", "mx", "sa", "us"];
const PARTITIONS: &[&str] = &["gov", "iso", "isob", "isoe", "isof"];
const DIRECTIONS: &[&str] = &[
    "central",
    "east",
    "north",
    "northeast",
    "northwest",
    "south",
    "southeast",
    "southwest",
    "west",
];

impl Region {
    /// Returns the region by its AWS name, if this is the name that other tools of Atlas write: `US_EAST_1`.
    pub(crate) fn by_aws_name(self) -> Self {
        match self {
            Self::Unknown(name) => Self::from(name.as_str().to_ascii_lowercase().replace('_', "-")),
            known => known,
        }
    }

    /// Returns true for names that AWS gives to regions, also to those that this version does not list.
    pub fn has_aws_name(&self) -> bool {
        let mut parts: Vec<&str> = self.as_str().split('-').collect();
        if parts.len() == 4 && PARTITIONS.contains(&parts[1]) {
            parts.remove(1);
        }
        let [area, direction, number] = parts[..] else {
            return false;
        };
        AREAS.contains(&area)
            && DIRECTIONS.contains(&direction)
            && number.parse().is_ok_and(|number: u8| number > 0)
    }
}

impl CreatePrivateEndpointConnection {
    /// Returns a request for a private endpoint connection on AWS, the only provider of this API, in
    /// `region`: a [`Region`], or the name of one, also of one that this crate does not list. `US_EAST_1`
    /// is us-east-1.
    ///
    /// ```
    /// use atlas_private_endpoint::types::{CreatePrivateEndpointConnection, Region};
    ///
    /// let request = CreatePrivateEndpointConnection::aws("us-east-1");
    /// assert_eq!(request, CreatePrivateEndpointConnection::aws(Region::UsEast1));
    /// ```
    pub fn aws(region: impl Into<Region>) -> Self {
        Self {
            provider_name: Provider::Aws,
            region: region.into().by_aws_name(),
        }
    }
}

impl From<InterfaceEndpointId> for AddInterfaceEndpoint {
    fn from(interface_endpoint_id: InterfaceEndpointId) -> Self {
        Self {
            interface_endpoint_id,
        }
    }
}

impl PrivateEndpointConnection {
    /// Returns the region, which Atlas reports only as part of the endpoint service name:
    /// `com.amazonaws.vpce.us-east-1.vpce-svc-…`.
    ///
    /// `None` while the connection has no such name, or has one of another form.
    ///
    /// ```no_run
    /// # use atlas_private_endpoint::{Client, Error, ProjectId};
    /// # async fn example(client: Client, project: ProjectId) -> Result<(), Error> {
    /// for connection in client.list_private_endpoint_connections(&project).await? {
    ///     match connection.region() {
    ///         Some(region) => println!("{} in {region}", connection.id),
    ///         None => println!("{} in an unknown region", connection.id),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn region(&self) -> Option<Region> {
        let name = self.endpoint_service_name.as_deref()?;
        let (region, service) = name.strip_prefix(SERVICE_NAME_PREFIX)?.split_once('.')?;
        if region.is_empty() || !service.starts_with("vpce-svc-") {
            return None;
        }
        Some(Region::from(region))
    }

    /// Returns true while Atlas is deleting the connection.
    pub fn is_being_deleted(&self) -> bool {
        self.status == PrivateEndpointConnectionStatus::Deleting
    }
}

impl InterfaceEndpoint {
    /// Returns true once the deletion of the interface endpoint was requested.
    pub fn is_being_deleted(&self) -> bool {
        self.delete_requested || self.connection_status == InterfaceEndpointStatus::Deleting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_region_has_no_aws_name() {
        for region in Region::KNOWN {
            assert!(region.has_aws_name(), "{region}");
        }
        for name in [
            "eu-south-2",
            "us-gov-west-1",
            "us-isob-east-1",
            "ap-southeast-12",
        ] {
            assert!(Region::from(name).has_aws_name(), "{name}");
        }
        for name in [
            "",
            "us-east",
            "us-east1",
            "useast-1",
            "us-eest-1",
            "ue-east-1",
            "us-east-0",
            "us-east-x",
            "us-gvo-west-1",
            "us-east-1 ",
            "mars-north-1",
        ] {
            assert!(!Region::from(name).has_aws_name(), "{name:?}");
        }
    }
}
