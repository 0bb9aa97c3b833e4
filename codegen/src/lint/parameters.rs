//! Rules on parameters, those left out of the client excepted.

use std::collections::BTreeSet;

use heck::ToSnakeCase;
use serde_json::Value;

use super::{Findings, Place};
use crate::document::{array, is_omitted, template_names};
use crate::source::child;

/// Names of what a method has besides its parameters.
const TAKEN: &[&str] = &["body", "url", "request", "response", "result"];

/// Headers that OpenAPI does not let a parameter set; the client sets them itself.
const OWN_HEADERS: &[&str] = &["accept", "authorization", "content-type"];

/// A parameter that stays in the client, and its pointer.
type Declared<'a> = (String, &'a Value);

fn declared<'a>(findings: &Findings<'a>, place: &Place<'a>) -> Vec<Declared<'a>> {
    let item = place.pointer.rsplit_once('/').unwrap_or_default().0;
    let lists = [(item, place.item), (&*place.pointer, place.operation)];
    let mut found = Vec::new();
    for (pointer, holder) in lists {
        let pointer = child(pointer, "parameters");
        for (index, parameter) in array(&holder["parameters"]).enumerate() {
            let at = child(&pointer, &index.to_string());
            let (at, parameter) = findings.resolve(&at, parameter);
            if !is_omitted(parameter) {
                found.push((at, parameter));
            }
        }
    }
    found
}

/// Path and declarations must name the same values.
pub(super) fn fill_the_path(findings: &mut Findings<'_>) {
    for place in findings.operations() {
        let declared = declared(findings, &place);
        let names = template_names(place.path);
        for (index, name) in names.iter().enumerate() {
            if names[..index].contains(name) {
                findings.report(
                    &place.pointer,
                    format!("the path has the parameter {name} twice"),
                    "give each its own name",
                );
            }
            let parameter = declared
                .iter()
                .find(|(_, parameter)| parameter["in"] == "path" && parameter["name"] == *name);
            match parameter {
                Some((pointer, parameter)) => has_a_type(findings, pointer, parameter, name),
                None => findings.report(
                    &place.pointer,
                    format!("the path parameter {name} is not declared"),
                    "declare it under #/components/parameters and refer to it",
                ),
            }
        }
        for (pointer, parameter) in &declared {
            let name = parameter["name"].as_str().unwrap_or_default();
            if parameter["in"] == "path" && !names.contains(&name) {
                findings.report(
                    pointer,
                    format!("the path {} has no parameter {name}", place.path),
                    "remove the declaration, or put it into the path in braces",
                );
            }
        }
    }
}

fn has_a_type(findings: &mut Findings<'_>, pointer: &str, parameter: &Value, name: &str) {
    if parameter["required"] != true {
        findings.report(
            pointer,
            format!("the path parameter {name} is not required"),
            "write required: true; a path cannot go without it",
        );
    }
    if parameter["schema"].get("$ref").is_none() {
        findings.report(
            pointer,
            format!("the schema of the path parameter {name} has no name"),
            "refer to one under #/components/schemas, or each operation gets a type of its own",
        );
    }
}

/// progenitor knows one way to send a parameter in each place, and no cookies.
pub(super) fn can_be_sent(findings: &mut Findings<'_>) {
    for place in findings.operations() {
        for (pointer, parameter) in declared(findings, &place) {
            check_sending(findings, &pointer, parameter);
        }
    }
}

fn check_sending(findings: &mut Findings<'_>, pointer: &str, parameter: &Value) {
    let place = parameter["in"].as_str().unwrap_or_default();
    let style = match place {
        "path" | "header" => "simple",
        "query" => "form",
        _ => {
            findings.report(
                &child(pointer, "in"),
                format!("a parameter cannot be in {place:?}"),
                "the client sends path, query and header parameters",
            );
            return;
        }
    };
    if parameter["style"].as_str().is_some_and(|own| own != style) {
        findings.report(
            &child(pointer, "style"),
            format!("the client sends {place} parameters in the style {style} only"),
            "leave the style out",
        );
    }
    if parameter["explode"] == false && place == "query" {
        findings.report(
            &child(pointer, "explode"),
            "the client repeats a query parameter for each of its values",
            "leave explode out",
        );
    }
    if parameter.get("schema").is_none() {
        findings.report(
            pointer,
            "this parameter has no schema",
            "say what it may be, with a schema",
        );
        return;
    }
    let name = parameter["name"].as_str().unwrap_or_default();
    if place == "header" && OWN_HEADERS.contains(&&*name.to_ascii_lowercase()) {
        findings.report(
            &child(pointer, "name"),
            format!("the header {name} is the client's own"),
            "leave the parameter out",
        );
    }
    let schema = findings.document.resolve(&parameter["schema"]);
    let is_good = match schema["type"].as_str() {
        Some("array") => place == "query" && is_plain(findings.document.resolve(&schema["items"])),
        _ => is_plain(schema),
    };
    if !is_good {
        findings.report(
            &child(pointer, "schema"),
            format!("the {place} parameter {name} is no plain value"),
            "give it the type string, boolean, integer or number; a query parameter may be an array of them",
        );
    }
}

fn is_plain(schema: &Value) -> bool {
    matches!(
        schema["type"].as_str(),
        Some("string" | "boolean" | "integer" | "number")
    )
}

/// progenitor tells parameters apart by name, whatever their place.
pub(super) fn have_names_of_their_own(findings: &mut Findings<'_>) {
    for place in findings.operations() {
        let mut seen = BTreeSet::new();
        for (pointer, parameter) in declared(findings, &place) {
            let name = parameter["name"].as_str().unwrap_or_default();
            let argument = name.to_snake_case();
            let pointer = child(&pointer, "name");
            if argument.is_empty() || TAKEN.contains(&&*argument) {
                findings.report(
                    &pointer,
                    format!("no argument of a method can be called {name:?}"),
                    "the generated code uses this name itself",
                );
            } else if !seen.insert(argument) {
                findings.report(
                    &pointer,
                    format!("an operation has two parameters called {name}"),
                    "an operation's parameters need names that differ, wherever they are sent",
                );
            }
        }
    }
}
