//! Rules on paths, operations, their parameters and their security.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use serde_json::Value;

use super::structure::Part;
use super::{Lint, has_misspelt};
use crate::document::{ROLES, array, is_json, is_omitted, object, template_names};
use crate::rule;
use crate::source_map::child;

pub(super) fn check_paths(lint: &mut Lint<'_>, root: &Part<'_>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (pointer, path, _) in root.entries("paths") {
        if path.starts_with("x-") {
            continue;
        }
        let segments = path.strip_prefix('/').map(|path| path.split('/'));
        if !segments.is_some_and(|mut segments| segments.all(is_segment)) {
            let message =
                format!("{path} has a segment that is neither plain nor one {{parameter}}");
            let help = "write it like /groups/{groupId}/privateEndpoint";
            lint.report(rule::MALFORMED_PATH, pointer, message, help);
            continue;
        }
        let segments = path.split('/');
        let plain = segments.map(|it| if it.starts_with('{') { "{}" } else { it });
        let plain = plain.collect::<Vec<_>>().join("/");
        if let Some(other) = seen.insert(plain, path) {
            let message = format!("{path} is the same path as {other}");
            let help = "write the operations of both under one of them";
            lint.report(rule::DUPLICATE_PATH, pointer, message, help);
        }
    }
}

fn is_segment(segment: &str) -> bool {
    let name = segment
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(segment);
    !matches!(name, "" | "." | "..")
        && !name.contains(['{', '}', '?', '#', '%', '"', '\\'])
        && !name.contains(|it: char| it.is_whitespace() || it.is_control())
}

/// Reports keys that OpenAPI defines and the generator ignores.
pub(super) fn check_ignored_keys(lint: &mut Lint<'_>, part: &Part<'_>) {
    for (key, help) in [
        (
            "servers",
            "remove it; requests go to the servers of the whole fragment",
        ),
        ("callbacks", "remove it; a client does not receive requests"),
    ] {
        if part.value.get(key).is_some() {
            let message = format!("{key} is not supported here");
            lint.report(rule::IGNORED_KEY, part.at(key), message, help);
        }
    }
}

/// Checks that ids are in camel case and give methods of different names.
pub(super) fn check_operation_ids(lint: &mut Lint<'_>, _: &Part<'_>) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for (method, path, _, operation) in lint.document.operations() {
        let id = operation["operationId"].as_str().unwrap_or_default().trim();
        if id.is_empty() {
            continue;
        }
        let pointer = child(&child(&child("/paths", path), method), "operationId");
        let is_camel_case = id.starts_with(|it: char| it.is_ascii_lowercase())
            && id.chars().all(|it| it.is_ascii_alphanumeric());
        if !is_camel_case {
            let message = format!("the operation id {id:?} is not in camel case");
            let help = "write it like listPrivateEndpointConnections";
            lint.report(rule::ID_NOT_CAMEL_CASE, &pointer, message, help);
        }
        let first = seen.entry(id.to_snake_case());
        let first = first.or_insert_with(|| pointer.clone());
        if *first != pointer {
            let first = first.trim_start_matches("/paths/").replace("~1", "/");
            let first = first.trim_end_matches("/operationId");
            let message = format!("the operation id {id} gives the same method as that of {first}");
            lint.report(rule::ID_NOT_UNIQUE, pointer, message, "choose another id");
        }
    }
}

