//! Connections that are named by their region or their endpoint service.

use serde_json::json;

use crate::harness::{LONG, VPCE, World};

#[test]
fn every_command_accepts_a_region_or_an_endpoint_service() {
    let world = World::with_running_clock();
    let create = ["create", "--region", "us-east-1", "--wait"];
    let created = world.json(&create);
    world.json(&["create", "--region", "eu-west-1", "--wait"]);
    let (id, service) = (&created["id"], &created["endpointServiceName"]);
    for name in ["us-east-1", "US_EAST_1", service.as_str().unwrap()] {
        assert_eq!(world.json(&["describe", name])["id"], *id, "{name}");
        assert_eq!(world.json(&["wait", name])["id"], *id, "{name}");
        assert_eq!(world.run(&["aws-command", name]).code, 0, "{name}");
        world.json(&["interfaces", "create", name, VPCE, "--wait"]);
        world.json(&["interfaces", "describe", name, VPCE]);
        world.json(&["interfaces", "wait", name, VPCE]);
        let list = ["interfaces", "list", name, "--query", "[].connectionStatus"];
        assert_eq!(world.json(&list), json!(["AVAILABLE"]));
        world.json(&["interfaces", "delete", name, VPCE, "--wait", "--force"]);
    }
    world.json(&["delete", "us-east-1", "--cascade", "--wait", "--force"]);
    assert_eq!(
        world.json(&["list", "--query", "[].region"]),
        json!(["eu-west-1"])
    );
}

#[test]
fn misspelt_region_is_refused_with_the_nearest_names() {
    let world = World::new();
    let allow = "hint: --allow-unknown-region sends it to Atlas as it is\n";
    for (region, nearest) in [
        ("us-eat-1", "us-east-1"),
        ("US_EAST_9", "us-east-1 or us-east-2"),
        ("useast1", "us-east-1"),
    ] {
        for options in [&[][..], &["--if-not-exists"], &["--dry-run"]] {
            let run = world.run(&[&["create", "--region", region], options].concat());
            let question = format!("(did you mean {nearest}?)\n{allow}");
            run.assert_failure(2, &["error: unknown region \"", &question]);
        }
    }
    // Otherwise `--if-exists` would succeed.
    for command in [&["describe"][..], &["delete", "--force", "--if-exists"]] {
        let run = world.run(&[command, &["us-eat-1"]].concat());
        run.assert_failure(2, &["unknown region (did you mean us-east-1?)"]);
    }
    let nowhere = world.run(&["create", "--region", "nowhere"]);
    let regions = "hint: the known regions are us-east-1, ";
    nowhere.assert_failure(
        2,
        &[
            "unknown region \"nowhere\"\n",
            regions,
            "--allow-unknown-region",
        ],
    );
    assert_eq!(world.sandbox.request_count(), 0);
}

#[test]
fn created_connection_has_the_requested_region() {
    let world = World::new();
    for format in ["json", "table"] {
        let region = if format == "json" {
            "us-east-1"
        } else {
            "eu-west-1"
        };
        let created = world.run(&["create", "--region", region, "-o", format]);
        assert!(created.stdout.contains(region), "{created}");
        assert!(created.stdout.contains("INITIATING"), "{created}");
    }
    // Atlas reports it only later, also while a command waits.
    assert_eq!(world.json(&["list", "--query", "[].region"]), json!([]));
    let wait = ["--wait", "--timeout", "300ms", "-o", "json"];
    let late = world.run(&[&["create", "--region", "eu-west-2"], &wait[..]].concat());
    assert_eq!(late.code, 7, "{late}");
    assert!(late.stdout.contains("\"region\": \"eu-west-2\""), "{late}");
}

#[test]
fn region_without_a_connection_is_an_error_with_the_existing_ones() {
    let world = World::new();
    world
        .run(&["describe", "us-east-1"])
        .assert_failure(4, &["the project has no private endpoint connections"]);
    let id = world.ready_connection();
    let hint = format!("hint: the project has {id} in us-east-1; see atlas-pe list\n");
    for line in [
        &["describe", "eu-west-1"][..],
        &["describe", "eu-west-2", "--watch"],
        &["wait", "eu-west-1"],
        &["aws-command", "eu-west-1"],
        &["delete", "eu-west-1", "--force"],
        &["delete", "eu-west-1", "--dry-run"],
        &["interfaces", "create", "eu-west-1", VPCE],
        &["interfaces", "delete", "eu-west-1", VPCE, "--force"],
    ] {
        let run = world.run(line);
        run.assert_failure(
            4,
            &["error: there is no private endpoint connection in ", &hint],
        );
    }
    let service = "com.amazonaws.vpce.us-east-1.vpce-svc-0123";
    world
        .run(&["describe", service])
        .assert_failure(4, &["with the endpoint service", &hint]);
}

#[test]
fn region_without_a_connection_has_nothing_to_delete() {
    let world = World::new();
    for line in [
        &["delete", "eu-west-1", "--force", "--if-exists"][..],
        &["delete", "eu-west-1", "--force", "--if-exists", "--cascade"],
        &[
            "interfaces",
            "delete",
            "eu-west-1",
            VPCE,
            "--force",
            "--if-exists",
        ],
        &["wait", "eu-west-1", "--for", "deleted"],
    ] {
        let run = world.run(line);
        assert_eq!(run.code, 0, "{run}");
        assert!(run.stdout.starts_with("There is no "), "{run}");
    }
}

#[test]
fn connection_whose_region_is_unknown_is_not_guessed() {
    let world = World::new();
    let id = world.new_connection();
    for command in [&["describe"][..], &["delete", "--force", "--if-exists"]] {
        let run = world.run(&[command, &["us-east-1"]].concat());
        run.assert_failure(5, &[&id, "use its id, or run atlas-pe wait us-east-1"]);
    }
    world.sandbox.advance(LONG);
    assert_eq!(world.json(&["describe", "us-east-1"])["id"], *id);
}

#[test]
fn wait_for_a_region_waits_until_it_is_known() {
    let world = World::with_running_clock();
    let id = world.new_connection();
    let ready = world.json(&["wait", "us-east-1"]);
    assert_eq!(
        (&ready["id"], &ready["status"]),
        (&json!(id), &json!("WAITING_FOR_USER"))
    );
    let world = World::new();
    let id = world.new_connection();
    let run = world.run(&["wait", "us-east-1", "--timeout", "300ms"]);
    run.assert_failure(
        7,
        &[
            &format!("the region of {id} was still unknown"),
            "atlas-pe wait us-east-1",
        ],
    );
}
