//! Commands that are safe to run twice.

use atlas_pe_sandbox::fault::{Effect, Fault, Stage};

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
            &format!("hint: private endpoint connection {id} exists"),
            "--if-not-exists",
        ],
    );
}

#[test]
fn what_is_in_the_way_is_told_with_what_helps() {
    let world = World::new();
    let id = world.ready_connection();
    let project = world.sandbox.project_id();
    let create = ["create", "--region", "us-east-1"];
    let pin = |status: &str| {
        let pinned = world.sandbox.set_connection_status(project, &id, status);
        pinned.unwrap();
    };
    pin("DELETING");
    let waits = "is being deleted; use --if-not-exists to wait";
    world.run(&create).must_fail(5, &[&id, waits]);
    pin("FAILED");
    let failed = world.run(&create);
    failed.must_fail(5, &["is FAILED", &format!("atlas-pe delete {id}")]);
    // It is there, and of no use: a script must not go on.
    let ensured = world.run(&["create", "--region", "us-east-1", "--if-not-exists"]);
    ensured.must_fail(8, &[&id, "is FAILED", &format!("atlas-pe delete {id}")]);

    // One that failed before it had a name.
    let world = World::new();
    let id = world.json(&create)["id"].as_str().unwrap().to_owned();
    let project = world.sandbox.project_id();
    let pinned = world.sandbox.set_connection_status(project, &id, "FAILED");
    pinned.unwrap();
    world
        .run(&create)
        .must_fail(5, &[&id, "failed before its region was known"]);
}

#[test]
fn an_interface_endpoint_that_was_rejected_is_no_success() {
    let world = World::new();
    let id = world.connection_in_use();
    let project = world.sandbox.project_id();
    let pinned = world
        .sandbox
        .set_interface_endpoint_status(project, &id, VPCE, "REJECTED");
    pinned.unwrap();
    let again = world.run(&["interfaces", "create", &id, VPCE, "--if-not-exists"]);
    again.must_fail(8, &["REJECTED", "atlas-pe interfaces delete"]);
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
fn a_cascade_that_does_not_end_says_how_far_it_came() {
    let world = World::new();
    let id = world.connection_in_use();
    let delete = ["delete", &id, "--cascade", "--force", "--timeout", "2s"];
    let run = world.run(&delete);
    run.must_fail(
        7,
        &[
            &format!(
                "could not delete interface endpoint {VPCE} of private endpoint connection {id}"
            ),
            "it was still DELETING",
            &format!("; the connection is not deleted; Atlas was asked to delete {VPCE}\n"),
            &format!("hint: atlas-pe delete {id} --cascade continues from there"),
        ],
    );
    // Where no terminal shows the progress, what is done is told.
    assert!(
        run.stderr
            .starts_with(&format!("deleting interface endpoint {VPCE}\n")),
        "{run}"
    );
    let quiet = world.run(&[&delete[..], &["-o", "json"]].concat());
    assert_eq!(quiet.stderr.lines().count(), 1, "{quiet}");
}

#[test]
fn a_cascade_does_not_look_for_longer_than_it_may() {
    let world = World::new();
    let id = world.connection_in_use();
    let silence = Effect::Stall(Stage::BeforeHandling);
    let fault = Fault::on("getPrivateEndpointConnection").effect(silence);
    world.sandbox.inject(fault);
    let run = world.run(&["delete", &id, "--cascade", "--force", "--timeout", "300ms"]);
    run.must_fail(7, &[&id, "nothing was deleted"]);
}

#[test]
fn an_interface_endpoint_that_is_being_deleted_is_waited_for_as_long_as_it_is_said() {
    let world = World::new();
    let id = world.connection_in_use();
    world.json(&["interfaces", "delete", &id, VPCE, "--force"]);
    let add = ["interfaces", "create", &id, VPCE, "--if-not-exists"];
    let run = world.run(&[&add[..], &["--timeout", "1ms"]].concat());
    run.must_fail(7, &["could not add", VPCE]);
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
