//! Compares schemas: types, constraints, enums and fields.

use std::collections::{BTreeMap, VecDeque};

use heck::{ToPascalCase, ToSnakeCase};
use serde_json::Value;

use super::Kind;
use super::comparison::{Comparison, Usage};
use super::node::{Node, Pair};
use crate::document::{RUST_TYPE, texts};
use crate::lint::{ENUM, ENUM_DESCRIPTIONS};

const EXTRA: &str = "additionalProperties";

const UPPER: &[&str] = &["maximum", "maxLength", "maxItems", "maxProperties"];
const LOWER: &[&str] = &["minimum", "minLength", "minItems", "minProperties"];
const SWITCHES: &[&str] = &["exclusiveMaximum", "exclusiveMinimum", "uniqueItems"];
/// Constraints of which no direction can be told.
const OPAQUE: &[&str] = &["pattern", "multipleOf"];

/// The other keywords that are compared here.
const COMPARED: &[&str] = &[
    "type",
    "format",
    "nullable",
    "default",
    "readOnly",
    "writeOnly",
    "items",
    "properties",
    "required",
    EXTRA,
    "allOf",
    "enum",
    ENUM,
    ENUM_DESCRIPTIONS,
    RUST_TYPE,
];

/// Deeper than this, a schema contains itself.
const DEEPEST: usize = 32;

/// The schemas to compare, in the order in which operations lead to them.
#[derive(Default)]
pub(super) struct Schemas<'a> {
    queue: VecDeque<Meeting<'a>>,
    met: Vec<Meeting<'a>>,
    by_pointers: BTreeMap<(String, String), usize>,
}

/// Two schemas in the same place.
#[derive(Clone)]
struct Meeting<'a> {
    pair: Pair<'a>,
    usage: Usage,
    /// What messages call the place.
    label: String,
    /// The item of the generated crate.
    item: Option<String>,
    /// For the schema of a field: whether its Rust type begins or ceases to be an `Option`.
    option_changed: Option<bool>,
    /// Whether references led here; the schema with the reference is compared for null already.
    is_target: bool,
}

impl<'a> Schemas<'a> {
    /// Adds the schemas of a parameter, body or header.
    pub(super) fn add(&mut self, pair: Pair<'a>, usage: Usage, label: &str, item: Option<&str>) {
        if pair.exist() == (true, true) {
            self.queue.push_back(Meeting {
                pair,
                usage,
                label: label.to_owned(),
                item: item.map(str::to_owned),
                option_changed: None,
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
            let usage = known.usage.or(meeting.usage);
            if usage == known.usage {
                return None;
            }
            known.usage = usage;
            return Some(known.clone());
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
            let inside = inside(&meeting);
            comparison.schemas.queue.extend(inside);
        }
    }
    for meeting in std::mem::take(&mut comparison.schemas.met) {
        compare_schema(comparison, &meeting);
    }
}

/// A schema and those that it is an alias of, the last of which is not one.
fn chain<'a>(node: &Node<'a>) -> Vec<Node<'a>> {
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

/// The schemas that two schemas are aliases of, or else contain.
fn inside<'a>(meeting: &Meeting<'a>) -> Vec<Meeting<'a>> {
    let last = |node: &Node<'a>| chain(node).pop().unwrap_or_else(|| node.clone());
    let pair = Pair::new(&last(&meeting.pair.old), &last(&meeting.pair.new));
    let has_rust_type = |node: &Node<'a>| node.get(RUST_TYPE).exists();
    let is_replaced = has_rust_type(&meeting.pair.old) || has_rust_type(&meeting.pair.new);
    let usage = meeting.usage.in_rust_if(!is_replaced);
    let is_alias = |a: &Node<'a>, b: &Node<'a>| a.pointer != b.pointer;
    if is_alias(&pair.old, &meeting.pair.old) || is_alias(&pair.new, &meeting.pair.new) {
        let name = pair.new.schema_name().map(str::to_owned);
        let item = name
            .as_ref()
            .map(|name| format!("types::{}", name.to_pascal_case()));
        return vec![Meeting {
            usage,
            label: name.unwrap_or_else(|| meeting.label.clone()),
            item: item.or_else(|| meeting.item.clone()),
            option_changed: None,
            is_target: true,
            pair,
        }];
    }
    if kind(&pair.old) != kind(&pair.new) {
        return Vec::new();
    }
    let mut parts = Vec::new();
    let mut add = |pair: Pair<'a>, label: String, item: Option<String>, option_changed| {
        if pair.old.value.is_object() && pair.new.value.is_object() {
            parts.push(Meeting {
                pair,
                usage,
                label,
                item,
                option_changed,
                is_target: false,
            });
        }
    };
    for (old, new) in shared_fields(&pair, meeting) {
        let option_changed = Some(old.is_option() != new.is_option());
        add(
            Pair::new(&old.node, &new.node),
            new.label,
            new.item,
            option_changed,
        );
    }
    let label = &meeting.label;
    add(
        pair.get(EXTRA),
        format!("{label}.*"),
        meeting.item.clone(),
        None,
    );
    add(
        pair.get("items"),
        format!("{label}[]"),
        meeting.item.clone(),
        None,
    );
    parts
}

