//! Rules on schemas.

use std::collections::BTreeSet;

use heck::{ToPascalCase, ToSnakeCase};
use serde_json::Value;

use super::{ENUM, ENUM_DESCRIPTIONS, Findings};
use crate::document::{Node, array, object};
use crate::prepare::is_type;
use crate::source::child;

/// Words that put other schemas together in a way that no Rust type of the client expresses.
const UNKNOWN_KINDS: &[&str] = &["oneOf", "anyOf", "not", "discriminator"];

/// The passes find a schema's Rust type by its name.
pub(super) fn have_type_names(findings: &mut Findings<'_>) {
    for node in findings.schemas() {
        let Some(name) = node.name else { continue };
        let type_name = name.to_pascal_case();
        if type_name != name || syn::parse_str::<syn::Ident>(name).is_err() {
            findings.report(
                &node.pointer,
                format!("{name} is not written like a Rust type"),
                &format!("call it {type_name}"),
            );
        }
    }
}

/// What has no description would have no documentation in the client.
pub(super) fn are_described(findings: &mut Findings<'_>) {
    for node in findings.schemas() {
        let is_part = parent(&node.pointer).ends_with("/allOf");
        let is_type = node.name.is_some() || (is_type(node.value) && !is_part);
        if is_type && !is_described(node.value) {
            findings.report(
                &node.pointer,
                "this schema has no description",
                "say what it is; that becomes the documentation of its Rust type",
            );
        }
        for (name, property) in object(&node.value["properties"]) {
            if findings.document.described(property).is_none() {
                findings.report(
                    &child(&child(&node.pointer, "properties"), name),
                    format!("the property {name} has no description"),
                    "say what it is; that becomes the documentation of its Rust field",
                );
            }
        }
    }
}

fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').unwrap_or_default().0
}

fn is_described(schema: &Value) -> bool {
    schema["description"]
        .as_str()
        .is_some_and(|text| !text.trim().is_empty())
}

/// Two properties must also differ as names of Rust fields.
pub(super) fn have_fields_of_different_names(findings: &mut Findings<'_>) {
    for node in findings.schemas() {
        let mut seen = BTreeSet::new();
        for (name, _) in object(&node.value["properties"]) {
            if !seen.insert(name.to_snake_case()) {
                findings.report(
                    &child(&child(&node.pointer, "properties"), name),
                    format!("{name} is the same name in Rust as another property's"),
                    "the client cannot tell them apart",
                );
            }
        }
    }
}

/// Alternatives need a type that people design; see `x-rust-type`.
pub(super) fn are_of_a_known_kind(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.schemas() {
        for word in UNKNOWN_KINDS {
            if value.get(word).is_some() && value.get(crate::document::RUST_TYPE).is_none() {
                findings.report(
                    &child(&pointer, word),
                    format!("the generator has no Rust type for {word}"),
                    "give the schema a name and an x-rust-type, or describe one kind of value",
                );
            }
        }
    }
}

/// null and absence are read as the Rust type's own default, so no other can be promised.
pub(super) fn of_answers_have_plain_defaults(findings: &mut Findings<'_>) {
    for node in findings.document.answer_schemas() {
        let Some(default) = node.value.get("default") else {
            continue;
        };
        let nullable = node.value["nullable"] == true;
        let plain = match default {
            Value::Null => true,
            // Where null can be said, it is what absence is read as; that of any JSON is null, too.
            _ if nullable || node.value.get("type").is_none() => false,
            Value::Bool(false) => true,
            // typify takes no number for a floating-point type's own default.
            Value::Number(number) => number.as_i64() == Some(0) && node.value["type"] == "integer",
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(entries) => entries.is_empty(),
            Value::Bool(true) => false,
        };
        if !plain {
            findings.report(
                &child(&node.pointer, "default"),
                format!("a field of an answer cannot default to {default}"),
                "leave the default out and write nullable: true; the client shows what it was sent",
            );
        }
    }
}

/// Whether values may come that are not listed changes the Rust type.
pub(super) fn enums_are_open_or_closed(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.schemas() {
        let Some(values) = value.get("enum") else {
            if value.get(ENUM).is_some() {
                findings.report(
                    &child(&pointer, ENUM),
                    "there is no enum here",
                    "list its values with enum",
                );
            }
            continue;
        };
        let pointer = child(&pointer, "enum");
        if !matches!(value[ENUM].as_str(), Some("open" | "closed")) {
            findings.report(
                &pointer,
                "this enum does not say whether it is open",
                "write x-enum: open where Atlas may send values that are not listed, else x-enum: closed",
            );
        }
        check_values(findings, &pointer, values);
    }
}

fn check_values(findings: &mut Findings<'_>, pointer: &str, values: &Value) {
    let mut seen = BTreeSet::new();
    for (index, value) in array(values).enumerate() {
        let pointer = child(pointer, &index.to_string());
        let variant = value.as_str().map(ToPascalCase::to_pascal_case);
        let Some(variant) = variant.filter(|variant| !variant.is_empty()) else {
            findings.report(
                &pointer,
                format!("{value} cannot be a value of an enum"),
                "write texts with a letter or digit; nullable: true allows null",
            );
            continue;
        };
        if variant == "Unknown" {
            findings.report(
                &pointer,
                format!("{value} is what the client calls values that are not listed"),
                "leave it out; it is read as such a value then",
            );
        }
        if !seen.insert(variant) {
            findings.report(
                &pointer,
                format!("{value} is the same name in Rust as another value's"),
                "the client cannot tell them apart",
            );
        }
    }
}

/// Descriptions and values go together.
pub(super) fn enum_values_are_described(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.schemas() {
        if value.get("enum").is_none() {
            continue;
        }
        let help = "x-enum-descriptions has one line for each value of enum";
        let descriptions = &value[ENUM_DESCRIPTIONS];
        let values: Vec<&str> = array(&value["enum"])
            .map(|value| value.as_str().unwrap_or_default())
            .collect();
        for (index, name) in values.iter().enumerate() {
            if name.is_empty() {
                // Refused elsewhere.
                continue;
            }
            let text = descriptions[*name].as_str();
            if text.is_none_or(|text| text.trim().is_empty()) {
                let pointer = child(&child(&pointer, "enum"), &index.to_string());
                findings.report(&pointer, format!("the value {name} is not described"), help);
            }
        }
        for (name, _) in object(descriptions) {
            if !values.contains(&name.as_str()) {
                let pointer = child(&child(&pointer, ENUM_DESCRIPTIONS), name);
                findings.report(&pointer, format!("{name} is no value of this enum"), help);
            }
        }
    }
}
