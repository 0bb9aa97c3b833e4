//! Values of enums.

use super::node::{Node, Pair};
use super::rules::{
    CLOSED_VALUE_ADDED, CONSTRAINT_TIGHTENED, ENUM_CLOSED, ENUM_OPENED, OPEN_VALUE_ADDED, Uses,
    VALUE_REMOVED,
};
use super::{Wire, documentation};
use crate::diff::listed;
use crate::lint::{ENUM, ENUM_DESCRIPTIONS};

/// The keywords that are compared here.
pub(super) const COMPARED: &[&str] = &["enum", ENUM, ENUM_DESCRIPTIONS];

/// Compares which values there are, and whether there may be more.
pub(super) fn compare(wire: &mut Wire<'_>, pair: &Pair<'_>, uses: Uses, label: &str) {
    let values = pair.get("enum");
    match (values.old.is_there(), values.new.is_there()) {
        (false, false) => {}
        (true, true) => compare_values(wire, pair, uses, label),
        (false, true) => {
            let what = format!("`{label}` has a list of values now");
            let rule = if is_open(&pair.new) {
                OPEN_VALUE_ADDED
            } else {
                CONSTRAINT_TIGHTENED
            };
            wire.added(&values.new, rule.judge(uses), what);
        }
        (true, false) => {
            let what = format!("`{label}` has no list of values any more");
            let rule = if is_open(&pair.old) {
                OPEN_VALUE_ADDED
            } else {
                ENUM_OPENED
            };
            wire.removed(&values.old, rule.judge(uses), what);
        }
    }
}

/// Whether who reads values must be ready for others than those that are listed.
fn is_open(schema: &Node<'_>) -> bool {
    schema.get(ENUM).text() == "open"
}

fn compare_values(wire: &mut Wire<'_>, pair: &Pair<'_>, uses: Uses, label: &str) {
    let values = pair.get("enum");
    let (old, new) = (values.old.items(), values.new.items());
    let has = |of: &[Node<'_>], value: &Node<'_>| of.iter().any(|known| known.value == value.value);
    let (was_open, is_open) = (is_open(&pair.old), is_open(&pair.new));
    for value in old.iter().filter(|value| !has(&new, value)) {
        let shown = shown(value);
        let what = format!(
            "the value {shown} of `{label}` was removed {}",
            uses.place()
        );
        wire.removed(value, VALUE_REMOVED.judge(uses), what);
    }
    for value in new.iter().filter(|value| !has(&old, value)) {
        let rule = if was_open {
            OPEN_VALUE_ADDED
        } else {
            CLOSED_VALUE_ADDED
        };
        let shown = shown(value);
        let what = format!("the value {shown} of `{label}` was added {}", uses.place());
        wire.added(value, rule.judge(uses), what);
    }
    if was_open != is_open {
        let (word, rule) = if is_open {
            ("open", ENUM_OPENED)
        } else {
            ("closed", ENUM_CLOSED)
        };
        let what = format!("the enum `{label}` is {word} now");
        wire.changed(&pair.get(ENUM), rule.judge(uses), what);
    }
    let same_values = old.iter().all(|value| has(&new, value)) && old.len() == new.len();
    if same_values && !values.is_same() {
        let what = format!("the values of `{label}` are listed in another order");
        wire.changed(&values, documentation::JUST_TOLD, what);
    }
    compare_descriptions(wire, &pair.get(ENUM_DESCRIPTIONS), label);
}

fn shown(value: &Node<'_>) -> String {
    match value.value.as_str() {
        Some(text) => text.to_owned(),
        None => value.value.to_string(),
    }
}

/// Compares what values mean, those left out that are on one side only.
fn compare_descriptions(wire: &mut Wire<'_>, pair: &Pair<'_>, label: &str) {
    let changed = |key: &&str| {
        let part = pair.get(key);
        part.old.is_there() && part.new.is_there() && !part.is_same()
    };
    let keys: Vec<&str> = pair.keys().into_iter().filter(changed).collect();
    let Some(first) = keys.first() else { return };
    let place = pair.get(first);
    let keys: Vec<String> = keys.into_iter().map(str::to_owned).collect();
    let what = format!("the description of {} of `{label}` changed", listed(&keys));
    wire.changed(&place, documentation::JUST_TOLD, what);
}
