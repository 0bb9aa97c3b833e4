//! Translates schemas of OpenAPI 3.0 to JSON schemas, which values can be checked against.
//!
//! OpenAPI's dialect is close to draft 4, and adds `nullable`.

use jsonschema::{Draft, ValidationError, Validator};
use serde_json::{Map, Value, json};

use crate::document::{Document, array, object};

/// The keys that mean the same in both dialects.
const SAME: &[&str] = &[
    "type",
    "format",
    "enum",
    "required",
    "minProperties",
    "maxProperties",
    "minItems",
    "maxItems",
    "uniqueItems",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
];

/// Compiles a JSON schema. Nothing is fetched.
pub(super) fn validator(schema: &Value) -> Result<Validator, ValidationError<'static>> {
    jsonschema::options()
        .with_draft(Draft::Draft4)
        .should_validate_formats(true)
        .offline()
        .build(schema)
}

/// Returns a schema as a JSON schema of its own, with the named schemas that it uses.
pub(super) fn standalone(document: Document<'_>, schema: &Value) -> Value {
    let mut schemas = Map::new();
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        let reference = value["$ref"].as_str().unwrap_or_default();
        if let Some(name) = reference.strip_prefix("#/components/schemas/")
            && !schemas.contains_key(name)
            && let Some(target) = document.target(reference)
        {
            let name = name.replace("~1", "/").replace("~0", "~");
            schemas.insert(name, translated(target));
            open.push(target);
        }
        open.extend(object(value).map(|(_, part)| part));
        open.extend(array(value));
    }
    json!({ "allOf": [translated(schema)], "components": { "schemas": schemas } })
}

fn translated(schema: &Value) -> Value {
    if let Some(reference) = schema.get("$ref") {
        return json!({ "$ref": reference });
    }
    let mut result = Map::new();
    for (key, value) in object(schema) {
        let value = match key.as_str() {
            key if is_same(key, value) => value.clone(),
            "items" | "not" | "additionalProperties" => translated(value),
            "allOf" | "anyOf" | "oneOf" => array(value).map(translated).collect(),
            "properties" => object(value)
                .map(|(name, property)| (name.clone(), translated(property)))
                .collect::<Map<String, Value>>()
                .into(),
            _ => continue,
        };
        result.insert(key.clone(), value);
    }
    bound_integers(&mut result);
    if schema["nullable"] == true {
        return nullable(result);
    }
    Value::Object(result)
}

fn is_same(key: &str, value: &Value) -> bool {
    SAME.contains(&key) || (key == "additionalProperties" && value.is_boolean())
}

/// Replaces the format `int32`, which draft 4 does not have, by a range.
fn bound_integers(schema: &mut Map<String, Value>) {
    if schema.get("format").is_some_and(|format| format == "int32") {
        schema.entry("minimum").or_insert_with(|| i32::MIN.into());
        schema.entry("maximum").or_insert_with(|| i32::MAX.into());
    }
}

fn nullable(mut schema: Map<String, Value>) -> Value {
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.push(Value::Null);
    }
    match schema.get_mut("type") {
        // An alternative would give less precise errors.
        Some(kind) => {
            *kind = json!([kind.take(), "null"]);
            Value::Object(schema)
        }
        None => json!({ "anyOf": [{ "enum": [null] }, schema] }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(schema: &Value, value: &Value) -> bool {
        let document = json!({"components": {"schemas": {
            "Colour": {"type": "string", "nullable": true, "enum": ["RED"]},
        }}});
        let schema = standalone(Document(&document), schema);
        validator(&schema).unwrap().is_valid(value)
    }

    #[test]
    fn nullable_schemas_accept_null() {
        let colour = json!({"$ref": "#/components/schemas/Colour"});
        assert!(fits(&colour, &json!("RED")));
        assert!(fits(&colour, &Value::Null));
        assert!(!fits(&colour, &json!("BLUE")));
        assert!(!fits(&json!({"type": "string"}), &Value::Null));
        let either = json!({"nullable": true, "allOf": [{"type": "string", "maxLength": 2}]});
        assert!(fits(&either, &Value::Null));
        assert!(fits(&either, &json!("ab")));
        assert!(!fits(&either, &json!("abc")));
    }

    #[test]
    fn exclusive_limits_and_int32_are_enforced() {
        let above = json!({"type": "integer", "minimum": 1, "exclusiveMinimum": true});
        assert!(!fits(&above, &json!(1)));
        assert!(fits(&above, &json!(2)));
        let small = json!({"type": "integer", "format": "int32"});
        assert!(!fits(&small, &json!(5_000_000_000_i64)));
    }

    #[test]
    fn keys_that_are_not_constraints_have_no_effect() {
        let odd = json!({"type": "string", "example": 5, "x-enum": 1, "id": 7, "discriminator": 2});
        assert!(fits(&odd, &json!("a")));
    }
}
