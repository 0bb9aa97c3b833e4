//! Copies the selected paths, and everything that they refer to, directly or through others.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Kept, Selection, Summary, is_prefix};
use crate::Diagnostic;
use crate::document::{Document, METHODS, ROLES, array, object};
use crate::lint::is_known_extension;
use crate::rule;
use crate::source_map::{SourceMap, child};

/// The extension with the roles of an operation in MongoDB's own documents: a role, or a list of them.
const ROLES_REQUIREMENTS: &str = "x-rolesRequirements";

/// How to read the value of a keyword. Without that, a `$ref` in an example would be followed, and a header whose
/// name begins with `x-` be left out as an extension.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// An object of OpenAPI, whose keys are keywords, or a list of them.
    Keywords,
    /// A map from names to objects of OpenAPI.
    Names,
    /// The responses of an operation by status, with extensions among them.
    Responses,
    /// Values without a meaning in OpenAPI.
    Data,
}

fn meaning(key: &str, value: &Value) -> Meaning {
    match key {
        "responses" => Meaning::Responses,
        "properties" | "patternProperties" | "$defs" | "dependentSchemas" | "headers"
        | "encoding" | "content" | "callbacks" | "variables" => Meaning::Names,
        "examples" | "parameters" if value.is_object() => Meaning::Names,
        "example" | "examples" | "default" | "enum" | "const" | "value" | "mapping" | "scopes"
        | "security" => Meaning::Data,
        _ => Meaning::Keywords,
    }
}

/// Returns the fragment and what was left out of it.
///
/// # Errors
///
/// Returns a diagnostic for every reference of the selected part without a target, and for media types that no
/// body has.
pub(super) fn closure(
    source: &SourceMap,
    selection: &Selection,
) -> Result<(Map<String, Value>, Summary), Vec<Diagnostic>> {
    let document = &source.value;
    let mut walk = Walk::new(source, selection);
    let paths = walk.copy_paths();
    let components = walk.copy_components();
    let mut fragment = Map::new();
    for (key, value) in object(document) {
        let part = match key.as_str() {
            "openapi" => Some(value.clone()),
            "info" | "servers" | "externalDocs" => {
                Some(walk.copy(value, Meaning::Keywords, &child("", key)))
            }
            "security" => walk.uses_default_security.then(|| value.clone()),
            "tags" => walk.used_tags(value),
            "paths" => Some(Value::Object(paths.clone())),
            "components" => walk.in_order(&components),
            _ => {
                fragment.extend(walk.extension(key, value, &fragment));
                None
            }
        };
        fragment.extend(part.map(|part| (key.clone(), part)));
    }
    let fragment = Value::Object(fragment);
    let summary = walk.finish(&fragment)?;
    let Value::Object(fragment) = fragment else {
        return Ok((Map::new(), summary));
    };
    Ok((fragment, summary))
}

