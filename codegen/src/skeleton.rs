//! progenitor's code for a description, which the passes then work on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use openapiv3::{Header, OpenAPI, Parameter, PathItem, RequestBody, Response, Schema};
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TagStyle};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use syn::File;

use crate::Problem;
use crate::document::{Document, Node};
use crate::prepare::Prepared;
use crate::source::{Source, child};

/// Runs progenitor on a prepared description.
///
/// # Errors
///
/// When the document is no OpenAPI 3.0, or has what progenitor cannot generate; then for each operation
/// of which that can be said.
pub(crate) fn generate(source: &Source, prepared: &Prepared) -> Result<File, Vec<Problem>> {
    let api = read(source, &prepared.document)?;
    let settings = settings(prepared);
    run(&settings, &api).map_err(|message| {
        let problems = culprits(source, prepared, &settings);
        if problems.is_empty() {
            return vec![source.problem("", message, None)];
        }
        problems
    })
}

fn read(source: &Source, document: &Value) -> Result<OpenAPI, Vec<Problem>> {
    serde_path_to_error::deserialize(document).map_err(|error| {
        let parts = wrong_parts(source, Document(document));
        if !parts.is_empty() {
            return parts;
        }
        let pointer = pointer_of(error.path());
        vec![not_openapi(source, &pointer, error.inner())]
    })
}

fn not_openapi(source: &Source, pointer: &str, error: &serde_json::Error) -> Problem {
    source.problem(pointer, format!("this is not OpenAPI 3.0: {error}"), None)
}

/// Reads each part alone. Of a whole document it is not said in which of its paths or schemas the fault is,
/// since each could be a reference, too.
fn wrong_parts(source: &Source, document: Document<'_>) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    // The inner parts come first, and what is wrong with them is wrong with those around them.
    for Node {
        pointer,
        value,
        section,
        ..
    } in document.nodes()
    {
        let around = format!("{pointer}/");
        let known = problems.iter().any(|it| it.pointer.starts_with(&around));
        // `additionalProperties` may be true or false in place of a schema.
        let is_switch = value.is_boolean() && pointer.ends_with("/additionalProperties");
        if known || is_switch || value.get("$ref").is_some() {
            continue;
        }
        let fault = match section {
            "schemas" => fault::<Schema>(value),
            "parameters" => fault::<Parameter>(value),
            "responses" => fault::<Response>(value),
            "requestBodies" => fault::<RequestBody>(value),
            "headers" => fault::<Header>(value),
            "paths" => fault::<PathItem>(value),
            _ => None,
        };
        if let Some((inside, error)) = fault {
            problems.push(not_openapi(source, &format!("{pointer}{inside}"), &error));
        }
    }
    problems
}

/// Where and why a value is no `T`.
fn fault<T: DeserializeOwned>(value: &Value) -> Option<(String, serde_json::Error)> {
    let read: Result<T, _> = serde_path_to_error::deserialize(value);
    let error = read.err()?;
    Some((pointer_of(error.path()), error.into_inner()))
}

fn settings(prepared: &Prepared) -> GenerationSettings {
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Positional);
    settings.with_tag(TagStyle::Merged);
    // The order of the entries must be the same each time that they are written.
    settings.with_map_type("::std::collections::BTreeMap");
    for replacement in &prepared.replacements {
        settings.with_replacement(
            &replacement.schema,
            &replacement.rust_type,
            std::iter::empty(),
        );
    }
    settings
}

/// Tries each operation alone, since progenitor does not say which one it cannot generate.
fn culprits(source: &Source, prepared: &Prepared, settings: &GenerationSettings) -> Vec<Problem> {
    let document = Document(&prepared.document);
    let mut problems = Vec::new();
    for (method, path, item, operation) in document.raw_operations() {
        let mut alone = prepared.document.clone();
        alone["paths"] = json!({path: {method: operation, "parameters": item["parameters"]}});
        if item["parameters"].is_null() {
            alone["paths"] = json!({path: {method: operation}});
        }
        let Ok(api) = read(source, &alone) else {
            continue;
        };
        if let Err(message) = run(settings, &api) {
            let pointer = child(&child("/paths", path), method);
            problems.push(source.problem(&pointer, message, None));
        }
    }
    problems
}

/// progenitor panics on some of what it cannot generate; that is an error like any other here.
fn run(settings: &GenerationSettings, api: &OpenAPI) -> Result<File, String> {
    let tokens = catch_unwind(AssertUnwindSafe(|| {
        Generator::new(settings).generate_tokens(api)
    }));
    let tokens = tokens.map_err(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        format!(
            "progenitor cannot generate this: {}",
            text.unwrap_or("it does not say why")
        )
    })?;
    let tokens = tokens.map_err(|error| format!("progenitor cannot generate this: {error}"))?;
    syn::parse2(tokens).map_err(|error| format!("progenitor's code is no Rust: {error}"))
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        pointer = match segment {
            Segment::Seq { index } => child(&pointer, &index.to_string()),
            Segment::Map { key } => child(&pointer, key),
            Segment::Enum { variant } => child(&pointer, variant),
            Segment::Unknown => break,
        };
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_progenitor_cannot_generate_is_told_for_the_operation() {
        // Lint refuses this before; progenitor returns an error for it.
        let text = "openapi: 3.0.3\ninfo: {title: A, version: '1'}\npaths:\n  /a:\n    get:\n      \
                    operationId: good\n      responses: {'200': {description: A.}}\n    post:\n      \
                    operationId: bad\n      requestBody: {content: {text/csv: {schema: {type: string}}}}\n      \
                    responses: {'200': {description: A.}}\n";
        let source = Source::parse(text).unwrap();
        let prepared = crate::prepare::prepare(&source).unwrap();
        let problems = generate(&source, &prepared).unwrap_err();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].pointer, "/paths/~1a/post");
        assert_eq!((problems[0].line, problems[0].column), (8, 5));
    }

    #[test]
    fn each_part_that_is_no_openapi_is_told_with_its_place() {
        let text = "openapi: 3.0.3\ninfo: {title: A, version: '1'}\npaths:\n  /a:\n    get:\n      \
                    operationId: one\n      responses:\n        '200': {content: {}}\n\
                    components:\n  schemas:\n    A:\n      type: object\n      required: yes\n";
        let source = Source::parse(text).unwrap();
        let prepared = crate::prepare::prepare(&source).unwrap();
        let problems = generate(&source, &prepared).unwrap_err();
        let places: Vec<_> = problems.iter().map(|it| (it.line, it.column)).collect();
        assert_eq!(places, [(8, 9), (11, 5)], "{problems:#?}");
    }

    #[test]
    fn what_is_no_openapi_is_told_with_its_place() {
        let text = "openapi: 3.0.3\ninfo: {title: A, version: '1'}\npaths: []\n";
        let source = Source::parse(text).unwrap();
        let prepared = crate::prepare::prepare(&source).unwrap();
        let problems = generate(&source, &prepared).unwrap_err();
        assert_eq!(
            (problems[0].line, problems[0].column),
            (3, 1),
            "{problems:?}"
        );
    }
}
