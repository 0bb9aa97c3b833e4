//! Gives names to the schemas that become Rust types and have none.
//!
//! The passes find types by the names of schemas. A schema that is written where it is used gets the name
//! of its surroundings and its own: the property `place` of `Thing` becomes `ThingPlace`.

use heck::ToPascalCase;
use serde_json::{Value, json};

use super::nullables::nullable_reference;
use super::{entries, items};
use crate::Problem;
use crate::document::METHODS;
use crate::rule;
use crate::source::{Source, child};

const HELP: &str = "give it a name under #/components/schemas, and refer to it";

/// Whether a schema becomes a Rust type of its own.
pub(crate) fn is_type(schema: &Value) -> bool {
    let parts = schema["allOf"].as_array().map_or(0, Vec::len);
    schema.get("enum").is_some() || schema.get("properties").is_some() || parts > 1
}

/// Moves every such schema to `#/components/schemas`.
///
/// # Errors
///
/// For each name that another schema has already.
pub(super) fn name(document: &mut Value, source: &Source) -> Result<(), Vec<Problem>> {
    let mut names = Names {
        moved: Vec::new(),
        source,
        problems: Vec::new(),
    };
    for (name, schema) in entries(document.pointer_mut("/components/schemas")) {
        let pointer = child("/components/schemas", name);
        names.below(schema, &pointer, name);
    }
    for section in ["parameters", "responses", "requestBodies"] {
        let root = format!("/components/{section}");
        for (name, part) in entries(document.pointer_mut(&root)) {
            names.holder(part, &child(&root, name), &name.to_pascal_case());
        }
    }
    for (path, item) in entries(document.get_mut("paths")) {
        names.path(item, &child("/paths", path));
    }
    let Names {
        moved,
        mut problems,
        ..
    } = names;
    for (name, pointer, schema) in moved {
        let place = &mut document["components"]["schemas"][&name];
        if !place.is_null() {
            let message = format!("this schema would be called {name}, which there is already");
            problems.push(source.problem(rule::SCHEMA_NAME_TAKEN, &pointer, message, HELP));
        }
        *place = schema;
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(problems)
}

struct Names<'a> {
    moved: Vec<(String, String, Value)>,
    source: &'a Source,
    problems: Vec<Problem>,
}

impl Names<'_> {
    fn path(&mut self, item: &mut Value, pointer: &str) {
        self.parameters(item, pointer, "");
        for method in METHODS {
            let Some(operation) = item.get_mut(*method) else {
                continue;
            };
            let pointer = child(pointer, method);
            let id = operation["operationId"].as_str().unwrap_or_default();
            let base = id.to_pascal_case();
            self.parameters(operation, &pointer, &base);
            if let Some(body) = operation.get_mut("requestBody") {
                let pointer = child(&pointer, "requestBody");
                self.holder(body, &pointer, &format!("{base}Body"));
            }
            let pointer = child(&pointer, "responses");
            for (status, answer) in entries(operation.get_mut("responses")) {
                let name = format!("{base}Response");
                self.holder(answer, &child(&pointer, status), &name);
            }
        }
    }

    fn parameters(&mut self, holder: &mut Value, pointer: &str, base: &str) {
        let pointer = child(pointer, "parameters");
        for (index, parameter) in items(holder.get_mut("parameters")).enumerate() {
            let name = parameter["name"].as_str().unwrap_or_default();
            let name = format!("{base}{}", name.to_pascal_case());
            self.holder(parameter, &child(&pointer, &index.to_string()), &name);
        }
    }

    /// Looks at the schema of a parameter, or at those of a body's content.
    fn holder(&mut self, holder: &mut Value, pointer: &str, name: &str) {
        if let Some(schema) = holder.get_mut("schema") {
            self.schema(schema, &child(pointer, "schema"), name);
        }
        let pointer = child(pointer, "content");
        for (media_type, content) in entries(holder.get_mut("content")) {
            if let Some(schema) = content.get_mut("schema") {
                let pointer = child(&child(&pointer, media_type), "schema");
                self.schema(schema, &pointer, name);
            }
        }
    }

    fn schema(&mut self, schema: &mut Value, pointer: &str, name: &str) {
        self.below(schema, pointer, name);
        if !is_type(schema) {
            return;
        }
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        let nullable = schema["nullable"] == true;
        let mut moved = std::mem::replace(schema, reference);
        if nullable {
            *schema = nullable_reference(schema);
            if let Some(moved) = moved.as_object_mut() {
                moved.shift_remove("nullable");
            }
        }
        let known = self.moved.iter().find(|(known, _, _)| known == name);
        match known {
            // Several success statuses may have the same answer.
            Some((_, _, same)) if *same == moved => {}
            Some((_, other, _)) => {
                let message =
                    format!("this schema would be called {name}, like the one at {other}");
                let rule = rule::SCHEMA_NAME_TAKEN;
                let problem = self.source.problem(rule, pointer, message, HELP);
                self.problems.push(problem);
            }
            None => self
                .moved
                .push((name.to_owned(), pointer.to_owned(), moved)),
        }
    }

    fn below(&mut self, schema: &mut Value, pointer: &str, name: &str) {
        for (keyword, ending) in [("items", "Item"), ("additionalProperties", "Value")] {
            if let Some(part) = schema.get_mut(keyword) {
                self.schema(part, &child(pointer, keyword), &format!("{name}{ending}"));
            }
        }
        let properties = child(pointer, "properties");
        for (property, part) in entries(schema.get_mut("properties")) {
            let name = format!("{name}{}", property.to_pascal_case());
            self.schema(part, &child(&properties, property), &name);
        }
        // typify puts the parts together into one type, so that they need no names.
        let parts = child(pointer, "allOf");
        for (index, part) in items(schema.get_mut("allOf")).enumerate() {
            self.below(part, &child(&parts, &index.to_string()), name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Result<Value, Vec<Problem>> {
        let source = Source::parse(text)?;
        let mut document = source.value.clone();
        name(&mut document, &source)?;
        Ok(document["components"]["schemas"].take())
    }

    #[test]
    fn types_are_named_after_where_they_are() {
        let schemas = named(
            "paths: {/a: {get: {operationId: getIt, responses: {'200': {content: {application/json: {\
             schema: {type: array, items: {properties: {b: {enum: [x]}}}}}}}}}}}\n\
             components: {schemas: {T: {properties: {p: {nullable: true, enum: [y]}}}}}\n",
        );
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        assert_eq!(
            schemas.unwrap(),
            json!({
                "T": {"properties": {"p": {"nullable": true, "allOf": [reference("TP")]}}},
                "TP": {"enum": ["y"]},
                "GetItResponseItemB": {"enum": ["x"]},
                "GetItResponseItem": {"properties": {"b": reference("GetItResponseItemB")}},
            })
        );
    }

    #[test]
    fn a_name_that_is_taken_is_refused() {
        let problems = named(
            "components:\n  schemas:\n    A:\n      properties:\n        b: {enum: [x]}\n    AB: {}\n",
        );
        let problems = problems.unwrap_err();
        assert_eq!(
            (problems[0].start.line, problems[0].start.column),
            (5, 9),
            "{problems:?}"
        );
    }
}