fn compare_schema(comparison: &mut Comparison<'_>, meeting: &Meeting<'_>) {
    let Meeting {
        pair, usage, label, ..
    } = meeting;
    let item = meeting.item.as_deref();
    let (old, new) = (chain(&pair.old), chain(&pair.new));
    if !meeting.is_target {
        compare_null(comparison, &old, &new, meeting);
        compare_names(comparison, &old, &new, meeting);
    }
    compare_rust_types(comparison, meeting);
    if old.len() > 1 && new.len() > 1 {
        compare_aliases(comparison, meeting);
        return;
    }
    if old.len() > 1 || new.len() > 1 {
        return;
    }
    let has_rust_type = pair.get(RUST_TYPE).exist() != (false, false);
    let meeting = &Meeting {
        usage: usage.in_rust_if(!has_rust_type),
        ..meeting.clone()
    };
    if !compare_types(comparison, meeting) {
        return;
    }
    compare_constraints(comparison, meeting);
    compare_default(comparison, &meeting.pair, meeting);
    compare_access(comparison, meeting);
    compare_enums(comparison, meeting);
    compare_fields(comparison, meeting);
    let subject = format!("`{label}`");
    let compared = [COMPARED, UPPER, LOWER, SWITCHES, OPAQUE];
    comparison.compare_documentation(pair, meeting.usage, item, &subject, &compared);
}

impl Meeting<'_> {
    fn record(
        &self,
        comparison: &mut Comparison<'_>,
        kind: Kind,
        in_rust: bool,
        part: &Pair<'_>,
        what: String,
    ) {
        let usage = self.usage.in_rust_if(in_rust);
        comparison.record(kind, usage, self.item.as_deref(), part, what);
    }
}

