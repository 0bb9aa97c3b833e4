//! Faults of enums.

use super::{Fault, fault, reports};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "a default of an open enum",
        "enum: [RED, GREEN]\n",
        "enum: [RED, GREEN]\n      default: RED\n",
        &["answer-default", "open-enum-default"],
    ),
    fault(
        "an enum without a mark",
        r"      x-enum: open
",
        "",
        &["enum-not-marked"],
    ),
    fault(
        "an enum that is ajar",
        r"      x-enum: open
",
        r"      x-enum: ajar
",
        &["enum-not-marked"],
    ),
    fault(
        "a mark without an enum",
        "        owner: { type: string,",
        "        owner: { type: string, x-enum: open,",
        &["enum-missing"],
    ),
    fault(
        "a value that is not described",
        "enum: [RED, GREEN]",
        "enum: [RED, GREEN, BLUE]",
        &["enum-value-undescribed"],
    ),
    fault(
        "a description of no value",
        r"        GREEN: Like grass.
",
        r"        GREEN: Like grass.
        BLUE: Like the sea.
",
        &["enum-description-unused"],
    ),
    fault(
        "values that are no texts",
        "enum: [RED, GREEN]",
        "enum: [RED, GREEN, 5, null]",
        &["enum-value", "enum-value"],
    ),
    fault(
        "values of one name",
        "enum: [RED, GREEN]",
        "enum: [RED, GREEN, green]",
        &["enum-value", "enum-value-undescribed"],
    ),
    fault(
        "the value that is no value",
        r"        GREEN: Like grass.
",
        r"        GREEN: Like grass.
        UNKNOWN: It is dark.
",
        &["enum-description-unused"],
    ),
    fault(
        "an enum without values",
        r"enum: [NO_THING]
      x-enum-descriptions:
        NO_THING: It is not there.
",
        r"enum: []
",
        &["unknown-error-code", "example-mismatch", "enum-value"],
    ),
];

#[test]
fn every_fault_is_told_at_its_place() {
    insta::assert_snapshot!(reports(FAULTS));
}
