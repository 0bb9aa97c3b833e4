//! Waiting, and whose turn it is when a wait ends.

use serde_json::Value;

use atlas_pe_sandbox::PinnedStatus;

use crate::harness::{LONG, VPCE, World};

const NETWORK: &[&str] = &[
    "--vpc-id",
    "vpc-0a1b2c3d",
    "--subnet-id",
    "subnet-0a",
    "--subnet-id",
    "subnet-0b",
    "--security-group-id",
    "sg-0c",
];

#[test]
fn a_life_in_four_commands_that_wait() {
    let world = World::that_moves();
    let created = world.json(&["create", "--region", "us-east-1", "--wait"]);
    assert_eq!(created["status"], "WAITING_FOR_USER");
    let id = created["id"].as_str().unwrap();

    let added = world.json(&["interfaces", "create", id, VPCE, "--wait"]);
    assert_eq!(added["connectionStatus"], "AVAILABLE");
    let available = world.json(&["wait", id, "--for", "available"]);
    assert_eq!(available["status"], "AVAILABLE");
    let available = world.json(&["interfaces", "wait", id, VPCE]);
    assert_eq!(available["interfaceEndpointId"], VPCE);

    let deleted = world.run(&["delete", id, "--cascade", "--wait", "--force"]);
    assert_eq!(deleted.code, 0, "{deleted}");
    assert_eq!(
        deleted.stdout,
        format!(
            "Deleted private endpoint connection {id} of project {}.\n",
            world.sandbox.project_id()
        )
    );
    assert_eq!(world.json(&["list"]), Value::Array(Vec::new()));
}

#[test]
fn deletions_can_be_waited_for_one_by_one() {
    let world = World::that_moves();
    let created = world.json(&["create", "--region", "us-east-1", "--wait"]);
    let id = created["id"].as_str().unwrap();
    world.json(&["interfaces", "create", id, VPCE, "--wait"]);
    let gone = world.run(&["interfaces", "delete", id, VPCE, "--wait", "--force"]);
    assert!(
        gone.stdout
            .starts_with(&format!("Deleted interface endpoint {VPCE}")),
        "{gone}"
    );
    world.json(&["interfaces", "wait", id, VPCE, "--for", "deleted"]);
    world.json(&["delete", id, "--force"]);
    let gone = world.run(&["wait", id, "--for", "deleted", "-o", "ids"]);
    assert_eq!((gone.code, gone.stdout), (0, format!("{id}\n")));

    // Nobody knows whether an id that is not there was ever one: nothing claims that it was deleted.
    let never = "5f7cb1a3e3b4aa3b8ba3fb44";
    for words in [
        &["wait", never, "--for", "deleted"][..],
        &["interfaces", "wait", never, VPCE, "--for", "deleted"],
    ] {
        let gone = world.run(words);
        assert_eq!(gone.code, 0, "{gone}");
        assert!(gone.stdout.starts_with("Gone: "), "{gone}");
    }
}

#[test]
fn while_it_is_atlas_turn_the_command_that_waits_is_told() {
    let world = World::new();
    let created = world.run(&[&["create", "--region", "us-east-1"], NETWORK].concat());
    assert_eq!(created.code, 0, "{created}");
    let id = world.json(&["list", "--query", "[0].id"]);
    let id = id.as_str().unwrap();
    insta::assert_snapshot!("atlas_turn", created.stderr.replace(id, "[id]"));

    // The command that is told can be run as it is.
    let told = created.stderr.lines().last().unwrap().trim();
    let words: Vec<&str> = told.split(' ').skip(1).collect();
    world.sandbox.advance(LONG);
    let ready = world.run(&words);
    assert_eq!(ready.code, 0, "{ready}");
    assert!(ready.stderr.contains("--vpc-id vpc-0a1b2c3d"), "{ready}");

    let quiet = world.run(&["create", "--region", "eu-west-1", "-o", "ids"]);
    assert_eq!((quiet.code, &*quiet.stderr), (0, ""), "{quiet}");
}

