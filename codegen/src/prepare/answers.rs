//! Responses, written so that each operation has one type of success and one of error.

use serde_json::Value;

use super::entries;
use crate::document::{Document, MAY_ANSWER_NOTHING, METHODS, object};

/// Replaces `default` by the ranges of errors that are not described otherwise.
///
/// progenitor takes it for a success as well, and then wants one type for both.
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

/// Leaves out the successes without a body where others have one, and marks the operation.
///
/// progenitor has no type for what may have a body or none; the method returns an `Option`.
pub(super) fn leave_out_bodiless(document: &mut Value) {
    for (path, method, statuses) in bodiless(Document(document)) {
        let Some(operation) = document["paths"][path][method].as_object_mut() else {
            continue;
        };
        operation.insert(MAY_ANSWER_NOTHING.to_owned(), Value::Bool(true));
        let responses = operation.get_mut("responses");
        if let Some(responses) = responses.and_then(Value::as_object_mut) {
            responses.retain(|status, _| !statuses.contains(status));
        }
    }
}

/// Path, method, and the successes without a body of each operation that also has some with one.
fn bodiless(document: Document<'_>) -> Vec<(String, String, Vec<String>)> {
    let mut found = Vec::new();
    for (method, path, _, operation) in document.raw_operations() {
        let successes =
            object(&operation["responses"]).filter(|(status, _)| status.starts_with('2'));
        let (with, without): (Vec<_>, Vec<_>) = successes.partition(|(_, answer)| {
            let content = &document.resolve(answer)["content"];
            object(content).next().is_some()
        });
        if !with.is_empty() && !without.is_empty() {
            let statuses = without.into_iter().map(|(status, _)| status.clone());
            found.push((path.to_owned(), method.to_owned(), statuses.collect()));
        }
    }
    found
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

    #[test]
    fn a_success_without_a_body_is_marked_where_others_have_one() {
        let body = json!({"content": {"application/json": {}}});
        let mut document = json!({
            "paths": {"/a": {
                "get": {"responses": {"200": body, "204": {"$ref": "#/components/responses/None"}, "4XX": {}}},
                "put": {"responses": {"204": {}, "202": {}}},
                "post": {"responses": {"200": body, "201": body}},
            }},
            "components": {"responses": {"None": {"description": "None."}}},
        });
        let before = document.clone();
        leave_out_bodiless(&mut document);
        let item = &document["paths"]["/a"];
        assert_eq!(
            item["get"],
            json!({"responses": {"200": body, "4XX": {}}, MAY_ANSWER_NOTHING: true})
        );
        for method in ["put", "post"] {
            assert_eq!(item[method], before["paths"]["/a"][method]);
        }
    }
}
