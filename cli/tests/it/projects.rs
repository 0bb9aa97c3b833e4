//! `list` with many projects.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use atlas_pe_sandbox::fault::{CannedResponse, Fault};
use atlas_pe_sandbox::{Sandbox, testing};
use serde_json::Value;
use tempfile::NamedTempFile;

use crate::harness::{World, run};

/// Starts a sandbox with this many projects. Their ids are their numbers.
fn world(count: usize) -> World {
    let mut builder = Sandbox::builder();
    for number in 0..count {
        builder = builder.project(id(number));
    }
    World {
        sandbox: builder.start().unwrap(),
    }
}

fn id(number: usize) -> String {
    format!("{number:024x}")
}

/// Returns an id that no project has.
fn missing(number: usize) -> String {
    format!("f{number:023x}")
}

fn file(lines: &[String]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(lines.join("\n").as_bytes()).unwrap();
    file
}

fn projects_of(list: &Value) -> Vec<&str> {
    let rows = list.as_array().unwrap();
    rows.iter()
        .map(|row| row["projectId"].as_str().unwrap())
        .collect()
}

#[test]
fn failed_projects_do_not_stop_the_others() {
    let world = world(497);
    let mut ids: Vec<String> = (0..497).map(id).collect();
    for number in [3, 250, 499] {
        ids.insert(number, missing(number));
    }
    let with_connection = [id(0), id(100), id(496)];
    for project in &with_connection {
        world.json(&["create", "--region", "us-east-1", "--project-id", project]);
    }
    let before = world.sandbox.request_count();
    let file = file(&ids);
    let path = file.path().to_str().unwrap();
    let run = world.run(&["list", "--projects-file", path, "-o", "json"]);
    assert_eq!(run.code, 4, "{run}");
    let list: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(projects_of(&list), with_connection);

    let errors: Vec<Value> = run
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(errors.len(), 4, "{run}");
    for number in [3, 250, 499] {
        let project = missing(number);
        let is_reported = errors
            .iter()
            .any(|error| error["error"]["groupId"] == project);
        assert!(is_reported, "{project} is not reported:\n{run}");
    }
    let summary = &errors[3]["error"];
    assert_eq!(
        summary["message"],
        "3 of 500 projects failed; the others are complete"
    );
    assert_eq!(summary["exitCode"], 4);
    // One request per project, and at most one challenge for each of the 16 concurrent ones.
    let requests = world.sandbox.request_count() - before;
    assert!((500..=516).contains(&requests), "{requests} requests");
}

#[test]
fn projects_keep_the_order_of_options_and_standard_input() {
    let world = world(3);
    for number in 0..3 {
        world.json(&[
            "create",
            "--region",
            "us-east-1",
            "--project-id",
            &id(number),
        ]);
    }
    let two = world.json(&["list", "--project-id", &id(2), "--project-id", &id(0)]);
    assert_eq!(projects_of(&two), [id(2), id(0)]);

    let (last, first) = (id(2), id(0));
    let arguments = [
        "list",
        "--project-id",
        &last,
        "--projects-file",
        "-",
        "-o",
        "jsonl",
    ];
    let mut command = world.command(&arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    write!(stdin, "{first} # the first\n\n{last}\n").unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        projects_of(&Value::Array(lines)),
        [last.clone(), first.clone()]
    );

    let table = world.run(&["list", "--project-id", &last, "--project-id", &first]);
    assert!(table.stdout.starts_with("PROJECT "), "{table}");
}

#[test]
fn file_with_one_project_is_listed_as_many() {
    let world = world(2);
    world.json(&["create", "--region", "us-east-1", "--project-id", &id(1)]);
    let file = file(&[id(1)]);
    let path = file.path().to_str().unwrap();
    // The file replaces the project of the environment.
    let list = world.json(&["list", "--projects-file", path, "--concurrency", "1"]);
    assert_eq!(projects_of(&list), [id(1)]);
}

#[test]
fn projects_with_different_failures_have_the_general_exit_code() {
    let world = world(1);
    let arguments = ["list", "--project-id", &id(0), "--project-id", &missing(0)];
    assert_eq!(world.run(&arguments).code, 4);
    let arguments_of_none = [
        "list",
        "--project-id",
        &missing(0),
        "--project-id",
        &missing(1),
    ];
    let none = world.run(&arguments_of_none);
    assert_eq!(none.code, 4);
    assert!(
        none.stderr.ends_with("\nerror: all 2 projects failed\n"),
        "{none}"
    );
    assert!(!none.stderr.contains("there are no private"), "{none}");
    let mut command = world.command(&arguments);
    command.env("MONGODB_ATLAS_PRIVATE_API_KEY", "wrong");
    assert_eq!(run(command).code, 3);

    // One does not exist, and access to the other is forbidden.
    let refuse = CannedResponse::json(403, "{\"errorCode\": \"ACCESS_FORBIDDEN\"}");
    let fault = Fault::on("listPrivateEndpointConnections").calls(1..=1);
    world.sandbox.inject(fault.effect(refuse));
    let mixed = world.run(&[&arguments_of_none[..], &["--concurrency", "1"]].concat());
    assert_eq!(mixed.code, 1, "{mixed}");
}

