//! Writes a `default` response as what it means to the client: any error.
//!
//! progenitor takes it for a success as well, and then wants one type for both.

use serde_json::Value;

use super::entries;
use crate::document::METHODS;

/// Replaces `default` by the ranges of errors that are not described otherwise.
pub(super) fn spell_out_defaults(document: &mut Value) {
    for (_, item) in entries(document.get_mut("paths")) {
        for method in METHODS {
            let responses = item.get_mut(*method).and_then(|it| it.get_mut("responses"));
            let Some(responses) = responses.and_then(Value::as_object_mut) else {
                continue;
            };
            let Some(default) = responses.shift_remove("default") else {
                continue;
            };
            for range in ["4XX", "5XX"] {
                responses.entry(range).or_insert_with(|| default.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_default_is_every_error_that_is_not_described() {
        let mut document = json!({"paths": {"/a": {"get": {"responses": {
            "200": 1, "default": 2, "5XX": 3,
        }}}}});
        spell_out_defaults(&mut document);
        assert_eq!(
            document["paths"]["/a"]["get"]["responses"],
            json!({"200": 1, "4XX": 2, "5XX": 3})
        );
    }
}
