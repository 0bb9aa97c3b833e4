//! Faults of what OpenAPI 3.0 asks for.

use super::{Fault, fault, reports};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "a header without a schema",
        "schema: { type: string, format: uri }",
        "deprecated: true",
        &["missing-key"],
    ),
    fault(
        "a place that is no text",
        "scheme: digest }",
        "scheme: digest, in: 5 }",
        &["wrong-kind"],
    ),
    fault(
        "a contact that is none",
        "title: Things,",
        "title: Things, contact: none,",
        &["wrong-kind"],
    ),
    fault(
        "another OpenAPI",
        "openapi: 3.0.3",
        "openapi: 3.1.0",
        &["openapi-version"],
    ),
    fault(
        "no OpenAPI",
        r"openapi: 3.0.3
",
        "",
        &["openapi-version"],
    ),
    fault(
        "a version that is a number",
        r#"version: "1""#,
        "version: 1.0",
        &["wrong-kind"],
    ),
    fault("no title", "title: Things, ", "", &["missing-key"]),
    fault(
        "a misspelt key",
        "      summary: Get a thing.",
        "      sumary: Get a thing.",
        &["operation-without-summary", "unknown-key"],
    ),
    fault(
        "a key of another kind of thing",
        r"      summary: A red one.
",
        r"      operationId: red
",
        &["unknown-key"],
    ),
    fault(
        "parameters that are no list",
        r##"    parameters:
      - $ref: "#/components/parameters/ThingId""##,
        r##"    parameters:
      $ref: "#/components/parameters/ThingId""##,
        &["wrong-kind"],
    ),
    fault(
        "a list without items",
        r##"          items: { $ref: "#/components/schemas/Thing" }
"##,
        "",
        &["missing-key"],
    ),
    fault(
        "a type that is none",
        "size: { type: integer",
        "size: { type: int",
        &["wrong-kind"],
    ),
    fault(
        "a constraint that is no number",
        "minimum: 1",
        "minimum: one",
        &["wrong-kind"],
    ),
    fault(
        "a response without description",
        r"          description: The thing.
",
        "",
        &["missing-key"],
    ),
    fault(
        "a status that is none",
        r#""404": {"#,
        "Not Found: {",
        &["operation-without-error", "unknown-key"],
    ),
    fault(
        "a key beside a reference",
        r##"colour: { $ref: "#/components/schemas/Colour" }"##,
        r##"colour: { $ref: "#/components/schemas/Colour", nullable: true }"##,
        &["unknown-key"],
    ),
    fault(
        "no server",
        r"servers:
  - url: https://things.example/api
",
        "",
        &["no-server"],
    ),
    fault(
        "a server without a host",
        "  - url: https://things.example/api",
        "  - url: /api",
        &["no-server"],
    ),
    fault(
        "documentation that is none",
        "      operationId: getThing\n",
        "      operationId: getThing\n      externalDocs: 4\n",
        &["wrong-kind"],
    ),
    fault(
        "documentation without an address",
        "      operationId: getThing\n",
        "      operationId: getThing\n      externalDocs: { description: More. }\n",
        &["missing-key"],
    ),
    fault(
        "a security scheme without what its type needs",
        "    key: { type: http, scheme: digest }",
        "    key: { type: oauth2 }",
        &["not-openapi"],
    ),
    fault(
        "a license without a name",
        "info: { title: Things, version: \"1\" }",
        "info: { title: Things, version: \"1\", license: { url: 'https://things.example' }, contact: 3 }",
        &["missing-key", "wrong-kind"],
    ),
    fault(
        "links that are none",
        "          description: The thing.\n",
        "          description: The thing.\n          links: 5\n",
        &["wrong-kind"],
    ),
    fault(
        "a server with a variable",
        "  - url: https://things.example/api",
        "  - url: https://{host}.example/api",
        &["no-server"],
    ),
    fault(
        "a server with a query",
        "  - url: https://things.example/api",
        "  - url: https://things.example/api?version=1",
        &["no-server"],
    ),
    fault(
        "a tag that is not declared",
        r"tags:
  - name: Things",
        r"tags:
  - name: Thing",
        &["undeclared-tag", "undeclared-tag"],
    ),
    fault(
        "a security scheme that is not described",
        r"security:
  - key: []",
        r"security:
  - digest: []",
        &["unknown-security-scheme"],
    ),
    fault(
        "a security requirement that is none",
        r"security:
  - key: []",
        "security: [key]",
        &["wrong-kind"],
    ),
];

#[test]
fn every_fault_is_told_at_its_place() {
    insta::assert_snapshot!(reports(FAULTS));
}
