//! What values a schema stands for.

use serde_json::Value;

use super::Wire;
use super::node::{Node, Pair};
use super::rules::{
    CONSTRAINT_LOOSENED, CONSTRAINT_TIGHTENED, DEFAULT_CHANGED, DEFAULT_TOLD, LIFTED, NOT_ANSWERED,
    NOT_SENT, Rule, TYPE_CHANGED, TYPE_NARROWED, TYPE_WIDENED, Uses,
};

/// The keywords that are compared here.
pub(super) const COMPARED: &[&str] = &[
    "type",
    "format",
    "items",
    "default",
    "readOnly",
    "writeOnly",
    "maximum",
    "maxLength",
    "maxItems",
    "maxProperties",
    "minimum",
    "minLength",
    "minItems",
    "minProperties",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "uniqueItems",
    "pattern",
    "multipleOf",
];

const UPPER: &[&str] = &["maximum", "maxLength", "maxItems", "maxProperties"];
const LOWER: &[&str] = &["minimum", "minLength", "minItems", "minProperties"];
const SWITCHES: &[&str] = &["exclusiveMaximum", "exclusiveMinimum", "uniqueItems"];
/// Of two different ones, nobody can say which takes more.
const OPAQUE: &[&str] = &["pattern", "multipleOf"];

/// What a schema says that its values are.
pub(super) fn kind<'a>(schema: &Node<'a>) -> &'a str {
    let own = schema.get("type").text();
    if !own.is_empty() {
        return own;
    }
    let has = |key: &str| schema.value.get(key).is_some();
    if has("properties") || has("additionalProperties") || has("allOf") {
        return "object";
    }
    if has("items") { "array" } else { "any value" }
}

/// Compares the type, its constraints, and when the value is sent.
pub(super) fn compare(wire: &mut Wire<'_>, pair: &Pair<'_>, uses: Uses, label: &str) {
    let (old, new) = (kind(&pair.old), kind(&pair.new));
    if old != new {
        let rule = match (old, new) {
            ("integer", "number") | (_, "any value") => TYPE_WIDENED,
            ("number", "integer") | ("any value", _) => TYPE_NARROWED,
            _ => TYPE_CHANGED,
        };
        let what = format!("`{label}` was {old} and is {new} {}", uses.place());
        return wire.changed(pair, rule.judge(uses), what);
    }
    compare_formats(wire, pair, uses, label);
    for key in UPPER.iter().chain(LOWER).chain(SWITCHES).chain(OPAQUE) {
        compare_constraints(wire, &pair.get(key), key, uses, label);
    }
    compare_default(wire, pair, uses, &format!("`{label}`"));
    for (key, rule) in [("readOnly", NOT_SENT), ("writeOnly", NOT_ANSWERED)] {
        let part = pair.get(key);
        let (rule, word) = match (part.old.is_true(), part.new.is_true()) {
            (false, true) => (rule, "is"),
            (true, false) => (LIFTED, "is not"),
            _ => continue,
        };
        let what = format!("`{label}` {word} {key} now");
        wire.changed(&part, rule.judge(uses), what);
    }
}

fn compare_formats(wire: &mut Wire<'_>, pair: &Pair<'_>, uses: Uses, label: &str) {
    let part = pair.get("format");
    if part.is_same() {
        return;
    }
    let (old, new) = (part.old.text(), part.new.text());
    let is_number = matches!(kind(&pair.new), "integer" | "number");
    let rule = match (old, new) {
        ("int32", "int64") | ("float", "double") => TYPE_WIDENED,
        ("int64", "int32") | ("double", "float") => TYPE_NARROWED,
        (_, "") if is_number => TYPE_WIDENED,
        ("", _) if is_number => TYPE_NARROWED,
        (_, "") => CONSTRAINT_LOOSENED,
        ("", _) => CONSTRAINT_TIGHTENED,
        _ => TYPE_CHANGED,
    };
    let shown = |format: &str| match format {
        "" => "none".to_owned(),
        format => format.to_owned(),
    };
    let what = format!(
        "the format of `{label}` was {} and is {} {}",
        shown(old),
        shown(new),
        uses.place()
    );
    wire.changed(&part, rule.judge(uses), what);
}

fn compare_constraints(wire: &mut Wire<'_>, part: &Pair<'_>, key: &str, uses: Uses, label: &str) {
    if part.is_same() {
        return;
    }
    let rule = match direction(part, key) {
        Direction::None => return,
        Direction::Tighter => CONSTRAINT_TIGHTENED,
        Direction::Looser => CONSTRAINT_LOOSENED,
    };
    let shown = |node: &Node<'_>| match node.value {
        Value::Null => "none".to_owned(),
        value => value.to_string(),
    };
    let what = format!(
        "{key} of `{label}` was {} and is {} {}",
        shown(&part.old),
        shown(&part.new),
        uses.place()
    );
    wire.changed(part, rule.judge(uses), what);
}

enum Direction {
    None,
    Tighter,
    Looser,
}

fn direction(part: &Pair<'_>, key: &str) -> Direction {
    if SWITCHES.contains(&key) {
        return match (part.old.is_true(), part.new.is_true()) {
            (false, true) => Direction::Tighter,
            (true, false) => Direction::Looser,
            _ => Direction::None,
        };
    }
    if !part.new.is_there() {
        return Direction::Looser;
    }
    let (Some(old), Some(new)) = (part.old.value.as_f64(), part.new.value.as_f64()) else {
        return Direction::Tighter;
    };
    let looser = (UPPER.contains(&key) && new > old) || (LOWER.contains(&key) && new < old);
    if looser {
        Direction::Looser
    } else {
        Direction::Tighter
    }
}

/// Compares what a value is that is left out.
pub(super) fn compare_default(wire: &mut Wire<'_>, pair: &Pair<'_>, uses: Uses, subject: &str) {
    let part = pair.get("default");
    let has = |node: &Node<'_>| node.is_there();
    let (rule, word): (Rule, String) = match (has(&part.old), has(&part.new)) {
        _ if part.is_same() => return,
        (true, true) => {
            let word = format!("was {} and is {}", part.old.value, part.new.value);
            (DEFAULT_CHANGED, word)
        }
        (false, _) => (DEFAULT_TOLD, format!("is {} now", part.new.value)),
        (true, false) => (
            DEFAULT_TOLD,
            format!("was {} and is not told", part.old.value),
        ),
    };
    let what = format!("the default of {subject} {word}");
    wire.changed(&part, rule.judge(uses), what);
}
