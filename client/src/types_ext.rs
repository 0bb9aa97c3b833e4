//! Hand-written methods of the generated types.

use crate::InterfaceEndpointId;
use crate::types::{
    AddInterfaceEndpoint, CreatePrivateEndpointConnection, InterfaceEndpoint,
    InterfaceEndpointStatus, PrivateEndpointConnection, PrivateEndpointConnectionStatus, Provider,
    Region,
};

const SERVICE_NAME_PREFIX: &str = "com.amazonaws.vpce.";

impl CreatePrivateEndpointConnection {
    /// Returns a request for a private endpoint connection on AWS, the only provider of this API, in
    /// `region`: a [`Region`], or its name, which Atlas may know although this crate does not.
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
            region: region.into(),
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
    /// Returns true once Atlas was asked to delete the interface endpoint.
    pub fn is_being_deleted(&self) -> bool {
        self.delete_requested || self.connection_status == InterfaceEndpointStatus::Deleting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region_of(name: Option<&str>) -> Option<Region> {
        let json = serde_json::json!({
            "id": "5f7cb1a3e3b4aa3b8ba3fb44",
            "endpointServiceName": name,
            "status": "WAITING_FOR_USER",
        });
        serde_json::from_value::<PrivateEndpointConnection>(json)
            .unwrap()
            .region()
    }

    #[test]
    fn region_is_read_from_the_service_name() {
        let name = "com.amazonaws.vpce.us-east-1.vpce-svc-0aee615d3fe32c14e";
        assert_eq!(region_of(Some(name)), Some(Region::UsEast1));
        let future = name.replace("us-east-1", "mars-north-1");
        assert_eq!(region_of(Some(&future)).unwrap().as_str(), "mars-north-1");
    }

    #[test]
    fn other_service_names_have_no_region() {
        for name in [
            None,
            Some(""),
            Some("com.amazonaws.vpce."),
            Some("com.amazonaws.vpce..vpce-svc-1"),
            Some("com.amazonaws.us-east-1.s3"),
            Some("com.amazonaws.vpce.us-east-1.s3"),
        ] {
            assert_eq!(region_of(name), None, "{name:?}");
        }
    }
}
