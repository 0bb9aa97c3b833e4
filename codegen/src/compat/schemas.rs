//! Compares schemas: types, constraints and enums.

use std::collections::{BTreeMap, VecDeque};

use heck::ToPascalCase;

use super::Kind;
use super::comparison::{Comparison, Subject};
use super::fields::{EXTRA, shared_fields};
use super::node::{Node, Pair};
use crate::document::RUST_TYPE;
use crate::lint::{ENUM, ENUM_DESCRIPTIONS};

const UPPER: &[&str] = &["maximum", "maxLength", "maxItems", "maxProperties"];
const LOWER: &[&str] = &["minimum", "minLength", "minItems", "minProperties"];
const SWITCHES: &[&str] = &["exclusiveMaximum", "exclusiveMinimum", "uniqueItems"];
/// Constraints whose change is neither tighter nor looser for certain; assumed to be tighter.
const OPAQUE: &[&str] = &["pattern", "multipleOf"];
/// The other keywords of values and of objects.
pub(super) const VALUES: &[&str] = &[
    "type",
    "format",
    "nullable",
    "default",
    "readOnly",
    "writeOnly",
];
pub(super) const OBJECTS: &[&str] = &["items", "properties", "required", EXTRA, "allOf"];
const ENUMS: &[&str] = &["enum", ENUM, ENUM_DESCRIPTIONS, RUST_TYPE];

/// Deeper than this, a schema contains itself.
pub(super) const DEEPEST: usize = 32;

/// The schemas to compare, in the order in which operations lead to them.
#[derive(Default)]
pub(super) struct Schemas<'a> {
    queue: VecDeque<Meeting<'a>>,
    met: Vec<Meeting<'a>>,
    by_pointers: BTreeMap<(String, String), usize>,
}

/// Two schemas in the same place.
#[derive(Clone)]
pub(super) struct Meeting<'a> {
    pub(super) pair: Pair<'a>,
    pub(super) subject: Subject,
    /// What messages call the place.
    pub(super) label: String,
    /// For the schema of a field: whether it becomes or ceases to be an `Option`, or an argument of the constructor.
    rust_changed: Option<bool>,
    /// Whether references led here; the schema with the reference is compared for null already.
    is_target: bool,
}

impl<'a> Schemas<'a> {
    /// Adds the schemas of a parameter, body or header.
    pub(super) fn add(&mut self, pair: Pair<'a>, subject: &Subject, label: &str) {
        if pair.exist() == (true, true) {
            self.queue.push_back(Meeting {
                pair,
                subject: subject.clone(),
                label: label.to_owned(),
                rust_changed: None,
                is_target: false,
            });
        }
    }

    /// Notes a meeting, and returns it if it or a part of its usage is new.
    fn note(&mut self, meeting: Meeting<'a>) -> Option<Meeting<'a>> {
        let Pair { old, new } = &meeting.pair;
        let pointers = (old.pointer.clone(), new.pointer.clone());
        if let Some(index) = self.by_pointers.get(&pointers) {
            let known = &mut self.met[*index];
            let usage = known.subject.usage.or(meeting.subject.usage);
            let is_new = usage != known.subject.usage;
            known.subject.usage = usage;
            known.rust_changed = known.rust_changed.max(meeting.rust_changed);
            return is_new.then(|| known.clone());
        }
        self.by_pointers.insert(pointers, self.met.len());
        self.met.push(meeting.clone());
        Some(meeting)
    }
}

/// Compares the schemas in the queue and everything inside of them, each pair once.
pub(super) fn compare(comparison: &mut Comparison<'_>) {
    while let Some(meeting) = comparison.schemas.queue.pop_front() {
        if let Some(meeting) = comparison.schemas.note(meeting) {
            comparison.schemas.queue.extend(meeting.inside());
        }
    }
    for meeting in std::mem::take(&mut comparison.schemas.met) {
        meeting.compare(comparison);
    }
}

/// A schema and those that it is an alias of, the last of which is not one.
pub(super) fn chain<'a>(node: &Node<'a>) -> Vec<Node<'a>> {
    let mut chain = vec![node.clone()];
    let mut last = node.clone();
    for _ in 0..DEEPEST {
        let parts = last.get("allOf").items();
        let next = match &parts[..] {
            _ if last.get("$ref").exists() => last.resolve(),
            [part] if !last.get("properties").exists() => part.clone(),
            _ => break,
        };
        if next.pointer == last.pointer {
            break;
        }
        chain.push(next.clone());
        last = next;
    }
    chain
}

