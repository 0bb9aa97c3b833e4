//! Command lines as users of the Atlas CLI write them.

use crate::harness::{LONG, MISSING, VPCE, World};

#[test]
fn commands_of_the_atlas_cli_have_the_same_effect() {
    let world = World::new();
    let run = |words: &[&str]| world.json(&[&["privateEndpoints", "aws"], words].concat());
    let created = run(&["create", "--region", "us-east-1"]);
    let id = created["id"].as_str().unwrap();
    world.sandbox.advance(LONG);
    assert_eq!(run(&["list"])[0]["id"], id);
    assert_eq!(run(&["describe", id])["id"], id);

    let added = run(&["interfaces", "create", id, "--privateEndpointId", VPCE]);
    assert_eq!(added["interfaceEndpointId"], VPCE);
    world.sandbox.advance(LONG);
    let described = run(&["interfaces", "describe", VPCE, "--endpointServiceId", id]);
    assert_eq!(described["interfaceEndpointId"], VPCE);
    run(&[
        "interfaces",
        "delete",
        VPCE,
        "--endpointServiceId",
        id,
        "--force",
    ]);
    world.sandbox.advance(LONG);
    run(&["delete", id, "--force"]);
    world.sandbox.advance(LONG);
    assert_eq!(run(&["list"]).as_array().map(Vec::len), Some(0));
}

#[test]
fn words_with_more_than_one_meaning_lead_to_the_command() {
    let world = World::new();
    let mut messages = String::new();
    for words in [
        &["privateEndpoints", "aws", "watch", MISSING][..],
        &["watch", MISSING, "-o", "json"],
        &["interfaces", "watch", MISSING, VPCE],
        &["describe", VPCE, "--endpointServiceId", MISSING],
        &["create", "--privateEndpointId", VPCE],
        &["privateEndpoints", "azure", "list"],
        &["privateEndpoints"],
    ] {
        let run = world.run(words);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run}");
        messages.push_str(&format!("$ atlas-pe {}\n{}\n", words.join(" "), run.stderr));
    }
    assert_eq!(world.sandbox.request_count(), 0);
    insta::assert_snapshot!("hints", messages);
}
