//! What the generator does not do, and where it says so.

use super::wrong::all_are_told;

/// What is replaced in the good description, by what, and how the reports begin.
const LIMITS: &[(&str, &str, &[&str])] = &[
    (
        "responses/NotFound'",
        "schemas/Failure'",
        &["20:11: #/components/schemas/Failure is not what can stand here"],
    ),
    (
        "    Colour:\n      type: string\n      description: A colour.\n      x-enum: open\n      \
         enum: [RED, GREEN]\n      x-enum-descriptions:\n        RED: Like blood.\n        GREEN: Like grass.\n",
        "    Colour: { $ref: '#/components/schemas/Colour' }\n",
        &[
            "45:19: #/components/schemas/Colour leads in a circle",
            "46:15: #/components/schemas/Colour leads in a circle",
        ],
    ),
    (
        "application/json:\n              schema: { $ref: '#/components/schemas/Thing' }",
        "text/csv:\n              schema: { type: string }",
        &["17:13: the client cannot read or write text/csv"],
    ),
    (
        "              schema: { $ref: '#/components/schemas/Thing' }",
        "              schema: { $ref: '#/components/schemas/Thing' }\n              encoding: {}",
        &["19:15: JSON has no encoding of its own"],
    ),
    (
        "        '200':",
        "        '302':",
        &["13:7: this operation has no success response"],
    ),
    (
        "      responses:\n        '200':",
        "      requestBody:\n        content: {}\n      responses:\n        '200':",
        &[
            "13:7: this body has no content",
            "13:7: this body is not required",
        ],
    ),
    (
        "  /things/{thingId}:\n",
        "  /things/{thingId}/{thingId}:\n",
        &["9:5: the path has the parameter thingId twice"],
    ),
    (
        "  /things/{thingId}:\n",
        "  /things/{thingId}.json:\n",
        &["6:3: /things/{thingId}.json is no path of segments"],
    ),
    (
        "      responses:\n        '200':",
        "      parameters:\n        - { name: thingId, in: query, schema: { type: string } }\n        \
         - { name: body, in: query, schema: { type: string } }\n      responses:\n        '200':",
        &[
            "14:13: an operation has two parameters called thingId",
            "15:13: no argument of a method can be called \"body\"",
        ],
    ),
    (
        "      responses:\n        '200':",
        "      parameters:\n        - { name: q, in: query, style: spaceDelimited, schema: { type: object } }\n        \
         - { name: Accept, in: header, schema: { type: string } }\n        \
         - { name: r, in: query, explode: false }\n      responses:\n        '200':",
        &[
            "14:33: the client sends query parameters in the style form only",
            "14:56: the query parameter q is no plain value",
            "15:13: the header Accept is the client's own",
            "16:11: this parameter has no schema",
            "16:33: the client repeats a query parameter",
        ],
    ),
    (
        "      responses:\n        '200':",
        "      parameters:\n        - { name: q, in: query, schema: { type: array, items: { type: object } } }\n      \
         responses:\n        '200':",
        &["14:33: the query parameter q is no plain value"],
    ),
    (
        "      x-enum: open\n",
        "      x-enmu: open\n",
        &[
            "49:7: the extension x-enmu is not known",
            "50:7: this enum does not say whether it is open",
        ],
    ),
    (
        "      x-rust-type: crate::ThingId",
        "      x-rust-type: ThingId",
        &["39:7: x-rust-type cannot be \"ThingId\""],
    ),
    (
        "      in: path",
        "      in: path\n      x-typed-client: hide",
        &["26:7: x-typed-client cannot be \"hide\""],
    ),
    (
        "      operationId: getThing",
        "      operationId: getThing\n      x-error-codes: [NO_THING]\n      x-atlas-roles: Owner",
        &[
            "11:7: x-error-codes has no meaning here",
            "12:7: x-atlas-roles cannot be \"Owner\"",
        ],
    ),
    (
        "      description: A colour.\n",
        "",
        &[
            "45:9: the property colour has no description",
            "46:5: this schema has no description",
        ],
    ),
    (
        "enum: [RED, GREEN]",
        "enum: [RED, GREEN, green, 5, unknown]",
        &[
            "50:26: \"green\" is the same name in Rust",
            "50:26: the value green is not described",
            "50:33: 5 cannot be a value of an enum",
            "50:36: \"unknown\" is what the client calls values that are not listed",
            "50:36: the value unknown is not described",
        ],
    ),
    (
        "        colour: { $ref: '#/components/schemas/Colour' }",
        "        colour: { description: One., oneOf: [{ $ref: '#/components/schemas/Colour' }] }",
        &["45:38: the generator has no Rust type for oneOf"],
    ),
    (
        "        colour: { $ref: '#/components/schemas/Colour' }",
        "        colour: { description: One., type: boolean, default: true }\n        \
         Colour: { description: Two., type: boolean }",
        &[
            "45:53: a field of an answer cannot default to true",
            "46:9: Colour is the same name in Rust as another property's",
        ],
    ),
];

#[test]
fn every_limit_is_told_at_its_place() {
    all_are_told(LIMITS);
}
