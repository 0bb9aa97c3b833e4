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
    /// `region`: a [`Region`], or the name of one that this crate does not list.
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
    /// Returns true once the deletion of the interface endpoint was requested.
    pub fn is_being_deleted(&self) -> bool {
        self.delete_requested || self.connection_status == InterfaceEndpointStatus::Deleting
    }
}
