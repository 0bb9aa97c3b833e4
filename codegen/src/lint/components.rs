//! Rules on what has a name under `#/components`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{ERROR_CODES, Findings};
use crate::document::{Document, array, object};
use crate::rule;
use crate::source_map::child;

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

/// Each component is referred to from what the API does, directly or through others that are.
pub(super) fn are_used(findings: &mut Findings<'_>) {
    let document = findings.document.0;
    let used = used(document);
    for (section, kind) in SECTIONS {
        let root = format!("/components/{section}");
        for (name, _) in object(&document["components"][*section]) {
            let pointer = child(&root, name);
            if used.contains(&pointer) {
                continue;
            }
            findings.report(
                rule::UNUSED_COMPONENT,
                &pointer,
                format!("nothing that the API does refers to the {kind} {name}"),
                "remove it, or refer to it where it was meant to be",
            );
        }
    }
    schemes_are_used(findings);
}

/// The pointers of the components that can be reached. What is wrong around a reference does not make it less
/// of a use; one that leads nowhere uses what it may have been meant for.
fn used(document: &Value) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    let outside = object(document).filter(|(key, _)| *key != "components");
    let mut open: Vec<&Value> = outside.map(|(_, value)| value).collect();
    while let Some(value) = open.pop() {
        open.extend(object(value).map(|(_, part)| part));
        open.extend(array(value));
        let references = Document(document).references(value);
        let mut pointers: Vec<String> = references
            .iter()
            .filter_map(|it| it.strip_prefix('#'))
            .map(|it| meant(document, it))
            .collect();
        // The codes of responses are values of this one.
        if value.get(ERROR_CODES).is_some() {
            pointers.push(ERROR_CODE.to_owned());
        }
        for pointer in pointers {
            if let Some(target) = document.pointer(&pointer)
                && used.insert(pointer)
            {
                open.push(target);
            }
        }
    }
    used
}

/// The pointer of a reference, or of what it may have been meant for.
fn meant(document: &Value, pointer: &str) -> String {
    let close = || {
        let (section, name) = pointer.strip_prefix("/components/")?.split_once('/')?;
        let name = closest(&document["components"][section], name)?;
        Some(child(&child("/components", section), name))
    };
    if document.pointer(pointer).is_some() {
        return pointer.to_owned();
    }
    close().unwrap_or_else(|| pointer.to_owned())
}

/// The name of a component that is so similar to another name that it may have been meant.
pub(super) fn closest<'a>(components: &'a Value, wanted: &str) -> Option<&'a str> {
    let close = object(components)
        .map(|(name, _)| (strsim::damerau_levenshtein(wanted, name), name.as_str()))
        .min();
    let (distance, name) = close?;
    (distance <= 2).then_some(name)
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
