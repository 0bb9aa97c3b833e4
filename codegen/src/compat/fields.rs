//! Compares the fields of objects.

use heck::ToSnakeCase;
use serde_json::Value;

use super::Kind;
use super::comparison::{Comparison, Subject, Usage};
use super::node::{Node, Pair};
use super::schemas::{DEEPEST, Meeting, OBJECTS, VALUES, chain};
use crate::document::texts;

pub(super) const EXTRA: &str = "additionalProperties";

/// A field of an object.
pub(super) struct Field<'a> {
    name: &'a str,
    pub(super) node: Node<'a>,
    pub(super) label: String,
    pub(super) item: Option<String>,
    required: bool,
}

impl Field<'_> {
    fn is(&self, key: &str) -> bool {
        self.node.resolve().get(key).is_true() || self.node.get(key).is_true()
    }

    /// Returns whether the field is an `Option` in Rust, and whether the constructor of a request's type takes it.
    pub(super) fn rust_shape(&self, object: Usage) -> (bool, bool) {
        let is_nullable = chain(&self.node)
            .iter()
            .any(|it| it.get("nullable").is_true());
        let has_default = self.node.get("default").exists();
        let is_absent =
            (self.is("readOnly") && object.request) || (self.is("writeOnly") && object.response);
        let is_present = (self.required && !is_absent) || has_default;
        let is_argument = self.required && !self.is("readOnly") && !has_default;
        (is_nullable || !is_present, object.request && is_argument)
    }

    /// The field as a part of its object. It may be sent one way only.
    fn subject(&self, object: &Subject) -> Subject {
        let mut usage = object.usage;
        usage.request &= !self.is("readOnly");
        usage.response &= !self.is("writeOnly");
        let item = self.item.clone();
        Subject { usage, item }
    }
}

/// The fields of a schema with those of the parts of its `allOf`.
fn fields<'a>(schema: &Node<'a>, meeting: &Meeting<'_>) -> Vec<Field<'a>> {
    let mut found = Vec::new();
    let mut required = Vec::new();
    collect(schema, &meeting.label, &mut found, &mut required, 0);
    for field in &mut found {
        field.required = required.iter().any(|name| name == field.name);
        let item = meeting.subject.item.as_ref();
        field.item = item.map(|item| format!("{item}.{}", field.name.to_snake_case()));
    }
    found
}

fn collect<'a>(
    schema: &Node<'a>,
    label: &str,
    found: &mut Vec<Field<'a>>,
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
    required.extend(texts(schema.get("required").value));
    for (name, node) in schema.get("properties").entries() {
        found.retain(|known| known.name != name);
        found.push(Field {
            name,
            node,
            label: format!("{label}.{name}"),
            item: None,
            required: false,
        });
    }
}

/// The fields that both versions of an object have.
pub(super) fn shared_fields<'a>(meeting: &Meeting<'a>) -> Vec<(Field<'a>, Field<'a>)> {
    let mut old = fields(&meeting.pair.old, meeting);
    let mut shared = Vec::new();
    for new in fields(&meeting.pair.new, meeting) {
        if let Some(index) = old.iter().position(|old| old.name == new.name) {
            shared.push((old.remove(index), new));
        }
    }
    shared
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

impl Meeting<'_> {
    pub(super) fn compare_fields(&self, comparison: &mut Comparison<'_>) {
        let (old, new) = (fields(&self.pair.old, self), fields(&self.pair.new, self));
        let find = |of: &[Field<'_>], name: &str| of.iter().position(|field| field.name == name);
        let name = |field: &Field<'_>, subject: &Subject| {
            format!("the {} field `{}`", subject.usage.adjective(), field.label)
        };
        let mut order = Vec::new();
        for field in &old {
            let Some(index) = find(&new, field.name) else {
                let subject = field.subject(&self.subject);
                let what = format!("{} was removed", name(field, &subject));
                let pair = Pair::removed(&field.node);
                comparison.record(Kind::FieldRemoved, &subject, &pair, what);
                continue;
            };
            order.push(index);
            let same = &new[index];
            let subject = same.subject(&self.subject);
            let (kind, word) = match (field.required, same.required) {
                (false, true) => (Kind::BecameRequired, "required"),
                (true, false) => (Kind::BecameOptional, "optional"),
                _ => continue,
            };
            let usage = self.subject.usage;
            let in_rust = field.rust_shape(usage) != same.rust_shape(usage);
            let what = format!("{} became {word}", name(same, &subject));
            let pair = Pair::new(&field.node, &same.node);
            comparison.record(kind, &subject.in_rust_if(in_rust), &pair, what);
        }
        let to_closed = extra(&self.pair.old.get(EXTRA)) == Extra::Forbidden;
        for field in new.iter().filter(|field| find(&old, field.name).is_none()) {
            let subject = field.subject(&self.subject);
            let word = if field.required {
                "required"
            } else {
                "optional"
            };
            let what = format!("{} was added, {word}", name(field, &subject));
            let required = field.required && subject.usage.request;
            let kind = Kind::FieldAdded {
                required,
                to_closed,
            };
            comparison.record(kind, &subject, &Pair::added(&field.node), what);
        }
        // The constructor takes its arguments in the order of their names.
        if !order.is_sorted() {
            let what = format!("the fields of `{}` are in another order", self.label);
            let part = self.pair.get("properties");
            comparison.record(Kind::FieldsReordered, &self.subject, &part, what);
        }
        self.compare_extra(comparison);
        let subject = self.subject.in_rust_if(false);
        let parts = self.pair.get("allOf");
        for (old, new) in parts.old.items().iter().zip(&parts.new.items()) {
            let part = Pair::new(old, new).resolve();
            let name = format!("a part of `{}`", self.label);
            comparison.compare_rest(&part, &subject, &name, &[OBJECTS, VALUES]);
        }
    }

    fn compare_extra(&self, comparison: &mut Comparison<'_>) {
        let part = self.pair.get(EXTRA);
        let (old, new) = (extra(&part.old), extra(&part.new));
        let (kind, verb) = match (old, new) {
            (Extra::Forbidden, Extra::Allowed) => (Kind::ExtraFieldsAllowed, "may have"),
            (Extra::Allowed, Extra::Forbidden) => (Kind::ExtraFieldsForbidden, "may not have"),
            (Extra::Forbidden, Extra::Map) => (Kind::ExtraFieldsAllowed, "requires a type of"),
            (Extra::Allowed, Extra::Map) => (Kind::ExtraFieldsForbidden, "requires a type of"),
            (Extra::Map, Extra::Allowed) => (Kind::MapValuesRemoved, "may have any"),
            (Extra::Map, Extra::Forbidden) => (Kind::TypeChanged, "may not have"),
            _ => return,
        };
        let subject = self
            .subject
            .in_rust_if(old == Extra::Map || new == Extra::Map);
        let what = format!("`{}` {verb} additional fields", self.label);
        comparison.record(kind, &subject, &part, what);
    }
}
