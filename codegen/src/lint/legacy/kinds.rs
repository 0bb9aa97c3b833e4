//! Rules on what a schema is: the kinds that there is a Rust type for.

use serde_json::Value;

use super::Findings;
use crate::document::{Node, array, object};
use crate::rule;
use crate::source_map::child;

fn is_part(pointer: &str) -> bool {
    let around = pointer.rsplit_once('/').unwrap_or_default().0;
    around.ends_with("/allOf")
}

/// typify puts objects together, and nothing else.
pub(super) fn parts_are_objects(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.schemas() {
        let Some(parts) = value.get("allOf") else {
            continue;
        };
        let pointer = child(&pointer, "allOf");
        let count = array(parts).count();
        if count < 2 && object(&value["properties"]).next().is_none() {
            continue;
        }
        for (index, part) in array(parts).enumerate() {
            let pointer = child(&pointer, &index.to_string());
            let Some((_, target)) = findings.resolve(&pointer, part) else {
                continue;
            };
            if !has_fields(target) || target["nullable"] == true {
                findings.report(
                    rule::SCHEMA_KIND,
                    &pointer,
                    "this part is no object with properties",
                    "put together what has properties and cannot be null",
                );
            }
        }
    }
}

fn has_fields(schema: &Value) -> bool {
    let has_none = object(&schema["properties"]).next().is_none();
    schema.get("allOf").is_some() || (schema["type"] == "object" && !has_none)
}

/// A struct has the fields that it has names for.
pub(super) fn of_objects_are_structs_or_maps(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.schemas() {
        let others = value.get("additionalProperties");
        let others = others.filter(|others| **others != Value::Bool(false));
        let has_properties = !findings.document.properties(value).is_empty();
        if others.is_some() && (has_properties || is_part(&pointer)) {
            findings.report(
                rule::SCHEMA_KIND,
                &child(&pointer, "additionalProperties"),
                "an object cannot have both properties and others without names",
                "leave it out; the client passes over what it does not know",
            );
        }
    }
}

/// A path without a value would be another path, and a query or header without one is left out instead.
pub(super) fn of_parameters_are_never_null(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.nodes.clone() {
        if value.get("in").is_none() || crate::document::is_omitted(value) {
            continue;
        }
        let own = &value["schema"];
        let target = findings.resolve(&child(&pointer, "schema"), own);
        let target_may_be = target.is_some_and(|(_, target)| target["nullable"] == true);
        if own["nullable"] == true || target_may_be {
            findings.report(
                rule::PARAMETER_NULLABLE,
                &child(&pointer, "schema"),
                "a parameter cannot be null",
                "leave nullable out; a parameter that is not required can be left out",
            );
        }
    }
}
