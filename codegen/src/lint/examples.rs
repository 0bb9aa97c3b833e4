//! Rules on examples and defaults, which must be valid against their schemas.
//!
//! A value that an open enum does not list is reported like any other: the server may send it, but in an
//! example it is a typing error, or an observed value that belongs on the list.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::structure::{Kind, Part};
use super::{Lint, json_schema, shorten, unquoted};
use crate::document::{Document, array, object};
use crate::rule;
use crate::source_map::child;

/// An example or default, and its schema.
struct Example<'a> {
    pointer: String,
    value: &'a Value,
    schema_pointer: String,
    schema: &'a Value,
}

pub(super) fn check_examples(lint: &mut Lint<'_>, _: &Part<'_>) {
    // Schemas that are reported as invalid are not compiled.
    let mut invalid = BTreeSet::new();
    let mut undescribed = BTreeSet::new();
    for it in &lint.diagnostics {
        if [
            rule::INVALID_PATTERN,
            rule::DUPLICATE_ITEM,
            rule::EMPTY_RANGE,
        ]
        .contains(&it.rule)
        {
            invalid.insert(it.pointer.clone());
        } else if it.rule == rule::REQUIRED_UNKNOWN {
            undescribed.extend(lint.root.pointer(&it.pointer).map(Value::to_string));
        }
    }
    let mut validators = BTreeMap::new();
    for example in examples(lint) {
        let validator = validators
            .entry(example.schema.to_string())
            .or_insert_with(|| compile(lint.document, &example, &invalid));
        let validator = match validator {
            None => continue,
            Some(Ok(validator)) => validator,
            Some(Err(error)) => {
                let pointer = keyword(&error.instance_path().to_string(), &example);
                let key = pointer.rsplit('/').next().unwrap_or_default();
                let message = format!("invalid {key}: {error}");
                let help = format!("write a value that JSON Schema allows for {key}");
                lint.report(rule::INVALID_CONSTRAINT, &pointer, message, &help);
                continue;
            }
        };
        let mut mismatches = Vec::new();
        for error in validator.iter_errors(example.value) {
            let is_explained = match error.kind() {
                ValidationErrorKind::Required { property } => {
                    undescribed.contains(&property.to_string())
                        || is_absent_here(lint.document, &example, &error, property)
                }
                _ => false,
            };
            if !is_explained {
                explain(&error, &example, &mut mismatches);
            }
        }
        // A value of the wrong type violates the other constraints, too.
        let types = mismatches.iter().filter(|it| it.is_type);
        let types: BTreeSet<String> = types.map(|it| it.pointer.clone()).collect();
        mismatches.retain(|it| it.is_type || !types.contains(&it.pointer));
        for it in mismatches {
            lint.report(rule::EXAMPLE_MISMATCH, &it.pointer, it.message, &it.help);
        }
    }
}

/// Returns every example and default of the fragment.
fn examples<'a>(lint: &Lint<'a>) -> Vec<Example<'a>> {
    let mut found = Vec::new();
    for part in &lint.parts {
        let (schema_pointer, schema) = match part.kind {
            Kind::Schema => (part.pointer.clone(), Some(part.value)),
            _ => (part.at("schema"), part.value.get("schema")),
        };
        let Some(schema) = schema else { continue };
        let mut values = Vec::new();
        for key in ["example", "default"] {
            let value = part.value.get(key);
            values.extend(value.map(|value| (part.at(key), value)));
        }
        for (pointer, _, example) in part.entries("examples") {
            let (pointer, example) = lint.document.resolve_at(&pointer, example);
            let value = example.get("value");
            values.extend(value.map(|value| (child(&pointer, "value"), value)));
        }
        found.extend(values.into_iter().map(|(pointer, value)| Example {
            pointer,
            value,
            schema_pointer: schema_pointer.clone(),
            schema,
        }));
    }
    found
}

