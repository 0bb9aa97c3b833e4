//! Whether a description is OpenAPI 3.0: which keys may stand where, and what their values are.
//!
//! The reader of OpenAPI that progenitor uses stops at the first mistake, names its place roughly, and
//! passes over keys that it does not know.

mod openapi;

use std::collections::BTreeSet;

use serde_json::Value;

use self::openapi::{Is, Kind, Need};
use super::Findings;
use crate::document::{array, object};
use crate::rule;
use crate::source_map::child;

/// Compares the whole document with what OpenAPI 3.0 allows.
pub(super) fn is_openapi(findings: &mut Findings<'_>) {
    let document = findings.document.0;
    look(findings, "", document, Is::One(Kind::Root));
}

fn look(findings: &mut Findings<'_>, pointer: &str, value: &Value, is: Is) {
    if !is.fits(value) {
        let message = match is {
            Is::Requirements => "this is no list of security requirements".to_owned(),
            _ => format!("this is {}", shown(value)),
        };
        let help = format!("write {}", is.wanted());
        findings.report(rule::WRONG_KIND, pointer, message, &help);
        return;
    }
    match is {
        Is::One(kind) => look_into(findings, pointer, value, kind),
        Is::SchemaOrBool if value.is_object() => look_into(findings, pointer, value, Kind::Schema),
        Is::List(kind) | Is::SomeOf(kind) => {
            for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                look(
                    findings,
                    &child(pointer, &index.to_string()),
                    item,
                    Is::One(kind),
                );
            }
        }
        Is::Texts | Is::SomeTexts => {
            repeated(findings, pointer, value);
            for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                look(
                    findings,
                    &child(pointer, &index.to_string()),
                    item,
                    Is::Text,
                );
            }
        }
        Is::Map(kind) => {
            let is_answers = kind == Kind::Response && pointer != "/components/responses";
            for (name, part) in object(value).filter(|(name, _)| !is_extension(name, kind)) {
                let pointer = child(pointer, name);
                if is_answers && !is_status(name) {
                    let help =
                        "write a status in quotes like \"404\", a range like 4XX, or default";
                    let message = format!("{name} is no status");
                    findings.report(rule::UNKNOWN_KEY, &pointer, message, help);
                }
                look(findings, &pointer, part, Is::One(kind));
            }
        }
        _ => {}
    }
}

/// Reports each text of a list that stands there before.
pub(super) fn repeated(findings: &mut Findings<'_>, pointer: &str, list: &Value) {
    let mut seen = BTreeSet::new();
    for (index, item) in array(list).enumerate() {
        let Some(text) = item.as_str() else { continue };
        if !seen.insert(text) {
            findings.report(
                rule::REPEATED_ITEM,
                &child(pointer, &index.to_string()),
                format!("{text} stands in this list twice"),
                "leave one of them out",
            );
        }
    }
}

fn look_into(findings: &mut Findings<'_>, pointer: &str, value: &Value, kind: Kind) {
    if value.get("$ref").is_some() && kind.may_be_a_reference() {
        for (key, _) in object(value).filter(|(key, _)| *key != "$ref") {
            let message = format!("{key} means nothing beside $ref");
            let help = "put it where the reference leads, or the reference into an allOf beside it";
            findings.report(rule::UNKNOWN_KEY, &child(pointer, key), message, help);
        }
        return;
    }
    let keys = kind.keys();
    for (name, part) in object(value).filter(|(name, _)| !name.starts_with("x-")) {
        let pointer = child(pointer, name);
        if let Some((_, _, is)) = keys.iter().find(|(known, _, _)| known == name) {
            look(findings, &pointer, part, *is);
            continue;
        }
        let message = format!("{} has no key {name}", kind.name());
        findings.report(rule::UNKNOWN_KEY, &pointer, message, &help(name, keys));
    }
    for (name, need, _) in keys {
        if *need == Need::Always && value.get(name).is_none() {
            let message = format!("{} needs the key {name}", kind.name());
            let help = format!("add {name}: and its value");
            findings.report(rule::MISSING_KEY, pointer, message, &help);
        }
    }
    if kind == Kind::Schema && value["type"] == "array" && value.get("items").is_none() {
        let help = "add items: and the schema of each, or {} for any value";
        let message = "a list needs the key items";
        findings.report(rule::MISSING_KEY, pointer, message, help);
    }
}

/// The closest known key, or all of them.
fn help(name: &str, keys: openapi::Keys) -> String {
    let close = keys
        .iter()
        .map(|(known, _, _)| (strsim::damerau_levenshtein(name, known), *known))
        .min();
    match close {
        Some((distance, known)) if distance <= 2 => format!("did you mean {known}?"),
        _ => {
            let known: Vec<&str> = keys.iter().map(|(known, _, _)| *known).collect();
            format!("remove it, or write one of {}", known.join(", "))
        }
    }
}

/// Maps of names to parts have no extensions, since a name may begin like one.
fn is_extension(name: &str, kind: Kind) -> bool {
    matches!(kind, Kind::PathItem | Kind::Response) && name.starts_with("x-")
}

fn is_status(name: &str) -> bool {
    let bytes = name.as_bytes();
    let is_class = matches!(bytes.first(), Some(b'1'..=b'5'));
    let rest = bytes.get(1..).unwrap_or_default();
    let is_number = rest.len() == 2 && rest.iter().all(u8::is_ascii_digit);
    name == "default" || (is_class && (is_number || rest == b"XX"))
}

fn shown(value: &Value) -> String {
    let kind = match value {
        Value::Null => return "empty".to_owned(),
        Value::Object(_) => return "a mapping".to_owned(),
        Value::Array(items) if items.is_empty() => return "an empty list".to_owned(),
        Value::Array(_) => return "a list".to_owned(),
        Value::Bool(_) => "",
        Value::Number(_) => "the number ",
        Value::String(_) => "the text ",
    };
    format!("{kind}{value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_numbers_ranges_or_default() {
        for good in ["200", "2XX", "599", "default"] {
            assert!(is_status(good), "{good}");
        }
        for bad in ["", "20", "2xx", "600", "2000", "ok", "2X0", "20é"] {
            assert!(!is_status(bad), "{bad}");
        }
    }
}