/// Compares whether a value may be null, wherever along an alias that is said.
fn compare_null(
    comparison: &mut Comparison<'_>,
    old: &[Node<'_>],
    new: &[Node<'_>],
    meeting: &Meeting<'_>,
) {
    let nullable = |chain: &[Node<'_>]| {
        let mut nodes = chain.iter();
        nodes.position(|node| node.get("nullable").is_true())
    };
    let (index, holder, kind, verb) = match (nullable(old), nullable(new)) {
        (None, Some(index)) => (index, &new[index], Kind::BecameNullable, "may be null"),
        (Some(index), None) => {
            let verb = "may not be null any more";
            (index, &old[index], Kind::NoLongerNullable, verb)
        }
        _ => return,
    };
    let last = |chain: &[Node<'_>]| index.min(chain.len() - 1);
    let pair = Pair::new(&old[last(old)], &new[last(new)]);
    let label = holder.schema_name().unwrap_or(&meeting.label);
    let what = format!("`{label}` {verb} {}", meeting.usage.plural());
    let in_rust = meeting.option_changed.unwrap_or(true);
    let usage = meeting.usage.in_rust_if(in_rust);
    let item = meeting.item.as_deref();
    comparison.record(kind, usage, item, &pair, what);
}

/// Compares the names of the Rust types in the same place.
fn compare_names(
    comparison: &mut Comparison<'_>,
    old: &[Node<'_>],
    new: &[Node<'_>],
    meeting: &Meeting<'_>,
) {
    let (Some(old), Some(new)) = (old.last(), new.last()) else {
        return;
    };
    let is_type = |node: &Node<'_>| {
        let has_own_type = ["properties", "enum"]
            .iter()
            .any(|key| node.get(key).exists());
        has_own_type && !node.get(RUST_TYPE).exists()
    };
    let is_renamed = old.schema_name() != new.schema_name() && is_type(old) && is_type(new);
    if let (true, Some(before)) = (is_renamed, old.schema_name().or(Some(&meeting.label))) {
        let after = new.schema_name().unwrap_or(&meeting.label);
        let what = format!("the schema `{before}` was replaced by `{after}`");
        let pair = Pair::new(old, new);
        meeting.record(comparison, Kind::SchemaRenamed, true, &pair, what);
    }
}

fn compare_rust_types(comparison: &mut Comparison<'_>, meeting: &Meeting<'_>) {
    if let Some(part) = meeting.pair.changed(RUST_TYPE) {
        let what = format!("the Rust type of `{}` changed", meeting.label);
        meeting.record(comparison, Kind::RustTypeChanged, true, &part, what);
    }
}

/// Compares what an alias says next to what it stands for. Next to a `$ref`, OpenAPI ignores everything.
fn compare_aliases(comparison: &mut Comparison<'_>, meeting: &Meeting<'_>) {
    let own = |node: &Node<'_>| match node.value {
        Value::Object(keywords) if !keywords.contains_key("$ref") => keywords.clone().into(),
        _ => Value::Null,
    };
    let Pair { old, new } = &meeting.pair;
    let values = (own(old), own(new));
    let at = |value, node: &Node<'_>| Node {
        pointer: node.pointer.clone(),
        ..Node::root(value)
    };
    let pair = Pair {
        old: at(&values.0, old),
        new: at(&values.1, new),
    };
    compare_default(comparison, &pair, meeting);
    let subject = format!("`{}`", meeting.label);
    let compared: &[&str] = &["allOf", "nullable", "default", RUST_TYPE];
    let item = meeting.item.as_deref();
    comparison.compare_documentation(&pair, meeting.usage, item, &subject, &[compared]);
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

/// Compares types and formats. Returns false if nothing else of the two can be compared.
fn compare_types(comparison: &mut Comparison<'_>, meeting: &Meeting<'_>) -> bool {
    let (pair, label) = (&meeting.pair, &meeting.label);
    let place = meeting.usage.plural();
    let (old, new) = (kind(&pair.old), kind(&pair.new));
    if old != new {
        let kind = match (old, new) {
            ("integer", "number") | (_, "any value") => Kind::TypeWidened,
            ("number", "integer") | ("any value", _) => Kind::TypeNarrowed,
            _ => Kind::TypeChanged,
        };
        let what = format!("`{label}` was {old} and is {new} {place}");
        meeting.record(comparison, kind, true, pair, what);
        return false;
    }
    if let Some(part) = pair.changed("format") {
        let is_number = matches!(new, "integer" | "number");
        let (old, new) = (part.old.text(), part.new.text());
        let kind = match (old, new) {
            ("int32", "int64") | ("float", "double") => Kind::TypeWidened,
            ("int64", "int32") | ("double", "float") => Kind::TypeNarrowed,
            (_, "") if is_number => Kind::TypeWidened,
            ("", _) if is_number => Kind::TypeNarrowed,
            (_, "") => Kind::ConstraintLoosened,
            ("", _) => Kind::ConstraintTightened,
            _ => Kind::TypeChanged,
        };
        let [old, new] = [old, new].map(|format| if format.is_empty() { "none" } else { format });
        let what = format!("the format of `{label}` was {old} and is {new} {place}");
        meeting.record(comparison, kind, is_number, &part, what);
    }
    true
}

fn compare_constraints(comparison: &mut Comparison<'_>, meeting: &Meeting<'_>) {
    for key in [UPPER, LOWER, SWITCHES, OPAQUE].concat() {
        let Some(part) = meeting.pair.changed(key) else {
            continue;
        };
        let numbers = (part.old.value.as_f64(), part.new.value.as_f64());
        let is_looser = match (part.is_true(), numbers) {
            (switched, _) if SWITCHES.contains(&key) => match switched {
                (true, false) => true,
                (false, true) => false,
                _ => continue,
            },
            _ if !part.new.exists() => true,
            (_, (Some(old), Some(new))) if UPPER.contains(&key) => new > old,
            (_, (Some(old), Some(new))) if LOWER.contains(&key) => new < old,
            _ => false,
        };
        let kind = if is_looser {
            Kind::ConstraintLoosened
        } else {
            Kind::ConstraintTightened
        };
        let shown = |node: &Node<'_>| match node.value {
            Value::Null => "none".to_owned(),
            value => value.to_string(),
        };
        let (old, new) = (shown(&part.old), shown(&part.new));
        let (label, place) = (&meeting.label, meeting.usage.plural());
        let what = format!("{key} of `{label}` was {old} and is {new} {place}");
        meeting.record(comparison, kind, false, &part, what);
    }
}

/// Compares what is meant when a value is absent.
fn compare_default(comparison: &mut Comparison<'_>, pair: &Pair<'_>, meeting: &Meeting<'_>) {
    let Some(part) = pair.changed("default") else {
        return;
    };
    let subject = format!("the default of `{}`", meeting.label);
    let (old, new) = (part.old.value, part.new.value);
    let option_changed = meeting.option_changed.unwrap_or(false);
    let (kind, in_rust, what) = match part.exist() {
        (true, true) => {
            let in_rust = meeting.option_changed.is_some();
            let what = format!("{subject} was {old} and is {new}");
            (Kind::DefaultChanged, in_rust, what)
        }
        (false, _) => {
            let what = format!("{subject} is {new}; none was documented");
            (Kind::DefaultDocumented, option_changed, what)
        }
        (true, false) => {
            let what = format!("{subject} was {old}; none is documented");
            (Kind::DefaultDocumented, option_changed, what)
        }
    };
    meeting.record(comparison, kind, in_rust, &part, what);
}

/// Compares whether a value is only sent one way.
fn compare_access(comparison: &mut Comparison<'_>, meeting: &Meeting<'_>) {
    for (key, became) in [
        ("readOnly", Kind::BecameReadOnly),
        ("writeOnly", Kind::BecameWriteOnly),
    ] {
        let part = meeting.pair.get(key);
        let (kind, verb) = match part.is_true() {
            (false, true) => (became, "became"),
            (true, false) => (Kind::BecameReadWrite, "is not"),
            _ => continue,
        };
        let suffix = if verb == "is not" { " any more" } else { "" };
        let what = format!("`{}` {verb} {key}{suffix}", meeting.label);
        let in_rust = key == "readOnly" && meeting.usage.request;
        meeting.record(comparison, kind, in_rust, &part, what);
    }
}

fn compare_enums(comparison: &mut Comparison<'_>, meeting: &Meeting<'_>) {
    let (pair, label) = (&meeting.pair, &meeting.label);
    let is_open = |schema: &Node<'_>| schema.get(ENUM).text() == "open";
    let (was_open, open) = (is_open(&pair.old), is_open(&pair.new));
    let values = pair.get("enum");
    match values.exist() {
        (false, false) => return,
        (false, true) => {
            let what = format!("`{label}` became an enum");
            return meeting.record(comparison, Kind::EnumAdded { open }, true, &values, what);
        }
        (true, false) => {
            let kind = Kind::EnumRemoved { open: was_open };
            let what = format!("`{label}` is not an enum any more");
            return meeting.record(comparison, kind, true, &values, what);
        }
        (true, true) => {}
    }
    let (old, new) = (values.old.items(), values.new.items());
    let has = |of: &[Node<'_>], value: &Node<'_>| of.iter().any(|known| known.value == value.value);
    let place = meeting.usage.plural();
    let mut record_value = |kind: Kind, value: &Node<'_>, pair: &Pair<'_>, verb: &str| {
        let text = match value.value.as_str() {
            Some(text) => text.to_owned(),
            None => value.value.to_string(),
        };
        let item = meeting.item.as_ref();
        let item = item.map(|item| format!("{item}::{}", text.to_pascal_case()));
        let what = format!("the value {text} of `{label}` was {verb} {place}");
        comparison.record(kind, meeting.usage, item.as_deref(), pair, what);
    };
    for value in old.iter().filter(|value| !has(&new, value)) {
        record_value(Kind::ValueRemoved, value, &Pair::removed(value), "removed");
    }
    for value in new.iter().filter(|value| !has(&old, value)) {
        let kind = Kind::ValueAdded { open: was_open };
        record_value(kind, value, &Pair::added(value), "added");
    }
    if let Some(part) = pair.changed(ENUM) {
        let (kind, what) = match (was_open, open) {
            (false, true) => (Kind::EnumOpened, format!("the enum `{label}` became open")),
            (true, false) => (
                Kind::EnumClosed,
                format!("the enum `{label}` became closed"),
            ),
            _ => (Kind::Unsupported, format!("`{ENUM}` of `{label}` changed")),
        };
        meeting.record(comparison, kind, true, &part, what);
    }
    let order = old.iter().filter(|value| has(&new, value));
    let order: Vec<_> = order
        .map(|value| new.iter().position(|it| it.value == value.value))
        .collect();
    if !order.is_sorted() {
        let what = format!("the values of `{label}` are in another order");
        meeting.record(comparison, Kind::ValuesReordered, true, &values, what);
    }
    let descriptions = pair.get(ENUM_DESCRIPTIONS);
    for value in descriptions.keys() {
        let part = descriptions.get(value);
        if part.exist() == (true, true) && !part.is_same() {
            let what = format!("the description of {value} of `{label}` changed");
            meeting.record(comparison, Kind::Text, true, &part, what);
        }
    }
}

/// A field of an object.
struct Field<'a> {
    name: &'a str,
    node: Node<'a>,
    label: String,
    item: Option<String>,
    required: bool,
}

impl Field<'_> {
    /// The usage of a field, which may be sent one way only.
    fn usage(&self, object: Usage) -> Usage {
        let is = |key: &str| self.node.get(key).is_true();
        Usage {
            request: object.request && !is("readOnly"),
            response: object.response && !is("writeOnly"),
            ..object
        }
    }

    /// Returns true if the field is an `Option` in Rust.
    fn is_option(&self) -> bool {
        let chain = chain(&self.node);
        let is_nullable = chain.iter().any(|it| it.get("nullable").is_true());
        let has_default = chain.iter().any(|it| it.get("default").exists());
        is_nullable || !(self.required || has_default)
    }
}

/// The fields of a schema with those of the parts of its `allOf`.
fn fields<'a>(schema: &Node<'a>, meeting: &Meeting<'_>) -> Vec<Field<'a>> {
    let mut found = Vec::new();
    let mut required = Vec::new();
    collect(
        schema,
        &meeting.label,
        meeting.item.as_deref(),
        &mut found,
        &mut required,
        0,
    );
    for field in &mut found {
        field.required = required.iter().any(|name| name == field.name);
    }
    found
}

fn collect<'a>(
    schema: &Node<'a>,
    label: &str,
    item: Option<&str>,
    found: &mut Vec<Field<'a>>,
    required: &mut Vec<String>,
    depth: usize,
) {
    if depth > DEEPEST {
        return;
    }
    for part in schema.get("allOf").items() {
        let part = part.resolve();
        let label = part.schema_name().unwrap_or(label);
        collect(&part, label, item, found, required, depth + 1);
    }
    required.extend(texts(schema.get("required").value));
    for (name, node) in schema.get("properties").entries() {
        found.retain(|known| known.name != name);
        found.push(Field {
            name,
            node,
            label: format!("{label}.{name}"),
            item: item.map(|item| format!("{item}.{}", name.to_snake_case())),
            required: false,
        });
    }
}

