//! Rules on parameters, those left out of the client excepted.

use std::collections::BTreeSet;

use heck::ToSnakeCase;
use serde_json::Value;

use super::names::is_new_keyword;
use super::{Findings, Place};
use crate::document::{array, is_omitted};
use crate::rule;
use crate::source_map::child;

/// Names of what a method has besides its parameters.
const TAKEN: &[&str] = &["body", "url", "request", "response", "result"];

/// Headers that OpenAPI does not let a parameter set; the client sets them itself.
const OWN_HEADERS: &[&str] = &["accept", "authorization", "content-type"];

/// A parameter that stays in the client.
struct Declared<'a> {
    /// Where the operation or its path names it.
    named_at: String,
    pointer: String,
    value: &'a Value,
}

/// The parameters of an operation, and whether there are others behind broken references.
fn declared<'a>(findings: &Findings<'a>, place: &Place<'a>) -> (Vec<Declared<'a>>, bool) {
    let item = place.pointer.rsplit_once('/').unwrap_or_default().0;
    let lists = [(item, place.item), (&*place.pointer, place.operation)];
    let mut found = Vec::new();
    let mut all_are_known = true;
    for (pointer, holder) in lists {
        let pointer = child(pointer, "parameters");
        all_are_known &= holder.get("parameters").is_none_or(Value::is_array);
        for (index, parameter) in array(&holder["parameters"]).enumerate() {
            let named_at = child(&pointer, &index.to_string());
            let Some((pointer, value)) = findings.resolve(&named_at, parameter) else {
                all_are_known = false;
                continue;
            };
            if !is_omitted(value) {
                found.push(Declared {
                    named_at,
                    pointer,
                    value,
                });
            }
        }
    }
    (found, all_are_known)
}

/// progenitor knows one way to send a parameter in each place, and no cookies.
pub(super) fn can_be_sent(findings: &mut Findings<'_>) {
    for place in findings.operations() {
        for Declared { pointer, value, .. } in declared(findings, &place).0 {
            check_sending(findings, &pointer, value);
        }
    }
}

fn check_sending<'a>(findings: &mut Findings<'a>, pointer: &str, parameter: &'a Value) {
    let Some(place) = parameter["in"].as_str() else {
        return;
    };
    let style = match place {
        "path" | "header" => "simple",
        "query" => "form",
        _ => {
            findings.report(
                rule::PARAMETER_PLACE,
                &child(pointer, "in"),
                format!("a parameter cannot be in {place:?}"),
                "write in: path, in: query or in: header",
            );
            return;
        }
    };
    if parameter["style"].as_str().is_some_and(|own| own != style) {
        findings.report(
            rule::PARAMETER_STYLE,
            &child(pointer, "style"),
            format!("the client sends {place} parameters in the style {style} only"),
            "leave the style out",
        );
    }
    if parameter["explode"] == false && place == "query" {
        findings.report(
            rule::PARAMETER_STYLE,
            &child(pointer, "explode"),
            "the client repeats a query parameter for each of its values",
            "leave explode out",
        );
    }
    let name = parameter["name"].as_str().unwrap_or_default();
    if place == "header" && OWN_HEADERS.contains(&&*name.to_ascii_lowercase()) {
        findings.report(
            rule::PARAMETER_RESERVED,
            &child(pointer, "name"),
            format!("the header {name} is the client's own"),
            "leave the parameter out",
        );
    }
    let Some(schema) = parameter.get("schema") else {
        return;
    };
    is_plain(findings, &child(pointer, "schema"), schema, place, name);
}

fn is_plain<'a>(
    findings: &mut Findings<'a>,
    pointer: &str,
    schema: &'a Value,
    place: &str,
    name: &str,
) {
    let Some((target, schema)) = findings.resolve(pointer, schema) else {
        return;
    };
    let kind = schema["type"].as_str().unwrap_or_default();
    let is_good = match kind {
        "array" => {
            let items = child(&target, "items");
            let items = findings.resolve(&items, &schema["items"]);
            place == "query" && items.is_none_or(|(_, items)| is_scalar(items))
        }
        _ => is_scalar(schema),
    };
    if !is_good {
        findings.report(
            rule::PARAMETER_NOT_PLAIN,
            pointer,
            format!("the {place} parameter {name} is no plain value"),
            "give it the type string, boolean, integer or number; a query parameter may be an array of them",
        );
    }
}

fn is_scalar(schema: &Value) -> bool {
    matches!(
        schema["type"].as_str(),
        Some("string" | "boolean" | "integer" | "number")
    )
}

/// progenitor tells parameters apart by name, whatever their place.
pub(super) fn have_names_of_their_own(findings: &mut Findings<'_>) {
    for place in findings.operations() {
        let mut seen = BTreeSet::new();
        for parameter in declared(findings, &place).0 {
            let Some(name) = parameter.value["name"].as_str() else {
                continue;
            };
            let argument = name.to_snake_case();
            if !is_argument(&argument) {
                findings.report(
                    rule::PARAMETER_NAME_TAKEN,
                    &child(&parameter.pointer, "name"),
                    format!("no argument of a method can be called {name:?}"),
                    "leave the parameter out of the client, with x-typed-client: omit",
                );
            } else if !seen.insert(argument) {
                findings.report(
                    rule::PARAMETER_NAME_REPEATED,
                    &parameter.named_at,
                    format!("this operation has two parameters called {name}"),
                    "give each its own name",
                );
            }
        }
    }
}

/// Keywords of Rust can be escaped, all but these.
fn is_argument(name: &str) -> bool {
    let is_word = name.starts_with(|first: char| first == '_' || first.is_ascii_alphabetic());
    is_word
        && name.is_ascii()
        && !TAKEN.contains(&name)
        && !is_new_keyword(name)
        && !matches!(name, "self" | "super" | "crate" | "_")
}
