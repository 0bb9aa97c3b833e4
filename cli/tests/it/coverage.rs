//! Every operation of the description has a route in the sandbox and a command here.

use std::collections::BTreeSet;

use atlas_private_endpoint::operations;

use crate::harness::{LONG, VPCE, World};

#[test]
fn every_operation_has_a_command() {
    let world = World::new();
    let id = world.ready_connection();
    world.json(&["list"]);
    world.json(&["describe", &id]);
    world.json(&["interfaces", "create", &id, VPCE]);
    world.json(&["interfaces", "describe", &id, VPCE]);
    world.json(&["interfaces", "delete", &id, VPCE, "--force"]);
    world.sandbox.advance(LONG);
    world.json(&["delete", &id, "--force"]);

    let requests = world.sandbox.requests();
    let reached: BTreeSet<&str> = requests
        .iter()
        .filter_map(|request| request.operation.as_deref())
        .collect();
    let described: BTreeSet<&str> = operations::ALL
        .iter()
        .map(|operation| operation.id)
        .collect();
    assert_eq!(
        reached, described,
        "an operation of spec/ has no command in cli/, or this test does not run it"
    );
}

#[test]
fn every_operation_has_a_route_in_the_sandbox() {
    let world = World::new();
    let served: BTreeSet<&str> = world.sandbox.operations().into_iter().collect();
    let described: BTreeSet<&str> = operations::ALL
        .iter()
        .map(|operation| operation.id)
        .collect();
    assert_eq!(served, described);
}
