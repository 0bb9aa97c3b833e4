//! Rules on `x-` extensions.

use std::collections::BTreeSet;

use serde_json::Value;

use super::structure::{Kind, Part, check_duplicate_items};
use super::{ENUM, ENUM_DESCRIPTIONS, ERROR_CODES, Lint};
use crate::document::{ROLES, RUST_TYPE, TYPED_CLIENT, array, object, texts};
use crate::rule;
use crate::source_map::child;

const OBSERVED: &str = "x-observed";

/// The known extensions, and the kinds of objects that may have them; any, if there is no kind.
const KNOWN: &[(&str, Option<(Kind, &str)>)] = &[
    (ROLES, Some((Kind::Operation, "an operation"))),
    (ENUM, Some((Kind::Schema, "a schema"))),
    (ENUM_DESCRIPTIONS, Some((Kind::Schema, "a schema"))),
    (ERROR_CODES, Some((Kind::Response, "a response"))),
    (OBSERVED, None),
    (
        RUST_TYPE,
        Some((Kind::Schema, "a schema under #/components/schemas")),
    ),
    (TYPED_CLIENT, Some((Kind::Parameter, "a parameter"))),
];

/// Returns whether the generator knows an extension of this name.
pub(crate) fn is_known(name: &str) -> bool {
    KNOWN.iter().any(|(known, _)| *known == name)
}

/// Extensions have a known name and a place in which they have an effect.
pub(super) fn check_extension_names(lint: &mut Lint<'_>) {
    for Part {
        pointer,
        value,
        kind,
    } in lint.parts.clone()
    {
        for (key, _) in object(value).filter(|(key, _)| key.starts_with("x-")) {
            let Some((_, holder)) = KNOWN.iter().find(|(name, _)| name == key) else {
                let names: Vec<&str> = KNOWN.iter().map(|(name, _)| *name).collect();
                let close = names
                    .iter()
                    .map(|it| (strsim::damerau_levenshtein(it, key), *it))
                    .min();
                let help = match close {
                    Some((distance, name)) if distance <= 2 => format!("did you mean {name}?"),
                    _ => format!("remove it, or write one of {}", names.join(", ")),
                };
                let message = format!("unknown extension {key}");
                lint.report(
                    rule::UNKNOWN_EXTENSION,
                    &child(&pointer, key),
                    message,
                    &help,
                );
                continue;
            };
            let is_named = pointer.matches('/').count() == 3 && pointer.starts_with("/components/");
            let fits = |it: Kind| it == kind && (key != RUST_TYPE || is_named);
            if let Some((_, name)) = holder.filter(|(it, _)| !fits(*it)) {
                let message = format!("{key} has no effect here");
                let help = format!("move it to {name}");
                lint.report(
                    rule::MISPLACED_EXTENSION,
                    &child(&pointer, key),
                    message,
                    &help,
                );
            }
        }
    }
}

/// Extensions have values that the generator supports.
pub(super) fn check_extension_values(lint: &mut Lint<'_>) {
    for part in lint.parts.clone() {
        for (key, value) in object(part.value) {
            let text = value.as_str().unwrap_or_default().trim();
            let (is_good, help) = match key.as_str() {
                TYPED_CLIENT => (text == "omit", "write omit"),
                OBSERVED => (!text.is_empty(), "write where it was observed"),
                RUST_TYPE => (
                    is_crate_path(text),
                    "write the path of a type of the client, like crate::ProjectId",
                ),
                ROLES | ERROR_CODES => {
                    check_duplicate_items(lint, &child(&part.pointer, key), value);
                    (is_list_of_strings(value), "write a list of strings")
                }
                _ => continue,
            };
            if !is_good {
                let message = format!("unsupported value {} of {key}", super::shorten(value));
                let pointer = child(&part.pointer, key);
                lint.report(rule::EXTENSION_VALUE, &pointer, message, help);
            }
        }
    }
}

fn is_crate_path(text: &str) -> bool {
    let segments = text.strip_prefix("crate::");
    segments.is_some() && syn::parse_str::<syn::Path>(text).is_ok()
}

fn is_list_of_strings(value: &Value) -> bool {
    value.is_array() && array(value).all(|item| item.as_str().is_some_and(|text| !text.is_empty()))
}

/// Error codes are values of the enum `ErrorCode`.
pub(super) fn check_error_codes(lint: &mut Lint<'_>) {
    let schema = &lint.root["components"]["schemas"]["ErrorCode"];
    let known: BTreeSet<String> = texts(&schema["enum"]).into_iter().collect();
    for part in lint.parts.clone() {
        let pointer = child(&part.pointer, ERROR_CODES);
        if schema.is_null() && part.value.get(ERROR_CODES).is_some() {
            let message = "there is no schema ErrorCode";
            let help = "list the error codes in an enum at #/components/schemas/ErrorCode";
            lint.report(rule::UNKNOWN_ERROR_CODE, &pointer, message, help);
            return;
        }
        for (index, code) in array(&part.value[ERROR_CODES]).enumerate() {
            let Some(code) = code.as_str().filter(|code| !known.contains(*code)) else {
                continue;
            };
            let message = format!("unknown error code {code}");
            let help = "add it to #/components/schemas/ErrorCode, with its meaning";
            let pointer = child(&pointer, &index.to_string());
            lint.report(rule::UNKNOWN_ERROR_CODE, &pointer, message, help);
        }
    }
}
