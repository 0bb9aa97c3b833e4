//! Rules on the defaults of schemas. That they fit their schemas is checked with the examples.

use std::collections::BTreeMap;

use heck::ToSnakeCase;

use super::Findings;
use crate::document::{Node, object};
use crate::rule;
use crate::source_map::child;

/// The functions that make defaults are named after the type and the field, and all of them lie together.
pub(super) fn have_names_of_their_own(findings: &mut Findings<'_>) {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for Node {
        pointer,
        value,
        name,
        ..
    } in findings.schemas()
    {
        let Some(name) = name else { continue };
        for (field, property) in object(&value["properties"]) {
            if property.get("default").is_none() {
                continue;
            }
            let function = format!("{}_{}", name.to_snake_case(), field.to_snake_case());
            let Some(other) = known.insert(function, format!("{name}.{field}")) else {
                continue;
            };
            findings.report(
                rule::PROPERTY_NAME,
                &child(&child(&pointer, "properties"), field),
                format!(
                    "the default of {name}.{field} has the same name in Rust as that of {other}"
                ),
                "rename the schema, or leave the default to the description",
            );
        }
    }
}