/// Compiles the schema of an example; `None` if it, or one that it uses, is reported as invalid.
fn compile(
    document: Document<'_>,
    example: &Example<'_>,
    invalid: &BTreeSet<String>,
) -> Option<Result<Validator, ValidationError<'static>>> {
    let schema = json_schema::standalone(document, example.schema);
    let named = object(&schema["components"]["schemas"]);
    let named = named.map(|(name, _)| child("/components/schemas", name));
    let mut used = named.chain([example.schema_pointer.clone()]);
    let is_invalid = used.any(|pointer| {
        let inside = format!("{pointer}/");
        let first = invalid.range(inside.clone()..).next();
        first.is_some_and(|it| it.starts_with(&inside))
    });
    (!is_invalid).then(|| json_schema::validator(&schema))
}

/// One way in which a value is not valid.
struct Mismatch {
    is_type: bool,
    pointer: String,
    message: String,
    help: String,
}

/// Returns whether requests lack a read-only property, or responses a write-only one, that is required.
fn is_absent_here(
    document: Document<'_>,
    example: &Example<'_>,
    error: &ValidationError<'_>,
    property: &Value,
) -> bool {
    let in_request = ["/requestBody/", "/requestBodies/"]
        .iter()
        .any(|it| example.pointer.contains(it));
    let mark = if in_request { "readOnly" } else { "writeOnly" };
    let required = keyword(&error.schema_path().to_string(), example);
    let schema = required.rsplit_once('/').unwrap_or_default().0;
    let name = property.as_str().unwrap_or_default();
    let property = document
        .0
        .pointer(&child(&child(schema, "properties"), name));
    property.is_some_and(|it| document.resolve(it)[mark] == true || it[mark] == true)
}

/// Returns the JSON pointer of a keyword in the fragment.
fn keyword(path: &str, example: &Example<'_>) -> String {
    match path.strip_prefix("/allOf/0") {
        Some(inside) => format!("{}{inside}", example.schema_pointer),
        None => path.to_owned(),
    }
}

fn explain(error: &ValidationError<'_>, example: &Example<'_>, mismatches: &mut Vec<Mismatch>) {
    let pointer = format!("{}{}", example.pointer, error.instance_path());
    let value = shorten(error.instance());
    let keyword = keyword(&error.schema_path().to_string(), example);
    let mut add = |pointer: String, message: String, help: String| {
        mismatches.push(Mismatch {
            is_type: matches!(error.kind(), ValidationErrorKind::Type { .. }),
            pointer,
            message,
            help,
        });
    };
    let change = format!("change the value, or {keyword}");
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let schema = keyword.rsplit_once('/').unwrap_or_default().0;
            for name in unexpected {
                let message = format!("the schema has no property {name}");
                let help = format!("remove it, or describe it at {schema}");
                add(child(&pointer, name), message, help);
            }
        }
        ValidationErrorKind::Required { property } => {
            let message = format!("the property {} is required", unquoted(property));
            let help = format!("add it, or remove it from the list at {keyword}");
            add(pointer, message, help);
        }
        ValidationErrorKind::Type { kind } => {
            let types = match kind {
                TypeKind::Single(kind) => kind.to_string(),
                TypeKind::Multiple(kinds) => {
                    let kinds: Vec<String> = kinds.iter().map(|kind| kind.to_string()).collect();
                    kinds.join(" or ")
                }
            };
            let message = format!("expected the type {types}, but found {value}");
            add(pointer, message, change);
        }
        ValidationErrorKind::Enum { options } => {
            let message = format!("{value} is not a value of the enum");
            let help = format!("write one of {}, or add it at {keyword}", listed(options));
            add(pointer, message, help);
        }
        ValidationErrorKind::Pattern { pattern } => {
            add(pointer, format!("{value} does not match {pattern}"), change);
        }
        // A nullable value without a type: null, or the other alternative.
        ValidationErrorKind::AnyOf { context } if context.len() == 2 => {
            for error in &context[1] {
                explain(error, example, mismatches);
            }
        }
        _ => add(pointer, error.to_string(), change),
    }
}

/// Lists the values of an enum, but not all of many.
fn listed(options: &Value) -> String {
    const LISTED: usize = 6;
    let names = array(options).map(unquoted);
    let names: Vec<String> = names.collect();
    match names.len().checked_sub(LISTED) {
        Some(more @ 1..) => format!("{} and {more} more", names[..LISTED].join(", ")),
        _ => names.join(", "),
    }
}