/// Reports which of its required parts an operation does not have.
pub(super) fn check_missing_parts(lint: &mut Lint<'_>, operation: &Part<'_>) {
    let roles = &operation.value[ROLES];
    let has_no_roles = roles.is_null() || roles.as_array().is_some_and(Vec::is_empty);
    let is_error = |status: &str| status.starts_with(['4', '5']) || status == "default";
    let mut responses = operation.entries("responses");
    let has_errors = responses.any(|(_, status, _)| is_error(status));
    for (is_missing, rule, part, help) in [
        (
            operation.text("operationId").is_empty(),
            rule::OPERATION_WITHOUT_ID,
            "operationId",
            "write one in camel case, like operationId: getPrivateEndpointConnection",
        ),
        (
            operation.text("summary").is_empty(),
            rule::OPERATION_WITHOUT_SUMMARY,
            "summary",
            "write one sentence, like summary: Get one private endpoint connection.",
        ),
        (
            has_no_roles && !has_misspelt(operation.value, ROLES),
            rule::OPERATION_WITHOUT_ROLES,
            ROLES,
            "list the roles of which the caller needs one, like x-atlas-roles: [Project Owner]",
        ),
    ] {
        if is_missing {
            let message = format!("the operation has no {part}");
            lint.report(rule, &operation.pointer, message, help);
        }
    }
    if !has_errors {
        let pointer = operation.at("responses");
        let message = "the operation has no error response";
        let help = "refer to the errors under #/components/responses that it may return";
        lint.report(rule::OPERATION_WITHOUT_ERROR, pointer, message, help);
    }
}

pub(super) fn check_tags(lint: &mut Lint<'_>, operation: &Part<'_>) {
    for (pointer, tag) in operation.items("tags") {
        if array(&lint.root["tags"]).all(|declared| declared["name"] != *tag) {
            let message = format!("undeclared tag {tag}");
            let help = "declare it under tags at the top of the file, with a description";
            lint.report(rule::UNDECLARED_TAG, pointer, message, help);
        }
    }
}

/// Checks that request bodies and successful responses have examples.
pub(super) fn check_examples(lint: &mut Lint<'_>, operation: &Part<'_>) {
    let body = operation.value.get("requestBody");
    let body = body.map(|it| (operation.at("requestBody"), "request body".to_owned(), it));
    let responses = operation.entries("responses");
    let responses = responses.filter(|(_, status, _)| status.starts_with('2'));
    let responses =
        responses.map(|(pointer, status, it)| (pointer, format!("response {status}"), it));
    for (pointer, name, body) in body.into_iter().chain(responses) {
        let (pointer, body) = lint.document.resolve_at(&pointer, body);
        for (media_type, content) in object(&body["content"]) {
            let mut examples = object(&content["examples"]).map(|(_, example)| example);
            let has_example = content.get("example").is_some()
                || examples.any(|it| it.get("value").or(it.get("$ref")).is_some());
            if is_json(media_type) && !has_example {
                let pointer = child(&child(&pointer, "content"), media_type);
                let message = format!("the {name} has no example");
                let help = "write example: with a value, or examples: with a named value: each";
                lint.report(rule::OPERATION_WITHOUT_EXAMPLE, pointer, message, help);
            }
        }
    }
}

/// Checks that security requirements name schemes that exist, and that the client satisfies one of the
/// alternatives.
pub(super) fn check_security(lint: &mut Lint<'_>, part: &Part<'_>) {
    if part.value.get("security").is_none() {
        return;
    }
    let schemes = &lint.root["components"]["securitySchemes"];
    let mut help = "define it under #/components/securitySchemes".to_owned();
    let known: Vec<&str> = object(schemes).map(|(name, _)| name.as_str()).collect();
    if !known.is_empty() {
        help += &format!(", or use {}", known.join(", "));
    }
    let (mut is_known, mut is_supported) = (true, false);
    for (pointer, alternative) in part.items("security") {
        for (name, _) in object(alternative).filter(|(name, _)| schemes.get(name).is_none()) {
            is_known = false;
            let message = format!("unknown security scheme {name}");
            lint.report(
                rule::UNKNOWN_SECURITY_SCHEME,
                child(&pointer, name),
                message,
                &help,
            );
        }
        let names: Vec<&String> = object(alternative).map(|(name, _)| name).collect();
        is_supported |= matches!(names[..], [name] if is_supported_scheme(lint, &schemes[name]));
    }
    if is_known && !is_supported {
        let message = "the client supports none of these security requirements";
        let help = "list a scheme of type http with the scheme digest or bearer, alone in its item";
        lint.report(
            rule::UNSUPPORTED_SECURITY,
            part.at("security"),
            message,
            help,
        );
    }
}

