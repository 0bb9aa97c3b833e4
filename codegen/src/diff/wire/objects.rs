//! Fields of objects.

use serde_json::Value;

use super::node::{Node, Pair};
use super::rules::{
    BECAME_OPTIONAL, BECAME_REQUIRED, FEWER_FIELDS_TAKEN, FIELD_REMOVED, MAP_LOST,
    MORE_FIELDS_TAKEN, OPTIONAL_FIELD_ADDED, REQUIRED_FIELD_ADDED, TYPE_CHANGED, Uses,
};
use super::{Wire, documentation, schemas};
use crate::document::texts;

/// The keywords that are compared here.
pub(super) const COMPARED: &[&str] = &["properties", "required", "additionalProperties", "allOf"];

const EXTRA: &str = "additionalProperties";

/// A field, with those that its object takes over from others.
struct Field<'a> {
    name: &'a str,
    node: Node<'a>,
    label: String,
    required: bool,
}

/// The fields of a schema, those of the schemas that it puts together included.
fn fields<'a>(schema: &Node<'a>, label: &str) -> Vec<Field<'a>> {
    let mut found = Vec::new();
    let mut required = Vec::new();
    collect(schema, label, &mut found, &mut required, 0);
    for field in &mut found {
        field.required = required.iter().any(|name| name == field.name);
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
    // Deeper than this, a schema contains itself.
    if depth > 32 {
        return;
    }
    for part in schema.get("allOf").items() {
        let part = part.resolve();
        let label = schemas::name(&part).unwrap_or(label).to_owned();
        collect(&part, &label, found, required, depth + 1);
    }
    required.extend(texts(schema.get("required").value));
    for (name, node) in schema.get("properties").entries() {
        found.retain(|known| known.name != name);
        found.push(Field {
            name,
            node,
            label: format!("{label}.{name}"),
            required: false,
        });
    }
}

/// The schemas of the fields that both sides have.
pub(super) fn inside<'a>(pair: &Pair<'a>, label: &str) -> Vec<(Pair<'a>, String)> {
    let old = fields(&pair.old, label);
    let mut inside = Vec::new();
    for new in fields(&pair.new, label) {
        if let Some(old) = old.iter().find(|old| old.name == new.name) {
            let pair = Pair {
                old: old.node.clone(),
                new: new.node,
            };
            inside.push((pair, new.label));
        }
    }
    inside.push((pair.get(EXTRA), format!("{label}.*")));
    inside
}

/// Compares which fields there are, and which there must be.
pub(super) fn compare(wire: &mut Wire<'_>, pair: &Pair<'_>, uses: Uses, label: &str) {
    let (old, new) = (fields(&pair.old, label), fields(&pair.new, label));
    let kind = uses.field();
    for field in &old {
        let Some(same) = new.iter().find(|new| new.name == field.name) else {
            let what = format!("the {kind} `{}` was removed", field.label);
            wire.removed(&field.node, FIELD_REMOVED.judge(uses), what);
            continue;
        };
        let (rule, word) = match (field.required, same.required) {
            (false, true) => (BECAME_REQUIRED, "required"),
            (true, false) => (BECAME_OPTIONAL, "optional"),
            _ => continue,
        };
        let pair = Pair {
            old: field.node.clone(),
            new: same.node.clone(),
        };
        let what = format!("the {kind} `{}` is {word} now", same.label);
        wire.changed(&pair, rule.judge(uses), what);
    }
    for field in &new {
        if old.iter().any(|old| old.name == field.name) {
            continue;
        }
        let (rule, word) = if field.required {
            (REQUIRED_FIELD_ADDED, "required")
        } else {
            (OPTIONAL_FIELD_ADDED, "optional")
        };
        let rule = if extra(&pair.old.get(EXTRA)) == Extra::Nothing {
            rule.of_closed_answers()
        } else {
            rule
        };
        let what = format!("the {kind} `{}` was added, {word}", field.label);
        wire.added(&field.node, rule.judge(uses), what);
    }
    compare_extra(wire, &pair.get(EXTRA), uses, label);
    compare_parts(wire, &pair.get("allOf"), label);
}

/// What an object may hold besides its fields.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extra {
    Nothing,
    Anything,
    Map,
}

fn extra(node: &Node<'_>) -> Extra {
    match node.value {
        Value::Bool(false) => Extra::Nothing,
        Value::Object(schema) if !schema.is_empty() => Extra::Map,
        _ => Extra::Anything,
    }
}

fn compare_extra(wire: &mut Wire<'_>, pair: &Pair<'_>, uses: Uses, label: &str) {
    let (rule, what) = match (extra(&pair.old), extra(&pair.new)) {
        (Extra::Nothing, Extra::Anything) => {
            (MORE_FIELDS_TAKEN, "may have fields that are not listed")
        }
        (Extra::Anything, Extra::Nothing) => (
            FEWER_FIELDS_TAKEN,
            "may not have fields that are not listed any more",
        ),
        (Extra::Nothing, Extra::Map) => (MORE_FIELDS_TAKEN, "is a map now"),
        (Extra::Anything, Extra::Map) => (FEWER_FIELDS_TAKEN, "is a map of one kind of values now"),
        (Extra::Map, Extra::Anything) => (MAP_LOST, "is a map of any values now"),
        (Extra::Map, Extra::Nothing) => (TYPE_CHANGED, "is no map any more"),
        _ => return,
    };
    wire.changed(pair, rule.judge(uses), format!("`{label}` {what}"));
}

/// Compares what is said of the schemas that are put together; their fields are the object's.
fn compare_parts(wire: &mut Wire<'_>, pair: &Pair<'_>, label: &str) {
    let (old, new) = (pair.old.items(), pair.new.items());
    let subject = format!("a part of `{label}`");
    for (old, new) in old.iter().zip(&new) {
        let pair = Pair {
            old: old.resolve(),
            new: new.resolve(),
        };
        let compared = [COMPARED, &["type", "nullable"]].concat();
        documentation::compare(wire, &pair, &subject, &compared);
    }
}
