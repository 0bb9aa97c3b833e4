//! Rules on schemas.

use std::collections::BTreeMap;

use heck::{ToPascalCase, ToSnakeCase};
use serde_json::Value;

use super::Findings;
use super::names::is_new_keyword;
use crate::document::{Node, object};
use crate::rule;
use crate::source_map::child;

/// Words that put other schemas together in a way that no Rust type of the client expresses.
const UNKNOWN_KINDS: &[&str] = &["oneOf", "anyOf", "not", "discriminator"];

/// The passes find a schema's Rust type by its name.
pub(super) fn have_type_names(findings: &mut Findings<'_>) {
    for node in findings.schemas() {
        let Some(name) = node.name else { continue };
        let type_name = name.to_pascal_case();
        if type_name != name || syn::parse_str::<syn::Ident>(name).is_err() {
            findings.report(
                rule::SCHEMA_NAME,
                &node.pointer,
                format!("{name} is not written like a Rust type"),
                &format!("call it {}", proposed(&type_name)),
            );
        }
    }
}

fn proposed(name: &str) -> String {
    if syn::parse_str::<syn::Ident>(name).is_ok() {
        return name.to_owned();
    }
    "what it is, in words like PrivateEndpointConnection".to_owned()
}

/// Two properties must also differ as names of Rust fields.
pub(super) fn have_properties_that_are_fields(findings: &mut Findings<'_>) {
    for node in findings.schemas() {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for (name, _) in object(&node.value["properties"]) {
            let field = name.to_snake_case();
            // Of other letters, those that Rust does not take are dropped, and two names become one.
            let is_name = field.starts_with(|first: char| first.is_ascii_alphabetic())
                && field.chars().all(|it| it.is_alphanumeric() || it == '_')
                && syn::parse_str::<syn::Ident>(&format!("a{field}")).is_ok()
                && !is_new_keyword(&field);
            let message = if !is_name {
                format!("no Rust field can be named after {name:?}")
            } else if let Some(other) = seen.get(&field) {
                format!("{name} is the same name in Rust as {other}")
            } else {
                seen.insert(field, name);
                continue;
            };
            let pointer = child(&child(&node.pointer, "properties"), name);
            let help = "leave the property out; the client passes over what it does not know";
            findings.report(rule::PROPERTY_NAME, &pointer, message, help);
        }
    }
}

/// Alternatives need a type that people design; see `x-rust-type`.
pub(super) fn are_of_a_known_kind(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.schemas() {
        for word in UNKNOWN_KINDS {
            if value.get(word).is_some() && value.get(crate::document::RUST_TYPE).is_none() {
                findings.report(
                    rule::SCHEMA_KIND,
                    &child(&pointer, word),
                    format!("the generator has no Rust type for {word}"),
                    "give the schema a name and an x-rust-type, or describe one kind of value",
                );
            }
        }
    }
}

/// progenitor wraps a type around that of another schema.
pub(super) fn are_types_of_their_own(findings: &mut Findings<'_>) {
    for node in findings.schemas() {
        if let Some(name) = node.name
            && let Some(reference) = node.value["$ref"].as_str()
            && !findings.broken.contains(&node.pointer)
        {
            findings.report(
                rule::SCHEMA_ALIAS,
                &child(&node.pointer, "$ref"),
                format!("{name} is only another name of {reference}"),
                "refer to that one wherever this one is referred to, and remove this one",
            );
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
                rule::ANSWER_DEFAULT,
                &child(&node.pointer, "default"),
                format!("a field of an answer cannot default to {default}"),
                "leave the default out and write nullable: true; the client shows what it was sent",
            );
        }
    }
}
