//! Moves `nullable` from the named schemas to what refers to them.
//!
//! typify makes an `Option` inside a type of its own of a nullable schema with a name. Where the reference
//! is nullable, the field is an `Option` of a plain type.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{each_schema, entries};

/// Makes every reference to a nullable schema nullable, and the schemas plain.
pub(super) fn move_to_references(document: &mut Value) {
    let mut nullable = BTreeSet::new();
    for (name, schema) in entries(document.pointer_mut("/components/schemas")) {
        let Some(schema) = schema.as_object_mut() else {
            continue;
        };
        if schema.shift_remove("nullable") == Some(Value::Bool(true)) {
            nullable.insert(format!("#/components/schemas/{name}"));
        }
    }
    // A reference that this has made is inside of what was visited before, and would be visited next.
    let mut inside = 0;
    each_schema(document, &mut |schema| {
        if inside > 0 {
            inside -= 1;
            return;
        }
        let reference = schema["$ref"].as_str();
        if reference.is_some_and(|reference| nullable.contains(reference)) {
            *schema = nullable_reference(schema);
            inside = 1;
        }
    });
}

/// How OpenAPI 3.0 says that a reference may be null; beside `$ref` it ignores all else.
pub(super) fn nullable_reference(reference: &Value) -> Value {
    json!({"nullable": true, "allOf": [reference]})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_nullable_in_place_of_schemas() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let mut document = json!({"components": {"schemas": {
            "A": {"enum": ["x"], "nullable": true},
            "B": {"properties": {
                "a": reference("A"),
                "list": {"items": reference("A")},
                "b": reference("B"),
                "own": {"type": "string", "nullable": true},
            }},
        }}});
        move_to_references(&mut document);
        let nullable = json!({"nullable": true, "allOf": [reference("A")]});
        assert_eq!(
            document["components"]["schemas"],
            json!({
                "A": {"enum": ["x"]},
                "B": {"properties": {
                    "a": nullable,
                    "list": {"items": nullable},
                    "b": reference("B"),
                    "own": {"type": "string", "nullable": true},
                }},
            })
        );
    }
}
