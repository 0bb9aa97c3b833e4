//! Faults of operations and paths.

use super::{Fault, fault, reports};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "an id that the client has",
        "operationId: getThing",
        "operationId: withCredentials",
        &["method-name-taken"],
    ),
    fault(
        "an id that is a new keyword",
        "operationId: getThing",
        "operationId: gen",
        &["method-name-taken"],
    ),
    fault(
        "a path that leads up",
        "  /things/{thingId}:",
        "  /things/../{thingId}:",
        &["malformed-path"],
    ),
    fault(
        "servers of an operation",
        "      operationId: getThing\n",
        "      operationId: getThing\n      servers: [{ url: 'https://elsewhere.example' }]\n",
        &["ignored-key"],
    ),
    fault(
        "servers of a path",
        "  /things/{thingId}:\n",
        "  /things/{thingId}:\n    servers: [{ url: 'https://elsewhere.example' }]\n",
        &["ignored-key"],
    ),
    fault(
        "a callback",
        "      operationId: getThing\n",
        "      operationId: getThing\n      callbacks: { done: { '{$request.query.url}': {} } }\n",
        &["ignored-key"],
    ),
    fault(
        "a role twice",
        "x-atlas-roles: [Reader]",
        "x-atlas-roles: [Reader, Reader]",
        &["repeated-item"],
    ),
    fault(
        "a tag twice",
        "      operationId: getThing\n      summary: Get a thing.\n      tags: [Things]",
        "      operationId: getThing\n      summary: Get a thing.\n      tags: [Things, Things]",
        &["repeated-item"],
    ),
    fault(
        "an example without a value",
        "              examples:\n                red: { $ref: \"#/components/examples/Red\" }",
        "              examples:\n                red: { summary: Red. }",
        &["operation-without-example", "unused-component"],
    ),
    fault(
        "no id",
        r"      operationId: getThing
",
        "",
        &["operation-without-id"],
    ),
    fault(
        "no summary",
        "summary: Get a thing.",
        r#"summary: """#,
        &["operation-without-summary"],
    ),
    fault(
        "no roles",
        r"      x-atlas-roles: [Reader]
",
        "",
        &["operation-without-roles"],
    ),
    fault(
        "an empty list of roles",
        "x-atlas-roles: [Reader]",
        "x-atlas-roles: []",
        &["operation-without-roles"],
    ),
    fault(
        "no error",
        r##"        "404": { $ref: "#/components/responses/Refused" }
"##,
        "",
        &["operation-without-error"],
    ),
    fault(
        "no success",
        r#"        "200":"#,
        r#"        "302":"#,
        &["operation-without-success"],
    ),
    fault(
        "no responses",
        r##"      responses:
        "200":
          description: The thing.
          content:
            application/json:
              schema: { $ref: "#/components/schemas/Thing" }
              example:
                colour: GREEN
                size: 3
                owner: null
                parts: [{ colour: RED }]
        "404": { $ref: "#/components/responses/Refused" }
"##,
        "",
        &["operation-without-error", "operation-without-success"],
    ),
    fault(
        "no example of an answer",
        r##"              examples:
                red: { $ref: "#/components/examples/Red" }
"##,
        "",
        &["operation-without-example", "unused-component"],
    ),
    fault(
        "no example of a request",
        r"          example: { colour: RED }
",
        "",
        &["operation-without-example"],
    ),
    fault(
        "an id in snake case",
        "Id: getThing",
        "Id: get_thing",
        &["id-not-camel-case"],
    ),
    fault(
        "an id in Pascal case",
        "Id: getThing",
        "Id: GetThing",
        &["id-not-camel-case"],
    ),
    fault(
        "an id twice",
        "Id: getThing",
        "Id: createThing",
        &["id-not-unique"],
    ),
    fault(
        "two ids of one method",
        "Id: getThing",
        "Id: createTHING",
        &["id-not-unique"],
    ),
    fault(
        "an id that is a word of Rust",
        "Id: getThing",
        "Id: loop",
        &["id-not-rust"],
    ),
    fault(
        "a status before the answer",
        r#"        "404": {"#,
        r#"        "100": { description: Go on. }
        "404": {"#,
        &["interim-status"],
    ),
    fault(
        "two types of success",
        r#"        "404": {"#,
        r#"        "202":
          description: Later.
          content:
            application/json:
              schema: { type: string }
              example: later
        "404": {"#,
        &["successes-differ"],
    ),
    fault(
        "two types of error",
        r#"        "404": {"#,
        r#"        "400": { description: No. }
        "404": {"#,
        &["errors-differ"],
    ),
    fault(
        "a path that is a reference",
        r"  /things/{thingId}:
",
        r##"  /stuff: { $ref: "#/paths/~1things" }
  /things/{thingId}:
"##,
        &["path-reference"],
    ),
    fault(
        "half a segment",
        r"  /things/{thingId}:
",
        r"  /things/{thingId}.json:
",
        &["malformed-path"],
    ),
    fault(
        "a path without a slash",
        r"  /things:
",
        r"  things:
",
        &["malformed-path"],
    ),
    fault(
        "a path twice",
        r"  /things/{thingId}:
",
        r"  /things/{id}: {}
  /things/{thingId}:
",
        &["malformed-path"],
    ),
];

#[test]
fn every_fault_is_told_at_its_place() {
    insta::assert_snapshot!(reports(FAULTS));
}
