//! Takes note of the types that the client crate writes by hand.

use serde_json::Value;

use super::entries;
use crate::document::RUST_TYPE;

/// A schema that the client crate writes by hand: its name, and the Rust type's path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Replacement {
    pub(crate) schema: String,
    pub(crate) rust_type: String,
}

/// Finds the marked schemas, and drops the mark, which typify would take for its own.
pub(super) fn take(document: &mut Value) -> Vec<Replacement> {
    let mut replacements = Vec::new();
    for (name, schema) in entries(document.pointer_mut("/components/schemas")) {
        let mark = schema
            .as_object_mut()
            .and_then(|schema| schema.shift_remove(RUST_TYPE));
        if let Some(Value::String(rust_type)) = mark {
            replacements.push(Replacement {
                schema: name.clone(),
                rust_type,
            });
        }
    }
    replacements
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn marks_are_taken() {
        let mut document = json!({"components": {"schemas": {
            "A": {"type": "string", "x-rust-type": "crate::A"},
            "B": {"type": "string"},
        }}});
        let replacements = take(&mut document);
        assert_eq!(
            replacements,
            [Replacement {
                schema: "A".to_owned(),
                rust_type: "crate::A".to_owned(),
            }]
        );
        assert_eq!(
            document["components"]["schemas"],
            json!({"A": {"type": "string"}, "B": {"type": "string"}})
        );
    }
}
