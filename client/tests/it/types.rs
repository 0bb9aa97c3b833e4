//! Identifiers, and hand-written methods of the generated types.

use atlas_private_endpoint::types::{
    CreatePrivateEndpointConnection, InterfaceEndpoint, PrivateEndpointConnection, Region,
};
use atlas_private_endpoint::{
    Client, Credentials, ErrorKind, InterfaceEndpointId, PrivateLinkId, ProjectId, RegionLookup,
};

use crate::raw_server;
use crate::world::World;

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

#[test]
fn unusual_id_in_a_response_is_kept() {
    let json = serde_json::json!({
        "id": "2024-new-form",
        "interfaceEndpoints": ["vpce-1a", null, "pe-0123:a/b"],
        "status": "AVAILABLE",
    });
    let connection: PrivateEndpointConnection = serde_json::from_value(json).unwrap();
    assert_eq!(connection.id.as_str(), "2024-new-form");
    let ids = connection.interface_endpoints.iter();
    let ids: Vec<&str> = ids.map(InterfaceEndpointId::as_str).collect();
    assert_eq!(ids, ["vpce-1a", "pe-0123:a/b"]);
    let json = serde_json::json!({"interfaceEndpointId": "pe-0", "connectionStatus": "NONE"});
    let endpoint: InterfaceEndpoint = serde_json::from_value(json).unwrap();
    assert_eq!(endpoint.interface_endpoint_id.as_str(), "pe-0");
}

#[tokio::test]
async fn null_and_unusual_ids_do_not_fail_a_list() {
    let list = r#"[null, {"id": "5f7cb1a3e3b4aa3b8ba3fb44", "status": "AVAILABLE", "interfaceEndpoints": [null, "x"]}]"#;
    let length = list.len();
    let response = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{list}");
    let client = Client::builder(Credentials::api_key("public", "private"))
        .base_url(raw_server::responding(response))
        .build()
        .unwrap();
    let project = ProjectId::new("5356823b3004dee37132bb7b").unwrap();
    let list = client.list_private_endpoint_connections(&project).await;
    let list = list.unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!(list[0].interface_endpoints[0].as_str(), "x");
}

#[tokio::test]
async fn region_is_found_by_the_name_of_other_tools() {
    let request = CreatePrivateEndpointConnection::aws("US_EAST_1");
    assert_eq!(request.region, Region::UsEast1);
    let world = World::new();
    let created = world.ready("US_EAST_1").await;
    let search = world
        .client
        .connection_in_region(&world.project, "US_EAST_1");
    assert_eq!(search.await.unwrap().unwrap().id, created.id);
}

#[tokio::test]
async fn misspelt_region_is_an_error_before_any_request() {
    let world = World::new();
    for name in ["us-eest-1", "us-east1", "virginia", ""] {
        let search = world.client.connection_in_region(&world.project, name);
        let errors = [search.poll().await.unwrap_err(), search.await.unwrap_err()];
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::InvalidArgument);
            let region = format!("unknown region {name:?}");
            assert!(error.to_string().contains(&region), "{error}");
        }
    }
    assert_eq!(world.sandbox.requests().len(), 0);
    // AWS may have regions that this version does not list.
    let search = world
        .client
        .connection_in_region(&world.project, "ap-southeast-9");
    assert_eq!(search.poll().await.unwrap(), RegionLookup::NotFound);
}