fn kind<'a>(schema: &Node<'a>) -> &'a str {
    let has = |key: &str| schema.value.get(key).is_some();
    match schema.get("type").text() {
        "" if has("properties") || has(EXTRA) || has("allOf") => "object",
        "" if has("items") => "array",
        "" => "any value",
        own => own,
    }
}

impl<'a> Meeting<'a> {
    /// The schemas that two schemas are aliases of, or else contain.
    fn inside(&self) -> Vec<Self> {
        let last = |node: &Node<'a>| chain(node).pop().unwrap_or_else(|| node.clone());
        let pair = Pair::new(&last(&self.pair.old), &last(&self.pair.new));
        let subject = self.subject.in_rust_if(!self.has_rust_type());
        let is_alias = |target: &Node<'_>, node: &Node<'_>| target.pointer != node.pointer;
        if is_alias(&pair.old, &self.pair.old) || is_alias(&pair.new, &self.pair.new) {
            let name = pair.new.schema_name().map(str::to_owned);
            let item = name
                .as_ref()
                .map(|name| format!("types::{}", name.to_pascal_case()));
            return vec![Self {
                subject: Subject {
                    item: item.or(subject.item),
                    ..subject
                },
                label: name.unwrap_or_else(|| self.label.clone()),
                rust_changed: None,
                is_target: true,
                pair,
            }];
        }
        if kind(&pair.old) != kind(&pair.new) {
            return Vec::new();
        }
        let part = |pair: Pair<'a>, label: String| Self {
            pair,
            subject: subject.clone(),
            label,
            rust_changed: None,
            is_target: false,
        };
        let mut parts = vec![
            part(pair.get(EXTRA), format!("{}.*", self.label)),
            part(pair.get("items"), format!("{}[]", self.label)),
        ];
        let usage = self.subject.usage;
        for (old, new) in shared_fields(self) {
            let item = new.item.clone();
            parts.push(Self {
                subject: Subject { item, ..subject },
                rust_changed: Some(old.rust_shape(usage) != new.rust_shape(usage)),
                ..part(Pair::new(&old.node, &new.node), new.label)
            });
        }
        parts.retain(|it| it.pair.old.value.is_object() && it.pair.new.value.is_object());
        parts
    }

    fn has_rust_type(&self) -> bool {
        self.pair.get(RUST_TYPE).exist() != (false, false)
    }

    fn compare(mut self, comparison: &mut Comparison<'_>) {
        let (old, new) = (chain(&self.pair.old), chain(&self.pair.new));
        if !self.is_target {
            self.compare_null(comparison, &old, &new);
            self.compare_names(comparison, &old[old.len() - 1], &new[new.len() - 1]);
        }
        if let Some(part) = self.pair.changed(RUST_TYPE) {
            let what = format!("the Rust type of `{}` changed", self.label);
            comparison.record(Kind::RustTypeChanged, &self.subject, &part, what);
        }
        self.subject = self.subject.in_rust_if(!self.has_rust_type());
        match (old.len(), new.len()) {
            (1, 1) if self.compare_types(comparison) => {
                self.compare_constraints(comparison);
                self.compare_default(comparison, &self.pair);
                self.compare_access(comparison);
                self.compare_enums(comparison);
                self.compare_fields(comparison);
                let compared = [VALUES, OBJECTS, ENUMS, UPPER, LOWER, SWITCHES, OPAQUE];
                self.compare_rest(comparison, &self.pair, &compared);
            }
            // Next to a `$ref`, OpenAPI ignores everything.
            (2.., 2..) => {
                let own = |node: &Node<'a>| {
                    let is_reference = node.get("$ref").exists();
                    if is_reference {
                        node.missing()
                    } else {
                        node.clone()
                    }
                };
                let own = Pair::new(&own(&self.pair.old), &own(&self.pair.new));
                self.compare_default(comparison, &own);
                let compared: &[&str] = &["allOf", "nullable", "default", RUST_TYPE];
                self.compare_rest(comparison, &own, &[compared]);
            }
            _ => {}
        }
    }

    fn compare_rest(&self, comparison: &mut Comparison<'_>, pair: &Pair<'_>, compared: &[&[&str]]) {
        let name = format!("`{}`", self.label);
        comparison.compare_rest(pair, &self.subject, &name, compared);
    }

    /// Compares whether a value may be null. Each schema of an alias may allow it.
    fn compare_null(&self, comparison: &mut Comparison<'_>, old: &[Node<'_>], new: &[Node<'_>]) {
        let nullable = |chain: &[Node<'_>]| {
            let mut nodes = chain.iter();
            nodes.position(|node| node.get("nullable").is_true())
        };
        let (kind, index, verb, holder) = match (nullable(old), nullable(new)) {
            (None, Some(index)) => (Kind::BecameNullable, index, "may be null", &new[index]),
            (Some(index), None) => {
                let verb = "may no longer be null";
                (Kind::NoLongerNullable, index, verb, &old[index])
            }
            _ => return,
        };
        let at = |chain: &[Node<'_>]| index.min(chain.len() - 1);
        let pair = Pair::new(&old[at(old)], &new[at(new)]);
        let label = holder.schema_name().unwrap_or(&self.label);
        let what = format!("`{label}` {verb} {}", self.subject.usage.place());
        let subject = self.subject.in_rust_if(self.rust_changed.unwrap_or(true));
        comparison.record(kind, &subject, &pair, what);
    }

    /// Compares the names of the Rust types in the same place. An inline schema is named after its place if it needs a
    /// type of its own.
    fn compare_names(&self, comparison: &mut Comparison<'_>, old: &Node<'a>, new: &Node<'a>) {
        let name = |node: &Node<'a>| {
            let has = |key| node.get(key).exists();
            let is_type = has("properties") || has("enum");
            let label = is_type.then(|| self.label.clone());
            let own = node.schema_name().map(str::to_owned).or(label);
            let replaced = node.get(RUST_TYPE);
            own.map(|own| {
                if replaced.exists() {
                    replaced.shown()
                } else {
                    own
                }
            })
        };
        let (old_name, new_name) = (name(old), name(new));
        if old_name == new_name || old.schema_name() == new.schema_name() {
            return;
        }
        let shown = |name: Option<String>| name.unwrap_or_else(|| "an inline schema".to_owned());
        let (old_name, new_name, label) = (shown(old_name), shown(new_name), &self.label);
        let what = format!("the type of `{label}` was {old_name} and is {new_name}");
        comparison.record(
            Kind::SchemaRenamed,
            &self.subject,
            &Pair::new(old, new),
            what,
        );
    }

    /// Compares types and formats. Returns false if nothing else of the two can be compared.
    fn compare_types(&self, comparison: &mut Comparison<'_>) -> bool {
        let (label, place) = (&self.label, self.subject.usage.place());
        let (old, new) = (kind(&self.pair.old), kind(&self.pair.new));
        if old != new {
            let kind = match (old, new) {
                ("integer", "number") | (_, "any value") => Kind::TypeWidened,
                ("number", "integer") | ("any value", _) => Kind::TypeNarrowed,
                _ => Kind::TypeChanged,
            };
            let what = format!("`{label}` was {old} and is {new} {place}");
            comparison.record(kind, &self.subject, &self.pair, what);
            return false;
        }
        if let Some(part) = self.pair.changed("format") {
            let is_number = matches!(new, "integer" | "number");
            // In Rust, a number without a format has 64 bits.
            let is_wide = |format: &str| matches!(format, "" | "int64" | "double");
            let in_rust = is_number && is_wide(part.old.text()) != is_wide(part.new.text());
            let kind = match (part.old.text(), part.new.text()) {
                ("int32", "int64") | ("float", "double") => Kind::TypeWidened,
                ("int64", "int32") | ("double", "float") => Kind::TypeNarrowed,
                (_, "") if is_number => Kind::TypeWidened,
                ("", _) if is_number => Kind::TypeNarrowed,
                (_, "") => Kind::ConstraintLoosened,
                ("", _) => Kind::ConstraintTightened,
                _ => Kind::TypeChanged,
            };
            let (old, new) = (part.old.shown(), part.new.shown());
            let what = format!("the format of `{label}` was {old} and is {new} {place}");
            comparison.record(kind, &self.subject.in_rust_if(in_rust), &part, what);
        }
        true
    }

    fn compare_constraints(&self, comparison: &mut Comparison<'_>) {
        for key in [UPPER, LOWER, SWITCHES, OPAQUE].concat() {
            let Some(part) = self.pair.changed(key) else {
                continue;
            };
            let is_looser = match (part.old.value.as_f64(), part.new.value.as_f64()) {
                _ if part.is_true() == (false, false) && SWITCHES.contains(&key) => continue,
                _ if SWITCHES.contains(&key) => part.old.is_true(),
                _ if !part.new.exists() => true,
                (Some(old), Some(new)) if UPPER.contains(&key) => new > old,
                (Some(old), Some(new)) if LOWER.contains(&key) => new < old,
                _ => false,
            };
            let kind = if is_looser {
                Kind::ConstraintLoosened
            } else {
                Kind::ConstraintTightened
            };
            let (old, new) = (part.old.shown(), part.new.shown());
            let (label, place) = (&self.label, self.subject.usage.place());
            let what = format!("{key} of `{label}` was {old} and is {new} {place}");
            comparison.record(kind, &self.subject, &part, what);
        }
    }

    /// Compares what is meant when a value is absent.
    fn compare_default(&self, comparison: &mut Comparison<'_>, pair: &Pair<'_>) {
        let Some(part) = pair.changed("default") else {
            return;
        };
        let (kind, in_rust) = match part.exist() {
            (true, true) => (Kind::DefaultChanged, self.rust_changed.is_some()),
            _ => (Kind::DefaultDocumented, self.rust_changed == Some(true)),
        };
        let (label, old, new) = (&self.label, part.old.shown(), part.new.shown());
        let what = format!("the default of `{label}` was {old} and is {new}");
        comparison.record(kind, &self.subject.in_rust_if(in_rust), &part, what);
    }

    /// Compares whether a value is only sent one way.
    fn compare_access(&self, comparison: &mut Comparison<'_>) {
        let subject = self.subject.in_rust_if(self.rust_changed == Some(true));
        for (key, became) in [
            ("readOnly", Kind::BecameReadOnly),
            ("writeOnly", Kind::BecameWriteOnly),
        ] {
            let part = self.pair.get(key);
            let (kind, what) = match part.is_true() {
                (false, true) => (became, format!("`{}` became {key}", self.label)),
                (true, false) => {
                    let what = format!("`{}` is no longer {key}", self.label);
                    (Kind::BecameReadWrite, what)
                }
                _ => continue,
            };
            comparison.record(kind, &subject, &part, what);
        }
    }

    fn compare_enums(&self, comparison: &mut Comparison<'_>) {
        let (pair, label, subject) = (&self.pair, &self.label, &self.subject);
        let is_open = |schema: &Node<'_>| schema.get(ENUM).text() == "open";
        let (was_open, open) = (is_open(&pair.old), is_open(&pair.new));
        let values = pair.get("enum");
        let (kind, verb) = match values.exist() {
            (false, false) => return,
            (true, true) => return self.compare_values(comparison, &values, was_open, open),
            (false, true) => (Kind::EnumAdded { open }, "became an enum"),
            (true, false) => (Kind::EnumRemoved { open: was_open }, "is no longer an enum"),
        };
        comparison.record(kind, subject, &values, format!("`{label}` {verb}"));
    }

    fn compare_values(
        &self,
        comparison: &mut Comparison<'_>,
        values: &Pair<'_>,
        was_open: bool,
        open: bool,
    ) {
        let (label, place) = (&self.label, self.subject.usage.place());
        let (old, new) = (values.old.items(), values.new.items());
        let has = |of: &[Node<'_>], value: &Node<'_>| of.iter().any(|it| it.value == value.value);
        let removed = old.iter().filter(|value| !has(&new, value));
        let removed = removed.map(|value| (Kind::ValueRemoved, value, Pair::removed(value)));
        let added = new.iter().filter(|value| !has(&old, value));
        let kind = Kind::ValueAdded { open: was_open };
        let added = added.map(|value| (kind, value, Pair::added(value)));
        for (kind, value, pair) in removed.chain(added) {
            let text = value.shown();
            let variant = text.to_pascal_case();
            let mut subject = self.subject.clone();
            subject.item = subject.item.map(|item| format!("{item}::{variant}"));
            let verb = if kind == Kind::ValueRemoved {
                "removed"
            } else {
                "added"
            };
            let what = format!("the value {text} of `{label}` was {verb} {place}");
            comparison.record(kind, &subject, &pair, what);
        }
        let order = old.iter().filter(|value| has(&new, value));
        let order: Vec<_> = order
            .map(|value| new.iter().position(|it| it.value == value.value))
            .collect();
        if !order.is_sorted() {
            let what = format!("the values of `{label}` are in another order");
            comparison.record(Kind::ValuesReordered, &self.subject, values, what);
        }
        if let Some(part) = self.pair.changed(ENUM) {
            let (kind, verb) = match (was_open, open) {
                (false, true) => (Kind::EnumOpened, "became open"),
                (true, false) => (Kind::EnumClosed, "became closed"),
                _ => (Kind::Unsupported, "is open or closed in another way"),
            };
            let what = format!("the enum `{label}` {verb}");
            comparison.record(kind, &self.subject, &part, what);
        }
        let descriptions = self.pair.get(ENUM_DESCRIPTIONS);
        for value in descriptions.keys() {
            let part = descriptions.get(value);
            if part.exist() == (true, true) && !part.is_same() {
                let what = format!("the description of {value} of `{label}` changed");
                comparison.record(Kind::Text, &self.subject, &part, what);
            }
        }
    }
}
