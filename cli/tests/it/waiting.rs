//! Waits, and the notes about the next step.

use serde_json::Value;

use atlas_pe_sandbox::PinnedStatus;
use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault, Stage};

use crate::harness::{LONG, MISSING, VPCE, World};

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
fn commands_wait_through_the_life_of_a_connection() {
    let world = World::with_running_clock();
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
fn deletions_can_be_waited_for() {
    let world = World::with_running_clock();
    let created = world.json(&["create", "--region", "us-east-1", "--wait"]);
    let id = created["id"].as_str().unwrap();
    world.json(&["interfaces", "create", id, VPCE, "--wait"]);
    let deleted = world.run(&["interfaces", "delete", id, VPCE, "--wait", "--force"]);
    assert!(
        deleted
            .stdout
            .starts_with(&format!("Deleted interface endpoint {VPCE}")),
        "{deleted}"
    );
    world.json(&["interfaces", "wait", id, VPCE, "--for", "deleted"]);
    world.json(&["delete", id, "--force"]);
    let deleted = world.run(&["wait", id, "--for", "deleted", "-o", "ids"]);
    assert_eq!((deleted.code, deleted.stdout), (0, format!("{id}\n")));

    // The id may never have existed, so the output does not claim a deletion.
    for words in [
        &["wait", MISSING, "--for", "deleted"][..],
        &["interfaces", "wait", MISSING, VPCE, "--for", "deleted"],
    ] {
        let deleted = world.run(words);
        assert_eq!(deleted.code, 0, "{deleted}");
        assert!(deleted.stdout.starts_with("There is no "), "{deleted}");
    }
}

#[test]
fn atlas_turn_has_a_note_with_the_wait_command() {
    let world = World::new();
    let created = world.run(&[&["create", "--region", "us-east-1"], NETWORK].concat());
    assert_eq!(created.code, 0, "{created}");
    let id = world.json(&["list", "--query", "[0].id"]);
    let id = id.as_str().unwrap();
    insta::assert_snapshot!("atlas_turn", created.stderr.replace(id, "[id]"));

    // The command of the note runs as it is.
    let note = created.stderr.lines().last().unwrap().trim();
    let words: Vec<&str> = note.split(' ').skip(1).collect();
    world.sandbox.advance(LONG);
    let ready = world.run(&words);
    assert_eq!(ready.code, 0, "{ready}");
    assert!(ready.stderr.contains("--vpc-id vpc-0a1b2c3d"), "{ready}");

    let quiet = world.run(&["create", "--region", "eu-west-1", "-o", "ids"]);
    assert_eq!((quiet.code, &*quiet.stderr), (0, ""), "{quiet}");
}

#[test]
fn users_turn_has_a_note_with_the_commands() {
    let world = World::with_running_clock();
    let mut arguments = vec!["create", "--region", "us-east-1", "--wait"];
    arguments.extend(NETWORK);
    let created = world.run(&arguments);
    assert_eq!(created.code, 0, "{created}");
    let id = world.json(&["list", "--query", "[0].id"]);
    let id = id.as_str().unwrap();
    let service = world.json(&["list", "--query", "[0].endpointServiceName"]);
    let service = service.as_str().unwrap();
    let message = created
        .stderr
        .replace(id, "[id]")
        .replace(service, "[service]");
    insta::assert_snapshot!("next_step", message);
    assert!(!created.stdout.contains("aws ec2"), "{created}");

    // Output for programs has no note, except on a terminal.
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
fn next_command_names_the_project() {
    let world = World::new();
    let id = world.ready_connection();
    let project = world.sandbox.project_id();
    let json = world.json(&["aws-command", &id, "--project-id", project]);
    let add = json["add"].as_str().unwrap();
    assert!(add.ends_with(&format!(" --project-id {project}")), "{add}");
}

#[test]
fn aws_command_needs_a_ready_connection() {
    let world = World::new();
    let id = &*world.new_connection();
    let run = world.run(&["aws-command", id]);
    run.assert_failure(5, &["it is INITIATING", &format!("atlas-pe wait {id}")]);
    world.sandbox.advance(LONG);
    world.pin(id, "FAILED");
    world
        .run(&["aws-command", id])
        .assert_failure(5, &["it is FAILED"]);
}

#[test]
fn wait_ends_when_the_resource_fails() {
    let world = World::new();
    let id = world.connection_in_use();
    let failed = PinnedStatus::new("FAILED").with_error("No addresses are left.");
    world.pin(&id, failed);
    let run = world.run(&["wait", &id]);
    run.assert_failure(
        8,
        &["it is FAILED", "No addresses are left; delete it", &id],
    );
    let rejected = PinnedStatus::new("REJECTED").with_error("The owner refused.");
    world.pin_interface_endpoint(&id, rejected);
    let run = world.run(&["interfaces", "wait", &id, VPCE]);
    run.assert_failure(8, &["it is REJECTED", "The owner refused; delete it", VPCE]);
}

#[test]
fn wait_that_times_out_has_its_own_exit_code() {
    let world = World::new();
    let id = &*world.new_connection();
    let run = world.run(&["wait", id, "--timeout", "900ms"]);
    run.assert_failure(7, &["it was still INITIATING", id]);
    let run = world.run(&["wait", id, "--for", "deleted", "--timeout", "900ms"]);
    run.assert_failure(7, &["it was still INITIATING"]);
    for bad in ["0s", "soon", "-1h"] {
        world
            .run(&["wait", id, &format!("--timeout={bad}")])
            .assert_failure(2, &["--timeout"]);
    }
}

#[test]
fn wait_that_times_out_prints_the_resource_and_how_to_resume() {
    let world = World::new();
    let create = ["create", "--region", "us-east-1", "--wait"];
    let run = world.run(&[&create[..], &["--timeout", "900ms", "-o", "ids"]].concat());
    let id = world.json(&["list", "--query", "[0].id"]);
    let id = id.as_str().unwrap();
    assert_eq!((run.code, &*run.stdout), (7, &*format!("{id}\n")), "{run}");
    let hint = format!("hint: atlas-pe wait {id} --for ready resumes the wait\n");
    assert!(run.stderr.ends_with(&hint), "{run}");
    assert!(!run.stderr.contains("after 0 s"), "{run}");

    let run = world.run(&["wait", id, "--timeout", "900ms", "-o", "json"]);
    assert_eq!(run.code, 7, "{run}");
    let connection: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&connection["id"], &connection["status"]),
        (&id.into(), &"INITIATING".into())
    );

    world.sandbox.advance(LONG);
    let add = ["interfaces", "create", id, VPCE, "--wait"];
    let run = world.run(&[&add[..], &["--timeout", "900ms", "-o", "ids"]].concat());
    assert_eq!(
        (run.code, &*run.stdout),
        (7, &*format!("{VPCE}\n")),
        "{run}"
    );
    let hint = format!("atlas-pe interfaces wait {id} {VPCE} --for available resumes the wait");
    assert!(run.stderr.contains(&hint), "{run}");
}

