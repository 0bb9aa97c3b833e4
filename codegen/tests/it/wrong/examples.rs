//! Faults of examples and defaults.

use super::{Fault, fault, reports};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "a constraint that contradicts itself",
        "schema: { type: string, format: uri }",
        "schema: { type: string, multipleOf: -1 }",
        &["example-unchecked"],
    ),
    fault(
        "a misspelt property",
        "example: { colour: RED }",
        "example: { color: RED }",
        &["example-mismatch", "example-mismatch"],
    ),
    fault(
        "a number that is a text",
        r"                size: 3
",
        r"                size: three
",
        &["example-mismatch"],
    ),
    fault(
        "a number that is too small",
        r"                size: 3
",
        r"                size: 0
",
        &["example-mismatch"],
    ),
    fault(
        "null where there is none",
        r"                colour: GREEN
",
        r"                colour: null
",
        &["example-mismatch"],
    ),
    fault(
        "a value deep inside, and one beside it",
        "parts: [{ colour: RED }]",
        "parts: [{ colour: RED, size: big }, { parts: 5, colour: RED }]",
        &["example-mismatch", "example-mismatch"],
    ),
    fault(
        "a value that an open enum does not list",
        "value: { colour: RED, size: 1 }",
        "value: { colour: BLUE, size: 1 }",
        &["example-mismatch"],
    ),
    fault(
        "a parameter that does not match",
        "example: a1",
        "example: 1a",
        &["example-mismatch"],
    ),
    fault(
        "a header that is no address",
        "example: https://things.example/api/things/a1",
        "example: over there",
        &["example-mismatch"],
    ),
    fault(
        "a schema with a wrong example of itself",
        "minimum: 1,",
        "minimum: 1, example: 5000000000,",
        &["example-mismatch"],
    ),
    fault(
        "a default of the wrong type",
        "schema: { type: boolean }",
        r#"schema: { type: boolean, default: "no" }"#,
        &["example-mismatch"],
    ),
];

#[test]
fn every_fault_is_told_at_its_place() {
    insta::assert_snapshot!(reports(FAULTS));
}
