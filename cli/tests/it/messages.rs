//! Messages of waits, cascades and settings.

use std::process::Command;

use atlas_pe_sandbox::fault::{CannedResponse, Fault};

use crate::harness::{Home, MISSING, VPCE, World, run};

/// Adds the messages of a command, without the ids that differ from run to run.
fn add(messages: &mut String, name: &str, world: &World, command: Command) {
    let run = run(command);
    let mut text = without_times(&run.stderr);
    for connection in world.sandbox.connections(world.sandbox.project_id()) {
        text = text.replace(&connection.id, "[connection]");
    }
    text = text
        .replace(world.sandbox.project_id(), "[project]")
        .replace(world.sandbox.origin(), "[origin]");
    messages.push_str(&format!("# {name}, exit code {}\n{text}\n", run.code));
}

/// Replaces times that differ from run to run, such as "after 0.9 s".
fn without_times(text: &str) -> String {
    let mut words: Vec<&str> = text.split(' ').collect();
    for index in 1..words.len() {
        if words[index - 1] == "after" && words[index].starts_with(|it: char| it.is_ascii_digit()) {
            words[index] = "[time]";
        }
    }
    words.join(" ")
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
fn messages_of_invalid_profiles() {
    let mut messages = String::new();
    let world = World::new();
    for (name, line, config) in [
        ("no keys", "list", ""),
        (
            "login in the browser",
            "list",
            "[default]\nauth_type = 'user_account'\n",
        ),
        (
            "no authentication",
            "list",
            "[default]\nauth_type = 'no_auth'\n",
        ),
        (
            "two kinds of keys",
            "list",
            "[default]\npublic_api_key = 'a'\nclient_id = 'b'\n",
        ),
        (
            "unknown profile",
            "list -P production",
            "[default]\n[staging]\n",
        ),
        ("invalid TOML", "list", "[default]\nprivate_api_key = 'a\n"),
        ("number for a string", "list", "[default]\nservice = 1\n"),
        ("unknown service", "list", "[default]\nservice = 'moon'\n"),
    ] {
        let home = Home::new(config);
        let mut command = home.command(&words(line));
        command.env("MONGODB_ATLAS_PROJECT_ID", MISSING);
        add(&mut messages, name, &world, command);
        messages = messages.replace(&home.file().display().to_string(), "[file]");
    }
    insta::assert_snapshot!("invalid_profiles", messages);
}

#[test]
fn messages_of_invalid_options() {
    let mut messages = String::new();
    let world = World::new();
    let two_projects =
        format!("create --region us-east-1 --project-id {MISSING} --project-id {MISSING}");
    for (name, line) in [
        (
            "base URL with a path",
            "list --base-url https://a.example/api",
        ),
        (
            "base URL without encryption",
            "list --base-url http://a.example",
        ),
        ("invalid base URL", "list --base-url a^b"),
        ("missing CA file", "list --ca-file /no/such/file"),
        ("invalid query", "list --query ["),
        ("query for a table", "list --query [] -o table"),
        ("no confirmation", &format!("delete {MISSING}")),
        ("two projects for a command of one", &two_projects),
    ] {
        add(&mut messages, name, &world, world.command(&words(line)));
    }
    let mut command = world.command(&["list"]);
    command.env_remove("MONGODB_ATLAS_PROJECT_ID");
    add(&mut messages, "no project", &world, command);
    insta::assert_snapshot!("invalid_options", messages);
}

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}
