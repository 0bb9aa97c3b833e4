//! The generated types read and write every example of the fragment.

use atlas_private_endpoint::{InterfaceEndpointId, PrivateLinkId, ProjectId, types};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

const FRAGMENT: &str = include_str!("../../../spec/private-endpoint-v1.0.yaml");

/// Reads the example as a `T`, writes it, and reads that; returns the written JSON.
fn round_trip<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(
    example: &Value,
) -> Value {
    let value: T = serde_json::from_value(example.clone())
        .unwrap_or_else(|error| panic!("{error} in {example}"));
    let written = serde_json::to_value(&value).unwrap();
    assert_eq!(serde_json::from_value::<T>(written.clone()).unwrap(), value);
    written
}

/// Returns the example after a round trip through the type of a named schema. A schema with examples that is
/// missing here fails the test.
fn by_name(name: &str, example: &Value) -> Value {
    match name {
        "ProjectId" => round_trip::<ProjectId>(example),
        "PrivateLinkId" => round_trip::<PrivateLinkId>(example),
        "InterfaceEndpointId" => round_trip::<InterfaceEndpointId>(example),
        "PrivateEndpointConnection" => round_trip::<types::PrivateEndpointConnection>(example),
        "InterfaceEndpoint" => round_trip::<types::InterfaceEndpoint>(example),
        "CreatePrivateEndpointConnection" => {
            round_trip::<types::CreatePrivateEndpointConnection>(example)
        }
        "AddInterfaceEndpoint" => round_trip::<types::AddInterfaceEndpoint>(example),
        "ApiError" => round_trip::<types::ApiError>(example),
        "PrivateEndpointConnectionStatus" => {
            round_trip::<types::PrivateEndpointConnectionStatus>(example)
        }
        "InterfaceEndpointStatus" => round_trip::<types::InterfaceEndpointStatus>(example),
        "Provider" => round_trip::<types::Provider>(example),
        "Region" => round_trip::<types::Region>(example),
        "ErrorCode" => round_trip::<types::ErrorCode>(example),
        "EmptyObject" => round_trip::<Map<String, Value>>(example),
        other => panic!(
            "client/tests/it/examples.rs has no type for the schema {other}: add it to `by_name`"
        ),
    }
}

/// Compares an example with the written JSON: fields that are absent or null in the example may be null, empty or
/// false there.
fn assert_same(example: &Value, written: &Value) {
    let (Value::Object(example), Value::Object(written)) = (example, written) else {
        assert_eq!(example, written);
        return;
    };
    for (name, value) in example {
        assert_eq!(written.get(name), Some(value), "{name}");
    }
    for (name, value) in written {
        let empty = value.is_null() || value == false || value == &Value::Array(Vec::new());
        assert!(
            example.contains_key(name) || empty,
            "{name} appeared as {value}"
        );
    }
}

/// Checks the parts that have generated types; an unnamed schema has none.
fn check(schema: &Value, example: &Value) {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or(reference);
        assert_same(example, &by_name(name, example));
    } else if let Some(items) = schema.get("items") {
        for item in example.as_array().unwrap() {
            check(items, item);
        }
    } else if let Some(Value::Object(properties)) = schema.get("properties") {
        for (name, property) in properties {
            if let Some(value) = example.get(name).filter(|value| !value.is_null()) {
                check(property, value);
            }
        }
    }
}

/// Checks every value that has a schema and examples, and returns the number of examples.
fn walk(value: &Value) -> usize {
    let mut checked = 0;
    match value {
        Value::Object(object) => {
            if let (Some(schema), Some(Value::Object(examples))) =
                (object.get("schema"), object.get("examples"))
            {
                for example in examples.values() {
                    check(schema, &example["value"]);
                    checked += 1;
                }
            }
            checked + object.values().map(walk).sum::<usize>()
        }
        Value::Array(items) => items.iter().map(walk).sum(),
        _ => 0,
    }
}

#[test]
fn every_example_survives_a_round_trip() {
    let fragment = atlas_private_endpoint_codegen::read(FRAGMENT).unwrap();
    let checked = walk(&fragment);
    let written = FRAGMENT
        .lines()
        .filter(|line| line.trim() == "value:" || line.trim().starts_with("value: "))
        .count();
    assert_eq!(checked, written, "the test does not find all examples");
    for name in ["ProjectId", "PrivateLinkId", "InterfaceEndpointId"] {
        let schema = &fragment["components"]["schemas"][name];
        let example = schema["example"].clone();
        assert_eq!(by_name(name, &example), example);
    }
}

#[test]
fn example_of_an_unnamed_schema_is_checked_by_its_parts() {
    let id = serde_json::json!({ "$ref": "#/components/schemas/PrivateLinkId" });
    let schema = serde_json::json!({
        "type": "object",
        "properties": { "ids": { "type": "array", "items": id }, "next": id, "total": {} },
    });
    let ids = serde_json::json!({ "ids": ["5f7cb1a3e3b4aa3b8ba3fb44"], "next": null, "total": 1 });
    check(&schema, &ids);
    let wrong = serde_json::json!({ "ids": ["not-an-id"] });
    assert!(std::panic::catch_unwind(|| check(&schema, &wrong)).is_err());
}
