//! Changes to the description before code is made of it, one per file.
//!
//! They bring what several shapes can say into the one that progenitor and the passes know. Lint has seen
//! the description before; what is left to go wrong here is told with its place.

mod answers;
mod constraints;
#[cfg(test)]
mod golden;
mod inline_types;
mod nullables;
mod parameters;
mod replacements;
mod texts;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

pub(crate) use self::replacements::Replacement;
use crate::Diagnostic;
use crate::document::Document;
use crate::source_map::SourceMap;

/// A description that code can be made of.
pub(crate) struct Prepared {
    pub(crate) document: Value,
    pub(crate) replacements: Vec<Replacement>,
}

type Step = fn(&mut Value, &SourceMap) -> Result<(), Vec<Diagnostic>>;

/// Every change to the document, in order, with the name of its file.
const STEPS: &[(&str, Step)] = &[
    ("parameters", |document, _| {
        parameters::omit(document);
        Ok(())
    }),
    ("texts", |document, _| {
        texts::quote(document);
        Ok(())
    }),
    ("answers", |document, _| {
        answers::spell_out_defaults(document);
        answers::leave_out_bodiless(document);
        Ok(())
    }),
    ("inline_types", inline_types::name),
    ("nullables", |document, _| {
        nullables::move_to_references(document);
        Ok(())
    }),
    ("constraints", |document, _| {
        constraints::drop(document);
        Ok(())
    }),
];

/// Applies every change, in order.
///
/// # Errors
///
/// When a schema needs a name that is taken.
pub(crate) fn prepare(source: &SourceMap) -> Result<Prepared, Vec<Diagnostic>> {
    let mut document = source.value.clone();
    for (_, step) in STEPS {
        step(&mut document, source)?;
    }
    let replacements = replacements::take(&mut document);
    Ok(Prepared {
        document,
        replacements,
    })
}

/// The entries of an object; none when it is something else.
fn entries(value: Option<&mut Value>) -> impl Iterator<Item = (&String, &mut Value)> {
    value
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(Map::iter_mut)
}

/// The items of an array; none when it is something else.
fn items(value: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    value.and_then(Value::as_array_mut).into_iter().flatten()
}

/// Calls `change` with every schema of the document, the outer ones first.
fn each_schema(document: &mut Value, change: &mut impl FnMut(&mut Value)) {
    for (_, schema) in entries(document.pointer_mut("/components/schemas")) {
        each_schema_below(schema, change);
    }
    each_schema_outside(document, change);
}

/// The schemas that stand everywhere but among the named ones.
fn each_schema_outside(document: &mut Value, change: &mut impl FnMut(&mut Value)) {
    let nodes = Document(document).nodes().into_iter();
    let schemas: BTreeSet<String> = nodes
        .filter(|node| node.is_schema && !node.pointer.starts_with("/components/schemas/"))
        .map(|node| node.pointer)
        .collect();
    let is_inner = |pointer: &str| {
        let mut ends = pointer.match_indices('/').map(|(end, _)| end);
        ends.any(|end| schemas.contains(&pointer[..end]))
    };
    for pointer in schemas.iter().filter(|pointer| !is_inner(pointer)) {
        if let Some(schema) = document.pointer_mut(pointer) {
            each_schema_below(schema, change);
        }
    }
}

fn each_schema_below(schema: &mut Value, change: &mut impl FnMut(&mut Value)) {
    change(schema);
    for keyword in ["items", "additionalProperties"] {
        if let Some(part) = schema.get_mut(keyword) {
            each_schema_below(part, change);
        }
    }
    for (_, part) in entries(schema.get_mut("properties")) {
        each_schema_below(part, change);
    }
    items(schema.get_mut("allOf")).for_each(|part| each_schema_below(part, change));
}
