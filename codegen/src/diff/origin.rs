//! Finds the part of a description from which an item of the generated file comes.

use heck::ToSnakeCase;
use serde_json::Value;

use super::{Place, place};
use crate::document::{Document, array, object};
use crate::source_map::{SourceMap, child};

/// What an item stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A method: an operation.
    Method(String),
    /// A type: a schema.
    Type(String),
    /// A field or variant: a property or value, as the API calls it.
    Member(String, String),
}

/// Where an item comes from; `None` when it has no counterpart with a name of its own.
pub(super) fn place_of(source: &SourceMap, origin: Option<&Origin>) -> Option<Place> {
    let pointer = match origin? {
        Origin::Method(method) => operation(source, method)?,
        Origin::Type(name) => schema(source, name)?,
        Origin::Member(name, member) => {
            let pointer = schema(source, name)?;
            self::member(source, &pointer, member).unwrap_or(pointer)
        }
    };
    Some(place(source, &pointer))
}

fn operation(source: &SourceMap, method: &str) -> Option<String> {
    let operations = Document(&source.value).raw_operations();
    operations
        .into_iter()
        .find_map(|(verb, path, _, operation)| {
            let id = operation["operationId"].as_str()?;
            (id.to_snake_case() == method).then(|| child(&child("/paths", path), verb))
        })
}

fn schema(source: &SourceMap, name: &str) -> Option<String> {
    let pointer = child("/components/schemas", name);
    source.value.pointer(&pointer).map(|_| pointer)
}

fn member(source: &SourceMap, pointer: &str, name: &str) -> Option<String> {
    let document = Document(&source.value);
    let (pointer, schema) = document.resolve_at(pointer, source.value.pointer(pointer)?);
    let property = in_properties(document, &pointer, schema, name, 0);
    let value = || {
        let index = array(&schema["enum"]).position(|value| value.as_str() == Some(name))?;
        Some(child(&child(&pointer, "enum"), &index.to_string()))
    };
    property.or_else(value)
}

fn in_properties(
    document: Document<'_>,
    pointer: &str,
    schema: &Value,
    name: &str,
    depth: usize,
) -> Option<String> {
    let properties = child(pointer, "properties");
    if object(&schema["properties"]).any(|(known, _)| known == name) {
        return Some(child(&properties, name));
    }
    // Deeper than this, a schema contains itself.
    if depth > 32 {
        return None;
    }
    let parts = child(pointer, "allOf");
    array(&schema["allOf"])
        .enumerate()
        .find_map(|(index, part)| {
            let (pointer, part) = document.resolve_at(&child(&parts, &index.to_string()), part);
            in_properties(document, &pointer, part, name, depth + 1)
        })
}
