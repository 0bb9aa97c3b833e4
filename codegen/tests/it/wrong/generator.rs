//! What no rule foresees, and progenitor or a pass refuses.

use super::{Fault, fault, reports};

pub(super) const FAULTS: &[Fault] = &[fault(
    "parts that contradict each other",
    "        owner: {",
    "        x: { description: X., allOf: [{ type: object, properties: { a: { type: string, description: A. } } }, { type: object, properties: { a: { type: integer, description: A. } } }] }\n        owner: {",
    &["unexpected-code"],
)];

#[test]
fn every_fault_is_told_at_its_place() {
    insta::assert_snapshot!(reports(FAULTS));
}
