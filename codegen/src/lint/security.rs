//! Rules on what a description declares at its top and names elsewhere.

use super::Findings;
use crate::document::{array, object};
use crate::rule;
use crate::source_map::child;

/// A security requirement names schemes that are described.
pub(super) fn schemes_are_described(findings: &mut Findings<'_>) {
    let document = findings.document.0;
    let schemes = &document["components"]["securitySchemes"];
    let mut holders = vec![(String::new(), document)];
    let operations = findings.operations().into_iter();
    holders.extend(operations.map(|place| (place.pointer, place.operation)));
    for (pointer, holder) in holders {
        let pointer = child(&pointer, "security");
        for (index, requirement) in array(&holder["security"]).enumerate() {
            let pointer = child(&pointer, &index.to_string());
            for (name, _) in object(requirement) {
                if schemes.get(name).is_none() {
                    findings.report(
                        rule::UNKNOWN_SECURITY_SCHEME,
                        &child(&pointer, name),
                        format!("there is no security scheme {name}"),
                        &format!(
                            "describe it under #/components/securitySchemes{}",
                            known(schemes)
                        ),
                    );
                }
            }
        }
    }
}

fn known(schemes: &serde_json::Value) -> String {
    let names: Vec<&str> = object(schemes).map(|(name, _)| name.as_str()).collect();
    if names.is_empty() {
        return String::new();
    }
    format!(", or name one that is there: {}", names.join(", "))
}

/// An operation's tags are among those of the description.
pub(super) fn tags_are_declared(findings: &mut Findings<'_>) {
    let declared: Vec<&str> = array(&findings.document.0["tags"])
        .filter_map(|tag| tag["name"].as_str())
        .collect();
    for place in findings.operations() {
        let pointer = child(&place.pointer, "tags");
        for (index, tag) in array(&place.operation["tags"]).enumerate() {
            let Some(tag) = tag.as_str() else { continue };
            if !declared.contains(&tag) {
                findings.report(
                    rule::UNDECLARED_TAG,
                    &child(&pointer, &index.to_string()),
                    format!("the tag {tag:?} is not declared"),
                    "declare it under tags at the top of the file, with a description",
                );
            }
        }
    }
}
