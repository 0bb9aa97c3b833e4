//! What is refused before anything is sent.

use crate::harness::{VPCE, World, bare_command, run};

const ID: &str = "5f7cb1a3e3b4aa3b8ba3fb44";

fn refused(arguments: &[&str], words: &[&str]) {
    let world = World::new();
    let run = world.run(arguments);
    run.must_fail(2, words);
    assert_eq!(world.sandbox.request_count(), 0, "{run}");
}

#[test]
fn ids_that_would_lead_to_another_path() {
    for bad in ["..", ".", "", "%2e%2e", "5f7cb1a3e3b4aa3b8ba3fb44/"] {
        refused(&["describe", bad], &["24 hexadecimal digits"]);
        refused(&["delete", bad, "--force"], &["24 hexadecimal digits"]);
        refused(&["list", "--project-id", bad], &["24 hexadecimal digits"]);
        refused(
            &["interfaces", "delete", bad, VPCE, "--force"],
            &["24 hexadecimal digits"],
        );
        refused(&["interfaces", "delete", ID, bad, "--force"], &["`vpce-`"]);
        refused(&["interfaces", "create", ID, bad], &["`vpce-`"]);
    }
}

#[test]
fn a_swapped_pair_of_ids_is_noticed() {
    refused(
        &["interfaces", "describe", VPCE, ID],
        &["a private endpoint connection"],
    );
}

#[test]
fn flags_that_do_not_exist_or_have_no_value() {
    refused(&["list", "--frobnicate"], &["--frobnicate"]);
    refused(&["create"], &["--region"]);
    refused(&["create", "--region", "nowhere"], &["us-east-1"]);
    refused(&["lits"], &["list"]);
    refused(&["list", "-o", "xml"], &["table", "json"]);
}

#[test]
fn projects_before_and_after_the_command() {
    let (one, two) = ("5f7cb1a3e3b4aa3b8ba3fb01", "5f7cb1a3e3b4aa3b8ba3fb02");
    for command in [&["list"][..], &["delete", ID, "--force"]] {
        for option in ["--project-id", "--projectId"] {
            let words = [&[option, one], command, &["--project-id", two]].concat();
            refused(&words, &["before and after the command"]);
        }
        let words = [
            &["--project-id", one],
            command,
            &["--project-id", two, "-o", "json"],
        ];
        refused(&words.concat(), &["{\"error\":", "before and after"]);
    }
}

#[test]
fn what_would_do_nothing_without_another_option() {
    for command in [
        &["create", "--region", "us-east-1"][..],
        &["delete", ID, "--force"],
        &["interfaces", "create", ID, VPCE],
        &["interfaces", "delete", ID, VPCE, "--force"],
    ] {
        refused(&[command, &["--timeout", "5m"]].concat(), &["--wait"]);
    }
    refused(&["list", "--interval", "1s"], &["--watch"]);
}

#[test]
fn deleting_without_a_terminal_needs_force() {
    refused(&["delete", ID], &["--force", ID]);
    refused(&["delete", ID, "--cascade"], &["--force", ID]);
    refused(&["interfaces", "delete", ID, VPCE], &["--force", VPCE]);
}

#[test]
fn the_private_key_is_no_option() {
    refused(
        &["list", "--private-api-key", "secret"],
        &["--private-api-key"],
    );
}

#[test]
fn what_the_environment_lacks_is_named() {
    let variables = [
        "MONGODB_ATLAS_PUBLIC_API_KEY",
        "MONGODB_ATLAS_PRIVATE_API_KEY",
        "MONGODB_ATLAS_PROJECT_ID",
    ];
    for variable in variables {
        let world = World::new();
        let mut command = world.command(&["list"]);
        command.env_remove(variable);
        run(command).must_fail(2, &[variable]);
        assert_eq!(world.sandbox.request_count(), 0);
    }
}

#[test]
fn a_base_url_that_is_no_origin() {
    refused(&["list", "--base-url", "cloud.mongodb.com"], &["https://"]);
    refused(
        &[
            "list",
            "--base-url",
            "https://cloud.mongodb.com/api/atlas/v1.0",
        ],
        &["must end after the host"],
    );
    refused(
        &["list", "--base-url", "http://atlas.example"],
        &["not encrypted"],
    );
}

#[test]
fn without_arguments_there_is_help() {
    let run = run(bare_command(&[]));
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("Usage: atlas-pe"), "{run}");
}

#[test]
fn a_service_account_takes_the_place_of_an_api_key_but_not_both() {
    let world = World::new();
    let mut command = bare_command(&["list", "-o", "json"]);
    command.envs(world.sandbox.service_account_env());
    let alone = run(command);
    assert_eq!((alone.code, alone.stdout.as_str()), (0, "[]\n"), "{alone}");

    let mut command = world.command(&["list"]);
    command.envs(world.sandbox.service_account_env());
    run(command).must_fail(
        2,
        &["MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_CLIENT_ID"],
    );
}
