//! Changes to the description before code is made of it.

use serde_json::Value;

use crate::document::{METHODS, object};

const TYPED_CLIENT: &str = "x-typed-client";
const RUST_TYPE: &str = "x-rust-type";

/// A schema that the client crate writes by hand: its name, and the Rust type's path.
pub(crate) struct Replacement {
    pub(crate) schema: String,
    pub(crate) rust_type: String,
}

/// Drops the parameters that are marked `x-typed-client: omit`.
///
/// They are of use only to clients that cannot see statuses or that show JSON to people.
pub(crate) fn omit_parameters(document: &mut Value) {
    let original = document.clone();
    let omitted = |parameter: &Value| {
        let reference = parameter["$ref"].as_str();
        let target = reference.and_then(|text| original.pointer(text.strip_prefix('#')?));
        target.unwrap_or(parameter)[TYPED_CLIENT] == "omit"
    };
    let drop_from = |holder: &mut Value| {
        if let Some(parameters) = holder.get_mut("parameters").and_then(Value::as_array_mut) {
            parameters.retain(|parameter| !omitted(parameter));
        }
    };
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for item in paths.values_mut() {
        drop_from(item);
        for method in METHODS {
            if let Some(operation) = item.get_mut(*method) {
                drop_from(operation);
            }
        }
    }
}

/// Drops `nullable` from the named enums.
///
/// typify makes an `Option` inside a type of its own of them. A field that may be absent is an `Option`
/// already, which reads null too.
pub(crate) fn plain_enums(document: &mut Value) {
    let schemas = document.pointer_mut("/components/schemas");
    let Some(schemas) = schemas.and_then(Value::as_object_mut) else {
        return;
    };
    for schema in schemas.values_mut().filter_map(Value::as_object_mut) {
        if schema.contains_key("enum") {
            schema.remove("nullable");
        }
    }
}

/// The schemas that are written by hand.
pub(crate) fn replacements(document: &Value) -> Vec<Replacement> {
    object(&document["components"]["schemas"])
        .filter_map(|(name, schema)| {
            Some(Replacement {
                schema: name.clone(),
                rust_type: schema[RUST_TYPE].as_str()?.to_owned(),
            })
        })
        .collect()
}

/// Drops the replaced types' mark, which typify would take for its own.
pub(crate) fn unmark_replacements(document: &mut Value) {
    let schemas = document.pointer_mut("/components/schemas");
    let Some(schemas) = schemas.and_then(Value::as_object_mut) else {
        return;
    };
    for schema in schemas.values_mut().filter_map(Value::as_object_mut) {
        schema.remove(RUST_TYPE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn marked_parameters_are_dropped_wherever_they_are_declared() {
        let mut document = json!({
            "components": {"parameters": {"Pretty": {"name": "pretty", "x-typed-client": "omit"}}},
            "paths": {"/a": {
                "parameters": [{"$ref": "#/components/parameters/Pretty"}, {"name": "kept"}],
                "get": {"parameters": [{"name": "inline", "x-typed-client": "omit"}]},
            }},
        });
        omit_parameters(&mut document);
        assert_eq!(
            document["paths"]["/a"]["parameters"],
            json!([{"name": "kept"}])
        );
        assert_eq!(document["paths"]["/a"]["get"]["parameters"], json!([]));
    }

    #[test]
    fn only_enums_lose_nullable() {
        let mut document = json!({"components": {"schemas": {
            "A": {"enum": ["x"], "nullable": true},
            "B": {"type": "object", "nullable": true},
        }}});
        plain_enums(&mut document);
        assert_eq!(
            document["components"]["schemas"],
            json!({"A": {"enum": ["x"]}, "B": {"type": "object", "nullable": true}})
        );
    }
}
