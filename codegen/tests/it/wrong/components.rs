//! Faults of references and of what they lead to.

use super::{Fault, fault, reports};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "a reference to nothing",
        r##"red: { $ref: "#/components/examples/Red" }"##,
        r##"red: { $ref: "#/components/examples/Rde" }"##,
        &["dangling-reference"],
    ),
    fault(
        "a reference to another file",
        r##""409": { $ref: "#/components/responses/Refused" }"##,
        r#""409": { $ref: "errors.yaml#/Refused" }"#,
        &["dangling-reference"],
    ),
    fault(
        "a parameter that does not exist",
        r##"- $ref: "#/components/parameters/ThingId""##,
        r##"- $ref: "#/components/parameters/Thing""##,
        &["dangling-reference"],
    ),
    fault(
        "a schema where a response goes",
        r##""404": { $ref: "#/components/responses/Refused" }"##,
        r##""404": { $ref: "#/components/schemas/Failure" }"##,
        &["misplaced-reference"],
    ),
    fault(
        "references in a circle",
        r"    Colour:
      type: string
      description: A colour.
      x-enum: open
      enum: [RED, GREEN]
      x-enum-descriptions:
        RED: Like blood.
        GREEN: Like grass.
",
        r##"    Colour: { $ref: "#/components/schemas/Color" }
    Color: { $ref: "#/components/schemas/Colour" }
"##,
        &[
            "circular-reference",
            "circular-reference",
            "circular-reference",
        ],
    ),
    fault(
        "a schema that nobody uses",
        r"    Failure:
",
        r"    Loss: { type: string, description: Of it. }
    Failure:
",
        &["unused-component"],
    ),
    fault(
        "a schema that only itself uses",
        r"    Failure:
",
        r##"    Loss:
      type: object
      description: Of it.
      properties:
        next: { $ref: "#/components/schemas/Loss" }
    Failure:
"##,
        &["unused-component"],
    ),
    fault(
        "two schemas that only each other use",
        r"    Failure:
",
        r##"    Loss:
      type: object
      description: Of it.
      properties:
        gain: { $ref: "#/components/schemas/Gain" }
    Gain:
      type: object
      description: Of it.
      properties:
        loss: { $ref: "#/components/schemas/Loss" }
    Failure:
"##,
        &["unused-component", "unused-component"],
    ),
    fault(
        "a response that nobody uses",
        r"    Refused:
",
        r"    Lost: { description: It was there. }
    Refused:
",
        &["unused-component"],
    ),
    fault(
        "a parameter that nobody uses",
        r"  headers:
    Location:",
        r"    Page:
      name: page
      in: query
      schema: { type: integer }
  headers:
    Location:",
        &["unused-component"],
    ),
    fault(
        "a security scheme that nobody uses",
        "    key: { type: http, scheme: digest }",
        r"    key: { type: http, scheme: digest }
    token: { type: http, scheme: bearer }",
        &["unused-component"],
    ),
];

#[test]
fn every_fault_is_told_at_its_place() {
    insta::assert_snapshot!(reports(FAULTS));
}
