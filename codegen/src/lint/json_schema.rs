//! Translates schemas of OpenAPI 3.0 to JSON schemas, with which values are validated.
//!
//! OpenAPI's dialect is close to draft 4. It adds `nullable`, and keys that draft 4 ignores.

use jsonschema::{Draft, ValidationError, Validator};
use serde_json::{Map, Value, json};

use crate::document::{Document, array, object};

/// Compiles a JSON schema. Nothing is fetched.
pub(super) fn validator(schema: &Value) -> Result<Validator, ValidationError<'static>> {
    jsonschema::options()
        .with_draft(Draft::Draft4)
        .should_validate_formats(true)
        .offline()
        .build(schema)
}

/// Returns how a value violates a schema of a fragment, for tests of programs that serve it. An unusable schema
/// is a violation, too.
pub fn violations(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    match validator(&standalone(Document(document), schema)) {
        Ok(validator) => validator
            .iter_errors(value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect(),
        Err(error) => vec![format!("the schema is not valid: {error}")],
    }
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
            schemas.insert(name, translated(target.clone()));
            open.push(target);
        }
        open.extend(object(value).map(|(_, part)| part));
        open.extend(array(value));
    }
    json!({ "allOf": [translated(schema.clone())], "components": { "schemas": schemas } })
}

fn translated(mut schema: Value) -> Value {
    translate(&mut schema);
    schema
}

fn translate(schema: &mut Value) {
    let Some(keys) = schema.as_object_mut() else {
        return;
    };
    for (key, value) in keys.iter_mut() {
        match (key.as_str(), value) {
            ("items" | "not" | "additionalProperties", value) => translate(value),
            ("allOf" | "anyOf" | "oneOf", Value::Array(parts)) => {
                parts.iter_mut().for_each(translate);
            }
            ("properties", Value::Object(properties)) => {
                properties.values_mut().for_each(translate);
            }
            _ => {}
        }
    }
    // Draft 4 does not have this format.
    if keys.get("format").is_some_and(|format| format == "int32") {
        keys.entry("minimum").or_insert_with(|| i32::MIN.into());
        keys.entry("maximum").or_insert_with(|| i32::MAX.into());
    }
    if keys.get("nullable").is_none_or(|it| it != true) {
        return;
    }
    if let Some(Value::Array(values)) = keys.get_mut("enum") {
        values.push(Value::Null);
    }
    match keys.get_mut("type") {
        // An alternative would give less precise errors.
        Some(kind) => *kind = json!([kind.take(), "null"]),
        None => *schema = json!({ "anyOf": [{ "enum": [null] }, schema.take()] }),
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
        let odd = json!({"type": "string", "example": 5, "x-enum": 1, "discriminator": 2});
        assert!(fits(&odd, &json!("a")));
    }
}
