//! Whether examples and defaults are what their schemas say.
//!
//! A value that an open enum does not list is reported like any other: it may come from the server, but in
//! an example it is a typing error, or it was seen and belongs on the list.

use std::collections::BTreeMap;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::{Findings, json_schema};
use crate::document::{Node, object};
use crate::rule;
use crate::source_map::child;

/// A value and the schema that it should fit.
struct Pair<'a> {
    pointer: String,
    value: &'a Value,
    schema_pointer: String,
    schema: &'a Value,
}

/// One way in which a value does not fit.
struct Misfit {
    /// Whether it is of the wrong type, which says all.
    is_type: bool,
    pointer: String,
    message: String,
    help: String,
}

/// Compares every example and default with its schema.
pub(super) fn fit_their_schemas(findings: &mut Findings<'_>) {
    let mut validators: BTreeMap<String, Option<Validator>> = BTreeMap::new();
    for pair in pairs(findings) {
        if !findings.is_sound(&pair.schema_pointer, pair.schema) {
            continue;
        }
        let validator = validators
            .entry(pair.schema.to_string())
            .or_insert_with(|| {
                let whole = json_schema::whole(findings.document, pair.schema);
                json_schema::validator(&whole).ok()
            });
        let Some(validator) = validator else {
            let message = "this example cannot be compared with its schema";
            let help = "look for a constraint in the schema that contradicts itself";
            findings.report(rule::EXAMPLE_UNCHECKED, &pair.pointer, message, help);
            continue;
        };
        let mut misfits = Vec::new();
        for error in validator.iter_errors(pair.value) {
            if !findings.knows(&error, &pair) {
                explain(&error, &pair, &mut misfits);
            }
        }
        let mistyped: Vec<String> = misfits
            .iter()
            .filter(|misfit| misfit.is_type)
            .map(|misfit| misfit.pointer.clone())
            .collect();
        misfits.retain(|misfit| misfit.is_type || !mistyped.contains(&misfit.pointer));
        for Misfit {
            pointer,
            message,
            help,
            ..
        } in misfits
        {
            findings.report(rule::EXAMPLE_MISMATCH, &pointer, message, &help);
        }
    }
}

fn pairs<'a>(findings: &Findings<'a>) -> Vec<Pair<'a>> {
    let mut pairs = Vec::new();
    for node in &findings.nodes {
        if node.is_schema {
            let Node { pointer, value, .. } = node;
            for key in ["example", "default"] {
                add(
                    &mut pairs,
                    child(pointer, key),
                    value.get(key),
                    pointer,
                    value,
                );
            }
            continue;
        }
        let schema_pointer = child(&node.pointer, "schema");
        let Some(schema) = node.value.get("schema") else {
            continue;
        };
        let example = child(&node.pointer, "example");
        add(
            &mut pairs,
            example,
            node.value.get("example"),
            &schema_pointer,
            schema,
        );
        let examples = child(&node.pointer, "examples");
        for (name, example) in object(&node.value["examples"]) {
            if let Some((pointer, example)) = findings.resolve(&child(&examples, name), example) {
                let pointer = child(&pointer, "value");
                add(
                    &mut pairs,
                    pointer,
                    example.get("value"),
                    &schema_pointer,
                    schema,
                );
            }
        }
    }
    pairs
}

fn add<'a>(
    pairs: &mut Vec<Pair<'a>>,
    pointer: String,
    value: Option<&'a Value>,
    schema_pointer: &str,
    schema: &'a Value,
) {
    pairs.extend(value.map(|value| Pair {
        pointer,
        value,
        schema_pointer: schema_pointer.to_owned(),
        schema,
    }));
}

impl Findings<'_> {
    /// Whether it is said already that the schema requires what it does not have.
    fn knows(&self, error: &ValidationError<'_>, pair: &Pair<'_>) -> bool {
        let ValidationErrorKind::Required { property } = error.kind() else {
            return false;
        };
        let keyword = keyword(error, pair);
        self.diagnostics.iter().any(|diagnostic| {
            diagnostic.rule == rule::REQUIRED_UNKNOWN
                && super::is_inside(&diagnostic.pointer, &keyword)
                && self.document.0.pointer(&diagnostic.pointer) == Some(property)
        })
    }

    /// Whether nothing was said of a schema, or of what it refers to, that makes it no measure.
    fn is_sound(&self, pointer: &str, schema: &Value) -> bool {
        let spoilt: Vec<&str> = self
            .diagnostics
            .iter()
            .filter(|diagnostic| SPOILING.contains(&diagnostic.rule))
            .map(|diagnostic| diagnostic.pointer.as_str())
            .collect();
        if spoilt.is_empty() {
            return true;
        }
        self.reached(pointer, schema).iter().all(|reached| {
            !spoilt
                .iter()
                .any(|spoilt| super::is_inside(spoilt, reached))
        })
    }

    /// A schema's pointer, and those of the named ones that it refers to, however far.
    fn reached(&self, pointer: &str, schema: &Value) -> Vec<String> {
        let mut reached = vec![pointer.to_owned()];
        let mut open = vec![schema];
        while let Some(value) = open.pop() {
            if let Some(reference) = value["$ref"].as_str()
                && let Some(pointer) = reference.strip_prefix('#')
                && let Some(target) = self.document.target(reference)
                && !reached.iter().any(|known| known == pointer)
            {
                reached.push(pointer.to_owned());
                open.push(target);
            }
            open.extend(value.as_object().into_iter().flat_map(|it| it.values()));
            open.extend(value.as_array().into_iter().flatten());
        }
        reached
    }
}

