//! Rules on operations and what they answer.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use serde_json::Value;

use super::{Findings, Place};
use crate::document::{ROLES, object};
use crate::rule;
use crate::source_map::child;

/// The method of the client gets its name and its documentation from these.
pub(super) fn are_described(findings: &mut Findings<'_>) {
    for Place {
        pointer, operation, ..
    } in findings.operations()
    {
        if is_blank(operation, "operationId") {
            findings.report(
                rule::OPERATION_WITHOUT_ID,
                &pointer,
                "this operation has no operationId",
                "write one in camel case, like operationId: getPrivateEndpointConnection",
            );
        }
        if is_blank(operation, "summary") {
            findings.report(
                rule::OPERATION_WITHOUT_SUMMARY,
                &pointer,
                "this operation has no summary",
                "write one sentence, like summary: Get one private endpoint connection.",
            );
        }
        if operation
            .get(ROLES)
            .is_none_or(|roles| *roles == Value::Array(Vec::new()))
        {
            findings.report(
                rule::OPERATION_WITHOUT_ROLES,
                &pointer,
                format!("this operation has no {ROLES}"),
                "name the roles of which the caller needs one, like x-atlas-roles: [Project Owner]",
            );
        }
    }
}

/// Whether a text is absent or empty; what is no text is refused elsewhere.
fn is_blank(holder: &Value, key: &str) -> bool {
    holder
        .get(key)
        .is_none_or(|value| value.as_str().is_some_and(|text| text.trim().is_empty()))
}

/// Two ids must also differ as names of Rust methods.
pub(super) fn have_unique_ids(findings: &mut Findings<'_>) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for Place {
        pointer, operation, ..
    } in findings.operations()
    {
        let id = operation["operationId"].as_str().unwrap_or_default();
        if id.is_empty() {
            continue;
        }
        let id_pointer = child(&pointer, "operationId");
        if !is_camel_case(id) {
            findings.report(
                rule::ID_NOT_CAMEL_CASE,
                &id_pointer,
                format!("the operation id {id:?} is not in camel case"),
                "write it like listPrivateEndpointConnections",
            );
        }
        let method = id.to_snake_case();
        if is_camel_case(id) && syn::parse_str::<syn::Ident>(&method).is_err() {
            findings.report(
                rule::ID_NOT_RUST,
                &id_pointer,
                format!("{method} cannot be the name of a Rust method"),
                "choose an id of more than one word",
            );
        }
        if let Some(other) = seen.get(&method) {
            findings.report(
                rule::ID_NOT_UNIQUE,
                &id_pointer,
                format!("the operation id {id} names the same method as that of {other}"),
                "choose another one",
            );
            continue;
        }
        let shown = pointer.trim_start_matches("/paths/").replace("~1", "/");
        seen.insert(method, shown);
    }
}

fn is_camel_case(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_lowercase())
        && id
            .chars()
            .all(|character| character.is_ascii_alphanumeric())
}

/// What an operation refuses is part of its description.
pub(super) fn say_how_they_fail(findings: &mut Findings<'_>) {
    for Place {
        pointer, operation, ..
    } in findings.operations()
    {
        if !object(&operation["responses"]).any(|(status, _)| is_error(status)) {
            findings.report(
                rule::OPERATION_WITHOUT_ERROR,
                &child(&pointer, "responses"),
                "this operation has no error response",
                "refer to those of #/components/responses that it can answer",
            );
        }
    }
}

/// A method returns one type. Without any, progenitor's is a stream of bytes.
pub(super) fn succeed_with_one_type(findings: &mut Findings<'_>) {
    for place in findings.operations() {
        let responses = child(&place.pointer, "responses");
        if object(&place.operation["responses"]).all(|(status, _)| !is_success(status)) {
            findings.report(
                rule::OPERATION_WITHOUT_SUCCESS,
                &responses,
                "this operation has no success response",
                "describe what it answers; write 2XX when the status is not known",
            );
        }
        for (status, _) in object(&place.operation["responses"]) {
            if status.starts_with('1') {
                findings.report(
                    rule::INTERIM_STATUS,
                    &child(&responses, status),
                    format!("the client cannot answer to {status}"),
                    "leave it out",
                );
            }
        }
        // One without a body is an `Option`'s `None`.
        let counts = |status: &str, schema: &Value| is_success(status) && !schema.is_null();
        if let Some((message, help)) = differing(findings, &place, "success", counts) {
            findings.report(rule::SUCCESSES_DIFFER, &responses, message, help);
        }
    }
}

/// The client reads every error as the same type.
pub(super) fn fail_with_one_type(findings: &mut Findings<'_>) {
    for place in findings.operations() {
        let counts = |status: &str, _: &Value| is_error(status);
        if let Some((message, help)) = differing(findings, &place, "error", counts) {
            let responses = child(&place.pointer, "responses");
            findings.report(rule::ERRORS_DIFFER, &responses, message, help);
        }
    }
}

