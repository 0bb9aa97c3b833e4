//! Rules on what a schema puts together with `allOf`.

use serde_json::Value;

use super::Findings;
use crate::document::{Node, array, object};
use crate::rule;
use crate::source_map::child;

/// How deep schemas are compared; deeper, one contains itself.
const DEEPEST: usize = 32;

/// A property as one of the parts has it.
struct Property<'a> {
    name: &'a str,
    pointer: String,
    schema: &'a Value,
}

/// typify takes what no value can be for a type without fields.
pub(super) fn agree(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.schemas() {
        if value.get("allOf").is_none() {
            continue;
        }
        let mut properties = Vec::new();
        findings.collect(&pointer, value, 0, &mut properties);
        one_property_is_one_thing(findings, &properties);
        parts_are_not_closed(findings, &pointer, value, &properties);
    }
}

fn one_property_is_one_thing(findings: &mut Findings<'_>, properties: &[Property<'_>]) {
    for (index, property) in properties.iter().enumerate() {
        let mut others = properties[..index].iter();
        let other = others.find(|other| {
            let is_same = other.name == property.name;
            is_same && findings.contradict(other, property, 0)
        });
        if let Some(other) = other {
            findings.report(
                rule::PARTS_CONTRADICT,
                &property.pointer,
                format!(
                    "{} is something else in another part, at {}",
                    property.name, other.pointer
                ),
                "describe it in one of the parts only, or as the same type",
            );
        }
    }
}

fn parts_are_not_closed(
    findings: &mut Findings<'_>,
    pointer: &str,
    schema: &Value,
    properties: &[Property<'_>],
) {
    let mut parts = vec![(child(pointer, "additionalProperties"), schema)];
    let all = child(pointer, "allOf");
    for (index, part) in array(&schema["allOf"]).enumerate() {
        let pointer = child(&all, &index.to_string());
        if let Some((_, part)) = findings.resolve(&pointer, part) {
            parts.push((pointer, part));
        }
    }
    for (pointer, part) in parts {
        let other = properties
            .iter()
            .find(|property| part["properties"].get(property.name).is_none());
        if part["additionalProperties"] == false
            && let Some(other) = other
        {
            findings.report(
                rule::PARTS_CONTRADICT,
                &pointer,
                format!(
                    "additionalProperties: false leaves no room for {}, which another part has",
                    other.name
                ),
                "leave additionalProperties out; the client passes over what it does not know",
            );
        }
    }
}

impl<'a> Findings<'a> {
    /// The properties of a schema and of its parts, each as often as it is described.
    fn collect(
        &self,
        pointer: &str,
        schema: &'a Value,
        depth: usize,
        into: &mut Vec<Property<'a>>,
    ) {
        if depth > DEEPEST {
            return;
        }
        let Some((pointer, schema)) = self.resolve(pointer, schema) else {
            return;
        };
        let parts = child(&pointer, "allOf");
        for (index, part) in array(&schema["allOf"]).enumerate() {
            self.collect(&child(&parts, &index.to_string()), part, depth + 1, into);
        }
        let properties = child(&pointer, "properties");
        for (name, schema) in object(&schema["properties"]) {
            let pointer = child(&properties, name);
            // Two parts may be the same.
            if into.iter().all(|known| known.pointer != pointer) {
                into.push(Property {
                    name,
                    pointer,
                    schema,
                });
            }
        }
    }

    /// Whether no value fits both, as far as that makes a difference to the Rust type.
    fn contradict(&self, one: &Property<'a>, other: &Property<'a>, depth: usize) -> bool {
        let (Some((at, one)), Some((at_other, other))) = (self.bare(one), self.bare(other)) else {
            return false;
        };
        if at == at_other || depth > DEEPEST {
            return false;
        }
        let differ = |key: &str| match (one.get(key), other.get(key)) {
            (Some(one), Some(other)) => one != other,
            _ => false,
        };
        // The format of a text makes no type.
        if differ("type") || differ("enum") || (one["type"] != "string" && differ("format")) {
            return true;
        }
        let part = |pointer: &str, name: &'a str, schema: &'a Value| Property {
            name,
            pointer: child(pointer, name),
            schema,
        };
        ["items", "additionalProperties"].into_iter().any(|key| {
            let (Some(one), Some(other)) = (one.get(key), other.get(key)) else {
                return false;
            };
            let (one, other) = (part(&at, key, one), part(&at_other, key, other));
            self.contradict(&one, &other, depth + 1)
        })
    }

    /// What a property is, without the references around it.
    fn bare(&self, property: &Property<'a>) -> Option<(String, &'a Value)> {
        let (mut pointer, mut schema) = self.resolve(&property.pointer, property.schema)?;
        for _ in 0..DEEPEST {
            let Some([only]) = schema["allOf"].as_array().map(Vec::as_slice) else {
                break;
            };
            let part = child(&child(&pointer, "allOf"), "0");
            (pointer, schema) = self.resolve(&part, only)?;
        }
        Some((pointer, schema))
    }
}
