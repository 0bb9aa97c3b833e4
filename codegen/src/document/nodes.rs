//! The parts of a description that OpenAPI gives a meaning.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Document, METHODS, array, object};
use crate::source_map::child;

/// One part: an operation, a parameter, a response, a schema and so on.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    pub(crate) pointer: String,
    pub(crate) value: &'a Value,
    /// The section of `#/components` that a reference in its place refers to.
    pub(crate) section: &'static str,
    pub(crate) is_schema: bool,
    /// Its name, when it is a schema under `#/components/schemas`.
    pub(crate) name: Option<&'a str>,
}

const SCHEMAS: &str = "schemas";
const PATHS: &str = "paths";
/// What cannot be referred to.
const NOTHING: &str = "";

/// How the value of a keyword is built up.
enum Shape {
    One,
    Each,
}

impl<'a> Document<'a> {
    /// Every part, in the order of the file.
    ///
    /// Examples, defaults and extensions are data, in which `$ref` and `enum` are words like any other; the
    /// same goes for the names of properties.
    pub(crate) fn nodes(self) -> Vec<Node<'a>> {
        let mut nodes = Vec::new();
        visit(self.0, String::new(), NOTHING, &mut nodes);
        for node in &mut nodes {
            node.name = self.schema_name(&node.pointer);
        }
        nodes
    }

    fn schema_name(self, pointer: &str) -> Option<&'a str> {
        let name = pointer.strip_prefix("/components/schemas/")?;
        // A pointer to what is inside of a schema has more steps.
        let name = (!name.contains('/')).then(|| name.replace("~1", "/").replace("~0", "~"))?;
        let (key, _) = self.0["components"][SCHEMAS]
            .as_object()?
            .get_key_value(&name)?;
        Some(key)
    }

    /// The schemas that responses contain, errors included.
    pub(crate) fn answer_schemas(self) -> Vec<Node<'a>> {
        let mut reached = Vec::new();
        let mut seen = BTreeSet::new();
        let mut open: Vec<(String, &'a Value, &'static str)> = Vec::new();
        for (method, path, _, operation) in self.raw_operations() {
            let pointer = child(&child("/paths", path), method);
            for (status, answer) in object(&operation["responses"]) {
                let pointer = child(&child(&pointer, "responses"), status);
                open.push((pointer, answer, "responses"));
            }
        }
        while let Some((pointer, value, section)) = open.pop() {
            if !seen.insert(pointer.clone()) {
                continue;
            }
            let mut nodes = Vec::new();
            visit(value, pointer, section, &mut nodes);
            for node in nodes {
                if let Some(reference) = node.value["$ref"].as_str()
                    && let (Some(pointer), Some(target)) =
                        (reference.strip_prefix('#'), self.target(reference))
                {
                    open.push((pointer.to_owned(), target, node.section));
                }
                if node.is_schema {
                    reached.push(node);
                }
            }
        }
        reached
    }
}

fn visit<'a>(value: &'a Value, pointer: String, section: &'static str, nodes: &mut Vec<Node<'a>>) {
    for (key, part) in object(value) {
        if key.starts_with("x-") {
            continue;
        }
        let pointer = child(&pointer, key);
        if pointer == "/components" {
            visit_components(part, &pointer, nodes);
            continue;
        }
        if let Some((shape, section)) = meaning(key, section) {
            visit_parts(part, &pointer, &shape, section, nodes);
        }
    }
    let node = Node {
        pointer,
        value,
        section,
        is_schema: section == SCHEMAS,
        name: None,
    };
    nodes.push(node);
}

fn visit_components<'a>(value: &'a Value, pointer: &str, nodes: &mut Vec<Node<'a>>) {
    for (key, part) in object(value) {
        let section = match key.as_str() {
            "parameters" => "parameters",
            "responses" => "responses",
            "requestBodies" => "requestBodies",
            "headers" => "headers",
            "examples" => "examples",
            SCHEMAS => SCHEMAS,
            _ => NOTHING,
        };
        visit_parts(part, &child(pointer, key), &Shape::Each, section, nodes);
    }
}

