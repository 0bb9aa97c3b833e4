//! Faults of requests and responses.

use super::{Fault, fault, reports};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "a table",
        r##"            application/json:
              schema: { $ref: "#/components/schemas/Thing" }
              example:
"##,
        r##"            text/csv:
              schema: { $ref: "#/components/schemas/Thing" }
              example:
"##,
        &["body-media-type"],
    ),
    fault(
        "no schema of a body",
        r##"          schema: { $ref: "#/components/schemas/Failure" }
          example: { code: NO_THING }
"##,
        r"          example: { code: NO_THING }
",
        &["body-without-schema", "unused-component"],
    ),
    fault(
        "an encoding",
        r"          example: { code: NO_THING }
",
        r"          example: { code: NO_THING }
          encoding: {}
",
        &["body-encoding"],
    ),
    fault(
        "a body that may be absent",
        r"    Thing:
      required: true
",
        r"    Thing:
",
        &["body-optional"],
    ),
    fault(
        "a body without content",
        r##"      content:
        application/json:
          schema: { $ref: "#/components/schemas/Thing" }
          example: { colour: RED }
"##,
        r"      content: {}
",
        &["body-empty"],
    ),
];

#[test]
fn every_fault_is_told_at_its_place() {
    insta::assert_snapshot!(reports(FAULTS));
}
