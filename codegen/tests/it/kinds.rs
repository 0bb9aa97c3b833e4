//! Schemas, defaults and names that no code can be made of, each found by editing descriptions at random.

use super::wrong::all_are_told;

/// The property of the good description that each row gives another schema.
const COLOUR: &str = "        colour: { $ref: '#/components/schemas/Colour' }";

/// Other schemas of that property, and how the reports begin.
const SCHEMAS: &[(&str, &[&str])] = &[
    ("type: text", &["45:38: there is no type \"text\""]),
    (
        "ype: boolean, default: false",
        &[
            "45:38: a schema has no keyword ype",
            "45:52: a field of an answer cannot default to false",
        ],
    ),
    ("type: [string]", &["45:38: there is no type [\"string\"]"]),
    (
        "type: string, properties: { a: { type: string, description: A. } }",
        &["45:52: properties says nothing of a schema without the type object"],
    ),
    (
        "type: integer, enum: [A], x-enum: closed, x-enum-descriptions: { A: A. }",
        &["45:53: enum says nothing of a schema without the type string"],
    ),
    (
        "additionalProperties: { type: string }",
        &["45:38: additionalProperties says nothing of a schema without the type object"],
    ),
    (
        "nullable: true",
        &["45:38: nullable says nothing of a schema without a type"],
    ),
    (
        "type: object, format: double",
        &["45:52: format says nothing of a schema without the type string"],
    ),
    (
        "allOf: []",
        &["45:38: this schema is put together from nothing"],
    ),
    (
        "allOf: [{ type: string }, { type: string }]",
        &[
            "45:46: this part is no object with properties",
            "45:64: this part is no object with properties",
        ],
    ),
    (
        "allOf: [{ $ref: '#/components/schemas/Thing' }, { allOf: [{ $ref: '#/components/schemas/Failure' }], nullable: true }]",
        &["45:86: this part is no object with properties"],
    ),
    (
        "type: object, required: [b], properties: { a: { type: string, description: A. } }",
        &["45:63: there is no property b that could be required"],
    ),
    (
        "type: object, additionalProperties: true, properties: { a: { type: string, description: A. } }",
        &["45:52: an object cannot have both properties and others without names"],
    ),
    (
        "type: integer, format: uint8, default: 256",
        &[
            "45:68: 256 is no value of this schema",
            "45:68: a field of an answer cannot default to 256",
        ],
    ),
    (
        "type: string, nullable: true, default: ''",
        &["45:68: a field of an answer cannot default to \"\""],
    ),
    (
        "type: number, default: 0",
        &["45:52: a field of an answer cannot default to 0"],
    ),
    (
        "type: object, properties: { gen: { type: string, description: A. } }",
        &["45:66: no field can be called \"gen\""],
    ),
    (
        "type: object, properties: { '1st': { type: string, description: A. }, '-': { type: string, description: B. } }",
        &[
            "45:66: no field can be called \"1st\"",
            "45:108: no field can be called \"-\"",
        ],
    ),
];

#[test]
fn schemas_without_a_rust_type_are_told() {
    let rows: Vec<(String, &[&str])> = SCHEMAS
        .iter()
        .map(|(schema, expected)| {
            let colour = format!("        colour: {{ description: One., {schema} }}");
            (colour, *expected)
        })
        .collect();
    let rows: Vec<(&str, &str, &[&str])> = rows
        .iter()
        .map(|(schema, expected)| (COLOUR, schema.as_str(), *expected))
        .collect();
    all_are_told(&rows);
}

/// What is replaced in the good description, by what, and how the reports begin.
const OTHERS: &[(&str, &str, &[&str])] = &[
    (
        "      required: [colour]\n",
        "      required: [colour]\n      allOf: [{ allOf: [{ $ref: '#/components/schemas/Thing' }] }]\n",
        &["44:27: this schema is put together from itself"],
    ),
    (
        "enum: [RED, GREEN]\n",
        "enum: [RED, GREEN]\n      default: RED\n",
        &[
            "51:7: a field of an answer cannot default to \"RED\"",
            "51:7: an open enum has no default",
        ],
    ),
    (
        "      description: All of it.",
        "      description: \"All\\rof \\u202eit.\"",
        &["12:7: there is an invisible character \\u{d}"],
    ),
    (
        "      operationId: getThing",
        "      operationId: gen",
        &["10:7: gen cannot be the name of an operation's method"],
    ),
    (
        "      operationId: getThing",
        "      operationId: all",
        &["10:7: all cannot be the name of an operation's method"],
    ),
    (
        "      operationId: getThing",
        "      operationId: withCredentials",
        &["10:7: with_credentials cannot be the name of an operation's method"],
    ),
    (
        "      x-rust-type: crate::ThingId",
        "      x-rust-type: crate::ThingId\n      nullable: true",
        &["27:7: a parameter cannot be null"],
    ),
    (
        "      responses:\n        '200':",
        "      parameters:\n        - { name: 2nd, in: query, schema: { type: string } }\n      responses:\n        '200':",
        &["14:13: no argument of a method can be called \"2nd\""],
    ),
    (
        "        '200':",
        "        '20O':",
        &["14:9: \"20O\" is no status"],
    ),
    (
        "    Failure:\n      type: object\n",
        "    Fail~ure: { type: object, description: An outcome. }\n    Failure:\n      type: object\n",
        &["54:5: Fail~ure is not written like a Rust type"],
    ),
    (
        "    Failure:\n      type: object\n",
        "    Result: { type: object, description: An outcome. }\n    Failure:\n      type: object\n",
        &["54:5: Result is what Rust calls a type of its own"],
    ),
];

#[test]
fn names_and_texts_that_rust_cannot_take_are_told() {
    all_are_told(OTHERS);
}
