use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::error::Code;

fn document() -> Document {
    Document::parse(DOCUMENT).expect("the spec is YAML")
}

fn spec() -> Spec {
    Spec::parse(DOCUMENT).expect("the spec can be used")
}

#[test]
fn the_base_path_is_that_of_the_servers() {
    assert_eq!(spec().base_path, "/api/atlas/v1.0");
}

#[test]
fn the_operations_come_with_method_path_query_and_body() {
    let spec = spec();
    let create = spec
        .operations
        .iter()
        .find(|it| it.id == "createPrivateEndpointConnection")
        .expect("the spec has the operation");
    assert_eq!(create.method, Method::POST);
    assert_eq!(create.path, "/groups/{groupId}/privateEndpoint");
    assert_eq!(create.query, ["pretty", "envelope"]);
    let fields = create.body.as_deref().expect("it takes a body");
    let names: Vec<_> = fields
        .iter()
        .map(|it| (it.name.as_str(), it.required))
        .collect();
    assert_eq!(names, [("providerName", true), ("region", true)]);
    assert_eq!(fields[0].values, ["AWS"]);
    assert!(fields[1].values.contains(&"eu-central-1".to_owned()));
}

/// `ids.rs` has these patterns as code.
#[test]
fn the_patterns_of_the_ids_are_the_ones_that_are_checked() {
    let document = document();
    for (schema, pattern) in [
        ("ProjectId", "^[0-9a-fA-F]{24}$"),
        ("PrivateLinkId", "^[0-9a-fA-F]{24}$"),
        ("InterfaceEndpointId", "^vpce-[0-9A-Za-z]+$"),
    ] {
        let pointer = format!("/components/schemas/{schema}/pattern");
        let found = document.root.pointer(&pointer).and_then(Value::as_str);
        assert_eq!(found, Some(pattern), "{schema}");
    }
}

/// The statuses that the spec gives to each code, over all operations.
fn statuses_of_codes(document: &Document) -> BTreeMap<String, BTreeSet<String>> {
    let mut statuses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let paths = document.root["paths"]
        .as_object()
        .expect("paths is a mapping");
    let items = paths.values().filter_map(Value::as_object);
    let responses = items
        .flat_map(Map::values)
        .filter_map(|operation| operation.get("responses")?.as_object());
    for (status, response) in responses.flatten() {
        let response = document
            .resolve(response)
            .expect("references lead somewhere");
        for code in strings(response.get("x-error-codes")) {
            statuses.entry(code).or_default().insert(status.clone());
        }
    }
    statuses
}

#[test]
fn every_code_has_the_status_that_the_spec_gives_it() {
    let own = [
        Code::MethodNotAllowed,
        Code::UnsupportedMediaType,
        Code::RequestTooLarge,
    ];
    let statuses = statuses_of_codes(&document());
    for code in Code::ALL {
        let expected = statuses.get(code.name());
        if own.contains(&code) {
            assert_eq!(expected, None, "{code:?} stands in the spec by now");
            continue;
        }
        let status = BTreeSet::from([code.status().as_str().to_owned()]);
        assert_eq!(expected, Some(&status), "{code:?}");
    }
}

/// The statuses of the state machine are those of the spec.
#[test]
fn every_status_is_known_to_the_spec() {
    use crate::state;

    let document = document();
    for (schema, used) in [
        (
            "PrivateEndpointConnectionStatus",
            &[
                state::INITIATING,
                state::WAITING_FOR_USER,
                state::AVAILABLE,
                state::DELETING,
            ][..],
        ),
        (
            "InterfaceEndpointStatus",
            &[
                state::PENDING_ACCEPTANCE,
                state::PENDING,
                state::AVAILABLE,
                state::DELETING,
            ][..],
        ),
    ] {
        let known = strings(
            document
                .root
                .pointer(&format!("/components/schemas/{schema}/enum")),
        );
        for status in used {
            assert!(known.iter().any(|it| it == status), "{schema}: {status}");
        }
    }
}

fn error_of(text: &str) -> String {
    Spec::parse(text)
        .expect_err("the document cannot be used")
        .to_string()
}

#[test]
fn what_is_wrong_with_a_document_is_said() {
    assert_eq!(error_of(""), "the document is empty");
    assert!(error_of("a: [").starts_with("not YAML: "));
    assert_eq!(error_of("openapi: 3.0.3"), "`paths` is missing");
    assert_eq!(error_of("paths: []"), "`paths` is not a mapping");
    assert_eq!(error_of("paths: {}\nservers: []"), "`servers` is empty");
    assert_eq!(
        error_of("paths: {}\nservers: [{url: http://a/b}, {url: http://a/c}]"),
        "the servers' paths differ"
    );
    assert_eq!(
        error_of("paths: {/a: {get: {}}}"),
        "GET /a: `operationId` is missing"
    );
}

#[test]
fn what_the_sandbox_cannot_check_is_an_error() {
    let changed = DOCUMENT.replace(
        "        type: boolean\n        default: false\n      example: true",
        "        type: integer",
    );
    assert_ne!(changed, DOCUMENT);
    let error = error_of(&changed);
    assert!(
        error.ends_with("the sandbox cannot check `pretty`, as it is not a boolean"),
        "{error}"
    );

    let changed = DOCUMENT.replace(
        "#/components/schemas/Region",
        "#/components/schemas/Regions",
    );
    assert!(error_of(&changed).ends_with("#/components/schemas/Regions leads nowhere"));
}
