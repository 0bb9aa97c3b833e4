//! The seven operations, without faults.

use atlas_pe_sandbox::PinnedStatus;
use atlas_pe_sandbox::fault::{CannedResponse, Fault};
use serde_json::json;

use crate::harness::{LONG, MISSING, STEP, VPCE, World};

#[test]
fn connection_lives_from_create_to_delete() {
    let world = World::new();
    let created = world.json(&["create", "--region", "us-east-1"]);
    let id = created["id"].as_str().unwrap();
    assert_eq!(
        created,
        json!({
            "id": id,
            "endpointServiceName": null,
            "errorMessage": null,
            "interfaceEndpoints": [],
            "status": "INITIATING",
            "region": "us-east-1",
        })
    );

    world.sandbox.advance(STEP);
    let ready = world.json(&["describe", id]);
    assert_eq!(ready["status"], "WAITING_FOR_USER");
    let service = ready["endpointServiceName"].as_str().unwrap();
    assert!(
        service.starts_with("com.amazonaws.vpce.us-east-1.vpce-svc-"),
        "{service}"
    );

    let added = world.json(&["interfaces", "create", id, VPCE]);
    assert_eq!(
        added,
        json!({
            "interfaceEndpointId": VPCE,
            "connectionStatus": "PENDING_ACCEPTANCE",
            "deleteRequested": false,
            "errorMessage": null,
        })
    );
    world.sandbox.advance(LONG);
    let endpoint = world.json(&["interfaces", "describe", id, VPCE]);
    assert_eq!(endpoint["connectionStatus"], "AVAILABLE");
    let list = world.json(&["list"]);
    assert_eq!(list[0]["status"], "AVAILABLE");
    assert_eq!(list[0]["interfaceEndpoints"], json!([VPCE]));

    let deleted = world.json(&["interfaces", "delete", id, VPCE, "--force"]);
    assert_eq!(deleted, json!({}));
    let endpoint = world.json(&["interfaces", "describe", id, VPCE]);
    assert_eq!(endpoint["connectionStatus"], "DELETING");
    assert_eq!(endpoint["deleteRequested"], true);
    world.sandbox.advance(LONG);

    assert_eq!(world.json(&["delete", id, "--force"]), json!({}));
    assert_eq!(world.json(&["describe", id])["status"], "DELETING");
    world.sandbox.advance(LONG);
    assert_eq!(world.json(&["list"]), json!([]));
}

#[test]
fn aliases_run_the_same_commands() {
    let world = World::new();
    let id = world.ready_connection();
    assert_eq!(world.json(&["ls"]), world.json(&["list"]));
    assert_eq!(world.json(&["get", &id]), world.json(&["describe", &id]));
    world.json(&["interfaces", "add", &id, VPCE]);
    assert_eq!(
        world.json(&["interfaces", "get", &id, VPCE]),
        world.json(&["interfaces", "describe", &id, VPCE])
    );
    world.json(&["interfaces", "rm", &id, VPCE, "--force"]);
    world.sandbox.advance(LONG);
    world.json(&["rm", &id, "--force"]);
    world.sandbox.advance(LONG);
    assert_eq!(world.json(&["list"]), json!([]));
}

#[test]
fn tables_have_the_columns_for_people() {
    let world = World::new();
    let id = world.connection_in_use();
    let service = world.json(&["describe", &id])["endpointServiceName"]
        .as_str()
        .unwrap()
        .to_owned();
    let hide = |text: String| {
        text.replace(&id, "[connection id········]")
            .replace(&service, "[service]")
    };

    let list = world.run(&["list"]);
    assert_eq!(list.code, 0, "{list}");
    assert_eq!(list.stdout, world.run(&["describe", &id]).stdout);
    insta::assert_snapshot!("table_of_connections", hide(list.stdout));
    let endpoint = world.run(&["interfaces", "describe", &id, VPCE]);
    insta::assert_snapshot!("table_of_an_interface_endpoint", hide(endpoint.stdout));
    let deleted = world.run(&["interfaces", "delete", &id, VPCE, "--force"]);
    insta::assert_snapshot!("deletion", hide(deleted.stdout));
}

#[test]
fn interface_endpoints_are_listed_with_their_statuses() {
    let world = World::new();
    let id = world.ready_connection();
    let list = ["interfaces", "list", &id];
    let empty = world.run(&list);
    assert_eq!((empty.code, &*empty.stdout), (0, ""), "{empty}");
    assert_eq!(empty.stderr, "there are no interface endpoints\n");
    assert_eq!(world.json(&list), json!([]));
    world.json(&["interfaces", "create", &id, VPCE]);
    world.sandbox.advance(LONG);
    world.json(&["interfaces", "create", &id, "vpce-2"]);
    insta::assert_snapshot!("table_of_interface_endpoints", world.run(&list).stdout);
    let ids = world.run(&[&list[..], &["-o", "ids"]].concat());
    assert_eq!(ids.stdout, format!("{VPCE}\nvpce-2\n"));
    let statuses = world.json(&[&list[..], &["--query", "[].connectionStatus"]].concat());
    assert_eq!(statuses, json!(["AVAILABLE", "PENDING_ACCEPTANCE"]));
    // One that is deleted in between is left out.
    let gone = r#"{"errorCode": "PRIVATELINK_INTERFACE_ENDPOINT_NOT_FOUND", "error": 404}"#;
    let fault = Fault::on("getInterfaceEndpoint").first(1);
    world
        .sandbox
        .inject(fault.effect(CannedResponse::json(404, gone)));
    assert_eq!(world.json(&list).as_array().unwrap().len(), 1);
    world
        .run(&["interfaces", "list", MISSING])
        .assert_failure(4, &["could not list the interface endpoints"]);
}

#[test]
fn empty_list_has_a_note() {
    let world = World::new();
    let list = world.run(&["list"]);
    assert_eq!((list.code, list.stdout.as_str()), (0, ""), "{list}");
    assert_eq!(list.stderr, "there are no private endpoint connections\n");
    let list = world.run(&["list", "-o", "json"]);
    assert_eq!(
        (list.stdout.as_str(), list.stderr.as_str()),
        ("[]\n", ""),
        "{list}"
    );
}

#[test]
fn unknown_status_is_printed_as_it_is() {
    let world = World::new();
    let id = world.connection_in_use();
    world.pin(&id, "HIBERNATING");
    world.pin_interface_endpoint(&id, PinnedStatus::new("TELEPORTING").with_error("soon"));
    assert_eq!(world.json(&["list"])[0]["status"], "HIBERNATING");
    assert!(world.run(&["describe", &id]).stdout.contains("HIBERNATING"));
    let endpoint = world.json(&["interfaces", "describe", &id, VPCE]);
    assert_eq!(endpoint["connectionStatus"], "TELEPORTING");
    assert_eq!(endpoint["errorMessage"], "soon");
}

#[test]
fn region_may_be_spelt_as_in_atlas() {
    let world = World::new();
    let id = world.json(&["create", "--region", "EU_WEST_1"])["id"].clone();
    world.sandbox.advance(LONG);
    let connection = world.json(&["describe", id.as_str().unwrap()]);
    let service = connection["endpointServiceName"].as_str().unwrap();
    assert!(service.contains(".eu-west-1."), "{service}");
}

#[test]
fn call_takes_one_request_for_the_challenge() {
    let world = World::new();
    world.json(&["list"]);
    let statuses: Vec<u16> = world
        .sandbox
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(statuses, [401, 200]);
}
