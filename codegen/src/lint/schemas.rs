//! Rules on schemas.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToPascalCase, ToSnakeCase};
use serde_json::{Value, json};

use super::names::is_new_keyword;
use super::{Findings, json_schema};
use crate::document::{Node, array, object};
use crate::prepare::is_type;
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

/// What has no description would have no documentation in the client.
pub(super) fn are_described(findings: &mut Findings<'_>) {
    for node in findings.schemas() {
        let is_part = parent(&node.pointer).ends_with("/allOf");
        let is_alias = node.value.get("$ref").is_some();
        let is_type = !is_alias && (node.name.is_some() || (is_type(node.value) && !is_part));
        if is_type && !is_described(node.value) {
            findings.report(
                rule::SCHEMA_WITHOUT_DESCRIPTION,
                &node.pointer,
                "this schema has no description",
                "write description: and what it is",
            );
        }
        for (name, property) in object(&node.value["properties"]) {
            let pointer = child(&child(&node.pointer, "properties"), name);
            // The schema that it stands for is asked for its own.
            let stands_for_another = findings.leads_to_a_name(&pointer, property);
            // An inline type is a schema of its own above.
            let is_told = is_type_of(property) && !is_described(property);
            if !stands_for_another && !is_told && findings.document.described(property).is_none() {
                findings.report(
                    rule::PROPERTY_WITHOUT_DESCRIPTION,
                    &pointer,
                    format!("the property {name} has no description"),
                    "write description: and what it is",
                );
            }
        }
    }
}

fn is_type_of(property: &Value) -> bool {
    property.is_object() && is_type(property)
}

impl Findings<'_> {
    /// Whether a schema only refers to one with a name, or to nothing, which is reported elsewhere.
    fn leads_to_a_name(&self, pointer: &str, schema: &Value) -> bool {
        if schema.get("$ref").is_some() {
            return true;
        }
        let Some([part]) = schema["allOf"].as_array().map(Vec::as_slice) else {
            return !schema.is_object();
        };
        let broken = self.broken.contains(&child(&child(pointer, "allOf"), "0"));
        broken || part.get("$ref").is_some()
    }
}

fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').unwrap_or_default().0
}

fn is_described(schema: &Value) -> bool {
    schema.get("description").is_some_and(|description| {
        // What is no text is refused elsewhere.
        description
            .as_str()
            .is_none_or(|text| !text.trim().is_empty())
    })
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

/// Where a schema says all that a value can have, what it requires is among it.
pub(super) fn require_what_they_have(findings: &mut Findings<'_>) {
    for node in findings.schemas() {
        let whole = whole(&node.pointer);
        let Some(schema) = findings.document.0.pointer(whole) else {
            continue;
        };
        if findings.broken.iter().any(|it| super::is_inside(it, whole)) {
            continue;
        }
        let properties = findings.document.properties(schema);
        for (index, name) in array(&node.value["required"]).enumerate() {
            let Some(name) = name.as_str() else { continue };
            if !properties.iter().any(|(known, _)| *known == name) {
                findings.report(
                    rule::REQUIRED_UNKNOWN,
                    &child(&child(&node.pointer, "required"), &index.to_string()),
                    format!("{name} is required, and not among the properties"),
                    "describe it under properties, or leave it out here",
                );
            }
        }
    }
}

/// The schema of which one is a part, by `allOf`; or itself.
fn whole(pointer: &str) -> &str {
    let holder = parent(pointer).strip_suffix("/allOf");
    holder.map_or(pointer, whole)
}

/// A schema that is a part of itself has no end.
pub(super) fn do_not_contain_themselves(findings: &mut Findings<'_>) {
    for node in findings.schemas() {
        if node.name.is_none() {
            continue;
        }
        let mut open = vec![(node.pointer.clone(), node.value)];
        let mut seen = BTreeSet::new();
        while let Some((pointer, value)) = open.pop() {
            for (pointer, part) in parts(&pointer, value) {
                let Some((target, part)) = findings.resolve(&pointer, part) else {
                    continue;
                };
                if target == node.pointer {
                    let message = "this schema is a part of itself";
                    let help = "leave itself out of the parts; a property may refer to it";
                    findings.report(rule::SCHEMA_CONTAINS_ITSELF, &node.pointer, message, help);
                    findings.broken.insert(node.pointer.clone());
                } else if seen.insert(target.clone()) {
                    open.push((target, part));
                }
            }
        }
    }
}

/// What a schema is made of, each with its pointer; what its properties and items are is not among it.
fn parts<'a>(pointer: &str, schema: &'a Value) -> Vec<(String, &'a Value)> {
    let mut parts = Vec::new();
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let pointer = child(pointer, keyword);
        for (index, part) in array(&schema[keyword]).enumerate() {
            parts.push((child(&pointer, &index.to_string()), part));
        }
    }
    parts.extend(schema.get("not").map(|part| (child(pointer, "not"), part)));
    parts
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

/// Keys that say something of a value of one type.
const OF_A_TYPE: &[&str] = &[
    "format",
    "properties",
    "additionalProperties",
    "required",
    "items",
    "enum",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "nullable",
];

/// typify knows any value, and values of a type, and nothing between.
pub(super) fn have_types(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.schemas() {
        let combined = ["type", "$ref", "allOf", "oneOf", "anyOf", "not"];
        let is_part = parent(&pointer).ends_with("/allOf");
        if is_part || combined.iter().any(|key| value.get(key).is_some()) {
            continue;
        }
        let Some(key) = OF_A_TYPE.iter().find(|key| value.get(**key).is_some()) else {
            continue;
        };
        findings.report(
            rule::SCHEMA_WITHOUT_TYPE,
            &pointer,
            format!("this schema has {key}, and no type"),
            "write type: string, or which one it is",
        );
    }
}

/// A pattern is a regular expression.
pub(super) fn have_regular_patterns(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.schemas() {
        let Some(pattern) = value["pattern"].as_str() else {
            continue;
        };
        if json_schema::validator(&json!({"pattern": pattern})).is_err() {
            findings.report(
                rule::INVALID_PATTERN,
                &child(&pointer, "pattern"),
                format!("{pattern} is no regular expression"),
                "write one of JavaScript's, like ^[0-9a-f]{24}$",
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
