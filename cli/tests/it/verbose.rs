//! `-v` and `-vv`.

use crate::harness::{World, bare_command, run};

#[test]
fn once_shows_requests_and_twice_headers() {
    let world = World::new();
    let once = world.run(&["list", "-o", "json", "-v"]);
    assert_eq!((once.code, &*once.stdout), (0, "[]\n"), "{once}");
    let url = format!(
        "{}/api/atlas/v1.0/groups/{}/privateEndpoint",
        world.sandbox.origin(),
        world.sandbox.project_id()
    );
    let shown: Vec<&str> = once
        .stderr
        .lines()
        .map(|line| line.split_once("] ").unwrap().1)
        .collect();
    assert_eq!(shown[0], format!("> GET {url}"), "{once}");
    assert_eq!(shown[1], "* sent without a signature, to get a challenge");
    assert_eq!(shown[2], "* sent, signed with an HTTP digest");
    assert!(shown[3].starts_with("< 200 OK milliseconds="), "{once}");
    assert_eq!(shown.len(), 4, "{once}");

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
fn no_level_shows_a_key_a_token_or_a_signature() {
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
