//! Copies the selected paths, and everything that they refer to, directly or through others.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Kept, Selection, Summary, is_prefix};
use crate::Diagnostic;
use crate::document::{Document, METHODS, ROLES, array, object, text};
use crate::lint::is_known_extension;
use crate::rule;
use crate::source_map::{SourceMap, child};

/// The extension with the roles of an operation in MongoDB's own documents: a role, or a list of them.
const ROLES_REQUIREMENTS: &str = "x-rolesRequirements";

/// How to read a value. Without that, a `$ref` in an example would be followed, and a header whose name begins with
/// `x-` be left out as an extension.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// The map of all paths.
    Paths,
    /// An object of OpenAPI, whose keys are keywords, or a list of them.
    Keywords,
    /// A map from names to objects of OpenAPI.
    Names,
    /// The responses of an operation by status, with extensions among them.
    Responses,
    /// The media types of a request or response body.
    Content,
    /// The links of a response by name.
    Links,
    /// A link. Its `parameters` and `requestBody` are data, unlike those of an operation.
    Link,
    /// Values without a meaning in OpenAPI.
    Data,
}

/// Returns the meaning of the value of a keyword.
fn meaning(key: &str, value: &Value, pointer: &str) -> Meaning {
    match key {
        "responses" => Meaning::Responses,
        "links" => Meaning::Links,
        "content" if is_of_body(pointer) => Meaning::Content,
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
) -> Result<(Value, Summary), Vec<Diagnostic>> {
    let mut walk = Walk::new(source, selection);
    let paths = walk.copy(&source.value["paths"], Meaning::Paths, "/paths");
    walk.copy_components();
    let mut fragment = Map::new();
    for (key, value) in object(&source.value) {
        let part = match key.as_str() {
            "openapi" => Some(value.clone()),
            "info" | "servers" | "externalDocs" => {
                Some(walk.copy(value, Meaning::Keywords, &child("", key)))
            }
            "security" => walk.uses_default_security.then(|| value.clone()),
            "tags" => walk.used_tags(value),
            "paths" => Some(paths.clone()),
            "components" => walk.components_in_order(),
            _ => {
                fragment.extend(walk.extension(key, value, &fragment));
                None
            }
        };
        fragment.extend(part.map(|part| (key.clone(), part)));
    }
    let fragment = Value::Object(fragment);
    let summary = walk.finish(&fragment)?;
    Ok((fragment, summary))
}

struct Walk<'a> {
    source: &'a SourceMap,
    document: Document<'a>,
    media_types: &'a [String],
    paths: BTreeSet<&'a str>,
    operation_ids: BTreeSet<&'a str>,
    /// The components referred to by their pointers, and the pointers of those that are not copied yet.
    components: BTreeMap<String, Value>,
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
        let mut walk = Self {
            source,
            document: Document(&source.value),
            media_types: &selection.media_types,
            paths: BTreeSet::new(),
            operation_ids: BTreeSet::new(),
            components: BTreeMap::new(),
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
        for (_, path, _, operation) in walk.document.operations() {
            walk.summary.operations.total += 1;
            if walk.paths.contains(path) {
                walk.summary.operations.kept += 1;
                walk.operation_ids.extend(operation["operationId"].as_str());
            }
        }
        walk
    }

    /// Copies every component that is reached.
    fn copy_components(&mut self) {
        while let Some(pointer) = self.queue.pop() {
            let value = self.document.0.pointer(&pointer).unwrap_or(&Value::Null);
            let meaning = if pointer.starts_with("/components/links/") {
                Meaning::Link
            } else {
                Meaning::Keywords
            };
            let copied = self.copy(value, meaning, &pointer);
            self.components.insert(pointer, copied);
        }
    }

    /// Returns the copied components in the order of the document, and counts them.
    fn components_in_order(&mut self) -> Option<Value> {
        let mut sections = Map::new();
        for (section, named) in object(&self.document.0["components"]) {
            let pointer = child("/components", section);
            let kept: Map<String, Value> = object(named)
                .filter_map(|(name, _)| {
                    let component = self.components.get(&child(&pointer, name))?;
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
            if self.tags.contains(&text(&tag["name"])) {
                let pointer = child("/tags", &index.to_string());
                used.push(self.copy(tag, Meaning::Keywords, &pointer));
            }
        }
        (!used.is_empty()).then_some(Value::Array(used))
    }

    /// Copies a value without what is left out, and notes what it refers to.
    fn copy(&mut self, value: &Value, meaning: Meaning, pointer: &str) -> Value {
        match value {
            Value::Object(object) if meaning != Meaning::Data => {
                let entries = object.iter();
                let copied = entries
                    .filter_map(|(key, value)| self.entry(key, value, object, meaning, pointer));
                Value::Object(copied.collect())
            }
            Value::Array(items) if meaning != Meaning::Data => {
                let items = items.iter().enumerate().map(|(index, item)| {
                    self.copy(item, meaning, &child(pointer, &index.to_string()))
                });
                Value::Array(items.collect())
            }
            other => other.clone(),
        }
    }

    /// Copies an entry of an object, unless it is left out.
    fn entry(
        &mut self,
        key: &str,
        value: &Value,
        holder: &Map<String, Value>,
        meaning: Meaning,
        pointer: &str,
    ) -> Option<(String, Value)> {
        let pointer = child(pointer, key);
        let of_value = match meaning {
            Meaning::Paths if !self.paths.contains(key) => return None,
            Meaning::Keywords | Meaning::Responses | Meaning::Link if key.starts_with("x-") => {
                return self.extension(key, value, holder);
            }
            Meaning::Links if !self.has_selected_operation(value) => {
                self.leave_out(format!("link {key}"));
                return None;
            }
            Meaning::Content if self.selected(holder).is_some_and(|it| it != key) => {
                self.leave_out(format!("media type {key}"));
                return None;
            }
            Meaning::Content => {
                *self.summary.media_types.entry(key.to_owned()).or_default() += 1;
                Meaning::Keywords
            }
            Meaning::Link if key == "$ref" => self.keyword(key, value, &pointer),
            Meaning::Keywords => self.keyword(key, value, &pointer),
            Meaning::Links => Meaning::Link,
            Meaning::Paths | Meaning::Names | Meaning::Responses => Meaning::Keywords,
            Meaning::Link | Meaning::Data => Meaning::Data,
        };
        let copied = self.copy(value, of_value, &pointer);
        let is_empty = of_value == Meaning::Links && object(&copied).next().is_none();
        (!is_empty).then(|| (key.to_owned(), copied))
    }

    /// Notes what a keyword refers to, and returns the meaning of its value.
    fn keyword(&mut self, key: &str, value: &Value, pointer: &str) -> Meaning {
        let meaning = meaning(key, value, pointer);
        match (key, value) {
            ("$ref", Value::String(reference)) => self.follow(reference, pointer),
            ("discriminator", _) => {
                let pointer = child(pointer, "mapping");
                for (name, schema) in object(&value["mapping"]) {
                    let reference = self.document.mapped_reference(schema);
                    self.follow(&reference, &child(&pointer, name));
                }
            }
            (_, Value::Object(content)) if meaning == Meaning::Content => {
                self.offered.extend(content.keys().cloned());
                let has_none = !content.is_empty() && self.selected(content).is_none();
                if has_none && !self.media_types.is_empty() {
                    self.summary.bodies_without_selected_type += 1;
                }
            }
            _ if METHODS.contains(&key) => self.operation(value, pointer),
            _ => {}
        }
        meaning
    }

    /// Returns the first of the selected media types that a body has.
    fn selected(&self, content: &Map<String, Value>) -> Option<&'a String> {
        let mut preferred = self.media_types.iter();
        preferred.find(|name| content.contains_key(*name))
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
            None if self.uses_default_security => {}
            None => {
                self.uses_default_security = true;
                self.security(&self.document.0["security"], "/security");
            }
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
            && !self.components.contains_key(&component)
        {
            self.components.insert(component.clone(), Value::Null);
            self.queue.push(component);
        }
        self.references
            .push((pointer.to_owned(), target.to_owned()));
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
fn component(pointer: &str) -> Option<String> {
    let steps: Vec<&str> = pointer.split('/').collect();
    match steps[..] {
        ["", "components", section, name, ..] if !section.starts_with("x-") => {
            Some(format!("/components/{section}/{name}"))
        }
        _ => None,
    }
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
        let expected = "/components/schemas/A~1b";
        for pointer in [expected, "/components/schemas/A~1b/properties/c"] {
            assert_eq!(component(pointer).as_deref(), Some(expected), "{pointer}");
        }
        for pointer in ["/components/schemas", "/components/x-mine/A", "/paths/~1a"] {
            assert_eq!(component(pointer), None, "{pointer}");
        }
    }
}
