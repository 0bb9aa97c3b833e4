//! Changes of parameters and of request bodies.

use super::{BREAKS, GOOD, NONE, Row, TOLD};

pub(super) const ROWS: &[Row] = &[
    // Parameters.
    (
        "an optional parameter",
        &[(
            "        - { name: after,",
            "        - { name: state, in: query, description: S., schema: { type: string } }\n        - { name: after,",
        )],
        GOOD,
        BREAKS,
    ),
    (
        "a required parameter",
        &[(
            "        - { name: after,",
            "        - { name: state, in: query, required: true, description: S., schema: { type: string } }\n        - { name: after,",
        )],
        BREAKS,
        BREAKS,
    ),
    (
        "a parameter removed",
        &[("        - $ref: \"#/components/parameters/Limit\"\n", "")],
        BREAKS,
        BREAKS,
    ),
    (
        "a parameter is required",
        &[(
            "name: limit, in: query,",
            "name: limit, in: query, required: true,",
        )],
        BREAKS,
        BREAKS,
    ),
    (
        "a parameter is optional",
        &[(
            "name: X-Tenant, in: header, required: true,",
            "name: X-Tenant, in: header,",
        )],
        GOOD,
        BREAKS,
    ),
    (
        "a parameter's type",
        &[(
            "name: after, in: query, description: The last one seen., schema: { type: string }",
            "name: after, in: query, description: The last one seen., schema: { type: boolean }",
        )],
        BREAKS,
        BREAKS,
    ),
    (
        "a parameter elsewhere",
        &[("name: after, in: query", "name: after, in: header")],
        BREAKS,
        BREAKS,
    ),
    (
        "a path parameter's name",
        &[
            ("  /things/{thingId}:", "  /things/{id}:"),
            ("{ name: thingId,", "{ name: id,"),
        ],
        TOLD,
        GOOD,
    ),
    (
        "a parameter's limit",
        &[("maximum: 100", "maximum: 50")],
        BREAKS,
        NONE,
    ),
    (
        "a parameter's wider limit",
        &[("maximum: 100", "maximum: 500")],
        GOOD,
        NONE,
    ),
    (
        "a parameter's default",
        &[("default: 20", "default: 30")],
        BREAKS,
        NONE,
    ),
    (
        "a parameter in the client",
        &[(" x-typed-client: omit,", "")],
        NONE,
        BREAKS,
    ),
    (
        "the names of two parameters",
        &[("name: after,", "name: first,")],
        BREAKS,
        TOLD,
    ),
    (
        "two arguments of one type",
        &[("name: before,", "name: aaa,")],
        BREAKS,
        TOLD,
    ),
    // Request bodies.
    (
        "an optional request field",
        &[(
            "        dry: {",
            "        more: { type: string, description: More. }\n        dry: {",
        )],
        GOOD,
        BREAKS,
    ),
    (
        "a required request field",
        &[
            (
                "        dry: {",
                "        more: { type: string, description: More. }\n        dry: {",
            ),
            ("required: [name, kind]", "required: [name, kind, more]"),
        ],
        BREAKS,
        BREAKS,
    ),
    (
        "a request field removed",
        &[(
            "        dry: { type: boolean, default: true, description: Whether only to try. }\n",
            "",
        )],
        BREAKS,
        BREAKS,
    ),
    (
        "a request field renamed",
        &[("        dry: {", "        tryOnly: {")],
        BREAKS,
        BREAKS,
    ),
    (
        "a request field is required",
        &[("required: [name, kind]", "required: [name, kind, colour]")],
        BREAKS,
        BREAKS,
    ),
    (
        "a request field is optional",
        &[("required: [name, kind]", "required: [name]")],
        GOOD,
        BREAKS,
    ),
    (
        "a request field's type",
        &[(
            "size: { type: integer, format: int32, nullable: true, description: How long. }",
            "size: { type: string, nullable: true, description: How long. }",
        )],
        BREAKS,
        BREAKS,
    ),
    (
        "a request field may not be null",
        &[(
            "size: { type: integer, format: int32, nullable: true, description: How long. }",
            "size: { type: integer, format: int32, description: How long. }",
        )],
        BREAKS,
        NONE,
    ),
    (
        "a request field is wider",
        &[(
            "size: { type: integer, format: int32, nullable: true, description: How long. }",
            "size: { type: integer, format: int64, nullable: true, description: How long. }",
        )],
        GOOD,
        BREAKS,
    ),
    (
        "a longer minimum",
        &[("minLength: 1", "minLength: 2")],
        BREAKS,
        NONE,
    ),
    ("no minimum", &[("minLength: 1, ", "")], GOOD, NONE),
    (
        "a request default",
        &[("default: true", "default: false")],
        BREAKS,
        GOOD,
    ),
    (
        "a request value added",
        &[
            ("enum: [BIG, SMALL]", "enum: [BIG, SMALL, TINY]"),
            ("SMALL: Not big.", "SMALL: Not big., TINY: Less."),
        ],
        GOOD,
        BREAKS,
    ),
    (
        "a request value removed",
        &[
            ("enum: [BIG, SMALL]", "enum: [BIG]"),
            (", SMALL: Not big.", ""),
        ],
        BREAKS,
        BREAKS,
    ),
    (
        "unknown fields are taken",
        &[("      additionalProperties: false\n", "")],
        GOOD,
        NONE,
    ),
];
