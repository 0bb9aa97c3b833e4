//! Every change that is tried, as data.

use super::{BREAKS, GOOD, NONE, Row, TOLD};

pub(super) const ROWS: &[Row] = &[
    // What no program notices.
    (
        "a comment",
        &[("# What verdicts.rs changes", "# What verdicts.rs alters")],
        NONE,
        NONE,
    ),
    (
        "a summary",
        &[("summary: List things.", "summary: List all things.")],
        TOLD,
        TOLD,
    ),
    (
        "a description",
        &[("A thing to be.", "A thing to come.")],
        TOLD,
        TOLD,
    ),
    ("an example", &[("example: 3", "example: 4")], TOLD, NONE),
    (
        "an example of a response",
        &[("example: []", "examples: { none: { value: [] } }")],
        TOLD,
        NONE,
    ),
    (
        "what a value means",
        &[("Like blood.", "Like a rose.")],
        TOLD,
        TOLD,
    ),
    (
        "a tag",
        &[("tags: [Things]\n", "tags: [Things, Lists]\n")],
        TOLD,
        NONE,
    ),
    (
        "the title",
        &[("title: Things", "title: All things")],
        TOLD,
        NONE,
    ),
    (
        "deprecated",
        &[(
            "operationId: getThing\n",
            "operationId: getThing\n      deprecated: true\n",
        )],
        TOLD,
        NONE,
    ),
    (
        "an unused schema",
        &[("Nobody uses it.", "Nobody does.")],
        TOLD,
        NONE,
    ),
    (
        "an unused schema removed",
        &[(
            "    Spare: { type: string, description: Nobody uses it. }\n",
            "",
        )],
        TOLD,
        NONE,
    ),
    (
        "observed",
        &[(
            "      description: How good it is.\n",
            "      description: How good it is.\n      x-observed: yes\n",
        )],
        TOLD,
        NONE,
    ),
    // Operations.
    (
        "an operation added",
        &[(
            "    delete:\n",
            "    put:\n      operationId: setThing\n      summary: Set.\n      responses: { '204': { description: Set. }, 4XX: { description: No. } }\n    delete:\n",
        )],
        GOOD,
        GOOD,
    ),
    (
        "an operation removed",
        &[(
            "    delete:\n      operationId: deleteThing\n      summary: Delete a thing.\n      security: [{ digest: [] }]\n      responses:\n        \"204\": { description: Gone. }\n        \"404\": { $ref: \"#/components/responses/NotFound\" }\n",
            "",
        )],
        BREAKS,
        BREAKS,
    ),
    (
        "another method",
        &[("    delete:\n", "    patch:\n")],
        BREAKS,
        GOOD,
    ),
    (
        "another path",
        &[("  /things:\n", "  /objects:\n")],
        BREAKS,
        GOOD,
    ),
    (
        "an operation id",
        &[("operationId: getThing\n", "operationId: readThing\n")],
        NONE,
        BREAKS,
    ),
    (
        "a role added",
        &[("x-atlas-roles: [Owner]", "x-atlas-roles: [Owner, Writer]")],
        GOOD,
        GOOD,
    ),
    (
        "a role removed",
        &[("x-atlas-roles: [Reader, Owner]", "x-atlas-roles: [Owner]")],
        BREAKS,
        GOOD,
    ),
    (
        "roles asked for",
        &[(
            "operationId: getThing\n",
            "operationId: getThing\n      x-atlas-roles: [Reader]\n",
        )],
        BREAKS,
        GOOD,
    ),
    (
        "a signature removed",
        &[("  - bearer: []\n", "")],
        BREAKS,
        NONE,
    ),
    (
        "a signature added",
        &[(
            "security: [{ digest: [] }]",
            "security: [{ digest: [] }, { bearer: [] }]",
        )],
        GOOD,
        NONE,
    ),
    (
        "another scheme",
        &[(
            "bearer: { type: http, scheme: bearer }",
            "bearer: { type: http, scheme: basic }",
        )],
        BREAKS,
        NONE,
    ),
    (
        "the first server",
        &[("https://things.example/api,", "https://things.example/v2,")],
        BREAKS,
        NONE,
    ),
    (
        "a further server",
        &[(
            "  - { url: https://other",
            "  - { url: https://third.example }\n  - { url: https://other",
        )],
        GOOD,
        NONE,
    ),
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
        GOOD,
    ),
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