/// Rules whose problems make a schema no measure.
const SPOILING: &[crate::Rule] = &[
    rule::DANGLING_REFERENCE,
    rule::CIRCULAR_REFERENCE,
    rule::MISPLACED_REFERENCE,
    rule::WRONG_KIND,
    rule::SCHEMA_CONTAINS_ITSELF,
    rule::INVALID_PATTERN,
    rule::REPEATED_ITEM,
];

/// The pointer of the keyword that a value does not fit.
fn keyword(error: &ValidationError<'_>, pair: &Pair<'_>) -> String {
    let path = error.schema_path().to_string();
    match path.strip_prefix("/allOf/0") {
        Some(inside) => format!("{}{inside}", pair.schema_pointer),
        None => path,
    }
}

fn explain(error: &ValidationError<'_>, pair: &Pair<'_>, misfits: &mut Vec<Misfit>) {
    let pointer = format!("{}{}", pair.pointer, error.instance_path());
    let instance = error.instance();
    let schema = keyword(error, pair);
    let mut tell = |pointer: String, message: String, help: String| {
        misfits.push(Misfit {
            is_type: matches!(error.kind(), ValidationErrorKind::Type { .. }),
            pointer,
            message,
            help,
        });
    };
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            for name in unexpected {
                let message = format!("the schema has no property {name}");
                let help = format!("leave it out, or describe it at {}", holder(&schema));
                tell(child(&pointer, name), message, help);
            }
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let message = format!("the property {name} is missing");
            let help = format!("add it, or take it from the list at {schema}");
            tell(pointer, message, help);
        }
        ValidationErrorKind::Type { kind } => {
            let message = format!("{} is no {}", short(instance), wanted(kind));
            let help = format!("write a value of that type, or change {schema}");
            tell(pointer, message, help);
        }
        ValidationErrorKind::Enum { options } => {
            let message = format!("{} is not among the values of the enum", short(instance));
            tell(
                pointer,
                message,
                format!("write one of {}, or add it at {schema}", listed(options)),
            );
        }
        ValidationErrorKind::Pattern { pattern } => {
            let message = format!("{} does not match {pattern}", short(instance));
            tell(
                pointer,
                message,
                format!("write a value that does, or change {schema}"),
            );
        }
        // A nullable value without a type: null, or what the other alternative says.
        ValidationErrorKind::AnyOf { context } if context.len() == 2 => {
            for error in &context[1] {
                explain(error, pair, misfits);
            }
        }
        _ => {
            let help = format!("change the value, or {schema}");
            tell(pointer, error.to_string(), help);
        }
    }
}

/// The schema that has a keyword.
fn holder(keyword: &str) -> &str {
    keyword.rsplit_once('/').unwrap_or_default().0
}

fn wanted(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(kind) => kind.to_string(),
        TypeKind::Multiple(kinds) => {
            let kinds: Vec<String> = kinds.iter().map(|kind| kind.to_string()).collect();
            kinds.join(" or ")
        }
    }
}

/// How much of a value is shown; its place says the rest.
const SHOWN: usize = 60;

fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= SHOWN {
        return text;
    }
    let start: String = text.chars().take(SHOWN).collect();
    format!("{start}…")
}

/// How many values of an enum are listed in a help.
const LISTED: usize = 6;

fn listed(options: &Value) -> String {
    let options: Vec<String> = options
        .as_array()
        .into_iter()
        .flatten()
        .map(|option| {
            option
                .as_str()
                .map_or_else(|| option.to_string(), str::to_owned)
        })
        .collect();
    if options.len() <= LISTED {
        return options.join(", ");
    }
    format!(
        "{} and {} more",
        options[..LISTED].join(", "),
        options.len() - LISTED
    )
}
