//! Rules on schemas.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Lint, json_schema};
use crate::document::{array, object};
use crate::rule;
use crate::source_map::child;

/// Named schemas, and those that become a Rust type where they are written.
pub(super) fn check_schema_descriptions(lint: &mut Lint<'_>) {
    for schema in lint.schemas() {
        let is_type = is_named(&schema.pointer) || is_inline_type(schema.value);
        if is_type && !is_part(&schema.pointer) && !is_described(schema.value) {
            let message = "the schema has no description";
            let help = "add description: with what it is";
            lint.report(
                rule::SCHEMA_WITHOUT_DESCRIPTION,
                &schema.pointer,
                message,
                help,
            );
        }
    }
}

pub(super) fn check_property_descriptions(lint: &mut Lint<'_>) {
    for schema in lint.schemas() {
        let properties = child(&schema.pointer, "properties");
        for (name, property) in object(&schema.value["properties"]) {
            // These have the description of the schema that they refer to, which is checked there.
            let refers = match property["allOf"].as_array().map(Vec::as_slice) {
                Some([part]) => part.get("$ref").is_some(),
                _ => property.get("$ref").is_some(),
            };
            let is_checked = refers || is_inline_type(property);
            if !is_checked && lint.document.described(property).is_none() {
                let message = format!("the property {name} has no description");
                let help = "add description: with what it is";
                let pointer = child(&properties, name);
                lint.report(rule::PROPERTY_WITHOUT_DESCRIPTION, &pointer, message, help);
            }
        }
    }
}

fn is_named(pointer: &str) -> bool {
    let name = pointer.strip_prefix("/components/schemas/");
    name.is_some_and(|name| !name.contains('/'))
}

/// Returns whether a schema is combined with others by `allOf`.
fn is_part(pointer: &str) -> bool {
    let holder = pointer.rsplit_once('/').unwrap_or_default().0;
    holder.ends_with("/allOf")
}

fn is_inline_type(schema: &Value) -> bool {
    let combines = schema["allOf"]
        .as_array()
        .is_some_and(|parts| parts.len() > 1);
    combines || schema.get("enum").is_some() || schema.get("properties").is_some()
}

fn is_described(schema: &Value) -> bool {
    let text = schema["description"].as_str();
    text.is_some_and(|text| !text.trim().is_empty())
}

/// The keys that have an effect on values of some types only.
const KEYS_OF_TYPES: &[(&str, &[&str])] = &[
    ("items", &["array"]),
    ("minItems", &["array"]),
    ("maxItems", &["array"]),
    ("properties", &["object"]),
    ("additionalProperties", &["object"]),
    ("required", &["object"]),
    ("minProperties", &["object"]),
    ("maxProperties", &["object"]),
    ("format", &["string", "number", "integer"]),
    ("pattern", &["string"]),
    ("minLength", &["string"]),
    ("maxLength", &["string"]),
    ("minimum", &["number", "integer"]),
    ("maximum", &["number", "integer"]),
    ("multipleOf", &["number", "integer"]),
];

pub(super) fn check_schema_types(lint: &mut Lint<'_>) {
    for schema in lint.schemas() {
        let has = |key: &&str| schema.value.get(*key).is_some();
        let is_typed = ["type", "allOf", "oneOf", "anyOf", "not"].iter().any(has);
        let mut keys = KEYS_OF_TYPES
            .iter()
            .map(|(key, _)| *key)
            .chain(["enum", "nullable"]);
        if is_typed || is_part(&schema.pointer) {
            continue;
        }
        if let Some(key) = keys.find(has) {
            let message = format!("the schema has {key} but no type");
            let types = KEYS_OF_TYPES.iter().find(|(known, _)| *known == key);
            let types = types.map_or("string, or another type", |(_, types)| types[0]);
            let help = format!("add type: {types}");
            lint.report(rule::SCHEMA_WITHOUT_TYPE, &schema.pointer, message, &help);
        }
    }
}

