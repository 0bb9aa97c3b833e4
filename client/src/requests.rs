//! Short ways to write what the operations take.

use crate::InterfaceEndpointId;
use crate::types::{AddInterfaceEndpoint, CreatePrivateEndpointConnection, Provider, Region};

impl CreatePrivateEndpointConnection {
    /// A private endpoint connection on AWS, the one provider of this API, in `region`: a [`Region`], or
    /// its name as text, which Atlas may know although this crate does not.
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
