//! `--if-not-exists`, `--if-exists` and `--cascade`: commands that can be run again.

use atlas_pe_sandbox::fault::{Effect, Fault, Stage};

use crate::harness::{LONG, MISSING, VPCE, World};

#[test]
fn if_not_exists_reuses_the_connection_of_the_region() {
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
fn ensure_waits_for_a_connection_without_a_region() {
    let world = World::with_running_clock();
    let first = world.json(&["create", "--region", "us-east-1"])["id"].clone();
    let second = world.json(&["create", "--region", "us-east-1", "--if-not-exists"]);
    assert_eq!(second["id"], first);
    assert_eq!(second["status"], "WAITING_FOR_USER");
}

#[test]
fn conflict_names_the_existing_connection() {
    let world = World::new();
    let id = world.ready_connection();
    let run = world.run(&["create", "--region", "us-east-1"]);
    run.assert_failure(
        5,
        &[
            &format!("hint: private endpoint connection {id} exists"),
            "--if-not-exists",
        ],
    );
}

#[test]
fn conflict_hint_depends_on_the_existing_connection() {
    let world = World::new();
    let id = world.ready_connection();
    let create = ["create", "--region", "us-east-1"];
    world.pin(&id, "DELETING");
    let waits = "is being deleted; use --if-not-exists to wait";
    world.run(&create).assert_failure(5, &[&id, waits]);
    world.pin(&id, "FAILED");
    let failed = world.run(&create);
    failed.assert_failure(5, &["is FAILED", &format!("atlas-pe delete {id}")]);
    // It exists but is of no use, so a script must not continue.
    let ensured = world.run(&["create", "--region", "us-east-1", "--if-not-exists"]);
    ensured.assert_failure(8, &[&id, "is FAILED", &format!("atlas-pe delete {id}")]);

    // A connection that failed before its region was known.
    let world = World::new();
    let id = world.json(&create)["id"].as_str().unwrap().to_owned();
    world.pin(&id, "FAILED");
    world
        .run(&create)
        .assert_failure(5, &[&id, "failed before its region was known"]);
}

#[test]
fn rejected_interface_endpoint_is_a_failure() {
    let world = World::new();
    let id = world.connection_in_use();
    world.pin_interface_endpoint(&id, "REJECTED");
    let again = world.run(&["interfaces", "create", &id, VPCE, "--if-not-exists"]);
    again.assert_failure(8, &["REJECTED", "atlas-pe interfaces delete"]);
}

#[test]
fn if_not_exists_reuses_the_interface_endpoint() {
    let world = World::new();
    let id = world.ready_connection();
    let add = ["interfaces", "create", &id, VPCE, "--if-not-exists"];
    let first = world.json(&add);
    world.sandbox.advance(LONG);
    let second = world.json(&add);
    assert_eq!(first["interfaceEndpointId"], second["interfaceEndpointId"]);
    assert_eq!(second["connectionStatus"], "AVAILABLE");
}

/// Loses the response to the next request for an operation.
fn lose_response(world: &World, operation: &str) {
    let fault = Fault::on(operation).first(1);
    world.sandbox.clear_faults();
    world
        .sandbox
        .inject(fault.effect(Effect::ResetAfterHandling));
}

#[test]
fn create_whose_response_is_lost_has_an_unknown_outcome() {
    let world = World::with_running_clock();
    lose_response(&world, "createPrivateEndpointConnection");
    let run = world.run(&["create", "--region", "us-east-1"]);
    let connections = world.sandbox.connections(world.sandbox.project_id());
    let id = connections[0].id.as_str();
    run.assert_failure(6, &["the outcome is unknown", id]);

    world.json(&["wait", id]);
    lose_response(&world, "addInterfaceEndpoint");
    let run = world.run(&["interfaces", "create", id, VPCE]);
    run.assert_failure(6, &["the outcome is unknown", VPCE]);
}

#[test]
fn if_not_exists_reports_what_it_may_have_created() {
    let world = World::with_running_clock();
    let note = "exists; this command may have created it";
    lose_response(&world, "createPrivateEndpointConnection");
    let create = ["create", "--region", "us-east-1", "--if-not-exists"];
    let run = world.run(&create);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.stderr.contains(note), "{run}");
    let connections = world.sandbox.connections(world.sandbox.project_id());
    let id = connections[0].id.as_str();
    assert!(run.stdout.contains(id), "{run}");
    let again = world.run(&create);
    assert!(!again.stderr.contains(note), "{again}");

    lose_response(&world, "addInterfaceEndpoint");
    let run = world.run(&["interfaces", "create", id, VPCE, "--if-not-exists"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.stderr.contains(note), "{run}");
    assert!(run.stdout.contains(VPCE), "{run}");
}

#[test]
fn if_exists_ignores_a_missing_resource() {
    let world = World::new();
    for arguments in [
        &["delete", MISSING, "--force"][..],
        &["delete", MISSING, "--force", "--cascade"],
        &["interfaces", "delete", MISSING, VPCE, "--force"],
    ] {
        world
            .run(arguments)
            .assert_failure(4, &["PRIVATELINK_NOT_FOUND"]);
        let mut arguments = arguments.to_vec();
        arguments.push("--if-exists");
        let run = world.run(&arguments);
        assert_eq!(run.code, 0, "{run}");
        assert!(run.stdout.starts_with("There is no "), "{run}");
    }
    // A missing project remains an error.
    let run = world.run(&[
        "delete",
        MISSING,
        "--force",
        "--if-exists",
        "--project-id",
        "000000000000000000000000",
    ]);
    run.assert_failure(4, &["GROUP_NOT_FOUND"]);
}

#[test]
fn cascade_deletes_interface_endpoints_first() {
    let world = World::with_running_clock();
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
fn cascade_that_times_out_reports_its_progress() {
    let world = World::new();
    let id = world.connection_in_use();
    let delete = ["delete", &id, "--cascade", "--force", "--timeout", "2s"];
    let run = world.run(&delete);
    run.assert_failure(
        7,
        &[
            &format!(
                "could not delete interface endpoint {VPCE} of private endpoint connection {id}"
            ),
            "it was still DELETING",
            &format!("; the connection is not deleted; deletion requested: {VPCE}\n"),
            &format!("hint: atlas-pe delete {id} --cascade continues from there"),
        ],
    );
    // Without a terminal for the progress, each step has a note.
    assert!(
        run.stderr
            .starts_with(&format!("deleting interface endpoint {VPCE}\n")),
        "{run}"
    );
    let quiet = world.run(&[&delete[..], &["-o", "json"]].concat());
    assert_eq!(quiet.stderr.lines().count(), 1, "{quiet}");
}

#[test]
fn cascade_times_out_before_the_first_response() {
    let world = World::new();
    let id = world.connection_in_use();
    let silence = Effect::Stall(Stage::BeforeHandling);
    let fault = Fault::on("getPrivateEndpointConnection").effect(silence);
    world.sandbox.inject(fault);
    let run = world.run(&["delete", &id, "--cascade", "--force", "--timeout", "300ms"]);
    run.assert_failure(
        6,
        &[&id, "did not respond within 0.3 s; nothing was deleted"],
    );
}

#[test]
fn ensure_interface_endpoint_obeys_the_timeout() {
    let world = World::new();
    let id = world.connection_in_use();
    world.json(&["interfaces", "delete", &id, VPCE, "--force"]);
    let silence = Effect::Stall(Stage::BeforeHandling);
    world.sandbox.inject(Fault::on_any().effect(silence));
    let add = ["interfaces", "create", &id, VPCE, "--if-not-exists"];
    let run = world.run(&[&add[..], &["--timeout", "300ms"]].concat());
    run.assert_failure(6, &["could not add", VPCE, "did not respond within"]);
}

#[test]
fn cascade_without_a_terminal_needs_force() {
    let world = World::new();
    let id = world.connection_in_use();
    let before = world.sandbox.request_count();
    let run = world.run(&["delete", &id, "--cascade"]);
    run.assert_failure(2, &["--force", &id]);
    assert_eq!(world.sandbox.request_count(), before, "{run}");
    assert_eq!(world.json(&["describe", &id])["status"], "AVAILABLE");
}
