//! Compares the fields of objects.

use heck::ToSnakeCase;
use serde_json::Value;

use super::comparison::{Comparison, SchemaPair, Subject, added_verb};
use super::node::{DEEPEST, Node, Pair, is_reordered, matching};
use super::table::{Kind, Usage};
use crate::document::texts;

pub(super) const EXTRA: &str = "additionalProperties";
/// The keywords of objects and arrays.
pub(super) const PARTS: &[&str] = &["items", "properties", "required", EXTRA, "allOf"];
/// The other keywords of values without their constraints.
pub(super) const VALUES: &[&str] = &[
    "type",
    "format",
    "nullable",
    "default",
    "readOnly",
    "writeOnly",
];

/// A field of an object.
#[derive(Clone, Default)]
pub(super) struct Field<'a> {
    pub(super) node: Node<'a>,
    pub(super) label: String,
    required: bool,
}

impl Field<'_> {
    fn is(&self, key: &str) -> bool {
        self.node.resolve().is(key) || self.node.is(key)
    }

    /// Returns whether the field is an `Option` in Rust, and whether the constructor of a request's type takes it.
    pub(super) fn rust_shape(&self, object: Usage) -> (bool, bool) {
        let is_nullable = self.node.alias_chain().iter().any(|it| it.is("nullable"));
        let has_default = self.node.has("default");
        let is_absent =
            (self.is("readOnly") && object.request) || (self.is("writeOnly") && object.response);
        let is_present = (self.required && !is_absent) || has_default;
        let is_argument = self.required && !self.is("readOnly") && !has_default;
        (is_nullable || !is_present, object.request && is_argument)
    }
}

/// Returns the fields of a schema by name, with those of the parts of its `allOf`.
pub(super) fn fields<'a>(schema: &Node<'a>, label: &str) -> Vec<(&'a str, Field<'a>)> {
    let (mut found, mut required) = (Vec::new(), Vec::new());
    collect(schema, label, &mut found, &mut required, 0);
    for (name, field) in &mut found {
        field.required = required.iter().any(|it| it == name);
    }
    found
}

fn collect<'a>(
    schema: &Node<'a>,
    label: &str,
    found: &mut Vec<(&'a str, Field<'a>)>,
    required: &mut Vec<String>,
    depth: usize,
) {
    if depth > DEEPEST {
        return;
    }
    for part in schema.get("allOf").items() {
        let part = part.resolve();
        let label = part.schema_name().unwrap_or(label);
        collect(&part, label, found, required, depth + 1);
    }
    required.extend(texts(&schema.value["required"]));
    for (name, node) in schema.get("properties").entries() {
        found.retain(|(known, _)| *known != name);
        let label = format!("{label}.{name}");
        let required = false;
        found.push((
            name,
            Field {
                node,
                label,
                required,
            },
        ));
    }
}

/// Returns the item of a field in the generated crate.
pub(super) fn field_item(object: &Subject, name: &str) -> Option<String> {
    let item = object.item.as_ref();
    item.map(|item| format!("{item}.{}", name.to_snake_case()))
}

/// The fields that an object may have besides those with a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extra {
    Forbidden,
    Allowed,
    Map,
}

fn extra(node: &Node<'_>) -> Extra {
    match node.value {
        Value::Bool(false) => Extra::Forbidden,
        Value::Object(schema) if !schema.is_empty() => Extra::Map,
        _ => Extra::Allowed,
    }
}

impl SchemaPair<'_> {
    pub(super) fn compare_fields(&self, comparison: &mut Comparison<'_>) {
        let object = self.subject.usage;
        let old = fields(&self.pair.old, &self.label);
        let new = fields(&self.pair.new, &self.label);
        let to_closed = extra(&self.pair.old.get(EXTRA)) == Extra::Forbidden;
        for (name, was, is) in matching(&old, &new) {
            let pair = Pair::new(&was.node, &is.node);
            let field = if is.node.exists() { &is } else { &was };
            // A field may be sent one way only.
            let mut usage = object;
            usage.request &= !field.is("readOnly");
            usage.response &= !field.is("writeOnly");
            let item = field_item(&self.subject, name);
            let subject = Subject { usage, item };
            let name = format!("the {} field `{}`", usage.adjective(), field.label);
            let added = Kind::field_added(field.required && usage.request, to_closed);
            let kinds = (Kind::FIELD_REMOVED, (added, added_verb(field.required)));
            if comparison.compare_presence(kinds, &subject, &pair, &name) {
                let subject = subject.in_rust_if(was.rust_shape(object) != is.rust_shape(object));
                let required = (was.required, is.required);
                comparison.compare_required(required, &subject, &pair, &name);
            }
        }
        // The constructor takes its arguments in the order of their names.
        if is_reordered(&old, &new) {
            let what = format!("the fields of `{}` are in another order", self.label);
            let part = self.pair.get("properties");
            comparison.record(Kind::FIELDS_REORDERED, &self.subject, &part, what);
        }
        self.compare_extra(comparison);
        let subject = self.subject.in_rust_if(false);
        let parts = self.pair.get("allOf");
        for (old, new) in parts.old.items().iter().zip(&parts.new.items()) {
            let part = Pair::new(old, new).resolve();
            let name = format!("a part of `{}`", self.label);
            comparison.compare_rest(&subject, &part, &name, &[PARTS, VALUES]);
        }
    }

    fn compare_extra(&self, comparison: &mut Comparison<'_>) {
        let part = self.pair.get(EXTRA);
        let (old, new) = (extra(&part.old), extra(&part.new));
        let (kind, verb) = match (old, new) {
            (Extra::Forbidden, Extra::Allowed) => (Kind::EXTRA_FIELDS_ALLOWED, "may have"),
            (Extra::Allowed, Extra::Forbidden) => (Kind::EXTRA_FIELDS_FORBIDDEN, "may not have"),
            (Extra::Forbidden, Extra::Map) => (Kind::EXTRA_FIELDS_ALLOWED, "requires a type of"),
            (Extra::Allowed, Extra::Map) => (Kind::EXTRA_FIELDS_FORBIDDEN, "requires a type of"),
            (Extra::Map, Extra::Allowed) => (Kind::MAP_VALUES_REMOVED, "may have any"),
            (Extra::Map, Extra::Forbidden) => (Kind::TYPE_CHANGED, "may not have"),
            _ => return,
        };
        let in_rust = old == Extra::Map || new == Extra::Map;
        let what = format!("`{}` {verb} additional fields", self.label);
        comparison.record(kind, &self.subject.in_rust_if(in_rust), &part, what);
    }
}
