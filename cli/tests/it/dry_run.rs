//! `--dry-run`.

use serde_json::json;

use crate::harness::{MISSING, VPCE, World};

#[test]
fn dry_run_of_every_change_sends_nothing() {
    let world = World::new();
    let mut output = String::new();
    for arguments in [
        &["create", "--region", "us-east-1", "--wait"][..],
        &["create", "--region", "us-east-1", "--if-not-exists"],
        &["delete", MISSING],
        &["delete", MISSING, "--cascade"],
        &["interfaces", "create", MISSING, VPCE],
        &["interfaces", "create", MISSING, VPCE, "--if-not-exists"],
        &["interfaces", "delete", MISSING, VPCE],
    ] {
        let mut arguments = arguments.to_vec();
        arguments.push("--dry-run");
        let run = world.run(&arguments);
        assert_eq!((run.code, &*run.stderr), (0, "nothing was sent\n"), "{run}");
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
