//! Messages of waits, cascades and settings.

use std::process::Command;

use atlas_pe_sandbox::fault::{CannedResponse, Fault};

use crate::harness::{Home, MISSING, VPCE, World, run};

/// Adds the messages of a command, without the ids that differ from run to run.
fn add(messages: &mut String, name: &str, world: &World, command: Command) {
    let run = run(command);
    assert_eq!(run.stdout, "", "{run}");
    let mut text = run.stderr;
    for connection in world.sandbox.connections(world.sandbox.project_id()) {
        text = text.replace(&connection.id, "[connection]");
    }
    text = text
        .replace(world.sandbox.project_id(), "[project]")
        .replace(world.sandbox.origin(), "[origin]");
    messages.push_str(&format!("# {name}, exit code {}\n{text}\n", run.code));
}

#[test]
fn messages_of_failed_waits() {
    let mut messages = String::new();
    let world = World::new();
    let id = world.connection_in_use();
    let mut add_wait = |name: &str, words: &[&str]| {
        add(&mut messages, name, &world, world.command(words));
    };
    world.pin(&id, "FAILED");
    add_wait("a connection that failed", &["wait", &id]);
    world.pin(&id, "DELETING");
    add_wait("a connection that is being deleted", &["wait", &id]);
    world.pin(&id, "INITIATING");
    add_wait(
        "a connection that is not ready in time",
        &["wait", &id, "--timeout", "900ms"],
    );
    add_wait(
        "the same as JSON",
        &["wait", &id, "--timeout", "900ms", "-o", "json"],
    );
    world.pin_interface_endpoint(&id, "REJECTED");
    let wait = ["interfaces", "wait", &id, VPCE];
    add_wait("an interface endpoint that was rejected", &wait);
    add_wait("a missing connection", &["wait", MISSING]);
    insta::assert_snapshot!("waits", messages);
}

#[test]
fn message_of_a_refused_cascade() {
    let mut messages = String::new();
    let world = World::with_running_clock();
    let id = world.json(&["create", "--region", "us-east-1", "--wait"])["id"].clone();
    let id = id.as_str().unwrap();
    for vpce in ["vpce-1", "vpce-2"] {
        world.json(&["interfaces", "create", id, vpce, "--wait"]);
    }
    let refuse = CannedResponse::json(
        403,
        "{\"errorCode\": \"ACCESS_FORBIDDEN\", \"detail\": \"No.\"}",
    );
    let fault = Fault::on("deleteInterfaceEndpoint").calls(2..=2);
    world.sandbox.inject(fault.effect(refuse));
    let delete = ["delete", id, "--cascade", "--force"];
    add(&mut messages, "refused", &world, world.command(&delete));
    insta::assert_snapshot!("cascade", messages);
}

#[test]
fn messages_of_invalid_settings() {
    let mut messages = String::new();
    let world = World::new();
    let file = |text: &str, words: &[&str]| {
        let home = Home::new(text);
        let mut command = home.command(words);
        command.env("MONGODB_ATLAS_PROJECT_ID", MISSING);
        (command, home)
    };
    for (name, text, words) in [
        ("no keys", "", &["list"][..]),
        ("half a key", "[default]\npublic_api_key = 'a'\n", &["list"]),
        (
            "two kinds of keys",
            "[default]\npublic_api_key = 'a'\nclient_id = 'b'\n",
            &["list"],
        ),
        (
            "unknown profile",
            "[default]\n[staging]\n",
            &["list", "-P", "production"],
        ),
        (
            "invalid TOML",
            "[default]\nprivate_api_key = 'a\n",
            &["list"],
        ),
        (
            "a number for a text",
            "[default]\nproject_id = 1\nservice = 1\n",
            &["list"],
        ),
        (
            "an unknown service",
            "[default]\nservice = 'moon'\n",
            &["list"],
        ),
    ] {
        let (command, home) = file(text, words);
        add(&mut messages, name, &world, command);
        messages = messages.replace(&home.file().display().to_string(), "[file]");
    }
    for (name, words) in [
        (
            "no project",
            &["list", "--base-url", "https://cloud.mongodb.com"][..],
        ),
        (
            "a base URL with a path",
            &["list", "--base-url", "https://a.example/api"],
        ),
        (
            "a base URL without encryption",
            &["list", "--base-url", "http://a.example"],
        ),
        ("an invalid base URL", &["list", "--base-url", "a b"]),
        ("a missing CA file", &["list", "--ca-file", "/no/such/file"]),
        ("an invalid query", &["list", "--query", "["]),
        (
            "a query for a table",
            &["list", "--query", "[]", "-o", "table"],
        ),
        ("no confirmation", &["delete", MISSING]),
        (
            "two projects for a command of one",
            &[
                "create",
                "--region",
                "us-east-1",
                "--project-id",
                MISSING,
                "--project-id",
                "5f7cb1a3e3b4aa3b8ba3fb45",
            ],
        ),
    ] {
        let mut command = world.command(words);
        if name == "no project" {
            command.env_remove("MONGODB_ATLAS_PROJECT_ID");
        }
        add(&mut messages, name, &world, command);
    }
    insta::assert_snapshot!("settings_that_are_wrong", messages);
}
