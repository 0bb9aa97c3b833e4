use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::*;
use crate::error::Code;
use crate::operations::OPERATIONS;

pub(super) fn document() -> Value {
    atlas_private_endpoint_codegen::read(DOCUMENT).expect("the fragment is YAML")
}

/// Follows one reference. The document has no chains of references.
pub(super) fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"].as_str().and_then(|it| it.strip_prefix('#'));
    target.map_or(value, |pointer| {
        document.pointer(pointer).expect("every reference exists")
    })
}

pub(super) fn strings(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn operation_has_method_path_query_and_body() {
    let create = OPERATIONS
        .iter()
        .find(|it| it.id == "createPrivateEndpointConnection")
        .expect("the table has the operation");
    assert_eq!(create.method, Method::POST);
    assert_eq!(
        create.path,
        "/api/atlas/v1.0/groups/{groupId}/privateEndpoint"
    );
    let query: Vec<_> = create.query.iter().map(|it| it.name).collect();
    assert_eq!(query, ["pretty", "envelope"]);
    assert!(create.query.iter().all(|it| it.kind == "boolean"));
    let body = create.body.as_ref().expect("the operation has a body");
    assert_eq!(body.media_types, [JSON]);
    let fields = &body.fields;
    let names: Vec<_> = fields.iter().map(|it| (it.name, it.required)).collect();
    assert_eq!(names, [("providerName", true), ("region", true)]);
    assert_eq!(fields[0].values, ["AWS"]);
    assert!(fields[1].values.contains(&"eu-central-1"));
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
        let found = document.pointer(&pointer).and_then(Value::as_str);
        assert_eq!(found, Some(pattern), "{schema}");
    }
}

/// The statuses that the spec gives to each code, over all operations.
fn statuses_of_codes(document: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut statuses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let items = document["paths"].as_object().into_iter().flatten();
    let responses = items
        .flat_map(|(_, item)| item.as_object().into_iter().flatten())
        .filter_map(|(_, operation)| operation.get("responses"))
        .chain([&document["x-sandbox-responses"]])
        .filter_map(Value::as_object);
    for (status, response) in responses.flatten() {
        for code in strings(Some(&resolve(document, response)["x-error-codes"])) {
            statuses.entry(code).or_default().insert(status.clone());
        }
    }
    statuses
}

#[test]
fn every_code_has_its_status_of_the_spec() {
    let statuses = statuses_of_codes(&document());
    for name in statuses.keys() {
        let known = Code::ALL.iter().any(|code| code.name() == name);
        assert!(known, "{name} is missing in sandbox/src/error.rs");
    }
    for &code in Code::ALL {
        let expected = statuses.get(code.name());
        let expected = expected.map(|it| it.iter().map(String::as_str).collect::<Vec<_>>());
        let status = code.status();
        // The spec has one response for all of Atlas' errors of the server.
        let is_expected = match expected.as_deref() {
            Some(["5XX"]) => status.is_server_error(),
            Some([expected]) => status.as_str() == *expected,
            _ => false,
        };
        assert!(
            is_expected,
            "{code:?} has the status {status}, but found {expected:?}"
        );
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
        let known = strings(document.pointer(&pointer));
        for status in used {
            assert!(known.iter().any(|it| it == status), "{schema}: {status}");
        }
    }
}

#[test]
fn media_type_of_a_response_is_that_of_the_closest_status() {
    let operation = Operation {
        responses: &[
            ("default", "application/problem+json"),
            ("2XX", "application/vnd.a.1+json"),
            ("201", "application/vnd.a.2+json"),
        ],
        ..OPERATIONS[0].clone()
    };
    for (status, media_type) in [
        (201, "application/vnd.a.2+json"),
        (200, "application/vnd.a.1+json"),
        (404, "application/problem+json"),
    ] {
        assert_eq!(operation.response_type(status), media_type, "{status}");
    }
    assert_eq!(OPERATIONS[0].response_type(418), JSON);
}
