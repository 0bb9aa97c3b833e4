//! Changes of what is said, and of operations.

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
        BREAKS,
    ),
    (
        "another path",
        &[("  /things:\n", "  /objects:\n")],
        BREAKS,
        BREAKS,
    ),
    (
        "the ids of two operations swapped",
        &[
            ("operationId: getThing\n", "operationId: listThings\n"),
            (
                "operationId: listThings\n      summary: List things.",
                "operationId: getThing\n      summary: List things.",
            ),
        ],
        NONE,
        BREAKS,
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
        "no signature is needed",
        &[(
            "security: [{ digest: [] }]",
            "security: [{}, { digest: [] }]",
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
        BREAKS,
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
];
