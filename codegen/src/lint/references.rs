//! Rules on references and on the components that they lead to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::structure::Part;
use super::{ERROR_CODES, Lint};
use crate::Rule;
use crate::document::{Document, array, object};
use crate::rule;
use crate::source_map::child;

/// The schema of the error codes, which responses name without a reference.
const ERROR_CODE: &str = "/components/schemas/ErrorCode";

/// Reports references that lead nowhere, or to what cannot take their place.
pub(super) fn check_references(lint: &mut Lint<'_>) {
    let parts = lint.parts.iter();
    let references: Vec<Part<'_>> = parts
        .filter(|part| part.value.get("$ref").is_some())
        .cloned()
        .collect();
    for Part {
        pointer,
        value,
        kind,
    } in references
    {
        let Some(section) = kind.section() else {
            continue;
        };
        let pointer = child(&pointer, "$ref");
        let Some(text) = value["$ref"].as_str() else {
            let help = format!("write it like '#/components/{section}/Name'");
            let message = "expected the reference to be a string";
            lint.report(rule::WRONG_TYPE, &pointer, message, &help);
            continue;
        };
        let name = text.strip_prefix(&format!("#/components/{section}/"));
        if lint.document.target(text).is_none() {
            let message = format!("{text} does not exist");
            let wanted = text.rsplit('/').next().unwrap_or_default();
            let help = match closest(&lint.root["components"][section], wanted) {
                Some(name) => format!("did you mean #/components/{section}/{name}?"),
                None => format!("refer to a component under #/components/{section} of this file"),
            };
            lint.report(rule::DANGLING_REFERENCE, &pointer, message, &help);
        } else if name.is_none_or(|name| name.is_empty() || name.contains('/')) {
            let message = format!("{text} cannot be used here");
            let help = format!("refer to a component under #/components/{section}");
            lint.report(rule::MISPLACED_REFERENCE, &pointer, message, &help);
        }
    }
}

/// How many components are compared with the name of one that does not exist.
const COMPARED: usize = 200;

/// Returns the component whose name is so similar to another that it may have been meant.
fn closest<'a>(components: &'a Value, wanted: &str) -> Option<&'a str> {
    let names = object(components)
        .map(|(name, _)| name.as_str())
        .take(COMPARED);
    let close = names.map(|name| (strsim::damerau_levenshtein(wanted, name), name));
    let (distance, name) = close.min()?;
    (distance <= 2).then_some(name)
}

/// Reports components that consist of themselves, by references alone or as parts of a schema.
pub(super) fn check_circles(lint: &mut Lint<'_>) {
    let mut targets: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (section, components) in object(&lint.root["components"]) {
        for (name, component) in object(components) {
            let pointer = child(&child("/components", section), name);
            targets.insert(pointer, consists_of(component));
        }
    }
    let mut done = BTreeSet::new();
    for start in targets.keys() {
        // The components from the start to the current one, each with the number of its next target.
        let mut chain: Vec<(&str, usize)> = vec![(start, 0)];
        let mut in_chain = BTreeSet::from([start.as_str()]);
        while let Some((pointer, next)) = chain.pop() {
            let target = targets.get(pointer).and_then(|targets| targets.get(next));
            let Some(target) = target.filter(|_| !done.contains(pointer)) else {
                in_chain.remove(pointer);
                done.insert(pointer);
                continue;
            };
            chain.push((pointer, next + 1));
            if in_chain.contains(target.as_str()) {
                let name = target.rsplit('/').next().unwrap_or_default();
                let message = format!("{name} consists of itself");
                let help = "remove one of the references of the circle; a property may refer back";
                lint.report(rule::CIRCULAR_REFERENCE, target, message, help);
            } else if !done.contains(target.as_str()) {
                chain.push((target, 0));
                in_chain.insert(target);
            }
        }
    }
}

/// Returns the components that a component refers to as a whole or combines.
fn consists_of(component: &Value) -> Vec<String> {
    let mut targets = Vec::new();
    let mut open = vec![component];
    while let Some(value) = open.pop() {
        let reference = value["$ref"].as_str().and_then(|it| it.strip_prefix('#'));
        targets.extend(reference.map(str::to_owned));
        for keyword in ["allOf", "anyOf", "oneOf"] {
            open.extend(array(&value[keyword]));
        }
        open.extend(value.get("not"));
    }
    targets
}

/// Rules whose violations leave components unused, by section: what should refer to the component does not.
const LEAVE_UNUSED: &[(&str, &[Rule])] = &[
    (
        "parameters",
        &[rule::PATH_PARAMETER_UNDECLARED, rule::PATH_PARAMETER_INLINE],
    ),
    ("examples", &[rule::OPERATION_WITHOUT_EXAMPLE]),
    ("securitySchemes", &[rule::UNKNOWN_SECURITY_SCHEME]),
    ("schemas", &[rule::PATH_PARAMETER_WITHOUT_TYPE]),
];

/// Reports components that operations do not use, directly or through others. What only unused components
/// use is not reported.
pub(super) fn check_unused_components(lint: &mut Lint<'_>) {
    let mut used = BTreeSet::new();
    let outside = object(lint.root).filter(|(key, _)| *key != "components");
    let outside = outside.map(|(key, value)| (key.clone(), value.clone()));
    follow(lint.document, &Value::Object(outside.collect()), &mut used);
    let mut components = Vec::new();
    let mut used_by_others = BTreeSet::new();
    for (section, named) in object(&lint.root["components"]) {
        for (name, component) in object(named) {
            let pointer = child(&child("/components", section), name);
            used_by_others
                .extend(references(lint.document, component).filter(|target| *target != pointer));
            components.push((section.as_str(), name, component, pointer));
        }
    }
    // Components that use each other are reported once, too.
    components.sort_by_key(|(_, _, _, pointer)| used_by_others.contains(pointer));
    let explained = LEAVE_UNUSED
        .iter()
        .filter(|(_, rules)| lint.has_reported(rules));
    let explained: Vec<&str> = explained.map(|(section, _)| *section).collect();
    for (section, name, component, pointer) in components {
        if !explained.contains(&section) && !used.contains(&pointer) {
            let message = format!("nothing uses {name}");
            let help = "remove it, or refer to it where it is needed";
            lint.report(rule::UNUSED_COMPONENT, &pointer, message, help);
        }
        follow(lint.document, component, &mut used);
    }
}

/// Adds the components that a value uses, however far away.
fn follow(document: Document<'_>, value: &Value, used: &mut BTreeSet<String>) {
    let mut open: Vec<String> = references(document, value).collect();
    while let Some(pointer) = open.pop() {
        if let Some(target) = document.0.pointer(&pointer)
            && used.insert(pointer)
        {
            open.extend(references(document, target));
        }
    }
}

/// Returns the JSON pointers of the components that are named in a value.
fn references(document: Document<'_>, value: &Value) -> impl Iterator<Item = String> {
    let mut found = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        let references = document.references(value).into_iter();
        found.extend(references.filter_map(|it| it.strip_prefix('#').map(str::to_owned)));
        if value.get(ERROR_CODES).is_some() {
            found.push(ERROR_CODE.to_owned());
        }
        for requirement in array(&value["security"]) {
            let names = object(requirement).map(|(name, _)| name);
            found.extend(names.map(|name| child("/components/securitySchemes", name)));
        }
        open.extend(object(value).map(|(_, part)| part));
        open.extend(array(value));
    }
    found.into_iter()
}