fn shared_fields<'a>(pair: &Pair<'a>, meeting: &Meeting<'_>) -> Vec<(Field<'a>, Field<'a>)> {
    let mut old = fields(&pair.old, meeting);
    let mut shared = Vec::new();
    for new in fields(&pair.new, meeting) {
        if let Some(index) = old.iter().position(|old| old.name == new.name) {
            shared.push((old.remove(index), new));
        }
    }
    shared
}

fn compare_fields(comparison: &mut Comparison<'_>, meeting: &Meeting<'_>) {
    let pair = &meeting.pair;
    let (old, new) = (fields(&pair.old, meeting), fields(&pair.new, meeting));
    let find = |of: &[Field<'_>], name: &str| of.iter().position(|field| field.name == name);
    let mut order = Vec::new();
    for field in &old {
        let item = field.item.as_deref();
        let usage = field.usage(meeting.usage);
        let noun = usage.noun();
        let Some(index) = find(&new, field.name) else {
            let what = format!("the {noun} field `{}` was removed", field.label);
            let pair = Pair::removed(&field.node);
            comparison.record(Kind::FieldRemoved, usage, item, &pair, what);
            continue;
        };
        let same = &new[index];
        order.push(index);
        let (kind, word) = match (field.required, same.required) {
            (false, true) => (Kind::BecameRequired, "required"),
            (true, false) => (Kind::BecameOptional, "optional"),
            _ => continue,
        };
        let usage = same.usage(meeting.usage);
        // The constructor of a request's type takes the required fields.
        let in_rust = usage.request || field.is_option() != same.is_option();
        let pair = Pair::new(&field.node, &same.node);
        let what = format!("the {noun} field `{}` became {word}", same.label);
        comparison.record(kind, usage.in_rust_if(in_rust), item, &pair, what);
    }
    let to_closed = extra(&pair.old.get(EXTRA)) == Extra::Forbidden;
    for field in new.iter().filter(|field| find(&old, field.name).is_none()) {
        let word = if field.required {
            "required"
        } else {
            "optional"
        };
        let usage = field.usage(meeting.usage);
        let noun = usage.noun();
        let what = format!("the {noun} field `{}` was added, {word}", field.label);
        let required = field.required && usage.request;
        let kind = Kind::FieldAdded {
            required,
            to_closed,
        };
        let pair = Pair::added(&field.node);
        comparison.record(kind, usage, field.item.as_deref(), &pair, what);
    }
    let required: Vec<&usize> = order.iter().filter(|index| new[**index].required).collect();
    let kind = if meeting.usage.request && !required.is_sorted() {
        Kind::RequiredFieldsReordered
    } else {
        Kind::FieldsReordered
    };
    if !order.is_sorted() {
        let what = format!("the fields of `{}` are in another order", meeting.label);
        meeting.record(comparison, kind, true, &pair.get("properties"), what);
    }
    compare_extra(comparison, meeting);
    for (old, new) in pair
        .old
        .get("allOf")
        .items()
        .iter()
        .zip(&pair.new.get("allOf").items())
    {
        let part = Pair::new(old, new).resolve();
        let subject = format!("a part of `{}`", meeting.label);
        let usage = meeting.usage.in_rust_if(false);
        comparison.compare_documentation(&part, usage, None, &subject, &[COMPARED]);
    }
}

/// The fields that an object may have besides those with a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extra {
    Forbidden,
    Allowed,
    Map,
}

