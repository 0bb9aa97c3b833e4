//! Where a reference leads.

use serde_json::Value;

use super::grammar::Kind;
use crate::source_map::child;

/// A component: the name of its section, and its own.
pub(super) type Component = (String, String);

/// Where a reference leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// To a component of the document, or into one.
    Component(Component),
    /// To another part of the document, by its JSON pointer.
    Elsewhere(String),
    /// To nothing.
    Nothing,
    /// To another document.
    OtherDocument,
}

/// Where a `$ref` leads.
pub(super) fn target(document: &Value, reference: &str) -> Target {
    let Some(pointer) = reference.strip_prefix('#') else {
        return Target::OtherDocument;
    };
    if document.pointer(pointer).is_none() {
        return Target::Nothing;
    }
    let mut steps = pointer.split('/').skip(1).map(unescaped);
    match (steps.next().as_deref(), steps.next(), steps.next()) {
        (Some("components"), Some(section), Some(name)) if Kind::of_section(&section).is_some() => {
            Target::Component((section, name))
        }
        _ => Target::Elsewhere(pointer.to_owned()),
    }
}

/// Where a value of a discriminator's mapping leads: it is a reference, or the bare name of a schema.
pub(super) fn mapped_target(document: &Value, value: &str) -> Target {
    if value.starts_with('#') {
        return target(document, value);
    }
    if document["components"]["schemas"].get(value).is_some() {
        return Target::Component(("schemas".to_owned(), value.to_owned()));
    }
    // A dot, which the name of a file has, is no sign: that of a schema may have it, too.
    if value.contains(['/', '#', ':']) {
        return Target::OtherDocument;
    }
    Target::Nothing
}

/// The pointer to a component.
pub(super) fn pointer((section, name): &Component) -> String {
    child(&child("/components", section), name)
}

/// A step of a JSON pointer as the name that it stands for.
pub(super) fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_are_told_apart() {
        let document = json!({
            "paths": { "/a": {} },
            "components": { "schemas": { "A/b": { "properties": { "c": {} } } }, "x-mine": { "A": {} } },
        });
        let component = || Target::Component(("schemas".to_owned(), "A/b".to_owned()));
        let elsewhere = |pointer: &str| Target::Elsewhere(pointer.to_owned());
        for (reference, expected) in [
            ("#/components/schemas/A~1b", component()),
            ("#/components/schemas/A~1b/properties/c", component()),
            ("#/components/schemas/A~1b/properties/d", Target::Nothing),
            ("#/components/schemas", elsewhere("/components/schemas")),
            ("#/components/x-mine/A", elsewhere("/components/x-mine/A")),
            ("#/paths/~1a", elsewhere("/paths/~1a")),
            ("other.yaml#/components/schemas/A", Target::OtherDocument),
        ] {
            assert_eq!(target(&document, reference), expected, "{reference}");
        }
        for (value, expected) in [
            ("A/b", component()),
            ("#/components/schemas/A~1b", component()),
            ("B", Target::Nothing),
            ("b.json", Target::Nothing),
            ("./c#/d", Target::OtherDocument),
        ] {
            assert_eq!(mapped_target(&document, value), expected, "{value}");
        }
    }
}
