//! progenitor's code for a description, which the passes then work on.

use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TagStyle};
use serde_json::{Value, json};
use syn::File;

use crate::Diagnostic;
use crate::document::Document;
use crate::guard;
use crate::prepare::Prepared;
use crate::rule;
use crate::source_map::{SourceMap, child};

/// Runs progenitor on a prepared description.
///
/// # Errors
///
/// When the document is no OpenAPI 3.0, or has what progenitor cannot generate; then for each operation
/// of which that can be said.
pub(crate) fn generate(source: &SourceMap, prepared: &Prepared) -> Result<File, Vec<Diagnostic>> {
    let api = read(source, &prepared.document).map_err(|diagnostic| vec![*diagnostic])?;
    let settings = settings(prepared);
    run(&settings, &api).map_err(|message| {
        let diagnostics = culprits(source, prepared, &settings);
        if diagnostics.is_empty() {
            return vec![refused(source, "", message)];
        }
        diagnostics
    })
}

/// Reads a document as progenitor wants it.
///
/// # Errors
///
/// What makes it no OpenAPI 3.0.
pub(crate) fn read(source: &SourceMap, document: &Value) -> Result<OpenAPI, Box<Diagnostic>> {
    serde_path_to_error::deserialize(document).map_err(|error| {
        let pointer = pointer_of(error.path());
        let message = format!("this is not OpenAPI 3.0: {}", error.inner());
        let help = "compare it with the other parts of this kind in the file";
        Box::new(source.diagnostic(rule::NOT_OPENAPI, &pointer, message, help))
    })
}

fn refused(source: &SourceMap, pointer: &str, message: String) -> Diagnostic {
    let help = "describe it in a way that other operations of the file are described in";
    source.diagnostic(rule::CANNOT_GENERATE, pointer, message, help)
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
fn culprits(
    source: &SourceMap,
    prepared: &Prepared,
    settings: &GenerationSettings,
) -> Vec<Diagnostic> {
    let document = Document(&prepared.document);
    let operations = document.raw_operations();
    let count = operations.len();
    let mut diagnostics = Vec::new();
    for (method, path, item, operation) in operations {
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
            diagnostics.push(refused(source, &pointer, message));
        }
    }
    // What all of them have is not theirs, but among what they refer to.
    let mut messages = diagnostics.iter().map(|diagnostic| &diagnostic.message);
    let first = messages.next();
    if count > 1 && diagnostics.len() == count && messages.all(|message| Some(message) == first) {
        let message = first.cloned().unwrap_or_default();
        return vec![refused(source, "/components/schemas", message)];
    }
    diagnostics
}

/// progenitor panics on some of what it cannot generate; that is an error like any other here.
fn run(settings: &GenerationSettings, api: &OpenAPI) -> Result<File, String> {
    let tokens = guard::caught(|| Generator::new(settings).generate_tokens(api));
    let tokens = tokens.map_err(|panic| format!("progenitor cannot generate this: {panic}"))?;
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
        let source = SourceMap::parse(text).unwrap();
        let prepared = crate::prepare::prepare(&source).unwrap();
        let diagnostics = generate(&source, &prepared).unwrap_err();
        assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
        assert_eq!(diagnostics[0].pointer, "/paths/~1a/post");
        assert_eq!(
            (diagnostics[0].start.line, diagnostics[0].start.column),
            (8, 5)
        );
    }

    #[test]
    fn what_no_operation_is_to_blame_for_is_told_once() {
        // Lint refuses this before; both values would be one variant.
        let answer = "{responses: {'200': {description: A., content: {application/json: {schema: {$ref: \
                      '#/components/schemas/E'}}}}}";
        let text = format!(
            "openapi: 3.0.3\ninfo: {{title: A, version: '1'}}\npaths:\n  /a:\n    get: {answer}, operationId: \
             one}}\n    post: {answer}, operationId: two}}\ncomponents:\n  schemas:\n    E: {{type: string, \
             enum: ['1', x1]}}\n"
        );
        let source = SourceMap::parse(&text).unwrap();
        let prepared = crate::prepare::prepare(&source).unwrap();
        let diagnostics = generate(&source, &prepared).unwrap_err();
        let pointers: Vec<&str> = diagnostics.iter().map(|it| &*it.pointer).collect();
        assert_eq!(pointers, ["/components/schemas"]);
    }

    #[test]
    fn what_is_no_openapi_is_told_with_its_place() {
        let text = "openapi: 3.0.3\ninfo: {title: A, version: '1'}\npaths: []\n";
        let source = SourceMap::parse(text).unwrap();
        let prepared = crate::prepare::prepare(&source).unwrap();
        let diagnostics = generate(&source, &prepared).unwrap_err();
        assert_eq!(
            (diagnostics[0].start.line, diagnostics[0].start.column),
            (3, 1),
            "{diagnostics:?}"
        );
    }
}
