//! The house rules of a description. Each rule looks at the whole document and reports all that it finds.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::Problem;
use crate::document::{Document, array, object, template_names, texts};
use crate::source::{Source, child};

/// Extension that says whether an enum's list is all there is.
pub(crate) const ENUM: &str = "x-enum";
/// Extension that says what each value of an enum means.
pub(crate) const ENUM_DESCRIPTIONS: &str = "x-enum-descriptions";
const ERROR_CODES: &str = "x-error-codes";

type Rule = fn(&mut Findings<'_>);

const RULES: &[Rule] = &[
    references_lead_somewhere,
    operations_are_described,
    operation_ids_are_unique,
    operations_say_how_they_fail,
    answers_have_one_type,
    path_parameters_are_declared,
    bodies_have_schemas,
    enums_are_open_or_closed,
    enum_values_are_described,
    error_codes_are_known,
    there_is_a_server,
];

/// Applies every rule.
pub(crate) fn lint(source: &Source) -> Vec<Problem> {
    let mut findings = Findings {
        source,
        document: Document(&source.value),
        problems: Vec::new(),
    };
    for rule in RULES {
        rule(&mut findings);
    }
    let mut problems = findings.problems;
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems
}

struct Findings<'a> {
    source: &'a Source,
    document: Document<'a>,
    problems: Vec<Problem>,
}

impl<'a> Findings<'a> {
    fn report(&mut self, pointer: &str, message: impl Into<String>, help: &str) {
        let problem = self.source.problem(pointer, message.into(), Some(help));
        self.problems.push(problem);
    }

    /// Each operation with its JSON pointer.
    fn operations(&self) -> Vec<(String, &'a str, &'a Value, &'a Value)> {
        let operations = self.document.raw_operations().into_iter();
        operations
            .map(|(method, path, item, operation)| {
                let pointer = child(&child("/paths", path), method);
                (pointer, path, item, operation)
            })
            .collect()
    }
}

/// Calls `visit` with every value and its pointer.
fn walk<'a>(value: &'a Value, pointer: &str, visit: &mut impl FnMut(&str, &'a Value)) {
    visit(pointer, value);
    for (key, value) in object(value) {
        walk(value, &child(pointer, key), visit);
    }
    for (index, value) in array(value).enumerate() {
        walk(value, &child(pointer, &index.to_string()), visit);
    }
}

fn references_lead_somewhere(findings: &mut Findings<'_>) {
    let document = findings.document;
    let mut dangling = Vec::new();
    walk(document.0, "", &mut |pointer, value| {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
            return;
        };
        if document.target(reference).is_none() {
            dangling.push((child(pointer, "$ref"), reference));
        }
    });
    for (pointer, reference) in dangling {
        findings.report(
            &pointer,
            format!("{reference} does not exist"),
            "refer to something under #/components of this file",
        );
    }
}

fn operations_are_described(findings: &mut Findings<'_>) {
    for (pointer, _, _, operation) in findings.operations() {
        for field in ["operationId", "summary"] {
            if operation[field].as_str().is_none_or(str::is_empty) {
                findings.report(
                    &pointer,
                    format!("this operation has no {field}"),
                    "the method of the client gets its name and its documentation from them",
                );
            }
        }
    }
}

fn operation_ids_are_unique(findings: &mut Findings<'_>) {
    let mut seen = BTreeSet::new();
    for (pointer, _, _, operation) in findings.operations() {
        let Some(id) = operation["operationId"].as_str() else {
            continue;
        };
        let pointer = child(&pointer, "operationId");
        if !is_camel_case(id) {
            findings.report(
                &pointer,
                format!("the operation id {id:?} is not in camel case"),
                "write it like listPrivateEndpointConnections",
            );
        }
        if !seen.insert(id) {
            findings.report(
                &pointer,
                format!("the operation id {id} is used twice"),
                "choose another one",
            );
        }
    }
}

fn is_camel_case(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_lowercase())
        && id
            .chars()
            .all(|character| character.is_ascii_alphanumeric())
}

fn operations_say_how_they_fail(findings: &mut Findings<'_>) {
    for (pointer, _, _, operation) in findings.operations() {
        let fails = object(&operation["responses"])
            .any(|(status, _)| status.starts_with(['4', '5']) || status == "default");
        if !fails {
            findings.report(
                &child(&pointer, "responses"),
                "this operation has no error response",
                "refer to those of #/components/responses that it can answer",
            );
        }
    }
}

/// progenitor's methods return one type for every success, and one for every error.
fn answers_have_one_type(findings: &mut Findings<'_>) {
    let document = findings.document;
    for (pointer, _, _, operation) in findings.operations() {
        let mut types = BTreeMap::new();
        for (status, answer) in object(&operation["responses"]) {
            let success = status.starts_with('2');
            let schema = &document.resolve(answer)["content"]["application/json"]["schema"];
            let types: &mut BTreeSet<String> = types.entry(success).or_default();
            types.insert(schema.to_string());
        }
        for (success, types) in types {
            if types.len() > 1 {
                let what = if success { "success" } else { "error" };
                findings.report(
                    &child(&pointer, "responses"),
                    format!(
                        "the {what} responses have {} different schemas",
                        types.len()
                    ),
                    "give them one",
                );
            }
        }
    }
}

