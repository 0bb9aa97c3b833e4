//! Command lines that are refused before any request.

use crate::harness::{MISSING, VPCE, World, bare_command, run};

fn assert_refused(arguments: &[&str], words: &[&str]) {
    let world = World::new();
    let run = world.run(arguments);
    run.assert_failure(2, words);
    assert_eq!(world.sandbox.request_count(), 0, "{run}");
}

#[test]
fn ids_that_change_the_path_are_refused() {
    for bad in ["..", ".", "", "%2e%2e", "5f7cb1a3e3b4aa3b8ba3fb44/"] {
        assert_refused(&["describe", bad], &["24 hexadecimal digits"]);
        assert_refused(&["delete", bad, "--force"], &["24 hexadecimal digits"]);
        assert_refused(&["list", "--project-id", bad], &["24 hexadecimal digits"]);
        assert_refused(
            &["interfaces", "delete", bad, VPCE, "--force"],
            &["24 hexadecimal digits"],
        );
        assert_refused(
            &["interfaces", "delete", MISSING, bad, "--force"],
            &["`vpce-`"],
        );
        assert_refused(&["interfaces", "create", MISSING, bad], &["`vpce-`"]);
    }
}

#[test]
fn swapped_ids_are_refused() {
    assert_refused(
        &["interfaces", "describe", VPCE, MISSING],
        &["a private endpoint connection"],
    );
}

#[test]
fn invalid_flags_are_refused() {
    assert_refused(&["list", "--frobnicate"], &["--frobnicate"]);
    assert_refused(&["create"], &["--region"]);
    assert_refused(&["create", "--region", "nowhere"], &["us-east-1"]);
    assert_refused(&["lits"], &["list"]);
    assert_refused(&["list", "-o", "xml"], &["table", "json"]);
}

#[test]
fn numbers_out_of_range_are_refused_in_words() {
    for (option, value, range) in [
        ("--max-attempts", "0", "from 1 to 100"),
        ("--max-attempts", "-1", "from 1 to 100"),
        ("--max-attempts", "many", "from 1 to 100"),
        ("--concurrency", "0", "from 1 to 256"),
        ("--concurrency", "70000", "from 1 to 256"),
    ] {
        let message = format!("expected a whole number {range}");
        assert_refused(&["list", option, value], &[option, &message]);
    }
}

#[test]
fn projects_before_and_after_the_command_are_refused() {
    let (one, two) = ("5f7cb1a3e3b4aa3b8ba3fb01", "5f7cb1a3e3b4aa3b8ba3fb02");
    for command in [&["list"][..], &["delete", MISSING, "--force"]] {
        for option in ["--project-id", "--projectId"] {
            let words = [&[option, one], command, &["--project-id", two]].concat();
            assert_refused(&words, &["before and after the command"]);
        }
        let words = [
            &["--project-id", one],
            command,
            &["--project-id", two, "-o", "json"],
        ];
        assert_refused(&words.concat(), &["{\"error\":", "before and after"]);
    }
}

#[test]
fn option_without_its_required_one_is_refused() {
    for command in [
        &["create", "--region", "us-east-1"][..],
        &["delete", MISSING, "--force"],
        &["interfaces", "create", MISSING, VPCE],
        &["interfaces", "delete", MISSING, VPCE, "--force"],
    ] {
        assert_refused(&[command, &["--timeout", "5m"]].concat(), &["--wait"]);
    }
    assert_refused(&["list", "--interval", "1s"], &["--watch"]);
}

#[test]
fn delete_without_a_terminal_needs_force() {
    assert_refused(&["delete", MISSING], &["--force", MISSING]);
    assert_refused(&["delete", MISSING, "--cascade"], &["--force", MISSING]);
    assert_refused(&["interfaces", "delete", MISSING, VPCE], &["--force", VPCE]);
}

#[test]
fn private_key_is_no_option() {
    assert_refused(
        &["list", "--private-api-key", "secret"],
        &["--private-api-key"],
    );
}

#[test]
fn missing_variable_is_named() {
    let variables = [
        "MONGODB_ATLAS_PUBLIC_API_KEY",
        "MONGODB_ATLAS_PRIVATE_API_KEY",
        "MONGODB_ATLAS_PROJECT_ID",
    ];
    for variable in variables {
        let world = World::new();
        let mut command = world.command(&["list"]);
        command.env_remove(variable);
        run(command).assert_failure(2, &[variable]);
        assert_eq!(world.sandbox.request_count(), 0);
    }
}

#[test]
fn base_url_must_be_an_encrypted_origin() {
    assert_refused(&["list", "--base-url", "cloud.mongodb.com"], &["https://"]);
    assert_refused(
        &[
            "list",
            "--base-url",
            "https://cloud.mongodb.com/api/atlas/v1.0",
        ],
        &["must end after the host"],
    );
    assert_refused(
        &["list", "--base-url", "http://atlas.example"],
        &["not encrypted"],
    );
}

#[test]
fn no_arguments_print_help() {
    let run = run(bare_command(&[]));
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("Usage: atlas-pe"), "{run}");
}

#[test]
fn service_account_and_api_key_exclude_each_other() {
    let world = World::new();
    let mut command = bare_command(&["list", "-o", "json"]);
    command.envs(world.sandbox.service_account_env());
    let alone = run(command);
    assert_eq!((alone.code, alone.stdout.as_str()), (0, "[]\n"), "{alone}");

    let mut command = world.command(&["list"]);
    command.envs(world.sandbox.service_account_env());
    run(command).assert_failure(
        2,
        &["MONGODB_ATLAS_PUBLIC_API_KEY", "MONGODB_ATLAS_CLIENT_ID"],
    );
}