#[test]
fn when_it_is_the_user_s_turn_the_commands_are_told_beside_the_output() {
    let world = World::that_moves();
    let mut arguments = vec!["create", "--region", "us-east-1", "--wait"];
    arguments.extend(NETWORK);
    let created = world.run(&arguments);
    assert_eq!(created.code, 0, "{created}");
    let id = world.json(&["list", "--query", "[0].id"]);
    let id = id.as_str().unwrap();
    let service = world.json(&["list", "--query", "[0].endpointServiceName"]);
    let service = service.as_str().unwrap();
    let said = created
        .stderr
        .replace(id, "[id]")
        .replace(service, "[service]");
    insta::assert_snapshot!("next_step", said);
    assert!(!created.stdout.contains("aws ec2"), "{created}");

    // Where the output is for a program, nothing is said unless a terminal shows it.
    let quiet = world.run(&["wait", id, "-o", "json"]);
    assert_eq!((quiet.code, &*quiet.stderr), (0, ""), "{quiet}");

    let mut arguments = vec!["aws-command", id];
    arguments.extend(NETWORK);
    let command = world.run(&arguments);
    assert_eq!((command.code, &*command.stderr), (0, ""), "{command}");
    assert!(
        created.stderr.contains(command.stdout.trim_end()),
        "{command}"
    );
    let json = world.json(&arguments);
    assert_eq!(json["aws"], command.stdout.trim_end());
    assert_eq!(
        json["add"],
        format!("atlas-pe interfaces create {id} INTERFACE_ENDPOINT_ID --wait")
    );
}

#[test]
fn a_further_command_is_about_the_same_project() {
    let world = World::new();
    let id = world.ready_connection();
    let project = world.sandbox.project_id();
    let json = world.json(&["aws-command", &id, "--project-id", project]);
    let add = json["add"].as_str().unwrap();
    assert!(add.ends_with(&format!(" --project-id {project}")), "{add}");
}

#[test]
fn there_is_no_aws_command_for_a_connection_that_is_not_ready() {
    let world = World::new();
    let created = world.json(&["create", "--region", "us-east-1"]);
    let id = created["id"].as_str().unwrap();
    let run = world.run(&["aws-command", id]);
    run.must_fail(5, &["it is INITIATING", &format!("atlas-pe wait {id}")]);
    world.sandbox.advance(LONG);
    world
        .sandbox
        .set_connection_status(world.sandbox.project_id(), id, "FAILED")
        .unwrap();
    world
        .run(&["aws-command", id])
        .must_fail(5, &["it is FAILED"]);
}

#[test]
fn what_fails_ends_a_wait_at_once_with_atlas_message() {
    let world = World::new();
    let id = world.connection_in_use();
    let project = world.sandbox.project_id();
    let failed = PinnedStatus::new("FAILED").with_error("No addresses are left.");
    world
        .sandbox
        .set_connection_status(project, &id, failed)
        .unwrap();
    let run = world.run(&["wait", &id]);
    run.must_fail(8, &["it is FAILED", "No addresses are left.", &id]);
    let rejected = PinnedStatus::new("REJECTED").with_error("The owner said no.");
    world
        .sandbox
        .set_interface_endpoint_status(project, &id, VPCE, rejected)
        .unwrap();
    let run = world.run(&["interfaces", "wait", &id, VPCE]);
    run.must_fail(8, &["it is REJECTED", "The owner said no.", VPCE]);
}

#[test]
fn a_deadline_that_passes_has_its_own_exit_code() {
    let world = World::new();
    let created = world.json(&["create", "--region", "us-east-1"]);
    let id = created["id"].as_str().unwrap();
    let run = world.run(&["wait", id, "--timeout", "900ms"]);
    run.must_fail(7, &["it was still INITIATING", id]);
    let run = world.run(&["wait", id, "--for", "deleted", "--timeout", "900ms"]);
    run.must_fail(7, &["it was still INITIATING"]);
    for bad in ["0s", "soon", "-1h"] {
        world
            .run(&["wait", id, &format!("--timeout={bad}")])
            .must_fail(2, &["--timeout"]);
    }
}

#[test]
fn waiting_for_what_is_not_there() {
    let world = World::new();
    let nobody = "5f7cb1a3e3b4aa3b8ba3fb44";
    world
        .run(&["wait", nobody])
        .must_fail(4, &["PRIVATELINK_NOT_FOUND"]);
    world.json(&["wait", nobody, "--for", "deleted"]);
}
