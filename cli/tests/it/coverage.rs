//! The commands reach every operation of the spec.

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
    let reached = requests.iter();
    let reached: BTreeSet<&str> = reached.filter_map(|it| it.operation.as_deref()).collect();
    let missing = operations::ALL.iter().map(|operation| operation.id);
    let missing: Vec<&str> = missing.filter(|id| !reached.contains(id)).collect();
    assert!(
        missing.is_empty(),
        "no command sends {}: add its arguments to cli/src/args.rs and the command to cli/src/command.rs and \
         cli/src/command/*.rs, then run it in cli/tests/it/coverage.rs",
        missing.join(", ")
    );
}
