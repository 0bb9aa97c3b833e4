//! Rules on operations and what they answer.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use serde_json::Value;

use super::{Findings, Place};
use crate::document::object;
use crate::rule;
use crate::source_map::child;

pub(super) fn have_rust_ids(findings: &mut Findings<'_>) {
    for Place {
        pointer, operation, ..
    } in findings.operations()
    {
        let id = operation["operationId"].as_str().unwrap_or_default();
        let method = id.to_snake_case();
        if is_camel_case(id) && syn::parse_str::<syn::Ident>(&method).is_err() {
            findings.report(
                rule::ID_NOT_RUST,
                &child(&pointer, "operationId"),
                format!("{method} cannot be the name of a Rust method"),
                "choose an id of more than one word",
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

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

fn is_error(status: &str) -> bool {
    status.starts_with(['4', '5']) || status == "default"
}
