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
fn base_path_is_the_path_of_the_servers() {
    assert_eq!(spec().base_path, "/api/atlas/v1.0");
}

#[test]
fn operation_has_method_path_query_and_body() {
    let spec = spec();
    let create = spec
        .operations
        .iter()
        .find(|it| it.id == "createPrivateEndpointConnection")
        .expect("the spec has the operation");
    assert_eq!(create.method, Method::POST);
    assert_eq!(create.path, "/groups/{groupId}/privateEndpoint");
    let query: Vec<_> = create.query.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(query, ["pretty", "envelope"]);
    assert!(create.query.iter().all(|it| it.kind == "boolean"));
    let body = create.body.as_ref().expect("the operation has a body");
    assert_eq!(body.media_types, [JSON]);
    let fields = &body.fields;
    let names: Vec<_> = fields
        .iter()
        .map(|it| (it.name.as_str(), it.required))
        .collect();
    assert_eq!(names, [("providerName", true), ("region", true)]);
    assert_eq!(fields[0].values, ["AWS"]);
    assert!(fields[1].values.contains(&"eu-central-1".to_owned()));
}

/// `state.rs` has these patterns as code.
#[test]
fn id_patterns_are_those_that_the_state_checks() {
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
        let response = document.resolve(response).expect("every reference exists");
        for code in strings(response.get("x-error-codes")) {
            statuses.entry(code).or_default().insert(status.clone());
        }
    }
    statuses
}

#[test]
fn every_code_has_its_status_of_the_spec() {
    let own = [
        Code::MethodNotAllowed,
        Code::UnsupportedMediaType,
        Code::RequestTooLarge,
        Code::NotImplemented,
    ];
    let statuses = statuses_of_codes(&document());
    for &code in Code::ALL {
        let expected = statuses.get(code.name());
        if own.contains(&code) {
            assert_eq!(expected, None, "{code:?} is in the spec now");
            continue;
        }
        let status = BTreeSet::from([code.status().as_str().to_owned()]);
        assert_eq!(expected, Some(&status), "{code:?}");
    }
}

#[test]
fn every_status_of_the_state_machine_is_in_the_spec() {
    use crate::state;

    let document = document();
    let (available, deleting) = (state::AVAILABLE, state::DELETING);
    let connection = [
        state::INITIATING,
        state::WAITING_FOR_USER,
        available,
        deleting,
    ];
    let endpoint = [
        state::PENDING_ACCEPTANCE,
        state::PENDING,
        available,
        deleting,
    ];
    for (schema, used) in [
        ("PrivateEndpointConnectionStatus", connection),
        ("InterfaceEndpointStatus", endpoint),
    ] {
        let pointer = format!("/components/schemas/{schema}/enum");
        let known = strings(document.root.pointer(&pointer));
        for status in used {
            assert!(known.iter().any(|it| it == status), "{schema}: {status}");
        }
    }
}

fn error_of(text: &str) -> String {
    Spec::parse(text).expect_err("the document cannot be used")
}

#[test]
fn unusable_document_is_an_error_with_the_cause() {
    assert!(error_of("a: [").starts_with("not YAML: "));
    for (text, error) in [
        ("", "the document is empty"),
        ("openapi: 3.0.3", "`paths` is missing"),
        ("paths: []", "`paths` is not a mapping"),
        ("paths: {}\nservers: []", "`servers` is empty"),
        (
            "paths: {}\nservers: [{url: http://a/b}, {url: http://a/c}]",
            "the paths of the servers differ",
        ),
        ("paths: {/a: {get: {}}}", "GET /a: `operationId` is missing"),
    ] {
        assert_eq!(error_of(text), error, "{text}");
    }
    let changed = DOCUMENT.replace("schemas/Region\"", "schemas/Regions\"");
    assert!(error_of(&changed).ends_with("#/components/schemas/Regions does not exist"));
}

#[test]
fn operation_may_have_any_types() {
    let text = r#"
servers: [{url: https://a/base/}]
paths:
  /a:
    post:
      operationId: a
      parameters: [{name: page, in: query, schema: {type: integer}}]
      requestBody:
        content:
          application/vnd.a.1+json:
            schema: {properties: {any: {}, size: {type: integer}}}
          application/vnd.a.2+json: {}
          text/csv: {}
      responses:
        "201": {content: {text/csv: {}, application/vnd.a.2+json: {}}}
        2XX: {content: {application/vnd.a.1+json: {}}}
        default: {content: {application/problem+json: {}}}
  /b:
    put:
      operationId: b
      requestBody: {content: {text/csv: {}}}
"#;
    let spec = Spec::parse(text).expect("the document can be used");
    let [operation, other] = spec.operations.as_slice() else {
        panic!("{spec:?}");
    };
    assert!(other.body.is_none());
    assert_eq!(operation.query[0].kind, "integer");
    let body = operation.body.as_ref().expect("the operation has a body");
    assert_eq!(
        body.media_types,
        ["application/vnd.a.1+json", "application/vnd.a.2+json"]
    );
    let kinds: Vec<_> = body.fields.iter().map(|it| it.kind.as_str()).collect();
    assert_eq!(kinds, ["", "integer"]);
    for (status, media_type) in [
        (201, "application/vnd.a.2+json"),
        (200, "application/vnd.a.1+json"),
        (404, "application/problem+json"),
    ] {
        assert_eq!(operation.response_type(status), media_type, "{status}");
    }
}

#[test]
fn undeclared_response_is_json() {
    let spec = spec();
    let operation = &spec.operations[0];
    assert_eq!(operation.response_type(200), JSON);
    assert_eq!(operation.response_type(418), JSON);
}
