//! Gives names to the schemas that become Rust types and have none.
//!
//! The passes find types by the names of schemas. A schema that is written where it is used gets the name
//! of its surroundings and its own: the property `place` of `Thing` becomes `ThingPlace`.

use heck::ToPascalCase;
use serde_json::{Map, Value, json};

use super::nullables::nullable_reference;
use super::{entries, items};
use crate::Diagnostic;
use crate::document::METHODS;
use crate::lint::is_rusts_own;
use crate::rule;
use crate::source_map::{SourceMap, child};

const HELP: &str = "give it a name under #/components/schemas, and refer to it";

/// Whether a schema becomes a Rust type of its own.
fn is_type(schema: &Value) -> bool {
    let parts = schema["allOf"].as_array().map_or(0, Vec::len);
    schema.get("enum").is_some() || schema.get("properties").is_some() || parts > 1
}

/// Moves every such schema to `#/components/schemas`.
///
/// # Errors
///
/// For each name that another schema has already.
pub(super) fn name(document: &mut Value, source: &SourceMap) -> Result<(), Vec<Diagnostic>> {
    let mut names = Names {
        moved: Vec::new(),
        source,
        diagnostics: Vec::new(),
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
        mut diagnostics,
        ..
    } = names;
    for (name, pointer, schema) in moved {
        let Some(schemas) = schemas_of(document) else {
            let message = "the components and their schemas are no objects".to_owned();
            let help = "write each under its name";
            return Err(vec![source.diagnostic(
                rule::WRONG_TYPE,
                "/components",
                message,
                help,
            )]);
        };
        if schemas.contains_key(&name) {
            let message = format!("this schema would be called {name}, which there is already");
            diagnostics.push(source.diagnostic(rule::SCHEMA_NAME_TAKEN, &pointer, message, HELP));
        }
        if is_rusts_own(&name) {
            let message =
                format!("this schema would be called {name}, like something of Rust's own");
            diagnostics.push(source.diagnostic(rule::SCHEMA_NAME_TAKEN, &pointer, message, HELP));
        }
        schemas.insert(name, schema);
    }
    if diagnostics.is_empty() {
        return Ok(());
    }
    Err(diagnostics)
}

/// The named schemas, which are made where there are none; `None` when something else is in their place.
fn schemas_of(document: &mut Value) -> Option<&mut Map<String, Value>> {
    let components = document.as_object_mut()?.entry("components");
    let components = components.or_insert_with(|| json!({})).as_object_mut()?;
    let schemas = components.entry("schemas");
    schemas.or_insert_with(|| json!({})).as_object_mut()
}

