//! Compares schemas: types, constraints and enums.

use heck::ToPascalCase;

use super::comparison::{Comparison, SchemaPair};
use super::fields::{EXTRA, PARTS, VALUES, field_item, fields};
use super::node::{Node, Pair, is_reordered, matching};
use super::table::Kind;
use crate::document::{ENUM, ENUM_DESCRIPTIONS, ENUM_NAMES, RUST_TYPE};

const UPPER: &[&str] = &["maximum", "maxLength", "maxItems", "maxProperties"];
const LOWER: &[&str] = &["minimum", "minLength", "minItems", "minProperties"];
const SWITCHES: &[&str] = &["exclusiveMaximum", "exclusiveMinimum", "uniqueItems"];
/// Constraints whose change is neither tighter nor looser for certain; assumed to be tighter.
const OPAQUE: &[&str] = &["pattern", "multipleOf"];
const ENUMS: &[&str] = &["enum", ENUM, ENUM_DESCRIPTIONS, ENUM_NAMES, RUST_TYPE];

impl Comparison<'_> {
    /// Compares the schemas that operations lead to and everything inside of them, each pair once.
    pub(super) fn compare_schemas(&mut self) {
        while let Some(index) = self.queue.pop_front() {
            for part in self.schemas[index].inside() {
                self.add(part);
            }
        }
        for schemas in std::mem::take(&mut self.schemas) {
            schemas.compare(self);
        }
    }
}

fn type_name<'a>(schema: &Node<'a>) -> &'a str {
    match schema.text("type") {
        "" if schema.has("properties") || schema.has(EXTRA) || schema.has("allOf") => "object",
        "" if schema.has("items") => "array",
        "" => "any value",
        own => own,
    }
}

impl<'a> SchemaPair<'a> {
    /// Returns the schemas that two schemas are aliases of, or else contain.
    fn inside(&self) -> Vec<Self> {
        let last = |node: &Node<'a>| node.alias_chain().pop().unwrap_or_default();
        let pair = Pair {
            old: last(&self.pair.old),
            new: last(&self.pair.new),
        };
        let subject = self.subject.in_rust_if(!self.has_rust_type());
        let is_alias =
            pair.old.pointer != self.pair.old.pointer || pair.new.pointer != self.pair.new.pointer;
        if is_alias {
            let name = pair.new.schema_name().map(str::to_owned);
            let label = name.as_ref().unwrap_or(&self.label).clone();
            let mut target = Self::new(pair, &subject, label);
            target.is_target = true;
            if let Some(name) = name {
                target.subject.item = Some(format!("types::{}", name.to_pascal_case()));
            }
            return vec![target];
        }
        if type_name(&pair.old) != type_name(&pair.new) {
            return Vec::new();
        }
        let mut parts = vec![
            Self::new(pair.get(EXTRA), &subject, format!("{}.*", self.label)),
            Self::new(pair.get("items"), &subject, format!("{}[]", self.label)),
        ];
        let usage = self.subject.usage;
        let (old, new) = (
            fields(&pair.old, &self.label),
            fields(&pair.new, &self.label),
        );
        for (name, old, new) in matching(&old, &new) {
            let rust_changed = old.rust_shape(usage) != new.rust_shape(usage);
            let mut field = Self::new(Pair::new(&old.node, &new.node), &subject, new.label);
            field.subject.item = field_item(&self.subject, name);
            field.rust_changed = Some(rust_changed);
            parts.push(field);
        }
        parts
    }

    fn has_rust_type(&self) -> bool {
        self.pair.get(RUST_TYPE).exist() != (false, false)
    }

    fn compare(mut self, comparison: &mut Comparison<'_>) {
        let (old, new) = (self.pair.old.alias_chain(), self.pair.new.alias_chain());
        if !self.is_target {
            self.compare_null(comparison, &old, &new);
            self.compare_names(comparison, &old[old.len() - 1], &new[new.len() - 1]);
        }
        let name = format!("`{}`", self.label);
        if let Some(part) = self.pair.changed(RUST_TYPE) {
            let what = format!("the Rust type of {name} changed");
            comparison.record(Kind::RUST_TYPE_CHANGED, &self.subject, &part, what);
        }
        self.subject = self.subject.in_rust_if(!self.has_rust_type());
        match (old.len(), new.len()) {
            (1, 1) if self.compare_types(comparison) => {
                self.compare_constraints(comparison);
                self.compare_default(comparison, &self.pair);
                self.compare_access(comparison);
                self.compare_enums(comparison);
                self.compare_fields(comparison);
                let compared = [VALUES, PARTS, ENUMS, UPPER, LOWER, SWITCHES, OPAQUE];
                comparison.compare_rest(&self.subject, &self.pair, &name, &compared);
            }
            (2.., 2..) => {
                // Next to a `$ref`, OpenAPI ignores everything.
                let own = |node: &Node<'a>| Some(node.clone()).filter(|it| !it.has("$ref"));
                let own = Pair {
                    old: own(&self.pair.old).unwrap_or_default(),
                    new: own(&self.pair.new).unwrap_or_default(),
                };
                self.compare_default(comparison, &own);
                let compared: &[&str] = &["allOf", "nullable", "default", RUST_TYPE];
                comparison.compare_rest(&self.subject, &own, &name, &[compared]);
            }
            _ => {}
        }
    }

