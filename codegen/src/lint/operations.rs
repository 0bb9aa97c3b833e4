//! Rules on operations and what they answer.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use serde_json::Value;

use super::{Findings, Place};
use crate::document::object;
use crate::source::child;

/// The method of the client gets its name and its documentation from these.
pub(super) fn are_described(findings: &mut Findings<'_>) {
    for Place {
        pointer, operation, ..
    } in findings.operations()
    {
        for field in ["operationId", "summary"] {
            if operation[field].as_str().is_none_or(str::is_empty) {
                findings.report(
                    &pointer,
                    format!("this operation has no {field}"),
                    "the method of the client gets its name and its documentation from them",
                );
            }
        }
    }
}

/// Two ids must also differ as names of Rust methods.
pub(super) fn have_unique_ids(findings: &mut Findings<'_>) {
    let mut seen = BTreeSet::new();
    for Place {
        pointer, operation, ..
    } in findings.operations()
    {
        let Some(id) = operation["operationId"].as_str() else {
            continue;
        };
        let pointer = child(&pointer, "operationId");
        if !is_camel_case(id) {
            findings.report(
                &pointer,
                format!("the operation id {id:?} is not in camel case"),
                "write it like listPrivateEndpointConnections",
            );
            continue;
        }
        let method = id.to_snake_case();
        if syn::parse_str::<syn::Ident>(&method).is_err() {
            findings.report(
                &pointer,
                format!("{method} cannot be the name of a Rust method"),
                "choose another one",
            );
        }
        if !seen.insert(method) {
            findings.report(
                &pointer,
                format!("the operation id {id} is used twice"),
                "choose another one",
            );
        }
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
                &responses,
                "this operation has no success response",
                "write 2XX when the status is not known",
            );
        }
        for (status, _) in object(&place.operation["responses"]) {
            if status.starts_with('1') {
                findings.report(
                    &child(&responses, status),
                    format!("the client cannot answer to {status}"),
                    "leave it out",
                );
            }
        }
        // One without a body is an `Option`'s `None`.
        one_type(findings, &place, "success", |status, schema| {
            is_success(status) && !schema.is_null()
        });
    }
}

/// The client reads every error as the same type.
pub(super) fn fail_with_one_type(findings: &mut Findings<'_>) {
    for place in findings.operations() {
        one_type(findings, &place, "error", |status, _| is_error(status));
    }
}

fn one_type(
    findings: &mut Findings<'_>,
    place: &Place<'_>,
    what: &str,
    counts: fn(&str, &Value) -> bool,
) {
    let document = findings.document;
    let mut types: BTreeMap<String, &str> = BTreeMap::new();
    for (status, answer) in object(&place.operation["responses"]) {
        let schema = &document.resolve(answer)["content"]["application/json"]["schema"];
        if counts(status, schema) {
            types.entry(schema.to_string()).or_insert(status);
        }
    }
    if types.len() > 1 {
        let statuses: Vec<&str> = types.values().copied().collect();
        findings.report(
            &child(&place.pointer, "responses"),
            format!(
                "the {what} responses have {} different schemas, as {}",
                types.len(),
                statuses.join(" and ")
            ),
            "give them one; the method of the client returns one type",
        );
    }
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

fn is_error(status: &str) -> bool {
    status.starts_with(['4', '5']) || status == "default"
}

/// An operation behind a reference would not be seen.
pub(super) fn stand_in_their_path(findings: &mut Findings<'_>) {
    for (path, item) in object(&findings.document.0["paths"]) {
        let pointer = child("/paths", path);
        if item.get("$ref").is_some() {
            findings.report(
                &child(&pointer, "$ref"),
                "a path cannot be a reference",
                "write its operations here",
            );
        }
        let segments_are_good = path
            .strip_prefix('/')
            .is_some_and(|path| path.split('/').all(is_segment));
        if !segments_are_good {
            findings.report(
                &pointer,
                format!("{path} is no path of segments that are plain or one {{parameter}}"),
                "write it like /groups/{groupId}/privateEndpoint",
            );
        }
    }
}

/// The client fills in whole segments, so that no value can become more or less than one.
fn is_segment(segment: &str) -> bool {
    let name = segment
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(segment);
    !name.is_empty() && !name.contains(['{', '}', '?', '#', '%'])
}
