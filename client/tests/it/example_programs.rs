//! The programs in `client/examples/`, run against the sandbox.

use std::env;
use std::process::Command;
use std::time::Duration;

use atlas_pe_sandbox::testing::{UNKNOWN_ID, VPCE};
use atlas_pe_sandbox::{Sandbox, SandboxBuilder};

/// Returns a sandbox in which every change is complete at the next request, so that no program pauses.
fn sandbox() -> SandboxBuilder {
    Sandbox::builder().step(Duration::ZERO)
}

/// Runs a program with the sandbox's variables, and returns what it prints.
#[track_caller]
fn run(sandbox: &Sandbox, name: &str, arguments: &[&str]) -> String {
    let test = env::current_exe().unwrap();
    // This is target/debug/deps/it-….
    let program = test.ancestors().nth(2).unwrap().join("examples").join(name);
    let output = Command::new(program.with_extension(env::consts::EXE_EXTENSION))
        .args(arguments)
        .env_clear()
        .envs(sandbox.env())
        .output()
        .unwrap_or_else(|error| panic!("{name}: {error}; run: cargo build --examples"));
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the id of the sandbox's only connection.
#[track_caller]
fn id(sandbox: &Sandbox) -> String {
    let connections = sandbox.connections(sandbox.project_id());
    assert_eq!(connections.len(), 1, "{connections:?}");
    connections[0].id.clone()
}

#[test]
fn connection_is_created_once_and_listed() {
    let sandbox = sandbox().start().unwrap();
    let printed = run(&sandbox, "create_and_list", &[]);
    let id = id(&sandbox);
    assert_eq!(printed, format!("created {id}\n{id} WAITING_FOR_USER\n"));
    let again = run(&sandbox, "create_and_list", &[]);
    assert!(again.starts_with("it already exists: "), "{again}");
}

#[test]
fn connection_is_ensured_awaited_and_deleted() {
    let sandbox = sandbox().start().unwrap();
    let printed = run(&sandbox, "ensure_and_wait", &["eu-west-1", VPCE]);
    let service = "\nendpoint service com.amazonaws.vpce.eu-west-1.vpce-svc-";
    assert!(printed.contains(service), "{printed}");
    assert!(
        printed.ends_with("\nvpce-0b9c5701325cb15dd is available\n"),
        "{printed}"
    );
    id(&sandbox);

    let printed = run(&sandbox, "cascade", &["eu-west-1"]);
    assert!(printed.contains(VPCE), "{printed}");
    assert!(sandbox.connections(sandbox.project_id()).is_empty());
    let again = run(&sandbox, "cascade", &["eu-west-1"]);
    assert_eq!(again, "there is none in eu-west-1\n");
}

#[test]
fn many_projects_are_listed() {
    let other = "fedcba9876543210fedcba98";
    let sandbox = sandbox()
        .project(UNKNOWN_ID)
        .project(other)
        .start()
        .unwrap();
    run(&sandbox, "create_and_list", &[]);
    let printed = run(&sandbox, "many_projects", &[UNKNOWN_ID, other]);
    let mut lines: Vec<&str> = printed.lines().collect();
    lines.sort_unstable();
    let expected = [
        format!("{UNKNOWN_ID} has 1 connections"),
        format!("{other} has 0 connections"),
    ];
    assert_eq!(lines, expected);
}