pub(super) fn check_keys_of_another_type(lint: &mut Lint<'_>) {
    for schema in lint.schemas() {
        let Some(own) = schema.value["type"].as_str() else {
            continue;
        };
        for (key, types) in KEYS_OF_TYPES {
            if schema.value.get(key).is_some() && !types.contains(&own) {
                let pointer = child(&schema.pointer, key);
                let message = format!("{key} has no effect on values of type {own}");
                let help = format!("remove it, or write type: {}", types.join(" or "));
                lint.report(rule::KEY_OF_ANOTHER_TYPE, &pointer, message, &help);
            }
        }
    }
}

/// The formats of numbers. Those of strings are not limited.
const FORMATS: &[(&str, &[&str])] = &[
    ("integer", &["int32", "int64"]),
    ("number", &["float", "double"]),
];

pub(super) fn check_formats(lint: &mut Lint<'_>) {
    for schema in lint.schemas() {
        let Some(format) = schema.value["format"].as_str() else {
            continue;
        };
        let known = FORMATS
            .iter()
            .find(|(kind, _)| schema.value["type"] == *kind);
        if let Some((kind, formats)) = known.filter(|(_, formats)| !formats.contains(&format)) {
            let message = format!("unknown format {format} for type {kind}");
            let help = format!("write {}, or leave the format out", formats.join(" or "));
            lint.report(
                rule::UNKNOWN_FORMAT,
                &child(&schema.pointer, "format"),
                message,
                &help,
            );
        }
    }
}

/// The pairs of keys that limit the same.
const LIMITS: &[(&str, &str)] = &[
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
];

pub(super) fn check_ranges(lint: &mut Lint<'_>) {
    for schema in lint.schemas() {
        for (lowest, highest) in LIMITS {
            let (Some(low), Some(high)) = (
                schema.value[lowest].as_f64(),
                schema.value[highest].as_f64(),
            ) else {
                continue;
            };
            let is_exclusive = ["exclusiveMinimum", "exclusiveMaximum"]
                .iter()
                .any(|key| *lowest == "minimum" && schema.value[key] == true);
            if low > high || (low >= high && is_exclusive) {
                let (low, high) = (&schema.value[lowest], &schema.value[highest]);
                let message = format!("no value is within {lowest} {low} and {highest} {high}");
                let help = format!("lower {lowest} or raise {highest}");
                lint.report(
                    rule::EMPTY_RANGE,
                    &child(&schema.pointer, lowest),
                    message,
                    &help,
                );
            }
        }
    }
}

/// Required properties are among those of the schema, or of the schema that it is a part of.
pub(super) fn check_required_properties(lint: &mut Lint<'_>) {
    for schema in lint.schemas() {
        let is_object = schema.value.get("type").is_none_or(|it| it == "object");
        if !is_object || schema.value.get("required").is_none() {
            continue;
        }
        let mut whole = schema.pointer.as_str();
        while is_part(whole) {
            whole = whole.rsplit_once("/allOf/").unwrap_or_default().0;
        }
        let whole = lint.root.pointer(whole).unwrap_or(schema.value);
        let properties = lint.document.properties(whole).into_iter();
        let names: BTreeSet<&str> = properties.map(|(name, _)| name.as_str()).collect();
        let required = child(&schema.pointer, "required");
        for (index, name) in array(&schema.value["required"]).enumerate() {
            let name = name.as_str().unwrap_or_default();
            if !names.contains(name) {
                let message = format!("the required property {name} is not described");
                let help = "describe it under properties, or remove it here";
                let pointer = child(&required, &index.to_string());
                lint.report(rule::REQUIRED_UNKNOWN, &pointer, message, help);
            }
        }
    }
}

pub(super) fn check_patterns(lint: &mut Lint<'_>) {
    for schema in lint.schemas() {
        let Some(pattern) = schema.value["pattern"].as_str() else {
            continue;
        };
        if json_schema::validator(&json!({"pattern": pattern})).is_err() {
            let message = format!("{pattern} is not a regular expression");
            let help = "write a regular expression of JavaScript, like ^[0-9a-f]{24}$";
            lint.report(
                rule::INVALID_PATTERN,
                &child(&schema.pointer, "pattern"),
                message,
                help,
            );
        }
    }
}
