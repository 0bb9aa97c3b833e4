//! Faults of schemas.

use super::{Fault, GOOD, diagnostics, fault, reports};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "an enum of numbers",
        "        owner: {",
        "        x: { type: integer, x-enum: closed, enum: ['1'], x-enum-descriptions: { '1': One. }, description: X. }\n        owner: {",
        &["key-of-another-type"],
    ),
    fault(
        "a format of another type",
        "        owner: {",
        "        x: { type: boolean, format: double, description: X. }\n        owner: {",
        &["key-of-another-type"],
    ),
    fault(
        "a default that null cannot be read as",
        "        owner: {",
        "        x: { type: integer, default: 0, nullable: true, description: X. }\n        owner: {",
        &["answer-default"],
    ),
    fault(
        "parts that are no objects",
        "        owner: {",
        "        x: { allOf: [{ type: string }, { type: string }], description: X. }\n        owner: {",
        &["schema-kind", "schema-kind"],
    ),
    fault(
        "a field with a letter that Rust does not take",
        "        owner: { type: string, nullable: true, description: Whose it is. }\n",
        "        owner: { type: string, nullable: true, description: Whose it is. }\n        \"area²\": { type: string, description: How large. }\n",
        &["property-name"],
    ),
    fault(
        "two defaults of one name",
        "    Failure:\n      type: object\n",
        "    Red:\n      type: object\n      description: R.\n      properties: { hotWater: { type: string, default: a, description: H. } }\n    RedHot:\n      type: object\n      description: R.\n      properties: { water: { type: string, default: b, description: W. } }\n    Failure:\n      type: object\n",
        &["unused-component", "unused-component", "property-name"],
    ),
    fault(
        "a field required twice",
        "      required: [colour]",
        "      required: [colour, colour]",
        &["repeated-item"],
    ),
    fault(
        "the name of a good result",
        "    Failure:\n      type: object\n",
        "    Ok: { type: string, description: O. }\n    Failure:\n      type: object\n",
        &["schema-name-taken", "unused-component"],
    ),
    fault(
        "the name of a bad result",
        "    Failure:\n      type: object\n",
        "    Err: { type: string, description: E. }\n    Failure:\n      type: object\n",
        &["schema-name-taken", "unused-component"],
    ),
    fault(
        "parts that contradict each other",
        "        owner: {",
        r"        x: { description: X., allOf: [{ type: object, properties: { a: { type: string, description: A. } } }, { type: object, properties: { a: { type: integer, description: A. } } }] }
        owner: {",
        &["parts-contradict"],
    ),
    fault(
        "a part that contradicts what it is a part of",
        "        owner: {",
        r"        x: { description: X., allOf: [{ type: object, properties: { a: { type: integer, description: A. } } }], properties: { a: { type: number, description: A. } } }
        owner: {",
        &["parts-contradict"],
    ),
    fault(
        "parts that contradict each other deep inside",
        "        owner: {",
        r##"        x: { description: X., allOf: [{ type: object, properties: { a: { type: array, description: A., items: { $ref: "#/components/schemas/Colour" } } } }, { type: object, properties: { a: { type: array, description: A., items: { $ref: "#/components/schemas/ErrorCode" } } } }] }
        owner: {"##,
        &["parts-contradict"],
    ),
    fault(
        "a part that leaves no room for another",
        "        owner: {",
        r##"        x: { description: X., allOf: [{ $ref: "#/components/schemas/Thing" }, { type: object, properties: { a: { type: string, description: A. } } }] }
        owner: {"##,
        &["parts-contradict"],
    ),
    fault(
        "a whole that leaves no room for its part",
        "        owner: {",
        r"        x: { description: X., additionalProperties: false, allOf: [{ type: object, properties: { a: { type: string, description: A. } } }], properties: { b: { type: string, description: A. } } }
        owner: {",
        &["parts-contradict"],
    ),
    fault(
        "a name that Rust has",
        "    Failure:\n      type: object\n",
        "    Result: { type: string, description: R. }\n    Failure:\n      type: object\n",
        &["schema-name-taken", "unused-component"],
    ),
    fault(
        "a property that is a new keyword",
        "        owner: {",
        "        gen: { type: string, description: X. }\n        owner: {",
        &["property-name"],
    ),
    fault(
        "alternatives in a circle",
        "    Failure:\n      type: object\n",
        "    Failure:\n      x-rust-type: crate::Failure\n      anyOf: [{ $ref: '#/components/schemas/Failure' }]\n",
        &["schema-contains-itself"],
    ),
    fault(
        "another name",
        r##"parts:
          type: array
          description: What it is made of.
          items: { $ref: "#/components/schemas/Thing" }
"##,
        r##"parts:
          type: array
          description: What it is made of.
          items: { $ref: "#/components/schemas/Part" }
    Part: { $ref: "#/components/schemas/Thing" }
"##,
        &["schema-alias"],
    ),
    fault(
        "a format without a type",
        "owner: { type: string, nullable: true,",
        "owner: { format: uuid,",
        &["schema-without-type"],
    ),
    fault(
        "properties and others",
        "additionalProperties: false",
        "additionalProperties: { type: string }",
        &["schema-kind"],
    ),
    fault(
        "an empty list of required properties",
        "required: [colour]",
        "required: []",
        &["wrong-kind"],
    ),
    fault(
        "a name that is no type",
        r"    Failure:
",
        r"    lost_thing: { type: string, description: It. }
    Failure:
",
        &["schema-name", "unused-component"],
    ),
    fault(
        "no description",
        r"      description: A colour.
",
        "",
        &["schema-without-description"],
    ),
    fault(
        "no description of a property",
        ", description: Whose it is. }",
        " }",
        &["property-without-description"],
    ),
    fault(
        "two properties of one field",
        "        owner: {",
        r"        Colour: { type: string, description: Again. }
        owner: {",
        &["property-name"],
    ),
    fault(
        "a property that no field can be named after",
        "        owner: {",
        r#"        "+1": { type: string, description: Thumb. }
        owner: {"#,
        &["property-name"],
    ),
    fault(
        "a required property that is none",
        "required: [colour]",
        "required: [colour, weight]",
        &["required-unknown"],
    ),
    fault(
        "a schema in itself",
        r"    Failure:
      type: object
",
        r##"    Failure:
      allOf: [{ $ref: "#/components/schemas/Failure" }]
"##,
        &["schema-contains-itself"],
    ),
    fault(
        "alternatives",
        "        owner: { type: string, nullable: true, description",
        "        owner: { nullable: true, oneOf: [{ type: string }, { type: integer }], description",
        &["schema-kind"],
    ),
    fault(
        "a pattern that is none",
        "pattern: ^[a-z][0-9]$",
        "pattern: ^[a-z",
        &["invalid-pattern"],
    ),
    fault(
        "a default of an answer",
        "description: How big it is. }",
        "default: 3, description: How big it is. }",
        &["answer-default"],
    ),
    fault(
        "a name that another schema gets",
        r"        owner: { type: string, nullable: true, description: Whose it is. }
",
        r"        owner: { type: string, nullable: true, description: Whose it is. }
        id: { type: object, description: Who it is., properties: { name: { type: string, description: Name. } } }
",
        &["schema-name-taken"],
    ),
];

#[test]
fn every_fault_is_told_at_its_place() {
    insta::assert_snapshot!(reports(FAULTS));
}

#[test]
fn parts_may_say_the_same_or_more_of_a_property() {
    for (one, other) in [
        ("type: string", "type: string, maxLength: 5, nullable: true"),
        ("type: string, format: date", "type: string, format: uuid"),
        ("type: integer", "type: integer, format: int64"),
        ("readOnly: true", "type: string"),
        (
            "allOf: [{ $ref: '#/components/schemas/Colour' }]",
            "type: string",
        ),
    ] {
        let part = |a: &str| {
            format!("{{ type: object, properties: {{ a: {{ {a}, description: A. }} }} }}")
        };
        let parts = format!(
            "        x: {{ description: X., allOf: [{}, {}] }}\n",
            part(one),
            part(other)
        );
        let text = GOOD.replace("        owner: {", &format!("{parts}        owner: {{"));
        assert_eq!(diagnostics(&text), [], "{one}, {other}");
    }
}
