//! Drops the parameters that are marked `x-typed-client: omit`.
//!
//! They are of use only to clients that cannot see statuses or that show JSON to people.

use serde_json::Value;

use super::entries;
use crate::document::{Document, METHODS, is_omitted};

/// Drops them wherever they are declared.
pub(super) fn omit(document: &mut Value) {
    let original = document.clone();
    let omitted = |parameter: &Value| is_omitted(Document(&original).resolve(parameter));
    let drop_from = |holder: &mut Value| {
        if let Some(parameters) = holder.get_mut("parameters").and_then(Value::as_array_mut) {
            parameters.retain(|parameter| !omitted(parameter));
        }
    };
    for (_, item) in entries(document.get_mut("paths")) {
        drop_from(item);
        for method in METHODS {
            if let Some(operation) = item.get_mut(*method) {
                drop_from(operation);
            }
        }
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
        omit(&mut document);
        assert_eq!(
            document["paths"]["/a"]["parameters"],
            json!([{"name": "kept"}])
        );
        assert_eq!(document["paths"]["/a"]["get"]["parameters"], json!([]));
    }
}
