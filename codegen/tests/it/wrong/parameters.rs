//! Faults of parameters.

use super::{Fault, fault, reports};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "a path parameter that is not declared",
        r##"    parameters:
      - $ref: "#/components/parameters/ThingId"
"##,
        "",
        &[
            "path-parameter-undeclared",
            "unused-component",
            "unused-component",
        ],
    ),
    fault(
        "a path parameter twice",
        r"  /things/{thingId}:
",
        r"  /things/{thingId}/{thingId}:
",
        &["path-parameter-repeated"],
    ),
    fault(
        "a parameter of another path",
        r"      parameters:
        - name: dryRun",
        r##"      parameters:
        - $ref: "#/components/parameters/ThingId"
        - name: dryRun"##,
        &["path-parameter-unused"],
    ),
    fault(
        "a path parameter where it is used",
        r##"      - $ref: "#/components/parameters/ThingId"
    get:"##,
        r##"      - name: thingId
        in: path
        required: true
        schema: { $ref: "#/components/schemas/ThingId" }
    get:"##,
        &["path-parameter-inline", "unused-component"],
    ),
    fault(
        "a path parameter that may be absent",
        r##"      required: true
      schema: { $ref: "#/components/schemas/ThingId" }
"##,
        r##"      schema: { $ref: "#/components/schemas/ThingId" }
"##,
        &["path-parameter-optional"],
    ),
    fault(
        "a path parameter without a type of its own",
        r##"      schema: { $ref: "#/components/schemas/ThingId" }
"##,
        r"      schema: { type: string }
",
        &["path-parameter-without-type", "unused-component"],
    ),
    fault(
        "a cookie",
        r"          in: query
",
        r"          in: cookie
",
        &["parameter-place"],
    ),
    fault(
        "another style",
        r"          in: query
",
        r"          in: query
          style: spaceDelimited
          explode: false
",
        &["parameter-style", "parameter-style"],
    ),
    fault(
        "no schema",
        r"          schema: { type: boolean }
          example: true
",
        "",
        &["parameter-without-schema"],
    ),
    fault(
        "an object in a query",
        r"          schema: { type: boolean }
          example: true
",
        r"          schema: { type: object }
",
        &["parameter-not-plain"],
    ),
    fault(
        "a header of the client",
        r"        - name: dryRun
          in: query
",
        r"        - name: Accept
          in: header
",
        &["parameter-reserved"],
    ),
    fault(
        "a name that the method uses",
        "name: dryRun",
        "name: body",
        &["parameter-name-taken"],
    ),
    fault(
        "a name that is a new keyword",
        "name: dryRun",
        "name: gen",
        &["parameter-name-taken"],
    ),
    fault(
        "a path parameter that may be null",
        "      x-rust-type: crate::ThingId",
        "      x-rust-type: crate::ThingId\n      nullable: true",
        &["parameter-nullable"],
    ),
    fault(
        "a name that is none in Rust",
        "name: dryRun",
        r#"name: "2""#,
        &["parameter-name-taken"],
    ),
    fault(
        "two of one name",
        r"    get:
",
        r"    get:
      parameters:
        - { name: thing_id, in: query, schema: { type: string } }
",
        &["parameter-name-repeated"],
    ),
];

#[test]
fn every_fault_is_told_at_its_place() {
    insta::assert_snapshot!(reports(FAULTS));
}
