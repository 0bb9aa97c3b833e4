//! One fault at a time in a small description, and what is said of it.

use atlas_private_endpoint_codegen::generate;

const GOOD: &str = "\
openapi: 3.0.3
info: { title: Things, version: '1' }
servers:
  - url: https://things.example/api
paths:
  /things/{thingId}:
    parameters:
      - $ref: '#/components/parameters/ThingId'
    get:
      operationId: getThing
      summary: Get a thing.
      description: All of it.
      responses:
        '200':
          description: The thing.
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Thing' }
        '404':
          $ref: '#/components/responses/NotFound'
components:
  parameters:
    ThingId:
      name: thingId
      in: path
      required: true
      schema: { $ref: '#/components/schemas/ThingId' }
  responses:
    NotFound:
      description: No such thing.
      x-error-codes: [NO_THING]
      content:
        application/json:
          schema: { $ref: '#/components/schemas/Failure' }
  schemas:
    ThingId:
      type: string
      description: The id of a thing.
      x-rust-type: crate::ThingId
    Thing:
      type: object
      description: A thing.
      required: [colour]
      properties:
        colour: { $ref: '#/components/schemas/Colour' }
    Colour:
      type: string
      description: A colour.
      x-enum: open
      enum: [RED, GREEN]
      x-enum-descriptions:
        RED: Like blood.
        GREEN: Like grass.
    Failure:
      type: object
      description: What went wrong.
      properties:
        code: { $ref: '#/components/schemas/ErrorCode' }
    ErrorCode:
      type: string
      description: Why.
      x-enum: closed
      enum: [NO_THING]
      x-enum-descriptions:
        NO_THING: It is not there.
";

/// Replaces a part of the good description, and returns what is said of the result.
pub(crate) fn said(part: &str, replacement: &str) -> Vec<String> {
    assert_eq!(GOOD.matches(part).count(), 1, "{part:?} must occur once");
    let text = GOOD.replace(part, replacement);
    match generate(&text, "wrong.yaml") {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

#[track_caller]
fn refused(part: &str, replacement: &str, expected: &[&str]) {
    let said = said(part, replacement);
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for (said, expected) in said.iter().zip(expected) {
        assert!(
            said.starts_with(expected),
            "{said:?} does not begin with {expected:?}"
        );
    }
}

#[test]
fn the_good_one_is_good() {
    generate(GOOD, "good.yaml").unwrap_or_else(|problems| panic!("{problems:#?}"));
}

/// What is replaced, by what, and how the reports begin.
const FAULTS: &[(&str, &str, &[&str])] = &[
    (
        "components:\n  param",
        "\tcomponents:\n  param",
        &["21:1: this line is indented with a tab"],
    ),
    (
        "    Thing:\n",
        "    ThingId:\n",
        &["40:5: this is not YAML"],
    ),
    ("info: {", "info: [", &["3:1: this is not YAML"]),
    (
        "responses/NotFound'",
        "responses/Missing'",
        &["20:11: #/components/responses/Missing does not exist"],
    ),
    (
        "      operationId: getThing\n",
        "",
        &["9:5: this operation has no operationId"],
    ),
    (
        "summary: Get a thing.",
        "summary: ''",
        &["9:5: this operation has no summary"],
    ),
    (
        "Id: getThing",
        "Id: get_thing",
        &["10:7: the operation id \"get_thing\" is not in camel case"],
    ),
    (
        "        '404':\n          $ref: '#/components/responses/NotFound'\n",
        "",
        &["13:7: this operation has no error response"],
    ),
    (
        "    parameters:\n      - $ref: '#/components/parameters/ThingId'\n",
        "",
        &["7:5: the path parameter thingId is not declared"],
    ),
    (
        "      required: true\n",
        "",
        &["23:5: the path parameter thingId is not required"],
    ),
    (
        "schema: { $ref: '#/components/schemas/ThingId' }",
        "schema: { type: string }",
        &["23:5: the schema of the path parameter thingId has no name"],
    ),
    (
        "/things/{thingId}:",
        "/things:",
        &["23:5: the path /things has no parameter thingId"],
    ),
    (
        "              schema: { $ref: '#/components/schemas/Thing' }",
        "              example: {}",
        &["17:13: this application/json body has no schema"],
    ),
    (
        "      x-enum: open\n",
        "",
        &["49:7: this enum does not say whether it is open"],
    ),
    (
        "      x-enum: open\n",
        "      x-enum: ajar\n",
        &["50:7: this enum does not say whether it is open"],
    ),
    (
        "enum: [RED, GREEN]",
        "enum: [RED, GREEN, BLUE]",
        &["50:26: the value BLUE is not described"],
    ),
    (
        "enum: [RED, GREEN]",
        "enum: [RED]",
        &["53:9: GREEN is no value of this enum"],
    ),
    (
        "codes: [NO_THING]",
        "codes: [NO_THING, OOPS]",
        &["31:33: the error code \"OOPS\" is not known"],
    ),
    (
        "https://things.example/api",
        "/api",
        &["3:1: there is no server with an absolute URL"],
    ),
    ("openapi: 3.0.3", "openapi: 2.0.0", &["1:1: "]),
    (
        "      in: path",
        "      in: trailer",
        &[
            "9:5: the path parameter thingId is not declared",
            "25:7: a parameter cannot be in \"trailer\"",
        ],
    ),
];

/// Fails with every row whose reports are others than expected.
pub(crate) fn all_are_told(rows: &[(&str, &str, &[&str])]) {
    let mut failures = Vec::new();
    for (part, replacement, expected) in rows {
        let said = said(part, replacement);
        let fits = said.len() == expected.len()
            && said
                .iter()
                .zip(*expected)
                .all(|(said, expected)| said.starts_with(expected));
        if !fits {
            failures.push(format!("{part:?} => {replacement:?}: {said:#?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_rule_finds_its_fault_at_its_place() {
    all_are_told(FAULTS);
}

#[test]
fn all_faults_are_told_at_once_in_the_order_of_the_file() {
    let text = GOOD
        .replace("summary: Get a thing.", "summary: ''")
        .replace("      x-enum: open\n", "")
        .replace("https://things.example", "");
    let problems = generate(&text, "wrong.yaml").unwrap_err();
    let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines.len(), 3, "{problems:#?}");
    assert!(lines.is_sorted(), "{lines:?}");
}

#[test]
fn what_progenitor_cannot_do_is_an_error_and_no_panic() {
    let said = said(
        "        colour: { $ref: '#/components/schemas/Colour' }",
        "        colour: { type: integer, minimum: 1, exclusiveMinimum: true, enum: [] }",
    );
    assert!(!said.is_empty());
}

#[test]
fn two_types_of_success_are_refused() {
    refused(
        "        '404':",
        "        '201':\n          description: Another.\n          content:\n            application/json:\n              \
         schema: { $ref: '#/components/schemas/Failure' }\n        '404':",
        &["13:7: the success responses have 2 different schemas"],
    );
}
