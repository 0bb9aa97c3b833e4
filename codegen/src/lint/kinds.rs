//! Rules on what a schema is: the kinds that there is a Rust type for.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Findings;
use crate::document::{Node, array, object, texts};
use crate::source::child;

/// The types of OpenAPI 3.0.
const TYPES: &[&str] = &["string", "number", "integer", "boolean", "array", "object"];

/// Keywords that mean something with one type only. The last two do beside `allOf`, too.
const OF_ONE_TYPE: &[(&str, &str)] = &[
    ("enum", "string"),
    ("items", "array"),
    ("additionalProperties", "object"),
    ("properties", "object"),
    ("required", "object"),
];

/// What OpenAPI 3.0 has for schemas.
const KEYWORDS: &[&str] = &[
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "deprecated",
    "description",
    "discriminator",
    "enum",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "readOnly",
    "required",
    "title",
    "type",
    "uniqueItems",
    "writeOnly",
    "xml",
];

/// A misspelt keyword would be passed over in silence.
pub(super) fn have_known_keywords(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.schemas() {
        for (keyword, _) in object(value) {
            if !keyword.starts_with("x-") && !KEYWORDS.contains(&keyword.as_str()) {
                findings.report(
                    &child(&pointer, keyword),
                    format!("a schema has no keyword {keyword}"),
                    "look for a misspelling; properties go under properties",
                );
            }
        }
    }
}

/// typify follows the parts of a schema, and would not come to an end.
pub(super) fn parts_do_not_contain_themselves(findings: &mut Findings<'_>) {
    for node in findings.schemas() {
        let is_reference = node.value.get("$ref").is_some();
        if is_part(&node.pointer) && is_reference && is_part_of_itself(findings, &node) {
            findings.report(
                &child(&node.pointer, "$ref"),
                "this schema is put together from itself",
                "take this part out of allOf",
            );
        }
    }
}

fn is_part(pointer: &str) -> bool {
    let around = pointer.rsplit_once('/').unwrap_or_default().0;
    around.ends_with("/allOf")
}

fn is_part_of_itself(findings: &Findings<'_>, start: &Node<'_>) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![findings.resolve(&start.pointer, start.value)];
    while let Some((pointer, schema)) = open.pop() {
        if !seen.insert(pointer.clone()) {
            continue;
        }
        let parts = child(&pointer, "allOf");
        for (index, part) in array(&schema["allOf"]).enumerate() {
            let pointer = child(&parts, &index.to_string());
            if pointer == start.pointer {
                return true;
            }
            open.push(findings.resolve(&pointer, part));
        }
    }
    false
}

/// progenitor panics on other types, and on keywords that it cannot tell the type from.
pub(super) fn have_fitting_types(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.schemas() {
        let kind = value["type"].as_str().unwrap_or_default();
        if value.get("type").is_some() && !TYPES.contains(&kind) {
            findings.report(
                &child(&pointer, "type"),
                format!("there is no type {}", value["type"]),
                &format!(
                    "write one of {}; nullable: true allows null",
                    TYPES.join(", ")
                ),
            );
            continue;
        }
        let put_together = value.get("allOf").is_some();
        for (keyword, of) in OF_ONE_TYPE {
            let may_stand = kind == *of || (put_together && kind.is_empty() && *of == "object");
            if value.get(keyword).is_some() && !may_stand {
                findings.report(
                    &child(&pointer, keyword),
                    format!("{keyword} says nothing of a schema without the type {of}"),
                    &format!("write type: {of}, or leave {keyword} out"),
                );
            }
        }
        let is_something = !kind.is_empty() || put_together || value.get("$ref").is_some();
        if value.get("nullable").is_some() && !is_something {
            findings.report(
                &child(&pointer, "nullable"),
                "nullable says nothing of a schema without a type",
                "write its type, too; a schema without any keyword is any JSON",
            );
        }
        let has_formats = matches!(kind, "string" | "number" | "integer");
        if value.get("format").is_some() && !has_formats {
            findings.report(
                &child(&pointer, "format"),
                "format says nothing of a schema without the type string, number or integer",
                "leave it out, or write the type",
            );
        }
    }
}

/// typify puts objects together, and nothing else.
pub(super) fn parts_are_objects(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.schemas() {
        let Some(parts) = value.get("allOf") else {
            continue;
        };
        let pointer = child(&pointer, "allOf");
        let count = array(parts).count();
        if count == 0 {
            findings.report(
                &pointer,
                "this schema is put together from nothing",
                "list its parts, or leave allOf out",
            );
        }
        if count < 2 && object(&value["properties"]).next().is_none() {
            continue;
        }
        for (index, part) in array(parts).enumerate() {
            let target = findings.document.resolve(part);
            if !has_fields(target) || target["nullable"] == true {
                findings.report(
                    &child(&pointer, &index.to_string()),
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
                &child(&pointer, "additionalProperties"),
                "an object cannot have both properties and others without names",
                "leave it out; the client passes over what it does not know",
            );
        }
    }
}

/// typify makes a field of any JSON of a name that is required and not described.
pub(super) fn required_properties_exist(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.schemas() {
        if !is_part(&pointer) {
            let properties = findings.document.properties(value);
            let names: Vec<&str> = properties.iter().map(|(name, _)| name.as_str()).collect();
            required_are_among(findings, &pointer, value, &names);
        }
    }
}

/// Parts may require what other parts describe.
fn required_are_among(
    findings: &mut Findings<'_>,
    pointer: &str,
    schema: &Value,
    properties: &[&str],
) {
    let required = child(pointer, "required");
    for (index, name) in texts(&schema["required"]).iter().enumerate() {
        if !properties.contains(&name.as_str()) {
            findings.report(
                &child(&required, &index.to_string()),
                format!("there is no property {name} that could be required"),
                "describe it under properties, or take it out of required",
            );
        }
    }
    let parts = child(pointer, "allOf");
    for (index, part) in array(&schema["allOf"]).enumerate() {
        let pointer = child(&parts, &index.to_string());
        required_are_among(findings, &pointer, part, properties);
    }
}

/// A path without a value would be another path, and a query or header without one is left out instead.
pub(super) fn of_parameters_are_never_null(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.nodes() {
        if value.get("in").is_none() || crate::document::is_omitted(value) {
            continue;
        }
        let (own, target) = (
            &value["schema"],
            findings.document.resolve(&value["schema"]),
        );
        if own["nullable"] == true || target["nullable"] == true {
            findings.report(
                &child(&pointer, "schema"),
                "a parameter cannot be null",
                "leave nullable out; a parameter that is not required can be left out",
            );
        }
    }
}
