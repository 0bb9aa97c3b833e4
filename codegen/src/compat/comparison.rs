//! The changes found so far, the schemas to compare, and the comparison of what every part of a document may have.

use std::collections::{BTreeMap, VecDeque};

use super::node::{Node, Pair};
use super::table::{Kind, Usage};
use crate::document::{RESPONSE_SCHEMA, SANDBOX_RESPONSES};

/// What changes concern: a part of the fragment with its usage, and the item of the generated crate.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) usage: Usage,
    pub(super) item: Option<String>,
}

impl Subject {
    pub(super) fn new(item: Option<String>) -> Self {
        let usage = Usage::ALL;
        Self { usage, item }
    }

    /// Returns the subject of a part without an item in the generated crate.
    pub(super) fn on_wire() -> Self {
        Self::new(None).in_rust_if(false)
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

/// Two schemas in the same place.
#[derive(Clone)]
pub(super) struct SchemaPair<'a> {
    pub(super) pair: Pair<'a>,
    pub(super) subject: Subject,
    /// What messages call the place.
    pub(super) label: String,
    /// For the schema of a field: whether it becomes or ceases to be an `Option`, or an argument of the constructor.
    pub(super) rust_changed: Option<bool>,
    /// Whether references led here; the schema with the reference is compared for null already.
    pub(super) is_target: bool,
}

impl<'a> SchemaPair<'a> {
    pub(super) fn new(pair: Pair<'a>, subject: &Subject, label: String) -> Self {
        Self {
            pair,
            subject: subject.clone(),
            label,
            rust_changed: None,
            is_target: false,
        }
    }
}

/// The changes that were found, and the schemas to compare.
#[derive(Default)]
pub(super) struct Comparison<'a> {
    pub(super) found: Vec<Found>,
    /// Each pair once with all of its usage, in the order in which operations lead to them.
    pub(super) schemas: Vec<SchemaPair<'a>>,
    by_pointers: BTreeMap<(String, String), usize>,
    /// The indexes of schemas of which the parts are to be added.
    pub(super) queue: VecDeque<usize>,
}

impl<'a> Comparison<'a> {
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

    /// Adds schemas that both versions have, or their usage to that of a known pair.
    pub(super) fn add(&mut self, schemas: SchemaPair<'a>) {
        let Pair { old, new } = &schemas.pair;
        if !(old.value.is_object() && new.value.is_object()) {
            return;
        }
        let pointers = (old.pointer.clone(), new.pointer.clone());
        let next = self.schemas.len();
        let index = *self.by_pointers.entry(pointers).or_insert(next);
        if let Some(known) = self.schemas.get_mut(index) {
            let usage = known.subject.usage.or(schemas.subject.usage);
            known.rust_changed = known.rust_changed.max(schemas.rust_changed);
            if usage == known.subject.usage {
                return;
            }
            known.subject.usage = usage;
        } else {
            self.schemas.push(schemas);
        }
        self.queue.push_back(index);
    }

    /// Records that a part was added or removed, and returns true if both versions have it.
    pub(super) fn compare_presence(
        &mut self,
        (removed, added): (Kind, (Kind, &str)),
        subject: &Subject,
        pair: &Pair<'_>,
        name: &str,
    ) -> bool {
        let (kind, verb) = match pair.exist() {
            (false, false) => return false,
            (true, true) => return true,
            (true, false) => (removed, "removed"),
            (false, true) => added,
        };
        self.record(kind, subject, pair, format!("{name} was {verb}"));
        false
    }

    /// Compares the presence of a parameter or request body.
    pub(super) fn compare_argument(
        &mut self,
        subject: &Subject,
        reference: &Pair<'_>,
        name: &str,
    ) -> bool {
        let required = reference.new.resolve().is("required");
        let added = (Kind::argument_added(required), added_verb(required));
        self.compare_presence((Kind::ARGUMENT_REMOVED, added), subject, reference, name)
    }

    /// Records that something became required or optional.
    pub(super) fn compare_required(
        &mut self,
        required: (bool, bool),
        subject: &Subject,
        pair: &Pair<'_>,
        name: &str,
    ) {
        let (kind, word) = match required {
            (false, true) => (Kind::BECAME_REQUIRED, "required"),
            (true, false) => (Kind::BECAME_OPTIONAL, "optional"),
            _ => return,
        };
        self.record(kind, subject, pair, format!("{name} became {word}"));
    }

    /// Records what is in one list only, with a kind for what was removed and one for what was added.
    pub(super) fn compare_lists(
        &mut self,
        (removed, added): (Kind, Kind),
        subject: &Subject,
        pair: &Pair<'_>,
        (old, new): (Vec<String>, Vec<String>),
        what: impl Fn(&str, bool) -> String,
    ) {
        for text in old.iter().filter(|text| !new.contains(text)) {
            self.record(removed, subject, pair, what(text, false));
        }
        for text in new.iter().filter(|text| !old.contains(text)) {
            self.record(added, subject, pair, what(text, true));
        }
    }

    /// Records every change of some keywords.
    pub(super) fn compare_keywords(
        &mut self,
        kind: Kind,
        subject: &Subject,
        pair: &Pair<'_>,
        name: &str,
        keywords: &[&str],
    ) {
        for key in keywords {
            if let Some(part) = pair.changed(key) {
                self.record(kind, subject, &part, format!("`{key}` of {name} changed"));
            }
        }
    }

    /// Records changes of documentation, and every change of a keyword that nothing else has `compared`.
    pub(super) fn compare_rest(
        &mut self,
        subject: &Subject,
        pair: &Pair<'_>,
        name: &str,
        compared: &[&[&str]],
    ) {
        let mut entries = pair.entries();
        entries
            .retain(|(key, part)| !part.is_same() && !compared.iter().any(|it| it.contains(key)));
        let (changed, unsupported): (Vec<_>, Vec<_>) = entries
            .into_iter()
            .partition(|(key, _)| is_documentation(key));
        for (key, part) in unsupported {
            let what = format!("`{key}` of {name} changed");
            self.record(Kind::UNSUPPORTED, subject, &part, what);
        }
        let place = match &changed[..] {
            [] => return,
            [(_, part)] => part,
            _ => pair,
        };
        let keys: Vec<String> = changed.iter().map(|(key, _)| format!("`{key}`")).collect();
        let is_rustdoc = |(key, _): &(&str, _)| matches!(*key, "summary" | "description");
        let subject = subject.in_rust_if(changed.iter().any(is_rustdoc));
        let what = format!("{} of {name} changed", keys.join(" and "));
        self.record(Kind::TEXT, &subject, place, what);
    }
}

/// Returns true for a keyword that changes nothing on the wire.
fn is_documentation(key: &str) -> bool {
    matches!(
        key,
        "title"
            | "summary"
            | "description"
            | "example"
            | "examples"
            | "externalDocs"
            | "deprecated"
            | "tags"
            | "xml"
            | "x-observed"
            | RESPONSE_SCHEMA
            | SANDBOX_RESPONSES
    )
}

/// Returns the verb of a part that was added.
pub(super) fn added_verb(required: bool) -> &'static str {
    if required {
        "added, required"
    } else {
        "added, optional"
    }
}