    /// Compares whether a value may be null. Each schema of an alias may allow it.
    fn compare_null(&self, comparison: &mut Comparison<'_>, old: &[Node<'_>], new: &[Node<'_>]) {
        let nullable = |chain: &[Node<'_>]| chain.iter().position(|node| node.is("nullable"));
        let (kind, index, verb, holder) = match (nullable(old), nullable(new)) {
            (None, Some(index)) => (Kind::BECAME_NULLABLE, index, "may be null", &new[index]),
            (Some(index), None) => {
                let verb = "may no longer be null";
                (Kind::NO_LONGER_NULLABLE, index, verb, &old[index])
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
            let is_type = node.has("properties") || node.has("enum");
            let label = is_type.then_some(&*self.label);
            let own = node.schema_name().or(label)?;
            let replaced = Some(node.get(RUST_TYPE)).filter(Node::exists);
            Some(replaced.map_or_else(|| own.to_owned(), |it| it.render()))
        };
        let (old_name, new_name) = (name(old), name(new));
        if old_name == new_name || old.schema_name() == new.schema_name() {
            return;
        }
        let render = |name: Option<String>| name.unwrap_or_else(|| "an inline schema".to_owned());
        let (old_name, new_name, label) = (render(old_name), render(new_name), &self.label);
        let what = format!("the type of `{label}` was {old_name} and is {new_name}");
        let pair = Pair::new(old, new);
        comparison.record(Kind::SCHEMA_RENAMED, &self.subject, &pair, what);
    }

    /// Compares types and formats. Returns false if nothing else of the two can be compared.
    fn compare_types(&self, comparison: &mut Comparison<'_>) -> bool {
        let (label, place) = (&self.label, self.subject.usage.place());
        let (old, new) = (type_name(&self.pair.old), type_name(&self.pair.new));
        if old != new {
            let kind = match (old, new) {
                ("integer", "number") | (_, "any value") => Kind::TYPE_WIDENED,
                ("number", "integer") | ("any value", _) => Kind::TYPE_NARROWED,
                _ => Kind::TYPE_CHANGED,
            };
            let what = format!("`{label}` was {old} and is {new} {place}");
            comparison.record(kind, &self.subject, &self.pair, what);
            return false;
        }
        if let Some(part) = self.pair.changed("format") {
            let is_number = matches!(new, "integer" | "number");
            let (old, new) = (self.pair.old.text("format"), self.pair.new.text("format"));
            let kind = match (old, new) {
                ("int32", "int64") | ("float", "double") => Kind::TYPE_WIDENED,
                ("int64", "int32") | ("double", "float") => Kind::TYPE_NARROWED,
                (_, "") if is_number => Kind::TYPE_WIDENED,
                ("", _) if is_number => Kind::TYPE_NARROWED,
                (_, "") => Kind::CONSTRAINT_LOOSENED,
                ("", _) => Kind::CONSTRAINT_TIGHTENED,
                _ => Kind::TYPE_CHANGED,
            };
            // In Rust, a number without a format has 64 bits.
            let is_wide = |format: &str| matches!(format, "" | "int64" | "double");
            let in_rust = is_number && is_wide(old) != is_wide(new);
            let (old, new) = (part.old.render(), part.new.render());
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
                _ if SWITCHES.contains(&key) => match self.pair.are(key) {
                    (false, false) => continue,
                    (was_on, _) => was_on,
                },
                _ if !part.new.exists() => true,
                (Some(old), Some(new)) if UPPER.contains(&key) => new > old,
                (Some(old), Some(new)) if LOWER.contains(&key) => new < old,
                _ => false,
            };
            let kind = if is_looser {
                Kind::CONSTRAINT_LOOSENED
            } else {
                Kind::CONSTRAINT_TIGHTENED
            };
            let (old, new) = (part.old.render(), part.new.render());
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
            (true, true) => (Kind::DEFAULT_CHANGED, self.rust_changed.is_some()),
            _ => (Kind::DEFAULT_DOCUMENTED, self.rust_changed == Some(true)),
        };
        let (label, old, new) = (&self.label, part.old.render(), part.new.render());
        let what = format!("the default of `{label}` was {old} and is {new}");
        comparison.record(kind, &self.subject.in_rust_if(in_rust), &part, what);
    }

    /// Compares whether a value is only sent one way.
    fn compare_access(&self, comparison: &mut Comparison<'_>) {
        let subject = self.subject.in_rust_if(self.rust_changed == Some(true));
        for (key, became) in [
            ("readOnly", Kind::BECAME_READ_ONLY),
            ("writeOnly", Kind::BECAME_WRITE_ONLY),
        ] {
            let (kind, verb) = match self.pair.are(key) {
                (false, true) => (became, "became"),
                (true, false) => (Kind::BECAME_READ_WRITE, "is no longer"),
                _ => continue,
            };
            let what = format!("`{}` {verb} {key}", self.label);
            comparison.record(kind, &subject, &self.pair.get(key), what);
        }
    }

    fn compare_enums(&self, comparison: &mut Comparison<'_>) {
        let (pair, label, subject) = (&self.pair, &self.label, &self.subject);
        let values = pair.get("enum");
        let is_open = |schema: &Node<'_>| schema.text(ENUM) == "open";
        let (was_open, open) = (is_open(&pair.old), is_open(&pair.new));
        let (kind, verb) = match values.exist() {
            (false, false) => return,
            (false, true) => (Kind::enum_added(open), "became an enum"),
            (true, false) => (Kind::enum_removed(was_open), "is no longer an enum"),
            (true, true) => {
                self.compare_values(comparison, &values, Kind::value_added(was_open));
                let (kind, verb) = match (was_open, open) {
                    (false, true) => (Kind::ENUM_OPENED, "became open"),
                    (true, false) => (Kind::ENUM_CLOSED, "became closed"),
                    _ => (Kind::UNSUPPORTED, "is open or closed in another way"),
                };
                if let Some(part) = pair.changed(ENUM) {
                    comparison.record(kind, subject, &part, format!("the enum `{label}` {verb}"));
                }
                for (value, part) in pair.get(ENUM_DESCRIPTIONS).entries() {
                    if part.exist() == (true, true) && !part.is_same() {
                        let what = format!("the description of {value} of `{label}` changed");
                        comparison.record(Kind::TEXT, subject, &part, what);
                    }
                }
                let has = |list: &Node<'_>, value: &str| {
                    let mut items = list.items().into_iter();
                    items.any(|item| item.value == value)
                };
                for (value, part) in pair.get(ENUM_NAMES).entries() {
                    if !part.is_same() && has(&values.old, value) && has(&values.new, value) {
                        let what = format!("the variant of {value} of `{label}` was renamed");
                        comparison.record(Kind::RUST_TYPE_CHANGED, subject, &part, what);
                    }
                }
                return;
            }
        };
        comparison.record(kind, subject, &values, format!("`{label}` {verb}"));
    }

