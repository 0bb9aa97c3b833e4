//! The region of a private endpoint connection, which Atlas does not name as such.

use crate::types::{PrivateEndpointConnection, Region};

const PREFIX: &str = "com.amazonaws.vpce.";

impl PrivateEndpointConnection {
    /// The region, told from the endpoint service name: `com.amazonaws.vpce.us-east-1.vpce-svc-…`.
    ///
    /// `None` while the connection has no such name, or has one of another form.
    pub fn region(&self) -> Option<Region> {
        let name = self.endpoint_service_name.as_deref()?;
        let (region, service) = name.strip_prefix(PREFIX)?.split_once('.')?;
        if region.is_empty() || !service.starts_with("vpce-svc-") {
            return None;
        }
        Some(Region::from(region))
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
    fn the_region_is_part_of_the_service_name() {
        let name = "com.amazonaws.vpce.us-east-1.vpce-svc-0aee615d3fe32c14e";
        assert_eq!(region_of(Some(name)), Some(Region::UsEast1));
        let future = name.replace("us-east-1", "mars-north-1");
        assert_eq!(region_of(Some(&future)).unwrap().as_str(), "mars-north-1");
    }

    #[test]
    fn without_a_name_of_that_form_there_is_no_region() {
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
