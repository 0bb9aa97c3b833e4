//! The changes found so far, and the comparison of what every part of a document may have.

use super::Kind;
use super::node::{Node, Pair};
use super::schemas::Schemas;

/// Where a part of a fragment is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Usage {
    pub(super) request: bool,
    pub(super) response: bool,
    /// Whether the generated crate has an item for it.
    pub(super) rust: bool,
}

impl Usage {
    pub(super) const ALL: Self = Self {
        request: true,
        response: true,
        rust: true,
    };
    pub(super) const REQUEST: Self = Self {
        response: false,
        ..Self::ALL
    };
    pub(super) const RESPONSE: Self = Self {
        request: false,
        ..Self::ALL
    };

    pub(super) fn in_rust_if(self, condition: bool) -> Self {
        Self {
            rust: self.rust && condition,
            ..self
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self {
            request: self.request || other.request,
            response: self.response || other.response,
            rust: self.rust || other.rust,
        }
    }

    pub(super) fn noun(self) -> &'static str {
        match (self.request, self.response) {
            (true, true) => "request and response",
            (true, false) => "request",
            _ => "response",
        }
    }

    pub(super) fn plural(self) -> &'static str {
        match (self.request, self.response) {
            (true, true) => "in requests and responses",
            (true, false) => "in requests",
            _ => "in responses",
        }
    }
}

/// A change that was found, with the pointers of its place in both versions.
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) usage: Usage,
    pub(super) what: String,
    pub(super) item: Option<String>,
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
}

/// The changes that were found, and the schemas that are still to be compared.
#[derive(Default)]
pub(super) struct Comparison<'a> {
    pub(super) found: Vec<Found>,
    pub(super) schemas: Schemas<'a>,
}

impl Comparison<'_> {
    /// Records a change. One that many operations lead to is recorded once, with all of its usage.
    pub(super) fn record(
        &mut self,
        kind: Kind,
        usage: Usage,
        item: Option<&str>,
        pair: &Pair<'_>,
        what: String,
    ) {
        let pointer = |node: &Node<'_>| node.exists().then(|| node.pointer.clone());
        let (old, new) = (pointer(&pair.old), pointer(&pair.new));
        let mut known = self.found.iter_mut();
        let known = known.find(|it| it.what == what && it.old == old && it.new == new);
        if let Some(known) = known {
            known.usage = known.usage.or(usage);
            return;
        }
        self.found.push(Found {
            kind,
            usage,
            what,
            item: item.map(str::to_owned),
            old,
            new,
        });
    }

    /// Records changes of documentation, and every change of a keyword that nothing else has `compared`.
    pub(super) fn compare_documentation(
        &mut self,
        pair: &Pair<'_>,
        usage: Usage,
        item: Option<&str>,
        subject: &str,
        compared: &[&[&str]],
    ) {
        let mut changed = Vec::new();
        for key in pair.keys() {
            let is_compared = compared.iter().any(|it| it.contains(&key));
            let Some(part) = pair.changed(key).filter(|_| !is_compared) else {
                continue;
            };
            if DOCUMENTATION.contains(&key) {
                changed.push((key, part));
            } else {
                let what = format!("`{key}` of {subject} changed");
                self.record(Kind::Unsupported, usage, item, &part, what);
            }
        }
        let place = match &changed[..] {
            [] => return,
            [(_, part)] => part,
            _ => pair,
        };
        let in_rustdoc = changed
            .iter()
            .any(|(key, _)| matches!(*key, "summary" | "description"));
        let keys: Vec<String> = changed.iter().map(|(key, _)| format!("`{key}`")).collect();
        let what = format!("{} of {subject} changed", keys.join(" and "));
        self.record(Kind::Text, usage.in_rust_if(in_rustdoc), item, place, what);
    }

    /// Compares the document as a whole, and the components that no operation uses. Lint refuses unused ones
    /// today, so that only the old version has them.
    pub(super) fn compare_root(&mut self, root: &Pair<'_>) {
        let usage = Usage::ALL.in_rust_if(false);
        for key in ["openapi", "info"] {
            if let Some(part) = root.changed(key) {
                let what = format!("`{key}` of the document changed");
                self.record(Kind::Text, usage, None, &part, what);
            }
        }
        let compared: &[&str] = &[
            "openapi",
            "info",
            "paths",
            "components",
            "servers",
            "security",
        ];
        self.compare_documentation(root, usage, None, "the document", &[compared]);
        let (old, new) = (root.old.used_components(), root.new.used_components());
        let components = root.get("components");
        for section in components.keys() {
            // Operations refer to these without a reference.
            if section == "securitySchemes" {
                continue;
            }
            let section_pair = components.get(section);
            for name in section_pair.keys() {
                let part = section_pair.get(name);
                let is_used = old.contains(&part.old.pointer) || new.contains(&part.new.pointer);
                if !is_used && !part.is_same() {
                    let what = format!("the component `{name}` in {section} changed");
                    self.record(Kind::Unused, usage, None, &part, what);
                }
            }
        }
    }
}

/// Keywords that change nothing on the wire.
const DOCUMENTATION: &[&str] = &[
    "title",
    "summary",
    "description",
    "example",
    "examples",
    "externalDocs",
    "deprecated",
    "tags",
    "xml",
    "x-observed",
];
