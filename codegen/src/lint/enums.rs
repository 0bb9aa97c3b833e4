//! Rules on enums.

use std::collections::BTreeSet;

use super::{ENUM, ENUM_DESCRIPTIONS, Lint, has_misspelt};
use crate::document::{array, object};
use crate::rule;
use crate::source_map::child;

/// Enums are marked as open or closed.
pub(super) fn check_enum_marks(lint: &mut Lint<'_>) {
    let help = "write x-enum: open if the server may send other values, else x-enum: closed";
    for schema in lint.schemas() {
        let mark = child(&schema.pointer, ENUM);
        match (schema.value.get("enum"), schema.value.get(ENUM)) {
            (None, Some(_)) => {
                let message = "x-enum without an enum";
                lint.report(
                    rule::ENUM_MISSING,
                    &mark,
                    message,
                    "list the values with enum:",
                );
            }
            (Some(_), None) if !has_misspelt(schema.value, ENUM) => {
                let message = "the enum is not marked as open or closed";
                lint.report(
                    rule::ENUM_NOT_MARKED,
                    &child(&schema.pointer, "enum"),
                    message,
                    help,
                );
            }
            (Some(_), Some(other)) if other != "open" && other != "closed" => {
                let message = format!("expected x-enum to be open or closed, but found {other}");
                lint.report(rule::ENUM_NOT_MARKED, &mark, message, help);
            }
            _ => {}
        }
    }
}

/// Every value of an enum has a description, and every description a value.
pub(super) fn check_enum_descriptions(lint: &mut Lint<'_>) {
    for schema in lint.schemas() {
        let values = schema.value.get("enum");
        let Some(values) = values.filter(|_| !has_misspelt(schema.value, ENUM_DESCRIPTIONS)) else {
            continue;
        };
        let descriptions = &schema.value[ENUM_DESCRIPTIONS];
        let pointer = child(&schema.pointer, "enum");
        let mut names = BTreeSet::new();
        for (index, value) in array(values).enumerate() {
            let Some(name) = value.as_str() else { continue };
            let text = descriptions[name].as_str().unwrap_or_default();
            if names.insert(name) && text.trim().is_empty() {
                let message = format!("the value {name} has no description");
                let help = format!("add it under {ENUM_DESCRIPTIONS}, like {name}: What it means.");
                let pointer = child(&pointer, &index.to_string());
                lint.report(rule::ENUM_VALUE_UNDESCRIBED, &pointer, message, &help);
            }
        }
        for (name, _) in object(descriptions).filter(|(name, _)| !names.contains(name.as_str())) {
            let message = format!("the enum has no value {name}");
            let help = "add it to enum, or remove its description";
            let pointer = child(&child(&schema.pointer, ENUM_DESCRIPTIONS), name);
            lint.report(rule::ENUM_DESCRIPTION_UNUSED, &pointer, message, help);
        }
    }
}

pub(super) fn check_open_enum_defaults(lint: &mut Lint<'_>) {
    for schema in lint.schemas() {
        let is_named = schema.pointer.matches('/').count() == 3
            && schema.pointer.starts_with("/components/schemas/");
        if is_named && schema.value[ENUM] == "open" && schema.value.get("default").is_some() {
            let message = "an open enum cannot have a default";
            let help = "move it to the property, beside an allOf with the reference";
            lint.report(
                rule::OPEN_ENUM_DEFAULT,
                &child(&schema.pointer, "default"),
                message,
                help,
            );
        }
    }
}
