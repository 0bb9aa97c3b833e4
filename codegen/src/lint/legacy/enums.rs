//! Rules on the enums among the schemas.

use std::collections::BTreeMap;

use heck::ToPascalCase;
use serde_json::Value;

use super::Findings;
use crate::document::{Node, array};
use crate::rule;
use crate::source_map::child;

/// Each value becomes a variant, whose name must be one in Rust and differ from the others.
pub(super) fn have_values_that_are_variants(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.schemas() {
        let Some(values) = value.get("enum") else {
            continue;
        };
        let pointer = child(&pointer, "enum");
        if values.as_array().is_some_and(Vec::is_empty) {
            let message = "this enum has no values";
            findings.report(rule::ENUM_VALUE, &pointer, message, "list at least one");
        }
        let mut seen: BTreeMap<String, &Value> = BTreeMap::new();
        for (index, value) in array(values).enumerate() {
            let Err((message, help)) = variant(value, &mut seen) else {
                continue;
            };
            let pointer = child(&pointer, &index.to_string());
            findings.report(rule::ENUM_VALUE, &pointer, message, help);
        }
    }
}

fn variant<'a>(
    value: &'a Value,
    seen: &mut BTreeMap<String, &'a Value>,
) -> Result<(), (String, &'static str)> {
    let name = value.as_str().map(ToPascalCase::to_pascal_case);
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        let help = "write texts with a letter or digit, in quotes where YAML reads something else; nullable: true allows null";
        return Err((format!("{value} cannot be a value of an enum"), help));
    };
    if name == "Unknown" {
        return Err((
            format!("{value} is what the client calls values that are not listed"),
            "leave it out; it is read as such a value then",
        ));
    }
    if let Some(other) = seen.get(&name).filter(|other| **other != value) {
        return Err((
            format!("{value} is the same name in Rust as {other}"),
            "leave one of them out; an open enum reads it as a value that is not listed",
        ));
    }
    seen.insert(name, value);
    Ok(())
}
