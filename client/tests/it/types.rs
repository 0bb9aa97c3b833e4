//! Identifiers, and hand-written methods of the generated types.

use atlas_private_endpoint::types::{PrivateEndpointConnection, Region};
use atlas_private_endpoint::{InterfaceEndpointId, PrivateLinkId, ProjectId};

#[test]
fn object_id_is_24_hexadecimal_digits() {
    assert!(ProjectId::new("5356823b3004dee37132bb7b").is_ok());
    assert!(PrivateLinkId::new("5F7CB1A3E3B4AA3B8BA3FB44").is_ok());
    for bad in [
        "",
        ".",
        "..",
        "5356823b3004dee37132bb7",
        "5356823b3004dee37132bb7b0",
        "5356823b3004dee37132bb7g",
        "5356823b3004dee37132bb7b/",
        " 5356823b3004dee37132bb7b",
    ] {
        assert!(ProjectId::new(bad).is_err(), "{bad:?} was accepted");
        assert!(PrivateLinkId::new(bad).is_err(), "{bad:?} was accepted");
    }
}

#[test]
fn interface_endpoint_id_is_vpce_and_alphanumerics() {
    assert!(InterfaceEndpointId::new("vpce-0b9c5701325cb15dd").is_ok());
    for bad in [
        "",
        "..",
        "vpce-",
        "vpce",
        "vpc-0b9c",
        "vpce-0b/..",
        "vpce-0b9c\n",
        "vpce-é",
    ] {
        assert!(
            InterfaceEndpointId::new(bad).is_err(),
            "{bad:?} was accepted"
        );
    }
}

#[test]
fn invalid_value_is_reported_with_the_expected_form() {
    let error = PrivateLinkId::new("..").unwrap_err();
    assert_eq!(
        error.to_string(),
        "\"..\" is not the id of a private endpoint connection: it must be 24 hexadecimal digits"
    );
}

#[test]
fn malformed_id_in_json_is_rejected() {
    assert!(serde_json::from_str::<InterfaceEndpointId>("\"vpce-1a\"").is_ok());
    assert!(serde_json::from_str::<InterfaceEndpointId>("\"eni-1a\"").is_err());
}

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
