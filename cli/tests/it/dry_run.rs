//! `--dry-run`.

use serde_json::{Value, json};

use crate::harness::{MISSING, VPCE, World};

#[test]
fn dry_run_of_every_change_sends_nothing() {
    let world = World::new();
    let mut output = String::new();
    for arguments in [
        &["create", "--region", "us-east-1", "--wait"][..],
        &["create", "--region", "us-east-1", "--if-not-exists"],
        &["delete", MISSING],
        &["interfaces", "create", MISSING, VPCE],
        &["interfaces", "create", MISSING, VPCE, "--if-not-exists"],
        &["interfaces", "delete", MISSING, VPCE],
    ] {
        let mut arguments = arguments.to_vec();
        arguments.push("--dry-run");
        let run = world.run(&arguments);
        assert_eq!(
            (run.code, &*run.stderr),
            (0, "nothing was changed\n"),
            "{run}"
        );
        output.push_str(&format!(
            "$ atlas-pe {}\n{}\n",
            arguments.join(" "),
            run.stdout
        ));
    }
    assert_eq!(world.sandbox.request_count(), 0);
    let output = output
        .replace(world.sandbox.origin(), "[origin]")
        .replace(world.sandbox.project_id(), "[project]");
    insta::assert_snapshot!("dry_run", output);
}

#[test]
fn dry_run_prints_json() {
    let world = World::new();
    let requests = world.json(&["create", "--region", "us-east-1", "--dry-run"]);
    assert_eq!(requests[0]["method"], "POST");
    let url = requests[0]["url"].as_str().unwrap();
    assert!(url.starts_with(world.sandbox.origin()), "{url}");
    let body = json!({"providerName": "AWS", "region": "us-east-1"});
    assert_eq!(requests[0]["body"], body);
}

#[test]
fn dry_run_prints_the_request_that_is_sent() {
    let world = World::new();
    let requests = world.json(&["create", "--region", "us-east-1", "--dry-run"]);
    world.json(&["create", "--region", "us-east-1"]);
    let sent = world.sandbox.requests();
    let sent = sent.last().unwrap();
    assert_eq!(requests[0]["method"], sent.method);
    let url = requests[0]["url"].as_str().unwrap();
    assert!(url.ends_with(&sent.path), "{url} {}", sent.path);
}

#[test]
fn dry_run_of_a_cascade_lists_what_would_be_deleted() {
    const OTHER: &str = "vpce-0123456789abcdef0";
    let world = World::new();
    let id = &*world.connection_in_use();
    world.json(&["interfaces", "create", id, OTHER]);
    let dry_run = || {
        let requests = world.json(&["delete", id, "--cascade", "--dry-run"]);
        let requests = requests.as_array().unwrap().iter();
        let line = |request: &Value| {
            let url = request["url"].as_str().unwrap();
            let (_, path) = url.split_once("privateEndpoint/").unwrap();
            format!("{} {path}", request["method"].as_str().unwrap())
        };
        requests.map(line).collect::<Vec<_>>()
    };
    let delete_vpce = format!("DELETE {id}/interfaceEndpoints/{VPCE}");
    let delete_other = format!("DELETE {id}/interfaceEndpoints/{OTHER}");
    let delete = format!("DELETE {id}");
    assert_eq!(dry_run(), [&*delete_vpce, &*delete_other, &*delete]);
    assert_eq!(world.json(&["describe", id])["status"], "AVAILABLE");

    world.json(&["interfaces", "delete", id, OTHER, "--force"]);
    assert_eq!(dry_run(), [&*delete_vpce, &*delete]);
    let table = world.run(&["delete", id, "--cascade", "--dry-run"]);
    assert!(
        table
            .stdout
            .contains("once its interface endpoints are deleted"),
        "{table}"
    );

    let missing = ["delete", MISSING, "--cascade", "--dry-run"];
    world
        .run(&missing)
        .assert_failure(4, &["could not read private endpoint connection"]);
    let if_exists = world.run(&[&missing[..], &["--if-exists"]].concat());
    assert_eq!(if_exists.code, 0, "{if_exists}");
}
