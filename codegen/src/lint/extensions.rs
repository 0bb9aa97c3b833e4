//! Rules on `x-` extensions.

use serde_json::Value;

use super::structure::{Kind, Part};
use super::{ENUM, ENUM_DESCRIPTIONS, ENUM_NAMES, ERROR_CODES, Lint, propose, shorten};
use crate::document::{
    RESPONSE_SCHEMA, ROLES, RUST_TYPE, SANDBOX_RESPONSES, TYPED_CLIENT, array, object,
};
use crate::rule;

const OBSERVED: &str = "x-observed";

/// The known extensions, and the kinds of objects that may have them; any, if there is no kind.
const KNOWN: &[(&str, Option<Kind>)] = &[
    (ROLES, Some(Kind::Operation)),
    (ENUM, Some(Kind::Schema)),
    (ENUM_DESCRIPTIONS, Some(Kind::Schema)),
    (ENUM_NAMES, Some(Kind::Schema)),
    (ERROR_CODES, Some(Kind::Response)),
    (OBSERVED, None),
    (RESPONSE_SCHEMA, Some(Kind::Parameter)),
    (RUST_TYPE, Some(Kind::Schema)),
    (SANDBOX_RESPONSES, Some(Kind::Root)),
    (TYPED_CLIENT, Some(Kind::Parameter)),
];

/// Returns whether an extension of this name is supported.
pub(crate) fn is_known(name: &str) -> bool {
    KNOWN.iter().any(|(known, _)| *known == name)
}

/// Checks that extensions have a known name and a place in which they have an effect.
pub(super) fn check_names(lint: &mut Lint<'_>, part: &Part<'_>) {
    for (key, _) in object(part.value).filter(|(key, _)| key.starts_with("x-")) {
        let Some((_, kind)) = KNOWN.iter().find(|(name, _)| name == key) else {
            let names: Vec<&str> = KNOWN.iter().map(|(name, _)| *name).collect();
            let message = format!("unknown extension {key}");
            lint.report(
                rule::UNKNOWN_EXTENSION,
                part.at(key),
                message,
                propose(key, &names),
            );
            continue;
        };
        let needs_name = key == RUST_TYPE;
        let fits = |kind: Kind| kind == part.kind && (!needs_name || part.is_component());
        if let Some(kind) = kind.filter(|kind| !fits(*kind)) {
            let message = format!("{key} has no effect here");
            let place = if needs_name {
                " under #/components/schemas"
            } else {
                ""
            };
            let help = format!("move it to {}{place}", kind.name());
            lint.report(rule::MISPLACED_EXTENSION, part.at(key), message, help);
        }
    }
}

/// Checks that extensions have values that the generator supports.
pub(super) fn check_values(lint: &mut Lint<'_>, part: &Part<'_>) {
    for (key, value) in object(part.value) {
        let text = part.text(key);
        let (is_valid, help) = match key.as_str() {
            TYPED_CLIENT => (text == "omit", "write omit"),
            OBSERVED => (!text.is_empty(), "write where it was observed"),
            RUST_TYPE => (
                text.starts_with("crate::") && syn::parse_str::<syn::Path>(text).is_ok(),
                "write the path of a type of the client, like crate::ProjectId",
            ),
            RESPONSE_SCHEMA | SANDBOX_RESPONSES => (value.is_object(), "write a mapping"),
            ROLES | ERROR_CODES => (is_list_of_strings(value), "write a list of strings"),
            _ => continue,
        };
        if !is_valid {
            let message = format!("unsupported value {} of {key}", shorten(value));
            lint.report(rule::EXTENSION_VALUE, part.at(key), message, help);
        }
    }
}

fn is_list_of_strings(value: &Value) -> bool {
    value.is_array() && array(value).all(|item| item.as_str().is_some_and(|text| !text.is_empty()))
}

/// Checks that error codes are values of the enum `ErrorCode`.
pub(super) fn check_error_codes(lint: &mut Lint<'_>, _: &Part<'_>) {
    let schema = &lint.root["components"]["schemas"]["ErrorCode"];
    for response in lint.parts(Some(Kind::Response)) {
        if schema.is_null() && response.value.get(ERROR_CODES).is_some() {
            let message = "there is no schema ErrorCode";
            let help = "list the error codes in an enum at #/components/schemas/ErrorCode";
            lint.report(
                rule::UNKNOWN_ERROR_CODE,
                response.at(ERROR_CODES),
                message,
                help,
            );
            return;
        }
        for (pointer, code) in response.items(ERROR_CODES) {
            if code.is_string() && array(&schema["enum"]).all(|known| known != code) {
                let message = format!("unknown error code {}", super::unquoted(code));
                let help = "add it to #/components/schemas/ErrorCode, with its meaning";
                lint.report(rule::UNKNOWN_ERROR_CODE, pointer, message, help);
            }
        }
    }
}