#[test]
fn wait_without_any_answer_fails_with_the_last_cause() {
    let world = World::new();
    let id = world.ready_connection();
    let wait = &["wait", &*id, "--timeout", "900ms"][..];
    let ensure = &[
        "create",
        "--region",
        "eu-west-1",
        "--if-not-exists",
        "--timeout",
        "900ms",
    ][..];
    let cascade = &["delete", &*id, "--cascade", "--force", "--timeout", "900ms"][..];
    let unavailable = CannedResponse::service_unavailable();
    world.sandbox.inject(Fault::on_any().effect(unavailable));
    let run = world.run(wait);
    run.assert_failure(
        6,
        &[
            "could not determine its state within ",
            "503 Service Unavailable",
        ],
    );

    // Atlas accepts the connection, and does not respond.
    world.sandbox.clear_faults();
    let stall = Effect::Stall(Stage::BeforeHead);
    world.sandbox.inject(Fault::on_any().effect(stall));
    world.run(wait).assert_failure(
        6,
        &[
            "could not determine its state",
            "deadline passed",
            "resumes the wait",
        ],
    );
    for command in [ensure, cascade] {
        world
            .run(command)
            .assert_failure(6, &["Atlas did not respond within"]);
    }
}

#[test]
fn wait_does_not_poll_before_the_server_allows_it() {
    let world = World::new();
    let id = world.ready_connection();
    let limited = CannedResponse::rate_limited(Some("60"));
    world.sandbox.inject(Fault::on_any().effect(limited));
    let before = world.sandbox.request_count();
    let run = world.run(&["wait", &id, "--timeout", "900ms"]);
    run.assert_failure(6, &["429 Too Many Requests"]);
    // The challenge and the only poll.
    assert_eq!(world.sandbox.request_count(), before + 2);
}

#[test]
fn wait_for_a_missing_connection_succeeds_only_for_deleted() {
    let world = World::new();
    world
        .run(&["wait", MISSING])
        .assert_failure(4, &["PRIVATELINK_NOT_FOUND"]);
    world.json(&["wait", MISSING, "--for", "deleted"]);
}
