//! Faults of extensions.

use super::{Fault, fault, reports};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "an extension that nobody reads",
        r"      x-enum: open
",
        r"      x-enum: open
      x-enmu: open
",
        &["unknown-extension"],
    ),
    fault(
        "an extension in the wrong place",
        r"      operationId: getThing
",
        r"      operationId: getThing
      x-error-codes: [NO_THING]
",
        &["misplaced-extension"],
    ),
    fault(
        "roles that are no list",
        "x-atlas-roles: [Reader]",
        "x-atlas-roles: Reader",
        &["extension-value"],
    ),
    fault(
        "a type that is no path",
        "crate::ThingId",
        "ThingId",
        &["extension-value"],
    ),
    fault(
        "a parameter that is hidden",
        r"          in: query
",
        r"          in: query
          x-typed-client: hide
",
        &["extension-value"],
    ),
    fault(
        "an error code that is not known",
        "codes: [NO_THING]",
        "codes: [NO_THING, OOPS]",
        &["unknown-error-code"],
    ),
];

#[test]
fn every_fault_is_told_at_its_place() {
    insta::assert_snapshot!(reports(FAULTS));
}
