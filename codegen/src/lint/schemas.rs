//! Rules on schemas and their enums.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::structure::Part;
use super::{ENUM, ENUM_DESCRIPTIONS, ENUM_NAMES, Lint, has_misspelt, json_schema};
use crate::rule;

/// Checks named schemas, and those that become a Rust type where they are written.
pub(super) fn check_description(lint: &mut Lint<'_>, schema: &Part<'_>) {
    let is_type = schema.is_component() || is_inline_type(schema.value);
    if is_type && !is_part(&schema.pointer) && schema.text("description").is_empty() {
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

pub(super) fn check_property_descriptions(lint: &mut Lint<'_>, schema: &Part<'_>) {
    for (pointer, name, property) in schema.entries("properties") {
        // These have the description of the schema that they refer to, which is checked there.
        let refers = match property["allOf"].as_array().map(Vec::as_slice) {
            Some([part]) => part.get("$ref").is_some(),
            _ => property.get("$ref").is_some(),
        };
        let is_checked = refers || is_inline_type(property);
        if !is_checked && lint.document.described(property).is_none() {
            let message = format!("the property {name} has no description");
            let help = "add description: with what it is";
            lint.report(rule::PROPERTY_WITHOUT_DESCRIPTION, pointer, message, help);
        }
    }
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

pub(super) fn check_type(lint: &mut Lint<'_>, schema: &Part<'_>) {
    let has = |key: &str| schema.value.get(key).is_some();
    let is_typed = ["type", "allOf", "oneOf", "anyOf", "not"]
        .into_iter()
        .any(has);
    let other = ["string, or another type"].as_slice();
    let others = [("enum", other), ("nullable", other)];
    let mut keys = KEYS_OF_TYPES.iter().chain(&others);
    if !is_typed
        && !is_part(&schema.pointer)
        && let Some((key, types)) = keys.find(|(key, _)| has(key))
    {
        let message = format!("the schema has {key} but no type");
        let help = format!("add type: {}", types[0]);
        lint.report(rule::SCHEMA_WITHOUT_TYPE, &schema.pointer, message, help);
    }
}

pub(super) fn check_keys_of_another_type(lint: &mut Lint<'_>, schema: &Part<'_>) {
    let Some(own) = schema.value["type"].as_str() else {
        return;
    };
    for (key, types) in KEYS_OF_TYPES {
        if schema.value.get(key).is_some() && !types.contains(&own) {
            let message = format!("{key} has no effect on values of type {own}");
            let help = format!("remove it, or write type: {}", types.join(" or "));
            lint.report(rule::KEY_OF_ANOTHER_TYPE, schema.at(key), message, help);
        }
    }
}

/// Checks the formats of numbers. Those of strings are not limited.
pub(super) fn check_format(lint: &mut Lint<'_>, schema: &Part<'_>) {
    let (kind, format) = (schema.text("type"), schema.text("format"));
    let known = match kind {
        "integer" => ["int32", "int64"],
        "number" => ["float", "double"],
        _ => return,
    };
    if schema.value.get("format").is_some() && !known.contains(&format) {
        let message = format!("unknown format {format} for type {kind}");
        let help = format!("write {}, or leave the format out", known.join(" or "));
        lint.report(rule::UNKNOWN_FORMAT, schema.at("format"), message, help);
    }
}

/// Checks that values fit between the lower and the upper limit of a schema.
pub(super) fn check_ranges(lint: &mut Lint<'_>, schema: &Part<'_>) {
    for (lowest, highest) in [
        ("minimum", "maximum"),
        ("minLength", "maxLength"),
        ("minItems", "maxItems"),
        ("minProperties", "maxProperties"),
    ] {
        let (low, high) = (&schema.value[lowest], &schema.value[highest]);
        let is_exclusive = ["exclusiveMinimum", "exclusiveMaximum"]
            .iter()
            .any(|key| lowest == "minimum" && schema.value[key] == true);
        let limits = low.as_f64().zip(high.as_f64());
        if limits.is_some_and(|(low, high)| low > high || (low >= high && is_exclusive)) {
            let message = format!("no value is within {lowest} {low} and {highest} {high}");
            let help = format!("lower {lowest} or raise {highest}");
            lint.report(rule::EMPTY_RANGE, schema.at(lowest), message, help);
        }
    }
}

/// Checks that required properties are among those of the schema, or of the schema that it is a part of.
pub(super) fn check_required_properties(lint: &mut Lint<'_>, schema: &Part<'_>) {
    let is_object = schema.value.get("type").is_none_or(|it| it == "object");
    if !is_object || schema.value.get("required").is_none() {
        return;
    }
    let mut whole = schema.pointer.as_str();
    while is_part(whole) {
        whole = whole.rsplit_once("/allOf/").unwrap_or_default().0;
    }
    let whole = lint.root.pointer(whole).unwrap_or(schema.value);
    let properties = lint.document.properties(whole).into_iter();
    let names: BTreeSet<&str> = properties.map(|(name, _)| name.as_str()).collect();
    for (pointer, name) in schema.items("required") {
        let name = name.as_str().unwrap_or_default();
        if !names.contains(name) {
            let message = format!("the required property {name} is not described");
            let help = "describe it under properties, or remove it here";
            lint.report(rule::REQUIRED_UNKNOWN, pointer, message, help);
        }
    }
}

pub(super) fn check_pattern(lint: &mut Lint<'_>, schema: &Part<'_>) {
    let Some(pattern) = schema.value.get("pattern") else {
        return;
    };
    if json_schema::validator(&json!({"pattern": pattern})).is_err() {
        let message = format!("{} is not a regular expression", super::unquoted(pattern));
        let help = "write a regular expression of JavaScript, like ^[0-9a-f]{24}$";
        lint.report(rule::INVALID_PATTERN, schema.at("pattern"), message, help);
    }
}

/// Checks that enums are marked as open or closed.
pub(super) fn check_enum_mark(lint: &mut Lint<'_>, schema: &Part<'_>) {
    let help = "write x-enum: open if the server may send other values, else x-enum: closed";
    match (schema.value.get("enum"), schema.value.get(ENUM)) {
        (None, Some(_)) => {
            let (message, help) = ("x-enum without an enum", "list the values with enum:");
            lint.report(rule::ENUM_MISSING, schema.at(ENUM), message, help);
        }
        (Some(_), None) if !has_misspelt(schema.value, ENUM) => {
            let message = "the enum is not marked as open or closed";
            lint.report(rule::ENUM_NOT_MARKED, schema.at("enum"), message, help);
        }
        (Some(_), Some(other)) if other != "open" && other != "closed" => {
            let message = format!("expected x-enum to be open or closed, but found {other}");
            lint.report(rule::ENUM_NOT_MARKED, schema.at(ENUM), message, help);
        }
        _ => {}
    }
}

/// Checks that every value of an enum has a description, and that every description and name has a value.
pub(super) fn check_enum_descriptions(lint: &mut Lint<'_>, schema: &Part<'_>) {
    if schema.value.get("enum").is_none() || has_misspelt(schema.value, ENUM_DESCRIPTIONS) {
        return;
    }
    let mut names = BTreeSet::new();
    for (pointer, value) in schema.items("enum") {
        let Some(name) = value.as_str() else { continue };
        let text = schema.value[ENUM_DESCRIPTIONS][name]
            .as_str()
            .unwrap_or_default();
        if names.insert(name) && text.trim().is_empty() {
            let message = format!("the value {name} has no description");
            let help = format!("add it under {ENUM_DESCRIPTIONS}, like {name}: What it means.");
            lint.report(rule::ENUM_VALUE_UNDESCRIBED, pointer, message, help);
        }
    }
    let names_of = schema.entries(ENUM_NAMES);
    for (pointer, name, _) in schema.entries(ENUM_DESCRIPTIONS).chain(names_of) {
        if !names.contains(name) {
            let message = format!("the enum has no value {name}");
            let help = "add it to enum, or remove this line";
            lint.report(rule::ENUM_DESCRIPTION_UNUSED, pointer, message, help);
        }
    }
}

pub(super) fn check_open_enum_default(lint: &mut Lint<'_>, schema: &Part<'_>) {
    let is_open = schema.is_component() && schema.value[ENUM] == "open";
    if is_open && schema.value.get("default").is_some() {
        let message = "an open enum cannot have a default";
        let help = "move it to the property, beside an allOf with the reference";
        lint.report(rule::OPEN_ENUM_DEFAULT, schema.at("default"), message, help);
    }
}
