//! Rules on what has a name under `#/components`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{ERROR_CODES, Findings};
use crate::document::{Node, array, object};
use crate::rule;
use crate::source::child;

/// The schema of the error codes, which the client's errors show by name.
const ERROR_CODE: &str = "/components/schemas/ErrorCode";

/// The sections whose components are used by references.
const SECTIONS: &[(&str, &str)] = &[
    ("schemas", "schema"),
    ("parameters", "parameter"),
    ("responses", "response"),
    ("requestBodies", "request body"),
    ("headers", "header"),
    ("examples", "example"),
];

/// Each component is referred to from somewhere but itself.
///
/// Where a reference in their place is broken, one of them may have been meant.
pub(super) fn are_used(findings: &mut Findings<'_>) {
    let document = findings.document.0;
    for (section, kind) in SECTIONS {
        let root = format!("/components/{section}");
        if findings.has_broken(section) {
            continue;
        }
        for (name, _) in object(&document["components"][*section]) {
            let pointer = child(&root, name);
            if is_used(document, "", &pointer) {
                continue;
            }
            findings.report(
                rule::UNUSED_COMPONENT,
                &pointer,
                format!("nothing refers to the {kind} {name}"),
                "remove it, or refer to it where it was meant to be",
            );
        }
    }
    schemes_are_used(findings);
}

impl Findings<'_> {
    fn has_broken(&self, section: &str) -> bool {
        let broken = |node: &Node<'_>| self.broken.contains(&node.pointer);
        self.nodes
            .iter()
            .any(|node| node.section == section && broken(node))
    }
}

/// Whether a value, or a part of it outside of `pointer`, refers to `pointer`. What is wrong around a
/// reference does not make it less of a use.
fn is_used(value: &Value, at: &str, pointer: &str) -> bool {
    if at == pointer {
        return false;
    }
    let reference = value["$ref"].as_str().and_then(|it| it.strip_prefix('#'));
    // The codes of responses are values of this one.
    let by_name = pointer == ERROR_CODE && value.get(ERROR_CODES).is_some();
    reference == Some(pointer)
        || by_name
        || object(value).any(|(key, part)| is_used(part, &child(at, key), pointer))
        || array(value).any(|part| is_used(part, at, pointer))
}

fn schemes_are_used(findings: &mut Findings<'_>) {
    let document = findings.document.0;
    let mut used = BTreeSet::new();
    let mut holders = vec![document];
    holders.extend(findings.operations().iter().map(|place| place.operation));
    for requirement in holders.into_iter().flat_map(|it| array(&it["security"])) {
        used.extend(object(requirement).map(|(name, _)| name.as_str()));
        used.extend(requirement.as_str());
    }
    let schemes = &document["components"]["securitySchemes"];
    let is_misspelt = used.iter().any(|name| schemes.get(name).is_none());
    if is_misspelt {
        return;
    }
    for (name, _) in object(schemes) {
        if !used.contains(name.as_str()) {
            findings.report(
                rule::UNUSED_COMPONENT,
                &child("/components/securitySchemes", name),
                format!("no operation can be signed by the security scheme {name}"),
                "remove it, or name it under security",
            );
        }
    }
}
