//! The table of operations that the sandbox serves.

use atlas_private_endpoint_codegen::generate_server;

const FRAGMENT: &str = r##"
servers: [{ url: https://host/base/ }]
paths:
  /a/{b}:
    parameters:
      - { name: b, in: path, required: true, schema: { type: string } }
      - $ref: "#/components/parameters/Page"
    post:
      operationId: addB
      parameters: [{ name: dry, in: query, required: true, schema: { type: boolean } }]
      requestBody:
        content:
          application/vnd.a.1+json:
            schema:
              required: [size]
              properties: { any: {}, size: { type: integer }, region: { type: string, enum: [x, y] } }
          application/vnd.a.2+json: {}
          text/csv: {}
      responses:
        "201": { content: { text/csv: {}, application/vnd.a.2+json: {} } }
        "204": { description: nothing }
        default: { $ref: "#/components/responses/Failed" }
    put:
      operationId: replaceB
      requestBody: { content: { text/csv: {} } }
components:
  parameters:
    Page: { name: page, in: query, schema: { type: integer, minimum: 1, maximum: 500 } }
  responses:
    Failed: { content: { application/problem+json: {} } }
"##;

#[test]
fn table_has_parameters_bodies_and_media_types() {
    let table = generate_server(FRAGMENT, "spec/a.yaml").expect("the fragment is YAML");
    insta::assert_snapshot!(table);
}

#[test]
fn fragment_that_is_not_yaml_is_refused() {
    assert!(generate_server("a: [", "spec/a.yaml").is_err());
}