fn extra(node: &Node<'_>) -> Extra {
    match node.value {
        Value::Bool(false) => Extra::Forbidden,
        Value::Object(schema) if !schema.is_empty() => Extra::Map,
        _ => Extra::Allowed,
    }
}

fn compare_extra(comparison: &mut Comparison<'_>, meeting: &Meeting<'_>) {
    let part = meeting.pair.get(EXTRA);
    let (old, new) = (extra(&part.old), extra(&part.new));
    let (kind, verb) = match (old, new) {
        (Extra::Forbidden, Extra::Allowed) => (Kind::ExtraFieldsAllowed, "may have unknown fields"),
        (Extra::Allowed, Extra::Forbidden) => (
            Kind::ExtraFieldsForbidden,
            "may not have unknown fields any more",
        ),
        (Extra::Forbidden, Extra::Map) => (Kind::ExtraFieldsAllowed, "became a map"),
        (Extra::Allowed, Extra::Map) => (Kind::ExtraFieldsForbidden, "became a map"),
        (Extra::Map, Extra::Allowed) => (Kind::MapValuesRemoved, "became a map of any values"),
        (Extra::Map, Extra::Forbidden) => (Kind::TypeChanged, "is not a map any more"),
        _ => return,
    };
    let in_rust = old == Extra::Map || new == Extra::Map;
    let what = format!("`{}` {verb}", meeting.label);
    meeting.record(comparison, kind, in_rust, &part, what);
}