fn path_parameters_are_declared(findings: &mut Findings<'_>) {
    let document = findings.document;
    for (pointer, path, item, operation) in findings.operations() {
        let lists = [&item["parameters"], &operation["parameters"]];
        let declared: Vec<&Value> = lists
            .into_iter()
            .flat_map(array)
            .map(|parameter| document.resolve(parameter))
            .filter(|parameter| parameter["in"] == "path")
            .collect();
        for name in template_names(path) {
            let parameter = declared.iter().find(|parameter| parameter["name"] == name);
            let Some(parameter) = parameter else {
                findings.report(
                    &pointer,
                    format!("the path parameter {name} is not declared"),
                    "declare it under #/components/parameters and refer to it",
                );
                continue;
            };
            if parameter["required"] != true {
                findings.report(
                    &pointer,
                    format!("the path parameter {name} is not required"),
                    "write required: true; a path cannot go without it",
                );
            }
            if parameter["schema"].get("$ref").is_none() {
                findings.report(
                    &pointer,
                    format!("the schema of the path parameter {name} has no name"),
                    "refer to one under #/components/schemas, or each operation gets a type of its own",
                );
            }
        }
        for parameter in &declared {
            let name = parameter["name"].as_str().unwrap_or_default();
            if !template_names(path).contains(&name) {
                findings.report(
                    &pointer,
                    format!("the path has no parameter {name}"),
                    "remove the declaration, or put it into the path in braces",
                );
            }
        }
    }
}

/// progenitor panics on a body without a schema.
fn bodies_have_schemas(findings: &mut Findings<'_>) {
    let mut missing = Vec::new();
    walk(findings.document.0, "", &mut |pointer, value| {
        if !pointer.ends_with("/content") || pointer.contains("/example") {
            return;
        }
        for (media_type, content) in object(value) {
            if content.get("schema").is_none() {
                missing.push((child(pointer, media_type), media_type));
            }
        }
    });
    for (pointer, media_type) in missing {
        findings.report(
            &pointer,
            format!("this {media_type} body has no schema"),
            "say what it holds, with a schema",
        );
    }
}

fn enums_are_open_or_closed(findings: &mut Findings<'_>) {
    let mut undecided = Vec::new();
    walk(findings.document.0, "", &mut |pointer, value| {
        if value.get("enum").is_none_or(|values| !values.is_array()) {
            return;
        }
        if !matches!(value[ENUM].as_str(), Some("open" | "closed")) {
            undecided.push(child(pointer, "enum"));
        }
    });
    for pointer in undecided {
        findings.report(
            &pointer,
            "this enum does not say whether it is open",
            "write x-enum: open where Atlas may send values that are not listed, else x-enum: closed",
        );
    }
}

fn enum_values_are_described(findings: &mut Findings<'_>) {
    let mut faults = Vec::new();
    walk(findings.document.0, "", &mut |pointer, value| {
        let Some(Value::Array(_)) = value.get("enum") else {
            return;
        };
        let values: BTreeSet<String> = texts(&value["enum"]).into_iter().collect();
        let described: BTreeSet<String> = object(&value[ENUM_DESCRIPTIONS])
            .map(|(name, _)| name.clone())
            .collect();
        for name in values.difference(&described) {
            faults.push((
                child(pointer, "enum"),
                format!("the value {name} is not described"),
            ));
        }
        for name in described.difference(&values) {
            let pointer = child(&child(pointer, ENUM_DESCRIPTIONS), name);
            faults.push((pointer, format!("{name} is no value of this enum")));
        }
    });
    for (pointer, message) in faults {
        findings.report(
            &pointer,
            message,
            "x-enum-descriptions has one line for each value of enum",
        );
    }
}

fn error_codes_are_known(findings: &mut Findings<'_>) {
    let known = texts(&findings.document.0["components"]["schemas"]["ErrorCode"]["enum"]);
    let mut unknown = Vec::new();
    walk(findings.document.0, "", &mut |pointer, value| {
        let Some(Value::Array(codes)) = value.get(ERROR_CODES) else {
            return;
        };
        let pointer = child(pointer, ERROR_CODES);
        for (index, code) in codes.iter().enumerate() {
            let code = code.as_str().unwrap_or_default();
            if !known.iter().any(|name| name == code) {
                unknown.push((child(&pointer, &index.to_string()), code));
            }
        }
    });
    for (pointer, code) in unknown {
        findings.report(
            &pointer,
            format!("the error code {code:?} is not known"),
            "add it to #/components/schemas/ErrorCode, with what it means",
        );
    }
}

fn there_is_a_server(findings: &mut Findings<'_>) {
    if findings.document.first_server().is_none() {
        findings.report(
            "/servers",
            "there is no server with an absolute URL",
            "the client takes its default base URL and path from the first one",
        );
    }
}