#[test]
fn duplicate_project_is_listed_once() {
    let world = world(172);
    world.json(&["create", "--region", "us-east-1", "--project-id", &id(171)]);
    let upper = id(171).to_ascii_uppercase();
    let twice = ["list", "--project-id", &id(171), "--project-id", &upper];
    let list = world.json(&twice);
    assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
}

#[test]
fn invalid_projects_are_refused() {
    let world = world(1);
    let bad = file(&["no-project".to_owned()]);
    let bad = bad.path().to_str().unwrap();
    world
        .run(&["list", "--projects-file", bad])
        .assert_failure(2, &["line 1: ", "24 hexadecimal digits"]);
    let empty = file(&["# nothing".to_owned()]);
    let empty = empty.path().to_str().unwrap();
    world
        .run(&["list", "--projects-file", empty])
        .assert_failure(2, &["expected at least one project in"]);
    world
        .run(&["list", "--projects-file", "/no/such/file"])
        .assert_failure(2, &["could not read", "/no/such/file"]);
    world
        .run(&["list", "--projects-file", "-", "--private-key-file", "-"])
        .assert_failure(2, &["standard input"]);
    let two = ["--project-id", &id(0), "--project-id", &missing(0)];
    let with = |command: &[&'static str]| {
        let mut arguments: Vec<&str> = command.to_vec();
        arguments.extend(two);
        world.run(&arguments)
    };
    with(&["create", "--region", "us-east-1"])
        .assert_failure(2, &["expected one project but found 2"]);
    assert_eq!(world.sandbox.request_count(), 0);
}

#[test]
fn watch_prints_one_event_per_change() {
    let builder = testing::builder().project(id(0)).project(id(1));
    let world = World {
        sandbox: builder.start().unwrap(),
    };
    let create = |project: &str| {
        let created = world.json(&["create", "--region", "us-east-1", "--project-id", project]);
        created["id"].as_str().unwrap().to_owned()
    };
    let (first, second) = (id(0), id(1));
    let created = create(&first);
    let arguments = [
        &["list", "--watch", "--interval", "20ms", "-o", "jsonl"][..],
        &["--project-id", &first, "--project-id", &second],
        &["--project-id", &missing(0)],
    ];
    let mut command = world.command(&arguments.concat());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut watching = command.spawn().unwrap();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    let mut next = || -> Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    let summary = |event: &Value| {
        let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
        [text("event"), text("projectId"), text("id"), text("status")]
    };
    let expected = |event: &str, project: &str, id: &str, status: &str| {
        [event, project, id, status].map(str::to_owned)
    };

    let status = "INITIATING";
    let event = next();
    assert_eq!(summary(&event), expected("added", &first, &created, status));
    assert!(event["interfaceEndpoints"].is_array(), "{event}");
    let other = create(&second);
    assert_eq!(summary(&next()), expected("added", &second, &other, status));
    let sandbox = &world.sandbox;
    let pinned = sandbox.set_connection_status(&second, &other, "AVAILABLE");
    pinned.unwrap();
    let status = "AVAILABLE";
    assert_eq!(
        summary(&next()),
        expected("changed", &second, &other, status)
    );
    let nothing = CannedResponse::json(200, "[]");
    sandbox.inject(Fault::on("listPrivateEndpointConnections").effect(nothing));
    let deleted = [next(), next()];
    assert!(
        deleted.iter().all(|it| it["event"] == "deleted"),
        "{deleted:?}"
    );

    // The third project does not exist, which is reported once.
    watching.kill().unwrap();
    let mut stderr = String::new();
    let mut errors = watching.stderr.take().unwrap();
    errors.read_to_string(&mut stderr).unwrap();
    watching.wait().unwrap();
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.contains(&missing(0)), "{stderr}");
}

#[test]
fn watch_of_missing_projects_ends() {
    let world = world(1);
    let run = world.run(&[
        "list",
        "--watch",
        "--project-id",
        &missing(0),
        "--project-id",
        &missing(1),
    ]);
    run.assert_failure(4, &["all 2 projects failed"]);
}
