//! `-v` and `-vv`, and the absence of secrets from every output.

use crate::harness::{VPCE, World, bare_command, run};

#[test]
fn trace_has_requests_and_then_headers() {
    let world = World::new();
    let once = world.run(&["list", "-o", "json", "-v"]);
    assert_eq!((once.code, &*once.stdout), (0, "[]\n"), "{once}");
    let url = format!(
        "{}/api/atlas/v1.0/groups/{}/privateEndpoint",
        world.sandbox.origin(),
        world.sandbox.project_id()
    );
    let output: Vec<&str> = once
        .stderr
        .lines()
        .map(|line| line.split_once("] ").unwrap().1)
        .collect();
    assert_eq!(output[0], format!("> GET {url}"), "{once}");
    assert_eq!(output[1], "* sent without a signature, to get a challenge");
    assert_eq!(output[2], "* sent, signed with an HTTP digest");
    assert!(output[3].starts_with("< 200 OK milliseconds="), "{once}");
    assert_eq!(output.len(), 4, "{once}");

    let twice = world.run(&["list", "-vv"]);
    for header in [
        "> accept: application/json",
        "> authorization: (not shown)",
        "< content-type: application/json",
    ] {
        assert!(twice.stderr.contains(header), "no {header:?} in\n{twice}");
    }
    let never = world.run(&["list", "-o", "json"]);
    assert_eq!(never.stderr, "", "{never}");
}

#[test]
fn trace_has_no_secrets() {
    let world = World::new();
    let by_key = world.run(&["create", "--region", "us-east-1", "-vvv"]);
    let mut command = bare_command(&["list", "-vvv"]);
    command.envs(world.sandbox.service_account_env());
    let by_token = run(command);
    for run in [&by_key, &by_token] {
        assert_eq!(run.code, 0, "{run}");
        for (name, value) in world.sandbox.service_account_env() {
            if name.contains("SECRET") {
                assert!(!run.stderr.contains(&value), "{run}");
            }
        }
        for secret in [world.sandbox.private_key(), "response=", "Bearer", "Basic"] {
            assert!(!run.stderr.contains(secret), "{secret:?} in {run}");
        }
    }
}

const SECRET: &str = "0ddba11c-0ffe-4bad-8bad-c0ffee0ddba1";

#[test]
fn private_key_is_never_printed() {
    let world = World::new();
    let id = world.connection_in_use();
    let commands: &[&[&str]] = &[
        &["list"],
        &["list", "-o", "json"],
        &["describe", &id],
        &["delete", &id],
        &["delete", &id, "--force"],
        &["interfaces", "create", &id, VPCE],
        &[
            "list",
            "--max-attempts",
            "1",
            "--base-url",
            "http://127.0.0.1:1",
        ],
        &["list", "--base-url", "nonsense"],
        &["list", "--project-id", ".."],
        &["--help"],
    ];
    for arguments in commands {
        for key in [
            SECRET.to_owned(),
            world.sandbox.private_key().to_owned(),
            format!("{SECRET}\n"),
        ] {
            let mut command = world.command(arguments);
            command.env("MONGODB_ATLAS_PRIVATE_API_KEY", &key);
            let run = run(command);
            let message = format!("{}{}", run.stdout, run.stderr);
            assert!(!message.contains(key.trim()), "{run}");
        }
    }
}