struct Walk<'a> {
    source: &'a SourceMap,
    document: Document<'a>,
    media_types: &'a [String],
    paths: BTreeSet<&'a str>,
    operation_ids: BTreeSet<&'a str>,
    /// The pointers of the components referred to, and those of them that are not copied yet.
    reached: BTreeSet<String>,
    queue: Vec<String>,
    /// Each reference, after the pointer of its place.
    references: Vec<(String, String)>,
    tags: BTreeSet<String>,
    uses_default_security: bool,
    /// The media types of all bodies before the selection.
    offered: BTreeSet<String>,
    summary: Summary,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Walk<'a> {
    fn new(source: &'a SourceMap, selection: &'a Selection) -> Self {
        let document = Document(&source.value);
        let mut walk = Self {
            source,
            document,
            media_types: &selection.media_types,
            paths: BTreeSet::new(),
            operation_ids: BTreeSet::new(),
            reached: BTreeSet::new(),
            queue: Vec::new(),
            references: Vec::new(),
            tags: BTreeSet::new(),
            uses_default_security: false,
            offered: BTreeSet::new(),
            summary: Summary::default(),
            diagnostics: Vec::new(),
        };
        let is_selected = |path: &str| selection.path_prefixes.iter().any(|it| is_prefix(it, path));
        let paths = object(&source.value["paths"]).map(|(path, _)| path.as_str());
        walk.paths = paths.filter(|path| is_selected(path)).collect();
        for (_, path, _, operation) in document.raw_operations() {
            walk.summary.operations.total += 1;
            if walk.paths.contains(path) {
                walk.summary.operations.kept += 1;
                walk.operation_ids.extend(operation["operationId"].as_str());
            }
        }
        walk
    }

    fn copy_paths(&mut self) -> Map<String, Value> {
        let mut copied = Map::new();
        for (path, item) in object(&self.document.0["paths"]) {
            if self.paths.contains(path.as_str()) {
                let item = self.copy(item, Meaning::Keywords, &child("/paths", path));
                copied.insert(path.clone(), item);
            }
        }
        copied
    }

    /// Copies every component that is reached, by its pointer.
    fn copy_components(&mut self) -> BTreeMap<String, Value> {
        let mut copied = BTreeMap::new();
        let mut added_default_security = false;
        loop {
            while let Some(pointer) = self.queue.pop() {
                if let Some(value) = self.document.0.pointer(&pointer) {
                    let value = if pointer.starts_with("/components/links/") {
                        self.link(value, &pointer)
                    } else {
                        self.copy(value, Meaning::Keywords, &pointer)
                    };
                    copied.insert(pointer, value);
                }
            }
            if added_default_security || !self.uses_default_security {
                return copied;
            }
            added_default_security = true;
            self.security(&self.document.0["security"], "/security");
        }
    }

    /// The copied components in the order of the document, counted.
    fn in_order(&mut self, copied: &BTreeMap<String, Value>) -> Option<Value> {
        let mut sections = Map::new();
        for (section, named) in object(&self.document.0["components"]) {
            let pointer = child("/components", section);
            let kept: Map<String, Value> = object(named)
                .filter_map(|(name, _)| {
                    let component = copied.get(&child(&pointer, name))?;
                    Some((name.clone(), component.clone()))
                })
                .collect();
            if !kept.is_empty() {
                let count = Kept {
                    kept: kept.len(),
                    total: object(named).count(),
                };
                self.summary.components.insert(section.clone(), count);
                sections.insert(section.clone(), Value::Object(kept));
            }
        }
        (!sections.is_empty()).then_some(Value::Object(sections))
    }

    fn used_tags(&mut self, tags: &Value) -> Option<Value> {
        let mut used = Vec::new();
        for (index, tag) in array(tags).enumerate() {
            if tag["name"]
                .as_str()
                .is_some_and(|it| self.tags.contains(it))
            {
                let pointer = child("/tags", &index.to_string());
                used.push(self.copy(tag, Meaning::Keywords, &pointer));
            }
        }
        (!used.is_empty()).then_some(Value::Array(used))
    }

    /// Copies a value without what is left out, and notes what it refers to.
    fn copy(&mut self, value: &Value, meaning: Meaning, pointer: &str) -> Value {
        match (meaning, value) {
            (Meaning::Data, _) => value.clone(),
            (Meaning::Keywords, Value::Object(keywords)) => {
                Value::Object(self.copy_keywords(keywords, pointer))
            }
            (_, Value::Object(named)) => {
                let mut copied = Map::new();
                for (name, part) in named {
                    if meaning == Meaning::Responses && name.starts_with("x-") {
                        copied.extend(self.extension(name, part, named));
                        continue;
                    }
                    let part = self.copy(part, Meaning::Keywords, &child(pointer, name));
                    copied.insert(name.clone(), part);
                }
                Value::Object(copied)
            }
            (_, Value::Array(items)) => {
                let items = items.iter().enumerate().map(|(index, item)| {
                    self.copy(item, meaning, &child(pointer, &index.to_string()))
                });
                Value::Array(items.collect())
            }
            (_, other) => other.clone(),
        }
    }

    fn copy_keywords(&mut self, object: &Map<String, Value>, pointer: &str) -> Map<String, Value> {
        let mut copied = Map::new();
        for (key, value) in object {
            if key.starts_with("x-") {
                copied.extend(self.extension(key, value, object));
                continue;
            }
            let pointer = child(pointer, key);
            let part = match (key.as_str(), value) {
                ("$ref", Value::String(reference)) => {
                    self.follow(reference, &pointer);
                    value.clone()
                }
                ("content", Value::Object(content)) if is_of_body(&pointer) => {
                    Value::Object(self.content(content, &pointer))
                }
                ("links", Value::Object(links)) => match self.links(links, &pointer) {
                    links if links.is_empty() => continue,
                    links => Value::Object(links),
                },
                _ => {
                    if METHODS.contains(&key.as_str()) {
                        self.operation(value, &pointer);
                    } else if key == "discriminator" {
                        self.mappings(value, &pointer);
                    }
                    self.copy(value, meaning(key, value), &pointer)
                }
            };
            copied.insert(key.clone(), part);
        }
        copied
    }

    /// Returns an extension that the generator supports, under its name there.
    fn extension(
        &mut self,
        name: &str,
        value: &Value,
        holder: &Map<String, Value>,
    ) -> Option<(String, Value)> {
        if is_known_extension(name) {
            return Some((name.to_owned(), value.clone()));
        }
        if name == ROLES_REQUIREMENTS && !holder.contains_key(ROLES) {
            let roles = match value {
                Value::Array(roles) => roles.clone(),
                role => vec![role.clone()],
            };
            return Some((ROLES.to_owned(), Value::Array(roles)));
        }
        self.leave_out(name.to_owned());
        None
    }

    fn leave_out(&mut self, name: String) {
        *self.summary.left_out.entry(name).or_default() += 1;
    }

    fn operation(&mut self, operation: &Value, pointer: &str) {
        let tags = array(&operation["tags"]).filter_map(Value::as_str);
        self.tags.extend(tags.map(str::to_owned));
        match operation.get("security") {
            Some(security) => self.security(security, &child(pointer, "security")),
            None => self.uses_default_security = true,
        }
    }

    fn security(&mut self, security: &Value, pointer: &str) {
        for (index, requirement) in array(security).enumerate() {
            let pointer = child(pointer, &index.to_string());
            for (name, _) in object(requirement) {
                let scheme = child("#/components/securitySchemes", name);
                self.follow(&scheme, &child(&pointer, name));
            }
        }
    }

    fn mappings(&mut self, discriminator: &Value, pointer: &str) {
        let pointer = child(pointer, "mapping");
        for (value, schema) in object(&discriminator["mapping"]) {
            let reference = self.document.mapped_reference(schema);
            self.follow(&reference, &child(&pointer, value));
        }
    }

    fn follow(&mut self, reference: &str, pointer: &str) {
        let Some(target) = reference.strip_prefix('#') else {
            let message = format!("{reference:?} is in another document");
            let help = "merge the documents into one first";
            return self.report(pointer, message, help);
        };
        if self.document.0.pointer(target).is_none() {
            let message = format!("{reference:?} does not exist");
            return self.report(pointer, message, "correct the document");
        }
        if let Some(component) = component(target)
            && self.reached.insert(component.to_owned())
        {
            self.queue.push(component.to_owned());
        }
        self.references
            .push((pointer.to_owned(), target.to_owned()));
    }

    /// Copies the selected media type of a body, or else all of them.
    fn content(&mut self, content: &Map<String, Value>, pointer: &str) -> Map<String, Value> {
        self.offered.extend(content.keys().cloned());
        let mut preferred = self.media_types.iter();
        let selected = preferred.find(|name| content.contains_key(*name));
        if selected.is_none() && !self.media_types.is_empty() && !content.is_empty() {
            self.summary.bodies_without_selected_type += 1;
        }
        let mut kept = Map::new();
        for (name, media_type) in content {
            if selected.is_some_and(|selected| selected != name) {
                self.leave_out(format!("media type {name}"));
                continue;
            }
            *self.summary.media_types.entry(name.clone()).or_default() += 1;
            let media_type = self.copy(media_type, Meaning::Keywords, &child(pointer, name));
            kept.insert(name.clone(), media_type);
        }
        kept
    }

    /// Copies the links whose operation is in the fragment.
    fn links(&mut self, links: &Map<String, Value>, pointer: &str) -> Map<String, Value> {
        let mut kept = Map::new();
        for (name, link) in links {
            if self.has_selected_operation(link) {
                kept.insert(name.clone(), self.link(link, &child(pointer, name)));
            } else {
                self.leave_out(format!("link {name}"));
            }
        }
        kept
    }

    /// Copies a link. Its `parameters` and `requestBody` are data, unlike those of an operation.
    fn link(&mut self, link: &Value, pointer: &str) -> Value {
        if link.get("$ref").is_some() {
            return self.copy(link, Meaning::Keywords, pointer);
        }
        let mut copied = Map::new();
        for (key, value) in object(link) {
            if key.starts_with("x-") {
                self.leave_out(key.clone());
            } else {
                copied.insert(key.clone(), value.clone());
            }
        }
        Value::Object(copied)
    }

    fn has_selected_operation(&self, link: &Value) -> bool {
        let link = self.document.resolve(link);
        if let Some(id) = link["operationId"].as_str() {
            return self.operation_ids.contains(id);
        }
        let reference = link["operationRef"].as_str().unwrap_or_default();
        let Some(rest) = reference.strip_prefix("#/paths/") else {
            return true;
        };
        let path = rest.split('/').next().unwrap_or_default();
        self.paths
            .contains(&*path.replace("~1", "/").replace("~0", "~"))
    }

    fn report(&mut self, pointer: &str, message: String, help: &str) {
        let diagnostic = self
            .source
            .diagnostic(rule::CANNOT_EXTRACT, pointer, message, help);
        self.diagnostics.push(diagnostic);
    }

    fn finish(mut self, fragment: &Value) -> Result<Summary, Vec<Diagnostic>> {
        for (pointer, target) in std::mem::take(&mut self.references) {
            if fragment.pointer(&target).is_none() {
                let message = format!("\"#{target}\" is not in the selected part");
                let help = "select its path, too, or make it a component of the document";
                self.report(&pointer, message, help);
            }
        }
        self.check_media_types();
        if self.diagnostics.is_empty() {
            return Ok(self.summary);
        }
        self.diagnostics
            .sort_by_key(|it| (it.start, it.pointer.clone()));
        self.diagnostics.dedup();
        Err(self.diagnostics)
    }

    fn check_media_types(&mut self) {
        let mut selected = self.media_types.iter();
        if self.media_types.is_empty() || selected.any(|it| self.offered.contains(it)) {
            return;
        }
        let offered: Vec<&str> = self.offered.iter().map(String::as_str).collect();
        let help = match offered[..] {
            [] => "the selected operations have no bodies".to_owned(),
            _ => format!("the media types are {}", offered.join(", ")),
        };
        let types = self.media_types.join(" or ");
        let message = format!("no body of the selected operations has the media type {types}");
        self.report("/paths", message, &help);
    }
}

/// Returns the part of a pointer that leads to a component, if it does.
fn component(pointer: &str) -> Option<&str> {
    let rest = pointer.strip_prefix("/components/")?;
    let (section, name) = rest.split_once('/')?;
    let length = name.find('/').unwrap_or(name.len());
    let end = pointer.len() - name.len() + length;
    (!section.starts_with("x-")).then(|| &pointer[..end])
}

/// Returns true for the pointer of the `content` of a request or response body, and not of a parameter or header.
fn is_of_body(pointer: &str) -> bool {
    let mut steps = pointer.rsplit('/').skip(1);
    let (holder, section) = (steps.next(), steps.next());
    holder == Some("requestBody") || matches!(section, Some("requestBodies" | "responses"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pointers_into_components_lead_to_one() {
        let expected = Some("/components/schemas/A~1b");
        assert_eq!(component("/components/schemas/A~1b"), expected);
        assert_eq!(component("/components/schemas/A~1b/properties/c"), expected);
        for pointer in ["/components/schemas", "/components/x-mine/A", "/paths/~1a"] {
            assert_eq!(component(pointer), None, "{pointer}");
        }
    }
}