fn differing(
    findings: &Findings<'_>,
    place: &Place<'_>,
    what: &str,
    counts: fn(&str, &Value) -> bool,
) -> Option<(String, &'static str)> {
    let responses = child(&place.pointer, "responses");
    let mut types: BTreeMap<String, &str> = BTreeMap::new();
    for (status, answer) in object(&place.operation["responses"]) {
        let Some((_, answer)) = findings.resolve(&child(&responses, status), answer) else {
            continue;
        };
        let schema = &answer["content"]["application/json"]["schema"];
        if counts(status, schema) {
            types.entry(schema.to_string()).or_insert(status);
        }
    }
    if types.len() < 2 {
        return None;
    }
    let statuses: Vec<&str> = types.values().copied().collect();
    let message = format!(
        "the {what} responses have {} different schemas, as {}",
        types.len(),
        statuses.join(" and ")
    );
    Some((message, "give all of them the same schema"))
}

/// Requests and successes come with an example of their JSON.
pub(super) fn have_examples(findings: &mut Findings<'_>) {
    for place in findings.operations() {
        let mut holders = Vec::new();
        let body = child(&place.pointer, "requestBody");
        if let Some(value) = place.operation.get("requestBody") {
            holders.push((body, value, "request body".to_owned()));
        }
        let responses = child(&place.pointer, "responses");
        for (status, answer) in object(&place.operation["responses"]) {
            if is_success(status) {
                let what = format!("answer with {status}");
                holders.push((child(&responses, status), answer, what));
            }
        }
        for (pointer, holder, what) in holders {
            let Some((pointer, holder)) = findings.resolve(&pointer, holder) else {
                continue;
            };
            let Some(content) = holder["content"].get("application/json") else {
                continue;
            };
            if has_example(content) {
                continue;
            }
            findings.report(
                rule::OPERATION_WITHOUT_EXAMPLE,
                &child(&child(&pointer, "content"), "application/json"),
                format!("this {what} has no example"),
                "write example: with a value, or examples: with a value: under the name of each",
            );
        }
    }
}

fn has_example(content: &Value) -> bool {
    let mut examples = object(&content["examples"]);
    // What lies behind a reference is looked at where it is.
    let has_value = |example: &Value| example.get("value").or(example.get("$ref")).is_some();
    content.get("example").is_some() || examples.any(|(_, example)| has_value(example))
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

fn is_error(status: &str) -> bool {
    status.starts_with(['4', '5']) || status == "default"
}

/// What OpenAPI lets a description say of an operation, and no client of ours does.
pub(super) fn say_nothing_that_is_ignored(findings: &mut Findings<'_>) {
    let mut found = Vec::new();
    for place in findings.operations() {
        let path = child("/paths", place.path);
        for (pointer, holder) in [(&path, place.item), (&place.pointer, place.operation)] {
            if holder.get("servers").is_some() {
                let help = "leave it out; requests go to the first server of the whole description";
                found.push((child(pointer, "servers"), "servers", help));
            }
        }
        if place.operation.get("callbacks").is_some() {
            let help = "leave it out; a client serves no requests";
            found.push((child(&place.pointer, "callbacks"), "callbacks", help));
        }
    }
    for (pointer, key, help) in found {
        let message = format!("the generator does not know what to do with {key} here");
        findings.report(rule::IGNORED_KEY, &pointer, message, help);
    }
}

/// An operation behind a reference would not be seen.
pub(super) fn stand_in_their_path(findings: &mut Findings<'_>) {
    let mut seen = BTreeSet::new();
    for (path, item) in object(&findings.document.0["paths"]) {
        let pointer = child("/paths", path);
        if item.get("$ref").is_some() {
            findings.report(
                rule::PATH_REFERENCE,
                &child(&pointer, "$ref"),
                "a path cannot be a reference",
                "write its operations here",
            );
        }
        let help = "write it like /groups/{groupId}/privateEndpoint";
        let segments_are_good = path
            .strip_prefix('/')
            .is_some_and(|path| path.split('/').all(is_segment));
        if !segments_are_good {
            findings.report(
                rule::MALFORMED_PATH,
                &pointer,
                format!("{path} is no path of segments that are plain or one {{parameter}}"),
                help,
            );
        } else if !seen.insert(without_names(path)) {
            let message = format!("{path} is the same path as another one, by other names");
            findings.report(
                rule::MALFORMED_PATH,
                &pointer,
                message,
                "put the operations together",
            );
        }
    }
}

fn without_names(path: &str) -> String {
    let segments = path.split('/');
    let segments: Vec<&str> = segments
        .map(|segment| {
            if segment.starts_with('{') {
                "{}"
            } else {
                segment
            }
        })
        .collect();
    segments.join("/")
}

/// The client fills in whole segments, so that no value can become more or less than one.
fn is_segment(segment: &str) -> bool {
    let name = segment
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(segment);
    !matches!(name, "" | "." | "..")
        && !name.contains(['{', '}', '?', '#', '%', '"', '\\'])
        && !name.contains(|letter: char| letter.is_whitespace() || letter.is_control())
}
