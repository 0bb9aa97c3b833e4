//! Changes of responses, and those that only Rust sees.

use super::{BREAKS, GOOD, NONE, Row, TOLD};

pub(super) const ROWS: &[Row] = &[
    // Responses.
    (
        "a response field",
        &[(
            "        note: {",
            "        more: { type: string, description: More. }\n        note: {",
        )],
        GOOD,
        GOOD,
    ),
    (
        "a required response field",
        &[
            (
                "        note: {",
                "        more: { type: string, description: More. }\n        note: {",
            ),
            (
                "required: [id, state, note, grade]",
                "required: [id, state, note, grade, more]",
            ),
        ],
        GOOD,
        GOOD,
    ),
    (
        "a response field removed",
        &[(
            "        weight: { type: integer, format: int64, description: How heavy. }\n",
            "",
        )],
        BREAKS,
        BREAKS,
    ),
    (
        "a response field is required",
        &[(
            "required: [id, state, note, grade]",
            "required: [id, state, note, grade, weight]",
        )],
        GOOD,
        BREAKS,
    ),
    (
        "a response field is optional",
        &[(
            "required: [id, state, note, grade]",
            "required: [id, note, grade]",
        )],
        BREAKS,
        BREAKS,
    ),
    (
        "a nullable field is optional",
        &[(
            "required: [id, state, note, grade]",
            "required: [id, state, grade]",
        )],
        BREAKS,
        NONE,
    ),
    (
        "a response field may be null",
        &[(
            "weight: { type: integer,",
            "weight: { type: integer, nullable: true,",
        )],
        BREAKS,
        NONE,
    ),
    (
        "a response field may not be null",
        &[(
            "note: { type: string, nullable: true,",
            "note: { type: string,",
        )],
        GOOD,
        BREAKS,
    ),
    (
        "a response field's type",
        &[(
            "weight: { type: integer, format: int64,",
            "weight: { type: string,",
        )],
        BREAKS,
        BREAKS,
    ),
    (
        "a response field's format",
        &[(
            "weight: { type: integer, format: int64,",
            "weight: { type: integer, format: int32,",
        )],
        GOOD,
        BREAKS,
    ),
    (
        "a response field's length",
        &[("maxLength: 80", "maxLength: 90")],
        GOOD,
        NONE,
    ),
    (
        "a response default",
        &[(" default: false,", "")],
        GOOD,
        BREAKS,
    ),
    (
        "the items of a list",
        &[(
            "parts: { type: array, description: Its parts., items: { $ref: \"#/components/schemas/Part\" } }",
            "parts: { type: array, description: Its parts., items: { type: string } }",
        )],
        BREAKS,
        BREAKS,
    ),
    (
        "the values of a map",
        &[(
            "additionalProperties: { type: string }",
            "additionalProperties: { type: boolean }",
        )],
        BREAKS,
        BREAKS,
    ),
    (
        "a field deep down",
        &[(
            "        size: { type: integer, format: int32, nullable: true, description: How long., example: 3 }\n",
            "",
        )],
        BREAKS,
        BREAKS,
    ),
    (
        "an open response value added",
        &[
            ("enum: [UP, DOWN]", "enum: [UP, DOWN, LOST]"),
            ("DOWN: It rests.", "DOWN: It rests., LOST: Gone."),
        ],
        GOOD,
        GOOD,
    ),
    (
        "an open response value removed",
        &[
            ("enum: [UP, DOWN]", "enum: [UP]"),
            (", DOWN: It rests.", ""),
        ],
        GOOD,
        BREAKS,
    ),
    (
        "a closed response value added",
        &[
            ("enum: [FINE, POOR]", "enum: [FINE, POOR, ODD]"),
            ("POOR: Not at all.", "POOR: Not at all., ODD: Well."),
        ],
        BREAKS,
        BREAKS,
    ),
    (
        "an enum is open",
        &[(
            "description: How good it is.\n      x-enum: closed",
            "description: How good it is.\n      x-enum: open",
        )],
        BREAKS,
        BREAKS,
    ),
    (
        "an enum is closed",
        &[(
            "description: How far it has come.\n      x-enum: open",
            "description: How far it has come.\n      x-enum: closed",
        )],
        GOOD,
        BREAKS,
    ),
    (
        "a value both ways added",
        &[
            ("enum: [RED, BLUE]", "enum: [RED, BLUE, PINK]"),
            ("BLUE: Like the sky.", "BLUE: Like the sky., PINK: Pale."),
        ],
        GOOD,
        GOOD,
    ),
    (
        "a value both ways removed",
        &[
            ("enum: [RED, BLUE]", "enum: [RED]"),
            (", BLUE: Like the sky.", ""),
        ],
        BREAKS,
        BREAKS,
    ),
    (
        "the order of values",
        &[("enum: [UP, DOWN]", "enum: [DOWN, UP]")],
        TOLD,
        GOOD,
    ),
    (
        "an error code added",
        &[(
            "x-error-codes: [NO_THING]",
            "x-error-codes: [NO_THING, NO_ROOM]",
        )],
        GOOD,
        TOLD,
    ),
    (
        "an error code removed",
        &[(
            "x-error-codes: [NO_ROOM, THERE_ALREADY]",
            "x-error-codes: [NO_ROOM]",
        )],
        GOOD,
        TOLD,
    ),
    (
        "an error status added",
        &[(
            "        \"204\": { description: Gone. }\n",
            "        \"204\": { description: Gone. }\n        \"409\": { $ref: \"#/components/responses/Conflict\" }\n",
        )],
        GOOD,
        TOLD,
    ),
    (
        "an error status removed",
        &[(
            "        \"409\": { $ref: \"#/components/responses/Conflict\" }\n",
            "",
        )],
        GOOD,
        TOLD,
    ),
    (
        "another success status",
        &[(
            "        \"201\":\n",
            "        \"200\":\n          description: Made.\n          content: { application/json: { schema: { $ref: \"#/components/schemas/Thing\" } } }\n        \"201\":\n",
        )],
        BREAKS,
        NONE,
    ),
    (
        "the success status",
        &[("        \"201\":\n", "        \"202\":\n")],
        BREAKS,
        NONE,
    ),
    (
        "a success beside another",
        &[(
            "        \"201\":\n          description: Made.\n",
            "        \"204\": { description: It was there. }\n        \"201\":\n          description: Made.\n",
        )],
        BREAKS,
        BREAKS,
    ),
    (
        "a success that was covered",
        &[("        2XX:\n", "        \"200\":\n")],
        GOOD,
        NONE,
    ),
    (
        "any success",
        &[("        \"201\":\n", "        2XX:\n")],
        BREAKS,
        NONE,
    ),
    (
        "another answer",
        &[(
            "              schema: { type: array, items: { $ref: \"#/components/schemas/Thing\" } }\n",
            "              schema: { type: array, items: { $ref: \"#/components/schemas/Part\" } }\n",
        )],
        BREAKS,
        BREAKS,
    ),
    (
        "a header removed",
        &[(
            "          headers:\n            X-Total: { description: How many., schema: { type: string } }\n",
            "",
        )],
        BREAKS,
        NONE,
    ),
    (
        "a header's type",
        &[(
            "X-Total: { description: How many., schema: { type: string } }",
            "X-Total: { description: How many., schema: { type: integer } }",
        )],
        BREAKS,
        NONE,
    ),
    // What only Rust sees.
    (
        "a type's name",
        &[
            ("    Part:\n", "    Piece:\n"),
            ("schemas/Part\"", "schemas/Piece\""),
        ],
        NONE,
        BREAKS,
    ),
    (
        "a type by hand",
        &[(
            "description: The id of a thing., x-rust-type: \"crate::ThingId\"",
            "description: The id of a thing., x-rust-type: \"crate::Id\"",
        )],
        NONE,
        BREAKS,
    ),
    (
        "the order of fields",
        &[(
            "required: [name, kind]\n      properties:\n        name: { type: string, minLength: 1, description: What it is called. }\n        kind: { $ref: \"#/components/schemas/Kind\" }\n",
            "required: [name, kind]\n      properties:\n        kind: { $ref: \"#/components/schemas/Kind\" }\n        name: { type: string, minLength: 1, description: What it is called. }\n",
        )],
        NONE,
        TOLD,
    ),
    (
        "a pattern",
        &[("\"^[a-z]+$\"", "\"^[a-z0-9]+$\"")],
        BREAKS,
        NONE,
    ),
    (
        "a path of its own",
        &[(
            "operationId: listThings",
            "operationId: listThings\n      servers: [{ url: https://lists.example }]",
        )],
        BREAKS,
        NONE,
    ),
];
