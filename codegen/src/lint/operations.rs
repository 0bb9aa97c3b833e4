//! Rules on paths, operations and their security.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use serde_json::Value;

use super::structure::Kind;
use super::{Lint, has_misspelt};
use crate::document::{ROLES, array, is_json, object};
use crate::rule;
use crate::source_map::child;

pub(super) fn check_paths(lint: &mut Lint<'_>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (path, _) in object(&lint.root["paths"]).filter(|(path, _)| !path.starts_with("x-")) {
        let pointer = child("/paths", path);
        let segments = path.strip_prefix('/').map(|path| path.split('/'));
        if !segments.is_some_and(|mut segments| segments.all(is_segment)) {
            let message =
                format!("{path} has a segment that is neither plain nor one {{parameter}}");
            let help = "write it like /groups/{groupId}/privateEndpoint";
            lint.report(rule::MALFORMED_PATH, &pointer, message, help);
            continue;
        }
        let segments = path.split('/');
        let plain = segments.map(|it| if it.starts_with('{') { "{}" } else { it });
        let plain = plain.collect::<Vec<_>>().join("/");
        if let Some(other) = seen.insert(plain, path) {
            let message = format!("{path} is the same path as {other}");
            let help = "write the operations of both under one of them";
            lint.report(rule::DUPLICATE_PATH, &pointer, message, help);
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

/// Keys that OpenAPI defines and the generator ignores.
pub(super) fn check_ignored_keys(lint: &mut Lint<'_>) {
    let mut holders: Vec<(String, &Value)> = Vec::new();
    for kind in [Kind::PathItem, Kind::Operation] {
        let parts = lint.parts(kind).into_iter();
        holders.extend(parts.map(|part| (part.pointer, part.value)));
    }
    for (pointer, holder) in holders {
        for (key, help) in [
            (
                "servers",
                "remove it; requests go to the servers of the whole fragment",
            ),
            ("callbacks", "remove it; a client does not receive requests"),
        ] {
            if holder.get(key).is_some() {
                let message = format!("{key} is not supported here");
                lint.report(rule::IGNORED_KEY, &child(&pointer, key), message, help);
            }
        }
    }
}

/// Ids exist, are written in camel case and give methods of different names.
pub(super) fn check_operation_ids(lint: &mut Lint<'_>) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for operation in lint.operations() {
        let id = text(operation.value, "operationId");
        if id.is_empty() {
            let message = "the operation has no operationId";
            let help = "write one in camel case, like operationId: getPrivateEndpointConnection";
            lint.report(
                rule::OPERATION_WITHOUT_ID,
                &operation.pointer,
                message,
                help,
            );
            continue;
        }
        let pointer = child(&operation.pointer, "operationId");
        let is_camel_case = id.starts_with(|it: char| it.is_ascii_lowercase())
            && id.chars().all(|it| it.is_ascii_alphanumeric());
        if !is_camel_case {
            let message = format!("the operation id {id:?} is not in camel case");
            let help = "write it like listPrivateEndpointConnections";
            lint.report(rule::ID_NOT_CAMEL_CASE, &pointer, message, help);
        }
        let shown = operation.pointer.trim_start_matches("/paths/");
        match seen.get(&id.to_snake_case()) {
            None => {
                seen.insert(id.to_snake_case(), shown.replace("~1", "/"));
            }
            Some(other) => {
                let message =
                    format!("the operation id {id} gives the same method as that of {other}");
                lint.report(rule::ID_NOT_UNIQUE, &pointer, message, "choose another id");
            }
        }
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default().trim()
}

pub(super) fn check_operation_summaries(lint: &mut Lint<'_>) {
    for operation in lint.operations() {
        if text(operation.value, "summary").is_empty() {
            let message = "the operation has no summary";
            let help = "write one sentence, like summary: Get one private endpoint connection.";
            lint.report(
                rule::OPERATION_WITHOUT_SUMMARY,
                &operation.pointer,
                message,
                help,
            );
        }
    }
}

pub(super) fn check_operation_roles(lint: &mut Lint<'_>) {
    for operation in lint.operations() {
        let roles = operation.value.get(ROLES);
        let is_empty = roles.is_none_or(|roles| roles.as_array().is_some_and(Vec::is_empty));
        if is_empty && !has_misspelt(operation.value, ROLES) {
            let message = format!("the operation has no {ROLES}");
            let help =
                "list the roles of which the caller needs one, like x-atlas-roles: [Project Owner]";
            lint.report(
                rule::OPERATION_WITHOUT_ROLES,
                &operation.pointer,
                message,
                help,
            );
        }
    }
}

pub(super) fn check_operation_errors(lint: &mut Lint<'_>) {
    for operation in lint.operations() {
        let mut statuses = object(&operation.value["responses"]).map(|(status, _)| status);
        if !statuses.any(|it| it.starts_with(['4', '5']) || it == "default") {
            let pointer = child(&operation.pointer, "responses");
            let message = "the operation has no error response";
            let help = "refer to the errors under #/components/responses that it may return";
            lint.report(rule::OPERATION_WITHOUT_ERROR, &pointer, message, help);
        }
    }
}

/// Request bodies and successful responses have examples.
pub(super) fn check_operation_examples(lint: &mut Lint<'_>) {
    for operation in lint.operations() {
        let mut bodies = Vec::new();
        if let Some(body) = operation.value.get("requestBody") {
            let pointer = child(&operation.pointer, "requestBody");
            bodies.push((pointer, body, "request body".to_owned()));
        }
        let responses = child(&operation.pointer, "responses");
        for (status, response) in object(&operation.value["responses"]) {
            if status.starts_with('2') {
                let name = format!("response {status}");
                bodies.push((child(&responses, status), response, name));
            }
        }
        for (pointer, body, name) in bodies {
            let (pointer, body) = lint.resolve(&pointer, body);
            for (media_type, content) in object(&body["content"]) {
                if is_json(media_type) && !has_example(content) {
                    let pointer = child(&child(&pointer, "content"), media_type);
                    let message = format!("the {name} has no example");
                    let help = "write example: with a value, or examples: with a named value: each";
                    lint.report(rule::OPERATION_WITHOUT_EXAMPLE, &pointer, message, help);
                }
            }
        }
    }
}

fn has_example(content: &Value) -> bool {
    let mut examples = object(&content["examples"]).map(|(_, example)| example);
    content.get("example").is_some()
        || examples.any(|it| it.get("value").or(it.get("$ref")).is_some())
}

/// Security requirements name schemes that exist, and the client satisfies one of the alternatives.
pub(super) fn check_security(lint: &mut Lint<'_>) {
    let schemes = &lint.root["components"]["securitySchemes"];
    let mut holders = vec![(String::new(), lint.root)];
    let operations = lint.operations().into_iter();
    holders.extend(operations.map(|it| (it.pointer, it.value)));
    for (pointer, holder) in holders {
        let Some(alternatives) = holder.get("security") else {
            continue;
        };
        let pointer = child(&pointer, "security");
        let mut unknown = BTreeSet::new();
        for (index, alternative) in array(alternatives).enumerate() {
            let pointer = child(&pointer, &index.to_string());
            for (name, _) in object(alternative).filter(|(name, _)| schemes.get(name).is_none()) {
                unknown.insert((child(&pointer, name), name));
            }
        }
        for (pointer, name) in &unknown {
            let known: Vec<&str> = object(schemes).map(|(name, _)| name.as_str()).collect();
            let help = if known.is_empty() {
                "define it under #/components/securitySchemes".to_owned()
            } else {
                format!(
                    "define it under #/components/securitySchemes, or use {}",
                    known.join(", ")
                )
            };
            let message = format!("unknown security scheme {name}");
            lint.report(rule::UNKNOWN_SECURITY_SCHEME, pointer, message, &help);
        }
        let is_supported = array(alternatives).any(|alternative| {
            let names: Vec<&String> = object(alternative).map(|(name, _)| name).collect();
            matches!(names[..], [name] if is_supported(lint, name))
        });
        if unknown.is_empty() && !is_supported {
            let message = "the client supports none of these security requirements";
            let help =
                "list a scheme of type http with the scheme digest or bearer, alone in its item";
            lint.report(rule::UNSUPPORTED_SECURITY, &pointer, message, help);
        }
    }
}

fn is_supported(lint: &Lint<'_>, name: &str) -> bool {
    let (_, scheme) = lint.resolve("", &lint.root["components"]["securitySchemes"][name]);
    let name = text(scheme, "scheme").to_ascii_lowercase();
    scheme["type"] == "http" && matches!(&*name, "digest" | "bearer")
}
