//! Puts the fragment together: the chosen paths, and of everything else what they need.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::grammar::Kind;
use super::references::{Component, pointer};
use super::summary::Kept;
use super::trim::Trimmer;
use super::{Selection, Summary, prefix};
use crate::Diagnostic;
use crate::document::{Document, array, object};
use crate::source_map::{SourceMap, child};

/// The operations that were chosen, as links name them.
#[derive(Debug, Default)]
pub(super) struct Chosen<'a> {
    pub(super) paths: BTreeSet<&'a str>,
    pub(super) operation_ids: BTreeSet<&'a str>,
    operations: Kept,
}

impl<'a> Chosen<'a> {
    fn new(document: &'a Value, prefixes: &[String]) -> Self {
        let mut chosen = Self::default();
        let is_chosen = |path: &str| prefixes.iter().any(|it| prefix::chooses(it, path));
        chosen.paths = object(&document["paths"])
            .map(|(path, _)| path.as_str())
            .filter(|path| is_chosen(path))
            .collect();
        for (_, path, _, operation) in Document(document).raw_operations() {
            chosen.operations.total += 1;
            if chosen.paths.contains(path) {
                chosen.operations.kept += 1;
                chosen
                    .operation_ids
                    .extend(operation["operationId"].as_str());
            }
        }
        chosen
    }
}

/// Cuts the fragment out.
///
/// # Errors
///
/// Every reference of the chosen part that cannot be followed; a choice of media types that no body has.
pub(super) fn cut(
    source: &SourceMap,
    selection: &Selection,
) -> Result<(Map<String, Value>, Summary), Vec<Diagnostic>> {
    let document = &source.value;
    let chosen = Chosen::new(document, &selection.path_prefixes);
    let mut trimmer = Trimmer::new(source, &chosen, &selection.media_types);
    let paths = chosen_paths(document, &chosen, &mut trimmer);
    let components = reached_components(document, &mut trimmer);
    let mut fragment = Map::new();
    for (key, value) in object(document) {
        let part = match key.as_str() {
            "openapi" => Some(value.clone()),
            "info" | "servers" | "externalDocs" => {
                Some(trimmer.trim(value, Kind::Plain, &child("", key)))
            }
            "security" => trimmer.needs_default_security().then(|| value.clone()),
            "tags" => used_tags(value, &mut trimmer),
            "paths" => Some(Value::Object(paths.clone())),
            "components" => in_their_order(value, &components),
            extension if extension.starts_with("x-") => trimmer.extension(extension, value),
            _ => None,
        };
        fragment.extend(part.map(|part| (key.clone(), part)));
    }
    let fragment = Value::Object(fragment);
    let mut summary = trimmer.finish(&fragment)?;
    summary.operations = chosen.operations;
    summary.components = counts(document, &components);
    let Value::Object(fragment) = fragment else {
        return Ok((Map::new(), summary));
    };
    Ok((fragment, summary))
}

fn chosen_paths(
    document: &Value,
    chosen: &Chosen<'_>,
    trimmer: &mut Trimmer<'_>,
) -> Map<String, Value> {
    object(&document["paths"])
        .filter(|(path, _)| chosen.paths.contains(path.as_str()))
        .map(|(path, item)| {
            let item = trimmer.trim(item, Kind::PathItem, &child("/paths", path));
            (path.clone(), item)
        })
        .collect()
}

/// The components that the chosen paths refer to, and those that these refer to, and so on.
fn reached_components(document: &Value, trimmer: &mut Trimmer<'_>) -> BTreeMap<Component, Value> {
    let mut components = BTreeMap::new();
    let mut has_default_security = false;
    loop {
        while let Some(component) = trimmer.next_component() {
            let pointer = pointer(&component);
            if let (Some(kind), Some(value)) =
                (Kind::of_section(&component.0), document.pointer(&pointer))
            {
                let value = trimmer.trim(value, kind, &pointer);
                components.insert(component, value);
            }
        }
        if has_default_security || !trimmer.needs_default_security() {
            return components;
        }
        has_default_security = true;
        trimmer.security(&document["security"], "/security");
    }
}

fn used_tags(tags: &Value, trimmer: &mut Trimmer<'_>) -> Option<Value> {
    let used: Vec<Value> = array(tags)
        .enumerate()
        .filter(|(_, tag)| tag["name"].as_str().is_some_and(|it| trimmer.uses_tag(it)))
        .map(|(index, tag)| (child("/tags", &index.to_string()), tag))
        .collect::<Vec<_>>()
        .into_iter()
        .map(|(pointer, tag)| trimmer.trim(tag, Kind::Plain, &pointer))
        .collect();
    (!used.is_empty()).then_some(Value::Array(used))
}

/// The components as they follow each other in the source.
fn in_their_order(source: &Value, components: &BTreeMap<Component, Value>) -> Option<Value> {
    let mut sections = Map::new();
    for (section, named) in object(source) {
        let kept: Map<String, Value> = object(named)
            .filter_map(|(name, _)| {
                let component = components.get(&(section.clone(), name.clone()))?;
                Some((name.clone(), component.clone()))
            })
            .collect();
        if !kept.is_empty() {
            sections.insert(section.clone(), Value::Object(kept));
        }
    }
    (!sections.is_empty()).then_some(Value::Object(sections))
}

fn counts(document: &Value, components: &BTreeMap<Component, Value>) -> BTreeMap<String, Kept> {
    let mut counts: BTreeMap<String, Kept> = BTreeMap::new();
    for (section, _) in components.keys() {
        let count = counts.entry(section.clone()).or_default();
        count.kept += 1;
        count.total = object(&document["components"][section]).count();
    }
    counts
}
