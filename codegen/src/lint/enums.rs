//! Rules on the enums among the schemas.

use std::collections::BTreeMap;

use heck::ToPascalCase;
use serde_json::Value;

use super::{ENUM, ENUM_DESCRIPTIONS, Findings};
use crate::document::{Node, array, object};
use crate::rule;
use crate::source_map::child;

/// Whether values may come that are not listed changes the Rust type.
pub(super) fn are_open_or_closed(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.schemas() {
        let mark = child(&pointer, ENUM);
        let help = "write x-enum: open where the server may send values that are not listed, else x-enum: closed";
        match (value.get("enum"), value.get(ENUM)) {
            (None, None) => {}
            (None, Some(_)) => findings.report(
                rule::ENUM_MISSING,
                &mark,
                "there is no enum here",
                "list its values with enum",
            ),
            (Some(_), None) => findings.report(
                rule::ENUM_NOT_MARKED,
                &child(&pointer, "enum"),
                "this enum does not say whether it is open or closed",
                help,
            ),
            (Some(_), Some(text)) if text == "open" || text == "closed" => {}
            (Some(_), Some(other)) => findings.report(
                rule::ENUM_NOT_MARKED,
                &mark,
                format!("an enum cannot be {other}"),
                help,
            ),
        }
    }
}

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
    if let Some(other) = seen.get(&name) {
        return Err((
            format!("{value} is the same name in Rust as {other}"),
            "leave one of them out; an open enum reads it as a value that is not listed",
        ));
    }
    seen.insert(name, value);
    Ok(())
}

/// Descriptions and values go together.
pub(super) fn have_described_values(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.schemas() {
        if value.get("enum").is_none() {
            continue;
        }
        let descriptions = &value[ENUM_DESCRIPTIONS];
        let values: Vec<&str> = array(&value["enum"])
            .map(|value| value.as_str().unwrap_or_default())
            .collect();
        for (index, name) in values.iter().enumerate() {
            // An empty one is refused elsewhere.
            let text = descriptions[*name].as_str();
            if !name.is_empty() && text.is_none_or(|text| text.trim().is_empty()) {
                findings.report(
                    rule::ENUM_VALUE_UNDESCRIBED,
                    &child(&child(&pointer, "enum"), &index.to_string()),
                    format!("the value {name} is not described"),
                    &format!("write a line under {ENUM_DESCRIPTIONS}, like {name}: What it means."),
                );
            }
        }
        for (name, _) in object(descriptions) {
            if !values.contains(&name.as_str()) {
                findings.report(
                    rule::ENUM_DESCRIPTION_UNUSED,
                    &child(&child(&pointer, ENUM_DESCRIPTIONS), name),
                    format!("{name} is no value of this enum"),
                    "add it to enum, or remove its description",
                );
            }
        }
    }
}