fn is_supported_scheme(lint: &Lint<'_>, scheme: &Value) -> bool {
    let scheme = lint.document.resolve(scheme);
    let name = scheme["scheme"].as_str().unwrap_or_default().trim();
    let is_supported = ["digest", "bearer"]
        .iter()
        .any(|it| it.eq_ignore_ascii_case(name));
    scheme["type"] == "http" && is_supported
}

/// A parameter of an operation.
struct Parameter<'a> {
    /// The JSON pointer in the operation or its path item.
    listed_at: String,
    /// The JSON pointer of the definition.
    pointer: String,
    value: &'a Value,
}

/// Checks that the parameters of a path and the declared path parameters are the same, without those that are
/// omitted from the client.
pub(super) fn check_path_parameters(lint: &mut Lint<'_>, _: &Part<'_>) {
    for (method, path, item, operation) in lint.document.operations() {
        let path_pointer = child("/paths", path);
        let pointer = child(&path_pointer, method);
        let mut parameters = Vec::new();
        for (holder, value) in [(&path_pointer, item), (&pointer, operation)] {
            for (index, value) in array(&value["parameters"]).enumerate() {
                let listed_at = format!("{holder}/parameters/{index}");
                let (pointer, value) = lint.document.resolve_at(&listed_at, value);
                if value["in"] == "path" && !is_omitted(value) {
                    parameters.push(Parameter {
                        listed_at,
                        pointer,
                        value,
                    });
                }
            }
        }
        let names = template_names(path);
        let mut seen = BTreeSet::new();
        for name in &names {
            if !seen.insert(name) {
                let message = format!("the path repeats the parameter {name}");
                let help = "rename one of them";
                lint.report(rule::PATH_PARAMETER_REPEATED, &path_pointer, message, help);
            } else if parameters.iter().all(|it| it.value["name"] != *name) {
                let message = format!("the path parameter {name} is not declared");
                let help = "declare it under #/components/parameters and refer to it";
                lint.report(rule::PATH_PARAMETER_UNDECLARED, &pointer, message, help);
            }
        }
        for parameter in parameters {
            let name = parameter.value["name"].as_str().unwrap_or_default();
            if names.contains(&name) {
                check_path_parameter(lint, &parameter, name);
            } else {
                let message = format!("the path {path} has no parameter {name}");
                let help = "remove the parameter, or add it to the path in braces";
                lint.report(
                    rule::PATH_PARAMETER_UNUSED,
                    parameter.listed_at,
                    message,
                    help,
                );
            }
        }
    }
}

/// Checks that a path parameter is shared, is required and has a named type.
fn check_path_parameter(lint: &mut Lint<'_>, parameter: &Parameter<'_>, name: &str) {
    let Parameter {
        listed_at,
        pointer,
        value,
    } = parameter;
    if listed_at == pointer {
        let message = format!("the path parameter {name} is declared inline");
        let help = "declare it under #/components/parameters and refer to it";
        lint.report(rule::PATH_PARAMETER_INLINE, pointer, message, help);
    }
    if value["required"] != true {
        let message = format!("the path parameter {name} is not required");
        let help = "write required: true";
        lint.report(rule::PATH_PARAMETER_OPTIONAL, pointer, message, help);
    }
    let schema = value.get("schema");
    if schema.is_some_and(|schema| schema.get("$ref").is_none()) {
        let pointer = child(pointer, "schema");
        let message = format!("the schema of the path parameter {name} has no name");
        let help = "move it to #/components/schemas and refer to it";
        lint.report(rule::PATH_PARAMETER_WITHOUT_TYPE, pointer, message, help);
    }
}
