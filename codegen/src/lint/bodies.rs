//! Rules on what requests and responses carry.

use super::{Findings, Place};
use crate::document::{Node, object};
use crate::source::child;

/// progenitor gives other bodies as a stream of bytes, and panics on one without a schema.
pub(super) fn are_json_with_a_schema(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.nodes() {
        let contents = child(&pointer, "content");
        for (media_type, content) in object(&value["content"]) {
            let pointer = child(&contents, media_type);
            if media_type != "application/json" {
                findings.report(
                    &pointer,
                    format!("the client cannot read or write {media_type}"),
                    "describe the application/json that it asks for, or leave the content out",
                );
            } else if content.get("schema").is_none() {
                findings.report(
                    &pointer,
                    format!("this {media_type} body has no schema"),
                    "say what it holds, with a schema",
                );
            } else if content.get("encoding").is_some() {
                findings.report(
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
        let (pointer, body) = findings.resolve(&child(&pointer, "requestBody"), body);
        if body["required"] != true {
            findings.report(
                &pointer,
                "this body is not required",
                "write required: true; a method of the client cannot leave it out",
            );
        }
        if object(&body["content"]).next().is_none() {
            findings.report(
                &pointer,
                "this body has no content",
                "say what it holds, with application/json and a schema",
            );
        }
    }
}
