//! The changes found so far, and the comparison of what every part of a document may have.

use super::Kind;
use super::node::{Node, Pair};
use super::schemas::Schemas;

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

    pub(super) fn or(self, other: Self) -> Self {
        Self {
            request: self.request || other.request,
            response: self.response || other.response,
            rust: self.rust || other.rust,
        }
    }

    pub(super) fn adjective(self) -> &'static str {
        match (self.request, self.response) {
            (true, true) => "request and response",
            (true, false) => "request",
            _ => "response",
        }
    }

    pub(super) fn place(self) -> &'static str {
        match (self.request, self.response) {
            (true, true) => "in requests and responses",
            (true, false) => "in requests",
            _ => "in responses",
        }
    }
}

/// What changes concern: a part of the fragment with its usage, and the item of the generated crate.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) usage: Usage,
    pub(super) item: Option<String>,
}

impl Subject {
    pub(super) fn new(item: String) -> Self {
        Self {
            usage: Usage::ALL,
            item: Some(item),
        }
    }

    /// A part without an item in the generated crate.
    pub(super) fn on_wire() -> Self {
        Self {
            usage: Usage {
                rust: false,
                ..Usage::ALL
            },
            item: None,
        }
    }

    pub(super) fn in_request(mut self) -> Self {
        self.usage.response = false;
        self
    }

    pub(super) fn in_response(mut self) -> Self {
        self.usage.request = false;
        self
    }

    pub(super) fn in_rust_if(&self, condition: bool) -> Self {
        let mut subject = self.clone();
        subject.usage.rust &= condition;
        subject
    }
}

/// A change that was found, with the pointers of its place in both versions.
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) subject: Subject,
    pub(super) what: String,
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
    pub(super) fn record(&mut self, kind: Kind, subject: &Subject, pair: &Pair<'_>, what: String) {
        let pointer = |node: &Node<'_>| node.exists().then(|| node.pointer.clone());
        let (old, new) = (pointer(&pair.old), pointer(&pair.new));
        let mut known = self.found.iter_mut();
        let known = known.find(|it| it.what == what && it.old == old && it.new == new);
        if let Some(known) = known {
            known.subject.usage = known.subject.usage.or(subject.usage);
            return;
        }
        let subject = subject.clone();
        self.found.push(Found {
            kind,
            subject,
            what,
            old,
            new,
        });
    }

    /// Records that something became required or optional.
    pub(super) fn compare_required(
        &mut self,
        required: &Pair<'_>,
        subject: &Subject,
        place: &Pair<'_>,
        name: &str,
    ) {
        let (kind, word) = match required.is_true() {
            (false, true) => (Kind::BecameRequired, "required"),
            (true, false) => (Kind::BecameOptional, "optional"),
            _ => return,
        };
        self.record(kind, subject, place, format!("{name} became {word}"));
    }

    /// Records what is in one list only, with a kind for what was removed and one for what was added.
    pub(super) fn compare_lists(
        &mut self,
        (removed, added): (Kind, Kind),
        subject: &Subject,
        pair: &Pair<'_>,
        (old, new): (&[String], &[String]),
        what: impl Fn(&str, bool) -> String,
    ) {
        for text in old.iter().filter(|text| !new.contains(text)) {
            self.record(removed, subject, pair, what(text, false));
        }
        for text in new.iter().filter(|text| !old.contains(text)) {
            self.record(added, subject, pair, what(text, true));
        }
    }

    /// Records changes of documentation, and every change of a keyword that nothing else has `compared`.
    pub(super) fn compare_rest(
        &mut self,
        pair: &Pair<'_>,
        subject: &Subject,
        name: &str,
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
                let what = format!("`{key}` of {name} changed");
                self.record(Kind::Unsupported, subject, &part, what);
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
        let what = format!("{} of {name} changed", keys.join(" and "));
        self.record(Kind::Text, &subject.in_rust_if(in_rustdoc), place, what);
    }

    /// Compares the document as a whole, and the components that no operation uses. Lint refuses unused ones
    /// today, so that only the old version has them.
    pub(super) fn compare_root(&mut self, root: &Pair<'_>) {
        let subject = Subject::on_wire();
        for key in ["openapi", "info"] {
            if let Some(part) = root.changed(key) {
                let what = format!("`{key}` of the document changed");
                self.record(Kind::Text, &subject, &part, what);
            }
        }
        let parts: &[&str] = &["openapi", "info", "paths", "components"];
        let compared = [parts, &["servers", "security"]];
        self.compare_rest(root, &subject, "the document", &compared);
        let (old, new) = (root.old.used_components(), root.new.used_components());
        let components = root.get("components");
        // Operations refer to security schemes without a reference.
        let sections = components.keys().into_iter();
        for section in sections.filter(|section| *section != "securitySchemes") {
            let named = components.get(section);
            for name in named.keys() {
                let part = named.get(name);
                let is_used = old.contains(&part.old.pointer) || new.contains(&part.new.pointer);
                if !is_used && !part.is_same() {
                    let what = format!("the component `{name}` in {section} changed");
                    self.record(Kind::Unused, &subject, &part, what);
                }
            }
        }
    }
}
