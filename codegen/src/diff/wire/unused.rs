//! Components that no operation uses.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Wire;
use super::node::{Node, Pair};
use super::rules::Judgement;
use crate::diff::Verdict::Documentation;
use crate::document::{array, object};

const UNUSED: Judgement = (Documentation, "no operation uses it");

/// Tells of every difference between components that nothing leads to.
pub(super) fn compare(wire: &mut Wire<'_>, pair: &Pair<'_>) {
    let (in_old, in_new) = (used(&pair.old), used(&pair.new));
    let components = pair.get("components");
    for section in components.keys() {
        // Operations name these without a reference; they are compared with what may be signed.
        if section == "securitySchemes" {
            continue;
        }
        let section_pair = components.get(section);
        for name in section_pair.keys() {
            let part = section_pair.get(name);
            let is_used =
                in_old.contains(&*part.old.pointer) || in_new.contains(&*part.new.pointer);
            if is_used || part.is_same() {
                continue;
            }
            let what = format!("{name} of the {section}");
            if !part.old.is_there() {
                wire.added(&part.new, UNUSED, format!("{what} was added"));
            } else if !part.new.is_there() {
                wire.removed(&part.old, UNUSED, format!("{what} was removed"));
            } else {
                wire.changed(&part, UNUSED, format!("{what} changed"));
            }
        }
    }
}

/// The pointers that the operations refer to, by way of others as well.
fn used<'a>(root: &Node<'a>) -> BTreeSet<&'a str> {
    let mut used = BTreeSet::new();
    let mut open: Vec<&'a Value> = vec![&root.value["paths"]];
    while let Some(value) = open.pop() {
        if let Some(reference) = value["$ref"].as_str()
            && let Some(pointer) = reference.strip_prefix('#')
            && used.insert(pointer)
        {
            open.extend(root.value.pointer(pointer));
        }
        open.extend(object(value).map(|(_, part)| part));
        open.extend(array(value));
    }
    used
}