struct Names<'a> {
    moved: Vec<(String, String, Value)>,
    source: &'a SourceMap,
    diagnostics: Vec<Diagnostic>,
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
        if !is_type(schema) && self.only_part(schema, pointer, name) {
            return;
        }
        self.below(schema, pointer, name);
        if !is_type(schema) {
            return;
        }
        // typify writes the name as a whole like this, which may join or split its pieces.
        let name = &name.to_pascal_case();
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        let mut moved = std::mem::replace(schema, reference);
        let mut keep = |keyword: &str| moved.as_object_mut()?.shift_remove(keyword);
        // These are about the place, and not about the type.
        let (nullable, default) = (keep("nullable"), keep("default"));
        if nullable == Some(Value::Bool(true)) {
            *schema = nullable_reference(schema);
        }
        if let Some(default) = default {
            if schema.get("$ref").is_some() {
                *schema = json!({"allOf": [schema]});
            }
            schema["default"] = default;
        }
        let known = self.moved.iter().find(|(known, _, _)| known == name);
        match known {
            // Several success statuses may have the same answer.
            Some((_, _, same)) if *same == moved => {}
            Some((_, other, _)) => {
                let message =
                    format!("this schema would be called {name}, like the one at {other}");
                let rule = rule::SCHEMA_NAME_TAKEN;
                let diagnostic = self.source.diagnostic(rule, pointer, message, HELP);
                self.diagnostics.push(diagnostic);
            }
            None => self
                .moved
                .push((name.to_owned(), pointer.to_owned(), moved)),
        }
    }

    /// Names the part of a schema that has just one. typify would write it out at each place, and without
    /// end where it contains that place.
    fn only_part(&mut self, schema: &mut Value, pointer: &str, name: &str) -> bool {
        let description = schema["description"].clone();
        let parts = schema.get_mut("allOf").and_then(Value::as_array_mut);
        let Some([part]) = parts.map(Vec::as_mut_slice) else {
            return false;
        };
        if let Some(part) = part.as_object_mut()
            && description.is_string()
            && !part.contains_key("$ref")
        {
            part.entry("description").or_insert(description);
        }
        self.schema(part, &child(&child(pointer, "allOf"), "0"), name);
        true
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

    fn named(text: &str) -> Result<Value, Vec<Diagnostic>> {
        let source = SourceMap::parse(text)?;
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
                "T": {"properties": {"p": {"nullable": true, "allOf": [reference("Tp")]}}},
                "Tp": {"enum": ["y"]},
                "GetItResponseItemB": {"enum": ["x"]},
                "GetItResponseItem": {"properties": {"b": reference("GetItResponseItemB")}},
            })
        );
    }

    #[test]
    fn what_is_about_the_place_stays_there() {
        let schemas = named(
            "components: {schemas: {T: {properties: {\
             aB: {enum: [x], default: x}, c: {enum: [y], nullable: true, default: null}}}}}\n",
        );
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        assert_eq!(
            schemas.unwrap(),
            json!({
                "T": {"properties": {
                    "aB": {"allOf": [reference("Tab")], "default": "x"},
                    "c": {"nullable": true, "allOf": [reference("Tc")], "default": null},
                }},
                "Tab": {"enum": ["x"]},
                "Tc": {"enum": ["y"]},
            })
        );
    }

    #[test]
    fn the_only_part_is_a_type_of_its_own() {
        let schemas = named(
            "components: {schemas: {T: {properties: {\
             p: {description: D., nullable: true, allOf: [{allOf: [{enum: [x]}]}]}}}}}\n",
        );
        assert_eq!(
            schemas.unwrap(),
            json!({
                "T": {"properties": {"p": {
                    "description": "D.",
                    "nullable": true,
                    "allOf": [{"allOf": [{"$ref": "#/components/schemas/Tp"}], "description": "D."}],
                }}},
                "Tp": {"enum": ["x"], "description": "D."},
            })
        );
    }

    #[test]
    fn what_is_no_schema_stays() {
        let schemas = named("components: {schemas: {T: {properties: {p: {allOf: [text]}}}}}\n");
        assert_eq!(
            schemas.unwrap(),
            json!({"T": {"properties": {"p": {"allOf": ["text"]}}}})
        );
        let text = "components: text\npaths: {/a: {get: {operationId: getIt, responses: {'200': \
                    {content: {application/json: {schema: {enum: [x]}}}}}}}}\n";
        let diagnostics = named(text).unwrap_err();
        assert_eq!(diagnostics[0].pointer, "/components", "{diagnostics:?}");
    }

    #[test]
    fn a_name_that_is_taken_is_refused() {
        let diagnostics = named(
            "components:\n  schemas:\n    A:\n      properties:\n        b: {enum: [x]}\n    Ab: {}\n",
        );
        let diagnostics = diagnostics.unwrap_err();
        assert_eq!(
            (diagnostics[0].start.line, diagnostics[0].start.column),
            (5, 9),
            "{diagnostics:?}"
        );
    }

    #[test]
    fn a_name_that_rust_has_is_refused() {
        let text = "components:\n  schemas:\n    O:\n      properties:\n        k: {enum: [x]}\n";
        let diagnostics = named(text).unwrap_err();
        assert_eq!(diagnostics[0].rule, rule::SCHEMA_NAME_TAKEN);
        assert_eq!(diagnostics[0].start.line, 5, "{diagnostics:?}");
    }
}