fn visit_parts<'a>(
    value: &'a Value,
    pointer: &str,
    shape: &Shape,
    section: &'static str,
    nodes: &mut Vec<Node<'a>>,
) {
    if matches!(shape, Shape::One) {
        visit(value, pointer.to_owned(), section, nodes);
        return;
    }
    for (name, part) in object(value) {
        visit(part, child(pointer, name), section, nodes);
    }
    for (index, part) in array(value).enumerate() {
        visit(part, child(pointer, &index.to_string()), section, nodes);
    }
}

/// What stands below a keyword; `None` for data.
fn meaning(key: &str, section: &'static str) -> Option<(Shape, &'static str)> {
    let meaning = match (section, key) {
        (SCHEMAS, "items" | "additionalProperties" | "not") => (Shape::One, SCHEMAS),
        (SCHEMAS, "properties" | "allOf" | "anyOf" | "oneOf") => (Shape::Each, SCHEMAS),
        (SCHEMAS, _) => return None,
        (_, "schema") => (Shape::One, SCHEMAS),
        (_, "requestBody") => (Shape::One, "requestBodies"),
        (_, "parameters") => (Shape::Each, "parameters"),
        (_, "responses") => (Shape::Each, "responses"),
        (_, "headers") => (Shape::Each, "headers"),
        (_, "examples") => (Shape::Each, "examples"),
        (NOTHING, PATHS) => (Shape::Each, PATHS),
        (_, "content" | "servers" | "tags" | "callbacks" | "links") => (Shape::Each, NOTHING),
        (PATHS, method) if METHODS.contains(&method) => (Shape::One, NOTHING),
        (_, "info") => (Shape::One, NOTHING),
        _ => return None,
    };
    Some(meaning)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn data_and_names_are_no_parts() {
        let value = json!({
            "paths": {"/a": {"get": {
                "parameters": [{"name": "p", "schema": {"type": "string", "default": {"$ref": "x"}}}],
                "responses": {"200": {"content": {"application/json": {
                    "schema": {"properties": {"enum": {"type": "string"}, "x-y": {"items": {}}}},
                    "example": {"$ref": "x"},
                }}}},
            }}},
            "components": {"schemas": {"A": {"enum": ["a"], "x-enum": {"$ref": "x"}}}},
        });
        let nodes = Document(&value).nodes();
        assert!(nodes.iter().all(|node| node.value.get("$ref").is_none()));
        let schemas: Vec<&str> = nodes
            .iter()
            .filter(|node| node.is_schema)
            .map(|node| node.pointer.as_str())
            .collect();
        let body = "/paths/~1a/get/responses/200/content/application~1json/schema";
        assert_eq!(
            schemas,
            [
                "/paths/~1a/get/parameters/0/schema",
                &format!("{body}/properties/enum"),
                &format!("{body}/properties/x-y/items"),
                &format!("{body}/properties/x-y"),
                body,
                "/components/schemas/A",
            ]
        );
        assert_eq!(nodes.iter().filter_map(|node| node.name).count(), 1);
    }

    #[test]
    fn answers_are_followed_through_references() {
        let reference = |name: &str| json!({"$ref": format!("#/components/{name}")});
        let value = json!({
            "paths": {"/a": {"get": {
                "requestBody": {"content": {"application/json": {"schema": reference("schemas/Asked")}}},
                "responses": {"200": reference("responses/Good")},
            }}},
            "components": {
                "responses": {"Good": {"content": {"application/json": {"schema": reference("schemas/A")}}}},
                "schemas": {
                    "A": {"properties": {"a": reference("schemas/A"), "b": {"default": 1}}},
                    "Asked": {"default": 1},
                },
            },
        });
        let reached: BTreeSet<String> = Document(&value)
            .answer_schemas()
            .into_iter()
            .map(|node| node.pointer)
            .collect();
        assert!(reached.contains("/components/schemas/A/properties/b"));
        assert!(!reached.contains("/components/schemas/Asked"));
    }
}
