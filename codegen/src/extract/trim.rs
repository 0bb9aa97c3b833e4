//! Takes parts of the document without what nobody here needs, and notes what they refer to.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Summary;
use super::cut::Chosen;
use super::grammar::{Kind, Part};
use super::references::{Component, Target, mapped_target, target, unescaped};
use crate::Diagnostic;
use crate::document::{Document, array, object};
use crate::lint::is_known_extension;
use crate::rule;
use crate::source_map::{SourceMap, child};

pub(super) struct Trimmer<'a> {
    source: &'a SourceMap,
    chosen: &'a Chosen<'a>,
    media_types: &'a [String],
    reached: BTreeSet<Component>,
    /// What was reached and not yet trimmed.
    open: Vec<Component>,
    /// Where each reference stands, and what it says.
    references: Vec<(String, String)>,
    tags: BTreeSet<String>,
    needs_default_security: bool,
    /// The media types of every body, before one was chosen.
    offered: BTreeSet<String>,
    summary: Summary,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Trimmer<'a> {
    pub(super) fn new(
        source: &'a SourceMap,
        chosen: &'a Chosen<'a>,
        media_types: &'a [String],
    ) -> Self {
        Self {
            source,
            chosen,
            media_types,
            reached: BTreeSet::new(),
            open: Vec::new(),
            references: Vec::new(),
            tags: BTreeSet::new(),
            needs_default_security: false,
            offered: BTreeSet::new(),
            summary: Summary::default(),
            diagnostics: Vec::new(),
        }
    }

    /// A component that was reached, each once.
    pub(super) fn next_component(&mut self) -> Option<Component> {
        self.open.pop()
    }

    /// Whether an operation was met that names no security of its own.
    pub(super) fn needs_default_security(&self) -> bool {
        self.needs_default_security
    }

    /// Whether an operation was met that has the tag.
    pub(super) fn uses_tag(&self, name: &str) -> bool {
        self.tags.contains(name)
    }

    /// The part at the pointer, without extensions that the generator does not know, media types that were
    /// not asked for, and links to what was not chosen.
    pub(super) fn trim(&mut self, value: &Value, kind: Kind, pointer: &str) -> Value {
        match value {
            Value::Object(object) => Value::Object(self.trim_object(object, kind, pointer)),
            Value::Array(items) => self.trim_items(items, kind, pointer),
            other => other.clone(),
        }
    }

    fn trim_items(&mut self, items: &[Value], kind: Kind, pointer: &str) -> Value {
        let items = items.iter().enumerate();
        items
            .map(|(index, item)| self.trim(item, kind, &child(pointer, &index.to_string())))
            .collect()
    }

    fn trim_object(
        &mut self,
        object: &Map<String, Value>,
        kind: Kind,
        pointer: &str,
    ) -> Map<String, Value> {
        if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
            let target = target(&self.source.value, reference);
            self.follow(reference, target, &child(pointer, "$ref"));
        }
        match kind {
            Kind::Operation => self.operation(object, pointer),
            Kind::Discriminator => self.discriminator(object, pointer),
            _ => {}
        }
        let mut trimmed = Map::new();
        for (key, value) in object {
            let part = if key.starts_with("x-") {
                self.extension(key, value)
            } else {
                self.trim_part(key, value, kind, &child(pointer, key))
            };
            trimmed.extend(part.map(|part| (key.clone(), part)));
        }
        trimmed
    }

    /// `None` when all of the part is dropped.
    fn trim_part(&mut self, key: &str, value: &Value, kind: Kind, pointer: &str) -> Option<Value> {
        let part = match (kind.part(key), value) {
            (Part::Data, _) => value.clone(),
            (Part::Each(Kind::Link), Value::Object(links)) => {
                let links = self.links(links, pointer);
                return (!links.is_empty()).then_some(Value::Object(links));
            }
            (Part::Each(Kind::MediaType), Value::Object(content)) if kind != Kind::Parameter => {
                Value::Object(self.content(content, pointer))
            }
            (Part::Each(kind), Value::Object(named)) => named
                .iter()
                .map(|(name, value)| {
                    let value = self.trim(value, kind, &child(pointer, name));
                    (name.clone(), value)
                })
                .collect(),
            (Part::One(kind) | Part::Each(kind), _) => self.trim(value, kind, pointer),
        };
        Some(part)
    }

    /// The value of an extension that the generator knows.
    pub(super) fn extension(&mut self, name: &str, value: &Value) -> Option<Value> {
        if is_known_extension(name) {
            return Some(value.clone());
        }
        let dropped = &mut self.summary.dropped_extensions;
        *dropped.entry(name.to_owned()).or_default() += 1;
        None
    }

    fn operation(&mut self, operation: &Map<String, Value>, pointer: &str) {
        let tags = operation.get("tags").into_iter().flat_map(array);
        self.tags
            .extend(tags.filter_map(Value::as_str).map(str::to_owned));
        match operation.get("security") {
            Some(security) => self.security(security, &child(pointer, "security")),
            None => self.needs_default_security = true,
        }
    }

    /// Notes the security schemes that are asked for.
    pub(super) fn security(&mut self, security: &Value, pointer: &str) {
        for (index, requirement) in array(security).enumerate() {
            let pointer = child(pointer, &index.to_string());
            for (name, _) in object(requirement) {
                let scheme = child("#/components/securitySchemes", name);
                let target = target(&self.source.value, &scheme);
                self.follow(&scheme, target, &child(&pointer, name));
            }
        }
    }

    fn discriminator(&mut self, discriminator: &Map<String, Value>, pointer: &str) {
        let pointer = child(pointer, "mapping");
        for (value, schema) in discriminator.get("mapping").into_iter().flat_map(object) {
            let schema = schema.as_str().unwrap_or_default();
            let target = mapped_target(&self.source.value, schema);
            self.follow(schema, target, &child(&pointer, value));
        }
    }

    fn follow(&mut self, reference: &str, target: Target, pointer: &str) {
        match target {
            Target::Component(component) => {
                if self.reached.insert(component.clone()) {
                    self.open.push(component);
                }
            }
            Target::Elsewhere(_) => {}
            Target::Nothing => {
                let message = format!("{reference:?} does not exist");
                return self.report(pointer, message, "mend it in the document");
            }
            Target::OtherDocument => {
                let message = format!("{reference:?} is in another document");
                let help = "put all of it into one document first; only one is read";
                return self.report(pointer, message, help);
            }
        }
        if reference.starts_with('#') {
            self.references
                .push((pointer.to_owned(), reference.to_owned()));
        }
    }

    /// The media types of a body, or the one that was asked for.
    fn content(&mut self, content: &Map<String, Value>, pointer: &str) -> Map<String, Value> {
        self.offered.extend(content.keys().cloned());
        let choice = self
            .media_types
            .iter()
            .find(|name| content.contains_key(*name));
        if choice.is_none() && !self.media_types.is_empty() && !content.is_empty() {
            self.summary.bodies_without_choice += 1;
        }
        let mut kept = Map::new();
        for (name, media_type) in content {
            if choice.is_some_and(|choice| choice != name) {
                continue;
            }
            *self.summary.media_types.entry(name.clone()).or_default() += 1;
            let media_type = self.trim(media_type, Kind::MediaType, &child(pointer, name));
            kept.insert(name.clone(), media_type);
        }
        kept
    }

    fn links(&mut self, links: &Map<String, Value>, pointer: &str) -> Map<String, Value> {
        let mut kept = Map::new();
        for (name, link) in links {
            if self.leads_outside(link) {
                self.summary.dropped_links += 1;
                continue;
            }
            let link = self.trim(link, Kind::Link, &child(pointer, name));
            kept.insert(name.clone(), link);
        }
        kept
    }

    /// Whether a link leads to an operation of the document that was not chosen.
    fn leads_outside(&self, link: &Value) -> bool {
        let link = Document(&self.source.value).resolve(link);
        if let Some(id) = link["operationId"].as_str() {
            return !self.chosen.operation_ids.contains(id);
        }
        let reference = link["operationRef"].as_str().unwrap_or_default();
        let mut steps = reference.split('/');
        if (steps.next(), steps.next()) != (Some("#"), Some("paths")) {
            return false;
        }
        let path = steps.next().map(unescaped).unwrap_or_default();
        !self.chosen.paths.contains(path.as_str())
    }

    fn report(&mut self, pointer: &str, message: String, help: &str) {
        let diagnostic = self
            .source
            .diagnostic(rule::CANNOT_CUT, pointer, message, help);
        self.diagnostics.push(diagnostic);
    }

    /// The counts, once the fragment is complete.
    ///
    /// # Errors
    ///
    /// Every reference that could not be followed, or leads to what the fragment does not have; a choice of
    /// media types that no body has.
    pub(super) fn finish(mut self, fragment: &Value) -> Result<Summary, Vec<Diagnostic>> {
        for (pointer, reference) in std::mem::take(&mut self.references) {
            if fragment.pointer(&reference[1..]).is_none() {
                let message = format!("{reference:?} is not in the part that was chosen");
                let help = "choose what it leads to, too, or make that a component of the document";
                self.report(&pointer, message, help);
            }
        }
        self.some_body_has_a_choice();
        if self.diagnostics.is_empty() {
            return Ok(self.summary);
        }
        let order = |it: &Diagnostic| (it.start, it.pointer.clone());
        self.diagnostics.sort_by_key(order);
        self.diagnostics.dedup();
        Err(self.diagnostics)
    }

    fn some_body_has_a_choice(&mut self) {
        let mut choices = self.media_types.iter();
        if self.media_types.is_empty() || choices.any(|it| self.offered.contains(it)) {
            return;
        }
        let offered: Vec<&str> = self.offered.iter().map(String::as_str).collect();
        let help = match offered[..] {
            [] => "the chosen operations have no bodies".to_owned(),
            _ => format!("they have {}", offered.join(", ")),
        };
        let message = format!(
            "no body of the chosen operations has the media type {}",
            self.media_types.join(" or ")
        );
        self.report("/paths", message, &help);
    }
}
