//! A document as large as a vendor's whole API.

use std::collections::BTreeSet;
use std::fmt::Write;

use atlas_private_endpoint_codegen::read;

use super::{components, extracted, selection, value};

const RESOURCES: usize = 250;

const OPERATION: &str = r#"
      operationId: METHODThingN
      tags: [Things N]
      summary: METHOD the things of kind N in one project
      description: 'METHOD the things: all that the project has of kind N. To use this resource, the requesting account must have the Project Read Only role.'
      externalDocs: { description: Things, url: 'https://docs.things.example/N' }
      x-xgen-owner-team: things-N
      x-xgen-changelog: { "2023-01-01": 'Added the operation, and some more of what it can do.' }
      parameters:
      - $ref: '#/components/parameters/groupId'
      - { name: pageNum, in: query, description: Which page., schema: { type: integer, default: 1 } }
      responses:
        "200":
          description: OK
          content:
            application/vnd.things.2023-01-01+json:
              x-xgen-version: "2023-01-01"
              schema: { $ref: '#/components/schemas/ThingN' }
            application/vnd.things.2024-08-05+json:
              x-xgen-version: "2024-08-05"
              schema: { $ref: '#/components/schemas/PageN' }
        "400": { $ref: '#/components/responses/failed' }
      x-codeSamples:
"#;

const LANGUAGES: [&str; 8] = [
    "JavaScript",
    "TypeScript",
    "Deno",
    "Bun",
    "Node.js",
    "Browser",
    "Worker",
    "React",
];

const SAMPLE: &str = r#"      - lang: LANG
        label: LANG
        source: |-
          import things from "things-sdk"

          async function main() {
            const client = things.client({ version: "2023-01-01", key: process.env["THINGS_KEY"] })
            const page = await client.projects("32b6e34b3d91647abb20e7b8").things("N").METHOD()
            console.log(`there are ${page.totalCount} of them`)
          }

          main().catch((error) => { console.error(error); process.exit(1) })
"#;

/// Each thing refers to the one of half its number, so that a chain of eight goes down to the first.
const SCHEMAS: &str = r#"
    ThingN:
      type: object
      description: 'A thing of kind N: it has a parent, as all have but the first.'
      required: [id, kind]
      properties:
        id: { type: string, pattern: '^([a-f0-9]{24})$', description: 'Unique 24-hexadecimal digit string that identifies the thing.', readOnly: true }
        kind: { type: string, enum: [OLD, NEW, "NO"], description: What it is., x-xgen-order: 1 }
        parent: { $ref: '#/components/schemas/ThingHALF' }
        size: { type: number, format: double, minimum: 0.5, maximum: 1e9, description: 'How large it is, in units of which nobody knows the size.' }
      discriminator: { propertyName: kind, mapping: { OLD: '#/components/schemas/OldThingN' } }
    OldThingN:
      allOf: [{ $ref: '#/components/schemas/ThingN' }, { type: object, properties: { age: { type: integer, description: 'How old it is: years, when it is one of the old ones.' } } }]
    PageN:
      type: object
      properties:
        results: { type: array, items: { $ref: '#/components/schemas/ThingN' } }
        totalCount: { type: integer, format: int32, description: How many there are. }
"#;

fn document() -> String {
    let mut text = String::from(
        "openapi: 3.0.1\ninfo: { title: Things, version: '2.0' }\nsecurity: [{ DigestAuth: [] }]\npaths:\n",
    );
    for number in 0..RESOURCES {
        let number = number.to_string();
        write!(text, "  /api/v2/groups/{{groupId}}/things{number}:").unwrap();
        for method in ["get", "post"] {
            write!(text, "\n    {method}:").unwrap();
            let samples = LANGUAGES.map(|language| SAMPLE.replace("LANG", language));
            let operation = format!("{OPERATION}{}", samples.concat()).replace("METHOD", method);
            text += operation.replace('N', &number).trim_end();
        }
        text.push('\n');
    }
    text += "components:\n  securitySchemes: { DigestAuth: { type: http, scheme: digest } }\n";
    text += "  parameters: { groupId: { name: groupId, in: path, required: true, schema: { type: string } } }\n";
    text += "  responses: { failed: { description: Failed } }\n  schemas:";
    for number in 0..RESOURCES {
        let half = (number / 2).to_string();
        let schemas = SCHEMAS.replace("ThingHALF", &format!("Thing{half}"));
        let schemas = schemas.replace("\"NO\"", "\"no\"").replace("NEW", "new");
        text += schemas.replace('N', &number.to_string()).trim_end();
    }
    text
}

#[test]
fn extracts_from_a_large_document() {
    let text = document();
    assert!(
        (2_500_000..4_000_000).contains(&text.len()),
        "{}",
        text.len()
    );
    let prefix = "/api/v2/groups/{groupId}/things200";
    let fragment = extracted(&text, &selection(&[prefix], &[]));
    assert_eq!(fragment.summary.operations.total, 2 * RESOURCES);
    assert_eq!(fragment.summary.operations.kept, 2);
    let chain = [200, 100, 50, 25, 12, 6, 3, 1, 0];
    let mut expected: BTreeSet<String> = chain
        .iter()
        .flat_map(|number| {
            [
                format!("schemas/Thing{number}"),
                format!("schemas/OldThing{number}"),
            ]
        })
        .collect();
    expected.extend([
        "schemas/Page200".to_owned(),
        "parameters/groupId".to_owned(),
        "responses/failed".to_owned(),
        "securitySchemes/DigestAuth".to_owned(),
    ]);
    assert_eq!(components(&value(&fragment.text)), expected);

    let whole = extracted(&text, &selection(&["/api"], &[]));
    assert_eq!(
        components(&value(&whole.text)),
        components(&read(&text).unwrap())
    );
}
