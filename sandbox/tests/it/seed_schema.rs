//! The JSON Schema of seeds agrees with what the sandbox reads.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use atlas_pe_sandbox::{Sandbox, Seed};
use jsonschema::Validator;
use serde_json::{Value, json};

fn read(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let text = fs::read_to_string(path).expect("the file can be read");
    serde_json::from_str(&text).expect("the file is JSON")
}

fn validator() -> Validator {
    jsonschema::validator_for(&read("seed.schema.json")).expect("the schema is valid")
}

#[test]
fn example_is_valid_and_starts_a_sandbox() {
    let example = read("seed.example.json");
    let validated = validator().validate(&example);
    assert!(validated.is_ok(), "{:?}", validated.err());
    let seed = Seed::from_json(&example.to_string()).expect("the seed is valid");
    let sandbox = Sandbox::builder().seed(seed.clone()).start();
    let sandbox = sandbox.expect("the seed can be used");
    let connections = sandbox.connections(sandbox.project_id());
    let statuses: Vec<_> = connections.iter().map(|it| it.status.as_str()).collect();
    assert_eq!(statuses, ["AVAILABLE", "INITIATING", "FAILED"]);
    let endpoints = connections[0].interface_endpoints.iter();
    let statuses: Vec<_> = endpoints.map(|it| it.status.as_str()).collect();
    assert_eq!(statuses, ["AVAILABLE", "PENDING_ACCEPTANCE", "REJECTED"]);

    let written = serde_json::to_value(seed).expect("a seed can be written");
    assert!(validator().is_valid(&written), "{written}");
}

#[test]
fn scenarios_are_valid() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/scenario");
    let entries = fs::read_dir(directory).expect("it is a directory");
    let mut count = 0;
    for entry in entries {
        let path = entry.expect("it can be read").path();
        let text = fs::read_to_string(&path).expect("it is text");
        let json = serde_json::from_str(&text).expect("it is JSON");
        let validated = validator()
            .validate(&json)
            .map_err(|error| error.to_string());
        assert_eq!(validated, Ok(()), "{}", path.display());
        count += 1;
    }
    assert!(count > 0);
}

/// Returns the names that the sandbox expects instead of the unknown one in a seed.
fn expected(seed: &Value) -> BTreeSet<String> {
    let error = Seed::from_json(&seed.to_string()).expect_err("a name is unknown");
    let message = error.to_string();
    let (_, expected) = message
        .split_once("unknown ")
        .and_then(|(_, rest)| rest.split_once(", expected "))
        .expect("the message lists the names");
    expected
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn schema_has_the_names_that_the_sandbox_reads() {
    let schema = read("seed.schema.json");
    let names = |pointer: &str| -> BTreeSet<String> {
        let properties = schema.pointer(pointer).expect("the schema has it");
        match properties {
            Value::Array(values) => {
                let texts = values.iter().map(|it| it.as_str().expect("it is text"));
                texts.map(str::to_owned).collect()
            }
            properties => properties
                .as_object()
                .expect("an object")
                .keys()
                .cloned()
                .collect(),
        }
    };
    let id = "5a4db0c55a4db0c55a4db0c5";
    let x = json!({ "?": 0 });
    let connection = |it: &Value| json!({ "projects": [{ "id": id, "connections": [it] }] });
    let role =
        |it: Value| json!({ "apiKeys": [{ "publicKey": "a", "privateKey": "b", "roles": [it] }] });
    let effect = |it: Value| json!({ "faults": [{ "effect": it }] });
    for (seed, pointer) in [
        (x.clone(), "/properties"),
        (json!({ "projects": [x] }), "/$defs/project/properties"),
        (connection(&x), "/$defs/connection/properties"),
        (
            connection(&json!({ "region": "us-east-1", "interfaceEndpoints": [x] })),
            "/$defs/interfaceEndpoint/properties",
        ),
        (json!({ "apiKeys": [x] }), "/$defs/apiKey/properties"),
        (
            json!({ "serviceAccounts": [x] }),
            "/$defs/serviceAccount/properties",
        ),
        (role(x.clone()), "/$defs/role/properties"),
        (
            role(json!({ "role": "?" })),
            "/$defs/role/properties/role/enum",
        ),
        (json!({ "durations": x }), "/$defs/durations/properties"),
        (json!({ "faults": [x] }), "/$defs/fault/properties"),
        (
            json!({ "faults": [{ "calls": x }] }),
            "/$defs/fault/properties/calls/properties",
        ),
        (
            effect(json!({ "stall": "?" })),
            "/$defs/effect/anyOf/1/properties/stall/enum",
        ),
        (
            effect(json!({ "respond": x })),
            "/$defs/response/properties",
        ),
        (effect(json!({ "end": x })), "/$defs/status/properties"),
    ] {
        assert_eq!(names(pointer), expected(&seed), "{pointer}");
    }
    let mut effects = names("/$defs/effect/anyOf/0/enum");
    effects.append(&mut names("/$defs/effect/anyOf/1/properties"));
    assert_eq!(effects, expected(&effect(json!("?"))));
    for name in names("/$defs/effect/anyOf/0/enum") {
        let seed = effect(json!(name));
        assert!(
            Seed::from_json(&seed.to_string()).is_ok(),
            "{name} has no value"
        );
    }
}
