//! Drops what schemas say of a value beyond its type.
//!
//! The server checks values. A client that checked them too would refuse answers that it can read well, and
//! typify makes types of constraints that need other crates (`regress`, `chrono`, `uuid`) or that read
//! worse than what they hold (`NonZeroU32`). A schema whose values deserve a type of their own names it
//! with `x-rust-type`.

use serde_json::Value;

use super::each_schema;

const CONSTRAINTS: &[&str] = &[
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

const EXTRA: &str = "additionalProperties";

/// Drops the constraints of every schema, and the format of every text.
pub(super) fn drop(document: &mut Value) {
    each_schema(document, &mut |schema| {
        let Some(schema) = schema.as_object_mut() else {
            return;
        };
        for constraint in CONSTRAINTS {
            schema.shift_remove(*constraint);
        }
        // A client that refused a field which it does not know would fail when the server learns one. Of an
        // object without fields, it says what kind of object that is.
        if schema.contains_key("properties") && schema.get(EXTRA) == Some(&Value::Bool(false)) {
            schema.shift_remove(EXTRA);
        }
        if schema.get("type").is_some_and(|kind| kind == "string") {
            schema.shift_remove("format");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_component_may_be_called_like_a_keyword() {
        for name in ["example", "examples", "schemas", "schema", "x-day"] {
            let parameter = |schema: Value| {
                let whole = json!({"name": "n", "in": "query", "schema": schema});
                json!({"paths": {}, "components": {"parameters": {name: whole}}})
            };
            let mut document = parameter(json!({"type": "string", "format": "date-time"}));
            drop(&mut document);
            assert_eq!(document, parameter(json!({"type": "string"})), "{name}");
        }
    }

    #[test]
    fn no_field_is_refused() {
        let object = |extra: Value| {
            let mut schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
            if !extra.is_null() {
                schema["additionalProperties"] = extra;
            }
            json!({"components": {"schemas": {"A": schema}}})
        };
        let mut document = object(json!(false));
        drop(&mut document);
        assert_eq!(document, object(Value::Null));
        let mut document = object(json!({"type": "string"}));
        drop(&mut document);
        assert_eq!(document, object(json!({"type": "string"})));
    }

    #[test]
    fn types_are_left() {
        let mut document = json!({
            "paths": {"/a": {"get": {"parameters": [
                {"name": "n", "schema": {"type": "integer", "format": "int32", "minimum": 1}},
            ]}}},
            "components": {"schemas": {"A": {"properties": {
                "minimum": {"type": "string", "format": "date-time", "maxLength": 3, "example": {"minimum": 1}},
                "list": {"items": {"pattern": "x"}, "uniqueItems": true},
            }}}},
        });
        drop(&mut document);
        assert_eq!(
            document,
            json!({
                "paths": {"/a": {"get": {"parameters": [
                    {"name": "n", "schema": {"type": "integer", "format": "int32"}},
                ]}}},
                "components": {"schemas": {"A": {"properties": {
                    "minimum": {"type": "string", "example": {"minimum": 1}},
                    "list": {"items": {}},
                }}}},
            })
        );
    }
}
