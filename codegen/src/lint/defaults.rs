//! Rules on the defaults of schemas.

use serde_json::Value;

use super::{ENUM, Findings};
use crate::document::{Document, Node, array, object};
use crate::source::child;

/// typify refuses others without saying where they are.
pub(super) fn fit_their_schemas(findings: &mut Findings<'_>) {
    for Node { pointer, value, .. } in findings.schemas() {
        let Some(default) = value.get("default") else {
            continue;
        };
        let pointer = child(&pointer, "default");
        if !fits(findings.document, value, default, 0) {
            findings.report(
                &pointer,
                format!("{default} is no value of this schema"),
                "write one that is, or leave the default out",
            );
        }
    }
}

/// A type has a default for whoever builds one; which one a request has is for its field to say.
pub(super) fn of_open_enums_are_with_the_field(findings: &mut Findings<'_>) {
    for Node {
        pointer,
        value,
        name,
        ..
    } in findings.schemas()
    {
        if name.is_some() && value[ENUM] == "open" && value.get("default").is_some() {
            findings.report(
                &child(&pointer, "default"),
                "an open enum has no default",
                "give it to the property, beside an allOf with the reference",
            );
        }
    }
}

fn fits(document: Document<'_>, schema: &Value, value: &Value, depth: usize) -> bool {
    // Deeper than this, a schema contains itself.
    if depth > 32 {
        return true;
    }
    let schema = document.resolve(schema);
    if value.is_null() && schema["nullable"] == true {
        return true;
    }
    if let Some(values) = schema.get("enum")
        && !array(values).any(|known| known == value)
    {
        return false;
    }
    let parts = array(&schema["allOf"]);
    if !parts
        .into_iter()
        .all(|it| fits(document, it, value, depth + 1))
    {
        return false;
    }
    match schema["type"].as_str() {
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("number") => value.is_number(),
        Some("integer") => is_integer(value, schema["format"].as_str().unwrap_or_default()),
        Some("array") => {
            let items = &schema["items"];
            value.is_array() && array(value).all(|it| fits(document, items, it, depth + 1))
        }
        Some("object") => value.is_object() && fields_fit(document, schema, value, depth + 1),
        _ => true,
    }
}

fn fields_fit(document: Document<'_>, schema: &Value, value: &Value, depth: usize) -> bool {
    let complete = array(&schema["required"])
        .filter_map(Value::as_str)
        .all(|name| value.get(name).is_some());
    let properties = &schema["properties"];
    let others = &schema["additionalProperties"];
    complete
        && object(value).all(|(name, value)| match properties.get(name) {
            Some(property) => fits(document, property, value, depth),
            None => *others != Value::Bool(false) && fits(document, others, value, depth),
        })
}

fn is_integer(value: &Value, format: &str) -> bool {
    let Some(number) = value.as_i64() else {
        // Beyond the range of most formats there are still the largest unsigned ones.
        return value.is_u64() && matches!(format, "uint64" | "uint");
    };
    match format {
        "int8" => i8::try_from(number).is_ok(),
        "int16" => i16::try_from(number).is_ok(),
        "int32" => i32::try_from(number).is_ok(),
        "uint8" => u8::try_from(number).is_ok(),
        "uint16" => u16::try_from(number).is_ok(),
        "uint32" => u32::try_from(number).is_ok(),
        "uint64" | "uint" => u64::try_from(number).is_ok(),
        _ => true,
    }
}