    fn compare_values(&self, comparison: &mut Comparison<'_>, values: &Pair<'a>, added: Kind) {
        let (label, place) = (&self.label, self.subject.usage.place());
        let items = |list: &Node<'a>| -> Vec<_> {
            let items = list.items().into_iter();
            items.map(|item| (item.value, item)).collect()
        };
        let (old, new) = (items(&values.old), items(&values.new));
        for (_, was, is) in matching(&old, &new) {
            // The value null exists, too.
            let (kind, verb) = match (was.pointer.is_empty(), is.pointer.is_empty()) {
                (false, false) => continue,
                (false, true) => (Kind::VALUE_REMOVED, "removed"),
                _ => (added, "added"),
            };
            let pair = Pair { old: was, new: is };
            let text = pair.latest().render();
            let name = match self.pair.get(ENUM_NAMES).latest().text(&text) {
                "" => text.to_pascal_case(),
                name => name.to_owned(),
            };
            let mut subject = self.subject.clone();
            subject.item = subject.item.map(|item| format!("{item}::{name}"));
            let what = format!("the value {text} of `{label}` was {verb} {place}");
            comparison.record(kind, &subject, &pair, what);
        }
        if is_reordered(&old, &new) {
            let what = format!("the values of `{label}` are in another order");
            comparison.record(Kind::VALUES_REORDERED, &self.subject, values, what);
        }
    }
}
