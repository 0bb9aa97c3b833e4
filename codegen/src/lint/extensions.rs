//! Rules on the `x-` extensions.

use serde_json::Value;

use super::structure::repeated;
use super::{ENUM, ENUM_DESCRIPTIONS, ERROR_CODES, Findings};
use crate::document::{ROLES, RUST_TYPE, TYPED_CLIENT, array, object, texts};
use crate::rule;
use crate::source_map::child;

/// Every extension, and where it may stand. A misspelt one would be passed over in silence.
const KNOWN: &[(&str, Holder)] = &[
    (ROLES, Holder::Operation),
    (ENUM, Holder::Schema),
    (ENUM_DESCRIPTIONS, Holder::Schema),
    (ERROR_CODES, Holder::Response),
    ("x-observed", Holder::Anything),
    (RUST_TYPE, Holder::NamedSchema),
    (TYPED_CLIENT, Holder::Parameter),
];

#[derive(Clone, Copy)]
enum Holder {
    Anything,
    Operation,
    Parameter,
    Response,
    Schema,
    NamedSchema,
}

impl Holder {
    fn name(self) -> &'static str {
        match self {
            Self::Anything => "anything",
            Self::Operation => "an operation",
            Self::Parameter => "a parameter",
            Self::Response => "a response",
            Self::Schema => "a schema",
            Self::NamedSchema => "a schema under #/components/schemas",
        }
    }
}

/// Whether the generator knows an extension of this name.
pub(crate) fn is_known(name: &str) -> bool {
    KNOWN.iter().any(|(known, _)| *known == name)
}

/// An extension has a known name, and stands where it has a meaning.
pub(super) fn are_known(findings: &mut Findings<'_>) {
    let operations = findings.operations().into_iter();
    let operations: Vec<String> = operations.map(|place| place.pointer).collect();
    for node in findings.nodes.clone() {
        for (key, _) in object(node.value).filter(|(key, _)| key.starts_with("x-")) {
            let pointer = child(&node.pointer, key);
            let Some((_, holder)) = KNOWN.iter().find(|(name, _)| name == key) else {
                let names: Vec<&str> = KNOWN.iter().map(|(name, _)| *name).collect();
                let help = format!("the known ones are {}", names.join(", "));
                let message = format!("the extension {key} is not known");
                findings.report(rule::UNKNOWN_EXTENSION, &pointer, message, &help);
                continue;
            };
            let fits = match holder {
                Holder::Anything => true,
                Holder::Operation => operations.contains(&node.pointer),
                Holder::Parameter => node.section == "parameters",
                Holder::Response => node.section == "responses",
                Holder::Schema => node.is_schema,
                Holder::NamedSchema => node.name.is_some(),
            };
            if !fits {
                findings.report(
                    rule::MISPLACED_EXTENSION,
                    &pointer,
                    format!("{key} has no meaning here"),
                    &format!("put it on {}", holder.name()),
                );
            }
        }
    }
}

/// An extension has a value that the generator understands.
pub(super) fn have_known_values(findings: &mut Findings<'_>) {
    for node in findings.nodes.clone() {
        for (key, value) in object(node.value) {
            let (good, help) = match key.as_str() {
                TYPED_CLIENT => (value == "omit", "write omit"),
                "x-observed" => (
                    value.as_str().is_some_and(|text| !text.trim().is_empty()),
                    "write where it was seen, as a text",
                ),
                RUST_TYPE => (
                    is_crate_path(value),
                    "write the path of a type of the client, like crate::ProjectId",
                ),
                ROLES | ERROR_CODES => {
                    repeated(findings, &child(&node.pointer, key), value);
                    (is_list_of_texts(value), "write a list of texts")
                }
                _ => continue,
            };
            if !good {
                findings.report(
                    rule::EXTENSION_VALUE,
                    &child(&node.pointer, key),
                    format!("{key} cannot be {value}"),
                    help,
                );
            }
        }
    }
}

fn is_crate_path(value: &Value) -> bool {
    let path = value.as_str().map(syn::parse_str::<syn::Path>);
    let Some(Ok(path)) = path else { return false };
    path.segments.len() > 1
        && path
            .segments
            .first()
            .is_some_and(|part| part.ident == "crate")
}

fn is_list_of_texts(value: &Value) -> bool {
    value.is_array() && array(value).all(|item| item.as_str().is_some_and(|text| !text.is_empty()))
}

/// The codes of responses are values of the enum that the client has for them.
pub(super) fn error_codes_are_known(findings: &mut Findings<'_>) {
    let schema = &findings.document.0["components"]["schemas"]["ErrorCode"];
    let known = texts(&schema["enum"]);
    for node in findings.nodes.clone() {
        let pointer = child(&node.pointer, ERROR_CODES);
        if schema.is_null() && node.value.get(ERROR_CODES).is_some() {
            findings.report(
                rule::UNKNOWN_ERROR_CODE,
                &pointer,
                "there is no schema of the error codes",
                "list them in an enum at #/components/schemas/ErrorCode",
            );
            return;
        }
        for (index, code) in array(&node.value[ERROR_CODES]).enumerate() {
            let Some(code) = code.as_str() else { continue };
            if !known.iter().any(|name| name == code) {
                findings.report(
                    rule::UNKNOWN_ERROR_CODE,
                    &child(&pointer, &index.to_string()),
                    format!("the error code {code:?} is not known"),
                    "add it to #/components/schemas/ErrorCode, with what it means",
                );
            }
        }
    }
}
