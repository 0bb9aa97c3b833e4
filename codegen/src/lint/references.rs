//! Rules on references and on the components that they lead to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::structure::Part;
use super::{ERROR_CODES, Lint, closest};
use crate::Rule;
use crate::document::{Document, array, object};
use crate::rule;
use crate::source_map::child;

/// Reports references without a target, and those to a component of another kind.
pub(super) fn check_references(lint: &mut Lint<'_>) {
    for part in lint.parts.clone() {
        let Some(section) = part.kind.section().filter(|_| part.is_reference()) else {
            continue;
        };
        let pointer = part.at("$ref");
        let Some(text) = part.value["$ref"].as_str() else {
            let help = format!("write it like '#/components/{section}/Name'");
            let message = "expected the reference to be a string";
            lint.report(rule::WRONG_TYPE, pointer, message, help);
            continue;
        };
        let name = text.strip_prefix(&format!("#/components/{section}/"));
        if lint.document.target(text).is_none() {
            let message = format!("{text} does not exist");
            let wanted = text.rsplit('/').next().unwrap_or_default();
            // A large document has many names to compare with each of many references.
            let names = object(&lint.root["components"][section]).take(200);
            let help = match closest(wanted, names.map(|(name, _)| name.as_str())) {
                Some(name) => format!("did you mean #/components/{section}/{name}?"),
                None => format!("refer to a component under #/components/{section} of this file"),
            };
            lint.report(rule::DANGLING_REFERENCE, pointer, message, help);
        } else if name.is_none_or(|name| name.is_empty() || name.contains('/')) {
            let message = format!("{text} cannot be used here");
            let help = format!("refer to a component under #/components/{section}");
            lint.report(rule::MISPLACED_REFERENCE, pointer, message, help);
        }
    }
}

/// Returns every component with its section and its JSON pointer.
fn components(root: &Value) -> impl Iterator<Item = (&str, String, &Value)> {
    object(&root["components"]).flat_map(|(section, named)| {
        let outer = child("/components", section);
        object(named).map(move |(name, it)| (section.as_str(), child(&outer, name), it))
    })
}

/// Reports components that consist of themselves, by references alone or as parts of a schema.
pub(super) fn check_circles(lint: &mut Lint<'_>) {
    let targets = components(lint.root).map(|(_, pointer, it)| (pointer, consists_of(it)));
    let targets: BTreeMap<String, Vec<String>> = targets.collect();
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

/// Rules whose violations leave components of a section unused.
const LEAVE_UNUSED: &[(Rule, &str)] = &[
    (rule::PATH_PARAMETER_UNDECLARED, "parameters"),
    (rule::PATH_PARAMETER_INLINE, "parameters"),
    (rule::PATH_PARAMETER_WITHOUT_TYPE, "schemas"),
    (rule::OPERATION_WITHOUT_EXAMPLE, "examples"),
    (rule::UNKNOWN_SECURITY_SCHEME, "securitySchemes"),
];

/// Reports components that operations do not use, directly or through others. What only unused components
/// use is not reported.
pub(super) fn check_unused_components(lint: &mut Lint<'_>, root: &Part<'_>) {
    let mut used = BTreeSet::new();
    let mut outside = root.value.clone();
    outside["components"].take();
    follow(lint.document, &outside, &mut used);
    let mut components: Vec<_> = components(lint.root).collect();
    let mut used_by_others = BTreeSet::new();
    for (_, pointer, component) in &components {
        let targets = references(lint.document, component).into_iter();
        used_by_others.extend(targets.filter(|target| target != pointer));
    }
    // Components that use each other are reported once, too.
    components.sort_by_key(|(_, pointer, _)| used_by_others.contains(pointer));
    let reported: BTreeSet<Rule> = lint.diagnostics.iter().map(|it| it.rule).collect();
    for (section, pointer, component) in components {
        let mut explained = LEAVE_UNUSED.iter().filter(|(_, it)| *it == section);
        let is_explained = explained.any(|(rule, _)| reported.contains(rule));
        if !is_explained && !used.contains(&pointer) {
            let name = pointer.rsplit('/').next().unwrap_or_default();
            let message = format!("nothing uses {name}");
            let help = "remove it, or refer to it where it is needed";
            lint.report(rule::UNUSED_COMPONENT, &pointer, message, help);
        }
        follow(lint.document, component, &mut used);
    }
}

/// Adds the components that a value uses, however far away.
fn follow(document: Document<'_>, value: &Value, used: &mut BTreeSet<String>) {
    let mut open = references(document, value);
    while let Some(pointer) = open.pop() {
        if let Some(target) = document.0.pointer(&pointer)
            && used.insert(pointer)
        {
            open.extend(references(document, target));
        }
    }
}

/// Returns the JSON pointers of the components that are named in a value.
fn references(document: Document<'_>, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        let references = document.references(value).into_iter();
        found.extend(references.filter_map(|it| it.strip_prefix('#').map(str::to_owned)));
        if value.get(ERROR_CODES).is_some() {
            // The schema of the error codes, which responses name without a reference.
            found.push("/components/schemas/ErrorCode".to_owned());
        }
        for requirement in array(&value["security"]) {
            let names = object(requirement).map(|(name, _)| name);
            found.extend(names.map(|name| child("/components/securitySchemes", name)));
        }
        open.extend(object(value).map(|(_, part)| part));
        open.extend(array(value));
    }
    found
}
