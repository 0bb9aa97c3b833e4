//! Rules on what requests and responses carry.

use super::{Findings, Place};
use crate::document::{Node, object};
use crate::rule;
use crate::source_map::child;

/// progenitor gives other bodies as a stream of bytes, and panics on one without a schema.
pub(super) fn are_json_with_a_schema(findings: &mut Findings<'_>) {
    for Node {
        pointer,
        value,
        section,
        ..
    } in findings.nodes.clone()
    {
        if !matches!(section, "requestBodies" | "responses") {
            continue;
        }
        let contents = child(&pointer, "content");
        for (media_type, content) in object(&value["content"]) {
            let pointer = child(&contents, media_type);
            if media_type != "application/json" {
                findings.report(
                    rule::BODY_MEDIA_TYPE,
                    &pointer,
                    format!("the client cannot read or write {media_type}"),
                    "describe the application/json that it asks for, or leave the content out",
                );
                continue;
            }
            if content.get("schema").is_none() {
                findings.report(
                    rule::BODY_WITHOUT_SCHEMA,
                    &pointer,
                    format!("this {media_type} body has no schema"),
                    "say what it holds, with a schema",
                );
            }
            if content.get("encoding").is_some() {
                findings.report(
                    rule::BODY_ENCODING,
                    &child(&pointer, "encoding"),
                    "JSON has no encoding of its own",
                    "leave it out",
                );
            }
        }
    }
}

/// progenitor makes every body an argument that must be given.
pub(super) fn of_requests_are_required(findings: &mut Findings<'_>) {
    for Place {
        pointer, operation, ..
    } in findings.operations()
    {
        let Some(body) = operation.get("requestBody") else {
            continue;
        };
        let pointer = child(&pointer, "requestBody");
        let Some((pointer, body)) = findings.resolve(&pointer, body) else {
            continue;
        };
        if body["required"] != true {
            findings.report(
                rule::BODY_OPTIONAL,
                &pointer,
                "this body is not required",
                "write required: true",
            );
        }
        if object(&body["content"]).next().is_none() {
            findings.report(
                rule::BODY_EMPTY,
                &pointer,
                "this body has no content",
                "say what it holds, with application/json and a schema",
            );
        }
    }
}
