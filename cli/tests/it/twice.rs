//! Commands that are safe to run twice.

use crate::harness::{LONG, VPCE, World};

const NOBODY: &str = "5f7cb1a3e3b4aa3b8ba3fb44";

#[test]
fn a_region_s_connection_is_created_once() {
    let world = World::new();
    let create = ["create", "--region", "us-east-1", "--if-not-exists"];
    let first = world.json(&create)["id"].clone();
    world.sandbox.advance(LONG);
    assert_eq!(world.json(&create)["id"], first);
    // Another region is another connection.
    let other = world.json(&["create", "--region", "eu-west-1", "--if-not-exists"]);
    assert_ne!(other["id"], first);
}

#[test]
fn a_connection_that_does_not_tell_its_region_yet_is_waited_for() {
    let world = World::that_moves();
    let first = world.json(&["create", "--region", "us-east-1"])["id"].clone();
    let second = world.json(&["create", "--region", "us-east-1", "--if-not-exists"]);
    assert_eq!(second["id"], first);
    assert_eq!(second["status"], "WAITING_FOR_USER");
}

#[test]
fn without_the_flag_the_connection_in_the_way_is_named() {
    let world = World::new();
    let id = world.ready_connection();
    let run = world.run(&["create", "--region", "us-east-1"]);
    run.must_fail(
        5,
        &[
            &format!("hint: private endpoint connection {id} is there"),
            "--if-not-exists",
        ],
    );
}

#[test]
fn an_interface_endpoint_is_added_once() {
    let world = World::new();
    let id = world.ready_connection();
    let add = ["interfaces", "create", &id, VPCE, "--if-not-exists"];
    let first = world.json(&add);
    world.sandbox.advance(LONG);
    let second = world.json(&add);
    assert_eq!(first["interfaceEndpointId"], second["interfaceEndpointId"]);
    assert_eq!(second["connectionStatus"], "AVAILABLE");
}

#[test]
fn what_is_gone_can_be_deleted_again() {
    let world = World::new();
    for arguments in [
        &["delete", NOBODY, "--force"][..],
        &["delete", NOBODY, "--force", "--cascade"],
        &["interfaces", "delete", NOBODY, VPCE, "--force"],
    ] {
        world
            .run(arguments)
            .must_fail(4, &["PRIVATELINK_NOT_FOUND"]);
        let mut arguments = arguments.to_vec();
        arguments.push("--if-exists");
        let run = world.run(&arguments);
        assert_eq!(run.code, 0, "{run}");
        assert!(run.stdout.starts_with("There is no "), "{run}");
    }
    // A project that is not there is another matter.
    let run = world.run(&[
        "delete",
        NOBODY,
        "--force",
        "--if-exists",
        "--project-id",
        "000000000000000000000000",
    ]);
    run.must_fail(4, &["GROUP_NOT_FOUND"]);
}

#[test]
fn a_cascade_deletes_the_interface_endpoints_first() {
    let world = World::that_moves();
    let id = world.json(&["create", "--region", "us-east-1", "--wait"])["id"].clone();
    let id = id.as_str().unwrap();
    for vpce in [VPCE, "vpce-1"] {
        world.json(&["interfaces", "create", id, vpce, "--wait"]);
    }
    world.json(&["delete", id, "--cascade", "--wait", "--force"]);
    let deletions: Vec<String> = world
        .sandbox
        .requests()
        .iter()
        .filter(|request| request.method == "DELETE" && request.status < 400)
        .map(|request| request.operation.clone().unwrap())
        .collect();
    assert_eq!(
        deletions,
        [
            "deleteInterfaceEndpoint",
            "deleteInterfaceEndpoint",
            "deletePrivateEndpointConnection"
        ]
    );
}

#[test]
fn an_interface_endpoint_that_is_being_deleted_is_waited_for_as_long_as_it_is_said() {
    let world = World::new();
    let id = world.connection_in_use();
    world.json(&["interfaces", "delete", &id, VPCE, "--force"]);
    let add = ["interfaces", "create", &id, VPCE, "--if-not-exists"];
    let run = world.run(&[&add[..], &["--timeout", "1ms"]].concat());
    run.must_fail(7, &["could not add", VPCE, "DELETING"]);
}

#[test]
fn a_cascade_asks_for_consent_as_any_deletion() {
    let world = World::new();
    let id = world.connection_in_use();
    let before = world.sandbox.request_count();
    let run = world.run(&["delete", &id, "--cascade"]);
    run.must_fail(2, &["--force", &id]);
    assert_eq!(world.sandbox.request_count(), before, "{run}");
    assert_eq!(world.json(&["describe", &id])["status"], "AVAILABLE");
}
